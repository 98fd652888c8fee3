"""One level of load on one target, and the figures of it."""

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tests.bench.crowd import Crowd, Learner
from tests.bench.machine import busy
from tests.bench.targets import Target

OPEN: Final = "open"
REPEATS: Final = "repeats"
RATE: Final = 200.0  # updates per second of the open level
_POOL: Final = 200  # learners who share them
_REPEATED: Final = 0.05
_REPEATING_USERS: Final = 64


@dataclass(frozen=True, slots=True)
class Figures:
    """`level`: a number of users, OPEN or REPEATS. Times in ms, memory in MiB."""

    target: str
    level: str
    done: int
    rate: float
    p50: float
    p95: float
    p99: float
    cpu: float
    """Processor time of the program for one update."""
    calls: float
    """API calls for one update."""
    ours: float
    """Share of its core that the client was busy: near 1 the client is what is measured."""
    others: float
    """Cores that somebody else was using meanwhile: near 0 the figures can be trusted."""
    rss: float
    lost: int
    doubled: int
    refused: int
    repeated: int


_COUNTED: Final = ("lost", "doubled", "refused", "repeated", "done")
_TAKEN: Final = ("rate", "p50", "p95", "p99", "cpu", "calls", "ours", "others", "rss")


def median(rounds: Sequence[Figures]) -> Figures:
    """The median of each figure; what is counted is summed."""
    taken = {name: statistics.median(getattr(r, name) for r in rounds) for name in _TAKEN}
    counted = {name: sum(getattr(r, name) for r in rounds) for name in _COUNTED}
    return replace(rounds[0], **taken, **counted)


def percentile(ordered: Sequence[float], share: float) -> float:
    """Of sorted values, by nearest rank; 0 of nothing."""
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def measure(target: Target, level: str, *, warm: float, seconds: float) -> Figures:
    repeats = _REPEATED if level == REPEATS else 0.0
    crowd = target.crowd(repeats=repeats)
    ended = asyncio.Event()
    if level == OPEN:
        load = asyncio.create_task(_arrivals(crowd, RATE, ended))
    else:
        users = _REPEATING_USERS if level == REPEATS else int(level)
        load = asyncio.create_task(_closed(crowd, users, ended))
    await asyncio.sleep(warm)
    window = _Window(target, crowd)
    await asyncio.sleep(seconds)
    figures = window.figures(level)
    ended.set()
    await load
    await crowd.drained()
    oracle = crowd.oracle
    return replace(
        figures,
        rss=target.rss(),
        lost=oracle.lost,
        doubled=oracle.doubled,
        refused=oracle.refused,
        repeated=oracle.repeated,
    )


class _Window:
    """What is read at the beginning and at the end of the measured time."""

    def __init__(self, target: Target, crowd: Crowd) -> None:
        self._target, self._crowd = target, crowd
        crowd.latencies = []
        self._began = self._now()

    def _now(self) -> tuple[float, float, float, int, float]:
        calls = sum(self._target.api.calls.values())
        ours, theirs = time.process_time(), self._target.cpu()
        return time.perf_counter(), theirs, ours, calls, busy()

    def figures(self, level: str) -> Figures:
        spent, cpu, ours, calls, all_of_it = (
            now - then for now, then in zip(self._now(), self._began, strict=True)
        )
        taken = sorted(1000 * latency for latency in self._crowd.latencies)
        done = max(1, len(taken))
        return Figures(
            target=self._target.name,
            level=level,
            done=len(taken),
            rate=len(taken) / spent,
            p50=percentile(taken, 0.50),
            p95=percentile(taken, 0.95),
            p99=percentile(taken, 0.99),
            cpu=1000 * cpu / done,
            calls=calls / done,
            ours=ours / spent,
            others=max(0.0, all_of_it - cpu - ours) / spent,
            rss=0.0,
            lost=0,
            doubled=0,
            refused=0,
            repeated=0,
        )


async def _closed(crowd: Crowd, users: int, ended: asyncio.Event) -> None:
    """Each learner says the next as soon as the last is answered; who ends is followed by one."""
    crowd.then = lambda learner: crowd.say(learner or Learner())
    for number in range(users):
        # They do not begin in step: the first dialogues would all ask for the same at once.
        asyncio.get_running_loop().call_later(number * 0.002, crowd.then, None)
    await ended.wait()


async def _arrivals(crowd: Crowd, rate: float, ended: asyncio.Event) -> None:
    """Updates come when they come, at random times, whether the last are answered or not.

    Measured from the moment it was due: a slow answer does not make the next one late unseen.
    """
    chance = random.Random(11)
    idle: list[Learner] = [Learner() for _ in range(_POOL)]
    crowd.then = lambda learner: idle.append(learner or Learner())
    due = time.perf_counter()
    while not ended.is_set():
        due += chance.expovariate(rate)
        if (early := due - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        chosen = chance.randrange(len(idle)) if idle else -1
        crowd.say(idle.pop(chosen) if chosen >= 0 else Learner(), due)
