"""The platforms of a season: they note every call, and fail as platforms do."""

import asyncio
import random
from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from typing import Final

from bot.channels.base import (
    ChannelDown,
    Part,
    Receipt,
    RecipientGone,
    Refused,
    SendingFailed,
    TryLater,
    Uncertain,
)
from handlers.messages import Address
from tests.crash.seasons_commune import BOT
from tests.fakes import BUTTONS, FakeChannel

BACK_OFF: Final = timedelta(minutes=75)
"""Longer than the longest that we wait by ourselves (R11)."""


class Fate(Enum):
    """What a call comes to."""

    ARRIVES = "arrives"
    BUSY = "busy"  # 429, with the seconds
    BROKEN = "broken"  # 5xx in the platform's own words
    CUT_OFF = "cut off"  # it arrived, and we do not hear so
    LOST = "lost"  # it did not, and we do not hear so
    GONE = "gone"  # 403
    REFUSED = "refused"  # 400
    CLOSED = "closed"  # 401
    HANGS = "hangs"  # it arrives when the season says so
    DIES = "dies"  # our process is killed before the answer


FAULTS: Final = (
    *(Fate.BUSY, Fate.BUSY, Fate.BROKEN, Fate.CUT_OFF, Fate.LOST, Fate.GONE, Fate.REFUSED),
    *(Fate.CLOSED, Fate.HANGS, Fate.HANGS, Fate.DIES, Fate.DIES),
)
DOUBTFUL: Final = frozenset({Fate.CUT_OFF, Fate.LOST, Fate.REFUSED, Fate.GONE})


class Exchange:
    """What all platforms of a season share: who is called, what it comes to, who notes it."""

    def __init__(self, seed: int, *, faulty: float) -> None:
        self._seed = seed
        self._faulty = faulty
        self._calls: dict[str, int] = {}

    def fate(self, person: str) -> tuple[Fate, random.Random]:
        """The same for the same call of the same season, in whatever order calls are made."""
        number = self._calls[person] = self._calls.get(person, 0) + 1
        chance = random.Random(f"{self._seed}:{person}:{number}")
        return (chance.choice(FAULTS) if chance.random() < self._faulty else Fate.ARRIVES), chance


class Post(FakeChannel):
    """One platform as one process sees it."""

    bot = BOT

    def __init__(
        self,
        name: str,
        exchange: Exchange,
        *,
        note: Callable[[str, str, Part, Fate], None],
        trouble: Callable[[str, Fate, timedelta], None],
    ) -> None:
        """`note` hears of each call: person, token of its buttons, what is sent, fate."""
        super().__init__(BUTTONS, name)
        self._exchange = exchange
        self._note = note
        self._trouble = trouble
        self.opened = asyncio.Event()
        """Set when calls that hang come to an end."""
        self.hanging: set[str] = set()
        self.is_dead = False

    async def send(self, part: Part, to: Address) -> Receipt:
        await asyncio.sleep(0)
        if self.is_dead:
            await self._for_ever(to.account)
        fate, chance = self._exchange.fate(to.account)
        token = part.buttons[0].token[:8] if part.buttons else ""
        if fate is Fate.DIES and chance.random() < 0.5:
            self.is_dead = True  # before anything was written
            await self._for_ever(to.account)
        self._note(to.account, token, part, fate)
        if fate is Fate.DIES:
            self.is_dead = True
            await self._for_ever(to.account)
        if fate is Fate.HANGS:
            await self._hangs(to.account)
            fate = chance.choice((Fate.ARRIVES, Fate.CUT_OFF))
        failure = self._failure(to.account, fate, chance)
        if failure is not None:
            raise failure
        return Receipt(platform_id=token)

    async def _for_ever(self, person: str) -> None:
        self.hanging.add(person)
        await asyncio.Event().wait()

    async def _hangs(self, person: str) -> None:
        self.hanging.add(person)
        await self.opened.wait()
        self.hanging.discard(person)

    def _failure(self, person: str, fate: Fate, chance: random.Random) -> SendingFailed | None:
        match fate:
            case Fate.BUSY:
                after, whole = float(chance.randint(1, 900)), chance.random() < 0.5
                self._trouble("" if whole else person, fate, timedelta(seconds=after + 60))
                return TryLater(after, whole_channel=whole)
            case Fate.BROKEN:
                self._trouble(person, fate, BACK_OFF)
                return TryLater()
            case Fate.CLOSED:
                self._trouble("", fate, timedelta(seconds=360))
                return ChannelDown()
            case Fate.CUT_OFF | Fate.LOST:
                self._trouble(person, fate, timedelta(0))
                return Uncertain("cut off")
            case Fate.GONE:
                self._trouble(person, fate, timedelta(0))
                return RecipientGone("blocked")
            case Fate.REFUSED:
                self._trouble(person, fate, timedelta(0))
                return Refused("400")
        return None
