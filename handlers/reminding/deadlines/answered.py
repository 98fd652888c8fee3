"""What is pressed under a reminder of a deadline: by units, and by officers of what units say."""

from dataclasses import replace

from handlers import places
from handlers.flow import Flow, Outcome, Turn
from handlers.messages import Notice
from handlers.office import claims
from handlers.registers import service as register
from handlers.reminding.deadlines import kinds, service
from handlers.reminding.deadlines.flow import flow as of_officers
from handlers.reporting.flow import WHO
from handlers.reporting.service import acting_as
from handlers.roles import DESK, Denied, desk_role, once_each
from storage import claims as stored_claims
from storage import deadlines, registers, roles, units
from storage.claims import Verdict
from storage.registers import NewEntry
from storage.units import UnitInfo

flow = Flow(kinds.ANSWERS, allow=WHO)
"""No command and no words: it only hears what is pressed under a reminder."""


@flow.entry
async def begin(turn: Turn) -> Outcome:  # noqa: ARG001 - the signature of every entry
    """Whatever leads here wants to report."""
    return Outcome().then("reporting")


@flow.step()
async def answer(turn: Turn) -> Outcome:
    """`turn.about` is "own:3:17" or "plans:2027:17"; right and need are of now (T13, T41)."""
    kind, thing, unit_id = (*turn.about.split(":"), "", "")[:3]
    number = int(unit_id) if unit_id.isdecimal() else 0
    if not acting_as(turn.actor, number):
        return turn.aside("menu.old_button")
    if turn.choice == "later":
        return turn.aside("deadlines.later_said")
    if turn.choice == "meet":
        return Outcome().then("tickets")
    unit = await units.by_id(turn.tx, number, on=turn.today)
    if unit is None:
        return turn.aside("deadlines.not_needed")
    if kind == "own":
        return await _own_done(turn, unit, int(thing) if thing.isdecimal() else 0)
    return await _plan_sent(turn, unit, f"plans:{thing}")


async def _own_done(turn: Turn, unit: UnitInfo, number: int) -> Outcome:
    found = await deadlines.find(turn.tx, number, (unit.commune_id,))
    if found is None:
        return turn.aside("deadlines.not_needed")
    try:
        is_first = await service.done(
            turn.tx, found, unit, by=turn.actor, now=turn.now, today=turn.today
        )
    except (Denied, service.Gone):
        return turn.aside("deadlines.not_needed")
    said = "deadlines.done_said" if is_first else "deadlines.done_before"
    return turn.aside(said, unit=unit.name, what=found.title)


# --- a unit says it has sent its plan ------------------------------------------------------------


async def _plan_sent(turn: Turn, unit: UnitInfo, about: str) -> Outcome:
    """It rests until an officer has looked (design §5)."""
    await claims.hold(turn.tx, unit)
    owes = [
        one
        for one in await kinds.plans(turn, unit.commune_id)
        if (one.unit.id, one.about) == (unit.id, about)
    ]
    if not owes:
        waits = await stored_claims.standing(turn.tx, unit.commune_id, about)
        key = "plan_waits" if unit.id in waits else "not_needed"
        return turn.aside(f"deadlines.{key}")
    try:
        number = await claims.say(turn.tx, unit, about, by=turn.actor, now=turn.now)
    except Denied:
        return turn.aside("menu.old_button")
    if number is not None:
        await _ask_desk(turn, unit, owes[0].name, about, number)
    return turn.aside("deadlines.plan_said")


async def _ask_desk(turn: Turn, unit: UnitInfo, name: str, about: str, number: int) -> None:
    held = await roles.holding(turn.tx, unit.commune_id, ("officer",))
    held = held or await roles.holding(turn.tx, unit.commune_id, tuple(DESK))
    asked = turn.message(
        "deadlines.plan_ask",
        choices=("deadlines.plan_there", "deadlines.plan_not_there"),
        unit=name,
        year=about.partition(":")[2],
    )
    notice = Notice(of_officers.name, "plan_seen", f"{about}:{unit.id}:{number}")
    for person in once_each(held):
        turn.tell(person, replace(asked, notice=notice), key=f"claim:{number}:{person}")


@of_officers.step()
async def plan_seen(turn: Turn) -> Outcome:
    """`turn.about` is "plans:2027:17:<claim>"; all of it is looked up again (T13, T41)."""
    kind, year, unit_id, number = (*turn.about.split(":"), "", "", "")[:4]
    about = f"{kind}:{year}"
    unit = await units.by_id(turn.tx, int(unit_id) if unit_id.isdecimal() else 0, on=turn.today)
    if unit is None or not desk_role(turn.actor.grants, unit.commune_id):
        return turn.aside("menu.old_button")
    await claims.hold(turn.tx, unit)
    waits = (await stored_claims.standing(turn.tx, unit.commune_id, about)).get(unit.id)
    if waits is None or str(waits.id) != number:
        return turn.aside("deadlines.plan_answered")
    verdict: Verdict = "seen" if turn.choice == "plan_there" else "unseen"
    try:
        await claims.settle(turn.tx, unit, about, verdict=verdict, by=turn.actor, now=turn.now)
    except Denied:
        return turn.aside("menu.old_button")
    if verdict == "seen":
        return await _into_register(turn, unit, int(year))
    return await _tell_unseen(turn, unit, year, number)


async def _into_register(turn: Turn, unit: UnitInfo, year: int) -> Outcome:
    """A line without number and day yet: from now on nobody is reminded of it."""
    entry = NewEntry(unit.commune_id, unit.id, "plan", year, None)
    lines = await registers.of_year(turn.tx, unit.commune_id, year)
    if not any(one.register == "plan" and one.unit_id == unit.id for one in lines):
        await register.write(turn.tx, entry, by=turn.actor, now=turn.now)
    return turn.aside("deadlines.plan_written", unit=unit.name, year=year)


async def _tell_unseen(turn: Turn, unit: UnitInfo, year: str, number: str) -> Outcome:
    held = await roles.holding(turn.tx, unit.commune_id, tuple(WHO))
    mine = once_each(one for one in held if one.unit_id == unit.id)
    key = "plan_unseen" if unit.duty == "required" else "plan_unseen_kindly"
    names = places.shown(await service.askable(turn.tx, unit.commune_id, on=turn.today))
    asked = ("deadlines.plans_done", "deadlines.meet")
    said = turn.message(f"deadlines.{key}", choices=asked, unit=names[unit.code], year=year)
    told = replace(said, notice=Notice(kinds.ANSWERS, "answer", f"plans:{year}:{unit.id}"))
    for person in mine:
        turn.tell(person, told, key=f"claim:{number}:unseen:{person}")
    return turn.aside("deadlines.plan_unseen_said" if mine else "deadlines.plan_unseen_nobody")


# --- what officers press under the reminder of their own report -----------------------------------


@of_officers.step()
async def upward(turn: Turn) -> Outcome:
    """Write down that it was sent, or that is all."""
    if turn.choice == "note_onward":
        return Outcome().then("onward")
    return turn.aside("deadlines.seen_said")
