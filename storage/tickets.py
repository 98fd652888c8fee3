"""Somebody asked for a person, or told of a difficulty: and the one answer each gets."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import aliased

from storage.database import Transaction, upsert
from storage.tables import Person, Ticket, Unit

QUESTION: Final = "question"
DIFFICULTY: Final = "difficulty"


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
    kind: str
    """`QUESTION`, `DIFFICULTY`."""
    unit_id: int | None
    """The unit for which a difficulty was told; None = one's own."""
    unit: str
    """Its name; "" = none."""


async def add(
    tx: Transaction,
    *,
    person_id: int,
    account_id: int,
    commune_id: int,
    question: str,
    now: datetime,
    kind: str = QUESTION,
    unit_id: int | None = None,
) -> int:
    statement = upsert(tx, Ticket).values(
        person_id=person_id,
        account_id=account_id,
        commune_id=commune_id,
        kind=kind,
        unit_id=unit_id,
        question=question,
        state="open",
        answer="",
        created_at=now,
    )
    return int(await tx.scalar(statement.returning(Ticket.id)))


def _tickets() -> Select[*tuple[Any, ...]]:
    hamlet, told_for = aliased(Unit), aliased(Unit)
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
            Ticket.kind,
            Ticket.unit_id,
            func.coalesce(told_for.name, ""),
        )
        .join(Person, Person.id == Ticket.person_id)
        .outerjoin(hamlet, hamlet.id == Person.unit_id)
        .outerjoin(told_for, told_for.id == Ticket.unit_id)
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


class AnsweredTicket(NamedTuple):
    """One that is closed: what was asked and what was said."""

    question: str
    hamlet: str
    answer: str
    answered_at: datetime | None


async def answered_in(
    tx: Transaction, communes: Collection[int], *, after: int = 0, limit: int = 50
) -> list[AnsweredTicket]:
    """The newest answers first; `after` = how many to leave out."""
    statement = (
        select(Ticket.question, func.coalesce(Unit.name, ""), Ticket.answer, Ticket.answered_at)
        .join(Person, Person.id == Ticket.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Ticket.commune_id.in_(communes), Ticket.state == "answered")
        .order_by(Ticket.answered_at.desc(), Ticket.id.desc())
        .offset(after)
        .limit(limit)
    )
    return [AnsweredTicket._make(row) for row in await tx.execute(statement)]


async def difficulties(
    tx: Transaction, commune_id: int, *, since: datetime, until: datetime
) -> list[TicketInfo]:
    """What was told of difficulties from `since` on and before `until`, answered or not."""
    statement = _tickets().where(
        Ticket.commune_id == commune_id,
        Ticket.kind == DIFFICULTY,
        Ticket.created_at >= since,
        Ticket.created_at < until,
    )
    return [TicketInfo._make(row) for row in await tx.execute(statement)]


async def open_of(tx: Transaction, canonical_id: int, *, unit_id: int | None = None) -> int:
    """How many of this person's wait for an answer: their own, or those told for `unit_id`."""
    mine = or_(Person.id == canonical_id, Person.canonical_id == canonical_id)
    whose = Ticket.unit_id.is_not_distinct_from(unit_id)
    statement = (
        select(func.count())
        .select_from(Ticket)
        .join(Person, Person.id == Ticket.person_id)
        .where(mine, whose, Ticket.state == "open")
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
