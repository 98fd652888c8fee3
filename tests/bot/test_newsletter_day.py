"""The news of a hamlet and a broadcast share a day: it counts when each is sent (U11)."""

from datetime import timedelta

from bot.channels.base import TryLater
from tests.bot.test_newsletter import FIRST, a_reader, at, news, sent
from tests.handlers.broadcasting import broadcast, tick, told
from tests.handlers.chasing import an_officer
from tests.talk import House


async def test_u11_what_was_made_yesterday_and_sent_today_is_of_today(house: House) -> None:
    """A broadcast that the platform put off overnight."""
    reader = await a_reader(house, "reader")
    await at(house, FIRST - timedelta(hours=14))  # 18:00
    officer = await an_officer(reader)
    await broadcast(officer)
    house.channel.failures = [TryLater(13 * 3600, whole_channel=False)]
    await tick(house, minutes=5, seconds=1)
    await at(house, FIRST)
    await house.settle()
    assert len(told(reader)) == 1
    assert await sent(house) == 0
    await at(house, FIRST + timedelta(days=1))
    assert await sent(house) == 1


async def test_u11_news_that_waited_overnight_count_with_the_broadcast(house: House) -> None:
    """What goes first that day is the one; the other goes the next morning."""
    reader = await a_reader(house, "reader")
    await at(house, FIRST + timedelta(hours=11))  # 19:00
    house.channel.failures = [TryLater(14 * 3600, whole_channel=False)]  # 09:00
    assert await sent(house) == 1
    officer = await an_officer(reader)
    await broadcast(officer)
    await at(house, FIRST + timedelta(days=1))
    await tick(house)
    await at(house, FIRST + timedelta(days=1, hours=3))
    await tick(house)
    assert len(told(reader)) + len(news(reader)) == 1
    await at(house, FIRST + timedelta(days=2))
    await tick(house)
    assert len(told(reader)) + len(news(reader)) == 2
