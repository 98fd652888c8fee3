"""Whoever never agreed to anything and has been silent for a day is erased (P10)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import aliased

from storage import erase, households
from storage.database import Transaction
from storage.linking import canonical
from storage.tables import (
    Account,
    Consent,
    Conversation,
    FileLink,
    LinkCode,
    Membership,
    OutboxRow,
    Person,
    Role,
    Ticket,
    WrongCode,
)

KEEP_WITHOUT_CONSENT: Final = timedelta(hours=24)
_OF_ACCOUNT: Final = (OutboxRow, WrongCode, Membership, Conversation, LinkCode, FileLink)


async def forget(tx: Transaction, *, now: datetime, limit: int = 500) -> int:
    """Erase strangers and their accounts; how many humans.

    On a shared phone the account stays and is handed to those who agreed.
    """
    before = now - KEEP_WITHOUT_CONSENT
    humans = await _silent(tx, before, limit) | await _aside(tx, before, limit)
    for human in humans:
        same = (Person.id == human) | (Person.canonical_id == human)
        persons = list((await tx.execute(select(Person.id).where(same))).scalars())
        if not await _is_about(tx, persons, before):
            await _forget(tx, persons, now=now)
    return len(humans)


def _trusted() -> ColumnElement[bool]:
    """True for humans who agreed to something once, or hold or held a role."""
    known = aliased(Person)
    humans = [
        select(canonical(known)).join(table, table.person_id == known.id).scalar_subquery()
        for table in (Consent, Role)
    ]
    return or_(*(canonical(Person).in_(found) for found in humans))


async def _silent(tx: Transaction, before: datetime, limit: int) -> set[int]:
    """Strangers who spoke last on their phones, a day ago."""
    statement = (
        select(canonical(Person))
        .join(Account, Account.person_id == Person.id)
        .where(Account.seen_at < before, ~_trusted(), Account.state != "suspended")
        .where(Account.id.not_in(select(Ticket.account_id).scalar_subquery()))
        .limit(limit)
    )
    return set((await tx.execute(statement)).scalars())


async def _aside(tx: Transaction, before: datetime, limit: int) -> set[int]:
    """Strangers on a phone where somebody else has been speaking since."""
    talks = select(Conversation.person_id).where(Conversation.updated_at >= before)
    statement = (
        select(canonical(Person))
        .join(Membership, Membership.person_id == Person.id)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.until.is_(None), Account.person_id != Person.id)
        .where(Person.created_at < before, ~_trusted(), Account.state != "suspended")
        .where(Person.id.not_in(talks.scalar_subquery()))
        .limit(limit)
    )
    return set((await tx.execute(statement)).scalars())


async def _is_about(tx: Transaction, persons: Collection[int], before: datetime) -> bool:
    """True while a linked app of the same stranger was used today, or is locked."""
    speaks = Account.person_id.in_(persons)
    used = speaks & ((Account.seen_at >= before) | (Account.state == "suspended"))
    return await tx.scalar(select(Account.id).where(used).limit(1)) is not None


async def _forget(tx: Transaction, persons: Collection[int], *, now: datetime) -> None:
    speaking = select(Account.id).where(Account.person_id.in_(persons))
    accounts = list((await tx.execute(speaking)).scalars())
    others = select(Membership.account_id).where(
        Membership.account_id.in_(accounts),
        Membership.person_id.not_in(persons),
        Membership.until.is_(None),
    )
    shared = set((await tx.execute(others)).scalars())
    await erase.drop_rows(tx, persons)
    for account in shared:
        await households.hand_on(tx, account, now=now)
    await _close(tx, set(accounts) - shared)
    await tx.execute(delete(Person).where(Person.id.in_(persons)))


async def _close(tx: Transaction, accounts: Collection[int]) -> None:
    for table in _OF_ACCOUNT:
        rows: Any = table
        await tx.execute(delete(rows).where(rows.account_id.in_(accounts)))
    await tx.execute(delete(Account).where(Account.id.in_(accounts)))
