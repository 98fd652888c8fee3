"""The names under which the units of a commune are said, made once for a list of units."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

from handlers.statistics.typed import SYLLABLE
from handlers.words.text import listed, words_of
from storage.units import HAMLET, UnitInfo

HAMLET_WORDS: Final = listed("xom thon ap lang khu to x")
_LEADS: Final = (
    ("truong",), ("phong",), ("tram",), ("trung", "tam"), ("uy", "ban"), ("ban",), ("so",),
)  # fmt: skip
_GENERAL: Final = frozenset(
    tuple(name.split())
    for name in ("co so", "uy ban nhan", "hoi dong", "ban chi", "trung tam", "cong ty tnhh")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Names:
    """The names of all units, folded, made once for a list of units."""

    hamlets: Mapping[str, tuple[str, ...]]
    """Number -> codes."""
    full: Mapping[tuple[str, ...], tuple[str, ...]]
    parts: Mapping[tuple[str, ...], tuple[str, ...]]
    behind: Mapping[str, tuple[frozenset[str], ...]]
    """Code of a hamlet -> the other words of its names."""
    commune: frozenset[tuple[str, ...]]
    vocabulary: frozenset[str]
    glued: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=8)  # a list of units changes a few times a year
def names_of(known: tuple[UnitInfo, ...]) -> Names:
    called = [(plains, unit) for unit in known for plains in _plains_of(unit)]
    numbered = [(plains, unit) for plains, unit in called if _number_of(plains, unit)]
    others = [(plains, unit) for plains, unit in called if not _number_of(plains, unit)]
    full = _grouped((name, unit.code) for plains, unit in others for name in _spellings(plains))
    parts = _grouped(
        (part, unit.code)
        for plains, unit in others
        if unit.kind != HAMLET and unit.id != unit.commune_id
        for part in _beginnings(plains)
    )
    short = _grouped(
        ((plains[0], "xa"), unit.code) for plains, unit in others if plains[-1] == "xa"
    )
    parts |= {name: codes for name, codes in short.items() if len(codes) == 1}  # "Đoàn xã"
    behind = _grouped(
        (unit.code, frozenset(plains) - HAMLET_WORDS - {_number_of(plains, unit)})
        for plains, unit in numbered
    )
    commune = _communes(called)
    words = {word for plains in (*full, *parts, *commune) for word in plains if len(word) > 1}
    return Names(
        hamlets=_grouped((_number_of(plains, unit), unit.code) for plains, unit in numbered),
        full=full,
        parts=parts,
        behind=behind,
        commune=commune,
        vocabulary=frozenset(words.union(*(one for sets in behind.values() for one in sets))),
        glued={"".join(name): name for name in (*parts, *full) if len("".join(name)) > 5},
    )


def _communes(called: Iterable[tuple[tuple[str, ...], UnitInfo]]) -> frozenset[tuple[str, ...]]:
    """As "xã Giao Minh" of "UBND xã Giao Minh"."""
    return frozenset(
        plains[plains.index("xa") :]
        for plains, unit in called
        if unit.id == unit.commune_id and "xa" in plains[:-1]
    )


_K = TypeVar("_K")
_V = TypeVar("_V")


def _grouped(pairs: Iterable[tuple[_K, _V]]) -> dict[_K, tuple[_V, ...]]:
    found: dict[_K, dict[_V, None]] = {}
    for key, value in pairs:
        found.setdefault(key, {})[value] = None
    return {key: tuple(values) for key, values in found.items()}


def _plains_of(unit: UnitInfo) -> Iterator[tuple[str, ...]]:
    for name in (unit.name, *unit.aliases):
        if found := tuple(word.plain for word in words_of(name)):
            yield found
            if len(found) == 1:  # "Phòng VHXH"
                yield words_of(unit.name)[0].plain, *found


def _number_of(plains: tuple[str, ...], unit: UnitInfo) -> str:
    """As "3" of "Xóm 3 - xã cũ A"; "" for what is no hamlet or has a name of its own."""
    if unit.kind != HAMLET:
        return ""
    return next((word.lstrip("0") for word in plains if word[0].isdecimal()), "")


def _spellings(plains: tuple[str, ...]) -> set[tuple[str, ...]]:
    """The name with and without "xã" behind, "trường" or "phòng" before."""
    bare = plains[:-1] if plains[-1] == "xa" and len(plains) > 2 else plains
    found = {plains, bare, (*bare, "xa")}
    for lead in _LEADS:
        rest = bare[len(lead) :]
        if bare[: len(lead)] == lead and (len(rest) > 1 or _is_short(rest)):
            found |= {rest, (*rest, "xa")}
    if len(bare) > 2 and len(bare[-1]) == 1:  # "trường A"
        found.add((bare[0], bare[-1]))
    return {name for name in found if len("".join(name)) > 2}


def _beginnings(plains: tuple[str, ...]) -> set[tuple[str, ...]]:
    """The first words of a name: at least two, or a short form as MTTQ."""
    found: set[tuple[str, ...]] = set()
    for name in _spellings(plains):
        found |= {name[:size] for size in range(2, len(name))}
        found |= {name[:1]} if _is_short(name[:1]) else set()
    return found - _GENERAL


def _is_short(name: tuple[str, ...]) -> bool:
    return len(name) == 1 and len(name[0]) > 2 and not SYLLABLE.fullmatch(name[0])
