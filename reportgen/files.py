"""Files written whole or not at all, with one clear error where the system refuses."""

import os
import secrets
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from reportgen.errors import InputError, MachineError
from reportgen.folders import Folder

__all__ = ["STAGED", "refusals", "write_file"]

STAGED = ".reportgen-staging"
"""Part of the name of everything that exists only while a run writes."""
_NO_WAYS_OUT: Mapping[int, str] = {}


@contextmanager
def refusals(
    path: Path, ways_out: Mapping[int, str] = _NO_WAYS_OUT, otherwise: str = ""
) -> Iterator[None]:
    """Turn what the machine refuses to do for `path` into one clear error with the way out.

    It names the place that the system names, unless that is a staged one, which tells a reader
    nothing.
    """
    try:
        yield
    except (MachineError, InputError):
        raise
    except OSError as error:
        named = error.filename if isinstance(error.filename, str) else ""
        place = named if named and STAGED not in named else path
        way_out = ways_out.get(error.errno or 0, otherwise)
        said = f"{place}: cannot be written: {error.strerror or error}"
        raise MachineError(f"{said}; {way_out}" if way_out else said) from None


def write_file(path: Path, parts: Iterable[bytes]) -> None:
    """Write `parts` to the file `path`, whole or not at all; one that is there is replaced.

    Its permissions stay. A device or a pipe is not replaced but written to, as it comes.
    """
    if path.is_dir():
        raise InputError(f"{path}: is a directory; name a file in it")
    with refusals(path), ExitStack() as undo:
        if path.exists() and not path.is_file():
            with open(os.open(path, os.O_WRONLY), "wb") as device:  # noqa: PTH123
                device.writelines(parts)
            return
        target = Path(os.path.realpath(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = undo.enter_context(Folder.opened(target.parent))
        staged = f"{STAGED}-{secrets.token_hex(8)}"
        file = folder.create(staged)
        undo.callback(folder.remove, staged)
        with file:
            file.writelines(parts)
            if target.exists():
                os.chmod(file.fileno(), stat.S_IMODE(target.stat().st_mode))  # noqa: PTH101
        folder.replace(staged, folder, target.name)
