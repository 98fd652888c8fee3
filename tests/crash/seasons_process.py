"""One process of the program in a season: its planner and its delivery, until it is killed."""

import asyncio
import contextlib
import functools
import random
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.channels.base import Channel
from bot.clock_jumps import ClockWatch
from bot.delivery import Delivery
from bot.filing import Filing
from bot.opening import find_picture
from bot.post import Post
from bot.reminding import Claiming, Reminding
from handlers import FLOWS, REMINDERS, texts
from handlers.flow import Flows, House
from lessons import catalogue
from storage import memory, outbox
from storage.database import Database
from storage.outbox import Message
from tests.crash.seasons_commune import PLATFORMS
from tests.crash.seasons_post import Post as Platform

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_LIFE = 20.0  # seconds; as of the real one
Window = tuple[int, int]
"""What had happened when a message began to be claimed, and when it was."""


class SeasonClock:
    """Stands still until it is moved; the wall's can be put to another time."""

    def __init__(self, at: datetime) -> None:
        self.at = at.replace(tzinfo=ZONE).astimezone(UTC)
        self.seconds = 1_000.0

    def wall(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    @property
    def local(self) -> datetime:
        """As the wall shows it here, without a zone."""
        return self.at.astimezone(ZONE).replace(tzinfo=None)

    def comes(self, moment: datetime) -> None:
        """Time passes until it is that local moment."""
        passed = moment - self.local
        assert passed >= timedelta(0), f"time does not run backwards to {moment}"
        self.at += passed
        self.seconds += passed.total_seconds()

    def is_put(self, moment: datetime) -> None:
        """Somebody puts the wall's clock to another time."""
        self.at = moment.replace(tzinfo=ZONE).astimezone(UTC)


def _nobody(_what: str, /, **_values: object) -> None:
    """No admin is told of alarms here."""


@functools.cache
def a_house() -> House:
    return House(
        flows=Flows(FLOWS),
        texts=texts.load(),
        lessons=catalogue.load(),
        timezone=ZONE,
        channels=PLATFORMS,
        reminders=REMINDERS,
    )


class Watched(Delivery):
    """The real one; it says what it takes in hand, and when that was asked for."""

    window: Window = (0, 0)
    count: Callable[[], int] = staticmethod(lambda: 0)

    def take_over(self, messages: Iterable[Message]) -> None:
        taken = list(messages)
        self.window = (self.window[0], self.count())
        for one in taken:
            self.claimed[one.token or ""] = self.window
            self.whose[one.id] = one.user_id
        super().take_over(taken)

    @functools.cached_property
    def claimed(self) -> dict[str, Window]:
        """Token -> when the message that carries it was claimed last."""
        return {}

    @functools.cached_property
    def whose(self) -> dict[int, str]:
        return {}


class Process:
    """A process with a database of its own; `posts` are its ways to the platforms."""

    def __init__(
        self,
        database: Database,
        clock: SeasonClock,
        posts: list[Platform],
        *,
        owner: str,
        count: Callable[[], int],
    ) -> None:
        self.owner = owner
        self.posts = posts
        self.database = database
        self._clock = clock
        channels: dict[str, Channel] = {post.name: post for post in posts}
        house = a_house()
        watch = ClockWatch(clock, alarm=_nobody)
        self.delivery = Watched(
            database,
            channels,
            clock=clock,
            owner=owner,
            texts=house.texts,
            picture=find_picture,
            chance=random.Random(owner),
            alarm=_nobody,
            watch=watch,
            filing=Filing(
                database,
                clock=clock,
                entropy=secrets.token_bytes,
                keyed_hash=str,
                texts=house.texts,
                address="",
            ),
            timezone=ZONE,
            claim=Claiming(house),
        )
        self.delivery.count = count
        self.reminding = Reminding(
            Post(database, channels, house, clock, owner, lambda: None, watch)
        )

    @property
    def is_dead(self) -> bool:
        return any(post.is_dead for post in self.posts)

    async def begins(self) -> None:
        """As at the start of a process, and every few seconds afterwards (R9, R26)."""
        async with self.database.transaction() as tx:
            now = self._clock.wall()
            name = memory.PROCESS + self.owner
            await memory.hold(tx, name, owner=self.owner, now=now, seconds=_LIFE)
            again = now + timedelta(seconds=10)
            living = memory.who_lives(now=now)
            await outbox.recover(tx, living=living, now=now, again_at=again)

    async def looks(self, since: int) -> int:
        """Take what is due once; back when all of it is settled, or hangs.

        `since`: what had happened before anything that goes on at the same time.
        """
        self.delivery.window = (since, since)
        found = await self.delivery.look()
        await self.is_quiet()
        return found

    async def is_quiet(self) -> None:
        """Nothing more can happen here by itself."""
        while True:
            hanging = set().union(*(post.hanging for post in self.posts))
            whose = self.delivery.whose
            if {whose[row] for row in self.delivery.in_hand} <= hanging:
                return
            await asyncio.sleep(0.0005)

    async def goes_on(self) -> None:
        """What hung comes to an end."""
        for post in self.posts:
            post.opened.set()
            post.opened = asyncio.Event()
        await self.is_quiet()

    @property
    def is_waiting(self) -> bool:
        return any(post.hanging for post in self.posts)

    async def vanishes(self) -> list[str]:
        """SIGKILL: nothing is settled any more; the persons whose messages it held."""
        self.delivery.is_open = False
        held = [self.delivery.whose[row] for row in self.delivery.in_hand]
        mine = [task for task in asyncio.all_tasks() if _is_of(task, self.delivery)]
        for task in mine:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*mine, return_exceptions=True)
        return held


def _is_of(task: asyncio.Task[None], delivery: Delivery) -> bool:
    """Whether a task walks or settles for this delivery."""
    coroutine = task.get_coro()
    frame = getattr(coroutine, "cr_frame", None)
    return frame is not None and frame.f_locals.get("self") is delivery
