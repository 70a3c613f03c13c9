"""The colour rule has one home: what `core` says changes in PNGs, page, script and notebook."""

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dumps import ROOT, make_dump, make_result, write_dump
from PIL import Image

from reportgen import build_report, core, read_dump, show

TOKENS, VALUES = ["a", "b", "c", "d", "e"], [0.0, 10.0, 5.0, 0.2, -4.0]
OTHER, OTHER_CARD = (201, 33, 7), (250, 240, 200)


@dataclass(frozen=True)
class Drawn:
    """Everything that is drawn of one small dump."""

    html: str
    notebook: str
    colors: Counter[tuple[int, ...]]
    """How many pixels of the PNGs have a colour."""

    @property
    def rule(self) -> Any:
        """What the script is told of the colour rule."""
        block = re.findall(r'id="data">(.*?)</script>', self.html)[0]
        return json.loads(block)["rule"]

    def has(self, color: tuple[int, ...]) -> dict[str, bool]:
        """Tell where a colour is, in whatever way it is written there."""
        numbers = r"\b" + r"[, ]+".join(map(str, color)) + r"\b"
        written = re.compile(f"{numbers}|{_hex(color)}", re.IGNORECASE)
        return {
            "page": bool(written.search(self.html)),
            "notebook": bool(written.search(self.notebook)),
            "png": color in self.colors,
        }


def _hex(color: tuple[int, ...]) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in color)


def draw(folder: Path, theme: str = "light") -> Drawn:
    """Draw the dump in this process, as pages, PNGs and for a notebook."""
    folder.mkdir(exist_ok=True)
    dump = write_dump(folder, make_dump(make_result(TOKENS, ("s:1", VALUES))))
    out = folder / "out"
    build_report(dump, out, theme=theme, negatives=True)
    shown = show(TOKENS, VALUES, negatives=True)._repr_html_()
    colors: Counter[tuple[int, ...]] = Counter()
    for path in out.rglob("*.png"):
        pixels = np.asarray(Image.open(path).convert("RGB")).reshape(-1, 3)
        found, counts = np.unique(pixels, axis=0, return_counts=True)
        colors.update(dict(zip(map(tuple, found.tolist()), counts.tolist(), strict=True)))
    html = (out / "index.html").read_text(encoding="utf-8")
    return Drawn(html, read_dump(dump)._repr_html_() + shown, colors)


EVERYWHERE = {"page": True, "notebook": True, "png": True}
NOWHERE = dict.fromkeys(EVERYWHERE, False)


@pytest.mark.parametrize("name", ["EMERALD", "ROSE"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_another_colour_is_everywhere_and_the_old_one_nowhere(
    name: str, theme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = getattr(core, name)
    before = draw(tmp_path / "before", theme)
    assert before.has(old) == EVERYWHERE if name == "EMERALD" else EVERYWHERE | {"png": False}
    monkeypatch.setattr(core, name, OTHER)
    after = draw(tmp_path / "after", theme)
    assert after.has(old) == NOWHERE
    assert after.has(OTHER)["page"]
    assert after.has(OTHER)["notebook"]
    assert after.colors != before.colors
    assert after.rule["emerald"] == list(core.EMERALD)


@pytest.mark.parametrize("theme", core.THEMES)
def test_another_card_is_everywhere_and_the_old_one_nowhere(
    theme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = core.THEMES[theme]
    assert draw(tmp_path / "before", theme).has(old) == EVERYWHERE
    monkeypatch.setitem(core.THEMES, theme, OTHER_CARD)
    after = draw(tmp_path / "after", theme)
    assert after.has(OTHER_CARD) == EVERYWHERE
    assert old not in after.colors
    for html in (after.html, after.notebook):
        assert f"{theme}-card: {' '.join(map(str, OTHER_CARD))}" in html
        cards = re.findall(r"--(?:rg-)?card: ([^;]*);", html)
        system = {"Canvas !important"}  # where a system forces its own
        assert set(cards) - system == {"rgb(var(--rg-light-card))", "rgb(var(--rg-dark-card))"}


@pytest.mark.parametrize(
    ("name", "value", "alpha"),
    [
        ("FLOOR", 0.2, 0.2 + 0.8 * math.log10(5.5)),
        ("STEEPNESS", 99.0, 0.05 + 0.95 * math.log10(50.5) / 2),
        ("VISIBLE_ABOVE", 6.0, 0.0),
    ],
)
def test_another_curve_is_everywhere(
    name: str, value: float, alpha: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    light, emerald = core.THEMES["light"], core.EMERALD
    usual = 0.05 + 0.95 * math.log10(5.5)
    old, new = (
        tuple(round(a * color + (1 - a) * card) for color, card in zip(emerald, light, strict=True))
        for a in (usual, alpha)
    )
    before = draw(tmp_path / "before")
    assert f"{usual:.4f}" in before.html
    # (A few pixels of the colour bar may be of any shade.)
    assert before.colors[old] > 300
    assert before.colors[new] < 50 or not alpha
    monkeypatch.setattr(core, name, value)
    after = draw(tmp_path / "after")
    for html in (after.html, after.notebook):
        assert f"{usual:.4f}" not in html
        assert f"{alpha:.4f}" in html or not alpha
    assert after.colors[old] < 50
    assert after.colors[new] > 300
    told = [after.rule["floor"], after.rule["steepness"], after.rule["visibleAbove"]]
    assert told == [core.FLOOR, core.STEEPNESS, core.VISIBLE_ABOVE]


def test_templates_know_no_number_of_the_rule() -> None:
    numbers = r"0?\.000?05\b|\b0?\.05\b|\b0?\.95\b|log10\(1 \+ \(?9"
    colors = [core.EMERALD, core.ROSE]
    written = [r"[, ]+".join(map(str, color)) for color in colors] + [_hex(c) for c in colors]
    wanted = re.compile("|".join([numbers, *written]), re.IGNORECASE)
    for path in (ROOT / "templates").rglob("*.*"):
        assert wanted.findall(path.read_text(encoding="utf-8")) == [], path
