"""Times with two ends: "từ 1/9 đến 15/11", "tháng 9-11", "từ đầu năm đến nay"."""

import re
from datetime import date
from typing import Final

from handlers.statistics import spans
from handlers.statistics.moments import Found, Odd, Time, fixed
from handlers.statistics.spans import Span
from handlers.statistics.time_doubts import doubtful
from handlers.statistics.time_points import (
    END,
    N,
    day_of,
    joined_months,
    month_back,
    number_of,
    point,
    quarter_back,
)
from handlers.statistics.typed import Line

_FROM: Final = re.compile(rf"(?:(?:ke|tinh) )?tu(?: ngay)?{END}")
_HEAD: Final = re.compile(rf"(?:(?:ke |tinh )?tu )?dau(?= (?:nam|thang|quy|tuan|giai doan){END})")
_BARE: Final = re.compile(rf"(?P<u>nam|thang|quy|tuan)(?: nay)?{END}")
_TO: Final = re.compile(rf"(?:, )?(?:(?:cho )?(?:den|toi|toi het)(?: (?:het|cuoi|ngay))*|-){END}")
_NOW: Final = re.compile(
    rf"(?:, )?(?:(?:cho )?(?:den|toi) )?"
    rf"(?:hom nay|nay|bay gio|gio|hien nay|hien tai|tro di|tro lai day){END}"
)
_SHORT_DAYS: Final = re.compile(
    r"(?:tu )?(?:ngay )?(?P<a>\d{1,2}) (?:den|toi|-)"
    r"(?: het)?(?: ngay)?(?= \d{1,2} (?:[/.]|thang))"
)
_NUMBER: Final = re.compile(rf"{N}{END}(?! ?(?:[/.%]|thang|ngay|nguoi|xom|truong|don))")
_SO_FAR: Final = re.compile(rf"(?:tinh )?(?:cho )?(?:den|toi) (?:hom nay|nay|gio|bay gio){END}")
_UP_TO: Final = re.compile(rf"(?:tinh )?(?:den|toi)(?: het| cuoi| ngay)*{END}")


def span_between(line: Line, place: int, today: date) -> Found | None:
    if short := line.match(_SHORT_DAYS, place):
        return _days_of_month(short, line, today)
    begin = _begin(line, place, today)
    if begin is None and (lead := line.match(_FROM, place)):
        return _doubtful_begin(line, line.after(lead))
    if begin is None:
        return _no_begin(line, place, today)
    first, is_from = begin
    if now := line.match(_NOW, first.end):
        return Found(_joined(first.said, None, today), line.after(now))
    if to := line.match(_TO, first.end):
        last = _last_point(line, line.after(to), first.said, today)
        if last is not None:
            return Found(_joined(first.said, last.said, today), last.end)
    return Found(_joined(first.said, None, today), first.end) if is_from else None


def _days_of_month(short: re.Match[str], line: Line, today: date) -> Found | None:
    """As "1-15/11", "từ 1 đến 15 tháng 11"."""
    last = point(line, line.after(short), today)
    if last is None or not isinstance(last.said, Time) or last.said.unit != "day":
        return None
    span = last.said.resolved(today)
    if not isinstance(span, Span):
        return Found(span, last.end)
    try:
        begin = span.last.replace(day=int(short["a"]))
    except ValueError:
        return Found(Odd.IMPOSSIBLE, last.end)
    if begin > span.last:
        return Found(Odd.DOUBT, last.end)
    return Found(fixed(spans.days(begin, span.last)), last.end)


def _begin(line: Line, place: int, today: date) -> tuple[Found, bool] | None:
    """The first point, and whether "từ" stands before it."""
    if head := line.match(_HEAD, place):
        inside = line.after(head)
        found = _bare_unit(line, inside, today) or point(line, inside, today)
        return (found, head[0] != "dau") if found else None
    lead = line.match(_FROM, place)
    start = line.after(lead) if lead else place
    found = point(line, start, today) or (_dashed(line, start, today) if lead else None)
    if found is None and lead and line.plain(start - 1) == "ngay":
        found = point(line, start - 1, today)
    return (found, bool(lead)) if found else None


