"""Which fonts draw a text."""

from functools import cache, lru_cache
from pathlib import Path

import matplotlib
from matplotlib.font_manager import findSystemFonts
from matplotlib.ft2font import FT2Font

from reportgen.tokens import code_point


@cache
def base_fonts(mono: bool, bold: bool) -> tuple[str, ...]:
    """Return the fonts that matplotlib brings along, for monospaced or for other text."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    families = ("DejaVuSansMono", "DejaVuSans") if mono else ("DejaVuSans",)
    return tuple(str(folder / f"{name}{'-Bold' if bold else ''}.ttf") for name in families)


@lru_cache(maxsize=1)
def _other_fonts() -> tuple[str, ...]:
    """Return the fonts of this machine, those that cover much first."""
    broad = ("cjk", "wqy", "notosans", "unifont", "symbola", "notoemoji")

    def place(path: str) -> tuple[bool, str, str]:
        name = Path(path).name.lower()
        return not any(word in name for word in broad), name, path

    return tuple(sorted(findSystemFonts(), key=place))


@cache
def _covered(path: str) -> frozenset[int]:
    """Return the characters that the font at `path` can draw."""
    try:
        font = FT2Font(path)
    except (RuntimeError, OSError):
        return frozenset()
    return frozenset(font.get_charmap()) if font.scalable else frozenset()


@lru_cache(maxsize=65536)
def font_with(char: str) -> str | None:
    """Return a font for a character that the base fonts lack, if this machine has one."""
    return next((path for path in _other_fonts() if ord(char) in _covered(path)), None)


_CONTROL_OF = {chr(0x2400 + code): chr(code) for code in range(0x20)} | {"\u2421": "\x7f"}
"""The control character that each control picture shows: its code point is the one to name."""


def fonts_for(text: str, mono: bool, bold: bool) -> tuple[str, tuple[str, ...]]:
    """Return `text` with code points for characters that no font has, and the fonts to draw it."""
    fonts = base_fonts(mono, bold)
    if text.isascii():
        return text, fonts
    drawn = []
    more: dict[str, None] = {}
    for char in text:
        if not any(ord(char) in _covered(path) for path in fonts):
            if (path := font_with(char)) is None:
                char = code_point(_CONTROL_OF.get(char, char))
            else:
                more[path] = None
        drawn.append(char)
    return "".join(drawn), fonts + tuple(more)
