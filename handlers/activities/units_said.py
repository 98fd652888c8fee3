"""Which unit did it and with whom (N12): what fits several units is asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from handlers import words
from handlers.activities.sentence import TAKEN, Sentence, Span, spoken
from handlers.activities.unit_names import Mention, mentions_in
from storage.units import UnitInfo

_WITH: Final = spoken(
    r"(?:(?:phối hợp|kết hợp|liên kết|hợp tác|làm chung|học chung|tổ chức chung|mở chung|họp chung|"
    r"chung|cùng|với|phối kết hợp|có sự phối hợp|sự (?:tham gia|hỗ trợ|giúp đỡ)|ghép|chung tay)"
    r"(?: (?:cùng|với|của|từ|tổ chức|mở|làm|và|chặt chẽ|bên|các bạn|các bác))*)"
)
_STRONG: Final = spoken(
    r"(?:phối hợp|kết hợp|liên kết|hợp tác|làm chung|tổ chức chung|mở chung|phối kết hợp|"
    r"cùng với|cùng|sự (?:tham gia|hỗ trợ|giúp đỡ|phối hợp|đồng hành))"
    r"(?: (?:cùng|với|của|bên|tổ chức|mở))*"
)
_HELPED: Final = spoken(
    r"(?:(?:cũng|cùng|đã) )*(?:phối hợp|cùng (?:làm|tham gia|tổ chức|dạy|mở)|phối kết hợp|hỗ trợ|"
    r"giúp|đồng tổ chức|đi cùng|làm cùng)"
)
_AND: Final = re.compile(
    r" (?:(?:,|v[àa]|v[ớo]i|c[ùu]ng|\+|-|chung|l[ẫa]n|v[àa] c[ảa]|c[ùu]ng v[ớo]i)"
    r" )?"
)
LEADS: Final = (
    r"(?:(?:đến tận nhà|tận nhà|tận nơi|đến|lên|về|xuống|sang|ra|đã|trực tiếp|cùng|là người|đi|"
    r"tới|có|cử người|nhận|làm) )*"
    r"(?:hướng dẫn|dạy|đứng lớp|giảng|nói chuyện|nói|trình bày|lên lớp|kèm|truyền đạt|chia sẻ|"
    r"tập huấn|giảng viên|phổ biến|giới thiệu|chỉ (?:cách|bảo|cho|bà|từng)|đứng giảng|"
    r"làm mẫu|giảng dạy)"
)
_LEADS: Final = spoken(LEADS)
_BROUGHT: Final = spoken(r"(?:do|nhờ|mời|,|\.|được|bên|cán bộ|đồng chí|giáo viên|cô giáo)")
_PERSON: Final = spoken(
    r"(?:cô|thầy|anh|chị|bác|chú|ông|bà|cháu|em|đồng chí|bạn) \S+(?: (?:bên|của|ở|trưởng|phó|là))?"
)
_GUEST: Final = spoken(
    r"(?:(?:cũng|đã|có|người|bà con|vài|mấy|nhà|hộ|kéo|nhau|cùng) )*(?:sang|đến|qua|`tới|về|xuống|"
    r"lên|ra)(?: (?:cùng|để|cả|đây))* (?:học|dự|họp|nghe|tham gia|tham dự)(?: \S+)?"
    r" (?:cùng|chung|ké|nhờ|ghép|`với|theo)"
)
_GUESTS: Final = spoken(
    r"(?:(?:có|kể|và) )*(?:thêm|cả|mời|ghép)(?: (?:cả|bà con|người|dân|một số|mấy|anh em|bên))*"
)
_SIDED: Final = spoken(r"(?:có|được|nhờ|có cả|có sự)")
_ADDRESSED: Final = spoken(r"gửi|thưa|kính gửi|báo cáo|trình")
_TAIL: Final = 40  # characters looked at before a name
_RANKS: Final = spoken(r"(?:\d+ |các |mấy )?(?:cán bộ|đồng chí|anh em|anh|chiến sĩ)")
_THERE: Final = spoken(
    r"(?:ở|tại|cho|bà con|người|dân|hộ|ngõ|nhà|cụ|về|xuống|đến|sang|trên|viên|o|em|dân cư)(?: cả)?"
)
_MEMBERS: Final = spoken(r"(?:hội|đoàn|thành) viên|chị em|cán bộ|người|bạn|các bác")
_JOINTS: Final = re.compile(r"\s*,\s*|\s+(?:và|va|với|voi)\s+", re.IGNORECASE)
_AND_NAME: Final = spoken(r"và|với|,")
_OFTEN: Final = spoken(
    r"viettel|vnpt|mobifone|agribank|vietcombank|bidv|vietinbank|bưu điện|ngân hàng|tổ công nghệ|"
    r"điện lực|quỹ tín dụng|chi nhánh|câu lạc bộ|ban công tác"
)
_NO_NAME: Final = spoken(
    r"(?:cô|thầy|anh|chị|bác|chú|ông|bà|cháu|em|bạn|đồng chí|đoàn viên|thanh niên|học sinh|mấy|"
    r"những|người|tôi|mình|cán bộ|khi|lúc|đó|đây|hai|ba)(?! bộ)|"
    r"nhau|bà con|các|nội dung|giữa|dạy|mở|tổ chức|hướng dẫn|tập huấn|học|tuyên truyền|đi|phát|cho|"
    r"để|hôm|tối|sáng|chiều|trưa|ngày|thứ|chủ|có|được|tại|ở|về|làm|họp|và|với|cùng|nói|ra|đến|"
    r"xuống|"
    r"cài|lắp|hỗ trợ|lồng|o|giúp|khoảng|triển|vận|treo|thi|trao|tặng|rồi|nên|mà"
)


@dataclass(frozen=True, slots=True)
class Units:
    unit: str = ""
    partners: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    unit_doubt: tuple[str, ...] | None = None
    partner_doubt: tuple[str, ...] | None = None
    helpers: tuple[Span, ...] = ()
    """Units that taught: "công an xã nói chuyện"."""
    spans: tuple[Span, ...] = ()


def read_units(sentence: Sentence, said: str, known: Sequence[UnitInfo]) -> Units:
    mentions = sorted(mentions_in(said, known), key=lambda one: one.start)
    roles = list(zip(mentions, _roles(said, mentions), strict=True))
    partners = [one for one, role in roles if role == "partner"]
    unit, unit_doubt = _chosen(said, [one for one, role in roles if role == "unit"])
    others, other_spans = _others(sentence, said, mentions)
    loose = any(len(one.codes) != 1 or one.is_branch for one in partners)
    sure = [one.codes[0] for one in partners if len(one.codes) == 1]
    asked = tuple(dict.fromkeys(code for one in partners for code in one.codes))
    return Units(
        unit=unit,
        partners=() if loose else tuple(code for code in dict.fromkeys(sure) if code != unit),
        others=others,
        unit_doubt=unit_doubt,
        partner_doubt=asked if loose else None,
        helpers=tuple((_with_rank(said, m.start), m.end) for m, role in roles if role == "helper"),
        spans=(*((one.start, one.end) for one, role in roles if role != "helper"), *other_spans),
    )


def _roles(said: str, mentions: Sequence[Mention]) -> list[str]:
    roles: list[str] = []
    for place, one in enumerate(mentions):
        previous = mentions[place - 1] if place else None
        joined = previous is not None and _AND.fullmatch(said, previous.end, one.start)
        gap = said[previous.end : one.start].strip() if previous else ""
        if joined and previous and gap and (gap != "," or one.is_further or roles[-1] == "partner"):
            roles.append("partner" if roles[-1] in ("unit", "partner") else roles[-1])
        else:
            roles.append(_role(said, one, is_first=not place))
    return roles


def _role(said: str, one: Mention, *, is_first: bool) -> str:
    before = _tail(said, one.start)
    if one.is_branch:
        before = before.removesuffix("chi ")
    if _ends_with(_ADDRESSED, before) and not one.is_hamlet:
        return "addressee"
    if _ends_with(_WITH, before):
        return "partner"
    if one.is_hamlet:
        is_guest = _GUEST.match(said, one.end + 1) or _ends_with(_GUESTS, before)
        return "partner" if is_guest else "unit"
    return _organisation_role(said, one, before, is_first=is_first)


def _organisation_role(said: str, one: Mention, before: str, *, is_first: bool) -> str:
    if _is_helper(said, one, before, is_first=is_first):
        return "helper"
    if _ends_with(_MEMBERS, before) and not is_first:
        return "members"
    if _HELPED.match(said, one.end + 1) and (not is_first or _ends_with(_SIDED, before)):
        return "partner"
    return "unit"


def _is_helper(said: str, one: Mention, before: str, *, is_first: bool) -> bool:
    if _ends_with(_PERSON, before):
        return True
    leads = bool(_LEADS.match(said, one.end + 1))
    is_begun = not is_first or re.search(r"\d|h[ọo]c|l[ớo]p", said[: one.start]) is not None
    return leads and is_begun and _ends_with(_BROUGHT, before)


def _with_rank(said: str, start: int) -> int:
    """Where "2 cán bộ công an xã" begins."""
    before = said[max(start - _TAIL, 0) : start]
    found = [match for match in _RANKS.finditer(before) if match.end() == len(before) - 1]
    return start - len(before) + found[0].start() if found else start


def _tail(said: str, place: int) -> str:
    return said[max(said.rfind(TAKEN, 0, place), place - _TAIL, 0) : place]


def _ends_with(pattern: re.Pattern[str], before: str) -> bool:
    """Whether a match reaches to the very end of `before`."""
    if not before.startswith(" "):
        before = before[before.find(" ") :] if " " in before else ""
    return any(match.end() >= len(before) - 1 for match in pattern.finditer(before))


def _chosen(said: str, doers: Sequence[Mention]) -> tuple[str, tuple[str, ...] | None]:
    """(code, None), or ("", candidates) when it must be asked, or ("", None) when none is said."""
    doers = _without_places(said, doers)
    if not doers:
        return "", None
    asked = tuple(dict.fromkeys(code for one in doers for code in one.codes))
    is_sure = all(one.codes and not one.is_branch for one in doers)
    return (asked[0], None) if is_sure and len(asked) == 1 else ("", asked)


def _without_places(said: str, doers: Sequence[Mention]) -> list[Mention]:
    """A hamlet that only says where the women's union was is not who did it."""
    names_others = any(not one.is_hamlet and len(one.codes) == 1 for one in doers)
    if not names_others:
        return list(doers)
    return [
        one for one in doers if not (one.is_hamlet and _ends_with(_THERE, _tail(said, one.start)))
    ]


