"""The periods a unit reports for: every year, and the two reports over several years (plan.md §6).

Pure: days and settings are handed in. All days are local ones.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final

from handlers.reporting.form import Occasion
from handlers.statistics import spans
from handlers.texts import Texts
from handlers.words import say_date

Settings = Mapping[str, Any]
"""What `storage.units.settings_of` gives: the commune file as JSON, {} when there is none."""

FIRST_YEAR: Final = 2025
"""The plan begins in it; there are no reports before."""
OPENS: Final = (2, 1)
"""Month and day from which the report of a year may be filled in; January still belongs to the
year before, for who is late."""
_DAYS_BEFORE, _DAYS_AFTER = timedelta(days=120), timedelta(days=60)
_SPECIAL: Final[Mapping[Occasion, int]] = {"so_ket": 2027, "tong_ket": 2030}
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    key: str
    """"2026", "so_ket_2027", "tong_ket_2030"."""
    occasion: Occasion
    year: int
    first: date
    last: date
    """The days the figures cover, both counted."""
    due: date
    """The last day on time; the plan says *before* the day after it."""


def annual(year: int, settings: Settings) -> ReportPeriod:
    """The yearly report: 15/12 of the year before to 14/12, due by what the commune decided."""
    span = spans.report_period(year)
    return ReportPeriod(str(year), "annual", year, span.first, span.last, _due(year, settings))


def open_on(today: date, settings: Settings) -> list[ReportPeriod]:
    """What may be filled in on that day; the one whose last day is nearest first."""
    year = today.year if (today.month, today.day) >= OPENS else today.year - 1
    found = [annual(year, settings)] if year >= FIRST_YEAR else []
    found += [period for period in over_years(settings) if _is_open(period, today)]
    return sorted(found, key=lambda period: abs(period.due - today))


def by_key(key: str, settings: Settings) -> ReportPeriod | None:
    """None for what is no key, and for a report over several years without a day in `settings`."""
    if re.fullmatch("20[0-9]{2}", key):
        return annual(int(key), settings) if int(key) >= FIRST_YEAR else None
    return next((period for period in over_years(settings) if period.key == key), None)


def is_late(at: datetime, period: ReportPeriod, zone: tzinfo) -> bool:
    """Whether a report of that moment (aware) came after the last local moment on time."""
    # Compared as local days: in UTC 2 a.m. of the 15th would still be the 14th.
    return at.astimezone(zone).date() > period.due


def say_title(texts: Texts, period: ReportPeriod) -> str:
    """Name it: "năm 2026", "sơ kết 2025 - 2027"."""
    years = {"first": period.first.year, "last": period.year}
    return texts.say(f"report_periods.title_{period.occasion}", **years)


def say_title_in(texts: Texts, period: ReportPeriod, settings: Settings) -> str:
    """Name it with its commune: "xã Giao Minh, năm 2026"."""
    return f"{settings.get('name', '')}, {say_title(texts, period)}".strip(", ")


def say_due(texts: Texts, period: ReportPeriod) -> str:
    """Say its deadline: "trước ngày 15/12 (hết thứ Hai 14/12)"."""
    before = period.due + _ONE_DAY
    last = say_date(period.due).removesuffix(f"/{period.due.year}")
    return texts.say("report_periods.due", before=f"{before.day}/{before.month}", last=last)


def over_years(settings: Settings) -> list[ReportPeriod]:
    """The reports over several years for which the commune has set a day."""
    found: list[ReportPeriod] = []
    for occasion, year in _SPECIAL.items():
        if day := _deadlines(settings).get(occasion):
            due = date.fromisoformat(day) - _ONE_DAY
            first = date(FIRST_YEAR, 1, 1)
            found.append(ReportPeriod(f"{occasion}_{year}", occasion, year, first, due, due))
    return found


def _due(year: int, settings: Settings) -> date:
    """The day before the commune's day, the first time that it comes while the report is open.

    An officer may have set another for that year alone ("years").
    """
    if day := (_deadlines(settings).get("years") or {}).get(str(year)):
        return date.fromisoformat(day) - _ONE_DAY
    chosen = _deadlines(settings).get("annual") or {"month": 12, "day": 15}
    due = date(year, chosen["month"], chosen["day"]) - _ONE_DAY
    if due < date(year, *OPENS):
        return date(year + 1, chosen["month"], chosen["day"]) - _ONE_DAY
    return due


def _is_open(period: ReportPeriod, today: date) -> bool:
    return period.due - _DAYS_BEFORE <= today <= period.due + _DAYS_AFTER


def _deadlines(settings: Settings) -> Mapping[str, Any]:
    return settings.get("deadlines") or {}
