"""A Telegram to test and to play against: one bot, on loopback, as strict as the real one.

    async with FakeTelegram() as fake:
        bot = Telegram(fake.token, api_url=fake.url, ...)
        await fake.user_says(7, "/start")
        (await fake.wait_for_message(7)).text

It checks every call (`telegram_rules.py`), delivers by polling or by webhook as Telegram does
(order per chat, again until 2xx), goes wrong on demand (`next_answer`), and remembers every call
(`calls`) and every message that arrived (`sent`): the oracle of a test.

`python -m tests.fake_telegram --port 8081` serves it alone, with a few control addresses for a
person: POST /control/say {"user": 7, "text": "/start"}, POST /control/press {"user": 7, "label":
"1"}, GET /control/sent.
"""

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

import aiohttp
from aiohttp import web

from tests import telegram_rules
from tests.telegram_delivery import CONFLICT
from tests.telegram_methods import Methods
from tests.telegram_people import Message
from tests.telegram_rules import Upload, Wrong

__all__ = ["TOKEN", "Call", "FakeTelegram", "Message", "Trouble"]

TOKEN: Final = "7000000001:fake-token-of-the-tests"

Trouble = Literal["reset before", "reset after", "silence", "html", "nonsense", "flood", "migrated"]
"""What may go wrong, beside a plain status code, which is answered with Telegram's JSON.

reset before/after: the line breaks without/with the call done; silence: done, never answered;
html: 502 of a proxy; nonsense: 200 that is no JSON; flood: 429; migrated: the group has a new id.
"""

_DESCRIPTIONS: Final = {
    400: "Bad Request: something is wrong",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: CONFLICT,
    500: "Internal Server Error",
}
_MAX_UPLOAD: Final = 60 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    params: dict[str, Any]
    status: int | str
    """What was answered, or the name of the trouble."""


@dataclass(slots=True)
class _Planned:
    trouble: Trouble | int
    method: str | None
    times: int
    retry_after: int | None
    description: str
    new_chat: int


class FakeTelegram(Methods):
    """The server. `strict=False` skips the check of parameters (for benches)."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        username: str = "hocvuso_bot",
        strict: bool = True,
        retry_seconds: float = 0.01,
    ) -> None:
        super().__init__(
            bot=int(token.partition(":")[0]), username=username, retry_seconds=retry_seconds
        )
        self.token = token
        self.strict = strict
        self.calls: list[Call] = []
        self.released = asyncio.Event()
        """Set it to end every silence."""
        self._planned: list[_Planned] = []
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=_MAX_UPLOAD)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{file_id}", self._download)
        app.router.add_post("/control/say", self._control_say)
        app.router.add_post("/control/press", self._control_press)
        app.router.add_get("/control/sent", self._control_sent)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
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

    def next_answer(
        self,
        trouble: Trouble | int,
        *,
        method: str | None = None,
        times: int = 1,
        retry_after: int | None = 3,
        description: str = "",
        new_chat: int = 0,
    ) -> None:
        """Plan what the next calls (of one method, or of any but getUpdates) get instead."""
        self._planned.append(_Planned(trouble, method, times, retry_after, description, new_chat))

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return _refusal(401, "Unauthorized")
        given = await _given(request)
        planned = self._plan_for(method)
        if planned is not None:
            return await self._goes_wrong(request, method, given, planned)
        try:
            result = await self._done(method, given)
        except Wrong as wrong:
            await self._note(method, given, wrong.code)
            return _refusal(wrong.code, wrong.description)
        return web.json_response({"ok": True, "result": result})

    async def _done(self, method: str, given: dict[str, Any]) -> Any:
        params = telegram_rules.checked(method, given) if self.strict else _loose(given)
        answer = getattr(self, f"_do_{method}", None)
        if answer is None:
            raise Wrong("Not Found: method not found", code=404)
        result = await answer(**params)
        await self._note(method, params, 200)
        return result

    async def _note(self, method: str, params: dict[str, Any], status: int | str) -> None:
        self.calls.append(Call(method, params, status))
        async with self._news:
            self._news.notify_all()

    def _plan_for(self, method: str) -> _Planned | None:
        for planned in self._planned:
            if planned.method == method or (planned.method is None and method != "getUpdates"):
                planned.times -= 1
                if not planned.times:
                    self._planned.remove(planned)
                return planned
        return None

    async def _goes_wrong(
        self, request: web.Request, method: str, given: dict[str, Any], planned: _Planned
    ) -> web.StreamResponse:
        if planned.trouble in ("reset after", "silence"):
            await self._done(method, given)
        else:
            await self._note(method, given, planned.trouble)
        if planned.trouble == "silence":
            await self.released.wait()
        return _wrong_answer(request, planned)

    async def _download(self, request: web.Request) -> web.Response:
        file = self.files.get(request.match_info["file_id"])
        if request.match_info["token"] != self.token or file is None:
            return _refusal(404, "Not Found")
        return web.Response(body=file.content)

    async def _control_say(self, request: web.Request) -> web.Response:
        order = await request.json()
        return await _tried(self.user_says(int(order["user"]), str(order["text"])))

    async def _control_press(self, request: web.Request) -> web.Response:
        order = await request.json()
        return await _tried(self.user_presses(int(order["user"]), str(order["label"])))

    async def _control_sent(self, _: web.Request) -> web.Response:
        shown = [
            {"chat": each.chat, "text": each.text, "buttons": each.labels, "picture": each.picture}
            for each in self.sent
        ]
        return _json(shown)


async def _tried(work: Awaitable[int]) -> web.Response:
    try:
        return _json({"update": await work})
    except LookupError as error:
        return _json({"error": str(error)}, status=404)


def _json(value: Any, *, status: int = 200) -> web.Response:
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    return web.Response(text=text, status=status, content_type="application/json")


async def _given(request: web.Request) -> dict[str, Any]:
    """Return the parameters as they came: address, form, multipart, JSON."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        return {**given, **await request.json()}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            given[name] = Upload(value.filename, value.file.read())
        else:
            given[name] = value
    return given


