"""The kill test: SIGKILL at random moments and at named points, restart, compare (robustness §10).

One trial is a small village: learners and an officer on the fake Telegram, the chat page and (one
trial in four) the fake Official Account, sometimes an admin. They hold real dialogues with
`python -m bot run`, which is killed one to three times and started again. The verdict stands on
what each of them sent, saw acknowledged, and was told (tests/crash/dialogues.py); the tables are
looked at only in the end and only as well.

Promised, and checked in every trial (robustness §0, R1, R2, R6, R8, R9):
- an acknowledged update is never lost: it has its answer, and the end state agrees;
- nothing has its effect twice, whatever is delivered twice;
- a proactive message never comes twice;
- a reply comes twice at most once for each crash, to each account.

SIGKILL ends the process and leaves the system's own buffers alone: it says nothing about fsync.
What a power cut would show is promised by `synchronous=FULL`, and that those pragmas are in force
is a test of its own (`test_the_promised_pragmas_are_in_force`).
"""

import asyncio
import atexit
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from bot.channels.zalo_oa.webhook import PATH
from tests.crash import stage
from tests.crash.dialogues import Learner, Lost, Watch
from tests.crash.heads import Head
from tests.crash.launcher import POINTS, Plan
from tests.crash.officials import Admin, Officer, told_once
from tests.crash.people import Acknowledged, Line, PageLine, RecordingTelegram, RecordingZaloOa
from tests.crash.residents import settings
from tests.crash.stage import Blow, Program, Template, Workshop

WAYS: Final = (*POINTS, "")
"""Where a first blow falls, by seed: every point, and the clock."""
_ONLY_TWICE: Final = ("claim.after", "turn.before")
"""A third crash with the same event in hand would be its last try (R7)."""
_SPEED: Final = 20.0
_SPEED_OF_LEASES: Final = 3.0  # PostgreSQL: a process beats every 5 s and is dead after 20 s
_PATIENCE: Final = 40.0  # seconds without an answer, with all crashes and their delays
_FEW: Final = 30
"""The trials of `make test`: quick ones."""
_UNFINISHED: Final = {"ready", "taken", "quarantined", "queued", "sending", "retry_wait"}
_USERS: Final = range(701, 800)


@dataclass(frozen=True, slots=True)
class Script:
    """What one trial is, all of it drawn from its seed."""

    seed: int
    blows: tuple[Blow, ...]
    webhook: bool
    postgres: bool
    on_page: int
    """How many learners use the chat page."""
    on_telegram: int
    has_admin: bool
    speed: float
    mutant: str = ""
    patience: float = _PATIENCE
    presses: float = 0.5
    on_oa: bool = False
    """One learner more, on Zalo."""
    on_reports: int = 0
    """How many heads report."""


def script(seed: int) -> Script:
    chance = random.Random(seed)
    postgres = seed % 6 == 5
    later = chance.choices(range(3), weights=(5, 3, 2))[0]
    if postgres and seed < _FEW:
        later = 0  # each crash costs ten seconds until the dead one's lease has run out
    points = [WAYS[seed % len(WAYS)], *chance.choices(WAYS, k=later)]
    if sum(point in _ONLY_TWICE for point in points) > 2:
        points.pop()
    slow = seed >= _FEW and seed % 20 == 1  # a few on a clock that nobody hurries
    fast = _SPEED_OF_LEASES if postgres else _SPEED
    return Script(
        seed=seed,
        blows=tuple(_blow(point, chance) for point in points),
        webhook=chance.random() < 0.5,
        postgres=postgres,
        on_page=1 + (seed % 4 == 2),
        on_telegram=1 + (seed % 4 == 0),
        on_oa=seed % 4 == 1,
        on_reports=int(seed % 3 == 1),
        has_admin=chance.random() < 0.5,
        speed=1.0 if slow else fast,
        patience=3 * _PATIENCE if slow or postgres else _PATIENCE,
    )


def _blow(point: str, chance: random.Random) -> Blow:
    most = {"notice": 2, "settle": 8, "send": 15}.get(point.partition(".")[0], 20)
    return Blow(point, chance.randint(1, most), chance.uniform(0.02, 2.0))


# --- one trial -----------------------------------------------------------------------------------


