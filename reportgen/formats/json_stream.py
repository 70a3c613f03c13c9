"""JSON read piece by piece, so that a dump is never in memory as a whole.

The reader walks along: `members` and `items` stop before each value of an object or a list, and
that is then read by `value`, or walked into in turn. Text that has been read is dropped.
Every piece is decoded by Python's decoder.
"""

import codecs
import json
import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from reportgen.formats.stream import CHUNK, Bytes

__all__ = ["BrokenJSONError", "JSONStream"]

_SPACE = re.compile(r"[ \t\n\r]*")
_EXCERPT = 24
"""How many characters a message shows of what was found."""
_OWN_WORDS = {
    "Extra data": "expected the end of the line (several documents stand on lines of their own)",
    "Expecting value": "expected a value",
    "Expecting ',' delimiter": "expected ','",
    "Expecting ':' delimiter": "expected ':'",
    "Expecting property name enclosed in double quotes": "expected a key in double quotes",
    "Invalid control character at": "a control character in a text has to be escaped",
}
TOO_LARGE = 10**400
"""What a whole number with more digits than Python reads becomes; no float is as large."""
_NUMBER = "0123456789+-.eE"
# Where the text ends in the middle of these, the decoder finds the fault at their start.
_UNFINISHED = ("Unterminated string", "Invalid \\", "Invalid control character at")


class BrokenJSONError(ValueError):
    """What is wrong with a document, and where."""


class JSONStream:
    """The documents in `file`: one, or several with each on lines of its own.

    `object_hook` is called with every object that `value` reads, as by `json.loads`.
    """

    def __init__(
        self, file: Bytes, object_hook: Callable[[dict[str, Any]], Any] | None = None
    ) -> None:
        self._file = file
        self._bytes = codecs.getincrementaldecoder("utf-8-sig")()
        self._read = 0
        self._decoder = json.JSONDecoder(object_hook=object_hook)
        # (parse_int makes reading slower, so only this one has it)
        self._patient = json.JSONDecoder(object_hook=object_hook, parse_int=_whole_number)
        self._text = ""
        self._at = 0
        self._line, self._column = 1, 1
        self._from = 0
        """The position in `_text` of this line and column."""
        self._ended = False

    def documents(self) -> Iterator[int]:
        """Stop before each document, with the number of its line."""
        if not self.peek():
            raise BrokenJSONError("the file is empty; expected a JSON object with 'results'")
        line = 0
        while self.peek():
            self._advance()
            if line == self._line:
                raise self._fault("Extra data", self._at)
            yield self._line
            self._advance()
            line = self._line

    def members(self) -> Iterator[str]:
        """Stop before each value of the object that begins here, with its key."""
        self._expect("{")
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            if self.peek() != '"':
                raise self._fault("Expecting property name enclosed in double quotes", self._at)
            key = self.value()
            self._expect(":")
            yield key
            if self.peek() == "}":
                self._at += 1
                return
            self._expect(",")

    def items(self) -> Iterator[int]:
        """Stop before each item of the list that begins here, with its position."""
        self._expect("[")
        if self.peek() == "]":
            self._at += 1
            return
        for position in count():
            yield position
            if self.peek() == "]":
                self._at += 1
                return
            self._expect(",")

    def value(self) -> Any:
        """Return the value that begins here."""
        self.peek()
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
            rest = len(self._text) - end  # ("1" may go on in "1.5", and "1.5e+" in "1.5e+7")
            unsure = rest <= 2 and type(value) in (int, float)
            if unsure and not self._text[end:].strip(_NUMBER) and self._more():
                continue
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

    def peek(self) -> str:
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
        if self.peek() != char:
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
                self._advance()
                self._text = self._text[self._at :] + text
                self._at = self._from = 0
                return True
        return False

    def _advance(self) -> None:
        """Count lines and columns up to here."""
        self._line, self._column = self._place(self._at)
        self._from = self._at

    def _place(self, at: int) -> tuple[int, int]:
        """Return line and column of a position in the text at hand."""
        lines = self._text.count("\n", self._from, at)
        if not lines:
            return self._line, self._column + at - self._from
        return self._line + lines, at - self._text.rfind("\n", self._from, at)

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
        return "zero bytes instead of text, as a crash or a full disk leaves them; create it again"
    return "UTF-16 or UTF-32 text; save the dump as UTF-8 JSON"


def _whole_number(digits: str) -> int:
    """Return a whole number; one of thousands of digits becomes one that is too large as well."""
    try:
        return int(digits)
    except ValueError:
        return -TOO_LARGE if digits.startswith("-") else TOO_LARGE
