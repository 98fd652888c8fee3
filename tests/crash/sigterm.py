"""SIGTERM in the middle of work (R31): it ends within ten seconds with code 0, and nothing is lost.

A dozen learners write to the real process, by webhook or by polling, on SQLite or PostgreSQL. It
gets SIGTERM at a random moment, is started again, and everybody's screen must be in the end as if
nothing had happened: no event without its answer, no answer twice.
"""

import asyncio
import atexit
import functools
import random
import signal
import time
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.crash.crowd import SECRET, WORDS, all_play, check_all, crowd, is_ready, within
from tests.crash.grounds import a_commune, a_folder
from tests.crash.zygote import Child, Zygote
from tests.fake_telegram import FakeTelegram
from tests.service import SAMPLE, environment, free_port

PEOPLE: Final = 12
LENGTH: Final = 17
_ENDS_WITHIN: Final = 10.0  # seconds
_PATIENCE: Final = 60.0


@functools.cache
def zygote() -> Zygote:
    begun = Zygote()
    atexit.register(begun.close)
    return begun


class SlowTelegram(FakeTelegram):
    """So slow that there are always messages on their way."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance

    async def _do_sendMessage(self, *given: Any, **named: Any) -> dict[str, Any]:  # noqa: N802 - Telegram's name
        await asyncio.sleep(self._chance.uniform(0, 0.1))
        return await super()._do_sendMessage(*given, **named)


class Program:
    """The real program, at the same address each time it is started."""

    def __init__(self, folder: Path, url: str, fake: FakeTelegram, *, by_webhook: bool) -> None:
        self.folder = folder
        self.log = folder / "log"
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._env = environment(
            folder,
            PORT=str(port),
            DATABASE_URL=url.replace("+aiosqlite", "").replace("+asyncpg", ""),
            TELEGRAM_TOKEN=fake.token,
            TELEGRAM_API_URL=fake.url,
            COMMUNE_FILE=str(SAMPLE),
        )
        if by_webhook:
            self._env |= {"PUBLIC_URL": self.url, "TELEGRAM_WEBHOOK_SECRET": SECRET}
        self._child: Child | None = None

    @property
    def child(self) -> Child:
        assert self._child is not None
        return self._child

    async def start(self) -> None:
        self._child = zygote().start(["run"], env=self._env, folder=self.folder, log=self.log)
        await is_ready(self.asked, seconds=30)

    async def asked(self, path: str) -> int:
        """The status with which an address answers; 0 if nobody does."""
        try:
            async with aiohttp.ClientSession() as http, http.get(self.url + path) as answer:
                return answer.status
        except aiohttp.ClientError:
            return 0

    async def stop(self) -> float:
        """SIGTERM; how many seconds it took to end."""
        started = time.monotonic()
        self.child.send_signal(signal.SIGTERM)
        ending = asyncio.create_task(self.child.ended())
        await asyncio.wait({ending}, timeout=_ENDS_WITHIN + 5)
        assert ending.done(), "it did not end"
        took, status = time.monotonic() - started, ending.result()
        assert status == 0, f"exit {status}: {self.log.read_text()[-2_000:]}"
        assert took <= _ENDS_WITHIN, f"it took {took:.1f} s to end"
        return took

    async def kill(self) -> None:
        """However the trial ended, nothing of it goes on."""
        if self._child is not None and self._child.status is None:
            self._child.send_signal(signal.SIGKILL)
            await self._child.ended()


async def sigterm(folder: Path, url: str, *, seed: int, count: int) -> dict[str, Any]:
    """One trial on a given database."""
    chance = random.Random(seed)
    async with SlowTelegram(chance) as fake:
        program = Program(folder, url, fake, by_webhook=seed // 2 % 2 == 0)
        people = crowd(fake, chance, count=count, length=LENGTH, ahead=chance.randint(1, 3))
        try:
            await program.start()
            playing = asyncio.create_task(all_play(people))
            await asyncio.sleep(chance.uniform(0.05, 1.5))
            took = await program.stop()
            acts = sum(len(person.acts) for person in people)
            await program.start()
            await within(_PATIENCE, playing, people)
            last = await program.stop()
        finally:
            await program.kill()
        assert WORDS not in program.log.read_text()
        figures = check_all(people)
    return {**figures, "acts_before": acts, "stopping": round(max(took, last), 2)}


async def trial(seed: int) -> dict[str, Any]:
    engine = ("sqlite", "postgresql")[seed % 2]
    async with a_folder() as folder, a_commune(engine, folder) as url:
        return {"engine": engine, **await sigterm(folder, url, seed=seed, count=PEOPLE)}
