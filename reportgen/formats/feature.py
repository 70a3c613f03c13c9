"""Neuronpedia's `/api/feature/{modelId}/{layer}/{index}`: one feature on many texts.

    modelId        text, such as `gpt2-small`
    layer          text, the source, such as `6-res-jb`
    index          whole number, mostly as text
    sourceSetName  text, such as `res-jb` (may be missing)
    activations    list of texts (one that the feature is not active on at all has none):
        tokens     list of text
        values     list of numbers, one per token
        dataSource "bottom" where these are the lowest activations (may be missing)
        maxValue, binMin, binMax, binContains, dfaValues, …  (ignored)
    explanations   list of objects, the first of which has the best `description`; it is shown
    neg_str, pos_str, freq_hist_data_bar_heights, …  (ignored)

Each distinct text is a probe. A text that stands in the list twice, as one of the strongest and in
its interval, is read once.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from reportgen.formats.model import Activations, Kind
from reportgen.formats.record import Record


def _fits(data: dict[str, Any]) -> bool:
    return "tokens" not in data and {"modelId", "index"} <= set(data)


def read(record: Record) -> Iterator[Activations]:
    """Read one feature."""
    key, activations = record.key(required=True), record.get("activations")
    if activations is not None and not isinstance(activations, list):
        record.fault("activations", "a list of objects with 'tokens' and 'values'", activations)
    elif not activations:
        record.lacks("activations", "a non-empty list with one text each", activations)
    elif key is not None:
        keys = record.reading.shared_keys([key])
        for item in record.objects("activations", "an object with 'tokens' and 'values'"):
            tokens = item.tokens()
            values = None if tokens is None else item.values("values", len(tokens))
            if tokens is not None and values is not None:
                yield Activations(
                    tokens, keys, values[np.newaxis], is_part=True, is_bottom=item.is_bottom
                )


KIND = Kind(
    name="Neuronpedia /api/feature",
    shape="modelId, layer and index with activations",
    keys=("modelId", "layer", "index", "activations"),
    fits=_fits,
    read=read,
)
