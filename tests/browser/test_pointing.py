"""Pointing at a token or cell: its tooltip, its column, and the max that both go by."""

from pathlib import Path
from typing import Any

import pytest
from dumps import write_dump
from value_dumps import signed_dump

from browser.conftest import Visit, channels, press
from browser.truth import EMERALD, ROSE, Truth, alpha
from reportgen import build_report

pytestmark = pytest.mark.browser

ROWS = "section.by-probe .row:not(.out)"
FILLS_AND_SHARES = """
row => [...row.querySelectorAll(".token")].map(token => {
    token.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
    const share = document.querySelectorAll("#tip dd")[1].textContent;
    return [getComputedStyle(token).backgroundColor, share];
})
"""


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    """Return the page of a dump with values of both signs."""
    dump = write_dump(tmp_path, signed_dump())
    build_report(dump, tmp_path / "out", probe_indexes=None)
    return tmp_path / "out" / "index.html"


# --- the max that colours ------------------------------------------------------------------------


def test_the_scale_is_of_both_signs_and_the_share_is_of_its_max(visit: Visit, signed: Path) -> None:
    page = visit(signed)
    for scale, negatives in (("probe", True), ("feature", True), ("feature", False)):
        press(page, f"scale-{scale}")
        if page.locator("#negatives").is_checked() != negatives:
            press(page, "negatives")
        truth = Truth(signed_dump(), negatives=negatives)
        rows = page.locator(ROWS).all()
        assert len(rows) == 8
        for row in rows:
            tokens = row.locator(".tokens")
            probe, number = (
                int(tokens.get_attribute(f"data-{key}") or "") for key in ("probe", "n")
            )
            _, values = truth.features[probe][number]
            own = truth.peak(probe, values)[0]
            high = truth.probe_max(probe) if scale == "probe" else own
            found: list[tuple[str, str]] = row.evaluate(FILLS_AND_SHARES)
            for value, (color, share) in zip(values, found, strict=True):
                check(value, color, share, high, negatives)


def check(value: float, color: str, share: str, high: float, negatives: bool) -> None:
    """Check that fill and share of a token are of one max."""
    expected = alpha(abs(value), high) if negatives or value > 0 else 0.0
    *hue, opacity = channels(color)
    assert opacity == pytest.approx(expected, abs=5e-3)
    assert not expected or tuple(hue) == (ROSE if value < 0 else EMERALD)
    told: Any = float(share.removesuffix(" %")) if high else share
    assert told == (pytest.approx(100 * value / high, abs=0.06) if high else "–")
