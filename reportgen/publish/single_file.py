"""Write a single, self-contained page."""

import hashlib
import os
import re
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from reportgen.errors import InputError
from reportgen.folders import Folder, is_regular, make_folder, same
from reportgen.interrupts import interrupts_held
from reportgen.paths import INDEX
from reportgen.publish.directory import check_writable, in_the_way, leads_elsewhere
from reportgen.publish.machine import publishing
from reportgen.publish.moves import Moves
from reportgen.publish.staging import Staging

__all__ = ["SinglePage"]

_SEAL = "<!-- one page by reportgen; sha256 of all before: {} -->\n"
_SEALED = re.compile(re.escape(_SEAL.encode()).replace(rb"\{\}", rb"([0-9a-f]{64})"))
_SEAL_LENGTH = len(_SEAL.format("0" * 64))
_FOREIGN = "not a single page of reportgen as it was written"


class SinglePage:
    """A page that stands alone, on its way to `path`; to be used with `with`, then `publish`.

    `output` is what the user named: the page, or its directory. The page gets a last line with the
    hash of all before it. By this it is known again as ours and as we wrote it; a directory's page
    has none, and a quotation or an edited page has another hash. Raises `InputError` if anything
    else is in the way, unless `overwrite`.
    """

    def __init__(self, path: Path, output: Path, *, overwrite: bool = False) -> None:
        self.path = path
        self._overwrite = overwrite
        self._real = Path(os.path.realpath(path))
        self._staging = Staging(path, Path(os.path.realpath(output)))
        self._folder: Folder | None = None
        """The folder that the page goes into, held open; None as long as there is none."""
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            with interrupts_held(), publishing(self.path):
                if self.path.is_dir():
                    raise InputError(f"{self.path}: is a directory; name a file in it with -o")
                check_writable(self._real.parent)
                if self._real.parent.is_dir():
                    self._folder = undo.enter_context(Folder.opened(self._real.parent))
                    self._refuse_foreign_at(self._folder)
                undo.enter_context(self._staging)
            self._exit = undo.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        try:
            with interrupts_held():
                self._exit.close()
        finally:  # Ctrl-C came just before it could be held
            self._exit.close()

    def publish(self, page: bytes) -> int:
        """Write the page, whole or not at all; return how many bytes it has."""
        sealed = page + _SEAL.format(hashlib.sha256(page).hexdigest()).encode()
        with publishing(self.path):
            self._staging.add(INDEX, sealed)
            folder = self._folder_now()
            self._refuse_foreign_at(folder)
            with Moves.all_or_none(self._staging, folder, self._may_replace) as moves:
                moves.move(self._staging.files, INDEX, self._real.name)
        return len(sealed)

    def _folder_now(self) -> Folder:
        """Return the folder that the page goes into, or raise if its path leads elsewhere now."""
        if Path(os.path.realpath(self.path)) != self._real:
            raise leads_elsewhere(self.path)
        if self._folder is None:
            return make_folder(self._real.parent, self._exit)
        if not same(self._folder.own_status(), self._real.parent.lstat()):
            raise leads_elsewhere(self.path)
        return self._folder

    def _refuse_foreign_at(self, folder: Folder) -> None:
        """Raise if something is in the way of the page."""
        name = self._real.name
        if folder.status(name) is not None and not self._may_replace(folder, name):
            raise InputError(in_the_way(self.path, _FOREIGN))
        if self.path.is_symlink() and folder.status(name) is None and not self._overwrite:
            raise InputError(in_the_way(self.path, "a broken link"))

    def _may_replace(self, folder: Folder, name: str) -> bool:
        return self._overwrite or _is_sealed(folder, name)


def _is_sealed(folder: Folder, name: str) -> bool:
    """Tell whether a file is an unchanged page of reportgen."""
    status = folder.status(name)
    if status is None or not is_regular(status):
        return False
    content = folder.read(name)
    page, line = content[:-_SEAL_LENGTH], content[-_SEAL_LENGTH:]
    seal = _SEALED.fullmatch(line)
    return seal is not None and seal[1].decode() == hashlib.sha256(page).hexdigest()
