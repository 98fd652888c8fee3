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
from sqlalchemy import insert

from bot import upkeep
from bot.app import AlreadyRunning
from bot.seeding import Impossible
from bot.watching import Watching
from storage import erase, memory, migrations, restores
from storage.tables import Consent, Fact, Lease, PageLogin, PageSession, Person
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


async def care(house: House) -> int:
    """What is looked at once a minute."""
    count = await Watching(house.app.post, house.app.disk, has_backups=True).tick()
    await house.settle()
    return count


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


# --- who was deleted stays deleted ---------------------------------------------------------------


async def test_p5_who_was_deleted_since_is_deleted_again(house: House) -> None:
    talk = await Talk(house, "u1", name="Bác Năm").enrolled()
    other = await Talk(house, "u2", name="Cô Sáu").enrolled()
    file = await backed_up(house)
    house.clock.passes(minutes=5)
    await talk.says("/dulieu", "5", "2")
    await restored(house, file)
    await other.says("trang đầu")
    assert [name for name in await people(house) if name] == ["Cô Sáu"]
    assert await house.rows(Consent.person_id) == [(await other.actor()).person_id]
    async with house.app.database.reading() as tx:
        assert len(await erase.deletions(tx)) == 1  # the next restore knows of it too


async def test_p5_also_when_the_database_is_gone(house: House) -> None:
    """The list of hashes beside the backups is enough."""
    talk = await Talk(house, "u1", name="Bác Năm").enrolled()
    file = await backed_up(house)
    house.clock.passes(minutes=5)
    await talk.says("/dulieu", "5", "2")
    await house.app.rounds.tick()
    folder = house.settings.backup_dir
    assert folder is not None
    listed = (folder / "deletions.json").read_text()
    assert "u1" not in listed
    assert "Năm" not in listed
    async with house.app.database.transaction() as tx:
        await tx.execute(Fact.__table__.delete().where(Fact.scope == erase.SCOPE))  # type: ignore[attr-defined]
    await restored(house, file)
    assert not any(await people(house))
    assert await house.rows(Consent.person_id) == []


async def test_who_came_back_after_the_deletion_stays(house: House) -> None:
    talk = await Talk(house, "u1", name="Bác Năm").enrolled()
    await talk.says("/dulieu", "5", "2")
    house.clock.passes(minutes=5)
    await talk.enrolled()
    file = await backed_up(house)
    await restored(house, file)
    assert len(await people(house)) == 1


# --- doors are shut, the admins know -------------------------------------------------------------


async def test_every_login_of_the_page_ends(house: House) -> None:
    admin = await Talk(house, "a1", name="Quản trị").holds("admin")
    me, now = await admin.actor(), house.clock.wall()
    whose = {"person_id": me.person_id, "account_id": me.account_id, "chat": "a1"}
    lasts = {"created_at": now, "expires_at": now + timedelta(hours=8)}
    async with house.app.database.transaction() as tx:
        await tx.execute(insert(PageLogin).values(token_hash="t", **whose, **lasts))
        session = {"key_hash": "k", "browser": "Firefox", "seen_at": now, "talk_version": 0}
        await tx.execute(insert(PageSession).values(**session, **whose, **lasts))
    await restored(house, await backed_up(house))
    assert await house.rows(PageSession.ended_at) == [now]
    assert await house.rows(PageLogin.used_at) == [now]


async def test_the_admins_hear_once_what_is_lost(house: House) -> None:
    """R30."""
    admins = [await Talk(house, f"a{n}", name=f"Quản trị {n}").holds("admin") for n in range(2)]
    file = await backed_up(house)
    house.clock.passes(hours=3)
    await restored(house, file)
    assert await care(house) == 2
    for admin in admins:
        assert "sao lưu lúc 09:00 Chủ nhật 22/11/2026" in admin.last
        assert "đến 12:00 Chủ nhật 22/11/2026 có thể phải nhập lại" in admin.last
    house.clock.passes(days=1)
    heard = len(admins[0].heard)
    await care(house)
    assert not [one for one in admins[0].heard[heard:] if "nhập lại" in one]


async def test_the_epoch_rises_and_no_lease_is_left(house: House) -> None:
    file = await backed_up(house)
    for expected in (1, 2, 3):
        await restored(house, file)
        async with house.app.database.reading() as tx:
            assert await restores.epoch(tx) == expected
        assert set(await house.rows(Lease.owner)) <= {house.app.owner}
        house.clock.passes(minutes=1)


async def test_r24_tokens_of_the_official_account_are_the_newest_known(house: House) -> None:
    """A refresh token is good once: the backup's may be spent."""
    await keep(house, "tokens:pair", "old pair")
    file = await backed_up(house)
    await keep(house, "tokens:pair", "new pair")
    await restored(house, file)
    async with house.app.database.reading() as tx:
        assert await memory.get(tx, "zalo_oa", "tokens:pair") == "new pair"
        assert await memory.get(tx, "zalo_oa", "tokens:state") is None


async def test_r24_else_they_are_to_be_checked(sqlite_house: House) -> None:
    house = sqlite_house
    await keep(house, "tokens:pair", "old pair")
    file = await backed_up(house)
    await stopped(house)
    database_of(house).unlink()
    await upkeep.restore(house.settings, file, write=True, now=house.clock.wall())
    await house.open()
    async with house.app.database.reading() as tx:
        assert "needs_check" in str(await memory.get(tx, "zalo_oa", "tokens:state"))


async def keep(house: House, key: str, value: str) -> None:
    async with house.app.database.transaction() as tx:
        await memory.put(tx, "zalo_oa", key, value)
