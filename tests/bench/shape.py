"""What the program calls for each update of a dialogue: the floors are given the same to do."""

import asyncio
import json
import re
from pathlib import Path
from typing import Final

from tests.bench.api import MESSAGES
from tests.bench.crowd import STEPS, Learner
from tests.bench.targets import Target

Call = tuple[bytes, bytes]
_SETTLED: Final = 0.04  # seconds without a call: nothing more is called for a reply
_WITHIN: Final = 20.0
_TOKEN: Final = re.compile(rb'(callback_data(?:%22%3A(?:\+|%20)?%22|": ?"))[\w-]+')


async def walk(target: Target) -> list[list[Call]]:
    """One learner alone through the dialogue: every call of the program, by step."""
    target.whole = [0] * STEPS
    crowd = target.crowd()
    learner = Learner()
    steps: list[list[Call]] = []
    for _ in range(STEPS):
        calls: list[Call] = []
        target.api.recorded = calls
        answered = asyncio.Event()
        crowd.then = lambda _, answered=answered: answered.set()  # type: ignore[misc]
        crowd.say(learner)
        await asyncio.wait_for(answered.wait(), _WITHIN)
        await _settled(calls)
        steps.append([(method, _bare(body, learner.chat)) for method, body in calls])
    target.api.recorded = None
    return steps


async def _settled(calls: list[Call]) -> None:
    count = 0
    while count != len(calls):
        count = len(calls)
        await asyncio.sleep(_SETTLED)


def _bare(body: bytes, chat: int) -> bytes:
    return body.replace(str(chat).encode(), b"@chat@")


def messages(calls: list[Call]) -> list[Call]:
    return [call for call in calls if call[0] in MESSAGES]


async def learn(product: Target) -> list[list[Call]]:
    """Walk twice, for the first learner makes the program upload its pictures.

    Remembers how many messages each reply has.
    """
    await walk(product)
    steps = await walk(product)
    product.whole = [len(messages(calls)) for calls in steps]
    return steps


def write(steps: list[list[Call]], file: Path) -> None:
    """For `floor.py`: the tokens of a reply's buttons say which step comes next."""
    shaped = []
    for number, calls in enumerate(steps):
        token = rb"\g<1>s%08d" % (number + 1)
        said = [
            (method.decode(), _TOKEN.sub(token, body).decode()) for method, body in messages(calls)
        ]
        beside = [(m.decode(), body.decode()) for m, body in calls if m not in MESSAGES]
        shaped.append({"beside": beside, "messages": said})
    file.write_text(json.dumps(shaped))
