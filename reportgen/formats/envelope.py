"""What is around the records of a file, whatever their kind.

JSON may be one record, a list of records, an object with the records under `results`, the same
inside `data`, or JSON lines, each line any of these. The members around `results`, before or behind
it, say what its records leave out: `model` (or `modelId`), `source_set`, `source` (or `layer`),
`index`. Records are read one at a time, and the objects of each are gone before the next.

A ZIP archive is one record, of the arrays in it.
"""

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from reportgen.errors import InputError
from reportgen.formats import KINDS, recognise
from reportgen.formats.json_stream import JSONStream
from reportgen.formats.record import (
    Activations,
    FeatureKey,
    Reading,
    Record,
    guess,
    inside,
    named,
    pack_values,
    shown,
    whole_number,
)

__all__ = ["ZIP_MAGIC", "read_archive", "read_json"]

ZIP_MAGIC = b"PK\x03\x04"
_LIST, _WRAPPER = "results", "data"
_ARRAYS = ("tokens", "acts", "feature_ids", "prompt", "probe_id", "model", "source_set")


def read_json(file: BinaryIO, reading: Reading) -> Iterator[Activations]:
    """Give the texts of a JSON file; faults of it are noted in `reading`."""
    stream = JSONStream(file, pack_values)
    walk = _Walk(stream, reading)
    for number, line in enumerate(stream.documents()):
        if number == 1:  # only now it is known that there are lines
            reading.faults = [f"line {walk.line}: {fault}" for fault in reading.faults]
        walk.line = line
        if number:
            yield from walk.thing(f"line {line}: ", stream.value())
        else:
            yield from walk.document()
        if reading.is_hopeless:
            reading.stop()


def read_archive(data: bytes, reading: Reading, limit: int) -> Iterator[Activations]:
    """Give the text of an `.npz` archive; faults of it are noted in `reading`."""
    try:
        arrays = _arrays(data, reading, limit)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise InputError(f"{reading.name}: broken .npz file") from None
    if not reading.faults:
        record = Record(reading, "", arrays)
        yield from _completed(_texts(record), record)


