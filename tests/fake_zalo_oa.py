"""A Zalo Official Account to test and to play against, on loopback, as strict as the real one.

    async with FakeZaloOa() as fake:
        oa = ...(openapi, oauth and business address: fake.url; refresh token: fake.seed.refresh)
        await fake.save_webhook("http://127.0.0.1:8080/webhook/zalo-oa")
        await fake.user_says("246845883529197922", "Xin chào")
        (await fake.wait_for_message("246845883529197922")).text

Token pairs are good once (`tokens`, zalo_oa_tokens.py). Every call is checked (`zalo_oa_rules.py`);
people have a window, by the clock `now` (`zalo_oa_messages.py`). Events are signed, posted, tried
again and at last given up (`zalo_oa_webhook.py`). It goes wrong on demand (`next_answer`), and
remembers every call (`calls`), every event (`events`) and every message that arrived (`sent`).

`python -m tests.fake_zalo_oa --port 8083` serves it alone; see zalo_oa_control.py.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

import aiohttp
from aiohttp import web

from tests import zalo_oa_control
from tests.zalo_oa_payloads import OA, Oa
from tests.zalo_oa_people import Message, Person
from tests.zalo_oa_rules import Wrong, invalid
from tests.zalo_oa_templates import Approved
from tests.zalo_oa_tokens import TokenAuthority
from tests.zalo_oa_uploads import Upload
from tests.zalo_oa_users import Users

__all__ = [
    "APP_SECRET",
    "OA",
    "OA_SECRET",
    "Approved",
    "Call",
    "FakeZaloOa",
    "Message",
    "Person",
    "Trouble",
]

APP_SECRET: Final = "app-secret-of-the-tests"
OA_SECRET: Final = "oa-secret-key-of-the-tests"

Trouble = Literal["reset before", "reset after", "silence", "html", "nonsense"]
"""What may go wrong, beside a code: below 0 in HTTP 200, above 0 as HTTP status.

