"""After a restore nothing that nobody asked for goes twice (R9, R30), and the rest goes on."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot import newsletter
from handlers.flow import Mail
from handlers.messages import Outgoing
from storage.tables import Broadcast, OutboxRow, Reminder
from tests.bot import learning_nudges, test_newsletter
from tests.bot.restores import restored
from tests.bot.shelves import backed_up, places, servers_own_programs
from tests.conftest import MakeHouse
from tests.handlers import broadcasting
from tests.handlers.chasing import an_officer
from tests.handlers.reminding import asked, comes
from tests.handlers.test_reporting import head
from tests.talk import House, Talk
from tests.voices import Voice

__all__ = ["servers_own_programs"]
Send = Callable[[], Awaitable[object]]


@pytest.fixture
async def house(a_house: MakeHouse, voice: Voice, tmp_path: Path) -> House:
    return await a_house(voice, **places(tmp_path))  # type: ignore[no-any-return]


async def states(house: House, kind: str) -> list[str]:
    return await house.rows(OutboxRow.state, where=OutboxRow.kind == kind)


@pytest.mark.parametrize("kind", ["notice", "broadcast"])
async def test_what_waited_then_may_have_gone_and_is_uncertain(house: House, kind: str) -> None:
    talk = await Talk(house, "u1", name="Bác Năm").enrolled()
    me, post = await talk.actor(), house.app.post
    async with house.app.database.transaction() as tx:
        scene = await post.scene(tx)
        soon, later = Outgoing("Tin đến hạn"), Outgoing("Tin ngày mai")
        mails = [
            Mail(me.person_id, soon, "one", kind=kind),
            Mail(me.person_id, later, "two", kind=kind, not_before=scene.now + timedelta(days=1)),
        ]
        await post.queue(scene, mails)
    file = await backed_up(house)
    await house.settle()
    assert talk.heard.count("Tin đến hạn") == 1
    await restored(house, file)
    await house.settle()
    assert talk.heard.count("Tin đến hạn") == 1
    assert sorted(await states(house, kind)) == ["queued", "uncertain"]
    house.clock.passes(days=1)
    await house.settle()
    assert talk.heard.count("Tin đến hạn") == 1
    assert talk.heard.count("Tin ngày mai") == 1


async def test_an_answer_that_waited_still_comes(house: House) -> None:
    """R9: of answers one too many is better than none."""
    talk = await Talk(house, "u1", name="Bác Năm").enrolled()
    await talk.sends(kind="text", text="trang đầu")
    file = await backed_up(house)
    heard = len(talk.heard)
    await restored(house, file)
    house.clock.passes(seconds=15)  # a crash counts as a try (R7)
    await house.settle()
    assert len(talk.heard) > heard


async def test_a_stage_told_since_is_not_told_again(house: House) -> None:
    five = await head(Talk(house, "head", name="Ông Ba"))
    await comes(house, "2026-12-08 07:50")
    file = await backed_up(house)
    assert await comes(house, "2026-12-08 08:00") == 1
    house.clock.passes(minutes=10)
    await restored(house, file)
    assert await comes(house, "2026-12-08 08:30") == 0
    assert len(asked(five)) == 1
    assert await comes(house, "2026-12-12 08:00") == 1  # the next one covers it
    assert len(asked(five)) == 2


async def test_an_obligation_that_waited_is_left_to_the_next_stage(house: House) -> None:
    five = await head(Talk(house, "head", name="Ông Ba"))
    await comes(house, "2026-12-08 07:50")
    house.clock.passes(minutes=10)
    await house.app.reminding.tick()  # planned, not yet sent
    file = await backed_up(house)
    await house.settle()
    assert len(asked(five)) == 1
    await restored(house, file)
    house.clock.passes(minutes=30)
    await house.settle()
    await comes(house, "2026-12-08 09:30")
    assert len(asked(five)) == 1
    assert "due" not in await house.rows(Reminder.state)


async def test_a_broadcast_under_way_is_stopped_and_its_maker_told(house: House) -> None:
    broadcasting.at(house, broadcasting.DAY)
    officer = await an_officer(Talk(house, "officer", name="Chị Tư"))
    people = [await broadcasting.a_resident(house, f"dan{number}") for number in range(3)]
    await broadcasting.broadcast(officer)
    house.clock.passes(minutes=6)
    file = await backed_up(house)
    await broadcasting.sent_out(house)
    assert [len(broadcasting.told(one)) for one in people] == [1, 1, 1]
    await restored(house, file)
    await broadcasting.tick(house, minutes=2)
    await broadcasting.tick(house, minutes=2)
    assert [len(broadcasting.told(one)) for one in people] == [1, 1, 1]
    assert await house.rows(Broadcast.state) == ["stopped"]
    assert "đã dừng" in officer.last


async def test_a_nudge_of_this_evening_is_not_repeated(house: House) -> None:
    learner = await learning_nudges.a_learner(house, "learner")
    await learning_nudges.comes(house, f"{learning_nudges.SUNDAY} 18:50")
    file = await backed_up(house)
    assert await learning_nudges.comes(house, f"{learning_nudges.SUNDAY} 19:00") == 1
    house.clock.passes(minutes=5)
    await restored(house, file)
    for moment in (f"{learning_nudges.SUNDAY} 19:20", "2026-11-30 19:00"):
        assert await learning_nudges.comes(house, moment) == 0
    assert len(learning_nudges.nudges(learner)) == 1
    assert await learning_nudges.comes(house, "2026-12-06 19:00") == 1  # next week again


async def test_this_months_news_are_not_repeated(house: House) -> None:
    reader = await test_newsletter.a_reader(house, "reader")
    await test_newsletter.at(house, test_newsletter.FIRST)
    file = await backed_up(house)
    assert await test_newsletter.sent(house) == 1
    await restored(house, file)
    assert await newsletter.send(house.app.post) == 0
    await test_newsletter.at(house, test_newsletter.FIRST + timedelta(days=2))
    assert await test_newsletter.sent(house) == 0
    assert len(test_newsletter.news(reader)) == 1
    await test_newsletter.at(house, test_newsletter.FIRST + timedelta(days=31))
    assert await test_newsletter.sent(house) == 1  # January's are
