"""The clock and the channel of a simulated season: nothing is waited for, nothing leaves."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from random import Random
from typing import Final

from aiohttp import web

from bot.channels.base import (
    Accept,
    Arrival,
    Capabilities,
    Command,
    Part,
    Raw,
    Receipt,
    RecipientGone,
    TryLater,
    Uncertain,
)
from bot.simulated_fate import Fate, Lot, Trouble
from handlers.messages import Address, Incoming

_TRY_AGAIN: Final = 300.0  # seconds
_IN_DOUBT: Final = 0.01


class SeasonClock:
    """Stands still until the season goes on; never goes back."""

    def __init__(self, at: datetime) -> None:
        self._at = self._began = at

    def wall(self) -> datetime:
        return self._at

    def monotonic(self) -> float:
        return (self._at - self._began).total_seconds()

    def comes(self, moment: datetime) -> None:
        self._at = max(self._at, moment)


class WritingChannel:
    """Writes down what it is told to send, and fails as fate has it."""

    name = "zalo_bot"
    bot = "simulated"
    able = Capabilities(max_text=2_000)
    fetched = False

    def __init__(
        self, clock: SeasonClock, fate: Fate, *, heard: Callable[[str, datetime], None]
    ) -> None:
        """`heard` is told whose message arrived, and when."""
        self._clock = clock
        self._fate = fate
        self._heard = heard
        self._tried: dict[str, int] = {}
        self.written = 0

    async def send(self, part: Part, to: Address) -> Receipt:  # noqa: ARG002 - the contract's
        await asyncio.sleep(0)
        now = self._clock.wall()
        if any(one.kind is Trouble.CHANNEL and one.covers(now) for one in self._fate.outages):
            raise TryLater(after=_TRY_AGAIN)
        if to.account in self._accounts(Lot.BLOCKED):
            raise RecipientGone
        if self._is_lost_sight_of(to.account):
            raise Uncertain
        self.written += 1
        self._heard(to.account, now)
        return Receipt(platform_id=str(self.written))

    def _accounts(self, lot: Lot) -> Collection[str]:
        return {player.account for player in self._fate.players if player.lot is lot}

    def _is_lost_sight_of(self, account: str) -> bool:
        """Whether nobody will know what became of this one; of the seed, whatever goes first."""
        number = self._tried[account] = self._tried.get(account, 0) + 1
        chance = Random(f"{self._fate.seed} {account} {number}")  # noqa: S311 - no secret
        return chance.random() < _IN_DOUBT

    # --- nobody speaks here: what a channel needs besides --------------------------------------

    def identify(self, raw: Raw) -> Arrival | None:  # noqa: ARG002 - the contract's
        return None

    def parse(self, raw: Raw) -> Incoming | None:  # noqa: ARG002 - the contract's
        return None

    async def accepted(self, raw: Raw) -> None:
        """Nothing to acknowledge."""

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:  # noqa: ARG002 - as above
        return ()

    async def set_menu(self, chat: str, commands: Sequence[Command]) -> None:
        """Nothing: there is no such menu here."""

    async def start(self) -> None:
        """Nothing to look up."""

    async def listen(self, accept: Accept) -> None:
        """Nobody speaks."""

    async def close(self) -> None:
        """Nothing to close."""
