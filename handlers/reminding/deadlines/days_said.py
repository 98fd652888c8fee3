"""Finding the day in a sentence that sets a deadline: the last day on time. Pure (R19, N7-N10).

"trước ngày 20/6" ends with 19/6; "20/6", "đến 20/6", "trước 17h ngày 20/6" with 20/6 itself.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from handlers import words
from handlers.reminding.deadlines.line import Line

_ONE_DAY: Final = timedelta(days=1)
_FIGURES: Final = (
    r"(?<![\d/.\-])\d{1,2} ?[/.\-] ?\d{1,2}(?: ?[/.\-] ?(?:\d{4}|\d{2}))?(?![\d/])"
    r"(?: nam (?:\d{4}|nay|sau|toi))?"
)
_N: Final = r"(?:\d{1,2}|[a-z]{2,5}(?: [a-z]{2,5}){0,2}?)"
_MONTH: Final = r"(?:\d{1,2}(?: ?/ ?\d{4}| nam \d{4})?|nay|sau|toi)"
_DAY: Final = re.compile(
    rf"(?P<week>\b(?<!lan )(?:thu (?:[2-7]|hai|ba|tu|nam|sau|bay)|chu nhat|cn|t[2-7])\b"
    rf"(?: (?:tuan (?:nay|sau|toi)|nay|sau|toi)\b)?(?:,? (?:ngay )?{_FIGURES})?)"
    r"|(?P<iso>(?<!\d)\d{4}-\d{1,2}-\d{1,2}(?!\d))"
    r"|(?P<lunar>\b(?:mung|mong|ram)\b(?: \w+){0,3}|\b(?:truoc|sau|den|het|ra) tet\b|\bam lich\b)"
    rf"|(?P<figures>(?:(?<!xom )(?<!xom)(?<!thon )(?<!\bx)|(?<=cac xom )|(?<=cac thon )|"
    rf"(?=\d+ ?[/.\-] ?\d+ ?[/.\-] ?\d{{4}}))(?<!\bso )(?<!\bcau ){_FIGURES})"
    rf"|(?P<spelled>\b(?:ngay {_N}|(?:(?<!xom )(?<!thon )|(?<=cac xom ))\d{{1,2}}) thang"
    rf" (?:\d{{1,2}}|muoi (?:mot|hai)|muoi|mot|hai|ba|tu|nam|sau|bay|tam|chin|gieng|chap)\b"
    rf"(?:,? nam (?:\d{{4}}|nay|sau|toi)| ?/ ?\d{{4}}| 20\d\d)?)"
    rf"|(?P<month>\b(?:het|cuoi|trong|dau|giua) thang {_MONTH}|\btruoc thang {_MONTH})"
    r"|(?P<near>\b(?:hom nay|ngay mai|ngay kia|ngay mot)\b|\b\d{1,3} ngay (?:nua|toi|sau)\b)"
    r"|(?P<alone>\bngay \d{1,2}\b(?! ?[/.\-] ?\d)(?: thang (?:nay|sau|toi)| hang thang)?)"
)
_VAGUE: Final = re.compile(
    r"(?P<vague>\b(?:het|cuoi|trong|dau|giua|truoc) (?:quy(?: [1-4]| i{1,3}| iv)?|nam|tuan)\b"
    r"(?: (?:nay|sau|toi|20\d\d))?)"
)
"""Counts only where no day is named: "báo cáo cuối năm 10/12" is the name of a report."""
_HOUR: Final = r"(?P<h>\d{1,2})(?: ?(?:h|g|gio)(?: ?\d{1,2})?(?: ?(?:phut|p))?|:\d{2})"
_MARK: Final = re.compile(
    r"(?:(?:^|(?<=[\s,;:.]))(?:han|la|vao|den|toi|het|truoc|sau|tu|cham|muon|nhat|khong|hon|qua|"
    rf"trong|ngay|hoac|hay|thanh|sang|luc|va|cuoi|chot|buoi|chieu|toi|trua|{_HOUR}|[:,])(?:\s|$))+$"
)
_UNTIL: Final = re.compile(r" ?[-–] ?(\d{1,2} ?[/.] ?\d{1,2}(?: ?[/.] ?\d{4})?)")
"""From one day to another: which of them is the last one is asked."""
_NO_DAY: Final = frozenset({"no-such-day", "no-such-month", "month-first"})
_BEFORE_IT: Final = re.compile(r" ?(?:tro (?:ve|lai) truoc|la (?:han )?(?:cuoi|chot)(?: cung)?)")


@dataclass(frozen=True, slots=True)
class Day:
    """What was said of the day."""

    rest: Line
    """The sentence without it."""
    is_said: bool = False
    on: date | None = None
    """The last day on time, if that is certain."""
    possible: tuple[date, ...] = ()
    """To choose from, where it is not."""
    figures: tuple[int, int] | None = None
    """Day and month without a year: the period that is meant may tell which."""
    back: int = 0
    """Days that the last one on time lies before the day that was named."""
    unreal: str = ""
    """As typed, where no calendar has it: "30/2"."""


def cut_day(line: Line, *, sent_at: datetime) -> Day:
    """Take the day out of a sentence; two of them are a doubt."""
    found: list[Day] = []
    rest = line
    while (hit := _DAY.search(rest.plain)) and len(found) < 4:
        one, rest = _read(rest, hit, sent_at)
        found.append(one)
    if not found and (vague := _VAGUE.search(rest.plain)):
        return _read(rest, vague, sent_at)[0]
    if not found:
        return Day(rest)
    if len(found) == 1:
        return replace(found[0], rest=rest)
    days = [day for one in found for day in ((one.on,) if one.on else one.possible)]
    unreal = next((one.unreal for one in found if one.unreal), "")
    return Day(rest, is_said=True, possible=_ahead(days, sent_at), unreal=unreal)


def _read(line: Line, hit: re.Match[str], sent_at: datetime) -> tuple[Day, Line]:
    mark = _MARK.search(line.plain, 0, hit.start())
    said = mark[0] if mark else ""
    behind = _BEFORE_IT.match(line.plain, hit.end())
    until = _UNTIL.match(line.plain, hit.end())
    end = (behind or until or hit).end()
    rest = line.without(mark.start() if mark else hit.start(), end)
    day = _day(rest, line.typed[hit.start() : hit.end()], hit, said, sent_at)
    if until is None:
        return day, rest
    last = _named(rest, until[1], "figures", 0, sent_at)
    days = (*((day.on,) if day.on else day.possible), *((last.on,) if last.on else last.possible))
    return Day(rest, is_said=True, possible=_ahead(days, sent_at)), rest


def _day(rest: Line, typed: str, hit: re.Match[str], mark: str, sent_at: datetime) -> Day:
    kind = hit.lastgroup or ""
    if kind in ("lunar", "vague") or re.search(r"\bsau\b", mark):
        return Day(rest, is_said=True)
    if kind == "month":
        return _of_month(rest, hit[0], sent_at)
    is_before = re.search(r"\btruoc\b", mark) is not None
    back = int(is_before and not _names_hour(mark))
    day = _named(rest, typed, kind, back, sent_at)
    if is_before and re.search(r"\b(?:het|trong)\b", mark):  # "trước hết ngày 20/6"
        both = [day.on + _ONE_DAY * n for n in range(2)] if day.on else []
        return Day(rest, is_said=True, possible=_ahead(both, sent_at))
    return day


def _names_hour(mark: str) -> bool:
    """Whether it ends within the day: "trước 17h ngày 20/6", not "trước 0h"."""
    hour = re.search(_HOUR, mark)
    return hour is not None and int(hour["h"]) > 0


def _named(rest: Line, typed: str, kind: str, back: int, sent_at: datetime) -> Day:
    day = re.sub(r" ?/ ?(\d{4})$", r" năm \1", typed) if kind == "spelled" else typed
    found = words.read_date(day, sent_at=sent_at, expects="future")
    if isinstance(found, words.DateDoubt):
        days = [] if found.reason == "past" else found.candidates
        return Day(rest, True, None, _ahead((one - _ONE_DAY * back for one in days), sent_at))
    if isinstance(found, words.DateRefused) and found.reason in _NO_DAY:
        return Day(rest, is_said=True, unreal=re.sub(r"^ngày |^ngay ", "", typed, flags=re.I))
    if not isinstance(found, date):
        return Day(rest, is_said=True)
    on = found - _ONE_DAY * back
    if on < sent_at.date():
        return Day(rest, is_said=True)
    if kind == "alone":  # "ngày 20": of which month?
        return Day(rest, is_said=True, possible=(on,))
    figures = (found.day, found.month) if _has_no_year(typed, kind) else None
    if figures and _is_next_year(found, sent_at.date()):
        return Day(rest, True, None, (on,), figures, back)
    return Day(rest, True, on, (), figures, back)


def _has_no_year(typed: str, kind: str) -> bool:
    plain = words.fold(typed)
    if kind == "figures":
        return not re.search(r"\d ?[/.\-] ?\d+ ?[/.\-] ?\d|nam", plain)
    return kind == "spelled" and not re.search(r" nam (?:\d{4}|nay|sau|toi)$|20\d\d$", plain)


def _is_next_year(day: date, today: date) -> bool:
    """Near the turn of the year nobody can say which one a bare day means."""
    return day.year != today.year or (today.month == 1 and day.month >= 11)


def _of_month(rest: Line, said: str, sent_at: datetime) -> Day:
    """Read "hết tháng 6" as its last day; the other ways to name a month are doubts."""
    part, _, which = said.partition(" thang ")
    year, month = _month(which, sent_at.date())
    if not 1 <= month <= 12:
        return Day(rest, is_said=True)
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    if part == "het":
        has_year = re.search(r"\d{4}|nay|sau|toi", which) is not None
        return _last_of_month(rest, last, sent_at.date(), has_year=has_year)
    day = {"dau": first, "giua": first + _ONE_DAY * 14, "truoc": first - _ONE_DAY}.get(part, last)
    return Day(rest, is_said=True, possible=_ahead([day], sent_at))


def _last_of_month(rest: Line, last: date, today: date, *, has_year: bool) -> Day:
    if last < today:
        return Day(rest, is_said=True)
    if has_year:
        return Day(rest, is_said=True, on=last)
    figures = (last.day, last.month)
    if _is_next_year(last, today):
        return Day(rest, True, None, (last,), figures)
    return Day(rest, True, last, (), figures)


def _month(which: str, today: date) -> tuple[int, int]:
    if which in ("nay", "sau", "toi"):
        months = today.year * 12 + today.month - 1 + (which != "nay")
        return months // 12, months % 12 + 1
    numbers = [int(one) for one in re.findall(r"\d+", which)]
    if len(numbers) > 1:
        return numbers[1], numbers[0]
    return today.year + (numbers[0] < today.month), numbers[0]


def _ahead(days: Iterable[date], sent_at: datetime) -> tuple[date, ...]:
    return tuple(dict.fromkeys(day for day in days if day >= sent_at.date()))


def in_year(figures: tuple[int, int], year: int, back: int) -> date | None:
    """That day of a year; None if there is none."""
    try:
        return date(year, figures[1], figures[0]) - _ONE_DAY * back
    except ValueError:
        return None


def read_day(text: str, *, sent_at: datetime) -> Day:
    """Read a day that was typed alone."""
    return cut_day(Line.of(text), sent_at=sent_at)