def _doubtful_begin(line: Line, place: int) -> Found | None:
    """As "từ giữa tháng 10 đến nay"."""
    found = doubtful(line, place)
    if found is None:
        return None
    now = line.match(_NOW, found.end)
    return Found(Odd.DOUBT, line.after(now) if now else found.end)


def _bare_unit(line: Line, place: int, today: date) -> Found | None:
    """As "đầu năm", "đầu tháng": of the present one, unless a number or "trước" follows."""
    bare = line.match(_BARE, place)
    if bare is None:
        return None
    longer = point(line, place, today)
    if longer and longer.end > line.after(bare):
        return None
    span = {
        "nam": spans.year(today.year),
        "thang": month_back(today, 0),
        "quy": quarter_back(today, 0),
        "tuan": spans.week(today),
    }[bare["u"]]
    return Found(fixed(span), line.after(bare))


_DASHED: Final = re.compile(rf"(?:ngay )?(?P<d>\d{{1,2}}) - (?P<m>\d{{1,2}}){END}(?! [-/.])")


def _dashed(line: Line, place: int, today: date) -> Found | None:
    """As "từ 1-9 đến 15-11": a day only there, elsewhere "5-7" are numbers."""
    found = line.match(_DASHED, place)
    return Found(day_of(found, today), line.after(found)) if found else None


def _last_point(line: Line, place: int, first: Time | Odd, today: date) -> Found | None:
    found = point(line, place, today)
    if found is None and isinstance(first, Time) and first.unit == "day":
        found = _dashed(line, place, today)
    if found:
        return found
    number = line.match(_NUMBER, place)
    if number is None or not isinstance(first, Time) or first.unit not in ("month", "quarter"):
        return None
    count = number_of(number[0])
    limit, build = (12, spans.month) if first.unit == "month" else (4, spans.quarter)
    if not 1 <= count <= limit:
        return Found(Odd.IMPOSSIBLE, line.after(number))
    return Found(Time(first.unit, lambda of: build(count, of)), line.after(number))


def _no_begin(line: Line, place: int, today: date) -> Found | None:
    """As "đến hết tháng 10": it is not said from when."""
    to = line.match(_UP_TO, place)
    if line.match(_SO_FAR, place):
        return None
    found = point(line, line.after(to), today) if to else None
    return Found(Odd.DOUBT, found.end) if found else None


def _joined(first: Time | Odd, last: Time | Odd | None, today: date) -> Time | Odd:
    """One span from two ends; what was said first must come first. Without `last` up to today."""
    if isinstance(first, Odd) or isinstance(last, Odd):
        return Odd.IMPOSSIBLE if Odd.IMPOSSIBLE in (first, last) else Odd.DOUBT
    if last and first.is_open and last.year is not None and last.unit != "fixed":
        first = first.of(last)
    begin = first.resolved(today)
    if begin is Odd.DOUBT:  # what has begun lies in the past
        begin = first.build(today.year - 1) or Odd.IMPOSSIBLE
    end = _end_of(last, begin, today) if last and isinstance(begin, Span) else begin
    if isinstance(begin, Odd) or isinstance(end, Odd):
        return Odd.IMPOSSIBLE if Odd.IMPOSSIBLE in (begin, end) else Odd.DOUBT
    until = end.last if last else today
    if until < begin.first:
        return Odd.DOUBT
    return fixed(_named(begin, end if last else spans.days(today, today)))


def _end_of(last: Time, begin: Span, today: date) -> Span | Odd:
    """The end in the year of the beginning, or the nearest past one behind it."""
    if not last.is_open:
        return last.resolved(today)
    same, near = last.build(begin.first.year), last.resolved(today)
    if same is None or near is Odd.IMPOSSIBLE:
        return Odd.IMPOSSIBLE
    fits = [one for one in {same, near} if isinstance(one, Span) and one.last >= begin.first]
    return fits[0] if len(fits) == 1 else Odd.DOUBT


def _named(begin: Span, end: Span) -> Span:
    if begin.name.startswith("tháng") and end.name.startswith("tháng") and begin != end:
        return joined_months(begin, end)
    return spans.days(begin.first, end.last)
