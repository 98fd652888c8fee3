"""A thousand calls of Zalo's webhook, three in ten of them repeated and many out of order.

The real HTTP server and the real channel, the fake Official Account, and residents of three kinds:
some type digits without waiting, some read each answer and press a `#` button, and some were cut
off by an outage, whose events come all at once with old times and `num_retry`. A copy comes in the
same moment, a little later, or when everything was answered; some events are recordings of the day
before yesterday. On PostgreSQL there are sometimes two programs, and copies go to both.

What must come of it is known by `Learner`, from the order in which events first arrived; beside it
stands only what the house counts itself: each event once in the inbox.
"""

import asyncio
import contextlib
import logging
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr
from sqlalchemy import func, select

from bot.app import App, built, working
from storage.tables import InboxRow
from tests.crash.disorder import COPIES, HurriedClock, at_once, scripted, until
from tests.crash.grounds import a_commune, a_folder
from tests.crash.residents import Platform, Resident, settings
from tests.service import free_port
from tests.talk import settings_for
from tests.zalo_oa_payloads import Event

PEOPLE: Final = 42
ACTS: Final = 17
_PLACES: Final = 3.5  # how far out of order
_OUTAGE: Final = 5_400.0  # seconds: all of Zalo's ladder but its last step
_LONG_AGO: Final = 50 * 3_600.0  # seconds; beyond 48 hours nothing is executed (T08)
_IN_OUTAGE: Final = 4  # what `num_retry` says after it
_BLIND, _PRESSING, _CUT_OFF = range(3)


@dataclass
class Trial:
    """Programs at work, and what became of every call."""

    platform: Platform
    apps: Sequence[App]
    chance: random.Random
    statuses: Counter[int] = field(default_factory=Counter)
    events: set[str] = field(default_factory=set)
    running: list[asyncio.Task[None]] = field(default_factory=list)
    late: list[Event] = field(default_factory=list)
    power: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the outage is over."""

    async def deliver(self, event: Event, *, attempts: int = 0) -> None:
        self.events.add(str(event))
        port = self.chance.choice(self.apps).settings.port
        url = f"http://127.0.0.1:{port}"
        self.statuses.update(await self.platform.deliver(url, event, attempts=attempts))

    def repeat(self, event: Event, times: int) -> None:
        for _ in range(times):
            when = self.chance.choice(("now", "soon", "late"))
            if when == "late":
                self.late.append(event)
                continue
            after = self.chance.uniform(0, 0.3) if when == "soon" else 0.0
            self.begin(self._deliver_after(event, after))

    async def _deliver_after(self, event: Event, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.deliver(event, attempts=self.chance.randint(0, 5))

    def begin(self, deed: Any) -> None:
        self.running.append(asyncio.create_task(deed))

    async def settled(self, people: Sequence["Person"]) -> None:
        """Everything that began to be delivered was, and has its answers."""
        await asyncio.gather(*self.running)
        await until(lambda: not any(person.unanswered() for person in people))
        for app in self.apps:
            await app.delivery.idle()
        await self.platform.all_delivered()
        for person in people:
            person.check()

    async def stored(self) -> dict[str, int]:
        """Rows of the inbox by state."""
        question = select(InboxRow.state, func.count()).group_by(InboxRow.state)
        async with self.apps[0].database.reading() as tx:
            rows = (await tx.execute(question)).all()
        return {state: count for state, count in rows}  # noqa: C416 - rows are no plain pairs


@dataclass
class Person(Resident):
    trial: Trial = field(kw_only=True)
    copies: list[int] = field(kw_only=True)
    attempts: int = 0
    """What Zalo had tried before we hear of it."""
    greeted: int = 0
    """Messages that answered the follow."""

    async def arrives(self, act: str, event: Event) -> None:
        """One event and its copies; Zalo posts what one person does one after another."""
        copies = self.copies[len(self.acts)] if len(self.acts) < len(self.copies) else 0
        self.acts.append(act)
        first = asyncio.create_task(self.trial.deliver(event, attempts=self.attempts))
        self.trial.repeat(event, copies)
        await first

    @property
    def told(self) -> list[str]:
        return super().told[self.greeted :]

    async def follows(self) -> None:
        """The first thing on Zalo, known only by its bytes; its copies are answered by nothing."""
        event = self.event("follow", 0)
        first = asyncio.create_task(self.trial.deliver(event))
        self.trial.repeat(event, 2)
        await first
        await until(lambda: any(message.buttons for message in self.screen))
        self.greeted = len(self.told)

    async def types_blindly(self, *, pauses: Sequence[float] = (0, 0, 0.005, 0.02)) -> None:
        chance = self.trial.chance
        # The hamlet's code comes before it is asked for twice.
        reach = [0.0 if self.greeted else 2.5] + [_PLACES] * (len(self.script) - 1)
        order = sorted(range(len(reach)), key=lambda n: n + chance.uniform(0, reach[n]))
        for number in order:
            await asyncio.sleep(chance.choice(pauses))
            await self.arrives(self.script[number], self.event(self.script[number], number + 1))

    async def reads_and_presses(self) -> None:
        """Waits for each answer, then presses one of its buttons; the script is only as long."""
        await self.arrives(self.script[0], self.event(self.script[0], 1))
        for number in range(1, len(self.script)):
            await until(lambda: not self.unanswered())
            place = self.check().place
            last = {"page": 1, "after": 1, "consent": 1 + (number % 5 == 1)}
            digit = str(self.trial.chance.randint(1, last.get(place, len(self.tokens()))))
            await self.arrives(digit, self.press(digit, number + 1))

    async def was_cut_off(self) -> None:
        """Typed as blindly, an hour and a half ago; the whole of it comes with the others'."""
        self.since, self.attempts = time.time() - _OUTAGE, _IN_OUTAGE
        await self.trial.power.wait()
        await self.types_blindly(pauses=(0,))

    async def lives(self, kind: int) -> None:
        """The whole script; sometimes an old recording of a digit in between, which is nothing."""
        chance = self.trial.chance
        if chance.random() < 0.3:
            old = self.event("1", 900) | {"timestamp": str(int((time.time() - _LONG_AGO) * 1e3))}
            self.trial.begin(self.trial.deliver(old, attempts=chance.randint(0, 5)))
        if kind != _CUT_OFF and chance.random() < 0.5:
            await self.follows()
        ways = {_BLIND: self.types_blindly, _PRESSING: self.reads_and_presses}
        await ways.get(kind, self.was_cut_off)()


