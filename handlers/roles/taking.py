"""Taking a role with its invite, and handing one's own duty over to a successor (T02, T14, A4).

Nobody grants more than they hold: who hands over may give exactly the role and unit that are their
own, and holds them no more from the moment the successor takes them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.roles.service import Denied, MadeInvite, NotFound, admins_of, end, write_invite
from storage import audit, invites, roles
from storage.database import Transaction
from storage.people import Actor
from storage.roles import Holder

HANDED_OVER: Final = frozenset({"head", "reporter", "helper"})
"""Roles of one unit; those of the whole commune are given by an admin."""


@dataclass(frozen=True, slots=True)
class Granted:
    """A fresh grant and who has to hear of it."""

    holder: Holder
    issuer: int | None
    """Person who made the invite; None: the command line, or a hand-over."""
    admins: tuple[int, ...]
    handed_by: Holder | None = None
    """The grant that ended with it: its holder handed the duty over."""


async def take(tx: Transaction, invite_id: int, *, by: Actor, now: datetime) -> Granted | None:
    """Spend the invite and grant its role; None if somebody was first or it is too late (T02).

    Who handed a duty over with it holds it no more from this moment on.
    """
    giver = None
    if (role_id := await invites.handed_over_by(tx, invite_id)) is not None:
        giver = await _held_still(tx, role_id)
        if giver is None or giver.canonical_id == by.canonical_id:
            return None
        if not await _is_from(tx, invite_id, giver, now=now):
            return None
    taken = await invites.take(tx, invite_id, by=by.person_id, now=now)
    if taken is None:
        return None
    if giver is not None:
        await end(tx, giver, by=by, acting="", now=now)
    holder = await _grant(tx, taken, by=by, now=now)
    admins = await admins_of(tx, taken.commune_id, besides=by.canonical_id)
    return Granted(holder, None if giver else taken.created_by, admins, giver)


async def _held_still(tx: Transaction, role_id: int) -> Holder | None:
    """The holder of a role that nobody else can end until we commit."""
    holder = await roles.holder(tx, role_id)
    if holder is None:
        return None
    await roles.lock(tx, canonical_id=holder.canonical_id, commune_id=holder.commune_id)
    return await roles.holder(tx, role_id)


async def _is_from(tx: Transaction, invite_id: int, giver: Holder, *, now: datetime) -> bool:
    """Whether the holder made it: of two linked apps there may be two humans again (T18)."""
    persons = await roles.persons_of(tx, giver.canonical_id)
    return invite_id in {one.id for one in await invites.open_of(tx, persons, now=now)}


async def _grant(tx: Transaction, taken: invites.InviteInfo, *, by: Actor, now: datetime) -> Holder:
    role_id = await roles.grant(
        tx,
        person_id=by.person_id,
        role=taken.role,
        unit_id=taken.unit_id,
        granted_by=taken.created_by,
        invite_id=taken.id,
        now=now,
    )
    holder = await roles.holder(tx, role_id)
    assert holder is not None  # noqa: S101 - for the type checker: written two lines above
    after = {"role": taken.role, "unit": taken.unit_id, "invite": taken.id}
    about = f"role:{role_id}"
    await audit.record(tx, by=by, role="", action="role.granted", about=about, now=now, after=after)
    return holder


# --- handing over --------------------------------------------------------------------------------


async def hand_over(
    tx: Transaction,
    role_id: int,
    *,
    by: Actor,
    now: datetime,
    entropy: Callable[[int], bytes],
    keyed_hash: Callable[[str], str],
) -> MadeInvite:
    """An invite of one's own role, for seven days; an earlier one of it is dead.

    Raises `NotFound` (ended, or somebody else's: T13), `Denied`.
    """
    holder = await own(tx, role_id, by=by)
    if holder.role not in HANDED_OVER:
        raise Denied
    await invites.cancel(tx, await invites.handing_over(tx, role_id, now=now), now=now)
    return await write_invite(
        tx,
        role=holder.role,
        place=holder.place,
        by=by,
        acting=holder.role,
        now=now,
        entropy=entropy,
        keyed_hash=keyed_hash,
        hands_over=role_id,
    )


async def take_back(tx: Transaction, role_id: int, *, by: Actor, now: datetime) -> bool:
    """Cancel the invites by which one's own role could be taken over; False if there is none.

    Raises `NotFound`: the role is one's own no more.
    """
    holder = await own(tx, role_id, by=by)
    waiting = await invites.handing_over(tx, role_id, now=now)
    if not await invites.cancel(tx, waiting, now=now):
        return False
    before = {"role": holder.role, "unit": holder.unit_id, "hands_over": role_id}
    for number in waiting:
        await audit.record(
            tx,
            by=by,
            role=holder.role,
            action="invite.taken_back",
            about=f"invite:{number}",
            now=now,
            before=before,
        )
    return True


async def own(tx: Transaction, role_id: int, *, by: Actor) -> Holder:
    """The grant, if this very person holds it now (A3). Raises `NotFound`."""
    holder = await roles.holder(tx, role_id)
    if holder is None or holder.canonical_id != by.canonical_id or by.is_suspended:
        raise NotFound
    return holder
