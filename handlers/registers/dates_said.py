"""The days a sentence names: of what was done, and of when to look again. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from handlers import words
from handlers.words.dates import Expects

Span = tuple[int, int]

_WEEK: Final = r"(?: (?:tuan (?:truoc|nay|sau|toi|qua|roi|vua roi)|vua roi|nay|qua|truoc|sau|toi))?"
_BUOI: Final = r"buoi(?! (?:sang|trua|chieu|toi|dem)\b)"
_COUNTS: Final = rf"(?:phut|ph|p|gio|tieng|lan|luot|{_BUOI}|dot|tin|bai|nguoi)\b"
"""Behind a figure: "ngày 2 lần" is how often, "ngày 15 phút" how long."""
_FIGURES: Final = (
    r"\d{1,2} ?[/.\-] ?\d{1,2}(?: ?[/.\-] ?(?:\d{4}|\d{2}))?(?![\d/])"
    rf"(?! ?{_COUNTS}(?! ?\d))"
)
_DAY: Final = (
    rf"(?:(?:sang|trua|chieu|toi|dem) )?(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|t[2-7])"
    rf"{_WEEK}(?:,? (?:ngay )?{_FIGURES})?"
    rf"|(?:(?:ngay|hom) )?\d{{1,2}}-\d{{1,2}}/\d{{1,2}}(?:/\d{{4}})?(?![\d/])"
    rf"|(?:(?:ngay|hom) )?{_FIGURES}"
    r"|(?:ngay )?\d{1,2} thang \d{1,2}(?:,? nam (?:\d{4}|nay|ngoai|truoc|sau|toi)| \d{4})?"
    r"|(?:(?:sang|trua|chieu|toi|dem) )?(?:hom (?:qua|nay|kia|mai)|ngay (?:mai|kia))"
    r"|(?:sang|trua|chieu|toi|dem) (?:qua|nay|mai)"
    r"|(?<!hang )(?<!moi )(?<!mot )(?:ngay|hom) \d{1,2}(?: thang (?:nay|truoc|sau|toi))?(?![\d/])"
    rf"(?! ?{_COUNTS})"
)
_VAGUE: Final = (
    r"(?:(?:(?:dau|giua|cuoi) )?(?:tuan|thang|nam|quy) (?:sau|toi|truoc|nay|qua|roi|\d{1,2})"
    r"|(?:dau|giua|cuoi) (?:tuan|thang|nam|quy)|(?:lan|dip|hom|dot|khi) (?:sau|khac|toi))\b"
)
_LATER: Final = (
    r"(?:se |xin )?(?:hen|han|phuc tra|kiem tra lai|xem lai|tai kiem tra|quay lai)"
    r"(?: (?:lai|chot|khac phuc|den|truoc|toi|vao|ngay|sau|xem|kiem|tra|kiem tra|xuong|se|la|:))*"
)
_AGAIN: Final = (
    r"(?: (?:se |den |xuong )*(?:xem|kiem tra|quay|den|xuong|lam viec) lai| phuc tra|"
    r" tai kiem tra)"
)
_AFTER: Final = (
    r"(?:\d{1,3}|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi|vai|may|it) (?:ngay|hom|tuan|thang)"
    r"(?: (?:nua|toi|sau))?"
)
_DATE: Final = re.compile(rf"\b(?:{_DAY})")
_DUE: Final = re.compile(
    rf"\b(?:{_LATER} (?P<a>{_DAY}|{_VAGUE})(?:{_AGAIN})?|(?P<b>{_DAY}|{_VAGUE}){_AGAIN})"
)
_SOON: Final = re.compile(
    rf"\b(?:{_LATER} (?:trong (?:vong )?)?(?P<a>{_AFTER})(?:{_AGAIN})?|(?P<b>{_AFTER}){_AGAIN})\b"
)
"""An appointment counted in days: "hẹn 10 ngày nữa"."""
_FROM_NOW: Final = re.compile(r"(?P<n>\d{1,3}) (?P<unit>ngay|tuan) nua")
_NO_DUE: Final = re.compile(
    r"\bkhong (?:phai |can )?(?:hen|xem|kiem tra|phuc tra)(?: (?:xem|kiem tra))?(?: lai| nua)*"
)
_LOOSE: Final = re.compile(rf"\b(?:{_LATER}(?: {_VAGUE})?|{_VAGUE})")


@dataclass(frozen=True, slots=True)
class Days:
    """One `certain` day, or `may_be` several: then it is asked. Neither: it was not told."""

    certain: date | None = None
    may_be: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    days: Days
    is_none: bool
    """"không hẹn lại"."""
    spans: tuple[Span, ...]


def read_due(said: str, sent_at: datetime) -> Due:
    """When to look again. `said`: folded, place for place as typed."""
    none = _NO_DUE.search(said)
    if none:
        return Due(Days(), is_none=True, spans=(none.span(),))
    found = _DUE.search(said)
    if found is None and (soon := _SOON.search(said)):
        counted = _FROM_NOW.fullmatch(soon["a"] or soon["b"])
        days = Days(_counted(counted, sent_at) if counted else None)
        return Due(days, is_none=False, spans=(soon.span(),))
    if found is None:
        return Due(Days(), is_none=False, spans=tuple(one.span() for one in _LOOSE.finditer(said)))
    days = _read(found["a"] or found["b"], sent_at, expects="future")
    return Due(days, is_none=False, spans=(found.span(),))


def _counted(found: re.Match[str], sent_at: datetime) -> date:
    days = int(found["n"]) * (7 if found["unit"] == "tuan" else 1)
    return sent_at.date() + timedelta(days=days)


def dates_in(said: str) -> Iterator[Span]:
    for match in _DATE.finditer(said):
        yield match.span()


def read_day(said: str, spans: Iterable[Span], sent_at: datetime) -> Days:
    """When it was done; several different days are asked."""
    read = [_read(said[start:end], sent_at, expects="past") for start, end in spans]
    if len(read) == 1:
        return read[0]
    certain = tuple(dict.fromkeys(one.certain for one in read if one.certain))
    if len(certain) == 1:
        return Days(certain[0])
    return Days(may_be=certain)


def _read(said: str, sent_at: datetime, *, expects: Expects) -> Days:
    typed = re.sub(r"^hom (?=\d)", "ngay ", said.replace(",", " "))
    match words.read_date(typed, sent_at=sent_at, expects=expects):
        case date() as day:
            return Days(day)
        case words.DateDoubt(candidates=days):
            return Days(may_be=tuple(day for day in days if _fits(day, sent_at, expects)))
    return Days()


def _fits(day: date, sent_at: datetime, expects: Expects) -> bool:
    """Nothing was done tomorrow; what is to be looked at again may be overdue already."""
    return expects == "future" or day <= sent_at.date()
