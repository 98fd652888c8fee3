"""What happens in a simulated season: who is there, who reports when, what breaks. All of a seed.

Pure: the same span and seed give the same season, on any machine.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from random import Random
from typing import Final, NamedTuple

from storage.units import HAMLET, UnitInfo

NEVER: Final = 99
_ONE_DAY: Final = timedelta(days=1)
_HABITS: Final = (0, 1, 2, 3, 4, NEVER)
"""How many reminders it takes; 0 = reports by itself."""
_HOW_MANY: Final = {"encouraged": (1, 2, 1, 0, 0, 6), "": (15, 30, 20, 13, 10, 12)}
"""Of so many units each; a business mostly does not come at all."""
_ON_PAPER: Final = 0.12
_LONGEST_DELAY: Final = 40 * 60  # minutes from a reminder to the report
_SUDDEN: Final = 3
_BY_ITSELF: Final = 40  # days before the last day on time


class Span(NamedTuple):
    """Local days, both counted."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


class Trouble(StrEnum):
    POWER = "power"
    """The program is not running at all."""
    CHANNEL = "channel"
    """It runs, and the platform takes no message."""
    RESTART = "restart"
    """Stopped and started again at once."""


class Outage(NamedTuple):
    kind: Trouble
    since: datetime
    until: datetime

    def covers(self, moment: datetime) -> bool:
        return self.since <= moment < self.until


class Lot(StrEnum):
    """What is special about a unit's reporter."""

    NONE = ""
    OFF = "off"
    """Has only an account on a channel that is off here."""
    MUTED = "muted"
    """Said "dừng nhắc"."""
    BLOCKED = "blocked"
    """Has blocked us; nobody knows before the first message."""


@dataclass(frozen=True, slots=True)
class Player:
    account: str
    title: str
    """What somebody is: "Trưởng xóm"."""
    name: str
    """The same with the unit: "Trưởng Xóm 5"."""
    roles: tuple[tuple[str, str], ...]
    """(role, unit's code)."""
    lot: Lot = Lot.NONE

    @property
    def units(self) -> tuple[str, ...]:
        return tuple(code for _, code in self.roles)


class Habit(NamedTuple):
    """How one unit comes to report."""

    after: int
    """How many reminders it takes; 0 = by itself, `NEVER`."""
    delay: timedelta
    """From the reminder that did it to the report."""
    before: timedelta
    """By itself: so long before the end of the last day on time."""
    on_paper: bool


@dataclass(frozen=True, slots=True)
class Fate:
    """Everything that is decided before the season begins."""

    seed: int
    players: tuple[Player, ...]
    habits: dict[str, Habit] = field(hash=False)
    """By the unit's code."""
    outages: tuple[Outage, ...]
    sudden: tuple[tuple[datetime, str], ...]
    """Units that report just while reminders wait: (when, unit's code)."""


def decide(
    seed: int,
    span: Span,
    reporting: Sequence[tuple[UnitInfo, str]],
    *,
    stage_days: Collection[date],
    zone: tzinfo,
) -> Fate:
    """`reporting`: units that are asked for reports, each with a name no other has."""
    chance = Random(f"season {seed}")  # noqa: S311 - a story, no secret
    players = tuple(_players(chance, reporting))
    habits = {unit.code: _habit(chance, unit) for unit, _ in reporting}
    outages = tuple(_outages(chance, span, sorted(stage_days), zone))
    willing = sorted(code for code, habit in habits.items() if habit.after != NEVER)
    return Fate(seed, players, habits, outages, tuple(_sudden(chance, outages, willing)))


# --- who is there --------------------------------------------------------------------------------

_NOBODY: Final = 3
_TWO_UNITS: Final = 2
_WITH_A_CLERK: Final = 3


