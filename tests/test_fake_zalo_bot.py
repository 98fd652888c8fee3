"""FakeZaloBot is as strict as zalo.md says: §2.11 row by row, each misused and refused.

Row 2 is in test_fake_zalo_bot_polling.py, row 3 and the webhook in test_fake_zalo_bot_webhook.py.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Final

import aiohttp
import pytest

from tests.fake_zalo_bot import Counting, FakeZaloBot, Mention, Trouble
from tests.zalo_bot_asking import LAN, Clock, ask
from tests.zalo_bot_updates import a_group_id, an_id

XOM_5: Final = a_group_id("xóm 5")
DECOMPOSED: Final = "ê\u0301"  # two code points, one when composed


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot(longest_poll=0.05) as fake:
        yield fake


# Row 1: routes, the token, the envelope.


async def test_a_wrong_token_is_refused_and_noted_nowhere(fake: FakeZaloBot) -> None:
    old = fake.token
    fake.reset_token("123456789:another")
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{fake.url}/bot{old}/getMe", json={}) as answer,
    ):
        assert answer.status == 401
        assert await answer.json() == {
            "ok": False,
            "error_code": 401,
            "description": "Unauthorized",
        }
    assert fake.calls == []


@pytest.mark.parametrize("method", ["sendmessage", "editMessageText", "deleteMessage", "getChat"])
async def test_a_method_that_does_not_exist_is_refused(fake: FakeZaloBot, method: str) -> None:
    status, body = await ask(fake, method)
    assert (status, body["error_code"]) == (404, 404)


@pytest.mark.parametrize("way", ["query", "form", "multipart"])
async def test_parameters_are_read_from_everywhere(fake: FakeZaloBot, way: str) -> None:
    await fake.user_says(LAN, "học")
    url, params = f"{fake.url}/bot{fake.token}/sendMessage", {"chat_id": LAN, "text": "Chào"}
    async with aiohttp.ClientSession() as client:
        if way == "query":
            answer = await client.get(url, params=params)
        elif way == "form":
            answer = await client.post(url, data=params)
        else:
            with aiohttp.MultipartWriter("form-data") as writer:
                for name, value in params.items():
                    writer.append(value).set_content_disposition("form-data", name=name)
            answer = await client.post(url, data=writer)
    assert answer.status == 200
    assert fake.sent[0].text == "Chào"


@pytest.mark.parametrize(
    ("method", "params", "word"),
    [
        ("sendMessage", {"text": "a"}, "chat_id is required"),
        ("sendMessage", {"chat_id": LAN}, "text is required"),
        ("sendMessage", {"chat_id": 7, "text": "a"}, "chat_id"),
        ("sendMessage", {"chat_id": an_id("a stranger"), "text": "a"}, "chat not found"),
        ("sendMessage", {"chat_id": LAN, "text": "a", "reply_markup": {}}, "reply_markup"),
        ("sendMessage", {"chat_id": LAN, "text": "a", "reply_to_message_id": "b"}, "reply_to"),
        ("sendMessage", {"chat_id": LAN, "text": "a", "parse_mode": "MarkdownV2"}, "parse_mode"),
        ("sendMessage", {"chat_id": LAN, "text": "a", "text_styles": [{"st": ["b"]}]}, "styles"),
        (
            "sendMessage",
            {"chat_id": LAN, "text": "a", "text_styles": [{"start": 0, "len": 2, "st": ["b"]}]},
            "behind the end",
        ),
        ("sendPhoto", {"chat_id": LAN, "photo": "http://commune.example/a.png"}, "https"),
        ("sendPhoto", {"chat_id": LAN, "photo": "https://10.0.0.7/a.png"}, "private"),
        ("sendPhoto", {"chat_id": LAN, "photo": "AgACAgUAAxkDAAI1"}, "https"),
        (
            "sendPhoto",
            {"chat_id": LAN, "photo": "https://commune.example/a.png", "caption": "a" * 2001},
            "2000",
        ),
        ("sendChatAction", {"chat_id": LAN, "action": "upload_photo"}, "typing"),
        ("getUpdates", {"timeout": "soon"}, "timeout"),
    ],
)
async def test_a_faulty_call_is_refused(
    fake: FakeZaloBot, method: str, params: dict[str, Any], word: str
) -> None:
    await fake.user_says(LAN, "học")
    status, body = await ask(fake, method, **params)
    assert (status, body["ok"], body["error_code"]) == (400, False, 400)
    assert word in body["description"]
    assert fake.sent == []


async def test_a_chat_action_has_no_result(fake: FakeZaloBot) -> None:
    await fake.user_says(LAN, "học")
    answer = await ask(fake, "sendChatAction", chat_id=LAN, action="typing")
    assert answer == (200, {"ok": True})


async def test_a_picture_that_cannot_be_fetched_is_refused(fake: FakeZaloBot) -> None:
    fake.public["https://commune.example"] = fake.url
    await fake.user_says(LAN, "học")
    photo = "https://commune.example/no-such-picture.png"
    status, _ = await ask(fake, "sendPhoto", chat_id=LAN, photo=photo)
    assert status == 400
    assert fake.sent == []


# Row 4: lengths, the month's messages, the people of the plan.


@pytest.mark.parametrize("text", ["", " \n", "a" * 2001, "a" + DECOMPOSED * 2000])
async def test_an_empty_or_too_long_text_is_refused(fake: FakeZaloBot, text: str) -> None:
    await fake.user_says(LAN, "học")
    status, _ = await ask(fake, "sendMessage", chat_id=LAN, text=text)
    assert status == 400
    assert fake.sent == []


async def test_two_thousand_letters_may_be_written_in_more_code_points(fake: FakeZaloBot) -> None:
    await fake.user_says(LAN, "học")
    status, _ = await ask(fake, "sendMessage", chat_id=LAN, text=DECOMPOSED * 2000)
    assert status == 200


@pytest.mark.parametrize(("counting", "left"), [(Counting.OUT, 2), (Counting.IN_AND_OUT, 1)])
async def test_beyond_the_months_quota_nothing_is_sent_until_the_next(
    counting: Counting, left: int
) -> None:
    clock = Clock()
    async with FakeZaloBot(clock=clock) as fake:
        fake.plan.counting = counting
        fake.plan.use(2998)
        await fake.user_says(LAN, "học")
        answers = [await ask(fake, "sendMessage", chat_id=LAN, text="a") for _ in range(3)]
        assert [status for status, _ in answers] == [200] * left + [429] * (3 - left)
        assert answers[-1][1]["description"] == "Quota exceeded"
        assert len(fake.sent) == left
        clock.now += timedelta(hours=6)  # December begins in Việt Nam, not yet in UTC
        assert (await ask(fake, "sendMessage", chat_id=LAN, text="a"))[0] == 200


async def test_the_51st_person_is_not_served(fake: FakeZaloBot) -> None:
    for number in range(50):
        await fake.user_says(an_id(number), "học")
    unserved = await fake.user_says(an_id(50), "học")
    assert fake.unserved == [unserved]
    assert len(fake.waiting) == 50
    status, _ = await ask(fake, "sendMessage", chat_id=an_id(50), text="a")
    assert status == 400


# Row 5: groups, and people whose words are kept from us.


async def test_in_a_group_only_a_real_mention_or_a_reply_is_heard(fake: FakeZaloBot) -> None:
    fake.me["can_join_groups"] = True
    for mentioned in Mention:
        await fake.group_says(XOM_5, LAN, f"@Bot Học vụ số {mentioned}", mentioned=mentioned)
    heard = [event["message"] for event in fake.waiting]
    assert [message["text"] for message in heard] == [
        f"@Bot Học vụ số {Mention.PICKED}",
        f"@Bot Học vụ số {Mention.REPLY}",
    ]
    assert heard[0]["chat"] == {"id": XOM_5, "chat_type": "GROUP"}
    assert (await ask(fake, "sendMessage", chat_id=XOM_5, text="a"))[0] == 200
    assert (await ask(fake, "sendMessage", chat_id=LAN, text="a"))[0] == 400


async def test_a_fourth_group_and_any_without_permission_are_refused(fake: FakeZaloBot) -> None:
    with pytest.raises(LookupError, match="no groups"):
        fake.join_group(XOM_5)
    fake.me["can_join_groups"] = True
    for number in range(3):
        fake.join_group(a_group_id(number))
    with pytest.raises(LookupError, match="3 groups"):
        fake.join_group(XOM_5)


async def test_a_voice_message_to_a_group_is_answered_well_and_never_arrives(
    fake: FakeZaloBot,
) -> None:
    fake.me["can_join_groups"] = True
    fake.join_group(XOM_5)
    voice = "https://commune.example/a.aac"
    status, _ = await ask(fake, "sendVoice", chat_id=XOM_5, voice_url=voice)
    assert (status, fake.sent) == (200, [])


async def test_the_words_of_a_protected_person_never_reach_the_bot(fake: FakeZaloBot) -> None:
    fake.protected.add(LAN)
    await fake.user_says(LAN, "tôi không biết đọc")
    fake.me["can_join_groups"] = True
    await fake.group_says(XOM_5, LAN, "35", mentioned=Mention.REPLY)
    for event in fake.waiting:
        assert event["event_name"] == "message.unsupported.received"
        assert "text" not in event["message"]
    assert [event["message"]["chat"]["id"] for event in fake.waiting] == [LAN, XOM_5]


async def test_a_picture_in_a_group_needs_a_mention_too(fake: FakeZaloBot) -> None:
    fake.me["can_join_groups"] = True
    await fake.group_sends(XOM_5, LAN, "image", caption="ảnh lớp")
    heard = await fake.group_sends(XOM_5, LAN, "image", mentioned=Mention.PICKED)
    assert [event["message"]["message_id"] for event in fake.waiting] == [heard]


# Row 6: what goes wrong.


@pytest.mark.parametrize(
    ("trouble", "status", "body"),
    [
        (503, 503, {"ok": False, "description": "Error", "error_code": 503}),
        (426, 426, {"ok": False, "description": "Too many requests today", "errorCode": 426}),
        ("soft", 200, {"ok": False, "description": "Quota exceeded", "error_code": 429}),
    ],
)
async def test_planned_troubles_are_answered_and_nothing_arrives(
    fake: FakeZaloBot, trouble: Trouble | int, status: int, body: dict[str, Any]
) -> None:
    await fake.user_says(LAN, "học")
    fake.next_answer(trouble)
    assert await ask(fake, "sendMessage", chat_id=LAN, text="a") == (status, body)
    assert fake.sent == []
    assert fake.called("sendMessage")[0].status == trouble


async def test_a_proxys_page_is_no_json(fake: FakeZaloBot) -> None:
    fake.next_answer("html", method="getMe")
    with pytest.raises(aiohttp.ContentTypeError):
        await ask(fake, "getMe")
    assert (await ask(fake, "getMe"))[0] == 200


async def test_a_broken_line_may_have_carried_the_message(fake: FakeZaloBot) -> None:
    await fake.user_says(LAN, "học")
    for trouble, arrived in (("reset before", 0), ("reset after", 1)):
        fake.next_answer(trouble)  # type: ignore[arg-type]  # two of its words
        with pytest.raises(aiohttp.ClientError):
            await ask(fake, "sendMessage", chat_id=LAN, text=trouble)
        assert len(fake.sent) == arrived


async def test_an_answer_that_is_slow_or_never_comes_belongs_to_a_message_that_arrived(
    fake: FakeZaloBot,
) -> None:
    await fake.user_says(LAN, "học")
    fake.next_answer("slow", seconds=0.001)
    assert (await ask(fake, "sendMessage", chat_id=LAN, text="chậm"))[0] == 200
    fake.next_answer("silence")
    waiting = asyncio.create_task(ask(fake, "sendMessage", chat_id=LAN, text="im"))
    assert (await fake.wait_for_message(LAN, 2)).text == "im"
    assert not waiting.done()
    waiting.cancel()


async def test_the_other_shapes_of_a_success(fake: FakeZaloBot) -> None:
    fake.next_answer("zero")
    _, body = await ask(fake, "getMe")
    assert (body["ok"], body["error_code"]) == (True, 0)
    written = await fake.user_says(LAN, "học")
    for trouble, result in (("empty", {}), ("null", None)):
        fake.next_answer(trouble)  # type: ignore[arg-type]  # two of its words
        assert (await ask(fake, "getUpdates"))[1]["result"] == result
    fake.next_answer("list")
    _, body = await ask(fake, "getUpdates")
    assert [event["message"]["message_id"] for event in body["result"]] == [written]


async def test_the_fake_can_be_driven_by_hand(fake: FakeZaloBot) -> None:
    async with aiohttp.ClientSession() as client:
        for path, order, status in (
            ("say", {"user": "lan", "text": "học"}, 200),
            ("send", {"user": "lan", "kind": "image"}, 200),
            ("send", {"user": "lan", "kind": "video"}, 400),
        ):
            async with client.post(f"{fake.url}/control/{path}", json=order) as answer:
                assert answer.status == status
        await ask(fake, "sendMessage", chat_id="lan", text="Chào")
        async with client.get(f"{fake.url}/control/sent") as answer:
            assert await answer.json() == [{"chat": "lan", "text": "Chào", "picture": ""}]
    assert len(fake.waiting) == 2
