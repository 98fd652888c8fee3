"""A backup put in the place of the database: first made ready aside, then changed over at once.

Until the one rename of the end the old state stands; after it the new one does. Nothing is ever
deleted: what was there stays beside, under another name.
"""

import contextlib
import os
import shutil
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot.backups import shelf
from bot.backups.packing import Unpacked
from bot.gate import keyed_hash
from storage import copies, erase, memory, migrations, restores
from storage.copies import Damaged
from storage.database import Database
from storage.restores import Done, Gap

ZALO_OA: Final = "zalo_oa"
TOKENS: Final = "tokens:"
STATE: Final = "tokens:state"
"""As bot/channels/zalo_oa/pairs.py keeps them (R24)."""
_BESIDE: Final = ("-wal", "-shm", "-journal")


class OtherSecretGiven(Exception):
    """APP_SECRET is another one than the backup's: nobody in it would be recognised."""


@dataclass(frozen=True, slots=True)
class Present:
    """What the database being replaced still knows."""

    exists: bool
    is_readable: bool
    deleted: dict[str, str]
    tokens: dict[str, str]
    """Of the Official Account: newer than the backup's, which may be spent."""
    epoch: int


_NOTHING: Final = Present(exists=False, is_readable=False, deleted={}, tokens={}, epoch=0)


def present(file: Path) -> Present:
    """Read it where it lies; a damaged one is no obstacle: it is why a restore is wanted."""
    if not file.exists():
        return _NOTHING
    try:
        copies.settle(file)
        tokens = copies.facts(file, ZALO_OA)
        deleted = copies.facts(file, erase.SCOPE)
        epoch = restores.epoch_in(copies.facts(file, restores.HOUSE))
    except (Damaged, OSError):
        return replace(_NOTHING, exists=True)
    kept = {key: value for key, value in tokens.items() if key.startswith(TOKENS)}
    return Present(exists=True, is_readable=True, deleted=deleted, tokens=kept, epoch=epoch)


async def present_on_server(database: Database) -> Present:
    """The same of a PostgreSQL database; an empty one knows nothing."""
    async with database.reading() as tx:
        if await tx.run_sync(migrations.schema_of) is None:
            return _NOTHING
        tokens = await memory.scope(tx, ZALO_OA)
        deleted = await erase.deletions(tx)
        epoch = await restores.epoch(tx)
    kept = {key: value for key, value in tokens.items() if key.startswith(TOKENS)}
    return Present(exists=True, is_readable=True, deleted=deleted, tokens=kept, epoch=epoch)


async def make_ready(
    found: Unpacked,
    url: str,
    *,
    now_there: Present,
    deleted: dict[str, str],
    zone: ZoneInfo,
    now: datetime,
) -> Done:
    """Bring the unpacked database to this release's schema, and to today (R27, R30, P5).

    Raises `UnknownSchema`, `Unavailable`, `Damaged`.
    """
    database = Database(url)
    try:
        await migrations.upgrade(database)
        async with database.transaction() as tx:
            gap = Gap(found.manifest.made_at, now)
            hashed = partial(keyed_hash, found.secret)
            today = now.astimezone(zone).date()
            done = await restores.prepare(
                tx, gap, deleted=deleted, keyed_hash=hashed, today=today, epoch=now_there.epoch
            )
            for key, value in now_there.tokens.items():
                await memory.put(tx, ZALO_OA, key, value)
            if not now_there.tokens and await memory.get(tx, ZALO_OA, f"{TOKENS}pair"):
                await memory.put(tx, ZALO_OA, STATE, '{"state": "needs_check"}')
    finally:
        await database.close()
    if database.is_sqlite:
        copies.settle(copies.file_of(url))
    return done


def change_over(ready: Path, there: Path, *, stamp: str) -> Path | None:
    """Put `ready` in its place; return where the old one lies now. SQLite. Raises `OSError`.

    The old one gets a second name first: there is no moment without a whole database.
    """
    aside = there.with_name(f"{there.name}.before-{stamp}") if there.exists() else None
    there.parent.mkdir(parents=True, exist_ok=True)
    if aside is not None:
        _second_name(there, aside)
    for ending in _BESIDE:  # of a database that could not be settled: it goes with it
        log = there.with_name(there.name + ending)
        if log.exists():
            log.replace(there.with_name(f"{there.name}.before-{stamp}{ending}"))
    _beside(ready, there).replace(there)
    return aside


def _beside(ready: Path, there: Path) -> Path:
    """On the same disk, down to the last byte: what is left is one rename."""
    near = there.with_name(f".{there.name}.new")
    try:
        ready.replace(near)
    except OSError:  # DATA_DIR lies on another disk
        shutil.copyfile(ready, near)
    near.chmod(0o600)
    with near.open("r+b") as whole:
        os.fsync(whole.fileno())
    return near


def _second_name(file: Path, name: Path) -> None:
    try:
        name.hardlink_to(file)
    except OSError:  # a file system without links
        shutil.copy2(file, name)


def keep_secret(data_dir: Path, secret: bytes, *, given: str, stamp: str) -> Path | None:
    """The backup's secret becomes the house's; return where another one lies now.

    Raises `OtherSecretGiven` where APP_SECRET names another one.
    """
    if given:
        if given.encode() != secret:
            raise OtherSecretGiven
        return None
    file, aside = data_dir / "secret", None
    with contextlib.suppress(FileNotFoundError):
        if file.read_bytes().strip() == secret:
            return None
        aside = file.with_name(f"secret.before-{stamp}")
        _second_name(file, aside)
    shelf.write_whole(file, secret.decode())
    return aside
