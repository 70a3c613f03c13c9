"""Sheets as PNGs: the one module that imports matplotlib.

A figure here holds two artists: a raster with every cell, and all labels. Cells are exact pixels of
the sheet's colours. Labels are small bitmaps which matplotlib's text engine renders once each and
which are then only stamped: a `Text` artist a label would cost more than all the rest together.
Fonts are chosen by path, and no setting of matplotlib is read or changed.
"""

import math
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import findSystemFonts, get_font
from matplotlib.ft2font import FT2Font
from numpy.typing import NDArray

from reportgen import core
from reportgen.sheets import MatrixSheet, StripSheet, TokenRow
from reportgen.tokens import code_point
from reportgen.words import short_number, shortened

__all__ = ["DPI", "figure", "render"]

DPI = 150

# All lengths are pixels at 150 dpi, all type sizes points.
MARGIN = 20
TITLE, SUBTITLE, TOKEN, VALUE, AXIS = 10.0, 8.0, 8.0, 6.5, 7.0
LINE_HEIGHT = 1.3
NARROWEST_TEXT = 520
"""A title has at least this much room, however few tokens there are."""
CELL_WIDTH = (56, 112)
CELL_HEIGHT, CELL_HEIGHT_BARE = 48, 32
LINE_GAP = 10
PROMPT_WIDTH = 420
AXIS_LABEL_WIDTH = 210
RAMP_SIZE = (320, 14)
RAMP_HEIGHT = 82
"""Of the colour bar with its texts and the gap over it."""
SMALLEST_TYPE = 0.8
"""Text that is too wide for its cell shrinks to this part of its size, and then is cut."""

RGB = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Style:
    """Colours other than those of cells."""

    page: RGB
    ink: RGB
    soft: RGB
    line: RGB


_STYLES = {
    "light": _Style(core.THEMES["light"], (15, 23, 42), (71, 85, 105), (203, 213, 225)),
    "dark": _Style(core.THEMES["dark"], (241, 245, 249), (148, 163, 184), (51, 65, 85)),
}


def render(sheet: StripSheet | MatrixSheet, theme: str = "light") -> bytes:
    """Return the PNG of a sheet, 8-bit RGB at 150 dpi.

    The same sheet gives the same bytes on one machine with the same versions.
    """
    drawing = figure(sheet, theme)
    canvas: Any = FigureCanvasAgg(drawing)  # (its methods have no types)
    canvas.draw()
    content = _encoded(np.asarray(canvas.buffer_rgba()))
    # Figure, canvas and artists hold each other. What is large in them has to go now, and not when
    # Python comes to look for such rings: by then it would be many pictures.
    for artist in list(drawing.artists):
        artist.remove()
    canvas.renderer = None
    return content


def _encoded(pixels: NDArray[np.uint8]) -> bytes:
    """Return opaque `pixels` `(height, width, 4)` as a PNG file of 8-bit RGB.

    Measured on our drawings, zlib's level 3 without row filters is as fast as level 1, twice as
    fast as Pillow, and gives the smallest files of all that are.
    """
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # each begins with its filter: none
    for channel in range(3):  # (one strided copy for all three takes four times as long)
        rows[:, 1 + channel :: 3] = pixels[..., channel]
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    density = struct.pack(">IIB", *[round(DPI / 0.0254)] * 2, 1)
    chunks = {b"IHDR": header, b"pHYs": density, b"IDAT": zlib.compress(rows.data, 3), b"IEND": b""}
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks.items()
    )


def figure(sheet: StripSheet | MatrixSheet, theme: str = "light") -> Figure:
    """Return a sheet as a matplotlib figure, to be saved in other ways or looked at."""
    style = _STYLES[theme]
    if isinstance(sheet, MatrixSheet):
        return _matrix(sheet, theme, style).figure()
    return _strips(sheet, theme, style).figure()


# --- text ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stamp:
    """A rendered text."""

    alpha: NDArray[np.uint8]
    left: int
    """From the pen's start to the first column."""
    up: int
    """From the baseline to above the first row."""
    width: float
    """How far the pen moves."""


