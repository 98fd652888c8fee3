"""Backups: whole, checked, sealed, and never in the way of the service (R29, P14, S2)."""

import asyncio
import contextlib
import json
import os
import resource
import shutil
import signal
import sqlite3
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.backups import child, making, packing, sealing, shelf
from bot.backups.making import Busy, Job, NoRoom
from bot.backups.postgres import NoProgram
from bot.backups.sealing import Broken
from bot.backups.shelf import DAILY, MANUAL, QUARTER
from storage.tables import InboxRow, OutboxRow
from tests.bot.shelves import (
    a_job,
    backed_up,
    kinds,
    names,
    places,
    servers_own_programs,
)
from tests.conftest import MakeHouse
from tests.service import ROOT, Service, command, environment
from tests.talk import House, Talk, settings_for

__all__ = ["servers_own_programs"]


@pytest.fixture
async def house(a_house: MakeHouse, tmp_path: Path) -> House:
    return await a_house(**places(tmp_path))  # type: ignore[no-any-return]


async def committed(house: House) -> int:
    return len(await house.rows(InboxRow.id))


# --- what is in it -------------------------------------------------------------------------------


async def test_it_holds_all_that_was_committed_before_it_began(
    house: House, tmp_path: Path
) -> None:
    """While turns are being written: none of them is in there by half, none before is missing."""
    talk = await Talk(house, "u1", name="Bác Năm").enrolled()
    before, said = await committed(house), len(await house.rows(OutboxRow.id))
    await talk.says("trang đầu")
    each = len(await house.rows(OutboxRow.id)) - said
    assert each > 0
    job = a_job(house.settings)
    making_one = asyncio.create_task(asyncio.to_thread(making.make, job, now=house.clock.wall()))
    while not making_one.done():
        await talk.says("trang đầu")
    made = await making_one
    assert before <= made.rows["inbox"] <= await committed(house)
    assert made.rows["persons"] == 1
    assert made.checked_at is not None
    found = making.check(job.folder / made.name, sealing.key_of(job.key_file), _room(tmp_path))
    assert found.secret == job.secret.encode()
    assert found.manifest.rows == made.rows
    if house.app.database.is_sqlite:
        with contextlib.closing(sqlite3.connect(found.database)) as copied:
            (done,) = copied.execute("SELECT count(*) FROM inbox WHERE state = 'done'").fetchone()
            (answered,) = copied.execute("SELECT count(*) FROM outbox").fetchone()
        assert answered - said == each * (done - before)  # a turn and its event's end: one commit


def _room(folder: Path) -> Path:
    room = folder / "room"
    room.mkdir()
    return room


async def test_nobody_can_read_it_without_the_key(house: House) -> None:
    """P14, P9: what lies beside it names nobody; 0600."""
    await Talk(house, "u1", name="Bác Năm").enrolled()
    file = await backed_up(house)
    beside = file.with_suffix(".json").read_text()
    assert "Năm" not in beside
    assert json.loads(beside)["size"] == file.stat().st_size
    assert json.loads(beside)["sha256"] == shelf.sha256_of(file)
    content = file.read_bytes()
    for word in (b"SQLite format", b"PGDMP", "Năm".encode(), b"manifest.json"):
        assert word not in content
    for one in file.parent.iterdir():
        assert stat.S_IMODE(one.stat().st_mode) == 0o600
    assert b"secret of the tests" not in content


async def test_after_it_no_plain_copy_is_left(house: House) -> None:
    file = await backed_up(house)
    assert names(file.parent) == {file.name, file.with_suffix(".json").name}
    assert not [name for name in names(house.settings.data_dir) if "work" in name]


# --- what can go wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize("spoiled", ["cut off", "changed", "other key"])
async def test_a_spoiled_one_is_refused(house: House, tmp_path: Path, spoiled: str) -> None:
    file = await backed_up(house)
    key_file = house.settings.backup_key_file
    assert key_file is not None
    content = bytearray(file.read_bytes())
    if spoiled == "cut off":
        file.write_bytes(content[: len(content) // 2])
    elif spoiled == "changed":
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    else:
        key_file.unlink()
        sealing.make_key(key_file)
    with pytest.raises(Broken):
        packing.unpack(file, sealing.key_of(key_file), _room(tmp_path))


async def test_a_damaged_database_makes_no_backup(tmp_path: Path) -> None:
    """The old ones stay: they are better."""
    async with Service(tmp_path):
        pass
    more = {"BACKUP_DIR": str(tmp_path / "b"), "BACKUP_KEY_FILE": str(tmp_path / "key")}
    assert (await command(tmp_path, "backup", **more))[0] == 0
    before = names(tmp_path / "b")
    file = tmp_path / "hoc-vu-so.db"
    with file.open("r+b") as database:
        database.seek(20 * 4096)
        database.write(os.urandom(200 * 4096))
    code, _, said = await command(tmp_path, "backup", **more)
    assert code in (1, 2)
    assert "Traceback" not in said
    assert names(tmp_path / "b") == before


async def test_a_full_disk_leaves_the_old_one_and_no_rest(tmp_path: Path) -> None:
    async with Service(tmp_path):
        more = {"BACKUP_DIR": str(tmp_path / "b"), "BACKUP_KEY_FILE": str(tmp_path / "key")}
        assert (await command(tmp_path, "backup", **more))[0] == 0
        before = names(tmp_path / "b")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "backup"),
            cwd=ROOT,
            env=environment(tmp_path, **more),
            stderr=asyncio.subprocess.PIPE,
            preexec_fn=_nearly_full,
        )
        _, said = await process.communicate()
        assert process.returncode == 1
        assert b"Traceback" not in said
    assert names(tmp_path / "b") == before
    assert "backup-work" not in names(tmp_path)


