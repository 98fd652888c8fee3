"""What a season asks the tables, to know when to look again; the oracle asks them nothing."""

from datetime import datetime

from sqlalchemy import func, select

from storage.database import Database
from storage.outbox import IS_QUEUED
from storage.tables import OutboxRow, Reminder
from tests.crash.seasons_process import ZONE


async def is_paced(database: Database, wall: datetime) -> bool:
    """Whether anything could go now, and only the pace (R12) holds it back."""
    is_due = OutboxRow.not_before.is_(None) | (OutboxRow.not_before <= wall)
    lives = OutboxRow.expires_at > wall
    async with database.reading() as tx:
        found = await tx.scalar(select(OutboxRow.id).where(IS_QUEUED, is_due, lives).limit(1))
    return found is not None


async def put_off_until(database: Database, wall: datetime) -> datetime | None:
    """The next moment after now, local, that a message waits for."""
    waits = OutboxRow.not_before > wall
    async with database.reading() as tx:
        found = await tx.scalar(select(func.min(OutboxRow.not_before)).where(IS_QUEUED, waits))
    return found.astimezone(ZONE).replace(tzinfo=None) if found else None


async def is_anything_due(database: Database) -> bool:
    """Whether an obligation waits for another hour or day."""
    async with database.reading() as tx:
        found = await tx.scalar(select(Reminder.id).where(Reminder.state == "due").limit(1))
    return found is not None
