"""The numbers of a dump, each worked out once: maxima, minima, ranks, places of features."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen import core
from reportgen.dumps import Dump, Feature, Probe
from reportgen.sheets.names import file_names, shown_name
from reportgen.tokens import BOS_TOKENS, Token, read_tokens, readable

__all__ = ["Gauge", "Measures"]


@dataclass(frozen=True, slots=True, eq=False)
class Gauge:
    """What a probe's drawings share: readable tokens, and every max, minimum and rank."""

    probe_id: str
    place: str
    """The probe's id, after the file that it is from if there are several."""
    prompt: str
    tokens: tuple[Token, ...]
    counted: NDArray[np.bool_]
    """Which tokens count for a max."""
    maxima: NDArray[np.float64]
    """Of each feature."""
    minima: NDArray[np.float64]
    order: NDArray[np.intp]
    """The rows of the features by rank."""

    @property
    def max_value(self) -> float:
        """The max of all features."""
        return float(self.maxima.max())

    @property
    def min_value(self) -> float:
        """The minimum of all features."""
        return float(self.minima.min())


class Measures:
    """The numbers of one dump."""

    def __init__(self, dump: Dump, include_bos: bool) -> None:
        self.dump = dump
        self.include_bos = include_bos
        self.file_names = tuple(file_names(dump))
        self._gauges: dict[int, Gauge] = {}
        self._other_specials = [_has_other_specials(probe) for probe in dump.probes]
        self._places = _places(dump)
        self.known = list(self._places)
        """Every feature of the dump, once."""

    def gauge(self, number: int) -> Gauge:
        """Measure probe `number`, once."""
        if number not in self._gauges:
            self._gauges[number] = self._measured(self.dump.probes[number])
        return self._gauges[number]

    def _measured(self, probe: Probe) -> Gauge:
        tokens = read_tokens(probe.tokens, probe.byte_level)
        special = probe.special
        if special is None:
            special = np.array([token.is_bos for token in tokens])
        counted = ~special | self.include_bos
        probe_id = shown_name(probe.probe_id)
        file = f"{self.file_names[probe.file]} · " if len(self.file_names) > 1 else ""
        maxima = core.max_over(probe.values, counted)
        return Gauge(
            probe_id=probe_id,
            place=file + probe_id,
            prompt=readable(probe.prompt),
            tokens=tokens,
            counted=counted,
            maxima=maxima,
            minima=-core.max_over(-probe.values, counted),
            order=core.rank_order(maxima),
        )

    def places(self, feature: Feature) -> list[tuple[int, int]]:
        """Return where `feature` is: number of the probe, row in it."""
        return sorted(
            (number, row)
            for numbers, rows in self._places[feature]
            for number in numbers
            for row in rows
        )

    def limits(self, number: int, row: int) -> tuple[float, float]:
        """Return max and minimum of row `row` of probe `number`."""
        gauge = self.gauge(number)
        return float(gauge.maxima[row]), float(gauge.minima[row])

    def max_note(self, numbers: Iterable[int]) -> str:
        """Return which tokens the max of some probes is over, in the words of titles."""
        return "incl. BOS" if self.include_bos else f"excl. {self.left_out(numbers)}"

    def left_out(self, numbers: Iterable[int]) -> str:
        """Return which tokens the max of some probes leaves out, in words."""
        others = any(self._other_specials[number] for number in numbers)
        return "special tokens" if others else "BOS"


def _has_other_specials(probe: Probe) -> bool:
    """Tell whether the tokenizer calls more tokens special than those known as BOS."""
    if probe.special is None:
        return False
    return not {probe.tokens[place] for place in np.flatnonzero(probe.special)} <= BOS_TOKENS


def _places(dump: Dump) -> dict[Feature, list[tuple[list[int], list[int]]]]:
    """Return, of each feature, for each list that it is in: the probes with it, its rows in it.

    Most dumps have the same features in every probe: such a list is looked into once.
    """
    alike: dict[int, list[int]] = {}
    for number, probe in enumerate(dump.probes):
        alike.setdefault(id(probe.features), []).append(number)
    places: dict[Feature, list[tuple[list[int], list[int]]]] = {}
    for numbers in alike.values():
        rows: dict[Feature, list[int]] = {}
        for row, feature in enumerate(dump.probes[numbers[0]].features):
            rows.setdefault(feature, []).append(row)
        for feature, own in rows.items():
            places.setdefault(feature, []).append((numbers, own))
    return places
