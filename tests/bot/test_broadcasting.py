"""Broadcasts on their way: once each, whatever dies, whoever helps (R12, R15, R17, U11, T60)."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot import broadcasting, errands
from bot.broadcasting import Broadcasting
from bot.channels.base import RecipientGone, TryLater
from bot.post import Post
from storage import memory
from storage.tables import Account, Broadcast, BroadcastPerson, OutboxRow, Role
from tests.conftest import MakeHouse
from tests.handlers.broadcasting import (
    DAY,
    MEETING,
    a_resident,
    at,
    broadcast,
    engine,
    left_out,
    link,
    outbox,
    sent_out,
    states,
    tick,
    told,
)
from tests.handlers.chasing import an_officer
from tests.talk import House, Talk


@pytest.fixture
async def officer(house: House, talk: Talk) -> Talk:
    at(house, DAY)
    return await an_officer(talk)


@pytest.fixture
async def five(house: House, officer: Talk) -> list[Talk]:
    return [await a_resident(house, f"dan{number}") for number in range(5)]


def times(people: list[Talk]) -> list[int]:
    return [len(told(one)) for one in people]


async def change(house: House, statement: Any) -> None:
    async with house.app.database.transaction() as tx:
        await tx.execute(statement)


# --- once ----------------------------------------------------------------------------------------


async def test_many_go_in_small_transactions(
    house: House, officer: Talk, five: list[Talk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasting, "IN_ONE", 2)
    await broadcast(officer)
    assert await sent_out(house) == 5
    assert times(five) == [1] * 5
    assert await house.rows(OutboxRow.kind, where=OutboxRow.key.like("broadcast:%:%")) == [
        *["broadcast"] * 5,
        "notice",
    ]


async def test_a_second_look_queues_nobody_again(
    house: House, officer: Talk, five: list[Talk]
) -> None:
    await broadcast(officer)
    assert await sent_out(house) == 5
    assert await tick(house, seconds=30) == 0
    await house.restart()
    assert await tick(house, minutes=1) == 0
    assert times(five) == [1] * 5


@pytest.mark.parametrize("after", range(4))
async def test_a_death_between_two_transactions_forgets_and_doubles_nobody(
    house: House,
    officer: Talk,
    five: list[Talk],
    monkeypatch: pytest.MonkeyPatch,
    after: int,
) -> None:
    """R15: however many batches were queued when the process died."""
    monkeypatch.setattr(broadcasting, "IN_ONE", 2)
    await broadcast(officer)
    house.clock.passes(minutes=6)
    left = iter(range(after))

    def dies() -> None:
        if next(left, None) is None:
            raise SystemError

    dying = Broadcasting(replace(house.app.post, wake=dies))
    with contextlib.suppress(SystemError):
        await dying.tick()
    await house.restart()
    await tick(house, minutes=2)  # by then the lease of the dead one is over
    await tick(house, seconds=20)
    assert times(five) == [1] * 5
    assert await states(house) == ["sent"]


async def test_a_death_inside_a_transaction_leaves_nothing_of_it(
    house: House, officer: Talk, five: list[Talk], monkeypatch: pytest.MonkeyPatch
) -> None:
    await broadcast(officer)
    house.clock.passes(minutes=6)

    async def dies(*_: object) -> list[str]:
        raise SystemError

    with monkeypatch.context() as patched:
        patched.setattr(Post, "queue", dies)
        with pytest.raises(SystemError):
            await engine(house).tick()
    assert await states(house) == ["waiting"]
    assert await outbox(house) == []
    assert await tick(house) == 5
    assert times(five) == [1] * 5


async def test_t60_two_processes_send_one(house: House, officer: Talk, five: list[Talk]) -> None:
    await broadcast(officer)
    house.clock.passes(minutes=6)
    assert await engine(house, "one").tick() == 5
    late = await a_resident(house, "late")
    await broadcast(officer, text="Một tin khác cho xóm năm.")
    house.clock.passes(seconds=10)
    assert await engine(house, "other").tick() == 0  # the role is leased
    house.clock.passes(minutes=6)
    assert await engine(house, "other").tick() == 1
    await house.settle()
    assert times([*five, late]) == [1] * 6


async def test_even_without_the_lease_nobody_is_told_twice(
    house: House, officer: Talk, five: list[Talk], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def held(*_: object, **__: object) -> bool:
        return True

    monkeypatch.setattr(memory, "hold", held)
    monkeypatch.setattr(broadcasting, "IN_ONE", 2)
    await broadcast(officer)
    house.clock.passes(minutes=6)
    counts = await asyncio.gather(*(engine(house, f"o{n}").tick() for n in range(4)))
    await house.settle()
    assert sum(counts) == 5
    assert times(five) == [1] * 5


async def test_stopped_at_the_very_moment_it_is_queued(
    house: House, officer: Talk, five: list[Talk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stops waits for the batch and cancels it, or the batch finds it stopped."""
    monkeypatch.setattr(broadcasting, "IN_ONE", 1)
    await broadcast(officer)
    house.clock.passes(minutes=6)
    house.app.delivery.is_open = False
    await officer.sends(kind="press", button=officer.button("Dừng tin này"))
    await asyncio.gather(engine(house).tick(), house.app.dispatcher.batch())
    house.app.delivery.is_open = True
    await house.settle()
    assert await states(house) == ["stopped"]
    assert times(five) == [0] * 5
    assert "queued" not in await outbox(house)


