"""Defaults for records, from the members around them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reportgen.formats.model import Activations, FeatureKey
from reportgen.formats.record import Record, whole_number

__all__ = ["completed"]


def completed(activations: Iterable[Activations], around: Record) -> Iterator[Activations]:
    """Give `activations` with what their features lack filled in from the members around them."""
    known = FeatureKey(
        around.source(),
        whole_number(around.get("index")),
        around.text("modelId", "model"),
        around.text("sourceSetName", "source_set"),
    )
    done: dict[tuple[FeatureKey, ...], tuple[FeatureKey, ...]] = {}
    for one in activations:
        if one.keys not in done:
            done[one.keys] = tuple(_filled(key, known, around) for key in one.keys)
        yield replace(one, keys=done[one.keys])


def _filled(key: FeatureKey, known: FeatureKey, around: Record) -> FeatureKey:
    """Return `key` with its missing parts filled in."""
    source = known.source if key.source is None else key.source
    source_set = key.source_set or known.source_set
    if around.is_neuronpedia:
        source_set = source_set or around.reading.source_set_of(source)
    return replace(
        key,
        source=source,
        index=known.index if key.index is None else key.index,
        model=key.model or known.model,
        source_set=source_set,
    )
