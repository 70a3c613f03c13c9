"""A JSON document read piece by piece, so that a dump never is in memory as a whole.

Of an object, each member is given when it has been read, and of one member that is a list, each of
its items. The text that has been read is dropped behind them. Every piece is decoded by Python's
own decoder.
"""

import codecs
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

__all__ = ["CHUNK", "BrokenJSONError", "JSONStream"]

CHUNK = 1 << 20
"""Bytes read at once."""

_SPACE = re.compile(r"[ \t\n\r]*")
_EXCERPT = 24
"""How many characters a message shows of what was found."""
_OWN_WORDS = {
    "Extra data": "expected the end of the file (one dump is one JSON object)",
    "Expecting value": "expected a value",
    "Expecting ',' delimiter": "expected ','",
    "Expecting ':' delimiter": "expected ':'",
    "Expecting property name enclosed in double quotes": "expected a key in double quotes",
    "Invalid control character at": "a control character in a text has to be escaped",
}
TOO_LARGE = 10**400
"""Stands for a whole number with more digits than Python reads; no float is as large."""
_NUMBER = "0123456789+-.eE"
# Where the text ends in the middle of these, the decoder finds the fault at their start.
_UNFINISHED = ("Unterminated string", "Invalid \\", "Invalid control character at")


class BrokenJSONError(ValueError):
    """What is wrong with a document, and where."""


class JSONStream:
    """The members of the top-level object of the document in `file`.

    `object_hook` is called with every object below them, as by `json.loads`.
    """

    def __init__(
        self, file: BinaryIO, object_hook: Callable[[dict[str, Any]], Any] | None = None
    ) -> None:
        self._file = file
        self._bytes = codecs.getincrementaldecoder("utf-8-sig")()
        self._read = 0
        self._decoder = json.JSONDecoder(object_hook=object_hook)
        # (a function of our own for whole numbers makes reading slower)
        self._patient = json.JSONDecoder(object_hook=object_hook, parse_int=_whole_number)
        self._text = ""
        self._at = 0
        self._line, self._column = 1, 1
        self._ended = False

    def members(self, listed: str) -> Iterator[tuple[str | None, int | None, Any]]:
        """Give each member: key, None, value; of the list `listed`: key, position, item.

        A list that is begun is announced by the item `None` at position -1, since a key may come
        twice. A document that is no object is given as the member with no key.
        """
        first = self._peek()
        if not first:
            raise BrokenJSONError("the file is empty; expected a JSON object with 'results'")
        if first != "{":
            yield None, None, self._value()
        else:
            yield from self._object(listed)
        if self._peek():
            raise self._fault("Extra data", self._at)

    def _object(self, listed: str) -> Iterator[tuple[str | None, int | None, Any]]:
        """Give the members of the object that begins here."""
        self._at += 1
        if self._peek() == "}":
            self._at += 1
            return
        while True:
            if self._peek() != '"':
                raise self._fault("Expecting property name enclosed in double quotes", self._at)
            key = self._value()
            self._expect(":")
            if key == listed and self._peek() == "[":
                yield key, -1, None
                for position, item in enumerate(self._items()):
                    yield key, position, item
            else:
                yield key, None, self._value()
            if self._peek() == "}":
                self._at += 1
                return
            self._expect(",")

    def _items(self) -> Iterator[Any]:
        """Give the items of the list that begins here."""
        self._at += 1
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            yield self._value()
            if self._peek() == "]":
                self._at += 1
                return
            self._expect(",")

    def _value(self) -> Any:
        """Return the value that begins here."""
        self._peek()
        while True:
            try:
                value, end = self._decoded()
            except json.JSONDecodeError as error:
                near_end = error.pos > len(self._text) - 16
                if (near_end or error.msg.startswith(_UNFINISHED)) and self._more():
                    continue
                raise self._fault(error.msg, error.pos) from None
            except RecursionError:
                line, column = self._place(self._at)
                raise BrokenJSONError(
                    f"nested too deeply for a dump: the value at line {line}, column {column}"
                ) from None
            unsure = type(value) in (int, float) and not self._text[end:].strip(_NUMBER)
            if unsure and self._more():
                continue  # the number went on
            self._at = end
            return value

    def _decoded(self) -> tuple[Any, int]:
        """Return the value that begins here, as far as it has been read, and where it ends."""
        try:
            return self._decoder.raw_decode(self._text, self._at)
        except json.JSONDecodeError:
            raise
        except ValueError:  # Python does not make numbers of thousands of digits
            return self._patient.raw_decode(self._text, self._at)

    def _peek(self) -> str:
        """Return the next character that is no white space, empty at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            assert match is not None
            self._at = match.end()
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _expect(self, char: str) -> None:
        if self._peek() != char:
            raise self._fault(f"expected '{char}'", self._at)
        self._at += 1

    def _more(self) -> bool:
        """Read on, as much again as is waiting; tell whether there was anything."""
        while not self._ended:
            data = self._file.read(max(CHUNK, len(self._text) - self._at))
            self._ended = not data
            try:
                text = self._bytes.decode(data, final=self._ended)
            except UnicodeDecodeError as error:
                waiting = len(error.object) - len(data)
                place = self._read - waiting + error.start
                raise BrokenJSONError(
                    f"not UTF-8 text (byte {place:,}); save the dump as UTF-8 JSON, gzipped or not"
                ) from None
            if not self._read and "\0" in text[:4]:
                raise BrokenJSONError(_no_text(text))
            self._read += len(data)
            if text:
                self._line, self._column = self._place(self._at)
                self._text = self._text[self._at :] + text
                self._at = 0
                return True
        return False

    def _place(self, at: int) -> tuple[int, int]:
        """Return line and column of a position in the text at hand."""
        lines = self._text.count("\n", 0, at)
        if not lines:
            return self._line, self._column + at
        return self._line + lines, at - self._text.rfind("\n", 0, at)

    def _fault(self, message: str, at: int) -> BrokenJSONError:
        """Return the error about what is found at a position in the text at hand."""
        ahead = at - self._at
        while len(self._text) - at < _EXCERPT and self._more():
            at = self._at + ahead  # (the text at hand has moved)
        line, column = self._place(at)
        found = json.dumps(self._text[at : at + _EXCERPT])
        if (line, column) == (1, 1):
            return BrokenJSONError(f"not JSON: it begins with {found}; name a dump")
        at_end = not self._text[at:].strip() or message.startswith("Unterminated")
        if self._ended and at_end:
            message = "the file ends in the middle; was it cut off when it was written or copied?"
        else:
            message = f"{_OWN_WORDS.get(message, message)}, found {found}"
        return BrokenJSONError(f"broken JSON at line {line}, column {column}: {message}")


def _no_text(text: str) -> str:
    """Return what is wrong with a file that begins with `text`, in which there are zero bytes."""
    if text.startswith("\0\0\0\0"):
        return "zero bytes instead of text, as a crash or a full disk leaves them; make it anew"
    return "UTF-16 or UTF-32 text; save the dump as UTF-8 JSON"


def _whole_number(digits: str) -> int:
    """Return a whole number; of thousands of digits, one that is as good as it: too large."""
    try:
        return int(digits)
    except ValueError:
        return -TOO_LARGE if digits.startswith("-") else TOO_LARGE
