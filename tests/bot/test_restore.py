"""A backup in the place of the database: all or nothing, and nobody comes back (R29, R30, P5)."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import upkeep
from bot.app import AlreadyRunning
from bot.seeding import Impossible
from storage import migrations
from storage.tables import Person
from tests.bot.restores import beside, database_of, is_whole, restored, stopped
from tests.bot.shelves import backed_up, names, places, servers_own_programs
from tests.conftest import MakeHouse
from tests.service import ROOT, Service, command, environment
from tests.talk import House, Talk, settings_for
from tests.voices import Voice

__all__ = ["servers_own_programs"]


@pytest.fixture
async def house(a_house: MakeHouse, voice: Voice, tmp_path: Path) -> House:
    return await a_house(voice, **places(tmp_path))  # type: ignore[no-any-return]


@pytest.fixture
async def sqlite_house(
    templates: object, a_house: MakeHouse, voice: Voice, tmp_path: Path
) -> House:
    """Where a test is about files."""
    file = tmp_path / "one.db"
    shutil.copy(templates.commune["sqlite"], file)  # type: ignore[attr-defined]
    url = f"sqlite+aiosqlite:///{file}"
    return await a_house(voice, url=url, **places(tmp_path))  # type: ignore[no-any-return]


async def people(house: House) -> list[str]:
    return sorted(await house.rows(Person.name, where=Person.erased_at.is_(None)))


# --- what it brings back -------------------------------------------------------------------------


async def test_everything_is_as_it_was_and_goes_on(house: House) -> None:
    talk = await Talk(house, "u1", name="Bác Năm").enrolled()
    first = talk.last
    file = await backed_up(house)
    later = await Talk(house, "u2", name="Cô Sáu").enrolled()
    assert len(await people(house)) == 2
    await restored(house, file)
    assert len(await people(house)) == 1
    await talk.says("nói lại")  # the open question is the one of then
    assert talk.last == first
    await later.says("trang đầu")  # to the house a stranger again
    assert len(await people(house)) == 2


async def test_the_old_database_is_kept_beside(sqlite_house: House) -> None:
    house = sqlite_house
    file = await backed_up(house)
    await Talk(house, "u1", name="Bác Năm").enrolled()
    await restored(house, file)
    [aside] = [one for one in names(house.settings.data_dir) if ".before-" in one]
    there = settings_for(
        f"sqlite+aiosqlite:///{house.settings.data_dir / aside}", house.settings.data_dir
    )
    other = await House(there, house.voice).open()
    assert len(await people(other)) == 1
    assert await people(house) == []
    await other.close()


async def test_a_dry_run_changes_nothing(
    sqlite_house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    house = sqlite_house
    await Talk(house, "u1", name="Bác Năm").enrolled()
    file = await backed_up(house)
    await stopped(house)
    before = database_of(house).read_bytes()
    await upkeep.restore(house.settings, file, write=False)
    said = capsys.readouterr().err
    assert "persons 1" in said
    assert "Dry run" in said
    assert "Năm" not in said
    assert database_of(house).read_bytes() == before
    await house.open()


async def test_it_refuses_while_the_service_runs(house: House) -> None:
    file = await backed_up(house)
    refuses = AlreadyRunning if house.app.database.is_sqlite else Impossible
    for write in (True, False):
        with pytest.raises(refuses):
            await upkeep.restore(house.settings, file, write=write, now=house.clock.wall())


async def test_a_log_that_lies_about_is_not_played_into_it(sqlite_house: House) -> None:
    """R30: -wal and -shm of a database that was killed belong to that one alone."""
    house = sqlite_house
    talk = await Talk(house, "u1", name="Bác Năm").enrolled()
    file = await backed_up(house)
    await talk.says("trang đầu")
    left = {ending: beside(house, ending).read_bytes() for ending in ("-wal", "-shm")}
    await stopped(house)
    for ending, content in left.items():
        beside(house, ending).write_bytes(content)
    await upkeep.restore(house.settings, file, write=True, now=house.clock.wall())
    assert not any(beside(house, ending).exists() for ending in left)
    assert is_whole(database_of(house))
    await house.open()
    assert len(await people(house)) == 1


async def test_a_destroyed_database_is_no_obstacle(sqlite_house: House) -> None:
    house = sqlite_house
    await Talk(house, "u1", name="Bác Năm").enrolled()
    file = await backed_up(house)
    await stopped(house)
    database_of(house).write_bytes(os.urandom(100_000))
    beside(house, "-wal").write_bytes(b"rubbish")
    await upkeep.restore(house.settings, file, write=True, now=house.clock.wall())
    await house.open()
    assert len(await people(house)) == 1


async def test_a_fresh_machine_needs_the_file_and_the_key_alone(tmp_path: Path) -> None:
    """The secret comes along, or nobody would be recognised; another one is kept aside."""
    old, new = tmp_path / "old", tmp_path / "new"
    more = {"BACKUP_DIR": str(tmp_path / "b"), "BACKUP_KEY_FILE": str(tmp_path / "key")}
    for folder in (old, new):
        folder.mkdir()
        async with Service(folder):
            pass
    assert (await command(old, "backup", **more))[0] == 0
    [file] = (tmp_path / "b").glob("*.backup")
    foreign = (new / "secret").read_bytes()
    code, _, said = await command(new, "restore", str(file), "--yes", **more)
    assert code == 0, said
    assert (new / "secret").read_bytes() == (old / "secret").read_bytes()
    assert foreign in [one.read_bytes() for one in new.glob("secret.before-*")]
    async with Service(new):
        pass


async def test_another_app_secret_is_refused_before_anything_changes(
    house: House, tmp_path: Path
) -> None:
    file = await backed_up(house)
    await stopped(house)
    more = {**places(tmp_path), "app_secret": SecretStr("quite another secret, alas")}
    other = settings_for(house.settings.url_of_database, tmp_path, **more)
    with pytest.raises(Impossible, match="APP_SECRET"):
        await upkeep.restore(other, file, write=True, now=house.clock.wall())
    await house.open()


@pytest.mark.parametrize("spoil", ["cut", "garbage", "no key"])
async def test_a_spoiled_backup_leaves_the_old_state(house: House, spoil: str) -> None:
    await Talk(house, "u1", name="Bác Năm").enrolled()
    file = await backed_up(house)
    await stopped(house)
    key_file = house.settings.backup_key_file
    assert key_file is not None
    content = file.read_bytes()
    file.write_bytes(content[:-9] if spoil == "cut" else content)
    if spoil == "garbage":
        file.write_bytes(os.urandom(5_000))
    if spoil == "no key":
        key_file.unlink()
    with pytest.raises(Impossible):
        await upkeep.restore(house.settings, file, write=True, now=house.clock.wall())
    await house.open()
    assert len(await people(house)) == 1


async def test_a_newer_releases_backup_is_refused(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R27."""
    file = await backed_up(house)
    await stopped(house)
    with monkeypatch.context() as older:
        older.setattr(migrations, "newest", lambda: "0001")
        with pytest.raises(Impossible, match="newer release"):
            await upkeep.restore(house.settings, file, write=True, now=house.clock.wall())
    await house.open()