def _loose(given: dict[str, Any]) -> dict[str, Any]:
    """Read parameters without their specification: what looks like JSON is JSON."""
    return {
        name: json.loads(value)
        if isinstance(value, str)
        and name not in ("text", "caption", "callback_query_id")
        and value[:1] in ("{", "[", "-", *"0123456789")
        else value
        for name, value in given.items()
    }


def _refusal(code: int, description: str, parameters: dict[str, Any] | None = None) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    if parameters is not None:
        body["parameters"] = parameters
    return web.json_response(body, status=code)


def _wrong_answer(request: web.Request, planned: _Planned) -> web.StreamResponse:
    match planned.trouble:
        case "html":
            body = "<html><body><h1>502 Bad Gateway</h1></body></html>"
            return web.Response(status=502, text=body, content_type="text/html")
        case "nonsense":
            return web.Response(text="<html>")
        case "flood":
            later = planned.retry_after
            parameters = {"retry_after": later} if later is not None else None
            return _refusal(429, f"Too Many Requests: retry after {later}", parameters)
        case "migrated":
            what = "Bad Request: group chat was upgraded to a supergroup chat"
            return _refusal(400, what, {"migrate_to_chat_id": planned.new_chat})
        case int(code):
            return _refusal(code, planned.description or _DESCRIPTIONS.get(code, "Error"))
    return _cut(request)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _main() -> None:
    parser = argparse.ArgumentParser(description="A fake Telegram on loopback, to drive by hand.")
    parser.add_argument("--port", type=int, default=8081)
    port = parser.parse_args().port
    fake = FakeTelegram()
    await fake.start(port)
    try:
        print(  # noqa: T201 - a tool of the command line
            f"TELEGRAM_TOKEN={fake.token} TELEGRAM_API_URL={fake.url}\n"
            f'curl -d \'{{"user": 7, "text": "/start"}}\' {fake.url}/control/say\n'
            f"curl {fake.url}/control/sent",
            file=sys.stderr,
        )
        await asyncio.Event().wait()
    finally:
        await fake.close()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main())
