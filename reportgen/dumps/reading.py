"""From a file to a dump."""

import difflib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from reportgen.dumps.assembling import Assembled
from reportgen.dumps.dump import Dump
from reportgen.dumps.model import File
from reportgen.errors import InputError, MachineError
from reportgen.formats import MAX_INPUT_BYTES, MAX_VALUES, Limits, Reading, read_file

__all__ = ["read_dump"]

_CANNOT = "cannot be read: {}; see that you may read it, or name a copy"


def read_dump(
    source: str | os.PathLike[str] | BinaryIO,
    *,
    max_input_bytes: int = MAX_INPUT_BYTES,
    max_values: int = MAX_VALUES,
) -> Dump:
    """Read a dump from a path or a binary stream, gzipped or plain.

    A file that is larger than `max_input_bytes` once it is decompressed is refused, and so is one
    that is sparse or holds arrays and would unfold into more than `max_values` values. (A text in
    an array counts as 16 values.)

    Raises `InputError`, which names the file, the place in it and what was expected there, when the
    file is missing or is not a dump, and `MachineError` when it cannot be read.
    """
    limits = Limits(max_input_bytes, max_values)
    if not isinstance(source, str | os.PathLike):
        name = Path(str(getattr(source, "name", "dump"))).name.strip("<>") or "dump"
        with _readable(name):
            return _read(name, source, limits)
    path = Path(source)
    with _open(path) as file, _readable(path):
        return _read(path.name, file, limits)


def _read(name: str, file: BinaryIO, limits: Limits) -> Dump:
    """Read the dump in `file`."""
    reading = Reading(name, limits)
    activations, sha256 = read_file(file, reading)
    reading.check(is_empty=not activations)
    found = Assembled(activations)
    kind = " and ".join(reading.kinds)
    return Dump((File(name, sha256, kind),), found.probes, found.explanations)


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
