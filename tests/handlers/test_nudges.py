"""Told of the next lesson once a week: agreeing, day and hour, ending it (P2, P3, U11)."""

import hashlib

import pytest

from handlers import FLOWS
from handlers.nudges import hours
from storage.tables import AuditRow, Consent, NudgeWish
from tests.handlers.small_catalogue import (
    RIGHT,
    small_catalogue,  # noqa: F401 - a fixture
)
from tests.talk import Talk

OFFER = "Nhắc tôi mỗi tuần"


async def learns(talk: Talk) -> Talk:
    """The open lesson to its end."""
    return await talk.presses("Xem tiếp", "Xem tiếp", "Xem tiếp", "Đã làm xong", *[RIGHT] * 3)


async def learned_two(talk: Talk) -> Talk:
    await learns(await talk.enrolled())
    return await learns(await talk.presses("Học bài tiếp theo"))


async def agreed(talk: Talk, hour: str = "19:00") -> Talk:
    await talk.says("nhắc tôi học")
    return await talk.presses("Đồng ý nhận nhắc", hour)


async def consents(talk: Talk) -> list[tuple[object, ...]]:
    return await talk.house.rows(
        Consent.version,
        Consent.text_hash,
        Consent.channel,
        Consent.withdrawn_at,
        where=Consent.purpose == "nudges",
    )


async def wishes(talk: Talk) -> list[tuple[object, ...]]:
    return await talk.house.rows(NudgeWish.weekday, NudgeWish.at)


def choices(talk: Talk) -> list[str]:
    return [label.split(". ")[-1] for label in talk.labels]


# --- agreeing ------------------------------------------------------------------------------------


