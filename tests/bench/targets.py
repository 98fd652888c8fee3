"""The program and the floors: each a process of its own, on its own core if there are two."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

from tests.bench.api import TOKEN, Api
from tests.bench.crowd import Crowd
from tests.bench.wire import Poster
from tests.service import ROOT, SAMPLE, environment, free_port

SECRET: Final = "a-secret-of-the-bench-only"
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_STARTS_WITHIN: Final = 30.0


class Cores:
    """The program on the first core, we and the platform's side on the last."""

    def __init__(self, *, pinned: bool) -> None:
        cores = sorted(os.sched_getaffinity(0))
        self.pinned = pinned and len(cores) > 1
        self._theirs, self._ours = {cores[0]}, {cores[-1]}

    def take_ours(self) -> None:
        if self.pinned:
            os.sched_setaffinity(0, self._ours)

    def give(self, pid: int) -> None:
        if self.pinned:
            os.sched_setaffinity(pid, self._theirs)


class Target:
    """One process under load. `command` may hold {port}."""

    def __init__(
        self, name: str, folder: Path, cores: Cores, command: Sequence[str], **more: str
    ) -> None:
        self.name = name
        self.folder = folder
        self.api = Api()
        self.whole: list[int] = []
        """Messages of a whole reply, by step of the dialogue."""
        self._given_up: set[int] = set()
        self._cores = cores
        self._command = command
        self._more = more
        self._process: asyncio.subprocess.Process | None = None
        self.poster: Poster

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def crowd(self, *, repeats: float = 0.0, seed: int = 1) -> Crowd:
        crowd = Crowd(
            self.poster,
            self.whole,
            int(time.time()),
            given_up=self._given_up,
            repeats=repeats,
            seed=seed,
        )
        self.api.heard = crowd.heard
        return crowd

    async def spawn(self) -> None:
        """Start the process; it may not answer yet."""
        port = free_port()
        secret = {"X_Telegram_Bot_Api_Secret_Token": SECRET}
        self.poster = Poster(port, "/webhook/telegram", **secret)
        url = f"http://127.0.0.1:{port}"
        more = {"PORT": str(port), "PUBLIC_URL": url, "TELEGRAM_API_URL": self.api.url}
        with (self.folder / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._command,
                cwd=ROOT,
                env=environment(self.folder, **more, **self._more),
                stdout=log,
                stderr=log,
            )
        self._cores.give(self.pid)

    async def ready(self) -> None:
        async with asyncio.timeout(_STARTS_WITHIN):
            while not await self._listens():
                assert self._process is not None
                if self._process.returncode is not None:
                    raise RuntimeError((self.folder / "log").read_text())
                await asyncio.sleep(0.02)

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.poster.port)
        except OSError:
            return False
        writer.close()
        return True

    async def stop(self) -> None:
        self.poster.close()
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), 15)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    async def __aenter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        await self.api.__aenter__()
        await self.spawn()
        await self.ready()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        await self.api.__aexit__()

    def cpu(self) -> float:
        """Seconds of processor time so far, all threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def rss(self) -> float:
        """MiB in memory."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * _PAGE / 2**20


def program(folder: Path, cores: Cores) -> Target:
    return Target(
        "product",
        folder,
        cores,
        ("-m", "bot", "run"),
        TELEGRAM_TOKEN=TOKEN,
        TELEGRAM_WEBHOOK_SECRET=SECRET,
        COMMUNE_FILE=str(SAMPLE),
    )


def floor(folder: Path, cores: Cores, shape: Path, *more: str) -> Target:
    """`more`: --commits, --drop SHARE."""
    name = "commits" if "--commits" in more else "bare"
    return Target(name, folder, cores, ("-m", "tests.bench.floor", str(shape), *more))
