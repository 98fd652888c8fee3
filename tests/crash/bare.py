"""A bare aiohttp server, asked the same as the program: what any server here would need.

`python -m tests.crash.bare PORT [FOLDER]` serves it; with a folder each call is a row, committed
durably, with whatever waits, before it is answered.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final

import aiohttp
import uvloop
from aiohttp import web

from bot.channels.zalo_oa.webhook import PATH
from tests.bench.floor import Store
from tests.service import ROOT, free_port

Times = list[float]
"""Milliseconds."""
Deed = Callable[[int, float], Coroutine[Any, Any, None]]
"""Given the number of an event and when it is due."""
now: Final = time.perf_counter


async def open_loop(moments: Sequence[float], deed: Deed) -> None:
    """Begin `deed(number, due)` at each moment; a slow one makes no other late unseen."""
    began = now()
    async with asyncio.TaskGroup() as group:
        for number, moment in enumerate(moments):
            due = began + moment
            if (early := due - now()) > 0:
                await asyncio.sleep(early)
            group.create_task(deed(number, due))


async def asked(
    store: str,
    times: Sequence[float],
    letters: Sequence[tuple[bytes, dict[str, str]]],
) -> Times:
    """Post these letters at these moments; how long each took. `store`: a folder, "" for none."""
    taken: Times = []
    async with _bare(store) as url, aiohttp.ClientSession() as http:

        async def deed(number: int, due: float) -> None:
            body, headers = letters[number]
            headers = {"Content-Type": "application/json", "User-Agent": "ZaloWebhook", **headers}
            async with http.post(url + PATH, data=body, headers=headers) as answer:
                assert answer.status == 200
            taken.append((now() - due) * 1e3)

        await open_loop(times, deed)
    return taken


@contextlib.asynccontextmanager
async def _bare(store: str) -> AsyncIterator[str]:
    port = free_port()
    words = ("-m", "tests.crash.bare", str(port), store)
    process = await asyncio.create_subprocess_exec(sys.executable, *words, cwd=ROOT)
    try:
        async with asyncio.timeout(20):
            while not await _listens(port):  # noqa: ASYNC110 - another process tells nothing
                await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def _serve(port: int, folder: str) -> None:
    store = Store(Path(folder) / "bare.db") if folder else None

    async def receive(request: web.Request) -> web.Response:
        body = await request.text()
        json.loads(body)
        if store is not None:
            await store.add(1, body)
        return web.Response()

    application = web.Application()
    application.router.add_post(PATH, receive)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(int(sys.argv[1]), sys.argv[2]))
