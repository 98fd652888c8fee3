"""What an officer collected for the commune's report, and what UBND xã decided about it (NV-5.1).

Who may do what is the caller's to decide; every question names the commune or communes (T13).
A point that was removed stays stored, and is as if it were not there.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import insert, select, update

from storage.database import Transaction
from storage.tables import CollectedPoint, Json, Unit


@dataclass(frozen=True, slots=True)
class PointInfo:
    id: int
    commune_id: int
    period: str
    kind: str
    """"difficulty", "proposal", "example"."""
    text: str
    sources: Json
    """{"reports": [[report id, version], …], "tickets": [id, …], "units": [unit id, …],
    "words": [[report id, field key, digest of what was told], …]}."""
    submitted_on: date | None
    """When it was put before UBND xã."""
    decision: str
    """"" = none yet."""
    decided_on: date | None


_POINT: Final = tuple(getattr(CollectedPoint, one.name) for one in fields(PointInfo))


async def hold(tx: Transaction, commune_id: int) -> None:
    """Nobody else collects for this commune until we commit (T19); SQLite has us alone."""
    await tx.execute(select(Unit.id).where(Unit.id == commune_id).with_for_update(key_share=True))


async def of(tx: Transaction, commune_id: int, period: str) -> list[PointInfo]:
    """All of a period, oldest first."""
    statement = select(*_POINT).where(
        CollectedPoint.commune_id == commune_id,
        CollectedPoint.period == period,
        CollectedPoint.removed_at.is_(None),
    )
    rows = await tx.execute(statement.order_by(CollectedPoint.id))
    return [PointInfo(*row) for row in rows]


async def find(tx: Transaction, point_id: int, communes: Collection[int]) -> PointInfo | None:
    """One of these communes; None for any other, as if it were not there (T13)."""
    statement = select(*_POINT).where(
        CollectedPoint.id == point_id,
        CollectedPoint.commune_id.in_(communes),
        CollectedPoint.removed_at.is_(None),
    )
    row = (await tx.execute(statement)).first()
    return PointInfo(*row) if row else None


async def add(
    tx: Transaction,
    *,
    commune_id: int,
    period: str,
    kind: str,
    text: str,
    sources: Json,
    by: int,
    now: datetime,
) -> int:
    """Keep a point; its id."""
    values = {
        "commune_id": commune_id,
        "period": period,
        "kind": kind,
        "text": text,
        "sources": sources,
        "decision": "",
        "made_by": by,
        "made_at": now,
    }
    statement = insert(CollectedPoint).values(values).returning(CollectedPoint.id)
    return int((await tx.execute(statement)).scalar_one())


async def rewrite(tx: Transaction, point_id: int, communes: Collection[int], *, text: str) -> bool:
    return await _change(tx, point_id, communes, text=text)


async def remove(
    tx: Transaction, point_id: int, communes: Collection[int], *, now: datetime
) -> bool:
    """Take it out of the report; False if it was out already."""
    return await _change(tx, point_id, communes, removed_at=now)


async def submit(tx: Transaction, point_id: int, communes: Collection[int], *, on: date) -> bool:
    """It was put before UBND xã on that day; a later day replaces an earlier one."""
    return await _change(tx, point_id, communes, submitted_on=on)


async def decide(
    tx: Transaction,
    point_id: int,
    communes: Collection[int],
    *,
    decision: str,
    on: date,
    by: int,
) -> bool:
    """What UBND xã decided; a later word replaces an earlier one."""
    return await _change(tx, point_id, communes, decision=decision, decided_on=on, decided_by=by)


async def _change(tx: Transaction, point_id: int, communes: Collection[int], **values: Any) -> bool:
    changed = await tx.scalar(
        update(CollectedPoint)
        .where(
            CollectedPoint.id == point_id,
            CollectedPoint.commune_id.in_(communes),
            CollectedPoint.removed_at.is_(None),
        )
        .values(values)
        .returning(CollectedPoint.id)
    )
    return changed is not None
