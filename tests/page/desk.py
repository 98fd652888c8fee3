"""`Desk`: somebody in front of the admin page, on a real server, logged in by a link from the chat.

They talk with the assistant as in every other test (`Talk`); the page reads the same database.
"""

import re
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from typing import Any, Final, NamedTuple, Self

from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer

from bot.gate import keyed_hash
from bot.web import server
from bot.web.admin import door
from bot.web.admin.means import Means
from bot.web.admin.sections import SECTIONS
from bot.web.admin.visit import HOME
from tests.talk import House, Talk

LINK: Final = re.compile(rf"http://[^/\s]+({HOME}/vao/\S+)")
CSRF: Final = re.compile(r'name="csrf" value="([^"]+)"')


class Page(NamedTuple):
    """What came back: its status, its HTML, and where it led to."""

    status: int
    html: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """What a person reads of it, in one line."""
        reader = _Reader()
        reader.feed(self.html)
        return " ".join(" ".join(reader.words).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, _attributes: Any) -> None:
        self._silent += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def application(house: House) -> Any:
    """The page's routes on the running house."""
    app = house.app
    means = Means(app.post, partial(keyed_hash, app.secret), app.workshop.make, app.workshop.kinds)
    return server.build(door.routes(means, SECTIONS), database=app.database, metrics_token="")


@dataclass
class Desk:
    """One browser. `csrf` is that of the page seen last."""

    house: House
    client: TestClient[Any, Any]
    csrf: str = ""
    seen: list[Page] = field(default_factory=list)

    @classmethod
    async def open(cls, house: House) -> Self:
        """A browser that is not logged in."""
        client = TestClient(TestServer(application(house)), cookie_jar=CookieJar(unsafe=True))
        await client.start_server()
        return cls(house, client)

    @classmethod
    async def of(cls, talk: Talk) -> Self:
        """The browser of somebody who asked for the page in the chat and pressed the button."""
        desk = await cls.open(talk.house)
        page = await desk.post(await link(talk), csrf="")
        assert page.status == 200, page.text
        return desk

    async def close(self) -> None:
        await self.client.close()

    async def get(self, path: str, **headers: str) -> Page:
        """`path` below /quan-tri ("/xom?nam=2026"), or a whole one."""
        return await self._seen("GET", path, headers=headers)

    async def post(self, path: str, **fields: Any) -> Page:
        """Post a form as a page of ours does, and go where it leads; lists are several values."""
        return await self.sends(path, {"csrf": self.csrf, **fields})

    async def sends(self, path: str, fields: dict[str, Any], **headers: str) -> Page:
        """The same with nothing added."""
        pairs = [
            (name, str(value))
            for name, given in fields.items()
            for value in (given if isinstance(given, list | tuple) else [given])
        ]
        return await self._seen("POST", path, data=pairs, headers=headers)

    async def _seen(self, method: str, path: str, **more: Any) -> Page:
        where = path if path.startswith(HOME) else HOME + path
        answer = await self.client.request(method, where, **more)
        body = await answer.read()
        is_text = answer.content_type == "text/html"
        html = body.decode() if is_text else ""
        page = Page(answer.status, html, answer.url.path, dict(answer.headers), body)
        if found := CSRF.search(html):
            self.csrf = found[1]
        self.seen.append(page)
        await self.house.settle()
        return page


async def link(talk: Talk) -> str:
    """Ask for the page in the chat; the path of the one-time address that came."""
    await talk.says("trang quản trị")
    found = LINK.search("\n".join(talk.heard[-4:]))
    assert found is not None, talk.last
    return found[1]
