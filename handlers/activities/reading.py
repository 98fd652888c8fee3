"""Reading one story about something done into the fields of a record (N1-N14): a pure function."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from handlers.activities.counted import Counted, inhabitants_in, read_counts, without_other_figures
from handlers.activities.days import Days, read_days
from handlers.activities.helpers_said import Helpers, read_helpers
from handlers.activities.places_said import Where, read_place
from handlers.activities.recorded import told_of
from handlers.activities.sentence import Sentence, hide, spoken, taken_apart
from handlers.activities.sessions_said import Sessions, read_sessions
from handlers.activities.topics import CLASS, read_kind, read_topics, topics_of
from handlers.activities.units_said import Units, read_units
from storage.units import UnitInfo

__all__ = ["Told", "read", "read_topics"]


@dataclass(frozen=True, slots=True)
class Told:
    """What is sure. What can mean several things is only in `doubts`: field -> its readings.

    `partners`: codes of units; `other_partners`: names that are no unit, as written.
    """

    on: date | None = None
    unit: str = ""
    kind: str = CLASS
    heads: int | None = None
    is_about: bool = False
    unknown_heads: bool = False
    households: int | None = None
    sessions: int = 1
    topics: tuple[str, ...] = ()
    led_by: str = ""
    place: str = ""
    partners: tuple[str, ...] = ()
    other_partners: tuple[str, ...] = ()
    doubts: Mapping[str, tuple[object, ...]] = field(default_factory=dict)


_CORRECTED: Final = spoken(
    r"(?:à |ấy |ơ )*(?:nhầm|`lộn|à quên)(?: (?:là|rồi|mất|,))*|à không|(?<=, )không(?= ~?\d)|"
    r"đúng ra(?: là)?|nói lại là|"
    r"đính chính|sửa lại(?: là)?|chính xác là|không phải .{1,30}? mà(?: là)?"
)
_DONE: Final = spoken(r"đã|vừa|xong|rồi|mới")
_VISITED: Final = "home_visit"


@dataclass(frozen=True, slots=True)
class _Found:
    days: Days
    units: Units
    counted: Counted
    sessions: Sessions
    helpers: Helpers
    where: Where
    topics: tuple[str, ...]
    kind: str
    kinds: tuple[str, ...]
    """What kind it may be, when that must be asked."""


def read(text: str, *, today: date, known: Sequence[UnitInfo]) -> Told | None:
    """Read `text`; None: it tells of nothing done. `known`: all units of the commune."""
    sentence = taken_apart(text)
    told = told_of(sentence.said)
    if told is None:
        return None
    found = _found(sentence, told, today, known)
    is_ahead = found.days.is_ahead and not (_has_counts(found) or _DONE.search(told))
    return None if is_ahead or not _is_anchored(found, told) else _told(found)


def _found(sentence: Sentence, told: str, today: date, known: Sequence[UnitInfo]) -> _Found:
    corrected_at = _corrected_at(told)
    days = read_days(told, today=today, corrected_at=corrected_at)
    where = read_place(sentence, days.rest)
    here = hide(days.rest, where.spans)
    units = read_units(sentence, here, known)
    helpers = read_helpers(sentence, hide(here, units.spans), units.helpers)
    topics = topics_of(sentence, told)
    kind, kinds = read_kind(days.rest, has_topic=bool(topics))
    here = hide(here, inhabitants_in(days.rest))
    rest = hide(here, (*units.spans, *units.helpers, *helpers.spans))
    sessions = read_sessions(rest, told)
    counted = read_counts(
        without_other_figures(rest),
        sessions=_times(sessions, days),
        corrected_at=corrected_at,
        visits=kind == _VISITED,
    )
    return _Found(days, units, counted, sessions, helpers, where, topics, kind, kinds)


def _corrected_at(said: str) -> int:
    """Where the last correction ends: what was said before it of the same thing counts no more."""
    found = list(_CORRECTED.finditer(said))
    return found[-1].end() if found else -1


def _times(sessions: Sessions, days: Days) -> int:
    """How often it was held; 0 when that is not known."""
    if sessions.candidates == () or (not days.several and sessions.count == 1):
        return 0
    return max(sessions.count, days.several)


def _is_anchored(found: _Found, told: str) -> bool:
    """Whether it is told when, how many or that it is done, or a unit begins: "xóm 5 học AI"."""
    units, is_first = found.units, any(start == 1 for start, _ in found.units.spans)
    by_unit = is_first and found.topics and (units.unit or units.unit_doubt)
    has_day = found.days.on or found.days.candidates is not None
    return bool(
        has_day or _has_counts(found) or found.sessions.count > 1 or _DONE.search(told) or by_unit
    )


def _told(found: _Found) -> Told:
    counted, units = found.counted, found.units
    sessions = found.sessions
    return Told(
        on=found.days.on,
        unit=units.unit,
        kind=found.kind if not found.kinds else CLASS,
        heads=counted.heads,
        is_about=counted.is_about,
        unknown_heads=counted.is_unknown,
        households=counted.households,
        sessions=max(sessions.count, found.days.several, 1) if sessions.candidates is None else 1,
        topics=found.topics,
        led_by=found.helpers.led_by,
        place=found.where.place,
        partners=units.partners,
        other_partners=units.others,
        doubts=_doubts(found),
    )


def _asked_sessions(found: _Found) -> tuple[int, ...] | None:
    if found.sessions.candidates is None and not _times(found.sessions, found.days):
        return ()
    return found.sessions.candidates


def _has_counts(found: _Found) -> bool:
    counted = found.counted
    heads, households = (counted.heads, counted.heads_doubt), counted.households
    return (*heads, households, counted.households_doubt) != (None, None, None, None)


def _doubts(found: _Found) -> dict[str, tuple[object, ...]]:
    doubts: dict[str, tuple[object, ...] | None] = {
        "on": found.days.candidates,
        "unit": found.units.unit_doubt,
        "partners": found.units.partner_doubt,
        "kind": found.kinds or None,
        "sessions": _asked_sessions(found),
        "heads": found.counted.heads_doubt,
        "households": found.counted.households_doubt,
        "led_by": found.helpers.doubts,
        "place": found.where.doubts,
    }
    return {name: readings for name, readings in doubts.items() if readings is not None}