def _players(chance: Random, reporting: Sequence[tuple[UnitInfo, str]]) -> Iterator[Player]:
    """An officer, and for most units somebody who reports; a few are left without."""
    yield Player("can-bo", "Cán bộ", "Cán bộ Phòng VH-XH", (("officer", ""),))
    must = [unit.code for unit, _ in reporting if unit.duty == "required"]
    special = chance.sample(must, min(len(must), _NOBODY + 3))
    lots = dict(zip(special, (Lot.OFF, Lot.MUTED, Lot.BLOCKED), strict=False))
    nobody = set(special) - set(lots)
    hamlets = [unit.code for unit, _ in reporting if unit.kind == HAMLET]
    free = chance.sample([code for code in hamlets if code not in special], len(hamlets) // 2)
    pair, clerks = free[:_TWO_UNITS], free[_TWO_UNITS : _TWO_UNITS + _WITH_A_CLERK]
    for unit, name in reporting:
        if unit.code not in nobody and unit.code not in pair[1:]:
            more = pair[1:] if unit.code in pair else []
            yield _speaker(unit, name, lots.get(unit.code, Lot.NONE), more)
        if unit.code in clerks:
            clerk = (("reporter", unit.code),)
            yield Player(f"thu-ky-{unit.code}", "Thư ký", f"Thư ký {name}", clerk)


def _speaker(unit: UnitInfo, name: str, lot: Lot, more: Iterable[str]) -> Player:
    is_hamlet = unit.kind == HAMLET
    roles = tuple(("head" if is_hamlet else "reporter", code) for code in (unit.code, *more))
    title, called = ("Trưởng xóm", "Trưởng") if is_hamlet else ("Đầu mối", "Đầu mối")
    return Player(f"noi-{unit.code}", title, f"{called} {name}", roles, lot)


def _habit(chance: Random, unit: UnitInfo) -> Habit:
    [after] = chance.choices(_HABITS, _HOW_MANY.get(unit.duty, _HOW_MANY[""]))
    return Habit(
        after=after,
        delay=timedelta(minutes=chance.randint(3, _LONGEST_DELAY)),
        before=timedelta(minutes=chance.randint(60, _BY_ITSELF * 24 * 60)),
        on_paper=chance.random() < _ON_PAPER,
    )


def _sudden(
    chance: Random, outages: Iterable[Outage], willing: Sequence[str]
) -> Iterator[tuple[datetime, str]]:
    """While a catch-up is spread over half an hour, or while the platform takes nothing."""
    for one in outages:
        if one.kind is Trouble.RESTART:
            continue
        begins = one.until if one.kind is Trouble.POWER else one.since + timedelta(minutes=30)
        for code in chance.sample(willing, min(len(willing), _SUDDEN)):
            yield begins + timedelta(minutes=chance.randint(1, 20)), code


# --- what breaks ---------------------------------------------------------------------------------


def _outages(
    chance: Random, span: Span, stage_days: Sequence[date], zone: tzinfo
) -> Iterator[Outage]:
    """About one of each kind in three weeks; the first ones where they hurt: at a stage."""
    count = max(1, span.days // 20)
    end = datetime.combine(span.last, time(23, 0), zone)
    taken: list[Outage] = []
    for kind in (Trouble.POWER, Trouble.CHANNEL, Trouble.RESTART):
        for number in range(count):
            day = (
                chance.choice(stage_days) if stage_days and not number else _some_day(chance, span)
            )
            one = _outage(chance, kind, day, zone)
            begins = datetime.combine(span.first, time(9, 0), zone)
            if one.since > begins and one.until < end and not _overlaps(one, taken):
                taken.append(one)
    yield from sorted(taken, key=lambda one: one.since)


def _some_day(chance: Random, span: Span) -> date:
    return span.first + chance.randrange(span.days) * _ONE_DAY


def _outage(chance: Random, kind: Trouble, day: date, zone: tzinfo) -> Outage:
    match kind:
        case Trouble.POWER:  # from the evening before until some time after eight
            since = datetime.combine(day - _ONE_DAY, time(chance.randint(17, 23)), zone)
            lasts = chance.randint(10 * 60, 34 * 60)
        case Trouble.CHANNEL:
            since = datetime.combine(day, time(7, chance.randint(30, 59)), zone)
            lasts = chance.randint(20, 240)
        case _:
            since = datetime.combine(day, time(8, chance.randint(0, 40)), zone)
            lasts = 0
    return Outage(kind, since, since + timedelta(minutes=lasts))


def _overlaps(one: Outage, others: Iterable[Outage]) -> bool:
    pause = timedelta(hours=2)
    return any(
        one.since - pause <= other.until and other.since - pause <= one.until for other in others
    )
