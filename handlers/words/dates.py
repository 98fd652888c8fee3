"""Reading and saying dates, day first, in the local time of the message (N7-N10)."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from handlers.words.spelling import small_number
from handlers.words.text import fold, level, words_of

Expects = Literal["past", "future", "any"]


@dataclass(frozen=True, slots=True)
class DateDoubt:
    """The person must be asked which of `candidates` is meant, or whether the only one is.

    Reasons: "year" (no year given), "week" (which Friday?), "weekday" (name and date disagree),
    "past" / "future" (the date lies there, against what the question expects), "far" (a year far
    away), "vague" (cuối tháng), "range" (15-16/12).
    """

    reason: str
    candidates: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class DateRefused:
    """Understood, but no calendar date.

    Reasons: "lunar"; "no-such-day" with `last_day` of `month` ("tháng 4 chỉ có 30 ngày");
    "month-first" (12/15, never swapped); "no-such-month"; "year" (outside 2000-2099).
    """

    reason: str
    month: int | None = None
    last_day: int | None = None


Answer = date | DateDoubt | DateRefused | None


@dataclass(frozen=True, slots=True)
class _Asked:
    today: date
    expects: Expects
    typed: str  # with tones


_MAX_ANSWER = 120
_NEAR_PAST = 300  # days (N8)
_LUNAR = re.compile(
    r"\b(?:am lich|am|al|ram|mung|mong|tet|giao thua|gieng|chap|nguyen dan|trung thu|vu lan)\b"
)
_TIME = re.compile(r"\b(?:luc )?\d{1,2} ?(?:h|gio|g)(?:\d{2}| \d{1,2} ?(?:phut|p))?\b")
_LEAD = re.compile(
    r"^(?:(?:da|vang|thua|vao|luc|tu|hoi|la|buoi|sang|trua|chieu|toi|dem|khuya|to chuc|dien ra) )+"
)
_TAIL = re.compile(
    r"(?: (?:buoi (?:sang|trua|chieu|toi)|a|nhe|nha|em|anh|chi|bac|day|do|vua xong))+$"
)
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_WEEKDAY_NAMES = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}


def say_date(day: date) -> str:
    """Say a date with its weekday: "thứ Ba 15/12/2026"."""
    return f"{_WEEKDAYS[day.weekday()]} {say_short_date(day)}"


def say_short_date(day: date) -> str:
    """Say a date without its weekday: "15/12/2026"."""
    return f"{day.day}/{day.month}/{day.year}"


def read_date(text: str, *, sent_at: datetime, expects: Expects) -> Answer:
    """Read one date. `sent_at`: when the message was sent, aware, local (N10).

    None = not understood. A date is certain only if it also fits `expects`; today fits both.
    """
    typed = level(text).strip(" .,;!\"'()")
    if not typed or len(typed) > _MAX_ANSWER:
        return None
    core = _core(fold(typed))
    if _LUNAR.search(core):
        return DateRefused("lunar")
    asked = _Asked(sent_at.date(), expects, typed)
    for pattern, reader in _READERS:
        match = pattern.fullmatch(core)
        if match and (answer := reader(match, asked)) is not None:
            return _fitting(answer, asked)
    return None


def _core(folded: str) -> str:
    text = _TIME.sub(" ", folded.replace(",", " "))
    text = re.sub(r" ?([/.\-]) ?", r"\1", " ".join(text.split()))
    return _TAIL.sub("", _LEAD.sub("", text)).strip(" .-")


def _fitting(answer: Answer, asked: _Asked) -> Answer:
    """Turn a certain date which contradicts the question into a doubt."""
    if not isinstance(answer, date):
        return answer
    if asked.expects == "past" and answer > asked.today:
        return DateDoubt("future", (answer,))
    if asked.expects == "future" and answer < asked.today:
        return DateDoubt("past", (answer,))
    return answer


def _pick(before: date | None, after: date | None, asked: _Asked, reason: str) -> Answer:
    """Choose between the nearest earlier and later reading; both may be today."""
    if before == after == asked.today:
        return asked.today
    wanted = {"past": before, "future": after, "any": None}[asked.expects]
    return wanted or DateDoubt(reason, tuple(day for day in (before, after) if day))


# Dates in figures


def _calendar_day(day: int, month: int, year: int) -> date | DateRefused:
    refused = _impossible(day, month, year)
    return refused or date(year, month, day)


def _impossible(day: int, month: int, year: int) -> DateRefused | None:
    if not 2000 <= year <= 2099:
        return DateRefused("year")
    if not 1 <= month <= 12:
        return DateRefused("month-first" if month > 12 >= day else "no-such-month")
    last_day = monthrange(year, month)[1]
    return None if 1 <= day <= last_day else DateRefused("no-such-day", month, last_day)


def _with_year(day: int, month: int, year: int, asked: _Asked) -> Answer:
    found = _calendar_day(day, month, year + 2000 if year < 100 else year)
    is_far = isinstance(found, date) and not -2 <= found.year - asked.today.year <= 6
    return DateDoubt("far", (found,)) if is_far and isinstance(found, date) else found


def _without_year(day: int, month: int, asked: _Asked) -> Answer:
    today = asked.today
    if not (day == 29 and month == 2) and (refused := _impossible(day, month, today.year)):
        return refused
    years = range(today.year - 8, today.year + 9)  # 29/2 is rare
    days = [d for d in (_calendar_day(day, month, year) for year in years) if isinstance(d, date)]
    before = max((d for d in days if d <= today), default=None)
    after = min((d for d in days if d >= today), default=None)
    if asked.expects == "past" and before and (today - before).days > _NEAR_PAST:
        return DateDoubt("year", (before, after) if after else (before,))
    return _pick(before, after, asked, "year")


def _in_figures(match: re.Match[str], asked: _Asked) -> Answer:
    return _from_figures(match["d"], match["m"], match["y"], asked)


def _from_figures(day: str, month: str, year: str | None, asked: _Asked) -> Answer:
    if year is None:
        return _without_year(int(day), int(month), asked)
    return _with_year(int(day), int(month), int(year), asked)


def _days_of_range(match: re.Match[str], asked: _Asked) -> Answer:
    days: list[date] = []
    for day in (match["a"], match["b"]):
        found = _from_figures(day, match["m"], match["y"], asked)
        if isinstance(found, DateDoubt):
            found = found.candidates[-1 if asked.expects == "future" else 0]
        if not isinstance(found, date):
            return found
        days.append(found)
    return DateDoubt("range", tuple(days))


def _in_words(match: re.Match[str], asked: _Asked) -> Answer:
    day, month = small_number(words_of(match["d"])), small_number(words_of(match["m"]))
    if day is None or month is None:
        return None
    shift = {"nay": 0, "truoc": -1, "ngoai": -1, "sau": 1, "toi": 1}
    year = match["y"] or match["bare"]
    if year is None:
        return _without_year(day, month, asked)
    number = asked.today.year + shift[year] if year in shift else int(year)
    return _with_year(day, month, number, asked)


# Days counted from today


_RELATIVE = {
    "hom nay": 0, "nay": 0, "bua nay": 0, "ngay hom nay": 0, "hom qua": -1, "qua": -1,
    "bua qua": -1, "ngay hom qua": -1, "hom kia": -2, "bua kia": -2, "mai": 1, "ngay mai": 1,
    "hom mai": 1, "mot": 2, "ngay mot": 2, "bua mot": 2, "ngay kia": 2,
}  # fmt: skip


def _relative(match: re.Match[str], asked: _Asked) -> Answer:
    days = _RELATIVE[match["word"]]
    if "kìa" in asked.typed:  # one day beyond "kia"
        days += 1 if days > 0 else -1
    if days == 2 and "một" in asked.typed:  # "mốt" is a day, "một" a number
        return None
    return asked.today + timedelta(days=days)


def _counted(match: re.Match[str], asked: _Asked) -> Answer:
    count = small_number(words_of(match["n"]))
    if count is None or not (match["ago"] or match["way"]):
        return None
    is_past = match["ago"] or match["way"] == "truoc"
    return asked.today + timedelta(days=-count if is_past else count)


def _day_of_month(match: re.Match[str], asked: _Asked) -> Answer:
    day = small_number(words_of(match["n"]))
    if day is None:
        return None
    if not 1 <= day <= 31:
        return DateRefused("no-such-day", None, 31)
    if match["which"]:
        month, year = _month(match["which"], asked.today)
        return _calendar_day(day, month, year)
    days = [_in_month(day, shift, asked.today) for shift in range(-2, 3)]
    before = max((d for d in days if d and d <= asked.today), default=None)
    after = min((d for d in days if d and d >= asked.today), default=None)
    return _pick(before, after, asked, "year")


def _in_month(day: int, shift: int, today: date) -> date | None:
    months = today.year * 12 + today.month - 1 + shift
    found = _calendar_day(day, months % 12 + 1, months // 12)
    return found if isinstance(found, date) else None


def _month(which: str, today: date) -> tuple[int, int]:
    shift = {"nay": 0, "truoc": -1, "qua": -1, "roi": -1}.get(which, 1)
    months = today.year * 12 + today.month - 1 + shift
    return months % 12 + 1, months // 12


def _vague_month(match: re.Match[str], asked: _Asked) -> Answer:
    month, year = _month(match["which"] or "nay", asked.today)
    if match["m"]:
        month, year = int(match["m"]), asked.today.year
    if not 1 <= month <= 12:
        return DateRefused("no-such-month")
    day = {"dau": 1, "giua": 15, "cuoi": monthrange(year, month)[1]}[match["part"]]
    return DateDoubt("vague", (date(year, month, day),))


# Days of the week


def _weekday(match: re.Match[str], asked: _Asked) -> Answer:
    number = _weekday_number(match)
    if match["rest"]:
        return _weekday_and_date(number, match["rest"], asked)
    week = match["week"]
    monday = asked.today - timedelta(days=asked.today.weekday())
    this_week = monday + timedelta(days=number)
    if week in ("tuan sau", "tuan toi", "sau"):
        return this_week + timedelta(days=7)
    if week in ("tuan truoc", "tuan qua", "tuan vua roi", "tuan roi"):
        return this_week - timedelta(days=7)
    if week in ("nay", "tuan nay"):
        return _this_week(this_week, asked)
    return _near_weekday(number, week, asked)


def _weekday_number(match: re.Match[str]) -> int:
    if match["sunday"]:
        return 6
    name = match["name"] or match["short"]
    return int(name) - 2 if name.isdecimal() else _WEEKDAY_NAMES[name]


def _weekday_and_date(number: int, rest: str, asked: _Asked) -> Answer:
    match = _FIGURES.fullmatch(rest)
    found = _in_figures(match, asked) if match else None
    days = found.candidates if isinstance(found, DateDoubt) else (found,)
    named = [day for day in days if isinstance(day, date) and day.weekday() == number]
    if len(named) == 1:
        return named[0]
    return DateDoubt("weekday", (found,)) if isinstance(found, date) else found


def _this_week(day: date, asked: _Asked) -> Answer:
    """Ask when "thứ 6 này" contradicts the question: this Friday, or the one before or after."""
    week = timedelta(days=7)
    if asked.expects == "future" and day < asked.today:
        return DateDoubt("week", (day, day + week))
    if asked.expects == "past" and day > asked.today:
        return DateDoubt("week", (day - week, day))
    return day


def _near_weekday(number: int, week: str | None, asked: _Asked) -> Answer:
    today = asked.today
    back = timedelta(days=(today.weekday() - number) % 7)
    ahead = timedelta(days=(number - today.weekday()) % 7)
    if week is None:
        return _pick(today - back, today + ahead, asked, "week")
    if week == "toi":
        return today + (ahead or timedelta(days=7))
    before = today - (back or timedelta(days=7))
    if not back:  # said on that very day
        return DateDoubt("week", (before, today))
    previous_week = today - timedelta(days=today.weekday() + 7 - number)
    if week == "truoc" and previous_week != before:
        return DateDoubt("week", (previous_week, before))
    return before


def _weekend(match: re.Match[str], asked: _Asked) -> Answer:
    shift = {"truoc": -7, "qua": -7, "roi": -7, "sau": 7, "toi": 7}.get(match["which"] or "", 0)
    monday = asked.today - timedelta(days=asked.today.weekday() - shift)
    return DateDoubt("vague", (monday + timedelta(days=5), monday + timedelta(days=6)))


_FIGURES = re.compile(
    r"(?:ngay )?(?P<d>\d{1,2})(?P<by>[/.\-])(?P<m>\d{1,2})(?:(?P=by)(?P<y>\d{4}|\d{2}))?"
)
_ISO = re.compile(r"(?:ngay )?(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})")
_NEXT = "nay|truoc|qua|roi|sau|toi"
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], _Asked], Answer]], ...] = (
    (_FIGURES, _in_figures),
    (_ISO, _in_figures),
    (
        re.compile(
            r"(?:ngay )?(?P<d>\d{1,2})[/.\-](?P<m>\d{1,2}) "
            r"nam (?P<y>\d{4}|nay|ngoai|truoc|sau|toi)(?P<bare>)"
        ),
        _in_words,
    ),
    (
        re.compile(
            r"(?:ngay )?(?P<a>\d{1,2})-(?P<b>\d{1,2})/(?P<m>\d{1,2})(?:/(?P<y>\d{4}|\d{2}))?"
        ),
        _days_of_range,
    ),
    (re.compile(rf"(?P<word>{'|'.join(_RELATIVE)})(?: roi)?"), _relative),
    (
        re.compile(
            r"(?:(?:hom|ngay) )?"
            r"(?:thu (?P<name>[2-7]|hai|ba|tu|nam|sau|bay)|(?P<sunday>chu nhat|cn)"
            r"|t(?P<short>[2-7]))"
            r"(?: (?P<week>tuan vua roi|tuan (?:nay|sau|toi|truoc|qua|roi)|nay|sau|toi|truoc|"
            r"vua roi|vua qua|roi|qua))?"
            r"(?: (?:ngay )?(?P<rest>\d.*))?"
        ),
        _weekday,
    ),
    (re.compile(rf"cuoi tuan(?: (?P<which>{_NEXT}))?"), _weekend),
    (
        re.compile(rf"(?P<part>dau|giua|cuoi) thang(?: (?:(?P<which>{_NEXT})|(?P<m>\d{{1,2}})))?"),
        _vague_month,
    ),
    (
        re.compile(
            r"(?:(?P<ago>cach day) )?(?P<n>[a-z0-9 ]+?) (?:ngay|hom|bua)"
            r"(?: (?P<way>truoc|nua|sau|toi))?"
        ),
        _counted,
    ),
    (re.compile(rf"(?:ngay|hom) (?P<n>[a-z0-9 ]+?)(?: thang (?P<which>{_NEXT}))?"), _day_of_month),
    (
        re.compile(
            r"(?:ngay )?(?P<d>[a-z0-9 ]+?) thang (?P<m>[a-z0-9 ]+?)"
            r"(?: nam (?P<y>\d{4}|\d{2}|nay|ngoai|truoc|sau|toi)| (?P<bare>\d{4}))?"
        ),
        _in_words,
    ),
)
