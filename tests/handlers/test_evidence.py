"""The photo of a sign-in sheet in the chat: taken where it was asked for, nowhere else (T34)."""

import itertools
from typing import Any

import pytest
from sqlalchemy import update

from bot.channels.base import NeverFetched, NotFetched
from handlers.messages import Kind
from storage.tables import Activity, File, FileLink, Role, WorkRow
from tests.conftest import MakeHouse
from tests.fake_pictures import JPEG
from tests.talk import House, Talk
from tests.voices.base import Act

TOLD = "tối qua xóm 5 có 35 bà con học vneid, cô Lan hướng dẫn"
ASK = "Gửi ảnh danh sách ký"
KEPT = "Đã nhận ảnh danh sách ký"
NOT_SEEN = "Trợ lý chưa xem được ảnh"
_events = itertools.count(1)


def wired(house: House) -> House:
    house.app.workshop.hand_in = house.app.accept_upload
    house.channel.media |= {"sheet": JPEG, "other": JPEG + b"2"}
    return house


@pytest.fixture
async def house(a_house: MakeHouse) -> House:
    return wired(await a_house())


@pytest.fixture
async def head(house: House) -> Talk:
    return await recorded(await Talk(house, "u-head", name="Ông Năm").holds("head", "xom-05"))


async def recorded(talk: Talk, what: str = TOLD) -> Talk:
    await talk.says(f"/ghi {what}")
    return await talk.presses("Ghi vào sổ")


async def sends_photo(talk: Talk, media: str = "sheet", *, event: str = "", **more: Any) -> None:
    """What the platform passes on; without waiting for anything."""
    house = talk.house
    act = Act(event or f"p{next(_events)}", talk.account, house.clock.wall(), Kind.PICTURE)
    raw = house.voice.event(act)
    assert raw is not None
    raw |= {"media": media, **more}
    await talk.app.gate.accept(house.voice.channel_of(talk.account), raw)


async def photo(talk: Talk, media: str = "sheet", **more: Any) -> None:
    """A photo and whatever it leads to."""
    await sends_photo(talk, media, **more)
    await talk.house.make_all()


def told(talk: Talk, words: str) -> int:
    return sum(words in heard for heard in talk.heard)


async def evidence(house: House) -> list[bool]:
    """Of each activity, oldest first, whether it has its sheet."""
    rows = await house.rows(Activity.id, Activity.evidence_id)
    return [file is not None for _, file in sorted(rows, key=lambda row: row[0])]


async def test_the_photo_that_was_asked_for_is_kept_and_said_once(head: Talk) -> None:
    await head.presses(ASK)
    assert "vào đây, trong 30 phút" in head.heard[-2]
    await photo(head)
    assert told(head, KEPT) == 1
    assert "Xin chọn việc tiếp theo" in head.last  # what was being asked is asked again
    assert await evidence(head.house) == [True]
    [(name, kind)] = await head.house.rows(File.name, File.media_type)
    assert name.startswith("danh-sach-ky-")
    assert kind == "image/jpeg"
    assert await head.house.rows(WorkRow.state, WorkRow.body) == [("done", {})]


async def test_a_photo_nobody_asked_for_is_not_even_fetched(head: Talk) -> None:
    """T34."""
    await photo(head)
    assert told(head, NOT_SEEN) == 1
    assert head.house.channel.fetches == []
    assert await head.house.rows(WorkRow.id) == []


@pytest.mark.parametrize(("minutes", "is_taken"), [(29, True), (31, False)])
async def test_it_is_awaited_for_half_an_hour(head: Talk, minutes: int, is_taken: bool) -> None:
    await head.presses(ASK)
    await head.waits(minutes=minutes)
    await photo(head)
    assert told(head, KEPT) == is_taken
    assert told(head, NOT_SEEN) == (not is_taken)
    assert head.house.channel.fetches == (["sheet"] if is_taken else [])


