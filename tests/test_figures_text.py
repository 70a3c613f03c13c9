"""Texts of drawings: they fit, nothing is lost, and fonts are chosen by their looks."""

import math
import shutil
from collections.abc import Iterator
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from drawings import strip
from dumps import make_result
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.ft2font import FT2Font

from reportgen import figures
from reportgen.figures import fonts
from reportgen.figures import text as texts
from reportgen.figures.text import HEAD, SUBTITLE, TITLE, TOKEN, VALUE, Stamp, cut, fitted, wrapped
from reportgen.tokens import readable

PILES = ["Z" + mark * 40 for mark in "\u0301\u0323\u0351\u036b"] + ["Z\u0351\u036b\u0343" * 3]
"""Letters with marks piled up above or below them."""


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Forget which fonts there are, and what was drawn with them."""
    remembering = (fonts.other_fonts, fonts.font_with, texts.stamp, texts.fitted)
    for cached in remembering:
        cached.cache_clear()
    yield
    for cached in remembering:
        cached.cache_clear()


# --- fitting and wrapping -------------------------------------------------------------------------


def test_a_dollar_is_never_math() -> None:
    widths = [texts.stamp(text, TOKEN).width for text in ("$x^$", "abcd", "$\\a$")]
    assert widths[0] == widths[1] == pytest.approx(widths[2])
    assert figures.render(strip(make_result(["$x^$", "$\\frac{$"], ("s:1", [1.0, 2.0]))))


def extent(drawn: Stamp) -> tuple[float, float]:
    """Return where a stamp's ink starts and ends, seen from its pen."""
    inked = np.flatnonzero(drawn.alpha.any(axis=0)) if drawn.alpha.size else np.array([])
    if not inked.size:
        return 0.0, 0.0
    return drawn.left + float(inked[0]), drawn.left + float(inked[-1]) + 1


ODD_TEXT = st.text(st.characters(exclude_categories=[])).map(readable) | st.text(
    "Wi $·—é", max_size=60
)


@given(ODD_TEXT, st.sampled_from([48, 104]), st.sampled_from([TOKEN, VALUE]))
@settings(max_examples=150, deadline=None)
def test_text_is_never_wider_than_its_cell(text: str, width: int, type_: texts.Type) -> None:
    drawn = fitted(text, type_, width)
    start, stop = extent(drawn)
    shift = width / 2 - drawn.width / 2
    assert drawn.width <= width
    assert shift + start >= -4  # the padding of a cell
    assert shift + stop <= width + 4


@pytest.mark.parametrize("text", PILES)
@pytest.mark.parametrize("type_", [TOKEN, VALUE, TITLE])
def test_text_is_never_taller_than_its_line(text: str, type_: texts.Type) -> None:
    drawn = texts.rendered(text, type_)
    size = type_.size * 150 / 72
    assert drawn.up <= math.ceil(1.2 * size)
    assert drawn.rows - drawn.up <= math.ceil(0.45 * size)
    assert drawn.alpha.any()


@pytest.mark.parametrize("text", PILES)
def test_slanted_text_stays_in_its_line(text: str) -> None:
    drawn = texts.rendered(text, HEAD)
    rows, columns = np.nonzero(drawn.alpha)
    x, y = drawn.left + columns + 0.5, drawn.up - rows - 0.5
    above = (y - x) / math.sqrt(2)
    size = HEAD.size * 150 / 72
    assert above.max() <= math.ceil(1.2 * size)
    assert above.min() >= -math.ceil(0.45 * size)


def test_a_pile_is_clipped_where_it_leaves_the_line() -> None:
    alpha = np.arange(1, 31, dtype=np.uint8)[:, np.newaxis].repeat(3, axis=1)
    whole = Stamp("x", TOKEN, alpha, left=0, up=25, width=3.0)
    clipped = texts.in_line(whole, 10, 2)
    assert clipped.alpha[:, 0].tolist() == list(range(16, 28))
    assert clipped.up == 10
    assert texts.in_line(whole, 25, 5) is whole


@pytest.mark.parametrize("text", ["x" * 300, "W" * 300, "ab " * 100, "字" * 300])
def test_text_that_is_cut_says_so(text: str) -> None:
    small = TOKEN._replace(size=6.4)
    start = cut(text, small, 104)
    assert start.endswith("…")
    assert text.startswith(start[:-1])
    assert texts.stamp(start, small).width <= 104
    longer = text[: len(start)] + "…"
    assert texts.stamp(longer, small).width > 104
    assert fitted(text, TOKEN, 104).text.endswith("…")


def test_text_that_fits_keeps_its_size() -> None:
    assert fitted("cat", TOKEN, 104).width == texts.stamp("cat", TOKEN).width


def test_numbers_and_ids_read_from_left_to_right() -> None:
    """Their characters are put together one by one."""
    text = "1.7e+05"
    whole = texts.stamp(text, VALUE)
    step = whole.width / len(text)
    for place, char in enumerate(text):
        one = texts.rendered(char, VALUE)
        left, top = round(place * step) + one.left - whole.left, whole.up - one.up
        found = whole.alpha[top : top + one.rows, left : left + one.columns]
        assert (found >= one.alpha).all()
        assert found.sum() <= 1.2 * one.alpha.sum()


