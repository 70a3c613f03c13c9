"""Files written whole or not at all."""

import os
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from reportgen.errors import InputError, MachineError

__all__ = ["write_file"]


def write_file(path: Path, parts: Iterable[bytes]) -> None:
    """Write `parts` to the file `path`, whole or not at all; one that is there is replaced."""
    if path.is_dir():
        raise InputError(f"{path}: is a directory; name a file in it")
    target = Path(os.path.realpath(path))
    staged = target.with_name(f".{target.name}.reportgen-staging")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as undo:
            undo.callback(staged.unlink, missing_ok=True)
            with staged.open("wb") as file:
                file.writelines(parts)
            staged.replace(target)
    except OSError as error:
        raise MachineError(f"{path}: cannot be written: {error.strerror or error}") from None
