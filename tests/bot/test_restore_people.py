"""After a restore: who was deleted stays so, doors are shut, the admins know (P5, R24, R30)."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot import upkeep
from bot.watching import Watching
from storage import erase, memory, restores
from storage.tables import Consent, Fact, Lease, PageLogin, PageSession, Person
from tests.bot.restores import database_of, restored, stopped
from tests.bot.shelves import backed_up, places, servers_own_programs
from tests.conftest import MakeHouse
from tests.talk import House, Talk
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
