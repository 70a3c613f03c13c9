"""PNGs: exact colours, whole titles, text that stays in its cell."""

import gc
import io
import math
import weakref
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from dumps import load, make_result, settled
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image
from ugly import ugly_dump

from reportgen import figures as png
from reportgen.sheets import Drawing, MatrixSheet, Options, StripSheet, parts, settle
from reportgen.tokens import readable

Pixels = NDArray[np.int_]
Box = tuple[int, int, int, int]

PAGES = {"light": (255, 255, 255), "dark": (15, 23, 42)}
HAIRLINES = {"light": (203, 213, 225), "dark": (51, 65, 85)}
EMERALD = (52, 211, 153)
ROSE = (253, 164, 175)

TOKENS = ["<bos>", "The", " cat", "\n", " sat", "$x^$", "", "日本"]
VALUES = [900.0, 0.0, 10.0, 2.5, 0.00004, 0.3, -4.0, 7.7]
RESULT = make_result(TOKENS, ("s:1", VALUES), ("t:2", [0.0] * 8), ("u:3", VALUES[::-1]))


def opened(sheet: StripSheet | MatrixSheet, theme: str = "light") -> Image.Image:
    image = Image.open(io.BytesIO(png.render(sheet, theme)))
    image.load()
    return image


def pixels(sheet: StripSheet | MatrixSheet, theme: str = "light") -> Pixels:
    return np.asarray(opened(sheet, theme)).astype(int)


def strip(result: dict[str, Any] = RESULT, **options: Any) -> StripSheet:
    """Return the heatmap of the first feature of a dump of `result`."""
    rows = settled(result, **options).probes[0].rows
    return next(row for row in rows if row.feature_id == "s:1")


def matrix(result: dict[str, Any] = RESULT, **options: Any) -> MatrixSheet:
    return settled(result, **options).probes[0].matrix


