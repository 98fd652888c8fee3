"""One point in time: "tháng này", "quý 3", "6 tháng đầu năm", "kỳ báo cáo", "15/11"."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from handlers import words
from handlers.statistics import spans
from handlers.statistics.moments import Found, Odd, Time, fixed
from handlers.statistics.spans import Span
from handlers.statistics.typed import Line

_YEARS: Final = range(2020, 2100)

_SPOKEN: Final = {words.fold(words.say_number_in_words(n)): n for n in range(1, 32)}
_WORDS: Final = {**_SPOKEN, "tu": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
N: Final = rf"(?:\d{{1,3}}|{'|'.join(sorted(_SPOKEN, key=len, reverse=True))})"
END: Final = r"(?!\S)"
_Y: Final = (
    r"(?:(?: ,)?(?: nam| /| -| \.)? (?P<y>\d{4})| / (?P<yy>\d\d)"
    r"| nam (?P<ry>nay|truoc|ngoai|qua|kia))?"
)
_Y_BEHIND: Final = r"(?: nam)?(?: (?:nam )?(?P<y>\d{4})| (?P<ry>nay|truoc|ngoai))?"
PAST: Final = r"(?:truoc|qua|roi|vua qua|vua roi|ngoai)"
_SHIFTS: Final = {"nay": 0, "truoc": -1, "ngoai": -1, "qua": -1, "kia": -2}
_Reader = Callable[[re.Match[str], date], Time | Odd]


def number_of(said: str) -> int:
    return int(said) if said.isdecimal() else _WORDS[said]


def _year_of(found: re.Match[str], today: date) -> int | None:
    groups = found.groupdict()
    if groups.get("ry"):
        return today.year + _SHIFTS[groups["ry"]]
    if groups.get("yy"):
        return 2000 + int(groups["yy"])
    return int(groups["y"]) if groups.get("y") else None


def _open(unit: str, number: int, found: re.Match[str], today: date, build: "_Build") -> Time | Odd:
    of_year = _year_of(found, today)
    if of_year is not None and of_year not in _YEARS:
        return Odd.IMPOSSIBLE
    return Time(unit, build, of_year, number)


_Build = Callable[[int], Span | None]


def day_of(found: re.Match[str], today: date) -> Time | Odd:
    day, month = number_of(found["d"]), number_of(found["m"])

    def build(of_year: int) -> Span | None:
        try:
            this = date(of_year, month, day)
        except ValueError:
            return None
        return spans.days(this, this)

    return _open("day", day, found, today, build)


def _day_of_month(found: re.Match[str], today: date) -> Time | Odd:
    day, shift = number_of(found["d"]), found.groupdict().get("rm")
    first = today.replace(day=1)
    if shift and shift != "nay":
        first = (first - timedelta(days=1)).replace(day=1)
    if not 1 <= day <= 31:
        return Odd.IMPOSSIBLE
    try:
        this = first.replace(day=day)
    except ValueError:
        return Odd.IMPOSSIBLE if shift else Odd.DOUBT
    return fixed(spans.days(this, this)) if this <= today or shift else Odd.DOUBT


def _month(found: re.Match[str], today: date) -> Time | Odd:
    number = number_of(found["m"])
    if not 1 <= number <= 12:
        return Odd.IMPOSSIBLE
    return _open("month", number, found, today, lambda of_year: spans.month(number, of_year))


def _quarter(found: re.Match[str], today: date) -> Time | Odd:
    number = number_of(found["q"])
    if not 1 <= number <= 4:
        return Odd.IMPOSSIBLE
    return _open("quarter", number, found, today, lambda of_year: spans.quarter(number, of_year))


def _year(found: re.Match[str], today: date) -> Time | Odd:
    number = _year_of(found, today)
    if number is None:
        number = today.year
    return fixed(spans.year(number), "year") if number in _YEARS else Odd.IMPOSSIBLE


def _phase(found: re.Match[str], _today: date) -> Time | Odd:
    number = number_of(found["p"])
    return fixed(spans.phase(number)) if number in (1, 2) else Odd.IMPOSSIBLE


def _this_phase(_found: re.Match[str], today: date) -> Time | Odd:
    return fixed(spans.phase(1 if today.year <= spans.phase(1).last.year else 2))


def _report(found: re.Match[str], today: date) -> Time | Odd:
    said = _year_of(found, today)
    if said is None:
        said = today.year + (today > spans.report_period(today.year).last)
        said -= bool(found.groupdict().get("before"))
    return fixed(spans.report_period(said)) if said in _YEARS else Odd.IMPOSSIBLE


def _part_of_year(found: re.Match[str], today: date) -> Time | Odd:
    """As "6 tháng đầu năm", "2 quý cuối năm", "nửa đầu năm"."""
    groups = found.groupdict()
    count = number_of(groups["n"]) * (3 if groups["u"] == "quy" else 1) if groups["n"] else 6
    if not 1 <= count <= 11:
        return Odd.IMPOSSIBLE
    first, last = (1, count) if groups["side"] == "dau" else (13 - count, 12)
    of_year = _year_of(found, today) or today.year
    return fixed(joined_months(spans.month(first, of_year), spans.month(last, of_year)))


def _last_days(found: re.Match[str], today: date) -> Time | Odd:
    count = number_of(found["n"])
    if count < 1:
        return Odd.IMPOSSIBLE
    return fixed(spans.days(today - timedelta(days=count - 1), today))


def joined_months(first: Span, last: Span) -> Span:
    return Span(first.first, last.last, f"{first.name} - {last.name}")


def month_back(today: date, back: int) -> Span:
    months = today.year * 12 + today.month - 1 - back
    return spans.month(months % 12 + 1, months // 12)


def quarter_back(today: date, back: int) -> Span:
    quarters = today.year * 4 + (today.month - 1) // 3 - back
    return spans.quarter(quarters % 4 + 1, quarters // 4)


def _day_back(today: date, back: int) -> Span:
    this = today - timedelta(days=back)
    return spans.days(this, this)


def _weekday(found: re.Match[str], today: date) -> Time | Odd:
    day = {"hai": 2, "ba": 3, "tu": 4, "nam": 5, "sau": 6, "bay": 7}.get(found["w"] or "8")
    monday = spans.week(today - timedelta(days=7 * (found["rw"] != "nay"))).first
    this = monday + timedelta(days=(day or int(found["w"] or 8)) - 2)
    return fixed(spans.days(this, this)) if this <= today else Odd.DOUBT


def _back(build: Callable[[date, int], Span], back: int) -> _Reader:
    return lambda _found, today: fixed(build(today, back))


def _week_back(today: date, back: int) -> Span:
    return spans.week(today - timedelta(days=7 * back))


def _table(rows: tuple[tuple[str, _Reader], ...]) -> tuple[tuple[re.Pattern[str], _Reader], ...]:
    return tuple((re.compile(f"(?:{pattern}){END}"), reader) for pattern, reader in rows)


_THIS: Final = r"(?:nay|hien tai|hien nay)"
_MAY: Final = r"(?!nam (?:nay|truoc|ngoai|qua|kia|\d{4}))"  # "năm" may begin "năm nay"
_ALONE: Final = rf"(?! (?:{N}|nay|hien|{PAST}|gieng|chap|sau|toi|nao))"
_POINTS: Final = _table(
    (
        (r"(?:ngay )?hom nay|(?:sang|trua|chieu|toi) nay|ngay nay", _back(_day_back, 0)),
        (r"(?:ngay )?hom qua|(?:sang|chieu|toi|dem|bua) qua", _back(_day_back, 1)),
        (r"hom kia|bua kia", _back(_day_back, 2)),
        (rf"(?:thu )?(?:(?P<w>[2-7])|chu nhat|cn) tuan (?P<rw>nay|{PAST})", _weekday),
        (rf"thu (?P<w>hai|ba|tu|nam|sau|bay) tuan (?P<rw>nay|{PAST})", _weekday),
        (rf"tuan {_THIS}|(?:trong|ca) tuan{_ALONE}", _back(_week_back, 0)),
        (rf"tuan {PAST}", _back(_week_back, 1)),
        (rf"thang {_THIS}|(?:trong|ca) thang{_ALONE}", _back(month_back, 0)),
        (rf"thang {PAST}", _back(month_back, 1)),
        (rf"quy {_THIS}|(?:trong|ca) quy{_ALONE}", _back(quarter_back, 0)),
        (rf"quy {PAST}", _back(quarter_back, 1)),
        (rf"(?P<n>{N}) ngay (?:vua )?(?:qua|gan day|gan nhat|nay|vua roi|tro lai day)", _last_days),
        (rf"(?P<n>{N}) (?P<u>thang|quy) (?P<side>dau|cuoi) nam{_Y_BEHIND}", _part_of_year),
        (rf"(?P<n>)(?P<u>)nua (?P<side>dau|cuoi) nam{_Y_BEHIND}", _part_of_year),
        (rf"(?P<n>)(?P<u>)nua nam (?P<side>dau|cuoi){_Y}", _part_of_year),
        (r"(?P<y>\d{4}) [-/] (?P<m>\d{1,2}) [-/] (?P<d>\d{1,2})", day_of),
        (
            r"(?:ngay )?(?P<d>\d{1,2}) (?P<s>[-/.]) (?P<m>\d{1,2}) (?P=s) "
            r"(?:(?P<y>\d{4})|(?P<yy>\d\d))",
            day_of,
        ),
        (
            r"(?:ngay )?(?P<d>\d{1,2}) / (?P<m>\d{1,2})(?! /)"
            r"(?: nam (?:(?P<y>\d{4})|(?P<ry>nay|truoc|ngoai)))?",
            day_of,
        ),
        (r"(?P<d>\d{1,2}) \. (?P<m>\d{1,2})(?! [-./])", day_of),
        (r"ngay (?P<d>\d{1,2}) [-.] (?P<m>\d{1,2})(?! [-.])", day_of),
        (rf"(?:ngay )?(?P<d>\d{{1,2}}) thang {_MAY}(?P<m>{N}){_Y}", day_of),
        (rf"(?:ngay|mung|mong) (?P<d>{N}) thang {_MAY}(?P<m>{N}){_Y}", day_of),
        (rf"ngay (?P<d>{N}) thang (?P<rm>nay|truoc|qua|roi)", _day_of_month),
        (rf"ngay (?P<d>{N})(?! thang| [-/.] \d)", _day_of_month),
        (r"(?:thang )?(?P<m>\d{1,2}) [-/.] (?P<y>\d{4})", _month),
        (rf"thang {_MAY}(?P<m>{N}){_Y}(?: nay| vua qua| vua roi)?", _month),
        (rf"quy (?:so )?(?P<q>{N}|tu|iii|ii|iv|i){_Y}(?: nay| vua qua| vua roi)?", _quarter),
        (rf"giai doan (?P<p>{N}|ii|i)", _phase),
        (r"giai doan nay|giai doan hien (?:tai|nay)", _this_phase),
        (r"giai doan 2025 - 2027", lambda _f, _t: fixed(spans.phase(1))),
        (r"giai doan 2028 - 2030", lambda _f, _t: fixed(spans.phase(2))),
        (r"ky(?: bao cao)?(?: nam)? (?P<y>\d{4})", _report),
        (r"ky(?: bao cao)? nam (?P<ry>nay|truoc|ngoai)", _report),
        (rf"ky(?: bao cao)? (?P<before>{PAST})", _report),
        (rf"ky(?: bao cao)? {_THIS}|(?:(?:trong|ca|toan) )?ky bao cao", _report),
        (r"(?:trong|ca|toan) ky", _report),
        (r"nam (?P<ry>nay|truoc|ngoai|qua|kia)", _year),
        (r"(?:(?:ca|trong|toan|nguyen) )?(?:nam )?(?P<y>\d{4})", _year),
        (r"(?:ca|trong|toan|nguyen|tron) nam(?: (?P<ry>nay|truoc|ngoai|qua))?", _year),
    )
)  # fmt: skip


def point(line: Line, place: int, today: date) -> Found | None:
    for pattern, reader in _POINTS:
        if found := line.match(pattern, place):
            return Found(reader(found, today), line.after(found))
    return _bare_year(line, place, today)


def _bare_year(line: Line, place: int, today: date) -> Found | None:
    """As "năm" alone; "nam" without its mark only at the end, for it is also a name and a man."""
    if line.plain(place) != "nam" or line.plain(place + 1).isdecimal():
        return None
    is_typed = bool(line.words[place].marks)
    is_last = not line.has_marks and place == len(line.words) - 1 and place > 0
    return Found(fixed(spans.year(today.year), "year"), place + 1) if is_typed or is_last else None
