"""FakeZaloOa's templates and uploads (zalo.md 3.5, 3.8, 3.12 row 3)."""

import io
import zipfile
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import aiohttp
import pytest

from tests.fake_zalo_oa import Approved, FakeZaloOa
from tests.zalo_oa_client import HOUR, USER, Clock, ask, media, post, send
from tests.zalo_oa_templates import LOCAL, hashed

UID = "/v3.0/oa/message/template"
ZBS = "/message/template"
PHONE = "84900000001"
JPG, PNG, GIF = b"\xff\xd8\xff\xe0 jpg", b"\x89PNG\r\n\x1a\n png", b"GIF89a gif"
PDF, OLE = b"%PDF-1.7 pdf", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 doc"
MB = 1024 * 1024


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def fake(clock: Clock) -> AsyncIterator[FakeZaloOa]:
    async with FakeZaloOa(now=clock) as fake:
        fake.tokens.life = 10**9  # days pass in these tests
        fake.tokens.seed()
        fake.approve(Approved("1001", {"name": 30, "day": 20}))
        fake.person(USER).phone = PHONE
        await fake.user_says(USER, "Xin chào")
        yield fake


async def upload(
    fake: FakeZaloOa, kind: str, content: bytes, name: str = "a.bin", field: str = "file"
) -> dict[str, Any]:
    form = aiohttp.FormData()
    form.add_field(field, io.BytesIO(content), filename=name)
    return await ask(fake, "POST", f"/v2.0/oa/upload/{kind}", data=form)


def by_uid(**more: Any) -> dict[str, Any]:
    values = {"name": "Trần Thị Ví Dụ", "day": "14/12"}
    return {"user_id": USER, "template_id": "1001", "template_data": values, **more}


def by_phone(**more: Any) -> dict[str, Any]:
    body = by_uid(phone=PHONE, tracking_id="outbox-17", sending_mode="1", **more)
    del body["user_id"]
    return body


def a_word_file() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        package.writestr("word/document.xml", "<w:document/>")
    return content.getvalue()


async def test_a_template_has_no_window(fake: FakeZaloOa, clock: Clock) -> None:
    clock.at += 30 * 24 * HOUR
    assert (await post(fake, UID, by_uid()))["error"] == 0
    answer = await post(fake, ZBS, by_phone())
    assert answer["data"]["quota"] == {"dailyQuota": "500", "remainingQuota": "498"}
    assert [each.template for each in fake.seen(USER)] == ["1001", "1001"]
    receipt = fake.events[-1]
    assert receipt["recipient"] == {"id": PHONE}
    assert receipt["message"]["msg_id"] == answer["data"]["msg_id"]
    assert receipt["message"]["tracking_id"] == "outbox-17"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"template_id": "1002"}, -201),
        ({"template_data": {"name": "a"}}, -201),
        ({"template_data": {"name": "a", "day": ""}}, -201),
        ({"template_data": {"name": "a" * 31, "day": "1"}}, -201),
        ({"template_data": {"name": "a", "day": 1}}, -201),
        ({"tracking_id": "1"}, -201),
        ({"recipient": {"user_id": USER}}, -201),
        ({"user_id": "unknown"}, -201),
        ({"template_id": "phone-only"}, -249),
    ],
)
async def test_a_wrong_template_by_uid_is_refused(
    fake: FakeZaloOa, more: dict[str, Any], code: int
) -> None:
    fake.approve(Approved("phone-only", {"name": 30, "day": 20}, by_uid=False))
    assert (await post(fake, UID, by_uid(**more)))["error"] == code
    assert fake.sent == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"phone": "0900000001"}, -108),
        ({"phone": "84900000009"}, -118),
        ({"template_id": "1002"}, -109),
        ({"template_id": "waiting"}, -131),
        ({"template_data": {}}, -1122),
        ({"tracking_id": "a" * 49}, -112),
        ({"mode": "development"}, -127),
        ({"user_id": USER}, -201),
    ],
)
async def test_a_wrong_template_by_phone_is_refused(
    fake: FakeZaloOa, more: dict[str, Any], code: int
) -> None:
    fake.approve(Approved("waiting", status="PENDING_REVIEW"))
    assert (await post(fake, ZBS, by_phone() | more))["error"] == code
    assert fake.sent == []


async def test_templates_need_money_and_a_daily_quota(fake: FakeZaloOa) -> None:
    fake.balance_is_empty = True
    assert (await post(fake, ZBS, by_phone()))["error"] == -115
    assert (await post(fake, UID, by_uid()))["error"] == -321
    fake.balance_is_empty, fake.daily_remaining = False, 0
    assert (await post(fake, ZBS, by_phone()))["error"] == -144


