"""Looks once a minute what is wrong that an admin must know, and what is over (R28, R33).

One process looks, by a lease. What is told and that it was told are one transaction: each trouble
is told once a day, and once "đã ổn lại".
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot import disk as limits
from bot.channels.base import Expiring
from bot.disk import Disk
from bot.post import Post
from handlers import words
from handlers.flow import Mail, Scene
from handlers.messages import Outgoing
from storage import backups, health, inbox, restores, roles, troubles
from storage.database import Transaction

EVERY: Final = 60  # seconds
_ROLE: Final = "watching"
_HELD: Final = 150.0  # seconds
_INBOX_LATE: Final = timedelta(minutes=2)
_CHANNEL_FAILS: Final = timedelta(minutes=10)
_BACKUP_OLD: Final = timedelta(hours=26)
_TOKEN_ENDS: Final = timedelta(days=7)

TROUBLES: Final = (
    *("inbox_late", "quarantine", "channel_failing", "zalo_oa_token_ends"),
    *("backup_old", "backup_bad", "disk_low", "disk_full"),
)
"""Each has a sentence `alarm.<name>`, and `alarm.over_<name>` for its end."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong now."""

    what: str
    about: str = ""
    """Which channel, if there are several that can have it."""
    values: Mapping[str, object] | None = None
    is_covered: bool = False
    """Something else that is told says it too."""

    @property
    def name(self) -> str:
        return f"{self.what}:{self.about}"


class Watching:
    """Looks, and tells."""

    def __init__(self, post: Post, disk: Disk, *, has_backups: bool) -> None:
        self._post = post
        self._disk = disk
        self._has_backups = has_backups

    async def tick(self) -> int:
        """How many notices. None while the clock is in doubt: all of it is a matter of time."""
        if not self._post.watch.is_sure():
            return 0
        free = await asyncio.to_thread(self._disk.free)
        ends = await self._tokens_end()
        async with self._post.database.transaction() as tx:
            if not await self._post.holds(tx, _ROLE, seconds=_HELD):
                return 0
            scene = await self._post.scene(tx)
            mails = await self._restored(scene)
            mails += await self._news(scene, [*_about_disk(free), *await self._wrong(tx, ends)])
            await self._post.queue(scene, mails)
        if mails:
            self._post.wake()
        return len(mails)

    # --- what is wrong ---------------------------------------------------------------------------

    async def _wrong(self, tx: Transaction, ends: Mapping[str, datetime]) -> list[Trouble]:
        now = self._post.clock.wall()
        found = [*await _about_inbox(tx, now)]
        for channel, since in (await health.failing_since(tx, now=now)).items():
            if channel in self._post.channels and now - since > _CHANNEL_FAILS:
                values = {"channel": self._named(channel), "minutes": _minutes(now - since)}
                found.append(Trouble("channel_failing", channel, values))
        for channel, end in ends.items():
            if end - now < _TOKEN_ENDS:
                days = max(0, -(-(end - now) // timedelta(days=1)))
                found.append(Trouble(f"{channel}_token_ends", values={"days": days}))
        if self._has_backups:
            found += await _about_backups(tx, now)
        return found

    def _named(self, channel: str) -> str:
        return self._post.house.texts.get(f"roles.channel_{channel}", channel)

    async def _tokens_end(self) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        for name, channel in self._post.channels.items():
            if isinstance(channel, Expiring) and (end := await channel.good_until()) is not None:
                found[name] = end
        return found

    # --- telling ---------------------------------------------------------------------------------

    async def _news(self, scene: Scene, found: list[Trouble]) -> list[Mail]:
        wall = self._post.clock.wall()
        today = wall.astimezone(self._post.house.timezone).date()
        by_name = {one.name: one for one in found}
        news = await troubles.judge(scene.tx, by_name, today=today)
        mails: list[Mail] = []
        for name in news.wrong:
            one = by_name[name]
            if one.is_covered:
                continue
            said = Outgoing(scene.house.texts.say(f"alarm.{one.what}", **(one.values or {})))
            # As `Alarms` keeps its keys: what a channel has said today is not said again.
            mails += await _to_admins(scene, said, f"alarm:{name}:{today.isoformat()}")
        for name in news.over:
            what, _, about = name.partition(":")
            said = scene.message(f"alarm.over_{what}", channel=self._named(about))
            mails += await _to_admins(scene, said, f"alarm:over:{name}:{wall.isoformat()}")
        return mails

    async def _restored(self, scene: Scene) -> list[Mail]:
        """After a restore: from when to when everything is lost (R30)."""
        gap = await restores.untold(scene.tx)
        if gap is None:
            return []
        await restores.told(scene.tx)
        since, until = (_moment(at, self._post) for at in gap)
        said = scene.message("alarm.restored", since=since, until=until)
        return await _to_admins(scene, said, f"restored:{gap.until.isoformat()}")


def _moment(at: datetime, post: Post) -> str:
    local = at.astimezone(post.house.timezone)
    return f"{local:%H:%M} {words.say_date(local.date())}"


async def _to_admins(scene: Scene, said: Outgoing, key: str) -> list[Mail]:
    admins = await roles.all_admins(scene.tx)
    return [Mail(person, said, f"{key}:{person}") for person in admins]


async def _about_inbox(tx: Transaction, now: datetime) -> list[Trouble]:
    found = []
    oldest, count = await inbox.oldest_waiting(tx), await inbox.quarantined(tx)
    if oldest is not None and now - oldest > _INBOX_LATE:
        found.append(Trouble("inbox_late", values={"minutes": _minutes(now - oldest)}))
    if count:
        found.append(Trouble("quarantine", values={"count": count}))
    return found


async def _about_backups(tx: Transaction, now: datetime) -> list[Trouble]:
    found = []
    newest = await backups.newest(tx)
    since = newest.made_at if newest else await backups.wanted_since(tx, now=now)
    if now - since > _BACKUP_OLD:
        hours = (now - since) // timedelta(hours=1)
        found.append(Trouble("backup_old", values={"hours": hours}))
    if await backups.is_bad(tx):
        found.append(Trouble("backup_bad"))
    return found


def _about_disk(free: int) -> Iterator[Trouble]:
    """A full disk is a low one as well, of which nothing is said then."""
    is_full = free < limits.FULL
    if is_full:
        yield Trouble("disk_full")
    if free < limits.LOW:
        yield Trouble("disk_low", is_covered=is_full)


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
