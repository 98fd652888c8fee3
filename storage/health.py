"""How the house is doing, in counts: nothing of anybody (R32)."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, func, select

from storage import inbox
from storage.database import Transaction
from storage.outbox import IS_QUEUED, WAITING
from storage.tables import InboxRow, OutboxRow


class Health(NamedTuple):
    oldest: datetime | None
    """When the oldest event that still waits came in (wall clock)."""
    quarantined: int
    waiting: int
    sent: int
    failed: int
    uncertain: int


async def look(tx: Transaction, *, since: datetime) -> Health:
    """Inbox as it is now; outbox rows made after `since` (wall clock)."""
    statement = (
        select(OutboxRow.state, func.count())
        .where(OutboxRow.created_at >= since)
        .group_by(OutboxRow.state)
    )
    states = {row[0]: row[1] for row in await tx.execute(statement)}
    return Health(
        oldest=await inbox.oldest_waiting(tx),
        quarantined=await inbox.quarantined(tx),
        waiting=sum(states.get(state, 0) for state in WAITING),
        sent=states.get("sent", 0),
        failed=states.get("failed", 0) + states.get("expired", 0),
        uncertain=states.get("uncertain", 0),
    )


# --- channels that do not get through ------------------------------------------------------------

_IN_VAIN: Final = ("try later", "channel down")
"""Reasons of `bot/delivery.py` for a message that waits because of its channel."""
_SURELY: Final = 3  # messages of which nobody knows whether they arrived: no single line's fault
_LOOKS_BACK: Final = timedelta(days=1)


async def failing_since(tx: Transaction, *, now: datetime) -> dict[str, datetime]:
    """Channel -> since when something waits there and nothing has got through (wall clock)."""
    recent = OutboxRow.created_at >= now - _LOOKS_BACK
    in_vain = IS_QUEUED & OutboxRow.reason.in_(_IN_VAIN)
    in_doubt = (OutboxRow.state == "uncertain") & (OutboxRow.reason == "doubt")
    found: dict[str, datetime] = {}
    for which, at_least in ((in_vain, 1), (in_doubt, _SURELY)):
        for channel in await _in_trouble(tx, recent & which, at_least):
            last = await _last_sent(tx, channel, recent)
            beyond = which if last is None else which & (_tried_at() >= last)
            since = await _first_of(tx, channel, recent & beyond, at_least)
            if since is not None:
                found[channel] = min(since, found.get(channel, since))
    return found


def _tried_at() -> ColumnElement[datetime]:
    return func.coalesce(OutboxRow.settled_at, OutboxRow.created_at)


async def _in_trouble(tx: Transaction, which: ColumnElement[bool], at_least: int) -> list[str]:
    counted = select(OutboxRow.channel).where(which).group_by(OutboxRow.channel)
    rows = await tx.execute(counted.having(func.count() >= at_least))
    return list(rows.scalars())


async def _last_sent(tx: Transaction, channel: str, recent: ColumnElement[bool]) -> datetime | None:
    sent = (OutboxRow.channel == channel) & (OutboxRow.state == "sent")
    return await tx.scalar(select(func.max(OutboxRow.settled_at)).where(recent, sent))


async def _first_of(
    tx: Transaction, channel: str, which: ColumnElement[bool], at_least: int
) -> datetime | None:
    statement = select(func.min(_tried_at()), func.count())
    row = (await tx.execute(statement.where(which, OutboxRow.channel == channel))).one()
    return row[0] if row[1] >= at_least else None


# --- for who looks after the machine -------------------------------------------------------------


async def outbox_by_state(tx: Transaction) -> dict[str, int]:
    """All that is kept, by state."""
    statement = select(OutboxRow.state, func.count()).group_by(OutboxRow.state)
    return {row[0]: row[1] for row in await tx.execute(statement)}


async def newest_row(tx: Transaction) -> datetime | None:
    """When the newest event came in: no clock may be behind it."""
    return await tx.scalar(select(func.max(InboxRow.received_at)))
