"""One sentence is enough: "gui xom 5 va xom 7: toi mai 19h30 hop ...". Pure."""

import re
from typing import Final, NamedTuple

from handlers import words

_MOST_WHOM: Final = 200  # letters before the sign
_SIGN: Final = re.compile(r":(?!\d\d\b)|：|\n|\s[-–]\s")
_LEAD: Final = re.compile(
    r"(?:(?:xin|hay|giup|nho)\s+)*(?:gui|nhan|bao tin|thong bao)"
    r"(?:\s+(?:tin nhan|tin|thong bao|loi nhan))*(?:\s+(?:cho|toi|den))?\s+"
)


class Sentence(NamedTuple):
    whom: str
    words: str
    """"" = not told yet."""


def parted(text: str) -> Sentence:
    """For whom, as typed, and what is said; without a sign between them all of it is `whom`."""
    sign = _SIGN.search(text)
    if sign is None or sign.start() > _MOST_WHOM:
        return Sentence(text[:_MOST_WHOM], "")
    return Sentence(text[: sign.start()].strip(), text[sign.end() :].strip(' \n"“”'))


def is_order(text: str) -> bool:
    """Whether it may be such a sentence: "gửi ...: ..." with something on both sides."""
    said = parted(text)
    return bool(said.words) and _LEAD.match(f"{words.fold(said.whom)} ") is not None
