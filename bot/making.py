"""One thing made by one short-lived process, within its time and size (design §6)."""

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot import maker
from storage import files

_ROOT: Final = Path(__file__).parents[1]
_KEPT: Final = ("PATH", "LANG", "TZ", "TMPDIR")
"""All that a maker sees of our environment: no address and no secret is among it."""
_FEW_THREADS: Final = dict.fromkeys(
    ("MALLOC_ARENA_MAX", "RAYON_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "2"
)  # each thread takes address space, of which there is a limit
_WHY: Final = re.compile(r"\w+( [\w.<>-]+:\d+)*")


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that can be made."""

    by: str
    """"module:function": takes the order's body, gives the bytes."""
    media_type: str

    @property
    def is_picture(self) -> bool:
        return self.media_type in ("image/png", "image/jpeg")


Make = Callable[[Kind, Mapping[str, Any]], Awaitable[bytes]]
"""Make one thing. Raises `NotMade`; when cancelled it leaves nothing running."""


class NotMade(Exception):
    """It did not become anything; the reason is fit for a log."""


class NeverMade(NotMade):
    """Another attempt would end the same way."""


class Maker:
    """A `Make` by a process of its own; `cache` is where libraries may remember their fonts."""

    def __init__(self, *, cache: Path, seconds: float = maker.SECONDS) -> None:
        self._seconds = seconds
        self._environment = {
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            **_FEW_THREADS,
            "MPLCONFIGDIR": str(cache.absolute()),
            "PYTHONUTF8": "1",
        }

    async def __call__(self, kind: Kind, body: Mapping[str, Any]) -> bytes:
        said = json.dumps({"kind": kind.by, "body": body}).encode()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", maker.__name__),
            cwd=_ROOT,
            env=self._environment,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            start_new_session=True,  # a Ctrl-C in the terminal is ours to handle
        )
        try:
            async with asyncio.timeout(self._seconds):
                return await _made(process, said)
        except TimeoutError:
            raise NotMade("out of time") from None
        finally:
            await _ended(process)


async def _made(process: Process, said: bytes) -> bytes:
    told, made, why = process.stdin, process.stdout, process.stderr
    if told is None or made is None or why is None:
        raise NotMade("no pipes")
    telling = asyncio.create_task(_tell(told, said))
    try:
        body, last_words = await asyncio.gather(_read(made, files.MAX), _read(why, 1024 * 1024))
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
    status = await process.wait()
    if status != 0:
        raise NotMade(_reason(status, last_words))
    return body


async def _tell(there: asyncio.StreamWriter, said: bytes) -> None:
    with contextlib.suppress(ConnectionError):  # it has died: its status says so
        there.write(said)
        await there.drain()
        there.close()


async def _read(stream: asyncio.StreamReader, most: int) -> bytes:
    """All of it. Raises `NeverMade` beyond `most` bytes."""
    got = bytearray()
    while piece := await stream.read(65_536):
        got += piece
        if len(got) > most:
            raise NeverMade("too big")
    return bytes(got)


def _reason(status: int, said: bytes) -> str:
    """Its last line, if that is the kind and place of an error; libraries may say anything."""
    last = said.decode(errors="replace").rstrip().rpartition("\n")[2]
    return last if _WHY.fullmatch(last) else f"status {status}"


async def _ended(process: Process) -> None:
    """Whatever happened, nothing is left running and no pipe open."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    for pipe in (process.stdout, process.stderr):
        while pipe is not None and await pipe.read(65_536):
            pass
    await process.wait()