@given(ODD_TEXT | st.text("abc ", max_size=400), st.sampled_from([TITLE, SUBTITLE]))
@settings(max_examples=100, deadline=None)
def test_a_wrapped_title_has_every_letter_and_fits(text: str, type_: texts.Type) -> None:
    lines = wrapped(text, type_, 520)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert texts.stamp(line, type_).width <= 520


# --- fonts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("char", ["中", "\U0001f642", "\U00012345"])
def test_a_character_that_no_font_has_shows_its_code_point(
    char: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "findSystemFonts", list)
    text, paths = fonts.fonts_for(f"a{char}é", mono=True, bold=False)
    assert text == f"aU+{ord(char):04X}é"
    assert all("DejaVu" in path for path in paths)
    (label,) = (
        label
        for label in figures.layout(strip(make_result([f"a{char}é"], ("s:1", [1.0])))).labels
        if label.role == "token"
    )
    assert label.text == f"a{char}é"
    assert label.stamp.text == text


def test_a_character_of_another_font_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "font_with", lambda char, mono, bold: "/somewhere/cjk.ttf")
    text, paths = fonts.fonts_for("a中", mono=False, bold=True)
    assert text == "a中"
    assert paths[-1] == "/somewhere/cjk.ttf"


def _with_fonts(
    folder: Path, monkeypatch: pytest.MonkeyPatch, named: dict[str, str], reverse: bool = False
) -> None:
    """Have a machine whose fonts are copies of matplotlib's under other names."""
    own = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name, kind in named.items():
        shutil.copy(own / f"DejaVu{kind}.ttf", folder / name)
    (folder / "0broken.ttf").write_bytes(b"no font at all")
    paths = sorted(map(str, folder.iterdir()), reverse=reverse)
    monkeypatch.setattr(fonts, "findSystemFonts", lambda: paths)


NAMED = {
    "a_notosanscjk-bold.ttf": "Sans-Bold",
    "b_notosanscjk.ttf": "Sans-Oblique",
    "c_cjk.ttf": "Serif",
    "d.ttf": "SansMono-Bold",
    "e.ttf": "SansMono",
    "f.ttf": "Sans",
    "g.ttf": "Sans",
    "unifont.ttf": "Sans",
}


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize(
    ("mono", "bold", "first"),
    [(False, False, "fgec"), (True, False, "efgc"), (False, True, "ad"), (True, True, "da")],
)
def test_fonts_are_chosen_by_their_looks(
    mono: bool,
    bold: bool,
    first: str,
    reverse: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _with_fonts(tmp_path, monkeypatch, NAMED, reverse)
    names = [Path(path).name for path in fonts.other_fonts(mono, bold)]
    assert "".join(name[0] for name in names).startswith(first)
    assert names[-2:] == ["b_notosanscjk.ttf", "unifont.ttf"]
    assert sorted(names) == sorted(NAMED)


def test_the_first_suitable_font_with_a_character_draws_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_fonts(tmp_path, monkeypatch, NAMED)
    braille = "⣿"  # which DejaVu Sans has, and DejaVu Sans Mono has not
    found = fonts.font_with(braille, mono=True, bold=False)
    assert found == str(tmp_path / "f.ttf")
    assert fonts.font_with("\U00012345", mono=True, bold=False) is None


@pytest.mark.parametrize(("char", "first"), [("ش", "g"), ("Ж", "f"), ("⠿", "f")])
def test_a_font_made_for_the_script_comes_before_another(
    char: str, first: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_fonts(tmp_path, monkeypatch, NAMED)
    made_for = {"f.ttf": 1 << 9, "g.ttf": 1 << 13}
    monkeypatch.setattr(fonts, "_made_for", lambda path: made_for.get(Path(path).name, 0))
    assert fonts.font_with(char, mono=False, bold=False) == str(tmp_path / f"{first}.ttf")


def test_fonts_say_which_scripts_they_are_made_for() -> None:
    own = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    sans, symbols = (str(own / name) for name in ("DejaVuSans.ttf", "STIXSizOneSymReg.ttf"))
    assert [fonts._is_made_for(sans, char) for char in "ЖשشΩ日"] == [True] * 4 + [False]
    assert not fonts._is_made_for(symbols, "Ж")


def test_chinese_tokens_are_regular_and_sans() -> None:
    found = fonts.font_with("日", mono=True, bold=False)
    if found is None:
        pytest.skip("this machine has no font with Chinese characters")
    if "Noto Sans CJK JP" not in {FT2Font(path).family_name for path in _machine_fonts()}:
        pytest.skip("this machine does not have fonts-noto-cjk")
    font = FT2Font(found)
    assert (font.family_name, font.style_name) == ("Noto Sans CJK JP", "Regular")


def _machine_fonts() -> tuple[str, ...]:
    return fonts.other_fonts(False, False)
