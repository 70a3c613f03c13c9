"""Names and bytes into the output directory, all or nothing: the one module that writes.

A report is written whole into a staging folder beside the output directory. Only then its files are
moved in, one by one, each of them whole at every instant, and in an order that keeps every link of
whichever page is there alive:

1. `report.json`: it tells of the new run and, as `earlier`, keeps what it told of the run before;
2. PNGs and pages, then `index.html`;
3. what the report before had and this one lacks goes: pages, then PNGs;
4. `report.json` again, now without `earlier`: the run has ended.

Before 4 every step can be undone, and is when a later one fails or Ctrl-C comes. After a run that
was killed, `report.json` tells of which run each file is, and so what the next run clears up. A
first report, for which there is no directory yet, is moved in as a whole.

What a `report.json` has is described in the README. Read here are its `format`, its `files`, and
`earlier`, a list of the manifests of runs that the run did not get to clear up after.
"""

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Self

from reportgen.errors import InputError, MachineError
from reportgen.paths import INDEX, MANIFEST

__all__ = ["INDEX", "MANIFEST", "MANIFEST_FORMAT", "LonePage", "Publication"]

MANIFEST_FORMAT = 1
_STAGING = ".reportgen-staging"
_FILES, _KEPT, _LOCK = "files", "kept", "lock"
_NAME = re.compile(r"[A-Za-z0-9._/-]{1,300}\.(png|html)")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_GENERATOR = b'<meta name="generator" content="reportgen">'
"""By this a page is known for one of ours; `templates/index.html` has it near its start."""


class _Run:
    """A run that writes to `target`: it has a staging folder, locked for it alone.

    The folder goes by `output`, which the user named: the target or its directory.
    """

    def __init__(self, target: Path, output: Path, overwrite: bool) -> None:
        self.target = target
        self.overwrite = overwrite
        self._output = Path(os.path.realpath(output))
        self._staging = Path()
        self._made: list[Path] = []
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as undo, _machine(self.target):
            undo.callback(self._unmake_folders)
            self._staging = _staging_for(self._output)
            self._check()
            self._make_folder(self._staging.parent)
            self._claim_staging(undo)
            self._exit = undo.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._exit.close()

    def _check(self) -> None:
        """Raise if it can be told early that nothing can be written."""
        raise NotImplementedError

    def _claim_staging(self, undo: ExitStack) -> None:
        """Take the staging folder for this run alone, and empty it of what a killed run left."""
        lock = self._staging / _LOCK
        undo.callback(_remove_empty, self._staging)
        while True:
            if self._staging.is_symlink():  # somebody wants us to clear another folder
                raise MachineError(f"{self._staging}: is a link, in the way of a folder; remove it")
            self._staging.mkdir(exist_ok=True)
            try:
                file = lock.open("wb")
            except FileNotFoundError:
                continue  # a run that has just ended removed the folder
            undo.callback(file.close)
            if not _locked(file):
                raise MachineError(
                    f"{self.target}: another run of reportgen is writing into it; wait for it"
                )
            with suppress(FileNotFoundError):
                if lock.stat().st_ino == os.fstat(file.fileno()).st_ino:
                    break
        undo.callback(_remove_tree, self._staging)
        for folder in (_FILES, _KEPT):
            shutil.rmtree(self._staging / folder, ignore_errors=True)
            (self._staging / folder).mkdir()

    def _make_folder(self, folder: Path) -> None:
        """Make a folder and those above it, to be unmade if the run fails."""
        missing = [f for f in [folder, *folder.parents] if not f.exists()]
        for path in reversed(missing):
            path.mkdir(exist_ok=True)
            self._made.append(path)

    def _unmake_folders(self) -> None:
        """Remove the folders made for a report that did not come."""
        for folder in reversed(self._made):
            with suppress(OSError):  # it is not empty
                folder.rmdir()


