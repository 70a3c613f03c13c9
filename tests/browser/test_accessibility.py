"""axe-core finds nothing."""

from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest

from browser.conftest import Report, Visit, draw_all, press

pytestmark = pytest.mark.browser

THIN = """
() => {
    const keep = (selector, count, from) => {
        for (const element of [...from.querySelectorAll(selector)].slice(count)) element.remove();
    };
    for (const cards of document.querySelectorAll("section.cards")) keep(".card", 1, cards);
    for (const rows of document.querySelectorAll(".rows")) keep(":scope > .row", 3, rows);
    for (const body of document.querySelectorAll("tbody")) keep("tr", 4, body);
    for (const line of document.querySelectorAll("tr")) keep("td, th", 15, line);
    for (const line of document.querySelectorAll(".tokens")) keep(".token", 30, line);
}
"""
"""Leaves some of everything: axe takes its time. (The parity tests see to each token's contrast.)
"""


@cache
def axe() -> str:
    """Return the source of axe-core."""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


VIEWS: list[tuple[Any, int, str]] = [
    ("light", 1280, "probe"),
    ("light", 320, "probe"),
    ("dark", 1280, "probe"),
    ("dark", 320, "feature"),
    ("light", 1280, "feature"),
]


def test_axe_finds_nothing(visit: Visit, report: Report) -> None:
    page = visit(report)
    page.evaluate(THIN)
    draw_all(page)
    page.evaluate(axe())
    found = {}
    for theme, width, view in VIEWS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        press(page, f"view-{view}")
        result: Any = page.evaluate("axe.run({ resultTypes: ['violations'] })")
        found[theme, width, view] = [
            (rule["id"], node["html"][:200], node["failureSummary"][:300])
            for rule in result["violations"]
            for node in rule["nodes"][:3]
        ]
    assert found == {view: [] for view in VIEWS}
