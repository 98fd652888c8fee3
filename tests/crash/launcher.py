"""`python -m bot run` that kills itself at a named point; the program itself knows nothing of it.

The points are the commits of the message path and the network call, told apart by what a
transaction did. `CRASH` in the environment is a `Plan` as JSON. Mutants are builds with one
promise broken: the oracle has to catch them, or it would prove nothing.
"""

import asyncio
import json
import os
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

import sqlalchemy
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect

import storage.inbox
import storage.outbox
from bot.channels.base import Accepted, Part
from bot.channels.telegram import Telegram
from bot.channels.web_chat import WebChat
from bot.channels.zalo_oa import ZaloOa
from bot.cli import main as bot_main
from bot.clock import SystemClock
from bot.dispatcher import Dispatcher
from bot.gate import Gate
from storage.tables import OutboxRow

COMMITS: Final = ("accept", "claim", "turn", "settle")
CALLS: Final = ("send", "notice")
POINTS: Final = tuple(f"{it}.{when}" for it in COMMITS + CALLS for when in ("before", "after"))
NOTICE: Final = re.compile(r"cần cán bộ giúp:|vừa dùng mã mời|vừa nhận|trả lời:\n“|chuyển cán bộ")
"""Proactive messages of the dialogues, by their words: what a person would call one."""
_EARLY: Final = 0.05  # seconds from the mutant's acknowledgement to its commit


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to happen to one process."""

    point: str = ""
    """Where it kills itself; "" = nowhere."""
    nth: int = 1
    speed: float = 1.0
    """Its wall clock runs so many times as fast: the ten seconds of R9 need not be waited for."""
    since: float = 0.0
    """When (epoch seconds) both clocks were the same."""
    mutant: str = ""
    note: str = ""
    """File that gets the name of the point just before the end."""

    def json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls) -> Self:
        return cls(**json.loads(os.environ.get("CRASH", "{}")))


class Reaper:
    """Counts the passages of each point, and ends the process at the chosen one."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._passed: Counter[str] = Counter()
        self._has_new = False
        """True if events were stored since the last claim: an empty look is no claim."""

    def passes(self, point: str) -> None:
        self._passed[point] += 1
        if (point, self._passed[point]) == (self._plan.point, self._plan.nth):
            if self._plan.note:
                Path(self._plan.note).write_text(point)
            os.kill(os.getpid(), signal.SIGKILL)

    def commit(self, marks: set[str], commit: Callable[[], None]) -> None:
        if not (self._has_new or "accept" in marks):
            marks = marks - {"claim"}
        for mark in sorted(marks):
            self.passes(f"{mark}.before")
        commit()
        for mark in sorted(marks):
            self.passes(f"{mark}.after")
        self._has_new = (self._has_new or "accept" in marks) and "claim" not in marks


def marks_of(statement: str, parameters: object) -> set[str]:
    """Which steps of the message path a statement belongs to."""
    verb, _, rest = statement.lower().lstrip().partition(" ")
    table = rest.removeprefix("into ").lstrip().partition(" ")[0]
    if verb not in ("insert", "update") or table not in ("inbox", "outbox"):
        return set()
    said = f"{statement} {parameters}"
    match verb, table:
        case "insert", "inbox":  # stored as ours already, it needs no claim of its own
            return {"accept", "claim"} if "'taken'" in said else {"accept"}
        case "update", "inbox":
            return {"turn"} if "'done'" in said else {"claim"} if "'taken'" in said else set()
        case "update", "outbox":
            return {"settle"} if "'sent'" in said else set()
    return set()


def watch_commits(reaper: Reaper) -> None:
    @event.listens_for(Engine, "before_cursor_execute")
    def note(
        connection: sqlalchemy.Connection,
        _cursor: object,
        statement: str,
        parameters: object,
        *_: object,
    ) -> None:
        if marks := marks_of(statement, parameters):
            connection.info.setdefault("marks", set()).update(marks)

    @event.listens_for(Engine, "rollback")
    def forget(connection: sqlalchemy.Connection) -> None:
        connection.info.pop("marks", None)

    plain: Callable[..., None] = DefaultDialect.do_commit

    def do_commit(self: DefaultDialect, connection: Any) -> None:
        marks = connection.info.pop("marks", set())
        reaper.commit(marks, lambda: plain(self, connection))

    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]


