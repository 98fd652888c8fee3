"""FakeZaloBot's webhook (zalo.md §2.6; §2.11 rows 3 and 5), and the payload files of §2.4."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from aiohttp import web

from tests.fake_zalo_bot import FakeZaloBot, Shape
from tests.zalo_bot_asking import LAN, Clock, ask
from tests.zalo_bot_delivery import SECRET_HEADER, USER_AGENT
from tests.zalo_bot_updates import (
    Event,
    a_group_id,
    an_id,
    bare_unsupported_event,
    media_event,
    text_event,
    unsupported_event,
    wrapped,
)

PAYLOADS: Final = Path(__file__).parent / "channels" / "zalo_bot"
URL: Final = "https://commune.example/webhook/zalo-bot"
SECRET: Final = "a-secret-of-the-webhook_0123456789"
AT: Final = datetime(2026, 12, 1, 1, tzinfo=UTC)


class Endpoint:
    """A webhook that keeps what came; `answers` are its next statuses, then 200."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.answers: list[int] = []
        self.url = ""

    async def receive(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.headers.append(dict(request.headers))
        status = self.answers.pop(0) if self.answers else 200
        where = {"Location": "/elsewhere"} if status == 302 else {}
        return web.Response(status=status, headers=where)

    @property
    def events(self) -> list[Any]:
        return [json.loads(body) for body in self.bodies if body]


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    endpoint = Endpoint()
    app = web.Application()
    app.router.add_post("/webhook/zalo-bot", endpoint.receive)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    endpoint.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield endpoint
    await runner.cleanup()


@pytest.fixture
async def fake(endpoint: Endpoint) -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot() as fake:
        fake.public["https://commune.example"] = endpoint.url
        yield fake


# Row 3: setting it.


async def test_the_webhook_that_was_never_set_is_not_found(fake: FakeZaloBot) -> None:
    assert await ask(fake, "getWebhookInfo") == (
        404,
        {"ok": False, "description": "Not Found", "error_code": 404},
    )
    assert (await ask(fake, "deleteWebhook"))[0] == 200


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"url": URL}, "secret_token"),
        ({"url": URL, "secret_token": "1234567"}, "secret_token"),
        ({"url": URL, "secret_token": "a" * 257}, "secret_token"),
        ({"secret_token": SECRET}, "url"),
        ({"url": "http://commune.example/", "secret_token": SECRET}, "https"),
        ({"url": "https://127.0.0.1/", "secret_token": SECRET}, "private"),
        ({"url": "https://localhost/", "secret_token": SECRET}, "private"),
        ({"url": "https://may-chu.local/", "secret_token": SECRET}, "private"),
    ],
)
async def test_a_faulty_webhook_is_refused(
    fake: FakeZaloBot, params: dict[str, str], word: str
) -> None:
    status, body = await ask(fake, "setWebhook", **params)
    assert status == 400
    assert word in body["description"]
    assert fake.webhook == {}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (204, "webhook.ok"),
        (403, "webhook.http.403"),
        (404, "webhook.http.404"),
        (503, "webhook.http.5xx"),
        (401, "webhook.http.other"),
        (302, "webhook.http.other"),
    ],
)
async def test_setting_it_probes_it_and_saves_it_anyway(
    fake: FakeZaloBot, endpoint: Endpoint, status: int, outcome: str
) -> None:
    endpoint.answers.append(status)
    answered, body = await ask(fake, "setWebhook", url=URL, secret_token=SECRET)
    assert (answered, body["ok"]) == (200, True)
    assert body["result"]["verification"]["outcome"] == outcome
    assert body["result"]["verification"]["ok"] == (outcome == "webhook.ok")
    assert endpoint.bodies == [b""]
    assert "Content-Type" not in endpoint.headers[0]
    assert endpoint.headers[0]["User-Agent"] == USER_AGENT
    _, about = await ask(fake, "getWebhookInfo")
    assert about["result"]["url"] == URL
    assert SECRET not in json.dumps(about)


async def test_an_address_nobody_can_reach_is_saved_too(fake: FakeZaloBot) -> None:
    _, body = await ask(fake, "setWebhook", url="https://nowhere.example/a", secret_token=SECRET)
    assert body["result"]["verification"]["outcome"] == "webhook.err.unreachable"
    await fake.user_says(LAN, "học")
    await fake.all_delivered()
    assert fake.deliveries == [0]


async def test_the_sixth_setting_of_a_day_is_refused_until_tomorrow(endpoint: Endpoint) -> None:
    clock = Clock()
    async with FakeZaloBot(clock=clock) as fake:
        for _ in range(4):
            await ask(fake, "setWebhook", url=URL, secret_token=SECRET)
        assert (await ask(fake, "testWebhook"))[0] == 200
        status, body = await ask(fake, "setWebhook", url=URL, secret_token="another-secret")
        assert (status, body["errorCode"]) == (426, 426)
        assert "error_code" not in body
        assert fake.webhook["secret"] == SECRET
        clock.now = AT
        assert (await ask(fake, "testWebhook"))[0] == 200


