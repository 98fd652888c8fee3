"""How wide words are in Times New Roman bold: a rule below them is a part of their length."""

import unicodedata
from typing import Final

_POINT: Final = 25.4 / 72  # mm
# Advance widths in thousandths of the size; a letter with marks is as wide as without.
_LETTERS: Final = {
    250: " .,",
    278: "il/",
    333: "fjt-():;",
    389: "Is",
    444: "cerz",
    500: "Javgoxy0123456789“”",
    556: "bdhknpquSơ",
    611: "FPư",
    667: "BELTZ",
    722: "ACDĐNRUVXYw",
    778: "GHKOQƠƯ",
    833: "m&",
    944: "M",
    1000: "W…",
}
_WIDTHS: Final = {letter: width for width, letters in _LETTERS.items() for letter in letters}
_USUAL: Final = 667
_STEP: Final = 1  # mm


def width(text: str, *, size: float) -> float:
    """Millimetres of one line in bold at `size` points; within some hundredths of the truth."""
    return sum(_WIDTHS.get(_bare(char), _USUAL) for char in text) / 1000 * size * _POINT


def _bare(char: str) -> str:
    plain = unicodedata.normalize("NFD", char)
    horned = unicodedata.normalize("NFC", plain[0] + "\u031b")
    if "\u031b" in plain and len(horned) == 1:
        return horned
    return {"đ": "d"}.get(char, plain[0])


def lines(text: str, *, size: float, room: float) -> list[str]:
    """`text` broken at blanks to fit into `room` (mm), as a program for letters would."""
    broken: list[str] = []
    for word in text.split():
        longer = f"{broken[-1]} {word}" if broken else word
        if broken and width(longer, size=size) <= room:
            broken[-1] = longer
        else:
            broken.append(word)
    return broken


def narrowest(text: str, *, size: float, room: float) -> float:
    """The room in which `text` takes no more lines than in `room`: lines of like length.

    A single line keeps all of it.
    """
    most = len(lines(text, size=size, room=room))
    while most > 1 and room > _STEP and len(lines(text, size=size, room=room - _STEP)) <= most:
        room -= _STEP
    return room
