"""Where it was held, as the person wrote it."""

import re
from dataclasses import dataclass
from typing import Final

from handlers import words
from handlers.activities.sentence import TAKEN, Sentence, Span, spoken
from handlers.words.text import listed

_AT: Final = r"(?:ngay )?(?:ở|tại|ngoài|o)"
_HALL: Final = (
    r"nhà văn hóa|nvh|nhà sinh hoạt(?: cộng đồng)?|nhà cộng đồng|hội trường|sân (?:kho|đình|"
    r"chùa|nhà|"
    r"trường|bóng|xóm|văn|nvh)|nhà thờ|trụ sở|hội quán|nhà hội"
)
_ROOM: Final = (
    rf"{_HALL}|trường|sân|đình|chùa|chợ|đền|miếu|ubnd|ủy ban|trung tâm|kho|thư viện|quán|htx|"
    r"hợp tác xã|điểm|phòng|khu|bưu điện|trạm|công viên|giáo xứ|bãi|cổng|ngã (?:ba|tư)|gốc|xưởng|"
    r"công ty|từ đường|đầu (?:xóm|làng|ngõ)|cuối (?:xóm|làng)|quảng trường|cửa hàng|bến|bộ phận|"
    r"một cửa|nhà (?:số|bác|ông|bà|anh|chị|cô|chú|em|cháu|trưởng|bí|họ|riêng|máy|tôi|mình|xưởng|"
    r"kho|truyền)"
)
_PLACE: Final = spoken(rf"{_AT} (?P<place>{_ROOM})")
_BARE: Final = spoken(
    rf"(?P<place>{_HALL})|(?:học|dạy|mượn|nhờ) (?P<home>nhà (?:bác|ông|bà|anh|chị|cô|chú) )"
)
_NO_PLACE: Final = spoken(
    rf"{_AT} (?:đình danh|dinh danh|chợ (?:bà|các|người|hội|em)|cho (?:ba|cac|nguoi|hoi|em|\d+))"
)
_LENT: Final = spoken(r"(?P<place>nhà (?:số|bác|ông|bà|anh|chị|cô|chú) .{1,60}?) cho (?:mượn|nhờ)")
_ENDS: Final = listed(
    "co cho de hoc day hom toi sang chieu trua ngay luc voi va duoc noi ve huong phoi thu t do ma "
    "khoang nhung gan hon tap mo to la roi da vua cung con nguoi cai dung tuyen hop thi phat cac "
    "moi dc nhe a tu tam chung vneid lop buoi tai o gom nen ai qr vssid dich chuyen lua mat cua "
    "thanh noi dong het nhan dip ket lam giup bi sau truoc khi x doan hoi muc dinh nay qua chu "
    "nhiet tham ca den ho tuan thang dau cuoi dot may vai mung ram gio loai truc"
)
_OWN_MARKS: Final = listed("chợ tế chùa đình hội đội")
_PART_OF: Final = listed("xom thon so ngo khu doi to")
_HOSTS: Final = listed("bac ong ba anh chi co chu em chau thay")
_LONGEST: Final = 8


@dataclass(frozen=True, slots=True)
class Where:
    place: str = ""
    doubts: tuple[str, ...] | None = None
    spans: tuple[Span, ...] = ()


def read_place(sentence: Sentence, said: str) -> Where:
    """Find the place in `said`; two different places, or a lent house, are asked."""
    lent = _LENT.search(said)
    if lent:
        quoted = _clean(sentence.quote(*lent.span("place")))
        return Where("", (quoted,), ())
    spans = _spans(said)
    names = tuple(dict.fromkeys(_clean(sentence.quote(*span)) for span in spans))
    if not names:
        return Where()
    longest = max(names, key=len)
    if all(words.fold(name) in words.fold(longest) for name in names):
        return Where(longest, None, spans)
    return Where("", names, spans)


def _spans(said: str) -> tuple[Span, ...]:
    found: list[Span] = []
    for pattern in (_PLACE, _BARE):
        for match in pattern.finditer(said):
            start = match.start("place") if match["place"] else match.start("home")
            if _NO_PLACE.match(said, match.start()) or any(a <= start < b for a, b in found):
                continue
            end = match.end("place") if match["place"] else match.end("home")
            found.append((start, _extended(said, start, end)))
    return tuple(found)


def _extended(said: str, start: int, end: int) -> int:
    """The end of the name that begins with said[start:end]: up to a sign or a word of the story."""
    end = start + len(said[start:end].rstrip())
    before = words.fold(said[start:end].split()[-1])
    is_hall = words.fold(said[start:end]) in _HALLS
    for _ in range(_LONGEST):
        word = said[end + 1 : said.find(" ", end + 1)] if end + 1 < len(said) else ""
        plain = words.fold(word)
        if is_hall and before in ("hoa", "nvh", "truong", "dong") and plain not in _OWNERS:
            break
        is_number = plain[:1].isdecimal() and before in _PART_OF
        if not plain or TAKEN in word or not (plain[0].isalpha() or is_number):
            break
        is_host = before in _HOSTS or (before == "nha" and plain in _HOSTS)
        if (
            plain in _ENDS
            and word not in _OWN_MARKS
            and not is_host
            and not _is_inside(before, plain)
        ):
            break
        if before == "ba" and plain == "con":
            break
        end, before = end + 1 + len(word), plain
    return end


def _is_inside(before: str, plain: str) -> bool:
    """True for words that end most names but not these: "trung tâm", "hội trường"."""
    is_letter = len(plain) == 1 and before in _LETTERED
    return is_letter or (before, plain) in _PAIRS


_HALLS: Final = frozenset(("nha van hoa", "nvh", "hoi truong", "nha sinh hoat cong dong"))
_OWNERS: Final = listed("xom thon lang cu moi xa doi to trung chung cua ubnd uy khu so tram truong")
_LETTERED: Final = listed("hoc non so thcs th mn htx")
_PAIRS: Final = frozenset(
    {
        ("dong", "cong"), ("sinh", "hoat"), ("cong", "dong"), ("trung", "tam"), ("tru", "so"),
        ("cong", "ty"), ("nha", "tho"), ("tieu", "hoc"), ("trung", "hoc"), ("truong", "tieu"),
        ("nha", "hop"), ("hoi", "truong"), ("trung", "doan"), ("cong", "doan"), ("van", "hoa"),
        ("san", "cho"), ("cong", "cho"), ("khu", "cho"), ("y", "te"),
    }
)  # fmt: skip


def _clean(quoted: str) -> str:
    return (words.clean_name(re.sub(r"[.,;:]+$", "", quoted)) or "")[:120]