@lru_cache(maxsize=2)
def _base_fonts(bold: bool) -> dict[bool, tuple[str, ...]]:
    """Return the fonts that matplotlib brings along, for monospaced text and for other."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    mono, sans = (
        str(folder / f"DejaVuSans{kind}{'-Bold' if bold else ''}.ttf") for kind in ("Mono", "")
    )
    return {True: (mono, sans), False: (sans,)}


@lru_cache(maxsize=1)
def _other_fonts() -> tuple[str, ...]:
    """Return the fonts of this machine, those that cover much first."""
    broad = ("cjk", "wqy", "notosans", "unifont", "symbola", "notoemoji")

    def place(path: str) -> tuple[bool, str, str]:
        name = Path(path).name.lower()
        return not any(word in name for word in broad), name, path

    return tuple(sorted(findSystemFonts(), key=place))


@cache
def _covered(path: str) -> frozenset[int]:
    """Return the characters that the font at `path` can draw."""
    try:
        font = FT2Font(path)
    except (RuntimeError, OSError):
        return frozenset()
    return frozenset(font.get_charmap()) if font.scalable else frozenset()


@lru_cache(maxsize=65536)
def _font_with(char: str) -> str | None:
    """Return a font for a character that the base fonts lack, if this machine has one."""
    return next((path for path in _other_fonts() if ord(char) in _covered(path)), None)


_CONTROL_OF = {chr(0x2400 + code): chr(code) for code in range(0x20)} | {"\u2421": "\x7f"}
"""What the pictures of controls stand for: its code point says more than the picture's."""


def _fonts_for(text: str, mono: bool, bold: bool) -> tuple[str, tuple[str, ...]]:
    """Return `text` with code points for what no font has, and the fonts that draw it."""
    fonts = _base_fonts(bold)[mono]
    if text.isascii():
        return text, fonts
    drawn = []
    more: dict[str, None] = {}
    for char in text:
        if not any(ord(char) in _covered(path) for path in fonts):
            if (path := _font_with(char)) is None:
                char = code_point(_CONTROL_OF.get(char, char))
            else:
                more[path] = None
        drawn.append(char)
    return "".join(drawn), fonts + tuple(more)


@lru_cache(maxsize=4096)
def _stamp(
    text: str, size: float, mono: bool = False, bold: bool = False, angle: int = 0
) -> _Stamp:
    """Return `text` rendered, from memory if it has been of late."""
    return _rendered(text, size, mono, bold, angle)


def _rendered(
    text: str, size: float, mono: bool = False, bold: bool = False, angle: int = 0
) -> _Stamp:
    """Return `text` rendered; `angle` in degrees, counter-clockwise."""
    if mono and angle == 0 and len(text) > 1 and text.isascii():
        return _joined([_stamp(char, size, mono, bold) for char in text])
    text, fonts = _fonts_for(text, mono, bold)
    font = get_font(fonts)
    font.clear()
    font.set_size(size, DPI)
    font.set_text(text, angle)
    font.draw_glyphs_to_bitmap(antialiased=True)
    alpha = np.array(font.get_image())
    return _Stamp(
        alpha,
        left=round(font.get_bitmap_offset()[0] / 64),
        up=round(alpha.shape[0] - font.get_descent() / 64),
        width=font.get_width_height()[0] / 64,
    )


def _joined(stamps: list[_Stamp]) -> _Stamp:
    """Return the stamps of monospaced characters as one.

    Numbers and ids hardly ever repeat but in their characters; to have each rendered by the text
    engine would be most of the work of a drawing.
    """
    step = max(stamp.width for stamp in stamps)
    up = max(stamp.up for stamp in stamps)
    down = max(stamp.alpha.shape[0] - stamp.up for stamp in stamps)
    left = min(0, stamps[0].left)
    widest = max(stamp.left + stamp.alpha.shape[1] for stamp in stamps)
    alpha = np.zeros((up + down, math.ceil(step * len(stamps)) + widest - left), np.uint8)
    for place, stamp in enumerate(stamps):
        x, y = round(place * step) + stamp.left - left, up - stamp.up
        rows, columns = stamp.alpha.shape
        alpha[y : y + rows, x : x + columns] |= stamp.alpha
    return _Stamp(alpha, left, up, step * len(stamps))


