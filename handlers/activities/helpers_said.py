"""Who taught, as the person wrote it."""

import re
from dataclasses import dataclass
from typing import Final

from handlers import words
from handlers.activities.sentence import Sentence, Span, spoken
from handlers.activities.units_said import LEADS

_NO_NAME: Final = (
    r"(?:học|dạy|con|có|mở|lớp|buổi|người|các|mấy|tổ chức|hướng dẫn|nói|đứng (?:lớp|giảng|ra|lên)|"
    r"giảng|kèm|truyền|chia|"
    r"trình bày|đi|đến|về|lên|xuống|cho|khoảng|hơn|gần|tổng|tất|một|hai|nhiều|ít|loa|phát|wifi|và|"
    r"với|"
    r"được|là|làm(?! (?:hướng|dạy|đứng))|cài|họp|tập|giúp|hỗ|mọi|em|cháu|bác|cô|thầy|tôi|ở|tại|"
    r"cùng|đều|cũng|đã|hội|viên|"
    r"trai|gái|cả|dự|tham (?:gia|dự)|nghe|vneid|dịch|ai|thì|mà|nhà|bà|thêm|vừa|trong|để|lại|không|"
    r"chưa|"
    r"thích|bí|trưởng|phó|công (?:an|chức|nghệ|ty)|giáo|cán|bên|của|chào|xin|báo|ghi|`tự|trực|"
    r"đang|vẫn|ngân hàng|viettel|vnpt|mobifone|bưu điện|agribank|"
    r"lồng|(?:phối|kết) hợp|triển khai|tuyên truyền|phổ biến|thực h\S+|nhận|giới thiệu|"
    r"mới|phải|xin|muốn)"
)
_NAME: Final = rf"(?!{_NO_NAME} )[^\W\d_]+"
_TITLE: Final = (
    r"(?:cô giáo|thầy giáo|cô|thầy|anh|chị|em|cháu|bác|chú|ông|bà|dì|cậu|đồng chí|bạn|ths|"
    r"(?<!lớp )(?<!xóm )(?<!học )(?<!thcs )(?<!non )(?<!mn )(?<!th )(?<!mẫu )(?<!bọn )"
    r"[eca](?= \S+ [^\W\d_])|"
    r"thạc sĩ|tiến sĩ|kỹ sư|bác sĩ|y sĩ|sư cô|sơ|cha)"
)
_RANK: Final = (
    r"(?:trưởng xóm|trưởng thôn|bí thư(?: chi bộ| chi đoàn| đoàn)?|cán bộ(?: xã)?|giảng viên|"
    r"giáo viên|hiệu trưởng|hiệu phó|chi hội trưởng|chủ tịch|phó chủ tịch|đoàn viên)"
)
_ONE: Final = (
    rf"(?:{_RANK} )?{_TITLE}(?: {_TITLE})?(?: {_NAME}){{1,3}}?|"
    rf"(?:thầy |cô )?hiệu (?:trưởng|phó)(?: {_NAME})?|"
    r"(?<!\d )(?:(?:trưởng|phó) (?:xóm|thôn)|bí thư(?: chi bộ| chi đoàn| đoàn)?|chi hội trưởng|"
    rf"giảng viên|chủ tịch(?: hội| xã)?|tổ trưởng)(?: {_NAME}){{0,3}}?"
)
_CROWD: Final = (
    r"(?:đoàn viên(?: thanh niên)?|thanh niên|học sinh|sinh viên|giáo viên|cán bộ|"
    r"thầy cô(?: giáo)?|"
    r"tình nguyện viên|tổ công nghệ số(?: cộng đồng)?|cô giáo|thầy giáo|giảng viên|cô|thầy|"
    r"bạn trẻ|cháu|em|bạn|anh em|anh|chị|chuyên gia|nhân viên|kỹ thuật viên|công an|"
    r"báo cáo viên|người|đồng chí|bác)"
)
_WHO: Final = (
    rf"(?:{_ONE})(?: (?:và|với|,|cùng) (?:{_ONE}|(?:\d+|mấy|các) {_CROWD}(?: {_CROWD})?)){{0,3}}"
)
_GROUP: Final = (
    rf"(?:(?:~?\d[\d~]*|các|mấy|những|một số|nhóm|đội|anh em|mấy đứa|bọn|"
    rf"các đồng chí) )?{_CROWD}(?: {_CROWD})?"
    r"(?: (?:tư pháp|văn hóa|một cửa|phụ nữ|công chức|chuyên môn))?"
    r"(?: (?:xã|xóm|trường|tình nguyện|của xã|tỉnh|huyện|ngân hàng|viettel|vnpt|mobifone))?"
    rf"(?: (?:(?:trường|ở|của|bên) \S+(?: \S+){{0,3}}?))?"
)
_SUPPORTS: Final = rf"(?:{LEADS}|phụ trách|hỗ trợ|giúp|chỉ|phụ|đỡ|cầm tay)"
_NAMED: Final = spoken(rf"(?P<who>{_WHO}) {_SUPPORTS}")
_WITH_POST: Final = spoken(
    rf"(?P<who>(?P<name>{_TITLE}(?: {_NAME}){{1,2}}?) (?:(?:bên|của|ở|là) )?(?:công an|giáo viên|"
    r"trưởng|phó|bí thư|cán bộ|đoàn|chi hội|hội|bên|của|ở|trạm|tổ|ngân hàng|viettel|con)"
    rf"(?: \S+){{0,6}}?) {_SUPPORTS}"
)
_GROUPED: Final = spoken(
    rf"(?P<who>{_GROUP}) {_SUPPORTS}|(?P<few>\d+ {_CROWD}(?: {_CROWD})?) "
    r"(?:đến|đi|xuống|tới|vào|ghé)(?: tận)? (?:từng|tận|nhà|các|hộ|ngõ)"
)
_BY: Final = spoken(rf"do (?P<who>\S+(?: \S+){{0,7}}?) (?:{_SUPPORTS}|phối|đảm|phụ|thực hiện)")
_LABEL: Final = spoken(
    r"(?:người (?:dạy|hướng dẫn|giảng|đứng lớp)|giảng viên|giáo viên|hướng dẫn viên|báo cáo viên|"
    rf"hướng dẫn|đứng lớp|dạy|phụ trách|người phụ trách) (?:là|:|: là|bởi) (?P<who>{_WHO}|{_GROUP})"
)
_TAIL: Final = spoken(
    rf"(?P<who>(?!(?:chị|anh) em ){_TITLE}(?: {_TITLE})? {_NAME}(?: {_NAME})?)(?= (?:[.,;!]|$))"
)
_ALONE_BEFORE: Final = re.compile(r"(?:^|[-.,;:·!]|nhờ|nho|mời|moi) $|^ $")
_FEW: Final = 10  # so many may teach; more are those who learn
_MODEST: Final = frozenset(("em", "chau", "co", "thay", "anh", "chi", "bac", "ban", "nguoi"))
_NUMBER: Final = re.compile(r"~?\d+")


