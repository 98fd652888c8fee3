"""A thousand deliveries, three in ten of them repeated and many out of order (R2, R4, T08).

All people write at once, each by an own acceptor. Some type digits without waiting, and what they
typed arrives up to three places out of order; others read the answer and press. A copy of an event
comes at the same moment, a little later, or when everything was answered. On PostgreSQL there are
often two programs, and copies go to both of them.

What must come of it is known by `Learner`, from the order in which events first arrived: the whole
screen of everybody, message by message, and the score that the program reports at the end.
"""

import asyncio
import contextlib
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.app import App, built, working
from bot.channels.base import Accepted, Part, Raw, Receipt
from bot.clock import SystemClock
from handlers.messages import Address
from tests.crash import learner
from tests.crash.grounds import a_commune, a_folder
from tests.crash.learner import Learner
from tests.fakes import BUTTONS, FakeChannel, Heard
from tests.talk import settings_for

PEOPLE: Final = 40
EVENTS: Final = 17.5  # distinct ones a person, on the average
COPIES: Final = 0.3  # of all deliveries
_PLACES: Final = 3.5  # how far out of order
_PATIENCE: Final = 30.0  # seconds
_HAMLETS: Final = (1, 2, 4, 5, 6, 7, 8, 9)  # there are two with the number 3


class HurriedClock(SystemClock):
    """People of this trial write faster than anybody may: their buckets fill as fast (T35)."""

    def monotonic(self) -> float:
        return super().monotonic() * 1_000


class Screens(FakeChannel):
    """The sending side of all programs of one trial, with a network of changing speed."""

    def __init__(self, screens: dict[str, list[Heard]], chance: random.Random) -> None:
        super().__init__(BUTTONS)
        self._screens = screens
        self._chance = chance

    async def send(self, part: Part, to: Address) -> Receipt:
        if self._chance.random() < 0.3:
            await asyncio.sleep(self._chance.uniform(0, 0.02))
        receipt = await super().send(part, to)
        self._screens[to.chat].append(self.heard.pop())
        return receipt


