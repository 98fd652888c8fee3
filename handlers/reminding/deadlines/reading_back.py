"""Reading a deadline back before it is set (U18, T19)."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from handlers import words
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing, in_messages
from handlers.reminding.deadlines import naming, service
from handlers.reminding.deadlines.flow import flow, gone
from handlers.reminding.deadlines.whom_said import Asked
from handlers.reminding.deadlines.wish import Wish, as_seen
from handlers.reminding.due import days_off_of
from handlers.reminding.ladders import IN_OFFICE_HOURS, Ladder, Stage
from handlers.reporting import periods
from storage import deadlines, units
from storage.deadlines import DeadlineInfo
from storage.units import UnitInfo

_CHOICES = ("set", "other_day", "other_rungs", "drop")


async def show(turn: Turn, wish: Wish, *before: Outgoing) -> Outcome:
    """What, the last day on time, who is asked, on which days; what stood until now."""
    stands = await service.standing_for(turn.tx, wish)
    due = wish.due
    if due is None or (wish.number and stands is None):
        return gone(turn)
    wish = replace(wish, seen=as_seen(stands))
    lines = [one for one in await said_of(turn, wish, due) if one]
    besides = await _instead_of(turn, stands, wish)
    whole = in_messages([*lines, *besides])
    *first, last = whole if len(whole) == 1 else (*in_messages(besides), *in_messages(lines))
    return turn.ask(
        "deadlines.check",
        hear=flow.steps["check"],
        choices=[f"deadlines.{key}" for key in _CHOICES],
        draft=wish.dump(),
        before=(*before, *first),
        said=last.text,
    )


class Told(NamedTuple):
    """Whom a deadline asks, and on which days to come that is reminded."""

    whom: str
    days: str
    """As whoever is asked first hears it; "" = on none."""


async def told_of(turn: Turn, wish: Wish, due: date) -> Told:
    known = await service.askable(turn.tx, wish.commune, on=turn.today)
    wish = await _with_units(turn, wish)
    days_off = await days_off_of(turn, wish.commune)
    _, found = _climbed(turn, wish, due, known, days_off)
    whom = naming.say_whom(turn, wish.kind, wish.asked, known)
    return Told(whom, naming.say_days(turn, due, found))


async def said_of(turn: Turn, wish: Wish, due: date) -> list[str]:
    """A line for each thing that was understood."""
    known = await service.askable(turn.tx, wish.commune, on=turn.today)
    wish = await _with_units(turn, wish)
    days_off = await days_off_of(turn, wish.commune)
    what = naming.say_what(turn, wish.kind, wish.period, wish.title)
    whom = naming.say_whom(turn, wish.kind, wish.asked, known)
    return [
        naming.capital(what),
        _say_due(turn, due, is_off=naming.is_day_off(due, days_off)),
        turn.text_of("deadlines.check_whom", whom=whom),
        *_say_rungs(turn, wish, due, known, days_off),
    ]


async def _with_units(turn: Turn, wish: Wish) -> Wish:
    """Of one that stands the units that it names are not in the wish."""
    if not wish.number or wish.asked.group:
        return wish
    named = await deadlines.units_of(turn.tx, wish.number)
    return replace(wish, asked=Asked("", tuple(named)))


def _say_due(turn: Turn, due: date, *, is_off: bool) -> str:
    after = due + timedelta(days=1)
    said = turn.text_of(
        "deadlines.check_due", day=words.say_date(due), next=words.say_short_date(after)
    )
    return f"{said} {turn.text_of('deadlines.check_day_off')}" if is_off else said


def _say_rungs(
    turn: Turn, wish: Wish, due: date, known: list[UnitInfo], off: Collection[date]
) -> Iterator[str]:
    """The days as whoever is asked first hears it; others may hear it on a working day before."""
    ladder, found = _climbed(turn, wish, due, known, off)
    days = naming.say_days(turn, due, found)
    if not days:
        yield turn.text_of("deadlines.check_no_rungs")
        return
    key = "check_rungs" if wish.before or wish.kind == "onward" else "check_rungs_usual"
    yield turn.text_of(f"deadlines.{key}", days=days)
    ladders = {naming.ladder_for(one) for one in known}
    if ladder is Ladder.HAMLETS and wish.kind != "own" and ladders & IN_OFFICE_HOURS:
        yield turn.text_of("deadlines.check_offices")


def _climbed(
    turn: Turn, wish: Wish, due: date, known: list[UnitInfo], off: Collection[date]
) -> tuple[Ladder, tuple[Stage, ...]]:
    if wish.kind == "onward":
        return Ladder.OFFICERS, naming.upward(turn, due, wish.before, off)
    ladder = naming.first_ladder(wish.kind, wish.asked, known)
    return ladder, naming.climbed(turn, due, ladder, wish.before, off)


async def _instead_of(turn: Turn, stands: DeadlineInfo | None, wish: Wish) -> list[str]:
    """What counts until now, set by somebody or as usual."""
    counts = stands.due_on if stands else None
    if wish.kind == "report" and counts is None:
        settings = await units.settings_of(turn.tx, wish.commune)
        usual = periods.by_key(wish.period, settings)
        counts = usual.due if usual else None
    if counts is None:
        return []
    said = [turn.text_of("deadlines.check_before", day=words.say_date(counts))]
    if wish.kind == "report":
        said += [turn.text_of("deadlines.check_marks"), await _upward_stays(turn, wish)]
    return said


async def _upward_stays(turn: Turn, wish: Wish) -> str:
    """The commune's own report of that period has a day of its own, or none."""
    onward = await deadlines.of(turn.tx, wish.commune, "onward", wish.period)
    if onward is None:
        return turn.text_of("deadlines.check_no_onward")
    return turn.text_of("deadlines.check_onward", day=words.say_date(onward.due_on))
