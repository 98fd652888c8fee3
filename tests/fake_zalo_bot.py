"""A Zalo Bot platform to test and to play against: one bot, on loopback (zalo.md §2.11).

    async with FakeZaloBot() as fake:
        bot = ZaloBot(fake.token, api_url=fake.url, ...)
        await fake.user_says(an_id("Lan"), "học")
        (await fake.wait_for_message(an_id("Lan"))).text

It checks every call (`zalo_bot_rules.py`), keeps to the free plan (`zalo_bot_plan.py`), delivers
by polling or by webhook with the oddities of both (`zalo_bot_delivery.py`), goes wrong on demand
(`next_answer`), and remembers every call (`calls`) and every message that arrived (`sent`).

`python -m tests.fake_zalo_bot --port 8082` serves it alone, with a few control addresses for a
person: POST /control/say {"user": "lan", "text": "học"}, POST /control/send {"user": "lan",
"kind": "image"}, GET /control/sent. `--public https://commune.example=http://127.0.0.1:8080` says
where the webhook of that address is.
"""

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self, get_args

import aiohttp
from aiohttp import web

from tests import zalo_bot_rules
from tests.zalo_bot_delivery import Polling, Shape
from tests.zalo_bot_people import Kind, Mention, Message
from tests.zalo_bot_plan import Counting, Plan
from tests.zalo_bot_rules import Wrong
from tests.zalo_bot_sending import Sending
from tests.zalo_bot_troubles import Planned, Trouble, refusal, wrong_answer

__all__ = [
    "TOKEN",
    "Call",
    "Counting",
    "FakeZaloBot",
    "Mention",
    "Message",
    "Polling",
    "Shape",
    "Trouble",
]

TOKEN: Final = "123456789:fake-token-of-the-tests"


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    params: dict[str, Any]
    status: int | str
    """What was answered, or the name of the trouble."""


class FakeZaloBot(Sending):
    """The server. `plan`, `polling`, `shape`, `public`, `protected`, `me` may be changed freely."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        name: str = "Bot Học vụ số",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        webhook_seconds: float = 2.0,
        longest_poll: float = 30.0,
    ) -> None:
        super().__init__(
            Plan(clock), name=name, webhook_seconds=webhook_seconds, longest_poll=longest_poll
        )
        self.token = token
        self.calls: list[Call] = []
        self.released = asyncio.Event()
        """Set it to end every silence."""
        self._planned: list[Planned] = []
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, port: int = 0) -> None:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_post("/control/say", self._control_say)
        app.router.add_post("/control/send", self._control_send)
        app.router.add_get("/control/sent", self._control_sent)
        # A poller that went away fetches nothing any more.
        self._runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._client = aiohttp.ClientSession()

    async def close(self) -> None:
        self.released.set()
        await super().close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def reset_token(self, token: str) -> None:
        """Do what "reset" in Zalo Bot Creator does: the old token is worth nothing at once."""
        self.token = token

    def next_answer(
        self,
        trouble: Trouble | int,
        *,
        method: str | None = None,
        times: int = 1,
        code: int = 429,
        description: str = "",
        seconds: float = 0.05,
    ) -> None:
        """Plan what the next calls (of one method, or of any but getUpdates) get instead.

        `code` is what a "soft" failure says, `seconds` how long "slow" takes.
        """
        if trouble in ("list", "empty", "null"):
            method = "getUpdates"
        self._planned.append(Planned(trouble, method, times, code, description, seconds))

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return refusal(401)
        given: dict[str, Any] = {}
        try:
            given = await _given(request)
            planned = self._plan_for(method)
            if planned is not None:
                return await self._goes_wrong(request, method, given, planned)
            return web.json_response(await self._done(method, given))
        except Wrong as wrong:
            await self._note(method, given, wrong.code)
            return refusal(wrong.code, wrong.description)

    async def _done(self, method: str, given: dict[str, Any]) -> dict[str, Any]:
        """Return the whole answer; a chat action has no result."""
        params = zalo_bot_rules.checked(method, given)
        result = await getattr(self, f"_do_{method}")(**params)
        await self._note(method, params, 200)
        return {"ok": True} if method == "sendChatAction" else {"ok": True, "result": result}

    async def _note(self, method: str, params: dict[str, Any], status: int | str) -> None:
        self.calls.append(Call(method, params, status))
        await self._tell()

    def _plan_for(self, method: str) -> Planned | None:
        for planned in self._planned:
            if planned.method == method or (planned.method is None and method != "getUpdates"):
                planned.times -= 1
                if not planned.times:
                    self._planned.remove(planned)
                return planned
        return None

    async def _goes_wrong(
        self, request: web.Request, method: str, given: dict[str, Any], planned: Planned
    ) -> web.StreamResponse:
        match planned.trouble:
            case "reset after" | "silence" | "slow" | "zero" | "list":
                answer = await self._done(method, given)
            case _:
                answer = {}
                await self._note(method, given, planned.trouble)
        if planned.trouble == "silence":
            await self.released.wait()
        if planned.trouble == "slow":
            await asyncio.sleep(planned.seconds)
        return wrong_answer(request, planned, answer)

    async def _control_say(self, request: web.Request) -> web.Response:
        order = await request.json()
        return _json({"message": await self.user_says(str(order["user"]), str(order["text"]))})

    async def _control_send(self, request: web.Request) -> web.Response:
        order = await request.json()
        kinds: dict[str, Kind] = {
            kind: kind for union in get_args(Kind) for kind in get_args(union)
        }
        kind = kinds.get(order["kind"])
        if kind is None:
            return _json({"error": f"one of {sorted(kinds)}"}, status=400)
        return _json({"message": await self.user_sends(str(order["user"]), kind)})

    async def _control_sent(self, _: web.Request) -> web.Response:
        return _json(
            [{"chat": each.chat, "text": each.text, "picture": each.picture} for each in self.sent]
        )


def _json(value: Any, *, status: int = 200) -> web.Response:
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    return web.Response(text=text, status=status, content_type="application/json")


async def _given(request: web.Request) -> dict[str, Any]:
    """Return the parameters as they came: address, form, multipart, JSON."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except json.JSONDecodeError:
            raise Wrong("Bad Request: no JSON") from None
        if not isinstance(body, dict):
            raise Wrong("Bad Request: no object")
        return {**given, **body}
    return {**given, **await request.post()}


async def _main() -> None:
    parser = argparse.ArgumentParser(description="A fake Zalo Bot platform, to drive by hand.")
    parser.add_argument("--port", type=int, default=8082)
    parser.add_argument("--public", metavar="HTTPS_ADDRESS=LOCAL_ADDRESS", default="")
    arguments = parser.parse_args()
    fake = FakeZaloBot()
    public, _, local = arguments.public.partition("=")
    if local:
        fake.public[public] = local
    await fake.start(arguments.port)
    try:
        print(  # noqa: T201 - a tool of the command line
            f"ZALO_BOT_TOKEN={fake.token} ZALO_BOT_API_URL={fake.url}\n"
            f'curl -d \'{{"user": "lan", "text": "học"}}\' {fake.url}/control/say\n'
            f"curl {fake.url}/control/sent",
            file=sys.stderr,
        )
        await asyncio.Event().wait()
    finally:
        await fake.close()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main())
