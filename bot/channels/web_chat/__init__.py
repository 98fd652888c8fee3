"""The chat page: one's own browser sends the messages and fetches the letters (design §4, §7).

Nothing is pushed to a platform: letters stay in the outbox, and each open page has a stream that
reads them. So any process may answer, and a page that was away catches up by letter id.

edge.py reads requests and answers them, streams.py tells letters, files.py shows the page itself.
"""

import secrets
from collections.abc import Mapping, Sequence
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
    Mailbox,
    Part,
    Raw,
    Receipt,
    Refused,
)
from bot.channels.web_chat import edge, files
from bot.channels.web_chat.streams import Streams
from handlers.messages import Address, Incoming, Kind

_STATUS: Final = {
    Accepted.STORED: 202,
    Accepted.DUPLICATE: 202,
    Accepted.THROTTLED: 202,
    Accepted.IGNORED: 400,
    Accepted.BUSY: 503,
}
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
        self._streams = Streams(mailbox)
        self._demo = demo
        self._pictures = pictures
        self._commune = commune

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
                return Incoming(*arrival[:3], at, Kind.PRESS, button=button)
            case {"text": str(text)} if text:
                return Incoming(*arrival[:3], at, Kind.TEXT, text=text)
            case _:
                return Incoming(*arrival[:3], at, Kind.UNKNOWN)

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
        self._streams.close()

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:
        async def receive(request: web.Request) -> web.StreamResponse:
            return await self._receive(request, accept)

        return [
            *files.routes(self._pictures),
            web.get("/chat/config", self._config),
            web.get("/chat/stream", self._stream, allow_head=False),
            web.get("/chat/drawn/{letter:[0-9]{1,18}}", self._drawn),
            web.post("/chat/messages", receive),
            *(_date_routes(self._demo) if self._demo is not None else ()),
        ]

    async def _config(self, request: web.Request) -> web.StreamResponse:
        """Tell the page what it must know, and give the visitor a name to come back with.

        The page itself at `/` does not: a visitor who follows a link from another site arrives
        there without a SameSite=Strict cookie and would lose the account.
        """
        if not edge.is_own_page(request):
            return edge.refusal(403, edge.FOREIGN)
        cookie = edge.cookie_of(request) or secrets.token_hex(16)
        known: dict[str, Any] = {
            "commune": self._commune,
            "demo": self._demo is not None,
            "visitor": edge.short_hash(edge.account_of(cookie).encode()),
            "personas": [],
        }
        if self._demo is not None:
            known["personas"] = [
                {"key": one.key, "label": one.label, "start": one.start}
                for one in self._demo.personas
            ]
            known["date"] = (await self._demo.today()).isoformat()
        return edge.with_cookie(request, cookie, edge.answer(known))

    async def _receive(self, request: web.Request, accept: Accept) -> web.StreamResponse:
        fields = await edge.fields_of(request)
        if isinstance(fields, web.Response):
            return fields
        said = edge.message_in(fields)
        if said is None:
            return edge.refusal(400, edge.UNCLEAR)
        cookie = edge.cookie_of(request) or secrets.token_hex(16)
        account = self._played(fields.get("as")) or edge.account_of(cookie)
        now = datetime.now(UTC).isoformat()
        raw = {"account": account, "chat": account, "at": now, "name": "", **said}
        outcome = await accept(raw)
        answer = edge.answer({"status": outcome.value}, status=_STATUS[outcome])
        if outcome is Accepted.BUSY:
            answer.headers["Retry-After"] = "2"
        return edge.with_cookie(request, cookie, answer)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        if not edge.is_own_page(request):
            return edge.refusal(403, edge.FOREIGN)
        account = self._visiting(request)
        if not account:
            return edge.refusal(401, "Xin tải lại trang.")
        visitor = edge.cookie_of(request) or account
        return await self._streams.open(request, account, visitor=visitor)

    async def _drawn(self, request: web.Request) -> web.StreamResponse:
        """Show a picture to whom its letter was written, and to no other page (T13, T48)."""
        account = self._visiting(request) if edge.is_own_page(request) else ""
        letter = int(request.match_info["letter"])
        picture = await self._mailbox.drawn(account, letter=letter) if account else None
        if picture is None:
            return web.Response(status=404, headers=edge.FRESH)
        return web.Response(body=picture.body, content_type=picture.media_type, headers=edge.FRESH)

    def _visiting(self, request: web.Request) -> str:
        """Account of the persona that is played, or of the visitor; "" without a cookie."""
        cookie = edge.cookie_of(request)
        played = self._played(request.query.get("as"))
        return played or (edge.account_of(cookie) if cookie else "")

    def _played(self, key: object) -> str:
        """Account of the persona that is played; "" if the visitor is oneself."""
        personas = self._demo.personas if self._demo is not None else ()
        return next((one.account for one in personas if one.key == key), "")


def _date_routes(demo: Demo) -> Sequence[web.RouteDef]:
    async def show(_: web.Request) -> web.StreamResponse:
        return edge.answer({"date": (await demo.today()).isoformat()})

    async def move(request: web.Request) -> web.StreamResponse:
        fields = await edge.fields_of(request)
        if isinstance(fields, web.Response):
            return fields
        day = _day(fields)
        if day is None:
            return edge.refusal(400, _WHICH_DAY)
        await demo.move_to(day)
        return await show(request)

    return [web.get("/chat/date", show), web.post("/chat/date", move)]


def _day(fields: Mapping[str, Any]) -> date | None:
    try:
        day = date.fromisoformat(str(fields.get("date")))
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _moment(written: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(written) if isinstance(written, str) else None
        return at.astimezone(UTC) if at is not None and at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
