"""The matrix of a probe, all features × tokens, as HTML.

Its cells are put together here and not in a template, since a page has very many of them.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup, escape

from reportgen.page.links import Link
from reportgen.page.size import most_rows
from reportgen.sheets import MatrixSheet
from reportgen.words import short_number, shortened

__all__ = ["Matrix", "matrix"]

WIDE_CELLS_UP_TO = 40
"""A matrix of more tokens than this has narrow cells."""
_LONGEST_HEAD = 20


@dataclass(frozen=True)
class Matrix:
    """The matrix of all features × tokens."""

    title: str
    heads: tuple[str, ...]
    longest_head: int
    """In letters."""
    longest_id: int
    body: Markup
    shown: tuple[int, ...]
    """Which rows of the sheet it has; of a large matrix only the strongest."""
    n_features: int
    n_zero: int
    """Features without any colour."""
    has_zero: bool
    """Whether some of those are in it, folded."""
    wide: bool
    pngs: tuple[Link, ...]

    @property
    def n_shown(self) -> int:
        return len(self.shown)


def matrix(sheet: MatrixSheet, pngs: tuple[Link, ...]) -> Matrix:
    """Return the matrix of a probe, with links to its `pngs`; of a large one the strongest rows."""
    lit = sheet.lit
    shown = _shown(sheet)
    heads = tuple(_head(token.text) for token in sheet.tokens)
    is_whole = len(shown) == len(lit)
    folded = ~lit if is_whole else np.zeros_like(lit)
    return Matrix(
        title=sheet.title,
        heads=heads,
        longest_head=max(map(_letters, heads)),
        longest_id=max((_letters(sheet.names[row].id) for row in shown), default=0),
        body=_body(sheet, shown, folded.tolist()),
        shown=shown,
        n_features=len(lit),
        n_zero=int(np.count_nonzero(~lit)),
        has_zero=bool(folded.any()),
        wide=len(heads) <= WIDE_CELLS_UP_TO,
        pngs=pngs,
    )


def _shown(sheet: MatrixSheet) -> tuple[int, ...]:
    """Return which features the page shows: all, or the strongest of very many.

    Where none of very many is positive, those with negative values are shown.
    """
    most = most_rows(len(sheet.tokens))
    if len(sheet.lit) <= most:
        return tuple(range(len(sheet.lit)))
    coloured = sheet.lit if sheet.lit.any() else np.any(sheet.shade.rose > 0, axis=1)
    strongest = np.argsort(sheet.ranks)
    return tuple(sorted(strongest[coloured[strongest]][:most].tolist()))


def _head(text: str) -> str:
    """Return a token's text for the head of its column."""
    return shortened(text.strip(" ") or "␣" * len(text), _LONGEST_HEAD)


def _letters(text: str) -> int:
    """Return how wide `text` is in a monospaced font: East Asian letters count twice."""
    return len(text) + sum(unicodedata.east_asian_width(char) in "WF" for char in text)


def _body(sheet: MatrixSheet, shown: Sequence[int], folded: Sequence[bool]) -> Markup:
    """Return the rows of a matrix; `folded` ones are of class `zero`.

    Only cells with a colour are elements, each in its column: all would make a browser slow.
    """
    shade = sheet.shade.cut(np.array(shown, dtype=np.intp))
    lines, positions = np.nonzero((shade.opacity > 0) | (shade.rose > 0))
    ends = np.searchsorted(lines, np.arange(len(shown) + 1)).tolist()
    arrays = (shade.opacity, shade.rose, shade.values)
    cells = list(
        map(_cell, positions.tolist(), *(array[lines, positions].tolist() for array in arrays))
    )
    return Markup(
        "\n".join(
            f"<tr{' class=zero' if folded[row] else ''} data-n={sheet.positions[row]}>"
            f"<th scope=row>{escape(sheet.names[row].id)}</th>{''.join(cells[start:end])}"
            for row, start, end in zip(shown, ends, ends[1:], strict=False)
        )
    )


def _cell(position: int, alpha: float, rose: float, value: float) -> str:
    """Return one cell of a matrix, kept short: the style sheet makes a colour of the opacity."""
    column = position + 2  # the features' ids are in the first
    kind, shade = (" class=n", f"--n:{rose:.4f}") if rose else ("", f"--a:{alpha:.4f}")
    told = f"aria-colindex={column} aria-label={short_number(value)}"
    return f"<td{kind} style=grid-column:{column};{shade} {told}>"
