"""Driving a FakeZaloOa by hand: `python -m tests.fake_zalo_oa --port 8083`.

POST, JSON: /control/say {"user": "7", "text": "Xin chào"}, /control/press {"user", "label"},
/control/send {"user", "kind": "audio"}, /control/follow {"user"}, /control/unfollow {"user"},
/control/withdraw {"user"}, /control/admin {"user", "text": "/xong"}, /control/info {"user", "name",
"phone"}, /control/webhook {"url"}, /control/wait {"hours": 49}. GET: /control/sent, /control/calls.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from tests.fake_zalo_oa import FakeZaloOa

Order = dict[str, Any]


def routes(fake: "FakeZaloOa") -> list[web.RouteDef]:
    orders: dict[str, Callable[[Order], Awaitable[object]]] = {
        "say": lambda order: fake.user_says(order["user"], order["text"]),
        "press": lambda order: fake.user_presses(order["user"], order["label"]),
        "send": lambda order: fake.user_sends(order["user"], order["kind"]),
        "follow": lambda order: fake.follow(order["user"]),
        "unfollow": lambda order: fake.unfollow(order["user"]),
        "withdraw": lambda order: fake.withdraw(order["user"]),
        "admin": lambda order: fake.admin_writes(order["user"], order["text"]),
        "info": lambda order: fake.submit_info(order["user"], order["name"], order["phone"]),
        "webhook": lambda order: fake.save_webhook(order["url"]),
        "wait": lambda order: _wait(fake, float(order["hours"])),
    }
    return [
        *(web.post(f"/control/{name}", _ordered(work)) for name, work in orders.items()),
        web.get("/control/sent", _shown(lambda: _sent(fake))),
        web.get("/control/calls", _shown(lambda: _calls(fake))),
    ]


def _ordered(
    work: Callable[[Order], Awaitable[object]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        try:
            return _json({"done": await work(json.loads(await request.text()))})
        except (LookupError, ValueError) as error:
            return _json({"error": str(error)}, status=404)

    return answer


def _shown(look: Callable[[], object]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_: web.Request) -> web.Response:
        return _json(look())

    return answer


async def _wait(fake: "FakeZaloOa", hours: float) -> float:
    """Let time pass for Zalo alone; the app has a clock of its own."""
    before = fake.now
    fake.now = lambda: before() + hours * 3600
    return fake.now()


def _sent(fake: "FakeZaloOa") -> list[dict[str, Any]]:
    return [
        {
            "user": each.user,
            "text": each.text,
            "buttons": each.labels,
            "picture": each.picture,
            "document": each.document,
            "template": each.template,
            "quota": each.quota,
        }
        for each in fake.sent
    ]


def _calls(fake: "FakeZaloOa") -> list[dict[str, Any]]:
    return [{"path": each.path, "status": each.status} for each in fake.calls]


def _json(value: Any, *, status: int = 200) -> web.Response:
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    return web.Response(text=text, status=status, content_type="application/json")


async def serve(make: "Callable[..., FakeZaloOa]") -> None:
    parser = argparse.ArgumentParser(description="A fake Zalo OA on loopback, to drive by hand.")
    parser.add_argument("--port", type=int, default=8083)
    parser.add_argument("--webhook", default="", help="address of the app's webhook")
    given = parser.parse_args()
    fake = make(now=time.time)
    await fake.start(given.port)
    try:
        if given.webhook:
            await fake.save_webhook(given.webhook)
        print(_advice(fake), file=sys.stderr)  # noqa: T201 - a tool of the command line
        await asyncio.Event().wait()
    finally:
        await fake.close()


def _advice(fake: "FakeZaloOa") -> str:
    return "\n".join(
        (
            f"ZALO_OA_ID={fake.oa.id} ZALO_OA_APP_ID={fake.oa.app_id}",
            f"ZALO_OA_APP_SECRET={fake.tokens.app_secret} ZALO_OA_SECRET_KEY={fake.secret_key}",
            f"ZALO_OA_REFRESH_TOKEN={fake.seed.refresh}",
            f"ZALO_OA_API_URL={fake.url} ZALO_OAUTH_URL={fake.url} ZALO_ZBS_API_URL={fake.url}",
            f"""curl -d '{{"url": "http://127.0.0.1:8080/webhook/zalo-oa"}}' """
            f"{fake.url}/control/webhook",
            f"""curl -d '{{"user": "7001", "text": "Xin chào"}}' {fake.url}/control/say""",
            f"curl {fake.url}/control/sent",
        )
    )
