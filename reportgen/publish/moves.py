"""Move staged files to their places, one by one; each step can be undone."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Self

from reportgen.errors import InputError, note
from reportgen.folders import Folder, folders_above, same
from reportgen.interrupts import HeldInterrupts, interrupts_held
from reportgen.publish.staging import Staging

__all__ = ["Moves"]

IsOurs = Callable[[Folder, str], bool]
"""Tells whether the file with a name in a folder may be replaced."""
_UNDOING = "Interrupted: restoring what was there before; this cannot be interrupted."


class Moves:
    """Moves out of `staging` into `target`. Interrupts come through only between two of them."""

    def __init__(self, staging: Staging, target: Folder, is_ours: IsOurs) -> None:
        self._staging = staging
        self._target = target
        self._is_ours = is_ours
        self._undo = ExitStack()
        self._held = HeldInterrupts({})

    @classmethod
    @contextmanager
    def all_or_none(cls, staging: Staging, target: Folder, is_ours: IsOurs) -> Iterator[Self]:
        """Give moves that are all undone if the block is left by an exception."""
        moves = cls(staging, target, is_ours)
        with interrupts_held() as moves._held, moves._undo:
            try:
                yield moves
            except KeyboardInterrupt:
                note(_UNDOING)
                raise
            moves._undo.pop_all()

    def make_folders(self, name: str) -> None:
        """Make the folders that a file goes into."""
        for folder in folders_above(name):
            if self._target.make(folder):
                self._undo.callback(self._target.remove_empty, folder)

    def move(self, source: Folder, staged: str, name: str) -> None:
        """Put the file `staged` of `source` in its place, `name`."""
        self._held.let_through()
        new = source.status(staged)
        old = self._target.status(name)
        if old is None:
            self._undo.callback(self._take_back, name, new)
            source.place(staged, self._target, name)
            return
        self._staging.make_room_to_keep(name)
        self._target.copy(name, self._staging.kept, name)
        self._undo.callback(self._restore, name, [new, old])
        self._refuse_foreign_at(name)
        source.replace(staged, self._target, name)

    def finish(self, source: Folder, staged: str, name: str) -> None:
        """Put the last file, `staged`, in place of one that has just been moved in."""
        self._held.let_through()
        source.replace(staged, self._target, name)

    def remove(self, name: str) -> None:
        """Remove a file of an earlier report, and its folders if that leaves them empty."""
        self._held.let_through()
        self._staging.make_room_to_keep(name)
        self._undo.callback(self._restore, name, [])
        self._target.replace(name, self._staging.kept, name)
        self._refuse_foreign_at(name)
        self.remove_folders(name)

    def remove_folders(self, name: str) -> None:
        """Remove the folders that a file was in if they are empty."""
        for folder in reversed(folders_above(name)):
            self._target.remove_empty(folder)

    def _refuse_foreign_at(self, name: str) -> None:
        """Raise if the file just kept has changed since the last check and is not ours."""
        if not self._is_ours(self._staging.kept, name):
            raise InputError(
                f"{self._target.path / name}: was changed while the report was written; "
                "move it, and run reportgen again"
            )

    def _take_back(self, name: str, new: os.stat_result | None) -> None:
        """Remove a file that was put where there was none, unless it is not that file."""
        if same(self._target.status(name), new):
            self._target.remove(name)

    def _restore(self, name: str, known: list[os.stat_result | None]) -> None:
        """Restore the earlier file, unless another program has put something there since."""
        kept = self._staging.kept.status(name)
        found = self._target.status(name)
        if kept is None or not (found is None or any(same(found, s) for s in [kept, *known])):
            return
        for folder in folders_above(name):
            self._target.make(folder)
        self._staging.kept.replace(name, self._target, name)
