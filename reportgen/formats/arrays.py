"""Arrays as NumPy saves them, `.npz`.

    tokens       text, `(tokens,)`
    acts         numbers, `(tokens, features)`
    feature_ids  whole numbers, or text such as `6-res-jb:123`, `(features,)` (default: 0, 1, …)
    prompt       text (may be missing)
    model        text (may be missing)
    source_set   text (may be missing)

Arrays of Python objects are refused: to unpickle a stranger's file can run anything.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.formats.record import MOST_VALUES, Key, Kind, Record, Text, describe, whole_number


def _fits(data: dict[str, Any]) -> bool:
    return "acts" in data


def read(record: Record) -> Iterator[Text]:
    """Read the lists and texts, and `acts`, an array or what NumPy can make one of."""
    tokens, prompt = record.tokens(), record.text("prompt")
    if tokens is None:
        return
    acts = _acts(record, len(tokens))
    keys = None if acts is None else _keys(record, acts.shape[1])
    if acts is not None and keys is not None:
        yield Text(tokens, keys, np.ascontiguousarray(acts.T), prompt=prompt)


def _acts(record: Record, n_tokens: int) -> NDArray[np.float64] | None:
    """Return the activations `(tokens, features)`."""
    try:
        acts = np.asarray(record.data["acts"])
    except ValueError:  # lists of unequal lengths
        record.fault("acts", "an array (tokens, features)", record.data["acts"])
        return None
    shape = " × ".join(map(str, acts.shape)) or "a single value"
    if acts.ndim != 2 or acts.shape[0] != n_tokens or not acts.shape[1]:
        turn = "; turn it by acts.T" if acts.ndim == 2 and acts.shape[1] == n_tokens else ""
        record.reading.faults.append(
            f"{record.at('acts')}: expected an array (tokens, features), {n_tokens} × 1 or more, "
            f"found {shape}{turn}"
        )
    elif acts.dtype.kind not in "fiu":
        record.reading.faults.append(
            f"{record.at('acts')}: expected numbers, found an array of type {acts.dtype}"
        )
    elif acts.size > MOST_VALUES:
        record.reading.faults.append(f"{record.at('acts')}: {shape} are too many for one probe")
    elif not (finite := np.isfinite(values := _as_float64(acts))).all():
        token, feature = np.argwhere(~finite)[0].tolist()
        record.fault(f"acts[{token}, {feature}]", "a finite number", float(values[token, feature]))
    else:
        return values
    return None


def _as_float64(acts: NDArray[Any]) -> NDArray[np.float64]:
    """Return `acts` in the type that everything is computed in."""
    with np.errstate(over="ignore"):  # what does not fit becomes infinite, and is refused as that
        return acts.astype(np.float64)


def _keys(record: Record, n_features: int) -> tuple[Key, ...] | None:
    """Return which features the columns are of."""
    ids = record.get("feature_ids")
    if ids is None:
        ids = list(range(n_features))
    if not isinstance(ids, list) or len(ids) != n_features:
        found = f"{len(ids)}" if isinstance(ids, list) else describe(ids)
        wanted = f"{n_features} id{'s' * (n_features != 1)}, one per column of acts"
        record.reading.faults.append(
            f"{record.at('feature_ids')}: expected {wanted}, found {found}"
        )
        return None
    model, source_set = record.text("model"), record.text("source_set")
    keys = []
    for number, name in enumerate(ids):
        source, _, index = str(name).rpartition(":")
        column = whole_number(index if isinstance(name, str) else name)
        if column is None:
            wanted = "a whole number, or text such as '6-res-jb:123'"
            record.fault(f"feature_ids[{number}]", wanted, name)
            return None
        keys.append(Key(source or None, column, model, source_set))
    return record.reading.shared_keys(keys)


KIND = Kind(
    name="arrays",
    shape="tokens with acts",
    keys=("tokens", "acts", "feature_ids"),
    fits=_fits,
    read=read,
)
