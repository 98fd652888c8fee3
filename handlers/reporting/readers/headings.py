"""The numbers of sections ("3.1", "II.", "2)"): they tell nothing, and are never listed."""

import re
from typing import Final

from handlers.words.text import fold, listed

_AT_LINE: Final = re.compile(
    r"(?m)^[ \t]*[-*•]?[ \t]*(?P<mark>\d{1,2}(?:\.\d{1,2}){1,3}[.)]?|\d{1,2}[.)]|[IVX]{1,5}[.)]|"
    r"[a-hđA-H][.)])[ \t]+(?P<next>[^\W\d_]+)(?P<rest>[^\n]{0,80})"
)
_INSIDE: Final = re.compile(r"(?<=[;.,:])[ \t]+(?P<mark>\d{1,2}\))(?=[ \t]+[^\W\d_])")
_COUNTED: Final = listed(
    "buoi luot nguoi ho vu lan lop tin bai cuoc dot trieu ty nghin ngan tram chuc em cu gio phut "
    "tuoi thang can thanh b ng"
)
_DIGIT: Final = re.compile(r"\d")


def without_numbers(text: str) -> str:
    """The text with blanks in place of the numbers of sections; every letter stays in its place."""
    text = _AT_LINE.sub(_blank, text)
    return _INSIDE.sub(lambda found: " " * len(found[0]), text)


def _blank(found: re.Match[str]) -> str:
    """Nothing of "12.5 triệu", and of "3. buổi": that is a figure."""
    is_figure = fold(found["next"]) in _COUNTED and found["mark"][0].isdecimal()
    if is_figure and not _DIGIT.search(found["rest"]):
        return found[0]
    start, end = (at - found.start() for at in found.span("mark"))
    return found[0][:start] + " " * (end - start) + found[0][end:]
