"""Colour bars: the colour curve over activation units."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from reportgen import core
from reportgen.figures.canvas import RGB, STYLES, Bar, Box, Item, Label
from reportgen.figures.text import NOTE, TICK, Stamp, stamp
from reportgen.sheets import MatrixSheet
from reportgen.words import short_number

WIDTH, HEIGHT = 320, 14
BLOCK_HEIGHT = 82
"""Of a colour bar with its texts and the gap below it."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What a colour bar says."""

    note: str
    limit: float
    """The activation at its right end; 0 where there is nothing to show but the note."""
    color: RGB
    has_arrow: bool = False

    @property
    def width(self) -> float:
        """Pixels that bar, arrow and note need."""
        return max(WIDTH + HEIGHT, stamp(self.note, NOTE).width)


def scales(sheet: MatrixSheet) -> list[Scale]:
    """Return the scales of a drawing: of its positive values, and of shown negative ones."""
    if sheet.max_value > core.VISIBLE_ABOVE:
        above = " · BOS above the max" if sheet.exceeded else ""
        note = f"activation, on a log ramp{above}"
        found = [Scale(note, sheet.max_value, core.EMERALD, sheet.exceeded)]
    else:
        note = "no activation above zero" + " but on BOS" * sheet.exceeded
        found = [Scale(note, 0.0, core.EMERALD)]
    if sheet.is_signed:
        found.append(Scale("negative activation, likewise", -sheet.max_value, core.ROSE))
    return found


def lay_out(scale: Scale, theme: str, left: int, top: int) -> Iterator[Item]:
    """Give the note of a scale, its colour bar, and numbers below the bar."""
    soft = STYLES[theme].soft
    yield Label(scale.note, stamp(scale.note, NOTE), left, top + HEIGHT, soft)
    if not scale.limit:
        return
    box = Box(left, top + 22, left + WIDTH, top + 22 + HEIGHT)
    alpha = core.opacity(np.linspace(0.0, 1.0, WIDTH), 1.0)
    colors = core.composite(alpha, core.THEMES[theme], scale.color)
    ticks = _ticks(scale.limit)
    columns = tuple(round(left + share * (WIDTH - 1)) for share in ticks)
    yield Bar(box, colors, scale.limit, scale.has_arrow, columns)
    for share, drawn in ticks.items():
        # The outer numbers end where the bar does.
        shift = drawn.width * (share if share in (0, 1) else 0.5)
        x = left + share * (WIDTH - 1) - shift
        yield Label(drawn.text, drawn, x, box.bottom + 20, soft)


def _ticks(limit: float) -> dict[float, Stamp]:
    """Return the numbers of a colour bar by their place on it, as many as have room."""
    ticks = {
        share: stamp(short_number(limit * share) if share else "0", TICK)
        for share in (0.0, 0.25, 0.5, 0.75, 1.0)
    }
    if max(drawn.width for drawn in ticks.values()) * 1.5 + 10 <= WIDTH / 4:
        return ticks
    return {share: drawn for share, drawn in ticks.items() if share % 0.5 == 0}
