"""Why a unit is not asked for a report: paper came in, more time, no duty; kept as dated acts.

Who may set or end them is the caller's to decide; every question names the commune (T13).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final

from sqlalchemy import select, update

from storage.database import Transaction, upsert
from storage.tables import DutyMark


@dataclass(frozen=True, slots=True)
class MarkInfo:
    id: int
    unit_id: int
    period: str
    kind: str
    """"paper", "extended", "exempt"."""
    until: date | None
    reason: str
    made_by: int | None
    made_at: datetime


_MARK: Final = tuple(getattr(DutyMark, one.name) for one in fields(MarkInfo))


async def standing(tx: Transaction, commune_id: int, period: str) -> Mapping[int, list[MarkInfo]]:
    """Unit id -> its marks that stand now, oldest first."""
    statement = select(*_MARK).where(
        DutyMark.commune_id == commune_id,
        DutyMark.period == period,
        DutyMark.ended_at.is_(None),
    )
    found: dict[int, list[MarkInfo]] = {}
    for row in await tx.execute(statement.order_by(DutyMark.id)):
        found.setdefault(row.unit_id, []).append(MarkInfo(*row))
    return found


async def of_unit(tx: Transaction, unit_id: int, period: str) -> list[MarkInfo]:
    """The marks of one unit that stand now, oldest first."""
    statement = select(*_MARK).where(
        DutyMark.unit_id == unit_id, DutyMark.period == period, DutyMark.ended_at.is_(None)
    )
    rows = await tx.execute(statement.order_by(DutyMark.id))
    return [MarkInfo(*row) for row in rows]


async def extended(tx: Transaction, unit_id: int, *, on: date) -> list[str]:
    """Periods for which this unit has more time, and it is not over on that day."""
    statement = select(DutyMark.period).where(
        DutyMark.unit_id == unit_id, DutyMark.ended_at.is_(None), DutyMark.until >= on
    )
    return list((await tx.execute(statement.order_by(DutyMark.id))).scalars())


async def make(
    tx: Transaction,
    *,
    commune_id: int,
    unit_id: int,
    period: str,
    kind: str,
    by: int,
    now: datetime,
    until: date | None = None,
    reason: str = "",
) -> int | None:
    """Set a mark; its id, None if one of this kind stands already (end it first)."""
    values = {
        "commune_id": commune_id,
        "unit_id": unit_id,
        "period": period,
        "kind": kind,
        "until": until,
        "reason": reason,
        "made_by": by,
        "made_at": now,
    }
    statement = upsert(tx, DutyMark).values(values).on_conflict_do_nothing()
    number: int | None = await tx.scalar(statement.returning(DutyMark.id))
    return number


async def end(tx: Transaction, mark_id: int, *, by: int, now: datetime) -> bool:
    """End a mark; False if it had ended."""
    ended = await tx.scalar(
        update(DutyMark)
        .where(DutyMark.id == mark_id, DutyMark.ended_at.is_(None))
        .values(ended_by=by, ended_at=now)
        .returning(DutyMark.id)
    )
    return ended is not None
