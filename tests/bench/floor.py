"""The floor: bare aiohttp that makes the same calls for an update as the program does.

`python -m tests.bench.floor SHAPE [--commits]`; with --commits each update is a row, committed
durably before it is acknowledged, in one commit with all that arrived while the last one was
written. Nothing else is done: no rules, no conversation, no repeats recognised.
"""

import argparse
import asyncio
import gc
import json
import os
import random
import signal
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import aiohttp
import uvloop
from aiohttp import web

from tests.bench.api import TOKEN

Calls = list[list[str]]
"""Pairs of a method and a body, with @chat@ where the chat's number goes."""
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


class Store:
    """Rows in one durable commit with whatever waits."""

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._rows: list[tuple[int, str]] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._writer: asyncio.Task[None] | None = None
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.execute("CREATE TABLE updates (id INTEGER, raw TEXT)")

    async def add(self, number: int, raw: str) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._rows.append((number, raw))
        self._waiting.append(done)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await done

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._rows:
            rows, self._rows = self._rows, []
            waiting, self._waiting = self._waiting, []
            await loop.run_in_executor(self._thread, self._commit, rows)
            for done in waiting:
                done.set_result(None)

    def _commit(self, rows: list[tuple[int, str]]) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany("INSERT INTO updates VALUES (?, ?)", rows)
        self._database.execute("COMMIT")


class Floor:
    def __init__(
        self,
        shape: list[dict[str, Calls]],
        http: aiohttp.ClientSession,
        *,
        store: Store | None,
        is_dropped: Callable[[], bool],
    ) -> None:
        self._shape = shape
        self._http = http
        self._store = store
        self._is_dropped = is_dropped
        self._api = f"{os.environ['TELEGRAM_API_URL']}/bot{TOKEN}/"
        self._tasks: set[asyncio.Task[None]] = set()

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.text()
        update = json.loads(body)
        if self._store is not None:
            await self._store.add(update["update_id"], body)
        step, chat = _step(update)
        calls = self._shape[step]
        self._do(calls["beside"], chat)
        if not self._is_dropped():
            self._do(calls["messages"], chat)
        return web.Response()

    def _do(self, calls: Calls, chat: str) -> None:
        if calls:
            task = asyncio.create_task(self._call(calls, chat))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _call(self, calls: Calls, chat: str) -> None:
        for method, body in calls:
            said = body.replace("@chat@", chat)
            async with self._http.post(self._api + method, data=said, headers=_FORM) as answer:
                json.loads(await answer.read())


def _step(update: dict[str, Any]) -> tuple[int, str]:
    """The step of the dialogue stands in the button's token."""
    press = update.get("callback_query")
    if press is None:
        return 0, str(update["message"]["chat"]["id"])
    return int(press["data"][1:]), str(press["message"]["chat"]["id"])


async def _serve(shape: list[dict[str, Calls]], *, commits: bool, drop: float) -> None:
    chance = random.Random(7)
    http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    store = Store(Path(os.environ["DATA_DIR"]) / "floor.db") if commits else None
    floor = Floor(
        shape,
        http,
        store=store,
        is_dropped=lambda: drop > 0 and chance.random() < drop,
    )
    application = web.Application()
    application.router.add_post("/webhook/telegram", floor.receive)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"]), backlog=1024).start()
    gc.collect()
    gc.freeze()
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    await stopping.wait()
    await runner.cleanup()
    await http.close()


def main() -> None:
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("shape", type=Path)
    read.add_argument("--commits", action="store_true")
    read.add_argument("--drop", type=float, default=0.0, help="share of replies never sent")
    asked = read.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(
            _serve(json.loads(asked.shape.read_text()), commits=asked.commits, drop=asked.drop)
        )


if __name__ == "__main__":
    main()