@pytest.mark.parametrize(("hour", "allowed"), [(5, False), (6, True), (21, True), (22, False)])
async def test_promotion_sleeps_at_night(
    fake: FakeZaloOa, clock: Clock, hour: int, allowed: bool
) -> None:
    fake.approve(Approved("ads", {"name": 30, "day": 20}, tag=3))
    clock.at = datetime(2027, 6, 1, hour, 30, tzinfo=LOCAL).timestamp()
    by = (by_uid(template_id="ads"), by_phone(template_id="ads"))
    codes = [
        (await post(fake, path, body))["error"] for path, body in zip((UID, ZBS), by, strict=True)
    ]
    assert codes == ([0, 0] if allowed else [-234, -133])
    assert (await post(fake, UID, by_uid()))["error"] == 0


async def test_a_phone_may_be_hashed(fake: FakeZaloOa) -> None:
    body = by_phone(hash_phone=hashed(PHONE))
    del body["phone"]
    assert (await post(fake, f"{ZBS}/hashphone", body))["error"] == 0
    assert (await post(fake, f"{ZBS}/hashphone", {**body, "hash_phone": PHONE}))["error"] == -118


async def test_the_templates_can_be_looked_up(fake: FakeZaloOa) -> None:
    sent = (await post(fake, ZBS, by_phone()))["data"]["msg_id"]
    status = await ask(fake, "GET", f"/message/status?message_id={sent}")
    assert status["data"]["status"] == 1
    assert (await ask(fake, "GET", "/message/quota"))["data"]["remainingQuota"] == "499"
    listed = await ask(fake, "GET", "/template/all?offset=0&limit=10&status=1")
    assert [each["templateId"] for each in listed["data"]] == ["1001"]
    found = await ask(fake, "GET", "/template/info/v2?template_id=1001")
    assert [each["name"] for each in found["data"]["listParams"]] == ["name", "day"]
    assert (await ask(fake, "GET", "/template/info/v2?template_id=1"))["error"] == -109


@pytest.mark.parametrize(
    ("kind", "content", "name", "code"),
    [
        ("image", JPG, "a.jpg", 0),
        ("image", PNG, "a.png", 0),
        ("image", GIF, "a.png", -233),
        ("image", b"<svg/>", "a.jpg", -233),
        ("image", b"", "a.jpg", -201),
        ("gif", GIF, "a.gif", 0),
        ("gif", JPG, "a.gif", -233),
        ("file", PDF, "a.pdf", 0),
        ("file", OLE, "a.doc", 0),
        ("file", OLE, "a.xls", -233),
        ("file", a_word_file(), "a.docx", 0),
        ("file", a_word_file()[:20], "a.docx", -233),
        ("file", "Xóm,Số\n".encode(), "a.csv", 0),
        ("file", b"\0\1", "a.csv", -233),
        ("file", b"MZ", "a.pdf", -233),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_uploads_are_judged_by_their_content(
    fake: FakeZaloOa, kind: str, content: bytes, name: str, code: int
) -> None:
    answer = await upload(fake, kind, content, name)
    assert answer["error"] == code
    if not code:
        assert set(answer["data"]) == {"token" if kind == "file" else "attachment_id"}


@pytest.mark.parametrize(
    ("kind", "start", "limit"), [("image", PNG, MB), ("gif", GIF, 5 * MB), ("file", PDF, 5 * MB)]
)
async def test_uploads_have_a_size(fake: FakeZaloOa, kind: str, start: bytes, limit: int) -> None:
    whole = start.ljust(limit, b"0")
    assert (await upload(fake, kind, whole))["error"] == 0
    assert (await upload(fake, kind, whole + b"0"))["error"] == -210


async def test_an_upload_needs_its_field_and_has_a_quota(fake: FakeZaloOa) -> None:
    assert (await upload(fake, "image", JPG, field="image"))["error"] == -201
    fake.uploads.monthly = 1
    assert (await upload(fake, "image", JPG))["error"] == 0
    assert (await upload(fake, "image", JPG))["error"] == -211


async def test_an_upload_is_good_for_seven_days(fake: FakeZaloOa, clock: Clock) -> None:
    picture = (await upload(fake, "image", JPG))["data"]["attachment_id"]
    token = (await upload(fake, "file", PDF, "bai.pdf"))["data"]["token"]
    as_file: dict[str, Any] = {"attachment": {"type": "file", "payload": {"token": token}}}
    assert (await send(fake, **media(media_type="image", attachment_id=picture)))["error"] == 0
    assert (await send(fake, **as_file))["error"] == 0
    assert (await send(fake, **media(media_type="image", attachment_id=token)))["error"] == -201
    assert [(each.picture, each.document) for each in fake.sent] == [(picture, ""), ("", "bai.pdf")]
    assert fake.uploads.assets[picture].content == JPG
    clock.at += 7 * 24 * HOUR
    assert (await send(fake, **media(media_type="image", attachment_id=picture)))["error"] == -100
    assert (await send(fake, **as_file))["error"] == -100
