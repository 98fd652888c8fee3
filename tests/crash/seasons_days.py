"""On which days whom is reminded: a second reading of design §5, not of the program.

All moments are local, without a zone.
"""

import functools
from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from tests.crash.seasons_commune import PLACES
from tests.crash.seasons_facts import NAMES, REPORT, World

MORNING: Final = time(8, 0)
_HOLIDAYS: Final = frozenset({date(2026, 11, 24), date(2027, 1, 1)})
_ONE_DAY: Final = timedelta(days=1)
OPENS, CLOSES = time(7, 30), time(17, 0)
"""Of offices."""
WAKES, SLEEPS = time(7, 0), time(20, 30)
"""U11."""

_REQUIRED: Final = ("-29", "-13", "-6", "-2 head", "0 head", "0 head 16", "+1 head", "+4 head")
_LADDERS: Final = {
    "required": (*_REQUIRED, "+7 head"),
    "requested": ("-13", "-6"),
    "encouraged": ("-29", "-13"),
    "officers": ("-6", "-3", "0 15:30", "+1"),
}
"""Days from the last day on time: 14/12 of the plan makes 15/11, 1/12, 8/12, 12/12 of them."""
_OF_A_FORM: Final = {"required": ("-2", "0"), "requested": ("-2",), "encouraged": ("-2",)}


class Stage(NamedTuple):
    moment: datetime
    with_head: bool


def is_working(day: date, days_off: Collection[date]) -> bool:
    return day.weekday() < 5 and day not in _HOLIDAYS and day not in days_off


def is_office(unit: str) -> bool:
    return unit in PLACES and PLACES[unit].kind != "xom"


def stages(world: World, unit: str, about: str) -> tuple[Stage, ...]:
    """When a unit is reminded of something, in order."""
    due = world.due(unit, about)
    if about == NAMES:
        climbed = _climbed("officers", due, frozenset(), is_moved=False)
        return tuple(sorted({*climbed, *_looks(world)}))
    if about == REPORT:
        return _climbed(world.duty(unit), due, world.days_off, is_moved=is_office(unit))
    form = world.forms[about]
    return _of_form(world.duty(unit), form.due, form.made, world.days_off, is_office(unit))


def _looks(world: World) -> Iterator[Stage]:
    """Three working days after a unit said "đã nộp bản giấy" the officers are asked once more."""
    for unit, day in world.claims.items():
        for _ in range(3):
            day += _ONE_DAY
            while not is_working(day, world.days_off):
                day += _ONE_DAY
        if unit in world.looked_for(day):
            yield Stage(datetime.combine(day, MORNING), with_head=False)


@functools.cache
def _climbed(
    name: str, due: date, days_off: frozenset[date], *, is_moved: bool
) -> tuple[Stage, ...]:
    return _made(tuple(_parsed(rung) for rung in _LADDERS[name]), due, days_off, is_moved)


@functools.cache
def _of_form(
    duty: str, due: date, made: date, days_off: frozenset[date], is_moved: bool
) -> tuple[Stage, ...]:
    rungs = tuple(_parsed(rung) for rung in _OF_A_FORM[duty])
    later = tuple(rung for rung in rungs if due + timedelta(days=rung[0]) > made)
    return _made(later or rungs[:0], due, days_off, is_moved)


def _parsed(rung: str) -> tuple[int, time, bool]:
    day, *rest = rung.split()
    hour = next((one for one in rest if one != "head"), "8")
    hours, _, minutes = hour.partition(":")
    return int(day), time(int(hours), int(minutes or 0)), "head" in rest


def _made(
    rungs: Collection[tuple[int, time, bool]],
    due: date,
    days_off: frozenset[date],
    is_moved: bool,
) -> tuple[Stage, ...]:
    found: dict[datetime, bool] = {}
    for days, hour, head in rungs:
        day = due + timedelta(days=days)
        step = -_ONE_DAY if days <= 0 else _ONE_DAY  # what is overdue is never said before
        while is_moved and not is_working(day, days_off):
            day += step
        moment = datetime.combine(day, hour)
        found[moment] = found.get(moment, False) or head
    return tuple(Stage(moment, found[moment]) for moment in sorted(found))


def last_passed(known: Collection[Stage], moment: datetime) -> Stage | None:
    return max((one for one in known if one.moment <= moment), default=None)


def next_stage(world: World, moment: datetime) -> datetime | None:
    """The next moment at which anybody may be reminded of anything."""
    coming = (
        stage.moment
        for unit, about in world.things()
        for stage in stages(world, unit, about)
        if stage.moment > moment
    )
    return min(coming, default=None)


def window(world: World, unit: str, day: date) -> tuple[datetime, datetime] | None:
    """When a unit may hear of anything on a day; None: not at all."""
    if not is_office(unit):
        return datetime.combine(day, MORNING), datetime.combine(day, SLEEPS)
    if not is_working(day, world.days_off):
        return None
    return datetime.combine(day, MORNING), datetime.combine(day, CLOSES)
