"""The activation dump: its format, and every check of it.

A dump is one JSON object, gzipped or not:

    model       text       the language model (may be missing)
    source_set  text       the set of sources the features are of, such as `clt-hp` (may be missing)
    results     list       one result per probe:
        probe_id     text  name of the probe (default: `probe_{n}`)
        prompt       text  what was run (default: the tokens joined, without BOS)
        tokens       list of text
        activations  list of features; or the same under `features`; or `counts`, see below
            source   text
            index    whole number (digits as text are accepted)
            values   list of numbers, one per token

Of `activations`, `features` and `counts` the first that holds a non-empty list is read. `counts`,
the legacy layout, is a bare matrix `[n_features][n_tokens]`, whose feature `i` is `unknown:i`;
beside one of the others it is a per-layer summary, and not looked at. Other keys are ignored;
`max_value` and its like too, for everything is computed from `values`.
"""

import difflib
import gzip
import hashlib
import json
import math
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

import numpy as np
from numpy.typing import NDArray

from reportgen.errors import InputError, MachineError
from reportgen.json_stream import BrokenJSONError, JSONStream
from reportgen.tokens import join_tokens, uses_byte_alphabet

__all__ = ["MAX_INPUT_BYTES", "Dump", "Feature", "Probe", "read_dump"]

MAX_INPUT_BYTES = 2 * 1024**3
"""How large a dump may be once it is decompressed."""

_GZIP_MAGIC = b"\x1f\x8b"
_CANNOT = "cannot be read: {}; see that you may read it, or name a copy"
_MOST_FAULTS = 10
_NUMBER_TYPES = {int, float}
_MISSING = object()
"""Stands for the value of a key that is not there; one that is null is None."""
_LAYOUTS = ("activations", "features", "counts")


@dataclass(frozen=True, slots=True)
class Feature:
    """Which feature: `index` within `source`."""

    source: str
    index: int

    @property
    def id(self) -> str:
        """The feature's id, `source:index`."""
        return f"{self.source}:{self.index}"


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """One prompt run through the model."""

    probe_id: str
    prompt: str
    tokens: tuple[str, ...]
    """The raw tokens."""
    features: tuple[Feature, ...]
    values: NDArray[np.float64]
    """Activations, `(features, tokens)`, all finite."""


@dataclass(frozen=True, eq=False)
class Dump:
    """A whole activation dump, checked."""

    name: str
    """Name of the file it was read from, without its folder."""
    sha256: str
    """SHA-256 of the file's bytes as they came, in hex."""
    model: str | None
    source_set: str | None
    probes: tuple[Probe, ...]

    @cached_property
    def byte_level(self) -> bool:
        """Whether the tokens are written in the byte-level alphabet of GPT-2."""
        return _uses_byte_alphabet(self.probes)


def _uses_byte_alphabet(probes: Iterable[Probe]) -> bool:
    """Tell whether the tokens of `probes` are written in the byte-level alphabet."""
    return uses_byte_alphabet({token for probe in probes for token in probe.tokens})


def _with_prompts(probes: list[Probe]) -> tuple[Probe, ...]:
    """Return `probes`, those without a prompt with the text that their tokens make."""
    if all(probe.prompt for probe in probes):
        return tuple(probes)
    byte_level = _uses_byte_alphabet(probes)
    return tuple(
        probe if probe.prompt else replace(probe, prompt=join_tokens(probe.tokens, byte_level))
        for probe in probes
    )


def read_dump(
    source: str | os.PathLike[str] | BinaryIO, *, max_input_bytes: int = MAX_INPUT_BYTES
) -> Dump:
    """Read a dump from a path or a binary stream, gzipped or plain.

    Raises `InputError`, which names the file, the place in it and what was expected there, when the
    file is missing or is not a dump, and `MachineError` when it cannot be read.
    """
    if not isinstance(source, str | os.PathLike):
        name = Path(str(getattr(source, "name", "dump"))).name.strip("<>") or "dump"
        with _readable(name):
            return _read(name, source, max_input_bytes)
    path = Path(source)
    with _open(path) as file, _readable(path):
        return _read(path.name, file, max_input_bytes)


@contextmanager
def _readable(path: Path | str) -> Iterator[None]:
    """Turn what the machine refuses into one clear error."""
    try:
        yield
    except OSError as error:
        raise MachineError(f"{path}: {_CANNOT.format(error.strerror or error)}") from None


