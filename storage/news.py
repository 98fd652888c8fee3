"""Who gets the monthly news of a hamlet: read again in the transaction that queues it (R17)."""

from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, String, cast, exists, literal, select, update
from sqlalchemy.orm import aliased

from storage.database import Transaction
from storage.linking import canonical, hamlet_of, has_account, is_same
from storage.outbox import IS_QUEUED, is_of_the_day
from storage.tables import Account, Consent, OutboxRow, Person

PURPOSE: Final = "news"
COVERS_BROADCASTS: Final = 2
"""From this version on the words of the consent speak of the commune's broadcasts as well (P3)."""


class Reader(NamedTuple):
    """One human (the canonical person) and the hamlet the news are about."""

    person_id: int
    unit_id: int


_HUMAN: Final = aliased(Person)
_HOME: Final = hamlet_of(_HUMAN)


def key_of(issue: str, person_id: int) -> str:
    """One message for each human and issue, whoever queues it."""
    return f"{_prefix(issue)}{person_id}"


def _prefix(issue: str) -> str:
    return f"news:{issue}:"


async def due(
    tx: Transaction,
    issue: str,
    *,
    hamlets: Collection[int],
    day_began: datetime,
    limit: int,
    among: Collection[int] | None = None,
) -> list[Reader]:
    """Whoever of `hamlets` agreed, can be told, and was told nothing of this issue; by hamlet.

    Whoever muted the bot, or has a locked account, on whichever app, is told nothing; nor who was
    told something unasked since `day_began` (wall clock): one a day (U11).
    """
    agreed = aliased(Person)
    who_agreed = (
        select(canonical(agreed))
        .join(Consent, Consent.person_id == agreed.id)
        .where(Consent.purpose == PURPOSE, Consent.withdrawn_at.is_(None))
    )
    statement = (
        select(_HUMAN.id, _HOME)
        .where(_HUMAN.id.in_(who_agreed), _HUMAN.erased_at.is_(None), _HOME.in_(hamlets))
        .where(~_was_told(issue, day_began))
        .where(has_account(_HUMAN, Account.state == "active", Account.chat != ""))
        .where(~has_account(_HUMAN, Account.muted_at.is_not(None) | (Account.state == "suspended")))
        .order_by(_HOME, _HUMAN.id)
        .limit(limit)
    )
    if among is not None:
        statement = statement.where(_HUMAN.id.in_(among))
    rows = await tx.execute(statement)
    return [Reader(row[0], row[1]) for row in rows if row[1] is not None]


def _was_told(issue: str, day_began: datetime) -> ColumnElement[bool]:
    """This issue through any of the linked persons, or something else unasked today."""
    linked = aliased(Person)
    key = literal(_prefix(issue)) + cast(linked.id, String)
    this = exists().where(is_same(linked, _HUMAN.id), OutboxRow.key == key).correlate(_HUMAN)
    other = aliased(Person)
    today = (
        exists()
        .where(is_same(other, _HUMAN.id), OutboxRow.person_id == other.id)
        .where(is_of_the_day(day_began))
        .correlate(_HUMAN)
    )
    return this | today


async def cancel(tx: Transaction, canonical_id: int, *, now: datetime) -> None:
    """This human wants no more of it: what waits is not sent (U11, P4)."""
    persons = select(Person.id).where(is_same(Person, canonical_id))
    await tx.execute(
        update(OutboxRow)
        .where(OutboxRow.person_id.in_(persons), OutboxRow.kind == "broadcast", IS_QUEUED)
        .values(state="cancelled", reason="not wanted", settled_at=now)
    )