def _others(
    sentence: Sentence, said: str, mentions: Sequence[Mention]
) -> tuple[tuple[str, ...], tuple[Span, ...]]:
    """Partners that are no units, as they were written: "phối hợp Viettel"."""
    names: list[str] = []
    spans: list[Span] = []
    for match in _STRONG.finditer(said):
        place = match.end() + 1
        if any(one.start <= place < one.end for one in mentions):
            continue
        if words.fold(match[0]) == "cung" and not _is_name(sentence, said, place):
            continue
        end = _end_of_name(sentence, said, place)
        name = words.clean_name(sentence.quote(place, end)) if end > place else None
        if name:
            names += [part for part in _JOINTS.split(name) if part]
            spans.append((place, end))
    return tuple(names), tuple(spans)


def _is_name(sentence: Sentence, said: str, place: int) -> bool:
    """Whether a name begins here: with a capital, or one of those that often help."""
    word = sentence.quote(place, place + 1) if place < len(said) - 1 else ""
    is_capital = word[:1].isupper() and not sentence.text.isupper()
    return is_capital or bool(_OFTEN.match(said, place))


def _end_of_name(sentence: Sentence, said: str, place: int) -> int:
    end = place
    for match in re.finditer(r"\S+", said[place : place + 60]):
        word = match[0]
        start = place + match.start()
        if _AND_NAME.match(said, start) and _is_name(sentence, said, start + len(word) + 1):
            continue
        if not word[0].isalpha() or _NO_NAME.match(said, start):
            break
        end = place + match.end()
    return end
