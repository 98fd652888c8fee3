"""The rules of roles: who may make whom what, and end it (T02, T14, T15, A1-A5).

Used by the conversation, the command line and the page. Everything here happens inside the
caller's transaction and reads the actor's rights there and then (A3).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handlers.roles.codes import Codes, hashes_of, new_codes
from storage import audit, file_links, invites, people, roles
from storage.database import Transaction
from storage.people import Actor, Grant
from storage.roles import Holder, Place

ROLES: Final = ("helper", "reporter", "head", "officer", "leader", "admin")
DESK: Final = frozenset({"officer", "admin"})
"""Who receives, asks, marks and writes for a commune."""
WHOLE_COMMUNE: Final = frozenset({"officer", "leader", "admin"})
"""Roles whose scope is the commune of their unit; the others act for their own unit only."""
MAY_GRANT: Final[Mapping[str, frozenset[str]]] = {
    "admin": frozenset(ROLES),
    "officer": frozenset({"helper", "reporter", "head"}),
    "head": frozenset({"helper", "reporter"}),
}
"""Nobody grants more than they hold (A4). Who may grant a role may also end it."""

VALID: Final = timedelta(days=7)
VALID_ON_PAPER: Final = timedelta(days=60)

WRONG_BY_ONE: Final = 5
WRONG_BY_ONE_WITHIN: Final = timedelta(minutes=15)
WRONG_BY_ALL: Final = 60
WRONG_BY_ALL_WITHIN: Final = timedelta(hours=1)


class Denied(Exception):
    """This actor may not; in a conversation said exactly as `NotFound` (T13)."""


class NotFound(Exception):
    """No such unit, grant or invite, or no longer."""


class NeedsUnit(Exception):
    """Helpers, reporters and heads belong to a unit below the commune."""


class LastAdmin(Exception):
    """A commune keeps at least one admin (T14)."""


@dataclass(frozen=True, slots=True)
class MadeInvite:
    """What is told once and never stored."""

    id: int
    codes: Codes
    role: str
    place: Place
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """A grant that has just ended and who has to hear of it."""

    holder: Holder
    admins: tuple[int, ...]


def acting_as(grants: Iterable[Grant], role: str, place: Place) -> str:
    """The role by which these grants may give `role` at `place`; "" if none may (A4)."""
    for grant in grants:
        if role in MAY_GRANT.get(grant.role, ()) and covers(grant, place):
            return grant.role
    return ""


def desk_role(grants: Iterable[Grant], commune_id: int) -> str:
    """The role in which these grants act at that commune's desk; "" if in none (A3, T13)."""
    return next((g.role for g in grants if g.role in DESK and g.commune_id == commune_id), "")


def covers(grant: Grant, place: Place) -> bool:
    if grant.role in WHOLE_COMMUNE:
        return grant.commune_id == place.commune_id
    return grant.unit_id == place.id


async def _acting(tx: Transaction, by: Actor | None, role: str, place: Place) -> str:
    """As what `by` acts. Raises `Denied`. Without an actor it is the command line."""
    if by is None:
        return "cli"
    acting = acting_as(await roles.held_by(tx, by.canonical_id), role, place)
    if not acting:
        raise Denied
    return acting


# --- invites -------------------------------------------------------------------------------------


async def make_invite(
    tx: Transaction,
    *,
    role: str,
    unit_id: int,
    by: Actor | None,
    now: datetime,
    entropy: Callable[[int], bytes],
    keyed_hash: Callable[[str], str],
    valid: timedelta = VALID,
) -> MadeInvite:
    """Make a one-time invite. Raises `Denied`, `NotFound`, `NeedsUnit`.

    `by` None is the command line; `valid` is `VALID_ON_PAPER` on a printed sheet.
    """
    place = await roles.place(tx, unit_id)
    if place is None or role not in ROLES:
        raise NotFound
    acting = await _acting(tx, by, role, place)
    if place.is_commune and role not in WHOLE_COMMUNE:
        raise NeedsUnit
    return await write_invite(
        tx,
        role=role,
        place=place,
        by=by,
        acting=acting,
        now=now,
        entropy=entropy,
        keyed_hash=keyed_hash,
        valid=valid,
    )


async def write_invite(
    tx: Transaction,
    *,
    role: str,
    place: Place,
    by: Actor | None,
    acting: str,
    now: datetime,
    entropy: Callable[[int], bytes],
    keyed_hash: Callable[[str], str],
    valid: timedelta = VALID,
    hands_over: int | None = None,
) -> MadeInvite:
    """The invite itself; whether `by` may make it was asked before.

    `hands_over`: the role of `by` that ends when it is taken.
    """
    codes = new_codes(entropy)
    invite_id = await invites.add(
        tx,
        code_hash=hashes_of(codes.secret, keyed_hash)[0],
        typed_hash=hashes_of(codes.typed, keyed_hash)[0],
        role=role,
        unit_id=place.id,
        created_by=by.person_id if by else None,
        now=now,
        expires_at=now + valid,
        hands_over=hands_over,
    )
    after: dict[str, object] = {"role": role, "unit": place.code or place.id}
    if hands_over is not None:
        after["hands_over"] = hands_over
    about = f"invite:{invite_id}"
    await audit.record(
        tx, by=by, role=acting, action="invite.made", about=about, now=now, after=after
    )
    return MadeInvite(invite_id, codes, role, place, now + valid)


