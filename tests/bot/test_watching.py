"""What is wrong is told to the admins once a day, and its end once (R28, R33)."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert

from bot import errands
from bot.backups.shelf import DAILY
from bot.channels.base import Channel, ChannelDown, Uncertain
from bot.jobs import Errand
from bot.watching import TROUBLES, Watching
from storage import backups
from storage.backups import Backup
from storage.tables import InboxRow, WorkRow
from tests.fakes import FakeChannel
from tests.handlers import broadcasting
from tests.handlers.chasing import an_officer
from tests.talk import House, Talk

MEGABYTE = 1024 * 1024


@pytest.fixture
async def admin(house: House) -> Talk:
    return await Talk(house, "a1", name="Quản trị").holds("admin")


async def look(house: House, *, has_backups: bool = False, **span: float) -> None:
    house.clock.passes(**span)
    await Watching(house.app.post, house.app.disk, has_backups=has_backups).tick()
    await house.settle()


def heard(admin: Talk, name: str) -> list[str]:
    """The sentences of one alarm, whatever its figures."""
    said = re.escape(admin.app.house.texts[f"alarm.{name}"])
    pattern = re.sub(r"\\{\w+\\}", ".+", said)
    return [one for one in admin.heard if re.fullmatch(pattern, one)]


async def change(house: House, statement: Any) -> None:
    async with house.app.database.transaction() as tx:
        await tx.execute(statement)


async def stuck(house: House, state: str) -> None:
    row = {"key": "k", "lane": "l", "channel": "fake", "raw": "{}", "state": state}
    now = house.clock.wall()
    far = now + timedelta(days=30)
    await change(
        house,
        insert(InboxRow).values(**row, attempts=0, owner="", not_before=far, received_at=now),
    )


async def gone(house: House) -> None:
    await change(house, delete(InboxRow).where(InboxRow.key == "k"))


# --- once a day, and over once -------------------------------------------------------------------


async def test_an_event_that_waits_is_told_once_a_day_and_its_end_once(
    house: House, admin: Talk
) -> None:
    await stuck(house, "ready")
    await look(house, minutes=1)
    assert heard(admin, "inbox_late") == []
    for _ in range(3):
        await look(house, minutes=2)
    assert len(heard(admin, "inbox_late")) == 1
    assert "3 phút" in heard(admin, "inbox_late")[0]
    await look(house, days=1)
    assert len(heard(admin, "inbox_late")) == 2
    await gone(house)
    for _ in range(3):
        await look(house, minutes=1)
    assert len(heard(admin, "over_inbox_late")) == 1
    await stuck(house, "ready")  # the same day again: the admins know
    await look(house, minutes=5)
    assert len(heard(admin, "inbox_late")) == 2
    await gone(house)
    await look(house, minutes=5)
    assert len(heard(admin, "over_inbox_late")) == 1


async def test_a_restart_repeats_nothing(house: House, admin: Talk) -> None:
    await stuck(house, "quarantined")
    await look(house)
    await house.restart()
    await look(house, minutes=5)
    assert len(heard(admin, "quarantine")) == 1
    await gone(house)
    await look(house, minutes=5)
    await house.restart()
    await look(house, minutes=5)
    assert len(heard(admin, "over_quarantine")) == 1


async def test_one_process_alone_looks(house: House, admin: Talk) -> None:
    await stuck(house, "quarantined")
    other = replace(house.app.post, owner="another")
    assert await Watching(other, house.app.disk, has_backups=False).tick() == 1
    await look(house)
    assert len(heard(admin, "quarantine")) == 1


async def test_residents_hear_of_nothing(house: House, talk: Talk) -> None:
    await talk.enrolled()
    await stuck(house, "quarantined")
    before = len(talk.heard)
    await look(house)
    assert len(talk.heard) == before


# --- what is looked at ---------------------------------------------------------------------------


async def test_a_channel_that_does_not_get_through(house: House, admin: Talk) -> None:
    house.channel.failures = [ChannelDown("401")] * 20
    await admin.says("trang đầu")
    await look(house, minutes=9)
    assert heard(admin, "channel_failing") == []
    await look(house, minutes=5)
    house.channel.failures = []
    await look(house, minutes=6)
    assert len(heard(admin, "channel_failing")) == 1
    assert "fake" in heard(admin, "channel_failing")[0]
    await look(house, minutes=1)
    assert len(heard(admin, "over_channel_failing")) == 1


async def test_a_channel_whose_answers_are_all_in_doubt(house: House, admin: Talk) -> None:
    other = await Talk(house, "u1", name="Bác Năm").enrolled()
    await look(house, minutes=1)
    house.channel.failures = [Uncertain()] * 40
    for _ in range(4):
        await other.says("trang đầu")
        await other.waits(minutes=4)
    house.channel.failures = []
    await look(house, minutes=1)
    assert len(heard(admin, "channel_failing")) == 1


async def test_one_answer_in_doubt_is_no_failing_channel(house: House, admin: Talk) -> None:
    house.channel.failures = [Uncertain()] * 2
    await admin.says("trang đầu")
    await look(house, minutes=30)
    assert heard(admin, "channel_failing") == []


async def test_backups_that_stay_out(house: House, admin: Talk) -> None:
    await look(house, has_backups=True)
    await look(house, has_backups=True, hours=26)
    assert heard(admin, "backup_old") == []
    await look(house, has_backups=True, minutes=1)
    assert len(heard(admin, "backup_old")) == 1
    await note(house, house.clock.wall())
    await look(house, has_backups=True, minutes=1)
    assert len(heard(admin, "over_backup_old")) == 1


async def note(house: House, at: datetime) -> None:
    async with house.app.database.transaction() as tx:
        await backups.note(tx, Backup("b", DAILY, at, 1, at))


async def test_without_a_folder_nobody_waits_for_backups(house: House, admin: Talk) -> None:
    await look(house)
    await look(house, days=3)
    assert heard(admin, "backup_old") == []


async def test_a_backup_that_cannot_be_opened_is_told_at_once(house: House, admin: Talk) -> None:
    await note(house, house.clock.wall())
    async with house.app.database.transaction() as tx:
        await backups.note_bad(tx, "broken", now=house.clock.wall())
    await look(house, has_backups=True)
    assert len(heard(admin, "backup_bad")) == 1
    await note(house, house.clock.wall())
    await look(house, has_backups=True, minutes=1)
    assert len(heard(admin, "over_backup_bad")) == 1


class Ending(FakeChannel):
    """One whose right to send ends."""

    end: datetime

    async def good_until(self) -> datetime | None:
        return self.end


@pytest.mark.parametrize(("days", "told"), [(8, 0), (6, 1), (-1, 1)])
async def test_a_right_to_send_that_ends_within_a_week(
    house: House, admin: Talk, days: int, told: int
) -> None:
    oa = Ending(name="zalo_oa")
    oa.end = house.clock.wall() + timedelta(days=days)
    channels: Mapping[str, Channel] = {**house.app.channels, "zalo_oa": oa}
    looks = Watching(replace(house.app.post, channels=channels), house.app.disk, has_backups=False)
    await looks.tick()
    await house.settle()
    assert len(heard(admin, "zalo_oa_token_ends")) == told
    house.app.alarms("zalo_oa_token_ends", days=days)  # the channel's own warning, the same day
    await house.app.alarms.close()
    await house.settle()
    assert len(heard(admin, "zalo_oa_token_ends")) == 1
    oa.end = house.clock.wall() + timedelta(days=90)
    await looks.tick()
    await house.settle()
    assert len(heard(admin, "over_zalo_oa_token_ends")) == told


async def test_a_disk_that_fills_is_told_step_by_step(house: House, admin: Talk) -> None:
    """R28."""
    told: list[tuple[int, ...]] = []
    for left in (600, 400, 90, 400, 600):
        house.app.disk.free = lambda left=left: left * MEGABYTE  # type: ignore[misc]
        await look(house, minutes=1)
        names = ("disk_low", "disk_full", "over_disk_full", "over_disk_low")
        told.append(tuple(len(heard(admin, name)) for name in names))
    assert told == [(0, 0, 0, 0), (1, 0, 0, 0), (1, 1, 0, 0), (1, 1, 1, 0), (1, 1, 1, 1)]


async def test_while_the_clock_is_in_doubt_nothing_is_judged(house: House, admin: Talk) -> None:
    """R20: by a clock that was put forward everything is late."""
    await stuck(house, "ready")
    house.clock.at += timedelta(days=2)
    await look(house)
    assert heard(admin, "inbox_late") == []


async def test_every_trouble_has_both_its_sentences(house: House) -> None:
    for name in TROUBLES:
        assert f"alarm.{name}" in house.app.house.texts
        assert f"alarm.over_{name}" in house.app.house.texts


# --- what a full disk stops (R28) ----------------------------------------------------------------


def errand(house: House, name: str) -> Errand:
    return next(one for one in errands.of(house.app) if one.run.__name__ == name)


async def test_a_full_disk_stops_broadcasts_and_no_answers(house: House) -> None:
    broadcasting.at(house, broadcasting.DAY)
    officer = await an_officer(Talk(house, "officer", name="Chị Tư"))
    resident = await broadcasting.a_resident(house, "dan1")
    await broadcasting.broadcast(officer)
    house.clock.passes(minutes=6)
    send = errand(house, "broadcast").run
    house.app.disk.free = lambda: 90 * MEGABYTE
    await send()
    await resident.says("trang đầu")
    assert broadcasting.told(resident) == []
    assert resident.heard
    house.app.disk.free = lambda: 600 * MEGABYTE
    await send()
    await house.settle()
    assert len(broadcasting.told(resident)) == 1


async def test_a_full_disk_makes_no_exports_and_says_so(house: House, admin: Talk) -> None:
    house.app.disk.free = lambda: 90 * MEGABYTE
    await admin.says("/thongke")
    await admin.says("xuất excel")
    assert await house.ordered()
    assert await house.make_all() == []
    assert "chưa làm được" in admin.last
    assert await house.rows(WorkRow.state) == ["failed"]