class Publication(_Run):
    """A report on its way into `directory`; to be used with `with`.

    `refuse_strangers` tells early whether it can get there; `add` each file, then `publish`.
    Leaving the block by an exception, or without `publish`, leaves the directory as it was. A
    second run into the same directory at the same time is refused.
    """

    def __init__(self, directory: Path, *, overwrite: bool = False) -> None:
        self.directory = directory
        self.hashes: dict[str, str] = {}
        self._runs: list[dict[str, Any]] = []
        """Manifests of the report that is there, and of those that it was to replace."""
        self._real = Path(os.path.realpath(directory))
        super().__init__(directory, directory, overwrite)

    def refuse_strangers(self, names: Iterable[str]) -> None:
        """Raise if something is in the way of `names` that no report of ours has put there."""
        ours = {MANIFEST}.union(*(run["files"] for run in self._runs)) if self._runs else set()
        with _machine(self.target):
            for name in names:
                self._refuse_stranger(name, name in ours)

    def _refuse_stranger(self, name: str, is_ours: bool) -> None:
        """Raise if something is in the way of `name`."""
        path = self.directory / name
        for folder in _folders(self.directory, name):
            if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
                raise InputError(f"{folder}: is in the way of a folder of the report; move it")
        if path.is_dir() and not path.is_symlink():
            raise InputError(f"{path}: is a directory, in the way of a file of the report; move it")
        if not self.overwrite and not is_ours and os.path.lexists(path):
            raise InputError(_in_the_way(path, "not of an earlier report"))

    def add(self, name: str, content: bytes) -> None:
        """Stage the file `name`, a POSIX path under the directory."""
        with _machine(self.target):
            files = self._staging / _FILES
            # Not `parents`: a staging folder that somebody has removed must not come back in part.
            for folder in _folders(files, name):
                folder.mkdir(exist_ok=True)
            (files / name).write_bytes(content)
        self.hashes[name] = hashlib.sha256(content).hexdigest()

    def publish(self, facts: dict[str, Any]) -> None:
        """Move everything in, with a manifest of `facts` and the files."""
        files = dict(sorted(self.hashes.items()))
        manifest = {"format": MANIFEST_FORMAT, **facts, "files": files}
        with _machine(self.target):
            _write_json(self._staging / _FILES / MANIFEST, manifest)
            self.refuse_strangers([*self.hashes, MANIFEST])
            if self._real.exists():
                _write_json(self._staging / MANIFEST, manifest | {"earlier": self._runs})
                self._replace()
            else:
                (self._staging / _FILES).rename(self._real)
            self._made.clear()

    def _check(self) -> None:
        if self._real.exists():
            if not self._real.is_dir():
                raise MachineError(f"{self.directory}: not a directory; name another with -o")
            _check_writable(self._real)
            self._runs = _manifests(self.directory, self.overwrite)

    def _replace(self) -> None:
        """Move the staged files to their places, or leave everything as it was."""
        staged = self._staging / _FILES
        pages_last = sorted(self.hashes, key=lambda name: name == INDEX)
        with ExitStack() as undo:
            self._move(self._staging / MANIFEST, MANIFEST, undo)
            for folder in dict.fromkeys(f for n in pages_last for f in _folders(self._real, n)):
                if not folder.exists():
                    undo.callback(_remove_empty, folder)
                    folder.mkdir()
            for name in pages_last:
                self._move(staged / name, name, undo)
            self._remove_stale(undo)
            (staged / MANIFEST).replace(self._real / MANIFEST)
            undo.pop_all()

    def _move(self, source: Path, name: str, undo: ExitStack) -> None:
        """Put a staged file in its place; leave word of how that is undone."""
        target = self._real / name
        if os.path.lexists(target):
            kept = self._place_to_keep(name)
            _copy(target, kept)
            undo.callback(self._restore, kept, name)
        else:
            undo.callback(target.unlink, missing_ok=True)
        source.replace(target)

    def _remove_stale(self, undo: ExitStack) -> None:
        """Remove what earlier reports had and this one lacks, pages before what they link."""
        hashes: dict[str, set[str]] = {}
        for run in self._runs:
            for name, digest in run["files"].items():
                hashes.setdefault(name, set()).add(digest)
        for name in sorted(hashes, key=lambda name: (name.endswith(".png"), name)):
            if name not in self.hashes:
                self._remove(name, hashes[name], undo)

    def _remove(self, name: str, hashes: set[str], undo: ExitStack) -> None:
        """Remove a file of an earlier report, and its folder if that leaves it empty."""
        path = self._real / name
        folders = _folders(self._real, name)
        if any(folder.is_symlink() for folder in folders):
            return  # somebody has put something else there since
        if path.is_file() and not path.is_symlink() and _sha256(path) in hashes:
            kept = self._place_to_keep(name)
            undo.callback(self._restore, kept, name)
            path.replace(kept)
        for folder in reversed(folders):
            _remove_empty(folder)

    def _place_to_keep(self, name: str) -> Path:
        """Return where a file of the earlier report is kept until the run has ended."""
        kept = self._staging / _KEPT / name
        kept.parent.mkdir(parents=True, exist_ok=True)
        return kept

    def _restore(self, kept: Path, name: str) -> None:
        """Put a file of the earlier report back."""
        for folder in _folders(self._real, name):
            folder.mkdir(exist_ok=True)
        if os.path.lexists(kept):
            kept.replace(self._real / name)


class LonePage(_Run):
    """A page that stands alone, on its way to `path`; to be used with `with`, then `publish`.

    `output` is what the user named: the page, or its directory. Raises `InputError` if another file
    than such a page is in the way, unless `overwrite`.
    """

    def __init__(self, path: Path, output: Path, *, overwrite: bool = False) -> None:
        self.path = path
        self._real = Path(os.path.realpath(path))
        super().__init__(path, output, overwrite)

    def publish(self, page: bytes) -> None:
        """Write the page, whole or not at all."""
        with _machine(self.target):
            staged = self._staging / _FILES / INDEX
            staged.write_bytes(page)
            self._check()
            self._make_folder(self._real.parent)
            staged.replace(self._real)
            self._made.clear()

    def _check(self) -> None:
        if self.path.is_dir():
            raise InputError(f"{self.path}: is a directory; name a file in it with -o")
        _check_writable(self._real.parent)
        if not self.overwrite and os.path.lexists(self.path) and not _is_our_page(self.path):
            raise InputError(_in_the_way(self.path, "not of an earlier report"))


