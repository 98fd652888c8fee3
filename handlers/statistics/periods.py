"""Reading which time is meant: "tháng này", "quý 3", "từ 1/9 đến 15/11", "6 tháng đầu năm"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from handlers import words
from handlers.statistics import times
from handlers.statistics.spans import (
    Span,
    days,
    month,
    months_between,
    phase,
    quarter,
    report_period,
    week,
    weeks_between,
    year,
)
from handlers.statistics.times import Odd, Time
from handlers.statistics.typed import MAX_TYPED, plain_line
from handlers.words.text import listed

__all__ = [
    "Asked",
    "Span",
    "days",
    "month",
    "months_between",
    "phase",
    "quarter",
    "read",
    "report_period",
    "the_one",
    "week",
    "weeks_between",
    "year",
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a text asks for; `rest` are its folded words that say no time."""

    span: Span | None
    rest: str


def read(text: str, today: date) -> Asked | None:
    """The time asked for and what else was said.

    None if a time is named that cannot be or is not clear, or two different ones. Raises nothing.
    """
    text = words.clean(text)
    line = plain_line(text[: MAX_TYPED + 1])
    if len(text) > MAX_TYPED or line.is_too_long:
        return None
    said: list[Time | Odd] = []
    rest: list[str] = []
    place = 0
    while place < len(line.words):
        found = times.at(line, place, today)
        if found is None:
            word = line.words[place]
            is_silent = word.plain in _FILLERS or (word.plain == "a" and word.marks)
            rest += [] if is_silent or not word.plain.isalnum() else [word.plain]
            place += 1
            continue
        said.append(found.said)
        place = found.end
    span = the_one(said, today)
    return None if isinstance(span, Odd) else Asked(span, " ".join(rest))


def the_one(said: Sequence[Time | Odd], today: date) -> Span | Odd | None:
    """The one span that was said: "năm ngoái … quý 4" are one. None if there was no time.

    Two different ones are a doubt; one that cannot be is impossible, whatever else was said.
    """
    odd = [one for one in said if isinstance(one, Odd)]
    if odd:
        return Odd.IMPOSSIBLE if Odd.IMPOSSIBLE in odd else Odd.DOUBT
    found = {one.resolved(today) for one in _with_years(said)}
    if Odd.IMPOSSIBLE in found:
        return Odd.IMPOSSIBLE
    if len(found) > 1:
        return Odd.DOUBT
    return found.pop() if found else None


def _with_years(said: Sequence[Time | Odd]) -> list[Time]:
    """A year said apart belongs to the only time without one."""
    found = [one for one in said if isinstance(one, Time)]
    years = [one for one in found if one.unit == "year"]
    open_ones = [one for one in found if one.is_open]
    if len(found) == 2 and len(years) == len(open_ones) == 1:
        return [open_ones[0].of(years[0])]
    return found


_FILLERS: Final = listed(
    "thong ke so lieu cua cho o tai trong va hoc vien ket qua xem bao nhieu nguoi nhe ky"
)
