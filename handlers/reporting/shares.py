"""Reading a share: "300/420", "300 trên 420", "300 trong tổng số 420 người" (N6).

And lines of them, one for each hamlet: "Xóm 5: 300/420".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from handlers import places, words
from handlers.reporting.rules import Refused, judge_pair
from handlers.words.text import plain_of
from storage.units import UnitInfo

_BETWEEN: Final = re.compile(
    r"\s*(?:/|\btrên\b|\btren\b|\btrong\b(?:\s+(?:tổng|tong))?(?:\s+(?:số|so))?|\bcủa\b|\bcua\b)"
    r"\s*(?:(?:tổng|tong)(?:\s+(?:số|so|cộng|cong))?)?(?:\s*(?:là|la))?\s*",
    re.IGNORECASE,
)
_MAX: Final = 200  # characters
_SHOWN: Final = 60
_NUMBERED: Final = re.compile(r"(?:xom|thon) \d+")


@dataclass(frozen=True, slots=True)
class Share:
    """`whole` None: only the part was told."""

    part: int
    whole: int | None
    about: bool = False


def read_share(text: str) -> Share | words.Unknown | None:
    """None: not understood, or not sure."""
    if len(text) > _MAX:
        return None
    if isinstance(words.read_count(text), words.Unknown):
        return words.Unknown()
    sides = _BETWEEN.split(text.strip(), maxsplit=1)
    counts = [words.read_count(side) for side in sides]
    figures = [one for one in counts if isinstance(one, words.Count)]
    if len(figures) != len(sides):
        return None
    whole = figures[1].value if len(figures) > 1 else None
    return Share(figures[0].value, whole, any(one.approximate for one in figures))


# --- one line for each hamlet --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A line that cannot be so."""

    name: str
    part: int
    whole: int
    why: Refused


@dataclass(slots=True)
class Rows:
    known: dict[str, list[int]] = field(default_factory=dict)
    """Code of a hamlet, or "" for the whole commune -> part and whole."""
    unread: list[str] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)

    def add(self, code: str, name: str, pair: list[int], *, adults: int | None = None) -> None:
        """Keep the pair if it can be (T20)."""
        part, whole = pair
        lead = f"{name}: " if code else f"{name} "
        why = judge_pair(part, whole, adults=adults, lead=lead)
        if why is None:
            self.known[code] = pair
        else:
            self.refused.append(RefusedRow(name, part, whole, why))


def read_rows(text: str, hamlets: Sequence[UnitInfo], names: Mapping[str, str]) -> Rows:
    """What each line says; one that names no sure hamlet or no whole share is `unread`."""
    rows = Rows()
    for line in (words.clean(one) for one in text.replace(";", "\n").splitlines() if one.strip()):
        name, colon, figures = line.rpartition(":")
        if not colon:
            name, _, figures = line.rpartition(" ")
        hamlet, told = _hamlet(name, hamlets), read_share(figures)
        if hamlet is None or not isinstance(told, Share) or told.whole is None:
            rows.unread.append(line[:_SHOWN])
            continue
        pair = [told.part, told.whole]
        if rows.known.get(hamlet.code, pair) != pair:  # told twice, and not the same
            rows.unread.append(line[:_SHOWN])
            continue
        shown = names.get(hamlet.code, hamlet.name)
        rows.add(hamlet.code, shown, pair, adults=hamlet.adults)
    return rows


def _hamlet(name: str, hamlets: Sequence[UnitInfo]) -> UnitInfo | None:
    """The one that is meant; where another has its number only its whole name will do (N12)."""
    found = places.find(name, hamlets)
    if len(found) != 1:
        return None
    same = [one for one in hamlets if _number(one.name) == _number(found[0].name)]
    if len(same) == 1:
        return found[0]
    typed = _plain(name)
    exact = [one for one in same if typed in map(_plain, (one.name, one.code, *one.aliases))]
    return exact[0] if len(exact) == 1 else None


def _number(name: str) -> str:
    """The beginning that others may share: "xom 3" of "Xóm 3 - xã cũ A"."""
    found = _NUMBERED.match(_plain(name))
    return found[0] if found else _plain(name)


def _plain(name: str) -> str:
    return re.sub(r"\b0+(?=\d)", "", plain_of(name))
