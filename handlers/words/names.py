"""Finding a hamlet or another unit by its number, name, alias or code."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from handlers.words.choices import (
    MOST_ASKED,
    Close,
    Exact,
    Match,
    NoMatch,
    Several,
    clear_winner,
    likeness,
)
from handlers.words.leftovers import unfold_typing
from handlers.words.slips import looks_slipped
from handlers.words.spelling import small_number
from handlers.words.text import Word, listed, may_all_mean, words_of

Found = Match


@dataclass(frozen=True, slots=True)
class Named:
    """A unit to be found. `names`: official name first, then aliases and the code."""

    key: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Query:
    """A name taken apart: its kind ("xom", "" if none), its numbers and the other words."""

    kind: str
    numbers: tuple[str, ...]
    rest: tuple[Word, ...]

    @property
    def plains(self) -> tuple[str, ...]:
        return tuple(word.plain for word in self.rest)


_MAX_TEXT = 200
_KINDS = {kind: kind for kind in ("xom", "thon", "to", "khu", "ap", "ban", "lang", "doi")}
_KINDS |= {"x": "xom", "t": "thon"}
_LONG_KINDS = (("to", "dan", "pho"), ("khu", "dan", "cu"), ("khu", "pho"))
_AROUND = listed("toi em chau minh nha o tai la day thuoc h nhe")  # "h": of h_xom-05
_POLITE_A = words_of("ạ")[0]  # bare "a" may be the name of an old commune
_SILENT = listed("so o")  # "xóm số 5", "số 5 ở xã cũ A"


def find_named(text: str, named: Sequence[Named], *, limit: int = MOST_ASKED) -> Found:
    """Find the unit meant by `text`.

    Numbers must be equal: "5", "x5", "xóm năm" and the code "xom-05" are `Exact` for the only unit
    of that number; units of one number, and a number beside unknown words ("5 người"), are asked
    (`Several`). "xom1" is number 1; "xom1 5" is VNI's "xóm 5" and, as every such left-over, only
    `Close`. What was sent by mistake is only ever `Exact`: "nhầm" is nobody's "nhầm xóm".
    """
    if len(text) > _MAX_TEXT:
        return NoMatch()
    found: Match = NoMatch()
    is_slip = looks_slipped(text)
    for attempt in (text, *unfold_typing(text)):
        here = _find(words_of(attempt), named, limit)
        if is_slip and not isinstance(here, Exact):
            continue
        if isinstance(here, Exact | Close):
            return here if attempt is text else Close(here.key)
        found = here if isinstance(found, NoMatch) else found
    return found


def _find(typed: tuple[Word, ...], named: Sequence[Named], limit: int) -> Found:
    query = _taken_apart(typed)
    if query.numbers:
        return _by_number(query, named, limit)
    if not query.rest:
        return NoMatch()
    called = _called(query, named)
    spoken = small_number(query.rest)
    if not spoken or typed in _all_names(called):
        return _listed(called, limit) if called else _alike(query, named, limit)
    numbered = _numbered(_Query(query.kind, (str(spoken),), ()), named)
    return _listed([*called, *numbered], limit)  # "nam" may be Xóm Nam or Xóm 5


def _taken_apart(words: tuple[Word, ...]) -> _Query:
    start, end = 0, len(words)
    if tuple(word.plain for word in words[:2]) == ("ba", "con"):  # "bà con xóm 5"
        start = 2
    while start < end - 1 and words[start].plain in _AROUND:
        start += 1
    while end > start + 1 and _is_around(words[end - 1]):
        end -= 1
    kind, length = _kind([word.plain for word in words[start:end]])
    rest = [word for word in words[start + length : end] if word.plain not in _SILENT]
    numbers = tuple(word.plain.lstrip("0") for word in rest if word.plain[0].isdecimal())
    return _Query(kind, numbers, tuple(word for word in rest if not word.plain[0].isdecimal()))


def _is_around(word: Word) -> bool:
    return word.plain in _AROUND or word == _POLITE_A


def _kind(plains: Sequence[str]) -> tuple[str, int]:
    """The kind that begins a name, and how many words it takes."""
    for phrase in _LONG_KINDS:
        if tuple(plains[: len(phrase)]) == phrase:
            return phrase[0], len(phrase)
    is_kind = len(plains) > 1 and plains[0] in _KINDS
    return (_KINDS[plains[0]], 1) if is_kind else ("", 0)


@lru_cache(maxsize=4096)  # names come from the database, not from people
def _known(name: str) -> _Query:
    return _taken_apart(words_of(name))


def _known_of(unit: Named) -> list[_Query]:
    return [_known(name) for name in unit.names]


def _all_names(units: Sequence[Named]) -> set[tuple[Word, ...]]:
    return {words_of(name) for unit in units for name in unit.names}


def _listed(units: Sequence[Named], limit: int) -> Found:
    keys = tuple(dict.fromkeys(unit.key for unit in units))
    if not keys:
        return NoMatch()
    return Exact(keys[0]) if len(keys) == 1 else Several(keys[:limit])


def _of_kind(query: _Query, units: Sequence[Named]) -> Sequence[Named]:
    """Those of the kind that was said, when there are any: "thôn 5" also finds the only Xóm 5."""
    same = [unit for unit in units if any(known.kind == query.kind for known in _known_of(unit))]
    return same if query.kind and same else units


def _numbered(query: _Query, named: Sequence[Named]) -> Sequence[Named]:
    hits = [u for u in named if any(known.numbers == query.numbers for known in _known_of(u))]
    return _of_kind(query, hits)


def _by_number(query: _Query, named: Sequence[Named], limit: int) -> Found:
    hits = _numbered(query, named)
    wanted = set(query.plains)
    fitting = [unit for unit in hits if any(wanted <= set(k.plains) for k in _known_of(unit))]
    if fitting or wanted <= {"a"}:
        return _listed(fitting or hits, limit)
    scores = [(_score(query, known), unit.key) for unit in hits for known in _known_of(unit)]
    return clear_winner(scores) or _asked(hits, limit)


def _asked(units: Sequence[Named], limit: int) -> Found:
    return Several(tuple(unit.key for unit in units)[:limit]) if units else NoMatch()


def _called(query: _Query, named: Sequence[Named]) -> Sequence[Named]:
    """Units with exactly that name; a single word must not carry other marks."""
    hits = [u for u in named if any(_is_called(query, known) for known in _known_of(u))]
    toned = [
        unit
        for unit in hits
        if any(may_all_mean(query.rest, known.rest) for known in _known_of(unit))
    ]
    return _of_kind(query, toned if toned or len(query.rest) == 1 else hits)


def _is_called(query: _Query, known: _Query) -> bool:
    return not known.numbers and known.plains == query.plains


def _alike(query: _Query, named: Sequence[Named], limit: int) -> Found:
    """A part of a name, or a name with a slip of the finger."""
    if len(query.rest) == 1 and any(_is_called(query, k) for u in named for k in _known_of(u)):
        return NoMatch()  # "nắm" is not Xóm Nam
    whole = f" {' '.join(query.plains)} "
    parts = [u for u in named if any(_has_part(whole, known) for known in _known_of(u))]
    if len(whole) > len(" abc ") - 1 and 0 < len(parts) <= limit:
        return Close(parts[0].key) if len(parts) == 1 else _asked(parts, limit)
    scores = [(_score(query, known), unit.key) for unit in named for known in _known_of(unit)]
    return clear_winner(scores) or NoMatch()


def _has_part(whole: str, known: _Query) -> bool:
    """A part of a name never stands for a numbered unit: its number was not said."""
    return not known.numbers and whole in f" {' '.join(known.plains)} "


def _score(query: _Query, known: _Query) -> float:
    if query.numbers != known.numbers:
        return 0
    score = likeness(query.plains, known.plains)
    if query.kind or not known.kind:
        return score
    return max(score, likeness(query.plains, (known.kind, *known.plains)))  # "thondoai"
