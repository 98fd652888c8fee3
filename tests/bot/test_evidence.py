"""A photo's way from the platform into the book: hostile addresses, deaths, two processes."""

import logging
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.base import Channel, Raw
from bot.channels.downloads import Downloads, Hosts
from bot.channels.zalo_bot import parsing as zalo_bot
from bot.channels.zalo_oa import parsing as zalo_oa
from bot.filing import HandedIn, hand_over_again
from bot.workshop import Overtaken
from storage import file_links, files
from storage.tables import File, InboxRow, WorkRow
from tests.bot.photos import (
    FAILED,
    KEPT,
    TOO_MUCH,
    a_head,
    gives,
    is_kept,
    picture_event,
    told,
    tries_all,
    wired,
)
from tests.conftest import MakeHouse
from tests.fake_pictures import JPEG, FakePictures, Page
from tests.talk import House, Talk
from tests.voices import Platforms
from tests.voices.zalo_bot import ZaloBotVoice
from tests.voices.zalo_oa import ZaloOaVoice
from tests.zalo_oa_payloads import OA, Attached, attachment_event

# --- the real channels, each with a picture host of this machine --------------------------------


@pytest.fixture
async def pictures() -> AsyncIterator[FakePictures]:
    async with FakePictures() as fake:
        fake.pages["/a.jpg"] = Page(JPEG)
        yield fake


def at(fake: FakePictures, made: Sequence[Channel]) -> Sequence[Channel]:
    [channel] = made
    vars(channel)["_downloads"] = Downloads(Hosts(origins=frozenset({fake.origin})))
    return made


class OaPhotos(ZaloOaVoice):
    where: FakePictures

    def channels(self, ground: Any) -> Sequence[Channel]:
        return at(self.where, super().channels(ground))

    def photo(self, talk: Talk, path: str = "/a.jpg") -> Raw:
        raw = picture_event(talk)
        url = path if "://" in path else self.where.origin + path
        raw["message"]["attachments"] = [{"type": "image", "payload": {"url": url}}]
        return raw


class BotPhotos(ZaloBotVoice):
    where: FakePictures

    def channels(self, ground: Any) -> Sequence[Channel]:
        return at(self.where, super().channels(ground))

    def photo(self, talk: Talk, path: str = "/a.jpg") -> Raw:
        raw = picture_event(talk)
        message = raw["result"]["message"]
        message["photo_url"] = path if "://" in path else self.where.origin + path
        return raw


async def _played(name: str, platforms: Platforms, pictures: FakePictures) -> Any:
    voice: Any = await platforms.voice(name)
    voice.__class__ = {"zalo_oa": OaPhotos, "zalo_bot": BotPhotos}[name]
    voice.where = pictures
    return voice


@pytest.fixture(params=["zalo_oa", "zalo_bot"])
async def zalo(
    request: pytest.FixtureRequest, platforms: Platforms, pictures: FakePictures
) -> AsyncIterator[Any]:
    yield await _played(request.param, platforms, pictures)
    platforms.forget()


async def test_a_photo_on_zalo_is_kept(a_house: MakeHouse, zalo: Any) -> None:
    house = await a_house(zalo)
    head = await a_head(house)
    await gives(head, zalo.photo(head))
    await house.make_all()
    assert told(head, KEPT) == 1
    assert await is_kept(house)
    assert zalo.where.asked == ["/a.jpg"]


@pytest.mark.parametrize(
    ("about", "media"),
    [
        ({"photo_url": "https://a", "photo": "https://b"}, "https://a"),
        ({"photo": "https://b"}, "https://b"),
        ({"photo_url": 7, "photo": "https://b"}, "https://b"),
        ({"photo_url": "https://a" * 300}, ""),
        ({}, ""),
    ],
)
def test_zalo_bot_names_a_picture_in_two_ways(about: dict[str, Any], media: str) -> None:
    """zalo.md 6; the address is in no repr, which a log might take."""
    message = {"from": {"id": "a"}, "chat": {"id": "a"}, "message_id": "1", **about}
    raw = {"event_name": "message.image.received", "message": message}
    event = zalo_bot.parse(raw, zalo_bot.Me(), now=datetime.now(UTC))
    assert event is not None
    assert event.media == media
    assert "https" not in repr(event)


@pytest.mark.parametrize("kind", ["gif", "link", "file"])
def test_only_a_picture_of_zalo_oa_can_be_fetched(kind: Attached) -> None:
    raw = attachment_event("2468", kind, msg_id="m", at=1_796_086_800)
    event = zalo_oa.parse(raw, OA.id)
    assert event is not None
    assert event.media == ""


async def test_on_zalo_no_other_photo_is_fetched(a_house: MakeHouse, zalo: Any) -> None:
    """T34."""
    house = await a_house(zalo)
    stranger = await Talk(wired(house), "u-dan", name="Bà Sáu").enrolled()
    await gives(stranger, zalo.photo(stranger))
    await house.make_all()
    assert zalo.where.asked == []
    assert told(stranger, "Trợ lý chưa xem được ảnh") == 1


