"""Messages that are not sent, or are kept no longer: cancelled, expired, swept (P10, R11, T58)."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, select, update

from storage.database import Transaction
from storage.outbox import IS_QUEUED, WAITING
from storage.tables import OutboxRow

KEEP_TEXT: Final = timedelta(days=90)  # P10


async def cancel_waiting(tx: Transaction, account_id: int, *, now: datetime, reason: str) -> None:
    """The person is gone or has no right any more: what waits is not sent (T14, T58)."""
    await tx.execute(
        update(OutboxRow)
        .where(OutboxRow.account_id == account_id, IS_QUEUED)
        .values(state="cancelled", reason=reason, settled_at=now)
    )


_HAS_NOT_LEFT: Final = (
    select(OutboxRow.id)
    .where(
        OutboxRow.account_id == bindparam("account"),
        OutboxRow.kind == "reply",
        IS_QUEUED,
        (OutboxRow.parts_sent == 0) & (OutboxRow.doubts == 0),
    )
    .limit(1)
)


async def has_not_left(tx: Transaction, account_id: int) -> bool:
    """True if an answer to this account waits here and nothing of it can have arrived (T37)."""
    return await tx.scalar(_HAS_NOT_LEFT, {"account": account_id}) is not None


_EXPIRE: Final = (
    update(OutboxRow)
    .where(IS_QUEUED, OutboxRow.expires_at <= bindparam("now"))
    .values(state="expired", settled_at=bindparam("now"))
    .execution_options(synchronize_session=None)
)


async def expire(tx: Transaction, *, now: datetime) -> None:
    await tx.execute(_EXPIRE, {"now": now})


async def sweep(tx: Transaction, *, now: datetime) -> None:
    old = OutboxRow.created_at < now - KEEP_TEXT
    await tx.execute(delete(OutboxRow).where(old, OutboxRow.state.not_in(WAITING)))
