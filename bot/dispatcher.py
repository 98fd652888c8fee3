"""One stored event, one transaction, one turn (style a2): the only place where turns happen."""

import asyncio
import contextlib
import json
import logging
import secrets
import traceback
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from prometheus_client import Counter

from bot.channels.base import Channel, Command
from bot.clock import Clock
from bot.delivery import Delivery
from bot.desk import Desk
from bot.speaking import Arrived, Letter, Said, Speaker, token_for
from handlers.conversation import respond
from handlers.flow import House, Turn
from handlers.messages import STAFF, HandedIn, Incoming, Kind, Outgoing
from handlers.settling import settle
from storage import conversations, inbox, memory, outbox, people, unsent
from storage.conversations import State
from storage.database import Conflict, Database, Transaction, Unavailable
from storage.inbox import Taken
from storage.outbox import Message
from storage.people import Actor, Caller

log = logging.getLogger(__name__)

TOO_OLD: Final = timedelta(hours=48)  # T08: a recording that is played again
DOUBLE_TAP: Final = timedelta(seconds=3)  # T37
SEEN_EVERY: Final = timedelta(hours=1)
_CONFLICT_TRIES: Final = 5
_LOOK_EVERY: Final = 1.0  # seconds; whoever stores an event in this process wakes us at once
_LOOK_ELSEWHERE: Final = 0.25  # on PostgreSQL another process may have stored one

TURNS = Counter("turns", "Turns by fate", ["fate"])


