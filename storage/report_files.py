"""Photos and PDFs as evidence of a field of a report, and the signed scan (`ReportFile`)."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select, update
from sqlalchemy.orm import aliased

from storage.database import Transaction, upsert
from storage.tables import File, ReportFile, Unit


class ReportFileInfo(NamedTuple):
    """A file that a unit has given; what was taken out again is in no list."""

    id: int
    unit_id: int
    period: str
    field: str
    file_id: int
    name: str
    media_type: str
    size: int
    given_by: int | None
    """None: whoever gave it was erased (P5)."""
    given_at: datetime


def _given() -> Select[*tuple[Any, ...]]:
    return (
        select(
            ReportFile.id,
            ReportFile.unit_id,
            ReportFile.period,
            ReportFile.field,
            File.id,
            ReportFile.name,
            File.media_type,
            File.size,
            ReportFile.given_by,
            ReportFile.given_at,
        )
        .join(File, File.id == ReportFile.file_id)
        .where(ReportFile.removed_at.is_(None))
    )


async def hold(tx: Transaction, unit_id: int) -> None:
    """Nobody else adds to the files of this unit until we commit; SQLite has us alone."""
    await tx.execute(select(Unit.id).where(Unit.id == unit_id).with_for_update(key_share=True))


async def keep(
    tx: Transaction,
    *,
    unit_id: int,
    period: str,
    field: str,
    file_id: int,
    name: str,
    by: int,
    now: datetime,
) -> int:
    """Id of the new row; how many there may be was asked before, under `hold`."""
    statement = upsert(tx, ReportFile).values(
        unit_id=unit_id,
        period=period,
        field=field,
        file_id=file_id,
        name=name,
        given_by=by,
        given_at=now,
    )
    return int(await tx.scalar(statement.returning(ReportFile.id)))


async def of(tx: Transaction, unit_id: int, period: str) -> list[ReportFileInfo]:
    """What this unit has given for the period, oldest first."""
    theirs = (ReportFile.unit_id == unit_id) & (ReportFile.period == period)
    rows = await tx.execute(_given().where(theirs).order_by(ReportFile.id))
    return [ReportFileInfo._make(row) for row in rows]


async def find(tx: Transaction, number: int) -> ReportFileInfo | None:
    row = (await tx.execute(_given().where(ReportFile.id == number))).first()
    return ReportFileInfo._make(row) if row else None


async def is_there(tx: Transaction, unit_id: int, period: str, field: str, *, file_id: int) -> bool:
    """True if this field has the very content of the file already, under whatever name."""
    came = aliased(File)
    is_its = (ReportFile.unit_id == unit_id) & (ReportFile.period == period)
    statement = (
        _given()
        .join(came, came.id == file_id)
        .where(is_its, ReportFile.field == field)
        .where(came.size == File.size, came.body == File.body)
    )
    return (await tx.execute(statement.limit(1))).first() is not None


async def remove(tx: Transaction, number: int, *, now: datetime) -> bool:
    """Take a file out again; False if it is out. Its bytes go by `evidence.let_go` or the sweep."""
    statement = update(ReportFile).where(ReportFile.id == number, ReportFile.removed_at.is_(None))
    return (await tx.execute(statement.values(file_id=None, removed_at=now))).rowcount == 1
