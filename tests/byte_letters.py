"""GPT-2's alphabet for bytes, made as its tokenizer makes it."""

__all__ = ["LETTERS", "half_decoded", "to_letters"]


def _letters() -> dict[int, str]:
    printing = [
        *range(ord("!"), ord("~") + 1),
        *range(ord("¡"), ord("¬") + 1),
        *range(ord("®"), ord("ÿ") + 1),
    ]
    letters = {byte: chr(byte) for byte in printing}
    for byte in range(256):
        if byte not in letters:
            letters[byte] = chr(256 + len(letters) - len(printing))
    return letters


LETTERS = _letters()


def to_letters(text: str) -> str:
    """Return `text` as a byte-level tokenizer writes it."""
    return "".join(LETTERS[byte] for byte in text.encode())


def half_decoded(text: str, known: str = "") -> str:
    """Return `text` as tools leave it that decode ASCII and the characters in `known` only."""
    return "".join(char if char.isascii() or char in known else to_letters(char) for char in text)