@lru_cache(maxsize=4096)
def _fitted(text: str, size: float, width: float, mono: bool = True) -> _Stamp:
    """Return `text` in at most `width` pixels: a little smaller, and then cut."""
    text = text[: int(width)]  # no font has letters narrower than a pixel
    stamp = _stamp(text, size, mono)
    if stamp.width <= width:
        return stamp
    smallest = size * SMALLEST_TYPE
    shrunk = max(smallest, size * width / stamp.width * 0.98)
    if shrunk > smallest and (stamp := _stamp(text, shrunk, mono)).width <= width:
        return stamp
    stamp = _stamp(text, smallest, mono)
    return (
        stamp if stamp.width <= width else _stamp(_cut(text, smallest, width, mono), smallest, mono)
    )


def _cut(text: str, size: float, width: float, mono: bool) -> str:
    """Return the longest start of `text` that fits with `…` behind it."""
    low, high = 0, min(len(text), int(width))
    while low < high:
        middle = (low + high + 1) // 2
        if _stamp(text[:middle] + "…", size, mono).width <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low] + "…"


def _wrapped(text: str, size: float, width: float, bold: bool = False) -> list[str]:
    """Return `text` in lines of at most `width` pixels, broken at spaces where there are any."""
    if _fits(text, size, width, bold):
        return [text]
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if _stamp(longer, size, False, bold).width <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while _stamp(word, size, False, bold).width > width:
            n = max(1, len(_cut(word, size, width, False)) - 1)
            n = next(k for k in range(n, 0, -1) if k == 1 or _fits(word[:k], size, width, bold))
            lines.append(word[:n])
            word = word[n:]
        line = word
    return [*lines, line]


def _fits(text: str, size: float, width: float, bold: bool) -> bool:
    return _rendered(text, size, False, bold).width <= width


def _line_height(size: float) -> int:
    """Return the pixels from one line of text to the next."""
    return round(size * DPI / 72 * LINE_HEIGHT)


def _token_text(text: str) -> str:
    """Return a token's text for a cell: in a fixed grid a space has to show."""
    return text.replace(" ", "·")


# --- canvas -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Label:
    """A stamp with its place: the pen starts at (`x`, `y`), in pixels from the top left."""

    stamp: _Stamp
    x: float
    y: float
    color: RGB


class _Cells(Artist):
    """The raster under the labels."""

    def __init__(self, pixels: NDArray[np.uint32]) -> None:
        super().__init__()
        self.pixels = pixels

    def draw(self, renderer: RendererBase) -> None:
        """Put the raster onto the figure, a pixel for a pixel."""
        agg: Any = renderer  # (the methods of Agg have no types)
        np.asarray(agg.buffer_rgba()).view(np.uint32)[..., 0] = self.pixels


class _Labels(Artist):
    """All labels of a figure."""

    def __init__(self, labels: list[_Label], height: int) -> None:
        super().__init__()
        self.labels = labels
        self.height = height

    def draw(self, renderer: RendererBase) -> None:
        """Stamp each label."""
        gc = renderer.new_gc()
        for label in self.labels:
            alpha = label.stamp.alpha
            if not alpha.size:
                continue
            image = np.empty((*alpha.shape, 4), np.uint8)
            image[..., :3] = label.color
            image[..., 3] = alpha
            left = round(label.x) + label.stamp.left
            bottom = self.height - (round(label.y) - label.stamp.up + alpha.shape[0])
            renderer.draw_image(gc, left, bottom, _for_agg(image))


