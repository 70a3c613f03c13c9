"""How much a page bears: when a report gets several pages, and what a large card leaves out."""

from reportgen.sheets import ReportSheet

__all__ = ["is_crowded", "is_too_large", "most_rows"]

MATRIX_CELLS = 50_000
"""Cells of a matrix in the page; of a larger matrix the strongest features are shown."""
CROWDED = 50_000
"""Tokens of a card above which those without a colour share spans, so that a browser bears more."""
MOST_ELEMENTS = 250_000
"""Token spans and cells in one page (measured: more make a browser slow to open it)."""


def is_too_large(report: ReportSheet) -> bool:
    """Tell whether a report has too much for one page, so that each probe should get its own."""
    return len(report.probes) > 1 and report.n_elements > MOST_ELEMENTS


def most_rows(n_tokens: int) -> int:
    """Return how many features a matrix over `n_tokens` tokens shows at the most."""
    return max(1, MATRIX_CELLS // n_tokens)


def is_crowded(n_tokens: int) -> bool:
    """Tell whether a card has so many tokens that those without a colour share spans."""
    return n_tokens > CROWDED
