"""The units in a line of words: hamlets by number, any unit by its name or the beginning of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from handlers.statistics import times
from handlers.statistics.typed import Line
from handlers.statistics.unit_names import HAMLET_WORDS, Names
from handlers.words.spelling import small_number
from handlers.words.text import Word, listed

_LONGEST: Final = 9  # words of a name
_PLURALS: Final = frozenset(
    tuple(name.split())
    for name in ("cac", "nhung", "tat ca cac", "toan bo cac", "ca", "may", "tung", "moi",
    "khoi", "tat ca", "bac", "cap")
)  # fmt: skip
_AND: Final = frozenset({",", "va", "&", "+", "voi", "cung", "lan", "hay", "hoac", "vs"})
_VERSUS: Final = ("so", "voi")
_SMALL: Final = listed("- , . o cua thuoc ben phia cho")
_SPOKEN: Final = listed("mot hai ba bon tu nam sau bay tam chin muoi lam")
_SIGNS: Final = listed("- . ,")
_COUNTED: Final = listed("nguoi ngay luot buoi ba xom thon truong don noi % phan tuan")
_TO: Final = listed("den toi -")
_NEAR_BEHIND: Final = 5  # words behind a hamlet's number that may say which of two


class Impossible(NamedTuple):
    """A unit was said that does not exist."""


@dataclass(frozen=True, slots=True)
class Places:
    """Units said from one place of the line on: sure ones, and one that may be several."""

    sure: tuple[str, ...]
    doubtful: tuple[str, ...]
    end: int


def at(line: Line, place: int, names: Names, today: date) -> Places | Impossible | None:
    """The units that begin at this place of the line."""
    start = place + (line.plain(place) in ("tu", "so") and line.plain(place + 1) in HAMLET_WORDS)
    if is_hamlet(line, start, today) and not _is_name(line, start, names):
        return _hamlets(line, start, names, today)
    return _named(line, place, names)


def is_hamlet(line: Line, place: int, today: date) -> bool:
    """As "xóm 5", not the "xóm" of "các xóm 7 ngày qua"."""
    number = _number_at(line, place + 1) if line.plain(place) in HAMLET_WORDS else None
    if number is None:
        return False
    is_spoken = line.plain(place + 1).isalpha() and line.plain(place + 1) != "so"
    if not is_spoken and line.plain(place - 1) not in ("cac", "tung", "moi", "nhung"):
        return True
    if line.plains(place + 1, place + 3) == ("nam", "nam"):  # "xóm năm năm nay"
        return True
    time = times.at(line, place + 1, today)
    return time is None or time.end <= number[1]


def _is_name(line: Line, place: int, names: Names) -> bool:
    return any(line.plains(place, place + size) in names.full for size in range(2, 6))


def _is_spoken(words: Sequence[Word]) -> bool:
    return all(word.plain in _SPOKEN for word in words)


def _number_at(line: Line, place: int) -> tuple[str, int] | None:
    """The number said here in figures or in words, and the place behind it."""
    if line.plain(place) in ("so", "-") and line.plain(place + 1)[:1].isdecimal():
        place += 1
    plain = line.plain(place)
    if plain[:1].isdecimal():
        return plain.lstrip("0"), place + 1
    for size in (3, 2, 1):
        words = line.words[place : place + size]
        number = small_number(words) if plain and _is_spoken(words) else None
        if number and place + size <= len(line.words):
            is_year = line.plain(place + size - 1) == "nam" and _is_year_behind(line, place + size)
            if not is_year:
                return str(number), place + size
    return None


def _is_year_behind(line: Line, place: int) -> bool:
    return line.plain(place) in ("nay", "ngoai", "truoc") or len(line.plain(place)) == 4


def _hamlets(line: Line, place: int, names: Names, today: date) -> Places | Impossible:
    """As "xóm 5", "xóm 5, 6 và 7", "xóm 5 đến xóm 9"."""
    sure: list[str] = []
    doubtful: list[str] = []
    numbers: list[str] = []
    following: tuple[str, int] | None = _number_at(line, place + 1)
    is_range = False
    while following is not None:
        number, place = following
        found = _of_number(line, number, place, names)
        if found is None:
            return Impossible()
        codes, place = found
        if is_range:
            sure += _between(numbers[-1], number, names)
        (sure if len(codes) == 1 else doubtful).extend(codes)
        numbers.append(number)
        is_range = line.plain(place) in _TO
        following = _next_number(line, place, today)
    return Places(_once(sure), _once(doubtful), place)


def _once(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


def _between(first: str, last: str, names: Names) -> list[str]:
    """The hamlets strictly between two numbers, all of each number."""
    if not (first.isdecimal() and last.isdecimal()):
        return []
    numbers = range(int(first) + 1, min(int(last), 1000))
    return [code for number in numbers for code in names.hamlets.get(str(number), ())]


def _of_number(
    line: Line, number: str, place: int, names: Names
) -> tuple[tuple[str, ...], int] | None:
    """The hamlets of a number; of two, the one that the words behind tell."""
    codes = names.hamlets.get(number, ())
    if not codes and not number.isdecimal():  # "3a": of the former commune A
        own = [
            code
            for code in names.hamlets.get(number[:-1], ())
            if any(number[-1] in words for words in names.behind[code])
        ]
        return (tuple(own), place) if len(own) == 1 else None
    if len(codes) < 2:
        return (codes, place) if codes else None
    for end in range(min(place + _NEAR_BEHIND, len(line.words)), place, -1):
        told = _told_by(line, place, end, codes, names)
        if told is not None:
            return (told,), end
    return codes, place


def _told_by(line: Line, place: int, end: int, codes: Sequence[str], names: Names) -> str | None:
    """The only one whose name has all these words. A last "a" may be mere courtesy."""
    said = [word for word in line.words[place:end] if word.plain not in _SMALL]
    if not said or any(word.marks and len(word.plain) == 1 for word in said):
        return None
    if [word.plain for word in said] == ["a"] and end == len(line.words):
        return None
    plains = {word.plain for word in said}
    fitting = [code for code in codes if any(plains <= words for words in names.behind[code])]
    return fitting[0] if len(fitting) == 1 else None


def _next_number(line: Line, place: int, today: date) -> tuple[str, int] | None:
    """The number of a further hamlet in a list: behind "và", a comma, "đến" or just so."""
    start = place
    while line.plain(start) in _AND or line.plain(start) in _TO:
        start += 1
    if line.plains(start, start + 2) == _VERSUS:
        start += 2
    if line.plain(start) in HAMLET_WORDS:
        return _number_at(line, start + 1) if start > place else None
    if not line.plain(start)[:1].isdecimal() and start == place:
        return None
    found = _number_at(line, start)
    if found is None or line.plain(found[1]) in _COUNTED:
        return None
    if start == place:
        return found if times.at(line, start, today) is None else None
    return None if _is_of_time(line, found) else found


def _is_of_time(line: Line, number: tuple[str, int]) -> bool:
    """The number of "1/9", "6 tháng đầu năm", "2026"; not of "xóm 5 và 6 tháng 10"."""
    said, place = number
    if len(said) > 2 or line.plain(place) in ("/", "."):
        return True
    return line.plain(place) in ("thang", "quy") and line.plain(place + 1) in ("dau", "cuoi")


def _named(line: Line, place: int, names: Names) -> Places | None:
    start, is_all = _behind_plural(line, place)
    for end in range(min(start + _LONGEST, len(line.words)), start, -1):
        said = tuple(plain for plain in line.plains(start, end) if plain not in _SIGNS)
        if not said or line.plain(start) in _SIGNS or line.plain(end - 1) in _SIGNS:
            continue
        if said in names.commune:
            return Places((), (), end)
        codes = names.full.get(said) or names.parts.get(said)
        if codes and is_all and said not in names.full and len(codes) == 1:
            continue  # "các công ty" are all of that kind
        if codes and (len(said) > 1 or len(said[0]) > 2):
            codes, end = _siblings(line, said, codes, end, names)
            is_sure = len(codes) == 1 or is_all or end > start + len(said)
            return Places(codes, (), end) if is_sure else Places((), codes, end)
    return None


def _behind_plural(line: Line, place: int) -> tuple[int, bool]:
    for size in (3, 2, 1):
        if line.plains(place, place + size) in _PLURALS:
            return place + size, True
    return place, False


def _siblings(
    line: Line, said: tuple[str, ...], codes: tuple[str, ...], end: int, names: Names
) -> tuple[tuple[str, ...], int]:
    """As "mầm non A và B": the letters behind, too."""
    while (
        len(said[-1]) == 1
        and line.plain(end) in _AND
        and (other := names.full.get((*said[:-1], line.plain(end + 1))))
        and not line.words[end + 1].marks
    ):
        codes, end = (*codes, *other), end + 2
    return codes, end
