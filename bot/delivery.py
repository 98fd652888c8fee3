"""Outbox -> channel: order, retry, give up (R8-R14). No transaction is open while we wait."""

import asyncio
import contextlib
import logging
import random
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Final

from bot.channels.base import (
    Alarm,
    Channel,
    ChannelDown,
    Part,
    Receipt,
    RecipientGone,
    Refused,
    TemplateSender,
    TryLater,
    Uncertain,
)
from bot.channels.rendering import FindPicture, render
from bot.clock import Clock
from bot.clock_jumps import ClockWatch
from bot.filing import Filing
from bot.quiet import may_go_at
from bot.rerouting import Rerouting
from bot.settling import Settling
from bot.silences import Silences
from bot.taking import ASKED_AT_ONCE, Claim, Taking, unasked_now
from handlers import reach
from handlers.messages import Address, Outgoing, Why, notice_letter
from handlers.settling import from_json
from handlers.texts import Texts
from storage import outbox, units, unsent
from storage.database import Conflict, Database, Transaction, Unavailable
from storage.outbox import Message, Settled

log = logging.getLogger(__name__)

_BACK_OFF: Final = (5, 30, 120, 600, 1_800, 3_600)  # seconds, then hourly (R11)
AGAIN_AFTER_DOUBT: Final = timedelta(seconds=10)  # R9
LATE: Final = timedelta(minutes=15)  # R11
_DOWN_FOR: Final = 300.0  # seconds before a channel with refused credentials is tried again
_STRAYS_EVERY: Final = 60.0  # seconds; far longer than from a commit to our hands
_EXPIRE_EVERY: Final = 60.0  # seconds; before it is sent every message is looked at anyway
_REST: Final = 0.02
"""Seconds between two handfuls of the unasked: ten times what any platform allows goes through."""
_AT_START: Final = 5.0  # seconds in which only the inbox and the answers are seen to (R21)


