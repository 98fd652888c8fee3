"""One-time codes for roles, and the wrong codes that were tried (T02, T03)."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from storage.database import Transaction, upsert
from storage.people import holds_now
from storage.tables import Invite, Person, Role, Unit, WrongCode


class InviteInfo(NamedTuple):
    """An invite that can still be taken, and the place it is for."""

    id: int
    role: str
    unit_id: int
    unit_name: str
    unit_kind: str
    commune_id: int
    created_by: int | None


def _can_be_taken(now: datetime) -> ColumnElement[bool]:
    is_fresh = Invite.used_at.is_(None) & Invite.revoked_at.is_(None)
    return is_fresh & (Invite.expires_at > now)


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
) -> int:
    statement = upsert(tx, Invite).values(
        code_hash=code_hash,
        typed_hash=typed_hash,
        role=role,
        unit_id=unit_id,
        created_by=created_by,
        created_at=now,
        expires_at=expires_at,
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
    statement = (
        select(Invite.id).where(Invite.created_by.in_(persons), _can_be_taken(now))
    ).order_by(Invite.id)
    found = [await _read(tx, Invite.id == one) for one in (await tx.execute(statement)).scalars()]
    return [invite for invite in found if invite is not None]


async def cancel(tx: Transaction, ids: Collection[int], *, now: datetime) -> None:
    await tx.execute(
        update(Invite).where(Invite.id.in_(ids), Invite.used_at.is_(None)).values(revoked_at=now)
    )


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
