"""The rules of "Đã nộp bản giấy": a unit says so, its reminders rest, the office looks (design §5).

For whatever can be handed in on paper ("report:2026", "plans:2027"). All of it in the caller's
transaction, with the rights of this very moment (A3, T13, T41).
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from handlers.reminding.working_days import working_after
from handlers.reporting.flow import WHO
from handlers.roles.service import Denied, desk_role
from storage import audit, claims, reminders, reports, roles
from storage.claims import ClaimInfo, Verdict
from storage.database import Transaction
from storage.people import Actor
from storage.units import UnitInfo

PATIENCE: Final = 3
"""Working days after which the officers are asked once more."""
_ASKED_AGAIN_AT: Final = time(8, 0)


async def hold(tx: Transaction, unit: UnitInfo) -> None:
    """Nobody sends or says anything for this unit meanwhile (T19); then ask what it owes."""
    await reports.hold(tx, unit.id)


async def say(
    tx: Transaction, unit: UnitInfo, about: str, *, by: Actor, now: datetime
) -> int | None:
    """Keep that a unit says it has handed this in: from now on it is not reminded of it.

    The caller holds the unit and has seen that it owes this. What was planned and has not left
    falls. The claim's id; None if one stands already. Raises `Denied` for who does not report for
    the unit now.
    """
    role = await _of_unit(tx, by, unit.id)
    number = await claims.say(
        tx, commune_id=unit.commune_id, unit_id=unit.id, about=about, by=by.person_id, now=now
    )
    if number is None:
        return None
    await reminders.drop(tx, unit.id, about)
    await audit.record(
        tx,
        by=by,
        role=role,
        action="claim.said",
        about=f"claim:{number}",
        now=now,
        after={"unit": unit.id, "about": about},
    )
    return number


async def settle(
    tx: Transaction, unit: UnitInfo, about: str, *, verdict: Verdict, by: Actor, now: datetime
) -> bool:
    """The office has looked; False if nothing stood any more. Raises `Denied`."""
    role = desk_role(await roles.held_by(tx, by.canonical_id), unit.commune_id)
    if not role:
        raise Denied
    return await end(tx, unit.id, about, verdict=verdict, by=by, role=role, now=now)


async def end(
    tx: Transaction,
    unit_id: int,
    about: str,
    *,
    verdict: Verdict,
    by: Actor,
    role: str,
    now: datetime,
) -> bool:
    """As a part of something else that was allowed (a report, a mark); False if none stood."""
    settled = await claims.settle(tx, [unit_id], about, verdict=verdict, by=by.person_id, now=now)
    for number in settled:
        await audit.record(
            tx,
            by=by,
            role=role,
            action="claim.settled",
            about=f"claim:{number}",
            now=now,
            after={"unit": unit_id, "about": about, "verdict": verdict},
        )
    return bool(settled)


async def _of_unit(tx: Transaction, by: Actor, unit_id: int) -> str:
    grants = await roles.held_by(tx, by.canonical_id)
    role = next((one.role for one in grants if one.role in WHO and one.unit_id == unit_id), "")
    if not role:
        raise Denied
    return role


def ask_again_at(claim: ClaimInfo, *, zone: tzinfo, days_off: Collection[date] = ()) -> datetime:
    """When the officers are asked once more, if nobody has looked; aware, local."""
    day = claim.said_at.astimezone(zone).date()
    for _ in range(PATIENCE):
        day = working_after(day + timedelta(days=1), besides=days_off)
    return datetime.combine(day, _ASKED_AGAIN_AT, zone)
