"""On which days and at which hours offices work: weekends, holidays and Tết from a table."""

import functools
import re
import tomllib
from collections.abc import Collection, Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Final

_TABLE: Final = Path(__file__).with_name("days_off.toml")
_SPAN: Final = re.compile(r"(\d\d)-(\d\d)(?:\.\.(\d\d)-(\d\d))?")
_ONE_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
OPENS, CLOSES = time(7, 30), time(17, 0)
"""Office hours, local."""


@functools.cache
def days_off() -> frozenset[date]:
    """Every day of the table, local. Raises `ValueError` for a line that is none."""
    table = tomllib.loads(_TABLE.read_text("utf-8"))
    return frozenset(day for year, spans in table.items() for day in _days(int(year), spans))


def last_year_known() -> int:
    """The last year the table knows of: afterwards only weekends are days off."""
    return max(day.year for day in days_off())


def _days(year: int, spans: Collection[str]) -> Iterator[date]:
    for span in spans:
        found = _SPAN.fullmatch(span)
        if found is None:
            raise ValueError(f"no days: {span}")
        first = date(year, int(found[1]), int(found[2]))
        last = date(year, int(found[3]), int(found[4])) if found[3] else first
        while first <= last:
            yield first
            first += _ONE_DAY


def is_working(day: date, *, besides: Collection[date] = ()) -> bool:
    """Whether offices work on a local day; `besides` are a commune's own days off."""
    return day.weekday() < _SATURDAY and day not in days_off() and day not in besides


def working_before(day: date, *, besides: Collection[date] = ()) -> date:
    """That day, or the last working one before it."""
    while not is_working(day, besides=besides):
        day -= _ONE_DAY
    return day


def working_after(day: date, *, besides: Collection[date] = ()) -> date:
    """That day, or the next working one."""
    while not is_working(day, besides=besides):
        day += _ONE_DAY
    return day
