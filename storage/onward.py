"""The commune's report went to who stands above it: to whom, with which number, on which day.

Who may note it is the caller's to decide; every question names the commune (T13). Nothing else
depends on it.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final

from sqlalchemy import insert, select, update

from storage.database import Transaction
from storage.tables import OnwardReport, Unit


@dataclass(frozen=True, slots=True)
class OnwardInfo:
    id: int
    commune_id: int
    period: str
    addressee: str
    number: str
    """"" = without one."""
    sent_on: date


_ONWARD: Final = tuple(getattr(OnwardReport, one.name) for one in fields(OnwardInfo))


async def of(tx: Transaction, commune_id: int, period: str) -> list[OnwardInfo]:
    """Every time it was sent, the day of sending oldest first, without those taken back."""
    statement = select(*_ONWARD).where(
        OnwardReport.commune_id == commune_id,
        OnwardReport.period == period,
        OnwardReport.removed_at.is_(None),
    )
    rows = await tx.execute(statement.order_by(OnwardReport.sent_on, OnwardReport.id))
    return [OnwardInfo(*row) for row in rows]


async def last(tx: Transaction, commune_id: int, period: str) -> OnwardInfo | None:
    """The newest sending of a period's report."""
    sent = await of(tx, commune_id, period)
    return sent[-1] if sent else None


async def add(
    tx: Transaction,
    commune_id: int,
    period: str,
    *,
    addressee: str,
    number: str,
    sent_on: date,
    by: int,
    now: datetime,
) -> int | None:
    """Note that it was sent; the number of the note, None if just this stands already (T42)."""
    await _hold(tx, commune_id)
    stand = [(one.addressee, one.number, one.sent_on) for one in await of(tx, commune_id, period)]
    if (addressee, number, sent_on) in stand:
        return None
    values = {
        "commune_id": commune_id,
        "period": period,
        "addressee": addressee,
        "number": number,
        "sent_on": sent_on,
        "noted_by": by,
        "noted_at": now,
    }
    statement = insert(OnwardReport).values(values).returning(OnwardReport.id)
    return int((await tx.execute(statement)).scalar_one())


async def _hold(tx: Transaction, commune_id: int) -> None:
    """Nobody else notes for this commune until we commit (T19); SQLite has us alone."""
    await tx.execute(select(Unit.id).where(Unit.id == commune_id).with_for_update(key_share=True))


async def remove(tx: Transaction, commune_id: int, note_id: int, *, now: datetime) -> bool:
    """Take a note back; False if it is not this commune's, or was taken back before."""
    removed = await tx.scalar(
        update(OnwardReport)
        .where(
            OnwardReport.id == note_id,
            OnwardReport.commune_id == commune_id,
            OnwardReport.removed_at.is_(None),
        )
        .values(removed_at=now)
        .returning(OnwardReport.id)
    )
    return removed is not None