async def test_what_was_sent_before_it_was_asked_for_is_not_taken(head: Talk) -> None:
    """A photo that the platform held back answers nothing that came later."""
    sent_at = head.house.clock.wall().isoformat()
    await head.waits(minutes=10)
    await head.presses(ASK)
    await photo(head, at=sent_at)
    assert head.house.channel.fetches == []
    assert told(head, NOT_SEEN) == 1


async def test_what_is_said_meanwhile_changes_nothing(head: Talk) -> None:
    await head.presses(ASK)
    await head.says("cảm ơn", "trang đầu")
    await photo(head)
    assert told(head, KEPT) == 1
    assert await evidence(head.house) == [True]


async def test_somebody_elses_photo_is_not_taken(head: Talk) -> None:
    await head.presses(ASK)
    other = await head.somebody("Cô Lan", role="helper", unit="xom-05")
    await photo(other)
    assert told(other, NOT_SEEN) == 1
    assert head.house.channel.fetches == []
    await photo(head)
    assert told(head, KEPT) == 1


async def test_a_photo_in_another_chat_is_not_taken(head: Talk) -> None:
    """Neither in another private chat of the same account, nor in a group (T11)."""
    await head.presses(ASK)
    await photo(head, chat="elsewhere")
    await photo(head, chat="group", private=False)
    assert head.house.channel.fetches == []
    assert await evidence(head.house) == [False]


async def test_the_same_photo_delivered_twice_is_one(head: Talk) -> None:
    """R2."""
    await head.presses(ASK)
    await sends_photo(head, event="same")
    await photo(head, event="same")
    assert told(head, KEPT) == 1
    assert head.house.channel.fetches == ["sheet"]


async def test_a_second_photo_later_is_one_that_nobody_asked_for(head: Talk) -> None:
    await head.presses(ASK)
    await photo(head)
    await head.waits(minutes=2)
    await photo(head, "other")
    assert told(head, KEPT) == 1
    assert told(head, NOT_SEEN) == 1
    assert head.house.channel.fetches == ["sheet"]


@pytest.mark.parametrize("at_once", [True, False])
async def test_of_an_album_the_first_is_kept_and_the_rest_is_said(
    head: Talk, at_once: bool
) -> None:
    await head.presses(ASK)
    for media in ("sheet", "other", "third"):
        await (sends_photo if at_once else photo)(head, media)
    await head.house.make_all()
    assert told(head, KEPT) == 1
    assert told(head, "Mỗi việc chỉ lưu một ảnh") == 2
    assert head.house.channel.fetches == ["sheet"]


async def test_the_newest_request_counts_and_an_older_one_never_again(head: Talk) -> None:
    await head.presses(ASK)
    await head.says("trang đầu")
    await recorded(head, "hôm kia xóm 5 có 12 bà con học vneid, cô Lan hướng dẫn")
    await head.presses(ASK)
    await photo(head)
    await head.waits(minutes=2)
    await photo(head, "other")
    assert await evidence(head.house) == [False, True]
    assert head.house.channel.fetches == ["sheet"]


async def test_one_too_big_as_it_declares_itself_is_refused_unfetched(head: Talk) -> None:
    """T30; a smaller one may follow."""
    await head.presses(ASK)
    await photo(head, "")
    assert told(head, "không quá 5 MB") == 1
    assert head.house.channel.fetches == []
    await photo(head)
    assert told(head, KEPT) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7",
        b"GIF89a" + bytes(90),
        b"\xff\xd8\xff",
        b"",
        NeverFetched("too big"),
        NeverFetched("not the platform's own file host"),
    ],
)
async def test_what_is_no_photo_is_refused_once_with_another_way(
    head: Talk, content: bytes | NotFetched
) -> None:
    """T32: by its first bytes, whatever it is called."""
    await head.presses(ASK)
    head.house.channel.media["sheet"] = content
    await photo(head)
    for _ in range(3):
        await head.waits(seconds=30)
        await head.house.make_all()
    assert told(head, "chưa lưu được ảnh danh sách ký") == 1
    assert told(head, KEPT) == 0
    assert await evidence(head.house) == [False]
    assert await head.house.rows(File.id) == []
    assert await head.house.rows(WorkRow.state, WorkRow.body) == [("failed", {})]