class Delivery:
    """Sends what the outbox holds: one message at a time per account, many accounts at once."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        *,
        clock: Clock,
        owner: str,
        texts: Texts,
        picture: FindPicture,
        chance: random.Random,
        alarm: Alarm,
        filing: Filing,
        timezone: tzinfo,
        claim: Claim,
        watch: ClockWatch | None = None,
    ) -> None:
        """`claim` says what becomes of reminders, asked where they are taken (R17).

        `watch`: the one of the whole process; without it the clock is watched here alone.
        """
        self._watch = watch = watch or ClockWatch(clock, alarm=alarm)
        self._silences = Silences(clock)
        self._taking = Taking(
            channels, clock=clock, watch=watch, owner=owner, timezone=timezone, claim=claim
        )
        self._timezone = timezone
        self._alarm = alarm
        self._filing = filing
        self._database = database
        self._channels = channels
        self._clock = clock
        self._owner = owner
        self._texts = texts
        self._picture = picture
        self._chance = chance
        self._lanes: dict[tuple[int, bool], deque[Message]] = {}
        """By account; what nobody asked for has a lane of its own: no answer waits behind it."""
        self.in_hand: set[int] = set()
        """Rows that are being sent or settled."""
        self._unasked: set[int] = set()
        """Those of them that nobody asked for."""
        self._unasked_at = float("-inf")
        """When some of those were taken last."""
        self._left_some = self._has_begun_unasked = False
        """Of the last look."""
        self._strays_sought = clock.monotonic()
        self._expired_at = float("-inf")
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(ASKED_AT_ONCE)
        self._wake = asyncio.Event()
        self._settling = Settling(
            database,
            clock=clock,
            owner=owner,
            silences=self._silences,
            rerouting=Rerouting(channels, owner=owner),
            let_go=self._let_go,
            wake=self._wake.set,
        )
        self.is_open = True

    def wake(self) -> None:
        self._wake.set()

    def take_over(self, messages: Iterable[Message]) -> None:
        """Send rows that are already ours (state `sending`), in order per account."""
        for message in messages:
            self.in_hand.add(message.id)
            self._taking.count(message)
            is_unasked = message.kind in outbox.UNASKED
            if is_unasked:
                self._unasked.add(message.id)
            place = (message.account_id, is_unasked)
            lane = self._lanes.get(place)
            if lane is not None:
                lane.append(message)
                continue
            self._lanes[place] = deque([message])
            task = asyncio.create_task(self._walk(place))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def run(self) -> None:
        """Look for due rows when woken, when something may go, and once a second."""
        self._taking.rest(_AT_START)
        while True:
            self._wake.clear()
            try:
                while await self.look():
                    await self._rest()
            except (Unavailable, Conflict) as error:
                log.warning("outbox cannot be read", extra={"why": str(error)})
            except Exception as error:  # noqa: BLE001 - one of the three loops (style b4)
                log.error("delivery failed", extra={"why": type(error).__name__})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._pause())

    async def _rest(self) -> None:
        """Let whoever writes have the processor between two handfuls (R12)."""
        if self._has_begun_unasked:
            await asyncio.sleep(_REST)

    def _pause(self) -> float:
        """Until the pace allows the next, or a silence ends: not a second longer (R10)."""
        ends = [left for name in self._channels if (left := self._silences.left(name)) > 0]
        return min(self._taking.pause(), *ends) if ends else self._taking.pause()

    async def look(self) -> int:
        """Take due rows once, no more than can be sent at once; how many there were.

        What a dying process holds and never began to send would be `uncertain` for ever (R9).
        """
        if not self.is_open:
            return 0
        answers = len(self.in_hand) - len(self._unasked)
        asked = ASKED_AT_ONCE - answers
        since = self._clock.monotonic() - self._unasked_at
        unasked = unasked_now(len(self._unasked), answers=answers, since=since)
        async with self._database.transaction() as tx:
            wall = self._clock.wall()
            await self._silences.learn(tx, wall)
            await self._sweep(tx, wall)
            names = [name for name, channel in self._channels.items() if self._speaks(channel)]
            taken = await self._taking.take(tx, names, wall, asked=asked, unasked=unasked)
            of_both = sum(one.kind in outbox.UNASKED for one in taken)
            self._left_some = of_both >= unasked or len(taken) - of_both >= asked
            self._has_begun_unasked = of_both > 0
            if of_both:
                self._unasked_at = self._clock.monotonic()
            if taken:
                self._settling.rules = reach.rules_of(await units.settings_of(tx, None))
        self.take_over(taken)
        return len(taken)

    def _speaks(self, channel: Channel) -> bool:
        return not channel.fetched and self._silences.left(channel.name) <= 0

    async def _sweep(self, tx: Transaction, wall: datetime) -> None:
        """What is decided by the clock and cannot be taken back waits until it is sure (R20)."""
        now = self._clock.monotonic()
        if not self._watch.is_sure():
            return
        if now - self._expired_at >= _EXPIRE_EVERY:
            self._expired_at = now
            await unsent.expire(tx, now=wall)
        await self._seek_strays(tx, wall)

    async def _seek_strays(self, tx: Transaction, wall: datetime) -> None:
        """Rows that are ours without our knowing: their commit had only seemed to fail."""
        now = self._clock.monotonic()
        if now - self._strays_sought < _STRAYS_EVERY:
            return
        self._strays_sought = now
        before = wall - timedelta(seconds=_STRAYS_EVERY)
        await outbox.take_back(tx, owner=self._owner, besides=self.in_hand, before=before)

    async def idle(self) -> None:
        """Wait until nothing is being sent or settled."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self, *, seconds: float) -> None:
        """Take nothing more; let what is in flight end (R31)."""
        self.is_open = False
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.idle(), seconds)

    # --- one account ---------------------------------------------------------------------------

    async def _walk(self, place: tuple[int, bool]) -> None:
        lane, is_unasked = self._lanes[place], place[1]
        try:
            while lane:
                message = lane.popleft()
                async with contextlib.nullcontext() if is_unasked else self._slots:
                    result = await self._attempt(message)
                await self._settling.settle(message, result)
                if result.state in outbox.WAITING and not is_unasked:
                    await self._give_up_turn(lane)
        finally:
            del self._lanes[place]

    async def _give_up_turn(self, lane: deque[Message]) -> None:
        """The head must wait: what follows it goes back to the queue, in order (R12)."""
        while lane:
            message = lane.popleft()
            back = Settled(message.id, "queued", message.parts_sent, message.doubts)
            await self._settling.settle(message, back)

    async def _attempt(self, message: Message) -> Settled:
        channel = self._channels.get(message.channel)
        wall = self._clock.wall()
        if channel is None:
            return self._later(message, message.parts_sent, timedelta(minutes=10), "channel is off")
        if held := self._held(message, wall):
            return held
        try:
            parts = await self._parts(message, channel, wall)
        except (Unavailable, Conflict):
            return self._later(message, message.parts_sent, timedelta(seconds=5), "database")
        except Exception as error:  # noqa: BLE001 - one of the three loops (style b4)
            log.error("message unreadable", extra={"row": message.id, "why": type(error).__name__})
            return _final(message, "failed", reason="unreadable")
        if message.kind != "reply" and isinstance(channel, TemplateSender):
            return await self._send_unasked(message, parts, channel, wall)
        return await self._send(message, parts, channel)

    def _held(self, message: Message, wall: datetime) -> Settled | None:
        """What becomes of a message that is not to be tried now."""
        is_sure = self._watch.is_sure()
        if is_sure and message.expires_at <= wall:
            return _final(message, "expired")
        if message.kind in outbox.UNASKED and not is_sure:
            return self._later(message, message.parts_sent, timedelta(0), "clock")
        if held := self._silenced(message, message.parts_sent):
            return held
        opens = may_go_at(wall, self._timezone)
        if message.kind in outbox.UNASKED and opens > wall:
            return self._later(message, message.parts_sent, opens - wall, "quiet hours")
        return None

    def _silenced(self, message: Message, sent: int) -> Settled | None:
        left = self._silences.left(message.channel)
        return self._later(message, sent, timedelta(seconds=left), "silence") if left > 0 else None

    async def _send_unasked(
        self, message: Message, parts: Sequence[Part], channel: Channel, wall: datetime
    ) -> Settled:
        """Something nobody waits for: in free words while the window is open, else a template."""
        template = from_json(message.body).template
        cost = reach.cost_of(
            self._settling.rules,
            message.channel,
            seen_at=message.seen_at,
            now=wall,
            template=template,
        )
        if isinstance(cost, Why):
            return _final(message, "failed", reason=cost.value)
        if cost is not reach.Cost.TEMPLATE or template is None:
            return await self._send(message, parts, channel)
        assert isinstance(channel, TemplateSender)  # noqa: S101 - for the type checker
        number, values = reach.template_id(self._settling.rules, template), dict(template.values)
        try:
            receipt = await channel.send_template(
                number, values, _address(message), phone=message.phone
            )
        except Exception as error:  # noqa: BLE001 - one of the three loops (style b4)
            return self._failed(message, 0, error)
        return _sent(message, len(parts), receipt)

    async def _send(self, message: Message, parts: Sequence[Part], channel: Channel) -> Settled:
        receipt = Receipt()
        for number in range(message.parts_sent, len(parts)):
            if number > message.parts_sent:
                self._taking.count(message)
                if held := self._silenced(message, number):
                    return held
            try:
                receipt = await channel.send(parts[number], _address(message))
            except Exception as error:  # noqa: BLE001 - one of the three loops (style b4)
                return self._failed(message, number, error)
        return _sent(message, len(parts), receipt)

    async def _parts(self, message: Message, channel: Channel, wall: datetime) -> tuple[Part, ...]:
        token = message.token or ""
        said = self._with_hint(from_json(message.body), channel, token)
        if said.document:
            parts = await self._filing.parts(message, said, channel.able, token=token)
        elif said.drawn:
            picture = await self._filing.picture(said.drawn)
            parts = await self._filing.drawn_parts(
                message, said, channel.able, token=token, picture=picture
            )
        else:
            parts = render(said, channel.able, token=token, picture=self._picture)
        if message.kind == "reply" and wall - message.created_at > LATE:
            text = f"{self._texts.say('menu.late')}\n{parts[0].text}"
            if len(parts[0].heading) + 1 + len(text) <= channel.able.max_text:
                parts = (replace(parts[0], text=text), *parts[1:])
        return parts

    def _with_hint(self, said: Outgoing, channel: Channel, token: str) -> Outgoing:
        """Where a notice has no buttons, say how it is answered."""
        if said.notice is None or len(said.choices) <= channel.able.max_buttons:
            return said
        hint = self._texts.say("menu.letter_hint", code=f"{notice_letter(token)}1")
        return replace(said, text=f"{said.text}\n{hint}")

    def _failed(self, message: Message, sent: int, error: Exception) -> Settled:
        match error:
            case TryLater():
                if error.whole_channel and error.after:
                    self._silences.obey(message.channel, error.after)
                wait = error.after or self._back_off(message.attempts)
                return self._later(message, sent, timedelta(seconds=wait), "try later")
            case RecipientGone():
                return _final(message, "failed", sent, reason=error.why.value)
            case Refused():
                if error.why is Why.REFUSED:
                    log.error("message refused", extra={"row": message.id, "why": str(error)[:80]})
                return _final(message, "failed", sent, reason=error.why.value)
            case ChannelDown():
                log.critical("channel refuses our credentials", extra={"channel": message.channel})
                self._silences.keep(message.channel, _DOWN_FOR)
                self._alarm("channel_down", channel=message.channel)
                return self._later(message, sent, timedelta(seconds=_DOWN_FOR), "channel down")
            case _:
                if not isinstance(error, Uncertain):
                    log.error("unknown failure", extra={"why": type(error).__name__})
                return self._doubtful(message, sent)

    def _doubtful(self, message: Message, sent: int) -> Settled:
        """Nobody can know whether it arrived: a reply goes once more, others never (R9)."""
        if message.kind == "reply" and message.doubts == 0:
            later = self._watch.earliest() + AGAIN_AFTER_DOUBT
            return Settled(message.id, "retry_wait", sent, 1, not_before=later, reason="doubt")
        return Settled(message.id, "uncertain", sent, message.doubts + 1, reason="doubt")

    def _later(self, message: Message, sent: int, wait: timedelta, reason: str) -> Settled:
        at = self._watch.earliest() + wait
        if self._watch.is_sure() and at >= message.expires_at:
            return _final(message, "expired", sent, reason=reason)
        return Settled(message.id, "retry_wait", sent, message.doubts, at, reason)

    def _back_off(self, attempts: int) -> float:
        base = _BACK_OFF[min(max(attempts, 1), len(_BACK_OFF)) - 1]
        return base * self._chance.uniform(0.8, 1.2)

    def _let_go(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self.in_hand.discard(message.id)
            self._unasked.discard(message.id)
        if self._left_some:
            self._wake.set()


def _address(message: Message) -> Address:
    return Address(message.channel, message.bot, message.user_id, message.chat)


def _sent(message: Message, parts: int, receipt: Receipt) -> Settled:
    return Settled(
        message.id,
        "sent",
        parts,
        message.doubts,
        platform_id=receipt.platform_id,
        quota=receipt.quota,
    )


def _final(message: Message, state: str, sent: int = 0, *, reason: str = "") -> Settled:
    return Settled(message.id, state, max(sent, message.parts_sent), message.doubts, None, reason)