class Village:
    """Everybody of one trial, on one program."""

    def __init__(
        self,
        script: Script,
        fake: RecordingTelegram,
        oa: RecordingZaloOa,
        watch: Watch,
        url: str,
        template: Template,
    ) -> None:
        chance = random.Random(script.seed)
        names = ("An", "Bình", "Chi", "Dũng")
        self.pages = [PageLine(url, watch.seen, chance) for _ in range(script.on_page)]
        lines: list[Line] = [
            *self.pages,
            *(fake.line(user) for user in _USERS[: script.on_telegram]),
            *(oa.line(user) for user in _USERS[:1] if script.on_oa),
        ]
        self.learners = [
            Learner(name, line, watch, random.Random(f"{script.seed} {name}"))
            for name, line in zip(names, lines, strict=False)
        ]
        self.officer = Officer("the officer", fake.line(_USERS[10]), watch, chance)
        self.admin = Admin("the admin", fake.line(_USERS[11]), watch, chance)
        self.heads = [
            Head("the head", fake.line(_USERS[12]), watch, random.Random(f"{script.seed} head"))
        ][: script.on_reports]
        self._has_admin = script.has_admin
        self._invites = template.invites
        self._watch = watch

    async def live(self) -> None:
        """All that is said while the program may be killed."""
        async with asyncio.TaskGroup() as people:
            desk = people.create_task(self._staff())
            busy = [people.create_task(learner.learn()) for learner in self.learners]
            busy += [people.create_task(self._report(head)) for head in self.heads]
            await asyncio.gather(*busy)
            self.officer.is_off = True
            await desk

    async def _staff(self) -> None:
        if self._has_admin:
            await self.admin.join(self._invites["admin"], "Quản trị")
        await self.officer.join(self._invites["officer"], "Cán bộ")
        self._watch.fresh_desk.set()
        await self.officer.work()

    async def _report(self, head: Head) -> None:
        await head.join(self._invites["head"], "Trưởng xóm")
        await head.report()

    async def look_back(self) -> None:
        """The program's word against everybody's own memory; nobody kills it any more."""
        await self.officer.clear_desk(self.learners)
        if self._has_admin:
            await self.admin.judge()
        for learner in self.learners:
            await learner.look_back()
        for head in self.heads:
            await head.look_back()
        await self.officer.count(self.learners)

    def settle(self) -> int:
        """After the end: nothing more came. How many notices a crash has cost (R9)."""
        for person in (*self.learners, *self.heads, self.officer, self.admin):
            person.drain()
        desk = (self.officer, self.admin) if self._has_admin else (self.officer,)
        return told_once(self.learners, desk, self._watch.crashes)


async def trial(
    seed: int, *, server: str = "", played: Script | None = None, shop: Workshop | None = None
) -> dict[str, Any]:
    """One trial; raises `AssertionError` when a promise is broken."""
    played = played or script(seed)
    shop = shop or workshop()
    template = await shop.template((server or own_server()) if played.postgres else "")
    seen = Acknowledged()
    watch = Watch(seen, played.patience, presses=played.presses)
    async with (
        shop.copy(template) as (folder, database),
        RecordingTelegram(seen) as fake,
        RecordingZaloOa(seen) as oa,
    ):
        program, url = _program(shop, played, folder, database, fake, oa, watch)
        village = Village(played, fake, oa, watch, url, template)
        async with _ended(program, village):
            await _play(played, program, village)
            await _drained(fake, oa, seen)
            await _sent_all(folder, database)
            assert await program.stop() == 0, program.said
        missing = village.settle()
        assert not _UNFINISHED & await stage.row_states(folder, database)
    return _counted(played, program, watch) | {"uncertain_notices": missing}


async def _sent_all(folder: Path, database: str) -> None:
    """What waits for its second (R12) goes before the end; what never goes is found there."""
    for _ in range(100):
        if not _UNFINISHED & await stage.row_states(folder, database):
            return
        await asyncio.sleep(0.2)


def _counted(played: Script, program: Program, watch: Watch) -> dict[str, Any]:
    """The zeros are promises: another number would have raised."""
    return {
        "kills": len(program.struck),
        **{f"at {point}": times for point, times in Counter(program.struck).items()},
        "postgres": int(played.postgres),
        "on_oa": int(played.on_oa),
        "reports": played.on_reports,
        "deliveries": watch.seen.deliveries,
        "updates": len(watch.seen.sent),
        "acknowledged": len(watch.seen.taken),
        "lost": 0,
        "double": 0,
        "doubled_proactive": 0,
        "doubled_replies": watch.doubled_replies,
        "unanswered_replies": watch.unanswered,
    }


def _program(
    shop: Workshop,
    played: Script,
    folder: Path,
    database: str,
    fake: RecordingTelegram,
    oa: RecordingZaloOa,
    watch: Watch,
) -> tuple[Program, str]:
    port = next(shop.ports)
    url = f"http://127.0.0.1:{port}"
    oa.webhook, oa.subscribed = url + PATH, True
    env = stage.program_environment(
        folder,
        database=database,
        port=port,
        token=fake.token,
        api=fake.url,
        webhook=played.webhook,
        **(settings(oa) if played.on_oa else {}),
    )
    plan = Plan(speed=played.speed, since=stage.now(), mutant=played.mutant)
    return Program(shop.zygote, folder, plan, env, watch), url


async def _play(played: Script, program: Program, village: Village) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(program.live(played.blows))
            await group.create_task(village.live())
            program.slack.set()
    except* AssertionError as broken:
        raise _first(broken) from None
    await village.look_back()


def _first(broken: BaseExceptionGroup[Any]) -> BaseException:
    found: BaseException = broken
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found


async def _drained(fake: RecordingTelegram, oa: RecordingZaloOa, seen: Acknowledged) -> None:
    """Everything that was pushed has been taken, also the copies."""
    with contextlib.suppress(TimeoutError):
        await fake.wait_until(lambda: not fake.unconfirmed, 10)
        await fake.all_delivered(10)
        await oa.all_delivered(10)
    if missing := seen.missing():
        raise Lost(f"never acknowledged: {missing}")


@contextlib.asynccontextmanager
async def _ended(program: Program, village: Village) -> AsyncIterator[None]:
    try:
        yield
    finally:
        for page in village.pages:
            await page.close()
        await program.end()


@cache
def workshop() -> Workshop:
    """The one of this process, for `make proof`."""
    shop = Workshop()
    atexit.register(shop.close)
    return shop


own_server = cache(stage.own_server)
