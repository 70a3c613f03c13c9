"""Names and bytes into the output directory, all or nothing: the one module that writes.

A report is written whole into a staging folder beside the output directory. Only then its files are
moved in, one by one, each of them whole at every instant, and in an order that keeps every link of
whichever `index.html` is there alive: first the PNGs and pages, then the manifest `report.json`,
then `index.html`; last, what the report before had and this one lacks is removed. A run that is
killed while moving leaves both manifests behind, the old one in its place and the new one staged,
and the next run clears up after it.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any

from reportgen.errors import InputError, MachineError

__all__ = ["INDEX", "MANIFEST", "MANIFEST_FORMAT", "Publication", "publish_alone"]

INDEX = "index.html"
MANIFEST = "report.json"
MANIFEST_FORMAT = 1
_GENERATOR = b'<meta name="generator" content="reportgen">'
"""By this a page is known for one of ours; `templates/index.html` has it near its start."""


class Publication:
    """A report on its way into `directory`; to be used with `with`.

    `add` each file, then `publish`. Leaving the block by an exception, or without `publish`, leaves
    the directory as it was.
    """

    def __init__(self, directory: Path, *, overwrite: bool = False) -> None:
        self.directory = directory
        self.overwrite = overwrite
        self.hashes: dict[str, str] = {}
        self._made: list[Path] = []
        # Beside the output, so that a move never crosses file systems; named after it, so that the
        # next run finds what a killed one left.
        target = directory.absolute()
        self._staging = target.parent / f".{target.name or 'report'}.reportgen-staging"

    def __enter__(self) -> "Publication":
        with _machine(self.directory):
            if self.directory.exists() and not self.directory.is_dir():
                raise MachineError(f"{self.directory}: not a directory; name another with -o")
            self._before = _listed_files(self.directory)
            self._make_folder(self._staging.parent)
            self._make_staging()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self._staging, ignore_errors=True)
        if kind is not None:
            for folder in reversed(self._made):
                with suppress(OSError):  # it is not empty, or gone
                    folder.rmdir()

    def add(self, name: str, content: bytes) -> None:
        """Stage the file `name`, a POSIX path under the directory."""
        path = self._staging / name
        with _machine(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self.hashes[name] = hashlib.sha256(content).hexdigest()

    def publish(self, facts: dict[str, Any]) -> None:
        """Move everything in, with a manifest of `facts` and the files."""
        files = dict(sorted(self.hashes.items()))
        manifest = {"format": MANIFEST_FORMAT, **facts, "files": files}
        text = json.dumps(manifest, indent=1, ensure_ascii=True) + "\n"
        self.add(MANIFEST, text.encode("ascii"))
        self._refuse_strangers()
        last = [MANIFEST, INDEX]
        names = [name for name in self.hashes if name not in last]
        with _machine(self.directory):
            self._make_folder(self.directory)
            for name in [*names, *(name for name in last if name in self.hashes)]:
                target = self.directory / name
                target.parent.mkdir(parents=True, exist_ok=True)
                (self._staging / name).replace(target)
            for name in sorted(self._before - set(self.hashes)):
                self._remove(name)

    def _make_staging(self) -> None:
        """Make the staging folder, in place of one that a killed run left."""
        if self._staging.exists():
            self._before |= _listed_files(self._staging)
            shutil.rmtree(self._staging)
        self._staging.mkdir()

    def _make_folder(self, folder: Path) -> None:
        """Make a folder and those above it, to be unmade if the run fails."""
        missing = [f for f in [folder.absolute(), *folder.absolute().parents] if not f.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        self._made += reversed(missing)

    def _refuse_strangers(self) -> None:
        """Raise if a file is in the way that no report of ours has put there."""
        if self.overwrite:
            return
        for name in self.hashes:
            path = self.directory / name
            if name not in self._before and os.path.lexists(path):
                raise InputError(_in_the_way(path))

    def _remove(self, name: str) -> None:
        """Remove a file of the report before, and its folder if that leaves it empty."""
        path = self.directory / name
        path.unlink(missing_ok=True)
        for folder in list(path.parents)[: len(PurePosixPath(name).parts) - 1]:
            with suppress(OSError):  # it is not empty, or gone
                folder.rmdir()


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
        staged = path.with_name(f".{path.name}.reportgen-staging")
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


def _listed_files(directory: Path) -> set[str]:
    """Return the files of the report in `directory` by its manifest, which may not be there."""
    path = directory / MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
        files = set(manifest["files"])
        ours = manifest["format"] == MANIFEST_FORMAT and all(map(_is_inside, files))
    except FileNotFoundError:
        return set()
    except (ValueError, KeyError, TypeError, RecursionError):
        ours = False
    if not ours:
        return set()
    return files | {MANIFEST}


def _is_inside(name: str) -> bool:
    """Tell whether a path from a manifest stays under the report's directory."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name


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
