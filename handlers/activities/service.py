"""Who may record what for which unit, and the writing itself: for the chat and the page alike."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from storage import activities, audit, units
from storage.activities import ActivityInfo, NewActivity
from storage.database import Transaction
from storage.people import Actor
from storage.units import UnitInfo

OWN_UNIT: Final = frozenset({"head", "helper", "reporter"})
OFFICE: Final = frozenset({"officer", "admin"})
MOST: Final = 9_999  # people: beyond it nobody is asked whether it is right (T20)
_FAR_ABOVE: Final = 3
_ENDED_WITHIN: Final = timedelta(days=31)
_SMALL: Final = 60
UNKNOWN_SIZE: Final = 300  # people: asked again where a unit has no number of adults


class Denied(Exception):
    """This person may not record for that unit (T01); nothing was written."""


class Changed(Exception):
    """Somebody corrected or undid it meanwhile (T42); nothing was written."""


@dataclass(frozen=True, slots=True)
class Rights:
    """Where somebody may record now (A3)."""

    own: tuple[int, ...]
    """Units held by a role of their own, in the order of the grants."""
    communes: tuple[int, ...]
    """Communes of which every unit may be recorded for."""
    seen_in: tuple[int, ...]
    """Communes in which anything of it lies."""

    def covers(self, unit_id: int, commune_id: int) -> bool:
        return unit_id in self.own or commune_id in self.communes


def rights_of(actor: Actor) -> Rights:
    own = [grant for grant in actor.grants if grant.role in OWN_UNIT]
    office = [grant for grant in actor.grants if grant.role in OFFICE]
    return Rights(
        tuple(dict.fromkeys(grant.unit_id for grant in own)),
        tuple(dict.fromkeys(grant.commune_id for grant in office)),
        tuple(dict.fromkeys(grant.commune_id for grant in (*own, *office))),
    )


def acting_as(actor: Actor, unit_id: int) -> str:
    """The role in which this person records for a unit: the own one first."""
    for grant in actor.grants:
        if grant.role in OWN_UNIT and grant.unit_id == unit_id:
            return grant.role
    return next(grant.role for grant in actor.grants if grant.role in OFFICE)


async def find(tx: Transaction, actor: Actor, number: int) -> ActivityInfo | None:
    """An activity this person may see and correct; None for missing and forbidden alike (T13)."""
    rights = rights_of(actor)
    found = await activities.find(tx, number, units=None, communes=rights.seen_in)
    if found is None or found.commune_id in rights.communes:
        return found
    return found if found.units & set(rights.own) else None


def may_change(actor: Actor, info: ActivityInfo) -> bool:
    """Whoever answers for the unit that held it first of all; who only took part may not (T01)."""
    return rights_of(actor).covers(info.unit_id, info.commune_id)


async def recent(tx: Transaction, actor: Actor, *, limit: int, skip: int = 0) -> list[ActivityInfo]:
    """What the own units did, newest first; for an officer what the commune did."""
    rights = rights_of(actor)
    if rights.communes:
        return await activities.of_communes(tx, rights.communes, limit=limit, skip=skip)
    return await activities.of_units(tx, rights.own, limit=limit, skip=skip)


def is_unusual(heads: int, *, adults: int | None, before: Sequence[ActivityInfo]) -> bool:
    """Worth asking "có đúng … không?": above 120 % of the adults, or 3 times what was (T20)."""
    limit = adults * 6 // 5 if adults else UNKNOWN_SIZE
    if heads > limit:
        return True
    largest = max((info.heads or 0 for info in before), default=0)
    return largest > 0 and heads >= _SMALL and heads > _FAR_ABOVE * largest


async def save(
    tx: Transaction, new: NewActivity, *, by: Actor, known: Sequence[UnitInfo], now: datetime
) -> int:
    """Write a new activity; its number. Raises `Denied`."""
    role = _allowed(new.units[0], by=by, known=known)
    number = await activities.add(tx, new, by=by.person_id, role=role, now=now)
    about, after = f"activity:{number}", _as_json(new)
    await audit.record(
        tx, by=by, role=role, action="activity.recorded", about=about, now=now, after=after
    )
    return number


async def correct(
    tx: Transaction,
    number: int,
    new: NewActivity,
    *,
    version: int,
    by: Actor,
    known: Sequence[UnitInfo],
    now: datetime,
) -> None:
    """Write it anew, with before and after in the audit. Raises `Denied`, `Changed`."""
    role = _allowed(new.units[0], by=by, known=known)
    before = await find(tx, by, number)
    if before is None or not may_change(by, before):
        raise Denied
    if not await activities.change(tx, number, new, version=version):
        raise Changed
    await audit.record(
        tx,
        by=by,
        role=role,
        action="activity.corrected",
        about=f"activity:{number}",
        now=now,
        before=_of_record(before),
        after=_as_json(new),
    )


async def undo(tx: Transaction, number: int, *, by: Actor, now: datetime) -> ActivityInfo:
    """Take it back. Raises `Denied`, `Changed` (it was taken back already)."""
    info = await find(tx, by, number)
    if info is None or not may_change(by, info):
        raise Denied
    if not await activities.undo(tx, number, by=by.person_id, now=now):
        raise Changed
    role, about, was = acting_as(by, info.unit_id), f"activity:{number}", _of_record(info)
    await audit.record(
        tx, by=by, role=role, action="activity.undone", about=about, now=now, before=was
    )
    return info


async def attach(
    tx: Transaction, info: ActivityInfo, *, file_id: int, by: Actor, now: datetime
) -> bool:
    """Keep the sign-in sheet with it; False if it counts no more, or is somebody else's."""
    if info.state == "undone" or not may_change(by, info):
        return False
    await activities.attach(tx, info.id, file_id=file_id)
    await audit.record(
        tx,
        by=by,
        role=acting_as(by, info.unit_id),
        action="activity.sheet",
        about=f"activity:{info.id}",
        now=now,
        before={"file": info.evidence_id},
        after={"file": file_id},
    )
    return True


