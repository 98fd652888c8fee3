"""The chat page: one's own browser sends the messages and fetches the letters (design §4, §7).

Nothing is pushed to a platform: letters stay in the outbox, and each open page has a stream that
reads them. So any process may answer, and a page that was away catches up by letter id.
"""

import asyncio
import hashlib
import json
import re
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from aiohttp import web

from bot.channels.base import (
    Accept,
    Accepted,
    Arrival,
    Capabilities,
    Command,
    Letter,
    Mailbox,
    Part,
    Raw,
    Receipt,
    Refused,
)
from handlers.messages import Address, Incoming, Kind

STATIC: Final = Path(__file__).parents[1] / "web" / "static"

MAX_BODY: Final = 16_384  # bytes: 4,096 Vietnamese characters need at most 12,288
MAX_TEXT: Final = 4_096  # T29: cut before any parser
BODY_SECONDS: Final = 30.0
MAX_STREAMS: Final = 500
STREAMS_EACH: Final = 5  # a browser opens 6 connections to one host: one is left for sending
HEARTBEAT: Final = 15.0
STUCK_SECONDS: Final = 30.0  # a page that does not read any more
LOOK_BACK: Final = 50  # ids: another process may commit a smaller id after a bigger one
PAGE: Final = 100  # what Mailbox.since returns at most
BACKLOG: Final = 60  # letters shown to a page that has none yet
COOKIE: Final = "hvs"
COOKIE_SECONDS: Final = 400 * 86_400  # the longest a browser keeps one

_COOKIE_FORM: Final = re.compile(r"[0-9a-f]{32}")
_ID_FORM: Final = re.compile(r"[A-Za-z0-9-]{8,64}")
_TOKEN_FORM: Final = re.compile(r"[!-~]{1,64}")
_STEM_FORM: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_NUMBER_FORM: Final = re.compile(r"[0-9]{1,18}")

