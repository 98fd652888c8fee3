"""A figure's surroundings: what it counts, and what is said before and behind it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from handlers.words.text import listed

PERSONS: Final = listed("PEOPLE LEARNER MEMBERS cu em ong chau co STAFF PUPIL PARENT đ/c dong")
BARE: Final = ""
TURNS: Final = listed("luot ALL l")
TIMES: Final = listed("lan luot ALL SPREAD bai tin cuoc dot ban")
MEETINGS: Final = listed("buoi b cuoc")
ROUNDS: Final = listed("lop toi dot ca")
SILENT: Final = listed("ngay hom tuan thang nam gio phut tuoi quy h nhiem mua giay gmail")
_TOPICS: Final = listed(
    "TRAIN SPREAD FRAUD TEAM VNEID LEVEL2 PAY SKILL PUPIL STAFF FILES FILE PRAISE DISTINCT OVER60 "
    "WOMEN MEMBER LEARNER CASE"
)


@dataclass(frozen=True)
class Around:
    """A figure's surroundings: forms before it, what it counts, forms behind, the head."""

    left: tuple[str, ...]
    unit: str
    right: tuple[str, ...]
    head: tuple[str, ...] = ()
    is_alone: bool = False
    """Nothing of sessions is said near it."""

    @cached_property
    def near(self) -> frozenset[str]:
        own = frozenset((*self.left, self.unit, *self.right))
        head = frozenset(self.head)
        if own & _TOPICS or not head & _TOPICS:
            return own
        if self.unit == BARE and own & (TURNS | MEETINGS):
            return own
        return own | head


@dataclass(frozen=True, slots=True)
class Meant:
    keys: tuple[str, ...]
    is_sure: bool = True