def longest_run(flags: NDArray[np.bool_]) -> tuple[int, int]:
    """Return start and end of the longest run of true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    runs = [(int(stop - start), int(start)) for start, stop in edges.reshape(-1, 2)]
    length, start = max(runs, default=(0, 0))
    return start, start + length


def cells(image: Pixels, theme: str) -> list[list[Box]]:
    """Return the cells by row, as (left, top, right, bottom) inside their hairlines.

    They are found by the hairlines alone: those across, and between two of these, those down.
    """
    line = (image == HAIRLINES[theme]).all(axis=2)
    runs = [longest_run(row) for row in line]
    left = runs[max(y for y, (start, stop) in enumerate(runs) if stop - start >= 26)][0]
    across = [y for y, (start, stop) in enumerate(runs) if stop - start >= 26 and start == left]
    found = []
    for top, bottom in pairwise(across):
        width = min(runs[top][1], runs[bottom][1])
        down = [x for x in range(left, width) if line[top : bottom + 1, x].all()]
        if len(down) > 1:
            found.append([(x + 1, top + 1, stop, bottom) for x, stop in pairwise(down)])
    return found


def alpha(value: float, maximum: float) -> float:
    if value <= 0.00005 or maximum <= 0:
        return 0.0
    return 0.05 + 0.95 * math.log10(1 + 9 * min(value, maximum) / maximum)


def over(page: tuple[int, ...], color: tuple[int, ...], share: float) -> list[float]:
    return [share * c + (1 - share) * p for c, p in zip(color, page, strict=True)]


def assert_filled(image: Pixels, box: Box, expected: list[float]) -> None:
    """Assert the colour of a cell, in its corners, which text never reaches."""
    left, top, right, bottom = box
    for x, y in [(left, top), (right - 1, top), (left, bottom - 1), (right - 1, bottom - 1)]:
        assert image[y, x].tolist() == pytest.approx(expected, abs=1)


# --- pixels ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", PAGES)
@pytest.mark.parametrize("sheet", [strip(), matrix()], ids=["strip", "matrix"])
def test_a_png_is_8_bit_rgb_at_150_dpi(sheet: StripSheet | MatrixSheet, theme: str) -> None:
    image = opened(sheet, theme)
    assert image.format == "PNG"
    assert image.mode == "RGB"
    assert image.info["dpi"] == pytest.approx((150, 150), abs=0.1)
    assert set(image.info) == {"dpi"}  # no clock, no program, no path
    figure = png.figure(sheet, theme)
    assert image.size == tuple(round(inches * 150) for inches in figure.get_size_inches())
    assert image.getpixel((0, 0)) == PAGES[theme]


@pytest.mark.parametrize("theme", PAGES)
@pytest.mark.parametrize("values", [True, False])
def test_cells_of_a_strip_have_the_colour_of_the_rule(theme: str, values: bool) -> None:
    image = pixels(strip(values=values, tokens_per_row=4), theme)
    boxes = cells(image, theme)
    assert [len(row) for row in boxes] == [4, 4]
    for box, value in zip([box for row in boxes for box in row], VALUES, strict=True):
        assert_filled(image, box, over(PAGES[theme], EMERALD, alpha(value, 10.0)))


@pytest.mark.parametrize("theme", PAGES)
def test_cells_of_a_matrix_have_the_colour_of_the_rule(theme: str) -> None:
    sheet = matrix()
    image = pixels(sheet, theme)
    boxes = cells(image, theme)
    rows = {"s:1": VALUES, "t:2": [0.0] * 8, "u:3": VALUES[::-1]}
    assert [len(row) for row in boxes] == [8, 8, 8]
    for row, feature in zip(boxes, sheet.feature_ids, strict=True):
        for box, value in zip(row, rows[feature], strict=True):
            assert_filled(image, box, over(PAGES[theme], EMERALD, alpha(value, 900.0)))


@pytest.mark.parametrize("theme", PAGES)
def test_cells_of_a_stacked_strip_have_the_max_of_all_probes(theme: str) -> None:
    results = [
        make_result(["<bos>", "a", "b"], ("s:1", [99.0, 1.0, 2.0]), prompt="one " * 30),
        make_result(["c", "d", "e"], ("s:1", [0.5, 0.0, 20.0])),
    ]
    (sheet,) = settled(*results, feature_ids=("s:1",)).stacked
    image = pixels(sheet, theme)
    boxes = cells(image, theme)
    expected = [[99.0, 1.0, 2.0], [0.5, 0.0, 20.0]]
    assert [len(row) for row in boxes] == [3, 3]
    for row, values in zip(boxes, expected, strict=True):
        for box, value in zip(row, values, strict=True):
            assert_filled(image, box, over(PAGES[theme], EMERALD, alpha(value, 20.0)))


@pytest.mark.parametrize("theme", PAGES)
@pytest.mark.parametrize("combined", [False, True])
def test_negatives_are_rose_where_asked_for(theme: str, combined: bool) -> None:
    values = [5.0, -1.0, -4.0, 0.0]
    result = make_result(list("abcd"), ("s:1", values))
    for negatives in (False, True):
        sheet = (matrix if combined else strip)(result, negatives=negatives)
        image = pixels(sheet, theme)
        (row,) = cells(image, theme)
        for box, value in zip(row, values, strict=True):
            color = ROSE if value < 0 and negatives else EMERALD
            share = alpha(-value, 4.0) if value < 0 and negatives else alpha(value, 5.0)
            assert_filled(image, box, over(PAGES[theme], color, share))


@pytest.mark.parametrize("theme", PAGES)
def test_text_is_black_or_white_by_its_cell(theme: str) -> None:
    result = make_result(["MMMM", "MMMM"], ("s:1", [0.0, 5.0]))
    image = pixels(strip(result), theme)
    (row,) = cells(image, theme)
    for (left, top, right, bottom), white in zip(row, [theme == "dark", False], strict=True):
        inside = image[top:bottom, left:right].sum(axis=2)
        assert inside.max() > 700 if white else inside.min() < 60


def test_values_are_drawn_only_where_they_are_shown() -> None:
    result = make_result(["", "", ""], ("s:1", [3.0, 0.0, -3.0]))

    def inked(**options: Any) -> list[bool]:
        image = pixels(strip(result, **options))
        (row,) = cells(image, "light")
        return [bool(np.ptp(image[t:b, x:r].reshape(-1, 3), axis=0).any()) for x, t, r, b in row]

    assert inked() == [True, False, False]
    assert inked(negatives=True) == [True, False, True]
    assert inked(values=False) == [False, False, False]


# --- layout ---------------------------------------------------------------------------------------


def test_a_strip_is_as_wide_as_its_tokens() -> None:
    def size(n_tokens: int, **options: Any) -> tuple[int, int]:
        result = make_result(["word"] * n_tokens, ("s:1", [1.0] * n_tokens))
        return opened(strip(result, **options)).size

    few, row, wrapped = size(12), size(20), size(40)
    assert few[0] < row[0] == wrapped[0]
    assert few[1] == row[1] < wrapped[1]
    assert size(20, tokens_per_row=10)[1] == wrapped[1]
    assert size(20, values=False)[1] < row[1]
    assert size(1)[0] == size(3)[0] < few[0]  # room for the title


def test_the_last_cell_ends_at_the_margin() -> None:
    result = make_result(["word"] * 15, ("s:1", [1.0] * 15))
    image = pixels(strip(result))
    (row,) = cells(image, "light")
    left, right = row[0][0] - 1, image.shape[1] - row[-1][2] - 1
    assert left == right
    assert image.shape[0] - row[0][3] - 1 == pytest.approx(left, abs=12)


def test_a_wrapped_strip_ends_with_a_short_row() -> None:
    result = make_result(list("abcdefg"), ("s:1", [1.0] * 7))
    boxes = cells(pixels(strip(result, tokens_per_row=3)), "light")
    assert [len(row) for row in boxes] == [3, 3, 1]


def test_parts_of_a_strip_have_cells_of_their_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "STRIP_ROWS", 2)
    result = make_result(list("abcdefghijk"), ("s:1", [float(n) for n in range(11)]))
    found = []
    for drawing in strip(result, tokens_per_row=3).drawings():
        image = pixels(drawing.sheet)
        found += [(image, box) for row in cells(image, "light") for box in row]
    assert len(found) == 11
    for value, (image, box) in enumerate(found):
        assert_filled(image, box, over(PAGES["light"], EMERALD, alpha(value, 10.0)))


def test_the_bos_arrow_is_drawn_only_where_bos_exceeds() -> None:
    with_bos = make_result(["<bos>", "a"], ("s:1", [50.0, 5.0]))
    below = make_result(["<bos>", "a"], ("s:1", [4.0, 5.0]))
    assert matrix(with_bos).exceeded
    assert not matrix(below).exceeded
    one = replace(matrix(with_bos), exceeded=False)
    assert png.render(one) != png.render(matrix(with_bos))


def test_the_text_of_the_colour_bar_is_never_cut() -> None:
    sheet = matrix(make_result(["<bos>", "a"], ("s" * 60 + ":1", [50.0, 5.0])))
    canvas = png._matrix(sheet, "light", png._STYLES["light"])
    ends = [label.x + label.stamp.left + label.stamp.alpha.shape[1] for label in canvas.labels]
    assert max(ends) <= canvas.width


def test_a_picture_is_gone_when_its_file_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    make, pictures = png.figure, []

    def watched(sheet: StripSheet | MatrixSheet, theme: str) -> Figure:
        made = make(sheet, theme)
        cells: Any = made.artists[0]
        pictures.append(weakref.ref(cells.pixels))
        return made

    monkeypatch.setattr(png, "figure", watched)
    gc.disable()
    try:
        png.render(matrix(make_result(["a"], ("s:1", [5.0]))))
    finally:
        gc.enable()
    assert [picture() is None for picture in pictures] == [True]


# --- text -----------------------------------------------------------------------------------------


def test_a_dollar_is_never_math() -> None:
    widths = [png._stamp(text, 8.0, mono=True).width for text in ("$x^$", "abcd", "$\\a$")]
    assert widths[0] == widths[1] == pytest.approx(widths[2])
    assert png.render(strip(make_result(["$x^$", "$\\frac{$"], ("s:1", [1.0, 2.0]))))


@pytest.mark.parametrize("char", ["中", "\U0001f642", "\U00012345"])
def test_a_character_that_no_font_has_shows_its_code_point(
    char: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(png, "_font_with", lambda char: None)
    text, fonts = png._fonts_for(f"a{char}é", True, False)
    assert text == f"aU+{ord(char):04X}é"
    assert all("DejaVu" in path for path in fonts)


def test_a_character_of_another_font_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "_font_with", lambda char: "/somewhere/cjk.ttf")
    text, fonts = png._fonts_for("a中", False, True)
    assert text == "a中"
    assert fonts[-1] == "/somewhere/cjk.ttf"


def extent(stamp: png._Stamp) -> tuple[float, float]:
    """Return where a stamp's ink starts and ends, seen from its pen."""
    inked = np.flatnonzero(stamp.alpha.any(axis=0)) if stamp.alpha.size else np.array([])
    if not inked.size:
        return 0.0, 0.0
    return stamp.left + float(inked[0]), stamp.left + float(inked[-1]) + 1


