"""What tests of learning nudges do again and again: somebody who agreed, and an evening."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot import nudging
from bot.channels.base import TryLater
from handlers.flow import Mail
from handlers.messages import Outgoing
from storage import linking, memory
from storage.tables import OutboxRow
from tests.handlers.reminding import local
from tests.handlers.test_nudges import agreed
from tests.talk import House, Talk

SUNDAY = "2026-11-29"
"""A week after the day on which everybody here agrees."""


async def sent(house: House, *, owner: str = "") -> int:
    """One tick, and everything on its way arrives."""
    post = replace(house.app.post, owner=owner or house.app.owner, house=house.app.house)
    count = await nudging.send(post)
    await house.settle()
    return count


async def comes(house: House, moment: str) -> int:
    """It is that local moment."""
    house.clock.passes(seconds=(local(moment) - house.clock.wall()).total_seconds())
    await house.settle()
    return await sent(house)


async def a_learner(house: House, account: str, hour: str = "19:00") -> Talk:
    talk = await Talk(house, account, name=f"Bà {account}").enrolled()
    return await agreed(talk, hour)


def nudges(talk: Talk) -> list[str]:
    return [one for one in talk.heard if "đã đồng ý nhận nhắc học" in one]


async def states(house: House) -> list[tuple[str, str]]:
    return await house.rows(
        OutboxRow.state, OutboxRow.reason, where=OutboxRow.key.startswith("learn:")
    )


async def change(house: House, statement: Any) -> None:
    async with house.app.database.transaction() as tx:
        await tx.execute(statement)


async def tell(house: House, talk: Talk, *, kind: str) -> None:
    """Something else that nobody asked for goes to this person now."""
    me, now = await talk.actor(), house.clock.wall()
    async with house.app.database.transaction() as tx:
        mail = Mail(me.person_id, Outgoing("Tin khác"), f"other:{now.isoformat()}", kind=kind)
        await house.app.post.queue(await house.app.post.scene(tx), [mail])
    await house.settle()


async def link(house: House, one: Talk, other: Talk) -> None:
    a, b = (await one.actor()).person_id, (await other.actor()).person_id
    async with house.app.database.transaction() as tx:
        await linking.join(tx, a, b, now=house.clock.wall())


async def move(house: House, *, days: int) -> None:
    async with house.app.database.transaction() as tx:
        await memory.move_clock(tx, timedelta(days=days), now=house.clock.wall())


async def waits(house: House) -> None:
    """It is queued, and the platform is busy for five minutes."""
    house.channel.failures += [TryLater(300, whole_channel=False)]
    assert await comes(house, f"{SUNDAY} 19:00") == 1
