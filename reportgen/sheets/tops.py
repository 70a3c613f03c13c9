"""Which features the by-feature view has: those in the top rows of some drawn probe."""

from collections.abc import Collection, Sequence

import numpy as np

from reportgen.dumps import Feature
from reportgen.sheets.measure import Measures
from reportgen.sheets.peaks import STATES, Maxima, State

__all__ = ["MOST_BY_FEATURE", "TopFeatures"]

MOST_BY_FEATURE = 100
"""Features of the by-feature view, unless `top_k` is more. Probes often have different ones on top,
and each has a row in every probe: without a bound, twice the probes make four times the rows."""


class TopFeatures:
    """The features of the by-feature view, in each state of the switches.

    There are none for one probe alone, where they would repeat its rows, and none of the features
    `elsewhere`, which the report shows over all probes anyway.
    """

    def __init__(
        self, measures: Measures, numbers: Sequence[int], top_k: int, elsewhere: Collection[Feature]
    ) -> None:
        self._measures = measures
        self._numbers = numbers if len(numbers) > 1 and top_k else ()
        self._top_k = top_k
        self._elsewhere = elsewhere
        built = self._strongest(measures.state)
        self.count = len(built)
        """How many there are as the report is built; of very many the strongest are shown."""
        most = max(MOST_BY_FEATURE, top_k)
        # Where there is nothing on BOS, or nothing negative, a switch of that changes nothing.
        has_bos = measures.has_bos(self._numbers)
        is_signed = any(map(measures.is_signed_in, self._numbers))
        known = {measures.state: built}
        self._places = []
        for state in STATES:
            alike = State(
                state.include_bos if has_bos else measures.state.include_bos,
                state.negatives if is_signed else measures.state.negatives,
            )
            if alike not in known:
                known[alike] = self._strongest(alike)
            self._places.append({feature: n for n, feature in enumerate(known[alike][:most], 1)})
        self.shown = built[:most]
        """Those of the state that the report is built in, strongest first."""
        everywhere = dict.fromkeys(feature for places in self._places for feature in places)
        shown = set(self.shown)
        self.others = [feature for feature in everywhere if feature not in shown]
        """Those of other states only."""

    @property
    def every(self) -> list[Feature]:
        """Those of the built state, then those of other states only."""
        return [*self.shown, *self.others]

    def places(self, feature: Feature) -> tuple[int | None, ...]:
        """Return the place of a feature in each of `STATES`, from 1 on; None if it has none."""
        return tuple(places.get(feature) for places in self._places)

    def _strongest(self, state: State) -> list[Feature]:
        """Return those of one state, strongest first."""
        found: dict[Feature, None] = {}
        for number in self._numbers:
            features = self._measures.dump.probes[number].features
            order = self._measures.ranking(number, state).order[: self._top_k]
            found.update(dict.fromkeys(features[row] for row in order.tolist()))
        wanted = [feature for feature in found if feature not in self._elsewhere]
        if not wanted:
            return []
        places = map(self._measures.places, wanted)
        highest = [self._measures.max_over(own, state) for own in places]
        order = Maxima(*map(np.array, zip(*highest, strict=True))).order()
        return [wanted[place] for place in order.tolist()]
