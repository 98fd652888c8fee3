"""A process that has imported the whole program and begun nothing: it forks one for every start.

Each start is a real process of its own, in its own session, and dies by SIGKILL like any other; it
only does not pay two seconds for imports. The zygote ends when its parent does, and everything
forked ends with the zygote.

It speaks JSON lines: {"words", "env", "folder", "log"} -> {"pid"}; {"wait": pid} -> {"status"}.
"""

import asyncio
import contextlib
import ctypes
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any, Final, NoReturn

ROOT: Final = Path(__file__).parents[2]
LATE_IMPORTS: Final = (
    "bot.commands",
    "uvloop",
    "aiosqlite",
    "asyncpg",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "alembic.runtime.migration",
    "storage.migrations.versions.0001_first",
    "tests.crash.launcher",
)
_PR_SET_PDEATHSIG: Final = 1


def serve() -> None:
    """Fork on demand until the parent closes the pipe."""
    for module in LATE_IMPORTS:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    _answer({"pid": os.getpid()})
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            _, status = os.waitpid(order["wait"], 0)
            _answer({"status": os.waitstatus_to_exitcode(status)})
        else:
            _answer({"pid": _fork(order)})


def _answer(answer: dict[str, int]) -> None:
    os.write(1, json.dumps(answer).encode() + b"\n")


def _fork(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        _become(order)
    return pid


def _become(order: dict[str, Any]) -> NoReturn:
    """Be a process as a shell would have started it; never return into the zygote's loop."""
    code = 70
    try:
        os.setsid()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        os.chdir(order["folder"])
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for new, old in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(new, old)
        os.environ.clear()
        os.environ.update(order["env"])
        importlib.import_module("tests.crash.launcher").run(order["words"])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - the last words of a process belong into its log
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


class Zygote:
    """The test's end of the pipe. Every answer comes at once, so that waiting blocks nobody."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.zygote"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._ask()

    def _ask(self, order: dict[str, Any] | None = None) -> dict[str, int]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if order is not None:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
        answer: dict[str, int] = json.loads(self._process.stdout.readline())
        return answer

    def start(self, words: list[str], *, env: dict[str, str], folder: Path, log: Path) -> "Child":
        order = {"words": words, "env": env, "folder": str(folder), "log": str(log)}
        return Child(self, self._ask(order)["pid"])

    def status(self, pid: int) -> int:
        return self._ask({"wait": pid})["status"]

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


class Child:
    """One forked process."""

    def __init__(self, zygote: Zygote, pid: int) -> None:
        self._zygote = zygote
        self.pid = pid
        self.status: int | None = None
        """Exit code, negative for a signal; None while nobody has seen it end."""
        self._end = asyncio.ensure_future(self._gone())

    async def ended(self) -> int:
        return await asyncio.shield(self._end)

    async def _gone(self) -> int:
        loop = asyncio.get_running_loop()
        gone = asyncio.Event()
        handle = os.pidfd_open(self.pid)
        loop.add_reader(handle, gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(handle)
            os.close(handle)
        self.status = self._zygote.status(self.pid)
        return self.status

    def send_signal(self, which: signal.Signals) -> None:
        if self.status is None:  # until it is waited for, its number is nobody else's
            os.kill(self.pid, which)


if __name__ == "__main__":
    serve()
