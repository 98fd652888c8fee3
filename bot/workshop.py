"""What people ordered is made beside the turns and sent to them once (design §6, U14, R26).

One thing at a time, by a process of its own. The file, the end of the order and the message that
brings it are one commit: whoever dies before it leaves an order that is made again, whoever was
overtaken meanwhile commits nothing.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.channels.base import Channel
from bot.clock import Clock
from bot.disk import Disk
from bot.fetching import UNWANTED
from bot.filing import AcceptUpload, HandedIn
from bot.inward import inward_kinds
from bot.making import Kind, Make, NeverMade, NotMade
from bot.speaking import Letter, Said, Speaker
from handlers.files import flow as files_flow
from handlers.messages import Choice, Notice, Outgoing
from handlers.settling import from_json
from handlers.texts import Texts
from storage import files, memory, work
from storage.database import Conflict, Database, Transaction, Unavailable
from storage.work import Task

log = logging.getLogger(__name__)

_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PDF: Final = "application/pdf"
_PNG: Final = "image/png"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS: Final[Mapping[str, Kind]] = {
    "activity_card": Kind("handlers.documents.cards:activity", _PNG),
    "call_list": Kind("handlers.documents.call_list:call_list", _PDF),
    "hamlets_chart": Kind("handlers.documents.charts:bars", _PNG),
    "improved_chart": Kind("handlers.documents.charts:improved", _PNG),
    "form_editing": Kind("handlers.documents.form_editing:form_editing", _XLSX),
    "past_check": Kind("handlers.documents.past_sheet:past_check", _XLSX),
    "past_figures": Kind("handlers.documents.past_sheet:past_figures", _XLSX),
    "posters": Kind("handlers.documents.poster:posters", _PDF),
    "report_form": Kind("handlers.documents.form_sheet:report_form", _XLSX),
    "session_sheet": Kind("handlers.documents.poster:session_sheet", _PDF),
    "statistics_sheet": Kind("handlers.documents.sheets:statistics", _XLSX),
    "totals_sheet": Kind("handlers.documents.totals_sheet:totals", _XLSX),
    "trend_chart": Kind("handlers.documents.charts:trend", _PNG),
    "unit_report": Kind("handlers.documents.report_letter:report", _DOCX),
}
LEASE: Final = timedelta(minutes=2)  # twice what a maker may take
AGAIN_AFTER: Final = timedelta(seconds=20)  # others are made meanwhile
_LOOK_EVERY: Final = 2.0
_SAY_WITHIN: Final = 0.5  # seconds after the two of U14


async def _later(_: HandedIn) -> bool:
    return False


class Overtaken(Exception):
    """The order is not ours any more: nothing of ours may stay."""


class Workshop:
    """Makes what the turns ordered; `work` rows are all that it knows."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        *,
        make: Make,
        kinds: Mapping[str, Kind],
        clock: Clock,
        owner: str,
        texts: Texts,
        sent: Callable[[], None],
        fetched: Callable[[str], None],
    ) -> None:
        """`sent` has the outbox looked at, `fetched` tells the page of a lane."""
        self.make = make
        self.kinds = kinds
        self.hand_in: AcceptUpload = _later
        """How the conversation hears of a photo that was fetched, of a sheet that was read."""
        self.disk: Disk | None = None
        self._inward = inward_kinds(database, channels, lambda kind, body: self.make(kind, body))
        self._database = database
        self._speaker = Speaker(channels, owner=owner, in_hand=())
        self._clock = clock
        self._owner = owner
        self._texts = texts
        self._sent = sent
        self._fetched = fetched
        self._ordered = asyncio.Event()
        self._untold = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._making: asyncio.Future[bytes] | None = None
        self.is_open = True

    def wake(self) -> None:
        """Something was ordered."""
        self._ordered.set()
        self._untold.set()

    async def run(self) -> None:
        """Make what is ordered, and tell who waits long, until cancelled."""
        await asyncio.gather(
            self._whenever(self._ordered, self._make_all, every=_LOOK_EVERY),
            self._whenever(self._untold, self._tell_all, every=_LOOK_EVERY),
        )

    async def _whenever(
        self, woken: asyncio.Event, work_off: Callable[[], Awaitable[None]], *, every: float
    ) -> None:
        while True:
            woken.clear()
            try:
                await work_off()
            except (Unavailable, Conflict) as error:
                log.warning("orders cannot be read", extra={"why": str(error)})
            except Exception as error:  # noqa: BLE001 - a loop like the three of style b4
                log.error("workshop failed", extra={"why": type(error).__name__})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), every)

    async def _make_all(self) -> None:
        while await self.look():
            pass

    async def _tell_all(self) -> None:
        """Tell each in time; whoever gets the thing itself before that is told nothing else."""
        while self.is_open and (since := await self._untold_since()) is not None:
            if self._clock.wall() - since >= work.LONG:
                await self.tell_waiting()
            else:
                await asyncio.sleep(_SAY_WITHIN)

    async def _untold_since(self) -> datetime | None:
        async with self._database.reading() as tx:
            return await work.first_untold(tx)

    async def recover(self) -> None:
        """At start: what a dead process was making is made again, its attempt has counted."""
        async with self._database.transaction() as tx:
            await work.recover(tx, living=memory.who_lives(now=self._clock.wall()))

    async def sweep(self) -> None:
        async with self._database.transaction() as tx:
            await work.sweep(tx, now=self._clock.wall())

    async def close(self, *, seconds: float) -> None:
        """Take nothing more; what is being made is stopped and given back (R31)."""
        self.is_open = False
        if self._making is not None:
            self._making.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._one_at_a_time:
                pass

    # --- one order -------------------------------------------------------------------------------

    async def look(self) -> int:
        """Make the oldest due order; how many were worked off, also those that had to be given up.

        One at a time in this process: who comes meanwhile waits.
        """
        async with self._one_at_a_time:
            task, given_up = await self._take() if self.is_open else (None, 0)
            if task is not None:
                await self._work(task)
        return given_up + (task is not None)

    async def _take(self) -> tuple[Task | None, int]:
        now = self._clock.wall()
        async with self._database.reading() as tx:
            if not await work.is_due(tx, now=now):
                return None, 0
        async with self._database.transaction() as tx:
            lost = await work.give_up(tx, now=now)
            for task in lost:
                await self._apologise(tx, task, "its process died", now)
            taken = await work.take(tx, owner=self._owner, now=now, lease=LEASE)
        self._ring(*lost)
        return taken, len(lost)

    async def _work(self, task: Task) -> None:
        try:
            made = await self._made(task)
            await (self._hand_in if task.kind in self._inward else self._bring)(task, made)
        except (NotMade, files.TooBig) as problem:
            await self._not_made(task, problem)
        except Overtaken:
            log.info("order overtaken", extra={"work": task.id, "attempt": task.attempt})
        except asyncio.CancelledError:
            if self.is_open:
                raise
            await self._give_back(task)

    async def _made(self, task: Task) -> bytes:
        self._making = asyncio.ensure_future(self._begun(task))
        try:
            made = await self._making
        finally:
            self._making = None
        if not made:
            raise NotMade("nothing came")
        return made

    def _begun(self, task: Task) -> Awaitable[bytes]:
        if self.disk and (why := self.disk.why_not(is_inward=task.kind in self._inward)):
            raise NeverMade(why)
        if task.kind in self._inward:
            return self._inward[task.kind].content(task)
        kind = self.kinds.get(task.kind)
        if kind is None:
            raise NeverMade("no such kind")
        return self.make(kind, task.body["data"])

    async def _hand_in(self, task: Task, body: bytes) -> None:
        """Keep what came, end the order; then its event answers, as that of an upload (R2).

        Whoever dies between the two is helped by `hand_over_again`. Raises `Overtaken`.
        """
        async with self._database.transaction() as tx:
            wall = self._clock.wall()
            now = wall + await memory.clock_offset(tx)
            if not await work.done(tx, task, owner=self._owner, file_id=None, now=wall):
                raise Overtaken
            came = await self._inward[task.kind].keep(tx, task, body, now=now)
        about = {"work": task.id, "kind": task.kind, "link": came.link, "bytes": len(body)}
        log.info("order handed in", extra=about)
        if not await self.hand_in(came):
            log.warning("file not handed over yet", extra={"link": came.link})

    async def _bring(self, task: Task, made: bytes) -> None:
        """Keep the file, end the order and send it: all or nothing. Raises `Overtaken`."""
        kind, name = self.kinds[task.kind], str(task.body["name"])
        async with self._database.transaction() as tx:
            wall = self._clock.wall()
            now = wall + await memory.clock_offset(tx)
            file_id = await files.keep(
                tx, name=name, media_type=kind.media_type, body=made, now=now
            )
            if not await work.done(tx, task, owner=self._owner, file_id=file_id, now=wall):
                raise Overtaken
            await self._answer(tx, task, self._with_file(task, kind, file_id), wall)
        log.info("order made", extra={"work": task.id, "kind": task.kind, "bytes": len(made)})
        self._ring(task)

    def _with_file(self, task: Task, kind: Kind, file_id: int) -> Outgoing:
        said = from_json(task.body["message"])
        if kind.is_picture:
            return replace(said, drawn=file_id)
        again = Choice("again", self._texts.say("files.again"))
        notice = Notice(files_flow.name, "again", str(file_id))
        return replace(said, document=file_id, choices=(again,), notice=notice)

    # --- when it does not become anything --------------------------------------------------------

    async def _not_made(self, task: Task, problem: Exception) -> None:
        why = str(problem) or type(problem).__name__
        is_last = isinstance(problem, NeverMade | files.TooBig) or task.attempt >= work.TRIES
        log.warning("order not made", extra={"work": task.id, "attempt": task.attempt, "why": why})
        async with self._database.transaction() as tx:
            now = self._clock.wall()
            if not is_last:
                await work.put_off(tx, task, owner=self._owner, until=now + AGAIN_AFTER)
            elif await work.failed(tx, task, owner=self._owner, now=now):
                await self._apologise(tx, task, why, now)
        self._ring(task)

    async def _apologise(self, tx: Transaction, task: Task, why: str, now: datetime) -> None:
        """What happened, that nothing is lost, and the next step (U14)."""
        log.error("order failed", extra={"work": task.id, "kind": task.kind, "why": why})
        await self._answer(tx, task, self._sorry(task, why), now)

    def _sorry(self, task: Task, why: str) -> Outgoing:
        if task.kind not in self._inward:
            return Outgoing(self._texts.say("work.failed", name=task.body.get("name", "")))
        unasked = Outgoing(self._texts.say("menu.picture"))  # as if it had not been asked for
        return unasked if why == UNWANTED else from_json(task.body["message"])

    async def _give_back(self, task: Task) -> None:
        with contextlib.suppress(Unavailable, Conflict):  # then its lease runs out by itself
            async with self._database.transaction() as tx:
                await work.give_back(tx, task, owner=self._owner)

    # --- what is said ----------------------------------------------------------------------------

    async def tell_waiting(self) -> int:
        """Say "Đang làm…" to who has waited for two seconds, once (U14); to how many."""
        now = self._clock.wall()
        async with self._database.transaction() as tx:
            waiting = await work.waiting_long(tx, now=now)
            for task in waiting:
                said = Outgoing(self._texts.say("work.making"))
                await self._answer(tx, task, said, now, about=":making")
        self._ring(*waiting)
        return len(waiting)

    async def _answer(
        self, tx: Transaction, task: Task, said: Outgoing, wall: datetime, *, about: str = ""
    ) -> None:
        key = f"work:{task.id}{about}"
        letter = Letter(task.account_id, task.chat, "reply", Said(said, None), key)
        await self._speaker.answer_late(tx, letter, channel=task.channel, wall=wall)

    def _ring(self, *tasks: Task) -> None:
        for task in tasks:
            self._fetched(task.lane)
        if tasks:
            self._sent()
