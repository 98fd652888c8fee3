"""FakeZaloOa is as strict as Zalo in shapes, tokens, rates and codes (zalo.md 3.12, 2 and 5)."""

import hashlib
import hmac
import unicodedata
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.fake_zalo_oa import FakeZaloOa, Trouble
from tests.zalo_oa_client import (
    BUTTON,
    CS,
    USER,
    Clock,
    a_form,
    buttons,
    media,
    post,
    send,
    template,
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def fake(clock: Clock) -> AsyncIterator[FakeZaloOa]:
    async with FakeZaloOa(now=clock) as fake:
        await fake.user_says(USER, "Xin chào")
        yield fake


async def test_a_text_with_buttons_arrives(fake: FakeZaloOa) -> None:
    answer = await send(fake, **buttons(BUTTON, {**BUTTON, "title": "2", "payload": "#k7Qm2xAb2"}))
    assert answer["error"] == 0
    assert answer["data"]["quota"] == {"quota_type": "reply"}
    assert answer["data"]["user_id"] == USER
    message = await fake.wait_for_message(USER)
    assert (message.id, message.labels) == (answer["data"]["message_id"], ["1", "2"])
    press = await fake.user_presses(USER, "2")
    assert press["event_name"] == "user_send_text"
    assert press["message"]["text"] == "#k7Qm2xAb2"
    with pytest.raises(LookupError):
        await fake.user_presses(USER, "3")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({}, -201),
        ({"text": ""}, -201),
        ({"text": " \n"}, -201),
        ({"text": 5}, -201),
        ({"text": "a" * 2001}, -210),
        ({"text": "a", "colour": "red"}, -201),
        ({"text": "a", "quote_message_id": "unknown"}, -201),
        (buttons(), -201),
        (buttons(*[BUTTON] * 6), -210),
        (buttons({**BUTTON, "title": "a" * 101}), -210),
        (buttons({**BUTTON, "title": ""}), -201),
        (buttons({**BUTTON, "payload": "a" * 1001}), -210),
        (buttons({**BUTTON, "payload": {"url": "https://a.example"}}), -201),
        (buttons({**BUTTON, "type": "oa.query"}), -201),
        (buttons({**BUTTON, "type": "oa.open.url"}), -201),
        (buttons({**BUTTON, "type": "oa.open.url", "payload": {"url": "http://a.example"}}), -201),
        (buttons({**BUTTON, "type": "oa.open.phone", "payload": {"phone_code": "0901"}}), -201),
        ({"attachment": template(buttons=[BUTTON])}, -201),
        ({"text": "a", "attachment": template(template_type="list", elements=[{}])}, -233),
        ({"text": "a", "attachment": template(template_type="button", buttons=[BUTTON])}, -233),
        ({"text": "a", "attachment": {"type": "location", "payload": {}}}, -233),
        (media(media_type="image"), -201),
        (media(media_type="image", url="https://a.example/a.jpg", attachment_id="1"), -201),
        (media(media_type="image", attachment_id="unknown"), -201),
        (media(media_type="gif", url="https://a.example/a.gif"), -201),
        (media(media_type="video", url="https://a.example/a.mp4"), -201),
        ({"attachment": template(template_type="media", elements=[{}, {}])}, -201),
        ({"attachment": {"type": "file", "payload": {"token": "unknown"}}}, -201),
        ({"text": "a", "attachment": {"type": "file", "payload": {"token": "x"}}}, -201),
        (a_form(title="a" * 101), -210),
        (a_form(subtitle="a" * 501), -210),
        (a_form(image_url="http://a.example/l.png"), -201),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_a_message_of_a_wrong_shape_is_refused(
    fake: FakeZaloOa, message: dict[str, Any], code: int
) -> None:
    assert (await send(fake, **message))["error"] == code
    assert fake.sent == []
    assert [call.status for call in fake.called(CS)] == [code]


async def test_letters_are_counted_as_nfc(fake: FakeZaloOa) -> None:
    assert (await send(fake, text=unicodedata.normalize("NFD", "ế" * 2000)))["error"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {"recipient": {"user_id": "unknown"}, "message": {"text": "a"}},
        {"recipient": {"user_id": int(USER)}, "message": {"text": "a"}},
        {"recipient": USER, "message": {"text": "a"}},
        {"message": {"text": "a"}},
        {"recipient": {"user_id": USER}, "message": {"text": "a"}, "mode": "x"},
        [],
    ],
    ids=str,
)
async def test_a_body_for_nobody_is_refused(fake: FakeZaloOa, body: Any) -> None:
    assert (await post(fake, CS, body))["error"] == -201


async def test_a_token_in_the_wrong_place_is_no_token(fake: FakeZaloOa) -> None:
    good = fake.tokens.pair.access
    body = {"recipient": {"user_id": USER}, "message": {"text": "a"}}
    bearer = {"Authorization": f"Bearer {good}"}
    assert (await post(fake, CS, body, token="", **bearer))["error"] == -216
    assert (await post(fake, f"{CS}?access_token={good}", body, token=""))["error"] == -216
    fake.tokens.expire()
    assert (await post(fake, CS, body))["error"] == -220
    assert (await post(fake, "/message/template", body))["error"] == -124


