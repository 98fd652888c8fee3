"""How the house is doing, in counts: nothing of anybody (R32)."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from storage import inbox
from storage.database import Transaction
from storage.outbox import WAITING
from storage.tables import OutboxRow


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
