"""Nothing is cut, nothing overlaps, and the page never scrolls sideways."""

from typing import Any

import pytest

from browser.conftest import Report, Visit, draw_all, press

pytestmark = pytest.mark.browser

FAULTS = """
() => {
    const faults = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth)
        faults.push(`the page is ${root.scrollWidth} wide, the window ${root.clientWidth}`);
    const box = element => element.getBoundingClientRect();
    for (const card of document.querySelectorAll(".card")) {
        if (!card.checkVisibility()) continue;
        const outer = box(card);
        for (const element of card.querySelectorAll("*")) {
            if (element.closest(".scroll > *") || !element.getClientRects().length) continue;
            const inner = box(element);
            if (inner.right > outer.right + 0.5 || inner.left < outer.left - 0.5)
                faults.push(`wider than its card: ${element.outerHTML.slice(0, 150)}`);
        }
    }
    for (const row of document.querySelectorAll(".tokens")) {
        let before = null;
        for (const token of row.querySelectorAll(".token")) {
            if (!token.checkVisibility()) continue;
            const here = box(token);
            const apart = !before || here.left >= before.right - 0.5
                || here.top >= before.bottom - 0.5;
            if (!apart) faults.push(`over its neighbour: ${token.outerHTML.slice(0, 150)}`);
            before = here;
        }
    }
    return faults.slice(0, 5);
}
"""


@pytest.mark.parametrize(("width", "zoom"), [(320, 1), (768, 1), (1280, 1), (3840, 1), (640, 2)])
def test_layout(visit: Visit, report: Report, width: int, zoom: int) -> None:
    page = visit(report, width=width, device_scale_factor=zoom)
    draw_all(page)
    faults: Any = {}
    for view in ("probe", "feature"):
        press(page, f"view-{view}")
        faults[view] = page.evaluate(FAULTS)
    assert faults == {"probe": [], "feature": []}
