"""What the readers of all kinds share: a record that they look into, and the faults they find.

A *record* is one object of a file that has tokens and activations in some shape. A reader turns it
into *texts*, or notes what it lacks; a record with a fault gives none.
"""

import difflib
import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from reportgen.errors import InputError
from reportgen.words import count_of

__all__ = [
    "MISSING",
    "MOST_VALUES",
    "Activations",
    "FeatureKey",
    "Kind",
    "Reading",
    "Record",
    "describe",
    "guess",
    "inside",
    "named",
    "near_key",
    "pack",
    "pack_values",
    "shown",
    "whole_number",
]

MOST_VALUES = 2**28
"""Activations of one text, `features × tokens`: a short sparse record can stand for very many."""
MISSING = object()
"""Stands for the value of a key that is not there; one that is null is None."""
_MOST_FAULTS = 10
_NUMBER_TYPES = {int, float}


@dataclass(frozen=True, slots=True)
class FeatureKey:
    """What a record says of a feature; what it leaves out, the document around it may say."""

    source: str | None = None
    index: int | None = None
    model: str | None = None
    source_set: str | None = None
    explanation: str | None = None

    def in_set(self) -> "FeatureKey":
        """Return this with the source set that the source's name ends in, if none is told."""
        if self.source_set or not self.source:
            return self
        return replace(self, source_set=self.source.partition("-")[2] or self.source)


@dataclass(frozen=True, slots=True, eq=False)
class Activations:
    """Tokens and the activations of features on them."""

    tokens: tuple[str, ...]
    keys: tuple[FeatureKey, ...]
    values: NDArray[np.float64]
    """`(features, tokens)`, all finite."""
    probe_id: str | None = None
    prompt: str | None = None
    special: NDArray[np.bool_] | None = None
    """Which tokens the tokenizer calls special, where the file tells."""
    is_part: bool = False
    """Whether it is of one feature only, so that others of the same tokens belong with it."""
    byte_level: bool | None = None
    """Whether tokens are in the byte-level alphabet; None for what the tokens of the file tell."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: how it is told, and how it is read."""

    name: str
    shape: str
    """The keys that it is told by, in words."""
    keys: tuple[str, ...]
    """Those keys, for a guess at what was meant."""
    fits: Callable[[dict[str, Any]], bool]
    read: Callable[["Record"], Iterator[Activations]]