_SAFE: Final = {  # W4; strict transport is the server's to say
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_FRESH: Final = {**_SAFE, "Cache-Control": "no-store"}
_FILES: Final = {
    "chat.css": "text/css",
    "chat.js": "text/javascript",
    "chat.svg": "image/svg+xml",
}
_STATUS: Final = {
    Accepted.STORED: 202,
    Accepted.DUPLICATE: 202,
    Accepted.THROTTLED: 202,
    Accepted.IGNORED: 400,
    Accepted.BUSY: 503,
}

_FOREIGN: Final = "Xin mở lại trang trò chuyện rồi gửi."
_UNCLEAR: Final = "Trợ lý chưa đọc được tin này. Xin viết lại rồi gửi."
_TOO_LONG: Final = "Tin dài quá. Xin chia làm nhiều tin ngắn rồi gửi."
_TOO_SLOW: Final = "Mạng chậm quá, tin chưa tới nơi. Xin gửi lại."
_CROWDED: Final = "Đang mở quá nhiều cửa sổ trò chuyện. Xin đóng bớt."
_WHO: Final = "Xin tải lại trang."
_WHICH_DAY: Final = "Xin chọn một ngày từ năm 2000 đến năm 2100."


class Persona(NamedTuple):
    """Somebody whom a visitor may play in demo mode."""

    key: str
    label: str
    account: str
    """Fixed account of the sample commune; "" = the visitor's own, as without demo mode."""
    start: str
    """Payload of the `/start` that opens an empty conversation; may be ""."""


class Demo(Protocol):
    """What only demo mode has (design §2): people to play, and a date to move."""

    @property
    def personas(self) -> Sequence[Persona]: ...

    async def today(self) -> date: ...

    async def move_to(self, day: date) -> None: ...


class WebChat:
    """The channel of the page at `/`. A raw event: id, account, chat, text or button, at, name.

    `commune` is shown under the name of the assistant; "" shows nothing.
    """

    name = "web_chat"
    bot = "web"
    able = Capabilities(
        max_text=4000,
        max_buttons=9,
        max_label=200,
        numbers_in_text=False,
        pictures=True,
        max_caption=4000,
    )
    fetched = True

    def __init__(
        self, *, mailbox: Mailbox, demo: Demo | None, pictures: Path, commune: str = ""
    ) -> None:
        self._mailbox = mailbox
        self._demo = demo
        self._pictures = pictures
        self._commune = commune
        self._streams: dict[web.Request, str] = {}
        self._closing = asyncio.Event()

    def identify(self, raw: Raw) -> Arrival | None:
        match raw:
            case {"id": str(event), "account": str(account), "chat": str(chat)}:
                # The browser makes the id: it is unique within its own account at most.
                is_whole = event and account and chat
                return Arrival(f"{account}:{event}", account, chat) if is_whole else None
            case _:
                return None

    def parse(self, raw: Raw) -> Incoming | None:
        arrival = self.identify(raw)
        at = _moment(raw.get("at")) if arrival else None
        if arrival is None or at is None:
            return None
        match raw:
            case {"button": str(button)} if button:
                return Incoming(*arrival, at, Kind.PRESS, button=button)
            case {"text": str(text)} if text:
                return Incoming(*arrival, at, Kind.TEXT, text=text)
            case _:
                return Incoming(*arrival, at, Kind.UNKNOWN)

    async def accepted(self, raw: Raw) -> None:
        """Nothing: the page has its answer already."""

    async def send(self, part: Part, to: Address) -> Receipt:  # noqa: ARG002 - the contract
        raise Refused("the page fetches its letters itself")

    async def set_menu(self, chat: str, commands: Sequence[Command]) -> None:
        """Nothing: there is no such menu here."""

    async def start(self) -> None:
        """Nothing: the server is the platform."""

    async def listen(self, accept: Accept) -> None:
        """Nothing: messages come by the routes."""

    async def close(self) -> None:
        """End all streams. Call it before the server waits for its open requests."""
        self._closing.set()

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:
        async def receive(request: web.Request) -> web.StreamResponse:
            return await self._receive(request, accept)

        files = {name: (STATIC / name).read_bytes() for name in _FILES}
        page = (STATIC / "chat.html").read_text(encoding="utf-8")
        for name, content in files.items():
            page = page.replace(f"/static/{name}", f"/static/{name}?v={_hash(content)}")
        return [
            _page(page.encode()),
            *(_file(name, content) for name, content in files.items()),
            web.get("/pictures/{name}", self._picture),
            web.get("/chat/config", self._config),
            web.get("/chat/stream", self._stream, allow_head=False),
            web.post("/chat/messages", receive),
            *(_date_routes(self._demo) if self._demo is not None else ()),
        ]

    async def _config(self, request: web.Request) -> web.StreamResponse:
        """What the page must know. It also gives the visitor a name to come back with.

        The page itself at `/` does not: a visitor who follows a link from another site arrives
        there without a SameSite=Strict cookie and would lose the account.
        """
        if not _is_own_page(request):
            return _refusal(403, _FOREIGN)
        cookie = _cookie(request) or secrets.token_hex(16)
        known: dict[str, Any] = {
            "commune": self._commune,
            "demo": self._demo is not None,
            "visitor": _hash(_account(cookie).encode()),
            "personas": [],
        }
        if self._demo is not None:
            known["personas"] = [
                {"key": one.key, "label": one.label, "start": one.start}
                for one in self._demo.personas
            ]
            known["date"] = (await self._demo.today()).isoformat()
        return _with_cookie(request, cookie, _json(known))

    async def _receive(self, request: web.Request, accept: Accept) -> web.StreamResponse:
        fields = await _fields(request)
        if isinstance(fields, web.Response):
            return fields
        said = _said(fields)
        if said is None:
            return _refusal(400, _UNCLEAR)
        cookie = _cookie(request) or secrets.token_hex(16)
        account = self._persona(fields.get("as")) or _account(cookie)
        now = datetime.now(UTC).isoformat()
        raw = {"account": account, "chat": account, "at": now, "name": "", **said}
        outcome = await accept(raw)
        answer = _json({"status": outcome.value}, status=_STATUS[outcome])
        if outcome is Accepted.BUSY:
            answer.headers["Retry-After"] = "2"
        return _with_cookie(request, cookie, answer)

    def _persona(self, key: object) -> str:
        """Account of the persona played; "" if the visitor is oneself."""
        personas = self._demo.personas if self._demo is not None else ()
        return next((one.account for one in personas if one.key == key), "")

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        if not _is_own_page(request):
            return _refusal(403, _FOREIGN)
        cookie = _cookie(request)
        account = self._persona(request.query.get("as")) or (_account(cookie) if cookie else "")
        if not account:
            return _refusal(401, _WHO)
        visitor = cookie or account
        # A page that was closed or reloaded has hung up; its stream ends at the next heartbeat.
        listening = Counter(who for one, who in self._streams.items() if _is_there(one))
        if listening[visitor] >= STREAMS_EACH or listening.total() >= MAX_STREAMS:
            return _refusal(503, _CROWDED)
        if self._closing.is_set():
            return _refusal(503, "")
        self._streams[request] = visitor
        try:
            return await self._tell(request, account, after=_after(request))
        finally:
            del self._streams[request]

    async def _tell(self, request: web.Request, chat: str, *, after: int) -> web.StreamResponse:
        response = web.StreamResponse(headers={**_FRESH, "X-Accel-Buffering": "no"})
        response.content_type = "text/event-stream"
        response.charset = "utf-8"
        reader = _Reader(self._mailbox, chat, after)
        closing = asyncio.ensure_future(self._closing.wait())
        with suppress(ConnectionError, TimeoutError):  # the page has gone: it will ask again
            try:
                await response.prepare(request)
                while not self._closing.is_set():
                    await self._tell_once(response, reader, closing)
                await response.write_eof()
            finally:
                closing.cancel()
        return response

    async def _tell_once(
        self, response: web.StreamResponse, reader: "_Reader", closing: "asyncio.Future[Any]"
    ) -> None:
        # We begin to listen before we look, so that nothing arrives unseen between the two.
        news = asyncio.ensure_future(self._mailbox.wait(reader.chat, seconds=HEARTBEAT))
        try:
            await asyncio.sleep(0)
            words = await reader.read()
            if words:
                async with asyncio.timeout(STUCK_SECONDS):
                    await response.write(words)
            await asyncio.wait({news, closing}, return_when=asyncio.FIRST_COMPLETED)
            if news.done():
                news.result()
        finally:
            news.cancel()

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        stem, dot, ending = request.match_info["name"].partition(".")
        if not (_STEM_FORM.fullmatch(stem) and dot and ending == "png"):
            return web.Response(status=404, headers=_FRESH)
        headers = {**_SAFE, "Cache-Control": "public, max-age=86400"}
        return web.FileResponse(self._pictures / f"{stem}.png", headers=headers)


class _Reader:
    """Reads the letters of one chat for one page, each once, also those that come late."""

    def __init__(self, mailbox: Mailbox, chat: str, after: int) -> None:
        self.chat = chat
        self._mailbox = mailbox
        self._newest = after
        self._seen: set[int] = set()
        self._is_first = True
        self._spoke = 0.0

    async def read(self) -> bytes:
        """Return the events that are new, or a heartbeat when one is due, or nothing."""
        letters = await self._unseen()
        events = [_event(letter) for letter in letters]
        if self._is_first:
            # Nothing although the page has been here: the page then begins anew.
            events.append(f'event: ready\ndata: {{"letters": {len(letters)}}}\n\n'.encode())
            self._is_first = False
        now = asyncio.get_running_loop().time()
        if not events and now - self._spoke < HEARTBEAT * 0.9:
            return b""
        self._spoke = now
        return b"".join(events) or b": \n\n"

    async def _unseen(self) -> list[Letter]:
        has_none = self._newest == 0
        after = max(0, self._newest - LOOK_BACK)
        fresh: list[Letter] = []
        while True:
            letters = await self._mailbox.since(self.chat, after=after)
            fresh += [letter for letter in letters if letter.id not in self._seen]
            if len(letters) < PAGE:
                break
            after = letters[-1].id
        self._newest = max([self._newest, *(letter.id for letter in fresh)])
        self._seen |= {letter.id for letter in fresh}
        self._seen = {one for one in self._seen if one > self._newest - LOOK_BACK}
        return fresh[-BACKLOG:] if has_none else fresh


def _date_routes(demo: Demo) -> Sequence[web.RouteDef]:
    async def show(_: web.Request) -> web.StreamResponse:
        return _json({"date": (await demo.today()).isoformat()})

    async def move(request: web.Request) -> web.StreamResponse:
        fields = await _fields(request)
        if isinstance(fields, web.Response):
            return fields
        try:
            day = date.fromisoformat(str(fields.get("date")))
        except ValueError:
            return _refusal(400, _WHICH_DAY)
        if not 2000 <= day.year <= 2100:
            return _refusal(400, _WHICH_DAY)
        await demo.move_to(day)
        return await show(request)

    return [web.get("/chat/date", show), web.post("/chat/date", move)]


def _event(letter: Letter) -> bytes:
    parts = json.dumps([_shown(part) for part in letter.parts], ensure_ascii=False)
    return f"id: {letter.id}\ndata: {parts}\n\n".encode()


def _shown(part: Part) -> dict[str, Any]:
    picture = None
    if part.picture is not None:
        stem = Path(part.picture.path).stem
        picture = {"url": f"/pictures/{stem}.png", "alt": part.picture.alt}
    return {**asdict(part), "picture": picture, "buttons": [one._asdict() for one in part.buttons]}


def _after(request: web.Request) -> int:
    """Return the last letter id that the page has; 0 if it says none or nonsense."""
    for said in (request.headers.get("Last-Event-ID"), request.query.get("after")):
        if said and _NUMBER_FORM.fullmatch(said):
            return int(said)
    return 0


async def _fields(request: web.Request) -> dict[str, Any] | web.Response:
    """Read the JSON object that our own page posted, or say what is wrong with it."""
    if not _is_own_page(request):
        return _refusal(403, _FOREIGN)
    if request.content_type != "application/json":  # a form of another site cannot say this
        return _refusal(415, _UNCLEAR)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > MAX_BODY:
                    return _refusal(413, _TOO_LONG)
        fields = json.loads(body)
    except TimeoutError:
        return _refusal(408, _TOO_SLOW)
    except (ValueError, RecursionError, web.RequestPayloadError):
        return _refusal(400, _UNCLEAR)
    return fields if isinstance(fields, dict) else _refusal(400, _UNCLEAR)


def _said(fields: Mapping[str, Any]) -> dict[str, str] | None:
    """Return id and text or button as they may be stored; None if it is no message."""
    match fields:
        case {"id": str(event), "button": str(button)}:
            said = {"id": event, "button": button}
        case {"id": str(event), "text": str(text)}:
            said = {"id": event, "text": _storable(text)}
        case _:
            return None
    is_good = _ID_FORM.fullmatch(event) and (
        said.get("text", "").strip() or _TOKEN_FORM.fullmatch(said.get("button", ""))
    )
    return said if is_good else None


def _storable(text: str) -> str:
    """Cut to T29's length, without what no database takes: NUL and lone surrogates."""
    return text[:MAX_TEXT].replace("\0", "").encode("utf-8", "replace").decode()


def _moment(written: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(written) if isinstance(written, str) else None
        return at.astimezone(UTC) if at is not None and at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _is_own_page(request: web.Request) -> bool:
    """Say whether the request comes from our page, or from no browser at all (T48)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.host


def _is_there(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()


def _cookie(request: web.Request) -> str | None:
    cookie = request.cookies.get(COOKIE, "")
    return cookie if _COOKIE_FORM.fullmatch(cookie) else None


def _account(cookie: str) -> str:
    """Name the account by a hash: who reads the database or a log cannot become the visitor."""
    return "w-" + hashlib.sha256(cookie.encode()).hexdigest()[:32]


def _with_cookie(request: web.Request, cookie: str, response: web.Response) -> web.Response:
    # A forged X-Forwarded-Proto can only make the forger's own cookie stricter.
    is_https = request.secure or request.headers.get("X-Forwarded-Proto") == "https"
    response.set_cookie(
        COOKIE, cookie, max_age=COOKIE_SECONDS, httponly=True, samesite="Strict", secure=is_https
    )
    return response


def _json(content: Mapping[str, Any], *, status: int = 200) -> web.Response:
    text = json.dumps(content, ensure_ascii=False)
    return web.json_response(text=text, status=status, headers=_FRESH)


def _refusal(status: int, sentence: str) -> web.Response:
    return _json({"error": sentence}, status=status)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _page(content: bytes) -> web.RouteDef:
    return _static("/", content, kind="text/html", cache="no-cache")


def _file(name: str, content: bytes) -> web.RouteDef:
    # The page asks for it under its hash, so another content has another address.
    cache = "public, max-age=31536000, immutable"
    return _static(f"/static/{name}", content, kind=_FILES[name], cache=cache)


def _static(path: str, content: bytes, *, kind: str, cache: str) -> web.RouteDef:
    etag = _hash(content)
    headers = {
        **_SAFE,
        "Cache-Control": cache,
        "ETag": f'"{etag}"',
        "Vary": "Accept-Encoding",
    }

    async def show(request: web.Request) -> web.StreamResponse:
        if any(known.value == etag for known in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        response = web.Response(body=content, content_type=kind, charset="utf-8", headers=headers)
        response.enable_compression()
        return response

    return web.get(path, show)