# --- when ----------------------------------------------------------------------------------------


async def test_u11_at_night_it_waits_for_the_morning(
    house: House, officer: Talk, five: list[Talk]
) -> None:
    at(house, "2026-11-24 20:28")
    await broadcast(officer)
    assert "sáng sớm" in "\n".join(officer.heard[-3:])
    at(house, "2026-11-24 20:40")
    assert await tick(house) == 0
    at(house, "2026-11-25 06:59")
    assert await tick(house) == 0
    at(house, "2026-11-25 07:00")
    assert await tick(house) == 5
    assert times(five) == [1] * 5


async def test_u11_what_was_not_queued_by_half_past_eight_rests(
    house: House, officer: Talk, five: list[Talk]
) -> None:
    at(house, "2026-11-24 20:24")
    await broadcast(officer)
    at(house, "2026-11-24 20:31")
    assert await tick(house) == 0
    assert times(five) == [0] * 5
    at(house, "2026-11-25 07:00")
    assert await tick(house) == 5


async def test_r12_an_answer_never_waits_for_a_broadcast(
    house: House, officer: Talk, five: list[Talk]
) -> None:
    await broadcast(officer)
    house.channel.failures = [TryLater(None)] * 5
    await tick(house, minutes=6)
    assert times(five) == [0] * 5
    await five[0].says("trợ giúp")
    assert "Các việc làm được" in " ".join(five[0].heard[-2:])


async def test_after_three_days_it_is_too_late(
    house: House, officer: Talk, five: list[Talk]
) -> None:
    """A meeting of last week: the program was off."""
    await broadcast(officer)
    at(house, "2026-11-28 09:00")
    await tick(house)
    await tick(house, seconds=20)
    assert times(five) == [0] * 5
    assert await left_out(house) == ["late"] * 5
    assert "5 để quá 3 ngày" in officer.last


async def test_what_waits_too_long_on_its_way_expires(
    house: House, officer: Talk, five: list[Talk]
) -> None:
    await broadcast(officer)
    house.app.delivery.is_open = False
    await tick(house, minutes=6)
    [began] = await house.rows(Broadcast.starts_at)
    ends = await house.rows(OutboxRow.expires_at, where=OutboxRow.kind == "broadcast")
    assert {end - began for end in ends} == {timedelta(days=3)}


# --- asked again where it is queued (R17) --------------------------------------------------------


async def test_u11_who_muted_in_between_is_told_nothing(
    house: House, officer: Talk, five: list[Talk]
) -> None:
    await broadcast(officer)
    await five[0].says("dừng nhắc")
    assert await sent_out(house) == 4
    assert times(five) == [0, 1, 1, 1, 1]
    assert "1 đã tắt tin nhắc" in officer.last


async def test_u11_who_mutes_while_it_is_on_its_way_is_told_nothing(
    house: House, officer: Talk, five: list[Talk]
) -> None:
    await broadcast(officer)
    house.channel.failures = [TryLater(None)] * 5
    await tick(house, minutes=6)
    await five[0].says("dừng nhắc")
    await tick(house, minutes=30)
    assert times(five) == [0, 1, 1, 1, 1]


async def test_p3_who_takes_the_consent_back_is_told_nothing(
    house: House, officer: Talk, five: list[Talk]
) -> None:
    await broadcast(officer)
    await five[0].says("thôi nhận tin xóm")
    await five[0].presses("Thôi nhận")
    assert await sent_out(house) == 4
    assert times(five) == [0, 1, 1, 1, 1]


