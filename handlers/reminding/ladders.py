"""When whom is reminded of a deadline: one ladder for each duty (design §5), as data.

Pure; all days and hours are local. A rung is so many days before the last day on time: for
"trước ngày 15/12" that is 14/12, and 29 days before it is 15/11.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final, NamedTuple

from handlers.reminding import working_days
from storage.units import HAMLET

MORNING: Final = time(8, 0)
MOST_A_WEEK: Final = 2
"""Before the last week nobody is written to more often (design §5)."""


class Rung(NamedTuple):
    before: int
    """Days before the last day on time; negative: after it."""
    at: time = MORNING
    with_head: bool = False
    """Whether the head of the unit hears it too."""


class Ladder(StrEnum):
    HAMLETS = "hamlets"
    OFFICES = "offices"
    BODIES = "bodies"
    """MTTQ and the mass organisations, who are asked kindly."""
    BUSINESSES = "businesses"
    OFFICERS = "officers"
    """Who have to be told the names of those that are missing."""


_REQUIRED: Final = (
    *(Rung(29), Rung(13), Rung(6), Rung(2, with_head=True)),
    *(Rung(0, with_head=True), Rung(0, time(16, 0), with_head=True)),
    *(Rung(-1, with_head=True), Rung(-4, with_head=True), Rung(-7, with_head=True)),
)
RUNGS: Final[dict[Ladder, tuple[Rung, ...]]] = {
    Ladder.HAMLETS: _REQUIRED,
    Ladder.OFFICES: _REQUIRED,
    Ladder.BODIES: (Rung(13), Rung(6)),
    Ladder.BUSINESSES: (Rung(29), Rung(13)),
    Ladder.OFFICERS: (Rung(6), Rung(3), Rung(0, time(15, 30)), Rung(-1)),
}
IN_OFFICE_HOURS: Final = frozenset({Ladder.OFFICES, Ladder.BODIES, Ladder.BUSINESSES})
"""Their stages fall on working days, and nothing is sent to them at other hours."""


@dataclass(frozen=True, slots=True, order=True)
class Stage:
    """One moment of a ladder for one deadline."""

    at: datetime
    """Aware, local."""
    with_head: bool = False

    @property
    def key(self) -> str:
        """What is stored: "2026-12-08 08:00"."""
        return f"{self.at:%Y-%m-%d %H:%M}"


def ladder_of(duty: str, kind: str) -> Ladder | None:
    """Which ladder a unit stands on; None: nobody reminds it."""
    match duty:
        case "required":
            return Ladder.HAMLETS if kind == HAMLET else Ladder.OFFICES
        case "requested":
            return Ladder.BODIES
        case "encouraged":
            return Ladder.BUSINESSES
    return None


def stages(
    due: date,
    ladder: Ladder,
    *,
    zone: tzinfo,
    rungs: Sequence[Rung] = (),
    days_off: Collection[date] = (),
) -> tuple[Stage, ...]:
    """The moments of one ladder, in order; `due` is the last day on time.

    `rungs`: a deadline's own instead of the usual ones; who is asked kindly is never told that it
    is late, and a business is not invited more than twice, whatever they say.
    """
    climbed = _fitting(ladder, rungs) if rungs else RUNGS[ladder]
    found: dict[datetime, Stage] = {}
    for rung in climbed:
        day = _day(due, rung, ladder, days_off)
        at = datetime.combine(day, rung.at, zone)
        known = found.get(at)
        found[at] = Stage(at, rung.with_head or bool(known and known.with_head))
    return tuple(sorted(found.values()))


def _fitting(ladder: Ladder, rungs: Iterable[Rung]) -> list[Rung]:
    """A deadline's own rungs as this ladder climbs them."""
    match ladder:
        case Ladder.HAMLETS | Ladder.OFFICES:
            return list(rungs)
        case Ladder.BODIES:
            return [rung for rung in rungs if rung.before > 1]
        case Ladder.BUSINESSES:
            return [rung for rung in rungs if rung.before > 1][:2]
        case Ladder.OFFICERS:  # no names of who is missing before anybody was asked
            first = max(rung.before for rung in rungs)
            return [rung for rung in RUNGS[ladder] if rung.before <= first]


def _day(due: date, rung: Rung, ladder: Ladder, days_off: Collection[date]) -> date:
    """On a day off it moves to the working day before; what is overdue, to the one after."""
    day = due - timedelta(days=rung.before)
    if ladder not in IN_OFFICE_HOURS:
        return day
    move = working_days.working_before if rung.before >= 0 else working_days.working_after
    return move(day, besides=days_off)


def of_days(days: Iterable[int]) -> tuple[Rung, ...]:
    """An officer's "30-14-7-3-1": each at eight, the head too in the last two days and after."""
    return tuple(Rung(n, with_head=n <= 2) for n in sorted(set(days), reverse=True))


def too_often(rungs: Iterable[Rung]) -> bool:
    """Whether a ladder asks more than twice in any week that ends before the last one."""
    before = sorted((rung.before for rung in rungs if rung.before > 7), reverse=True)
    return any(
        first - third < 7 for first, third in zip(before, before[MOST_A_WEEK:], strict=False)
    )
