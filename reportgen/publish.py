"""Names and bytes into the output directory, all or nothing: the one module that writes.

A report is written whole into a staging folder beside the output directory. Only then its files are
moved in, one by one, each of them whole at every instant, and in an order that keeps every link of
whichever `index.html` is there alive: first the PNGs and pages, then the manifest `report.json`,
then `index.html`; last, what the report before had and this one lacks is removed. The staging
folder has a list of all of them, so that after a run that was killed the next one can clear up.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Self

from reportgen.errors import InputError, MachineError

__all__ = ["INDEX", "MANIFEST", "MANIFEST_FORMAT", "Publication", "publish_alone"]

INDEX = "index.html"
MANIFEST = "report.json"
MANIFEST_FORMAT = 1
_STAGING = ".reportgen-staging"
_FILES, _EARLIER, _LOCK = "files", "earlier.json", "lock"
_NAME = re.compile(r"[A-Za-z0-9._/-]{1,300}")
_GENERATOR = b'<meta name="generator" content="reportgen">'
"""By this a page is known for one of ours; `templates/index.html` has it near its start."""


class Publication:
    """A report on its way into `directory`; to be used with `with`.

    `refuse_strangers` tells early whether it can get there; `add` each file, then `publish`.
    Leaving the block by an exception, or without `publish`, leaves the directory as it was. A
    second run into the same directory at the same time is refused.
    """

    def __init__(self, directory: Path, *, overwrite: bool = False) -> None:
        self.directory = directory
        self.overwrite = overwrite
        self.hashes: dict[str, str] = {}
        self._made: list[Path] = []
        self._before: set[str] = set()
        # Beside the output, so that a move never crosses file systems; named after it, so that the
        # next run finds what a killed one left.
        target = directory.absolute()
        self._staging = target.parent / f".{target.name or 'report'}{_STAGING}"
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as undo, _machine(self.directory):
            undo.callback(self._unmake_folders)
            if self.directory.exists() and not self.directory.is_dir():
                raise MachineError(f"{self.directory}: not a directory; name another with -o")
            self._make_folder(self._staging.parent)
            self._claim_staging(undo)
            self._before |= _listed_files(self.directory)
            self._exit = undo.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._exit.close()

    def refuse_strangers(self, names: Iterable[str]) -> None:
        """Raise if something is in the way of `names` that no report of ours has put there."""
        for name in names:
            path = self.directory / name
            for folder in [path.parent, *path.parent.parents][: len(PurePosixPath(name).parts) - 1]:
                if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
                    raise InputError(f"{folder}: is in the way of a folder of the report; move it")
            if path.is_dir() and not path.is_symlink():
                raise InputError(f"{path}: is a directory, in the way of a file of the report")
            if not self.overwrite and name not in self._before and os.path.lexists(path):
                raise InputError(_in_the_way(path))

    def add(self, name: str, content: bytes) -> None:
        """Stage the file `name`, a POSIX path under the directory."""
        path = self._staging / _FILES / name
        with _machine(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self.hashes[name] = hashlib.sha256(content).hexdigest()

    def publish(self, facts: dict[str, Any]) -> None:
        """Move everything in, with a manifest of `facts` and the files."""
        files = dict(sorted(self.hashes.items()))
        manifest = {"format": MANIFEST_FORMAT, **facts, "files": files}
        self.add(MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode("ascii"))
        self.refuse_strangers(self.hashes)
        last = [MANIFEST, INDEX]
        names = [name for name in self.hashes if name not in last]
        with _machine(self.directory):
            self._write_earlier()
            self._make_folder(self.directory)
            for name in [*names, *(name for name in last if name in self.hashes)]:
                target = self.directory / name
                target.parent.mkdir(parents=True, exist_ok=True)
                (self._staging / _FILES / name).replace(target)
            self._made.clear()
            for name in sorted(self._before - set(self.hashes)):
                self._remove(name)

    def _claim_staging(self, undo: ExitStack) -> None:
        """Take the staging folder for this run alone, and empty it of what a killed run left."""
        lock = self._staging / _LOCK
        while True:
            self._staging.mkdir(exist_ok=True)
            try:
                file = lock.open("wb")
            except FileNotFoundError:
                continue  # a run that has just ended removed the folder
            undo.callback(file.close)
            if not _locked(file):
                raise MachineError(
                    f"{self.directory}: another run of reportgen is writing into it; wait for it"
                )
            with suppress(FileNotFoundError):
                if lock.stat().st_ino == os.fstat(file.fileno()).st_ino:
                    break
        undo.callback(shutil.rmtree, self._staging, ignore_errors=True)
        self._before |= _listed_files(self._staging, _EARLIER)
        shutil.rmtree(self._staging / _FILES, ignore_errors=True)

    def _write_earlier(self) -> None:
        """Leave word of all files of ours, old and new, for a run after one that is killed."""
        names = sorted(self._before | set(self.hashes))
        earlier = {"format": MANIFEST_FORMAT, "files": dict.fromkeys(names, "")}
        (self._staging / _EARLIER).write_text(json.dumps(earlier), encoding="ascii")

    def _make_folder(self, folder: Path) -> None:
        """Make a folder and those above it, to be unmade if the run fails."""
        absolute = folder.absolute()
        missing = [f for f in [absolute, *absolute.parents] if not f.exists()]
        for path in reversed(missing):
            path.mkdir(exist_ok=True)
            self._made.append(path)

    def _unmake_folders(self) -> None:
        """Remove the folders made for a report that did not come."""
        for folder in reversed(self._made):
            with suppress(OSError):  # it is not empty
                folder.rmdir()

    def _remove(self, name: str) -> None:
        """Remove a file of the report before, and its folder if that leaves it empty."""
        path = self.directory / name
        folders = list(path.parents)[: len(PurePosixPath(name).parts) - 1]
        if path.is_dir() or any(folder.is_symlink() for folder in folders):
            return  # somebody has put something else there since
        path.unlink(missing_ok=True)
        for folder in folders:
            with suppress(OSError):  # it is not empty, or gone
                folder.rmdir()


def _locked(file: BinaryIO) -> bool:
    """Tell whether `file` could be locked for this process; the lock ends with the process."""
    try:
        import fcntl
    except ImportError:  # Windows does not let the folder of a run be cleared, which does as well
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def publish_alone(path: Path, page: bytes, *, overwrite: bool = False) -> None:
    """Write a page that stands alone to `path`, whole or not at all.

    Raises `InputError` if another file than such a page is in the way, unless `overwrite`.
    """
    with _machine(path):
        if path.is_dir():
            raise InputError(f"{path}: is a directory; name a file in it with -o")
        if not overwrite and path.exists() and _GENERATOR not in path.read_bytes()[:1000]:
            raise InputError(_in_the_way(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        staged = path.with_name(f".{path.name}{_STAGING}")
        try:
            staged.write_bytes(page)
            staged.replace(path)
        finally:
            staged.unlink(missing_ok=True)


def _in_the_way(path: Path) -> str:
    """Return the message about a stranger's file."""
    return (
        f"{path}: is in the way and not of an earlier report; "
        "name another place with -o, or replace it with --overwrite"
    )


def _listed_files(directory: Path, manifest: str = MANIFEST) -> set[str]:
    """Return the files that a manifest of ours lists; none if it is missing or not ours."""
    try:
        found = json.loads((directory / manifest).read_bytes())
        files = found["files"]
        ours = found["format"] == MANIFEST_FORMAT and isinstance(files, dict)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return set()
    if not ours or not all(map(_is_inside, files)):
        return set()
    return {*files, manifest}


def _is_inside(name: str) -> bool:
    """Tell whether a path from a manifest is one that a report could have."""
    parts = name.split("/")
    return bool(_NAME.fullmatch(name)) and not {"", ".", ".."} & set(parts)


@contextmanager
def _machine(path: Path) -> Iterator[None]:
    """Turn what the machine refuses into one clear error."""
    try:
        yield
    except OSError as error:
        if isinstance(error, MachineError):
            raise
        place = error.filename if isinstance(error.filename, str) else path
        raise MachineError(f"{place}: cannot be written: {error.strerror or error}") from None