def _open(path: Path) -> BinaryIO:
    """Open the file at `path`, or say what is wrong with it."""
    try:
        return path.open("rb")
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise InputError(f"{path}: there is no such file{_similar_file(path)}") from None
    except IsADirectoryError:
        raise InputError(f"{path}: this is a directory; name the dump inside it") from None
    except OSError as error:
        raise MachineError(f"{path}: {_CANNOT.format(error.strerror)}") from None


def _similar_file(path: Path) -> str:
    """Return a guess at the file that was meant, as the end of a message."""
    try:
        near = difflib.get_close_matches(path.name, [p.name for p in path.parent.iterdir()], 1)
    except (OSError, ValueError):
        return ""
    return f"; did you mean {path.with_name(near[0])}?" if near else ""


class _Hashed:
    """A stream that is hashed as it is read, and of which no more is read than is allowed."""

    def __init__(self, file: BinaryIO, name: str, limit: int) -> None:
        self._file = file
        self._too_large = (
            f"{name}: larger than {limit:,} bytes (counted unzipped); split it by probes, or allow "
            "more with --max-input-bytes"
        )
        self._left = limit
        self._pushed = b""
        self._hash = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes; raise `InputError` where there are more than allowed."""
        pushed, self._pushed = self._pushed[:size], self._pushed[size:]
        read = self._file.read(size - len(pushed))
        self._hash.update(read)
        data = pushed + read
        self._left -= len(data)
        if self._left < 0:
            raise InputError(self._too_large)
        return data

    def starts_with(self, start: bytes) -> bool:
        """Tell how the stream begins; what was read for that is read again."""
        while len(self._pushed) < len(start):
            data = self._file.read(len(start) - len(self._pushed))
            if not data:
                break
            self._hash.update(data)
            self._pushed += data
        return self._pushed.startswith(start)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def _read(name: str, file: BinaryIO, limit: int) -> Dump:
    """Read the dump in `file`, unzipping it where its first bytes say that it is gzipped."""
    hashed = plain = _Hashed(file, name, limit)
    if hashed.starts_with(_GZIP_MAGIC):
        unzipped = gzip.GzipFile(fileobj=cast(BinaryIO, hashed), mode="rb")
        plain = _Hashed(cast(BinaryIO, unzipped), name, limit)
    checker = _Checker(name)
    try:
        checker.take(JSONStream(cast(BinaryIO, plain), _pack_values).members("results"))
    except BrokenJSONError as error:
        raise InputError(f"{name}: {error}") from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        cut = "it ends too early; was it cut off when it was written or copied?"
        reason = cut if isinstance(error, EOFError) else f"{error}; make or copy it anew"
        raise InputError(f"{name}: broken gzip file: {reason}") from None
    return checker.dump(hashed.sha256)


def _pack_values(item: dict[str, Any]) -> dict[str, Any]:
    """Pack the `values` of a JSON object at once: its Python numbers take four times the room."""
    values = item.get("values")
    if type(values) is list:
        packed = _pack(values)
        if packed is not None:
            item["values"] = packed
    return item


def _pack(values: list[Any]) -> NDArray[np.float64] | None:
    """Return `values` as an array, or None if they are not all numbers that fit."""
    if not set(map(type, values)) <= _NUMBER_TYPES:  # True is an int to NumPy, and "1" a number
        return None
    try:
        return np.array(values, dtype=np.float64)
    except OverflowError:
        return None


class _Checker:
    """Turns a JSON document into a `Dump`, gathering faults as it goes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[str] = []
        self.probes: list[Probe] = []
        self.others: dict[str, Any] = {}
        """Members of the document other than results."""
        self.features: dict[Feature, Feature] = {}
        self.feature_lists: dict[tuple[Feature, ...], tuple[Feature, ...]] = {}

    def take(self, members: Iterable[tuple[str | None, int | None, Any]]) -> None:
        """Take in the members of the document; of results, one at a time and its objects gone."""
        for key, position, value in members:
            if key is None:
                self.fault("the top level", "an object with 'results'", value)
                self.stop()
            elif key == "results" and position == -1:  # (again, if the key comes again)
                self.faults.clear()
                self.probes.clear()
                self.others[key] = True
            elif key == "results" and position is not None:
                probe = self.probe(f"results[{position}]", position, value)
                self.probes += [probe] if probe else []
                if len(self.faults) > _MOST_FAULTS:
                    self.stop()
            else:
                self.others[key] = value

    def dump(self, sha256: str) -> Dump:
        """Return the dump that was taken in, or raise with all its faults (up to ten)."""
        model = self.text("model", self.others.get("model"))
        source_set = self.text("source_set", self.others.get("source_set"))
        results = self.others.get("results", _MISSING)
        if results is not True or not (self.probes or self.faults):
            found = [] if results is True else results
            hint = _near_key(self.others, "results")
            if "tokens" in self.others:
                hint = " (this looks like one of them: put it into such a list)"
            self.fault("results", f"a non-empty list with one result per probe{hint}", found)
        if self.faults:
            self.stop()
        return Dump(self.name, sha256, model, source_set, _with_prompts(self.probes))

    def fault(self, place: str, expected: str, found: Any) -> None:
        """Note that at `place` something else than `expected` was found."""
        self.faults.append(f"{place}: expected {expected}, found {_describe(found)}")

    def stop(self) -> NoReturn:
        """Raise what was gathered: one line for one fault, else a list of them."""
        if len(self.faults) == 1:
            raise InputError(f"{self.name}: {self.faults[0]}")
        shown = self.faults[:_MOST_FAULTS]
        head = f"{len(shown)} faults" if len(shown) == len(self.faults) else "the first 10 faults"
        raise InputError(f"{self.name}: {head}:", *shown)

    def text(self, place: str, value: Any) -> str | None:
        """Return an optional text."""
        if value is not None and not isinstance(value, str):
            self.fault(place, "text", value)
            return None
        return value or None

    def probe(self, place: str, number: int, result: Any) -> Probe | None:
        """Return one result as a probe."""
        if not isinstance(result, dict):
            self.fault(place, "an object with 'tokens' and 'activations'", result)
            return None
        before = len(self.faults)
        probe_id = self.text(f"{place}.probe_id", result.get("probe_id"))
        prompt = self.text(f"{place}.prompt", result.get("prompt"))
        tokens = self.tokens(place, result)
        layout = next(
            (key for key in _LAYOUTS if isinstance(result.get(key), list) and result[key]), None
        )
        if layout is None:
            hint = _near_key(result, *_LAYOUTS)
            self.faults.append(
                f"{place}: expected features in a non-empty list 'activations', 'features' or "
                f"'counts', found none{hint}"
            )
        if tokens is None or layout is None:
            return None
        if layout == "counts" and (fault := _meant_features(result, len(tokens))):
            self.faults.append(f"{place}{fault}")
            return None
        read = self.counts if layout == "counts" else self.feature_objects
        features, rows = read(f"{place}.{layout}", result[layout], len(tokens))
        if len(self.faults) > before:
            return None
        probe_id = probe_id or f"probe_{number}"
        same = self.feature_lists.setdefault(tuple(features), tuple(features))
        return Probe(probe_id, prompt or "", tokens, same, np.array(rows))

    def tokens(self, place: str, result: dict[str, Any]) -> tuple[str, ...] | None:
        """Return the tokens of one result."""
        tokens = result.get("tokens", _MISSING)
        if not isinstance(tokens, list) or not tokens:
            hint = _near_key(result, "tokens")
            self.fault(f"{place}.tokens", f"a non-empty list of text{hint}", tokens)
            return None
        for position, token in enumerate(tokens):
            if not isinstance(token, str):
                expected = "text, not a token id" if type(token) is int else "text"
                self.fault(f"{place}.tokens[{position}]", expected, token)
                return None
        return tuple(tokens)

    def feature_objects(
        self, place: str, items: list[Any], n_tokens: int
    ) -> tuple[list[Feature], list[NDArray[np.float64]]]:
        """Return features and value rows of the layouts `activations` and `features`."""
        features, rows = [], []
        for number, item in enumerate(items):
            here = f"{place}[{number}]"
            if not isinstance(item, dict):
                self.fault(here, "an object with 'source', 'index' and 'values'", item)
                continue
            feature = self.feature(here, item)
            hint = "" if "values" in item else _near_key(item, "values")
            row = self.values(f"{here}.values", item.get("values", _MISSING), n_tokens, hint)
            if feature is not None and row is not None:
                features.append(feature)
                rows.append(row)
        return features, rows

    def counts(
        self, place: str, rows: list[Any], n_tokens: int
    ) -> tuple[list[Feature], list[NDArray[np.float64]]]:
        """Return features and value rows of the legacy layout `counts`."""
        features = [self.shared(Feature("unknown", number)) for number in range(len(rows))]
        packed = (_pack(row) if isinstance(row, list) else None for row in rows)
        checked = [
            self.values(f"{place}[{number}]", rows[number] if row is None else row, n_tokens)
            for number, row in enumerate(packed)
        ]
        return features, [row for row in checked if row is not None]

    def feature(self, place: str, item: dict[str, Any]) -> Feature | None:
        """Return which feature `item` is of."""
        source, index = item.get("source", _MISSING), item.get("index", _MISSING)
        if not isinstance(source, str):
            self.fault(f"{place}.source", f"text{_near_key(item, 'source')}", source)
        number = _whole_number(index)
        if number is None:
            expected = f"a whole number, 0 or more{_near_key(item, 'index')}"
            self.fault(f"{place}.index", expected, index)
        if not isinstance(source, str) or number is None:
            return None
        return self.shared(Feature(source, number))

    def shared(self, feature: Feature) -> Feature:
        """Return the one object for equal features: most dumps have the same in every probe."""
        return self.features.setdefault(feature, feature)

    def values(
        self, place: str, values: Any, n_tokens: int, hint: str = ""
    ) -> NDArray[np.float64] | None:
        """Return one feature's values, one finite number per token."""
        if not isinstance(values, np.ndarray):
            if isinstance(values, list):
                self.value_fault(place, values)
            else:
                self.fault(place, f"a list of {_numbers(n_tokens)}{hint}", values)
            return None
        if len(values) != n_tokens:
            expected = f"{_numbers(n_tokens)}, one per token"
            self.faults.append(f"{place}: expected {expected}, found {len(values)}")
            return None
        if not np.isfinite(values).all():
            position = int(np.flatnonzero(~np.isfinite(values))[0])
            self.fault(f"{place}[{position}]", "a finite number", float(values[position]))
            return None
        return values

    def value_fault(self, place: str, values: list[Any]) -> None:
        """Note the first of `values` that is not a number that fits."""
        for position, value in enumerate(values):
            if _pack([value]) is None:
                self.fault(f"{place}[{position}]", "a number", value)
                return


