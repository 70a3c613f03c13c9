"""Files that a user names, opened, or one clear error."""

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from reportgen.errors import InputError, MachineError

__all__ = ["opened", "readable"]

_CANNOT = "cannot be read: {}; see that you may read it, or name a copy"


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open the file at `path`; what is wrong with it, or with reading it, is one clear error."""
    with _open(path) as file, readable(path):
        yield file


@contextmanager
def readable(path: Path | str) -> Iterator[None]:
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
        raise InputError(f"{path}: this is a directory; name the file inside it") from None
    except OSError as error:
        raise MachineError(f"{path}: {_CANNOT.format(error.strerror)}") from None


def _similar_file(path: Path) -> str:
    """Return a guess at the file that was meant, as the end of a message."""
    try:
        near = difflib.get_close_matches(path.name, [p.name for p in path.parent.iterdir()], 1)
    except (OSError, ValueError):
        return ""
    return f"; did you mean {path.with_name(near[0])}?" if near else ""
