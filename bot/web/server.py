"""The one HTTP server: the channels' routes, health, metrics (design §4)."""

import asyncio
import contextlib
import hmac
from collections.abc import Iterable
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from storage import memory, migrations
from storage.database import Conflict, Database, Unavailable

MAX_BODY: Final = 256 * 1024  # T36
_AT_ONCE: Final = 200  # T36: requests in work; streams are counted by their channel
_LOOP_ALIVE: Final = 5.0  # seconds
_CHECKED: Final = ("database", "schema", "loop")


def build(
    routes: Iterable[web.AbstractRouteDef], *, database: Database, metrics_token: str
) -> web.Application:
    application = web.Application(client_max_size=MAX_BODY, middlewares=[_bounded(_AT_ONCE)])
    application.router.add_routes(
        [
            web.get("/live", _live),
            web.get("/ready", _ready(database)),
            web.get("/metrics", _metrics(metrics_token)),
            *routes,
        ]
    )
    return application


def _bounded(most: int) -> Middleware:
    """Refuse what is beyond our means at once: a platform repeats it, a flood gains nothing."""
    posts = 0

    @web.middleware
    async def bounded(request: web.Request, handler: Handler) -> web.StreamResponse:
        nonlocal posts
        if request.method != "POST":
            return await handler(request)
        if posts >= most:
            return web.Response(status=503, headers={"Retry-After": "2"})
        posts += 1
        try:
            # A request that is refused waits for nothing: of hundreds that one connection sends
            # ahead of the answers, each would follow the other and nobody else had a turn (T35).
            await asyncio.sleep(0)
            return await handler(request)
        finally:
            posts -= 1

    return bounded


async def _live(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


def _ready(database: Database) -> Handler:
    looking: asyncio.Task[dict[str, bool]] | None = None

    async def ready(_request: web.Request) -> web.StreamResponse:
        nonlocal looking
        if looking is None or looking.done():
            looking = asyncio.create_task(_checks(database))
        # We give up waiting, not the look itself: a BEGIN that is cancelled while it waits for a
        # lock gets the lock later, for nobody, and SQLite's only writer is gone.
        await asyncio.wait({looking}, timeout=_LOOP_ALIVE)
        checks = looking.result() if looking.done() else dict.fromkeys(_CHECKED, False)
        is_ready = all(checks.values())
        said = {word: "ok" if good else "failed" for word, good in checks.items()}
        body = {"status": "ok" if is_ready else "not-ready", "checks": said}
        return web.json_response(body, status=200 if is_ready else 503)

    return ready


async def _checks(database: Database) -> dict[str, bool]:
    """Database writable, schema current, loop alive; nothing about a platform (R32)."""
    checks = dict.fromkeys(_CHECKED, False)
    started = asyncio.get_running_loop().time()
    with contextlib.suppress(Unavailable, Conflict):
        async with database.transaction() as tx:
            # Something new each time: SQLite writes nothing where nothing changes, and a full
            # disk would look as good as any.
            await memory.put(tx, "house", "ready", str(started))
        checks["database"] = True
        checks["schema"] = await migrations.is_current(database)
        checks["loop"] = asyncio.get_running_loop().time() - started < _LOOP_ALIVE
    return checks


def _metrics(token: str) -> Handler:
    async def metrics(request: web.Request) -> web.StreamResponse:
        if token:
            given = request.headers.get("Authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
                return web.Response(status=401)
        elif request.remote not in ("127.0.0.1", "::1"):
            return web.Response(status=401)
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return metrics
