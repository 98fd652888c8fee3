"""Reading which lines of a list are meant: "1, 3, 4", "1 va 3", "2-5", "tất cả"."""

import re
from dataclasses import dataclass
from typing import Final

from handlers.words import fold

_MOST_LETTERS: Final = 200
_ALL: Final = re.compile(r"(?:chon |lay |gop )?(?:tat ca|het|ca|toan bo)(?: cac y)?")
_BEFORE: Final = re.compile(r"\b(?:chon|lay|gop|so|y|muc|dong|diem|cac|ca|tu|nhe|a|voi)\b|[()\[\]]")
_TO: Final = re.compile(r"(\d+) ?(?:-|–|—|den|toi) ?(\d+)")
_BETWEEN: Final = re.compile(r"[\s,;.+&/]+|\bva\b|\bhoac\b")
_SAID: Final = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8}
_SAID_AS: Final = re.compile(rf"\b(?:{'|'.join(_SAID)})\b")


@dataclass(frozen=True, slots=True)
class Beyond:
    """A number that the list does not have."""

    number: int


def read_lines(text: str, *, count: int) -> tuple[int, ...] | Beyond | None:
    """Numbers 1 to `count`, each once, as they were typed; None = not understood."""
    folded = fold(text)
    if not folded or len(folded) > _MOST_LETTERS:
        return None
    if _ALL.fullmatch(folded):
        return tuple(range(1, count + 1))
    plain = _SAID_AS.sub(lambda word: str(_SAID[word[0]]), _BEFORE.sub(" ", folded))
    spread = _TO.sub(lambda pair: _spread(pair[1], pair[2], count), " ".join(plain.split()))
    words = [word for word in _BETWEEN.split(spread) if word]
    if not words or not all(re.fullmatch(r"[0-9]{1,4}", word) for word in words):
        return None
    numbers = tuple(dict.fromkeys(map(int, words)))
    beyond = next((one for one in numbers if not 1 <= one <= count), None)
    return numbers if beyond is None else Beyond(beyond)


def _spread(first: str, last: str, count: int) -> str:
    """All from one to the other; the last alone where the list is too short for it."""
    low, high = sorted((int(first[:4]), int(last[:4])))
    if high > count:
        return str(high)
    return " ".join(map(str, range(low, high + 1)))
