"""What the words of a question for figures say, one place of the line after the other."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from handlers.statistics import asking_places, times
from handlers.statistics.asking_phrases import ANY_KIND
from handlers.statistics.asking_places import Impossible, Places
from handlers.statistics.asking_words import LONGEST, NOUNS, Meaning, meaning_of
from handlers.statistics.times import Found, Odd, Time
from handlers.statistics.typed import Line
from handlers.statistics.unit_names import Names
from handlers.words.spelling import small_number

_TIME_WORDS: Final = frozenset({"thang", "tuan", "quy", "ngay", "nam"})
_MOST: Final = 99


@dataclass(slots=True)
class Heard:
    """What the words of one line say, in their order."""

    line: Line
    said: list[Time | Odd] = field(default_factory=list)
    sure: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    meanings: list[Meaning] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    is_time_compared: bool = False
    """"so với tháng trước": set against a time that was not said."""

    def values(self, name: str) -> list[str]:
        return list(dict.fromkeys(one.value for one in self.meanings if one.field == name))

    def has(self, *names: str) -> bool:
        return any(one.field in names for one in self.meanings)


@dataclass(frozen=True, slots=True)
class _Count:
    """As "3 xóm", "top 5"."""

    number: int
    meanings: tuple[Meaning, ...]
    end: int


@dataclass(frozen=True, slots=True)
class _Phrase:
    meaning: Meaning
    end: int


_Piece = Found | Places | _Count | _Phrase


def hear(line: Line, names: Names, today: date) -> Heard | None:
    """None if a word says nothing known, or names a place that does not exist."""
    heard = Heard(line)
    place = 0
    while place < len(line.words):
        there = asking_places.at(line, place, names, today)
        if isinstance(there, Impossible):
            return None
        piece = _longest(line, place, there, today)
        if piece is None and line.plain(place).isalnum():
            return None
        if piece is not None:
            _take(heard, piece)
        place = piece.end if piece else place + 1  # past a comma
    return heard


def _longest(line: Line, place: int, there: Places | None, today: date) -> _Piece | None:
    """Of equally long readings the first: time, place, count, phrase."""
    found = (times.at(line, place, today), there, _count(line, place), _phrase(line, place, today))
    return max((piece for piece in found if piece), key=lambda piece: piece.end, default=None)


def _take(heard: Heard, piece: _Piece) -> None:
    match piece:
        case Found():
            is_compared = bool(heard.meanings) and heard.meanings[-1].field == "versus"
            heard.is_time_compared |= is_compared
            heard.said.append(piece.said)
            heard.meanings.append(Meaning("time", ""))
        case Places():
            heard.sure += piece.sure
            heard.doubtful += piece.doubtful
            heard.meanings.append(Meaning("place", ""))
        case _Count():
            heard.counts.append(piece.number)
            heard.meanings += piece.meanings
        case _Phrase():
            heard.meanings.append(piece.meaning)


def _phrase(line: Line, place: int, today: date) -> _Phrase | None:
    for end in range(min(place + LONGEST, len(line.words)), place, -1):
        meaning = meaning_of(line.words[place:end])
        if meaning is None or _cuts_a_time(line, place, end, meaning, today):
            continue
        if meaning.field in ("kind", "noun") and asking_places.is_hamlet(line, end - 1, today):
            continue
        if meaning.field == "closing" and end < len(line.words):
            continue
        return _Phrase(meaning, end)
    return None


def _cuts_a_time(line: Line, place: int, end: int, meaning: Meaning, today: date) -> bool:
    """As "theo tháng" in "theo tháng 11" is no trend."""
    if meaning.field != "trend" or line.plain(end - 1) not in _TIME_WORDS or end - place < 2:
        return False
    time = times.at(line, end - 1, today)
    return time is not None and time.end > end


def _count(line: Line, place: int) -> _Count | None:
    """As "3 xóm", "ba trường", "5 đơn vị", "top 3", "cả 2 xóm"."""
    is_top = line.plain(place) == "top"
    start = place + (line.plain(place) in ("top", "ca", "trong"))
    number = small_number(line.words[start : start + 1]) if line.plain(start) else None
    if not number or number > _MOST:
        return None
    top = (Meaning("top", ""),) if is_top else ()
    end = start + 1
    for size in (4, 3, 2, 1):
        noun = line.plains(end, end + size)
        kind = "" if noun in ANY_KIND else NOUNS.get(noun)
        if kind is not None and len(noun) == size:
            if line.plain(end + size)[:1].isdecimal():  # "2 xóm 5 và 6": the hamlets follow
                return _Count(number, (Meaning("listed", ""),), end)
            return _Count(number, (Meaning("kind", kind), *top), end + size)
    return _Count(number, top, end) if is_top else None
