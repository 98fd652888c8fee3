"""Reading which time is meant: "tháng này", "tháng 11", "quý 3", "năm 2026"."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from handlers import words
from handlers.words.text import listed
from storage.statistics import Period

_YEARS: Final = range(2020, 2100)


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


@dataclass(frozen=True, slots=True)
class Asked:
    """What a text asks for; `rest` are its folded words that say no time."""

    span: Span | None
    rest: str


def year(number: int) -> Span:
    return Span(date(number, 1, 1), date(number, 12, 31), f"năm {number}")


def month(number: int, of_year: int) -> Span:
    after = date(of_year + number // 12, number % 12 + 1, 1)
    first = date(of_year, number, 1)
    return Span(first, after - timedelta(days=1), f"tháng {number}/{of_year}")


def quarter(number: int, of_year: int) -> Span:
    first, last = month(3 * number - 2, of_year), month(3 * number, of_year)
    return Span(first.first, last.last, f"quý {number}/{of_year}")


def week(day: date) -> Span:
    """The week from Monday to Sunday around a day."""
    first = day - timedelta(days=day.weekday())
    last = first + timedelta(days=6)
    return Span(first, last, f"tuần {first.day}/{first.month} - {last.day}/{last.month}")


def read(text: str, today: date) -> Asked | None:
    """The time asked for and what else was said. None if a time is named that cannot be.

    Raises nothing; two different times in one text are also None.
    """
    rest = words.fold(_POLITE.sub(" ", words.clean(text).casefold()))
    spans: list[Span] = []
    for pattern, reader in _READERS:
        for found in list(re.finditer(pattern, rest)):
            span = reader(found, today)
            if span is None:
                return None
            spans.append(span)
        rest = re.sub(pattern, " ", rest)
    if len(set(spans)) > 1:
        return None
    said = [word for word in re.findall(r"[^\s,.;:!?]+", rest) if word not in _FILLERS]
    return Asked(spans[0] if spans else None, " ".join(said))


_FILLERS: Final = listed(
    "thong ke so lieu cua cho o tai trong va hoc vien ket qua xem bao nhieu nguoi nhe ky"
)
_POLITE: Final = re.compile(r"\bạ\b")  # bare "a" may be the name of an old commune


def _month(found: re.Match[str], today: date) -> Span | None:
    number = int(found["m"])
    if not 1 <= number <= 12:
        return None
    if found["y"]:
        of_year = _year_of(found["y"], today)
        return month(number, of_year) if of_year else None
    return month(number, today.year if number <= today.month else today.year - 1)


def _quarter(found: re.Match[str], today: date) -> Span | None:
    number = {"i": 1, "ii": 2, "iii": 3, "iv": 4}.get(found["q"]) or int(found["q"])
    of_year = _year_of(found["y"], today) if found["y"] else today.year
    if of_year is None:
        return None
    is_ahead = not found["y"] and 3 * number - 2 > today.month
    return quarter(number, of_year - 1 if is_ahead else of_year)


def _year(found: re.Match[str], today: date) -> Span | None:
    number = _year_of(found["y"], today)
    return year(number) if number else None


def _year_of(said: str, today: date) -> int | None:
    if said in _RELATIVE_YEARS:
        return today.year + _RELATIVE_YEARS[said]
    return int(said) if int(said) in _YEARS else None


_RELATIVE_YEARS: Final = {"nay": 0, "truoc": -1, "ngoai": -1, "qua": -1}


def _this_month(_found: re.Match[str], today: date) -> Span:
    return month(today.month, today.year)


def _last_month(_found: re.Match[str], today: date) -> Span:
    before = today.replace(day=1) - timedelta(days=1)
    return month(before.month, before.year)


def _this_week(_found: re.Match[str], today: date) -> Span:
    return week(today)


def _last_week(_found: re.Match[str], today: date) -> Span:
    return week(today - timedelta(days=7))


def _today(_found: re.Match[str], today: date) -> Span:
    return Span(today, today, f"ngày {today.day}/{today.month}/{today.year}")


_OF_YEAR: Final = r"(?:(?: ?/ ?| nam | ?- ?)(?P<y>\d{4}|nay|truoc|ngoai))?"
_READERS: Final[tuple[tuple[str, Callable[[re.Match[str], date], Span | None]], ...]] = (
    (r"\bhom nay\b", _today),
    (r"\btuan nay\b", _this_week),
    (r"\btuan (?:truoc|qua|roi)\b", _last_week),
    (r"\bthang nay\b", _this_month),
    (r"\bthang (?:truoc|qua|roi)\b", _last_month),
    (r"\bthang ?(?P<m>\d{1,2})\b" + _OF_YEAR + r"(?![\d/])", _month),
    (r"(?<![\d/])(?P<m>\d{1,2})/(?P<y>\d{4})\b", _month),
    (r"\bquy ?(?P<q>[1-4]|iv|i{1,3})\b" + _OF_YEAR, _quarter),
    (r"\bnam (?P<y>nay|truoc|ngoai|qua)\b", _year),
    (r"\b(?:nam )?(?P<y>20\d\d)\b", _year),
)
