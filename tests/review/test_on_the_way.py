"""What is made or queued for somebody, and what has changed before it arrives (T14, R15, U11)."""

from datetime import date

import pytest
from sqlalchemy import update

from bot import newsletter
from bot.channels.base import TryLater
from handlers.roles import service as role_service
from storage import roles
from storage.tables import OutboxRow, Unit
from tests.bot.test_newsletter import FIRST, a_reader, at, learned, news, sent
from tests.talk import House, Talk


async def test_t14_a_workbook_that_waits_dies_with_the_role(house: House) -> None:
    """T14: queued private messages die at once; the figures of the commune are one."""
    officer = await Talk(house, "u-officer", name="Cán bộ").holds("officer")
    await officer.says("/thongke")
    await officer.presses("Excel")
    await house.settle()
    assert await house.app.workshop.look() == 1  # made, and not sent yet: the channel is slow
    waiting = (OutboxRow.state == "queued") & (OutboxRow.key.like("work:%"))
    assert len(await house.rows(OutboxRow.id, where=waiting)) == 1
    actor = await officer.actor()
    async with house.app.database.transaction() as tx:
        [held] = await roles.holders_of(tx, actor.canonical_id)
        await role_service.end(tx, held, by=None, acting="", now=house.clock.wall())
    assert await house.rows(OutboxRow.id, where=waiting) == []


async def test_r15_readers_of_an_ended_hamlet_do_not_keep_the_news_from_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever can be told nothing stays "due" and stands first in every list of 200."""
    monkeypatch.setattr(newsletter, "_AT_ONCE", 1)
    await a_reader(house, "gone", "xom-01")
    reader = await a_reader(house, "reader", "xom-05")
    await learned(house, "xom-05", 12)
    async with house.app.database.transaction() as tx:
        await tx.execute(update(Unit).where(Unit.code == "xom-01").values(until=date(2026, 11, 1)))
    await at(house, FIRST)
    for _ in range(5):
        await sent(house)
        house.clock.passes(minutes=2)
    assert len(news(reader)) == 1


async def test_r15_readers_of_a_new_hamlet_do_not_keep_the_news_from_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hamlet made by a split on the 1st has no last month."""
    monkeypatch.setattr(newsletter, "_AT_ONCE", 1)
    await a_reader(house, "new", "xom-01")
    reader = await a_reader(house, "reader", "xom-05")
    await learned(house, "xom-05", 12)
    async with house.app.database.transaction() as tx:
        await tx.execute(update(Unit).where(Unit.code == "xom-01").values(since=date(2026, 12, 1)))
    await at(house, FIRST)
    for _ in range(5):
        await sent(house)
        house.clock.passes(minutes=2)
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


async def test_news_that_failed_once_come_a_little_later(house: House) -> None:
    """What the two above stand on; green."""
    reader = await a_reader(house, "reader")
    await learned(house, "xom-05", 12)
    await at(house, FIRST)
    house.channel.failures += [TryLater(None)]
    await sent(house)
    assert news(reader) == []
    house.clock.passes(minutes=30)
    await house.settle()
    assert len(news(reader)) == 1