class Dispatcher:
    """Takes waiting events in batches of different people and lets the flows answer them."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        *,
        house: House,
        delivery: Delivery,
        clock: Clock,
        desk: Desk,
        keyed_hash: Callable[[str], str],
        answered: Callable[[str], None],
        fetched: Callable[[str], None],
        ordered: Callable[[], None],
    ) -> None:
        """`ordered` is called when something slow was asked for (see `Workshop`)."""
        self._ordered = ordered
        self._database = database
        self._channels = channels
        self._house = house
        self._delivery = delivery
        self._clock = clock
        self._desk = desk
        self._owner = desk.owner
        self._speaker = Speaker(channels, owner=desk.owner, in_hand=delivery.in_hand)
        self._keyed_hash = keyed_hash
        self._answered = answered
        self._fetched = fetched
        self._menus: dict[str, tuple[Command, ...]] = {}
        self._setting: set[asyncio.Task[None]] = set()
        self._between_batches = asyncio.Lock()

    async def run(self) -> None:
        """Work whenever woken, and look again now and then, until cancelled."""
        look_every = _LOOK_EVERY if self._database.is_sqlite else _LOOK_ELSEWHERE
        while True:
            await self._desk.work(within=look_every)
            try:
                while self._desk.may_have_work and await self.batch():
                    pass
            except (Unavailable, Conflict) as error:
                log.warning("inbox cannot be read", extra={"why": str(error)})
            except Exception as error:  # noqa: BLE001 - one of the three loops (style b4)
                log.error("dispatcher failed", extra=where(error))

    async def batch(self) -> int:
        """Take one batch through its turns; how many events there were."""
        async with self._alone():
            rows = await self._desk.next()
            if rows:
                await self._handle(rows)
        return len(rows)

    @contextlib.asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """One at a time may hold taken rows; whoever fails leaves strays to the next batch."""
        async with self._between_batches:
            try:
                yield
            except BaseException:
                self._desk.has_strays = True
                raise

    async def close(self, *, seconds: float) -> None:
        """Take nothing more; let the running batch end (R31)."""
        self._desk.is_open = False
        with contextlib.suppress(TimeoutError, Unavailable):
            async with asyncio.timeout(seconds), self._between_batches:
                await self._desk.close()

    async def _handle(self, rows: Sequence[Taken]) -> None:
        """All turns in one transaction; if any fails, each again in its own (ADR 6)."""
        try:
            await self._persistently(rows)
        except Unavailable:
            raise  # nobody's fault: the next batch gives the rows back untried
        except Exception as error:  # noqa: BLE001 - one of the three loops (style b4)
            if len(rows) > 1:
                for row in rows:
                    await self._handle([row])
                return
            log.error("turn failed", extra={"row": rows[0].id, **where(error)})
            await self._put_back(rows[0])

    async def _persistently(self, rows: Sequence[Taken]) -> None:
        for attempt in range(_CONFLICT_TRIES):
            try:
                to_send = await self._turns(rows)
            except Conflict:
                if attempt == _CONFLICT_TRIES - 1:
                    raise
                continue
            TURNS.labels("done").inc(len(rows))
            self._delivery.take_over(to_send)
            for row in rows:
                self._answered(row.lane)
            return

    async def _put_back(self, row: Taken) -> None:
        """Try again later; after the third time keep it aside and say so once (R7, T38)."""
        async with self._database.transaction() as tx:
            now = self._clock.wall()
            if await inbox.put_back(tx, row, owner=self._owner, now=now):
                TURNS.labels("quarantined").inc()
                await self._apologise(tx, row, now)
        self._delivery.wake()
        self._fetched(row.lane)

    async def _apologise(self, tx: Transaction, row: Taken, now: datetime) -> None:
        actors = await people.lock(tx, [row.lane])
        actor = actors.get(row.lane)
        if actor is not None and actor.chat:
            sorry = Outgoing(self._house.texts.say("menu.quarantined"))
            letter = Letter(actor.account_id, actor.chat, "notice", Said(sorry, None))
            await self._speaker.write(tx, [letter], [self._speaker.first_state(actor.channel)], now)

    async def recover(self) -> int:
        """Take the rows of dead processes into hand; a crash has counted as a try (R7)."""
        async with self._alone():
            async with self._database.transaction() as tx:
                now = self._clock.wall()
                living = memory.who_lives(now=now)
                rows = await inbox.abandoned(tx, living=living)
                await inbox.adopt(tx, rows, owner=self._owner)
                again_at = now + timedelta(seconds=10)
                sends = await outbox.recover(tx, living=living, now=now, again_at=again_at)
            for row in rows:
                await self._put_back(row)
        if rows or sends:
            log.info("took over from the dead", extra={"events": len(rows), "sends": sends})
        return len(rows)

    # --- the transaction -------------------------------------------------------------------------

    async def _turns(self, rows: Sequence[Taken]) -> list[Message]:
        async with self._database.transaction() as tx:
            wall = self._clock.wall()
            offset = await memory.clock_offset(tx)
            arrived = [self._arrived(row, offset) for row in rows]
            callers = [a.caller for a in arrived]
            actors = await people.meet(tx, callers, now=wall + offset)
            await self._answer_all(tx, arrived, actors, wall, offset)
            to_send = await self._speaker.reply(tx, arrived, actors, wall)
            told = await self._speaker.notify(
                tx, [mail for item in arrived for mail in item.mails], wall, wall + offset
            )
            await inbox.finish(tx, [row.id for row in rows], owner=self._owner)
        for lane in told:
            self._fetched(lane)
        if told:
            self._delivery.wake()
        if any(item.orders for item in arrived):
            self._ordered()
        for item in arrived:
            if item.channel.fetched:
                self._fetched(item.caller.lane)
            self._show_menu(item, actors[item.caller.lane])
        return to_send

    def _show_menu(self, item: Arrived, actor: Actor) -> None:
        """Keep the platform's own command menu true for people with a role; it is cosmetic."""
        shown = self._menus.get(item.caller.lane, ())
        wanted = self._commands(actor) if actor.grants else ()
        if wanted == shown or item.event is None or not item.event.private:
            return
        self._menus[item.caller.lane] = wanted
        task = asyncio.create_task(item.channel.set_menu(item.chat, wanted))
        self._setting.add(task)
        task.add_done_callback(self._setting.discard)

    def _commands(self, actor: Actor) -> tuple[Command, ...]:
        return tuple(
            (flow.command.removeprefix("/"), self._house.texts.say(flow.menu))
            for flow in self._house.flows.open_to(actor)
            if flow.command and flow.menu
        )

    def _arrived(self, row: Taken, offset: timedelta) -> Arrived:
        """The row as its channel reads it."""
        channel = self._channels[row.channel]
        stored = json.loads(row.raw)
        caller = Caller(row.lane, channel.name, channel.bot, stored["account"])
        event = _read(channel, stored, row)
        is_old = event is not None and row.received_at - event.at > TOO_OLD
        if is_old and event is not None and event.kind is not Kind.WITHDRAWN:
            log.warning("event too old to be executed", extra={"row": row.id})
            event = None
        if event is not None and offset:
            event = _moved(event, offset)
        return Arrived(row, channel, caller, event)

    async def _answer_all(
        self,
        tx: Transaction,
        arrived: Sequence[Arrived],
        actors: Mapping[str, Actor],
        wall: datetime,
        offset: timedelta,
    ) -> None:
        now = wall + offset
        places = {
            a.row.id: _place(a.event, actors[a.caller.lane]) for a in arrived if a.event is not None
        }
        states = dict(await conversations.load(tx, list(places.values())))
        changed: dict[tuple[int, str, int], State] = {}
        used: dict[int, str] = {}
        at: dict[int, datetime] = {}
        regrouped = False
        for number, item in enumerate(arrived):
            if item.event is None:
                continue
            actor = actors[item.caller.lane]
            place = places[item.row.id]
            if number and (actor.grants or regrouped):  # an earlier turn may have ended them (A3)
                actor = (await people.lock(tx, [item.caller.lane]))[item.caller.lane]
                place = _place(item.event, actor)
                if place not in states:
                    states |= await conversations.load(tx, [place])
            stored = await self._hear(tx, item, actor, states[place], now, offset)
            regrouped = regrouped or item.regrouped
            if stored:
                changed[place] = states[place]
                if _is_sign_of_life(item.event) and _is_news(actor, place[1], now):
                    used[actor.account_id] = place[1]
                    at[actor.account_id] = min(now, item.event.at)
        await conversations.save(tx, list(changed.values()), now=now)
        await people.seen(tx, used, now=now, at=at)

    async def _hear(
        self,
        tx: Transaction,
        item: Arrived,
        actor: Actor,
        state: State,
        now: datetime,
        offset: timedelta,
    ) -> bool:
        """Let one event have its effect; True if its conversation is to be stored."""
        assert item.event is not None  # noqa: S101 - for the type checker: the caller has looked
        if item.event.kind is Kind.LEFT:
            await self._leave(tx, actor)
            return False
        if await self._is_double_tap(tx, item, state, item.received_at(offset)):
            return False
        await self._answer(tx, item, actor, state, now)
        return item.event.private

    async def _leave(self, tx: Transaction, actor: Actor) -> None:
        """Nobody is there to be answered; what was begun is kept for a return (T58)."""
        await people.stopped(tx, actor.account_id)
        await unsent.cancel_waiting(tx, actor.account_id, now=self._clock.wall(), reason="left")

    async def _is_double_tap(
        self, tx: Transaction, item: Arrived, state: State, received_at: datetime
    ) -> bool:
        """True for the same words again at once, before our answer had left (T37)."""
        event = item.event
        if event is None or event.kind is not Kind.TEXT:
            return False
        said = self._keyed_hash(event.text)
        last_at, answered_at = state.last_at, state.updated_at
        is_again = (
            said == state.last_text
            and last_at is not None
            and abs(event.at - last_at) <= DOUBLE_TAP
        )
        state.last_text, state.last_at = said, event.at
        if not is_again or answered_at is None:
            return False
        return received_at < answered_at or await unsent.has_not_left(tx, state.account_id)

    async def _answer(
        self, tx: Transaction, item: Arrived, actor: Actor, state: State, now: datetime
    ) -> None:
        event = item.event
        assert event is not None  # noqa: S101 - for the type checker: the caller has looked
        turn = Turn(
            event=event,
            state=state,
            actor=actor,
            now=now,
            tx=tx,
            house=self._house,
            keyed_hash=self._keyed_hash,
            entropy=secrets.token_bytes,
        )
        outcome = await respond(turn)
        item.mails, item.orders, item.regrouped = turn.mails, turn.orders, turn.regrouped
        await self._speaker.note_orders(tx, item, actor, self._clock.wall())
        item.said = [Said(message, token_for(message)) for message in settle(turn, outcome)]
        question = item.said[-1] if item.said else None
        if question is not None and question.token and question.message.notice is None:
            state.offered["token"] = question.token


