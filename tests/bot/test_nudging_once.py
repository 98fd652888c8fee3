"""Learning nudges: one a week for one human, whoever sends it (R15, R20, T60)."""

import asyncio
from datetime import date

import pytest

from bot import nudging
from storage import linking, memory
from storage import nudges as storage_nudges
from tests.bot.learning_nudges import (
    SUNDAY,
    a_learner,
    comes,
    link,
    move,
    nudges,
    sent,
)
from tests.handlers.small_catalogue import (
    small_catalogue,  # noqa: F401 - a fixture
)
from tests.handlers.test_nudges import wishes
from tests.talk import House, Talk


@pytest.fixture
async def learner(house: House) -> Talk:
    return await a_learner(house, "learner")


async def test_one_human_with_two_apps_gets_one(house: House) -> None:
    """What was said last counts: 20:00, not 19:00."""
    phone = await a_learner(house, "phone")
    house.clock.passes(minutes=1)
    tablet = await a_learner(house, "tablet", "20:00")
    await link(house, phone, tablet)
    assert await comes(house, f"{SUNDAY} 19:00") == 0
    assert await comes(house, f"{SUNDAY} 20:00") == 1
    assert len(nudges(phone)) + len(nudges(tablet)) == 1


async def test_linking_joins_the_wish_and_parting_parts_it(house: House) -> None:
    first = await Talk(house, "first").enrolled()
    learner = await a_learner(house, "learner")
    await link(house, first, learner)
    assert "nudges" in (await first.actor()).consents
    await first.says("nhắc tôi học")
    assert "19:00 Chủ nhật" in first.last
    await first.presses("Giữ như vậy")
    me = await learner.actor()
    async with house.app.database.transaction() as tx:
        await linking.part(tx, [me.person_id], now=house.clock.wall())
    assert "nudges" not in (await first.actor()).consents
    assert await comes(house, f"{SUNDAY} 19:00") == 1
    assert (len(nudges(first)), len(nudges(learner))) == (0, 1)


async def test_ending_it_on_one_app_ends_it_on_the_other(house: House) -> None:
    phone, tablet = await a_learner(house, "phone"), await a_learner(house, "tablet")
    await link(house, phone, tablet)
    await phone.says("ngừng nhắc học")
    assert await wishes(phone) == [(None, ""), (None, "")]
    assert await comes(house, f"{SUNDAY} 19:00") == 0


async def test_who_is_linked_in_between_gets_no_second_one(house: House) -> None:
    first = await Talk(house, "first").enrolled()
    learner = await a_learner(house, "learner")  # the greater id: its own key
    assert await comes(house, f"{SUNDAY} 19:00") == 1
    await link(house, first, learner)
    assert await sent(house) == 0


async def test_a_restart_doubles_nothing(house: House, learner: Talk) -> None:
    await comes(house, f"{SUNDAY} 19:00")
    await house.restart()
    assert await sent(house) == 0
    assert len(nudges(learner)) == 1


async def test_the_demo_s_day_put_back_doubles_nothing_and_goes_on(
    house: House, learner: Talk
) -> None:
    """R20: what lies ahead of us was before the date was put back."""
    await comes(house, f"{SUNDAY} 09:00")
    await move(house, days=28)
    await learner.says("học tiếp", "trang đầu")
    await move(house, days=0)
    assert await comes(house, f"{SUNDAY} 19:00") == 1
    assert await sent(house) == 0
    await move(house, days=-7)
    assert await sent(house) == 0  # it was agreed on that day
    await move(house, days=0)
    assert await sent(house) == 0
    assert len(nudges(learner)) == 1


async def test_the_demo_date_decides(house: House, learner: Talk) -> None:
    await move(house, days=7)
    assert await comes(house, "2026-11-22 19:00") == 1


async def test_t60_two_processes_send_one(house: House, learner: Talk) -> None:
    assert await comes(house, f"{SUNDAY} 18:30") == 0
    house.clock.passes(minutes=30)
    assert await sent(house, owner="one") == 1
    assert await sent(house, owner="other") == 0  # the role is leased
    house.clock.passes(minutes=5)
    assert await sent(house, owner="other") == 0
    assert len(nudges(learner)) == 1


async def test_even_without_the_lease_the_key_keeps_it_single(
    house: House, learner: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def held(*_: object, **__: object) -> bool:
        return True

    monkeypatch.setattr(memory, "hold", held)
    await comes(house, f"{SUNDAY} 18:50")
    house.clock.passes(minutes=10)
    await asyncio.gather(*(sent(house, owner=f"o{n}") for n in range(4)))
    assert len(nudges(learner)) == 1


async def test_who_looked_before_it_was_queued_finds_the_same_key(
    house: House, learner: Talk
) -> None:
    """R15: a process that asked who is due a moment too early writes nothing of its own."""
    await comes(house, f"{SUNDAY} 19:00")
    me, day = (await learner.actor()).person_id, date.fromisoformat(SUNDAY)
    async with house.app.database.reading() as tx:
        assert await storage_nudges.keys_of(tx, day, [me]) == {me: storage_nudges.key_of(day, me)}


async def test_many_go_in_small_batches(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """R15: whoever is due and can be told nothing keeps nobody waiting."""
    monkeypatch.setattr(nudging, "_IN_ONE", 2)
    learners = [await a_learner(house, f"r{n}") for n in range(7)]
    await comes(house, f"{SUNDAY} 18:58")
    for one in learners[:3]:
        await one.says("gặp cán bộ")
    assert await comes(house, f"{SUNDAY} 19:00") == 4
    assert [len(nudges(one)) for one in learners] == [0, 0, 0, 1, 1, 1, 1]
