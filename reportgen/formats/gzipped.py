"""Files packed by gzip."""

import gzip
import zlib
from typing import BinaryIO, cast

from reportgen.errors import InputError
from reportgen.formats.faults import Reading
from reportgen.formats.stream import Bytes, Packing, Stream

__all__ = ["PACKING"]


class _Unzipped:
    """What is inside a gzip file; one that is broken is an `InputError`."""

    def __init__(self, packed: Stream, reading: Reading) -> None:
        self._file = gzip.GzipFile(fileobj=cast(BinaryIO, packed), mode="rb")
        self._name = reading.name

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""
        try:
            return self._file.read(size)
        except EOFError:
            reason = "it ends too early; was it cut off when it was written or copied?"
        except (gzip.BadGzipFile, zlib.error) as error:
            reason = f"{error}; create or copy it again"
        raise InputError(f"{self._name}: broken gzip file: {reason}")


def _unpack(packed: Stream, reading: Reading) -> Bytes:
    return _Unzipped(packed, reading)


PACKING = Packing(magic=b"\x1f\x8b", unpack=_unpack)
