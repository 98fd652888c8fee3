"""What may be taken from the outbox now: answers first, the rest at the channel's pace (R12, R21).

Nothing that nobody asked for is taken before it may go: it waits in its row, not in our hands.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from bot.channels.base import Channel
from bot.clock import Clock
from bot.clock_jumps import ClockWatch
from bot.pacing import Chats, Pace
from bot.quiet import may_go_at
from handlers.messages import Outgoing
from handlers.reminding.claiming import Falls, Verdict, Waits
from handlers.settling import to_json
from storage import inbox, memory, outbox
from storage.database import Transaction
from storage.outbox import Message, Settled

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Broken:
    """Nobody could say what becomes of it: the name of the exception."""

    why: str


Claim = Callable[
    [Transaction, Sequence[Message], datetime], Awaitable[Mapping[int, Verdict | Broken]]
]

ASKED_AT_ONCE: Final = 200
UNASKED_AT_ONCE: Final = 24
_STEP: Final = 6
"""So few are begun in one breath: an answer finds the loop and the database free (R12)."""
_YIELD: Final = 0.25
"""Seconds for which nothing unasked is begun while answers are under way, but not for ever."""
_INBOX_FIRST: Final = timedelta(seconds=5)
"""While an event has waited longer, nothing goes unasked: it may be the very report (R21)."""
_NOT_FOR_EVER: Final = 600.0  # seconds: an event may be stuck
_TRIES: Final = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
"""So long a message waits each time it could not be made; then it is given up (R7)."""
_BROKEN: Final = "broken "
"""What the reason of such a wait begins with; the number of tries follows."""
_SHARES_EVERY: Final = 5.0  # seconds
_LOOK_EVERY: Final = 1.0
_BREATH: Final = 0.25  # seconds between looks while there is more than the pace allows


def unasked_now(under_way: int, *, answers: int, since: float) -> int:
    """How many may be begun, beside so many answers, so many seconds after the last ones were."""
    if answers and since < _YIELD:
        return 0
    return min(_STEP, UNASKED_AT_ONCE - under_way)


class Taking:
    """The rules of one process; what is left for later is remembered in `pause`."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        *,
        clock: Clock,
        watch: ClockWatch,
        owner: str,
        timezone: tzinfo,
        claim: Claim,
    ) -> None:
        """`claim` says what becomes of the unasked, asked where it is taken (R17)."""
        self._channels = channels
        self._clock, self._watch, self._owner = clock, watch, owner
        self._timezone, self._claim = timezone, claim
        self._paces: dict[str, Pace] = {}
        self._chats = Chats()
        self._processes = 1
        self._shared_at = float("-inf")
        self._unasked_from = float("-inf")
        self._inbox_late_since: float | None = None
        self._held_back: set[str] = set()
        """Channels that may have more than their pace allowed."""

    def rest(self, seconds: float) -> None:
        """Take nothing unasked for so long."""
        self._unasked_from = self._clock.monotonic() + seconds

    def count(self, message: Message, parts: int = 1) -> None:
        """So much of it goes now, whatever its kind."""
        self._pace(message.channel).count(parts, now=self._clock.monotonic())

    def pause(self) -> float:
        """Seconds until the outbox should be looked at again, if nobody calls before."""
        now = self._clock.monotonic()
        waits = [max(_BREATH, self._pace(name).wait(now)) for name in self._held_back]
        return min(_LOOK_EVERY, *waits) if waits else _LOOK_EVERY

    async def take(
        self, tx: Transaction, names: Sequence[str], wall: datetime, *, asked: int, unasked: int
    ) -> list[Message]:
        """Take at most so many of both; what comes back is ours, and goes now."""
        await self._share(tx, wall)
        self._held_back = set()
        taken = await self._answers(tx, names, wall, asked)
        if unasked > 0 and await self._may_go_unasked(tx, wall):
            taken += await self._unasked(tx, names, wall, unasked, taken)
        return taken

    async def _answers(
        self, tx: Transaction, names: Sequence[str], wall: datetime, most: int
    ) -> list[Message]:
        taken = await self._of(tx, ("reply",), names, wall, most)
        now = self._clock.monotonic()
        for name in names:
            there = sum(one.channel == name for one in taken)
            room = min(most - len(taken), self._pace(name).room_for_notices(now) - there)
            taken += await self._of(tx, ("notice",), [name], wall, room)
        return taken

    async def _unasked(
        self,
        tx: Transaction,
        names: Sequence[str],
        wall: datetime,
        most: int,
        answers: Sequence[Message],
    ) -> list[Message]:
        now = self._clock.monotonic()
        taken: list[Message] = []
        for name in names:
            going = sum(one.channel == name for one in answers)
            allowed = self._pace(name).room(now) - going
            room = min(most - len(taken), allowed)
            found = await self._of(tx, outbox.UNASKED, [name], wall, room)
            if len(found) >= allowed:
                self._held_back.add(name)
            taken += found
        return await self._still_due(tx, await self._one_a_second(tx, taken, wall), wall)

    async def _of(
        self,
        tx: Transaction,
        kinds: Sequence[str],
        names: Sequence[str],
        wall: datetime,
        most: int,
    ) -> list[Message]:
        if most <= 0:
            return []
        return await outbox.take(
            tx, owner=self._owner, now=wall, limit=most, channels=names, kinds=kinds
        )

    async def _may_go_unasked(self, tx: Transaction, wall: datetime) -> bool:
        """By day, by a clock that is sure, and when the inbox is drained (U11, R20, R21)."""
        now = self._clock.monotonic()
        if now < self._unasked_from or not self._watch.is_sure():
            return False
        if may_go_at(wall, self._timezone) > wall:
            return False
        oldest = await inbox.oldest_waiting(tx)
        if oldest is None or wall - oldest < _INBOX_FIRST:
            self._inbox_late_since = None
            return True
        if self._inbox_late_since is None:
            self._inbox_late_since = now
        return now - self._inbox_late_since > _NOT_FOR_EVER

    async def _share(self, tx: Transaction, wall: datetime) -> None:
        """Several processes (PostgreSQL) share each channel's ceiling evenly, by who lives now."""
        now = self._clock.monotonic()
        if tx.dialect.name == "sqlite" or now - self._shared_at < _SHARES_EVERY:
            return
        self._shared_at = now
        self._processes = len({self._owner, *await memory.living(tx, now=wall)})
        for pace in self._paces.values():
            pace.share_among(self._processes)

    def _pace(self, name: str) -> Pace:
        if name not in self._paces:
            ceiling = self._channels[name].able.per_second
            self._paces[name] = Pace(ceiling, now=self._clock.monotonic())
            self._paces[name].share_among(self._processes)
        return self._paces[name]

    async def _one_a_second(
        self, tx: Transaction, taken: Sequence[Message], wall: datetime
    ) -> list[Message]:
        """The second message to one chat waits for its second."""
        now = self._clock.monotonic()
        kept, back = [], []
        for one in taken:
            wait = self._chats.wait(one.account_id, now=now)
            if wait <= 0:
                kept.append(one)
                continue
            until = wall + timedelta(seconds=wait)
            back.append(Settled(one.id, "queued", one.parts_sent, one.doubts, until, "pace"))
        if back:
            await outbox.settle(tx, back, owner=self._owner, now=wall)
        return kept

    async def _still_due(
        self, tx: Transaction, taken: Sequence[Message], wall: datetime
    ) -> list[Message]:
        """All of it is looked at once more; reminders say what is true now (R17, R18)."""
        verdicts = await self._claim(tx, taken, wall) if taken else {}
        put_back, kept = [], []
        for one in taken:
            match verdicts.get(one.id):
                case Outgoing() as said:
                    await outbox.rewrite(tx, one.id, to_json(said))
                    kept.append(one._replace(body=to_json(said)))
                case None:
                    kept.append(one)
                case verdict:
                    put_back.append(_put_back(one, verdict, wall))
        if put_back:
            await outbox.settle(tx, put_back, owner=self._owner, now=wall)
        return kept


def _put_back(message: Message, verdict: Falls | Waits | Broken, wall: datetime) -> Settled:
    """What becomes of a message that does not go now."""
    parts, doubts = message.parts_sent, message.doubts
    match verdict:
        case Falls(reason):
            return Settled(message.id, "superseded", parts, doubts, None, reason)
        case Waits(until):
            return Settled(message.id, "queued", parts, doubts, until, "talking")
        case Broken(why):
            return _another_try(message, why, wall)


def _another_try(message: Message, why: str, wall: datetime) -> Settled:
    """It holds up nothing else; whoever looks after the house has to see it in the end (R7)."""
    counted = message.reason.removeprefix(_BROKEN) if message.reason.startswith(_BROKEN) else "0"
    tries = int(counted)
    about = {"row": message.id, "why": why}
    if tries == len(_TRIES):
        log.error("message cannot be made", extra=about)
        return Settled(message.id, "failed", message.parts_sent, message.doubts, None, "broken")
    log.warning("message could not be made", extra=about)
    until, reason = wall + _TRIES[tries], f"{_BROKEN}{tries + 1}"
    return Settled(message.id, "retry_wait", message.parts_sent, message.doubts, until, reason)
