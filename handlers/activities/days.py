"""The day a story tells of: one, or what must be asked (N7-N10)."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from handlers import words
from handlers.activities.sentence import hide_all, spoken

_TIMES: Final = r"(?:sáng|trưa|chiều|tối|đêm|khuya)(?: (?:sớm|muộn|`tối))?"
_WEEKDAYS: Final = r"(?:[2-7]|hai|ba|tư|năm|sáu|bảy|bẩy)"
_WEEKS: Final = (
    r"(?: (?:tuần trước nữa|tuần (?:vừa rồi|vừa qua|trước|này|nay|qua|rồi)|"
    r"vừa rồi|vừa qua|rồi|trước|này|qua)(?! nguoi))?"
)
_NUMERIC: Final = r"\d{1,2}(?:[/.]|-| / )\d{1,2}(?:(?:[/.]|-| / )(?:\d{4}|\d{2}))?"
_NO_HAMLET: Final = "(?<!xom )(?<!xóm )(?<!x )(?<!thôn )(?<!thon )"
_PEOPLE_NEXT: Final = (
    r"(?! (?:người|bà con|học viên|hội viên|hộ|nhà|đoàn viên|đảng viên|học sinh|giáo viên|cán bộ|"
    r"cháu|chị|em|cụ|thành viên|xã viên|cô giáo|thầy giáo|thầy cô|đồng chí|công chức|phụ huynh) )"
)

_PAPER: Final = spoken(
    r"(?:công văn|quyết định|kế hoạch|nghị quyết|chỉ thị|đề án|thông báo|giấy mời|văn bản|tờ trình|"
    rf"hướng dẫn số|thông tư|nghị định)(?: số)? \d\S*(?: (?:của \S+(?: xã)? )?ngày {_NUMERIC})?"
)
"""Its number is no day, nor is its own date when another is told."""
_WITH_DATE: Final = spoken(r"ngày")
_ORDINAL: Final = spoken(
    r"(?:buổi|lần|lớp|khóa|đợt|tuần|bài) thứ [a-z0-9ăâêôơưáảạ]+(?! (?:vừa|tuần|ngày))|"
    r"từ (?:trước|xưa) (?:đến|`tới|toi) (?:giờ|nay)"
)
_FORGOTTEN: Final = spoken(
    r"(?:không|chưa|chẳng|quên)(?: (?:nhớ|rõ|biết|chắc|mất|ghi))*(?: \S+)? (?:hôm|ngày|tối|"
    r"bữa) (?:nào|mấy)|"
    r"quên (?:mất )?(?:hôm|ngày)"
)
_AGAIN: Final = spoken(
    r"(?:tối|sáng|chiều|hôm|ngày|tuần|tháng) nào|(?:hàng|mỗi) (?:tuần|ngày|tháng)|hàng tối|"
    r"dạo này|dạo trước|"
    r"(?:mấy|các|vài|những|cả) (?:tối|hôm|bữa|ngày|tuần|buổi) (?:nay|liền|qua|trước|vừa rồi|rồi)|"
    rf"(?:mỗi|các) (?:tối |sáng |chiều )?(?:thứ {_WEEKDAYS}|chủ nhật)|từ .{{3,40}} đến (?:giờ|nay)"
)
_VAGUE: Final = spoken(
    r"(?:mấy|vài|ít|các) (?:hôm|bữa|ngày|tuần|tháng) (?:trước|nay|qua|rồi|vừa rồi|gần đây)|"
    r"(?:hôm|bữa|tối|ngày) (?:trước|nọ|bữa|vừa rồi|rồi|rằm|lễ|tết|ấy|đó|bữa trước)|"
    r"(?:đầu|giữa|cuối) (?:tháng|tuần|năm)(?: (?:này|nay|trước|vừa rồi|qua|rồi|\d{1,2}))?|"
    r"(?:tuần|tháng|quý|năm) (?:trước|này|nay|qua|rồi|vừa rồi|vừa qua|ngoái)(?: nữa)?|"
    r"trong (?:tháng|tuần|quý)|cả (?:tuần|tháng)|(?:\d+|mấy|vài) tuần (?:trước|nay)|"
    r"(?<!\d )(?:(?:mới|dạo|bữa) rồi|đợt (?:rồi|vừa))|"
    r"gần đây|mới đây|vừa rồi|vừa qua|hồi (?:đầu|cuối|giữa|tháng|trước|nãy)|lâu rồi|đợt trước|"
    r"(?<!mỗi )(?<!moi )(?<!có )(?<!co )(?:hôm|bữa|dịp) (?!qua|nay|kia|kìa|thu |thứ|chu|t |ngay)"
    r"[^\W\d_]{2,}|bữa nọ|hôm bữa|dịp \S+|trung thu|tháng \d{1,2}|20 tháng chạp|tết|"
    r"cách đây (?:không lâu|ít lâu|lâu|\d+ (?:tuần|tháng))"
)
_RELATIVE: Final = spoken(
    rf"(?:{_TIMES} |bữa |ngày )?hôm (?:qua|kia|kìa|nay)|(?<![^\W\d_] )(?<!\d )nay|(?:{_TIMES}|"
    rf"bữa) (?:qua|kia|kìa|nay)"
)
_WEEKDAY: Final = spoken(
    rf"(?P<name>thứ {_WEEKDAYS}|t [2-7]|chủ nhật)(?P<week>{_WEEKS})"
    rf"(?: ?,? (?:ngày |hôm |tức )*(?P<rest>{_NUMERIC}))?"
)
_RANGE: Final = spoken(
    rf"{_NO_HAMLET}(?:từ )?(?:ngày |hôm )?\d{{1,2}}(?:-| - | đến | `tới )(?:ngày |"
    rf"hôm )?\d{{1,2}}[/.]\d{{1,2}}\S*|"
    rf"(?:từ )?(?:ngày |hôm |{_TIMES} )*{_NUMERIC}(?:-| - | đến | `tới )(?:ngày |hôm )?{_NUMERIC}"
)
_PAIR: Final = spoken(
    rf"{_NO_HAMLET}(?:ngày |hôm |{_TIMES} )*\d{{1,2}}(?: ,| và| với| ,? và) (?:ngày |hôm |"
    rf"{_TIMES} )*"
    r"\d{1,2}[/.]\d{1,2}"
)
_FIGURES: Final = spoken(
    rf"(?:(?:ngày|hôm|bữa|{_TIMES}) )+{_NUMERIC}|{_NUMERIC}{_PEOPLE_NEXT}|"
    rf"(?:(?:2[1-9]|3[01])[/.](?:1[0-2]|0?[1-9])|(?:1[3-9]|20)[/.](?:1[0-2]|0?[1-9]))"
)
_IN_WORDS: Final = spoken(
    r"(?:(?:ngày|hôm) )?\d{1,2} tháng (?:\d{1,2}(?: năm (?:\d{4}|nay|ngoái)| \d{4})?"
    r"|này|trước|vừa rồi)"
)
_DAY: Final = spoken(
    r"(?<!mỗi )(?<!moi )(?<!một )(?<!mot )(?:ngày|hôm|bữa) \d{1,2}(?! (?:tháng|[/.-]|lần|buổi))"
)
_EITHER: Final = spoken(
    rf"(?:ngày|hôm|bữa|{_TIMES}) \d{{1,2}} (?:(?:hoặc|hay|rạng|và|với|đến|`tới|-|,) )?(?:ngày |"
    rf"hôm )?\d{{1,2}}"
    rf"{_PEOPLE_NEXT}(?! (?:buổi|lớp|lần|tháng|\S*(?:em|cô|thầy|bác|ông|anh|ng|lượt|tổ|tờ|đội)|"
    rf"[/.]))"
)
_BOTH: Final = spoken(r"và|với|,")
_AGO: Final = spoken(
    r"(?:cách đây )?(?:\d{1,2}|một|hai|ba|bốn|năm|sáu) (?:hôm|ngày|bữa) trước|"
    r"cách đây (?:\d{1,2}|một|hai|ba|bốn|năm|sáu) (?:hôm|ngày|bữa)"
)
_LUNAR: Final = spoken(
    r"(?:ngày |hôm |tối |sáng |chiều )*(?:(?:rằm|mùng|"
    r"mồng)(?: \d\S*)?(?: tháng \S+)?(?: âm(?: lịch)?)?|"
    r"\d\S*(?: tháng \S+)? âm(?: lịch)?)|âm lịch|trung thu|giao thừa|tết(?: \S+)?"
)
_PART_OF_DAY: Final = spoken(
    rf"{_TIMES} (?:ngày )?\d{{1,2}}(?: (?:,|và|"
    rf"với) (?:{_TIMES} )?(?:ngày )?\d{{1,2}}(?! [^\W\d_]*(?:người|bà|hộ|ng|học viên)))*"
    r"(?= (?:[,.]|·|$|đông|học|dạy|xóm|x|có|mở|lớp|hop|họp|tập|ở|"
    rf"tại|bên|"
    r"em|tôi|cô|thầy|đi|phát|vừa|được|tháng)|$)"
)
_LAST_BUT_ONE: Final = spoken(r"tuần trước nữa")
_THE_DAY_BEFORE: Final = re.compile(r"(?:t[ốo]i|s[áa]ng|tr[ưu]a|chi[ềe]u|[đd][êe]m|b[ữu]a) (?=ki)")
_SOONER: Final = re.compile(r"(?<=[gauiêếể]) (?:s[ớo]m|mu[ộo]n|t[ốo]i)(?= )")
_DAY_WORD: Final = re.compile(r"^ng[àa]y (?=h[ôo]m)")
_THIS_MONTH: Final = re.compile(r"^(?:\S+ )?(\d{1,2} th[áa]ng (?:n|tr|v))")
_ANY_DAY: Final = re.compile(r"(?:h[ôo]m|b[ữu]a) (?=\d)")
_SOON, _NEXT = 183, 15  # days
_LONGEST_AGO: Final = 400  # days: what is said to be older is asked


@dataclass(frozen=True, slots=True)
class Days:
    """`on`, or `candidates` (perhaps none) when it must be asked; `rest`: the other words."""

    on: date | None
    candidates: tuple[date, ...] | None
    rest: str
    several: int = 1
    """How many different days are named one by one; 0: a span of days."""
    is_ahead: bool = False
    """A weekday of this week that is still to come."""


@dataclass(slots=True)
class _Found:
    """What was said of the day, in the order of the readers."""

    today: date
    sure: list[tuple[int, date]]
    unsure: list[date]
    is_unsure: bool = False
    is_ahead: bool = False
    ahead: list[date] = field(default_factory=list)
    """What "thứ 7 này" may mean: asked only when no other day is told."""
    is_span: bool = False
    by_part: bool = False


def read_days(said: str, *, today: date, corrected_at: int) -> Days:
    """Find the day. What was said before the correction at `corrected_at` counts no more."""
    found = _Found(today, [], [])
    papers = [paper for paper in _PAPER.findall(said) if _WITH_DATE.search(f" {paper} ")]
    said = hide_all(said, _ORDINAL, _PAPER)
    if _FORGOTTEN.search(said):
        _ask(found)
        said = hide_all(said, _FORGOTTEN)
    if _AGAIN.search(said):
        found.is_unsure = True
        said = hide_all(said, _AGAIN)
    for pattern, reader in _READERS:
        for match in pattern.finditer(said):
            reader(match, found)
        said = hide_all(said, pattern)
    if papers and not found.sure:
        _ask(found)
    is_vague = bool(_VAGUE.search(said))
    return _settled(found, said, corrected_at, is_vague=is_vague)


def _settled(found: _Found, rest: str, corrected_at: int, *, is_vague: bool) -> Days:
    later = [day for place, day in found.sure if place > corrected_at]
    days = sorted(set(later or [day for _, day in found.sure]))
    if len(days) == 1 and not found.is_unsure:
        return Days(days[0], None, rest)
    if not (days or found.is_unsure or found.is_ahead or is_vague):
        return Days(None, None, rest)
    candidates = sorted({*days, *found.unsure, *found.ahead})
    past = tuple(day for day in candidates if day <= found.today)
    several = 0 if found.is_span else max(len(days), 1)
    return Days(None, past, rest, several, found.is_ahead)


def _ask(found: _Found, *days: date) -> None:
    found.is_unsure = True
    found.unsure.extend(days)


def _take(text: str, place: int, found: _Found) -> None:
    at = datetime.combine(found.today, time(12)).astimezone()
    text = _THIS_MONTH.sub(r"ngày \1", text)
    text = _ANY_DAY.sub("ngày ", text.replace(" / ", "/").replace(" - ", "-"))
    is_to_come = re.fullmatch(r"ngày \d{1,2}", text) and int(text[5:]) > found.today.day
    found.is_ahead |= bool(is_to_come) and int(text[5:]) - found.today.day < _NEXT
    match words.read_date(text, sent_at=at.replace(tzinfo=at.tzinfo), expects="past"):
        case date() as day if not is_to_come and (found.today - day).days <= _LONGEST_AGO:
            found.sure.append((place, day))
        case date() as day:
            _ask(found, day)
        case words.DateDoubt(candidates=candidates):
            _ask(found, *candidates)
            found.is_ahead |= _is_near_ahead(text, found.today)
        case _:
            _ask(found)


def _is_near_ahead(text: str, today: date) -> bool:
    """Whether a day and month without a year are sooner to come than they were."""
    if not (figures := re.fullmatch(r"(?:\D* )?(\d{1,2})[/.](\d{1,2})", text)):
        return False
    day, month = (int(figure) for figure in figures.groups())
    return 0 < (month - today.month) % 12 * 31 + day - today.day < _SOON


def _plainly(match: re.Match[str], found: _Found) -> None:
    text = _DAY_WORD.sub("", _SOONER.sub("", match[0]))
    _take(_THE_DAY_BEFORE.sub("hôm ", text), match.start(), found)


def _weekday(match: re.Match[str], found: _Found) -> None:
    name = re.sub("^t ", "thứ ", match["name"])
    if match["rest"]:
        _take(f"{name} {match['rest']}", match.start(), found)
        return
    if _LAST_BUT_ONE.search(f" {match['week'].strip()} "):
        before = _Found(found.today, [], [])
        _take(f"{name} tuần trước", match.start(), before)
        found.sure += [(place, day - timedelta(days=7)) for place, day in before.sure]
        return
    said = _Found(found.today, [], [])
    _take(f"{name}{match['week']}".replace("vừa qua", "vừa rồi"), match.start(), said)
    days = [day for _, day in said.sure]
    if days == [found.today] and not match["week"]:  # today, or a week ago?
        _ask(found, found.today - timedelta(days=7), found.today)
        return
    found.sure += said.sure
    is_this = match["week"].strip() in ("này", "nay", "tuần này", "tuan nay")
    if is_this and not said.sure:
        found.ahead += said.unsure
        found.is_ahead = True
        return
    found.unsure += said.unsure
    found.is_unsure |= said.is_unsure


def _unknown(_: re.Match[str], found: _Found) -> None:
    _ask(found)


def _part_of_day(match: re.Match[str], found: _Found) -> None:
    """Read "tối 17, tối 19" where no fuller date is given."""
    if found.is_unsure or (found.sure and not found.by_part):
        return
    found.by_part = True
    for day in re.findall(r"\d+", match[0]):
        _take(f"ngày {day}", match.start(), found)


def _between(match: re.Match[str], found: _Found) -> None:
    """Several days in one expression: all of them are asked."""
    figures = re.findall(r"\d{1,2}(?:[/.]\d{1,2})?", match[0])
    month = figures[-1][len(re.match(r"\d+", figures[-1])[0]) :]  # type: ignore[index]
    said = _Found(found.today, [], [])
    for figure in figures[:2]:
        _take(figure if month and figure.endswith(month) else f"{figure}{month}", 0, said)
    found.is_span = True
    _ask(found, *(day for _, day in said.sure))


def _either(match: re.Match[str], found: _Found) -> None:
    """Read "hôm 14 15" and "tối 14 hoặc 15": one of the two; "ngày 14 và 15" are both."""
    said = _Found(found.today, [], [])
    first, second = re.findall(r"\d+", match[0])
    if len(match[0].split()) == 3 and int(second) <= 12 < int(first):  # "hôm 20 11"
        _take(f"ngày {first}/{second}", match.start(), found)
        return
    for figure in (first, second):
        _take(f"ngày {figure}", match.start(), said)
    if _BOTH.search(f"{match[0]} "):
        found.sure += said.sure
        return
    _ask(found, *(day for _, day in said.sure))


def _one_by_one(match: re.Match[str], found: _Found) -> None:
    day, last = re.findall(r"\d{1,2}(?:[/.]\d{1,2})?", match[0])[:2]
    _take(f"{day}/{re.split('[/.]', last)[1]}", match.start(), found)
    _take(last, match.start(), found)


_READERS: Final = (
    (_LUNAR, _unknown),
    (_RANGE, _between),
    (_PAIR, _one_by_one),
    (_EITHER, _either),
    (_AGO, _plainly),
    (_WEEKDAY, _weekday),
    (_RELATIVE, _plainly),
    (_FIGURES, _plainly),
    (_IN_WORDS, _plainly),
    (_DAY, _plainly),
    (_PART_OF_DAY, _part_of_day),
)