async def test_p3_agreeing_keeps_the_words_that_were_shown(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("nhắc tôi học")
    assert talk.text("nudges.consent") in talk.last
    assert choices(talk) == ["Đồng ý nhận nhắc", "Không nhận nhắc"]  # P2: two equal ones
    await talk.presses("Đồng ý nhận nhắc")
    shown = hashlib.sha256(talk.text("nudges.consent").encode()).hexdigest()
    assert await consents(talk) == [(1, shown, talk.address.channel, None)]
    assert await wishes(talk) == [(6, "19:00")]  # a Sunday
    assert choices(talk) == [*hours.HOURS, "Chọn ngày khác"]
    await talk.presses("20:00")
    assert talk.text("nudges.set", at="20:00 Chủ nhật") in talk.heard
    assert await wishes(talk) == [(6, "20:00")]
    assert len(await consents(talk)) == 1


async def test_the_day_can_be_chosen_and_its_number_is_its_name(talk: Talk) -> None:
    """N13: "3" is "thứ Ba" in every mouth."""
    await talk.enrolled()
    await talk.says("nhắc học")
    await talk.presses("Đồng ý nhận nhắc", "Chọn ngày khác")
    assert talk.number("Thứ Ba") in ("3", "")
    await talk.types("Thứ Ba")
    await talk.presses("18:30")
    assert talk.text("nudges.set", at="18:30 thứ Ba") in talk.heard
    assert await wishes(talk) == [(1, "18:30")]


async def test_what_was_open_before_is_asked_again(talk: Talk) -> None:
    """U6: the lesson is where it was."""
    await talk.enrolled()
    await talk.presses("Xem tiếp")
    page = talk.last
    await agreed(talk)
    assert talk.last == page


async def test_p2_no_is_as_easy(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("nhắc tôi học")
    await talk.presses("Không nhận nhắc")
    assert talk.text("nudges.declined") in talk.heard
    assert await consents(talk) == []
    assert (await talk.actor()).has_consent


async def test_going_back_and_saying_no_ends_it(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("nhắc tôi học")
    await talk.presses("Đồng ý nhận nhắc")
    await talk.says("quay lại")
    await talk.presses("Không nhận nhắc")
    assert (await talk.actor()).consents == {"learning"}
    assert await wishes(talk) == [(None, "")]


async def test_p6_who_agreed_to_nothing_is_nudged_of_nothing(talk: Talk) -> None:
    """A child cannot agree to be remembered, and so to this neither."""
    await talk.says("x5", "cháu 12 tuổi")
    await talk.says("nhắc tôi học")
    assert talk.text("nudges.needs_consent") in talk.heard
    assert await consents(talk) == []


async def test_who_muted_the_bot_is_told_that_nothing_will_come(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("dừng nhắc")
    await agreed(talk)
    assert talk.text("news.but_muted") in talk.heard


@pytest.mark.parametrize(
    ("typed", "at"),
    [("19 rưỡi", "19:30"), ("7 rưỡi tối", "19:30"), ("7h tối", "19:00"), ("6 ruoi", "18:30"),
     ("19h30", "19:30"), ("8 giờ tối nhé", "20:00")],
)  # fmt: skip
async def test_the_hour_as_people_say_it(talk: Talk, typed: str, at: str) -> None:
    """N11."""
    await talk.enrolled()
    await talk.says("nhắc tôi học")
    await talk.presses("Đồng ý nhận nhắc")
    await talk.says(typed)
    assert f"Đã ghi: Trợ lý nhắc học lúc {at}" in "\n".join(talk.heard[-2:])


@pytest.mark.parametrize("typed", ["21h", "5 rưỡi", "7"])
async def test_an_hour_that_is_none_of_them_is_asked_again(talk: Talk, typed: str) -> None:
    await talk.enrolled()
    await talk.says("nhắc tôi học")
    await talk.presses("Đồng ý nhận nhắc")
    await talk.says(typed)
    assert "Đã ghi" not in "\n".join(talk.heard[-2:])


# --- offered -------------------------------------------------------------------------------------


async def test_it_is_offered_behind_the_second_lesson_once(talk: Talk) -> None:
    await learns(await talk.enrolled())
    assert not any(OFFER in label for label in talk.labels)
    await learns(await talk.presses("Học bài tiếp theo"))
    assert talk.text("nudges.offer") in talk.last
    assert len(talk.labels) <= 5  # U3
    await learns(await talk.presses("Học bài tiếp theo"))
    assert talk.text("nudges.offer") not in talk.last


async def test_the_offer_leads_to_the_consent_and_back_to_the_result(talk: Talk) -> None:
    await learned_two(talk)
    await talk.presses(OFFER)
    assert talk.text("nudges.consent") in talk.last
    assert await consents(talk) == []
    await talk.presses("Đồng ý nhận nhắc", "19:30")
    assert await wishes(talk) == [(6, "19:30")]
    assert "Đúng 3/3 câu" in talk.last
    assert talk.text("nudges.offer") not in talk.last
    assert "Trang đầu" in choices(talk)
    await talk.presses("Học bài tiếp theo")
    assert "Bài 3." in talk.last


async def test_u11_after_a_no_it_is_never_offered_again(talk: Talk) -> None:
    await learns(await talk.enrolled())
    await talk.says("nhắc tôi học")
    await talk.presses("Không nhận nhắc")
    await learns(await talk.presses("Học bài tiếp theo"))
    assert talk.text("nudges.offer") not in talk.last


@pytest.mark.parametrize("said", ["dừng nhắc", "nhắc tôi học"])
async def test_who_is_muted_or_has_it_is_offered_nothing(talk: Talk, said: str) -> None:
    await learns(await talk.enrolled())
    await talk.says(said)
    if said != "dừng nhắc":
        await talk.presses("Đồng ý nhận nhắc", "19:00")
    await learns(await talk.presses("Học bài tiếp theo"))
    assert talk.text("nudges.offer") not in talk.last


# --- changing and ending -------------------------------------------------------------------------


async def test_who_has_it_can_keep_change_or_end_it(talk: Talk) -> None:
    await talk.enrolled()
    await agreed(talk)
    await talk.says("nhắc tôi học")
    assert talk.text("nudges.current", at="19:00 Chủ nhật") in talk.last
    assert choices(talk) == ["Giữ như vậy", "Đổi ngày giờ", "Ngừng nhắc học"]
    await talk.presses("Giữ như vậy")
    assert talk.text("nudges.kept", at="19:00 Chủ nhật") in talk.heard
    await talk.says("nhắc học")
    await talk.presses("Đổi ngày giờ", "18:30")
    assert await wishes(talk) == [(6, "18:30")]
    await talk.says("nhắc học")
    await talk.presses("Ngừng nhắc học")
    assert talk.text("nudges.stopped") in talk.heard
    [(*_, withdrawn_at)] = await consents(talk)
    assert withdrawn_at is not None
    assert "consent.withdrawn" in await talk.house.rows(AuditRow.action)


@pytest.mark.parametrize("said", ["ngừng nhắc học", "dung nhac hoc", "thôi nhắc học"])
async def test_u11_words_end_it_at_once_and_the_question_stays(talk: Talk, said: str) -> None:
    await talk.enrolled()
    await agreed(talk)
    page = talk.last
    await talk.says(said)
    assert talk.text("nudges.stopped") in talk.heard
    assert talk.last == page
    assert (await talk.actor()).consents == {"learning"}
    assert not (await talk.actor()).is_muted  # other reminders go on


async def test_ending_what_is_not_there_says_so(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("ngừng nhắc học")
    assert talk.text("nudges.not_on") in talk.heard


async def test_after_the_end_it_can_be_had_again(talk: Talk) -> None:
    await talk.enrolled()
    await agreed(talk)
    await talk.says("ngừng nhắc học")
    await agreed(talk, "20:00")
    assert "nudges" in (await talk.actor()).consents
    assert len(await consents(talk)) == 2
    assert await wishes(talk) == [(6, "20:00")]


async def test_p3_my_data_shows_it_and_ends_it_by_itself(talk: Talk) -> None:
    await talk.enrolled()
    await agreed(talk)
    await talk.says("/dulieu", "1")
    assert any("nhận nhắc học từ 22/11/2026" in heard for heard in talk.heard)
    assert talk.text("nudges.mine", at="19:00 Chủ nhật") in talk.heard
    await talk.says("4", "3")
    assert any("Đã ngừng nhắc học. Mã biên nhận: RD-" in heard for heard in talk.heard)
    assert (await talk.actor()).consents == {"learning"}
    assert await wishes(talk) == [(None, "")]


async def test_withdrawing_everything_ends_it_too(talk: Talk) -> None:
    await talk.enrolled()
    await agreed(talk)
    await talk.says("/dulieu", "4", "2")
    assert (await talk.actor()).consents == frozenset()
    assert await wishes(talk) == [(None, "")]


async def test_p5_erasing_leaves_nothing_of_it(talk: Talk) -> None:
    await talk.enrolled()
    await agreed(talk)
    await talk.says("/dulieu", "5", "2")
    assert await wishes(talk) == []
    assert await consents(talk) == []


async def test_dung_mutes_and_keeps_what_was_agreed(talk: Talk) -> None:
    """U11: "bật nhắc" brings back just that."""
    await talk.enrolled()
    await agreed(talk, "18:30")
    await talk.says("dừng nhắc", "bật nhắc")
    assert "nudges" in (await talk.actor()).consents
    assert await wishes(talk) == [(6, "18:30")]


async def test_words_of_the_step_are_no_surprise_elsewhere() -> None:
    """U4: "ngừng nhắc" alone stays the word for silence from everything."""
    ours = {word for flow in FLOWS if flow.name.startswith("nudges") for word in flow.words}
    assert not {"ngừng nhắc", "dừng nhắc", "nhận nhắc", "bật nhắc"} & ours
