"""The limits of a page: when a report gets several pages, and what a large card leaves out."""

from collections.abc import Iterable
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from reportgen.sheets import Extent, ReportSheet

__all__ = ["is_crowded", "is_too_large", "most_rows", "n_elements", "n_strongest", "shown_features"]

MATRIX_CELLS = 50_000
"""Cells of a matrix in the page; of a larger matrix the strongest features are shown."""
CROWDED = 50_000
"""In a card of more tokens than this, those without a colour share spans: browsers stay fast."""
STRONGEST, MOST_STRONGEST = 10, 20_000
"""Features that are told as the strongest at a token, and at all tokens of a probe together."""
MOST_ELEMENTS = 250_000
"""Token spans and cells in one page (measured: more make a browser slow to open it)."""


def is_too_large(report: ReportSheet) -> bool:
    """Tell whether a report has too much for one page, so that each probe should get its own."""
    if len(report.probes) < 2:
        return False
    counts = map(n_elements, report.extents())
    return any(total > MOST_ELEMENTS for total in accumulate(counts))


def n_elements(extent: Extent) -> int:
    """Return how many spans, cells and heads a card has in the page; in shared spans, at most."""
    return _n_spans(extent) + _n_cells(extent)


def _n_spans(extent: Extent) -> int:
    """Return how many spans the tokens have."""
    total = int(extent.tokens.sum())
    if not is_crowded(total):
        return total
    # A row has a span for each active token, and one for each run before, between and after them.
    return int(np.minimum(extent.tokens, 2 * extent.active + 1).sum())


def _n_cells(extent: Extent) -> int:
    """Return how many cells the matrix has, with the heads of its columns and of its rows."""
    if not extent.columns:
        return 0
    cells = extent.cells[shown_features(len(extent.cells), extent.columns, extent.strongest)]
    return extent.columns + len(cells) + int(cells.sum())


def most_rows(n_tokens: int) -> int:
    """Return how many features a matrix over `n_tokens` tokens shows at most."""
    return max(1, MATRIX_CELLS // n_tokens)


def n_strongest(n_tokens: int) -> int:
    """Return how many features are told as the strongest at each of `n_tokens` tokens."""
    return max(1, min(STRONGEST, MOST_STRONGEST // n_tokens))


def shown_features(
    n_features: int, n_tokens: int, strongest: Iterable[NDArray[np.intp]]
) -> NDArray[np.intp]:
    """Return which features a matrix has rows of: all, or of very many the strongest.

    `strongest` has, for each state of the switches, the features that are not silent by rank.
    """
    most = most_rows(n_tokens)
    if n_features <= most:
        return np.arange(n_features)
    return np.unique(np.concatenate([rows[:most] for rows in strongest]))


def is_crowded(n_tokens: int) -> bool:
    """Tell whether tokens without a colour share spans in a card, since it has very many."""
    return n_tokens > CROWDED