async def test_p5_who_was_erased_is_in_no_list(
    house: House, officer: Talk, five: list[Talk]
) -> None:
    await broadcast(officer)
    await five[0].says("xóa dữ liệu")
    await five[0].presses("Xóa")
    if any("Xóa" in label for label in five[0].labels):
        await five[0].presses("Xóa")
    count = len(await house.rows(BroadcastPerson.person_id))
    assert await sent_out(house) == count == 4
    assert times(five) == [0, 1, 1, 1, 1]


async def test_t15_who_was_locked_in_between_is_told_nothing(
    house: House, officer: Talk, five: list[Talk]
) -> None:
    await broadcast(officer)
    me = await five[0].actor()
    locked = update(Account).where(Account.id == me.account_id).values(state="suspended")
    await change(house, locked)
    assert await sent_out(house) == 4
    assert await left_out(house) == ["", "", "", "", "locked"]


async def test_t14_whose_role_has_ended_is_told_nothing(house: House, officer: Talk) -> None:
    heads = [await officer.somebody(f"Trưởng {n}", role="head", unit="xom-05") for n in range(2)]
    await broadcast(officer, "trưởng xóm")
    me = await heads[0].actor()
    ended = update(Role).where(Role.person_id == me.person_id)
    await change(house, ended.values(until=house.clock.wall()))
    assert await sent_out(house) == 1
    assert times(heads) == [0, 1]


async def test_who_is_linked_in_between_is_told_once(
    house: House, officer: Talk, five: list[Talk]
) -> None:
    await broadcast(officer)
    await link(house, five[0], five[1])
    assert await sent_out(house) == 4
    assert sum(times(five[:2])) == 1
    assert "4/5 người" in officer.last
    assert "không nhận được" not in officer.last


async def test_who_is_linked_to_somebody_outside_is_told_all_the_same(
    house: House, officer: Talk
) -> None:
    outside = await Talk(house, "outside").enrolled()  # agreed to no news, and the smaller id
    reader = await a_resident(house, "reader")
    await broadcast(officer)
    await link(house, outside, reader)
    await tick(house, minutes=6)
    await tick(house, seconds=20)
    assert len(told(outside)) + len(told(reader)) == 1


async def test_who_is_linked_while_one_waits_for_tomorrow_is_told_once(
    house: House, officer: Talk
) -> None:
    one, other = await a_resident(house, "one"), await a_resident(house, "other", "xom-06")
    await broadcast(officer, "xóm 5", "Tin thứ nhất cho xóm năm.")
    await sent_out(house)
    await broadcast(officer, "xóm 5, 6", MEETING)
    await sent_out(house)
    assert [len(told(one)), len(told(other))] == [1, 1]
    await link(house, one, other)
    at(house, "2026-11-25 07:31")
    await tick(house)
    assert sum(MEETING in text for text in (*told(one), *told(other))) == 1


# --- what became of it ---------------------------------------------------------------------------


async def test_r13_another_account_of_the_same_human_counts_as_sent(
    house: House, officer: Talk
) -> None:
    phone, tablet = await a_resident(house, "phone"), await a_resident(house, "tablet")
    await link(house, phone, tablet)
    await broadcast(officer)
    house.channel.failures = [RecipientGone()]
    await sent_out(house)
    await tick(house, seconds=20)
    assert len(told(phone)) + len(told(tablet)) == 1
    assert "1/1 người" in officer.last


async def test_on_a_shared_phone_it_says_for_whom(a_house: MakeHouse) -> None:
    house: House = await a_house()
    at(house, DAY)
    officer = await an_officer(Talk(house, "u-first", name="Bác Năm"))
    reader = await a_resident(house, "family")
    await reader.says("đổi người học", "2", "1", "Ông Ba")
    await broadcast(officer)
    await sent_out(house)
    assert [one for one in told(reader) if "Bà family" in one] == told(reader) != []


async def test_the_demo_has_its_own_day(house: House, officer: Talk, five: list[Talk]) -> None:
    """Two clocks: the outbox by the wall, everything else by the demo's (design §2)."""
    async with house.app.database.transaction() as tx:
        await memory.move_clock(tx, timedelta(days=14), now=house.clock.wall())
    await broadcast(officer)
    assert await sent_out(house) == 5
    assert times(five) == [1] * 5
    ends = await house.rows(OutboxRow.expires_at, where=OutboxRow.kind == "broadcast")
    assert all(end < house.clock.wall() + timedelta(days=3) for end in ends)


async def test_the_tick_is_one_of_the_errands(house: House) -> None:

    assert any(one.run.__name__ == "broadcast" for one in errands.of(house.app))
