"""A typed sentence with its plain letters beside it: what was read of it is cut out. Pure."""

import re
from dataclasses import dataclass
from typing import Self

from handlers import words

CUT = ";"
"""Stands where something was cut out."""


@dataclass(frozen=True, slots=True)
class Line:
    """Two texts of one length: as typed, and folded letter by letter."""

    typed: str
    plain: str

    @classmethod
    def of(cls, text: str) -> Self:
        typed = " ".join(words.clean(text).split())
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