async def test_a_lost_line_is_tried_again(head: Talk) -> None:
    await head.presses(ASK)
    head.house.channel.media["sheet"] = NotFetched("no connection")
    await photo(head)
    assert told(head, "chưa lưu được") == 0
    head.house.channel.media["sheet"] = JPEG
    await head.waits(seconds=30)
    await head.house.make_all()
    assert told(head, KEPT) == 1


async def test_after_three_tries_the_other_way_is_named_and_works(a_house: MakeHouse) -> None:
    house = wired(await a_house(public_url="https://hoc.example.vn"))
    head = await recorded(await Talk(house, "u-head", name="Ông Năm").holds("head", "xom-05"))
    await head.presses(ASK)
    assert "/tai/" in head.heard[-2]
    house.channel.media["sheet"] = NotFetched("no connection")
    await photo(head)
    for _ in range(4):
        await head.waits(seconds=30)
        await house.make_all()
    assert house.channel.fetches == ["sheet"] * 3
    assert told(head, "Xin nhắn: xin lại liên kết.") == 1
    await head.says("xin lại liên kết")
    assert told(head, "/tai/") == 2
    await photo(head, "other")  # and here it may come too
    assert told(head, KEPT) == 1


async def test_whoever_waits_long_is_told_so(head: Talk) -> None:
    """U14."""
    await head.presses(ASK)
    await sends_photo(head)
    await head.house.settle()
    await head.waits(seconds=3)
    await head.app.workshop.tell_waiting()
    await head.house.make_all()
    assert told(head, "Đang làm") == 1
    assert told(head, KEPT) == 1


async def end_role(talk: Talk) -> None:
    actor = await talk.actor()
    async with talk.app.database.transaction() as tx:
        now = talk.house.clock.wall()
        ended = update(Role).where(Role.person_id == actor.person_id)
        await tx.execute(ended.values(until=now))


async def test_whose_role_has_ended_is_not_fetched_from(head: Talk) -> None:
    """A3, T34."""
    await head.presses(ASK)
    await end_role(head)
    await photo(head)
    assert told(head, NOT_SEEN) == 1
    assert head.house.channel.fetches == []


async def test_a_role_that_ends_while_it_is_fetched_attaches_nothing(head: Talk) -> None:
    """A3: as with a page's upload, nothing of the activity is said."""
    await head.presses(ASK)
    await sends_photo(head)
    await head.house.settle()
    await end_role(head)
    await head.house.make_all()
    assert await evidence(head.house) == [False]
    assert told(head, KEPT) == 0


async def test_a_request_ended_with_the_right_is_fetched_for_no_more(head: Talk) -> None:
    """T14: between the photo and its order."""
    await head.presses(ASK)
    await sends_photo(head)
    await head.house.settle()
    async with head.app.database.transaction() as tx:
        await tx.execute(update(FileLink).values(expires_at=FileLink.created_at))
    await head.house.make_all()
    assert head.house.channel.fetches == []
    assert told(head, NOT_SEEN) == 1
    assert await head.house.rows(File.id) == []


async def test_on_the_chat_page_there_is_only_the_link(a_house: MakeHouse, platforms: Any) -> None:
    """There no picture can be sent."""
    voice = await platforms.voice("web_chat")
    house: House = await a_house(voice, public_url="https://hoc.example.vn")
    head = await recorded(await Talk(house, "u-head", name="Ông Năm").holds("head", "xom-05"))
    await head.presses(ASK)
    assert told(head, "/tai/") == 1
    assert told(head, "vào đây, trong 30 phút") == 0
