"""What tests of broadcasts do again and again: people who may be told, and a moment that comes."""

import re
from dataclasses import replace
from datetime import datetime

from bot.broadcasting import Broadcasting
from storage import linking, units
from storage.tables import Broadcast, BroadcastPerson, OutboxRow
from tests.handlers.reminding import local
from tests.talk import House, Talk

MEETING = "Tối mai 19 giờ 30 họp ở nhà văn hóa xóm."
DAY = "2026-11-24 09:00"
SIGN = "Mã tin: "


def engine(house: House, owner: str = "") -> Broadcasting:
    return Broadcasting(replace(house.app.post, owner=owner or house.app.owner))


def at(house: House, moment: str | datetime) -> None:
    when = local(moment) if isinstance(moment, str) else moment
    house.clock.passes(seconds=(when - house.clock.wall()).total_seconds())


async def tick(house: House, *, owner: str = "", **later: float) -> int:
    """After so long, one look at what is due; all of it is sent."""
    house.clock.passes(**later)
    count = await engine(house, owner).tick()
    await house.settle()
    return count


async def sent_out(house: House) -> int:
    """The five minutes are over: everything goes, at the channel's pace; its maker hears of it."""
    count = await tick(house, minutes=5, seconds=1)
    for number in range(12):
        if number < 2 or "queued" in await outbox(house):
            count += await tick(house, seconds=20)
    return count


async def a_resident(house: House, account: str, hamlet: str = "xom-05") -> Talk:
    """Somebody who lives there and agreed to news."""
    talk = await Talk(house, account, name=f"Bà {account}").enrolled(hamlet)
    await talk.says("nhận tin xóm", "1")
    return await talk.says("trang đầu")


def told(talk: Talk) -> list[str]:
    """The broadcasts that this person has got, without the previews of who made one."""
    return [
        heard.text
        for heard in talk.seen
        if SIGN in heard.text and "thông báo" in heard.text and "dừng nhắc" in heard.text
    ]


def to_type(talk: Talk) -> str:
    """What the preview wants to be typed."""
    found = re.findall(r"người, xin nhắn: (.+?)\. Để sửa", "\n".join(talk.heard))
    return str(found[-1])


async def confirms(officer: Talk) -> Talk:
    return await officer.says(to_type(officer))


async def broadcast(officer: Talk, whom: str = "xóm 5", text: str = MEETING) -> Talk:
    """Made and confirmed."""
    await officer.says(f"/thongbao {whom}: {text}")
    return await confirms(officer)


async def states(house: House) -> list[str]:
    rows = await house.rows(Broadcast.id, Broadcast.state)
    return [state for _, state in sorted(rows)]


async def codes(house: House) -> list[str]:
    rows = await house.rows(Broadcast.id, Broadcast.code)
    return [code for _, code in sorted(rows)]


async def left_out(house: House) -> list[str]:
    return sorted(await house.rows(BroadcastPerson.left_out))


async def outbox(house: House) -> list[str]:
    return sorted(await house.rows(OutboxRow.state, where=OutboxRow.key.like("broadcast:%:%")))


async def link(house: House, one: Talk, other: Talk) -> None:
    a, b = (await one.actor()).person_id, (await other.actor()).person_id
    async with house.app.database.transaction() as tx:
        await linking.join(tx, a, b, now=house.clock.wall())


async def approver_above(house: House, most: int) -> None:
    async with house.app.database.transaction() as tx:
        [commune] = await units.communes(tx, on=house.clock.wall().date())
        settings = await units.settings_of(tx, commune.id)
        rules = {"broadcasts": {"second_approver_above": most}}
        await units.write_settings(tx, commune.id, {**settings, **rules})
