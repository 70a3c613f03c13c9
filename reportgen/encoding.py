"""Decode tokens: bytes and text in the alphabets of tokenizers.

Byte-level tokenizers (GPT-2) write every byte as a character of its own; SentencePiece writes
spaces as `▁`, and bytes that have no token as `<0x0A>`. A character may be spread over tokens, so a
text is decoded as a whole.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Literal

__all__ = ["ByteLevel", "decoded", "find_byte_level"]

ByteLevel = Literal["none", "full", "half"]
"""How much of the tokens is written in the byte-level alphabet of GPT-2: nothing, all of it, or
what is left of it once a tool has decoded spaces, line ends and some punctuation."""

_SPECIAL = re.compile(
    r"<[|｜].*[|｜]>|</?s>|<(?:bos|eos|pad|unk|mask)>|<(?:start|end)_of_turn>"
    r"|\[(?:CLS|SEP|MASK|PAD|UNK)\]",
    re.DOTALL,
)
_BYTE_TOKEN = re.compile(r"<0x([0-9A-Fa-f]{2})>")
_RUN_OF_SPACES = re.compile(r" {2,}")
_SENTENCEPIECE_SPACE = "\u2581"


def _byte_alphabet() -> dict[str, int]:
    """Return the characters by which byte-level BPE (GPT-2) writes the 256 bytes.

    Bytes that print as Latin-1 characters are written as those; the others are numbered
    consecutively from U+0100 on.
    """
    own = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in own]
    return {chr(byte): byte for byte in own} | {chr(256 + n): b for n, b in enumerate(others)}


_BYTES = _byte_alphabet()
_SPACE_AND_NEWLINE = "\u0120\u010a"
_OWN_LETTERS = re.compile("[\u0122-\u0143]")
"""How the bytes 0x80 to 0xA0 and 0xAD are written. Text that was decoded wrongly, as Latin-1 or
Windows-1252 (`Ã©`), has none of these letters."""
_RUN = re.compile("[\u00a1-\u00ac\u00ae-\u00ff\u0122-\u0143]+")
"""Characters side by side that may all be bytes from 0x80 on, and so a part of UTF-8."""
_CUT_AT_START = re.compile(rb"[\x80-\xbf]{0,3}")
_CUT_AT_END = re.compile(rb"(?:[\xc2-\xf4]|[\xe0-\xf4][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{2})?\Z")
_SHARE = 0.9
"""The share of runs that have to be UTF-8 for a dump to count as half decoded. In half decoded
texts all are, except where the corpus itself is broken. In texts of 23 languages as people write
them it is 0 to 23 %, and 50 % in Polish capitals: `ÓŁ`, Turkish `Çı`, German `ß«` and `É»` happen
to be UTF-8; but texts with these have lone `ł`, `ü` or `«` too, which are not."""
_FEW_RUNS = 3
"""Different runs of two characters that are no coincidence."""
_LETTERS = re.compile("([\u00a1-\u00ac\u00ae-\u0143]+)")
"""Characters that a half decoded token still has as bytes."""


def find_byte_level(texts: Iterable[Sequence[str]]) -> ByteLevel:
    """Tell how `texts`, best all those of a dump, each a sequence of tokens, are written."""
    texts = list(texts)
    tokens = {token for text in texts for token in text}
    if _uses_byte_alphabet(tokens):
        return "full"
    has_letters = any(_OWN_LETTERS.search(token) for token in tokens)
    return "half" if has_letters and _is_half_decoded(texts) else "none"


def _uses_byte_alphabet(tokens: Iterable[str]) -> bool:
    """Tell whether `tokens`, best all those of a dump, are written in the byte-level alphabet.

    They are if a space or a newline is written in it and nothing lies outside it, as a plain space
    does. Specials are left out, and so are runs of plain spaces, which some byte-level
    vocabularies have.
    """
    found = False
    for token in tokens:
        if _SPECIAL.fullmatch(token) or _RUN_OF_SPACES.fullmatch(token):
            continue
        if not all(char in _BYTES for char in token):
            return False
        found = found or any(char in token for char in _SPACE_AND_NEWLINE)
    return found


def _is_half_decoded(texts: Iterable[Sequence[str]]) -> bool:
    """Tell whether nearly all runs of possible bytes are UTF-8, too many for a coincidence.

    One run of three or more characters will do, or several different shorter ones. Among them has
    to be a letter that only the alphabet has: other text like `Ã©` may be what the model saw.
    """
    runs = Counter(run for text in texts for run in _runs(text))
    valid = [run for run in runs if _is_utf8(_bytes_of(run))]
    if sum(runs[run] for run in valid) < _SHARE * runs.total():
        return False
    own = [run for run in valid if _OWN_LETTERS.search(run)]
    return any(len(run) > 2 for run in own) or (bool(own) and len(valid) >= _FEW_RUNS)


def _runs(tokens: Sequence[str]) -> Iterator[str]:
    """Give the runs of possible bytes in a text, without what is cut off at its ends."""
    text = "".join("\n" if _SPECIAL.fullmatch(token) else token for token in tokens)
    for match in _RUN.finditer(text):
        raw = _bytes_of(match[0])
        start = stop = None
        if match.start() == 0 and (cut := _CUT_AT_START.match(raw)):
            start = cut.end()
        if match.end() == len(text) and (cut := _CUT_AT_END.search(raw)):
            stop = cut.start()
        if run := match[0][start:stop]:
            yield run


def _bytes_of(letters: str) -> bytes:
    """Return the bytes that `letters` of the byte-level alphabet are."""
    return bytes(_BYTES[letter] for letter in letters)


def _is_utf8(raw: bytes) -> bool:
    """Tell whether `raw` is whole UTF-8."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Written:
    """A token as a sequence of bytes and of text."""

    parts: tuple[bytes | str, ...]
    text: str | None
    """What it says; None if a character of it may begin or go on in another token."""


