"""Learners who walk through a lesson, and the oracle: each update has exactly one whole reply."""

import asyncio
import itertools
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from tests.bench.api import TEXT, Heard
from tests.bench.wire import Poster

STEPS: Final = 9
"""Updates of one dialogue: /start with the hamlet's code, then the first button eight times:
consent, three pages, the try-it, three questions with the result (lesson 1)."""
PATIENCE: Final = 10.0  # seconds in which nobody was answered: who still waits waits for ever
_AGAIN: Final = 0.05  # seconds until an update that was not acknowledged is posted again
_LATE_REPEAT: Final = 0.3

_people = itertools.count(50_000_001)
_updates = itertools.count(610_000_001)


def _start() -> bytes:
    who = {"id": -2, "is_bot": False, "first_name": "Lan", "last_name": "Nguyễn"}
    message = {
        "message_id": -1,
        "from": {**who, "language_code": "vi"},
        "chat": {"id": -2, "first_name": "Lan", "last_name": "Nguyễn", "type": "private"},
        "date": -3,
        "text": "/start h_xom-05",
        "entities": [{"offset": 0, "length": 6, "type": "bot_command"}],
    }
    return _template({"update_id": -4, "message": message})


def _press() -> bytes:
    who = {"id": -2, "is_bot": False, "first_name": "Lan", "last_name": "Nguyễn"}
    message = {
        "message_id": -1,
        "from": {"id": 7000000001, "is_bot": True, "first_name": "Học vụ số"},
        "chat": {"id": -2, "first_name": "Lan", "last_name": "Nguyễn", "type": "private"},
        "date": -3,
        "text": TEXT * 4,
        "reply_markup": {"inline_keyboard": [[{"text": "Xem tiếp", "callback_data": "@token@"}]]},
    }
    query = {
        "id": "53-4",
        "from": {**who, "language_code": "vi"},
        "message": message,
        "chat_instance": "-9141592653589793238",
        "data": "@token@",
    }
    return _template({"update_id": -4, "callback_query": query})


def _template(update: object) -> bytes:
    text = json.dumps(update, ensure_ascii=False).replace("%", "%%").replace("@token@", "%(token)b")
    for mark, name in (("-1", "number"), ("-2", "chat"), ("-3", "at"), ("-4", "update")):
        text = text.replace(mark, f"%({name})d")
    return text.encode()


_START: Final = _start()
_PRESS: Final = _press()


_now: Final = time.perf_counter  # the loop's own clock counts whole milliseconds


@dataclass(slots=True, eq=False)
class Learner:
    chat: int = field(default_factory=lambda: next(_people))
    step: int = 0
    token: bytes = b""
    number: int = 1
    began: float = 0.0
    waits: bool = False
    count: int = 0
    seen: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Oracle:
    """What must stay 0, and what explains it if it does not."""

    lost: int = 0
    doubled: int = 0
    refused: int = 0
    repeated: int = 0


class Crowd:
    """People under way and what became of their updates.

    `whole[step]` is how many messages a whole reply has; `then` decides what a learner who has
    been answered does next (None: the dialogue is over); `given_up`: whose replies were lost, in
    this crowd or an earlier one.
    """

    def __init__(
        self,
        poster: Poster,
        whole: list[int],
        at: int,
        *,
        given_up: set[int],
        repeats: float = 0.0,
        seed: int = 1,
    ) -> None:
        self._poster = poster
        self._whole = whole
        self._at = at
        self._repeats = repeats
        self._chance = random.Random(seed)
        self._loop = asyncio.get_running_loop()
        self._walking: dict[int, Learner] = {}
        self._given_up = given_up
        self._last_reply = _now()
        self.then: Callable[[Learner | None], None] = lambda _: None
        self.post_again_after = _AGAIN
        self.oracle = Oracle()
        self.latencies: list[float] = []

    @property
    def waiting(self) -> int:
        """Updates without a whole reply so far."""
        return sum(learner.waits for learner in self._walking.values())

    def say(self, learner: Learner, began: float | None = None) -> None:
        """Send the learner's next update; `began`: when it was due."""
        self._walking[learner.chat] = learner
        learner.began = began if began is not None else _now()
        learner.waits, learner.count = True, 0
        body = self._update(learner)
        self._post(body)
        if self._repeats and self._chance.random() < self._repeats:
            self._repeat(body)

    def _update(self, learner: Learner) -> bytes:
        shape = _START if learner.step == 0 else _PRESS
        return shape % {
            b"number": learner.number,
            b"chat": learner.chat,
            b"at": self._at,
            b"update": next(_updates),
            b"token": learner.token,
        }

    def _post(self, body: bytes) -> None:
        self._poster.post(body, lambda status: self._acknowledged(body, status))

    def _acknowledged(self, body: bytes, status: int) -> None:
        if status != 200:  # as Telegram does
            self.oracle.refused += 1
            self._loop.call_later(self.post_again_after, self._post, body)

    def _repeat(self, body: bytes) -> None:
        self.oracle.repeated += 1
        wait = self._chance.choice((0.0, self._chance.uniform(0.0, _LATE_REPEAT)))
        self._loop.call_later(wait, self._poster.post, body, lambda _: None)

    def heard(self, heard: Heard) -> None:
        learner = self._walking.get(heard.chat)
        text = hash(heard.text)
        if learner is None or text in learner.seen or not learner.waits:
            self.oracle.doubled += heard.chat not in self._given_up
            return
        learner.seen.add(text)
        learner.count += 1
        if heard.token is not None:
            learner.token, learner.number = heard.token, heard.number
            self._replied(learner)

    def _replied(self, learner: Learner) -> None:
        """The open question is the last message of a reply."""
        self._last_reply = _now()
        self.latencies.append(self._last_reply - learner.began)
        difference = learner.count - self._whole[learner.step]
        self.oracle.lost += difference < 0
        self.oracle.doubled += max(0, difference)
        learner.waits = False
        learner.step += 1
        if learner.step < STEPS:
            self.then(learner)
        else:
            del self._walking[learner.chat]
            self.then(None)

    async def drained(self) -> None:
        """Let every reply arrive, or be lost, and a moment more for what should not come."""
        self.then = lambda _: None
        self._last_reply = _now()
        while self.waiting and _now() - self._last_reply < PATIENCE:  # noqa: ASYNC110 - two ends
            await asyncio.sleep(0.02)
        self.oracle.lost += self.waiting
        self._given_up |= {chat for chat, learner in self._walking.items() if learner.waits}
        await asyncio.sleep(0.2 + (_LATE_REPEAT if self._repeats else 0.0))