@dataclass
class Trial:
    """Programs at work, and what became of every delivery."""

    apps: Sequence[App]
    screens: dict[str, list[Heard]]
    chance: random.Random
    fates: dict[str, list[Accepted]] = field(default_factory=lambda: defaultdict(list))
    running: list[asyncio.Task[None]] = field(default_factory=list)
    late: list[Raw] = field(default_factory=list)

    async def deliver(self, raw: Raw) -> None:
        """As a platform does: again until it is acknowledged."""
        app = self.chance.choice(self.apps)
        fate = await app.gate.accept(app.channels["fake"], raw)
        while fate is Accepted.BUSY:
            await asyncio.sleep(0.05)
            fate = await app.gate.accept(app.channels["fake"], raw)
        self.fates[raw["id"]].append(fate)

    def repeat(self, raw: Raw, times: int) -> None:
        for _ in range(times):
            when = self.chance.choice(("now", "soon", "late"))
            if when == "late":
                self.late.append(raw)
                continue
            after = self.chance.uniform(0, 0.3) if when == "soon" else 0
            self.running.append(asyncio.create_task(self._deliver_after(raw, after)))

    async def _deliver_after(self, raw: Raw, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.deliver(raw)

    async def settled(self, people: Sequence["Person"]) -> None:
        """Everything that began to be delivered was, and has its answers."""
        await asyncio.gather(*self.running)
        await until(lambda: all(person.is_answered() for person in people))
        for app in self.apps:
            await app.delivery.idle()
        for person in people:
            person.check()

    def told(self, account: str) -> list[str]:
        return [heard.text for heard in self.screens[account] if heard.text]


@dataclass
class Person:
    """`acts` grows in the order in which events arrived first."""

    trial: Trial
    account: str
    script: list[str]
    copies: list[int]
    acts: list[str] = field(default_factory=list)

    @property
    def told(self) -> list[str]:
        return self.trial.told(self.account)

    def is_answered(self) -> bool:
        return learner.answered(self.acts, self.told) == len(self.acts)

    async def arrives(self, number: int, act: str, **content: Any) -> None:
        """One event and its copies. Event times lie apart: no text is a double tap (T37)."""
        at = datetime.now(UTC) + timedelta(seconds=10 * number)
        raw = {"id": f"{self.account}-{number}", "account": self.account, "at": at.isoformat()}
        raw |= {"name": f"Người {self.account}", **content}
        self.acts.append(act)
        first = asyncio.create_task(self.trial.deliver(raw))
        self.trial.repeat(raw, self.copies[number])
        if len(self.trial.apps) > 1 or self.trial.chance.random() < 0.7:
            await first  # with two programs nothing else says which of two events came first
        else:
            self.trial.running.append(first)

    async def types_blindly(self) -> None:
        chance = self.trial.chance
        order = sorted(range(len(self.script)), key=lambda n: n + chance.uniform(0, _reach(n)))
        for number in order:
            await asyncio.sleep(chance.choice((0, 0, 0.005, 0.02)))
            act = self.script[number]
            content = {"kind": "voice"} if act == "voice" else {"text": act}
            await self.arrives(number, act, **content)

    async def reads_and_presses(self) -> None:
        """Waits for each answer, then presses one of its buttons; the script is only as long."""
        await self.arrives(0, self.script[0], text=self.script[0])
        for number in range(1, len(self.script)):
            await until(self.is_answered)
            place = learner.check(self.acts, self.told).place
            tokens = list(self.trial.screens[self.account][-1].buttons.values())
            last = {"page": 1, "after": 1, "consent": 1 + (number % 5 == 1)}.get(place, len(tokens))
            digit = self.trial.chance.randint(1, last)
            await self.arrives(number, str(digit), kind="press", button=tokens[digit - 1])

    def check(self) -> Learner:
        return learner.check(self.acts, self.told)


def _reach(number: int) -> float:
    """The first event, which names the hamlet, comes within the first three."""
    return _PLACES if number else 2.5


async def until(true: Callable[[], bool]) -> None:
    """Wait for it, but not for ever: whoever asked looks what is missing."""
    for _ in range(int(_PATIENCE * 100)):
        if true():
            return
        await asyncio.sleep(0.01)


async def at_once(deeds: Iterable[Coroutine[Any, Any, None]]) -> None:
    """All of them together; the first that fails ends the others and is what is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            for deed in deeds:
                group.create_task(deed)
    except* AssertionError as errors:
        raise errors.exceptions[0] from None


def scripted(chance: random.Random, length: int) -> list[str]:
    """Join, agree, read, answer, and on; digits only, but for questions of help in between."""
    lesson = learner.first_lesson()
    pages, questions = len(lesson["pages"]), len(lesson["questions"])
    acts = [f"x{chance.choice(_HAMLETS)}", *("1" * (pages + 1)), chance.choice("12")]
    acts += chance.choices("12", k=questions)
    for aside in ("voice", "/trogiup"):
        acts.insert(chance.randint(5, len(acts)), aside)
    acts += ["1"] * length
    return acts[:length]


def invited(trial: Trial, number: int) -> list[Person]:
    """`number` people whose events and copies make the right share of all deliveries."""
    lengths = [int(EVENTS) + n % 2 for n in range(number)]
    events = [(n, place) for n in range(number) for place in range(lengths[n])]
    copies = Counter(trial.chance.choices(events, k=round(len(events) * COPIES / (1 - COPIES))))
    return [
        Person(
            trial,
            f"u{n}",
            scripted(trial.chance, lengths[n] - 1),
            [copies[n, place] for place in range(lengths[n])],
        )
        for n in range(number)
    ]


async def played(trial: Trial, people: Sequence[Person]) -> dict[str, Any]:
    """Let everything happen, and check all of it."""
    await at_once(
        person.reads_and_presses() if number % 2 else person.types_blindly()
        for number, person in enumerate(people)
    )
    await trial.settled(people)
    for person in people:  # the score, as the program itself tells it
        await person.arrives(len(person.acts), "/tiendo", text="/tiendo")
    await trial.settled(people)
    await asyncio.gather(*(trial.deliver(raw) for raw in trial.late))
    await trial.settled(people)
    scores = [person.check().score for person in people]
    for event, fates in trial.fates.items():
        count = fates.count(Accepted.STORED)
        assert count == 1, f"{event} was stored {count} times: {fates}"
        assert set(fates) <= {Accepted.STORED, Accepted.DUPLICATE}, f"{event}: {fates}"
    return {
        "programs": len(trial.apps),
        "deliveries": sum(map(len, trial.fates.values())),
        "events": len(trial.fates),
        "told": sum(map(len, trial.screens.values())),
        "finished": sum(score != "" for score in scores),
    }


@contextlib.asynccontextmanager
async def programs(
    url: str, folder: Path, count: int, screens: dict[str, list[Heard]], chance: random.Random
) -> AsyncIterator[list[App]]:
    async with contextlib.AsyncExitStack() as stack:
        apps = []
        for _ in range(count):
            program = built(
                settings_for(url, folder),
                clock=HurriedClock(),
                make_channels=lambda _: [Screens(screens, chance)],
            )
            app = await stack.enter_async_context(program)
            await app.recover()
            await stack.enter_async_context(working(app, "worker"))
            apps.append(app)
        yield apps


async def disorder(url: str, folder: Path, *, seed: int, number: int, count: int) -> dict[str, Any]:
    """One trial with `number` people and `count` programs on a given database."""
    chance = random.Random(seed)
    screens: dict[str, list[Heard]] = defaultdict(list)
    async with programs(url, folder, count, screens, chance) as apps:
        trial = Trial(apps, screens, chance)
        try:
            return await played(trial, invited(trial, number))
        finally:
            for task in trial.running:
                task.cancel()


async def trial(seed: int) -> dict[str, Any]:
    engine = ("sqlite", "postgresql")[seed % 2]
    count = 2 if seed % 4 == 3 else 1
    async with a_folder() as folder, a_commune(engine, folder) as url:
        figures = await disorder(url, folder, seed=seed, number=PEOPLE, count=count)
    return {"engine": engine, **figures}
