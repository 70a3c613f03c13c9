"""How dumps, probes and features are shown in a notebook; a higher layer decides.

A notebook asks an object for `_repr_html_`. What that gives is drawn by the page, which knows
dumps; so that dumps need not know the page, the function that draws is handed in from above.
"""

from collections.abc import Callable

__all__ = ["Displayed", "display_with"]

_drawn_by: list[Callable[[object], str]] = []


def display_with(draw: Callable[[object], str]) -> None:
    """Draw everything that is `Displayed` with this function, which returns HTML."""
    _drawn_by[:] = [draw]


class Displayed:
    """Something that a notebook shows as HTML."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return _drawn_by[0](self)
