"""Learners at a fake Telegram, who write at most a few messages ahead of the answers.

Telegram posts what one person writes in order and again until it is taken: what they see in the
end is exactly what `Learner` says, whatever happened to the program meanwhile.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.crash import learner
from tests.crash.learner import Learner
from tests.fake_telegram import FakeTelegram
from tests.telegram_delivery import Update

SECRET: Final = "the-webhook-secret-of-trials"
WORDS: Final = "chuyện riêng của nhà tôi"
"""What people write beside their choices; it must be in no log (P9)."""
_HAMLETS: Final = (1, 2, 4, 5, 6, 7, 8, 9)
_LOOK_EVERY: Final = 0.02


@dataclass
class Person:
    fake: FakeTelegram
    user: int
    script: Sequence[str]
    ahead: int = 1
    """How many of its messages may be without an answer."""
    pause: float = 0.0
    acts: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    """Seconds from each act to its whole answer; meaningful with `ahead` 1."""
    _looked: int = 0

    def look(self) -> None:
        """Read what is new on the screen."""
        new = self.fake.sent[self._looked :]
        self._looked += len(new)
        self.told += [message.text for message in new if message.chat == self.user and message.text]

    def unanswered(self) -> int:
        self.look()
        return len(self.acts) - learner.answered(self.acts, self.told)

    async def plays(self) -> None:
        for number, act in enumerate(self.script):
            if self.pause:
                await asyncio.sleep(self.pause)
            started = time.monotonic()
            await self.does(act, number)
            while self.unanswered() >= self.ahead:  # noqa: ASYNC110 - screens ring no bell
                await asyncio.sleep(_LOOK_EVERY)
            self.waits.append(time.monotonic() - started)
        while self.unanswered():  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_EVERY)

    async def does(self, act: str, number: int) -> None:
        """Event times lie apart, so that no text is a double tap of another (T37)."""
        self.acts.append(act)
        helps = act in ("/trogiup", "poison")
        content: dict[str, Any] = {"text": f"/trogiup {WORDS}" if helps else act}
        if act == "voice":
            content = {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}}
        date = int(time.time()) + 10 * number
        update: Update = {"message": self.fake.message(self.user, date=date, **content)}
        await self.fake.push(update)

    def check(self) -> Learner:
        self.look()
        return learner.check(self.acts, self.told)


def scripted(chance: random.Random, length: int) -> list[str]:
    """Join, agree, read, answer, and on, with a question for help and a voice message between."""
    lesson = learner.first_lesson()
    pages, questions = len(lesson["pages"]), len(lesson["questions"])
    acts = [f"x{chance.choice(_HAMLETS)}", *("1" * (pages + 1)), chance.choice("12")]
    acts += chance.choices("123", k=questions)
    acts += ["1"] * length
    for aside in ("voice", "/trogiup"):
        acts.insert(chance.randint(1, length - 3), aside)
    return [*acts[: length - 1], "/tiendo"]


def crowd(
    fake: FakeTelegram, chance: random.Random, *, count: int, length: int, **ways: Any
) -> list[Person]:
    return [Person(fake, 100 + n, scripted(chance, length), **ways) for n in range(count)]


async def within(seconds: float, deed: Awaitable[Any], people: Sequence[Person]) -> None:
    """Wait so long; what is missing then is told by whom it is missing."""
    try:
        async with asyncio.timeout(seconds):
            await deed
    except TimeoutError:
        for person in people:
            person.check()
            assert len(person.acts) == len(person.script), f"{person.user} could not go on"
        raise AssertionError(f"not finished within {seconds} s") from None


async def all_play(people: Sequence[Person]) -> None:
    """All scripts to their ends; what is wrong with one ends the others."""
    try:
        async with asyncio.TaskGroup() as group:
            for person in people:
                group.create_task(person.plays())
    except* AssertionError as errors:
        raise errors.exceptions[0] from None


async def some_come_later(people: Sequence[Person], begun: asyncio.Event, *, late: int = 3) -> None:
    """Most begin at once, the last few when trouble has begun."""

    async def latecomers() -> None:
        await begun.wait()
        await all_play(people[-late:])

    await asyncio.gather(all_play(people[:-late]), latecomers())


async def is_ready(asked: Callable[[str], Awaitable[int]], *, seconds: float) -> None:
    """Wait until a program says so."""
    for _ in range(int(seconds * 20)):
        if await asked("/ready") == 200:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"not ready within {seconds} s")


def check_all(people: Sequence[Person]) -> dict[str, int]:
    """Nothing acknowledged was lost, and nothing came twice."""
    for person in people:
        person.check()
    return {
        "events": sum(len(person.acts) for person in people),
        "told": sum(len(person.told) for person in people),
    }
