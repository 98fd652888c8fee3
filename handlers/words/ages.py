"""Whether somebody says to be a child (P6, T55)."""

import re
from typing import Final

from handlers.words.text import plain_of

OF_AGE: Final = 16

_UNITS = r"(?:mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin)"
_TENS = ("hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi")
_NOT_TENS = "".join(f"(?<!{ten} )" for ten in _TENS)
_YOUNG = rf"(?:[1-9]|1[0-5]|{_NOT_TENS}(?:muoi(?: (?:mot|hai|ba|bon|tu|nam|lam))?|{_UNITS}))"
_KIN = ("con", "chau", "em", "trai", "gai", "be", "co")
_OTHERS = "".join(f"(?<!{word} )" for word in _KIN)
_MYSELF = rf"{_OTHERS}\b(?:em|chau|con|be|toi|minh)(?! (?:toi|em|chau|minh|trai|gai|noi|ngoai)\b)"
"""Who speaks; not "con tôi", "cháu nội", "tôi có con"."""
_IS = r"(?:(?:nam nay|la|moi|chi|co|duoc|da|dang|sap|hoc sinh|hoc) )*"
_AGE = re.compile(
    rf"{_MYSELF} {_IS}{_YOUNG} ?tuoi\b|^(?:[1-9]|1[0-5]) ?tuoi\b|\bchua du (?:16|tuoi)\b|"
    rf"{_MYSELF} {_IS}lop [1-9]\b|^hoc lop [1-9]\b"
)
_BORN = re.compile(rf"{_MYSELF} (?:sinh(?: nam)?|sn) (20\d\d)\b|^(?:sinh(?: nam)?|sn) (20\d\d)$")
_MAX_TEXT = 200


def says_under_age(text: str, *, year: int) -> bool:
    """True for "em 11 tuổi", "con học lớp 5", "cháu sinh năm 2015"; not for what a parent tells."""
    if len(text) > _MAX_TEXT:
        return False
    said = plain_of(text)
    if _AGE.search(said):
        return True
    born = _BORN.search(said)
    return born is not None and year - int(born[1] or born[2]) < OF_AGE