async def cools_down(tx: Transaction, account_id: int, *, now: datetime) -> bool:
    """True while too many wrong codes came from this account, or from everybody (T03)."""
    mine = await invites.wrong_since(tx, now - WRONG_BY_ONE_WITHIN, account_id=account_id)
    if mine >= WRONG_BY_ONE:
        return True
    return await invites.wrong_since(tx, now - WRONG_BY_ALL_WITHIN) >= WRONG_BY_ALL


async def wrong_code(tx: Transaction, by: Actor, *, kind: str = "", now: datetime) -> bool:
    """Count a wrong code of any kind; True if this one reached a limit (audited)."""
    await invites.note_wrong(tx, by.account_id, now=now, kind=kind)
    if not await cools_down(tx, by.account_id, now=now):
        return False
    about = f"account:{by.account_id}"
    await audit.record(tx, by=by, role="", action="code.limit", about=about, now=now)
    return True


async def admins_of(tx: Transaction, commune_id: int, *, besides: int) -> tuple[int, ...]:
    found = await roles.holding(tx, commune_id, ("admin",))
    return tuple(once_each(admin for admin in found if admin.canonical_id != besides))


def once_each(holders: Iterable[Holder]) -> list[int]:
    """One person id of each human, though roles may hang on several linked ones."""
    return list({holder.canonical_id: holder.person_id for holder in holders}.values())


# --- ending a role -------------------------------------------------------------------------------


async def revoke(tx: Transaction, role_id: int, *, by: Actor | None, now: datetime) -> Ended:
    """End somebody else's role, with everything that hung on it (T14).

    Raises `NotFound`, `Denied` (also for one's own role, A4), `LastAdmin`.
    """
    holder = await roles.holder(tx, role_id)
    if holder is None:
        raise NotFound
    await roles.lock(tx, canonical_id=holder.canonical_id, commune_id=holder.commune_id)
    if by is not None and by.canonical_id == holder.canonical_id:
        raise Denied
    acting = await _acting(tx, by, holder.role, holder.place)
    return await end(tx, holder, by=by, acting=acting, now=now)


async def give_up_all(tx: Transaction, by: Actor, *, now: datetime) -> list[Ended]:
    """End all roles of the actor's own person, because it leaves. Raises `LastAdmin`."""
    held = await roles.holders_of(tx, by.canonical_id)
    for holder in held:
        await roles.lock(tx, canonical_id=holder.canonical_id, commune_id=holder.commune_id)
    return [await end(tx, one, by=by, acting=one.role, now=now) for one in held]


async def end(
    tx: Transaction, holder: Holder, *, by: Actor | None, acting: str, now: datetime
) -> Ended:
    """End one grant; whether the actor may was asked before. Raises `LastAdmin`, `NotFound`."""
    if holder.role == "admin" and not holder.is_suspended:
        await _keep_an_admin(tx, holder)
    if not await roles.end(tx, holder.role_id, by=by.person_id if by else None, now=now):
        raise NotFound
    await _clear_behind(tx, holder, now=now)
    before = {"role": holder.role, "unit": holder.unit_id}
    about = f"role:{holder.role_id}"
    await audit.record(
        tx, by=by, role=acting, action="role.ended", about=about, now=now, before=before
    )
    told = by.canonical_id if by else 0
    return Ended(holder, await admins_of(tx, holder.commune_id, besides=told))


async def _keep_an_admin(tx: Transaction, leaving: Holder) -> None:
    admins = await roles.holding(tx, leaving.commune_id, ("admin",))
    if all(admin.canonical_id == leaving.canonical_id for admin in admins):
        raise LastAdmin


async def _clear_behind(tx: Transaction, holder: Holder, *, now: datetime) -> None:
    """Open invites that this person could no longer make, buttons, waiting messages (T14)."""
    persons = await roles.persons_of(tx, holder.canonical_id)
    left = await roles.held_by(tx, holder.canonical_id)
    lapsed = [
        invite.id
        for invite in await invites.open_of(tx, persons, now=now)
        if not _may_stand(invite, left)
    ]
    await invites.cancel(tx, lapsed, now=now)
    await roles.silence(tx, persons, now=now)
    await file_links.end_all(tx, persons)
    if not left:
        await people.forget_phones(tx, persons)


def _may_stand(invite: invites.InviteInfo, left: Iterable[Grant]) -> bool:
    """Whether who keeps these grants could still make the invite."""
    if invite.hands_over is not None:
        return any(grant.id == invite.hands_over for grant in left)
    place = Place(invite.unit_id, "", invite.unit_name, invite.unit_kind, invite.commune_id)
    return bool(acting_as(left, invite.role, place))


# --- for others ----------------------------------------------------------------------------------


def communes_of(grants: Iterable[Grant], *words: str) -> tuple[int, ...]:
    """Ids of the communes where one of these roles is held."""
    return tuple(dict.fromkeys(grant.commune_id for grant in grants if grant.role in words))


async def name_if_none(tx: Transaction, by: Actor, *, name: str, folded: str) -> None:
    """Whoever takes a role is shown to others: at least by the platform's name (T02)."""
    if not by.name and name:
        await people.rename(tx, by.person_id, name=name, folded=folded)
