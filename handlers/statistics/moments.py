"""A time that was said: a span, one that waits for its year, or one that cannot be used."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from typing import NamedTuple

from handlers.statistics.spans import Span


class Odd(Enum):
    """A time was said, but not one that can be used."""

    DOUBT = auto()
    IMPOSSIBLE = auto()


@dataclass(frozen=True, slots=True)
class Time:
    """One time: `build` gives its span in a year, None if there is no such one.

    `year` is None while no year was said: then the present or the nearest past one is meant.
    """

    unit: str
    build: Callable[[int], Span | None]
    year: int | None = None
    number: int = 0

    @property
    def is_open(self) -> bool:
        return self.year is None

    def of(self, other: "Time") -> "Time":
        return replace(self, year=other.year)

    def resolved(self, today: date) -> Span | Odd:
        if self.year is not None:
            return self.build(self.year) or Odd.IMPOSSIBLE
        span = self.build(today.year)
        if span is None:
            return Odd.IMPOSSIBLE
        if span.first <= today:
            return span
        if self.unit == "day":  # "15/12": the one that comes or the one that was? (N8)
            return Odd.DOUBT
        return self.build(today.year - 1) or Odd.IMPOSSIBLE


class Found(NamedTuple):
    """What was said, and the place of the word behind it."""

    said: Time | Odd
    end: int


def fixed(span: Span, unit: str = "fixed") -> Time:
    return Time(unit, lambda _year: span, span.last.year)
