"""The bare HTTP of a client, for the tests of FakeZaloOa itself."""

from typing import Any

import aiohttp

from tests.fake_zalo_oa import FakeZaloOa

USER = "246845883529197922"
CS = "/v3.0/oa/message/cs"
BUTTON = {"title": "1", "type": "oa.query.hide", "payload": "#k7Qm2xAb1"}
HOUR = 3600.0


class Clock:
    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def __call__(self) -> float:
        return self.at


async def ask(
    fake: FakeZaloOa, method: str, path: str, *, token: str | None = None, **given: Any
) -> dict[str, Any]:
    """Call with a good token, and expect HTTP 200 even for an error."""
    token = fake.tokens.pair.access if token is None else token
    headers = {"access_token": token, **given.pop("headers", {})}
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.request(method, fake.url + path, **given) as got,
    ):
        assert got.status == 200, "business errors are HTTP 200"
        assert got.headers["X-RateLimit-Limit"] == str(fake.rate_limit)
        assert int(got.headers["X-RateLimit-Remain"]) >= 0
        return dict(await got.json())


async def post(
    fake: FakeZaloOa, path: str, body: Any, *, token: str | None = None, **headers: str
) -> dict[str, Any]:
    return await ask(fake, "POST", path, json=body, token=token, headers=headers)


async def send(fake: FakeZaloOa, *, user: str = USER, **message: Any) -> dict[str, Any]:
    return await post(fake, CS, {"recipient": {"user_id": user}, "message": message})


def template(**payload: Any) -> dict[str, Any]:
    return {"type": "template", "payload": payload}


def buttons(*given: Any) -> dict[str, Any]:
    return {"text": "Câu 1", "attachment": template(buttons=list(given))}


def media(**element: Any) -> dict[str, Any]:
    return {"attachment": template(template_type="media", elements=[element])}


def a_form(**more: Any) -> dict[str, Any]:
    element = {"title": "UBND", "subtitle": "Xin phép", "image_url": "https://a.example/l.png"}
    return {"attachment": template(template_type="request_user_info", elements=[element | more])}
