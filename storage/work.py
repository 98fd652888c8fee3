"""Slow work that people asked for: who makes it, how often it was tried, what came of it (a2, R26).

All times are the wall clock. A row is fenced by its attempt: whoever was overtaken changes nothing.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, or_, select, update

from storage.database import Transaction, upsert
from storage.memory import Owners
from storage.tables import Account, Json, WorkRow

TRIES: Final = 3
LONG: Final = timedelta(seconds=2)  # U14
KEEP: Final = timedelta(days=90)
_UNFINISHED: Final = ("queued", "running")
_EMPTY: Final[Json] = {}


@dataclass(frozen=True, slots=True)
class Task:
    """An order and whom its result is for."""

    id: int
    kind: str
    body: Json = field(repr=False)
    attempt: int
    account_id: int
    chat: str = field(repr=False)
    channel: str
    lane: str


async def order(
    tx: Transaction,
    *,
    kind: str,
    body: Json,
    person_id: int,
    account_id: int,
    chat: str,
    now: datetime,
) -> None:
    """Note what is to be made, in the turn that asks for it; what is being made, once (T37)."""
    unfinished = select(WorkRow.body).where(
        WorkRow.account_id == account_id,
        WorkRow.person_id == person_id,
        WorkRow.chat == chat,
        WorkRow.kind == kind,
        WorkRow.state.in_(_UNFINISHED),
    )
    if json.loads(json.dumps(body)) in (await tx.execute(unfinished)).scalars():
        return
    values = {
        "kind": kind,
        "body": body,
        "state": "queued",
        "attempts": 0,
        "owner": "",
        "person_id": person_id,
        "account_id": account_id,
        "chat": chat,
        "created_at": now,
    }
    await tx.execute(upsert(tx, WorkRow), values)


# --- taking --------------------------------------------------------------------------------------


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Waiting and not put off, or left behind by somebody whose lease has run out."""
    is_free = or_(WorkRow.lease_until.is_(None), WorkRow.lease_until <= now)
    return WorkRow.state.in_(_UNFINISHED) & is_free


async def is_due(tx: Transaction, *, now: datetime) -> bool:
    """True if there is anything for `take` or `give_up`; writes nothing."""
    return await tx.scalar(select(WorkRow.id).where(_is_due(now)).limit(1)) is not None


async def take(tx: Transaction, *, owner: str, now: datetime, lease: timedelta) -> Task | None:
    """Take the oldest due order for as long as `lease`; the attempt counts before it is made."""
    chosen = (
        select(WorkRow.id)
        .where(_is_due(now), WorkRow.attempts < TRIES)
        .order_by(WorkRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = await tx.scalar(
        update(WorkRow)
        .where(WorkRow.id.in_(chosen.scalar_subquery()))
        .values(
            state="running",
            owner=owner,
            lease_until=now + lease,
            attempts=WorkRow.attempts + 1,
        )
        .returning(WorkRow.id)
    )
    return (await _read(tx, [taken]))[0] if taken is not None else None


async def give_up(tx: Transaction, *, now: datetime) -> list[Task]:
    """Orders whose last attempt was lost too, with the process that made it: failed from now on."""
    lost = select(WorkRow.id).where(_is_due(now), WorkRow.attempts >= TRIES)
    ids = list((await tx.execute(lost.with_for_update(skip_locked=True))).scalars())
    tasks = await _read(tx, ids)
    if ids:
        statement = update(WorkRow).where(WorkRow.id.in_(ids))
        await tx.execute(statement.values(_ended("failed", now)))
    return tasks


async def _read(tx: Transaction, ids: Collection[int]) -> list[Task]:
    if not ids:
        return []
    statement = (
        select(
            WorkRow.id,
            WorkRow.kind,
            WorkRow.body,
            WorkRow.attempts,
            Account.id,
            WorkRow.chat,
            Account.channel,
            Account.lane,
        )
        .join(Account, Account.id == WorkRow.account_id)
        .where(WorkRow.id.in_(ids))
        .order_by(WorkRow.id)
    )
    return [Task(*row) for row in await tx.execute(statement)]


# --- what came of it -----------------------------------------------------------------------------


def _ended(state: str, now: datetime) -> dict[str, Any]:
    """What it was made of is not kept: the file says it, or nobody needs it (P10)."""
    return {"state": state, "done_at": now, "body": _EMPTY, "lease_until": None, "owner": ""}


def _is_still_ours(task: Task, owner: str) -> ColumnElement[bool]:
    is_ours = (WorkRow.state == "running") & (WorkRow.owner == owner)
    same: ColumnElement[bool] = (
        (WorkRow.id == task.id) & is_ours & (WorkRow.attempts == task.attempt)
    )
    return same


async def _settle(tx: Transaction, task: Task, owner: str, values: dict[str, Any]) -> bool:
    statement = update(WorkRow).where(_is_still_ours(task, owner)).values(values)
    return (await tx.execute(statement)).rowcount == 1


async def done(
    tx: Transaction, task: Task, *, owner: str, file_id: int | None, now: datetime
) -> bool:
    """`file_id` None: its file belongs to somebody else's row, and goes with that.

    False if it is not ours any more: made by another meanwhile, or erased with its person.
    """
    values = {**_ended("done", now), "file_id": file_id}
    return await _settle(tx, task, owner, values)


async def failed(tx: Transaction, task: Task, *, owner: str, now: datetime) -> bool:
    """Never to be tried again; False as with `done`."""
    return await _settle(tx, task, owner, _ended("failed", now))


async def put_off(tx: Transaction, task: Task, *, owner: str, until: datetime) -> bool:
    """Not made this time; False as with `done`."""
    values = {"state": "queued", "owner": "", "lease_until": until}
    return await _settle(tx, task, owner, values)


async def give_back(tx: Transaction, task: Task, *, owner: str) -> bool:
    """Its maker was stopped with the house (R31): this was no attempt. False as with `done`."""
    values = {"state": "queued", "owner": "", "lease_until": None, "attempts": task.attempt - 1}
    return await _settle(tx, task, owner, values)


async def recover(tx: Transaction, *, living: Owners) -> int:
    """What a dead process was making may be taken at once; its attempt has counted."""
    dead = (WorkRow.state == "running") & WorkRow.owner.not_in(living)
    statement = update(WorkRow).where(dead)
    return (await tx.execute(statement.values(state="queued", owner="", lease_until=None))).rowcount


# --- while somebody waits ------------------------------------------------------------------------


async def waiting_long(tx: Transaction, *, now: datetime) -> list[Task]:
    """Orders of more than two seconds whose people have not been told so: from now on they have."""
    statement = (
        update(WorkRow)
        .where(_is_untold(), WorkRow.created_at <= now - LONG)
        .values(said_at=now)
        .returning(WorkRow.id)
    )
    return await _read(tx, list((await tx.execute(statement)).scalars()))


async def first_untold(tx: Transaction) -> datetime | None:
    """Since when somebody waits who has been told nothing yet; None: nobody does."""
    oldest = select(WorkRow.created_at).where(_is_untold()).order_by(WorkRow.created_at)
    return await tx.scalar(oldest.limit(1))


def _is_untold() -> ColumnElement[bool]:
    return WorkRow.state.in_(_UNFINISHED) & WorkRow.said_at.is_(None)


async def sweep(tx: Transaction, *, now: datetime) -> int:
    """Drop what ended 90 days ago, so that its file may go too; how many there were."""
    statement = delete(WorkRow).where(WorkRow.done_at < now - KEEP)
    return (await tx.execute(statement)).rowcount
