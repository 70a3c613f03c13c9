"""What a report has to show, worked out from the JSON alone: nothing of reportgen is used."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

EMERALD, ROSE = (52, 211, 153), (253, 164, 175)
CARDS = {"light": (255, 255, 255), "dark": (15, 23, 42)}
TOP = 10

_BOS = {"<bos>", "<|endoftext|>", "<|begin_of_text|>", "<s>", "[CLS]"}

Feature = tuple[str, int]
RGB = tuple[int, int, int]


@dataclass(frozen=True)
class Row:
    """One feature in one probe; `max` and `min` are what its colours are relative to."""

    anchor: str
    probe: int
    number: int
    values: list[float]
    max: float
    min: float
    probe_max: float


class Truth:
    """A dump, read once more."""

    def __init__(self, doc: dict[str, Any], stacked: Sequence[str] = ()) -> None:
        self.stacked = stacked
        self.tokens: list[list[str]] = [result["tokens"] for result in doc["results"]]
        self.features: list[list[tuple[Feature, list[float]]]] = [
            _features(result) for result in doc["results"]
        ]

    def ends(self, probe: int, values: Sequence[float]) -> tuple[float, float]:
        """Return the max and the minimum of `values` over the tokens that are not BOS."""
        counted = [value for value in self.counted(probe, values) if value is not None]
        return max(counted, default=0.0), min(counted, default=0.0)

    def top(self, row: "Row") -> int:
        """Return the position of a row's top token."""
        counted = self.counted(row.probe, row.values)
        return counted.index(max(value for value in counted if value is not None))

    def counted(self, probe: int, values: Sequence[float]) -> list[float | None]:
        """Return `values` with None on BOS tokens."""
        pairs = zip(values, self.tokens[probe], strict=True)
        return [None if token in _BOS else value for value, token in pairs]

    def order(self, probe: int) -> list[int]:
        """Return the numbers of a probe's features, the strongest first."""
        maxima = [self.ends(probe, values)[0] for _, values in self.features[probe]]
        return sorted(range(len(maxima)), key=lambda number: -maxima[number])

    def probe_ends(self, probe: int) -> tuple[float, float]:
        """Return the max and the minimum of a probe, over all its features."""
        ends = [self.ends(probe, values) for _, values in self.features[probe]]
        return max(high for high, _ in ends), min(low for _, low in ends)

    def by_probe(self) -> list[Row]:
        """Return the top rows of each probe."""
        rows = []
        for probe, features in enumerate(self.features):
            for rank, number in enumerate(self.order(probe)[:TOP], 1):
                values = features[number][1]
                rows.append(self._row(f"p{probe}-r{rank}", probe, number, self.ends(probe, values)))
        return rows

    def by_feature(self) -> list[Row]:
        """Return the rows of each feature: first those `stacked`, then those of the second view."""
        first = [f for f in self._known() if f"{f[0]}:{f[1]}" in self.stacked]
        tops = dict.fromkeys(
            self.features[row.probe][row.number][0]
            for row in self.by_probe()
            if self.features[row.probe][row.number][0] not in first
        )
        others = sorted(tops, key=lambda feature: -self._ends_of(feature)[0])
        named = [(f"s{n}", f) for n, f in enumerate(first)]
        named += [(f"f{n}", f) for n, f in enumerate(others)]
        return [
            self._row(f"{anchor}-r{line}", probe, number, self._ends_of(feature))
            for anchor, feature in named
            for line, (probe, number) in enumerate(self._places(feature), 1)
        ]

    def _row(self, anchor: str, probe: int, number: int, ends: tuple[float, float]) -> Row:
        values = self.features[probe][number][1]
        return Row(anchor, probe, number, values, *ends, self.probe_ends(probe)[0])

    def _known(self) -> list[Feature]:
        return list(dict.fromkeys(f for features in self.features for f, _ in features))

    def _places(self, feature: Feature) -> list[tuple[int, int]]:
        return [
            (probe, number)
            for probe, features in enumerate(self.features)
            for number, (other, _) in enumerate(features)
            if other == feature
        ]

    def _ends_of(self, feature: Feature) -> tuple[float, float]:
        ends = [self.ends(p, self.features[p][n][1]) for p, n in self._places(feature)]
        return max(high for high, _ in ends), min(low for _, low in ends)


def _features(result: dict[str, Any]) -> list[tuple[Feature, list[float]]]:
    """Return the features of a result, from the first layout that it has."""
    if items := result.get("activations") or result.get("features"):
        return [((item["source"], int(item["index"])), item["values"]) for item in items]
    return [(("unknown", number), values) for number, values in enumerate(result["counts"])]


def alpha(value: float, maximum: float) -> float:
    """Return the opacity of the design's rule."""
    if value <= 0.00005 or maximum <= 0:
        return 0.0
    return 0.05 + 0.95 * math.log10(1 + 9 * min(value, maximum) / maximum)


def over(card: RGB, opacity: float, color: RGB = EMERALD) -> tuple[float, ...]:
    """Return `color` composited on a card."""
    return tuple(opacity * c + (1 - opacity) * b for c, b in zip(color, card, strict=True))


def contrast(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the contrast ratio of WCAG 2."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Sequence[float]) -> float:
    shares = [channel / 255 for channel in color]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