def _arrays(data: bytes, reading: Reading, limit: int) -> dict[str, Any]:
    """Return what a record of arrays can have, all but the activations as lists and texts."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(item.file_size for item in archive.infolist()) > limit:
            raise InputError(
                f"{reading.name}: larger than {limit:,} bytes (counted unzipped); split it by "
                "probes, or allow more with --max-input-bytes"
            )
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        found = {
            key: _array(archive, key, reading) if key in _ARRAYS else None for key in archive.files
        }
    return {
        key: array.tolist() if isinstance(array, np.ndarray) and key != "acts" else array
        for key, array in found.items()
    }


def _array(archive: Any, key: str, reading: Reading) -> NDArray[Any] | None:
    """Return one array of an archive, or note why there is none."""
    reason = "something else"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of how old the file is
            array = archive[key]
        if isinstance(array, np.ndarray):
            return array
    except MemoryError:
        reason = "more than memory holds"
    except ValueError as error:
        if "pickle" in str(error):
            reason = "Python objects" + "; save it as np.array(…, dtype=str)" * (key == "tokens")
    reading.faults.append(f"{key}: expected an array, found {reason}")
    return None


class _Walk:
    """Walks through the documents of a file."""

    def __init__(self, stream: JSONStream, reading: Reading) -> None:
        self.stream = stream
        self.reading = reading
        self.line = 1

    def document(self) -> Iterator[Activations]:
        """Read the first document, which may be as large as the file."""
        opening = self.stream.peek()
        if opening == "{":
            yield from self.members("", _members(self.stream))
        elif opening == "[":
            number = -1
            for number in self.stream.items():
                yield from self.thing(f"[{number}]", self.stream.value())
            if number < 0:
                self.reading.fault("the top level", "an object with 'results'", [])
        else:
            yield from self.thing("", self.stream.value())

    def thing(self, place: str, found: Any) -> Iterator[Activations]:
        """Read what has to be an object."""
        if isinstance(found, dict):
            yield from self.members(place, found.items())
        elif isinstance(found, list) and place.endswith(" "):
            for number, item in enumerate(found):
                yield from self.thing(f"{place}[{number}]", item)
        else:
            wanted = "an object with 'tokens' and activations, or with a list 'results' of such"
            self.reading.fault(shown(place), wanted, found)

    def members(self, place: str, members: Iterable[tuple[str, Any]]) -> Iterator[Activations]:
        """Read an object, given by its members, that is a record or has records in it."""
        found: dict[str, list[Activations]] = {}
        around: dict[str, Any] = {}
        before = len(self.reading.faults)
        for key, value in members:
            if key == _LIST:
                del self.reading.faults[before:]  # (of a doubled key the last counts)
                found.pop(key, None)
            if key == _LIST and isinstance(value, list | Iterator):
                found[key] = self.records(inside(place, key), value)
            elif key == _WRAPPER and isinstance(value, dict | Iterator):
                around[key] = self.wrapper(inside(place, key), value, found)
            else:
                around[key] = value
        record = Record(self.reading, place, pack_values(around))
        if not found:
            yield from _completed(_texts(record), record)
            return
        if not any(found.values()) and len(self.reading.faults) == before:
            wanted = "a non-empty list with one result per probe"
            record.lacks(next(iter(found)), wanted, [])
        if isinstance(inner := around.get(_WRAPPER), dict):
            record = Record(self.reading, place, inner | around)
        yield from _completed(chain.from_iterable(found.values()), record)

    def wrapper(
        self, place: str, inner: dict[str, Any] | Iterator[Any], found: dict[str, list[Activations]]
    ) -> dict[str, Any]:
        """Read the object `data`, which may have the results in it; return the rest of it."""
        rest = {}
        for key, value in inner.items() if isinstance(inner, dict) else inner:
            if key == _LIST and isinstance(value, list | Iterator):
                found[f"{_WRAPPER}.{_LIST}"] = self.records(inside(place, key), value)
            else:
                rest[key] = value
        return rest

    def records(self, place: str, items: Iterable[Any]) -> list[Activations]:
        """Read a list of records."""
        texts = []
        for number, item in enumerate(items):
            here = f"{place}[{number}]"
            if isinstance(item, dict):
                texts += _texts(Record(self.reading, here, item))
            else:
                self.reading.fault(here, "an object with 'tokens' and 'activations'", item)
            if self.reading.is_hopeless:
                self.reading.stop()
        return texts


def _members(stream: JSONStream, *, is_inner: bool = False) -> Iterator[tuple[str, Any]]:
    """Give the members of the object that begins here; a list of results piece by piece.

    What is given piece by piece has to be taken before the next member.
    """
    for key in stream.members():
        opening = stream.peek()
        if key == _LIST and opening == "[":
            yield key, (stream.value() for _ in stream.items())
        elif key == _WRAPPER and opening == "{" and not is_inner:
            yield key, _members(stream, is_inner=True)
        else:
            yield key, stream.value()


def _texts(record: Record) -> list[Activations]:
    """Return the texts of one record; none if there is a fault in it."""
    reading, kind = record.reading, recognise(record.data)
    before = len(reading.faults)
    if kind is None:
        _refuse(record)
        return []
    reading.kinds[kind.name] = None
    texts = list(kind.read(record))
    return texts if len(reading.faults) == before else []


def _refuse(record: Record) -> None:
    """Note that a record is of no kind."""
    if _LIST in record.data:
        record.fault(_LIST, "a non-empty list with one result per probe", record.data[_LIST])
        return
    wanted = dict.fromkeys((_LIST, *(key for kind in KINDS for key in kind.keys)))
    hint = next(filter(None, (guess(record.data, key) for key in wanted)), "")
    has = (named(record.data) or "no keys") + hint
    record.reading.faults.append(
        f"{shown(record.place)}: recognised as none of the kinds that are read; it has {has}"
    )
    record.reading.known = (
        "The kinds, each alone, in a list, under 'results' or a line each, and what they have:",
        *(f"  {kind.name}: {kind.shape}" for kind in KINDS),
    )


def _completed(texts: Iterable[Activations], around: Record) -> Iterator[Activations]:
    """Give `texts` with what their features lack filled in by the members around them."""
    about = FeatureKey(
        around.source(),
        whole_number(around.get("index")),
        around.text("modelId", "model"),
        around.text("sourceSetName", "source_set"),
    )
    done: dict[tuple[FeatureKey, ...], tuple[FeatureKey, ...]] = {}
    for text in texts:
        if text.keys not in done:
            keys = [_filled(key, about) for key in text.keys]
            done[text.keys] = tuple(
                [key.in_set() for key in keys] if around.is_neuronpedia else keys
            )
        yield replace(text, keys=done[text.keys])


def _filled(key: FeatureKey, about: FeatureKey) -> FeatureKey:
    """Return `key` with what it lacks."""
    return FeatureKey(
        about.source if key.source is None else key.source,
        about.index if key.index is None else key.index,
        key.model or about.model,
        key.source_set or about.source_set,
        key.explanation,
    )
