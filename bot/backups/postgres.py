"""PostgreSQL's own programs: pg_dump beside the service, pg_restore into a new database."""

import asyncio
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from storage import copies
from storage.copies import Damaged, Seen
from storage.database import Database

_ONLY_THIS: Final = ("--no-owner", "--no-privileges")


class NoProgram(Exception):
    """A program of PostgreSQL is missing; the message says which and what to do."""


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NoProgram(
            f"{name} is not installed. On Debian: sudo apt install postgresql-client, "
            "in the version of the server or newer."
        )
    return found


async def dump(url: str, target: Path) -> Seen:
    """Write one consistent dump and count the very same rows. Raises `NoProgram`, `Damaged`."""
    program = _program("pg_dump")
    database = Database(url)
    try:
        async with database.reading() as tx:
            name = await copies.snapshot(tx)
            seen = await copies.see(tx)
            words = (program, "-Fc", "--snapshot", name, "-f", str(target), *_ONLY_THIS)
            await asyncio.to_thread(_run, words, url)  # while this snapshot is held
    finally:
        await database.close()
    return seen


def read_through(file: Path) -> None:
    """Turn all of a dump into SQL and throw it away. Raises `NoProgram`, `Damaged`."""
    _run((_program("pg_restore"), "-f", os.devnull, str(file)), "")


def load(file: Path, url: str) -> None:
    """Fill an empty database, all or nothing. Raises `NoProgram`, `Damaged`."""
    name = copies.server_of(url)["PGDATABASE"]
    words = ("--exit-on-error", "--single-transaction", *_ONLY_THIS, "-d", name, str(file))
    _run((_program("pg_restore"), *words), url)


def _run(words: tuple[str, ...], url: str) -> None:
    environment = {**os.environ, **(copies.server_of(url) if url else {})}
    done = subprocess.run(words, env=environment, capture_output=True, check=False)  # noqa: S603 - our words
    if done.returncode != 0:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise Damaged(f"{Path(words[0]).name}: {last}")
