"""Figures that look like those of a field, and are not: who stayed away, how much more it was."""

from itertools import pairwise
from typing import Final

from handlers.reporting.readers.around import MEETINGS, PERSONS, TURNS, Around
from handlers.words.text import listed

_NOT_THERE: Final = listed("chua khong thieu vang nghi mat")
_STILL: Final = listed("dang con van deu thi da bi")
_AWAY: Final = listed("nghi vang")
_OFFICES: Final = listed("trạm tram truong phong quan vi UNIT htx ty ban chi hoi")
_CHANGES: Final = listed("thieu nghi tang giam")
CAME: Final = listed("ATTEND LEARNER TRAIN EACH buoi lop luot nghe")


_PLANNED: Final = {
    ("chi", "tieu"),
    ("muc", "tieu"),
    ("phan", "dau"),
    ("de", "ra"),
    ("dang", "ky"),
}


def is_planned(around: Around) -> bool:
    """True for "phấn đấu 5 buổi", "cần 3 buổi nữa": not what was done."""
    is_wanted = around.left[-1:] in (("can",), ("PLAN",)) and around.unit in MEETINGS | TURNS
    return is_wanted or bool(set(pairwise(around.left)) & _PLANNED)


def is_change(around: Around) -> bool:
    """True for "thiếu 3 buổi", "tăng 2 buổi": a difference, not what there was."""
    left = around.left
    near = [one for one in left if one not in ("duoc", "them", "mat", "di", "khoang", ":")][-1:]
    is_meeting = left[-2:] == ("hoi", "nghi")
    is_away = near == ["vang"] and around.unit in PERSONS
    return is_away or (bool(set(near) & _CHANGES) and not is_meeting)


def is_absent(right: tuple[str, ...]) -> bool:
    """True for "2 đồng chí đang nghỉ thai sản"."""
    first = right[1:2] if right[:1] and right[0] in _STILL else right[:1]
    return bool(set(first) & _NOT_THERE) or bool(set(right[:3]) & _AWAY)


def is_group(around: Around) -> bool:
    """True for the 10 of "Trạm em có 10 người": it is how many they are."""
    is_said = around.left[-1:] in (("co",), ("SUM",)) and bool(_OFFICES & set(around.left))
    return is_said and not around.near & CAME and not any(one.isalpha() for one in around.right)