def _numbers(count: int) -> str:
    return f"{count} number{'s' * (count != 1)}"


def _whole_number(value: Any) -> int | None:
    """Return `value` as an index if it is a whole number, be it written `7`, `7.0` or `"7"`."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19:
        return int(value)
    if isinstance(value, float) and value.is_integer() and 0 <= value < 2**53:
        return int(value)
    if type(value) is int and 0 <= value < 2**63:
        return value
    return None


def _meant_features(result: dict[str, Any], n_tokens: int) -> str:
    """Return a fault if `counts` seems not to be the features of `result`, else nothing.

    In many dumps it is a summary beside them; so one whose features have a misspelt key, or none,
    would be taken for something that it is not.
    """
    objects = {
        key: value
        for key, value in result.items()
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
    }
    if objects and (near := _guess(objects, *_LAYOUTS[:2])):
        return f": expected features in 'activations' or 'features', found none{near}"
    widths = {len(row) if isinstance(row, list) else n_tokens for row in result["counts"]}
    if n_tokens in widths or len(widths) > 1:
        return ""
    for key in _LAYOUTS[:2]:
        if result.get(key):
            found = _describe(result[key])
            return f".{key}: expected a non-empty list of features, found {found}"
    found = f"{_numbers(widths.pop())} in each"
    return (
        f".counts: expected rows of {_numbers(n_tokens)}, one per token, found {found} "
        "(if it is a summary, the features are missing: they belong into 'activations')"
    )


def _near_key(item: dict[str, Any], *wanted: str) -> str:
    """Return, if none of `wanted` is there, which key may be meant or what there is."""
    if not item or any(key in item for key in wanted):
        return ""
    keys = ", ".join(repr(key[:40]) for key in list(item)[:6])
    return _guess(item, *wanted) or f" (its keys are {keys}{', …' * (len(item) > 6)})"


def _guess(item: dict[str, Any], *wanted: str) -> str:
    """Return a guess at the key that was meant, as part of a message."""
    others = {k.casefold(): k for k in item if k not in wanted}
    for key in wanted:
        near = difflib.get_close_matches(key, others, 1, 0.7)
        if near and key not in item:
            return f" (did you mean '{key}' by {others[near[0]][:80]!r}?)"
    return ""


def _describe(value: Any) -> str:
    """Return what `value` is, in the words of JSON, short enough for a message."""
    if value is _MISSING:
        return "nothing"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "text " + json.dumps(value[:40], ensure_ascii=True) + "…" * (len(value) > 40)
    if isinstance(value, float):
        if math.isinf(value):
            return "-" * (value < 0) + "Infinity or a number that is too large"
        return "NaN" if math.isnan(value) else f"the number {value:g}"
    if isinstance(value, int):
        # A huge integer cannot always be printed: Python limits the conversion.
        return f"the number {value}" if abs(value) < 10**20 else "a number that is too large"
    if isinstance(value, dict):
        return "an object" if value else "an empty object"
    return "a list" if len(value) else "an empty list"
