"""What the tests of the chat page's channel share: a running page, its mailbox, its demo."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from aiohttp import ClientResponse, CookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.base import Accepted, Document, Letter, Part, Raw
from bot.channels.web_chat import Persona, WebChat

ID = "0123456789abcdef0123456789abcdef"
NOW = "2026-12-08T01:02:03+00:00"
HEADERS = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy")
Client = TestClient[web.Request, web.Application]


class FakeMailbox:
    def __init__(self) -> None:
        self.letters: list[tuple[str, Letter]] = []
        self.pictures: dict[tuple[str, int], Document] = {}
        self.bell = asyncio.Event()

    def put(self, chat: str, number: int, *parts: Part) -> None:
        self.letters.append((chat, Letter(number, parts or (Part(f"tin {number}"),))))
        self.bell.set()
        self.bell = asyncio.Event()

    async def since(self, chat: str, *, after: int) -> Sequence[Letter]:
        found = [letter for to, letter in self.letters if to == chat and letter.id > after]
        return sorted(found)[:100]

    async def drawn(self, chat: str, *, letter: int) -> Document | None:
        return self.pictures.get((chat, letter))

    async def wait(self, chat: str, *, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.bell.wait(), seconds)
        except TimeoutError:
            return


class FakeDemo:
    personas = (
        Persona("nguoi-dan", "Người dân xóm 5", "", "h_xom-05"),
        Persona("can-bo", "Cán bộ", "demo-can-bo", ""),
    )

    def __init__(self) -> None:
        self.day = date(2026, 12, 8)

    async def today(self) -> date:
        return self.day

    async def move_to(self, day: date) -> None:
        self.day = day


class Site:
    """A running page, and what reached its inbox."""

    def __init__(self, *, demo: FakeDemo | None, pictures: Path = Path("nowhere")) -> None:
        self.mailbox = FakeMailbox()
        self.outcome = Accepted.STORED
        self.inbox: list[Raw] = []
        self.channel = WebChat(
            mailbox=self.mailbox, demo=demo, pictures=pictures, commune="Xã Giao Minh"
        )
        self.client: Client

    async def accept(self, raw: Raw) -> Accepted:
        self.inbox.append(raw)
        return self.outcome

    async def says(
        self, *, headers: dict[str, str] | None = None, played: object = None, **fields: str
    ) -> ClientResponse:
        content = {"id": ID, "as": played, **fields}
        return await self.client.post("/chat/messages", json=content, headers=headers)

    @asynccontextmanager
    async def listens(
        self, query: str = "", *, headers: dict[str, str] | None = None
    ) -> AsyncIterator["Listener"]:
        async with self.client.get(f"/chat/stream{query}", headers=headers) as response:
            yield Listener(response)


class Listener:
    def __init__(self, response: ClientResponse) -> None:
        self.response = response

    async def event(self) -> dict[str, str]:
        """Return the next event; a comment is {"": …}; at the end {}."""
        lines: list[str] = []
        async with asyncio.timeout(5):
            while line := (await self.response.content.readline()).decode():
                if line == "\n":
                    break
                lines.append(line.rstrip("\n"))
        return {name: rest for name, _, rest in (line.partition(": ") for line in lines)}

    async def ids(self, count: int) -> list[int]:
        found: list[int] = []
        while len(found) < count:
            event = await self.event()
            assert event, "the stream ended"
            found += [int(event["id"])] if "id" in event else []
        return found


@asynccontextmanager
async def running(site: Site) -> AsyncIterator[Site]:
    application = web.Application()
    application.add_routes(site.channel.routes(site.accept))
    server = TestServer(application, host="127.0.0.1")
    async with TestClient(server, cookie_jar=CookieJar(unsafe=True)) as site.client:
        try:
            yield site
        finally:
            await site.channel.close()
