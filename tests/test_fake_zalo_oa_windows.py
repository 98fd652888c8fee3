"""FakeZaloOa's people have a window and a will (zalo.md 3.7 and 3.12, 2; R13)."""

from collections.abc import AsyncIterator
from typing import Literal

import pytest

from tests.fake_zalo_oa import FakeZaloOa
from tests.zalo_oa_client import BUTTON, HOUR, USER, Clock, buttons, send


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def fake(clock: Clock) -> AsyncIterator[FakeZaloOa]:
    async with FakeZaloOa(now=clock) as fake:
        fake.tokens.life = 10**9  # days pass in these tests
        fake.tokens.seed()
        await fake.user_says(USER, "Xin chào")
        yield fake


async def test_the_answer_says_what_the_message_cost(fake: FakeZaloOa, clock: Clock) -> None:
    fake.package_total = fake.package_remaining = 1
    clock.at += 48 * HOUR
    assert (await send(fake, text="a"))["data"]["quota"] == {"quota_type": "reply"}
    clock.at += 1
    package = (await send(fake, text="a"))["data"]["quota"]
    assert (package["quota_type"], package["remain"], package["total"]) == ("sub_quota", "0", "1")
    assert "quota" not in (await send(fake, text="a"))["data"]
    assert fake.charged == 1
    fake.pays = False
    assert (await send(fake, text="a"))["error"] == -211


async def test_the_window_closes_after_seven_days(fake: FakeZaloOa, clock: Clock) -> None:
    clock.at += 7 * 24 * HOUR
    assert (await send(fake, text="a"))["error"] == 0
    clock.at += 1
    assert (await send(fake, text="a"))["error"] == -230
    await fake.user_says(USER, "Tôi đây")
    assert (await send(fake, text="a"))["data"]["quota"] == {"quota_type": "reply"}


async def test_a_press_opens_the_window_again(fake: FakeZaloOa, clock: Clock) -> None:
    await send(fake, **buttons(BUTTON))
    clock.at += 6 * 24 * HOUR
    await fake.user_presses(USER, "1")
    assert (await send(fake, text="a"))["data"]["quota"] == {"quota_type": "reply"}


async def test_a_new_follower_is_welcomed_and_a_stranger_is_not(fake: FakeZaloOa) -> None:
    await fake.follow("7002")
    assert (await send(fake, user="7002", text="a"))["data"]["quota"]["quota_type"] == "welcome_msg"
    fake.person("7003")
    assert (await send(fake, user="7003", text="a"))["error"] == -232


@pytest.mark.parametrize(
    ("trait", "code"), [("blocked", -217), ("inactive", -227), ("restricted", -244), ("left", -213)]
)
async def test_who_does_not_want_to_hear_hears_nothing(
    fake: FakeZaloOa, trait: Literal["blocked", "inactive", "restricted", "left"], code: int
) -> None:
    setattr(fake.person(USER), trait, True)
    assert (await send(fake, text="a"))["error"] == code
    assert fake.sent == []


async def test_unfollowing_and_withdrawing_close_the_door(fake: FakeZaloOa) -> None:
    await fake.unfollow(USER)
    assert (await send(fake, text="a"))["error"] == -213
    await fake.user_says(USER, "Tôi quay lại")
    assert (await send(fake, text="a"))["error"] == 0
    await fake.withdraw(USER)
    assert (await send(fake, text="a"))["error"] == -213


async def test_one_person_takes_only_so_many(fake: FakeZaloOa) -> None:
    fake.receive_limit = 1
    assert (await send(fake, text="a"))["error"] == 0
    assert (await send(fake, text="a"))["error"] == -218
