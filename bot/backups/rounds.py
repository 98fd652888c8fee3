"""The backups of the running service: every quarter of an hour, and one a day that is tried out.

One process makes them, by a lease; what was made when is a fact in the database (R15).
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final

from bot.backups import child, making, sealing, shelf
from bot.backups.making import Job
from bot.backups.shelf import DAILY, QUARTER, Manifest
from bot.config import Settings
from bot.post import Post
from storage import backups, erase
from storage.database import Conflict, Transaction, Unavailable

log = logging.getLogger(__name__)

EVERY: Final = 30  # seconds between two looks whether one is due
_QUARTER: Final = timedelta(minutes=15)
_NIGHT: Final = time(1, 30)
"""From then on, local, the day's own is made."""
_ROLE: Final = "backups"
_HELD: Final = 300.0  # seconds; renewed while one is being made
_RENEW: Final = 60.0
_ROOT: Final = Path(__file__).parents[2]


class NotMade(Exception):
    """The reason is fit for a log."""


class Rounds:
    """Makes what is due, in a process of its own, one at a time."""

    def __init__(self, post: Post, settings: Settings, secret: bytes) -> None:
        self._post = post
        self._settings = settings
        self._secret = secret
        self._process: Process | None = None
        self._not_before = float("-inf")
        self._is_open = True

    async def tick(self) -> Manifest | None:
        """Make the one that is due, if one is; the list of deletions is kept up all the while."""
        folder = self._settings.backup_dir
        if folder is None or not self._is_open:
            return None
        now = self._post.clock.wall()
        async with self._post.database.transaction() as tx:
            if not await self._post.holds(tx, _ROLE, seconds=_HELD):
                return None
            await backups.wanted_since(tx, now=now)
            kind = await self._due(tx, now)
            deleted = await erase.deletions(tx)
        await asyncio.to_thread(_note, folder, deleted)
        if kind is None or self._post.clock.monotonic() < self._not_before:
            return None
        return await self._make(folder, kind, now)

    async def _due(self, tx: Transaction, now: datetime) -> str | None:
        daily, newest = await backups.newest_checked(tx), await backups.newest(tx)
        if daily is None:
            return DAILY
        local = now.astimezone(self._post.house.timezone)
        if self._day_of(daily.made_at) != local.date() and local.time() >= _NIGHT:
            return DAILY
        if newest is None or not timedelta(0) <= now - newest.made_at < _QUARTER:
            return QUARTER
        return None

    def _day_of(self, moment: datetime) -> object:
        return moment.astimezone(self._post.house.timezone).date()

    async def _make(self, folder: Path, kind: str, now: datetime) -> Manifest | None:
        """One that fails is tried again after a quarter of an hour, not at once for ever."""
        self._not_before = self._post.clock.monotonic() + _QUARTER.total_seconds()
        try:
            made = await self._made(self._job(folder, kind), now)
        except (NotMade, OSError, sealing.WrongKey) as error:
            if not self._is_open:
                return None
            log.error("backup not made", extra={"kind": kind, "why": str(error)[:200]})
            if kind == DAILY:
                await self._note_bad(str(error), now)
            return None
        self._not_before = float("-inf")
        async with self._post.database.transaction() as tx:
            await backups.note(tx, made.told())
        log.info("backup made", extra={"kind": kind, "bytes": made.size, "schema": made.schema})
        return made

    async def _note_bad(self, why: str, now: datetime) -> None:
        async with self._post.database.transaction() as tx:
            await backups.note_bad(tx, why[:200], now=now)

    def _job(self, folder: Path, kind: str) -> Job:
        settings = self._settings
        key_file = settings.backup_key_file
        assert key_file is not None  # noqa: S101 - settings say so
        if making.prepare_key(folder, key_file):
            log.warning("backup key made: keep a copy of BACKUP_KEY_FILE off this machine")
        return Job(
            url=settings.url_of_database,
            data_dir=settings.data_dir.absolute(),
            folder=folder.absolute(),
            key_file=key_file.absolute(),
            secret=self._secret.decode(),
            kind=kind,
            prunes=self._post.watch.is_sure(),
        )

    # --- the process -----------------------------------------------------------------------------

    async def _made(self, job: Job, now: datetime) -> Manifest:
        """Raises `NotMade`."""
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", child.__name__),
            cwd=_ROOT,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            start_new_session=True,  # a Ctrl-C in the terminal is ours to handle
        )
        try:
            return await self._heard(process, child.order(job, now=now))
        finally:
            await _ended(process)
            self._process = None

    async def _heard(self, process: Process, order: bytes) -> Manifest:
        told, out, err = process.stdin, process.stdout, process.stderr
        if told is None or out is None or err is None:
            raise NotMade("no pipes")
        told.write(order)
        listening = asyncio.gather(out.read(), err.read(), process.wait())
        while not (await asyncio.wait({listening}, timeout=_RENEW))[0]:
            await self._renew()
        made, why, status = listening.result()
        if status != 0:
            raise NotMade(why.decode(errors="replace")[-200:] or f"status {status}")
        return shelf.manifest_of(made)

    async def _renew(self) -> None:
        with contextlib.suppress(Unavailable, Conflict):
            async with self._post.database.transaction() as tx:
                await self._post.holds(tx, _ROLE, seconds=_HELD)

    async def close(self) -> None:
        """At the end of the service: what is being made is dropped; the old ones are whole."""
        self._is_open = False
        if self._process is not None:
            _kill(self._process)


def _note(folder: Path, deleted: dict[str, str]) -> None:
    try:
        shelf.note_deletions(folder, deleted)
    except OSError as error:
        log.error("deletions not noted beside the backups", extra={"why": str(error.strerror)})


def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


async def _ended(process: Process) -> None:
    """Whatever happened, nothing is left running."""
    if process.returncode is None:
        _kill(process)
    if process.stdin is not None:
        process.stdin.close()
    await process.wait()
