"""How many sessions a story tells of."""

from dataclasses import dataclass
from typing import Final

from handlers.activities.sentence import hide_all, spoken

_MOST: Final = 60  # more in one record is asked
_N: Final = r"\d{1,3}"
_SURE: Final = spoken(
    rf"(?<!/ )(?P<n>{_N}) (?:buổi|lần|cuộc|đợt|phiên)(?! (?:đầu|cuối|này|nữa là))|"
    rf"(?P<t>{_N}) (?:tối|sáng|chiều|đêm)(?! (?:trước|qua|nay))"
)
_ASKED: Final = spoken(
    r"(?<!buổi )(?<!buoi )(?<!lần )(?<!lan )(?<!thứ )(?<!thu )"
    rf"(?:chia |mở |tổ chức |có |được |dạy )*(?P<n>{_N}) (?:lớp|ca|nhóm|ngày|hôm)(?! (?:trước|"
    rf"nội dung|"
    r"nay|người|bảo|xác))"
)
_SEVERAL: Final = spoken(
    r"(?:mấy|vài|nhiều|các|những|dăm|~\d[\d~]*|\d+ ?- ?\d+|\d+-\d+) (?:buổi|lần|tối|đợt|cuộc|lớp)"
    r"(?! (?:học viên|khác))|(?<!nhớ )(?<!rõ )(?<!biết )(?:buổi|tối|lần|hôm|đêm) nào|(?:hàng|"
    r"mỗi) (?:tuần|tháng|ngày)|cả (?:tuần|tháng)|"
    r"ngày \d (?:lần|buổi)|"
    r"hàng tối"
)
_ORDINAL: Final = spoken(
    r"(?:buổi|lần|lớp|ca|đợt|tiết) (?:thứ )?(?P<n>\d|hai|ba|tư|nhất|đầu|sau|cuối|một|trước|"
    r"kết thúc)"
    r"(?: tiên| cùng)?(?! (?:buổi|người|bà))"
)
_FIRST_AND_NEXT: Final = spoken(
    r"(?P<noun>buổi|lần|đợt|tối|hôm) (?:thứ )?(?P<n>\d|đầu|sau|một|hai|ba)"
)
_HALVES: Final = spoken(
    r"sáng (?:(?:có|được|,|·+|là) )*\d+ \S+(?: con)?(?: ,)?(?: và)? (?:chiều|tối) (?:(?:có|được|"
    r"·+|là) )*\d+ \S+|"
    r"chiều (?:(?:có|được|,|·+|là) )*\d+ \S+(?: con)?(?: ,)?(?: và)? tối (?:(?:có|được|·+|"
    r"là) )*\d+ \S+"
)
_BOTH: Final = spoken(r"(?:cả )?sáng (?:và|lẫn|với) (?:cả )?(?:chiều|tối)")
_COURSE: Final = spoken(
    rf"(?:lớp|khóa|lớp học|chương trình)(?: (?:này|có|gồm|dự|kéo dài|học|\S+))? {_N} buổi|"
    rf"{_N} buổi (?:thì|trong)|trong {_N} buổi"
)


@dataclass(frozen=True, slots=True)
class Sessions:
    """`count`, or `candidates` when it must be asked."""

    count: int = 1
    candidates: tuple[int, ...] | None = None


def read_sessions(said: str, told: str) -> Sessions:
    """Read `said`, or `told` with its days: "mấy buổi liền"."""
    if _HALVES.search(said):
        return Sessions(2)
    sure = {int(found["n"] or found["t"]) for found in _SURE.finditer(said)}
    if _BOTH.search(told) and not sure:
        return Sessions(1, (1, 2))
    if _SEVERAL.search(told):
        return Sessions(1, ())
    parts = {match["n"] for match in _FIRST_AND_NEXT.finditer(said)}
    is_course = len(parts) < 2 and _ORDINAL.search(told) and _COURSE.search(said)
    return _counted(said, set() if is_course else sure, parts)


def _counted(said: str, sure: set[int], parts: set[str]) -> Sessions:
    if len(sure) > 1 or any(not 0 < number <= _MOST for number in sure):
        return Sessions(1, tuple(sorted(sure)))
    if sure or len(parts) > 1:
        return Sessions(min(sure, default=len(parts)))
    asked = _ASKED.search(said)
    is_asked = asked is not None and int(asked["n"]) > 1
    return Sessions(1, (1, int(asked["n"]))) if asked and is_asked else Sessions()


def without_ordinals(said: str) -> str:
    """Hide what only numbers a session: "buổi 1" and "buổi thứ 2" are names, no counts."""
    return hide_all(said, _NUMBERED)


_NUMBERED: Final = spoken(
    r"(?:buổi|lần|ca|đợt|tiết|lớp) (?:thứ )?\d{1,2}(?= (?:\d|·|,|có|được|:|là|tối|sáng|\.|$)|$)"
)
