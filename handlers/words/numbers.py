"""Reading counts and percentages (N1-N6). What is not sure is asked, never guessed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from handlers.words.spelling import MAX_DIGITS, Kind, Part, readings, word_part
from handlers.words.text import fold, level, listed, may_mean, words_of


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number ≥ 0. `approximate`: "khoảng 50". `in_words`: not in plain figures (N4)."""

    value: int
    approximate: bool = False
    in_words: bool = False


@dataclass(frozen=True, slots=True)
class Doubt:
    """The person must be asked which of `readings` is meant.

    Kinds: "thousands" (1,234), "shorthand" (1 nghìn 23; hai triệu ba trăm), "range" (30-40;
    năm sáu người), "sum" (30+5).
    """

    kind: str
    readings: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Understood, but never a valid answer. Reasons: "negative"."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The person says that the figure is not known ("chưa nắm được"): neither 0 nor blank."""


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage with at most two decimals; may be above 100."""

    value: Decimal
    approximate: bool = False


_MAX_ANSWER = 200  # characters; a longer text is a story, not a number (and keeps T29)
_TOKEN = re.compile(
    r"\d+(?:[.,]\d+)+|\d{1,3}(?: \d{3})+(?![.,]?\d)|\d+|[^\W\d_]+(?:/[^\W\d_]+)?|\S"
)
_DOTTED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
_COMMAS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")
_SPACED = re.compile(r"[1-9]\d{0,2}(?: \d{3})+")
_DECIMAL = re.compile(r"\d{1,4}[.,]\d{1,2}")

_UNKNOWN = re.compile(
    r"(?:da |thua |hien |toi |em |xom |tam thoi )*(?:chua|khong|ko|k|kg|kh|hong|chang) "
    r"(?:the |he |kip )?(?:nam\b(?! (?:muoi|tram|nghin|ngan|trieu|ty))|ro|biet|bt|nho|thong ke|"
    r"tong hop|dem|tinh|xac dinh|co so\b|co con so|co thong ke|ra so)[^\d]*|chiu\b[^\d]*"
)
_UNITS = (
    "nguoi", "ng", "nguoi dan", "nguoi hoc", "nguoi du", "ba con", "ho", "ho dan", "gia dinh",
    "nha", "luot", "luot nguoi", "buoi", "buoi hoc", "lop", "lop hoc", "hoc vien", "hv",
    "hoc sinh", "hs", "thanh vien", "hoi vien", "doan vien", "dang vien", "can bo", "giao vien",
    "cong dan", "dong chi", "d/c", "nhan khau", "khau", "tai khoan", "may", "cai", "chiec", "to",
    "nhom", "cuoc", "lan", "bai", "tin", "tin bai", "video", "ho so", "truong hop", "diem",
    "mo hinh", "doanh nghiep", "co so", "don vi", "ong ba", "cu", "bac", "anh chi em", "anh chi",
    "chi em", "em", "chau", "dong", "d", "vnd", "nguoi tham gia", "tham gia", "tham du", "da hoc",
)  # fmt: skip
_UNITS_BY_LENGTH = sorted((tuple(unit.split()) for unit in _UNITS), key=len, reverse=True)
_POLITE_ENDS = listed("a ah nhe nha nhen em anh chi bac chau oi day thoi roi")
_LEADS = listed("tu da vang thua bao cao co duoc dc la tong so cong tat ca em toi chau")
_ABOUT = listed("khoang chung uoc tinh gan hon tren duoi ngot xap xi quang do co ~ ≈ tam")
_ABOUT_BEHIND = (("tro", "len"), ("gi", "do"), ("hon",), ("+",))
_ZERO = re.compile(
    r"(?:da |thua |hien |xom )*(?P<no>\S+)(?: co)?"
    r"(?: (?:ai|gi|nao|mot ai|(?:mot )?(?P<unit>[a-z/ ]+?)(?: nao)?))?"
)
_ENDING = re.compile(r"(?: (?:ca|het|a|nhe|nha|em|anh|chi|bac|chau))+$")
_NOT = [
    word
    for text in ("không", "chưa", "hông", "chẳng", "ko", "k", "kh", "kg")
    for word in words_of(text)
]
_JOINS = frozenset(("-", "–", "—", "den", "toi", "hoac", "hay"))
_MINUS = frozenset("-−–—")


def read_count(text: str) -> Count | Doubt | Refused | Unknown | None:
    """Read an integer answer. None = not accepted or not understood: ask with an example (N3)."""
    typed = _unwrapped(level(text))
    folded = fold(typed)
    if not folded or len(folded) > _MAX_ANSWER:
        return None
    if _UNKNOWN.fullmatch(folded):
        return Unknown()
    if _says_none(typed):
        return Count(0, in_words=True)
    tokens = _TOKEN.findall(typed)
    if folded == "nam sau":  # next year
        return None
    if _is_negative(tokens):
        return Refused("negative")
    tokens, approximate = _core(tokens)
    return _several(tokens) or _single(tokens, approximate=approximate)


def read_percent(text: str) -> Percent | Refused | Unknown | None:
    """Read "85,5%", "85.5 %", "85", "tám mươi lăm phần trăm" (N6)."""
    typed = _unwrapped(level(text))
    if not typed or len(typed) > _MAX_ANSWER:
        return None
    if _UNKNOWN.fullmatch(fold(typed)):
        return Unknown()
    tokens = _TOKEN.findall(typed)
    if _is_negative(tokens):
        return Refused("negative")
    tokens, approximate = _core(_without_percent_sign(tokens))
    figure = " ".join(tokens)
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{1,2})?", figure):
        return Percent(Decimal(figure.replace(",", ".")), approximate)
    count = _single(tokens, approximate=approximate)
    if isinstance(count, Count) and count.in_words and count.value <= 999:
        return Percent(Decimal(count.value), approximate)
    return None


def say_percent(value: Decimal) -> str:
    """85.50 is "85,5%"."""
    figure = f"{value.normalize():f}".replace(".", ",")
    return f"{figure}%"


def _unwrapped(typed: str) -> str:
    typed = typed.lstrip("\"'“‘(=:[").rstrip("\"'”’)]")
    return typed.rstrip(" .,;!:").strip()


def _without_percent_sign(tokens: list[str]) -> list[str]:
    folded = [fold(token) for token in tokens]
    if folded[-1] == "%":
        return tokens[:-1]
    return tokens[:-2] if folded[-2:] == ["phan", "tram"] else tokens


def _says_none(typed: str) -> bool:
    """True for a zero in words: "không", "ko có ai", "chưa có hộ nào" (N5)."""
    found = _ZERO.fullmatch(_ENDING.sub("", fold(typed)))
    if not found:
        return False
    unit = found["unit"]
    if unit is not None and unit.removesuffix(" nao") not in _UNITS:
        return False
    negations = [word for word in words_of(typed) if word.plain == found["no"]]
    return any(may_mean(word, no) for word in negations[:1] for no in _NOT)


def _is_negative(tokens: Sequence[str]) -> bool:
    if len(tokens) < 2 or not tokens[1][0].isdecimal():
        return False
    return tokens[0] in _MINUS or fold(tokens[0]) in ("am", "tru")


def _core(tokens: Sequence[str]) -> tuple[list[str], bool]:
    """The number itself, without lead-in, unit and courtesy; and whether it is approximate."""
    kept, about = list(tokens), False
    while len(kept) > 1:
        if _is_about(kept[0], kept[1]):
            about = True
        elif fold(kept[0]) not in _LEADS:
            break
        kept.pop(0)
    if len(kept) > 2 and [fold(token) for token in kept[:2]] in (["chua", "den"], ["chua", "toi"]):
        kept, about = kept[2:], True
    length = _end(kept)
    behind = tuple(fold(token) for token in kept[:length])
    for phrase in _ABOUT_BEHIND:
        if len(behind) > len(phrase) and behind[-len(phrase) :] == phrase:
            return kept[: _end(kept[: length - len(phrase)])], True
    return kept[:length], about


def _is_about(token: str, after: str) -> bool:
    folded = fold(token)
    if folded not in _ABOUT:
        return False
    if folded == "tam":  # "tầm 50", "tầm mười", but "tám mươi"
        return after[0].isdecimal() or word_part(token) is None
    if folded in ("co", "do"):  # "cỡ", "độ", but not "có", "đó"
        return token in ("cỡ", "độ")
    return True


def _end(tokens: Sequence[str]) -> int:
    """Where the unit and the courtesy at the end begin."""
    folded = [fold(token) for token in tokens]
    end = len(folded)
    while end > 1:
        if folded[end - 1] in _POLITE_ENDS:
            end -= 1
            continue
        size = next((len(u) for u in _UNITS_BY_LENGTH if tuple(folded[:end][-len(u) :]) == u), 0)
        if not size or size >= end:
            break
        end -= size
    return end


def _several(tokens: Sequence[str]) -> Doubt | None:
    """Two numbers in one answer: a range or a sum."""
    for place, joint in enumerate(tokens):
        if joint == "+" or fold(joint) in _JOINS:
            left = _single(tokens[: _end(tokens[:place])])
            right = _single(tokens[place + 1 :])
            return _joined(left, right, is_sum=joint == "+")
    parts = _parts(tokens)
    if parts and len(parts) == 2 and all(part.kind is Kind.DIGIT for part in parts):
        low, high = (int(part.readings[0]) for part in parts)
        if 0 < low == high - 1 and not parts[1].never_first:
            return Doubt("range", (low, high))
    return None


def _joined(
    left: Count | Doubt | None, right: Count | Doubt | None, *, is_sum: bool
) -> Doubt | None:
    if not isinstance(left, Count) or not isinstance(right, Count):
        return None
    if is_sum:
        return Doubt("sum", (left.value + right.value,))
    return Doubt("range", (left.value, right.value)) if left.value < right.value else None


def _single(tokens: Sequence[str], *, approximate: bool = False) -> Count | Doubt | None:
    parts = _parts(tokens)
    if not parts or (len(parts) == 1 and _is_decimal(parts[0])):  # "5.0" is refused as "5.2" is
        return None
    whole = [int(value) for value in readings(parts) if value.denominator == 1]
    if not whole or whole[-1] >= 10**MAX_DIGITS:
        return None
    has_comma = any(part.has_comma for part in parts)
    if len(whole) > 1 or has_comma:
        return Doubt("thousands" if has_comma else "shorthand", tuple(whole))
    in_words = any(part.kind is not Kind.NUMERAL for part in parts)
    return Count(whole[0], approximate, in_words)


def _is_decimal(part: Part) -> bool:
    return part.kind is Kind.NUMERAL and not part.width


def _parts(tokens: Sequence[str]) -> list[Part] | None:
    parts: list[Part] = []
    for token in tokens:
        is_numeral = token[0].isdecimal()
        behind_numeral = bool(parts) and parts[-1].kind is Kind.NUMERAL
        part = _numeral(token) if is_numeral else word_part(token, after_numeral=behind_numeral)
        if part is None:
            return None
        parts.append(part)
    return parts


def _numeral(token: str) -> Part | None:
    """One written number with all it can mean; None when it is none (N1-N3)."""
    digits = "".join(char for char in token if char.isdecimal())
    if len(digits) > MAX_DIGITS:
        return None
    if _DOTTED.fullmatch(token) or _SPACED.fullmatch(token):
        return Part(Kind.NUMERAL, (Fraction(int(digits)),), len(digits))
    if _COMMAS.fullmatch(token):
        return Part(Kind.NUMERAL, _comma_readings(token, digits), len(digits), has_comma=True)
    if _DECIMAL.fullmatch(token):  # whole only with a scale behind it: "1,5 nghìn"
        return Part(Kind.NUMERAL, (Fraction(token.replace(",", ".")),))
    if token != digits or (len(digits) > 3 and digits[0] == "0"):  # a telephone, an identity number
        return None
    return Part(Kind.NUMERAL, (Fraction(int(digits)),), len(digits))


def _comma_readings(token: str, digits: str) -> tuple[Fraction, ...]:
    whole = Fraction(int(digits))
    return (Fraction(token.replace(",", ".")), whole) if token.count(",") == 1 else (whole,)