def invited(trial: Trial, number: int) -> list[Person]:
    """`number` people whose events and copies make the right share of all deliveries."""
    events = [(n, place) for n in range(number) for place in range(ACTS)]
    copies = Counter(trial.chance.choices(events, k=round(len(events) * COPIES / (1 - COPIES))))
    return [
        Person(
            trial.platform,
            f"2468458835291{n:05}",
            scripted(trial.chance, ACTS - 1),
            trial=trial,
            copies=[copies[n, place] for place in range(ACTS)],
        )
        for n in range(number)
    ]


async def played(trial: Trial, people: Sequence[Person]) -> dict[str, Any]:
    """Let everything happen, and check all of it."""
    asyncio.get_running_loop().call_later(trial.chance.uniform(0.1, 0.6), trial.power.set)
    await at_once(person.lives(number % 3) for number, person in enumerate(people))
    await trial.settled(people)
    for person in people:  # the score, as the program itself tells it
        await person.arrives("/tiendo", person.event("/tiendo", len(person.script) + 1))
    await trial.settled(people)
    await asyncio.gather(*(trial.deliver(event, attempts=5) for event in trial.late))
    await trial.settled(people)
    scores = [person.check().score for person in people]
    stored, events = await trial.stored(), len(trial.events)
    assert stored == {"done": events}, f"{events} events, but stored: {stored}"
    echoes = Counter(delivery.status for delivery in trial.platform.deliveries)
    assert not trial.platform.missed, "an echo was never acknowledged"
    return {
        "programs": len(trial.apps),
        "deliveries": trial.statuses.total(),
        "events": events,
        "refused_and_repeated": trial.statuses.total() - trial.statuses[200],
        "echoes": echoes[200],
        "told": sum(map(len, trial.platform.screens.values())),
        "finished": sum(score != "" for score in scores),
    }


@contextlib.asynccontextmanager
async def programs(
    url: str, folder: Path, count: int, platform: Platform
) -> AsyncIterator[list[App]]:
    """`count` programs on one database, each with an HTTP server of its own."""
    texts = {name.lower(): value for name, value in settings(platform).items()}
    hidden = ("zalo_oa_app_secret", "zalo_oa_secret_key", "zalo_oa_refresh_token")
    given: dict[str, Any] = texts | {name: SecretStr(texts[name]) for name in hidden}
    async with contextlib.AsyncExitStack() as stack:
        apps = []
        for _ in range(count):
            port = free_port()
            address = f"http://127.0.0.1:{port}"
            ours = settings_for(url, folder, port=port, public_url=address, **given)
            app = await stack.enter_async_context(built(ours, clock=HurriedClock()))
            await app.recover()
            await stack.enter_async_context(working(app, "all"))
            apps.append(app)
        yield apps


async def disorder(url: str, folder: Path, *, seed: int, number: int, count: int) -> dict[str, Any]:
    """One trial with `number` people and `count` programs on a given database."""
    chance = random.Random(seed)
    async with (
        Platform(chance, slow=0.3) as platform,
        programs(url, folder, count, platform) as apps,
    ):
        await platform.save_webhook(f"http://127.0.0.1:{apps[0].settings.port}/webhook/zalo-oa")
        trial = Trial(platform, apps, chance)
        try:
            return await played(trial, invited(trial, number))
        finally:
            for task in trial.running:
                task.cancel()


async def trial(seed: int) -> dict[str, Any]:
    engine = ("sqlite", "postgresql")[seed % 2]
    count = 2 if seed % 4 == 3 else 1
    logging.getLogger("bot.dispatcher").setLevel(logging.ERROR)  # it warns of each old recording
    async with a_folder() as folder, a_commune(engine, folder) as url:
        figures = await disorder(url, folder, seed=seed, number=PEOPLE, count=count)
    return {"engine": engine, **figures}
