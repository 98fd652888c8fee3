"""Only letters that our font can draw: what it lacks would be an empty box on the picture."""

import struct
import unicodedata
from functools import cache
from typing import Final

from handlers.documents.pages import FONTS, printable

WEIGHTS: Final = ("Regular", "SemiBold", "Bold", "ExtraBold")
BREAK: Final = "\u200b"
"""Where a long word may be broken; invisible, and no letter."""
_INSTEAD: Final = "?"
_WINDOWS_UNICODE: Final = (3, 1)


def drawable(text: str, *, at_most: int) -> str:
    """`printable` text of which every letter is in the font; others become "?"."""
    known = letters()
    kept = (
        char if char in known or char == BREAK else _INSTEAD
        for char in printable(text, at_most=at_most)
        if char in known or not unicodedata.combining(char)
    )
    return "".join(kept)


def font_file(weight: str) -> str:
    return str(FONTS / f"BeVietnamPro-{weight}.ttf")


@cache
def letters(weight: str = "Regular") -> frozenset[str]:
    """The characters a font file draws, from its `cmap` table (format 4, OpenType)."""
    with open(font_file(weight), "rb") as file:
        font = file.read()
    start = _subtable(font)
    (double,) = struct.unpack_from(">H", font, start + 6)
    ends, starts, steps, offsets = (
        struct.unpack_from(f">{double // 2}H", font, start + at)
        for at in (14, 16 + double, 16 + 2 * double, 16 + 3 * double)
    )
    found: set[str] = set()
    for n, (first, last) in enumerate(zip(starts, ends, strict=True)):
        place = start + 16 + 3 * double + 2 * n + offsets[n]
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code + steps[n]
            if offsets[n]:
                (glyph,) = struct.unpack_from(">H", font, place + 2 * (code - first))
            if glyph & 0xFFFF:
                found.add(chr(code))
    return frozenset(found)


def _subtable(font: bytes) -> int:
    (tables,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * n) for n in range(tables))
    cmap = next(offset for tag, _sum, offset, _size in records if tag == b"cmap")
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    for n in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * n)
        (form,) = struct.unpack_from(">H", font, cmap + offset)
        if (platform, encoding) == _WINDOWS_UNICODE and form == 4:
            return int(cmap + offset)
    raise ValueError("a font without a Unicode table of format 4")
