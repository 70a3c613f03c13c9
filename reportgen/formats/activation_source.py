"""Neuronpedia's `/api/activation/source`: every active feature of one source, sparse.

    tokens           list of text
    activeFeatures   object: index of a feature, as text → list of [position, value]
                     (null or empty where none is active: that text is skipped)

There is one such object for each prompt, in `results`; Neuronpedia itself wraps that in `data`.
What is not listed is zero. The source is not in the answer: `source` (or `layer`) and `model` (or
`modelId`) are read if they have been added, to the answer or around `results`.
"""

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.formats.model import Activations, FeatureKey, Kind
from reportgen.formats.record import Record, whole_number

_NUMBER_TYPES = {int, float}


def _fits(data: dict[str, Any]) -> bool:
    return "activeFeatures" in data or "active_features" in data


def read(record: Record) -> Iterator[Activations]:
    """Read one prompt."""
    tokens, about = record.tokens(), record.key()
    active = record.get("activeFeatures", "active_features")
    wanted = "an object of lists of [position, value] by feature"
    if tokens is None or about is None:
        return
    if active is not None and not isinstance(active, dict):
        record.fault("activeFeatures", wanted, active)
    elif not active:
        record.lacks("activeFeatures", wanted, active)
    elif record.reading.may_unfold(record.at("activeFeatures"), len(active) * len(tokens)):
        yield from _dense(record, tokens, about, active)


def _dense(
    record: Record, tokens: tuple[str, ...], about: FeatureKey, active: dict[str, Any]
) -> Iterator[Activations]:
    """Spread sparse activations over the tokens."""
    keys: list[FeatureKey] = []
    values = np.zeros((len(active), len(tokens)))
    for row, (index, pairs) in zip(values, active.items(), strict=True):
        place = f"activeFeatures[{index[:40]!r}]"
        number = whole_number(index)
        if number is None:
            record.fault(place, "the index of a feature as its key", index)
        elif _fill(record, place, row, pairs):
            keys.append(FeatureKey(about.source, number, about.model, about.source_set))
    if len(keys) == len(active):
        yield Activations(tokens, tuple(keys), values)


def _fill(record: Record, place: str, row: NDArray[np.float64], pairs: Any) -> bool:
    """Write `pairs` into `row`; tell whether they are all as they have to be."""
    if not isinstance(pairs, list):
        record.fault(place, "a list of [position, value]", pairs)
        return False
    for number, pair in enumerate(pairs):
        here = f"{place}[{number}]"
        if not isinstance(pair, list) or len(pair) != 2:
            record.fault(here, "[position, value]", pair)
            return False
        position, value = whole_number(pair[0]), pair[1]
        if position is None or position >= len(row):
            record.fault(f"{here}[0]", f"the position of a token, 0 to {len(row) - 1}", pair[0])
            return False
        if type(value) not in _NUMBER_TYPES or not abs(value) <= sys.float_info.max:
            record.fault(f"{here}[1]", "a finite number", value)
            return False
        row[position] = value
    return True


KIND = Kind(
    name="Neuronpedia /api/activation/source",
    shape="tokens with activeFeatures",
    keys=("tokens", "activeFeatures"),
    fits=_fits,
    read=read,
)
