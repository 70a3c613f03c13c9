"""Which fonts draw a text."""

from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

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


_LAST_RESORTS = ("unifont", "lastresort", "fallback", "notdef")
"""Fonts with nearly every character, in poor shapes: used last."""
_BROAD = ("cjk", "wqy", "notosans", "symbola", "notoemoji")
"""Fonts that cover much: with these, the characters of a text are likely to be of one font."""


class _Looks(NamedTuple):
    """What decides the choice of a font; of a collection (.ttc), its first font counts."""

    weight: int
    """As in CSS: 400 is regular, 700 is bold."""
    width: int
    """5 is normal, less is condensed."""
    is_italic: bool
    is_sans: bool
    is_mono: bool


@cache
def _looks(path: str) -> _Looks | None:
    """Return what the font at `path` looks like, or None if it cannot be used."""
    try:
        font = FT2Font(path)
    except (RuntimeError, OSError):
        return None
    if not font.scalable:
        return None
    style, family = font.style_name.casefold(), font.family_name.casefold()
    metrics, pitch = font.get_sfnt_table("OS/2"), font.get_sfnt_table("post")
    is_bold = any(word in style for word in ("bold", "black", "heavy"))
    return _Looks(
        weight=metrics["usWeightClass"] if metrics else 700 if is_bold else 400,
        width=metrics["usWidthClass"] if metrics else 3 if "condensed" in style else 5,
        is_italic="italic" in style or "oblique" in style,
        # Of Latin text fonts (2), Panose gives the kind of serifs; 11 and above mean none.
        is_sans="sans" in family
        or bool(metrics and metrics["panose"][0] == 2 and 11 <= metrics["panose"][1] <= 15),
        is_mono="mono" in family or bool(pitch and pitch["isFixedPitch"]),
    )


@cache
def other_fonts(mono: bool, bold: bool) -> tuple[str, ...]:
    """Return the fonts of this machine, the most suitable first.

    Plain ones come before those of another weight, width or slope, then sans before serif, then
    monospaced ones for monospaced text. What is left is decided by file name and path.
    """

    def order(path: str, looks: _Looks) -> tuple[object, ...]:
        name = Path(path).name.lower()
        return (
            any(word in name for word in _LAST_RESORTS),
            looks.is_italic,
            abs(looks.width - 5),
            abs(looks.weight - (700 if bold else 400)),
            not looks.is_sans,
            looks.is_mono != mono,
            not any(word in name for word in _BROAD),
            name,
            path,
        )

    usable = {path: looks for path in findSystemFonts() if (looks := _looks(path))}
    return tuple(sorted(usable, key=lambda path: order(path, usable[path])))


@cache
def _covered(path: str) -> frozenset[int]:
    """Return the characters that the font at `path` can draw."""
    return frozenset(FT2Font(path).get_charmap())


@lru_cache(maxsize=65536)
def font_with(char: str, mono: bool, bold: bool) -> str | None:
    """Return a font for a character that the base fonts lack, if this machine has one."""
    return next((path for path in other_fonts(mono, bold) if ord(char) in _covered(path)), None)


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
            if (path := font_with(char, mono, bold)) is None:
                char = code_point(_CONTROL_OF.get(char, char))
            else:
                more[path] = None
        drawn.append(char)
    return "".join(drawn), fonts + tuple(more)
