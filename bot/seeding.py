"""Units into an empty database: from COMMUNE_FILE, or the sample in demo mode (design §2)."""

from datetime import date
from pathlib import Path
from typing import Any

from bot.config import Settings
from handlers import words
from handlers.units import SAMPLE_COMMUNE, Commune, UnitRow, read_commune
from storage import units
from storage.database import Database, Transaction
from storage.units import NewUnit


class Impossible(Exception):
    """Why a command cannot be done, for the person who typed it. Exit code 1."""


class NoUnits(Exception):
    """There is no commune yet, and this is no demo: somebody has to import one."""


async def seed(database: Database, settings: Settings, *, today: date) -> None:
    """Raises `NoUnits`; `CommuneFileRefused` if the file has mistakes."""
    async with database.transaction() as tx:
        if await units.any_units(tx):
            return
        file = settings.commune_file or (SAMPLE_COMMUNE if settings.is_demo else None)
        if file is None:
            raise NoUnits
        await units.hold_off(tx)
        if await units.any_units(tx):  # another process has begun together with us
            return
        await write_commune(tx, read_commune(Path(file)), today=today)


async def write_commune(tx: Transaction, commune: Commune, *, today: date) -> None:
    await write_units(tx, commune.units, today=today)
    root = await units.by_code(tx, commune.code, on=today)
    if root is not None:
        await units.write_settings(tx, root.id, _settings(commune))


def _settings(commune: Commune) -> dict[str, Any]:
    return commune.model_dump(mode="json", exclude={"code", "units"})


async def write_units(tx: Transaction, rows: tuple[UnitRow, ...], *, today: date) -> None:
    new = [
        NewUnit(
            code=row.code,
            name=row.name,
            name_folded=words.fold(row.name),
            kind=str(row.kind),
            parent=row.parent or "",
            duty=str(row.duty),
            adults=row.adults,
            households=row.households,
            aliases=[(alias, words.fold(alias)) for alias in row.aliases],
            since=row.since,
            until=row.until,
        )
        for row in rows
    ]
    await units.import_all(tx, new, on=min((r.since for r in rows if r.since), default=today))
