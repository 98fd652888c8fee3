"""One-time codes for roles, and the wrong codes that were tried (T02, T03)."""

from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update

from storage.database import Transaction, upsert
from storage.people import holds_now
from storage.tables import Invite, Person, Role, Unit, WrongCode


class InviteInfo(NamedTuple):
    """An invite, and the place it is for."""

    id: int
    role: str
    unit_id: int
    unit_name: str
    unit_kind: str
    commune_id: int
    created_by: int | None
    hands_over: int | None = None
    """The role that ends when this is taken."""


_IS_FRESH: Final = Invite.used_at.is_(None) & Invite.revoked_at.is_(None)


def _is_open(now: datetime) -> ColumnElement[bool]:
    return _IS_FRESH & (Invite.expires_at > now)


def _can_be_taken(now: datetime) -> ColumnElement[bool]:
    """Open, and nobody hands over what they hold no more (T14)."""
    is_held = exists().where(Role.id == Invite.hands_over, holds_now()).correlate(Invite)
    return _is_open(now) & (Invite.hands_over.is_(None) | is_held)


async def add(
    tx: Transaction,
    *,
    code_hash: str,
    typed_hash: str,
    role: str,
    unit_id: int,
    created_by: int | None,
    now: datetime,
    expires_at: datetime,
    hands_over: int | None = None,
) -> int:
    statement = upsert(tx, Invite).values(
        code_hash=code_hash,
        typed_hash=typed_hash,
        role=role,
        unit_id=unit_id,
        created_by=created_by,
        created_at=now,
        expires_at=expires_at,
        hands_over=hands_over,
    )
    return int(await tx.scalar(statement.returning(Invite.id)))


async def open_one(tx: Transaction, hashes: Collection[str], *, now: datetime) -> InviteInfo | None:
    """The invite with one of these hashes; None if wrong, used, revoked or too old (T03)."""
    spelled = or_(Invite.code_hash.in_(hashes), Invite.typed_hash.in_(hashes))
    return await _read(tx, spelled & _can_be_taken(now))


async def _read(tx: Transaction, which: ColumnElement[bool]) -> InviteInfo | None:
    statement = (
        select(
            Invite.id,
            Invite.role,
            Invite.unit_id,
            Unit.name,
            Unit.kind,
            func.coalesce(Unit.commune_id, Unit.id),
            Invite.created_by,
            Invite.hands_over,
        )
        .join(Unit, Unit.id == Invite.unit_id)
        .where(which)
    )
    row = (await tx.execute(statement)).first()
    return InviteInfo._make(row) if row else None


async def take(tx: Transaction, invite_id: int, *, by: int, now: datetime) -> InviteInfo | None:
    """Spend the invite; None if it can no longer be taken: somebody else was first (T02)."""
    taken = await tx.scalar(
        update(Invite)
        .where(Invite.id == invite_id, _can_be_taken(now))
        .values(used_by=by, used_at=now)
        .returning(Invite.id)
    )
    return await _read(tx, Invite.id == taken) if taken is not None else None


async def taken_before(tx: Transaction, hashes: Collection[str], *, canonical_id: int) -> bool:
    """True if this very person spent the invite and still holds its role."""
    canonical = func.coalesce(Person.canonical_id, Person.id)
    statement = (
        select(Role.id)
        .join(Invite, Invite.id == Role.invite_id)
        .join(Person, Person.id == Role.person_id)
        .where(or_(Invite.code_hash.in_(hashes), Invite.typed_hash.in_(hashes)))
        .where(canonical == canonical_id, holds_now())
    )
    return await tx.scalar(statement) is not None


async def open_of(tx: Transaction, persons: Collection[int], *, now: datetime) -> list[InviteInfo]:
    """What these persons have offered and nobody has taken yet."""
    statement = (select(Invite.id).where(Invite.created_by.in_(persons), _is_open(now))).order_by(
        Invite.id
    )
    found = [await _read(tx, Invite.id == one) for one in (await tx.execute(statement)).scalars()]
    return [invite for invite in found if invite is not None]


async def cancel(tx: Transaction, ids: Collection[int], *, now: datetime) -> int:
    """How many of them could still be taken, but for their age."""
    statement = update(Invite).where(Invite.id.in_(ids), _IS_FRESH).values(revoked_at=now)
    return (await tx.execute(statement)).rowcount


# --- handing over --------------------------------------------------------------------------------


async def handing_over(tx: Transaction, role_id: int, *, now: datetime) -> dict[int, datetime]:
    """Invites by which this role can be taken over now; each with its end."""
    statement = select(Invite.id, Invite.expires_at)
    rows = await tx.execute(statement.where(Invite.hands_over == role_id, _can_be_taken(now)))
    return {row[0]: row[1] for row in rows}


async def handed_over_by(tx: Transaction, invite_id: int) -> int | None:
    """The role that ends when this invite is taken; None for an ordinary one."""
    return await tx.scalar(select(Invite.hands_over).where(Invite.id == invite_id))


# --- wrong codes ---------------------------------------------------------------------------------


async def note_wrong(tx: Transaction, account_id: int, *, now: datetime, kind: str = "") -> None:
    await tx.execute(upsert(tx, WrongCode).values(account_id=account_id, at=now, kind=kind))


async def wrong_since(tx: Transaction, since: datetime, *, account_id: int | None = None) -> int:
    """How many wrong codes: by one account of any kind, or by all for roles and links."""
    statement = select(func.count()).select_from(WrongCode).where(WrongCode.at > since)
    if account_id is None:
        statement = statement.where(WrongCode.kind == "")
    if account_id is not None:
        statement = statement.where(WrongCode.account_id == account_id)
    return (await tx.scalar(statement)) or 0


async def sweep_wrong(tx: Transaction, *, before: datetime) -> None:
    await tx.execute(delete(WrongCode).where(WrongCode.at < before))
