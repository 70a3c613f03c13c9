"""Strangers' names and texts as they are shown."""

from collections.abc import Iterator

from reportgen.dumps import Dump
from reportgen.paths import UniqueNames
from reportgen.tokens import readable
from reportgen.words import shortened

__all__ = ["explanation_text", "file_names", "report_title", "shown_name"]

_LONGEST_NAME = 200
_LONGEST_EXPLANATION = 400


def shown_name(text: str) -> str:
    """Return a stranger's name as it is shown: readable, and not longer than a few lines."""
    return shortened(readable(text[: _LONGEST_NAME + 1]), _LONGEST_NAME)


def explanation_text(text: str) -> str:
    """Return what a feature is about, on one line."""
    start = " ".join(text.split())[: _LONGEST_EXPLANATION + 1]
    return shortened(readable(start), _LONGEST_EXPLANATION)


def report_title(dump: Dump, given: str | None) -> str:
    """Return the heading of a report: the one that was `given`, or what it is of."""
    models = dump.models
    own = f"{models[0]} · {dump.name}" if len(models) == 1 else dump.name
    return readable(given or own)


def file_names(dump: Dump) -> Iterator[str]:
    """Give the names of a dump's files; those of the same name are numbered."""
    names = UniqueNames(" ({})")
    return (names.unique(shown_name(file.name)) for file in dump.files)
