"""Which period, day or years somebody means: "2025", "đến 30/11", "2025-2027"; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from handlers.reporting import periods
from handlers.reporting.periods import FIRST_YEAR
from handlers.words import fold

_LAST_YEAR: Final = 2030
_YEAR: Final = r"(20\d\d)"
_YEARS: Final = re.compile(
    rf"(?:cac )?(?:tu )?(?:nam )?{_YEAR}\s*(?:-|–|—|/|den|toi|va)\s*(?:nam )?{_YEAR}"
)
_ONE_YEAR: Final = re.compile(rf"(?:nam )?{_YEAR}")
_DAY: Final = re.compile(
    r"(?:tinh )?(?:den|toi)(?: het)?(?: ngay)? (\d{1,2})[/.-](\d{1,2})(?:[/.-](20\d\d))?"
)
_NOW: Final = re.compile(r"(?:tinh )?(?:den|toi) (?:nay|bay gio|gio|hom nay|hien nay)|hien nay")
_YESTERDAY: Final = re.compile(r"(?:tinh )?(?:den|toi)(?: het)? hom qua")
_THIS_YEAR: Final = re.compile(r"nam nay")
_YEAR_BEFORE: Final = re.compile(r"nam (?:ngoai|truoc)")
_SPECIAL: Final = re.compile(r"(so|tong) ket(?: .{0,20})?")
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Asked:
    period: str = ""
    """Key of a period; "" = what is open now."""
    until: date | None = None
    years: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Understood, and it cannot be; `text_id` says why."""

    text_id: str


def read(text: str, today: date, settings: Mapping[str, Any]) -> Asked | Refused | None:
    """None: not understood."""
    typed = fold(text.replace("–", "-").replace("—", "-")).strip(" .,;!?") if text else ""
    if len(typed) > _LONGEST:
        return None
    if found := _YEARS.fullmatch(typed):
        return _years(int(found[1]), int(found[2]))
    if found := _DAY.fullmatch(typed):
        return _day(found, today, settings)
    if _YESTERDAY.fullmatch(typed):
        return _until(today - timedelta(days=1), today, settings)
    return _period(typed, today, settings)


def _years(first: int, last: int) -> Asked | Refused:
    first, last = sorted((first, last))
    if first < FIRST_YEAR:
        return Refused("yearly.too_early")
    return Asked(years=(first, min(last, _LAST_YEAR)))


def _day(found: re.Match[str], today: date, settings: Mapping[str, Any]) -> Asked | Refused | None:
    """A day without its year is the last one of that name."""
    day, month, year = int(found[1]), int(found[2]), int(found[3] or today.year)
    try:
        meant = date(year, month, day)
        if not found[3] and meant > today:
            meant = date(year - 1, month, day)
    except ValueError:
        return None
    return _until(meant, today, settings)


def _until(day: date, today: date, settings: Mapping[str, Any]) -> Asked | Refused:
    if day > today:
        return Refused("yearly.future")
    covering = periods.open_on(day, settings)
    if not covering:
        return Refused("yearly.too_early")
    return Asked(covering[0].key, until=day)


def _period(typed: str, today: date, settings: Mapping[str, Any]) -> Asked | Refused | None:
    if not typed or _NOW.fullmatch(typed):
        return Asked()
    if found := _SPECIAL.fullmatch(typed):
        key = {"so": "so_ket_2027", "tong": "tong_ket_2030"}[found[1]]
        return Asked(key) if periods.by_key(key, settings) else None
    year = _year(typed, today)
    if year is None:
        return None
    return Asked(str(year)) if year >= FIRST_YEAR else Refused("yearly.too_early")


def _year(typed: str, today: date) -> int | None:
    if found := _ONE_YEAR.fullmatch(typed):
        return int(found[1])
    if _THIS_YEAR.fullmatch(typed):
        return today.year
    return today.year - 1 if _YEAR_BEFORE.fullmatch(typed) else None
