"""Lost and stolen phones: locking a role holder's accounts, and unlocking them (T15)."""

from datetime import datetime

from handlers.roles.service import (
    Denied,
    Ended,
    NotFound,
    acting_as,
    admins_of,
    covers,
    end,
)
from storage import audit, invites, roles
from storage.database import Transaction
from storage.people import Actor
from storage.roles import Holder


async def suspend(tx: Transaction, role_id: int, *, by: Actor, now: datetime) -> Ended:
    """Lock every account of a role holder. Raises `NotFound` or `Denied`.

    The roles stay on paper but work no more; unlocking ends them.
    """
    holder, acting = await _lockable(tx, role_id, by)
    persons = await roles.persons_of(tx, holder.canonical_id)
    await roles.suspend(tx, persons)
    await roles.silence(tx, persons, now=now)
    offered = await invites.open_of(tx, persons, now=now)  # perhaps by the thief
    await invites.cancel(tx, [invite.id for invite in offered], now=now)
    about = f"person:{holder.canonical_id}"
    await audit.record(tx, by=by, role=acting, action="account.suspended", about=about, now=now)
    return Ended(holder, await admins_of(tx, holder.commune_id, besides=by.canonical_id))


async def unsuspend(tx: Transaction, role_id: int, *, by: Actor, now: datetime) -> list[Ended]:
    """Unlock the accounts; the roles end: back to them leads only a new invite (T15)."""
    holder, acting = await _lockable(tx, role_id, by)
    if acting != "admin":
        raise Denied
    held = await roles.holders_of(tx, holder.canonical_id)
    ended = [await end(tx, one, by=by, acting=acting, now=now) for one in held]
    await roles.unsuspend(tx, await roles.persons_of(tx, holder.canonical_id))
    about = f"person:{holder.canonical_id}"
    await audit.record(tx, by=by, role=acting, action="account.unlocked", about=about, now=now)
    return ended


async def _lockable(tx: Transaction, role_id: int, by: Actor) -> tuple[Holder, str]:
    """An admin locks anybody of the commune, a head those whose roles the head may grant."""
    holder = await roles.holder(tx, role_id)
    if holder is None:
        raise NotFound
    await roles.lock(tx, canonical_id=holder.canonical_id, commune_id=holder.commune_id)
    mine = await roles.held_by(tx, by.canonical_id)
    if by.canonical_id == holder.canonical_id:
        raise Denied
    if any(grant.role == "admin" and covers(grant, holder.place) for grant in mine):
        return holder, "admin"
    heads = [grant for grant in mine if grant.role == "head"]
    held = await roles.holders_of(tx, holder.canonical_id)
    if heads and all(acting_as(heads, one.role, one.place) for one in held):
        return holder, "head"
    raise Denied
