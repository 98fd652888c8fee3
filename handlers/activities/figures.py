"""Numbers inside a story: "ba lăm người" becomes "35 người" (N1-N4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from handlers import words
from handlers.words.spelling import Kind, word_part
from handlers.words.text import listed

_MAX_PARTS: Final = 6
_SCALES: Final = listed("tram nghin ngan chuc muoi van trieu k")
_TENS: Final = {"chục": 10, "chuc": 10, "mươi": 10, "muoi": 10, "trăm": 100, "tram": 100}
# A single word is a number only before what can be counted: "hai người", not "hai bên".
_COUNTED: Final = listed(
    "nguoi ba hoc hoi doan dang xa thanh can giao thay co chi anh ong cu bac chu chau em ban phu "
    "cong nong nhan dan luot ho gia nha buoi lan toi lop dot cuoc dai dong hom ngay bc me vi sinh "
    "tuan nam nu"
)
_AFTER_NAME: Final = listed("xom x thon")
_WEEKDAY: Final = listed("thu t")
_NUMBERED: Final = listed("xom x thon ngay hom thu t thang so lop doi to muc buoi ngo khu nam")
_VAGUELY: Final = listed("may vai hang ca dam")
_ORDINAL: Final = listed("ca buoi nhom dot xom x thon")
_NEXT: Final = listed("tuan thang lan buoi nam quy ky hom")
_NEXT_YEAR: Final = ["nam", "sau"]


@dataclass(frozen=True, slots=True)
class Token:
    """`form`: as it is compared, `raw`: levelled as typed, from `start` to `end`."""

    form: str
    start: int
    end: int
    raw: str


def with_figures(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with each number as one token of figures."""
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        length, figure = _figure(tokens, place)
        if not length:
            found.append(tokens[place])
            place += 1
            continue
        last = tokens[place + length - 1]
        raw = " ".join(token.raw for token in tokens[place : place + length])
        found.append(Token(figure, tokens[place].start, last.end, raw))
        place += length
    return found


def _figure(tokens: Sequence[Token], place: int) -> tuple[int, str]:
    """How many tokens from `place` are one number, and that number; (0, "") for none."""
    first = tokens[place]
    before = words.fold(tokens[place - 1].raw) if place else ""
    is_numeral = first.raw[0].isdecimal()
    if is_numeral and not first.raw.replace(".", "").replace(",", "").isdecimal():
        return 0, ""
    if not is_numeral and (before in _WEEKDAY or not _begins(tokens, place)):
        return 0, ""
    if before not in _NUMBERED and _is_spaced(tokens, place):
        return 2, first.raw + tokens[place + 1].raw
    for length in range(_longest(tokens, place), 0, -1):
        figure = _read(tokens, place, length)
        if figure:
            return length, figure
    return 0, ""


def _is_spaced(tokens: Sequence[Token], place: int) -> bool:
    """True for "1 234 người" (N1)."""
    row = tokens[place : place + 3]
    if len(row) < 3 or words.fold(row[2].raw) not in _COUNTED:
        return False
    high, low = row[0], row[1]
    are_figures = high.raw.isdecimal() and low.raw.isdecimal() and high.raw[0] != "0"
    return are_figures and len(high.raw) < 4 and len(low.raw) == 3 and low.start == high.end + 1


def _begins(tokens: Sequence[Token], place: int) -> bool:
    before = words.fold(tokens[place - 1].raw) if place else ""
    if before in _VAGUELY and words.fold(tokens[place].raw) in _SCALES:
        return False
    if words.fold(tokens[place].raw) == "khong":
        return False
    part = word_part(tokens[place].raw)
    return part is not None and not part.never_first and not _is_family(tokens, place)


