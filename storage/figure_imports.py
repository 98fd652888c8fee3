"""Figures of a past year out of a workbook: what was read, what became of it (T53).

Who may do what is the caller's to decide; every question names the communes (T13).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import insert, select, update

from storage.database import Transaction
from storage.tables import FigureImport, Headcount, Json, Report
from storage.units import People


@dataclass(frozen=True, slots=True)
class ImportInfo:
    id: int
    commune_id: int
    period: str
    state: str
    """"read", "done", "dropped", "undone"."""
    rows: Json
    """{"units": {unit id: {field key: answer}}}, and what the reader wrote beside it."""
    versions: Json
    """{report id: version that was written}."""
    made_by: int | None
    made_at: datetime
    done_at: datetime | None


_IMPORT: Final = tuple(getattr(FigureImport, one.name) for one in fields(ImportInfo))


async def add(
    tx: Transaction, *, commune_id: int, period: str, rows: Json, by: int, now: datetime
) -> int:
    """Keep what was read; what this person had read for that year before is dropped."""
    older = (FigureImport.commune_id == commune_id) & (FigureImport.period == period)
    mine = (FigureImport.made_by == by) & (FigureImport.state == "read")
    await tx.execute(update(FigureImport).where(older & mine).values(state="dropped"))
    values = {"commune_id": commune_id, "period": period, "state": "read", "versions": {}}
    new = insert(FigureImport).values(**values, rows=rows, made_by=by, made_at=now)
    return (await tx.execute(new.returning(FigureImport.id))).scalar_one()


async def find(tx: Transaction, import_id: int, communes: Collection[int]) -> ImportInfo | None:
    """None also for one of another commune (T13)."""
    statement = select(*_IMPORT).where(
        FigureImport.id == import_id, FigureImport.commune_id.in_(communes)
    )
    row = (await tx.execute(statement)).first()
    return ImportInfo(*row) if row else None


async def waiting(
    tx: Transaction, communes: Collection[int], *, by: Collection[int], since: datetime
) -> list[ImportInfo]:
    """What these persons had read and have not decided about, newest first."""
    statement = select(*_IMPORT).where(
        FigureImport.commune_id.in_(communes),
        FigureImport.state == "read",
        FigureImport.made_by.in_(by),
        FigureImport.made_at > since,
    )
    rows = await tx.execute(statement.order_by(FigureImport.id.desc()))
    return [ImportInfo(*row) for row in rows]


async def done_since(
    tx: Transaction, communes: Collection[int], *, since: datetime
) -> list[ImportInfo]:
    """What was written and not undone, newest first."""
    statement = select(*_IMPORT).where(
        FigureImport.commune_id.in_(communes),
        FigureImport.state == "done",
        FigureImport.done_at > since,
    )
    rows = await tx.execute(statement.order_by(FigureImport.id.desc()))
    return [ImportInfo(*row) for row in rows]


async def renew(tx: Transaction, import_id: int, rows: Json) -> None:
    """Write down once more what was shown of it."""
    this = (FigureImport.id == import_id) & (FigureImport.state == "read")
    await tx.execute(update(FigureImport).where(this).values(rows=rows))


async def finish(
    tx: Transaction, import_id: int, *, rows: Json, versions: Mapping[str, int], now: datetime
) -> bool:
    """It has been written; False if somebody was faster."""
    return await _moved(
        tx, import_id, "read", state="done", rows=rows, versions=dict(versions), done_at=now
    )


async def drop(tx: Transaction, import_id: int) -> bool:
    return await _moved(tx, import_id, "read", state="dropped")


async def undo(tx: Transaction, import_id: int, *, by: int, now: datetime) -> bool:
    """It counts no longer; False if somebody was faster."""
    return await _moved(tx, import_id, "done", state="undone", undone_by=by, undone_at=now)


async def _moved(tx: Transaction, import_id: int, before: str, **values: Any) -> bool:
    moved = await tx.scalar(
        update(FigureImport)
        .where(FigureImport.id == import_id, FigureImport.state == before)
        .values(**values)
        .returning(FigureImport.id)
    )
    return moved is not None


# --- what the rules of importing need besides ----------------------------------------------------


async def received(tx: Transaction, reports: Mapping[int, str]) -> None:
    """Put these reports (id -> state) into their state: what an officer entered is accepted."""
    for state in set(reports.values()):
        ids = [number for number, one in reports.items() if one == state]
        await tx.execute(update(Report).where(Report.id.in_(ids)).values(state=state))


async def people_on(tx: Transaction, units: Collection[int], *, on: date) -> Mapping[int, People]:
    """Unit id -> its people and households of that day, of what is known."""
    statement = select(Headcount.unit_id, Headcount.adults, Headcount.households).where(
        Headcount.unit_id.in_(units), Headcount.since <= on
    )
    found: dict[int, People] = {}
    for unit, adults, households in await tx.execute(statement.order_by(Headcount.since)):
        before = found.get(unit, People())
        found[unit] = People(
            before.adults if adults is None else adults,
            before.households if households is None else households,
        )
    return found
