"""A typed sentence with its plain letters beside it: what was read of it is cut out. Pure."""

import re
from dataclasses import dataclass
from typing import Self

from handlers import words

CUT = ";"
"""Stands where something was cut out."""
_SHORT = {r"\btrc\b": "trước", r"(?<=\d )tg(?= \d)": "tháng"}
_COURTESY = re.compile(r"(?:[ ,]+(?:nhé|nhe|nhá|ạ)(?: (?:em|anh|chị|ạ|a|nhé|nhe))*)+[ .!]*$", re.I)
"""At the end; "a" and "em" alone may be a name: "Trường A", "trẻ em"."""
_LEFT_OVER = re.compile(r"\b[a-z]*[aeiouy][a-z]*[sfrxj]\b", re.I)
_MOST_BY_CHANCE = 1


@dataclass(frozen=True, slots=True)
class Line:
    """Two texts of one length: as typed, and folded letter by letter."""

    typed: str
    plain: str

    @classmethod
    def of(cls, text: str) -> Self:
        typed = _without_left_overs(_COURTESY.sub("", " ".join(words.clean(text).split())))
        for short, long in _SHORT.items():
            typed = re.sub(short, long, typed, flags=re.I)
        return cls(typed, "".join((words.fold(char) or " ")[:1] for char in typed))

    def without(self, start: int, end: int) -> "Line":
        """The same with a piece cut out."""
        gap = f" {CUT} "
        return Line(
            f"{self.typed[:start]}{gap}{self.typed[end:]}",
            f"{self.plain[:start]}{gap}{self.plain[end:]}",
        )

    def between(self, start: int, end: int) -> str:
        """A piece of it as it was typed, without what stands around."""
        return re.sub(r"\s*[;:,.\-–]+\s*$|^\s*[;:,.\-–]+\s*", "", self.typed[start:end]).strip()


def _without_left_overs(text: str) -> str:
    """What Telex would have made: no word of ours ends with s, f, r, x or j (N11)."""
    if not text.isascii() or len(_LEFT_OVER.findall(text)) <= _MOST_BY_CHANCE:
        return text
    return re.sub(r"[A-Za-z]+", lambda word: words.without_telex(word[0].lower()), text)