def _staging_for(directory: Path) -> Path:
    """Return the staging folder of a directory, given without links.

    It is beside the directory and named after it, so that the next run finds what a killed one
    left. Only where the folder above is of another file system, across which nothing can be moved,
    or not ours to write in, it is inside.
    """
    above = directory.parent
    if directory.is_dir() and not (
        os.access(above, os.W_OK | os.X_OK) and above.stat().st_dev == directory.stat().st_dev
    ):
        return directory / _STAGING
    return above / f".{directory.name or 'report'}{_STAGING}"


def _check_writable(folder: Path) -> None:
    """Raise if nothing can be put into `folder`, before a report is drawn for nothing."""
    if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))


def _is_our_page(path: Path) -> bool:
    """Tell whether the file at `path` is a page of a report."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return _GENERATOR in file.read(1000)


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


def _folders(directory: Path, name: str) -> list[Path]:
    """Return the folders between `directory` and the file `name` under it, from the top down."""
    parts = PurePosixPath(name).parts[:-1]
    return [directory.joinpath(*parts[: n + 1]) for n in range(len(parts))]


def _copy(path: Path, kept: Path) -> None:
    """Make a second name for a file or link, or a copy where the file system has no such names."""
    try:
        os.link(path, kept, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(path, kept, follow_symlinks=False)


def _remove_empty(folder: Path) -> None:
    """Remove a folder that has nothing in it."""
    with suppress(OSError):  # it has, or is gone
        folder.rmdir()


def _remove_tree(folder: Path) -> None:
    """Remove a folder and all in it, though Ctrl-C may come meanwhile."""
    remove = partial(shutil.rmtree, folder, ignore_errors=True)
    try:
        remove()
    finally:
        remove()


def _sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_bytes((json.dumps(value, indent=1) + "\n").encode("ascii"))


def _in_the_way(path: Path, reason: str) -> str:
    """Return the message about a stranger's file."""
    return (
        f"{path}: is in the way and {reason}; "
        "name another place with -o, or replace it with --overwrite"
    )


def _manifests(directory: Path, overwrite: bool) -> list[dict[str, Any]]:
    """Return the manifest in `directory`, if there is one, and those of earlier runs in it.

    One that is broken or of another program says nothing about whose files there are: it is an
    error, or with `overwrite` not looked at.
    """
    path = directory / MANIFEST
    if not path.is_file():
        return []
    try:
        manifest = json.loads(path.read_bytes())
        runs = [manifest, *manifest.pop("earlier", [])]
    except (ValueError, AttributeError, TypeError, RecursionError):
        runs = [None]
    if all(map(_is_ours, runs)):
        return [run for number, run in enumerate(runs) if run not in runs[:number]]
    if not overwrite:
        raise InputError(_in_the_way(path, "broken, or not of this version of reportgen"))
    return []


def _is_ours(manifest: Any) -> bool:
    """Tell whether a manifest is one that a report could have."""
    if not isinstance(manifest, dict) or manifest.get("format") != MANIFEST_FORMAT:
        return False
    files = manifest.get("files")
    return isinstance(files, dict) and all(
        _is_inside(name) and isinstance(digest, str) and _SHA256.fullmatch(digest)
        for name, digest in files.items()
    )


def _is_inside(name: str) -> bool:
    """Tell whether a path from a manifest is one that a report could have."""
    return bool(_NAME.fullmatch(name)) and not {"", ".", ".."} & set(name.split("/"))


_WAYS_OUT = {
    errno.ENOSPC: "make room there, or name another place with -o",
    errno.EDQUOT: "make room there, or name another place with -o",
    errno.EACCES: "name a place with -o where you may write",
    errno.EPERM: "name a place with -o where you may write",
    errno.EROFS: "name a place with -o where you may write",
    errno.ENAMETOOLONG: "name a shorter one with -o",
    errno.ENOENT: "it or a folder above it is gone; run reportgen again, or name another place",
    errno.EXDEV: "it is of another file system than the folder above; name a folder in it with -o",
}


@contextmanager
def _machine(path: Path) -> Iterator[None]:
    """Turn what the machine refuses into one clear error."""
    try:
        yield
    except (MachineError, InputError):
        raise
    except OSError as error:
        # Where exactly in our staging folder it happened says nothing to a reader.
        known = isinstance(error.filename, str) and _STAGING not in error.filename
        place = error.filename if known else path
        way_out = _WAYS_OUT.get(error.errno or 0, "name another place with -o")
        raise MachineError(
            f"{place}: cannot be written: {error.strerror or error}; {way_out}"
        ) from None
