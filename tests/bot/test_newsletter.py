"""The monthly news: to whom, when, and never twice (P3, R15, R17, U11, T45, T60)."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import newsletter
from bot.channels.base import RecipientGone, TryLater
from storage import linking, memory, people, units
from storage.tables import Account, Consent, OutboxRow, Unit
from tests.conftest import MakeHouse
from tests.fakes import FakeChannel
from tests.storage.histories import a_finished_lesson, a_person
from tests.talk import House, Talk, in_demo_days

FIRST = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)  # 08:00
NOVEMBER = datetime(2026, 11, 24, 5, tzinfo=UTC)


async def at(house: House, moment: datetime) -> None:
    house.clock.passes(seconds=(moment - house.clock.wall()).total_seconds())


async def sent(house: House, *, owner: str = "") -> int:
    """One tick, and everything on its way arrives."""
    count = await newsletter.send(replace(house.app.post, owner=owner or house.app.owner))
    await house.settle()
    return count


async def a_reader(house: House, account: str, hamlet: str = "xom-05") -> Talk:
    talk = await Talk(house, account, name=f"Bà {account}").enrolled(hamlet)
    return await talk.says("nhận tin xóm", "1")


def news(talk: Talk) -> list[str]:
    return [heard for heard in talk.heard if "tháng 11/2026" in heard and "Tin Xóm" in heard]


async def learned(house: House, hamlet: str, learners: int) -> None:
    async with house.app.database.transaction() as tx:
        unit = await units.by_code(tx, hamlet, on=NOVEMBER.date())
        assert unit is not None
        for _ in range(learners):
            person = await a_person(tx)
            await a_finished_lesson(tx, person, "dan5-1", at=NOVEMBER, unit_id=unit.id)


async def change(house: House, statement: Any) -> None:
    async with house.app.database.transaction() as tx:
        await tx.execute(statement)


@pytest.fixture
async def reader(house: House) -> Talk:
    return await a_reader(house, "reader")


# --- who gets what -------------------------------------------------------------------------------


async def test_whoever_agreed_gets_three_lines_once(house: House, reader: Talk) -> None:
    other = await Talk(house, "other").enrolled()
    await learned(house, "xom-05", 12)
    await at(house, FIRST)
    assert await sent(house) == 1
    assert news(reader) == [
        "DỮ LIỆU MẪU. Tin Xóm 5, tháng 11/2026: "
        "ít nhất 10 người học, 10 lượt học, 0 buổi học chung.\n"
        "Cả xã, các xóm nêu số cộng lại: ít nhất 10 người học, 10 lượt học, 0 buổi học chung.\n"
        "Có tin này vì đã đồng ý nhận tin xóm. Muốn thôi, xin nhắn: dừng nhắc."
    ]
    assert not news(other)
    [row] = await house.rows(
        OutboxRow.key,
        OutboxRow.kind,
        OutboxRow.expires_at,
        where=OutboxRow.kind == "broadcast",
    )
    me = await reader.actor()
    assert row == (f"news:2026-11:{me.canonical_id}", "broadcast", FIRST + timedelta(days=5))
    for days in range(1, 5):
        await at(house, FIRST + timedelta(days=days))
        assert await sent(house) == 0
    assert len(news(reader)) == 1


async def test_the_next_month_brings_the_next_one(house: House, reader: Talk) -> None:
    await at(house, FIRST)
    await sent(house)
    await at(house, FIRST + timedelta(days=31))
    assert await sent(house) == 1
    assert "tháng 12/2026" in reader.last


@pytest.mark.parametrize(
    ("day", "hour", "is_sent"),
    [(1, 6, False), (1, 7, True), (5, 20, True), (5, 21, False), (6, 8, False), (30, 8, False)],
)
async def test_u11_only_by_day_from_the_first_to_the_fifth(
    house: House, reader: Talk, day: int, hour: int, is_sent: bool
) -> None:
    moment = datetime(2026, 12 if day < 30 else 11, day, tzinfo=UTC) + timedelta(hours=hour - 7)
    await at(house, moment)
    assert (await sent(house) == 1) == is_sent
    assert bool(news(reader)) == is_sent


async def test_the_demo_date_decides(house: House, reader: Talk) -> None:
    await in_demo_days(house, 9)  # 22/11 -> 1/12, 09:00
    assert await sent(house) == 1
    assert news(reader)


# --- R17: what is true when it is queued ---------------------------------------------------------


async def test_r17_who_muted_withdrew_or_is_locked_gets_nothing(house: House) -> None:
    muted = await a_reader(house, "muted")
    await muted.says("dừng nhắc")
    withdrew = await a_reader(house, "withdrew")
    await withdrew.says("nhận tin xóm", "2")
    locked = await a_reader(house, "locked")
    me = await locked.actor()
    await change(
        house, update(Account).where(Account.id == me.account_id).values(state="suspended")
    )
    erased = await a_reader(house, "erased")
    await erased.says("/dulieu", "5", "2")
    await at(house, FIRST)
    assert await sent(house) == 0
    await muted.says("nhận nhắc")
    assert await sent(house) == 1
    assert [bool(news(one)) for one in (muted, withdrew, locked, erased)] == [
        True,
        False,
        False,
        False,
    ]


async def test_r17_who_muted_one_app_is_left_in_peace_on_the_other(house: House) -> None:
    """Whoever says "dừng nhắc" says it to the house, not to an app."""
    phone, other = await a_reader(house, "phone"), await Talk(house, "other").enrolled()
    await link(house, phone, other)
    await other.says("dừng nhắc")
    await at(house, FIRST)
    assert await sent(house) == 0


async def test_r17_the_hamlet_is_that_of_the_moment(house: House, reader: Talk) -> None:
    await reader.says("/dulieu", "2", "2", "7")
    await at(house, FIRST)
    await sent(house)
    assert "Tin Xóm 7" in news(reader)[0]


async def test_u11_one_thing_unasked_a_day(house: House, reader: Talk) -> None:
    await at(house, FIRST)
    me = await reader.actor()
    row = {
        **dict.fromkeys(("chat", "owner", "reason", "platform_id", "quota"), ""),
        **dict.fromkeys(("attempts", "parts_sent", "doubts"), 0),
        "account_id": me.account_id, "person_id": me.person_id, "kind": "reminder",
        "state": "sent", "body": {"text": "Nhắc"}, "created_at": FIRST, "expires_at": FIRST,
    }  # fmt: skip
    await change(house, OutboxRow.__table__.insert().values(**row))  # type: ignore[attr-defined]
    assert await sent(house) == 0
    await at(house, FIRST + timedelta(days=1))
    assert await sent(house) == 1


# --- once ----------------------------------------------------------------------------------------


async def link(house: House, one: Talk, other: Talk) -> None:
    a, b = (await one.actor()).person_id, (await other.actor()).person_id
    async with house.app.database.transaction() as tx:
        await linking.join(tx, a, b, now=house.clock.wall())


async def test_one_human_with_two_apps_gets_one(house: House) -> None:
    phone, tablet = await a_reader(house, "phone"), await a_reader(house, "tablet")
    await link(house, phone, tablet)
    await at(house, FIRST)
    assert await sent(house) == 1
    assert len(news(phone)) + len(news(tablet)) == 1


async def test_who_is_linked_in_between_gets_no_second_one(house: House) -> None:
    first = await Talk(house, "first").enrolled()
    reader = await a_reader(house, "reader")  # the greater id: its own key
    await at(house, FIRST)
    assert await sent(house) == 1
    await link(house, first, reader)
    assert await sent(house) == 0


async def test_a_restart_doubles_nothing(house: House, reader: Talk) -> None:
    await at(house, FIRST)
    await sent(house)
    await house.restart()
    assert await sent(house) == 0
    assert len(news(reader)) == 1


async def test_t60_two_processes_send_one(house: House, reader: Talk) -> None:
    await at(house, FIRST)
    assert await sent(house, owner="one") == 1
    late = await Talk(house, "late").enrolled()
    await late.says("nhận tin xóm", "1")
    assert await sent(house, owner="other") == 0  # the role is leased
    house.clock.passes(minutes=5)
    assert await sent(house, owner="other") == 1
    assert [len(news(one)) for one in (reader, late)] == [1, 1]


async def test_even_without_the_lease_the_key_keeps_it_single(
    house: House, reader: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def held(*_: object, **__: object) -> bool:
        return True

    monkeypatch.setattr(memory, "hold", held)
    await at(house, FIRST)
    await asyncio.gather(*(sent(house, owner=f"o{n}") for n in range(4)))
    assert len(news(reader)) == 1


async def test_whose_turn_it_is_not_leaves_the_work_to_the_other(
    house: House, reader: Talk
) -> None:
    await at(house, FIRST - timedelta(hours=2))  # nobody holds the role at night
    assert await sent(house, owner="other") == 0
    await at(house, FIRST)
    assert await sent(house) == 1


async def test_many_go_in_small_batches(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    readers = [await a_reader(house, f"r{n}", f"xom-0{4 + n % 3}") for n in range(7)]
    monkeypatch.setattr(newsletter, "_AT_ONCE", 5)
    monkeypatch.setattr(newsletter, "_IN_ONE", 2)
    await at(house, FIRST)
    assert [await sent(house), await sent(house), await sent(house)] == [5, 2, 0]
    assert all(len(news(one)) == 1 for one in readers)


async def test_who_cannot_be_reached_is_not_tried_again(house: House, reader: Talk) -> None:
    """R13: a refusal is final; and who is gone does not stand in front of others."""
    await at(house, FIRST)
    house.channel.failures = [RecipientGone()]
    assert await sent(house) == 1
    assert await sent(house) == 0
    states = await house.rows(OutboxRow.state, where=OutboxRow.kind == "broadcast")
    assert states == ["failed"]


async def test_who_has_no_account_any_more_is_not_due(house: House, reader: Talk) -> None:
    me = await reader.actor()
    await change(house, update(Account).where(Account.id == me.account_id).values(state="stopped"))
    await at(house, FIRST)
    assert await sent(house) == 0


async def test_what_waits_too_long_expires(house: House, reader: Talk) -> None:
    """A month's news are of no use when the fifth is long over."""
    await at(house, FIRST)
    await change(house, update(OutboxRow).values(state="sent"))
    async with house.app.database.transaction() as tx:
        await tx.execute(update(Account).values(seen_at=FIRST))
    house.app.delivery.is_open = False
    await newsletter.send(house.app.post)
    await at(house, FIRST + timedelta(days=5, minutes=1))
    house.app.delivery.is_open = True
    await house.settle()
    assert not news(reader)
    assert "expired" in await house.rows(OutboxRow.state, where=OutboxRow.kind == "broadcast")


