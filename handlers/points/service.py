"""What may be done with points; every act asks for the right again and is audited (A3, A5).

Who reads a sheet and acts later is told when something changed in between: nothing is picked
twice, and no text is written over one that nobody here has seen (T19).
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from handlers.flow import Turn
from handlers.points.flow import LEAST, MOST
from handlers.points.remarks import FOR_COUNCIL, joined, sources_of
from handlers.points.sheet import Sheet, Spot, sheet_of
from handlers.reporting.letter.writing import one_line
from handlers.roles import desk_role
from storage import audit, points, roles
from storage.points import PointInfo


class Denied(Exception):
    """The right to do this has ended, or never was."""


class Changed(Exception):
    """What was looked at is not there any more, or says something else."""


class TooLong(Exception):
    """It has to be said in fewer words."""


def fits(text: str) -> bool:
    return LEAST <= len(one_line(text)) <= MOST and any(map(str.isalpha, text))


async def held(turn: Turn, spot: Spot) -> Sheet:
    """All as it is now; nobody else collects here until we commit. Raises `Denied`."""
    await points.hold(turn.tx, spot.commune)
    sheet = await sheet_of(turn, spot)
    if sheet is None:
        raise Denied
    return sheet


async def collect(turn: Turn, spot: Spot, keys: Collection[str], *, text: str) -> PointInfo:
    """Make remarks a point; `text` "" = their own words. Raises `Denied`, `Changed`, `TooLong`."""
    sheet = await held(turn, spot)
    still = {one.key: one for one in sheet.unpicked(spot.kind)}
    if not keys or any(key not in still for key in keys):
        raise Changed
    remarks = [still[key] for key in dict.fromkeys(keys)]
    said = one_line(text) or joined(remarks)
    is_one_alone = not text and len(remarks) == 1  # as the unit said it, however short
    if not is_one_alone and not fits(said):
        raise TooLong
    number = await points.add(
        turn.tx,
        commune_id=spot.commune,
        period=spot.period,
        kind=spot.kind,
        text=said,
        sources=sources_of(remarks),
        by=turn.actor.person_id,
        now=turn.now,
    )
    await _record(turn, spot.commune, "point.collected", number, {"remarks": len(remarks)})
    return await _found(turn, number, spot)


async def rewrite(turn: Turn, spot: Spot, number: int, *, was: str, text: str) -> None:
    """Say a point in other words. Raises `Denied`, `Changed`, `TooLong`."""
    point = await _undecided(turn, spot, number)
    if point.text != was:
        raise Changed
    if not fits(text):
        raise TooLong
    await points.rewrite(turn.tx, number, [spot.commune], text=one_line(text))
    await _record(turn, spot.commune, "point.rewritten", number, {})


async def remove(turn: Turn, spot: Spot, number: int) -> None:
    """Take a point out; what it was made of can be picked again. Raises `Denied`, `Changed`."""
    await _undecided(turn, spot, number)
    await points.remove(turn.tx, number, [spot.commune], now=turn.now)
    await _record(turn, spot.commune, "point.removed", number, {})


async def submit(turn: Turn, spot: Spot, numbers: Collection[int]) -> Sheet:
    """Mark points as put before UBND xã today; all or none. Raises `Denied`, `Changed`."""
    sheet = await held(turn, spot)
    ready = {one.id for one in for_council(sheet)}
    if not numbers or not ready.issuperset(numbers):
        raise Changed
    for number in numbers:
        await points.submit(turn.tx, number, [spot.commune], on=turn.today)
        after = {"on": turn.today.isoformat()}
        await _record(turn, spot.commune, "point.submitted", number, after)
    return replace(sheet, points=await points.of(turn.tx, spot.commune, spot.period))


def for_council(sheet: Sheet) -> list[PointInfo]:
    """What can be put before UBND xã, also once more; not what was decided or has no words left."""
    return [one for one in sheet.of_kind(*FOR_COUNCIL) if one.text and not one.decision]


async def decide(
    turn: Turn, spot: Spot, number: int, *, was: str, decision: str, on: date
) -> Sheet | None:
    """Write down what UBND xã decided; None if just that stood already.

    Raises `Denied`, `Changed`, `TooLong`.
    """
    sheet = await held(turn, spot)
    point = sheet.point(number)
    if point is None or point.submitted_on is None or on > turn.today:
        raise Changed
    if (point.decision, point.decided_on) == (one_line(decision), on):
        return None
    if point.decision != was:
        raise Changed
    if not fits(decision):
        raise TooLong
    said = one_line(decision)
    await points.decide(
        turn.tx, number, [spot.commune], decision=said, on=on, by=turn.actor.person_id
    )
    again = {"again": bool(point.decision), "on": on.isoformat()}
    await _record(turn, spot.commune, "point.decided", number, again)
    return sheet


async def _undecided(turn: Turn, spot: Spot, number: int) -> PointInfo:
    """The point, held; what UBND xã decided about stays as it is. Raises `Denied`, `Changed`."""
    await _role(turn, spot.commune)
    await points.hold(turn.tx, spot.commune)
    point = await _found(turn, number, spot)
    if point.decision:
        raise Changed
    return point


async def _found(turn: Turn, number: int, spot: Spot) -> PointInfo:
    point = await points.find(turn.tx, number, [spot.commune])
    if point is None or point.period != spot.period:
        raise Changed
    return point


async def _role(turn: Turn, commune: int) -> str:
    """In which role this person acts there now (A3). Raises `Denied`."""
    grants = await roles.held_by(turn.tx, turn.actor.canonical_id)
    role = desk_role(grants, commune)
    if not role:
        raise Denied
    return role


async def _record(
    turn: Turn, commune: int, action: str, number: int, after: Mapping[str, Any]
) -> None:
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=await _role(turn, commune),
        action=action,
        about=f"point:{number}",
        now=turn.now,
        after=dict(after),
    )
