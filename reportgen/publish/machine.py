"""Refusals of the system while a report is written, and the messages for them."""

import errno
from contextlib import AbstractContextManager
from pathlib import Path

from reportgen.files import refusals

__all__ = ["locked", "publishing"]

_WAYS_OUT = {
    errno.ENOSPC: "make room there, or name another place with -o",
    errno.EDQUOT: "make room there, or name another place with -o",
    errno.EACCES: "name a place with -o where you may write",
    errno.EPERM: "name a place with -o where you may write",
    errno.EROFS: "name a place with -o where you may write",
    errno.ENAMETOOLONG: "name a shorter one with -o",
    errno.ENOENT: "it or a folder above it is gone; run reportgen again, or name another place",
    errno.EXDEV: "it is on another file system than the folder above; name a folder in it with -o",
}
_NO_LOCKS = {errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL}
_TAKEN = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES}


def publishing(path: Path) -> AbstractContextManager[None]:
    """Turn what the machine refuses while `path` is written into one clear error."""
    return refusals(path, _WAYS_OUT, "name another place with -o")


def locked(descriptor: int) -> bool | None:
    """Tell whether a file could be locked for this process; the lock ends with the process.

    None if that is unknown: the file system has no locks of either kind.
    """
    try:
        import fcntl
    except ImportError:  # Windows does not let an open folder be removed: as good as a lock
        return True
    for lock in (fcntl.flock, fcntl.lockf):
        try:
            lock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _TAKEN:
                return False
            if error.errno not in _NO_LOCKS:
                raise
        else:
            return True
    return None
