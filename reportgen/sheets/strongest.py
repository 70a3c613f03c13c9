"""Which features are strongest at each token of a probe. Pure NumPy."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from reportgen.core import VISIBLE_ABOVE
from reportgen.sheets.peaks import strength

__all__ = ["strongest_at"]


def strongest_at(
    values: NDArray[np.float64], ranks: NDArray[np.intp], negatives: bool, most: int
) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Give, for each token, how many rows of `values` `(rows, tokens)` show, and the strongest.

    They are those of highest value, or of highest |v| where negatives are shown; ties go by rank.
    """
    for column in values.T:
        strengths = strength(column, negatives)
        shown = np.flatnonzero(strengths > VISIBLE_ABOVE)
        order = np.lexsort((ranks[shown], -strengths[shown]))
        yield len(shown), shown[order[:most]]
