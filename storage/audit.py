"""The append-only record of acts: ids, never names (A5)."""

from datetime import datetime

from storage.database import Transaction, upsert
from storage.people import Actor
from storage.tables import AuditRow, Json


async def record(
    tx: Transaction,
    *,
    by: Actor | None,
    role: str,
    action: str,
    about: str,
    now: datetime,
    before: Json | None = None,
    after: Json | None = None,
) -> None:
    """Write one act inside the transaction that does it. `by` None: the command line."""
    await tx.execute(
        upsert(tx, AuditRow).values(
            at=now,
            person_id=by.canonical_id if by else None,
            role=role,
            action=action,
            object=about,
            before=before,
            after=after,
            channel=by.channel if by else "cli",
        )
    )