class Reading:
    """What is gathered while one file is read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.kinds: dict[str, None] = {}
        """Names of the kinds that were recognised."""
        self.faults: list[str] = []
        self.lacks: list[str] = []
        """Of records that have nothing to show: a fault only if no other record has."""
        self.known: tuple[str, ...] = ()
        """All kinds in words, for a file with a record of none of them."""
        self._tokens: dict[str, str] = {}
        self._keys: dict[tuple[FeatureKey, ...], tuple[FeatureKey, ...]] = {}

    def fault(self, place: str, expected: str, found: Any) -> None:
        """Note that at `place` something else than `expected` was found."""
        self.faults.append(f"{place}: expected {expected}, found {describe(found)}")

    def stop(self) -> NoReturn:
        """Raise what was gathered: one line for one fault, else a list of them."""
        about = f"{self.name}: "
        if self.kinds:
            about += f"recognised as {' and '.join(self.kinds)}: "
        if len(self.faults) == 1 and not self.known:
            raise InputError(about + self.faults[0])
        shown = self.faults[:_MOST_FAULTS]
        if len(shown) == 1:
            raise InputError(about + shown[0], *self.known)
        head = f"{len(shown)} faults" if len(shown) == len(self.faults) else "the first 10 faults"
        raise InputError(f"{about}{head}:", *shown, *self.known)

    @property
    def is_hopeless(self) -> bool:
        """Whether there are more faults than are told."""
        return len(self.faults) > _MOST_FAULTS

    def shared_tokens(self, tokens: list[str]) -> tuple[str, ...]:
        """Return `tokens`, equal ones being one object: there are few, very many times."""
        return tuple(map(self._tokens.setdefault, tokens, tokens))

    def shared_keys(self, keys: Iterable[FeatureKey]) -> tuple[FeatureKey, ...]:
        """Return `keys`, equal lists being one object: most files have the same in every probe."""
        found = tuple(keys)
        return self._keys.setdefault(found, found)


class Record:
    """An object of a file, and where it stands.

    What its methods return is checked; for what is not as expected they note a fault and return
    None. Each key may be given in several spellings, the first being the one that messages have.
    """

    __slots__ = ("data", "place", "reading")

    def __init__(self, reading: Reading, place: str, data: dict[str, Any]) -> None:
        self.reading = reading
        self.place = place
        self.data = data

    def at(self, key: str) -> str:
        """Return the place of a member."""
        return inside(self.place, key)

    def spelled(self, *keys: str) -> str:
        """Return which of the spellings of a member is there, else the first."""
        return next((key for key in keys if self.data.get(key) is not None), keys[0])

    def get(self, *keys: str) -> Any:
        """Return a member under the first of its spellings that is there, or None."""
        return self.data.get(self.spelled(*keys))

    def fault(self, key: str, expected: str, found: Any) -> None:
        """Note a fault of the member `key`, with a guess if it is missing."""
        hint = "" if key in self.data or "[" in key else near_key(self.data, key)
        self.reading.fault(self.at(key), expected + hint, found)

    def lacks(self, key: str, expected: str, found: Any) -> None:
        """Note that the record has nothing to show, which is a fault only if none has."""
        self.reading.lacks.append(f"{self.at(key)}: expected {expected}, found {describe(found)}")

    def text(self, *keys: str) -> str | None:
        """Return an optional text, None if it is empty."""
        found = self.get(*keys)
        if found is not None and not isinstance(found, str):
            self.fault(self.spelled(*keys), "text", found)
            return None
        return found or None

    def index(self, *, required: bool = False) -> int | None:
        """Return a feature's index, written `7`, `7.0` or `"7"`."""
        found = self.data.get("index", MISSING)
        number = whole_number(found)
        if number is None and (required or found not in (None, MISSING)):
            self.fault("index", "a whole number, 0 or more", found)
        return number

    def source(self) -> str | None:
        """Return the id of an SAE or the like, such as `6-res-jb`, if there is one.

        Neuronpedia says `layer` for what a dump calls `source`, and has objects under `source`.
        """
        names = (self.get("layer"), self.get("source"))
        return next((name for name in names if isinstance(name, str)), None)

    def tokens(self) -> tuple[str, ...] | None:
        """Return the tokens of one text."""
        tokens = self.data.get("tokens", MISSING)
        if not isinstance(tokens, list) or not tokens:
            self.fault("tokens", "a non-empty list of text", tokens)
            return None
        for position, token in enumerate(tokens):
            if not isinstance(token, str):
                expected = "text, not a token id" if type(token) is int else "text"
                self.fault(f"tokens[{position}]", expected, token)
                return None
        return self.reading.shared_tokens(tokens)

    def special(self, n_tokens: int) -> NDArray[np.bool_] | None:
        """Return which tokens the tokenizer calls special, None if that is not told."""
        key = self.spelled("tokensIsSpecial", "tokens_is_special")
        found = self.data.get(key)
        if found is None:
            return None
        if not isinstance(found, list) or not all(isinstance(flag, bool) for flag in found):
            self.fault(key, f"a list of {n_tokens} times true or false", found)
            return None
        if len(found) != n_tokens:
            self.length_fault(key, n_tokens, len(found), "flag")
        return np.array(found, dtype=bool)

    def values(self, key: str, n_tokens: int) -> NDArray[np.float64] | None:
        """Return one feature's values, one finite number per token."""
        values = self.data.get(key, MISSING)
        if isinstance(values, list):
            packed = pack(values)
            if packed is None:
                self.value_fault(key, values)
                return None
            values = packed
        if not isinstance(values, np.ndarray):
            self.fault(key, f"a list of {count_of(n_tokens, 'number')}", values)
            return None
        if len(values) != n_tokens:
            self.length_fault(key, n_tokens, len(values), "number")
            return None
        if not np.isfinite(values).all():
            position = int(np.flatnonzero(~np.isfinite(values))[0])
            self.fault(f"{key}[{position}]", "a finite number", float(values[position]))
            return None
        return values

    def length_fault(self, key: str, n_tokens: int, found: int, noun: str) -> None:
        """Note that a list has not one entry per token."""
        wanted = f"{count_of(n_tokens, noun)}, one per token"
        self.reading.faults.append(f"{self.at(key)}: expected {wanted}, found {found}")

    def value_fault(self, key: str, values: list[Any]) -> None:
        """Note the first of `values` that is not a number that fits."""
        for position, value in enumerate(values):
            if pack([value]) is None:
                self.fault(f"{key}[{position}]", "a number", value)
                return

    def objects(self, key: str, kind: str) -> Iterator["Record"]:
        """Give the items of the list `key`, which have to be objects, such as `kind` says."""
        for number, item in enumerate(self.data[key]):
            if isinstance(item, dict):
                yield Record(self.reading, f"{self.at(key)}[{number}]", item)
            else:
                self.fault(f"{key}[{number}]", kind, item)

    def object(self, key: str) -> "Record | None":
        """Return the member `key`, which has to be an object."""
        found = self.data.get(key, MISSING)
        if not isinstance(found, dict):
            self.fault(key, "an object", found)
            return None
        return Record(self.reading, self.at(key), found)

    def key(self, *, required: bool = False) -> FeatureKey | None:
        """Return which feature this is of, as Neuronpedia tells it: by `modelId`, `layer`, `index`.

        Where it need not be told, the document around the record may tell it.
        """
        source, index = self.source(), self.index(required=required)
        if source is None and (required or self.data.get("layer") is not None):
            self.fault("layer", "text", self.data.get("layer", MISSING))
            return None
        if required and index is None:
            return None
        model = self.text("modelId", "model")
        told = self.text("sourceSetName", "source_set")
        key = FeatureKey(source, index, model, told, self.explanation())
        return key.in_set() if self.is_neuronpedia else key

    @property
    def is_neuronpedia(self) -> bool:
        """Whether features are said to be on Neuronpedia, where each is in a source set."""
        return isinstance(self.data.get("modelId"), str)

    def explanation(self) -> str | None:
        """Return what the first of the explanations says."""
        found = self.get("explanations")
        for item in found if isinstance(found, list) else ():
            text = item.get("description") if isinstance(item, dict) else None
            if isinstance(text, str) and text.strip():
                return text.strip()
        return None