ODD_TEXT = st.text(st.characters(exclude_categories=[])).map(readable) | st.text(
    "Wi $·—é", max_size=60
)


@given(ODD_TEXT, st.sampled_from([48, 104]), st.sampled_from([8.0, 6.5]))
@settings(max_examples=150)
def test_text_is_never_wider_than_its_cell(text: str, width: int, size: float) -> None:
    stamp = png._fitted(text, size, width)
    start, stop = extent(stamp)
    shift = width / 2 - stamp.width / 2
    assert stamp.width <= width
    assert shift + start >= -4  # the padding of a cell
    assert shift + stop <= width + 4


@pytest.mark.parametrize("text", ["x" * 300, "W" * 300, "ab " * 100, "字" * 300])
def test_text_that_is_cut_says_so(text: str) -> None:
    cut = png._cut(text, 6.4, 104, True)
    assert cut.endswith("…")
    assert text.startswith(cut[:-1])
    assert png._stamp(cut, 6.4, True).width <= 104
    longer = text[: len(cut)] + "…"
    assert png._stamp(longer, 6.4, True).width > 104


def test_text_that_fits_keeps_its_size() -> None:
    assert png._fitted("cat", 8.0, 104).width == png._stamp("cat", 8.0, True).width


@given(ODD_TEXT | st.text("abc ", max_size=400), st.booleans())
@settings(max_examples=100)
def test_a_wrapped_title_has_every_letter_and_fits(text: str, bold: bool) -> None:
    size, width = (10.0, 520) if bold else (8.0, 520)
    lines = png._wrapped(text, size, width, bold)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert png._stamp(line, size, False, bold).width <= width


