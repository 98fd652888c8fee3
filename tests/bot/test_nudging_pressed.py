"""What is pressed under a learning nudge, and what it says to whom (T13, U4, U6)."""

import pytest

from tests.bot.learning_nudges import SUNDAY, a_learner, comes, nudges, tell
from tests.conftest import MakeHouse
from tests.handlers.small_catalogue import (
    small_catalogue,  # noqa: F401 - a fixture
)
from tests.handlers.test_nudges import agreed, learned_two, wishes
from tests.talk import House, Talk


@pytest.fixture
async def learner(house: House) -> Talk:
    return await a_learner(house, "learner")


async def test_learn_now_opens_that_lesson(house: House) -> None:
    learner = await agreed(await learned_two(Talk(house, "learner")))
    await comes(house, f"{SUNDAY} 19:00")
    await learner.presses("Học ngay")
    assert "Bài 3. Ứng dụng giả\n(1/2)" in learner.last


async def test_learn_now_goes_on_where_it_was_left(house: House, learner: Talk) -> None:
    await learner.presses("Xem tiếp")
    await learner.says("trang đầu")
    await comes(house, f"{SUNDAY} 19:00")
    await learner.presses("Học ngay")
    assert "Bài 1. Bảy dấu hiệu lừa đảo\n(2/3)" in learner.last


async def test_an_open_question_is_not_thrown_out(house: House, learner: Talk) -> None:
    """U6: what was open when "Học ngay" was pressed is behind "quay lại"."""
    await comes(house, f"{SUNDAY} 19:00")
    await learner.says("/dulieu", "2", "1")
    question = learner.last
    await learner.presses("Tuần sau")
    assert learner.last == question
    await comes(house, "2026-12-06 19:00")
    await learner.says("/dulieu", "2", "1")
    await learner.presses("Học ngay")
    assert "Bài 1." in learner.last
    await learner.says("quay lại")
    assert learner.last == question


async def test_next_week_says_when_and_keeps_this_week_quiet(house: House, learner: Talk) -> None:
    await comes(house, f"{SUNDAY} 19:00")
    await learner.presses("Tuần sau")
    assert learner.text("nudges.next_week_said", at="19:00 Chủ nhật") in learner.heard
    await learner.says("nhắc tôi học")
    await learner.presses("Đổi ngày giờ", "20:00")
    assert await comes(house, f"{SUNDAY} 20:00") == 0
    assert await comes(house, "2026-12-06 20:00") == 1


async def test_next_week_pressed_a_day_late_is_the_week_after(house: House, learner: Talk) -> None:
    await comes(house, f"{SUNDAY} 19:00")
    await comes(house, "2026-11-30 09:00")
    await learner.presses("Tuần sau")
    assert await comes(house, "2026-12-06 19:00") == 0
    assert await comes(house, "2026-12-13 19:00") == 1


async def test_stop_under_it_ends_the_consent_at_once(house: House, learner: Talk) -> None:
    await comes(house, f"{SUNDAY} 19:00")
    await learner.presses("Ngừng nhắc học")
    assert learner.text("nudges.stopped") in learner.heard
    assert (await learner.actor()).consents == {"learning"}
    assert await comes(house, "2026-12-06 19:00") == 0


async def test_next_week_under_an_old_one_brings_nothing_back(house: House, learner: Talk) -> None:
    await comes(house, f"{SUNDAY} 19:00")
    await learner.says("/dulieu", "4", "3")
    await learner.presses("Tuần sau")
    assert learner.text("nudges.not_on") in learner.heard
    assert (await learner.actor()).consents == {"learning"}


async def test_ngung_nhac_typed_under_it_silences_everything(house: House, learner: Talk) -> None:
    """U4: the universal words win over the button of a like name."""
    await comes(house, f"{SUNDAY} 19:00")
    await learner.says("ngừng nhắc")
    assert (await learner.actor()).is_muted


async def test_t13_on_a_shared_phone_it_says_for_whom_and_stops_theirs(
    a_house: MakeHouse,
) -> None:
    house: House = await a_house()
    learner = await a_learner(house, "family")
    await learner.says("đổi người học", "2", "1", "Ông Ba")
    await comes(house, f"{SUNDAY} 19:00")
    assert nudges(learner)[0].startswith("Bà family: Bài “Bảy dấu hiệu lừa đảo”")
    await learner.presses("Ngừng nhắc học")
    assert await wishes(learner) == [(None, "")]


async def test_on_the_page_it_is_there_at_once(a_house: MakeHouse) -> None:
    """Where people fetch, nothing is claimed: what is queued is looked at as strictly."""
    house: House = await a_house()
    learner = await a_learner(house, "learner")
    house.channel.fetched = True
    await comes(house, f"{SUNDAY} 18:59")
    await tell(house, learner, kind="broadcast")
    assert await comes(house, f"{SUNDAY} 19:00") == 0