def _for_agg(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return an image in the order of rows that Agg takes: from the bottom up."""
    return np.ascontiguousarray(image[::-1])


def _packed(color: Sequence[int] | NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return opaque colours `(..., 3)` as the numbers `(...)` that Agg's buffer holds."""
    channels = np.asarray(color, np.uint8)
    opaque = np.full((*channels.shape[:-1], 4), 255, np.uint8)
    opaque[..., :3] = channels
    return opaque.view(np.uint32)[..., 0]


class _Canvas:
    """A raster and labels, on the way to a figure."""

    def __init__(self, width: float, height: float, style: _Style) -> None:
        self.style = style
        self.width, self.height = round(width), round(height)
        self.pixels = np.full((self.height, self.width), _packed(style.page), np.uint32)
        """Each pixel as one number, which is much faster to fill and copy than four."""
        self.labels: list[_Label] = []

    def grid(self, left: int, top: int, fill: NDArray[np.uint8], width: int, height: int) -> None:
        """Draw cells `fill` `(rows, columns, 3)` with hairlines between and around them."""
        rows, columns = fill.shape[:2]
        line = 1 if min(width, height) > 3 else 0
        block = self.pixels[top : top + rows * height + line, left : left + columns * width + line]
        block[: rows * height, : columns * width] = _packed(fill).repeat(height, 0).repeat(width, 1)
        if line:
            block[::height] = _packed(self.style.line)
            block[:, ::width] = _packed(self.style.line)

    def text(
        self, stamp: _Stamp, x: float, y: float, color: RGB | None = None, anchor: float = 0.0
    ) -> None:
        """Put a stamp with its baseline at `y`, `anchor` of its width to the left of `x`."""
        shift = anchor * stamp.width
        self.labels.append(_Label(stamp, x - shift, y, color or self.style.ink))

    def heading(self, lines: "_Heading") -> int:
        """Write a title and what stands under it; return where it ends."""
        y = MARGIN
        for text, size, bold in lines.rows:
            y += _line_height(size)
            color = self.style.ink if bold else self.style.soft
            self.text(_rendered(text, size, False, bold), MARGIN, y - size * 0.6, color)
        return y

    def figure(self) -> Figure:
        """Return the figure, every setting given: none is taken from matplotlib's own."""
        size = (self.width / DPI, self.height / DPI)
        figure = Figure(size, DPI, facecolor="none", edgecolor="none", linewidth=0, frameon=False)
        # Artists of a figure are drawn in the order of `zorder` and of adding.
        figure.add_artist(_Cells(self.pixels))
        figure.add_artist(_Labels(self.labels, self.height))
        return figure


@dataclass(frozen=True, slots=True)
class _Heading:
    """The wrapped lines over a drawing: text, size, whether bold."""

    rows: list[tuple[str, float, bool]]

    @classmethod
    def wrapped(cls, title: str, subtitle: str, width: float) -> "_Heading":
        """Break a title and a subtitle to `width`."""
        # Titles break between their parts; a no-break space is a word's own until it is drawn.
        parts = [part.replace(" ", "\u00a0") for part in title.split(" · ")]
        lines = _wrapped(" · ".join(parts), TITLE, width, bold=True)
        rows = [(line.replace("\u00a0", " "), TITLE, True) for line in lines]
        if subtitle:
            rows += [(line, SUBTITLE, False) for line in _wrapped(subtitle, SUBTITLE, width)]
        return cls(rows)

    @property
    def height(self) -> int:
        return sum(_line_height(size) for _, size, _ in self.rows)


# --- strips: feature heatmaps and stacked heatmaps ----------------------------------------------


def _strips(sheet: StripSheet, theme: str, style: _Style) -> _Canvas:
    """Lay out and draw a feature heatmap or a stacked heatmap."""
    columns = min(sheet.tokens_per_row, max(len(line.tokens) for line in sheet.token_rows))
    width = _cell_width(sheet)
    height = CELL_HEIGHT if sheet.show_values else CELL_HEIGHT_BARE
    indent = _prompt_width(sheet) if sheet.stacked else 0
    n_rows = [-(-len(line.tokens) // columns) for line in sheet.token_rows]
    across = max(indent + columns * width, NARROWEST_TEXT)
    heading = _Heading.wrapped(sheet.title, sheet.subtitle, across)
    down = sum(n_rows) * height + (len(n_rows) - 1) * LINE_GAP
    canvas = _Canvas(across + 1 + 2 * MARGIN, heading.height + down + 12 + 2 * MARGIN, style)
    top = canvas.heading(heading) + 12
    for line, rows in zip(sheet.token_rows, n_rows, strict=True):
        if sheet.stacked:
            _prompt(canvas, line, top, indent, rows * height)
        for row in range(rows):
            part = line.cut(row * columns, min((row + 1) * columns, len(line.tokens)))
            _strip_row(canvas, sheet, theme, part, MARGIN + indent, top, width, height)
            top += height
        top += LINE_GAP
    return canvas


def _strip_row(
    canvas: _Canvas,
    sheet: StripSheet,
    theme: str,
    line: TokenRow,
    left: int,
    top: int,
    width: int,
    height: int,
) -> None:
    """Draw one row of cells: fill, token, and its value below in smaller type."""
    shade = line.shade
    canvas.grid(left, top, shade.fill(theme, sheet.negatives)[np.newaxis], width, height)
    inks = shade.ink(theme, sheet.negatives)[:, 0].tolist()
    token_y = top + (21 if sheet.show_values else 22)
    for column, (token, value, number, ink) in enumerate(
        zip(line.tokens, line.value_texts, shade.values.tolist(), inks, strict=True)
    ):
        middle = left + column * width + width / 2
        color = (ink, ink, ink)
        canvas.text(_fitted(_token_text(token.text), TOKEN, width - 8), middle, token_y, color, 0.5)
        if sheet.show_values and value and (number > 0 or sheet.negatives):
            canvas.text(_stamp(value, VALUE, mono=True), middle, top + 40, color, 0.5)


def _cell_width(sheet: StripSheet) -> int:
    """Return a width in which most tokens fit, and every number."""
    tokens = {_token_text(token.text)[:40] for line in sheet.token_rows for token in line.tokens}
    widest = max(_stamp(text, TOKEN, mono=True).width for text in tokens)
    if sheet.show_values:
        longest = max((text for line in sheet.token_rows for text in line.value_texts), key=len)
        widest = max(widest, _stamp(longest, VALUE, mono=True).width if longest else 0)
    return round(min(max(widest + 12, CELL_WIDTH[0]), CELL_WIDTH[1]))


def _prompt_width(sheet: StripSheet) -> int:
    """Return the width of the prompts' column."""
    widest = max(
        _stamp(text[:80], AXIS).width
        for line in sheet.token_rows
        for text in (line.probe_id, line.prompt)
    )
    return math.ceil(min(widest, PROMPT_WIDTH)) + 14


def _prompt(canvas: _Canvas, line: TokenRow, top: int, indent: int, height: int) -> None:
    """Write a probe's id and its prompt to the left of its line."""
    room = indent - 14
    y = top + 16
    canvas.text(_fitted(line.probe_id, AXIS, room, False), MARGIN, y, canvas.style.soft)
    n_rows = max(1, (height - 20) // _line_height(AXIS))
    rows = _wrapped(line.prompt[:2000], AXIS, room)
    if len(rows) > n_rows:
        rest = f"{rows[n_rows - 1]} {rows[n_rows]}…"
        rows = [*rows[: n_rows - 1], _cut(rest, AXIS, room, False)]
    for row in rows:
        y += _line_height(AXIS)
        canvas.text(_stamp(row, AXIS), MARGIN, y, canvas.style.ink)


# --- the combined heatmap -----------------------------------------------------------------------


def _matrix(sheet: MatrixSheet, theme: str, style: _Style) -> _Canvas:
    """Lay out and draw a combined heatmap."""
    n_features, n_tokens = sheet.shade.values.shape
    width, height = _matrix_cell(n_features, n_tokens)
    ids = [_fitted(text, AXIS, AXIS_LABEL_WIDTH) for text in sheet.feature_ids]
    heads = [_head(_token_text(token.text)) for token in sheet.tokens]
    indent = round(max(stamp.width for stamp in ids)) + 10
    overhang = max(
        (column * width + width / 2 + stamp.left + stamp.alpha.shape[1])
        for column, stamp in enumerate(heads)
    )
    ramps = _ramps(sheet)
    widest_ramp = max(RAMP_SIZE[0] + RAMP_SIZE[1], *(_stamp(r[0], AXIS).width for r in ramps))
    across = round(max(indent + max(n_tokens * width, overhang, widest_ramp), NARROWEST_TEXT))
    heading = _Heading.wrapped(sheet.title, "", across)
    above = max(stamp.up for stamp in heads) + 8
    canvas = _Canvas(
        across + 1 + 2 * MARGIN,
        heading.height + len(ramps) * RAMP_HEIGHT + above + n_features * height + 1 + 2 * MARGIN,
        style,
    )
    top = canvas.heading(heading) + 12
    for ramp in ramps:
        _ramp(canvas, theme, MARGIN + indent, top, *ramp)
        top += RAMP_HEIGHT
    top += above - 12
    left = MARGIN + indent
    canvas.grid(left, top, sheet.shade.fill(theme, sheet.negatives), width, height)
    for column in _legible(n_tokens, width, 24):
        canvas.text(heads[column], left + column * width + width / 2, top - 6, style.soft)
    for row in _legible(n_features, height, 14):
        canvas.text(ids[row], left - 8, top + row * height + height / 2 + 5, style.soft, 1.0)
    return canvas


def _matrix_cell(n_features: int, n_tokens: int) -> tuple[int, int]:
    """Return the size of a cell: roomy for few, as small as labels allow for many."""
    return (40 if n_tokens <= 40 else 26), (24 if n_features <= 80 else 17)


def _head(text: str) -> _Stamp:
    """Return a token's text for the top of its column, slanted."""
    return _stamp(shortened(text, 20), AXIS, mono=True, angle=45)


def _legible(count: int, size: int, needed: int) -> Iterator[int]:
    """Give every which label has room, the first always."""
    return iter(range(0, count, max(1, -(-needed // size))))


def _ramps(sheet: MatrixSheet) -> list[tuple[str, float, RGB, bool]]:
    """Return the colour bars of a drawing: text, limit, colour, whether it ends in an arrow."""
    if sheet.max_value > core.VISIBLE_ABOVE:
        above = f" · {sheet.left_out} above the max" if sheet.exceeded else ""
        text = f"activation, on a log ramp{above}"
        ramps = [(text, sheet.max_value, core.EMERALD, sheet.exceeded)]
    else:
        text = "no activation above zero" + f" but on {sheet.left_out}" * sheet.exceeded
        ramps = [(text, 0.0, core.EMERALD, False)]
    if sheet.negatives and sheet.min_value < -core.VISIBLE_ABOVE:
        ramps.append(("negative activation, likewise", sheet.min_value, core.ROSE, False))
    return ramps


def _ramp(
    canvas: _Canvas,
    theme: str,
    left: int,
    top: int,
    text: str,
    limit: float,
    color: RGB,
    has_arrow: bool,
) -> None:
    """Draw a colour bar: the curve over activation units, an arrow end for BOS above the max."""
    style = canvas.style
    width, height = RAMP_SIZE
    canvas.text(_stamp(text, AXIS), left, top + height, style.soft)
    if not limit:
        return
    top += 22
    alpha = core.opacity(np.linspace(0.0, 1.0, width), 1.0)
    colors = core.composite(alpha, core.THEMES[theme], color)
    canvas.pixels[top - 1 : top + height + 1, left - 1 : left + width + 1] = _packed(style.line)
    canvas.pixels[top : top + height, left : left + width] = _packed(colors)
    if has_arrow:
        _arrow_end(canvas, left + width + 1, top, height, colors[-1])
    for share, stamp in _ticks(limit, width).items():
        x = left + share * (width - 1)
        canvas.pixels[top + height + 1 : top + height + 5, round(x)] = _packed(style.line)
        canvas.text(stamp, x, top + height + 20, style.soft, share if share in (0, 1) else 0.5)


def _ticks(max_value: float, width: int) -> dict[float, _Stamp]:
    """Return the labels of a colour bar by their place on it, as many as have room."""
    ticks = {
        share: _stamp(short_number(max_value * share) if share else "0", VALUE)
        for share in (0.0, 0.25, 0.5, 0.75, 1.0)
    }
    if max(stamp.width for stamp in ticks.values()) * 1.5 + 10 <= width / 4:
        return ticks
    return {share: stamp for share, stamp in ticks.items() if share % 0.5 == 0}


def _arrow_end(canvas: _Canvas, left: int, top: int, height: int, color: NDArray[np.uint8]) -> None:
    """Draw the pointed end of a colour bar."""
    for row in range(height):
        length = height - abs(2 * row - height + 1)
        canvas.pixels[top + row, left : left + max(1, length // 2 + 1)] = _packed(color)
