"""Writing a report as a directory."""

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from reportgen.errors import InputError, MachineError, note
from reportgen.folders import Folder, folders_above, is_folder, is_regular, same
from reportgen.interrupts import interrupts_held
from reportgen.paths import INDEX, MANIFEST, PAGE
from reportgen.publish.machine import publishing
from reportgen.publish.manifest import (
    Facts,
    Manifest,
    is_sealed,
    new_manifest,
    read_manifest,
    to_bytes,
)
from reportgen.publish.moves import Moves
from reportgen.publish.staging import Staging
from reportgen.words import count_of

__all__ = ["Publication", "check_writable", "in_the_way", "leads_elsewhere"]

_MOST_NAMED = 10
_FOREIGN_MANIFEST = "broken, or not of this version of reportgen"
_FOREIGN, _CHANGED = "not of an earlier report", "changed since reportgen wrote it"
_NO_MANIFEST = (
    "was written by reportgen, but report.json, the list of its files, is missing from {}; "
    "remove that directory, name another with -o, or replace its files with --overwrite "
    "(a workflow tool that deletes outputs must be given the directory as its output)"
)
_GENERATOR = b'<meta name="generator" content="reportgen">'


class Publication:
    """A report on its way into `directory`; to be used with `with`.

    `refuse_foreign` checks early that nothing is in the way; `add` each file, then `publish`.
    Leaving the block by an exception, or without `publish`, leaves the directory as it was. A
    second run into the same directory at the same time is refused.
    """

    def __init__(self, directory: Path, *, overwrite: bool = False) -> None:
        self.directory = directory
        self.hashes: dict[str, str] = {}
        self._overwrite = overwrite
        self._real = Path(os.path.realpath(directory))
        self._staging = Staging(directory, self._real)
        self._target: Folder | None = None
        """The directory, held open; None as long as there is none."""
        self._runs: list[Manifest] = []
        """Manifests of the report that is there, and of earlier ones not yet cleared up."""
        self._manifest = ""
        """The hash of the `report.json` that was read, if it is as reportgen wrote it."""
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            with interrupts_held(), publishing(self.directory):
                self._look(undo)
                undo.enter_context(self._staging)
            self._exit = undo.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        try:
            with interrupts_held():
                self._exit.close()
        finally:  # Ctrl-C came just before it could be held
            self._exit.close()

    def add(self, name: str, content: bytes) -> None:
        """Stage the file `name`, a POSIX path under the directory."""
        with publishing(self.directory):
            self._staging.add(name, content)
        self.hashes[name] = hashlib.sha256(content).hexdigest()

    def refuse_foreign(self, names: Iterable[str]) -> None:
        """Raise if anything is in the way of `names`, except unchanged files of earlier reports."""
        if self._target is None:
            return
        with publishing(self.directory):
            found = [(name, reason) for name in names for reason in self._reasons(name)]
        if not found:
            return
        (first, reason), *others = found
        if not others:
            raise InputError(in_the_way(self.directory / first, reason))
        more = [f"{name}: {reason}" for name, reason in found[:_MOST_NAMED]]
        if len(found) > _MOST_NAMED:
            more.append(f"and {len(found) - _MOST_NAMED} more")
        what = f"{count_of(len(found), 'file')} that would be replaced"
        raise InputError(in_the_way(self.directory, "", what), *more)

    def publish(self, facts: Facts) -> None:
        """Move everything in, with a manifest of `facts` and the files."""
        with publishing(self.directory):
            content = to_bytes(new_manifest(facts, self.hashes))
            self._staging.add(MANIFEST, content)
            self._look_again()
            if self._target is None:
                self._staging.move_in(self._real.name)
                return
            self.refuse_foreign([*self.hashes, MANIFEST])
            moving = to_bytes(new_manifest(facts, self.hashes, self._runs))
            self._staging.write(MANIFEST, moving)
            self._replace(self._target)

    def _look(self, undo: ExitStack) -> None:
        """Hold the directory, if there is one, and read its `report.json`."""
        if not self._real.exists():
            return
        if not self._real.is_dir():
            raise MachineError(f"{self.directory}: not a directory; name another with -o")
        check_writable(self._real)
        self._target = undo.enter_context(Folder.opened(self._real))
        self._runs = self._read_runs(self._target)

    def _look_again(self) -> None:
        """Raise if the path now leads elsewhere; update whether the directory exists."""
        held, self._target = self._target, None
        if Path(os.path.realpath(self.directory)) != self._real:
            raise leads_elsewhere(self.directory)
        if held is None:
            self._look(self._exit)
        elif self._real.exists():
            if not same(held.own_status(), self._real.lstat()):
                raise leads_elsewhere(self.directory)
            self._target = held

    def _read_runs(self, target: Folder) -> list[Manifest]:
        """Return the manifests in the directory, if there are any."""
        status = target.status(MANIFEST)
        if status is None or not is_regular(status):
            return []
        content = target.read(MANIFEST)
        try:
            runs = read_manifest(content)
            self._manifest = hashlib.sha256(content).hexdigest() if is_sealed(content) else ""
            return runs
        except ValueError:
            if self._overwrite:
                return []
            path = self.directory / MANIFEST
            raise InputError(in_the_way(path, _FOREIGN_MANIFEST)) from None

    def _reasons(self, name: str) -> Iterator[str]:
        """Give the reason why the file at `name` may not be replaced, if there is one."""
        assert self._target is not None
        self._refuse_other_kinds(self._target, name)
        if self._overwrite or self._target.status(name) is None:
            return
        if not self._is_ours(self._target, name):
            if not self._runs and name == INDEX and self._is_page(self._target):
                message = _NO_MANIFEST.format(self.directory)
                raise InputError(f"{self.directory / name}: {message}")
            listed = MANIFEST if self._runs else ""
            yield _CHANGED if name == listed or self._hashes_of(name) else _FOREIGN

    def _refuse_other_kinds(self, target: Folder, name: str) -> None:
        """Raise if a file is in the way of a folder, or a folder in that of a file."""
        for folder in folders_above(name):
            status = target.status(folder)
            if status is None:
                return
            if not is_folder(status):
                path = self.directory / folder
                raise InputError(f"{path}: is in the way of a folder of the report; move it")
        status = target.status(name)
        if status is not None and is_folder(status):
            path = self.directory / name
            raise InputError(f"{path}: is a directory, in the way of a file of the report; move it")

    def _is_page(self, target: Folder) -> bool:
        """Tell whether the page in the way looks like one of reportgen."""
        status = target.status(INDEX)
        return status is not None and is_regular(status) and _GENERATOR in target.read(INDEX)[:1000]

    def _hashes_of(self, name: str) -> set[str]:
        """Return the hashes that earlier runs recorded for a file."""
        return {run.files[name] for run in self._runs if name in run.files}

    def _is_ours(self, folder: Folder, name: str) -> bool:
        """Tell whether `name` in a folder is a file that reportgen wrote, unchanged since."""
        if name == MANIFEST:
            return bool(self._runs) and folder.sha256(name) == self._manifest
        return folder.sha256(name) in self._hashes_of(name)

    def _replace(self, target: Folder) -> None:
        """Move the staged files to their places, or leave everything as it was."""
        pages_last = sorted(self.hashes, key=lambda name: name == INDEX)

        def may_replace(folder: Folder, name: str) -> bool:
            return self._overwrite or self._is_ours(folder, name)

        with Moves.all_or_none(self._staging, target, may_replace) as moves:
            moves.move(self._staging.folder, MANIFEST, MANIFEST)
            for name in pages_last:
                moves.make_folders(name)
            for name in pages_last:
                moves.move(self._staging.files, name, name)
            changed = list(self._remove_stale(moves, target))
            moves.finish(self._staging.files, MANIFEST, MANIFEST)
        if changed:
            names = ", ".join(changed[:_MOST_NAMED]) + ", …" * (len(changed) > _MOST_NAMED)
            note(
                f"{self.directory}: kept, since changed after reportgen wrote "
                f"{'it' if len(changed) == 1 else 'them'}: {names}"
            )

    def _remove_stale(self, moves: Moves, target: Folder) -> Iterator[str]:
        """Remove files of earlier reports that this one lacks, pages before the files they link.

        Gives the names of files that were changed since; these stay.
        """
        stale = {name for run in self._runs for name in run.files} - set(self.hashes)
        for name in sorted(stale, key=lambda name: (not name.endswith(PAGE), name)):
            if self._is_ours(target, name):
                moves.remove(name)
            elif target.status(name) is None:
                moves.remove_folders(name)
            else:
                yield name


def in_the_way(path: Path, reason: str, what: str = "") -> str:
    """Return the message about a file that may not be replaced."""
    if what:
        return f"{path}: {what}: name another place with -o, or replace them with --overwrite"
    return (
        f"{path}: is in the way and {reason}; "
        "name another place with -o, or replace it with --overwrite"
    )


def leads_elsewhere(path: Path) -> MachineError:
    """Return the error for a path that now leads to another place."""
    return MachineError(
        f"{path}: no longer leads to the same place as when the run began; "
        "nothing was written there; run reportgen again"
    )


def check_writable(folder: Path) -> None:
    """Raise if `folder` is not writable, before anything is drawn in vain."""
    if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
