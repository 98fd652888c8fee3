"""The real program as its own process: `python -m bot run`, on loopback."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any, Final, Self

import aiohttp

ROOT: Final = Path(__file__).parents[1]
SAMPLE: Final = ROOT / "handlers" / "sample" / "commune.toml"
_OURS: Final = ("TELEGRAM_", "ZALO_", "DATABASE_URL", "COMMUNE_FILE", "PUBLIC_URL", "HOST", "PORT")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a fresh machine: nothing of ours but what is given."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_OURS)}
    return {**kept, "DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1", **more}


async def command(folder: Path, *words: str, **more: str) -> tuple[int, str, str]:
    """Run `python -m bot ...` to its end: exit code, stdout, stderr."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *words),
        cwd=ROOT,
        env=environment(folder, **more),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


class Service:
    """One running program; `async with` starts it and waits until it is ready."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.port = free_port()
        self.folder = folder
        self._more = more
        self._process: asyncio.subprocess.Process | None = None
        self.log = folder / f"log-{self.port}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._process is not None
        return self._process

    async def start(self) -> Self:
        more = {"PORT": str(self.port), **self._more}
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "bot", "run"),
                cwd=ROOT,
                env=environment(self.folder, **more),
                stdout=log,
                stderr=log,
            )
        await self._ready()
        return self

    async def _ready(self) -> None:
        async with aiohttp.ClientSession() as http, asyncio.timeout(30):
            while True:
                with contextlib.suppress(aiohttp.ClientError):
                    async with http.get(f"{self.url}/ready") as answer:
                        if answer.status == 200:
                            return
                assert self.process.returncode is None, self.log.read_text()
                await asyncio.sleep(0.05)

    async def stop(self, *, by: signal.Signals = signal.SIGTERM) -> int:
        """End it and return its exit code."""
        if self.process.returncode is None:
            self.process.send_signal(by)
        return await asyncio.wait_for(self.process.wait(), 15)

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: Any) -> None:
        if self._process is not None and self._process.returncode is None:
            await self.stop()