async def test_on_a_shared_phone_it_says_for_whom(a_house: MakeHouse) -> None:
    house: House = await a_house()
    reader = await a_reader(house, "family")
    await reader.says("đổi người học", "2", "1", "Ông Ba")
    await at(house, FIRST)
    await sent(house)
    assert isinstance(house.channel, FakeChannel)
    assert "Bà family: DỮ LIỆU MẪU. Tin Xóm 5" in reader.last


async def test_the_consent_of_a_linked_person_counts_for_the_human(house: House) -> None:
    first, second = await Talk(house, "first").enrolled(), await a_reader(house, "second")
    await link(house, first, second)
    async with house.app.database.reading() as tx:
        given = await tx.scalar(select(Consent.person_id).where(Consent.purpose == "news"))
    assert given == (await second.actor()).person_id
    await at(house, FIRST)
    assert await sent(house) == 1
    async with house.app.database.transaction() as tx:
        await people.withdraw(tx, given or 0, now=FIRST)


# --- what waits on its way -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "dated",
    [{"until": date(2026, 11, 1)}, {"since": date(2026, 12, 1)}],
    ids=["ended", "new since the 1st"],
)
async def test_r15_readers_of_a_hamlet_without_a_last_month_keep_the_news_from_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch, dated: dict[str, date]
) -> None:
    """Whoever can be told nothing stays "due" and stands first in every list of 200."""
    monkeypatch.setattr(newsletter, "_AT_ONCE", 1)
    await a_reader(house, "first", "xom-01")
    reader = await a_reader(house, "reader", "xom-05")
    await learned(house, "xom-05", 12)
    async with house.app.database.transaction() as tx:
        await tx.execute(update(Unit).where(Unit.code == "xom-01").values(**dated))
    await at(house, FIRST)
    for _ in range(5):
        await sent(house)
        house.clock.passes(minutes=2)
    assert len(news(reader)) == 1


