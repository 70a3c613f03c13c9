"""The temporary folder in which one run assembles its report; recognised by its contents.

It is beside the output directory and named after it, so that the next run finds what a killed one
left. Its lock is also its list: a run notes every file there before it creates it. What a killed
run left is cleared only if it is all in the list. Anything else is an error that names it, and
stays.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Self

from reportgen.errors import MachineError, note
from reportgen.files import STAGED
from reportgen.folders import Folder, is_folder, is_regular, make_folder, same
from reportgen.paths import MANIFEST
from reportgen.publish.machine import locked

__all__ = ["Staging"]

_LOCK = "reportgen-staging.lock"
_HEAD = b"Files of reportgen in this folder:\n"
_FILES, _KEPT = "files", "kept"
_NOT_LOCKED = (
    "Warning: {}: this file system has no locks; "
    "make sure that no other run of reportgen writes there"
)


class Staging:
    """The staging folder of a run that writes `target`; to be used with `with`.

    It goes by `output`, which the user named, given without links: the target or its directory.
    """

    beside: Folder
    """The folder that it is in."""
    folder: Folder
    files: Folder
    """The new files."""
    kept: Folder
    """Here the files that they replace are kept until the run has ended."""

    def __init__(self, target: Path, output: Path) -> None:
        self._target = target
        self._output = output
        self._place = output
        self._list: BinaryIO | None = None
        """The lock, once this run has it. It is not opened again: closing it could unlock it."""
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        self._place = _place(self._output)
        with ExitStack() as undo:
            self.beside = make_folder(self._place.parent, undo)
            self._claim(undo)
            undo.callback(self._clear)
            self._clear()
            self.files = self._made(_FILES, undo)
            self.kept = self._made(_KEPT, undo)
            self._exit = undo.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._exit.close()

    def add(self, name: str, content: bytes) -> None:
        """Create a new file of the report."""
        self.write(f"{_FILES}/{name}", content)

    def write(self, name: str, content: bytes) -> None:
        """Create a file in the folder."""
        self._note(name)
        self.folder.make_above(name)
        self.folder.write(name, content)

    def make_room_to_keep(self, name: str) -> None:
        """Prepare for a file of an earlier report to be put into `kept`."""
        self._note(f"{_KEPT}/{name}")
        self.kept.make_above(name)

    def move_in(self, name: str) -> None:
        """Move all new files, as a directory that is not there yet, to beside the folder."""
        self.folder.move_folder(_FILES, self.beside, name)

    def _made(self, name: str, undo: ExitStack) -> Folder:
        self.folder.make(name)
        return undo.enter_context(self.folder.child(name))

    def _claim(self, undo: ExitStack) -> None:
        """Open the folder and lock it for this run, or raise if it is another's."""
        name = self._place.name
        while True:
            with ExitStack() as attempt:
                if self.beside.make(name):
                    attempt.callback(self.beside.remove_empty, name)
                status = self.beside.status(name)
                if status is None:
                    continue  # a run that has just ended removed the folder
                if not is_folder(status):
                    raise self._in_the_way("it is a link or a file")
                self.folder = attempt.enter_context(self.beside.child(name))
                if self._lock(attempt):
                    undo.push(attempt.pop_all())
                    return

    def _lock(self, undo: ExitStack) -> bool:
        """Lock the folder; return False if another folder has taken its place."""
        self._refuse_foreign(self._foreign_names())
        status = self.folder.status(_LOCK)
        try:
            file = self.folder.open(_LOCK, os.O_RDWR) if status else self.folder.create(_LOCK)
        except (FileExistsError, FileNotFoundError):
            return False  # another run was quicker, or has just ended
        undo.enter_context(file)
        is_locked = locked(file.fileno())
        if is_locked is False:
            raise MachineError(
                f"{self._target}: another run of reportgen is writing into it; wait for it"
            )
        in_place = self.beside.status(self._place.name)
        if not same(in_place, self.folder.own_status()):
            return False
        if not same(self.folder.status(_LOCK), os.fstat(file.fileno())):
            return False
        self._list = file
        if is_locked is None:
            note(_NOT_LOCKED.format(self._target))
        self._refuse_foreign([*self._foreign_names(), *self._foreign_files()])
        undo.callback(self.beside.remove_empty, self._place.name)
        undo.callback(self.folder.remove, _LOCK)
        if not file.seek(0, os.SEEK_END):
            self._append(_HEAD)
        return True

    def _note(self, name: str) -> None:
        """Note a file that is going to be created."""
        self._append(f"{name}\n".encode())

    def _append(self, line: bytes) -> None:
        assert self._list is not None
        self._list.seek(0, os.SEEK_END)
        self._list.write(line)
        self._list.flush()

    def _noted(self) -> set[str] | None:
        """Return the files that runs have noted in the lock; None if it is not a lock of theirs.

        An empty one is of a run that was killed before it could note anything.
        """
        status = self.folder.status(_LOCK)
        if status is None or not is_regular(status) or status.st_nlink != 1:
            return None
        if self._list is None:
            try:
                noted = self.folder.read(_LOCK)
            except FileNotFoundError:
                return None
        else:
            self._list.seek(0)
            noted = self._list.read()
        if noted and not noted.startswith(_HEAD):
            return None
        return set(noted[len(_HEAD) :].decode(errors="replace").splitlines())

    def _foreign_names(self) -> Iterator[str]:
        """Give the names in the folder that reportgen did not put there."""
        names = self.folder.names()
        noted = self._noted()
        for name in names:
            status = self.folder.status(name)
            if status is None:
                continue  # a run that is just ending removed it
            if noted is None:
                is_ours = False
            elif name == MANIFEST:
                is_ours = is_regular(status) and name in noted
            else:
                is_ours = name == _LOCK or (name in (_FILES, _KEPT) and is_folder(status))
            if not is_ours:
                yield name

    def _foreign_files(self) -> Iterator[str]:
        """Give the files among those of a killed run that no run has noted."""
        noted = self._noted() or set()
        for top in (_FILES, _KEPT):
            for name in self._below(top) if self.folder.status(top) else ():
                if name not in noted:
                    yield name

    def _below(self, name: str) -> Iterator[str]:
        """Give all files below a folder of this one, links and the like too."""
        with self.folder.child(name) as folder:
            names = folder.names()
        for below in (f"{name}/{last}" for last in names):
            status = self.folder.status(below)
            if status is not None and is_folder(status):
                yield from self._below(below)
            else:
                yield below

    def _refuse_foreign(self, names: Iterator[str] | list[str]) -> None:
        """Raise if reportgen did not create all of these."""
        if first := next(iter(names), None):
            raise self._in_the_way(f"reportgen did not create {first} in it")

    def _in_the_way(self, reason: str) -> MachineError:
        return MachineError(
            f"{self._place}: is in the way of the temporary folder of a run: "
            f"{reason}; move it, or name another place with -o"
        )

    def _clear(self) -> None:
        """Remove what a run has put into the folder, and nothing else."""
        if next(self._foreign_files(), None) is not None:
            return
        for name in (_FILES, _KEPT):
            self.folder.remove_tree(name)
        self.folder.remove(MANIFEST)


def _place(output: Path) -> Path:
    """Return where the staging folder of `output` is.

    It is inside `output` only if the folder above is on another file system, across which nothing
    can be moved, or is not writable.
    """
    above = output.parent
    if output.is_dir() and not (
        os.access(above, os.W_OK | os.X_OK) and above.stat().st_dev == output.stat().st_dev
    ):
        return output / STAGED
    return above / f".{output.name or 'report'}{STAGED}"
