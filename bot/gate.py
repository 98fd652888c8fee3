"""The gate every raw event passes: identified, limited, stored, and only then acknowledged (R1)."""

import asyncio
import hashlib
import hmac
import json
import logging
import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from prometheus_client import Counter

from bot.channels.base import Accepted, Arrival, Channel, Raw
from bot.clock import Clock
from bot.desk import Desk
from bot.filing import HandedIn
from storage import inbox
from storage.database import Database, Unavailable
from storage.inbox import NewEvent, Stored

log = logging.getLogger(__name__)

STORING_TAKES_AT_MOST: Final = 1.5  # seconds, R1: Zalo expects an answer within two
_TOGETHER: Final = 256
_HIGH_WATER: Final = 2_000  # waiting callers; beyond that the platform is asked to come again (T36)

EVENTS = Counter("events", "Raw events by channel and fate", ["channel", "fate"])


class Pass(NamedTuple):
    event: NewEvent
    answer: "asyncio.Future[Accepted]"


class Gate:
    """Shares one commit among all events that arrive while the last one is being written."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        secret: bytes,
        limits: "Limits",
        desk: Desk,
    ) -> None:
        self._database = database
        self._clock = clock
        self._secret = secret
        self._limits = limits
        self._desk = desk
        self._waiting: list[Pass] = []
        self._writer: asyncio.Task[None] | None = None
        self.is_open = True

    def lane(self, channel: Channel, account: str) -> str:
        return lane_of(self._secret, channel.name, channel.bot, account)

    async def accept(self, channel: Channel, raw: Raw) -> Accepted:
        """Store one event. Anything but BUSY may be acknowledged."""
        fate = await self._accept(channel, raw)
        EVENTS.labels(channel.name, fate.value).inc()
        return fate

    async def _accept(self, channel: Channel, raw: Raw) -> Accepted:
        if not self.is_open or len(self._waiting) > _HIGH_WATER:
            return Accepted.BUSY
        arrival = channel.identify(raw)
        if arrival is None:
            return Accepted.IGNORED
        lane = self.lane(channel, arrival.account)
        limited = self._limits.check(lane) if arrival.typed else Limit.UNDER
        if limited is Limit.OVER:
            return Accepted.THROTTLED
        body = {"slow": raw} if limited is Limit.TELL else raw
        fate = await self._store(self._event(channel, arrival, lane, body))
        if fate is Accepted.STORED:
            await channel.accepted(raw)
        elif limited is Limit.UNDER and arrival.typed:
            self._limits.give_back(lane)
        return fate

    async def hand_in(self, channel: Channel, handed: HandedIn) -> bool:
        """Store a file's coming as an event of its account; True also if it was there before."""
        arrival = Arrival(f"handed_in:{handed.link}", handed.user_id, handed.chat)
        body = {
            "file": handed.file,
            "name": handed.name,
            "purpose": handed.purpose,
            "person_id": handed.person_id,
        }
        lane = self.lane(channel, handed.user_id)
        raw = {"handed_in": {**body, "chat": handed.chat}}
        fate = await self._store(self._event(channel, arrival, lane, raw))
        return fate in (Accepted.STORED, Accepted.DUPLICATE)

    def _event(self, channel: Channel, arrival: Arrival, lane: str, body: Raw) -> NewEvent:
        key = keyed_hash(self._secret, f"event|{channel.name}|{channel.bot}|{arrival.event_id}")
        stored = {"account": arrival.account, "event": arrival.event_id, "raw": body}
        return NewEvent(key, lane, channel.name, _storable(json.dumps(stored, ensure_ascii=False)))

    async def _store(self, event: NewEvent) -> Accepted:
        answer: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()
        self._waiting.append(Pass(event, answer))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        try:
            return await asyncio.wait_for(asyncio.shield(answer), STORING_TAKES_AT_MOST)
        except TimeoutError:
            return Accepted.BUSY  # it may still be stored: then the second delivery is a duplicate

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
            await self._write_batch(batch)

    async def _write_batch(self, batch: Sequence[Pass]) -> None:
        try:
            stored = await self._store_all(batch)
        except Unavailable as error:
            log.warning("inbox cannot be written", extra={"events": len(batch), "why": str(error)})
            self._not_stored(batch)
        except Exception as error:  # noqa: BLE001 - its words may be a person's (P9)
            log.error("events not stored", extra={"why": type(error).__name__})
            self._not_stored(batch)
        except BaseException:
            self._not_stored(batch)
            raise
        else:
            others = len(stored.taken) < len(stored.new)
            self._desk.hand(stored.taken, others=others)
            for waiting in batch:
                was_new = waiting.event.key in stored.new
                stored.new.discard(waiting.event.key)
                _answer(waiting, Accepted.STORED if was_new else Accepted.DUPLICATE)

    async def _store_all(self, batch: Sequence[Pass]) -> Stored:
        once = {waiting.event.key: waiting.event for waiting in batch}
        async with self._database.transaction() as tx:
            return await inbox.store(
                tx,
                list(once.values()),
                now=self._clock.wall(),
                taker=self._desk.owner,
                room=self._desk.room,
            )

    def _not_stored(self, batch: Sequence[Pass]) -> None:
        """As far as we know. If only the answer to our commit was lost, rows are ours unseen."""
        self._desk.has_strays = True
        for waiting in batch:
            _answer(waiting, Accepted.BUSY)

    async def close(self) -> None:
        """Refuse what comes (the platform will repeat it) and finish what is being written."""
        self.is_open = False
        if self._writer is not None:
            await self._writer


