"""`doctor`: one line a finding, the next step beside it, the worst is the exit code (R27, R32)."""

import json
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from bot import doctor, symptoms, token_ages
from bot.doctor import Finding, Level
from storage import migrations
from storage.tables import InboxRow
from tests.bot.shelves import backed_up, places, servers_own_programs
from tests.bot.test_watching import change, stuck
from tests.conftest import MakeHouse
from tests.service import SAMPLE, command
from tests.talk import House, Talk, settings_for

__all__ = ["servers_own_programs"]
GOOD, WARNING, WRONG = Level.GOOD, Level.WARNING, Level.WRONG
Found = dict[str, list[Finding]]


@pytest.fixture
async def house(a_house: MakeHouse, tmp_path: Path) -> House:
    return await a_house(**places(tmp_path))  # type: ignore[no-any-return]


async def examined(house: House) -> Found:
    found: Found = {}
    now = house.clock.wall()
    for one in await doctor.examine(house.settings, house.app.database, now=now):
        found.setdefault(one.about, []).append(one)
    return found


def worst(found: Found, about: str) -> Level:
    return max(one.level for one in found[about])


# --- the command ---------------------------------------------------------------------------------


async def test_a_fresh_machine_is_told_what_to_do_first(tmp_path: Path) -> None:
    code, out, err = await command(tmp_path, "doctor")
    assert (code, err) == (1, "")
    lines = out.splitlines()
    assert all(line.startswith(("good", "warning")) for line in lines)
    assert any("database" in line and "start the service" in line for line in lines)
    assert any("backup" in line and "BACKUP_DIR" in line for line in lines)
    assert not (tmp_path / "hoc-vu-so.db").exists()  # it only looks


async def test_json_is_alone_on_stdout(tmp_path: Path) -> None:
    code, out, _ = await command(tmp_path, "doctor", "--json")
    found = json.loads(out)
    assert code == 1
    assert all(set(one) == {"about", "level", "said", "next_step"} for one in found)
    assert {one["level"] for one in found} == {"good", "warning"}


async def test_wrong_settings_are_all_named(tmp_path: Path) -> None:
    code, out, _ = await command(tmp_path, "doctor", PORT="eighty", TIMEZONE="Giao/Minh")
    assert code == 2
    assert "PORT" in out
    assert "TIMEZONE" in out
    assert ".env" in out


async def test_a_house_in_order_is_good_everywhere(tmp_path: Path) -> None:
    more = {
        "COMMUNE_FILE": str(SAMPLE),
        "TELEGRAM_TOKEN": "12345:abcdefgh",
        "BACKUP_DIR": str(tmp_path / "b"),
        "BACKUP_KEY_FILE": str(tmp_path / "key"),
    }
    assert (await command(tmp_path, "units", "list", **more))[0] == 0
    assert (await command(tmp_path, "backup", **more))[0] == 0
    code, out, _ = await command(tmp_path, "doctor", **more)
    bad = [line for line in out.splitlines() if not line.startswith("good")]
    assert (code, len(bad)) == (1, 1), out
    assert "admins" in bad[0]  # nobody was invited yet
    assert "telegram" in out
    assert "abcdefgh" not in out


# --- what it finds -------------------------------------------------------------------------------


async def test_the_database_and_its_schema(house: House) -> None:
    found = await examined(house)
    assert worst(found, "database") == worst(found, "schema") == GOOD
    assert found["schema"][0].said == migrations.newest()


async def test_a_newer_schema_is_wrong_and_nothing_else_is_read(tmp_path: Path) -> None:
    """R27."""
    await command(tmp_path, "units", "list")
    with sqlite3.connect(tmp_path / "hoc-vu-so.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    code, out, _ = await command(tmp_path, "doctor")
    assert code == 2
    assert "newer release" in out
    assert "inbox" not in out


async def test_another_secret_is_named(house: House) -> None:
    house.settings = house.settings.model_copy(
        update={"app_secret": SecretStr("quite another secret")}
    )
    assert worst(await examined(house), "secret") == WRONG


async def test_what_waits_and_what_was_set_aside(house: House) -> None:
    assert worst(await examined(house), "inbox") == GOOD
    await stuck(house, "ready")
    house.clock.passes(minutes=3)
    found = await examined(house)
    assert worst(found, "inbox") == WRONG
    assert "3 minutes" in found["inbox"][0].said
    await change(house, update(InboxRow).values(state="quarantined"))
    found = await examined(house)
    assert worst(found, "inbox") == GOOD
    assert worst(found, "quarantine") == WARNING


async def test_a_clock_behind_what_is_stored_is_wrong(house: House) -> None:
    await stuck(house, "ready")
    house.clock.at -= timedelta(days=1)
    assert worst(await examined(house), "clock") == WRONG


async def test_units_and_admins_are_counted_and_nobody_is_named(house: House) -> None:
    await Talk(house, "a1", name="Trần Thị Sáu").holds("admin")
    found = await examined(house)
    assert worst(found, "admins") == WARNING
    assert found["admins"][0].said.startswith("1;")
    assert "invites sheet" in found["units"][0].next_step
    await Talk(house, "a2", name="Lê Văn Bảy").holds("admin")
    found = await examined(house)
    assert "admins" not in found
    said = str(found)
    assert "Sáu" not in said
    assert "Bảy" not in said


async def test_backups_by_age_and_by_trial(house: House) -> None:
    assert worst(await examined(house), "backup") == WRONG
    assert "missing" in (await examined(house))["backup key"][0].said
    await house.app.rounds.tick()
    assert worst(await examined(house), "backup") == GOOD
    house.clock.passes(hours=27)
    assert worst(await examined(house), "backup") == WRONG
    await backed_up(house)
    assert worst(await examined(house), "backup") == WARNING  # the service has made none


async def test_files_that_others_may_read_are_wrong(house: House) -> None:
    """S2."""
    await backed_up(house)
    assert worst(await examined(house), "backup key") == GOOD
    key_file = house.settings.backup_key_file
    assert key_file is not None
    key_file.chmod(0o644)
    found = await examined(house)
    assert worst(found, "backup key") == WRONG
    assert found["backup key"][0].next_step.startswith("chmod 600")


async def test_a_token_is_as_old_as_its_first_start(house: House) -> None:
    said = house.settings.model_copy(update={"telegram_token": SecretStr("1:abc")})
    now = house.clock.wall()

    async def age(token: str) -> timedelta | None:
        new = said.model_copy(update={"telegram_token": SecretStr(token)})
        async with house.app.database.reading() as tx:
            return (await token_ages.ages(tx, new, b"s", now=now + timedelta(days=9)))["telegram"]

    assert await age("1:abc") is None
    for later in (0, 3):
        async with house.app.database.transaction() as tx:
            await token_ages.note(tx, said, b"s", now=now + timedelta(days=later))
    assert await age("1:abc") == timedelta(days=9)
    assert await age("1:another") is None


async def test_a_full_disk_is_told_before_it_hurts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R28."""
    usage = shutil.disk_usage(tmp_path)
    settings = settings_for("", tmp_path)
    for free, level in ((600, GOOD), (400, WARNING), (90, WRONG)):
        left = usage._replace(free=free * 1024**2)
        monkeypatch.setattr(shutil, "disk_usage", lambda _, left=left: left)
        [found] = symptoms.of_disk(settings)
        assert found.level == level


async def test_documents_are_really_made(house: House) -> None:
    [found] = (await examined(house))["documents"]
    assert found.level == GOOD
    assert "KB" in found.said