def inside(place: str, key: str) -> str:
    """Return the place of the member `key` of what is at `place`, which may end in a colon."""
    return f"{place}{key}" if not place or place.endswith(" ") else f"{place}.{key}"


def shown(place: str) -> str:
    """Return a place as it stands alone in a message."""
    return f"{place}the top level" if not place or place.endswith(" ") else place


def pack_values(item: dict[str, Any]) -> dict[str, Any]:
    """Pack the `values` of a JSON object at once: its Python numbers take four times the room."""
    values = item.get("values")
    if type(values) is list:
        packed = pack(values)
        if packed is not None:
            item["values"] = packed
    return item


def pack(values: list[Any]) -> NDArray[np.float64] | None:
    """Return `values` as an array, or None if they are not all numbers that fit."""
    if not set(map(type, values)) <= _NUMBER_TYPES:  # True is an int to NumPy, and "1" a number
        return None
    try:
        return np.array(values, dtype=np.float64)
    except OverflowError:
        return None


def whole_number(value: Any) -> int | None:
    """Return `value` as an index if it is a whole number, be it written `7`, `7.0` or `"7"`."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19:
        return int(value)
    if isinstance(value, float) and value.is_integer() and 0 <= value < 2**53:
        return int(value)
    if type(value) is int and 0 <= value < 2**63:
        return value
    return None


def near_key(item: dict[str, Any], *wanted: str) -> str:
    """Return, if none of `wanted` is there, which key may be meant or what there is."""
    if not item or any(key in item for key in wanted):
        return ""
    return guess(item, *wanted) or f" (its keys are {named(item)})"


def guess(item: dict[str, Any], *wanted: str) -> str:
    """Return a guess at the key that was meant, as part of a message."""
    others = {k.casefold(): k for k in item if k not in wanted}
    for key in wanted:
        near = difflib.get_close_matches(key.casefold(), others, 1, 0.7)
        if near and key not in item:
            return f" (did you mean '{key}' by {others[near[0]][:80]!r}?)"
    return ""


def named(item: dict[str, Any]) -> str:
    """Return the first keys of an object for a message."""
    return ", ".join(repr(key[:40]) for key in list(item)[:6]) + ", …" * (len(item) > 6)


def describe(value: Any) -> str:
    """Return what `value` is, in the words of JSON, short enough for a message."""
    if value is MISSING:
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
    if isinstance(value, list | np.ndarray):
        return "a list" if len(value) else "an empty list"
    return f"a value of type {type(value).__name__}"
