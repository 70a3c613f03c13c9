"""Dumps: probes with the activations of features on their tokens, from files or arrays.

What files may look like is told where each kind is read, in `reportgen.formats`.
"""

import difflib
import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, count
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reportgen.errors import InputError, MachineError
from reportgen.files import write_file
from reportgen.formats import arrays
from reportgen.formats.dump import write
from reportgen.formats.envelope import ZIP_MAGIC, read_archive, read_json
from reportgen.formats.json_stream import CHUNK, BrokenJSONError
from reportgen.formats.record import Activations, FeatureKey, Reading
from reportgen.tokens import join_tokens, uses_byte_alphabet
from reportgen.words import count_of

__all__ = ["MAX_INPUT_BYTES", "Dump", "Feature", "File", "Probe", "read_dump"]

MAX_INPUT_BYTES = 2 * 1024**3
"""How large a dump may be once it is decompressed."""

_GZIP_MAGIC = b"\x1f\x8b"
_CANNOT = "cannot be read: {}; see that you may read it, or name a copy"


@dataclass(frozen=True, slots=True)
class Feature:
    """Which feature: `index` within `source`, of `model`."""

    source: str
    index: int
    model: str | None = None
    source_set: str | None = field(default=None, compare=False)
    """The set of sources that `source` is of, such as `clt-hp`."""

    @property
    def id(self) -> str:
        """The feature's id, `source:index`."""
        return f"{self.source}:{self.index}"

    def _repr_html_(self) -> str:
        from reportgen.page import notebook  # draws what is here, so this module is there before it

        html: str = notebook.feature_html(self)
        return html


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
    special: NDArray[np.bool_] | None = None
    """Which tokens the tokenizer calls special; where it is not known, their texts tell BOS."""
    byte_level: bool = False
    """Whether the tokens are written in the byte-level alphabet of GPT-2."""
    file: int = 0
    """Which file of the dump it is from."""
    is_named: bool = True
    """Whether `probe_id` is from the file, and not only its number."""

    def __repr__(self) -> str:
        sizes = (count_of(len(self.tokens), "token"), count_of(len(self.features), "feature"))
        return f"<Probe {self.probe_id[:80]!r}: {', '.join(sizes)}>"

    def _repr_html_(self) -> str:
        from reportgen.page import notebook

        html: str = notebook.probe_html(self)
        return html


@dataclass(frozen=True, slots=True)
class File:
    """A file that a dump was read from."""

    name: str
    """Without its folder."""
    sha256: str
    """SHA-256 of the bytes as they came, or of arrays, in hex."""
    kind: str
    """What it was recognised as."""


