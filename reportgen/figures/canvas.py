"""What a drawing consists of: grids of cells, colour bars and labels, and the figure of them.

All lengths are pixels at 150 dpi, counted from the top left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from numpy.typing import NDArray

from reportgen import core
from reportgen.figures.text import DPI, SUBTITLE, TITLE, Stamp, Type, rendered, wrapped

MARGIN = 20
NARROWEST_TEXT = 520
"""A title has at least this much room, however few tokens there are."""
UNDER_HEADING = 12

RGB = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Style:
    """Colours other than those of cells."""

    theme: str
    ink: RGB
    soft: RGB
    line: RGB

    @property
    def page(self) -> RGB:
        """The card that everything is drawn on."""
        return core.THEMES[self.theme]


STYLES = {
    "light": Style("light", (15, 23, 42), (71, 85, 105), (203, 213, 225)),
    "dark": Style("dark", (241, 245, 249), (148, 163, 184), (51, 65, 85)),
}


class Box(NamedTuple):
    """A rectangle of pixels; `right` and `bottom` are outside."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Label:
    """A text with its place."""

    text: str
    """The sheet's text; `stamp.text` is what could be drawn of it."""
    stamp: Stamp
    x: float
    """Where the pen starts."""
    y: float
    """The baseline."""
    color: RGB

    @property
    def role(self) -> str:
        """What the text is: `title`, `token`, `value`, … (the roles of `text`'s types)."""
        return self.stamp.type.role

    @property
    def box(self) -> Box:
        """The pixels that it may cover."""
        left, top = round(self.x) + self.stamp.left, round(self.y) - self.stamp.up
        return Box(left, top, left + self.stamp.columns, top + self.stamp.rows)


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Cells of the same size, with hairlines between and around them."""

    left: int
    top: int
    cell_width: int
    cell_height: int
    fill: NDArray[np.uint8]
    """Colour of each cell `(rows, columns, 3)`."""
    first_row: int = 0
    """Which row of the sheet (feature of a matrix, token row of a strip) the first row shows."""
    first_column: int = 0
    """Which token of that row of the sheet the first column shows."""

    def cell(self, row: int, column: int) -> Box:
        """Return the inside of a cell; `row` and `column` are counted in the grid."""
        left, top = self.left + column * self.cell_width, self.top + row * self.cell_height
        return Box(left + 1, top + 1, left + self.cell_width, top + self.cell_height)

    def paint(self, pixels: NDArray[np.uint32], line: RGB) -> None:
        """Draw the cells into a raster."""
        rows, columns = self.fill.shape[:2]
        height, width = self.cell_height, self.cell_width
        down, across = rows * height, columns * width
        block = pixels[self.top : self.top + down + 1, self.left : self.left + across + 1]
        block[:down, :across] = _packed(self.fill).repeat(height, 0).repeat(width, 1)
        block[::height] = _packed(line)
        block[:, ::width] = _packed(line)


@dataclass(frozen=True, slots=True, eq=False)
class Bar:
    """A colour bar."""

    box: Box
    colors: NDArray[np.uint8]
    """Of each column `(width, 3)`."""
    low: float
    """The activation at its left end: 0, or minus the max."""
    high: float
    """The activation at its right end."""
    is_below: bool
    """Whether its left end is pointed: some values are below it."""
    is_above: bool
    """Whether its right end is pointed: some values are above it."""
    ticks: tuple[int, ...]
    """Where, from the left, there is a tick below it."""

    def paint(self, pixels: NDArray[np.uint32], line: RGB) -> None:
        """Draw the bar with a hairline around it and its ticks into a raster."""
        left, top, right, bottom = self.box
        pixels[top - 1 : bottom + 1, left - 1 : right + 1] = _packed(line)
        pixels[top:bottom, left:right] = _packed(self.colors)
        if self.is_below:
            self._paint_arrow(pixels, left - 1, -1)
        if self.is_above:
            self._paint_arrow(pixels, right, 1)
        for x in self.ticks:
            pixels[bottom + 1 : bottom + 5, x] = _packed(line)

    def _paint_arrow(self, pixels: NDArray[np.uint32], line: int, step: int) -> None:
        """Draw a pointed end that starts at the hairline in column `line` and goes by `step`."""
        height = self.box.bottom - self.box.top
        color = _packed(self.colors[-1 if step > 0 else 0])
        for row in range(height):
            length = height - abs(2 * row - height + 1)
            stop = line + step * (length // 2 + 2)
            pixels[self.box.top + row, line + step : stop : step] = color


@dataclass(frozen=True, slots=True)
class Band:
    """A plain rectangle: beside the rows of a group."""

    box: Box
    color: RGB

    def paint(self, pixels: NDArray[np.uint32], line: RGB) -> None:
        """Fill it."""
        left, top, right, bottom = self.box
        pixels[top:bottom, left:right] = _packed(self.color)


Item = Label | Grid | Bar | Band


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """What stands where in a drawing."""

    size: tuple[int, int]
    """Width and height."""
    style: Style
    items: tuple[Item, ...]

    @property
    def labels(self) -> tuple[Label, ...]:
        """All texts."""
        return tuple(item for item in self.items if isinstance(item, Label))

    @property
    def grids(self) -> tuple[Grid, ...]:
        """All cells."""
        return tuple(item for item in self.items if isinstance(item, Grid))

    @property
    def bars(self) -> tuple[Bar, ...]:
        """All colour bars."""
        return tuple(item for item in self.items if isinstance(item, Bar))

    @property
    def bands(self) -> tuple[Band, ...]:
        """All plain rectangles."""
        return tuple(item for item in self.items if isinstance(item, Band))

    def figure(self) -> Figure:
        """Return the figure with every setting given: none is taken from matplotlib's own."""
        # Older matplotlib cuts inches · DPI to whole pixels, and may lose one without the quarter.
        size = ((self.size[0] + 0.25) / DPI, (self.size[1] + 0.25) / DPI)
        figure = Figure(size, DPI, facecolor="none", edgecolor="none", linewidth=0, frameon=False)
        # Artists of a figure are drawn in the order of `zorder`, and then of adding.
        figure.add_artist(_Raster(self))
        figure.add_artist(_Labels(self))
        return figure


