"""What a database needs that comes from a backup, before anybody uses it (R30, P5).

Between the backup and now things were sent that it knows nothing of. So nothing that may have
gone goes once more, and nobody is logged in by what was good then.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import delete, or_, select, update

from storage import backups, broadcasts, erase, memory, reminders, units
from storage.database import Transaction
from storage.outbox import WAITING
from storage.tables import (
    Broadcast,
    Fact,
    FileLink,
    Lease,
    LinkCode,
    OutboxRow,
    PageAct,
    PageLogin,
    PageSession,
    Reminder,
)

HOUSE: Final = "house"
_EPOCH: Final = "epoch"
_RESTORED: Final = "restored"
_UNTOLD: Final = "restored_untold"


class Gap(NamedTuple):
    """What was done from the one to the other is lost (wall clock)."""

    since: datetime
    until: datetime


class Done(NamedTuple):
    """What became of the database, in counts."""

    uncertain: int
    """Messages that may have gone before."""
    erased: int
    """Persons who had been deleted since."""
    epoch: int


async def prepare(
    tx: Transaction,
    gap: Gap,
    *,
    deleted: Mapping[str, str],
    keyed_hash: Callable[[str], str],
    today: date,
    epoch: int = 0,
) -> Done:
    """Everything at once; `deleted` is the newest known list (`erase.deletions`).

    `epoch`: of the database that is replaced.
    """
    wall = gap.until
    now = wall + await memory.clock_offset(tx)
    uncertain = await _doubt_messages(tx, wall)
    await _doubt_reminders(tx, now, today)
    await _stop_broadcasts(tx, now, wall)
    await _end_sessions(tx, now=now, wall=wall)
    await tx.execute(delete(Lease))
    await tx.execute(delete(Fact).where(Fact.scope == backups.SCOPE))
    erased = await erase.reapply(tx, deleted, keyed_hash=keyed_hash, now=now)
    for listed, at in deleted.items():  # the next restore has to know of them too
        await memory.put(tx, erase.SCOPE, listed, at)
    return Done(uncertain, erased, await _raise_epoch(tx, gap, beyond=epoch))


async def _doubt_messages(tx: Transaction, wall: datetime) -> int:
    """What nobody had asked for and was due may have gone since: it does not go again."""
    may_have_gone = or_(OutboxRow.not_before.is_(None), OutboxRow.not_before <= wall)
    found = await tx.execute(
        update(OutboxRow)
        .where(OutboxRow.state.in_(WAITING), OutboxRow.kind != "reply", may_have_gone)
        .values(state="uncertain", owner="", reason="restored", settled_at=wall)
    )
    return found.rowcount


async def _doubt_reminders(tx: Transaction, now: datetime, today: date) -> None:
    """Stages up to now count as told; the next ones cover them (R16)."""
    for commune in await units.commune_ids(tx, on=today):
        await reminders.reopen(tx, commune)
        await memory.put(tx, reminders.LOOKED_AT, str(commune), now.isoformat())
    await tx.execute(update(Reminder).where(Reminder.state == "due").values(state="superseded"))


async def _stop_broadcasts(tx: Transaction, now: datetime, wall: datetime) -> None:
    """One that was to be approved, due or under way may have reached everybody since."""
    is_due = (Broadcast.state == "waiting") & (Broadcast.starts_at <= now)
    may_have_gone = or_(Broadcast.state.in_(("asked", "sending")), is_due)
    found = list((await tx.execute(select(Broadcast.id).where(may_have_gone))).scalars())
    for number in found:
        await broadcasts.stop(tx, number, by=None, now=now, wall=wall)


async def _end_sessions(tx: Transaction, *, now: datetime, wall: datetime) -> None:
    """What opens a door once may have been used since, or taken back."""
    ended = update(PageSession).where(PageSession.ended_at.is_(None)).values(ended_at=wall)
    spent = update(PageLogin).where(PageLogin.used_at.is_(None)).values(used_at=wall)
    refused = update(PageAct).where(PageAct.state == "asked")
    for statement in (
        ended,
        spent,
        refused.values(state="refused", settled_at=wall),
        update(FileLink).where(FileLink.expires_at > now).values(expires_at=now),
        update(LinkCode).where(LinkCode.expires_at > now).values(expires_at=now),
    ):
        await tx.execute(statement)


async def _raise_epoch(tx: Transaction, gap: Gap, *, beyond: int) -> int:
    number = max(await epoch(tx), beyond) + 1
    told = json.dumps([gap.since.isoformat(), gap.until.isoformat()])
    await memory.put(tx, HOUSE, _EPOCH, str(number))
    await memory.put(tx, HOUSE, _RESTORED, told)
    await memory.put(tx, HOUSE, _UNTOLD, told)
    return number


# --- afterwards ----------------------------------------------------------------------------------


async def epoch(tx: Transaction) -> int:
    """How often this database was restored."""
    return epoch_in(await memory.scope(tx, HOUSE))


def epoch_in(facts: Mapping[str, str]) -> int:
    """The same, of the facts of the house."""
    return int(facts.get(_EPOCH, 0))


async def last(tx: Transaction) -> Gap | None:
    """The last restore; None: there was none."""
    return _gap(await memory.get(tx, HOUSE, _RESTORED))


async def untold(tx: Transaction) -> Gap | None:
    """The gap that the admins have not been told of yet."""
    return _gap(await memory.get(tx, HOUSE, _UNTOLD))


async def told(tx: Transaction) -> None:
    await tx.execute(delete(Fact).where(Fact.scope == HOUSE, Fact.key == _UNTOLD))


def _gap(stored: str | None) -> Gap | None:
    if stored is None:
        return None
    since, until = json.loads(stored)
    return Gap(datetime.fromisoformat(since), datetime.fromisoformat(until))
