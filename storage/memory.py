"""What the house remembers about itself: small facts, single roles, and who is alive."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, bindparam, delete, select

from storage.database import Transaction, upsert
from storage.tables import Fact, Lease

PROCESS: Final = "process:"
_LONGEST: Final = timedelta(hours=1)
"""No lease is so long: one that ends later was written before the clock was put back (R20)."""
_AT_ONCE: Final = timedelta(microseconds=1)
Owners = Sequence[str] | Select[str]
"""Names of processes, or the question for them (`who_lives`)."""


_GET: Final = select(Fact.value).where(
    Fact.scope == bindparam("scope"), Fact.key == bindparam("key")
)


async def get(tx: Transaction, scope: str, key: str) -> str | None:
    return await tx.scalar(_GET, {"scope": scope, "key": key})


async def scope(tx: Transaction, name: str) -> dict[str, str]:
    """All facts of one scope, by key."""
    rows = await tx.execute(select(Fact.key, Fact.value).where(Fact.scope == name))
    return {row[0]: row[1] for row in rows}


async def put(tx: Transaction, scope: str, key: str, value: str) -> None:
    statement = upsert(tx, Fact).values(scope=scope, key=key, value=value)
    await tx.execute(
        statement.on_conflict_do_update(index_elements=["scope", "key"], set_={"value": value})
    )


async def clock_offset(tx: Transaction) -> timedelta:
    """How far the demo has moved the date; zero everywhere else (design §2)."""
    stored = await get(tx, "house", "clock_offset")
    return timedelta(seconds=json.loads(stored)) if stored else timedelta(0)


async def move_clock(tx: Transaction, offset: timedelta, *, now: datetime) -> None:
    """`now`: the wall clock."""
    if offset != await clock_offset(tx):
        await put(tx, "house", "clock_moved_at", now.isoformat())
    await put(tx, "house", "clock_offset", json.dumps(offset.total_seconds()))


async def day_began(tx: Transaction, midnight: datetime) -> datetime:
    """When a day of the domain's clock began by the wall's, by which messages are kept (design §2).

    What was sent up to the moment when the demo's date was moved was sent on a day it has left.
    """
    began = midnight - await clock_offset(tx)
    moved_at = await get(tx, "house", "clock_moved_at")
    return max(began, datetime.fromisoformat(moved_at) + _AT_ONCE) if moved_at else began


async def hold(tx: Transaction, name: str, *, owner: str, now: datetime, seconds: float) -> bool:
    """Take or renew a single role; True while it is ours (R26). Wall clock."""
    until = now + timedelta(seconds=seconds)
    statement = upsert(tx, Lease).values(name=name, owner=owner, until=until, fence=1)
    statement = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={"owner": owner, "until": until, "fence": Lease.fence + 1},
        where=(Lease.owner == owner) | (Lease.until < now) | (Lease.until > now + _LONGEST),
    ).returning(Lease.owner)
    holder: str | None = await tx.scalar(statement)
    return holder == owner


async def let_go(tx: Transaction, owner: str) -> None:
    """At a clean end: every role of this process is free at once."""
    await tx.execute(delete(Lease).where(Lease.owner == owner))


async def living(tx: Transaction, *, now: datetime) -> list[str]:
    """Owners whose process lease has not run out."""
    return list((await tx.execute(who_lives(now=now))).scalars())


def who_lives(*, now: datetime) -> Select[str]:
    """The same as a question, to be asked inside the statement that judges rows by their owner.

    A list read before it would lack a process that has begun since, whose rows would seem a
    dead one's (R9).
    """
    return select(Lease.owner).where(Lease.name.startswith(PROCESS), Lease.until >= now)


async def bury_all(tx: Transaction) -> None:
    """SQLite at start: the file lock was free, so every earlier owner is dead (R9)."""
    await tx.execute(delete(Lease))
