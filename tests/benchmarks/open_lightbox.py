"""Open the lightbox of a page in Chromium, and step in it: `open_lightbox.py PAGE`.

Prints for the first picture in sight, one in the middle of the page and the last one: milliseconds
until the lightbox is on the screen (of these, how many the script itself took), and until the next
picture's name is. The pictures themselves need not be there.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright
from scroll_page import chromium

_OPEN = """
async share => {
    const frame = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    const links = [...document.querySelectorAll("a.png")];
    const link = links[Math.round(share * (links.length - 1))];
    link.scrollIntoView({ block: "center" });
    for (let n = 0; n < 10; n++) await frame();
    const lightbox = document.querySelector("#lightbox");
    const start = performance.now();
    link.click();
    const script = performance.now() - start;
    await frame();
    const opened = performance.now() - start;
    const before = performance.now();
    lightbox.querySelector("[data-step='-1']").click();
    await frame();
    const stepped = performance.now() - before;
    lightbox.close();
    await frame();
    return [opened, script, stepped];
}
"""


def main(path: Path) -> None:
    """Print the times for three pictures."""
    with sync_playwright() as playwright, chromium(playwright) as browser:
        page = browser.new_context(offline=True, viewport={"width": 1280, "height": 900}).new_page()
        page.set_default_timeout(120_000)
        page.goto(path.resolve().as_uri())
        for name, share in (("first", 0.0), ("middle", 0.5), ("last", 1.0)):
            opened, script, stepped = page.evaluate(_OPEN, share)
            print(f"{name}: {opened:.0f} ms (script {script:.0f} ms), next {stepped:.0f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