def _answer(waiting: Pass, fate: Accepted) -> None:
    if not waiting.answer.done():
        waiting.answer.set_result(fate)


def lane_of(secret: bytes, channel: str, bot: str, account: str) -> str:
    """The keyed hash under which one account is known."""
    return keyed_hash(secret, f"account|{channel}|{bot}|{account}")


def keyed_hash(secret: bytes, text: str) -> str:
    """128 bits, keyed: nobody who reads the table can look an id up (P10)."""
    return hmac.new(secret, _storable(text).encode(), hashlib.sha256).hexdigest()[:32]


def _storable(text: str) -> str:
    """Half an emoji (a lone surrogate) becomes "?": no database takes it (T23)."""
    return text.encode("utf-8", "replace").decode()


class Limit(Enum):
    """What the bucket says of one more event."""

    UNDER = "under"
    TELL = "tell"  # over, and the person has not been told for a minute
    OVER = "over"


@dataclass(slots=True)
class Bucket:
    drops: float
    counted_at: float
    told_at: float = -math.inf
    refused_at: float = -math.inf


class Limits:
    """A bucket per account: ten at once, thirty a minute (T35).

    An answered turn gives its drop back: whoever waits for answers is never slowed, however quick
    the hand; only what piles up unanswered drains the bucket. Not so while more comes than is
    taken: a flood would be answered as fast as we can, until the platform silences us (ADR 5).
    """

    BURST: Final = 10.0
    PER_SECOND: Final = 0.5
    TELL_EVERY: Final = 60.0  # seconds
    CALM_AFTER: Final = 10.0  # seconds without a refusal
    REMEMBER: Final = 20_000  # accounts; the longest unheard is forgotten, with a full bucket

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def check(self, lane: str) -> Limit:
        bucket = self._bucket(lane)
        if bucket.drops >= 1:
            bucket.drops -= 1
            return Limit.UNDER
        now = bucket.refused_at = bucket.counted_at
        if now - bucket.told_at < self.TELL_EVERY:
            return Limit.OVER
        bucket.told_at = now
        return Limit.TELL

    def give_back(self, lane: str) -> None:
        bucket = self._bucket(lane)
        if bucket.counted_at - bucket.refused_at >= self.CALM_AFTER:
            bucket.drops = min(self.BURST, bucket.drops + 1)

    def _bucket(self, lane: str) -> Bucket:
        """The account's own, refilled up to now."""
        now = self._clock.monotonic()
        bucket = self._buckets.get(lane)
        if bucket is None:
            bucket = self._buckets[lane] = Bucket(self.BURST, now)
            if len(self._buckets) > self.REMEMBER:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(lane)
        since = now - bucket.counted_at
        bucket.drops = min(self.BURST, bucket.drops + since * self.PER_SECOND)
        bucket.counted_at = now
        return bucket