def _is_family(tokens: Sequence[Token], place: int) -> bool:
    """True for the "ba" of "ba con" and "26 ba" and the "nam" of "12 nam 18 nữ": no numbers."""
    behind = tokens[place + 1].raw if place + 1 < len(tokens) else ""
    raw = tokens[place].raw
    if raw == "ba" and behind in ("con", "cn"):
        return True
    is_behind_figure = bool(place) and tokens[place - 1].raw.isdecimal()
    if raw == "ba" and is_behind_figure and behind not in _TENS:  # "17 ong 26 ba"
        return True
    return raw == "nam" and (is_behind_figure or behind[:1].isdecimal() or behind == "nu")


def _longest(tokens: Sequence[Token], place: int) -> int:
    before = words.fold(tokens[place - 1].raw) if place else ""
    if before in _ORDINAL and tokens[place].raw[0].isdecimal():
        return 1
    length, behind_scale = 1, not tokens[place].raw[0].isdecimal()
    if behind_scale:
        behind_scale = words.fold(tokens[place].raw) in _SCALES
    while length < _MAX_PARTS and place + length < len(tokens):
        here, raw = place + length, tokens[place + length].raw
        is_numeral = raw.isdecimal()
        is_scale = words.fold(raw) in _SCALES and _is_part(tokens, here)
        after_word = not tokens[here - 1].raw[0].isdecimal()
        if is_numeral and not (behind_scale and len(raw) <= 3):
            break
        if not is_numeral and not is_scale and not (after_word and _is_part(tokens, here)):
            break
        behind_scale = is_scale
        length += 1
    return length


def _is_part(tokens: Sequence[Token], place: int) -> bool:
    raw = tokens[place].raw
    if raw == "k":  # glued: "1k"; alone it is "không"
        return tokens[place].start == tokens[place - 1].end
    return word_part(raw) is not None and not _is_family(tokens, place)


def _read(tokens: Sequence[Token], place: int, length: int) -> str:
    run = [token.raw for token in tokens[place : place + length]]
    behind = words.fold(tokens[place + length].raw) if place + length < len(tokens) else ""
    before = words.fold(tokens[place - 1].raw) if place else ""
    if tens := _tens_of_range(run):
        return tens
    if short := _short_tens(run, behind):
        return short
    if run == _NEXT_YEAR and behind in _COUNTED:
        return "~5~6"
    if length == 1 and not run[0][0].isdecimal() and not _is_counted(run[0], before, behind):
        return ""
    match _counted(" ".join(run)):
        case words.Count(value=value, approximate=False):
            return str(value)
        case words.Doubt(kind=kind, readings=readings):
            is_loose = kind == "range" and behind not in _COUNTED
            return "" if is_loose else "".join(f"~{value}" for value in readings)
        case _:
            return ""


@lru_cache(4096)
def _counted(typed: str) -> object:
    return words.read_count(typed)


def _short_tens(run: Sequence[str], behind: str) -> str:
    """Read two digits: "hai tám người" is 28; "hai ba người" is a range and asked."""
    if len(run) != 2 or behind not in _COUNTED or run[0][0].isdecimal() or run[1][0].isdecimal():
        return ""
    parts = [word_part(word) for word in run]
    if any(part is None or part.kind is not Kind.DIGIT for part in parts):
        return ""
    tens, ones = (int(part.readings[0]) for part in parts if part)
    return str(tens * 10 + ones) if tens > 1 and ones and ones != tens + 1 else ""


def _is_counted(word: str, before: str, behind: str) -> bool:
    if word == "tam" and behind in ("ba", "hai", "nam"):  # "tầm ba chục"
        return False
    if word == "sau" and before in _NEXT:  # "tuần sau học"
        return False
    return behind in _COUNTED or (before in _AFTER_NAME and word not in ("tu", "sau"))


def _tens_of_range(run: Sequence[str]) -> str:
    """Read a range of tens: "hai ba chục" is 20 or 30."""
    if len(run) != 3 or run[2] not in _TENS:
        return ""
    parts = [word_part(word) for word in run[:2]]
    if any(part is None or not part.readings for part in parts):
        return ""
    low, high = (int(part.readings[0]) for part in parts if part)
    size = _TENS[run[2]]
    return f"~{low * size}~{high * size}" if 0 < low == high - 1 < 9 else ""