def watch_sends(reaper: Reaper, channel: Any) -> None:
    plain = channel.send

    async def send(self: Any, part: Part, to: Any) -> Any:
        call = "notice" if NOTICE.search(part.text) else "send"
        reaper.passes(f"{call}.before")
        receipt = await plain(self, part, to)
        reaper.passes(f"{call}.after")
        return receipt

    channel.send = send


def hurry(plan: Plan) -> None:
    def wall(_: SystemClock) -> datetime:
        now = plan.since + (time.time() - plan.since) * plan.speed
        return datetime.fromtimestamp(now, UTC)

    SystemClock.wall = wall  # type: ignore[method-assign, assignment]


# --- builds with one promise broken --------------------------------------------------------------


def acknowledges_early() -> None:
    """Against R1: the platform hears 200, and only then is the event stored."""
    plain: Callable[..., Awaitable[Accepted]] = Gate.accept
    storing: set[asyncio.Future[Accepted]] = set()

    async def store(*given: Any) -> Accepted:
        await asyncio.sleep(_EARLY)
        return await plain(*given)

    async def accept(self: Gate, channel: Any, raw: Any) -> Accepted:
        task = asyncio.ensure_future(store(self, channel, raw))
        storing.add(task)
        task.add_done_callback(storing.discard)
        return Accepted.STORED

    Gate.accept = accept  # type: ignore[method-assign]


def sends_everything_again() -> None:
    """Against R9: whatever a dead process was sending goes once more, also notices."""

    async def recover(tx: Any, **_: Any) -> int:
        table = OutboxRow
        again = sqlalchemy.update(table).where(table.state == "sending")
        found = await tx.execute(again.values(state="retry_wait", owner=""))
        return int(found.rowcount)

    storage.outbox.recover = recover


def knows_no_duplicates() -> None:
    """Against R2: every delivery looks like a new event."""
    for channel in (Telegram, WebChat, ZaloOa):
        _make_ids_new(channel)


def _make_ids_new(channel: Any) -> None:
    plain = channel.identify

    def identify(self: Any, raw: Any) -> Any:
        arrival = plain(self, raw)
        new = f"{os.getpid()}-{time.monotonic_ns()}"
        return arrival and arrival._replace(event_id=new)

    channel.identify = identify


def never_recovers() -> None:
    """Against R7 and R9: what a dead process had in hand stays there."""

    async def recover(_: object) -> int:
        return 0

    Dispatcher.recover = recover  # type: ignore[method-assign, assignment]


def commits_in_two_steps() -> None:
    """Against R6: the effects are committed before the event is marked done."""
    plain = storage.inbox.finish

    async def finish(tx: Any, *given: Any, **more: Any) -> None:
        await tx.exec_driver_sql("COMMIT")
        await tx.exec_driver_sql("BEGIN IMMEDIATE")
        await plain(tx, *given, **more)

    storage.inbox.finish = finish


MUTANTS: Final[dict[str, Callable[[], None]]] = {
    "acknowledges early": acknowledges_early,
    "sends everything again": sends_everything_again,
    "knows no duplicates": knows_no_duplicates,
    "never recovers": never_recovers,
    "commits in two steps": commits_in_two_steps,
}


def run(words: list[str]) -> None:
    """Run `python -m bot WORDS` in this process, patched as the environment's plan says."""
    plan = Plan.read()
    if plan.speed != 1.0:
        hurry(plan)
    if plan.mutant:
        MUTANTS[plan.mutant]()
    reaper = Reaper(plan)
    watch_commits(reaper)
    for channel in (Telegram, ZaloOa):
        watch_sends(reaper, channel)
    sys.argv = ["bot", *words]
    bot_main()


if __name__ == "__main__":
    run(sys.argv[1:] or ["run"])