# --- dying in the middle -------------------------------------------------------------------------


@contextlib.contextmanager
def dying_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process ends at its n-th change of a name."""
    left = iter(range(steps))
    with monkeypatch.context() as patched:
        for name in ("replace", "hardlink_to"):
            real = getattr(Path, name)

            def dies(self: Path, target: Path, real: object = real) -> object:
                if next(left, None) is None:
                    raise SystemError
                return real(self, target)  # type: ignore[operator]

            patched.setattr(Path, name, dies)
        with contextlib.suppress(SystemError):
            yield


@pytest.mark.parametrize("steps", range(4))
async def test_a_death_at_any_change_leaves_one_whole_state(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """The old one or the new one, never half of each; and the command can be given again."""
    house = sqlite_house
    file = await backed_up(house)
    await Talk(house, "u1", name="Bác Năm").enrolled()
    now = house.clock.wall()
    await stopped(house)
    with dying_after(steps, monkeypatch):
        await upkeep.restore(house.settings, file, write=True, now=now)
    assert is_whole(database_of(house))
    await house.open()
    assert len(await people(house)) in (0, 1)
    await stopped(house)
    await upkeep.restore(house.settings, file, write=True, now=now + timedelta(seconds=1))
    await house.open()
    assert await people(house) == []


async def test_a_real_kill_leaves_the_old_state(tmp_path: Path) -> None:
    more = {"BACKUP_DIR": str(tmp_path / "b"), "BACKUP_KEY_FILE": str(tmp_path / "key")}
    async with Service(tmp_path):
        pass
    assert (await command(tmp_path, "backup", **more))[0] == 0
    [file] = (tmp_path / "b").glob("*.backup")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "restore", str(file), "--yes"),
        cwd=ROOT,
        env=environment(tmp_path, **more),
        stderr=asyncio.subprocess.DEVNULL,
    )
    work = tmp_path / "backup-work" / "restored.db"
    async with asyncio.timeout(30):
        while not work.exists():
            assert process.returncode is None
            await asyncio.sleep(0)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    assert is_whole(tmp_path / "hoc-vu-so.db")
    async with Service(tmp_path):
        pass
    assert (await command(tmp_path, "restore", str(file), "--yes", **more))[0] == 0
    assert "backup-work" not in names(tmp_path)
