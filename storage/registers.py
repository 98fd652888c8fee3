"""The registers of a commune's officer: plans issued, visits, awards, publicity (`RegisterEntry`).

A line is never changed: a correction takes it out and writes the next one. Who may do what is the
caller's to decide; every question names the commune (T13).
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select, update

from storage.database import Transaction, upsert
from storage.tables import Activity, RegisterEntry, Unit


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is to be written; which columns a register uses says `handlers.registers.kinds`."""

    commune_id: int
    unit_id: int | None
    """None: the commune's own."""
    register: str
    year: int
    held_on: date | None
    number: str = ""
    what: str = ""
    amount: int | None = None
    minutes: int | None = None
    due_on: date | None = None
    file_id: int | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntryInfo:
    id: int
    commune_id: int
    unit_id: int | None
    register: str
    year: int
    held_on: date | None
    number: str
    what: str
    amount: int | None
    minutes: int | None
    due_on: date | None
    done_at: datetime | None
    file_id: int | None
    made_by: int | None
    made_at: datetime


_ENTRY: Final = tuple(getattr(RegisterEntry, one.name) for one in fields(EntryInfo))
_STANDS: Final = RegisterEntry.removed_at.is_(None)
_BY_DAY: Final = (RegisterEntry.held_on.is_(None), RegisterEntry.held_on, RegisterEntry.id)


async def hold(tx: Transaction, commune_id: int) -> None:
    """Nobody else writes into this commune's registers until we commit; SQLite has us alone."""
    held = select(Unit.id).where(Unit.id == commune_id)
    await tx.execute(held.with_for_update(key_share=True))


async def add(tx: Transaction, entry: NewEntry, *, by: int, now: datetime) -> int:
    """Id of the new line; whether it is there already was asked before, under `hold`."""
    values = {one.name: getattr(entry, one.name) for one in fields(NewEntry)}
    statement = upsert(tx, RegisterEntry).values(**values, made_by=by, made_at=now)
    return int(await tx.scalar(statement.returning(RegisterEntry.id)))


async def twin(tx: Transaction, entry: NewEntry) -> int | None:
    """Id of the very same line that stands already, whoever wrote it."""
    same = [
        getattr(RegisterEntry, one.name).is_not_distinct_from(getattr(entry, one.name))
        for one in fields(NewEntry)
        if one.name not in ("file_id", "done_at")
    ]
    number: int | None = await tx.scalar(select(RegisterEntry.id).where(_STANDS, *same).limit(1))
    return number


async def find(tx: Transaction, number: int, communes: Collection[int]) -> EntryInfo | None:
    """One standing line of these communes; None for any other, as if it were not there (T13)."""
    statement = select(*_ENTRY).where(
        RegisterEntry.id == number, RegisterEntry.commune_id.in_(communes), _STANDS
    )
    row = (await tx.execute(statement)).first()
    return EntryInfo(*row) if row else None


async def of_year(tx: Transaction, commune_id: int, year: int) -> list[EntryInfo]:
    """Every standing line of a reporting year, by its day; those without a day at the end."""
    statement = select(*_ENTRY).where(
        RegisterEntry.commune_id == commune_id, RegisterEntry.year == year, _STANDS
    )
    return [EntryInfo(*row) for row in await tx.execute(statement.order_by(*_BY_DAY))]


async def to_look_at(tx: Transaction, commune_id: int, *, until: date) -> list[EntryInfo]:
    """Lines of any year whose day to look again is `until` or before and that are not done."""
    statement = select(*_ENTRY).where(
        RegisterEntry.commune_id == commune_id,
        RegisterEntry.due_on <= until,
        RegisterEntry.done_at.is_(None),
        _STANDS,
    )
    rows = await tx.execute(statement.order_by(RegisterEntry.due_on, RegisterEntry.id))
    return [EntryInfo(*row) for row in rows]


async def years(tx: Transaction, commune_id: int) -> list[int]:
    """The years that have a line, the newest first."""
    statement = select(RegisterEntry.year).where(RegisterEntry.commune_id == commune_id, _STANDS)
    found = await tx.execute(statement.distinct().order_by(RegisterEntry.year.desc()))
    return list(found.scalars())


async def units_before(tx: Transaction, commune_id: int, register: str, year: int) -> set[int]:
    """Units with a line of this register in an earlier year: a plan of 2025 still holds."""
    statement = select(RegisterEntry.unit_id).where(
        RegisterEntry.commune_id == commune_id,
        RegisterEntry.register == register,
        RegisterEntry.year < year,
        RegisterEntry.unit_id.is_not(None),
        _STANDS,
    )
    found = (await tx.execute(statement.distinct())).scalars()
    return {unit for unit in found if unit is not None}


async def set_done(tx: Transaction, number: int, *, at: datetime) -> bool:
    """What was to be looked at again is done; False if it was, or the line is out."""
    statement = update(RegisterEntry).where(
        RegisterEntry.id == number, RegisterEntry.done_at.is_(None), _STANDS
    )
    return (await tx.execute(statement.values(done_at=at))).rowcount == 1


async def set_open(tx: Transaction, number: int) -> bool:
    """It is to be looked at after all; False if it was open, or the line is out."""
    statement = update(RegisterEntry).where(
        RegisterEntry.id == number, RegisterEntry.done_at.is_not(None), _STANDS
    )
    return (await tx.execute(statement.values(done_at=None))).rowcount == 1


async def remove(tx: Transaction, number: int, *, by: int, now: datetime) -> bool:
    """Take a line out; it stays in the table as removed. False if somebody was first."""
    statement = update(RegisterEntry).where(RegisterEntry.id == number, _STANDS)
    taken = await tx.execute(statement.values(removed_by=by, removed_at=now))
    return taken.rowcount == 1


async def attach(tx: Transaction, number: int, *, file_id: int) -> bool:
    """Put a file beside a line, in place of an older one; False if the line is out."""
    statement = update(RegisterEntry).where(RegisterEntry.id == number, _STANDS)
    return (await tx.execute(statement.values(file_id=file_id))).rowcount == 1


async def campaigns(tx: Transaction, commune_id: int, *, first: date, last: date) -> int:
    """How many activities of publicity the year's book has for these days, both counted."""
    statement = select(func.count()).where(
        Activity.commune_id == commune_id,
        Activity.kind == "campaign",
        Activity.state == "recorded",
        Activity.held_on.between(first, last),
    )
    return int(await tx.scalar(statement) or 0)