@lru_cache(maxsize=65536)
def _written(token: str, level: ByteLevel) -> _Written:
    """Return what a token is written as."""
    parts = _parts(token, level)
    try:
        texts = [part if isinstance(part, str) else part.decode("utf-8") for part in parts]
    except UnicodeDecodeError:
        return _Written(parts, None)
    return _Written(parts, "".join(texts) if parts else None)


def _parts(token: str, level: ByteLevel) -> tuple[bytes | str, ...]:
    """Return the bytes and the text in a token."""
    if not token:
        return ()
    if _SPECIAL.fullmatch(token):
        return (token,)
    if level == "full" and all(char in _BYTES for char in token):
        return (_bytes_of(token),)
    if level == "half":
        pieces = _LETTERS.split(token)  # (text and letters in turn)
        return tuple(
            _bytes_of(piece) if number % 2 else _as_text(piece)
            for number, piece in enumerate(pieces)
            if piece
        )
    match = _BYTE_TOKEN.fullmatch(token) if level == "none" else None
    return (bytes.fromhex(match[1]) if match else _as_text(token),)


def _as_text(text: str) -> str:
    """Return what is not written as bytes."""
    return text.replace(_SENTENCEPIECE_SPACE, " ")


def decoded(raw: Sequence[str], level: ByteLevel, mark: str) -> list[str]:
    """Return the text of each token; `mark` is where a character of an earlier token goes on."""
    written = [_written(token, level) for token in raw]
    alone = [token.text for token in written]
    if None not in alone:
        return [text for text in alone if text is not None]
    texts: list[str] = []
    for is_alone, group in groupby(written, lambda token: token.text is not None):
        if is_alone:
            texts += [token.text or "" for token in group]
        else:
            texts += _spread(group, mark)
    return texts


def _spread(tokens: Iterable[_Written], mark: str) -> list[str]:
    """Return the texts of tokens side by side, whose characters may be spread over them."""
    parts = [token.parts for token in tokens]
    texts = [""] * len(parts)
    numbered = ((number, part) for number, some in enumerate(parts) for part in some)
    for is_text, group in groupby(numbered, lambda one: isinstance(one[1], str)):
        if is_text:
            for number, text in group:
                texts[number] += str(text)
        else:
            bytes_of = ((number, data) for number, data in group if isinstance(data, bytes))
            letters = [(number, byte) for number, data in bytes_of for byte in data]
            _add_characters(texts, letters, mark)
    return texts


def _add_characters(texts: list[str], letters: Sequence[tuple[int, int]], mark: str) -> None:
    """Add the characters of `letters`, each a byte with the number of its token, to `texts`."""
    at = 0
    for char, size in _characters(bytes(byte for _, byte in letters)):
        first, *others = dict.fromkeys(number for number, _ in letters[at : at + size])
        texts[first] += char
        for number in others:
            texts[number] += mark
        at += size


def _characters(data: bytes) -> Iterator[tuple[str, int]]:
    """Give the characters in `data`, each with its number of bytes; stray bytes are escaped."""
    at = 0
    while at < len(data):
        size = next((n for n, least in ((4, 0xF0), (3, 0xE0), (2, 0xC2)) if data[at] >= least), 1)
        piece = data[at : at + size]
        if not _is_utf8(piece):
            yield f"\\x{data[at]:02x}", 1
            at += 1
            continue
        yield piece.decode("utf-8"), size
        at += size
