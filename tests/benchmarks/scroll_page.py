"""Open a page in Chromium and scroll through it: `scroll_page.py PAGE`.

Prints two numbers: seconds from the start of navigation to the end of the load event, and the
longest time, in milliseconds, that the main thread was busy without a pause after that. The way is
40 screens one after the other, leaps all over the page, and then through each box that scrolls.
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
_FLAGS += ["--disable-background-networking", "--disable-component-update"]
_WATCH = """
window.longTasks = [];
const note = list => longTasks.push(...list.getEntries().map(task => task.toJSON()));
new PerformanceObserver(note).observe({ type: "longtask", buffered: true });
"""
_LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
_SCROLL = """
async () => {
    const frame = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    const root = document.scrollingElement;
    const bottom = () => root.scrollHeight - innerHeight;
    for (let screen = 0; screen < 40 && root.scrollTop < bottom() - 1; screen++) {
        root.scrollTop += 0.9 * innerHeight;
        await frame();
    }
    for (let leap = 20; leap >= 0; leap--) {
        root.scrollTop = bottom() * leap / 20;
        await frame();
    }
    for (const box of document.querySelectorAll(".scroll")) {
        for (let screen = 0; screen < 10; screen++) {
            box.scrollTop += 0.9 * box.clientHeight;
            await frame();
        }
    }
    await new Promise(done => setTimeout(done, 300));  // until the observer has been told
}
"""
_LONGEST = """
loaded => Math.max(0, ...longTasks.map(task =>
    task.startTime + task.duration - Math.max(loaded, task.startTime)))
"""


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Start the system's Chromium, whole and not the build for tests."""
    program = shutil.which("chromium")
    if program is None:
        raise SystemExit("there is no chromium")
    browser = playwright.chromium.launch(executable_path=program, args=_FLAGS)
    try:
        yield browser
    finally:
        browser.close()


def visit(path: Path) -> tuple[float, float]:
    """Return the seconds a page takes to load, and its longest task after that in milliseconds."""
    with sync_playwright() as playwright, chromium(playwright) as browser:
        page = browser.new_context(offline=True, viewport={"width": 1280, "height": 900}).new_page()
        page.set_default_timeout(120_000)
        page.add_init_script(_WATCH)
        page.goto(path.resolve().as_uri())
        loaded = float(page.evaluate(_LOADED))
        page.evaluate(_SCROLL)
        longest = float(page.evaluate(_LONGEST, loaded))
    return loaded / 1000, longest


if __name__ == "__main__":
    print(*visit(Path(sys.argv[1])))
