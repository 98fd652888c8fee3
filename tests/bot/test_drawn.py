"""A picture drawn for one person: shown where it can be, told and linked where not (U17, T13)."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.base import Capabilities, Part, Picture
from bot.channels.rendering import render
from bot.channels.web_chat import WebChat, edge
from bot.channels.zalo_oa import ZaloOa
from bot.filing import Filing
from bot.mailbox import OutboxMailbox
from handlers import FLOWS
from handlers.messages import Choice, Notice, Outgoing
from handlers.settling import from_json, to_json
from storage import files
from storage.database import Database
from storage.outbox import Message
from storage.tables import FileLink, OutboxRow
from tests.bot import makers
from tests.bot.file_site import TEXTS, Site, keyed_hash
from tests.conftest import MakeHouse
from tests.fakes import BUTTONS, NUMBERS_ONLY
from tests.talk import Talk
from tests.voices import Platforms

ALT = "Xóm 5 cao nhất."
HERE = "Hình đây ạ."
PNG = makers.drawing({"about": "x"})
SAID = Outgoing(HERE, picture_alt=ALT, drawn=7)
ONES = Picture("key", "hinh.png", "", is_drawn=True, body=PNG)
Client = TestClient[web.Request, web.Application]


@pytest.fixture(autouse=True)
def ordering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.FLOWS", (*FLOWS, makers.flow))
    monkeypatch.setattr("bot.app.KINDS", makers.KINDS)


# --- what a message is ---------------------------------------------------------------------------


def test_it_is_stored_as_a_file_that_is_carried() -> None:
    """Whoever asks which files messages carry (P5, the sweep) finds pictures too."""
    assert to_json(SAID)["document"] == 7
    assert from_json(to_json(SAID)) == SAID
    lesson = Outgoing("Bài.", picture="dan5-1", picture_alt=ALT, document=8)
    assert from_json(to_json(lesson)) == lesson
    ordered = replace(SAID, drawn=0)
    assert from_json(to_json(ordered)) == ordered


def no_picture(_stem: str) -> Picture | None:
    return None


def test_a_channel_with_pictures_shows_it_with_its_words() -> None:
    [part] = render(SAID, BUTTONS, token="", picture=no_picture, drawn=ONES)
    assert part == Part(HERE, picture=replace(ONES, alt=ALT))
    [part] = render(SAID, NUMBERS_ONLY, token="", picture=no_picture, drawn=ONES)
    assert part == Part(f"[Hình: {ALT}]\n{HERE}")


async def test_a_drawn_picture_has_its_content_in_hand(tmp_path: object) -> None:
    assert await ONES.content() == PNG
    with pytest.raises(OSError, match="nowhere"):
        await Picture("key", "/nowhere.png", "").content()


# --- what delivery makes of it -------------------------------------------------------------------


@pytest.fixture
async def site(database: Database) -> AsyncIterator[Site]:
    site = Site(database)
    await site.open()
    yield site
    await site.client.close()


async def shown(site: Site, able: Capabilities, *, url: str = "https://hoc.example.vn") -> Part:
    """The one part of a message with a picture and a notice's button."""
    filing = Filing(
        site.database,
        address=f"{url}/tai/" if url else "",
        clock=site.clock,
        entropy=lambda count: b"e" * count,
        keyed_hash=keyed_hash,
        texts=TEXTS,
    )
    now = site.clock.wall()
    async with site.database.transaction() as tx:
        number = await files.keep(tx, name="h.png", media_type="image/png", body=PNG, now=now)
    said = replace(
        SAID, drawn=number, choices=(Choice("a", "Xem thêm"),), notice=Notice("f", "s", "1")
    )
    message = Message(
        *(1, site.account.account_id, "x", "b", "u", "c1", "reply", to_json(said), "ABCDEFGH"),
        *(1, 0, 0, now, now),
    )
    picture = await filing.picture(number)
    [part] = await filing.drawn_parts(message, said, able, token="ABCDEFGH", picture=picture)
    return part


async def test_where_it_cannot_be_shown_its_words_and_a_link_stand(site: Site) -> None:
    """U17: the same message, with its button, everywhere."""
    seen = await shown(site, BUTTONS)
    assert seen.picture is not None
    assert (seen.picture.body, seen.picture.alt, seen.text) == (PNG, ALT, HERE)
    for able in (
        replace(BUTTONS, pictures=False),
        replace(BUTTONS, max_drawn=0),
        replace(BUTTONS, max_drawn=len(PNG) - 1),
    ):
        told = await shown(site, able)
        assert told.picture is None
        assert told.text.startswith(f"[Hình: {ALT}]\n{HERE}\n")
        assert "https://hoc.example.vn/tai/" in told.text
        assert [button.token for button in told.buttons] == ["ABCDEFGH1"]
        async with site.database.transaction() as tx:
            await tx.execute(FileLink.__table__.delete())  # type: ignore[attr-defined]


async def test_without_a_public_address_its_words_must_do(site: Site) -> None:
    told = await shown(site, NUMBERS_ONLY, url="")
    assert told.text.startswith(f"[Hình: {ALT}]\n{HERE}\n")
    assert "liên kết" not in told.text


