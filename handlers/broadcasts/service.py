"""The rules of broadcasts: confirm, approve, refuse, stop; rights are those of this moment (A3).

All of it happens in the caller's transaction, and is audited with ids only.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Any, Final

from handlers.broadcasts import hours
from handlers.broadcasts.plan import Plan
from handlers.broadcasts.reckoning import Reckoned, known_units
from handlers.flow import Scene, Turn
from handlers.roles import DESK, Denied, communes_of, desk_role, once_each
from handlers.units.broadcasts import rules_of
from handlers.words.text import plain_of
from storage import audit, broadcast_people, broadcasts, linking, memory, roles, units
from storage.broadcasts import BroadcastInfo
from storage.database import Transaction
from storage.people import Actor
from storage.roles import Holder

MOST_LETTERS: Final = 900
APPROVED_WITHIN: Final = timedelta(days=3)
_TOGETHER_WITHIN: Final = timedelta(days=1)
_NEARLY: Final = 0.8


class NobodyToApprove(Exception):
    """So many people need a second approver, and there is no colleague; nothing was written."""


class CodeTaken(Exception):
    """Another broadcast has got this code meanwhile; nothing was written."""


class SameHuman(Exception):
    """Whoever made it, or shares a phone with who did, cannot approve it (T52)."""


class Overtaken(Exception):
    """It was approved, refused or stopped before, or waited too long; nothing was written."""


async def desks(tx: Transaction, by: Actor) -> tuple[int, ...]:
    """The communes this person answers for, as of this moment (A3)."""
    return communes_of(await roles.held_by(tx, by.canonical_id), *DESK)


async def _desk(tx: Transaction, by: Actor, commune_id: int) -> str:
    """The role at that commune's desk; raises `Denied`."""
    role = desk_role(await roles.held_by(tx, by.canonical_id), commune_id)
    if not role:
        raise Denied
    return role


async def colleagues(scene: Scene, commune_id: int, *, besides: int) -> list[Holder]:
    """Everybody at that desk who is another human; each once."""
    held = await roles.holding(scene.tx, commune_id, tuple(DESK))
    others = [one for one in held if one.canonical_id != besides]
    persons = set(once_each(others))
    return [one for one in others if one.person_id in persons]


async def needs_approval(turn: Turn, plan: Plan, people: int) -> bool:
    """Above a size, counted together with what says nearly the same that day (T52)."""
    rules = rules_of(await units.settings_of(turn.tx, plan.commune))
    if people > rules.second_approver_above:
        return True
    together = people + sum([one.size for one in await _nearly_the_same(turn, plan)])
    return together > rules.second_approver_above


async def _nearly_the_same(turn: Turn, plan: Plan) -> list[BroadcastInfo]:
    """Of this maker's own, as whichever of the linked persons."""
    makers = await linking.group(turn.tx, turn.actor.person_id)
    since = turn.now - _TOGETHER_WITHIN
    made = await broadcasts.made_since(turn.tx, plan.commune, makers, since=since)
    return [one for one in made if is_nearly(one.text, plan.text)]


def is_nearly(one: str, other: str) -> bool:
    """Whether two texts are the same but for a few words."""
    a, b = (plain_of(text).split() for text in (one, other))
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= _NEARLY


# --- made ----------------------------------------------------------------------------------------


async def confirm(turn: Turn, plan: Plan, reckoned: Reckoned) -> BroadcastInfo:
    """Fix the words and the people. Raises `Denied`, `NobodyToApprove`, `CodeTaken`."""
    role = await _desk(turn.tx, turn.actor, plan.commune)
    starts_at: datetime | None = hours.goes_at(turn, turn.now + hours.DELAY)
    if await needs_approval(turn, plan, len(reckoned.people)):
        if not await colleagues(turn, plan.commune, besides=turn.actor.canonical_id):
            raise NobodyToApprove
        starts_at = None
    own = plan.audience.within(await known_units(turn, plan.commune))
    number = await broadcasts.add(
        turn.tx,
        commune_id=plan.commune,
        code=plan.code,
        text=plan.text,
        audience={**own.stored(), "lost": dict(reckoned.lost)},
        people=reckoned.people,
        by=turn.actor.person_id,
        now=turn.now,
        starts_at=starts_at,
    )
    if number is None:
        raise CodeTaken
    await _audit(turn, number, role, "confirmed", {"people": len(reckoned.people)})
    made = await broadcasts.find(turn.tx, number)
    if made is None:
        raise Denied
    return made


async def is_taken(tx: Transaction, code: str) -> bool:
    return await broadcasts.by_code(tx, code) is not None


# --- approved, refused ---------------------------------------------------------------------------


async def may_approve(turn: Turn, info: BroadcastInfo) -> bool:
    """Whether this is another human than its maker, and not on the same phone."""
    if info.made_by is None:
        return False
    maker = await linking.group(turn.tx, info.made_by)
    if turn.actor.person_id in maker:
        return False
    mine = await linking.group(turn.tx, turn.actor.person_id)
    return not await linking.share_a_phone(turn.tx, maker, mine)


async def approve(turn: Turn, info: BroadcastInfo) -> datetime:
    """When it starts. Raises `Denied`, `SameHuman`, `Overtaken`."""
    role = await _desk(turn.tx, turn.actor, info.commune_id)
    if not await may_approve(turn, info):
        raise SameHuman
    starts_at = hours.goes_at(turn, turn.now + hours.DELAY)
    fresh = turn.now - APPROVED_WITHIN
    by = turn.actor.person_id
    if not await broadcasts.approve(
        turn.tx, info.id, by=by, starts_at=starts_at, fresh_since=fresh
    ):
        raise Overtaken
    await _audit(turn, info.id, role, "approved")
    return starts_at


async def refuse(turn: Turn, info: BroadcastInfo, reason: str) -> None:
    """Raises `Denied`, `SameHuman`, `Overtaken`."""
    role = await _desk(turn.tx, turn.actor, info.commune_id)
    if not await may_approve(turn, info):
        raise SameHuman
    by = turn.actor.person_id
    if not await broadcasts.refuse(turn.tx, info.id, by=by, reason=reason, now=turn.now):
        raise Overtaken
    await _audit(turn, info.id, role, "refused")


# --- stopped -------------------------------------------------------------------------------------


async def stop(turn: Turn, info: BroadcastInfo) -> bool:
    """Any colleague may; True for the one who did. Raises `Denied`."""
    role = await _desk(turn.tx, turn.actor, info.commune_id)
    wall = turn.now - await memory.clock_offset(turn.tx)
    by = turn.actor.person_id
    if not await broadcasts.stop(turn.tx, info.id, by=by, now=turn.now, wall=wall):
        return False
    if await broadcast_people.is_settled(turn.tx, info.id):
        await close(turn, info.id)
    await _audit(turn, info.id, role, "stopped")
    return True


async def close(scene: Scene, number: int) -> bool:
    """Keep the figures for good: nothing of it changes any more. True for the one who did."""
    tally = await broadcast_people.tally(scene.tx, number)
    return await broadcasts.report(scene.tx, number, tally.stored(), now=scene.now)


async def _audit(
    turn: Turn, number: int, role: str, act: str, after: Mapping[str, Any] | None = None
) -> None:
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=role,
        action=f"broadcast.{act}",
        about=f"broadcast:{number}",
        now=turn.now,
        after=dict(after) if after else None,
    )
