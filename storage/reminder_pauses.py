"""Reminders that an officer holds back: of a commune or one unit, of one thing or of everything.

Kept as dated acts: what ended says what was held back then. Times are the domain's clock. Who may
set or end them is the caller's to decide; every question names the commune (T13).
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select, update

from storage.database import Transaction, upsert
from storage.tables import ReminderPause


@dataclass(frozen=True, slots=True)
class PauseInfo:
    id: int
    unit_id: int | None
    """None: all units."""
    about: str
    """As of a reminder: "report:2026"; "" = everything."""
    made_by: int | None
    made_at: datetime
    ended_at: datetime | None

    @property
    def stands(self) -> bool:
        return self.ended_at is None


_PAUSE: Final = tuple(getattr(ReminderPause, one.name) for one in fields(PauseInfo))


async def standing(tx: Transaction, commune_id: int) -> list[PauseInfo]:
    """Those that hold something back now, oldest first."""
    statement = select(*_PAUSE).where(
        ReminderPause.commune_id == commune_id, ReminderPause.ended_at.is_(None)
    )
    rows = await tx.execute(statement.order_by(ReminderPause.id))
    return [PauseInfo(*row) for row in rows]


async def since(tx: Transaction, commune_id: int, moment: datetime) -> list[PauseInfo]:
    """Those that stand, and those that ended after that moment."""
    statement = select(*_PAUSE).where(
        ReminderPause.commune_id == commune_id,
        or_(ReminderPause.ended_at.is_(None), ReminderPause.ended_at > moment),
    )
    rows = await tx.execute(statement.order_by(ReminderPause.id))
    return [PauseInfo(*row) for row in rows]


async def of_commune(tx: Transaction, pause_id: int) -> int | None:
    """The commune of one, standing or ended."""
    statement = select(ReminderPause.commune_id).where(ReminderPause.id == pause_id)
    commune: int | None = await tx.scalar(statement)
    return commune


async def make(
    tx: Transaction, *, commune_id: int, unit_id: int | None, about: str, by: int, now: datetime
) -> int | None:
    """Hold back; its id, None if just this is held back already (T19)."""
    statement = upsert(tx, ReminderPause).values(
        commune_id=commune_id, unit_id=unit_id, about=about, made_by=by, made_at=now
    )
    number: int | None = await tx.scalar(
        statement.on_conflict_do_nothing().returning(ReminderPause.id)
    )
    return number


async def end(tx: Transaction, pause_id: int, *, commune_id: int, by: int, now: datetime) -> bool:
    """Let it go on; False if it had ended, or is another commune's."""
    ended = await tx.scalar(
        update(ReminderPause)
        .where(
            ReminderPause.id == pause_id,
            ReminderPause.commune_id == commune_id,
            ReminderPause.ended_at.is_(None),
        )
        .values(ended_by=by, ended_at=now)
        .returning(ReminderPause.id)
    )
    return ended is not None
