"""The entries of an overview: the page that leads to all others of a large report."""

from dataclasses import dataclass
from urllib.parse import quote

from reportgen.page.links import Link, relative
from reportgen.sheets import ProbeSheet, StripSheet
from reportgen.words import shortened

__all__ = ["Entry", "entry"]

_LONGEST_PROMPT = 300


@dataclass(frozen=True)
class Entry:
    """One page, in the overview of a report that has many."""

    url: str
    title: str
    prompt: str
    """Of a probe its prompt; of a feature what it is about."""
    combined: tuple[Link, ...]
    rows: tuple[Link, ...]
    names: tuple[str, ...]
    """Of its features, for the filter."""
    kind: str
    """`probe`, `feature` or `stacked`."""
    file: int = 0
    """Which file a probe is from."""


def entry(sheet: ProbeSheet | StripSheet, path: str) -> Entry:
    """Return what the overview has of the page at `path`."""
    if isinstance(sheet, StripSheet):
        pngs = relative(sheet.pngs)
        kind = "stacked" if pngs else "feature"
        return Entry(
            quote(path), sheet.title, sheet.name.explanation, pngs, pngs, (sheet.name.group,), kind
        )
    return Entry(
        url=quote(path),
        title=sheet.probe_id,
        prompt=shortened(sheet.prompt, _LONGEST_PROMPT),
        combined=relative(sheet.matrix.pngs),
        rows=tuple(link for row in sheet.rows for link in relative(row.pngs)),
        names=tuple(f"{row.name.title} {row.name.group}" for row in sheet.rows),
        kind="probe",
        file=sheet.file,
    )