@dataclass(frozen=True, eq=False)
class Dump:
    """Activation dumps, checked: one file or several, their probes numbered through.

    `read_dump` reads one, `Dump.from_arrays` makes one of arrays, `Dump.joined` one of several.
    """

    files: tuple[File, ...]
    probes: tuple[Probe, ...]
    explanations: Mapping[Feature, str] = field(default_factory=dict)
    """What features are about, where a file tells."""

    @property
    def name(self) -> str:
        """The name of the file; of several, all their names or how many there are."""
        names = [file.name for file in self.files]
        return ", ".join(names) if len(names) <= 3 else f"{names[0]} and {len(names) - 1} more"

    @cached_property
    def models(self) -> tuple[str, ...]:
        """The models that features are of, those that are known."""
        return _distinct(feature.model for feature in self._features)

    @cached_property
    def source_sets(self) -> tuple[str, ...]:
        """The source sets that features are of, those that are known."""
        return _distinct(feature.source_set for feature in self._features)

    @cached_property
    def n_features(self) -> int:
        """How many features there are, each counted once."""
        return len(set(self._features))

    @property
    def _features(self) -> Iterator[Feature]:
        lists = {id(probe.features): probe.features for probe in self.probes}
        return chain.from_iterable(lists.values())

    @property
    def first_probes(self) -> tuple[int, ...]:
        """The number of the first probe of each file."""
        found: dict[int, int] = {}
        for number, probe in enumerate(self.probes):
            found.setdefault(probe.file, number)
        return tuple(found.values())

    @classmethod
    def joined(cls, dumps: Iterable["Dump"]) -> "Dump":
        """Return several dumps as one, with their probes numbered through."""
        files: list[File] = []
        probes: list[Probe] = []
        explanations: dict[Feature, str] = {}
        for dump in dumps:
            for probe in dump.probes:
                name = probe.probe_id if probe.is_named else _numbered(len(probes))
                probes.append(replace(probe, probe_id=name, file=len(files) + probe.file))
            files += dump.files
            explanations = {**dump.explanations, **explanations}
        return cls(tuple(files), tuple(probes), explanations)

    @classmethod
    def from_arrays(
        cls,
        tokens: ArrayLike,
        acts: Any,
        feature_ids: ArrayLike | None = None,
        *,
        model: str | None = None,
        source_set: str | None = None,
        prompt: str | Sequence[str] | None = None,
        probe_id: str | Sequence[str] | None = None,
        name: str = "arrays",
    ) -> "Dump":
        """Return the dump of activations in memory, of one probe or of several.

        `tokens` is a list of text, and `acts` are activations `(tokens, features)`: an array, a
        tensor of torch (on any device, of any type, with a gradient or without), or whatever NumPy
        makes an array of. Of several probes both are lists of such, and so are `prompt` and
        `probe_id`. `feature_ids` are whole numbers, or text such as `6-res-jb:123`, one per column
        (default: 0, 1, …). `name` is what the report says instead of the name of a file.

        >>> dump = Dump.from_arrays(
        ...     ["<bos>", "in", " Dallas"],
        ...     [[9.0, 8.0], [0.5, 0.0], [3.1, 0.0]],
        ...     ["6-res-jb:7", "6-res-jb:12"],
        ...     model="gpt2-small",
        ... )
        >>> dump
        <Dump 'arrays': 1 probe, 2 features>
        >>> dump.probes[0].features[0].id, dump.probes[0].values[0].tolist()
        ('6-res-jb:7', [9.0, 0.5, 3.1])

        Raises `InputError`, which tells the place and what was expected there.
        """
        own = {"tokens": tokens, "acts": acts, "prompt": prompt, "probe_id": probe_id}
        same = {"feature_ids": feature_ids, "model": model, "source_set": source_set}
        reading = Reading("from_arrays")
        texts = list(arrays.read_all(reading, own, same))
        if reading.faults:
            reading.stop()
        return _Maker(texts).dump(File(name, _hash(texts), arrays.KIND.name))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the dump to a file, as JSON that `read_dump` reads back equal.

        It is gzipped if the name ends in `.gz`, and written whole or not at all; a file that is
        there is replaced. Several files that were read become one.

        >>> dump = Dump.from_arrays(["in", " Dallas"], [[0.5], [3.1]])
        >>> dump.save("dump.json.gz")
        >>> read_dump("dump.json.gz")
        <Dump 'dump.json.gz': 1 probe, 1 feature>

        Raises `MachineError` when it cannot be written.
        """
        target = Path(path)
        parts = (part.encode("ascii") for part in write(*self._texts()))
        write_file(target, _gzipped(parts) if target.suffix == ".gz" else parts)

    def _texts(self) -> tuple[Iterator[Activations], FeatureKey]:
        """Return the probes as texts, and what is to be said of all their features at once."""
        about = FeatureKey(model=_shared(f.model for f in self._features))
        about = replace(about, source_set=_shared(f.source_set for f in self._features))
        told = uses_byte_alphabet({token for probe in self.probes for token in probe.tokens})
        explanations = dict(self.explanations)

        def key(feature: Feature) -> FeatureKey:
            return FeatureKey(
                feature.source,
                feature.index,
                None if about.model else feature.model,
                None if about.source_set else feature.source_set,
                explanations.pop(feature, None),  # once will do
            )

        texts = (
            Activations(
                tokens=probe.tokens,
                keys=tuple(map(key, probe.features)),
                values=probe.values,
                probe_id=probe.probe_id if probe.is_named else None,
                prompt=probe.prompt,
                special=probe.special,
                byte_level=None if probe.byte_level == told else probe.byte_level,
            )
            for probe in self.probes
        )
        return texts, about

    def __repr__(self) -> str:
        sizes = (count_of(len(self.probes), "probe"), count_of(self.n_features, "feature"))
        return f"<Dump {self.name[:80]!r}: {', '.join(sizes)}>"

    def _repr_html_(self) -> str:
        from reportgen.page import notebook

        html: str = notebook.dump_html(self)
        return html


def _shared(names: Iterable[str | None]) -> str | None:
    """Return the name that all have, None if they differ or have none."""
    found = set(names)
    return found.pop() if len(found) == 1 else None


def _gzipped(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Give `parts` as a gzip file, one without a clock in it."""
    packer = zlib.compressobj(wbits=31)
    yield from map(packer.compress, parts)
    yield packer.flush()


def _hash(texts: Iterable[Activations]) -> str:
    """Return what stands for the SHA-256 of a file, of arrays that are of none."""
    found = hashlib.sha256()
    for text in texts:
        ids = [(key.source, key.index, key.model, key.source_set) for key in text.keys]
        found.update(json.dumps([text.tokens, ids, text.probe_id, text.prompt]).encode("ascii"))
        found.update(text.values.tobytes())
    return found.hexdigest()