async def test_a_picture_that_is_gone_is_told_and_no_other_file_is_shown(site: Site) -> None:
    filing = Filing(
        site.database,
        address="",
        clock=site.clock,
        entropy=lambda count: b"e" * count,
        keyed_hash=keyed_hash,
        texts=TEXTS,
    )
    now = site.clock.wall()
    async with site.database.transaction() as tx:
        page = await files.keep(tx, name="x.html", media_type="text/html", body=b"<", now=now)
    assert await filing.picture(page) is None
    assert await filing.sketch(page) is None
    assert await filing.picture(999) is None
    message = Message(
        *(1, site.account.account_id, "x", "b", "u", "c1", "reply", to_json(SAID), None),
        *(1, 0, 0, now, now),
    )
    [part] = await filing.drawn_parts(message, SAID, BUTTONS, token="", picture=None)
    assert part == Part(f"[Hình: {ALT}]\n{HERE}")


# --- on every channel ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["telegram", "zalo_oa", "web_chat", "zalo_bot", "console"])
async def test_everybody_sees_it_or_is_told_it(
    platforms: Platforms, a_house: MakeHouse, name: str
) -> None:
    """The whole way, to the platform's own fake: bytes where it takes them, else words and link."""
    voice = await platforms.voice(name)
    house = await a_house(voice, public_url="https://hoc.example.vn")
    bac = await Talk(house, "bac", name="Bác Năm").enrolled()
    before = len(bac.seen)
    await bac.says("/ve drawing x")
    await house.make_all()
    heard = bac.seen[before:]
    said = "\n".join(one.text for one in heard)
    assert HERE in said
    if name in ("telegram", "zalo_oa", "web_chat"):
        assert [one.picture for one in heard if one.picture]
        assert f"[Hình: {ALT}]" not in said
    else:
        assert f"[Hình: {ALT}]" in said
        assert "https://hoc.example.vn/tai/" in said
    platforms.forget()


def test_the_official_account_takes_no_more_than_a_megabyte() -> None:
    assert ZaloOa.able.max_drawn == 1024 * 1024
    assert WebChat.able.max_drawn >= files.MAX  # the page is told of it without its content


# --- the chat page -------------------------------------------------------------------------------


class Page:
    """The chat page's routes over a real mailbox."""

    def __init__(self, channel: WebChat, mailbox: OutboxMailbox) -> None:
        self.channel, self.mailbox = channel, mailbox
        self.client: Client


@pytest.fixture
async def page(platforms: Platforms, a_house: MakeHouse) -> AsyncIterator[tuple[Page, Talk]]:
    voice = await platforms.voice("web_chat")
    house = await a_house(voice)
    bac = await Talk(house, "bac").enrolled()
    await bac.says("/ve drawing x")
    await house.make_all()
    channel = voice.channel_of("bac")
    assert isinstance(channel, WebChat)
    made = Page(channel, channel._mailbox)  # type: ignore[arg-type] # the real one, as app.py builds it
    application = web.Application()

    async def accept(_: object) -> object:
        raise AssertionError("nothing is said here")

    application.add_routes(channel.routes(accept))  # type: ignore[arg-type]
    server = TestServer(application, host="127.0.0.1")
    async with TestClient(server, cookie_jar=CookieJar(unsafe=True)) as made.client:
        yield made, bac


def cookie_of(account: str) -> dict[str, str]:
    import hashlib

    return {edge.COOKIE: hashlib.sha256(account.encode()).hexdigest()[:32]}


async def test_the_page_shows_it_to_its_owner_and_to_nobody_else(page: tuple[Page, Talk]) -> None:
    """T13, T48, W4: by the letter of this very chat; never by guessing, never for another site."""
    there, bac = page
    [url] = [heard.picture for heard in bac.seen if heard.picture.startswith("/chat/drawn/")]
    answer = await there.client.get(url, cookies=cookie_of("bac"))
    assert answer.status == 200
    assert await answer.read() == makers.drawing({"about": "x"})
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    there.client.session.cookie_jar.clear()
    assert (await there.client.get(url)).status == 404
    assert (await there.client.get(url, cookies=cookie_of("la"))).status == 404
    foreign = {"Sec-Fetch-Site": "cross-site"}
    refused = await there.client.get(url, cookies=cookie_of("bac"), headers=foreign)
    assert refused.status == 404


async def test_other_letters_have_no_picture(page: tuple[Page, Talk]) -> None:
    there, bac = page
    ids = await bac.house.rows(OutboxRow.id, OutboxRow.body)
    for number, body in ids:
        answer = await there.client.get(f"/chat/drawn/{number}", cookies=cookie_of("bac"))
        assert answer.status == (200 if body.get("drawn") else 404)
    for odd in ("0", "999999999999999999", "x", "1/../2"):
        answer = await there.client.get(f"/chat/drawn/{odd}", cookies=cookie_of("bac"))
        assert answer.status == 404


async def test_after_an_erasure_the_picture_is_gone(page: tuple[Page, Talk]) -> None:
    """P5."""
    there, bac = page
    [url] = [heard.picture for heard in bac.seen if heard.picture.startswith("/chat/drawn/")]
    assert (await there.client.get(url, cookies=cookie_of("bac"))).status == 200
    await bac.says("/dulieu", "3", "5", "2")
    assert (await there.client.get(url, cookies=cookie_of("bac"))).status == 404
