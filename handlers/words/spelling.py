"""The grammar of spoken numbers: "hai trăm linh ba", "1 nghìn 2", "1k2", and saying them (N4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from fractions import Fraction

from handlers.words.text import Word, may_mean, words_of

MAX_DIGITS = 12


class Kind(Enum):
    """What a part of a spoken number is."""

    DIGIT = auto()
    NUMERAL = auto()
    SCALE = auto()
    ODD = auto()  # "linh", "lẻ": the tens are zero
    HALF = auto()


@dataclass(frozen=True, slots=True)
class Part:
    """One word or one written number. A NUMERAL has several readings when its comma is unclear."""

    kind: Kind
    readings: tuple[Fraction, ...]
    width: int = 0  # digits of a numeral
    never_first: bool = False
    has_comma: bool = False


_FIRST_DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
# Spelled otherwise, or only behind a ten, hundred, thousand: (word, value, never first).
_OTHER_DIGITS = (("bẩy", 7, False), ("mốt", 1, True), ("tư", 4, True), ("lăm", 5, True))
_SCALES = {
    "mươi": 10, "mười": 10, "chục": 10, "trăm": 100, "nghìn": 10**3, "ngàn": 10**3,
    "vạn": 10**4, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9,
}  # fmt: skip
_SHORT_SCALES = {"k": 10**3, "tr": 10**6}  # only right behind a numeral: bare "k" is "không"


def _vocabulary() -> dict[str, list[tuple[Word, Part]]]:
    entries = [(word, Part(Kind.DIGIT, (Fraction(n),))) for n, word in enumerate(_FIRST_DIGITS)]
    for word, value, late in (*_OTHER_DIGITS, ("nhăm", 5, True)):
        entries.append((word, Part(Kind.DIGIT, (Fraction(value),), never_first=late)))
    entries += [(word, Part(Kind.SCALE, (Fraction(n),))) for word, n in _SCALES.items()]
    entries += [(word, Part(Kind.ODD, (), never_first=True)) for word in ("linh", "lẻ")]
    entries.append(("rưỡi", Part(Kind.HALF, (), never_first=True)))
    table: dict[str, list[tuple[Word, Part]]] = {}
    for spelled, part in entries:
        full = words_of(spelled)[0]
        table.setdefault(full.plain, []).append((full, part))
    return table


_VOCABULARY = _vocabulary()


def word_part(typed: str, *, after_numeral: bool = False) -> Part | None:
    """The number word `typed` may stand for; marks may be missing but not different."""
    if after_numeral and typed in _SHORT_SCALES:
        return Part(Kind.SCALE, (Fraction(_SHORT_SCALES[typed]),))
    words = words_of(typed)
    return _spelled(words[0]) if len(words) == 1 else None


def readings(parts: Sequence[Part]) -> tuple[Fraction, ...]:
    """All values `parts` can mean: none = no number, one = sure, several = ask."""
    if not parts or parts[0].never_first:
        return ()
    for size in (10**9, 10**6, 10**4, 10**3, 100, 10):
        for place, part in enumerate(parts):
            if part.kind is Kind.SCALE and part.readings[0] == size:
                return _around(parts[:place], parts[place + 1 :], size)
    if len(parts) == 1 and parts[0].kind in (Kind.DIGIT, Kind.NUMERAL):
        return parts[0].readings
    return _short_tens(parts)


def small_number(words: Sequence[Word]) -> int | None:
    """The one whole number below 1,000 that `words` say in figures or in words; else None."""
    parts: list[Part] = []
    for word in words[:6]:
        part = _numeral(word.plain) if word.plain.isdecimal() else _spelled(word)
        if part is None:
            return None
        parts.append(part)
    values = readings(parts)
    if len(values) != 1 or values[0].denominator != 1 or values[0] >= 1000:
        return None
    return int(values[0])


def say_number(number: int) -> str:
    """Figures in Vietnamese style: 1234 is "1.234"."""
    return f"{number:,}".replace(",", ".")


def say_number_in_words(number: int) -> str:
    """Full words; `read_count` reads them back to the same number."""
    if number < 0:
        return f"âm {say_number_in_words(-number)}"
    if number < 10:
        return _FIRST_DIGITS[number]
    said: list[str] = []
    for size, name in ((10**9, "tỷ"), (10**6, "triệu"), (10**3, "nghìn"), (1, "")):
        group, rest = number // size, number % size
        if size == 10**9 and group >= 1000:
            said.append(f"{say_number_in_words(group)} {name}")
        elif group:
            said.append(f"{_say_group(group, padded=bool(said))} {name}")
        elif said and number:
            said.append(f"không {name}")
        number = rest
        if not number:
            break
    return " ".join(said).strip()


def _spelled(word: Word) -> Part | None:
    entries = _VOCABULARY.get(word.plain, ())
    return next((part for full, part in entries if may_mean(word, full)), None)


def _numeral(typed: str) -> Part | None:
    return Part(Kind.NUMERAL, (Fraction(int(typed)),), len(typed)) if len(typed) <= 3 else None


def _short_tens(parts: Sequence[Part]) -> tuple[Fraction, ...]:
    """Read "hai lăm", "ba tư": what is never first tells that "mươi" was left out."""
    if len(parts) != 2 or not all(map(_is_digit, parts)) or not parts[1].never_first:
        return ()
    return (parts[0].readings[0] * 10 + parts[1].readings[0],)


def _around(left: Sequence[Part], right: Sequence[Part], size: int) -> tuple[Fraction, ...]:
    heads = _heads(left, size, has_tail=bool(right))
    tails = _tails(right, size)
    return tuple(sorted({head * size + tail for head in heads for tail in tails}))


def _heads(left: Sequence[Part], size: int, *, has_tail: bool) -> Iterable[Fraction]:
    if not left:  # "mười", "trăm hai", "nghìn rưỡi"; a bare "trăm" is no number
        return (Fraction(1),) if size == 10 or has_tail else ()
    lowest, limit = (1, 10) if size == 10 else (0, 100 if size == 100 else 10**6)
    return [
        head
        for head in readings(left)
        if lowest <= head < limit and (head.denominator == 1 or not has_tail)
    ]


def _tails(right: Sequence[Part], size: int) -> Iterable[Fraction]:
    if not right:
        return (Fraction(0),)
    if right[0].kind is Kind.ODD:
        return right[1].readings if size > 10 and len(right) == 2 and _is_digit(right[1]) else ()
    if len(right) == 1:
        return _lone_tail(right[0], size)
    tails = [tail for tail in readings(right) if tail < size]
    if size >= 10**6 and 0 not in right[0].readings and all(tail < 1000 for tail in tails):
        # "hai triệu ba trăm" is 2.300.000 in the market and 2.000.300 at school.
        return [*tails, *(tail * size / 1000 for tail in tails)]
    return tails


def _lone_tail(part: Part, size: int) -> Iterable[Fraction]:
    """Read what follows: "1 nghìn 2" is 1.200, "1 nghìn 234" is 1.234, "1 nghìn 23" is asked."""
    if part.kind is Kind.HALF:
        return (Fraction(size, 2),) if size > 10 else ()
    if _is_digit(part):
        return (part.readings[0] * size / 10,)
    if part.kind is Kind.SCALE:  # "một trăm mười": the lone "mười" is ten
        return [value for value in readings([part]) if value < size]
    zeros = len(str(size)) - 1
    if part.kind is not Kind.NUMERAL or not 1 < part.width <= zeros:
        return ()
    return {value * 10**shift for value in part.readings for shift in (0, zeros - part.width)}


def _is_digit(part: Part) -> bool:
    is_one = part.kind is Kind.DIGIT or (part.kind is Kind.NUMERAL and part.width == 1)
    return is_one and part.readings[0] > 0


def _say_group(group: int, *, padded: bool) -> str:
    hundreds, tens, ones = group // 100, group // 10 % 10, group % 10
    said: list[str] = []
    if hundreds or padded:
        said += [_FIRST_DIGITS[hundreds], "trăm"]
    if tens:
        said += ["mười"] if tens == 1 else [_FIRST_DIGITS[tens], "mươi"]
    elif ones and said:
        said.append("linh")
    if ones:
        said.append(_say_ones(ones, tens))
    return " ".join(said)


def _say_ones(ones: int, tens: int) -> str:
    if ones == 5 and tens:
        return "lăm"
    if ones == 1 and tens > 1:
        return "mốt"
    return "tư" if ones == 4 and tens > 1 else _FIRST_DIGITS[ones]
