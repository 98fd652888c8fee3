"""The pages of one-time links on a real server, for the tests beside this file."""

import hashlib
import hmac
import io
import os
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot import disk
from bot.filing import HandedIn
from bot.web import files as door
from bot.web import server
from bot.web.file_pages import Pages
from bot.web.uploads import Patience
from handlers import texts
from storage import file_links, files, people
from storage.database import Database
from storage.people import Caller
from tests.fakes import FakeClock

PDF = b"%PDF-1.7 mot to giay"
NAME = "Số liệu của tôi.pdf"
TEXTS = texts.load()
FREE = 10 * disk.LOW


def keyed_hash(text: str) -> str:
    return hmac.new(b"a test", text.encode(), hashlib.sha256).hexdigest()[:32]


@dataclass
class Site:
    """The pages on a real server, and the conversation that hears of what came in."""

    database: Database
    clock: FakeClock = field(default_factory=FakeClock)
    heard: list[HandedIn] = field(default_factory=list)
    hears: bool = True
    free: int = FREE
    client: TestClient[Any, Any] = field(init=False)
    account: people.Actor = field(init=False)

    async def accept(self, came: HandedIn) -> bool:
        if self.hears and came not in self.heard:
            self.heard.append(came)
        return self.hears

    async def serve(self, patience: Patience | None = None) -> None:
        pages = Pages(TEXTS, app="Zalo", commune="Xã <Mẫu>", timezone=ZoneInfo("Asia/Ho_Chi_Minh"))
        means = door.Means(
            self.database,
            self.clock,
            keyed_hash,
            self.accept,
            lambda: self.free,
            pages,
            "https://hoc.example.vn",
            patience or Patience(),
        )
        built = server.build(door.routes(means), database=self.database, metrics_token="")
        self.client = TestClient(TestServer(built))
        await self.client.start_server()

    async def open(self, patience: Patience | None = None) -> None:
        await self.serve(patience)
        async with self.database.transaction() as tx:
            caller = Caller("lane", "zalo_bot", "b1", "ba-sau")
            self.account = (await people.meet(tx, [caller], now=self.clock.wall()))["lane"]

    async def link(self, body: bytes | None = None, name: str = NAME, to: str = "") -> str:
        """Path of a fresh link: to fetch `body`, or to hand something in."""
        async with self.database.transaction() as tx:
            now = self.clock.wall()
            file_id = None
            if body is not None:
                kind = "application/pdf"
                file_id = await files.keep(tx, name=name, media_type=kind, body=body, now=now)
            token = await file_links.offer(
                tx,
                way="hand_in" if body is None else "fetch",
                purpose=to or "mydata",
                person_id=self.account.person_id,
                account_id=self.account.account_id,
                chat="c1",
                file_id=file_id,
                now=now,
                entropy=os.urandom,
                keyed_hash=keyed_hash,
            )
        return f"/tai/{token}"

    async def hands_in(
        self, path: str, body: bytes = PDF, name: str = NAME, **more: Any
    ) -> tuple[int, str]:
        form = FormData(quote_fields=False)  # as browsers write names
        kind = "application/octet-stream"
        form.add_field("file", io.BytesIO(body), filename=name, content_type=kind)
        answer = await self.client.post(path, data=form, **more)
        return answer.status, await answer.text()

    async def stored(self, *columns: Any) -> list[tuple[Any, ...]]:
        async with self.database.reading() as tx:
            return [tuple(row) for row in await tx.execute(select(*columns))]


def said(name: str, page: str, **values: object) -> bool:
    return TEXTS.say(f"files.page_{name}", **values) in page.replace("&#x27;", "'")


def upload_head(link: str, length: int) -> bytes:
    head = f"POST {link} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n"
    return f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode()
