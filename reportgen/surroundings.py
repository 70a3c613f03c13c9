"""The environment of the process: settings, folders and streams that must not affect a run."""

import io
import logging
import os
import select
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

from reportgen.errors import InputError, MachineError
from reportgen.interrupts import interrupts_held

__all__ = ["few_threads", "import_figures", "refusals_in_one_line", "standard_input"]

RC = "matplotlibrc"


def few_threads() -> None:
    """Keep NumPy from starting a thread for each core; where it may not, the process would die."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@contextmanager
def refusals_in_one_line() -> Iterator[None]:
    """Turn a lack of memory, and whatever else the machine refuses, into one clear error."""
    try:
        yield
    except MemoryError:
        raise MachineError(
            "there is not enough memory for this dump; split it by probes, or draw less of it: "
            "fewer probes (--probe-index), a smaller --top-k"
        ) from None
    except (MachineError, BrokenPipeError):
        raise
    except OSError as error:
        raise MachineError(f"the system refused an operation: {error}") from None


def import_figures(output: Path) -> None:
    """Import the drawing code, whatever the user's settings and even on a read-only disk.

    matplotlib needs a folder for its cache, and any will do: where there is no folder for temporary
    files, the cache goes beside `output`, until the process ends.
    """
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # an unwritable config folder is fine
    os.environ.pop("MPLBACKEND", None)
    try:
        tempfile.gettempdir()
    except OSError:
        tempfile.tempdir = str(_existing(output))
    with _own_settings(), interrupts_held():  # (compiled modules cannot be half imported)
        from reportgen import figures  # noqa: F401  (build_report finds it imported)


def _existing(path: Path) -> Path:
    """Return the folder nearest above `path`, or `path` itself, that exists."""
    return next((folder for folder in (path, *path.parents) if folder.is_dir()), Path())


@contextmanager
def _own_settings() -> Iterator[None]:
    """Make matplotlib read its default settings and no others.

    It takes those in the working directory before all others, then those that MATPLOTLIBRC names.
    """
    spec = find_spec("matplotlib")
    places = (spec and spec.submodule_search_locations) or ()
    data = next((data for place in places if (data := Path(place) / "mpl-data").is_dir()), None)
    if data is None:
        yield
        return
    usual = os.environ.get("MATPLOTLIBRC")
    os.environ["MATPLOTLIBRC"] = str(data / RC)
    try:
        with _working_in(data):
            yield
    finally:
        del os.environ["MATPLOTLIBRC"]
        if usual is not None:
            os.environ["MATPLOTLIBRC"] = usual


@contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    """Work in `folder` if there are settings in the working directory.

    A working directory that was deleted, or that may not be entered again, has none; so it is never
    left without a way back.
    """
    if not os.access(RC, os.F_OK):  # (`Path.exists` may raise)
        yield
        return
    back = os.open(".", getattr(os, "O_PATH", os.O_RDONLY)) if hasattr(os, "fchdir") else None
    here = Path.cwd() if back is None else back
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(here)
        if back is not None:
            os.close(back)


def standard_input() -> BinaryIO:
    """Return standard input; where it does not block, reading waits all the same."""
    if sys.stdin is None:
        raise InputError("stdin: is closed; name a file, or pipe a dump in")
    stream = sys.stdin.buffer
    with suppress(OSError, ValueError, AttributeError):
        if not os.get_blocking(stream.fileno()):
            return io.BufferedReader(_Waiting(stream.fileno()))
    return stream


class _Waiting(io.RawIOBase):
    """Read a non-blocking stream as if it blocked, without changing its shared mode."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into `buffer`; return how many bytes, 0 at the end."""
        while True:
            try:
                found = os.read(self._descriptor, len(buffer))
            except BlockingIOError:
                select.select([self._descriptor], [], [])
                continue
            buffer[: len(found)] = found
            return len(found)