# Row 5: posting.


async def test_events_come_with_the_secret_in_both_shapes(
    fake: FakeZaloBot, endpoint: Endpoint
) -> None:
    await ask(fake, "setWebhook", url=URL, secret_token=SECRET)
    for _ in range(2):
        await fake.user_says(LAN, "học")
        await fake.all_delivered()
    first, second = endpoint.events
    assert first["ok"]
    assert first["result"]["event_name"] == second["event_name"] == "message.text.received"
    assert {headers[SECRET_HEADER] for headers in endpoint.headers} == {SECRET}
    assert fake.deliveries == [200, 200]


@pytest.mark.parametrize(("shape", "has_envelope"), [(Shape.WRAPPED, True), (Shape.BARE, False)])
async def test_every_kind_of_event_is_posted(
    fake: FakeZaloBot, endpoint: Endpoint, shape: Shape, has_envelope: bool
) -> None:
    fake.shape = shape
    await ask(fake, "setWebhook", url=URL, secret_token=SECRET)
    await fake.user_says(LAN, "học")
    for kind in ("image", "voice", "sticker", "unsupported", "nothing"):
        await fake.user_sends(LAN, kind)
    await fake.all_delivered()
    assert [("ok" in event) for event in endpoint.events] == [has_envelope] * 6
    events = [event.get("result", event) for event in endpoint.events]
    names = sorted(event["event_name"].split(".")[1] for event in events)
    assert names == ["image", "sticker", "text", "unsupported", "unsupported", "voice"]
    assert sum("message" not in event for event in events) == 1


async def test_what_the_webhook_refuses_is_gone_unless_retries_are_set(
    fake: FakeZaloBot, endpoint: Endpoint
) -> None:
    await ask(fake, "setWebhook", url=URL, secret_token=SECRET)
    endpoint.answers = [503]
    await fake.user_says(LAN, "một")
    await fake.all_delivered()
    fake.retries = 1
    endpoint.answers = [503]
    await fake.user_says(LAN, "hai")
    await fake.all_delivered()
    assert fake.deliveries == [503, 503, 200]
    assert [event["message"]["text"] for event in fake.lost] == ["một"]


async def test_an_endpoint_that_is_too_slow_counts_as_unreachable(
    fake: FakeZaloBot, endpoint: Endpoint
) -> None:
    await ask(fake, "setWebhook", url=URL, secret_token=SECRET)
    fake.webhook_seconds = 0.000001
    assert await fake.probe() == "webhook.err.unreachable"


# The payload files.


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text("utf-8"))


PERSON: Final = "6ede9afa66b88fe6d6a9"
GROUP: Final = "zgr-f8a7101d77709e2ec761"


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("text_bare", text_event(PERSON, "a", message_id="m", at=AT, name="Lan")),
        ("image_bare", media_event(PERSON, "image", message_id="m", at=AT, caption="a")),
        ("image_without_caption", media_event(PERSON, "image", message_id="m", at=AT)),
        ("voice_bare", media_event(PERSON, "voice", message_id="m", at=AT)),
        ("sticker_bare", media_event(PERSON, "sticker", message_id="m", at=AT)),
        ("unsupported_bare", unsupported_event(PERSON, message_id="m", at=AT)),
        ("unsupported_without_message", wrapped(bare_unsupported_event())),
        (
            "group_mention_bare",
            text_event(PERSON, "a", message_id="m", at=AT, name="Lan", group=GROUP),
        ),
    ],
)
def test_the_builders_make_what_the_payload_files_show(name: str, made: Event) -> None:
    shown = payload(name)
    assert outline(made) == outline(shown)


def outline(value: Any) -> Any:
    """Return the keys and what must be equal: the event, the chat, the milliseconds."""
    if not isinstance(value, dict):
        return type(value)
    fixed = {"event_name", "message_type", "chat", "ok", "date"}
    return {key: each if key in fixed else outline(each) for key, each in value.items()}


def test_every_payload_file_is_anonymous_json() -> None:
    files = sorted(PAYLOADS.glob("*.json"))
    assert len(files) >= 20
    for file in files:
        event = json.loads(file.read_text("utf-8"))
        event = event.get("result", event)
        writer = event.get("message", {}).get("from", {})
        assert writer.get("id", PERSON) in (PERSON, "1459232241454765289")


def test_ids_look_as_zalos_and_are_always_the_same() -> None:
    assert an_id("Lan") == an_id("Lan") != an_id("Minh")
    assert len(an_id(7)) == 20
    assert a_group_id("xóm 5").startswith("zgr-")