def _distinct(names: Iterable[str | None]) -> tuple[str, ...]:
    """Return each name once, in the order of their first."""
    return tuple(dict.fromkeys(name for name in names if name))


def _numbered(number: int) -> str:
    """Return the id of a probe that a file gives no name."""
    return f"probe_{number}"


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

    def read_all(self) -> bytes:
        """Return everything that is left."""
        parts = iter(lambda: self.read(CHUNK), b"")
        return b"".join(parts)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def _read(name: str, file: BinaryIO, limit: int) -> Dump:
    """Read the dump in `file`; its first bytes tell how it is packed."""
    hashed = plain = _Hashed(file, name, limit)
    if hashed.starts_with(_GZIP_MAGIC):
        unzipped = gzip.GzipFile(fileobj=cast(BinaryIO, hashed), mode="rb")
        plain = _Hashed(cast(BinaryIO, unzipped), name, limit)
    reading = Reading(name)
    try:
        if plain.starts_with(ZIP_MAGIC):
            texts = list(read_archive(plain.read_all(), reading, limit))
        else:
            texts = list(read_json(cast(BinaryIO, plain), reading))
    except BrokenJSONError as error:
        raise InputError(f"{name}: {error}") from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        cut = "it ends too early; was it cut off when it was written or copied?"
        reason = cut if isinstance(error, EOFError) else f"{error}; make or copy it anew"
        raise InputError(f"{name}: broken gzip file: {reason}") from None
    if not texts:
        reading.faults += reading.lacks[: not reading.faults]
    if reading.faults:
        reading.stop()
    kind = " and ".join(reading.kinds)
    return _Maker(texts).dump(File(name, hashed.sha256, kind))


class _Maker:
    """Makes a dump of the texts of one file."""

    def __init__(self, texts: Iterable[Activations]) -> None:
        self.groups = _grouped(texts)
        self.byte_level = uses_byte_alphabet(
            {token for group in self.groups for token in group[0].tokens}
        )
        self.explanations: dict[Feature, str] = {}
        self._known: dict[Feature, Feature] = {}
        self._lists: dict[tuple[FeatureKey, ...], tuple[Feature, ...]] = {}

    def dump(self, file: File) -> Dump:
        """Return the dump."""
        probes = tuple(self.probe(n, group) for n, group in enumerate(self.groups))
        return Dump((file,), probes, self.explanations)

    def probe(self, number: int, group: list[Activations]) -> Probe:
        """Return texts of the same tokens as one probe."""
        first = group[0]
        keys, rows = (first.keys, first.values) if len(group) == 1 else _merged(group)
        byte_level = self.byte_level if first.byte_level is None else first.byte_level
        return Probe(
            probe_id=first.probe_id or _numbered(number),
            prompt=first.prompt or join_tokens(first.tokens, byte_level, first.special),
            tokens=first.tokens,
            features=self.features(keys),
            values=rows,
            special=first.special,
            byte_level=byte_level,
            is_named=first.probe_id is not None,
        )

    def features(self, keys: tuple[FeatureKey, ...]) -> tuple[Feature, ...]:
        """Return the features that `keys` mean; equal lists are one object."""
        if keys not in self._lists:
            unnamed = count()
            self._lists[keys] = tuple(self.feature(key, unnamed) for key in keys)
        return self._lists[keys]

    def feature(self, key: FeatureKey, unnamed: Iterator[int]) -> Feature:
        """Return the feature that `key` means; those that are not named are numbered."""
        index = next(unnamed) if key.index is None else key.index
        source = "unknown" if key.source is None else key.source
        feature = Feature(source, index, key.model, key.source_set)
        if key.explanation:
            self.explanations.setdefault(feature, key.explanation)
        return self._known.setdefault(feature, feature)


def _grouped(texts: Iterable[Activations]) -> list[list[Activations]]:
    """Return `texts` as groups, one a probe: those of one feature each go by their tokens."""
    groups: list[list[Activations]] = []
    places: dict[tuple[Any, ...], list[Activations]] = {}
    for text in texts:
        flags = None if text.special is None else text.special.tobytes()
        group = places.setdefault((text.tokens, flags), []) if text.is_part else []
        if not group:
            groups.append(group)
        group.append(text)
    return groups


def _merged(group: list[Activations]) -> tuple[tuple[FeatureKey, ...], NDArray[np.float64]]:
    """Return features and rows of a group; what is in it twice, once."""
    found: dict[tuple[Any, ...], Activations] = {}
    for number, text in enumerate(group):
        named = text.keys[0].index is not None
        found.setdefault((text.keys, text.values.tobytes() if named else number), text)
    keys = tuple(key for text in found.values() for key in text.keys)
    return keys, np.concatenate([text.values for text in found.values()])
