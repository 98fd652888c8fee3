"""A message as a row of pieces: words as they are compared, figures, signs (N11).

Every piece remembers where it stood, so that what is asked or listed can be shown as it was typed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from handlers import words
from handlers.words.text import level, listed


class Shape(StrEnum):
    """What a written figure is."""

    COUNT = "count"
    SHARE = "share"
    DAY = "day"
    CODE = "code"
    """The sign of a document: "12/KH-THCS"."""
    OTHER = "other"
    """A percentage, money, "12.34", "dăm": never an answer."""
    NONE = "none"
    """Part of a name or a time: "4G", "8h30"."""


@dataclass(frozen=True, slots=True)
class Figure:
    """`values`: what it may be, one = sure unless `is_loose`; of a share part and whole."""

    shape: Shape
    values: tuple[int, ...] = ()
    is_about: bool = False
    is_loose: bool = False
    """It may be this, and must be asked (N2): "1,234", "30-40"."""


@dataclass(frozen=True, slots=True)
class Piece:
    """`form` is compared; signs are their own form, the strong ones are "|"."""

    form: str
    start: int
    end: int
    raw: str = ""
    figure: Figure | None = None

    @property
    def is_sign(self) -> bool:
        return not self.form[0].isalnum() and self.form[0] not in "@~"


STRONG: Final = "|"
"""A line's or sentence's end, a bullet, an emoji: something else begins."""
_NUMBER: Final = r"\d+(?:\.\d{3})*"
_LEXER: Final = re.compile(
    r"(?P<spoken>(?<=ng[àa]y )\d{1,2} th[áa]ng \d{1,2}(?: n[ăa]m 20\d\d)?(?!\d))|"
    r"(?P<day>(?<![\d/.])\d{1,2}(?P<joint>[/.\-])\d{1,2}(?P=joint)(?:20\d\d|\d\d)(?![\d/]))|"
    r"(?P<code>\d{1,4}/(?:(?:KH|QĐ|QD|TB|BC|CT|NQ|UB)(?![^\W\d_])[\w\-–/]*|[^\W\d_][\w/]*[-–]"
    r"[\w\-–/]+))|"
    r"(?P<mangled>(?<!\w)\d+[oOlI]+\d*(?:\s?/\s?\d+)?(?!\w)|(?<!\w)\d+/\d*[oOlI]+\d*(?!\w))|"
    r"(?P<percent>\d+(?:[.,]\d+)?\s?%)|"
    rf"(?P<share>(?<![\d/]){_NUMBER}[ ]?/[ ]?{_NUMBER}(?![\d/]|[.,]\d|[ ]?/[ ]?\d))|"
    rf"(?P<range>(?<![\d\-–]){_NUMBER}[ ]?[-–][ ]?{_NUMBER}(?![\d/]|[.,]\d|[ ]?[-–][ ]?\d))|"
    r"(?P<time>\d{1,2}h\d{0,2}(?!\w)|\d[gG](?!\w))|"
    r"(?P<number>(?<![xX])(?<!x[óo]m )(?<!X[óo]m )(?<!x )"
    r"(?<!kh[ốo]i )(?<!l[ớo]p )(?<!qu[ýy] )\d{1,3}(?:[ ]\d{3})+(?![\d.,/])|"
    r"\d+(?:[.,]\d+)*(?:\s?[kK](?:\d+)?(?!\w))?)|"
    r"(?P<word>[^\W\d_]/[^\W\d_](?!\w)|[^\W\d_]+)|(?P<blank>[ \t\xa0]+)|(?P<sign>.)",
    re.DOTALL | re.IGNORECASE,
)
_WEAK: Final = ",:()"
_JOINING: Final = "-+~≈=/%"
# Words with the letters of ours that mean something else, and are not taken for slips.
_OTHERS: Final = listed(
    "cô cờ cò cố cỡ tờ tớ tô tố tỏ nằm cũ cứ củ tôi tới tồi đỗ đô đổ nụ họ hò hố luật mất tầm "
    "tạm trạm trâm bão tử tự hải hại vũ vù vợ lửa biển sáu sâu đủ dù dụ dữ đu độ hơn gần nắng "
    "xả xá nhỏ hỗn hờn lân lăn mã mạ tấm lở hờ lầu lâu bà"
)
_SHORT: Final = {
    "ng": "nguoi", "ngừi": "nguoi", "người": "nguoi", "nguoì": "nguoi", "ngui": "nguoi",
    "cns": "cong nghe so", "cnscđ": "cong nghe so cong dong", "cnscd": "cong nghe so cong dong",
    "tcnscđ": "to cong nghe so", "tcnscd": "to cong nghe so", "cnsc": "cong nghe so",
    "tcns": "to cong nghe so", "ttkmt": "thanh toan so", "ttkdtm": "thanh toan so",
    "ttkdmt": "thanh toan so", "tttm": "thanh toan", "ttktm": "thanh toan so",
    "lg": "luot", "ck": "chuyen khoan",
    "ttoan": "thanh toan", "tmat": "tien mat", "kk": "kho khan", "vm": "vuong mac",
    "kkvm": "kho khan vuong mac", "kn": "kn", "kns": "ky nang so",
    "knso": "ky nang so", "dx": "de xuat",
    "đx": "de xuat", "đn": "de nghi", "mh": "mo hinh", "sk": "sang kien", "gv": "giao vien",
    "hs": "hoc sinh", "hv": "hoc vien", "cb": "can bo", "cbgv": "can bo giao vien",
    "cbcc": "can bo", "cbgvnv": "can bo giao vien", "cbql": "can bo", "nv": "nhan vien",
    "nld": "nguoi lao dong", "nlđ": "nguoi lao dong", "xv": "xa vien", "đvtn": "doan vien",
    "dvtn": "doan vien", "bc": "bao cao", "bcao": "bao cao", "sl": "so luong", "tgia": "tham gia",
    "tg": "tham gia", "tdu": "tham du", "dc": "duoc", "đc": "duoc", "đk": "duoc", "đượ": "duoc",
    "k": "khong", "ko": "khong", "kg": "khong", "hok": "khong", "hong": "khong", "hông": "khong",
    "khg": "khong", "hk": "khong", "khog": "khong", "r": "roi", "rùi": "roi", "rui": "roi",
    "đ/c": "dong chi", "d/c": "dong chi", "eid": "vneid", "vneit": "vneid", "vnied": "vneid",
    "vnid": "vneid", "bdhvs": "binh dan hoc vu so", "hdan": "huong dan", "hdẫn": "huong dan",
    "hd": "huong dan", "hđ": "huong dan", "t/h": "tap huan", "cax": "cong an xa",
    "cđs": "chuyen doi so", "cds": "chuyen doi so", "tv": "thanh vien", "bcon": "ba con",
    "kh": "kh", "smart": "dien thoai", "trc": "truoc", "vs": "voi", "ltt": "loa", "ptt": "loa",
    "atm": "an toan mang", "anm": "an ninh mang", "attt": "an toan mang",
}  # fmt: skip
_GLUED: Final = (
    "tap huan", "ke hoach", "mo hinh", "kho khan", "kien nghi", "tuyen truyen", "thanh toan",
    "hoc sinh", "giao vien", "luot nguoi", "thanh vien", "ho tro", "de xuat", "vuong mac",
    "lua dao", "sang kien", "nguoi dan", "ba con", "phat loa", "huong dan", "can bo",
)  # fmt: skip
_UNGLUED: Final = {pair.replace(" ", ""): pair for pair in _GLUED}
_SYLLABLES: Final = listed(
    "tap huan ke hoach mo hinh kho khan kien nghi tuyen truyen thanh toan hoc sinh giao vien luot "
    "nguoi vien ho tro de xuat vuong mac lua dao sang kien loa phat huong dan can bo xom to cong "
    "nghe so buoi lop dong chuyen khoan tien mat muc dinh giup cai dat co chua khong duoc du tham "
    "gia tong tren tuoi nu phu gap vu bao nam nay va roi truc tuyen dien hinh guong khac nhau "
    "thong nhat truong bo xa thon rieng chi hoi nghi lan luot bai tin la khoang gan hon"
)


def cut(text: str) -> list[Piece]:
    """The pieces of `text` (cleaned), without blanks; figures in plain digits are read."""
    pieces: list[Piece] = []
    for found in _LEXER.finditer(text):
        kind = found.lastgroup if found.lastgroup != "joint" else "day"
        if kind == "blank":
            continue
        if kind == "word":
            pieces += _words(found)
        elif kind == "sign":
            pieces.append(_sign(found, text, pieces))
        else:
            pieces.append(_figure(found, str(kind)))
    return pieces


def quote(text: str, pieces: Sequence[Piece]) -> str:
    """What was typed for the row of pieces."""
    return text[pieces[0].start : pieces[-1].end] if pieces else ""


def _words(found: re.Match[str]) -> Iterator[Piece]:
    raw = level(found[0])
    for form in _form(raw).split():
        yield Piece(form, found.start(), found.end(), raw)


@lru_cache(4096)
def _form(raw: str) -> str:
    if raw in _SHORT:
        return _SHORT[raw]
    if raw in _OTHERS:
        return raw
    plain = words.fold(raw)
    if plain in _UNGLUED:
        return _UNGLUED[plain]
    if plain in _SYLLABLES or not raw.isascii():
        return plain
    found = (one for one in words.unfold_typing(raw) if one in _SYLLABLES)
    return next(found, plain)


def _sign(found: re.Match[str], text: str, before: Sequence[Piece]) -> Piece:
    sign = found[0]
    form = STRONG
    if sign in _WEAK:
        form = sign
    elif sign in _JOINING:
        form = _joint(found, text, before)
    elif sign in "\"'“”‘’*•_#`|\ufe0f\u200d" or "\U0001f3fb" <= sign <= "\U0001f3ff":
        form = "'"
    return Piece(form, found.start(), found.end(), sign)


def _joint(found: re.Match[str], text: str, before: Sequence[Piece]) -> str:
    """A dash or plus between blanks or at a line's beginning starts something new."""
    sign = found[0]
    if sign in "~≈%":
        return "~" if sign != "%" else "'"
    if sign == "=":
        return ":"
    is_apart = text[found.end() : found.end() + 1] in (" ", "") and (
        not before or before[-1].end < found.start()
    )
    if sign == "-" and before and before[-1].is_sign:
        return STRONG
    if is_apart and sign in "-–" and text[found.end() + 1 : found.end() + 2].isdecimal():
        return "/" if _has_figure(before) else ":"
    return "/" if is_apart else "'"


