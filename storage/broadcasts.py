"""Broadcasts of a commune: what is sent to whom, how far it is, what became of it (T52)."""

from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import (
    case,
    or_,
    select,
    update,
)

from storage.database import Transaction, upsert
from storage.outbox import IS_QUEUED
from storage.tables import Broadcast, BroadcastPerson, Json, OutboxRow

KIND: Final = "broadcast"
OPEN: Final = ("asked", "waiting", "sending")
_AT_ONCE: Final = 5_000  # rows an INSERT


class BroadcastInfo(NamedTuple):
    id: int
    commune_id: int
    code: str
    text: str
    audience: Json
    state: str
    size: int
    made_by: int | None
    made_at: datetime
    approved_by: int | None
    starts_at: datetime | None
    ended_by: int | None
    ended_at: datetime | None
    reason: str
    reported_at: datetime | None
    tally: Json | None


_INFO: Final = (
    *(Broadcast.id, Broadcast.commune_id, Broadcast.code, Broadcast.text, Broadcast.audience),
    *(Broadcast.state, Broadcast.size, Broadcast.made_by, Broadcast.made_at),
    *(Broadcast.approved_by, Broadcast.starts_at, Broadcast.ended_by, Broadcast.ended_at),
    *(Broadcast.reason, Broadcast.reported_at, Broadcast.tally),
)


def key_of(number: int, person_id: int) -> str:
    """One message for each broadcast and human, whoever queues it."""
    return f"{prefix(number)}{person_id}"


def prefix(number: int) -> str:
    """With which the keys of its messages begin."""
    return f"broadcast:{number}:"


# --- made, read ----------------------------------------------------------------------------------


async def add(
    tx: Transaction,
    *,
    commune_id: int,
    code: str,
    text: str,
    audience: Json,
    people: Collection[int],
    by: int,
    now: datetime,
    starts_at: datetime | None,
) -> int | None:
    """Write it with its people; without `starts_at` somebody has to approve first.

    None, and nothing written, if the code is another broadcast's.
    """
    row = upsert(tx, Broadcast).values(
        commune_id=commune_id,
        code=code,
        text=text,
        audience=audience,
        state="waiting" if starts_at else "asked",
        size=len(people),
        made_by=by,
        made_at=now,
        starts_at=starts_at,
    )
    row = row.on_conflict_do_nothing(index_elements=["code"]).returning(Broadcast.id)
    number: int | None = await tx.scalar(row)
    if number is None:
        return None
    rows = [{"broadcast_id": number, "person_id": one} for one in sorted(people)]
    for start in range(0, len(rows), _AT_ONCE):
        await tx.execute(upsert(tx, BroadcastPerson), rows[start : start + _AT_ONCE])
    return number


async def find(
    tx: Transaction, number: int, communes: Collection[int] | None = None
) -> BroadcastInfo | None:
    statement = select(*_INFO).where(Broadcast.id == number)
    if communes is not None:
        statement = statement.where(Broadcast.commune_id.in_(communes))
    row = (await tx.execute(statement)).first()
    return BroadcastInfo._make(row) if row else None


async def by_code(tx: Transaction, code: str) -> BroadcastInfo | None:
    row = (await tx.execute(select(*_INFO).where(Broadcast.code == code))).first()
    return BroadcastInfo._make(row) if row else None


async def of_communes(
    tx: Transaction, communes: Collection[int], *, after: int, limit: int
) -> list[BroadcastInfo]:
    """The newest first."""
    statement = select(*_INFO).where(Broadcast.commune_id.in_(communes))
    statement = statement.order_by(Broadcast.id.desc()).offset(after).limit(limit)
    return [BroadcastInfo._make(row) for row in await tx.execute(statement)]


async def same_text(
    tx: Transaction, commune_id: int, text: str, *, since: datetime
) -> BroadcastInfo | None:
    """The newest one with these very words that was not called off."""
    statement = (
        select(*_INFO)
        .where(Broadcast.commune_id == commune_id, Broadcast.text == text)
        .where(Broadcast.made_at >= since, Broadcast.state.not_in(("stopped", "refused")))
        .order_by(Broadcast.id.desc())
        .limit(1)
    )
    row = (await tx.execute(statement)).first()
    return BroadcastInfo._make(row) if row else None


