"""Two hundred signed events a second at Zalo's webhook, whether the last are answered or not.

`python -m tests.crash.storm [--seconds 30] [--rate 200] [--echoes]`, or PART=storm of the proofs.
The real program is asked first, by residents who press buttons; every call is kept, and the same
calls at the same moments are then posted to a bare aiohttp server, without and with one durable
commit. A time runs from the moment the call was due to its 200. With `--echoes` Zalo also posts
each of our own messages back to us, as it does, on top of the rate.
"""

import argparse
import asyncio
import os
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import uvloop

from bot.channels.zalo_oa.webhook import PATH
from tests.bench.machine import busy
from tests.bench.measuring import percentile
from tests.crash import bare, learner
from tests.crash.bare import Times, now, open_loop
from tests.crash.grounds import a_folder
from tests.crash.learner import Missing
from tests.crash.residents import Platform, Resident, service
from tests.fake_zalo_oa import Message
from tests.zalo_oa_payloads import Event

SECONDS: Final = 30.0
RATE: Final = 200.0
PATIENCE: Final = 10.0  # seconds in which nobody was answered: who still waits waits for ever
_SHARES: Final = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


@dataclass
class Outcome:
    """`calls`: by target, how long each call took."""

    calls: dict[str, Times] = field(default_factory=dict)
    answers: Times = field(default_factory=list)
    lost: int = 0
    doubled: int = 0
    refused: int = 0
    echoes: int = 0
    load: float = 0.0
    spent: Sequence[float] = (1.0, 0.0, 0.0, 0.0)
    """Seconds of the clock; of a core by the program, by us, and by all there are."""

    @property
    def seconds(self) -> float:
        return self.spent[0]

    @property
    def shares(self) -> tuple[float, float, float]:
        """Of one core: the program's, ours, everybody else's."""
        seconds, theirs, ours, everybodys = self.spent
        return theirs / seconds, ours / seconds, (everybodys - theirs - ours) / seconds


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
        self._last = now()
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
        self.posts.append((now() - due) * 1e3)

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
            self._last = now()
            self.answers.append((self._last - due) * 1e3)
            if len(who.acts) < len(who.script):
                self._idle.append(who)

    async def drained(self) -> None:
        self._last = now()
        while self._waiting and now() - self._last < PATIENCE:  # noqa: ASYNC110 - two ends
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
    chance, outcome = random.Random(seed), Outcome()
    times = moments(chance, rate, seconds)
    async with Platform(chance) as platform:
        platform.echoes = echoes
        program = service(folder, platform)
        async with program:
            await platform.save_webhook(program.url + PATH)
            crowd = Crowd(platform, program.url, chance)
            began = _spent(program.process.pid)
            await open_loop(times, crowd.does)
            outcome.load = os.getloadavg()[0]
            outcome.spent = [b - a for a, b in zip(began, _spent(program.process.pid), strict=True)]
            await crowd.drained()
            await platform.all_delivered()
        outcome.calls["the program"], outcome.answers = crowd.posts, crowd.answers
        outcome.lost, outcome.doubled = crowd.verdict()
        outcome.refused, outcome.echoes = crowd.refused, len(platform.deliveries)
        letters = [platform.signed(event) for event in crowd.calls]
    for name, store in (("bare aiohttp", ""), ("with one commit", str(folder))):
        outcome.calls[name] = await bare.asked(store, times, letters)
    return outcome


def _spent(pid: int) -> tuple[float, float, float, float]:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    theirs = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return now(), theirs, time.process_time(), busy()


# --- what is told --------------------------------------------------------------------------------


def figures(times: Times) -> dict[str, float]:
    ordered = sorted(times)
    return {name: round(percentile(ordered, share), 1) for name, share in _SHARES.items()}


def table(outcome: Outcome) -> str:
    floor = figures(outcome.calls["bare aiohttp"])
    lines = [f"{'from POST to 200, ms':<22}" + "".join(f"{name:>9}" for name in floor)]
    for name, times in outcome.calls.items():
        taken = figures(times)
        ratio = f"   p50 x{taken['p50'] / floor['p50']:.1f}, p99 x{taken['p99'] / floor['p99']:.1f}"
        lines.append(f"{name:<22}" + "".join(f"{ms:>9}" for ms in taken.values()) + ratio)
    whole = "".join(f"{ms:>9}" for ms in figures(outcome.answers).values())
    count = len(outcome.calls["the program"])
    theirs, ours, others = outcome.shares
    lines += [
        f"{'to the whole answer':<22}{whole}",
        f"{count} events in {outcome.seconds:.1f} s ({count / outcome.seconds:.0f} a second), "
        f"{outcome.echoes} echoes; lost {outcome.lost}, doubled {outcome.doubled}, "
        f"503 {outcome.refused}; load average {outcome.load:.1f} on {os.cpu_count()} cores, "
        f"of one core: program {theirs:.0%}, client {ours:.0%}, others {others:.0%}",
    ]
    return "\n".join(lines) + "\n"


async def trial(seed: int) -> dict[str, Any]:
    """Odd seeds with echoes. No time is a promise here: they are told beside the bare server's."""
    async with a_folder() as folder:
        outcome = await storm(folder, seed=seed, seconds=SECONDS, rate=RATE, echoes=seed % 2 == 1)
    sys.stdout.write(table(outcome))
    assert (outcome.lost, outcome.doubled) == (0, 0), table(outcome)
    taken, floor = (figures(outcome.calls[name]) for name in ("the program", "bare aiohttp"))
    return {
        "events": len(outcome.calls["the program"]),
        "echoes": outcome.echoes,
        "lost": outcome.lost,
        "doubled": outcome.doubled,
        "refused": outcome.refused,
        **{f"{name}_ms": ms for name, ms in taken.items()},
        **{f"bare_{name}_ms": ms for name, ms in floor.items()},
        **{f"answer_{name}_ms": ms for name, ms in figures(outcome.answers).items()},
        "load": round(outcome.load, 1),
        "program_busy": round(outcome.shares[0], 2),
        "others_busy": round(outcome.shares[2], 2),
    }


async def _once(asked: argparse.Namespace) -> int:
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
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_once(read.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