def _nearly_full() -> None:
    """No file can grow beyond 200 KB: writing fails in the middle, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))


async def test_a_disk_without_room_is_not_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R28: the service needs the rest more."""
    assert (await command(tmp_path, "units", "list"))[0] == 0
    url = f"sqlite+aiosqlite:///{tmp_path / 'hoc-vu-so.db'}"
    job = a_job(settings_for(url, tmp_path, **places(tmp_path)))
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=150 * 1024**2))
    with pytest.raises(NoRoom, match="lacks"):
        making.make(job, now=datetime.now(UTC))
    assert not list(job.folder.iterdir())


async def test_a_kill_in_the_middle_leaves_the_old_one(tmp_path: Path) -> None:
    """And the next one clears away what was left."""
    async with Service(tmp_path):
        pass
    big = tmp_path / "hoc-vu-so.db"
    with contextlib.closing(sqlite3.connect(big)) as database:
        database.execute("CREATE TABLE ballast (body BLOB)")
        rows = [(os.urandom(1 << 20),) for _ in range(60)]
        database.executemany("INSERT INTO ballast VALUES (?)", rows)
        database.commit()
    job = Job(
        url=f"sqlite+aiosqlite:///{big}",
        data_dir=tmp_path,
        folder=tmp_path / "b",
        key_file=tmp_path / "key",
        secret=(tmp_path / "secret").read_text(),
        kind=MANUAL,
    )
    sealing.make_key(job.key_file)
    old = making.make(job, now=datetime.fromisoformat("2026-11-22T01:00:00+00:00"))
    at = datetime.fromisoformat("2026-11-22T02:00:00+00:00")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", child.__name__),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert process.stdin is not None
    process.stdin.write(child.order(job, now=at))
    draft = job.folder / "new.part"
    async with asyncio.timeout(30):
        while not (draft.exists() and draft.stat().st_size > 1 << 20):
            assert process.returncode is None
            await asyncio.sleep(0.001)
    process.kill()
    await process.wait()
    assert kinds(job.folder) == [MANUAL]
    making.check(job.folder / old.name, sealing.key_of(job.key_file), _room(tmp_path))
    made = making.make(job, now=at)
    assert names(job.folder) == {
        name for one in (old, made) for name in (one.name, f"{one.name[:-7]}.json")
    }
    assert "backup-work" not in names(tmp_path)


async def test_a_child_ends_with_its_service(house: House) -> None:
    """Nobody is left to hear of it: it copies nothing any more."""
    job = a_job(house.settings)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", child.__name__),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert process.stdin is not None
    with (job.data_dir / "backup-lock").open("w"):
        process.stdin.write(child.order(job, now=house.clock.wall()))
        process.stdin.close()
        assert await asyncio.wait_for(process.wait(), 30) in (0, 2)


async def test_two_at_once_do_not_meet(house: House) -> None:
    job = a_job(house.settings)
    with making.workroom(job.data_dir), pytest.raises(Busy):
        making.make(job, now=house.clock.wall())


async def test_postgresql_alone_needs_pg_dump_and_says_so(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    needs = pytest.raises(NoProgram, match="pg_dump is not installed")
    with contextlib.nullcontext() if house.app.database.is_sqlite else needs:
        await backed_up(house)


# --- how long they are kept ----------------------------------------------------------------------


async def test_a_day_of_quarters_and_thirty_of_days_are_kept(house: House) -> None:
    begun = house.clock.wall()
    for kind, after in (
        (DAILY, timedelta()),
        (QUARTER, timedelta(minutes=15)),
        (QUARTER, timedelta(days=1, minutes=20)),
        (DAILY, timedelta(days=1, minutes=35)),
    ):
        await backed_up(house, kind, at=begun + after)
    folder = places(house.settings.data_dir)["backup_dir"]
    assert kinds(folder) == [DAILY, QUARTER, DAILY]
    await backed_up(house, DAILY, at=begun + timedelta(days=30, hours=1))
    assert kinds(folder) == [DAILY, DAILY]
    assert len(names(folder)) == 4
    shelf.prune(folder, now=begun + timedelta(days=9_000))
    assert kinds(folder) == [DAILY]  # a clock that ran away takes not the last one (R20)
