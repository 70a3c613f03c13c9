"""The pages of a report that has many: where each is, and how they lead to one another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from reportgen import paths
from reportgen.dumps import Feature
from reportgen.sheets import Outline

__all__ = ["Around", "Site"]

One = TypeVar("One")
_UP = "../"
"""From the folder of a page to the report's directory."""


@dataclass(frozen=True)
class Around:
    """The pages before and after one, and the one above, as its links."""

    previous: str | None
    following: str | None
    noun: str
    """What the page is of: `probe` or `feature`."""
    up: str = f"{_UP}{paths.INDEX}"


class Site:
    """The pages of probes and features; links are from one of them."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline

    def folder(self, feature: Feature) -> str:
        """Return the folder of a feature's page."""
        stacked = self._outline.feature_places[feature] < len(self._outline.stacked)
        return paths.feature_folder(self.number(feature), stacked=stacked)

    def number(self, feature: Feature) -> int:
        """Return the number in the name of a feature's page."""
        place, n_stacked = self._outline.feature_places[feature], len(self._outline.stacked)
        return len(self._outline.probes) + place if place < n_stacked else place - n_stacked

    def around_probe(self, number: int) -> Around:
        """Return what is around the page of a probe."""
        numbers = self._outline.probes
        before, after = _near(numbers, self._outline.probe_places[number])
        return Around(_link(before, paths.probe_folder), _link(after, paths.probe_folder), "probe")

    def around_feature(self, feature: Feature) -> Around:
        """Return what is around the page of a feature."""
        place = self._outline.feature_places[feature]
        before, after = _near(self._outline.features, place)
        return Around(_link(before, self.folder), _link(after, self.folder), "feature")

    def to_feature(self, feature: Feature, probe_id: str) -> str | None:
        """Return the link to a feature's row of a probe on its own page, if it has one."""
        if feature not in self._outline.feature_places:
            return None
        card = paths.feature_anchor(feature.source, feature.index)
        row = paths.row_anchor(card, paths.probe_anchor(probe_id))
        return f"{_link(feature, self.folder)}#{row}"

    def to_probe(self, number: int, probe_id: str, feature: Feature) -> str | None:
        """Return the link to a feature's row on the page of a probe, if the probe has one."""
        if number not in self._outline.probe_places:
            return None
        own = paths.feature_anchor(feature.source, feature.index)
        row = paths.row_anchor(paths.probe_anchor(probe_id), own)
        return f"{_link(number, paths.probe_folder)}#{row}"


def _near(of: Sequence[One], place: int) -> tuple[One | None, One | None]:
    """Return what is before and after a place."""
    return (of[place - 1] if place else None, of[place + 1] if place + 1 < len(of) else None)


def _link(one: One | None, folder: Callable[[One], str]) -> str | None:
    """Return the link to the page of something, if there is something."""
    return None if one is None else f"{_UP}{paths.page_in(folder(one))}"
