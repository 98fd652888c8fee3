"""One backup, from the running database to a checked file on the shelf (R29).

Nothing of it touches what is there already: a kill at any line leaves at most a draft and a work
folder, and the next one clears both away.
"""

import asyncio
import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.backups import packing, postgres, sealing, shelf
from bot.backups.shelf import QUARTER, Manifest
from storage import copies
from storage.copies import Advance, Damaged, Seen

_WORK: Final = "backup-work"
_LOCK: Final = "backup-lock"
_LEFT_FREE: Final = 200 * 1024 * 1024
"""Bytes that a backup leaves to the service on its disk (R28)."""


class Busy(Exception):
    """Another backup or restore is at work in this DATA_DIR."""


class NoRoom(Exception):
    """It would leave the service too little disk; the message says how much is missing."""


@dataclass(frozen=True, slots=True)
class Job:
    """All that making one needs."""

    url: str
    data_dir: Path
    folder: Path
    key_file: Path
    secret: str
    kind: str
    prunes: bool = True
    """False while the clock is in doubt (R20)."""


def prepare_key(folder: Path, key_file: Path) -> bool:
    """True if a key was made, because there never was one. Raises `WrongKey`, `OSError`.

    Where backups lie already a missing key is a mistake: a disk that is not mounted, perhaps.
    """
    if key_file.exists():
        return False
    if folder.exists() and shelf.lying(folder):
        raise sealing.WrongKey(
            f"{key_file} is missing, and backups made with it lie in {folder}: put back the copy "
            "of the key you keep. Only if it is lost for good, move those backups away."
        )
    sealing.make_key(key_file)
    return True


def nobody(_: float) -> None:
    """An `Advance` that nobody watches."""


def make(job: Job, *, now: datetime, advance: Advance = nobody) -> Manifest:
    """Copy, check, seal, put on the shelf, drop what is too old.

    Raises `Busy`, `NoRoom`, `Damaged`, `sealing.Broken`, `sealing.WrongKey`, `NoProgram`,
    `OSError`; then what lay on the shelf before still lies there.
    """
    key = sealing.key_of(job.key_file)
    with workroom(job.data_dir) as room:
        copied = room / "database"
        seen = _copied(job, copied, advance)
        made = Manifest(
            kind=job.kind,
            made_at=now,
            engine="sqlite" if _is_sqlite(job.url) else "postgresql",
            schema=seen.schema,
            rows=seen.rows,
            newest=seen.newest,
            bytes=copied.stat().st_size,
        )
        shelved = _shelved(job, made, key, copied, now)
    if job.prunes:
        shelf.prune(job.folder, now=now)
    return shelved


def _is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")


def _copied(job: Job, target: Path, advance: Advance) -> Seen:
    if not _is_sqlite(job.url):
        return asyncio.run(postgres.dump(job.url, target))
    source = copies.file_of(job.url)
    _make_sure_of_room(source.stat().st_size, job)
    copies.copy(source, target, advance)
    return copies.inspect(target)


def _make_sure_of_room(size: int, job: Job) -> None:
    job.folder.mkdir(parents=True, exist_ok=True)
    for folder in (job.data_dir, job.folder):
        missing = size + _LEFT_FREE - shutil.disk_usage(folder).free
        if missing > 0:
            raise NoRoom(f"The disk of {folder} lacks {missing // 1024**2 + 1} MB for a backup.")


def _shelved(job: Job, made: Manifest, key: bytes, copied: Path, now: datetime) -> Manifest:
    draft = shelf.draft_of(job.folder)
    try:
        with draft.open("r+b") as target:
            packing.pack(target, key, made, job.secret.encode(), copied)
        copied.unlink()
        if job.kind != QUARTER:
            check(draft, key, copied.parent)
            made = replace(made, checked_at=now)
        return shelf.put(draft, made)[1]
    finally:
        draft.unlink(missing_ok=True)


def check(file: Path, key: bytes, room: Path) -> packing.Unpacked:
    """Take it out of its seal and look through it: all of it is there, as it was written.

    Raises `Broken`, `Damaged`, `NoProgram`, `OSError`.
    """
    found = packing.unpack(file, key, room)
    if found.manifest.engine == "sqlite":
        seen = copies.inspect(found.database)
        said = found.manifest
        if (seen.schema, seen.rows, seen.newest) != (said.schema, dict(said.rows), said.newest):
            raise Damaged("counts differ from what was written")
    else:
        postgres.read_through(found.database)
    return found


@contextlib.contextmanager
def workroom(data_dir: Path) -> Iterator[Path]:
    """An empty folder that is ours alone, and gone afterwards. Raises `Busy`."""
    with (data_dir / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy("Another backup or restore is at work just now.") from None
        room = data_dir / _WORK
        shutil.rmtree(room, ignore_errors=True)  # of one that was killed
        room.mkdir(mode=0o700)
        try:
            yield room
        finally:
            shutil.rmtree(room, ignore_errors=True)