@dataclass(frozen=True, slots=True)
class Helpers:
    led_by: str = ""
    doubts: tuple[str, ...] | None = None
    spans: tuple[Span, ...] = ()


def read_helpers(sentence: Sentence, said: str, units: tuple[Span, ...]) -> Helpers:
    """Who taught in `said`; `units`: the units that are said to have taught."""
    posted = _WITH_POST.search(said)
    if posted and not _NAMED.match(said, posted.start()):
        names = (_quoted(sentence, posted.span("who")), _quoted(sentence, posted.span("name")))
        return Helpers("", names, (posted.span("who"),))
    for pattern in (_LABEL, _NAMED, _BY):
        if match := pattern.search(said):
            return _helpers(sentence, match.span("who"))
    if units:
        return _helpers(sentence, units[0])
    if found := _group(said) or _alone(said):
        return _helpers(sentence, found)
    return Helpers()


def _helpers(sentence: Sentence, span: Span) -> Helpers:
    return Helpers(_quoted(sentence, span), None, (span,))


def _quoted(sentence: Sentence, span: Span) -> str:
    return (words.clean_name(sentence.quote(*span)) or "")[:80]


def _group(said: str) -> Span | None:
    """Find "4 cháu đoàn viên kèm": a group before a word of teaching."""
    for match in _GROUPED.finditer(said):
        group = "who" if match["who"] else "few"
        who = match[group]
        number = _NUMBER.match(who)
        if number and int(number[0].strip("~") or 0) > _FEW:
            continue
        if number is None and words.fold(who) in _MODEST:
            continue
        return match.span(group)
    return None


def _alone(said: str) -> Span | None:
    """A title and a name that are a clause of their own: ", cô Hoa."."""
    for match in _TAIL.finditer(said):
        if _ALONE_BEFORE.search(said[: match.start()]):
            return match.span("who")
    return None