@pytest.mark.parametrize("theme", PAGES)
def test_a_long_title_is_drawn_whole(theme: str) -> None:
    sheet = replace(strip(), title="W" * 300, subtitle="w" * 300)
    image = pixels(sheet, theme)
    assert image.shape[0] > pixels(strip(), theme).shape[0] + 100
    assert (image[:, -10:] == PAGES[theme]).all()
    assert (image[:, :10] == PAGES[theme]).all()


# --- the same, and whatever comes -----------------------------------------------------------------


@pytest.mark.parametrize("theme", PAGES)
def test_the_same_sheet_gives_the_same_bytes(theme: str) -> None:
    first = [png.render(sheet, theme) for sheet in (strip(), matrix())]
    png._stamp.cache_clear()
    png._fitted.cache_clear()
    assert [png.render(sheet, theme) for sheet in (matrix(), strip())] == first[::-1]


def ugly_drawings() -> Iterator[Drawing]:
    """Give a few drawings of each ugly probe, and stacked ones."""
    options = Options(probe_indexes=None, top_k=2, feature_ids=("40780",))
    yield from settle(load(ugly_dump()), options).drawings()


def test_an_ugly_dump_is_drawn_with_nothing_cut_off() -> None:
    count = 0
    for count, drawing in enumerate(ugly_drawings(), 1):
        theme = "dark" if count % 2 else "light"
        image = pixels(drawing.sheet, theme)
        border = np.concatenate([image[:2], image[-2:]], axis=0).reshape(-1, 3)
        sides = np.concatenate([image[:, :2], image[:, -2:]], axis=1).reshape(-1, 3)
        assert (border == PAGES[theme]).all(), drawing.path
        assert (sides == PAGES[theme]).all(), drawing.path
        if isinstance(drawing.sheet, StripSheet):
            tokens = sum(len(line.tokens) for line in drawing.sheet.token_rows)
        else:
            tokens = drawing.sheet.shade.values.size
        assert sum(map(len, cells(image, theme))) == tokens, drawing.path
    assert count > 20


@pytest.mark.parametrize(
    "result",
    [
        make_result([""], ("s:1", [0.0])),
        make_result(["<bos>"], ("s:1", [5.0])),
        make_result(["a"], ("s:1", [-5.0])),
        make_result(["a"], ("s:1", [1e308])),
        make_result(["a", "b"], ("s:1", [5e-324, 1e-310])),
        make_result([" " * 50, "\n" * 50], ("s:1", [1.0, 2.0])),
    ],
)
@pytest.mark.parametrize("negatives", [False, True])
def test_small_and_strange_sheets_are_drawn(result: dict[str, Any], negatives: bool) -> None:
    for sheet in (strip(result, negatives=negatives), matrix(result, negatives=negatives)):
        (row,) = cells(pixels(sheet), "light")
        assert len(row) == len(result["tokens"])