def _has_figure(before: Sequence[Piece]) -> bool:
    """Whether a figure stands in the last words: what comes is no value of a label."""
    for piece in reversed(before[-8:]):
        if piece.figure is not None:
            return True
        if piece.is_sign:
            return False
    return False


def _figure(found: re.Match[str], kind: str) -> Piece:
    typed = found[0]
    plain = "".join(typed.split()).lower()
    figure = Figure(Shape.OTHER)
    match kind:
        case "share":
            part, whole = (int(side.replace(".", "")) for side in plain.split("/"))
            figure = Figure(Shape.SHARE, (part, whole))
        case "range":
            low, high = (int(s.replace(".", "")) for s in plain.replace("–", "-").split("-"))
            figure = Figure(Shape.COUNT, (low, high), is_loose=True)
            if not low < high or 2000 <= low < high < 2100:
                figure = Figure(Shape.OTHER)
        case "day" | "spoken":
            figure = Figure(Shape.DAY)
        case "time":
            figure = Figure(Shape.NONE)
        case "code":
            figure = Figure(Shape.CODE)
        case "number":
            figure = number(typed)
    return Piece(plain, found.start(), found.end(), typed, figure)


@lru_cache(4096)
def number(typed: str) -> Figure:
    """One number, in figures or in words, as sure as it was typed (N1-N4)."""
    if typed.isascii() and typed.isdecimal() and len(typed) < 4:
        return Figure(Shape.COUNT, (int(typed),))
    match words.read_count(typed):
        case words.Count(value=value):
            is_decimal = re.search(r"\d[.,]\d{1,2}(?!\d)", typed) is not None
            return Figure(Shape.COUNT, (value,), is_loose=is_decimal)
        case words.Doubt(readings=readings):
            return Figure(Shape.COUNT, readings, is_loose=True)
    return Figure(Shape.OTHER)
