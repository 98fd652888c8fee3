"""Small files inside the database: kept once each, gone when nobody points at them (design §7)."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, delete, exists, select

from storage.database import Transaction, long, upsert
from storage.tables import File, OutboxRow, Table

MAX: Final = 5 * 1024 * 1024  # bytes: design §7, and a check of the table
MAX_NAME: Final = 120  # characters, the column's
KEEP: Final = timedelta(days=90)


class TooBig(Exception):
    """More than 5 MB: nothing was kept (T30)."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    id: int
    sha256: str
    name: str
    media_type: str
    size: int
    body: bytes = field(repr=False)


async def keep(tx: Transaction, *, name: str, media_type: str, body: bytes, now: datetime) -> int:
    """Id of the file with this name, kind and content. `now`: the domain's clock. Raises `TooBig`.

    The same content under another name is another file: nobody reads the name somebody else gave
    it, nor can a name be put on what the house will make.
    """
    if len(body) > MAX:
        raise TooBig
    name = _short(name)
    labelled = hashlib.sha256(f"{media_type}\0{name}\0".encode())
    labelled.update(body)
    values = {
        "sha256": labelled.hexdigest(),
        "name": name,
        "media_type": media_type,
        "size": len(body),
        "body": body,
        "created_at": now,
    }
    # Kept again is as good as new: a sweep that runs beside us sees it, or leaves us the insert.
    again = upsert(tx, File).on_conflict_do_update(
        index_elements=["sha256"], set_={"created_at": now}
    )
    return int(await tx.scalar(again.returning(File.id), values))


def _short(name: str) -> str:
    """At most what the column takes; the ending stays."""
    if len(name) <= MAX_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:MAX_NAME]
    return f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}"


async def read(tx: Transaction, file_id: int) -> StoredFile | None:
    """The file with its content; None if it is there no longer."""
    statement = select(
        File.id, File.sha256, File.name, File.media_type, File.size, File.body
    ).where(File.id == file_id)
    row = (await tx.execute(statement)).first()
    return StoredFile(*row) if row else None


class About(NamedTuple):
    name: str
    media_type: str
    size: int


async def about(tx: Transaction, file_id: int) -> About | None:
    """The same without the content."""
    statement = select(File.name, File.media_type, File.size).where(File.id == file_id)
    row = (await tx.execute(statement)).first()
    return About._make(row) if row else None


async def sweep(tx: Transaction, *, now: datetime) -> int:
    """Drop what nobody points at and nobody has kept for 90 days; how many there were."""
    old = select(File.id).where(File.created_at < now - KEEP, _points_nobody())
    return await _drop(tx, (await tx.execute(old)).scalars().all(), old=now - KEEP)


async def let_go(tx: Transaction, ids: Collection[int]) -> int:
    """Drop at once those of these files at which nobody points any more (P5); how many."""
    return await _drop(tx, sorted(ids), old=None)


async def _drop(tx: Transaction, ids: Sequence[int], *, old: datetime | None) -> int:
    if not ids:
        return 0
    sent = _document().in_(ids)
    # Messages are many and no index knows what they carry: asked only when something may go.
    kept = {row[0] for row in await long(tx, select(_document()).where(sent).distinct())}
    goes = File.id.in_([number for number in ids if number not in kept])
    statement = delete(File).where(goes, _points_nobody())
    if old is not None:
        statement = statement.where(File.created_at < old)
    return (await tx.execute(statement)).rowcount


def _document() -> ColumnElement[int]:
    """Id of the file that a message carries; NULL for most."""
    carried: ColumnElement[int] = OutboxRow.body["document"].as_integer()
    return carried


def _points_nobody() -> ColumnElement[bool]:
    """No row of any table points at this file: whatever table may come later (links, work)."""
    pointing: list[Any] = [
        key.parent
        for table in Table.metadata.tables.values()
        for key in table.foreign_keys
        if key.column is File.__table__.c.id
    ]
    found = [exists().where(column == File.id).correlate(File) for column in pointing]
    nobody: ColumnElement[bool] = ~found[0]
    for one in found[1:]:
        nobody &= ~one
    return nobody
