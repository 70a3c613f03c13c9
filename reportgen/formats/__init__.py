"""Readers of other people's files, one module a kind.

A module says what its kind looks like, by which keys it is told, and how a record of it is read.
What all have in common is in `envelope`, which walks through a file and gives its records one by
one, and in `record`, which has the checks.
"""

from importlib import import_module
from typing import Any

from reportgen.formats import dump
from reportgen.formats.record import Kind

__all__ = ["KINDS", "recognise"]

_MODULES = (
    "activation_all",
    "dump",
    "activation_single",
    "activation_source",
    "search_all",
    "arrays",
    "export",
    "activation_new",
    "feature",
)
"""One line a kind; of those that fit a record the first reads it."""

KINDS: tuple[Kind, ...] = tuple(import_module(f"{__name__}.{name}").KIND for name in _MODULES)


def recognise(data: dict[str, Any]) -> Kind | None:
    """Return the kind of a record, told by its keys; a broken one may be meant as a dump."""
    for kind in KINDS:
        if kind.fits(data):
            return kind
    return dump.KIND if any(key.casefold() in dump.KIND.keys for key in data) else None
