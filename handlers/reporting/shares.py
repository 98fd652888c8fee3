"""Reading a share: "300/420", "300 trên 420", "300 trong tổng số 420 người" (N6)."""

import re
from dataclasses import dataclass
from typing import Final

from handlers import words

_BETWEEN: Final = re.compile(
    r"\s*(?:/|\btrên\b|\btren\b|\btrong\b(?:\s+(?:tổng|tong))?(?:\s+(?:số|so))?|\bcủa\b|\bcua\b)"
    r"\s*(?:(?:tổng|tong)(?:\s+(?:số|so|cộng|cong))?)?(?:\s*(?:là|la))?\s*",
    re.IGNORECASE,
)
_MAX: Final = 200  # characters


@dataclass(frozen=True, slots=True)
class Share:
    """`whole` None: only the part was told."""

    part: int
    whole: int | None
    about: bool = False


def read_share(text: str) -> Share | words.Unknown | None:
    """None: not understood, or not sure."""
    if len(text) > _MAX:
        return None
    if isinstance(words.read_count(text), words.Unknown):
        return words.Unknown()
    sides = _BETWEEN.split(text.strip(), maxsplit=1)
    counts = [words.read_count(side) for side in sides]
    figures = [one for one in counts if isinstance(one, words.Count)]
    if len(figures) != len(sides):
        return None
    whole = figures[1].value if len(figures) > 1 else None
    return Share(figures[0].value, whole, any(one.approximate for one in figures))
