"""A house that is closed, gets a backup in the place of its database, and is opened again."""

import sqlite3
from pathlib import Path

from bot import upkeep
from storage import servers
from storage.copies import file_of, server_of
from tests.talk import House


async def restored(house: House, file: Path) -> None:
    """As a technician does it: stop, restore, start."""
    now = house.clock.wall()
    await stopped(house)
    await upkeep.restore(house.settings, file, write=True, now=now)
    url = house.settings.url_of_database
    if not url.startswith("sqlite"):
        aside = f"{server_of(url)['PGDATABASE']}_before_{now:%Y%m%d_%H%M%S}"
        await servers.drop(url, aside)
    await house.open()


async def stopped(house: House) -> None:
    """As after SIGTERM: nobody of this house lives any more, and it says so."""
    await house.app.jobs.close()
    await house.close()


def database_of(house: House) -> Path:
    return file_of(house.settings.url_of_database)


def beside(house: House, ending: str) -> Path:
    """SQLite's own files beside the database."""
    there = database_of(house)
    return there.with_name(there.name + ending)


def is_whole(file: Path) -> bool:
    with sqlite3.connect(file) as database:
        found = database.execute("PRAGMA integrity_check").fetchone()
    database.close()
    return bool(found == ("ok",))
