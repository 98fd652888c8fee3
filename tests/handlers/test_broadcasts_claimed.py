"""What was queued is asked again where it is taken to be sent (R17, T14, T15, P3, P5, U11)."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import update

from bot.channels.base import TryLater
from storage import linking
from storage.tables import Account, Broadcast, Consent, OutboxRow, Role
from tests.conftest import ENGINES
from tests.handlers.broadcasting import (
    DAY,
    MEETING,
    a_resident,
    at,
    broadcast,
    link,
    states,
    tick,
    told,
)
from tests.handlers.chasing import an_officer
from tests.handlers.reminding import asked, comes
from tests.handlers.test_reporting import head
from tests.talk import House, Talk

pytestmark = pytest.mark.parametrize("engine", ENGINES)  # only a fake can fail


@pytest.fixture
async def officer(house: House, talk: Talk) -> Talk:
    at(house, DAY)
    return await an_officer(talk)


async def queued(
    house: House, officer: Talk, *, whom: str = "xóm 5", seconds: float = 1800, people: int = 1
) -> None:
    """On its way, and put off by a busy platform."""
    await broadcast(officer, whom)
    house.channel.failures = [TryLater(seconds, whole_channel=False) for _ in range(people)]
    await tick(house, minutes=5, seconds=1)


async def change(house: House, statement: Any) -> None:
    async with house.app.database.transaction() as tx:
        await tx.execute(statement)


async def why(house: House) -> list[tuple[str, str]]:
    of_it = OutboxRow.kind == "broadcast"
    return sorted(await house.rows(OutboxRow.state, OutboxRow.reason, where=of_it))


async def test_r17_a_broadcast_leaves_with_the_role(house: House, officer: Talk) -> None:
    """T14: queued, the platform is busy; meanwhile the role ends."""
    five = await officer.somebody("Trưởng", role="head", unit="xom-05")
    await queued(house, officer, whom="trưởng xóm")
    assert told(five) == []
    me = await five.actor()
    ended = update(Role).where(Role.person_id == me.person_id)
    await change(house, ended.values(until=house.clock.wall()))
    await tick(house, minutes=40)
    assert told(five) == []
    assert await why(house) == [("superseded", "left")]
    await tick(house, seconds=30)
    assert await states(house) == ["sent"]
    assert "1 chưa đồng ý nhận tin hoặc đã thôi việc" in officer.last


async def suspended(house: House, one: Talk) -> None:
    """Not through `roles.suspend`, which cancels what waits."""
    me = await one.actor()
    lock = update(Account).where(Account.id == me.account_id)
    await change(house, lock.values(state="suspended"))


async def muted(house: House, one: Talk) -> None:
    me = await one.actor()
    mute = update(Account).where(Account.id == me.account_id)
    await change(house, mute.values(muted_at=house.clock.wall()))


async def without_consent(house: House, one: Talk) -> None:
    me = await one.actor()
    back = update(Consent).where(Consent.person_id == me.person_id, Consent.purpose == "news")
    await change(house, back.values(withdrawn_at=house.clock.wall()))


async def stopped(house: House, one: Talk) -> None:
    """Beside the words of `stop`, which cancel what waits."""
    await change(house, update(Broadcast).values(state="stopped"))


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (suspended, "locked"),
        (muted, "muted"),
        (without_consent, "left"),
        (stopped, "stopped"),
    ],
)
async def test_r17_what_has_changed_meanwhile_is_seen_where_it_is_sent(
    house: House,
    officer: Talk,
    how: Callable[[House, Talk], Awaitable[None]],
    reason: str,
) -> None:
    one, other = await a_resident(house, "dan0"), await a_resident(house, "dan1")
    await queued(house, officer, people=2)
    await how(house, one)
    await tick(house, minutes=40)
    await tick(house, seconds=20)
    assert told(one) == []
    assert ("superseded", reason) in await why(house)
    assert len(told(other)) == (reason != "stopped")


async def test_p5_an_app_that_was_parted_is_somebody_else_s(house: House, officer: Talk) -> None:
    one, other = await a_resident(house, "one"), await Talk(house, "other").enrolled("xom-06")
    await link(house, one, other)
    house.clock.passes(minutes=1)
    await other.says("trang đầu")  # the app that was used last is written to
    await queued(house, officer)
    me = await other.actor()
    async with house.app.database.transaction() as tx:
        await linking.part(tx, [me.person_id], now=house.clock.wall())
    await tick(house, minutes=40)
    assert told(other) == []


async def test_two_who_became_one_hear_it_once(house: House, officer: Talk) -> None:
    one, other = await a_resident(house, "one"), await a_resident(house, "other")
    await queued(house, officer, people=2)
    await link(house, one, other)
    await tick(house, minutes=40)
    await tick(house, seconds=20)
    assert len(told(one)) + len(told(other)) == 1
    at(house, "2026-11-25 09:00")
    await tick(house)
    assert len(told(one)) + len(told(other)) == 1
    assert await states(house) == ["sent"]


# --- one unasked message a day, by the day it is sent --------------------------------------------


async def test_u11_a_broadcast_that_waited_overnight_counts_with_the_reminder(
    house: House, talk: Talk
) -> None:
    """Platform busy in the evening: it is tried again at 8:15, after the reminder of eight."""
    at(house, "2026-12-07 09:00")
    five = await head(talk)
    officer = await an_officer(five)
    at(house, "2026-12-07 20:00")
    await queued(house, officer, whom="trưởng xóm", seconds=12 * 3600 + 600)
    await comes(house, "2026-12-08 08:00")
    await comes(house, "2026-12-08 08:20")
    assert (len(told(five)), len(asked(five))) == (0, 1)
    await comes(house, "2026-12-09 07:30")
    assert len(told(five)) == 1


async def test_u11_a_reminder_counts_with_the_broadcast_of_that_morning(
    house: House, talk: Talk
) -> None:
    at(house, "2026-12-07 09:00")
    five = await head(talk)
    officer = await an_officer(five)
    at(house, "2026-12-07 20:00")
    await queued(house, officer, whom="trưởng xóm", seconds=11 * 3600 + 600)
    await comes(house, "2026-12-08 07:30")
    assert len(told(five)) == 1
    await comes(house, "2026-12-08 08:00")
    assert asked(five) == []


async def test_u11_two_broadcasts_go_on_two_days(house: House, officer: Talk) -> None:
    one = await a_resident(house, "dan0")
    await queued(house, officer, seconds=23 * 3600)
    await broadcast(officer, text="Mai cúp nước từ bảy giờ sáng đến trưa.")
    at(house, "2026-11-25 08:10")
    await tick(house)
    assert len(told(one)) == 1
    await tick(house, minutes=20)
    await tick(house, hours=2)
    assert len(told(one)) == 1
    at(house, "2026-11-26 07:31")
    await tick(house)
    await tick(house, seconds=20)
    assert sum(MEETING in heard for heard in told(one)) == 1
    assert len(told(one)) == 2
