"""How a chat page gets its letters: what it missed, what comes, and nobody else's."""

import asyncio
import json
from collections.abc import Sequence

import pytest

from bot.channels.base import Button, Document, Letter, Part, Picture, Refused
from bot.channels.web_chat import streams
from handlers.messages import Address
from tests.bot.channels.web_chat_setup import HEADERS, Site


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


async def test_nothing_is_ever_sent(site: Site) -> None:
    with pytest.raises(Refused):
        await site.channel.send(Part("x"), Address("web_chat", "web", "a", "a"))