reset before/after: the line breaks without/with the call done; silence: done, never answered;
html: 502 of a proxy; nonsense: 200 that is no JSON.
"""

PATHS: Final = {
    ("POST", "/v3.0/oa/message/cs"): "cs",
    ("POST", "/v2.0/oa/message"): "v2_message",
    ("POST", "/v3.0/oa/message/transaction"): "shut_down",
    ("POST", "/v3.0/oa/message/promotion"): "shut_down",
    ("POST", "/v3.0/oa/message/template"): "template",
    ("POST", "/v3.0/oa/group/message"): "group",
    ("POST", "/v3.0/oa/quota/message"): "quota",
    ("GET", "/v3.0/oa/user/detail"): "detail",
    ("GET", "/v3.0/oa/user/getlist"): "getlist",
    ("POST", "/v3.0/oa/user/update"): "update",
    ("POST", "/v2.0/oa/deletefollowerinfo"): "forget",
    ("POST", "/v2.0/oa/tag/tagfollower"): "tag",
    ("POST", "/v2.0/oa/tag/rmfollowerfromtag"): "untag",
    ("POST", "/v2.0/oa/tag/rmtag"): "rmtag",
    ("GET", "/v2.0/oa/tag/gettagsofoa"): "tags",
    ("GET", "/v2.0/oa/conversation"): "conversation",
    ("GET", "/v2.0/oa/listrecentchat"): "recent",
    ("GET", "/v2.0/oa/getoa"): "getoa",
    ("POST", "/v2.0/oa/upload/image"): "upload_image",
    ("POST", "/v2.0/oa/upload/gif"): "upload_gif",
    ("POST", "/v2.0/oa/upload/file"): "upload_file",
    ("POST", "/message/template"): "zbs_phone",
    ("POST", "/message/template/hashphone"): "zbs_hashphone",
    ("GET", "/message/status"): "zbs_status",
    ("GET", "/message/quota"): "zbs_quota",
    ("GET", "/template/all"): "zbs_all",
    ("GET", "/template/info/v2"): "zbs_info",
}
_MAX_BODY: Final = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    path: str
    body: dict[str, Any]
    status: int | str
    """The `error` that was answered (0 = good), or the name of the trouble."""


@dataclass(slots=True)
class _Planned:
    trouble: Trouble | int
    path: str | None
    times: int
    message: str


class FakeZaloOa(Users):
    """The server. `strict=False` skips the check of messages (for benches)."""

    def __init__(
        self,
        oa: Oa = OA,
        *,
        app_secret: str = APP_SECRET,
        oa_secret: str = OA_SECRET,
        now: Callable[[], float] = time.time,
        strict: bool = True,
        retry_factor: float = 0.0001,
        deadline: float = 2.0,
    ) -> None:
        super().__init__(oa, oa_secret, now=now, retry_factor=retry_factor, deadline=deadline)
        self.strict = strict
        self.tokens = TokenAuthority(oa.app_id, app_secret, now=lambda: self.now())
        self.seed = self.tokens.seed()
        """The pair an admin took out of the API Explorer."""
        self.needs_proof = False
        """The console's "require app secret proof"."""
        self.rate_limit = 4000
        """Calls per minute of `now`."""
        self.calls: list[Call] = []
        self.released = asyncio.Event()
        """Set it to end every silence."""
        self._planned: list[_Planned] = []
        self._minute, self._used = 0, 0
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=_MAX_BODY)
        app.router.add_routes(self.tokens.routes())
        app.router.add_routes(zalo_oa_control.routes(self))
        app.router.add_route("*", "/{path:.*}", self._call)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]
        self._client = aiohttp.ClientSession()

    async def close(self) -> None:
        self.released.set()
        self.tokens.released.set()
        await super().close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def called(self, path: str) -> list[Call]:
        """Return the calls whose path ends so."""
        return [call for call in self.calls if call.path.endswith(path)]

    def next_answer(
        self,
        trouble: Trouble | int,
        *,
        path: str | None = None,
        times: int = 1,
        message: str = "",
    ) -> None:
        """Plan what the next calls (whose path ends so, or any) get instead."""
        self._planned.append(_Planned(trouble, path, times, message))

    async def _call(self, request: web.Request) -> web.StreamResponse:
        name = PATHS.get((request.method, request.path))
        if name is None:
            return web.json_response({"error": 404, "message": "Empty API"}, status=404)
        given: dict[str, Any] = {}
        try:
            self._admit(request, is_zbs=name.startswith("zbs_"))
            given = await _given(request, is_zbs=name.startswith("zbs_"))
            planned = self._plan_for(request.path)
            if planned is not None:
                return await self._goes_wrong(request, name, given, planned)
            result = await getattr(self, f"_do_{name}")(given)
        except Wrong as wrong:
            await self._note(request.path, given, wrong.code)
            return self._json(request, {"error": wrong.code, "message": wrong.message})
        await self._note(request.path, given, 0)
        data = {"data": result} if result is not None else {}
        return self._json(request, {**data, "error": 0, "message": "Success"})

    def _admit(self, request: web.Request, *, is_zbs: bool) -> None:
        """Check rate, token and proof, in this order."""
        minute = int(self.now() // 60)
        if minute != self._minute:
            self._minute, self._used = minute, 0
        self._used += 1
        if self._used > self.rate_limit:
            raise Wrong(-32, "application or OA has reached its limit of calls")
        token = request.headers.get("access_token", "")
        match self.tokens.verdict(token):
            case "invalid":
                raise Wrong(-124 if is_zbs else -216, "access token is invalid")
            case "expired":
                raise Wrong(-124 if is_zbs else -220, "access token is expired or removed")
        if self.needs_proof and request.headers.get("appsecret_proof") != self._proof(token):
            raise Wrong(-1241 if is_zbs else -242, "appsecret_proof is invalid")

    def _proof(self, token: str) -> str:
        key = self.tokens.app_secret.encode()
        return hmac.new(key, token.encode(), hashlib.sha256).hexdigest()

    def _json(self, request: web.Request, body: dict[str, Any]) -> web.Response:
        left = max(0, self.rate_limit - self._used)
        headers = {
            "X-RateLimit-Limit": str(self.rate_limit),
            "X-RateLimit-Remain": str(left),
        }
        return web.json_response(body, headers=headers)

    async def _note(self, path: str, given: dict[str, Any], status: int | str) -> None:
        self.calls.append(Call(path, given, status))
        await self._tell()

    def _plan_for(self, path: str) -> _Planned | None:
        for planned in self._planned:
            if planned.path is None or path.endswith(planned.path):
                planned.times -= 1
                if not planned.times:
                    self._planned.remove(planned)
                return planned
        return None

    async def _goes_wrong(
        self, request: web.Request, name: str, given: dict[str, Any], planned: _Planned
    ) -> web.StreamResponse:
        if planned.trouble in ("reset after", "silence"):
            await getattr(self, f"_do_{name}")(given)
        await self._note(request.path, given, planned.trouble)
        if planned.trouble == "silence":
            await self.released.wait()
        match planned.trouble:
            case "html":
                page = "<html><body><h1>502 Bad Gateway</h1></body></html>"
                return web.Response(status=502, text=page, content_type="text/html")
            case "nonsense":
                return web.Response(text="<html>")
            case int(code) if code < 0:
                said = planned.message or "something is wrong"
                return self._json(request, {"error": code, "message": said})
            case int(code):
                body = {"error": code, "message": planned.message or "Error"}
                return web.json_response(body, status=code)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


async def _given(request: web.Request, *, is_zbs: bool) -> dict[str, Any]:
    """Return a JSON body, the form of an upload, or what the parameter `data` holds."""
    if request.content_type == "multipart/form-data":
        return {
            name: Upload(value.filename, value.file.read())
            if isinstance(value, web.FileField)
            else value
            for name, value in (await request.post()).items()
        }
    if request.method == "GET" and (is_zbs or not request.query_string):
        return dict(request.query)
    if request.method != "GET" and request.content_type != "application/json":
        raise invalid("Content-Type")
    try:
        text = request.query["data"] if request.method == "GET" else await request.text()
        found = json.loads(text)
    except (KeyError, ValueError) as error:
        raise invalid("data") from error
    if not isinstance(found, dict):
        raise invalid("data")
    return found


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(zalo_oa_control.serve(FakeZaloOa))
