"""What `doctor` looks at, one function for each part of the house. Counts only, nobody's words."""

import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot import disk, opening, token_ages
from bot.app import mark_of
from bot.backups import sealing, shelf
from bot.checking import foundations
from bot.config import Settings
from bot.doctor import Finding, Level, mode_of
from storage import backups, health, inbox, memory, migrations, restores, roles, units
from storage.database import Database, Transaction

_MEGABYTE: Final = 1024 * 1024
_OLD: Final = timedelta(hours=26)  # R33
_LATE: Final = timedelta(minutes=2)  # R33
_AHEAD: Final = timedelta(minutes=10)  # R20
_OURS_ALONE: Final = 0o600
_DOCS: Final = "docs/operations.md"
GOOD, WARNING, WRONG = Level.GOOD, Level.WARNING, Level.WRONG


# --- the machine ---------------------------------------------------------------------------------


def of_settings(settings: Settings) -> Iterator[Finding]:
    on = [name for name in ("telegram", "zalo_oa", "zalo_bot") if getattr(settings, f"has_{name}")]
    if settings.is_demo:
        step = "set the token of a channel, or HOST, in .env"
        yield Finding("settings", WARNING, "demo mode: sample data, anybody may be anybody", step)
    else:
        yield Finding("settings", GOOD, f"read; channels: {', '.join(on) or 'the chat page'}")
    if settings.has_zalo_oa and not settings.public_url:
        step = "set PUBLIC_URL to the https address of this machine"
        yield Finding("settings", WARNING, "Zalo OA hears nothing without PUBLIC_URL", step)
    secret = settings.data_dir / "secret"
    if secret.exists() and mode_of(secret) != _OURS_ALONE:
        yield Finding("secret", WRONG, "others may read it", f"chmod 600 {secret}")


def of_disk(settings: Settings) -> Iterator[Finding]:
    for name, folder in (("disk", settings.data_dir), ("backup disk", settings.backup_dir)):
        if folder is None:
            continue
        free = shutil.disk_usage(_there(folder)).free
        said = f"{free // _MEGABYTE} MB free"
        level = WRONG if free < disk.FULL else WARNING if free < disk.LOW else GOOD
        yield Finding(name, level, said, f"free some of {folder}" if level else "")


