"""FakeZaloOa calls the app as Zalo does: signed, impatient, again (zalo.md 3.12 row 4; R1-R3)."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from tests.fake_zalo_oa import OA_SECRET, FakeZaloOa
from tests.zalo_oa_client import BUTTON, USER, buttons, send
from tests.zalo_oa_payloads import OA, text_event
from tests.zalo_oa_webhook import MacForm, Signing, raw, signature


@dataclass
class App:
    """What a webhook got, and what it will answer: a status, or never."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    """The next statuses, then 200; 0 = no answer."""
    got: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        self.got.append((await request.read(), dict(request.headers)))
        status = self.answers.pop(0) if self.answers else 200
        if not status:
            await asyncio.Event().wait()
        return web.Response(status=status)

    @property
    def names(self) -> list[str]:
        return [json.loads(body).get("event_name", "probe") for body, _ in self.got]

    @property
    def texts(self) -> list[str]:
        return [json.loads(body)["message"]["text"] for body, _ in self.got]

    @property
    def retries(self) -> list[str]:
        return [headers.get("num_retry", "") for _, headers in self.got]


@pytest.fixture
async def app() -> AsyncIterator[App]:
    app = App()
    server = web.Application()
    server.router.add_post("/webhook/zalo-oa", app.hear)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    app.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhook/zalo-oa"
    yield app
    await runner.cleanup()


@pytest.fixture
async def fake(app: App) -> AsyncIterator[FakeZaloOa]:
    async with FakeZaloOa(retry_factor=1e-6) as fake:
        assert await fake.save_webhook(app.url) == 200
        app.got.clear()
        yield fake


def test_the_signature_is_zalos() -> None:
    """The test vector of zalo.md 3.10."""
    body = (
        '{"app_id":"360846524940903967","sender":{"id":"246845883529197922"},'
        '"user_id_by_app":"552177279717587730","recipient":{"id":"388613280878808645"},'
        '"event_name":"user_send_text","message":{"text":"Xin chào",'
        '"msg_id":"96d3cdf3af150460909"},"timestamp":"1798700400123"}'
    ).encode()
    assert len(body) == 266
    mac = signature("360846524940903967", body, "1798700400123", "oa-secret-key-example")
    assert mac == "f0c17b167109c9d5956bce3a82b2f51897bd2c6e8cd9772b17204fca08092560"


async def test_saving_the_address_sends_an_unsigned_empty_object(app: App) -> None:
    async with FakeZaloOa() as fake:
        app.answers = [403]
        assert await fake.save_webhook(app.url) == 403
        assert not fake.subscribed
        assert await fake.save_webhook(app.url) == 200
    body, headers = app.got[0]
    assert body == b"{}"
    assert "X-ZEvent-Signature" not in headers


@pytest.mark.parametrize("url", ["http://oa.example/w", "https://oa.example:8443/w"])
async def test_an_address_with_a_port_or_without_tls_is_refused(fake: FakeZaloOa, url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        await fake.save_webhook(url)


@pytest.mark.parametrize(
    ("signing", "mac_form"),
    [("body", "mac="), ("header", ""), ("header unsigned", "sha256="), ("header", "mac = ")],
)
async def test_exactly_one_timestamp_is_signed(
    fake: FakeZaloOa, app: App, signing: Signing, mac_form: MacForm
) -> None:
    fake.signing, fake.mac_form = signing, mac_form
    await fake.user_says(USER, "Xin chào")
    await fake.all_delivered()
    body, headers = app.got[0]
    inside = json.loads(body)["timestamp"]
    outside = headers.get("X-ZEvent-Timestamp", "")
    assert bool(outside) == (signing != "body")
    assert inside != outside
    key = outside if signing == "header" else inside
    whole = OA.app_id.encode() + body + key.encode() + OA_SECRET.encode()
    mac = hashlib.sha256(whole).hexdigest()
    assert headers["X-ZEvent-Signature"] == mac_form + mac


async def test_one_persons_events_come_in_order(fake: FakeZaloOa, app: App) -> None:
    for number in range(20):
        await fake.user_says(USER, str(number))
    await fake.all_delivered()
    assert app.texts == [str(number) for number in range(20)]


async def test_a_refused_event_comes_again_with_its_number(fake: FakeZaloOa, app: App) -> None:
    app.answers = [500, 401, 200]
    await fake.user_says(USER, "Xin chào")
    await fake.all_delivered()
    assert app.retries == ["", "1", "2"]
    assert len({body for body, _ in app.got}) == 1
    assert fake.subscribed


async def test_after_five_retries_the_app_is_unsubscribed(fake: FakeZaloOa, app: App) -> None:
    app.answers = [503] * 6
    lost = await fake.user_says(USER, "a")
    await fake.all_delivered()
    assert app.retries == ["", "1", "2", "3", "4", "5"]
    assert not fake.subscribed
    unheard = await fake.user_says(USER, "b")
    assert fake.missed == [lost, unheard]
    assert await fake.save_webhook(app.url) == 200
    await fake.user_says(USER, "c")
    await fake.all_delivered()
    assert app.names[-2:] == ["probe", "user_send_text"]
    assert len(app.got) == 8


async def test_a_slow_answer_is_no_answer(fake: FakeZaloOa, app: App) -> None:
    """2 s at Zalo."""
    fake.deadline = 0.05
    app.answers = [0]
    await fake.user_says(USER, "a")
    await fake.all_delivered()
    assert app.retries == ["", "1"]
    assert [each.status for each in fake.deliveries] == [0, 200]


async def test_some_say_that_only_silence_is_tried_again(fake: FakeZaloOa, app: App) -> None:
    fake.retries_on = "no answer"
    app.answers = [500]
    await fake.user_says(USER, "a")
    await fake.all_delivered()
    assert app.retries == [""]


async def test_an_event_may_come_twice(fake: FakeZaloOa, app: App) -> None:
    event = await fake.user_says(USER, "a", times=2)
    await fake.push(event)
    await fake.all_delivered()
    assert [body for body, _ in app.got] == [raw(event)] * 3


async def test_a_storm_is_out_of_order_and_a_share_comes_twice(fake: FakeZaloOa, app: App) -> None:
    events = [text_event(USER, str(n), msg_id=str(n), at=fake.now()) for n in range(40)]
    await fake.push_storm(events, duplicates=0.3, seed=7)
    assert set(app.texts) == {str(n) for n in range(40)}
    assert len(app.texts) > 40
    assert sorted(app.texts, key=int) != app.texts


async def test_after_an_outage_everything_comes_at_once(fake: FakeZaloOa, app: App) -> None:
    at = 1_800_000_000.0
    fake.now = lambda: at
    fake.hold_back()
    for text in ("a", "b", "c"):
        await fake.user_says(USER, text)
    assert app.got == []
    fake.now = lambda: at + 7200
    await fake.let_go(shuffled_by=1)
    assert sorted(app.texts) == ["a", "b", "c"]
    stamps = {json.loads(body)["timestamp"] for body, _ in app.got}
    assert stamps == {"1800000000000"}
    assert app.retries == ["4"] * 3


async def test_a_stranger_may_post_anything(fake: FakeZaloOa, app: App) -> None:
    event = text_event(USER, "a", msg_id="1", at=fake.now())
    body, headers = fake.signed(event)
    assert await fake.post_raw(body + b" ", headers) == 200
    assert app.got[0][0] == body + b" "
    assert fake.events == []


async def test_what_is_not_ticked_in_the_console_never_comes(fake: FakeZaloOa, app: App) -> None:
    fake.switched_off = {"unfollow"}
    fake.syntax_filter = True
    await fake.unfollow(USER)
    await fake.user_says(USER, "Xin chào")
    await fake.user_says(USER, "#hoc")
    await fake.all_delivered()
    assert app.texts == ["#hoc"]


async def test_each_message_of_the_oa_is_echoed(fake: FakeZaloOa, app: App) -> None:
    await fake.user_says(USER, "a")
    await send(fake, **buttons(BUTTON))
    await fake.admin_writes(USER, "/xong")
    await fake.all_delivered()
    assert app.names == ["user_send_text", "oa_send_text", "oa_send_text"]
    ours, theirs = (json.loads(body) for body, _ in app.got[1:])
    assert ours["sender"] == {"id": OA.id}
    assert ours["message"]["msg_id"] == fake.sent[0].id
    assert ours["recipient"] == {"id": USER}
    assert set(theirs["sender"]) == {"id", "admin_id"}
    assert [each.text for each in fake.seen(USER)] == ["Câu 1", "/xong"]


async def test_people_do_all_there_is_to_do(fake: FakeZaloOa, app: App) -> None:
    kinds: list[Any] = ["image", "gif", "link", "video", "audio", "file", "location", "sticker"]
    await fake.clicks_chatnow(USER)
    for kind in [*kinds, "business_card"]:
        await fake.user_sends(USER, kind)
    await fake.follow(USER, source="message_invite")
    await fake.user_reacts(USER, "1")
    await fake.user_sees(USER)
    await fake.withdraw(USER)
    await fake.all_delivered()
    assert app.names == [
        "user_click_chatnow",
        *(f"user_send_{kind}" for kind in [*kinds, "business_card"]),
        "follow",
        "user_reacted_message",
        "user_seen_message",
        "user_withdraw",
    ]


async def test_a_form_must_be_sent_before_it_is_filled_in(fake: FakeZaloOa) -> None:
    with pytest.raises(LookupError):
        await fake.submit_info(USER, "Trần Thị Ví Dụ")
    await fake.user_says(USER, "a")
    with pytest.raises(LookupError):
        await fake.clicks_chatnow(USER)