async def test_a_refresh_ends_the_old_token_at_once(fake: FakeZaloOa) -> None:
    old = fake.seed
    form = {
        "app_id": fake.oa.app_id,
        "grant_type": "refresh_token",
        "refresh_token": old.refresh,
    }
    async with (
        aiohttp.ClientSession() as client,
        client.post(
            f"{fake.url}/v4/oa/access_token",
            data=form,
            headers={"secret_key": fake.tokens.app_secret},
        ) as got,
    ):
        assert (await got.json())["expires_in"] == "90000"
    body = {"recipient": {"user_id": USER}, "message": {"text": "a"}}
    assert (await post(fake, CS, body, token=old.access))["error"] == -220
    assert (await post(fake, CS, body))["error"] == 0


async def test_the_proof_of_the_app_secret_may_be_asked_for(fake: FakeZaloOa) -> None:
    fake.needs_proof = True
    body = {"recipient": {"user_id": USER}, "message": {"text": "a"}}
    assert (await post(fake, CS, body))["error"] == -242
    key, token = fake.tokens.app_secret.encode(), fake.seed.access.encode()
    proof = hmac.new(key, token, hashlib.sha256).hexdigest()
    assert (await post(fake, CS, body, appsecret_proof=proof))["error"] == 0


async def test_too_many_calls_a_minute_are_refused(fake: FakeZaloOa, clock: Clock) -> None:
    fake.rate_limit = 1
    assert (await send(fake, text="a"))["error"] == 0
    assert (await send(fake, text="a"))["error"] == -32
    clock.at += 60
    assert (await send(fake, text="a"))["error"] == 0


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v2.0/oa/message", -240),
        ("/v3.0/oa/message/transaction", -240),
        ("/v3.0/oa/message/promotion", -240),
        ("/v3.0/oa/group/message", -201),
    ],
)
async def test_old_ways_of_sending_are_shut(fake: FakeZaloOa, path: str, code: int) -> None:
    body = {"recipient": {"user_id": USER}, "message": {"text": "a"}}
    assert (await post(fake, path, body))["error"] == code
    assert fake.sent == []


async def test_a_group_must_be_bought(fake: FakeZaloOa) -> None:
    body = {"recipient": {"group_id": "g1"}, "message": {"text": "a"}}
    assert (await post(fake, "/v3.0/oa/group/message", body))["error"] == -224
    fake.groups.add("g2")
    assert (await post(fake, "/v3.0/oa/group/message", body))["error"] == -201
    fake.groups.add("g1")
    assert (await post(fake, "/v3.0/oa/group/message", body))["error"] == 0


async def test_v2_still_takes_reactions_and_anonymous_people(fake: FakeZaloOa) -> None:
    said = await fake.user_says(USER, "Cảm ơn")
    action = {"react_icon": "/-strong", "react_message_id": said["message"]["msg_id"]}
    body: dict[str, Any] = {"recipient": {"user_id": USER}, "sender_action": action}
    assert (await post(fake, "/v2.0/oa/message", body))["error"] == 0
    assert fake.events[-1]["event_name"] == "oa_reacted_message"
    await fake.anonymous_says("a1", "c1", "Xin hỏi")
    to = {"anonymous_id": "a1", "conversation_id": "c2"}
    body = {"recipient": to, "message": {"text": "Xin chào"}}
    assert (await post(fake, "/v2.0/oa/message", body))["error"] == -201
    to["conversation_id"] = "c1"
    assert (await post(fake, "/v2.0/oa/message", body))["error"] == 0


@pytest.mark.parametrize(("trouble", "arrived"), [("reset before", 0), ("reset after", 1)])
async def test_the_line_breaks_with_or_without_a_message(
    fake: FakeZaloOa, trouble: Trouble, arrived: int
) -> None:
    fake.next_answer(trouble, path=CS)
    with pytest.raises(aiohttp.ClientError):
        await send(fake, text="a")
    assert len(fake.sent) == arrived


async def test_any_code_can_be_planned(fake: FakeZaloOa) -> None:
    fake.next_answer(-9999, message="who knows")
    assert await send(fake, text="a") == {"error": -9999, "message": "who knows"}
    assert fake.sent == []
    planned: tuple[tuple[Trouble | int, int], ...] = ((503, 503), ("html", 502), ("nonsense", 200))
    for trouble, status in planned:
        fake.next_answer(trouble)
        headers = {"access_token": fake.seed.access}
        async with (
            aiohttp.ClientSession(headers=headers) as client,
            client.post(fake.url + CS, json={}) as got,
        ):
            assert got.status == status


async def test_no_api_has_this_name(fake: FakeZaloOa) -> None:
    async with aiohttp.ClientSession() as client:
        for method, path in (("POST", "/v3.0/oa/message"), ("GET", CS)):
            async with client.request(method, fake.url + path) as got:
                assert got.status == 404


async def test_without_strictness_nothing_is_checked(fake: FakeZaloOa) -> None:
    fake.strict = False
    assert (await send(fake, **{**buttons(*[BUTTON] * 6), "text": "a" * 3000}))["error"] == 0
