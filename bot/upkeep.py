"""What `backup` and `restore` of the command line do, and say (R29, R30)."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import Progress

from bot.app import secret_of, sole_owner
from bot.backups import making, restoring, sealing, shelf
from bot.backups.making import Busy, Job, NoRoom
from bot.backups.packing import Unpacked
from bot.backups.postgres import NoProgram, load
from bot.backups.restoring import OtherSecretGiven, Present
from bot.backups.shelf import MANUAL, Manifest
from bot.config import Settings
from bot.seeding import Impossible
from storage import backups, copies, memory, migrations, servers
from storage.copies import Advance, Damaged
from storage.database import Database
from storage.restores import Done
from storage.servers import NotAllowed

ERRORS: Final = Console(stderr=True)
_TROUBLES: Final = (
    *(Busy, NoRoom, NoProgram, Damaged, NotAllowed),
    *(sealing.Broken, sealing.WrongKey, OSError),
)
_NEW_KEY: Final = (
    "Made a new backup key: {file}\n"
    "COPY IT NOW to a place off this machine (a USB stick in the safe, a password manager).\n"
    "Without it no backup can ever be opened, by nobody."
)
_NOBODY_KNOWN: Final = (
    "APP_SECRET is not the one of this backup: nobody in it would be recognised.\n"
    "Remove APP_SECRET from .env (the backup brings its own secret), or set the old one."
)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


@contextmanager
def _explained() -> Iterator[None]:
    """What a technician can mend is one sentence, never a traceback."""
    try:
        yield
    except _TROUBLES as error:
        raise Impossible(str(error) or type(error).__name__) from error


@contextmanager
def _shown(what: str) -> Iterator[Advance]:
    """A bar in a terminal, nothing in a log."""
    with Progress(console=ERRORS, transient=True, disable=not ERRORS.is_terminal) as progress:
        task = progress.add_task(what, total=1.0)
        yield lambda done: progress.update(task, completed=done)


# --- backup --------------------------------------------------------------------------------------


async def backup(settings: Settings) -> None:
    """Make one now; it may run beside the service. Raises `Impossible`."""
    folder, key_file = _places(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with _explained():
        if making.prepare_key(folder, key_file):
            _say(_NEW_KEY.format(file=key_file))
        database = Database(settings.url_of_database)
        if database.is_sqlite and not copies.file_of(database.url).exists():
            raise Impossible("There is no database yet: nothing to back up.")
        try:
            made = await _make(settings, folder, key_file)
            async with database.transaction() as tx:
                await backups.note(tx, made.told())
        finally:
            await database.close()
    _say(f"{folder / made.name}: {made.size // 1024} KB, schema {made.schema}, checked")


async def _make(settings: Settings, folder: Path, key_file: Path) -> Manifest:
    job = Job(
        url=settings.url_of_database,
        data_dir=settings.data_dir,
        folder=folder,
        key_file=key_file,
        secret=secret_of(settings).decode(),
        kind=MANUAL,
    )
    with _shown("Copying the database") as advance:
        return await asyncio.to_thread(making.make, job, now=datetime.now(UTC), advance=advance)


def _places(settings: Settings) -> tuple[Path, Path]:
    if settings.backup_dir is None or settings.backup_key_file is None:
        raise Impossible("Set BACKUP_DIR and BACKUP_KEY_FILE first: see .env.example.")
    return settings.backup_dir, settings.backup_key_file


# --- restore -------------------------------------------------------------------------------------


async def restore(
    settings: Settings, file: Path, *, write: bool, now: datetime | None = None
) -> None:
    """Without `write` only say what would be done. `now`: the wall clock, if not the system's.

    Raises `Impossible`, `AlreadyRunning`.
    """
    now = now or datetime.now(UTC)
    if settings.backup_key_file is None or not settings.backup_key_file.exists():
        raise Impossible("BACKUP_KEY_FILE is missing: put back the copy of the key you keep.")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.url_of_database)
    try:
        with (
            _explained(),
            sole_owner(database, settings),
            making.workroom(settings.data_dir) as room,
        ):
            await _refuse_the_living(database, now)
            found = await _opened(settings, file, room)
            _tell_plan(file, found)
            if not write:
                _say("Dry run: nothing is changed. Stop the service and add --yes to restore.")
                return
            await _restore(settings, database, file, found, now)
    finally:
        await database.close()


async def _refuse_the_living(database: Database, now: datetime) -> None:
    """PostgreSQL has no lock that says that nobody lives: the leases do. Raises `Impossible`."""
    if database.is_sqlite:
        return
    async with database.reading() as tx:
        if await tx.run_sync(migrations.schema_of) is None:
            return
        if await memory.living(tx, now=now):
            raise Impossible("The service is running: stop every process of it, wait 20 seconds.")


async def _opened(settings: Settings, file: Path, room: Path) -> Unpacked:
    """The backup, looked through to its last page. Raises `Impossible`."""
    assert settings.backup_key_file is not None  # noqa: S101 - for the type checker
    key = sealing.key_of(settings.backup_key_file)
    with _shown("Opening and checking the backup"):
        found = await asyncio.to_thread(making.check, file, key, room)
    if found.manifest.schema > migrations.newest():
        raise Impossible("This backup belongs to a newer release: install that one first.")
    is_sqlite = settings.url_of_database.startswith("sqlite")
    if (found.manifest.engine == "sqlite") != is_sqlite:
        raise Impossible(f"This backup is one of {found.manifest.engine}: set DATABASE_URL for it.")
    given = settings.app_secret.get_secret_value()
    if given and given.encode() != found.secret:
        raise Impossible(_NOBODY_KNOWN)
    return found


def _tell_plan(file: Path, found: Unpacked) -> None:
    said = found.manifest
    counts = ", ".join(f"{name} {count}" for name, count in said.rows.items())
    _say(
        f"{file.name}: made {said.made_at.isoformat(timespec='seconds')}, schema {said.schema}, "
        f"whole and readable.\nIt holds: {counts}.\nIts newest row: {said.newest or 'none'}. "
        "Everything written later will have to be entered again.\n"
        "A database that is there already is kept beside it, under another name."
    )


async def _restore(
    settings: Settings, database: Database, file: Path, found: Unpacked, now: datetime
) -> None:
    stamp = f"{now:%Y%m%d-%H%M%S}"
    if database.is_sqlite:
        done, aside = await _change_files(settings, file, found, now, stamp)
    else:
        done, aside = await _change_names(settings, database, file, found, now, stamp)
    given = settings.app_secret.get_secret_value()
    other = _kept_secret(settings, found, given, stamp)
    _say(
        f"Restored. {done.uncertain} messages that may have gone already are not sent again; "
        f"{done.erased} deleted persons were deleted again; every login has ended."
    )
    for left in (aside, other):
        if left:
            _say(f"Kept: {left}")
    _say("Next: start the service. The admins are told what has to be entered again.")


def _kept_secret(settings: Settings, found: Unpacked, given: str, stamp: str) -> Path | None:
    try:
        return restoring.keep_secret(settings.data_dir, found.secret, given=given, stamp=stamp)
    except OtherSecretGiven:
        raise Impossible(_NOBODY_KNOWN) from None


async def _change_files(
    settings: Settings, file: Path, found: Unpacked, now: datetime, stamp: str
) -> tuple[Done, Path | None]:
    there = copies.file_of(settings.url_of_database)
    now_there = restoring.present(there)
    url = f"sqlite+aiosqlite:///{found.database.absolute()}"
    done = await _ready(settings, file, found, url, now_there, now)
    return done, restoring.change_over(found.database, there, stamp=stamp)


async def _change_names(
    settings: Settings,
    database: Database,
    file: Path,
    found: Unpacked,
    now: datetime,
    stamp: str,
) -> tuple[Done, Path | None]:
    """A new database is filled and made ready; then both change their names in one transaction."""
    now_there = await restoring.present_on_server(database)
    await database.close()
    url, mark = settings.url_of_database, stamp.replace("-", "_")
    name = copies.server_of(url)["PGDATABASE"]
    new, aside = f"{name}_restored_{mark}", f"{name}_before_{mark}"
    filled = await servers.create(url, new)
    try:
        await asyncio.to_thread(load, found.database, filled)
        done = await _ready(settings, file, found, filled, now_there, now)
        await servers.exchange(url, new, aside=aside)
    except BaseException:
        await servers.drop(url, new)
        raise
    return done, Path(aside)


async def _ready(
    settings: Settings,
    file: Path,
    found: Unpacked,
    url: str,
    now_there: Present,
    now: datetime,
) -> Done:
    folders = {file.parent, settings.backup_dir or file.parent}
    deleted = shelf.merged(now_there.deleted, *(shelf.deletions(one) for one in folders))
    if now_there.exists and not now_there.is_readable:
        _say("The present database cannot be read: deletions are taken from beside the backups.")
    return await restoring.make_ready(
        found,
        url,
        now_there=now_there,
        deleted=deleted,
        zone=ZoneInfo(settings.timezone),
        now=now,
    )
