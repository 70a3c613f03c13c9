"""What a report has cards of, without their sheets: for links from page to page."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from reportgen.dumps import Feature

__all__ = ["Outline"]


@dataclass(frozen=True, eq=False)
class Outline:
    """The drawn probes and the features with a card of their own, in their order."""

    probes: Sequence[int]
    """Their numbers in the dump."""
    stacked: Sequence[Feature]
    """The features with a stacked heatmap."""
    by_feature: Sequence[Feature]
    """The others."""

    @cached_property
    def features(self) -> tuple[Feature, ...]:
        """All features with a card."""
        return (*self.stacked, *self.by_feature)

    @cached_property
    def probe_places(self) -> dict[int, int]:
        """Where each probe is among `probes`."""
        return {number: place for place, number in enumerate(self.probes)}

    @cached_property
    def feature_places(self) -> dict[Feature, int]:
        """Where each feature is among `features`."""
        return {feature: place for place, feature in enumerate(self.features)}
