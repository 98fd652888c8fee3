"""The rules of deadlines: setting, ending, and what a unit has done (A3, T13, T19, T41).

All of it in the caller's transaction, with the rights of this very moment.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from handlers.reminding.deadlines import subjects
from handlers.reminding.deadlines.rungs_said import fitting
from handlers.reminding.deadlines.whom_said import members
from handlers.reminding.deadlines.wish import Wish, as_seen
from handlers.reporting.flow import WHO
from handlers.roles import Denied, desk_role
from handlers.words import looks_secret
from storage import audit, deadlines, reports, roles, units
from storage.database import Transaction
from storage.deadlines import DeadlineInfo, NewDeadline
from storage.people import Actor
from storage.units import UnitInfo

REASON: Final = range(5, 301)
"""How many letters a reason has."""


def is_reason(said: str) -> bool:
    """Whether these words may stand as the reason for which one is ended."""
    return len(said) in REASON and not looks_secret(said)


class Gone(Exception):
    """It has ended, or is another commune's; nothing was written."""


class WrongDay(Exception):
    """The day is over, or lies outside of its period; nothing was written."""


class NobodyAsked(Exception):
    """No unit of the commune is asked; nothing was written."""


class Frozen(Exception):
    """The figures of the period are frozen; nothing was written."""


class Overtaken(Exception):
    """Somebody else set it since it was read back; nothing was written (T19)."""


async def standing_for(tx: Transaction, wish: Wish) -> DeadlineInfo | None:
    """The one that this wish would change."""
    if wish.kind == "own":
        return await deadlines.find(tx, wish.number, (wish.commune,)) if wish.number else None
    return await deadlines.of(tx, wish.commune, wish.kind, wish.period)


async def put(tx: Transaction, wish: Wish, *, by: Actor, now: datetime, today: date) -> int:
    """Write what was read back; the id of the deadline.

    Raises `Denied`, `WrongDay`, `NobodyAsked`, `Frozen`, `Overtaken`, `Gone`.
    """
    role = await _desk(tx, by, wish.commune)
    await deadlines.hold(tx, wish.commune)
    due = _checked_day(wish, today)
    if wish.kind == "report" and await reports.frozen(tx, wish.commune, wish.period):
        raise Frozen
    before = await standing_for(tx, wish)
    if wish.number and before is None:
        raise Gone
    if wish.seen and wish.seen != as_seen(before):
        raise Overtaken
    rungs = fitting(set(wish.before)) or ()
    if before is None:
        number = await _add(tx, wish, due, rungs, by=by, now=now, today=today)
    else:
        number = before.id
        await deadlines.change(tx, number, due_on=due, before=rungs)
    await audit.record(
        tx,
        by=by,
        role=role,
        action="deadline.changed" if before else "deadline.set",
        about=f"deadline:{number}",
        now=now,
        before={"due": before.due_on.isoformat(), "rungs": list(before.before)} if before else None,
        after={
            "kind": wish.kind,
            "period": wish.period,
            "due": due.isoformat(),
            "rungs": list(rungs),
            "whom": wish.asked.group,
            "units": list(wish.asked.units),
        },
    )
    return number


def _checked_day(wish: Wish, today: date) -> date:
    if wish.kind not in subjects.KINDS or (wish.kind != "own" and not wish.period):
        raise Gone
    if wish.due is None or wish.due < today:
        raise WrongDay
    if not subjects.fits(wish.kind, wish.period, wish.due):
        raise WrongDay
    return wish.due


async def _add(
    tx: Transaction,
    wish: Wish,
    due: date,
    rungs: tuple[int, ...],
    *,
    by: Actor,
    now: datetime,
    today: date,
) -> int:
    named: list[int] = []
    is_own = wish.kind == "own"
    if is_own:
        known = await askable(tx, wish.commune, on=today)
        named = [one.id for one in known if one.id in wish.asked.units]
        is_all = len(named) == len(set(wish.asked.units))
        if not is_all or not (named or members(wish.asked.group, known)):
            raise NobodyAsked
    new = NewDeadline(
        commune_id=wish.commune,
        kind=wish.kind,
        period=wish.period,
        title=wish.title if is_own else "",
        whom=wish.asked.group if is_own else "",
        due_on=due,
        before=rungs,
    )
    return await deadlines.add(tx, new, units=named, by=by.person_id, now=now)


async def end(
    tx: Transaction, number: int, *, commune: int, reason: str, by: Actor, now: datetime
) -> DeadlineInfo:
    """End one for a reason; what it was. Raises `Denied`, `Gone`."""
    role = await _desk(tx, by, commune)
    found = await deadlines.find(tx, number, (commune,))
    if found is None or not await deadlines.end(tx, number, by=by.person_id, now=now):
        raise Gone
    await audit.record(
        tx,
        by=by,
        role=role,
        action="deadline.ended",
        about=f"deadline:{number}",
        now=now,
        before={"kind": found.kind, "period": found.period, "due": found.due_on.isoformat()},
        after={"reason": reason},
    )
    return found


# --- whom an own deadline asks, and who has done it ----------------------------------------------


async def askable(tx: Transaction, commune: int, *, on: date) -> list[UnitInfo]:
    """The units of a commune that can be asked anything, as of a day."""
    known = await units.listed(tx, on=on)
    return [one for one in known if one.commune_id == commune and one.id != commune]


async def asked_by(
    tx: Transaction, deadline: DeadlineInfo, known: Collection[UnitInfo]
) -> list[UnitInfo]:
    """Whom it asks now: whoever is of its group, or the units that it names."""
    if deadline.whom:
        return members(deadline.whom, list(known))
    named = await deadlines.units_of(tx, deadline.id)
    return [one for one in known if one.id in named]


async def done(
    tx: Transaction,
    deadline: DeadlineInfo,
    unit: UnitInfo,
    *,
    by: Actor,
    now: datetime,
    today: date,
) -> bool:
    """Whoever reports for the unit, or the desk, says that it is done; True for the first.

    Raises `Denied`, `Gone`.
    """
    grants = await roles.held_by(tx, by.canonical_id)
    mine = (one.role for one in grants if one.role in WHO and one.unit_id == unit.id)
    role = next(mine, "") or desk_role(grants, deadline.commune_id)
    if not role:
        raise Denied
    known = await askable(tx, deadline.commune_id, on=today)
    if unit.id not in {one.id for one in await asked_by(tx, deadline, known)}:
        raise Gone
    if not await deadlines.set_done(tx, deadline.id, unit.id, by=by.person_id, now=now):
        return False
    await audit.record(
        tx,
        by=by,
        role=role,
        action="deadline.done",
        about=f"deadline:{deadline.id}",
        now=now,
        after={"unit": unit.id},
    )
    return True


async def _desk(tx: Transaction, by: Actor, commune: int) -> str:
    """The role at that commune's desk. Raises `Denied`."""
    role = desk_role(await roles.held_by(tx, by.canonical_id), commune)
    if not role:
        raise Denied
    return role
