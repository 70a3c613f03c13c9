"""The combined heatmap: features down the side, tokens along the top."""

from collections.abc import Iterator, Sequence

from reportgen.figures import colour_bar
from reportgen.figures.canvas import (
    MARGIN,
    NARROWEST_TEXT,
    STYLES,
    UNDER_HEADING,
    Grid,
    Heading,
    Item,
    Label,
    Layout,
    spaces_shown,
)
from reportgen.figures.text import FEATURE_ID, HEAD, Stamp, fitted, in_line, stamp
from reportgen.sheets import MatrixSheet
from reportgen.words import shortened

ID_WIDTH = 210
ID_GAP = 8
HEAD_CHARACTERS = 20
HEAD_GAP = 6
HEAD_ROOM, ID_ROOM = 24, 14
"""The least pixels from one head to the next, and from one id to the next."""


def lay_out(sheet: MatrixSheet, theme: str) -> Layout:
    """Lay out a combined heatmap."""
    n_features, n_tokens = sheet.shade.values.shape
    width, height = _cell_size(n_features, n_tokens)
    ids = [fitted(text, FEATURE_ID, ID_WIDTH) for text in (name.id for name in sheet.names)]
    heads = [
        stamp(shortened(spaces_shown(token.text), HEAD_CHARACTERS), HEAD) for token in sheet.tokens
    ]
    indent = round(max(drawn.width for drawn in ids)) + ID_GAP + 2
    scales = colour_bar.scales(sheet)
    widest = max(n_tokens * width, _reach(heads, width), *(scale.width for scale in scales))
    across = round(max(indent + widest, NARROWEST_TEXT))
    heading = Heading.wrapped(sheet.title, "", across)
    bars_top = MARGIN + heading.height + UNDER_HEADING
    above = max(drawn.up for drawn in heads) + 8
    grid = Grid(
        MARGIN + indent,
        MARGIN + heading.height + len(scales) * colour_bar.BLOCK_HEIGHT + above,
        width,
        height,
        sheet.shade.fill(theme, sheet.negatives),
    )
    items: list[Item] = [*heading.labels(STYLES[theme]), grid]
    for number, scale in enumerate(scales):
        top = bars_top + number * colour_bar.BLOCK_HEIGHT
        items += colour_bar.lay_out(scale, theme, grid.left, top)
    items += _head_labels(sheet, heads, grid, theme)
    items += _id_labels(sheet, ids, grid, theme)
    size = (across + 1 + 2 * MARGIN, grid.top + n_features * height + 1 + MARGIN)
    return Layout(size, STYLES[theme], tuple(items))


def _cell_size(n_features: int, n_tokens: int) -> tuple[int, int]:
    """Return width and height of a cell: roomy for few, as small as labels allow for many."""
    return (40 if n_tokens <= 40 else 26), (24 if n_features <= 80 else 17)


def _reach(heads: Sequence[Stamp], width: int) -> float:
    """Return how far slanted heads reach to the right of the first cell's left edge."""
    return max(
        column * width + width / 2 + drawn.left + drawn.columns
        for column, drawn in enumerate(heads)
    )


def _head_labels(
    sheet: MatrixSheet, heads: Sequence[Stamp], grid: Grid, theme: str
) -> Iterator[Label]:
    """Give the token over each column, or over every which has room."""
    for column in _legible(len(heads), grid.cell_width, HEAD_ROOM):
        x = grid.left + column * grid.cell_width + grid.cell_width / 2
        text = sheet.tokens[column].text
        yield Label(text, heads[column], x, grid.top - HEAD_GAP, STYLES[theme].soft)


def _id_labels(sheet: MatrixSheet, ids: Sequence[Stamp], grid: Grid, theme: str) -> Iterator[Label]:
    """Give the feature's id beside each row, or beside every which has room."""
    up = grid.cell_height // 2 + 5
    for row in _legible(len(ids), grid.cell_height, ID_ROOM):
        drawn = in_line(ids[row], up, grid.cell_height - up)
        x = grid.left - ID_GAP - drawn.width
        y = grid.top + row * grid.cell_height + grid.cell_height / 2 + 5
        yield Label(sheet.names[row].id, drawn, x, y, STYLES[theme].soft)


def _legible(count: int, size: int, needed: int) -> range:
    """Return which of `count` labels are shown so that each has room, the first always."""
    return range(0, count, max(1, -(-needed // size)))
