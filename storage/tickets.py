"""Somebody asked for a person: the questions, and the one answer each gets."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import aliased

from storage.database import Transaction, upsert
from storage.tables import Person, Ticket, Unit


class TicketInfo(NamedTuple):
    id: int
    person_id: int
    commune_id: int
    question: str
    state: str
    answered_by: int | None
    created_at: datetime
    hamlet: str
    """Where the person lives; "" if unknown."""


async def add(
    tx: Transaction,
    *,
    person_id: int,
    account_id: int,
    commune_id: int,
    question: str,
    now: datetime,
) -> int:
    statement = upsert(tx, Ticket).values(
        person_id=person_id,
        account_id=account_id,
        commune_id=commune_id,
        question=question,
        state="open",
        answer="",
        created_at=now,
    )
    return int(await tx.scalar(statement.returning(Ticket.id)))


def _tickets() -> Select[*tuple[Any, ...]]:
    hamlet = aliased(Unit)
    return (
        select(
            Ticket.id,
            Ticket.person_id,
            Ticket.commune_id,
            Ticket.question,
            Ticket.state,
            Ticket.answered_by,
            Ticket.created_at,
            func.coalesce(hamlet.name, ""),
        )
        .join(Person, Person.id == Ticket.person_id)
        .outerjoin(hamlet, hamlet.id == Person.unit_id)
        .order_by(Ticket.id)
    )


async def find(tx: Transaction, ticket_id: int, communes: Collection[int]) -> TicketInfo | None:
    """One ticket of these communes; None for any other, as if it were not there (T13)."""
    statement = _tickets().where(Ticket.id == ticket_id, Ticket.commune_id.in_(communes))
    row = (await tx.execute(statement)).first()
    return TicketInfo._make(row) if row else None


async def open_in(
    tx: Transaction, communes: Collection[int], *, after: int = 0, limit: int = 100
) -> list[TicketInfo]:
    """Open tickets, oldest first; `after` = how many to leave out."""
    statement = _tickets().where(Ticket.commune_id.in_(communes), Ticket.state == "open")
    rows = await tx.execute(statement.offset(after).limit(limit))
    return [TicketInfo._make(row) for row in rows]


async def open_of(tx: Transaction, canonical_id: int) -> int:
    """How many questions of this person wait for an answer."""
    mine = or_(Person.id == canonical_id, Person.canonical_id == canonical_id)
    statement = (
        select(func.count())
        .select_from(Ticket)
        .join(Person, Person.id == Ticket.person_id)
        .where(mine, Ticket.state == "open")
    )
    return (await tx.scalar(statement)) or 0


async def answer(
    tx: Transaction,
    ticket_id: int,
    communes: Collection[int],
    *,
    text: str,
    by: int,
    now: datetime,
) -> bool:
    """True for the one answer that counts; a second officer changes nothing."""
    statement = (
        update(Ticket)
        .where(Ticket.id == ticket_id, Ticket.commune_id.in_(communes), Ticket.state == "open")
        .values(state="answered", answer=text, answered_by=by, answered_at=now)
    )
    return (await tx.execute(statement)).rowcount == 1