async def take_part(
    tx: Transaction, info: ActivityInfo, unit: int, *, by: Actor, now: datetime
) -> None:
    """Another unit held the same activity too: it goes on counting once. Raises `Denied`."""
    if not rights_of(by).covers(unit, info.commune_id):
        raise Denied
    if await activities.commune_of(tx, unit) != info.commune_id:  # T13
        raise Denied
    await activities.add_unit(tx, info.id, unit)
    role, about, after = acting_as(by, unit), f"activity:{info.id}", {"unit": unit}
    await audit.record(
        tx, by=by, role=role, action="activity.joined", about=about, now=now, after=after
    )


def _allowed(unit_id: int, *, by: Actor, known: Sequence[UnitInfo]) -> str:
    unit = next((one for one in known if one.id == unit_id), None)
    if unit is None or not rights_of(by).covers(unit.id, unit.commune_id):
        raise Denied
    return acting_as(by, unit_id)


async def note_denied(tx: Transaction, by: Actor, unit_id: int, *, now: datetime) -> None:
    """An attempt to record for somebody else's unit goes into the record of acts (T01)."""
    role = by.grants[0].role if by.grants else ""
    about = f"unit:{unit_id}"
    await audit.record(tx, by=by, role=role, action="activity.denied", about=about, now=now)


_NAMELESS: Final = ("led_by", "place")  # ids and figures only (A5)


def _as_json(new: NewActivity) -> dict[str, Any]:
    kept = {key: value for key, value in asdict(new).items() if key not in _NAMELESS}
    return kept | {"held_on": new.held_on.isoformat()}


def _of_record(info: ActivityInfo) -> dict[str, Any]:
    return {
        "units": sorted(info.units),
        "kind": info.kind,
        "held_on": info.held_on.isoformat(),
        "heads": info.heads,
        "sessions": info.sessions,
        "households": info.households,
        "topics": list(info.topics),
    }


async def units_of(tx: Transaction, actor: Actor, *, on: date) -> list[UnitInfo]:
    """All units of the communes in which this person may record.

    Those that ended within a month too: what was done on their last days was done.
    """
    seen_in = rights_of(actor).seen_in
    found = {unit.id: unit for unit in await units.listed(tx, on=on - _ENDED_WITHIN)}
    found |= {unit.id: unit for unit in await units.listed(tx, on=on)}
    return [unit for unit in found.values() if unit.commune_id in seen_in]
