"""Role grants: who holds what, where, since when, and who has not joined yet (A1, T14, T15)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from storage import page
from storage.database import Transaction, upsert
from storage.linking import canonical, is_same
from storage.people import Grant, holds_now
from storage.tables import Account, Membership, OutboxRow, Person, Role, Unit, WorkRow
from storage.units import HAMLET


class Place(NamedTuple):
    """A unit as far as authority is concerned."""

    id: int
    code: str
    name: str
    kind: str
    commune_id: int

    @property
    def is_commune(self) -> bool:
        return self.id == self.commune_id


class Holder(NamedTuple):
    """One running grant and the person behind it."""

    role_id: int
    role: str
    person_id: int
    canonical_id: int
    name: str
    unit_id: int
    unit_name: str
    unit_kind: str
    commune_id: int
    since: datetime
    is_suspended: bool

    @property
    def place(self) -> Place:
        return Place(self.unit_id, "", self.unit_name, self.unit_kind, self.commune_id)


def _canonical() -> ColumnElement[int]:
    return func.coalesce(Person.canonical_id, Person.id)


def _commune_id() -> ColumnElement[int]:
    return func.coalesce(Unit.commune_id, Unit.id)


async def place(tx: Transaction, unit_id: int) -> Place | None:
    statement = select(Unit.id, Unit.code, Unit.name, Unit.kind, _commune_id())
    row = (await tx.execute(statement.where(Unit.id == unit_id))).first()
    return Place._make(row) if row else None


# --- who holds what ------------------------------------------------------------------------------


async def held_by(tx: Transaction, canonical_id: int) -> tuple[Grant, ...]:
    """The grants of a person as they are now, not as they were when the turn began (A3).

    Nobody whose every account is locked acts in any role (T15).
    """
    statement = (
        select(Role.id, Role.role, Role.unit_id, Unit.code, Unit.name, _commune_id())
        .join(Person, Person.id == Role.person_id)
        .join(Unit, Unit.id == Role.unit_id)
        .where(_canonical() == canonical_id, holds_now(), ~_is_suspended())
        .order_by(Role.id)
    )
    return tuple(Grant(*row) for row in await tx.execute(statement))


def _is_suspended() -> ColumnElement[bool]:
    """Every account this human may speak through is locked, and there is one."""
    holder, linked = aliased(Person), aliased(Person)
    human = select(canonical(holder)).where(holder.id == Role.person_id).correlate(Role)
    accounts = (
        select(Account.id)
        .join(Membership, Membership.account_id == Account.id)
        .join(linked, linked.id == Membership.person_id)
        .where(is_same(linked, human.scalar_subquery()), Membership.until.is_(None))
        .correlate(Role)
    )
    locked = accounts.where(Account.state == "suspended").exists()
    working = accounts.where(Account.state != "suspended").exists()
    return locked & ~working


def _holders() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Role.id,
            Role.role,
            Role.person_id,
            _canonical(),
            Person.name,
            Role.unit_id,
            Unit.name,
            Unit.kind,
            _commune_id(),
            Role.since,
            _is_suspended(),
        )
        .join(Person, Person.id == Role.person_id)
        .join(Unit, Unit.id == Role.unit_id)
        .where(holds_now())
        .order_by(Role.role, Unit.code, Role.id)
    )


def _holder(row: Sequence[Any]) -> Holder:
    return Holder._make((*row[:-1], bool(row[-1])))


async def holder(tx: Transaction, role_id: int) -> Holder | None:
    """None for a grant that has ended or never was."""
    row = (await tx.execute(_holders().where(Role.id == role_id))).first()
    return _holder(row) if row else None


async def holders(
    tx: Transaction, communes: Collection[int], *, after: int = 0, limit: int = 100
) -> list[Holder]:
    """Running grants in these communes; `after` = how many to leave out."""
    statement = _holders().where(_commune_id().in_(communes)).offset(after).limit(limit)
    return [_holder(row) for row in await tx.execute(statement)]


async def holders_of(tx: Transaction, canonical_id: int) -> list[Holder]:
    statement = _holders().where(_canonical() == canonical_id)
    return [_holder(row) for row in await tx.execute(statement)]


async def holding(tx: Transaction, commune_id: int, words: Collection[str]) -> list[Holder]:
    """Everybody with one of these roles in a commune whose account is not locked."""
    statement = _holders().where(_commune_id() == commune_id, Role.role.in_(words))
    found = [_holder(row) for row in await tx.execute(statement)]
    return [holder for holder in found if not holder.is_suspended]


async def who_hold(tx: Transaction, persons: Collection[int]) -> set[int]:
    """Those of `persons` who hold any role now, through whichever of their linked persons."""
    asked, holder = aliased(Person), aliased(Person)
    statement = (
        select(asked.id)
        .join(holder, func.coalesce(holder.canonical_id, holder.id) == _canonical_of(asked))
        .join(Role, Role.person_id == holder.id)
        .where(asked.id.in_(persons), holds_now())
    )
    return set((await tx.execute(statement)).scalars())


def _canonical_of(person: Any) -> ColumnElement[int]:
    return func.coalesce(person.canonical_id, person.id)


async def all_admins(tx: Transaction) -> list[int]:
    """Every human who is an admin somewhere, once, for alerts about the whole house."""
    statement = (
        select(func.min(Role.person_id))
        .join(Person, Person.id == Role.person_id)
        .where(Role.role == "admin", holds_now())
        .group_by(_canonical())
    )
    return list((await tx.execute(statement)).scalars())


# --- changes -------------------------------------------------------------------------------------


async def lock(tx: Transaction, *, canonical_id: int, commune_id: int) -> None:
    """Nobody else changes this person's or this commune's roles until we commit.

    Without it two admins could remove each other at one moment (T14). SQLite is locked already.
    """
    if tx.dialect.name != "sqlite":
        await tx.execute(select(Unit.id).where(Unit.id == commune_id).with_for_update())
        await tx.execute(select(Person.id).where(Person.id == canonical_id).with_for_update())


async def grant(
    tx: Transaction,
    *,
    person_id: int,
    role: str,
    unit_id: int,
    granted_by: int | None,
    invite_id: int | None,
    now: datetime,
) -> int:
    statement = upsert(tx, Role).values(
        person_id=person_id,
        role=role,
        unit_id=unit_id,
        granted_by=granted_by,
        invite_id=invite_id,
        since=now,
    )
    return int(await tx.scalar(statement.returning(Role.id)))


async def end(tx: Transaction, role_id: int, *, by: int | None, now: datetime) -> bool:
    """True for the one call that ended it."""
    statement = update(Role).where(Role.id == role_id, holds_now())
    return (await tx.execute(statement.values(until=now, ended_by=by))).rowcount == 1


async def persons_of(tx: Transaction, canonical_id: int) -> list[int]:
    """All persons that are this one now."""
    statement = select(Person.id).where(
        or_(Person.id == canonical_id, Person.canonical_id == canonical_id)
    )
    return list((await tx.execute(statement)).scalars())


def _accounts(persons: Collection[int]) -> ScalarSelect[int]:
    """Every phone these persons may speak from, whoever is speaking there now."""
    return (
        select(Membership.account_id)
        .where(Membership.person_id.in_(persons), Membership.until.is_(None))
        .scalar_subquery()
    )


async def name_of(tx: Transaction, person_id: int) -> str:
    return await tx.scalar(select(Person.name).where(Person.id == person_id)) or ""


async def canonical_of(tx: Transaction, person_id: int) -> int | None:
    return await tx.scalar(select(_canonical()).where(Person.id == person_id))


async def silence(tx: Transaction, persons: Collection[int], *, now: datetime) -> None:
    """What waits for these persons is not sent, their standing buttons are spent (T14, T15).

    Where they are logged in at the page ends as well.
    """
    await page.shut_out(tx, persons, now=now)
    theirs = or_(OutboxRow.person_id.is_(None), OutboxRow.person_id.in_(persons))
    is_private = or_(OutboxRow.kind != "reply", OutboxRow.key.startswith("work:"))
    mine = OutboxRow.account_id.in_(_accounts(persons)) & theirs & is_private
    await tx.execute(
        update(OutboxRow)
        .where(mine, OutboxRow.state.in_(("queued", "retry_wait")))
        .values(state="cancelled", reason="role ended", settled_at=now)
    )
    await tx.execute(delete(WorkRow).where(WorkRow.person_id.in_(persons), WorkRow.state != "done"))
    await tx.execute(
        update(OutboxRow)
        .where(mine, OutboxRow.token.is_not(None), OutboxRow.used_at.is_(None))
        .values(used_at=now)
    )


async def suspend(tx: Transaction, persons: Collection[int]) -> None:
    await tx.execute(
        update(Account).where(Account.id.in_(_accounts(persons))).values(state="suspended")
    )


async def unsuspend(tx: Transaction, persons: Collection[int]) -> None:
    await tx.execute(
        update(Account)
        .where(Account.id.in_(_accounts(persons)), Account.state == "suspended")
        .values(state="active")
    )


# --- who has not joined --------------------------------------------------------------------------


async def not_joined(tx: Transaction, communes: Collection[int], *, on: date) -> list[Place]:
    """Units that owe or are asked for a report and have nobody to send it; hamlets first."""
    joined = (
        exists()
        .where(Role.unit_id == Unit.id, Role.role.in_(("head", "reporter")), holds_now())
        .where(~_is_suspended())
        .correlate(Unit)
    )
    begun = or_(Unit.since.is_(None), Unit.since <= on)
    statement = (
        select(Unit.id, Unit.code, Unit.name, Unit.kind, _commune_id())
        .where(_commune_id().in_(communes), Unit.duty.in_(("required", "requested")))
        .where(begun, or_(Unit.until.is_(None), Unit.until > on), ~joined)
        .order_by(Unit.kind != HAMLET, Unit.kind, Unit.code)
    )
    return [Place._make(row) for row in await tx.execute(statement)]
