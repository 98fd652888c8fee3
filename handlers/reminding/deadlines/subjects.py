"""What is handed in: a report, the units' plans, the commune's own report, or something else. Pure.

What may be two of them is nothing here: it is asked.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from handlers.reminding.deadlines.line import CUT, Line
from handlers.reminding.deadlines.whom_said import ASKED

KINDS: Final = ("report", "plans", "onward", "own")
YEARS: Final = range(2026, 2031)
"""Of the plan, whose reports may still get another day."""
SPECIAL: Final = {"so_ket": 2027, "tong_ket": 2030}
_ONE_DAY: Final = timedelta(days=1)
_YEAR: Final = re.compile(r"\b(?:nam )?(20\d\d|nam nay)\b")
_UPWARD: Final = re.compile(
    r"\b(?:len|ve|cho|voi)? ?(?:ubnd )?(?:tinh|cap tren|len tren|so vhtt\w*|so noi vu|trung uong)\b"
)
_SPECIAL: Final = re.compile(r"\b(so ket|tong ket)\b")
_SPAN: Final = re.compile(r"\b(?:giai doan )?2025 ?[-–] ?(2027|2030)\b")
_PLAN: Final = re.compile(r"\bke hoach\b(?! so\b)")
_REPORT: Final = re.compile(r"\b(?:bao cao|bc)\b")
_FILLERS: Final = re.compile(
    r"\b(?:nop|gui|bao cao|bc|ket qua|phong trao|thi dua|dinh ky|hang nam|thuong nien|cuoi nam|ky|"
    r"lui|doi|sang|tu|den|khong phai|ma|cua|xa|ve|la|giai doan|nam|ban|lai|trien khai|thuc hien|"
    r"tong hop|ubnd|cho|xong)\b"
)


@dataclass(frozen=True, slots=True)
class Meant:
    """What is handed in; `kind` "": it may be any of `choices`, or something else."""

    kind: str = ""
    period: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """(kind, period)."""


def is_upward(line: Line) -> bool:
    """Whether the commune's own report to those above it is meant."""
    plain = line.plain
    is_report = _REPORT.search(plain) or _SPECIAL.search(plain)
    return bool(is_report and _UPWARD.search(plain))


def read_meant(line: Line, group: str, due: date | None, *, today: date) -> Meant:
    """`line`: without day, rungs and whom; `group`: whom it names, "" = nobody."""
    plain = line.plain
    if is_upward(line):
        return _upward(_UPWARD.sub(" ", plain), due, today)
    is_for_all = group in ("", ASKED)
    if found := _SPECIAL.search(plain):
        return _special(found[1].replace(" ", "_"), plain, is_for_all=is_for_all, today=today)
    if _PLAN.search(plain):
        return _plans(plain, due, is_for_all=is_for_all, today=today)
    if _REPORT.search(plain) and not _left(_REPORT.sub(" ", plain)):
        return _annual(plain, due, is_for_all=is_for_all, today=today)
    told = _year(plain, today)
    if _REPORT.search(plain) and told in YEARS and is_for_all:  # a report, or of something else?
        return Meant("", "", _annual_choice(told))
    return Meant("own")


def _left(plain: str) -> str:
    """What is said besides words without a meaning of their own."""
    rest = _FILLERS.sub(" ", _YEAR.sub(" ", _SPAN.sub(" ", plain.replace(CUT, " "))))
    return re.sub(r"[\s,.:;\-–]+", " ", rest).strip()


def _year(plain: str, today: date) -> int | None:
    found = _YEAR.search(_SPAN.sub(" ", plain))
    if found is None:
        return None
    return today.year if found[1] == "nam nay" else int(found[1])


def _special(occasion: str, plain: str, *, is_for_all: bool, today: date) -> Meant:
    year = SPECIAL[occasion]
    told = _year(plain, today)
    span = _SPAN.search(plain)
    is_whole = not _left(_SPECIAL.sub(" ", re.sub(r"\b(?:ba|3|sau|6) nam\b", " ", plain)))
    is_it = told in (None, year) and (span is None or int(span[1]) == year)
    period = f"{occasion}_{year}"
    if is_whole and is_it and is_for_all:
        return Meant("report", period)
    return Meant("", "", (("report", period), *_annual_choice(told)))


def _annual_choice(year: int | None) -> tuple[tuple[str, str], ...]:
    return (("report", str(year)),) if year in YEARS else ()


def _plans(plain: str, due: date | None, *, is_for_all: bool, today: date) -> Meant:
    year = _year(plain, today) or (due.year if due else None)
    if _left(_PLAN.sub(" ", plain)):
        return Meant("own")
    if not is_for_all or (year is not None and year not in YEARS):
        return Meant("", "", (("plans", str(year)),) if year in YEARS else ())
    return Meant("plans", str(year) if year else "")


def _annual(plain: str, due: date | None, *, is_for_all: bool, today: date) -> Meant:
    told = _year(plain, today)
    years = [told] if told else annual_years(due)
    if is_for_all and len(years) == 1 and years[0] in YEARS:
        return Meant("report", str(years[0]))
    return Meant("", "", tuple(("report", str(year)) for year in years if year in YEARS))


def annual_years(due: date | None) -> list[int]:
    """The years whose report a day may be of: in January and February two."""
    if due is None:
        return []
    return [due.year - 1, due.year] if due.month <= 2 else [due.year]


def _upward(plain: str, due: date | None, today: date) -> Meant:
    found = _SPECIAL.search(plain)
    if found:
        occasion = found[1].replace(" ", "_")
        return Meant("onward", f"{occasion}_{SPECIAL[occasion]}")
    told = _year(plain, today)
    years = [told] if told else _upward_years(due)
    if len(years) == 1 and years[0] in YEARS:
        return Meant("onward", str(years[0]))
    return Meant("", "", tuple(("onward", str(year)) for year in years if year in YEARS))


def _upward_years(due: date | None) -> list[int]:
    """It goes up when the units' reports are in: up to the summer it may be the year before."""
    if due is None:
        return []
    return [due.year] if due.month >= 7 else [due.year - 1, due.year]


# --- whether a day may be one of it --------------------------------------------------------------


def fits(kind: str, period: str, due: date) -> bool:
    """Whether a deadline may end on that day."""
    occasion, _, year = period.rpartition("_")
    if kind in ("own", ""):
        return True
    if occasion:  # the plan gives the year
        after = due + _ONE_DAY
        return after.year == int(year) if kind == "report" else after.year - int(year) in (0, 1)
    if not year.isdecimal():
        return kind != "report"
    return _first(kind, int(year)) <= due <= _last(kind, int(year))


def _first(kind: str, year: int) -> date:
    match kind:
        case "report":
            return date(year, 2, 1)
        case "onward":
            return date(year, 7, 1)
    return date(year - 1, 10, 1)


def _last(kind: str, year: int) -> date:
    match kind:
        case "report":
            return date(year + 1, 1, 31)
        case "onward":
            return date(year + 1, 6, 30)
    return date(year, 12, 31)


def fitting(kind: str, period: str, days: Iterable[date | None]) -> list[date]:
    return [day for day in days if day is not None and fits(kind, period, day)]