def _there(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    above = (one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
    return next(above)


# --- the database --------------------------------------------------------------------------------


async def of_database(database: Database, *, now: datetime) -> AsyncIterator[Finding]:
    """A next step stands only where the rest cannot be looked at."""
    async with database.transaction() as tx:
        found = await tx.run_sync(migrations.schema_of)
        if found is not None:
            await memory.put(tx, "house", "doctor", now.isoformat())
    yield Finding("database", GOOD, "can be written")
    newest = migrations.newest()
    if found is None or found < newest:
        step = "make a backup, then start the service: it upgrades the database"
        yield Finding("schema", WARNING, f"{found or 'empty'}, this release needs {newest}", step)
    elif found > newest:
        step = "install the newer release again, or restore an older backup"
        yield Finding("schema", WRONG, f"{found} is of a newer release than {newest}", step)
    else:
        yield Finding("schema", GOOD, found)


async def of_contents(
    settings: Settings, database: Database, *, now: datetime
) -> AsyncIterator[Finding]:
    async with database.reading() as tx:
        for one in (
            *await _secret(tx, settings),
            *await _clock(tx, now),
            *await _known_backups(tx, settings, now),
            *await _post(tx, now),
            *await _people(tx, settings, now),
        ):
            yield one
        known = _secret_there(settings)
        ages = await token_ages.ages(tx, settings, known, now=now) if known else {}
    for channel, age in ages.items():
        in_use = f"in use for {age.days} days" if age is not None else "not used by a service yet"
        yield Finding(channel, GOOD, f"configured, {in_use}")
    if settings.has_zalo_oa:
        async for one in _zalo_oa(settings, database, now):
            yield one


def _secret_there(settings: Settings) -> bytes:
    if given := settings.app_secret.get_secret_value():
        return given.encode()
    file = settings.data_dir / "secret"
    return file.read_bytes().strip() if file.exists() else b""


async def _secret(tx: Transaction, settings: Settings) -> list[Finding]:
    mark = await memory.get(tx, "house", "secret_mark")
    if mark is None or mark == mark_of(_secret_there(settings)):
        return []
    said = "APP_SECRET (or DATA_DIR/secret) is not the one this database was begun with"
    return [Finding("secret", WRONG, said, "put the old one back, or restore a backup")]


async def _clock(tx: Transaction, now: datetime) -> list[Finding]:
    newest = await health.newest_row(tx)
    if newest is not None and newest - now > _AHEAD:
        said = f"the machine's clock ({now:%Y-%m-%d %H:%M} UTC) is behind what is stored"
        return [Finding("clock", WRONG, said, "timedatectl set-ntp true")]
    return [Finding("clock", GOOD, f"{now:%Y-%m-%d %H:%M} UTC, zone as set")]


async def _post(tx: Transaction, now: datetime) -> list[Finding]:
    oldest, kept = await inbox.oldest_waiting(tx), await inbox.quarantined(tx)
    states = await health.outbox_by_state(tx)
    found = [Finding("inbox", GOOD, "nothing waits")]
    if oldest is not None:
        minutes = int((now - oldest).total_seconds() // 60)
        is_late = now - oldest > _LATE
        step = "is the service running? see its log" if is_late else ""
        found = [Finding("inbox", WRONG if is_late else GOOD, f"oldest: {minutes} minutes", step)]
    if kept:
        step = f"see `turn failed` in the log, and {_DOCS}"
        found.append(Finding("quarantine", WARNING, f"{kept} events could not be answered", step))
    said = ", ".join(f"{state} {count}" for state, count in sorted(states.items()))
    found.append(Finding("outbox", GOOD, said or "empty"))
    for channel, since in (await health.failing_since(tx, now=now)).items():
        minutes = int((now - since).total_seconds() // 60)
        said = f"nothing gets through for {minutes} minutes"
        found.append(Finding(channel, WARNING, said, "python -m bot check --channels"))
    return found


async def _people(tx: Transaction, settings: Settings, now: datetime) -> list[Finding]:
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    communes = await units.commune_ids(tx, on=today)
    if not communes:
        step = "python -m bot units import FILE --yes"
        return [Finding("units", WRONG, "there are none", step)]
    known = len(await units.listed(tx, on=today))
    missing = len(await roles.not_joined(tx, communes, on=today))
    step = "python -m bot invites sheet FILE.pdf" if missing else ""
    found = [Finding("units", GOOD, f"{known}; without anybody who reports: {missing}", step)]
    admins = len(await roles.all_admins(tx))
    if admins < 2:
        step = "python -m bot invite --role admin"
        found.append(Finding("admins", WARNING, f"{admins}; keep two", step))
    if count := await restores.epoch(tx):
        found.append(Finding("restores", GOOD, f"this database was restored {count} times"))
    return found


async def _zalo_oa(settings: Settings, database: Database, now: datetime) -> AsyncIterator[Finding]:
    tokens = opening.zalo_oa_tokens(foundations(settings, database))
    for line in await tokens.findings():
        severity, _, said = line.partition(": ")
        level = WARNING if severity == "warning" else WRONG
        yield Finding("zalo_oa", level, said, "docs/channels/zalo-oa.md")
    if (end := await tokens.good_until()) is not None:
        yield Finding("zalo_oa", GOOD, f"the right to send lasts {(end - now).days} days")


# --- backups -------------------------------------------------------------------------------------


async def _known_backups(tx: Transaction, settings: Settings, now: datetime) -> list[Finding]:
    """What the service says of its own; the folder is looked at besides (`of_backups`)."""
    if settings.backup_dir is None:
        return []
    if await backups.is_bad(tx):
        said = "the last daily one could not be made, or not be opened again"
        return [Finding("backup", WRONG, said, "see `backup not made` in the log")]
    checked = await backups.newest_checked(tx)
    if checked is None or now - checked.made_at > _OLD:
        step = "python -m bot backup"
        return [Finding("backup", WARNING, "none was tried out for more than a day", step)]
    return [Finding("backup", GOOD, f"tried out: the one of {checked.made_at:%Y-%m-%d %H:%M} UTC")]


def of_backups(settings: Settings, *, now: datetime) -> Iterator[Finding]:
    folder, key_file = settings.backup_dir, settings.backup_key_file
    if folder is None or key_file is None:
        step = f"set BACKUP_DIR and BACKUP_KEY_FILE: {_DOCS}, Backup"
        yield Finding("backup", WARNING, "none is ever made", step)
        return
    yield from _key(key_file)
    try:
        found = shelf.lying(folder)
    except OSError as error:
        step = "mount it, or mend its rights"
        yield Finding("backup", WRONG, f"{folder}: {error.strerror}", step)
        return
    if not found or now - found[0].made_at > _OLD:
        said = f"newest: {found[0].made_at:%Y-%m-%d %H:%M} UTC" if found else "none in BACKUP_DIR"
        yield Finding("backup", WRONG, said, "python -m bot backup")
        return
    minutes = int((now - found[0].made_at).total_seconds() // 60)
    size = found[0].file.stat().st_size // 1024
    yield Finding("backup", GOOD, f"newest: {minutes} minutes old, {size} KB; {len(found)} kept")


def _key(file: Path) -> Iterator[Finding]:
    if not file.exists():
        step = "put back the copy you keep; only if there never was one: python -m bot backup"
        yield Finding("backup key", WRONG, f"{file} is missing", step)
        return
    try:
        sealing.key_of(file)
    except (sealing.WrongKey, OSError) as error:
        yield Finding("backup key", WRONG, str(error), "put back the copy you keep")
        return
    if mode_of(file) != _OURS_ALONE:
        yield Finding("backup key", WRONG, "others may read it", f"chmod 600 {file}")
        return
    yield Finding("backup key", GOOD, "there, and readable by its owner alone; keep a copy away")