def _read(channel: Channel, stored: dict[str, Any], row: Taken) -> Incoming | None:
    """What the channel understands, or what our own gate has wrapped."""
    match stored["raw"]:
        case {"slow": dict(raw)} as wrapped if len(wrapped) == 1:
            event = channel.parse(raw)
            if event is None or event.kind in STAFF:
                return event
            return replace(event, kind=Kind.SLOW, text="", button=None)
        case {"handed_in": dict(file)} as wrapped if len(wrapped) == 1:
            chat = file.pop("chat")
            handed_in = HandedIn(**file)
            return Incoming(
                stored["event"],
                stored["account"],
                chat,
                row.received_at,
                Kind.FILE,
                handed_in=handed_in,
            )
    return channel.parse(stored["raw"])


def _place(event: Incoming, actor: Actor) -> tuple[int, str, int]:
    """Key of the conversation an event belongs to."""
    return actor.account_id, event.chat or event.account, actor.person_id


def _is_sign_of_life(event: Incoming) -> bool:
    """True for what the person did on the platform itself: windows count from there."""
    return event.kind not in STAFF and event.handed_in is None


def _is_news(actor: Actor, chat: str, now: datetime) -> bool:
    """True if the stored last chat must be renewed; once an hour is enough."""
    fresh = actor.seen_at is not None and now - actor.seen_at < SEEN_EVERY
    return not fresh or actor.chat != chat or actor.is_stopped


def _moved(event: Incoming, offset: timedelta) -> Incoming:
    """In demo mode people live on the moved date too (design §2)."""
    return replace(event, at=event.at + offset)


def where(error: BaseException) -> dict[str, str]:
    """Kind and place of an exception, never its words: they may be a person's (P9)."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames))
    return {"why": type(error).__name__, "where": places}
