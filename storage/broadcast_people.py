"""The people of a broadcast: who is next, who was left out, and what became of each message."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple, Self

from sqlalchemy import (
    ColumnElement,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from storage.broadcasts import KIND, prefix
from storage.database import Transaction, long, upsert
from storage.linking import hamlet_of, is_same
from storage.lists import within
from storage.outbox import WAITING
from storage.tables import Broadcast, BroadcastPerson, Json, OutboxRow, Person


class Tally(NamedTuple):
    """What became of it, in people."""

    sent: int
    waiting: int
    unsure: int
    lost: Mapping[str, int]
    """Reason -> how many: those of the outbox, and of `left_out`."""

    @classmethod
    def load(cls, stored: Json) -> Self:
        return cls(stored["sent"], stored["waiting"], stored["unsure"], stored["lost"])

    def stored(self) -> Json:
        return self._asdict()


async def next_people(
    tx: Transaction, number: int, *, after: int, now: datetime, limit: int
) -> list[int]:
    """Those who wait to be told, in the order of their ids."""
    statement = (
        select(BroadcastPerson.person_id)
        .where(BroadcastPerson.broadcast_id == number, BroadcastPerson.queued_at.is_(None))
        .where(BroadcastPerson.person_id > after)
        .where(or_(BroadcastPerson.wait_until.is_(None), BroadcastPerson.wait_until <= now))
        .order_by(BroadcastPerson.person_id)
        .limit(limit)
    )
    return list((await tx.execute(statement)).scalars())


def _waiting_ones(number: int, people: Collection[int]) -> ColumnElement[bool]:
    return and_(
        BroadcastPerson.broadcast_id == number,
        BroadcastPerson.person_id.in_(people),
        BroadcastPerson.queued_at.is_(None),
    )


async def put_off(
    tx: Transaction, number: int, people: Collection[int], *, until: datetime
) -> None:
    statement = update(BroadcastPerson).where(_waiting_ones(number, people))
    await tx.execute(statement.values(wait_until=until))


async def note_queued(
    tx: Transaction, number: int, people: Collection[int], *, now: datetime, left_out: str = ""
) -> set[int]:
    """Those of `people` for whom this was not noted before: whoever notes it queues or leaves out.

    `left_out`: why there is no message.
    """
    statement = update(BroadcastPerson).where(_waiting_ones(number, people))
    done = statement.values(queued_at=now, left_out=left_out).returning(BroadcastPerson.person_id)
    return set((await tx.execute(done)).scalars())


async def join_in(tx: Transaction, number: int, people: Collection[int]) -> None:
    """Who a person of it has become by being linked."""
    rows = [{"broadcast_id": number, "person_id": one} for one in sorted(people)]
    if rows:
        await tx.execute(upsert(tx, BroadcastPerson).on_conflict_do_nothing(), rows)


_HUMAN: Final = aliased(Person)
_LINKED: Final = aliased(Person)
_GOT: Final = (
    select(_HUMAN.id)
    .join(_LINKED, is_same(_LINKED, _HUMAN.id))
    .join(BroadcastPerson, BroadcastPerson.person_id == _LINKED.id)
    .where(within(_HUMAN.id, "humans"), BroadcastPerson.broadcast_id == bindparam("number"))
    .where(BroadcastPerson.queued_at.is_not(None), BroadcastPerson.left_out == "")
)


async def have_got(tx: Transaction, number: int, humans: Collection[int]) -> set[int]:
    """Canonical persons for whom a message was made, as whichever of their linked persons."""
    rows = await tx.execute(_GOT, {"humans": list(humans), "number": number})
    return set(rows.scalars())


async def is_settled(tx: Transaction, number: int) -> bool:
    """True if it began or was stopped, nobody waits to be told and nothing is on its way."""
    waits = exists().where(
        BroadcastPerson.broadcast_id == number, BroadcastPerson.queued_at.is_(None)
    )
    is_over = or_(Broadcast.state == "stopped", and_(Broadcast.state == "sending", ~waits))
    statement = select(Broadcast.id).where(Broadcast.id == number, is_over)
    return await tx.scalar(statement.where(~_is_on_its_way(number))) is not None


def _is_on_its_way(number: int) -> ColumnElement[bool]:
    return exists().where(
        OutboxRow.state.in_(WAITING),
        OutboxRow.kind == KIND,
        OutboxRow.key.startswith(prefix(number)),
    )


_RANKS: Final = {"queued": 1, "retry_wait": 1, "sending": 1, "uncertain": 2, "sent": 3}
"""Of several tries the best counts: through another account it may have arrived."""


def _each(number: int) -> Subquery:
    """Every person of it, with the best that became of the tries."""
    own = literal(prefix(number)) + cast(BroadcastPerson.person_id, String)
    tried = and_(
        OutboxRow.person_id == BroadcastPerson.person_id,
        or_(OutboxRow.key == own, OutboxRow.key.startswith(own + ">")),
    )
    rank = func.max(case(_RANKS, value=OutboxRow.state, else_=0))
    why = func.max(case((OutboxRow.reason != "", OutboxRow.reason), else_=OutboxRow.state))
    return (
        select(
            BroadcastPerson.person_id.label("person"),
            rank.label("rank"),
            BroadcastPerson.queued_at.is_(None).label("waits"),
            BroadcastPerson.left_out.label("left_out"),
            why.label("why"),
        )
        .outerjoin(OutboxRow, tried)
        .where(BroadcastPerson.broadcast_id == number)
        .group_by(BroadcastPerson.person_id, BroadcastPerson.queued_at, BroadcastPerson.left_out)
        .subquery()
    )


async def tally(tx: Transaction, number: int) -> Tally:
    """What became of it until now."""
    each = _each(number)
    columns = (each.c.rank, each.c.waits, each.c.left_out, each.c.why)
    return _added(await long(tx, select(*columns, func.count()).group_by(*columns)))


class Missed(NamedTuple):
    """Somebody whom a message was meant for, and did not reach."""

    name: str
    hamlet_id: int | None
    why: str


async def missed(tx: Transaction, number: int, *, limit: int) -> list[Missed]:
    """Those it could not reach, while it is known of whom (P10); not who was spared by a stop."""
    each = _each(number)
    why = case((each.c.left_out != "", each.c.left_out), else_=each.c.why)
    statement = (
        select(Person.name, hamlet_of(Person), why)
        .join(each, each.c.person == Person.id)
        .where(each.c.rank == 0, ~each.c.waits, why.not_in(("linked", "stopped")))
        .order_by(Person.id)
        .limit(limit)
    )
    return [Missed(row[0] or "", row[1], row[2]) for row in await long(tx, statement)]


def _added(rows: Sequence[tuple[int, bool, str, str | None, int]]) -> Tally:
    sent = waiting = unsure = 0
    lost: dict[str, int] = {}
    for rank, waits, left_out, why, count in rows:
        if rank == _RANKS["sent"]:
            sent += count
        elif rank == _RANKS["uncertain"]:
            unsure += count
        elif waits or rank == _RANKS["queued"]:
            waiting += count
        else:
            reason = left_out or why or "gone"
            lost[reason] = lost.get(reason, 0) + count
    return Tally(sent, waiting, unsure, lost)
