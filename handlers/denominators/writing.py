"""Reading the figures back, writing them, and telling who has to know (T19, A5)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from handlers import words
from handlers.denominators.reading import FIELDS
from handlers.denominators.scope import acting
from handlers.flow import Outcome, Step, Turn
from handlers.roles import once_each
from handlers.roles.saying import who
from storage import audit, roles, units
from storage.units import Count, People, UnitInfo


async def read_back(turn: Turn, unit: UnitInfo, draft: dict[str, Any], *, hear: Step) -> Outcome:
    """Old and new side by side; what was stored then is what the writing compares with (T19)."""
    choices = ("denominators.write", "denominators.change", "denominators.drop")
    return await _compare(turn, unit, draft, "denominators.check", choices, hear)


async def changed_meanwhile(turn: Turn, unit: UnitInfo, *, hear: Step) -> Outcome:
    """Somebody was first: both figures side by side, nothing written over in silence (T19)."""
    choices = ("denominators.keep", "denominators.replace", "denominators.drop")
    return await _compare(turn, unit, turn.draft, "denominators.changed", choices, hear)


async def _compare(
    turn: Turn,
    unit: UnitInfo,
    draft: Mapping[str, Any],
    text_id: str,
    choices: tuple[str, ...],
    hear: Step,
) -> Outcome:
    seen = await units.counts_of(turn.tx, unit.id)
    day = date.fromisoformat(draft["since"])
    old = await units.headcount_on(turn.tx, unit.id, on=day)
    return turn.ask(
        text_id,
        hear=hear,
        choices=choices,
        draft={**draft, "seen": [[one.since.isoformat(), *one[1:]] for one in seen]},
        unit=unit.name,
        since=words.say_date(day),
        adults=_line(turn, draft["adults"], old.adults),
        households=_line(turn, draft["households"], old.households),
    )


def _line(turn: Turn, new: int | None, old: int | None) -> str:
    if new is None:
        return turn.text_of("denominators.line_unknown", old=say(turn, old))
    figure = words.say_number(new)
    if new >= 1000:  # U7
        figure = f"{figure} ({words.say_number_in_words(new)})"
    return turn.text_of("denominators.line", new=figure, old=say(turn, old))


def say(turn: Turn, figure: int | None) -> str:
    return turn.text_of("denominators.none") if figure is None else words.say_number(figure)


async def write(turn: Turn, unit: UnitInfo) -> bool:
    """Write what was read back; False if it is not what is stored any more."""
    day = date.fromisoformat(turn.draft["since"])
    people = People(turn.draft["adults"], turn.draft["households"])
    seen = [
        Count(date.fromisoformat(since), adults, households)
        for since, adults, households in turn.draft["seen"]
    ]
    before = await units.headcount_on(turn.tx, unit.id, on=day)
    if not await units.set_headcount(turn.tx, unit.id, since=day, people=people, seen=seen):
        return False
    role = acting(turn, unit)
    await _record(turn, unit, day, before=before, after=people, role=role)
    if role == "head":
        after = await units.headcount_on(turn.tx, unit.id, on=day)
        await _tell_officers(turn, unit, day, before=before, after=after)
    return True


async def _record(
    turn: Turn, unit: UnitInfo, day: date, *, before: People, after: People, role: str
) -> None:
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=role,
        action="headcount.set",
        about=f"unit:{unit.id}",
        now=turn.now,
        before={field: getattr(before, field) for field in FIELDS},
        after={"since": day.isoformat(), **{field: getattr(after, field) for field in FIELDS}},
    )


async def _tell_officers(
    turn: Turn, unit: UnitInfo, day: date, *, before: People, after: People
) -> None:
    """Whoever answers for the commune hears that a head changed a figure; admins if nobody does."""
    holders = await roles.holding(turn.tx, unit.commune_id, ("officer",))
    holders = holders or await roles.holding(turn.tx, unit.commune_id, ("admin",))
    said = turn.message(
        "denominators.told",
        who=await who(turn, turn.actor.person_id, turn.actor.name),
        unit=unit.name,
        since=words.say_date(day),
        **{f"old_{field}": say(turn, getattr(before, field)) for field in FIELDS},
        **{f"new_{field}": say(turn, getattr(after, field)) for field in FIELDS},
    )
    others = (one for one in holders if one.canonical_id != turn.actor.canonical_id)
    for person in once_each(others):
        key = f"headcount:{unit.id}:{turn.now.isoformat()}:{person}"
        turn.tell(person, said, key=key)