class _Raster(Artist):
    """Page, cells and colour bars of a layout."""

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.layout = layout

    def draw(self, renderer: RendererBase) -> None:
        """Paint into the buffer of Agg, where each pixel is one number.

        That is much faster to fill than four channels.
        """
        agg: Any = renderer  # (the methods of Agg have no types)
        pixels = np.asarray(agg.buffer_rgba()).view(np.uint32)[..., 0]
        pixels[:] = _packed(self.layout.style.page)
        for item in self.layout.items:
            if not isinstance(item, Label):
                item.paint(pixels, self.layout.style.line)


class _Labels(Artist):
    """All labels of a layout."""

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.layout = layout

    def draw(self, renderer: RendererBase) -> None:
        """Stamp each label."""
        gc = renderer.new_gc()
        for label in self.layout.labels:
            alpha = label.stamp.alpha
            if not alpha.size:
                continue
            image = np.empty((*alpha.shape, 4), np.uint8)
            image[..., :3] = label.color
            image[..., 3] = alpha
            # Agg counts rows from the bottom up.
            bottom = self.layout.size[1] - label.box.bottom
            renderer.draw_image(gc, label.box.left, bottom, np.ascontiguousarray(image[::-1]))


def _packed(color: Sequence[int] | NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return opaque colours `(..., 3)` as the numbers `(...)` that Agg's buffer holds."""
    channels = np.asarray(color, np.uint8)
    opaque = np.full((*channels.shape[:-1], 4), 255, np.uint8)
    opaque[..., :3] = channels
    return opaque.view(np.uint32)[..., 0]


@dataclass(frozen=True, slots=True)
class Heading:
    """The wrapped lines over a drawing."""

    lines: tuple[tuple[str, Type], ...]

    @classmethod
    def wrapped(cls, title: str, subtitle: str, width: float) -> "Heading":
        """Break a title and a subtitle to `width`."""
        # Titles break between their parts: spaces inside one are kept together if it has room.
        parts = [
            part if rendered(part, TITLE).width > width else part.replace(" ", "\u00a0")
            for part in title.split(" · ")
        ]
        rows = wrapped(" · ".join(parts), TITLE, width)
        lines = [(row.replace("\u00a0", " "), TITLE) for row in rows]
        if subtitle:
            lines += [(row, SUBTITLE) for row in wrapped(subtitle, SUBTITLE, width)]
        return cls(tuple(lines))

    @property
    def height(self) -> int:
        """Pixels from the margin to the end of the last line."""
        return sum(type_.line_height for _, type_ in self.lines)

    def labels(self, style: Style) -> Iterator[Label]:
        """Give a label for each line."""
        y = MARGIN
        for text, type_ in self.lines:
            y += type_.line_height
            color = style.ink if type_.bold else style.soft
            yield Label(text, rendered(text, type_), MARGIN, y - type_.size * 0.6, color)


def spaces_shown(text: str) -> str:
    """Return a token's text for a cell: in a fixed grid a space has to show."""
    return text.replace(" ", "·")