async def test_news_that_failed_once_come_a_little_later(house: House) -> None:
    reader = await a_reader(house, "reader")
    await learned(house, "xom-05", 12)
    await at(house, FIRST)
    house.channel.failures += [TryLater(None)]
    await sent(house)
    assert news(reader) == []
    house.clock.passes(minutes=30)
    await house.settle()
    assert len(news(reader)) == 1


async def test_u11_news_that_failed_in_the_evening_wait_for_the_morning(house: House) -> None:
    """U11: nothing unasked after 20:30, however often the platform was out before."""
    reader = await a_reader(house, "reader")
    await learned(house, "xom-05", 12)
    await at(house, FIRST.replace(hour=13, minute=29))  # 20:29
    house.channel.failures += [TryLater(None)]
    await sent(house)
    assert news(reader) == []
    house.clock.passes(minutes=30)
    await house.settle()
    assert news(reader) == []
    await reader.says("trợ giúp")
    assert "Các việc làm được" in " ".join(reader.heard[-2:])  # an answer waits for nobody's news
    await at(house, FIRST.replace(hour=0) + timedelta(days=1))  # 07:00
    await house.settle()
    assert len(news(reader)) == 1


@pytest.mark.parametrize("said", ["dừng nhắc", "thôi nhận tin xóm"])
async def test_u11_who_wants_no_news_gets_none_that_waits(house: House, said: str) -> None:
    """U11, R17, P4: a withdrawal works at once, also for what waits for the platform."""
    reader = await a_reader(house, "reader")
    await learned(house, "xom-05", 12)
    await at(house, FIRST)
    house.channel.failures += [TryLater(None)]
    await sent(house)
    assert news(reader) == []
    await reader.says(said)
    if any("Thôi nhận" in label for label in reader.labels):
        await reader.presses("Thôi nhận")
    house.clock.passes(minutes=30)
    await house.settle()
    assert news(reader) == []
