"""On paper: every row, and the colours."""

import re
from collections import Counter
from itertools import product

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray

from browser.conftest import Report, Visit
from browser.truth import CARDS, alpha, over

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_paper_has_every_row_and_its_colours(visit: Visit, dallas: Report, theme: str) -> None:
    page = visit(dallas, theme=theme)
    heads = ".by-probe .row:not(.out) .about > b, .by-probe tbody tr:not(.zero, .out) th"
    wanted = Counter(page.locator(heads).all_text_contents())
    document = pypdfium2.PdfDocument(page.pdf(format="A4", print_background=False))
    text = "\n".join(sheet.get_textpage().get_text_range() for sheet in document)
    for feature, count in wanted.items():
        assert len(re.findall(re.escape(feature) + r"(?!\d)", text)) >= count, feature
    printed = set().union(*(colors(sheet.render(scale=2).to_numpy()) for sheet in document))
    for row in dallas.truth.by_probe():
        for value in row.values:
            red, green, blue = over(CARDS["light"], alpha(value, row.max))
            near = (
                (round(red) + r, round(green) + g, round(blue) + b)
                for r, g, b in product(range(-2, 3), repeat=3)
            )
            assert not printed.isdisjoint(near), (row.anchor, value)


def colors(pixels: NDArray[np.uint8]) -> set[tuple[int, ...]]:
    """Return the colours of a picture whose channels are blue, green, red."""
    blue, green, red = np.moveaxis(pixels.astype(np.int64), -1, 0)
    found = np.unique(red << 16 | green << 8 | blue).tolist()
    return {(color >> 16, color >> 8 & 255, color & 255) for color in found}


def test_paper_has_no_controls(visit: Visit, dallas: Report) -> None:
    page = visit(dallas)
    page.emulate_media(media="print")
    for selector in (".segments", ".switch", ".find", "nav", ".copy", "label.fold"):
        visible = page.locator(selector).evaluate_all("all => all.some(e => e.checkVisibility())")
        assert not visible, selector
