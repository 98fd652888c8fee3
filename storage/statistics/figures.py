"""What the participation figures are made of, and how they are asked for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple

from storage import units

Modules = Mapping[str, Collection[str]]
"""Module id -> the ids of all lessons it offers; `BASIC` -> those of mức Cơ bản."""

BASIC: Final = "basic"


class Period(NamedTuple):
    """Local days `first` to `last`; the same as the moments from `start` up to before `end`."""

    first: date
    last: date
    start: datetime
    end: datetime


class Source(StrEnum):
    """Where a lesson was begun."""

    ALONE = "alone"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which units are looked at, all of one commune (T13)."""

    commune_id: int
    only: frozenset[int] | None = None
    """None = the whole commune, and who is there without a known hamlet."""
    kind: str = ""
    """Only units of this kind."""

    @property
    def is_whole(self) -> bool:
        return self.only is None and not self.kind


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted for one unit or for all together."""

    learners: int = 0
    """Người học: distinct canonical persons with consent who finished a lesson in the period."""
    active: int = 0
    """Đang hoạt động: who answered in the 30 days up to the period's end, or to now."""
    lessons: int = 0
    """Lượt học: finished attempts."""
    completers: int = 0
    """Persons who in the period came to have finished every lesson of a module."""
    basic: int = 0
    """Persons who in the period came to mức Cơ bản."""
    answers: int = 0
    right: int = 0
    sessions: int = 0
    """Buổi: classes held; one recorded activity may be several."""
    activities: int = 0
    """Recorded activities of every kind."""
    heads: int = 0
    """Lượt dự of all kinds, where known: counted by hand, and who joined by the code."""
    unknown_heads: int = 0
    """Activities of which nobody knows how many came."""
    adults: int | None = None
    """Newest figure known on the period's last day; None = unknown."""
    households: int | None = None

    @property
    def share(self) -> Fraction | None:
        """Tỷ lệ in percent; None = "chưa có mẫu số"."""
        return Fraction(100 * self.learners, self.adults) if self.adults else None

    @property
    def right_share(self) -> Fraction | None:
        """Right answers in percent; None without answers."""
        return Fraction(100 * self.right, self.answers) if self.answers else None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit; `unit_id` None is everybody whose hamlet is not known."""

    unit_id: int | None
    code: str
    name: str
    kind: str
    aliases: tuple[str, ...]
    figures: Figures
    has_ended: bool = False
    """No more there on the period's last day: its adults are another's by then."""


@dataclass(frozen=True, slots=True)
class Table:
    """All rows, and the total computed by itself: who moved counts in both units, once in it."""

    period: Period
    rows: tuple[UnitRow, ...]
    total: Figures

    @property
    def without_adults(self) -> int:
        """How many hamlets have no denominator; if any, the total has none either."""
        last = (row for row in self.rows if row.kind == units.HAMLET and not row.has_ended)
        return sum(row.figures.adults is None for row in last)
