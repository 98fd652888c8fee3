"""The one HTTP server: health, metrics, bodies that are too big (R32, T36)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.web import server
from storage.database import Database

Client = TestClient[web.Request, web.Application]


async def opened(database: Database, token: str = "") -> Client:
    async def echo(request: web.Request) -> web.Response:
        return web.Response(body=await request.read())

    application = server.build([web.post("/echo", echo)], database=database, metrics_token=token)
    client: Client = TestClient(TestServer(application))
    await client.start_server()
    return client


@pytest.fixture
async def client(database: Database) -> AsyncIterator[Client]:
    client = await opened(database)
    yield client
    await client.close()


async def test_it_lives_and_is_ready(client: Client) -> None:
    live = await client.get("/live")
    assert (live.status, await live.json()) == (200, {"status": "ok"})
    ready = await client.get("/ready")
    assert ready.status == 200
    assert await ready.json() == {
        "status": "ok",
        "checks": {"database": "ok", "schema": "ok", "loop": "ok"},
    }


async def test_an_old_schema_is_not_ready(client: Client, database: Database) -> None:
    async with database.transaction() as tx:
        await tx.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    ready = await client.get("/ready")
    assert ready.status == 503
    assert (await ready.json())["checks"]["schema"] == "failed"


async def test_a_database_that_cannot_be_written_is_not_ready(tmp_path: Path) -> None:
    client = await opened(Database(f"sqlite+aiosqlite:///{tmp_path}/no/such/folder.db"))
    ready = await client.get("/ready")
    assert ready.status == 503
    assert (await ready.json())["status"] == "not-ready"
    assert (await client.get("/live")).status == 200
    await client.close()


async def test_a_body_of_300_kb_is_refused(client: Client) -> None:
    """T36."""
    assert (await client.post("/echo", data=b"x" * 200_000)).status == 200
    assert (await client.post("/echo", data=b"x" * 300_000)).status == 413


async def test_metrics_want_the_token_when_there_is_one(database: Database) -> None:
    client = await opened(database, token="a-long-metrics-token")
    assert (await client.get("/metrics")).status == 401
    wrong = {"Authorization": "Bearer wrong"}
    assert (await client.get("/metrics", headers=wrong)).status == 401
    right = {"Authorization": "Bearer a-long-metrics-token"}
    answer = await client.get("/metrics", headers=right)
    assert answer.status == 200
    assert "events_total" in await answer.text()
    await client.close()


async def test_metrics_are_open_to_the_machine_itself(client: Client) -> None:
    assert (await client.get("/metrics")).status == 200


async def test_requests_sent_ahead_of_their_answers_leave_others_their_turn(
    database: Database,
) -> None:
    """T35: hundreds of updates that one connection pours in are not handled in one go."""
    turns, seen = 0, []

    async def refuse(_request: web.Request) -> web.Response:
        seen.append(turns)
        return web.Response()

    application = server.build([web.post("/flood", refuse)], database=database, metrics_token="")
    async with TestServer(application) as opened:
        _, writer = await asyncio.open_connection("127.0.0.1", opened.port)
        writer.write(b"POST /flood HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n" * 100)
        async with asyncio.timeout(10):
            while len(seen) < 100:
                turns += 1
                await asyncio.sleep(0)
        writer.close()
    assert len(set(seen)) > 50
