"""Whoever never agreed to anything and has been silent for a day is erased (P10)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, delete, or_, select
from sqlalchemy.orm import aliased

from storage import erase, households
from storage.database import Transaction, long
from storage.linking import canonical, is_same
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
    WorkRow,
    WrongCode,
)

KEEP_WITHOUT_CONSENT: Final = timedelta(hours=24)
BATCH: Final = 25
"""Humans in one transaction: others want to write too."""
_OF_ACCOUNT: Final = (OutboxRow, WorkRow, WrongCode, Membership, Conversation, LinkCode, FileLink)


async def find(tx: Transaction, *, now: datetime, limit: int = 500) -> list[list[int]]:
    """Strangers by their canonical ids, in batches for one `forget` each; may take seconds."""
    before = now - KEEP_WITHOUT_CONSENT
    found = set[int]()
    for statement in (_silent(before), _aside(before)):
        found |= {row[0] for row in await long(tx, statement.limit(limit))}
    humans = sorted(found)
    return [humans[start : start + BATCH] for start in range(0, len(humans), BATCH)]


async def forget(tx: Transaction, humans: Collection[int] | None = None, *, now: datetime) -> int:
    """Erase those of these humans who are strangers still, and their accounts; how many.

    `humans` None: the first batch that is found now. Whoever is speaking at this moment is left for
    later. On a shared phone the account stays and is handed to those who agreed.
    """
    if humans is None:
        humans = next(iter(await find(tx, now=now)), [])
    free = await _locked(tx, humans)
    still = set[int]()
    for statement in (_silent, _aside):
        found = statement(now - KEEP_WITHOUT_CONSENT).where(_is_one_of(free))
        still |= set((await tx.execute(found)).scalars())
    same = select(Person.id).where(_is_one_of(still))
    persons = list((await tx.execute(same)).scalars())
    if persons:
        await _forget(tx, persons, now=now)
    return len(still)


async def _locked(tx: Transaction, humans: Collection[int]) -> list[int]:
    """Those of them in whose turn nobody is; their next turn waits for us (R4)."""
    if tx.dialect.name == "sqlite":
        return list(humans)
    rows = select(Person.id).where(Person.id.in_(humans)).order_by(Person.id)
    return list((await tx.execute(rows.with_for_update(skip_locked=True))).scalars())


def _is_one_of(humans: Collection[int]) -> ColumnElement[bool]:
    return Person.id.in_(humans) | Person.canonical_id.in_(humans)


def _is_trusted() -> ColumnElement[bool]:
    """True for humans who agreed to something once, or hold or held a role."""
    known = aliased(Person)
    return or_(
        *(
            select(table.id)
            .join(known, known.id == table.person_id)
            .where(is_same(known, canonical(Person)))
            .correlate(Person)
            .exists()
            for table in (Consent, Role)
        )
    )


def _is_about(before: datetime) -> ColumnElement[bool]:
    """True while a linked app of the same stranger was used today, or is locked."""
    linked, spoken = aliased(Person), aliased(Account)
    return (
        select(spoken.id)
        .join(linked, linked.id == spoken.person_id)
        .where(is_same(linked, canonical(Person)))
        .where((spoken.seen_at >= before) | (spoken.state == "suspended"))
        .correlate(Person)
        .exists()
    )


def _silent(before: datetime) -> Select[int]:
    """Strangers who spoke last on their phones, a day ago."""
    return (
        select(canonical(Person))
        .join(Account, Account.person_id == Person.id)
        .where(Account.seen_at < before, Account.state != "suspended")
        .where(Account.id.not_in(select(Ticket.account_id).scalar_subquery()))
        .where(~_is_trusted(), ~_is_about(before))
    )


def _aside(before: datetime) -> Select[int]:
    """Strangers on a phone where somebody else has been speaking since."""
    talks = select(Conversation.person_id).where(Conversation.updated_at >= before)
    return (
        select(canonical(Person))
        .join(Membership, Membership.person_id == Person.id)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.until.is_(None), Account.person_id != Person.id)
        .where(Person.created_at < before, Account.state != "suspended")
        .where(Person.id.not_in(talks.scalar_subquery()))
        .where(~_is_trusted(), ~_is_about(before))
    )


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
    told = OutboxRow.account_id.in_(shared) & OutboxRow.person_id.in_(persons)
    await tx.execute(delete(OutboxRow).where(told))
    for account in sorted(shared):
        await households.hand_on(tx, account, now=now)
    await _close(tx, set(accounts) - shared)
    await tx.execute(delete(Person).where(Person.id.in_(persons)))


async def _close(tx: Transaction, accounts: Collection[int]) -> None:
    for table in _OF_ACCOUNT:
        rows: Any = table
        await tx.execute(delete(rows).where(rows.account_id.in_(accounts)))
    await tx.execute(delete(Account).where(Account.id.in_(accounts)))
