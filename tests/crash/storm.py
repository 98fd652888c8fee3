"""Two hundred signed events a second at Zalo's webhook, whether the last are answered or not.

`python -m tests.crash.storm [--seconds 30] [--rate 200] [--echoes]`, or PART=storm of the proofs.
The real program is asked first, by residents who press buttons; every call is kept, and the same
calls at the same moments are then posted to a bare aiohttp server, without and with one durable
commit. A time runs from the moment the call was due to its 200. With `--echoes` Zalo also posts
each of our own messages back to us, as it does, on top of the rate.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
import uvloop
from aiohttp import web

from bot.channels.zalo_oa.webhook import PATH
from tests.bench.floor import Store
from tests.bench.measuring import percentile
from tests.bench.targets import Cores
from tests.crash import learner
from tests.crash.grounds import a_folder
from tests.crash.learner import Missing
from tests.crash.residents import Platform, Resident, service
from tests.fake_zalo_oa import Message
from tests.service import ROOT, free_port
from tests.zalo_oa_payloads import Event

SECONDS: Final = 30.0
RATE: Final = 200.0
PATIENCE: Final = 10.0  # seconds in which nobody was answered: who still waits waits for ever
_SHARES: Final = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}

Times = list[float]
"""Milliseconds."""
_now: Final = time.perf_counter


@dataclass
class Outcome:
    """`calls`: by target, how long each call took."""

    calls: dict[str, Times] = field(default_factory=dict)
    answers: Times = field(default_factory=list)
    seconds: float = 0.0
    lost: int = 0
    doubled: int = 0
    refused: int = 0
    echoes: int = 0
    load: float = 0.0


async def open_loop(
    moments: Sequence[float], deed: Callable[[int, float], Awaitable[None]]
) -> None:
    """Begin `deed(number, due)` at each moment; a slow one makes no other late unseen."""
    began = _now()
    async with asyncio.TaskGroup() as group:
        for number, moment in enumerate(moments):
            due = began + moment
            if (early := due - _now()) > 0:
                await asyncio.sleep(early)
            group.create_task(_run(deed, number, due))


async def _run(deed: Callable[[int, float], Awaitable[None]], number: int, due: float) -> None:
    await deed(number, due)


def moments(chance: random.Random, rate: float, seconds: float) -> list[float]:
    found, at = [], 0.0
    while (at := at + chance.expovariate(rate)) < seconds:
        found.append(at)
    return found


# --- residents and the program -------------------------------------------------------------------


class Crowd:
    """Whoever is idle does the next thing; who has finished a lesson is followed by a stranger."""

    def __init__(self, platform: Platform, url: str, chance: random.Random) -> None:
        self.people: list[Resident] = []
        self.calls: list[Event] = []
        self.posts: Times = []
        self.answers: Times = []
        self.refused = 0
        self._platform, self._url, self._chance = platform, url, chance
        self._idle: list[Resident] = []
        self._waiting: dict[str, tuple[Resident, float]] = {}
        self._last = _now()
        platform.told = self._told

    async def does(self, _number: int, due: float) -> None:
        who = self._idle.pop(self._chance.randrange(len(self._idle))) if self._idle else self._new()
        number = len(who.acts)
        act = who.script[number]
        event = who.press(act, number) if number else who.event(act, number)
        who.acts.append(act)
        self.calls.append(event)
        self._waiting[who.user] = who, due
        self.refused += len(await self._platform.deliver(self._url, event)) - 1
        self.posts.append((_now() - due) * 1e3)

    def _new(self) -> Resident:
        lesson = learner.first_lesson()
        script = ["x5", *("1" * (len(lesson["pages"]) + 1)), self._chance.choice("12")]
        script += self._chance.choices("12", k=len(lesson["questions"]))
        self.people.append(Resident(self._platform, f"24684588352{len(self.people):06}", script))
        return self.people[-1]

    def _told(self, message: Message) -> None:
        """The open question, with its buttons, is the last message of an answer."""
        if message.buttons and message.user in self._waiting:
            who, due = self._waiting.pop(message.user)
            self._last = _now()
            self.answers.append((self._last - due) * 1e3)
            if len(who.acts) < len(who.script):
                self._idle.append(who)

    async def drained(self) -> None:
        self._last = _now()
        while self._waiting and _now() - self._last < PATIENCE:  # noqa: ASYNC110 - two ends
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)  # for what should not come

    def verdict(self) -> tuple[int, int]:
        """How many acts were not answered, how many messages came besides."""
        lost = doubled = 0
        for who in self.people:
            try:
                doubled += len(who.told) - learner.followed(who.acts, who.told).at
            except Missing:
                lost += who.unanswered()
        return lost, doubled


async def storm(folder: Path, *, seed: int, seconds: float, rate: float, echoes: bool) -> Outcome:
    """The program, then the same calls to the bare servers."""
    chance, cores, outcome = random.Random(seed), Cores(pinned=True), Outcome()
    cores.take_ours()
    times = moments(chance, rate, seconds)
    async with Platform(chance) as platform:
        platform.echoes = echoes
        program = service(folder, platform)
        async with program:
            cores.give(program.process.pid)
            await platform.save_webhook(program.url + PATH)
            crowd = Crowd(platform, program.url, chance)
            began = _now()
            await open_loop(times, crowd.does)
            outcome.seconds, outcome.load = _now() - began, os.getloadavg()[0]
            await crowd.drained()
            await platform.all_delivered()
        outcome.calls["the program"], outcome.answers = crowd.posts, crowd.answers
        outcome.lost, outcome.doubled = crowd.verdict()
        outcome.refused, outcome.echoes = crowd.refused, len(platform.deliveries)
        letters = [platform.signed(event) for event in crowd.calls]
    for name, store in (("bare aiohttp", ""), ("with one commit", str(folder))):
        outcome.calls[name] = await _to_bare(cores, store, times, letters)
    return outcome


# --- the bare servers ----------------------------------------------------------------------------


async def _to_bare(
    cores: Cores,
    store: str,
    times: Sequence[float],
    letters: Sequence[tuple[bytes, dict[str, str]]],
) -> Times:
    taken: Times = []
    async with _bare(cores, store) as url, aiohttp.ClientSession() as http:

        async def deed(number: int, due: float) -> None:
            body, headers = letters[number]
            headers = {"Content-Type": "application/json", "User-Agent": "ZaloWebhook", **headers}
            async with http.post(url + PATH, data=body, headers=headers) as answer:
                assert answer.status == 200
            taken.append((_now() - due) * 1e3)

        await open_loop(times, deed)
    return taken


@contextlib.asynccontextmanager
async def _bare(cores: Cores, store: str) -> AsyncIterator[str]:
    port = free_port()
    words = ("-m", "tests.crash.storm", "--serve", str(port), "--store", store)
    process = await asyncio.create_subprocess_exec(sys.executable, *words, cwd=ROOT)
    cores.give(process.pid)
    try:
        async with asyncio.timeout(20):
            while not await _listens(port):
                await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def _serve(port: int, folder: str) -> None:
    store = Store(Path(folder) / "bare.db") if folder else None

    async def receive(request: web.Request) -> web.Response:
        body = await request.text()
        json.loads(body)
        if store is not None:
            await store.add(1, body)
        return web.Response()

    application = web.Application()
    application.router.add_post(PATH, receive)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    await asyncio.Event().wait()


# --- what is told --------------------------------------------------------------------------------


def figures(times: Times) -> dict[str, float]:
    ordered = sorted(times)
    return {name: round(percentile(ordered, share), 1) for name, share in _SHARES.items()}


def table(outcome: Outcome) -> str:
    bare = figures(outcome.calls["bare aiohttp"])
    lines = [f"{'from POST to 200, ms':<22}" + "".join(f"{name:>9}" for name in bare)]
    for name, times in outcome.calls.items():
        taken = figures(times)
        ratio = f"   p50 x{taken['p50'] / bare['p50']:.1f}, p99 x{taken['p99'] / bare['p99']:.1f}"
        lines.append(f"{name:<22}" + "".join(f"{ms:>9}" for ms in taken.values()) + ratio)
    whole = "".join(f"{ms:>9}" for ms in figures(outcome.answers).values())
    count = len(outcome.calls["the program"])
    lines += [
        f"{'to the whole answer':<22}{whole}",
        f"{count} events in {outcome.seconds:.1f} s ({count / outcome.seconds:.0f} a second), "
        f"{outcome.echoes} echoes; lost {outcome.lost}, doubled {outcome.doubled}, "
        f"503 {outcome.refused}; load average {outcome.load:.1f} on {os.cpu_count()} cores",
    ]
    return "\n".join(lines) + "\n"


async def trial(seed: int) -> dict[str, Any]:
    """Odd seeds with echoes. No time is a promise here: they are told beside the bare server's."""
    async with a_folder() as folder:
        outcome = await storm(folder, seed=seed, seconds=SECONDS, rate=RATE, echoes=seed % 2 == 1)
    sys.stdout.write(table(outcome))
    assert (outcome.lost, outcome.doubled) == (0, 0), table(outcome)
    taken, bare = (figures(outcome.calls[name]) for name in ("the program", "bare aiohttp"))
    return {
        "events": len(outcome.calls["the program"]),
        "echoes": outcome.echoes,
        "lost": outcome.lost,
        "doubled": outcome.doubled,
        "refused": outcome.refused,
        **{f"{name}_ms": ms for name, ms in taken.items()},
        **{f"bare_{name}_ms": ms for name, ms in bare.items()},
        **{f"answer_{name}_ms": ms for name, ms in figures(outcome.answers).items()},
        "load": round(outcome.load, 1),
    }


async def _once(asked: argparse.Namespace) -> int:
    if asked.serve:
        await _serve(asked.serve, asked.store)
    async with a_folder() as folder:
        outcome = await storm(
            folder, seed=0, seconds=asked.seconds, rate=asked.rate, echoes=asked.echoes
        )
    sys.stdout.write(table(outcome))
    return 1 if outcome.lost or outcome.doubled else 0


def main() -> int:
    read = argparse.ArgumentParser(prog="python -m tests.crash.storm", description=__doc__)
    read.add_argument("--seconds", type=float, default=SECONDS)
    read.add_argument("--rate", type=float, default=RATE)
    read.add_argument("--echoes", action="store_true", help="our own messages come back as events")
    read.add_argument("--serve", type=int, metavar="PORT", help="be the bare server")
    read.add_argument("--store", default="", metavar="FOLDER", help="of its one commit")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_once(read.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