@pytest.mark.parametrize(
    ("page", "tries"),
    [
        (Page(status=302, headers={"Location": "/a.jpg"}), 1),
        (Page(status=404), 1),
        (Page(status=503), 3),
        (Page(bytes(TOO_MUCH)), 1),
        (Page(JPEG + bytes(TOO_MUCH), is_chunked=True), 1),
        (Page(b"\x1f\x8b\x08" + bytes(40), headers={"Content-Encoding": "gzip"}), 1),
        (Page(b"<html>"), 1),
        (Page(JPEG, breaks=True), 3),
    ],
    ids=["redirect", "gone", "trouble", "declared", "undeclared", "zipped", "wrong", "broken"],
)
async def test_what_is_not_a_photo_of_five_megabytes_is_refused_once(
    a_house: MakeHouse, platforms: Platforms, pictures: FakePictures, page: Page, tries: int
) -> None:
    """T30, T32, T33: a redirect is not followed, and a lie about the size is found out."""
    voice = await _played("zalo_bot", platforms, pictures)
    pictures.pages["/b.jpg"] = page
    house = await a_house(voice)
    head = await a_head(house)
    await gives(head, voice.photo(head, "/b.jpg"))
    await tries_all(house)
    assert pictures.asked == ["/b.jpg"] * tries
    assert (told(head, FAILED), told(head, KEPT)) == (1, 0)
    assert await house.rows(File.id) == []
    platforms.forget()


@pytest.mark.parametrize(
    "url",
    [
        "http://photo-stal-1.zdn.vn/a.jpg",
        "https://evil.example/a.jpg",
        "https://127.0.0.1/a.jpg",
        "https://169.254.169.254/latest/meta-data",
    ],
)
async def test_a_hostile_address_in_an_event_ends_with_a_sentence(
    a_house: MakeHouse, zalo: Any, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    house = await a_house(zalo)
    head = await a_head(house)
    with caplog.at_level(logging.DEBUG, "bot"):
        await gives(head, zalo.photo(head, url))
        await tries_all(house)
    assert (told(head, FAILED), zalo.where.asked) == (1, [])
    everything = [str(vars(record)) for record in caplog.records]
    assert not [line for line in everything if url in line]


# --- whoever dies --------------------------------------------------------------------------------


async def with_photo(house: House) -> Talk:
    """The photo has come and its order is noted."""
    head = await a_head(house)
    house.channel.media["sheet"] = JPEG
    await gives(head, {**picture_event(head), "media": "sheet"})
    return head


async def test_a_death_between_the_photo_and_its_event_loses_nothing(a_house: MakeHouse) -> None:
    """R2: the file is kept, and whoever comes next tells the conversation; twice is once."""
    house = await a_house()
    head = await with_photo(house)

    async def dies(_: HandedIn) -> bool:
        raise RuntimeError

    house.app.workshop.hand_in = dies
    with pytest.raises(RuntimeError):
        await house.app.workshop.look()
    assert await house.rows(WorkRow.state) == ["done"]
    assert told(head, KEPT) == 0
    await house.restart()
    wired(house)
    house.clock.passes(minutes=6)
    for _ in range(2):
        await hand_over_again(house.app.database, clock=house.clock, accept=house.app.accept_upload)
        await house.make_all()
    assert told(head, KEPT) == 1
    assert await is_kept(house)


async def test_a_death_while_it_is_fetched_leaves_it_to_the_next(a_house: MakeHouse) -> None:
    """R26."""
    house = await a_house()
    head = await with_photo(house)
    task, _ = await house.app.workshop._take()
    assert task is not None
    await house.restart()
    wired(house)
    house.clock.passes(minutes=3)  # beside others its lease must be over first
    house.channel.media["sheet"] = JPEG
    await house.make_all()
    assert told(head, KEPT) == 1


async def test_two_processes_that_fetch_the_same_photo_keep_one(a_house: MakeHouse) -> None:
    """Whoever was overtaken commits nothing and tells nothing."""
    house = await a_house()
    head = await with_photo(house)
    workshop = house.app.workshop
    slow, _ = await workshop._take()
    assert slow is not None
    house.clock.passes(minutes=3)  # its lease is over
    await house.make_all()
    assert told(head, KEPT) == 1
    await workshop._work(slow)
    with pytest.raises(Overtaken):
        await workshop._hand_in(slow, JPEG)
    await house.make_all()
    assert told(head, KEPT) == 1
    keys = await house.rows(InboxRow.key)
    assert len(keys) == len(set(keys))
    assert len(await house.rows(File.id)) == 1


async def test_a_page_that_was_quicker_leaves_the_photo_unasked_for(a_house: MakeHouse) -> None:
    """T47: one request, one file: the link's upload and the chat's photo do not both count."""
    house = await a_house(public_url="https://hoc.example.vn")
    head = await a_head(house)
    now = house.clock.wall()
    address = next(said for said in head.heard if "/tai/" in said)
    token = address.split("/tai/")[1][:22]
    async with house.app.database.transaction() as tx:
        digest = file_links.hash_of(token, house.app.dispatcher._keyed_hash)
        link = await file_links.spend(tx, digest, way="hand_in", now=now)
        assert link is not None
        file_id = await files.keep(tx, name="a.jpg", media_type="image/jpeg", body=JPEG, now=now)
        await file_links.fill(tx, link.id, file_id=file_id)
    house.clock.passes(minutes=2)
    await gives(head, {**picture_event(head), "media": "sheet"})
    await house.make_all()
    assert house.channel.fetches == []
    assert told(head, "Trợ lý chưa xem được ảnh") == 1