async def made_since(
    tx: Transaction, commune_id: int, makers: Collection[int], *, since: datetime
) -> list[BroadcastInfo]:
    """What these persons made there since then and nobody called off."""
    statement = (
        select(*_INFO)
        .where(Broadcast.commune_id == commune_id, Broadcast.made_by.in_(makers))
        .where(Broadcast.made_at >= since, Broadcast.state.not_in(("stopped", "refused")))
    )
    return [BroadcastInfo._make(row) for row in await tx.execute(statement)]


async def stoppable(
    tx: Transaction, communes: Collection[int], *, asked_since: datetime, limit: int
) -> list[BroadcastInfo]:
    """Those that wait or are under way, the newest first; of those to approve only fresh ones."""
    is_fresh = (Broadcast.state != "asked") | (Broadcast.made_at >= asked_since)
    statement = (
        select(*_INFO)
        .where(Broadcast.commune_id.in_(communes), Broadcast.state.in_(OPEN), is_fresh)
        .order_by(Broadcast.id.desc())
        .limit(limit)
    )
    return [BroadcastInfo._make(row) for row in await tx.execute(statement)]


async def to_look_at(tx: Transaction, *, now: datetime) -> list[BroadcastInfo]:
    """Those with something left to do now, the oldest first."""
    starts = (Broadcast.state == "waiting") & (Broadcast.starts_at <= now)
    ends = (Broadcast.state == "stopped") & Broadcast.reported_at.is_(None)
    statement = select(*_INFO).where(or_(starts, Broadcast.state == "sending", ends))
    return [BroadcastInfo._make(row) for row in await tx.execute(statement.order_by(Broadcast.id))]


# --- its states ----------------------------------------------------------------------------------


async def approve(
    tx: Transaction, number: int, *, by: int, starts_at: datetime, fresh_since: datetime
) -> bool:
    """True for the one who did."""
    statement = update(Broadcast).where(
        Broadcast.id == number, Broadcast.state == "asked", Broadcast.made_at >= fresh_since
    )
    done = statement.values(state="waiting", approved_by=by, starts_at=starts_at)
    return (await tx.execute(done)).rowcount == 1


async def refuse(tx: Transaction, number: int, *, by: int, reason: str, now: datetime) -> bool:
    statement = update(Broadcast).where(Broadcast.id == number, Broadcast.state == "asked")
    done = statement.values(
        state="refused", ended_by=by, ended_at=now, reason=reason, reported_at=now
    )
    return (await tx.execute(done)).rowcount == 1


async def begin(tx: Transaction, number: int, *, now: datetime) -> BroadcastInfo | None:
    """Send it from now on, or go on with it; None if it was stopped, or is not due.

    The row is locked: whoever stops it waits until what is queued now is there to be cancelled.
    """
    is_due = (Broadcast.state == "waiting") & (Broadcast.starts_at <= now)
    statement = (
        update(Broadcast)
        .where(Broadcast.id == number, or_(is_due, Broadcast.state == "sending"))
        .values(state="sending")
        .returning(*_INFO)
    )
    row = (await tx.execute(statement)).first()
    return BroadcastInfo._make(row) if row else None


async def stop(
    tx: Transaction, number: int, *, by: int | None, now: datetime, wall: datetime
) -> bool:
    """Nothing more of it is sent; True for the one who stopped it."""
    statement = update(Broadcast).where(Broadcast.id == number, Broadcast.state.in_(OPEN))
    done = await tx.execute(statement.values(state="stopped", ended_by=by, ended_at=now))
    if done.rowcount != 1:
        return False
    await tx.execute(
        update(OutboxRow)
        .where(IS_QUEUED, OutboxRow.kind == KIND, OutboxRow.key.startswith(prefix(number)))
        .values(state="cancelled", reason="stopped", settled_at=wall)
    )
    return True


async def report(tx: Transaction, number: int, tally: Json, *, now: datetime) -> bool:
    """Everything of it is settled; True for the one who tells its maker."""
    state = case((Broadcast.state == "sending", "sent"), else_=Broadcast.state)
    statement = update(Broadcast).where(Broadcast.id == number, Broadcast.reported_at.is_(None))
    done = statement.values(state=state, tally=tally, reported_at=now)
    return (await tx.execute(done)).rowcount == 1
