"""Stages that nobody heard of although there was time: the half of the oracle that looks for gaps.

A stage is made good until the next one. On its day, or on the first later day when it can, the unit
hears of it if the program ran for an hour while it may be written to. What excuses: the day was
full for everybody there (U11), the message was refused or is in doubt (R9, R10), nobody there could
be reached the whole time, the unit stopped owing, the clock jumped.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from tests.crash import seasons_days as days
from tests.crash.seasons_days import Stage
from tests.crash.seasons_facts import NAMES, Call, Record, World
from tests.crash.seasons_reading import items

_AN_HOUR: Final = timedelta(hours=1)
_ONE_DAY: Final = timedelta(days=1)
_INVITATIONS: Final = 2
_EVER: Final = datetime(2027, 6, 1)  # noqa: DTZ001 - local, as everything here

Span = tuple[datetime, datetime]


def forgotten(record: Record) -> Iterator[str]:
    for unit, about in {thing for _, _, world in record.worlds for thing in world.things()}:
        for stage, until in _stages(record, unit, about):
            for day in _days(stage.moment, until):
                span = _span(record, unit, stage, until, day)
                if span and _is_forgotten(record, unit, about, stage, span):
                    yield f"forgotten: {about} {unit} {stage.moment:%d/%m %H:%M} on {day:%d/%m}"
                    break


def _stages(record: Record, unit: str, about: str) -> Iterator[tuple[Stage, datetime]]:
    """Every stage that the season saw come, as the world was then, and when the next one did."""
    seen: set[datetime] = set()
    for number, (_, moment, world) in enumerate(record.worlds):
        later = [one for _, one, _ in record.worlds[number + 1 :]]
        end = later[0] if later else _EVER
        if about not in ("report", NAMES) and about not in world.forms:
            continue
        known = days.stages(world, unit, about)
        for at, stage in enumerate(known):
            if max(moment, record.began) <= stage.moment < end and stage.moment not in seen:
                seen.add(stage.moment)
                yield stage, known[at + 1].moment if at + 1 < len(known) else _EVER


def _days(first: datetime, until: datetime) -> Iterator[date]:
    """The day of the stage, and those after it that have no stage of their own."""
    day = first.date()
    yield day
    while (day := day + _ONE_DAY) < min(until.date(), first.date() + timedelta(days=10)):
        yield day


def _span(record: Record, unit: str, stage: Stage, until: datetime, day: date) -> Span | None:
    """From the stage to the end of that day, if there was an hour for it, and no jump."""
    opened = days.window(record.worlds[-1][2], unit, day)
    if opened is None:
        return None
    first, last = max(opened[0], stage.moment), min(opened[1], until)
    free = [
        (begin, end)
        for begin, end in _without_troubles(record, first, last)
        if end - begin >= _AN_HOUR
    ]
    if not free:
        return None
    span = (stage.moment, free[0][0] + _AN_HOUR)
    jumped = any(min(jump) <= span[1] and max(jump) >= span[0] for jump in record.jumps)
    return None if jumped else span


def _without_troubles(record: Record, first: datetime, last: datetime) -> Iterator[Span]:
    """When it ran, without what a platform made it wait."""
    waits = sorted(
        (one.moment, one.moment + one.lasts) for one in record.troubles if one.lasts is not None
    )
    for begin, end in record.up:
        free = max(begin, first)
        for start, stop in waits:
            if free < stop and start < min(end, last):
                yield free, start
                free = max(free, stop)
        yield free, min(end, last)


def _is_forgotten(record: Record, unit: str, about: str, stage: Stage, span: Span) -> bool:
    worlds = record.during(*span)
    if not all(_is_asked(world, unit, about, stage, span) for world in worlds):
        return False
    if _was_told(record, unit, about, span) or _invited_enough(record, unit, about, span):
        return False
    audiences = [world.audience(unit, about, with_head=stage.with_head) for world in worlds]
    steady = set.intersection(*audiences)
    return any(not _is_excused(record, human, unit, about, span) for human in steady)


def _is_asked(world: World, unit: str, about: str, stage: Stage, span: Span) -> bool:
    """Through the whole span the unit owes it, and this stage is one of its ladder."""
    if about not in ("report", NAMES) and about not in world.forms:
        return False
    owes = all(world.owes(unit, about, moment.date()) for moment in span)
    return owes and not world.is_held(unit) and stage in days.stages(world, unit, about)


def _was_told(record: Record, unit: str, about: str, span: Span) -> bool:
    """At least tried: what a platform made of it is a trouble of its own."""
    forms, since = record.world.forms, _since(record, unit, about, span[0])
    return any(
        since <= call.moment <= span[1]
        and any((one.unit, one.about) == (unit, about) for one in items(call, forms))
        for call in record.calls
    )


def _since(record: Record, unit: str, about: str, stage: datetime) -> datetime:
    """What went by hand earlier on the day of a morning's stage was that day's message (U11)."""
    midnight = datetime.combine(stage.date(), time.min)
    nudged = any(
        (one.unit, one.about) == (unit, about) and midnight <= one.moment < stage
        for one in record.nudges
    )
    return midnight if nudged and stage.time() == days.MORNING else stage


def _invited_enough(record: Record, unit: str, about: str, span: Span) -> bool:
    if record.world.duty(unit) != "encouraged" or about != "report":
        return False
    forms = record.world.forms
    told = [
        call
        for call in record.calls
        if call.moment < span[0]
        and any((one.unit, one.about) == (unit, about) for one in items(call, forms))
    ]
    nudged = [one for one in record.nudges if (one.unit, one.about) == (unit, about)]
    return len(told) + len(nudged) >= _INVITATIONS


def _is_excused(record: Record, human: frozenset[str], unit: str, about: str, span: Span) -> bool:
    """Whether this human heard something else that day, or something was in doubt."""
    midnight = datetime.combine(span[1].date(), time.min)
    since = min(midnight, _since(record, unit, about, span[0]))
    if any(
        one.lasts is None and (human & one.persons) and since <= one.moment <= span[1]
        for one in record.troubles
    ):
        return True
    told = [
        call
        for call in record.calls
        if call.arrived and midnight <= call.moment <= span[1] and human & _then(record, call)
    ]
    is_last = record.during(*span)[0].due(unit, about) == span[1].date()
    return len(told) >= (2 if is_last else 1)


def _then(record: Record, call: Call) -> frozenset[str]:
    """The human who heard it: two persons may have parted since."""
    return record.between(call.since, call.until)[-1].human(call.person)
