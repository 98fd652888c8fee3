"""From the start of the process to the first reply in a person's hands."""

import asyncio
import time
from pathlib import Path

from tests.bench.crowd import Learner
from tests.bench.targets import Cores, program

_WITHIN = 30.0


async def start_to_reply(folder: Path, cores: Cores) -> float:
    """Seconds until the reply to the first message, which is posted until somebody takes it."""
    target = program(folder, cores)
    target.folder.mkdir(parents=True, exist_ok=True)
    target.whole = [0]
    async with target.api:
        began = time.perf_counter()
        await target.spawn()
        try:
            crowd = target.crowd()
            crowd.post_again_after = 0.005
            answered = asyncio.Event()
            crowd.then = lambda _: answered.set()
            crowd.say(Learner())
            await asyncio.wait_for(answered.wait(), _WITHIN)
            return time.perf_counter() - began
        finally:
            await target.stop()


async def starts(folder: Path, cores: Cores, times: int) -> tuple[list[float], list[float]]:
    """Seconds of first starts (an empty folder) and of second ones (the database is there)."""
    first, second = [], []
    for number in range(times):
        place = folder / f"start-{number}"
        first.append(await start_to_reply(place, cores))
        second.append(await start_to_reply(place, cores))
    return first, second
