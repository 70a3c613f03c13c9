"""Folders held open, and safe ways to open the files in them.

A `Folder` is held by its descriptor where the platform has that: whatever becomes of its path
meanwhile, every operation stays in that folder. No link is followed, no file is truncated, only
regular files are opened, and a new file is always created by this process.
"""

import errno
import hashlib
import io
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self, cast

__all__ = ["Folder", "folders_above", "is_folder", "is_regular", "make_folder", "same"]

_BY_DESCRIPTOR = {os.open, os.stat, os.mkdir, os.rmdir, os.unlink, os.rename} <= os.supports_dir_fd


def _flag(name: str) -> int:
    """Return a flag of `os.open`, or none where the platform lacks it."""
    flag: int = getattr(os, name, 0)
    return flag


# O_PATH needs no read permission: a folder may be writable without being readable.
_FOLDER = _flag("O_PATH") | _flag("O_DIRECTORY") | _flag("O_NOFOLLOW")
_SAFELY = _flag("O_NOFOLLOW") | _flag("O_NONBLOCK") | _flag("O_BINARY")


@dataclass(frozen=True)
class Folder:
    """A folder held open. Names are POSIX paths under it, and none of their parts may be a link."""

    path: Path
    """What it was called when it was opened."""
    descriptor: int | None

    @classmethod
    def opened(cls, path: Path) -> Self:
        """Open the folder at `path`, which must not be a link itself."""
        if _BY_DESCRIPTOR:
            return cls(path, os.open(path, _FOLDER))
        if not is_folder(path.lstat()):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))
        return cls(path, None)

    def close(self) -> None:
        """Close the descriptor."""
        if self.descriptor is not None:
            os.close(self.descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def child(self, name: str) -> "Folder":
        """Open a folder in this one."""
        if self.descriptor is None:
            return Folder.opened(self.path / name)
        with self._at(name) as (last, at):
            return Folder(self.path / name, os.open(last, _FOLDER, dir_fd=at))

    @contextmanager
    def _at(self, name: str) -> Iterator[tuple[str, int | None]]:
        """Give the last part of `name`, and the descriptor of the folder that it is in.

        Where there are no descriptors that is the whole path, and None.
        """
        *above, last = name.split("/")
        try:
            with ExitStack() as opened:
                folder: Folder = self
                for part in above:
                    folder = opened.enter_context(folder.child(part))
                by_path = folder.descriptor is None
                yield str(folder.path / last) if by_path else last, folder.descriptor
        except OSError as error:
            error.filename = str(self.path / name)
            raise

    def own_status(self) -> os.stat_result:
        """Return the status of the folder itself."""
        return self.path.lstat() if self.descriptor is None else os.fstat(self.descriptor)

    def status(self, name: str) -> os.stat_result | None:
        """Return the status of the file or link at `name`, or None if there is nothing."""
        try:
            with self._at(name) as (last, at):
                return os.stat(last, dir_fd=at, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def names(self) -> list[str]:
        """Return the names in the folder, sorted."""
        if self.descriptor is None:
            return sorted(path.name for path in self.path.iterdir())
        descriptor = os.open(".", os.O_RDONLY | _flag("O_DIRECTORY"), dir_fd=self.descriptor)
        try:
            return sorted(os.listdir(descriptor))  # noqa: PTH208
        finally:
            os.close(descriptor)

    def open(self, name: str, flags: int = os.O_RDONLY) -> BinaryIO:
        """Open a regular file that is there, as it is."""
        status = self.status(name)
        if status is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.path / name))
        with self._at(name) as (last, at), ExitStack() as undo:
            if not is_regular(status):  # merely opening a device may have effects
                raise OSError(errno.EINVAL, "it is not a regular file")
            descriptor = os.open(last, flags | _SAFELY, dir_fd=at)
            file = undo.enter_context(os.fdopen(descriptor, "rb" if not flags else "r+b"))
            if not is_regular(os.fstat(descriptor)):
                raise OSError(errno.EINVAL, "it is not a regular file")
            undo.pop_all()
            return file

    def create(self, name: str) -> BinaryIO:
        """Create a file that does not exist yet, and open it for writing."""
        with self._at(name) as (last, at):
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _SAFELY
            return os.fdopen(os.open(last, flags, 0o666, dir_fd=at), "w+b")

    def write(self, name: str, content: bytes) -> None:
        """Create a file that does not exist yet, with this content."""
        with self.create(name) as file:
            file.write(content)

    def read(self, name: str) -> bytes:
        """Return the content of a regular file."""
        with self.open(name) as file:
            return file.read()

    def sha256(self, name: str) -> str | None:
        """Return the SHA-256 of a regular file, in hex; None if it is anything else, or gone."""
        status = self.status(name)
        if status is None or not is_regular(status):
            return None
        with self.open(name) as file:
            # (mypy misses `readinto` in BinaryIO)
            return hashlib.file_digest(cast(io.BufferedReader, file), "sha256").hexdigest()

    def make(self, name: str) -> bool:
        """Make a folder in this one; return False if it exists already."""
        try:
            with self._at(name) as (last, at):
                os.mkdir(last, dir_fd=at)
        except FileExistsError:
            return False
        return True

    def make_above(self, name: str) -> None:
        """Make the folders that the file `name` is in."""
        for folder in folders_above(name):
            self.make(folder)

    def replace(self, name: str, target: "Folder", new: str) -> None:
        """Move a file to `new` in `target`, in place of what is there."""
        with target._at(new) as (to, to_at), self._at(name) as (last, at):
            os.replace(last, to, src_dir_fd=at, dst_dir_fd=to_at)

    def place(self, name: str, target: "Folder", new: str) -> None:
        """Move a file to `new` in `target`; it is an error if something is there."""
        if not self._link(name, target, new):
            if target.status(new) is not None:
                raise FileExistsError(
                    errno.EEXIST, os.strerror(errno.EEXIST), str(target.path / new)
                )
            self.replace(name, target, new)
            return
        self.remove(name)

    def move_folder(self, name: str, target: "Folder", new: str) -> None:
        """Move a folder to `new` in `target`; only an empty folder may be there."""
        with target._at(new) as (to, to_at), self._at(name) as (last, at):
            os.rename(last, to, src_dir_fd=at, dst_dir_fd=to_at)

    def copy(self, name: str, target: "Folder", new: str) -> None:
        """Hard-link a file or link, or copy it where the file system has no hard links."""
        if self._link(name, target, new):
            return
        status = self.status(name)
        if status is not None and stat.S_ISLNK(status.st_mode):
            with target._at(new) as (to, to_at), self._at(name) as (last, at):
                os.symlink(os.readlink(last, dir_fd=at), to, dir_fd=to_at)
            return
        with self.open(name) as source, target.create(new) as copied:
            shutil.copyfileobj(source, copied)
            found = os.fstat(source.fileno())
            os.chmod(copied.fileno(), stat.S_IMODE(found.st_mode))  # noqa: PTH101
            copied.flush()
            os.utime(copied.fileno(), ns=(found.st_atime_ns, found.st_mtime_ns))

    def _link(self, name: str, target: "Folder", new: str) -> bool:
        """Hard-link a file or link; return False if the file system has no hard links."""
        try:
            with target._at(new) as (to, to_at), self._at(name) as (last, at):
                os.link(last, to, src_dir_fd=at, dst_dir_fd=to_at, follow_symlinks=False)
        except (FileNotFoundError, FileExistsError):
            raise
        except (OSError, NotImplementedError):
            return False
        return True

    def remove(self, name: str) -> None:
        """Remove a file or link, if it is there."""
        with suppress(FileNotFoundError, NotADirectoryError), self._at(name) as (last, at):
            os.unlink(last, dir_fd=at)

    def remove_empty(self, name: str) -> None:
        """Remove a folder that has nothing in it."""
        with suppress(OSError), self._at(name) as (last, at):  # it has something, or is gone
            os.rmdir(last, dir_fd=at)

    def remove_tree(self, name: str) -> None:
        """Remove a folder and all in it, as far as that is possible; links are not followed."""
        if self.descriptor is None:
            shutil.rmtree(self.path / name, ignore_errors=True)
        else:
            shutil.rmtree(name, ignore_errors=True, dir_fd=self.descriptor)


def is_regular(status: os.stat_result) -> bool:
    """Tell whether a status is that of a regular file."""
    return stat.S_ISREG(status.st_mode)


def is_folder(status: os.stat_result) -> bool:
    """Tell whether a status is that of a folder."""
    return stat.S_ISDIR(status.st_mode)


def same(one: os.stat_result | None, other: os.stat_result | None) -> bool:
    """Tell whether two statuses are of the same file or folder."""
    return one is not None and other is not None and os.path.samestat(one, other)


def folders_above(name: str) -> list[str]:
    """Return the folders that the file `name` is in, from the top down."""
    parts = name.split("/")
    return ["/".join(parts[:n]) for n in range(1, len(parts))]


def make_folder(path: Path, undo: ExitStack) -> Folder:
    """Open a folder, given without links, and make it and those above it where they are missing.

    `undo` closes it, and removes what was made if nothing is in it then.
    """
    missing = [folder for folder in [path, *path.parents] if not folder.exists()]
    above = missing[-1].parent if missing else path
    folder = undo.enter_context(Folder.opened(above))
    for new in reversed(missing):
        if folder.make(new.name):
            undo.callback(folder.remove_empty, new.name)
        folder = undo.enter_context(folder.child(new.name))
    return folder
