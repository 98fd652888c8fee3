"""A typed story as a row of comparable words that remember where they stood (N4, N11).

Patterns are written with all their marks: "tối" also hears "toi", never "tôi"; "`tới" only itself.
Numbers in words stand as figures, "~" before each reading of one that must be asked ("~30~40").
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from handlers import words
from handlers.activities.figures import Token, with_figures
from handlers.words.text import level, listed

MAX_WORDS: Final = 300
"""What comes later is not read: nobody tells of one activity in more (T29)."""
TAKEN: Final = "·"
Span = tuple[int, int]

_PATTERN: Final = re.compile(r"\\.|\(\?P[<=]\w+[>)]|`?[^\W\d_]+")
_KNOWN: Final[set[str]] = set()
_KNOWN_PLAIN: Final[set[str]] = set()
# Words with the letters of ours that mean something else; other marks are taken for slips.
_OTHERS: Final = listed(
    "tôi tới tồi có cô cỡ cố cờ cổ dạy dậy đây đấy dây đầy đáy năm nam nắm nằm hộ họ hồ hò hổ "
    "họp hợp hộp lần lan làn lán ba bà bá chị chỉ chi nhà nhé sáng sang sàng mai mãi mái trước "
    "sau sáu sâu từ tư tự tứ tử đến đèn đền đen đình định đinh dính đính cho chợ chờ chỗ chưa chùa "
    "chữa chứa loa lòa bác bắc bạc thầy thay thấy ông ống cụ cứ cũ củ cháu chậu châu bạn bán ban "
    "bàn bản anh ảnh mỗi mới mời mọi môi mối đi di dì mức mục múc lớp tổ tờ to tớ đội đổi đôi đời "
    "đợi đói xã xa cả ca cà cộng công cổng lượt lướt bài bãi kể kế kẻ kèm kém kem giảng giang sẽ "
    "dự đủ dù dữ dư đu vừa vữa mở mơ mợ mờ thứ thu thử thư thù hai hải qua quá quà quả nay này nảy "
    "gần gắn gân hơn hôn tầm tám tạm tâm tắm lúc lực tại tải tài tai ở ô ổ so số sổ sợ sở nữ nụ "
    "văn vẫn vạn bao báo bảo mất mật mặt mắt mạng mang máng mấy máy may mây lừa lúa lụa lửa đảo "
    "dao dạo đạo chuyển chuyện chuyên khoản khoan khoán thôi thối thời thơi vị ví vì thị thì thi "
    "phát phạt trên trẻ trễ chơi chời ký kỳ kì bỏ bộ bố bó bơ xin xem xêm hỏi hội hối hơi tin tín "
    "tìn cần cân căn cạn khi khỉ nghe nghề nghỉ nghĩ nghị nói nơi nội nổi nối mình minh dân dẫn "
    "đẫn dần bị bí bì kho khó khô khổ đánh danh đành định sân săn sẵn vào vao nào não nao nhỏ nhớ "
    "nhờ như những nhưng hết hét trường trưởng trương trạm trăm trầm điểm điếm quên quen đền sao "
    "sáo la là lá lạ lạc dạ đã đá da hay hãy dừng đúng dùng đừng đứng vàng vâng vắng về vẽ vé cùng "
    "cúng cũng mua múa mùa mưa gọi gói xong xông thêm thềm lại lái ra rà rạ rơi rồi rời rối tháng "
    "thắng thằng thăng tuần tuấn ngày ngay ngáy buổi bưởi tiền tiến tiên tiện tiếng nhận nhân nhắn "
    "nhắc nhạc kì gửi gởi giữ giúp góp họa hoa hòa hỏa hóa ai ải tra trả trà trá phí phi nhầm nhâm "
    "vợ với vơi vời bên bến bền biển biến thêu thuê thua thưa thừa lẽ lễ lẻ lệ một mốt mốc mộc"
)
_SHORT: Final = {
    "ng": "nguoi", "ngừi": "nguoi", "hqua": "hom qua", "hqa": "hom qua", "hnay": "hom nay",
    "dt": "dien thoai", "đt": "dien thoai", "dtdd": "dien thoai", "sdt": "so dien thoai",
    "dttm": "dien thoai", "đttm": "dien thoai", "đtdđ": "dien thoai", "dc": "duoc", "đc": "duoc",
    "dk": "duoc", "đk": "dang ky", "k": "khong", "ko": "khong", "kg": "khong", "kh": "khong",
    "hok": "khong", "hong": "khong", "khg": "khong", "hk": "khong", "hông": "khong",
    "dvc": "dich vu cong", "dvctt": "dich vu cong", "ttkdtm": "thanh toan", "ck": "chuyen khoan",
    "bhyt": "bao hiem y te", "hd": "huong dan", "hđ": "huong dan", "hdan": "huong dan",
    "tt": "tuyen truyen", "bdhvs": "binh dan hoc vu so", "nq": "nghi quyet", "cn": "chu nhat",
    "bn": "bao nhieu", "nhg": "nhung", "nhưg": "nhung", "bt": "biet", "hs": "hoc sinh",
    "gv": "giao vien", "hv": "hoc vien", "ntn": "the nao", "tmdt": "thuong mai dien tu",
    "tmđt": "thuong mai dien tu", "cccd": "can cuoc", "vs": "voi", "ph": "phoi hop",
    "trc": "truoc", "bcon": "ba con", "đvtn": "doan vien", "dvtn": "doan vien", "đv": "doan vien",
    "gđ": "gia dinh", "hvien": "hoc vien", "cnscđ": "cong nghe so", "cnscd": "cong nghe so",
    "smartphone": "dien thoai", "mk": "mat khau", "ld": "lua dao", "lđ": "lua dao",
    "cax": "cong an xa", "hnd": "hoi nong dan", "hpn": "hoi phu nu", "hlhpn": "hoi phu nu",
    "hccb": "hoi ccb", "hnct": "hoi nct", "đtn": "doan thanh nien", "dtn": "doan thanh nien",
    "ubmttq": "uy ban mttq", "ttpvhcc": "trung tam pvhcc", "tthcc": "trung tam pvhcc",
    "tyt": "tram y te", "cbgv": "can bo giao vien", "gvcn": "giao vien", "bhxh": "bao hiem xa hoi",
    "cđs": "chuyen doi so", "cds": "chuyen doi so", "tqua": "toi qua", "snay": "sang nay",
    "squa": "sang qua", "cqua": "chieu qua", "wa": "qua", "cnay": "chieu nay", "tg": "tham gia",
    "ndung": "noi dung", "skđt": "suc khoe dien tu", "skdt": "suc khoe dien tu",
    "cns": "cong nghe so", "cnsc": "cong nghe so", "tnv": "tinh nguyen vien",
    "tnhân": "tri tue nhan tao", "ttnt": "tri tue nhan tao", "đ/c": "dong chi",
}  # fmt: skip
_TOKEN: Final = re.compile(
    r"[đd]/c(?![^\W_])|\d{1,3}(?:\.\d{3})+(?![.\d]|,\d)|\d{1,3}(?:,\d{3})+(?![,\d]|\.\d)|"
    r"\d{1,2}(?:h|g)\d{0,2}(?![^\W_])|\d{1,2}[-–]\d{1,2}/\d{1,2}(?![/\d])|\d+(?:/\d+)+|"
    r"\d+(?:\.\d+)+|\d+(?:[-–]\d+)+|\d+:\d+|\d+|[^\W\d_][^\W_]*|"
    r"[.,;:!?+\-–—/()~≈%\n]",
    re.IGNORECASE,
)
_GLUED: Final = re.compile(
    r"(x|xom|xóm|thon|thôn|t|thu|thứ|ngay|ngày|hom|hôm|nq|muc|mức|lop|lớp|buoi|buổi|to|tổ|doi|đội)"
    r"(\d{1,2})"
)
_DOUBLED: Final = re.compile(r"([aeo])([bcdghklmnpt]+)\1$")
"""Telex with the hat typed last: "tapa" of "tapaj"."""
_GLUED_FIGURES: Final = re.compile(r"(\d{1,2})-(\d+)")
_NUMBERED: Final = ("xóm", "xom", "x", "thôn", "thon")
_SENTENCE_ENDS: Final = {"\n": ".", "–": "-", "—": "-", "≈": "~"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """`said`: words and signs between single blanks, one blank at both ends."""

    text: str
    said: str
    _places: tuple[int, ...]
    """Where each token begins in `said`."""
    _spans: tuple[Span, ...]
    """Where it stood in `text`."""

    def quote(self, start: int, end: int) -> str:
        """What was typed for a span of `said`."""
        first = max(bisect_right(self._places, start) - 1, 0)
        last = max(bisect_right(self._places, end - 1) - 1, 0)
        if not self._spans:
            return ""
        return self.text[self._spans[first][0] : self._spans[last][1]]


def spoken(pattern: str) -> re.Pattern[str]:
    """Compile `pattern` for whole words, each with its marks or with none at all."""
    return re.compile(f"(?<= )(?:{_PATTERN.sub(_with_or_without_marks, pattern)})(?= )")


def _with_or_without_marks(found: re.Match[str]) -> str:
    word = found[0]
    if word[0] == "`":
        _KNOWN.add(word[1:])
        return word[1:]
    if not word[0].isalpha():
        return word
    plain = words.fold(word)
    _KNOWN.add(word)
    _KNOWN_PLAIN.add(plain)
    return word if plain == word else f"(?:{word}|{plain})"


def hide(said: str, spans: Iterable[Span]) -> str:
    """`said` without what is already understood; places stay the same."""
    for start, end in spans:
        said = said[:start] + TAKEN * (end - start) + said[end:]
    return said


def hide_all(said: str, *patterns: re.Pattern[str]) -> str:
    for pattern in patterns:
        said = pattern.sub(lambda found: TAKEN * len(found[0]), said)
    return said


def taken_apart(text: str) -> Sentence:
    text = words.clean(text)
    tokens = with_figures(_tokens(text))
    places, said = [], " "
    for token in tokens:
        places.append(len(said))
        said += f"{token.form} "
    spans = tuple((token.start, token.end) for token in tokens)
    return Sentence(text, said, tuple(places), spans)


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    for found in _TOKEN.finditer(text):
        if len(tokens) >= MAX_WORDS:
            break
        raw = level(found[0]).replace("–", "-") or _SENTENCE_ENDS.get(found[0], found[0])
        glued = _GLUED.fullmatch(raw)
        if tokens and tokens[-1].form in _NUMBERED and (pair := _GLUED_FIGURES.fullmatch(raw)):
            middle = found.start() + len(pair[1])
            tokens.append(Token(pair[1], found.start(), middle, pair[1]))
            tokens.append(Token("-", middle, middle + 1, "-"))
            tokens.append(Token(pair[2], middle + 1, found.end(), pair[2]))
            continue
        if glued and not _is_tone(glued, text[found.end() : found.end() + 4]):
            middle = found.start() + len(glued[1])
            tokens.append(Token(_form(glued[1]), found.start(), middle, glued[1]))
            tokens.append(Token(glued[2], middle, found.end(), glued[2]))
        else:
            form = raw if _is_name(found[0], raw) else _form(raw)
            tokens.append(Token(form, found.start(), found.end(), raw))
    return tokens


def _is_name(typed: str, raw: str) -> bool:
    """True for "Hương" and "Dũng": a name keeps its marks, else it were heard as "hướng"."""
    return typed[0].isupper() and not (typed.isupper() or raw.isascii() or raw in _SHORT)


def _is_tone(glued: re.Match[str], behind: str) -> bool:
    """True for VNI's "xom1 5": the figure is a mark, for the number comes behind."""
    return (
        len(glued[1]) > 1 and len(glued[2]) == 1 and behind[:1] == " " and behind[1:2].isdecimal()
    )


@lru_cache(4096)
def _form(raw: str) -> str:
    """The word as patterns know it; what has strange marks is heard without them."""
    if raw in _SENTENCE_ENDS:
        return _SENTENCE_ENDS[raw]
    if not raw[0].isalpha():
        return raw
    if raw in _SHORT:
        return _SHORT[raw]
    if raw in _KNOWN or raw in _OTHERS:
        return raw
    plain = words.fold(raw)
    if plain in _KNOWN_PLAIN or not raw.isascii():
        return plain
    unfolded = words.unfold_typing(raw)
    doubled = tuple(_DOUBLED.sub(r"\1\2", found) for found in unfolded)
    return next((found for found in (*unfolded, *doubled) if found in _KNOWN_PLAIN), plain)
