"""The chat page's channel: what a browser may send, and how a page gets its letters."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from aiohttp import ClientResponse, CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Accepted, Button, Document, Letter, Part, Picture, Raw, Refused
from bot.channels.web_chat import Persona, WebChat, streams
from handlers.messages import Address, Incoming, Kind

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


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running(Site(demo=None)) as made:
        yield made


@pytest.fixture
async def demo() -> AsyncIterator[Site]:
    async with running(Site(demo=FakeDemo())) as made:
        yield made


# The page and its files


async def test_the_page_names_its_parts_and_says_what_not_to_send(site: Site) -> None:
    answer = await site.client.get("/")
    page = await answer.text()
    for words in (
        '<html lang="vi">',
        'role="log"',
        'aria-label="Tin nhắn"',
        ">Gửi</button>",
        "Máy trả lời tự động. Không gửi căn cước, mật khẩu, mã OTP.",
        "DỮ LIỆU MẪU",
        ">Vai</label>",
        ">Ngày</label>",
    ):
        assert words in page
    assert not re.search(r"<script>|<style|style=|\son\w+=|https?://", page)


async def test_the_files_of_the_page_are_kept_under_their_content(site: Site) -> None:
    page = await (await site.client.get("/")).text()
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert {address.partition("?")[0] for address in addresses} == {
        "/static/chat.css",
        "/static/chat.js",
        "/static/chat.svg",
    }
    for address in addresses:
        answer = await site.client.get(address)
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert "?v=" in address


async def test_the_page_is_small_and_asks_nobody_else(site: Site) -> None:
    del site
    files = list((Path(__file__).parents[3] / "bot" / "web" / "static").glob("chat.*"))
    assert sum(file.stat().st_size for file in files) <= 25 * 1024
    script = next(file for file in files if file.suffix == ".js").read_text("utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script)
    assert not re.search(r"\?\.|\?\?|catch \{|\.\.\.\w+ \}", script), "newer than ES2017"


async def test_a_page_that_is_known_is_not_sent_again(site: Site) -> None:
    first = await site.client.get("/")
    again = await site.client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    assert await again.read() == b""


@pytest.mark.parametrize(
    "path", ["/", "/static/chat.js", "/chat/config", "/pictures/x.png", "/chat/stream"]
)
async def test_every_answer_carries_the_headers(site: Site, path: str) -> None:
    answer = await site.client.get(path)
    assert all(name in answer.headers for name in HEADERS) or answer.status == 404
    policy = answer.headers.get("Content-Security-Policy", "")
    assert "unsafe" not in policy


async def test_pictures_come_from_their_folder_only(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "lua-dao.png").write_bytes(b"\x89PNG")
    (folder / "folder.png").mkdir()
    (tmp_path / "secret.png").write_bytes(b"secret")
    (tmp_path / "secret").write_bytes(b"secret")
    async with running(Site(demo=None, pictures=folder)) as site:
        good = await site.client.get("/pictures/lua-dao.png")
        assert (good.status, good.content_type) == (200, "image/png")
        for name in (
            "%2e%2e%2fsecret.png",
            "..%2Fsecret",
            "%2e%2e/secret.png",
            "..%5csecret.png",
            "lua-dao.png%00",
            "lua-dao.jpg",
            "lua-dao",
            "LUA-DAO.PNG",
            "lua-dao.png.png",
            "folder.png",
            "none.png",
            "%ff.png",
        ):
            answer = await site.client.get(f"/pictures/{name}")
            assert answer.status in (400, 403, 404), name
            assert b"secret" not in await answer.read()


# Who speaks


async def test_the_first_look_gives_a_visitor_a_name_to_come_back_with(site: Site) -> None:
    answer = await site.client.get("/chat/config")
    assert (await answer.json())["commune"] == "Xã Giao Minh"
    written = answer.headers["Set-Cookie"]
    assert re.search(r"hvs=[0-9a-f]{32};", written)
    assert "HttpOnly" in written
    assert "SameSite=Strict" in written
    assert "Secure" not in written
    await site.says(text="xin chào")
    await site.says(text="lần nữa")
    first, second = site.inbox
    assert first["account"] == first["chat"] == second["account"]
    assert re.fullmatch(r"w-[0-9a-f]{32}", first["account"])
    assert first["account"].removeprefix("w-") not in written, "the account is not the secret"


async def test_behind_https_the_cookie_is_secure(site: Site) -> None:
    answer = await site.client.get("/chat/config", headers={"X-Forwarded-Proto": "https"})
    assert "Secure" in answer.headers["Set-Cookie"]


async def test_a_link_from_another_site_does_not_take_the_account_away(site: Site) -> None:
    """Such a visit arrives without the SameSite=Strict cookie; a new one would replace it."""
    for path in ("/", "/chat/config"):
        answer = await site.client.get(path, headers={"Sec-Fetch-Site": "cross-site"})
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("cookie", ["x", "A" * 32, "0" * 33, "../../etc", ""])
async def test_a_cookie_that_we_did_not_make_is_replaced(site: Site, cookie: str) -> None:
    answer = await site.client.get("/chat/config", headers={"Cookie": f"hvs={cookie}"})
    assert re.search(r"hvs=[0-9a-f]{32};", answer.headers["Set-Cookie"])


async def test_in_demo_mode_a_tab_speaks_as_its_persona(demo: Site) -> None:
    for key in ("can-bo", "nguoi-dan", None, "nobody", 7):
        await demo.says(text="/start", played=key)
    officer, *others = [raw["account"] for raw in demo.inbox]
    assert officer == "demo-can-bo"
    assert len(set(others)) == 1
    assert others[0].startswith("w-")
    shown = await (await demo.client.get("/chat/config")).json()
    assert shown["personas"][0] == {
        "key": "nguoi-dan",
        "label": "Người dân xóm 5",
        "start": "h_xom-05",
    }
    assert shown["date"] == "2026-12-08"


async def test_without_demo_mode_nobody_plays_and_the_date_stays(site: Site) -> None:
    await site.says(text="/start", played="can-bo")
    assert site.inbox[0]["account"].startswith("w-")
    shown = await (await site.client.get("/chat/config")).json()
    assert (shown["demo"], shown["personas"]) == (False, [])
    assert (await site.client.get("/chat/date")).status == 404
    assert (await site.client.post("/chat/date", json={"date": "2026-01-01"})).status == 404


async def test_the_date_can_be_moved(demo: Site) -> None:
    answer = await demo.client.post("/chat/date", json={"date": "2026-12-14"})
    assert await answer.json() == {"date": "2026-12-14"}
    assert await (await demo.client.get("/chat/date")).json() == {"date": "2026-12-14"}


@pytest.mark.parametrize("wrong", ["14/12/2026", "0002-12-14", "9999-01-01", "", None, 5, [[]]])
async def test_a_wrong_date_is_refused_kindly(demo: Site, wrong: object) -> None:
    answer = await demo.client.post("/chat/date", json={"date": wrong})
    assert answer.status == 400
    assert "Xin chọn" in (await answer.json())["error"]


# What a person says


async def test_a_text_and_a_press_reach_the_inbox_and_are_understood(site: Site) -> None:
    await site.says(text="xóm 5 có 35 người")
    await site.says(button="tok1x2", id="another-id-0001")
    text, press = (site.channel.parse(raw) for raw in site.inbox)
    assert text is not None
    assert press is not None
    assert (text.kind, text.text) == (Kind.TEXT, "xóm 5 có 35 người")
    assert (press.kind, press.button) == (Kind.PRESS, "tok1x2")
    assert abs((datetime.now(UTC) - text.at).total_seconds()) < 60


async def test_the_same_message_sent_twice_has_one_event_id(site: Site) -> None:
    await site.says(text="một")
    await site.says(text="một")
    await site.says(text="một", id="another-id-0001")
    first, again, other = (site.channel.identify(raw) for raw in site.inbox)
    assert first == again != other


async def test_two_people_with_one_id_are_two_events(site: Site) -> None:
    await site.says(text="một")
    site.client.session.cookie_jar.clear()
    await site.says(text="một")
    mine, theirs = (site.channel.identify(raw) for raw in site.inbox)
    assert mine is not None
    assert theirs is not None
    assert mine.event_id != theirs.event_id


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Accepted.STORED, 202),
        (Accepted.DUPLICATE, 202),
        (Accepted.THROTTLED, 202),
        (Accepted.IGNORED, 400),
        (Accepted.BUSY, 503),
    ],
)
async def test_only_what_is_stored_is_acknowledged(
    site: Site, outcome: Accepted, status: int
) -> None:
    site.outcome = outcome
    answer = await site.says(text="xin chào")
    assert answer.status == status
    assert await answer.json() == {"status": outcome.value}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://lua-dao.example"},
        {"Origin": "null"},
    ],
)
async def test_another_site_cannot_speak_for_a_visitor(demo: Site, headers: dict[str, str]) -> None:
    assert (await demo.says(text="xin chào", headers=headers)).status == 403
    moved = await demo.client.post("/chat/date", json={"date": "2026-12-14"}, headers=headers)
    assert moved.status == 403
    assert demo.inbox == []


async def test_our_own_page_and_no_browser_at_all_may_speak(site: Site) -> None:
    own = f"http://{site.client.host}:{site.client.port}"
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": own}, {}):
        assert (await site.says(text="xin chào", headers=headers)).status == 202


async def test_a_form_of_another_site_cannot_post(site: Site) -> None:
    content = json.dumps({"id": ID, "text": "x"})
    headers = {"Content-Type": "text/plain"}
    answer = await site.client.post("/chat/messages", data=content, headers=headers)
    assert (answer.status, site.inbox) == (415, [])


@pytest.mark.parametrize("size", [20_000, 300_000])
async def test_a_body_too_large_is_refused_kindly(site: Site, size: int) -> None:
    answer = await site.says(text="x" * size)
    assert answer.status == 413
    assert "chia làm nhiều tin" in (await answer.json())["error"]
    assert site.inbox == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'"x"',
        b"[" * 16_000,
        b'{"a":' * 3_000,
        b'{"id": ' + b"9" * 5_000 + b"}",
        b'{"id": "0123456789", "text": "   "}',
        b'{"id": "0123456789", "text": 5}',
        b'{"id": "0123456789", "button": "c\xc3\xb3"}',
        b'{"id": "0123456789", "button": ""}',
        b'{"id": "short", "text": "x"}',
        b'{"id": "01234567 89", "text": "x"}',
        b'{"text": "x"}',
        b'{"id": null, "text": "x"}',
    ],
)
async def test_nonsense_is_refused_and_not_stored(site: Site, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await site.client.post("/chat/messages", data=body, headers=headers)
    assert (answer.status, site.inbox) == (400, [])


async def test_a_long_text_is_cut_and_always_storable(site: Site) -> None:
    body = json.dumps({"id": ID, "text": "ữ" * 5_000}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json"}
    await site.client.post("/chat/messages", data=body, headers=headers)
    await site.says(text="a\0b\ud800c", id="another-id-0001")
    assert site.inbox[0]["text"] == "ữ" * 4_096
    assert site.inbox[1]["text"] == "ab?c"
    json.dumps(site.inbox, ensure_ascii=False).encode()


# What a person hears


async def test_a_page_hears_what_it_missed_and_then_what_comes(demo: Site) -> None:
    picture = Picture("k", "lessons/pictures/lua-dao.png", "Bảy dấu hiệu")
    part = Part("Đồng ý không?", "Xin hỏi", (Button("1. Đồng ý", "tok1"),), picture)
    demo.mailbox.put("demo-can-bo", 3, part)
    demo.mailbox.put("demo-khac", 4)
    async with demo.listens("?as=can-bo") as page:
        assert page.response.content_type == "text/event-stream"
        first = await page.event()
        assert first["id"] == "3"
        assert json.loads(first["data"]) == [
            {
                "text": "Đồng ý không?",
                "heading": "Xin hỏi",
                "buttons": [{"label": "1. Đồng ý", "token": "tok1"}],
                "picture": {"url": "/pictures/lua-dao.png", "alt": "Bảy dấu hiệu"},
            }
        ]
        ready = await page.event()
        assert (ready["event"], json.loads(ready["data"])) == ("ready", {"letters": 1})
        demo.mailbox.put("demo-can-bo", 5)
        assert await page.ids(1) == [5]


@pytest.mark.parametrize(
    ("query", "headers"),
    [("&after=70", {}), ("", {"Last-Event-ID": "70"}), ("&after=1", {"Last-Event-ID": "70"})],
)
async def test_a_page_goes_on_where_it_was(demo: Site, query: str, headers: dict[str, str]) -> None:
    for number in (10, 20, 60, 70, 80):
        demo.mailbox.put("demo-can-bo", number)
    async with demo.listens(f"?as=can-bo{query}", headers=headers) as page:
        assert await page.ids(3) == [60, 70, 80]


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "٣", "9" * 30, ""])
async def test_a_nonsense_place_is_the_beginning(demo: Site, after: str) -> None:
    demo.mailbox.put("demo-can-bo", 1)
    async with demo.listens("?as=can-bo", headers={"Last-Event-ID": after}) as page:
        assert await page.ids(1) == [1]


async def test_a_letter_committed_late_is_heard_once(demo: Site) -> None:
    demo.mailbox.put("demo-can-bo", 100)
    async with demo.listens("?as=can-bo") as page:
        assert await page.ids(1) == [100]
        demo.mailbox.put("demo-can-bo", 98)
        assert await page.ids(1) == [98]
        demo.mailbox.put("demo-can-bo", 101)
        demo.mailbox.put("demo-can-bo", 99)
        assert sorted(await page.ids(2)) == [99, 101]


async def test_a_letter_that_comes_while_we_look_is_not_missed(demo: Site) -> None:
    look = demo.mailbox.since

    async def since(chat: str, *, after: int) -> Sequence[Letter]:
        found = await look(chat, after=after)
        if not demo.mailbox.letters:
            demo.mailbox.put("demo-can-bo", 1)
        return found

    demo.mailbox.since = since  # type: ignore[method-assign]  # the moment cannot be hit otherwise
    async with demo.listens("?as=can-bo") as page:
        assert await page.ids(1) == [1]


async def test_a_long_talk_is_told_from_its_end_to_a_new_page_only(demo: Site) -> None:
    for number in range(1, 351):
        demo.mailbox.put("demo-can-bo", number)
    async with demo.listens("?as=can-bo") as page:
        assert await page.ids(60) == list(range(291, 351))
        demo.mailbox.put("demo-can-bo", 351)
        assert await page.ids(1) == [351]
    async with demo.listens("?as=can-bo&after=120") as page:
        assert await page.ids(280) == list(range(71, 351))


async def test_a_page_learns_that_its_talk_is_gone(demo: Site) -> None:
    async with demo.listens("?as=can-bo&after=500") as page:
        assert json.loads((await page.event())["data"]) == {"letters": 0}


async def test_silence_is_filled_with_heartbeats(
    demo: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT", 0.02)
    async with demo.listens("?as=can-bo") as page:
        assert (await page.event())["event"] == "ready"
        assert list(await page.event()) == [""]


async def test_many_bells_are_not_many_heartbeats(demo: Site) -> None:
    async with demo.listens("?as=can-bo") as page:
        await page.event()
        for _ in range(20):
            demo.mailbox.put("demo-khac", 1)
            await asyncio.sleep(0)
        demo.mailbox.put("demo-can-bo", 2)
        assert (await page.event())["id"] == "2"


async def test_streams_end_when_the_service_ends(demo: Site) -> None:
    async with demo.listens("?as=can-bo") as page:
        await page.event()
        await demo.channel.close()
        assert await page.event() == {}
        assert page.response.content.at_eof()
    assert (await demo.client.get("/chat/stream?as=can-bo")).status == 503


async def test_a_visitor_without_a_name_hears_nothing(site: Site) -> None:
    assert (await site.client.get("/chat/stream")).status == 401
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert (await site.client.get("/chat/stream", headers=foreign)).status == 403


async def test_one_visitor_opens_few_streams_and_closing_gives_them_back(site: Site) -> None:
    await site.client.get("/chat/config")
    opened = [await site.client.get("/chat/stream") for _ in range(streams.STREAMS_EACH)]
    assert {answer.status for answer in opened} == {200}
    refused = await site.client.get("/chat/stream")
    assert refused.status == 503
    assert "Xin đóng bớt" in (await refused.json())["error"]
    for answer in opened:
        answer.close()
    async with asyncio.timeout(5):
        while (again := await site.client.get("/chat/stream")).status != 200:  # noqa: ASYNC110 - only asking tells
            await asyncio.sleep(0.001)
    again.close()


async def test_all_streams_together_are_bounded(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MAX_STREAMS", 2)
    opened = []
    for number in range(3):
        cookie = {"Cookie": "hvs=" + f"{number:032x}"}
        opened.append(await site.client.get("/chat/stream", headers=cookie))
    assert [answer.status for answer in opened] == [200, 200, 503]
    for answer in opened:
        answer.close()


# The contract


async def test_nothing_is_ever_sent(site: Site) -> None:
    with pytest.raises(Refused):
        await site.channel.send(Part("x"), Address("web_chat", "web", "a", "a"))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
ALMOST = st.fixed_dictionaries(
    {},
    optional={
        "id": st.just(ID) | ANYTHING,
        "account": st.just("w-1") | ANYTHING,
        "chat": st.just("w-1") | ANYTHING,
        "at": st.just(NOW)
        | st.just("0001-01-01T00:00:00+14:00")
        | st.just("9999-12-31T23:59:59-14:00")
        | st.just("2026-12-08T01:02:03")
        | ANYTHING,
        "text": st.text() | ANYTHING,
        "button": st.text() | ANYTHING,
    },
)
CHANNEL = WebChat(mailbox=FakeMailbox(), demo=None, pictures=Path("nowhere"))


@given(raw=ALMOST | st.dictionaries(st.text(), ANYTHING))
def test_whatever_is_in_the_inbox_is_read_without_a_fault(raw: Raw) -> None:
    arrival, incoming = CHANNEL.identify(raw), CHANNEL.parse(raw)
    assert incoming is None or isinstance(incoming, Incoming)
    if incoming is not None:
        assert arrival is not None
        assert arrival[:3] == (incoming.event_id, incoming.account, incoming.chat)
        assert incoming.at.utcoffset() is not None
    if arrival is not None and raw.get("at") == NOW:
        assert incoming is not None, "whatever it is, it is answered (U12)"


async def test_who_is_played_sees_the_pictures_of_their_own_letters(demo: Site) -> None:
    """T13: the address in a letter names the persona; without it the visitor is somebody else."""
    drawn = Picture("key", "bieu-do.png", "Xóm 5 cao nhất.", is_drawn=True)
    demo.mailbox.put("demo-can-bo", 3, Part("Đây ạ.", picture=drawn))
    demo.mailbox.pictures["demo-can-bo", 3] = Document("key", "bieu-do.png", "image/png", b"PNG")
    async with demo.listens("?as=can-bo") as page:
        [part] = json.loads((await page.event())["data"])
    assert part["picture"] == {"url": "/chat/drawn/3?as=can-bo", "alt": "Xóm 5 cao nhất."}
    answer = await demo.client.get(part["picture"]["url"])
    assert (answer.status, await answer.read()) == (200, b"PNG")
    assert [answer.headers[name] for name in HEADERS]
    assert (await demo.client.get("/chat/drawn/3")).status == 404
    assert (await demo.client.get("/chat/drawn/3?as=nguoi-dan")).status == 404
