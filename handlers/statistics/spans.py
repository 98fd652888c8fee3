"""Spans of local days: the calendar's, the plan's two phases and the periods of its reports."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from storage.statistics import Period

_PHASES: Final = {1: (2025, 2027), 2: (2028, 2030)}


@dataclass(frozen=True, slots=True)
class Span:
    """Local days `first` to `last`, both counted, and what they are called."""

    first: date
    last: date
    name: str

    def period(self, zone: tzinfo) -> Period:
        """The same as moments: from the first local midnight to before the one after `last`."""
        start, end = (
            datetime.combine(day, time.min, zone).astimezone(UTC)
            for day in (self.first, self.last + timedelta(days=1))
        )
        return Period(self.first, self.last, start, end)


def year(number: int) -> Span:
    return Span(date(number, 1, 1), date(number, 12, 31), f"năm {number}")


def month(number: int, of_year: int) -> Span:
    last_day = monthrange(of_year, number)[1]
    name = f"tháng {number}/{of_year}"
    return Span(date(of_year, number, 1), date(of_year, number, last_day), name)


def quarter(number: int, of_year: int) -> Span:
    first, last = month(3 * number - 2, of_year), month(3 * number, of_year)
    return Span(first.first, last.last, f"quý {number}/{of_year}")


def week(day: date) -> Span:
    """The week from Monday to Sunday around a day."""
    first = day - timedelta(days=day.weekday())
    last = first + timedelta(days=6)
    return Span(first, last, f"tuần {first.day}/{first.month} - {last.day}/{last.month}")


def days(first: date, last: date) -> Span:
    """Any days, `first` not behind `last`."""
    if first == last:
        return Span(first, last, f"ngày {_said(first)}")
    return Span(first, last, f"từ {_said(first)} đến {_said(last)}")


def phase(number: int) -> Span:
    """Phase 1 or 2 of the plan (plan.md §6): 2027 counts in the first."""
    first, last = _PHASES[number]
    return Span(date(first, 1, 1), date(last, 12, 31), f"giai đoạn {number} ({first} - {last})")


def report_period(of_year: int) -> Span:
    """What the annual report of a year covers: 15/12 of the year before to 14/12."""
    return Span(date(of_year - 1, 12, 15), date(of_year, 12, 14), f"kỳ báo cáo {of_year}")


def months_between(first: date, last: date) -> list[Span]:
    """The days cut into calendar months; the outer ones only as far as the days go."""
    found: list[Span] = []
    while first <= last:
        whole = month(first.month, first.year)
        found.append(Span(first, min(whole.last, last), whole.name))
        first = whole.last + timedelta(days=1)
    return found


def weeks_between(first: date, last: date) -> list[Span]:
    """The days cut into weeks, Monday to Sunday; the outer ones only as far as the days go."""
    found: list[Span] = []
    while first <= last:
        end = min(week(first).last, last)
        found.append(Span(first, end, f"{first.day}/{first.month} - {end.day}/{end.month}"))
        first = end + timedelta(days=1)
    return found


def _said(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
