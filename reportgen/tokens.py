"""From the tokens of a dump to text that a person can read.

Tokenizers write spaces and raw bytes in alphabets of their own. Here they become what they stand
for, and whatever would be invisible gets a visible sign, so that nothing is silently dropped.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

__all__ = [
    "BOS_TOKENS",
    "Token",
    "code_point",
    "join_tokens",
    "read_tokens",
    "readable",
    "uses_byte_alphabet",
]

BOS_TOKENS = frozenset({"<bos>", "<|endoftext|>", "<|begin_of_text|>", "<s>", "[CLS]"})
"""Tokens left out of every max unless asked for; told by their text, wherever they stand."""

_SPECIAL = re.compile(
    r"<[|｜].*[|｜]>|</?s>|<(?:bos|eos|pad|unk|mask)>|<(?:start|end)_of_turn>"
    r"|\[(?:CLS|SEP|MASK|PAD|UNK)\]",
    re.DOTALL,
)
_BYTE_TOKEN = re.compile(r"<0x([0-9A-Fa-f]{2})>")
_RUN_OF_SPACES = re.compile(r" {2,}")
_SENTENCEPIECE_SPACE = "\u2581"


@dataclass(frozen=True, slots=True)
class Token:
    """One token as both renderers show it."""

    raw: str
    """The token as the dump has it."""
    text: str
    """Readable text; spaces are still spaces, and each renderer shows them its own way."""
    is_bos: bool = False
    """Whether the token is one of `BOS_TOKENS`."""
    has_newline: bool = False
    """Whether a line ends in this token."""


def code_point(char: str) -> str:
    """Return the name of a character that cannot be shown, such as `U+200B`."""
    return f"U+{ord(char):04X}"


def _byte_alphabet() -> dict[str, int]:
    """Return the characters by which byte-level BPE (GPT-2) writes the 256 bytes.

    Bytes that print as Latin-1 characters stand for themselves; the others are numbered through
    from U+0100 on.
    """
    own = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in own]
    return {chr(byte): byte for byte in own} | {chr(256 + n): b for n, b in enumerate(others)}


_BYTES = _byte_alphabet()
_SPACE_AND_NEWLINE = "\u0120\u010a"


def uses_byte_alphabet(tokens: Iterable[str]) -> bool:
    """Tell whether `tokens`, best all those of a dump, are written in the byte-level alphabet.

    They are if a space or a newline is written in it and nothing lies outside it, as a plain space
    does; but for specials, and for runs of plain spaces, which some byte-level vocabularies have.
    """
    found = False
    for token in tokens:
        if _SPECIAL.fullmatch(token) or _RUN_OF_SPACES.fullmatch(token):
            continue
        if not all(char in _BYTES for char in token):
            return False
        found = found or any(char in token for char in _SPACE_AND_NEWLINE)
    return found


def _as_bytes(token: str, byte_level: bool) -> bytes | None:
    """Return the bytes that a token is written as, None if it is written as text."""
    if byte_level:
        own = not _SPECIAL.fullmatch(token) and all(char in _BYTES for char in token)
        return bytes(_BYTES[char] for char in token) if own else None
    match = _BYTE_TOKEN.fullmatch(token)
    return bytes.fromhex(match[1]) if match else None


def _as_text(token: str) -> str:
    """Return the text of a token that is not written as bytes."""
    return token if _SPECIAL.fullmatch(token) else token.replace(_SENTENCEPIECE_SPACE, " ")


@lru_cache(maxsize=65536)
def _written(token: str, byte_level: bool) -> bytes | str:
    """Return what a token stands for: the bytes that it is written as, or its text."""
    written = _as_bytes(token, byte_level)
    return _as_text(token) if written is None else written


def _from_bytes(raw: bytes) -> str:
    """Return the text of `raw`; bytes that are only a part of a character are escaped."""
    return raw.decode("utf-8", errors="backslashreplace")


@lru_cache(maxsize=4096)
def _visible(char: str) -> str:
    """Return a sign for a character that has no ink of its own, else the character."""
    category = unicodedata.category(char)
    if char == " ":
        return char
    if char == "\n":
        return "↵"
    if char == "\t":
        return "→"
    if char < " ":
        return chr(0x2400 + ord(char))
    if char == "\x7f":
        return "\u2421"
    if category in {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp", "Zs"} or _has_no_ink(char):
        return code_point(char)
    return char


def _has_no_ink(char: str) -> bool:
    """Tell variation selectors, fillers and other marks that never have ink."""
    return (
        "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
        or "\u180b" <= char <= "\u180f"
        or char in "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    )


def readable(text: str) -> str:
    """Return `text` with a visible sign for every control, format or unpaired character."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))


def read_tokens(raw: Sequence[str], byte_level: bool = False) -> tuple[Token, ...]:
    """Return the tokens of one probe as people read them.

    `byte_level` tells that they are written in the byte-level alphabet (`uses_byte_alphabet`).
    """
    return tuple(_read_token(token, byte_level) for token in raw)


@lru_cache(maxsize=65536)
def _read_token(raw: str, byte_level: bool) -> Token:
    written = _written(raw, byte_level)
    decoded = _from_bytes(written) if isinstance(written, bytes) else written
    return Token(raw, readable(decoded), raw in BOS_TOKENS, "\n" in decoded)


def join_tokens(
    raw: Sequence[str], byte_level: bool = False, special: Iterable[bool] | None = None
) -> str:
    """Return the text that `raw` tokens make together, without BOS.

    Which tokens are left out, `special` tells if it is known.
    """
    left_out = [token in BOS_TOKENS for token in raw] if special is None else special
    parts: list[str] = []
    pending = b""
    for token in (token for token, out in zip(raw, left_out, strict=True) if not out):
        written = _written(token, byte_level)
        if isinstance(written, bytes):
            pending += written  # a character may go on in the next token
            continue
        if pending:
            parts.append(_from_bytes(pending))
            pending = b""
        parts.append(written)
    return "".join([*parts, _from_bytes(pending)])
