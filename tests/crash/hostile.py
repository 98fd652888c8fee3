"""Ten thousand hostile calls of Zalo's webhook, while residents talk as always (T07, T36).

The program is the real process. A process of its own posts hostile_calls.py as fast as they are
taken; the fake Official Account delivers what the residents really do, three calls in ten twice.
"""

import asyncio
import contextlib
import random
import re
import sqlite3
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bot.channels.zalo_oa.aside import KEPT
from bot.channels.zalo_oa.webhook import PATH
from tests.crash.crowd import scripted
from tests.crash.disorder import at_once
from tests.crash.grounds import a_folder
from tests.crash.hostile_calls import GONE, RESIDENTS, WRONG, post_from_elsewhere, resident
from tests.crash.residents import Platform, Resident, service
from tests.service import Service

COUNT: Final = 10_000
CONNECTIONS: Final = 40
LENGTH: Final = 24
P95: Final = 1.0  # seconds
GROWTH: Final = 64.0  # MiB
REPEATED: Final = 0.3


@dataclass
class Neighbour(Resident):
    """One who waits for each answer; three calls in ten of whose come twice."""

    url: str = field(kw_only=True)
    chance: random.Random = field(kw_only=True)
    pause: float = field(kw_only=True)
    waits: list[float] = field(default_factory=list)
    """Seconds from each act to its whole answer."""
    posts: list[float] = field(default_factory=list)
    """Seconds from each call to its 200."""
    refused: int = 0

    async def lives(self) -> None:
        for number, act in enumerate(self.script):
            await asyncio.sleep(self.chance.uniform(0, 2 * self.pause))
            began = time.monotonic()
            await self._does(act, number)
            while self.unanswered():  # noqa: ASYNC110 - screens ring no bell
                await asyncio.sleep(0.01)
            self.waits.append(time.monotonic() - began)

    async def _does(self, act: str, number: int) -> None:
        presses = act.isdigit() and int(act) <= len(self.tokens()) and self.chance.random() < 0.5
        event = self.press(act, number) if presses else self.event(act, number)
        self.acts.append(act)
        copies = 1 + (self.chance.random() < REPEATED)
        began = time.monotonic()
        tried = await asyncio.gather(
            *(self.platform.deliver(self.url, event, attempts=n) for n in range(copies))
        )
        self.posts.append(time.monotonic() - began)
        self.refused += sum(map(len, tried)) - copies


@dataclass
class Seen:
    """What was seen while it lasted and after it."""

    answers: dict[str, int]
    neighbours: list[Neighbour]
    seconds: float
    rss: tuple[float, float, float]
    """MiB before, after, and the most there ever was."""
    aside: int
    log: int
    """Bytes of the program's log."""


async def siege(
    folder: Path, *, seed: int, count: int, others: int, length: int, pause: float
) -> Seen:
    """One siege of a fresh program; raises `AssertionError` if it had any effect on anybody."""
    chance = random.Random(seed)
    async with Platform(chance) as platform:
        program = service(folder, platform)
        people = [
            Neighbour(
                platform,
                resident(number),
                scripted(chance, length),
                url=program.url,
                chance=chance,
                pause=pause,
            )
            for number in range(others)
        ]
        async with program:
            await platform.save_webhook(program.url + PATH)
            playing = asyncio.create_task(at_once(person.lives() for person in people))
            await asyncio.sleep(1)
            before, began = _memory(program)["VmRSS"], time.monotonic()
            answers = await post_from_elsewhere(program.port, count, CONNECTIONS, seed)
            seconds = time.monotonic() - began
            async with asyncio.timeout(120):
                await playing
            await platform.all_delivered()
            after = _memory(program)
            assert await program.stop() == 0
        _nothing_came_of_it(folder, platform, people)
    rss = (before, after["VmRSS"], after["VmHWM"])
    wrong = {what: n for what, n in answers.items() if WRONG in what or GONE in what}
    assert not wrong, f"only 200 and 413 are answers, and lines stay open: {wrong}"
    return Seen(answers, people, seconds, rss, _aside(folder), program.log.stat().st_size)


def _nothing_came_of_it(folder: Path, platform: Platform, people: list[Neighbour]) -> None:
    """Whole answers for the residents, nobody else known, every genuine event stored once."""
    for person in people:
        person.check()
    assert set(platform.screens) <= {person.user for person in people}
    events = sum(len(person.acts) for person in people)
    assert _rows(folder, "SELECT state, count(*) FROM inbox GROUP BY state") == [("done", events)]
    assert _rows(folder, "SELECT count(*) FROM accounts") == [(len(people),)]
    assert _aside(folder) <= KEPT


def _aside(folder: Path) -> int:
    return int(_rows(folder, "SELECT count(*) FROM facts WHERE key LIKE 'aside:%'")[0][0])


def _rows(folder: Path, question: str) -> list[Any]:
    with contextlib.closing(sqlite3.connect(folder / "hoc-vu-so.db")) as file:
        return file.execute(question).fetchall()


def _memory(program: Service) -> dict[str, float]:
    """MiB by the kernel's names."""
    status = Path(f"/proc/{program.process.pid}/status").read_text()
    return {name: int(kb) / 1024 for name, kb in re.findall(r"(Vm\w+):\s+(\d+) kB", status)}


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


async def trial(seed: int) -> dict[str, Any]:
    async with a_folder() as folder:
        seen = await siege(
            folder, seed=seed, count=COUNT, others=RESIDENTS, length=LENGTH, pause=0.15
        )
    waits = [wait for person in seen.neighbours for wait in person.waits]
    posts = [wait for person in seen.neighbours for wait in person.posts]
    assert _p95(waits) <= P95, f"p95 of the residents: {_p95(waits):.2f} s"
    assert seen.rss[1] - seen.rss[0] <= GROWTH, f"MiB before, after, most: {seen.rss}"
    return {
        "hostile": sum(seen.answers.values()),
        "a_second": round(COUNT / seen.seconds),
        "genuine": sum(len(person.acts) for person in seen.neighbours),
        "refused_and_repeated": sum(person.refused for person in seen.neighbours),
        "post_p50_ms": round(statistics.median(posts) * 1_000),
        "post_p95_ms": round(_p95(posts) * 1_000),
        "answer_p50_ms": round(statistics.median(waits) * 1_000),
        "answer_p95_ms": round(_p95(waits) * 1_000),
        "rss_before_mib": round(seen.rss[0], 1),
        "rss_after_mib": round(seen.rss[1], 1),
        "rss_most_mib": round(seen.rss[2], 1),
        "kept_aside": seen.aside,
        "log_kib": round(seen.log / 1024, 1),
    }
