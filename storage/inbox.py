"""Events on their way in: stored once, taken by one process, done in the turn's own commit."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import (
    Integer,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningUpdate

from storage.database import Conflict, Transaction, prepared
from storage.lists import among, within
from storage.memory import Owners
from storage.tables import InboxRow

WAITING: Final = ("ready", "taken")
MAX_ATTEMPTS: Final = 3  # R7
_DELAYS: Final = (timedelta(0), timedelta(seconds=10), timedelta(seconds=60))
KEEP_KEYS: Final = timedelta(days=90)  # R2
KEEP_QUARANTINE: Final = timedelta(days=30)  # P10


class NewEvent(NamedTuple):
    key: str
    lane: str
    channel: str
    raw: str


class Taken(NamedTuple):
    id: int
    lane: str
    channel: str
    raw: str
    attempts: int
    received_at: datetime


class Stored(NamedTuple):
    """What became of a batch of events: the keys that were new, and the rows already taken."""

    new: set[str]
    taken: list[Taken]


_TAKEN: Final = (
    InboxRow.id,
    InboxRow.lane,
    InboxRow.channel,
    InboxRow.raw,
    InboxRow.attempts,
    InboxRow.received_at,
)


_IS_READY: Final = InboxRow.state == literal_column("'ready'")
_IS_QUARANTINED: Final = InboxRow.state == literal_column("'quarantined'")
_IS_TAKEN: Final = among(InboxRow.state, *WAITING) & among(InboxRow.state, "taken")
_STORE: Final = prepared(
    InboxRow,
    lambda insert: insert.on_conflict_do_nothing(index_elements=["key"]).returning(
        InboxRow.id, InboxRow.key
    ),
)


async def store(
    tx: Transaction, events: Sequence[NewEvent], *, now: datetime, taker: str = "", room: int = 0
) -> Stored:
    """Keep each event once (R2).

    `taker` has `room` for so many at once: they are stored as taken already, the attempt counted
    (R7), each the only event of its lane that waits. Only for one process alone: two of them
    could store the same lane in the same moment.
    """
    at_once = await _free_lanes(tx, events, room) if room else set()
    rows = [
        event._asdict() | {"received_at": now} | (_taken(taker) if event in at_once else _READY)
        for event in events
    ]
    ids = {row[1]: row[0] for row in await tx.execute(_STORE(tx), rows)}
    return Stored(
        new=set(ids),
        taken=[
            Taken(ids[event.key], event.lane, event.channel, event.raw, 1, now)
            for event in events
            if event in at_once and event.key in ids
        ],
    )


_READY: Final = {"state": "ready", "owner": "", "attempts": 0}


def _taken(owner: str) -> dict[str, str | int]:
    return {"state": "taken", "owner": owner, "attempts": 1}


_BUSY: Final = select(InboxRow.lane).where(
    within(InboxRow.lane, "lanes"), among(InboxRow.state, *WAITING)
)


async def _free_lanes(tx: Transaction, events: Sequence[NewEvent], room: int) -> set[NewEvent]:
    """Up to `room` events in whose lane nothing waits, one a lane."""
    busy = set((await tx.execute(_BUSY, {"lanes": [event.lane for event in events]})).scalars())
    free: set[NewEvent] = set()
    for event in events:
        if event.lane not in busy and len(free) < room:
            busy.add(event.lane)
            free.add(event)
    return free


def _take() -> ReturningUpdate[int, str, str, str, int, datetime]:
    other = aliased(InboxRow)
    goes_first = among(other.state, "ready") & (other.id < InboxRow.id)
    in_order = ~exists().where(
        other.lane == InboxRow.lane,
        among(other.state, *WAITING),
        among(other.state, "taken") | goes_first,
    )
    due = (InboxRow.not_before.is_(None)) | (InboxRow.not_before <= bindparam("now"))
    on = within(InboxRow.channel, "channels")
    chosen = (
        select(InboxRow.id)
        .where(_IS_READY, on, due, in_order)
        .order_by(InboxRow.id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
    )
    return (
        update(InboxRow)
        .where(InboxRow.id.in_(chosen.scalar_subquery()))
        .values(state="taken", owner=bindparam("taker"), attempts=InboxRow.attempts + 1)
        .returning(*_TAKEN)
    )


_TAKE: Final = _take()


async def take(
    tx: Transaction, *, owner: str, now: datetime, limit: int, channels: Sequence[str]
) -> list[Taken]:
    """Take the oldest waiting event of up to `limit` different lanes, counting the attempt (R7).

    Events of a channel that is off wait until it is on again.
    """
    given = {"now": now, "channels": channels, "most": limit, "taker": owner}
    rows = [Taken(*row) for row in await tx.execute(_TAKE, given)]
    return sorted(rows, key=lambda row: row.id)


_FINISH: Final = (
    update(InboxRow)
    .where(
        within(InboxRow.id, "ids"),
        _IS_TAKEN,
        InboxRow.owner == bindparam("taker"),
    )
    .values(state="done", raw="", owner="")
)


async def finish(tx: Transaction, ids: Sequence[int], *, owner: str) -> None:
    """Mark rows done in the turn's own transaction and empty what people wrote (P10).

    Raises `Conflict` if another process has taken one of them over: the turn is theirs.
    """
    if (await tx.execute(_FINISH, {"ids": ids, "taker": owner})).rowcount != len(ids):
        raise Conflict


async def put_back(tx: Transaction, row: Taken, *, owner: str, now: datetime) -> bool:
    """After a failed attempt: wait and try again, or quarantine. True if quarantined (R7, T38)."""
    spent = row.attempts >= MAX_ATTEMPTS
    wait = None if spent else now + _DELAYS[row.attempts]
    await tx.execute(
        update(InboxRow)
        .where(InboxRow.id == row.id, InboxRow.owner == owner, _IS_TAKEN)
        .values(state="quarantined" if spent else "ready", owner="", not_before=wait)
    )
    return spent


async def release(tx: Transaction, *, owner: str) -> None:
    """Give back untried all that `owner` has taken: the attempts do not count."""
    await tx.execute(
        update(InboxRow)
        .where(InboxRow.owner == owner, _IS_TAKEN)
        .values(state="ready", owner="", attempts=InboxRow.attempts - 1)
    )


async def abandoned(tx: Transaction, *, living: Owners, limit: int = 100) -> list[Taken]:
    """Rows whose owner is dead, for `adopt`; a crash has counted as an attempt (R7).

    Locked: of two processes that find the same dead one, each gets other rows.
    """
    statement = (
        select(*_TAKEN)
        .where(_IS_TAKEN, InboxRow.owner.not_in(living))
        .order_by(InboxRow.lane, InboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [Taken(*row) for row in await tx.execute(statement)]


async def adopt(tx: Transaction, rows: Sequence[Taken], *, owner: str) -> None:
    """Become the owner of abandoned rows, so that `put_back` may judge them."""
    await tx.execute(
        update(InboxRow)
        .where(InboxRow.id.in_([row.id for row in rows]), _IS_TAKEN)
        .values(owner=owner)
    )


async def replay(tx: Transaction, *, now: datetime) -> int:
    """Give everything in quarantine a fresh start, after a repair (T38)."""
    result = await tx.execute(
        update(InboxRow)
        .where(_IS_QUARANTINED, InboxRow.raw != "")
        .values(state="ready", attempts=0, not_before=now)
    )
    return result.rowcount


async def oldest_waiting(tx: Transaction) -> datetime | None:
    """When the event that has waited longest came in; None if nothing waits.

    Counted along, or SQLite would look for the minimum among all that is done.
    """
    waiting = among(InboxRow.state, *WAITING)
    row = (
        await tx.execute(select(func.min(InboxRow.received_at), func.count()).where(waiting))
    ).one()
    return row[0]


async def quarantined(tx: Transaction) -> int:
    """How many events wait for a repair (T38)."""
    statement = select(func.count()).select_from(InboxRow).where(_IS_QUARANTINED)
    return (await tx.scalar(statement)) or 0


async def heard_since(tx: Transaction, since: datetime) -> dict[str, tuple[datetime, int]]:
    """Each channel's newest event since then, and how many there were."""
    statement = (
        select(InboxRow.channel, func.max(InboxRow.received_at), func.count())
        .where(InboxRow.received_at > since)
        .group_by(InboxRow.channel)
    )
    return {row[0]: (row[1], row[2]) for row in await tx.execute(statement)}


async def sweep(tx: Transaction, *, now: datetime) -> None:
    """Forget what may be forgotten: quarantined words after 30 days, keys after 90 (P10)."""
    await tx.execute(
        update(InboxRow)
        .where(_IS_QUARANTINED, InboxRow.received_at < now - KEEP_QUARANTINE)
        .values(state="done", raw="")
    )
    await tx.execute(
        delete(InboxRow).where(InboxRow.state == "done", InboxRow.received_at < now - KEEP_KEYS)
    )
