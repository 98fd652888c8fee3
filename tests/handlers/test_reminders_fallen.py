"""Reminders of which nothing arrived: what is open again, what is lost (R9, R13, R15, R21)."""

import pytest

from bot.channels.base import RecipientGone, TryLater, Uncertain
from storage import unsent
from storage.tables import OutboxRow, Reminder
from tests.conftest import ENGINES
from tests.handlers.chasing import an_officer, answers, asks, nudges
from tests.handlers.reminding import asked, comes, local, passes
from tests.handlers.test_reporting import head, reported
from tests.talk import House, Talk

ALL_DAY = TryLater(13 * 3600, whole_channel=True)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """On both engines; real platforms refuse in ways of their own, and their tests are theirs."""
    return str(request.param)


@pytest.fixture
async def five(talk: Talk) -> Talk:
    return await head(talk)


async def at(house: House, moment: str) -> None:
    house.clock.passes(seconds=(local(moment) - house.clock.wall()).total_seconds())
    await house.settle()


async def stages(house: House) -> list[tuple[str, str]]:
    rows = await house.rows(
        Reminder.id, Reminder.stage, Reminder.state, where=Reminder.about == "report:2026"
    )
    return [(stage, state) for _, stage, state in sorted(rows) if state != "superseded"]


async def messages(house: House) -> list[str]:
    rows = await house.rows(OutboxRow.id, OutboxRow.state, where=OutboxRow.key.like("remind:%"))
    return [state for _, state in sorted(rows)]


# --- refused for certain -------------------------------------------------------------------------


async def test_a_nudge_by_hand_after_a_failed_reminder_is_sent(house: House, five: Talk) -> None:
    """R13: blocked at eight, back at nine, the officer presses "Nhắc lại" at ten."""
    officer = await an_officer(five)
    house.channel.failures = [RecipientGone()]
    await comes(house, "2026-12-08 08:00")
    await at(house, "2026-12-08 09:00")
    await five.says("xin chào")
    await at(house, "2026-12-08 10:00")
    assert "Đã nhắc 1 nơi" in await nudges(officer)
    assert len(asked(five)) == 1


async def test_what_everybody_refused_is_lost_and_counts_for_nothing(
    house: House, five: Talk
) -> None:
    """R13, T59: the officer is not told that Xóm 5 was reminded."""
    officer = await an_officer(five)
    house.channel.failures = [RecipientGone()]
    await comes(house, "2026-12-08 08:00")
    assert ("2026-12-08 08:00", "lost") in await stages(house)
    assert "chưa nhắc" in (await asks(officer, "nộp chưa xóm 5")).lower()


async def test_what_one_of_two_was_told_is_told(house: House, five: Talk) -> None:
    other = await five.somebody("Chị Thư", role="head", unit="xom-05")
    house.channel.failures = [RecipientGone()]
    await comes(house, "2026-12-08 08:00")
    assert len(asked(five)) + len(asked(other)) == 1
    assert ("2026-12-08 08:00", "told") in await stages(house)


async def test_what_was_refused_is_not_tried_again_and_the_next_stage_is(
    house: House, five: Talk
) -> None:
    """R13, design §5: 14/12 has two stages."""
    await comes(house, "2026-12-12 08:00")
    before = len(asked(five))
    house.channel.failures = [RecipientGone()]
    await comes(house, "2026-12-14 08:00")
    await five.says("xin chào", "trang đầu")
    await passes(house, "2026-12-14 09:00", "2026-12-14 12:00")
    assert len(asked(five)) == before
    await comes(house, "2026-12-14 16:00")
    assert len(asked(five)) == before + 1


async def test_a_nudge_by_hand_that_was_refused_can_be_repeated(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    await at(house, "2026-12-09 10:00")
    await officer.says("ai chưa nộp")
    await officer.presses("Nhắc lại")
    await officer.sends(kind="press", button=officer.button("Nhắc 1 nơi"))
    await house.app.dispatcher.batch()
    await house.app.delivery.idle()  # the officer's answer, and then the reminder
    house.channel.failures = [RecipientGone()]
    await house.settle()
    assert asked(five) == []
    await five.says("xin chào")
    await at(house, "2026-12-09 11:00")
    assert "Đã nhắc 1 nơi" in await nudges(officer)
    assert len(asked(five)) == 1
    await officer.says("ai chưa nộp")
    assert "Hôm nay đã nhắc 1 nơi" in await answers(officer, "Nhắc lại")


# --- never sent ----------------------------------------------------------------------------------


async def test_a_reminder_that_a_platform_refused_all_day_is_made_up_for(
    house: House, five: Talk
) -> None:
    """R15, R21: the platform was down from 8:00 to the night of 8/12."""
    house.channel.failures = [ALL_DAY]
    await comes(house, "2026-12-08 08:00")
    await comes(house, "2026-12-08 21:30")
    assert await messages(house) == ["expired"]
    await comes(house, "2026-12-09 08:00")
    assert len(asked(five)) == 1
    await passes(house, "2026-12-09 08:30", "2026-12-10 08:00", "2026-12-11 08:00")
    assert len(asked(five)) == 1
    assert await messages(house) == ["expired", "sent"]


async def test_swept_in_the_outbox_it_is_open_again_too(house: House, five: Talk) -> None:
    """R21: it expires while it waits, in nobody's hands."""
    house.channel.failures = [TryLater(26 * 3600, whole_channel=False)]
    await comes(house, "2026-12-08 08:00")
    house.clock.passes(hours=13)
    async with house.app.database.transaction() as tx:
        await unsent.expire(tx, now=house.clock.wall())
    await comes(house, "2026-12-09 08:00")
    assert len(asked(five)) == 1


async def test_of_what_was_made_up_for_only_the_latest_is_told(house: House, five: Talk) -> None:
    """R16: down from 8/12 to the evening of 11/12; on 12/12 is a stage of its own."""
    house.channel.failures = [ALL_DAY]
    await comes(house, "2026-12-08 08:00")
    await comes(house, "2026-12-11 21:00")
    await passes(house, "2026-12-12 08:00", "2026-12-13 08:00")
    assert len(asked(five)) == 1
    assert ("2026-12-12 08:00", "told") in await stages(house)


async def test_whoever_reported_meanwhile_hears_nothing(house: House, five: Talk) -> None:
    """R17."""
    house.channel.failures = [ALL_DAY]
    await comes(house, "2026-12-08 08:00")
    await comes(house, "2026-12-08 21:30")
    await reported(five)
    await comes(house, "2026-12-09 08:00")
    assert asked(five) == []


async def test_what_is_in_doubt_is_not_open_again(house: House, five: Talk) -> None:
    """R9: the next stage covers it."""
    house.channel.failures = [Uncertain("cut off")]
    await comes(house, "2026-12-08 08:00")
    await passes(house, "2026-12-08 21:30", "2026-12-09 08:00", "2026-12-10 08:00")
    assert asked(five) == []
    assert await messages(house) == ["uncertain"]
