"""`python -m bot doctor`: everything is looked at once, and each finding names the next step.

`examine` gives the findings as data; it changes nothing but one fact, to see that it can.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, date, datetime
from enum import IntEnum
from pathlib import Path
from typing import Final, NamedTuple

from bot import config
from bot.config import Settings
from storage import copies
from storage.database import Conflict, Database, Unavailable


class Level(IntEnum):
    """How bad; the worst is the exit code of the command."""

    GOOD = 0
    WARNING = 1
    WRONG = 2


class Finding(NamedTuple):
    about: str
    level: Level
    said: str
    next_step: str = ""


_START: Final = "start the service: make run, or your systemd unit"


async def examine(settings: Settings, database: Database, *, now: datetime) -> Sequence[Finding]:
    """All findings, in the order in which they are mended. `now` is the wall clock."""
    from bot import symptoms

    found = [*symptoms.of_settings(settings), *symptoms.of_disk(settings)]
    found += [one async for one in _in_the_database(settings, database, now)]
    found += symptoms.of_backups(settings, now=now)
    found.append(await asyncio.to_thread(_documents))
    return found


async def _in_the_database(
    settings: Settings, database: Database, now: datetime
) -> AsyncIterator[Finding]:
    from bot import symptoms

    if database.is_sqlite and not copies.file_of(database.url).exists():
        yield Finding("database", Level.WARNING, "there is none yet", _START)
        return
    try:
        async for one in symptoms.of_database(database, now=now):
            yield one
            if one.level is Level.WRONG or one.next_step:
                return  # nothing in it can be read as this release writes it
        async for one in symptoms.of_contents(settings, database, now=now):
            yield one
    except (Unavailable, Conflict) as error:
        said = f"cannot be used: {error}"
        yield Finding("database", Level.WRONG, said, "see docs/operations.md")


def _documents() -> Finding:
    """One real page with the fonts that are shipped."""
    try:
        from handlers.documents.invite_sheet import SheetInvite, invite_sheet

        slip = SheetInvite(unit_name="Xóm Mẫu", role_name="Trưởng xóm", code_typed="MAU")
        made = invite_sheet([slip], commune="Xã Mẫu", expires=date(2030, 1, 1), sample=True)
    except Exception as error:  # noqa: BLE001 - whatever is broken there, it is named here
        step = "install anew: remove .venv, then make run"
        return Finding("documents", Level.WRONG, f"cannot be made: {type(error).__name__}", step)
    return Finding("documents", Level.GOOD, f"fonts and typst work ({len(made) // 1024} KB made)")


# --- the command ---------------------------------------------------------------------------------


def command(*, as_json: bool) -> int:
    """Print what is found; return the exit code."""
    found = _found()
    if as_json:
        lines = [{**one._asdict(), "level": one.level.name.lower()} for one in found]
        sys.stdout.write(json.dumps(lines, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(found))
    return int(max(one.level for one in found))


def _found() -> Sequence[Finding]:
    from bot import logs

    logs.set_up("ERROR")
    try:
        settings = config.read()
    except config.WrongSettings as error:
        said = "; ".join(str(error).splitlines())
        return [Finding("settings", Level.WRONG, said, "mend .env: see .env.example")]
    return asyncio.run(_examined(settings))


async def _examined(settings: Settings) -> Sequence[Finding]:
    database = Database(settings.url_of_database)
    try:
        return await examine(settings, database, now=datetime.now(UTC))
    finally:
        await database.close()


def _lines(found: Sequence[Finding]) -> Iterator[str]:
    for one in found:
        step = f"  -> {one.next_step}" if one.next_step else ""
        yield f"{one.level.name.lower():8} {one.about:12} {one.said}{step}"


def mode_of(file: Path) -> int:
    """Who may read and write it."""
    return file.stat().st_mode & 0o777
