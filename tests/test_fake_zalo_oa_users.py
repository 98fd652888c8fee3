"""What FakeZaloOa tells about its people, and by hand (zalo.md 3.6, 3.7, 3.12 row 3)."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import aiohttp
import pytest

from tests.fake_zalo_oa import FakeZaloOa
from tests.zalo_oa_client import CS, HOUR, USER, Clock, a_form, ask, post, send
from tests.zalo_oa_templates import LOCAL

PHONE = "84900000001"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def fake(clock: Clock) -> AsyncIterator[FakeZaloOa]:
    async with FakeZaloOa(now=clock) as fake:
        fake.tokens.life = 10**9  # days pass in these tests
        fake.tokens.seed()
        fake.person(USER).phone = PHONE
        await fake.user_says(USER, "Xin chào")
        yield fake


async def look(fake: FakeZaloOa, path: str, **data: Any) -> dict[str, Any]:
    return await ask(fake, "GET", path, params={"data": json.dumps(data)})


async def test_details_of_a_person(fake: FakeZaloOa, clock: Clock) -> None:
    clock.at = datetime(2027, 6, 1, 0, 30, tzinfo=LOCAL).timestamp()
    await fake.follow(USER)
    found = (await look(fake, "/v3.0/oa/user/detail", user_id=USER))["data"]
    assert found["user_last_interaction_date"] == "01/06/2027"
    assert found["user_is_follower"] is True
    assert found["user_id_by_app"] != USER
    assert (await look(fake, "/v3.0/oa/user/detail", user_id="unknown"))["error"] == -201
    by_query = await ask(fake, "GET", f"/v3.0/oa/user/detail?user_id={USER}")
    assert by_query["error"] == -201


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"offset": 0, "count": 51}, -210),
        ({"offset": 9952, "count": 50}, -210),
        ({"offset": 0, "count": 0}, -201),
        ({"offset": 0}, -201),
        ({"offset": 0, "count": 50, "is_follower": True}, -201),
        ({"offset": 0, "count": 50, "last_interaction_period": "L8D"}, -201),
    ],
)
async def test_a_wrong_question_for_people_is_refused(
    fake: FakeZaloOa, given: dict[str, Any], error: int
) -> None:
    assert (await look(fake, "/v3.0/oa/user/getlist", **given))["error"] == error


async def test_people_are_listed_by_page_and_kind(fake: FakeZaloOa, clock: Clock) -> None:
    for number in range(3):
        await fake.follow(f"700{number}")
    path = "/v3.0/oa/user/getlist"
    page = await look(fake, path, offset=1, count=2, is_follower="true")
    assert page["data"]["total"] == 3
    assert page["data"]["users"] == [{"user_id": "7001"}, {"user_id": "7002"}]
    clock.at += 10 * 24 * HOUR
    recent = await look(fake, path, offset=0, count=50, last_interaction_period="L7D")
    assert recent["data"]["users"] == []


async def test_tags_are_made_by_using_them(fake: FakeZaloOa) -> None:
    tag = {"user_id": USER, "tag_name": "xom-05"}
    assert (await post(fake, "/v2.0/oa/tag/tagfollower", tag))["error"] == 0
    assert (await ask(fake, "GET", "/v2.0/oa/tag/gettagsofoa"))["data"] == ["xom-05"]
    assert (await post(fake, "/v2.0/oa/tag/rmfollowerfromtag", tag))["error"] == 0
    assert (await post(fake, "/v2.0/oa/tag/rmfollowerfromtag", tag))["error"] == -201
    assert (await post(fake, "/v2.0/oa/tag/rmtag", {"tag_name": "xom-05"}))["error"] == 0
    names = [each["event_name"] for each in fake.events[1:]]
    assert names == ["add_user_to_tag", "remove_user_from_tag", "remove_tag"]


async def test_a_conversation_can_be_read_again(fake: FakeZaloOa) -> None:
    await send(fake, text="Bài 1")
    given = {"user_id": USER, "offset": 0, "count": 10}
    rows = (await look(fake, "/v2.0/oa/conversation", **given))["data"]
    assert [(row["src"], row["message"]) for row in rows] == [(0, "Bài 1"), (1, "Xin chào")]
    too_many = await look(fake, "/v2.0/oa/conversation", **{**given, "count": 11})
    assert too_many["error"] == -210
    recent = (await look(fake, "/v2.0/oa/listrecentchat", offset=0, count=10))["data"]
    assert [row["message"] for row in recent] == ["Bài 1"]


async def test_quota_can_be_asked_in_both_shapes(fake: FakeZaloOa, clock: Clock) -> None:
    path = "/v3.0/oa/quota/message"
    mine = (await post(fake, path, {"user_id": USER}))["data"]
    assert mine["last_interaction"] == str(round(clock.at * 1000))
    assert "cs_reply" not in mine
    body = {"quota_owner": "OA", "product_type": "cs", "quota_type": "sub_quota"}
    as_list = (await post(fake, path, body))["data"]
    assert as_list[0]["remain"] == 100
    fake.quota_shape = "asset"
    assert (await post(fake, path, body))["data"] == {"asset": as_list}
    assert (await post(fake, path, {"quota_owner": "OA"}))["error"] == -201
    assert (await post(fake, path, {"user_id": "unknown"}))["error"] == -201


async def test_the_oa_knows_itself(fake: FakeZaloOa) -> None:
    await fake.follow("7002")
    profile = (await ask(fake, "GET", "/v2.0/oa/getoa"))["data"]
    assert {"is_verified", "oa_type", "package_name", "linked_ZCA"} < set(profile)
    assert profile["num_follower"] == 1
    assert (await ask(fake, "GET", "/v2.0/oa/getoa", token="x"))["error"] == -216


async def test_a_person_answers_a_form_and_can_be_forgotten(fake: FakeZaloOa) -> None:
    assert (await send(fake, **a_form()))["error"] == 0
    info = await fake.submit_info(USER, "Trần Thị Ví Dụ")
    assert info["info"]["phone"] == PHONE
    update = {"user_id": USER, "user_alias": "Bà Ví Dụ"}
    assert (await post(fake, "/v3.0/oa/user/update", update))["error"] == 0
    assert fake.person(USER).about == {"user_alias": "Bà Ví Dụ"}
    assert (await post(fake, "/v2.0/oa/deletefollowerinfo", {"user_id": USER}))["error"] == 0
    assert fake.person(USER).about == {}
    assert (await post(fake, "/v2.0/oa/deletefollowerinfo", {"user": USER}))["error"] == -201


async def test_the_fake_can_be_driven_by_hand(fake: FakeZaloOa) -> None:
    async with aiohttp.ClientSession() as client:
        for path, order in (("say", {"text": "Học"}), ("follow", {}), ("admin", {"text": "/xong"})):
            async with client.post(
                f"{fake.url}/control/{path}", json={"user": USER, **order}
            ) as got:
                assert got.status == 200
        async with client.post(
            f"{fake.url}/control/press", json={"user": USER, "label": "1"}
        ) as got:
            assert got.status == 404
        async with client.post(f"{fake.url}/control/wait", json={"hours": 200}) as got:
            assert got.status == 200
        async with client.get(f"{fake.url}/control/sent") as got:
            assert [each["text"] for each in await got.json()] == ["/xong"]
    assert (await send(fake, text="a"))["error"] == -230
    assert [call.path for call in fake.calls] == [CS]
