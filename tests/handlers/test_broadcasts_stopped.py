"""A broadcast on its way: stopped in time, and what its maker hears of it (T52, T59, P10)."""

import pytest

from bot.channels.base import RecipientGone, TryLater, Uncertain
from storage import unsent
from tests.conftest import ENGINES
from tests.handlers.broadcasting import (
    DAY,
    a_resident,
    at,
    broadcast,
    codes,
    outbox,
    sent_out,
    states,
    tick,
    told,
)
from tests.handlers.chasing import an_officer
from tests.talk import House, Talk


@pytest.fixture
async def officer(house: House, talk: Talk) -> Talk:
    at(house, DAY)
    return await an_officer(talk)


@pytest.fixture
async def three(house: House, officer: Talk) -> list[Talk]:
    return [await a_resident(house, f"dan{number}") for number in range(3)]


# --- stopping ------------------------------------------------------------------------------------


async def test_t52_a_wrong_text_is_stopped_in_time(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    await broadcast(officer)
    assert "Trong 5 phút tới còn dừng được" in "\n".join(officer.heard[-3:])
    assert await tick(house, minutes=4) == 0
    await officer.presses("Dừng tin này")
    assert "Đã dừng tin" in "\n".join(officer.heard[-3:])
    assert await sent_out(house) == 0
    assert [told(one) for one in three] == [[], [], []]
    assert await states(house) == ["stopped"]


async def test_t52_any_colleague_may_stop_it(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    colleague = await an_officer(officer, "Anh Tú")
    await broadcast(officer)
    assert "Thấy chưa ổn thì dừng được" in colleague.last
    await colleague.presses("Dừng tin này")
    assert await sent_out(house) == 0
    assert any("Anh Tú đã dừng tin" in one for one in officer.heard)


@pytest.mark.parametrize("engine", ENGINES)  # only a fake can fail
async def test_what_has_not_gone_is_cancelled_half_way(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    await broadcast(officer)
    house.channel.failures = [TryLater(None), TryLater(None)]
    await tick(house, minutes=6)
    await officer.says("/thongbao")
    await officer.types("đang gửi")
    assert "đã gửi 1/3 người" in officer.last
    assert "2 người đang chờ tới lượt" in officer.last
    await officer.presses("Dừng tin này")
    assert "Đã có 1/3 người nhận trước đó" in officer.last
    await sent_out(house)
    await tick(house, hours=1)
    assert sum(len(told(one)) for one in three) == 1
    assert (await outbox(house)).count("cancelled") == 2


async def test_what_is_over_cannot_be_stopped(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    await broadcast(officer)
    await sent_out(house)
    await officer.says("/thongbao")
    await officer.types("đã gửi")
    assert "Dừng tin này" not in officer.labels


@pytest.mark.parametrize("typed", ["Dừng", "dừng lại", "dung", "dừng tin"])
async def test_t52_a_bare_stop_asks_which_and_stops_the_broadcast(
    house: House, officer: Talk, three: list[Talk], typed: str
) -> None:
    """T52, U11: nobody's own reminders are switched off instead, and the broadcast goes on."""
    await broadcast(officer)
    [code] = await codes(house)
    await officer.says(typed)
    if "Dừng gì?" in officer.last:
        assert [label.split(". ")[-1] for label in officer.labels] == [
            f"Dừng tin {code}",
            "Tắt tin nhắc của tôi",
            "Không dừng gì",
        ]
        await officer.says("1")
    assert await states(house) == ["stopped"]
    assert f"Tin {code} đã dừng" in officer.last
    assert not (await officer.actor()).is_muted
    assert await sent_out(house) == 0


async def test_t52_a_colleague_s_bare_stop_is_asked_too(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    colleague = await an_officer(officer, "Anh Tú")
    await broadcast(officer)
    await colleague.says("dừng", "1")
    assert await states(house) == ["stopped"]
    assert any("Anh Tú đã dừng tin" in one for one in officer.heard)


async def test_one_s_own_reminders_can_still_be_meant(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    """U11: "dừng nhắc" and /dung act at once, as ever."""
    await broadcast(officer)
    await officer.says("dừng", "3")
    assert not (await officer.actor()).is_muted
    await officer.says("dừng", "2")
    assert (await officer.actor()).is_muted
    await officer.says("nhận nhắc")
    for typed in ("dừng nhắc", "/dung"):
        await officer.says(typed)
        assert (await officer.actor()).is_muted
        await officer.says("nhận nhắc")
    assert await states(house) == ["waiting"]


async def test_what_was_being_made_is_gone_on_with(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    """U6, T56: the stop comes between."""
    await broadcast(officer)
    await officer.says("/thongbao", "1", "xóm 5")
    await officer.says("dừng", "1")
    assert await states(house) == ["stopped"]
    assert "Xin nhắn lời của tin" in officer.last


async def test_without_a_broadcast_a_bare_stop_is_about_reminders(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    await broadcast(officer)
    await sent_out(house)
    await officer.says("dừng")
    assert (await officer.actor()).is_muted
    [one, *_] = three
    await one.says("dừng")
    assert (await one.actor()).is_muted


@pytest.mark.parametrize("typed", ["khi nào tin đi", "bao giờ thông báo gửi?", "tin đi lúc nào"])
async def test_when_it_goes_is_answered_while_it_waits(
    house: House, officer: Talk, three: list[Talk], typed: str
) -> None:
    await broadcast(officer)
    await officer.says("trang đầu")
    said = "\n".join(await officer.asks(typed))
    assert "sẽ đi lúc 09:05" in said
    await officer.presses("Dừng tin này")
    assert await states(house) == ["stopped"]


# --- the report ----------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)  # only a fake can fail
async def test_the_maker_hears_what_became_of_it(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    """T59: sent, not sent and why, unknown; never sent again where nobody knows."""
    await broadcast(officer)
    house.channel.failures = [RecipientGone(), Uncertain()]
    await sent_out(house)
    await tick(house, seconds=20)
    assert "Kết quả gửi tin" in officer.last
    assert "1/3 người" in officer.last
    assert "1 người chưa rõ đã nhận hay chưa" in officer.last
    assert "1 không còn liên lạc được" in officer.last
    assert len([one for one in officer.heard if "Kết quả gửi tin" in one]) == 1


@pytest.mark.parametrize("engine", ENGINES)  # only a fake can fail
async def test_t59_the_desk_sees_by_name_who_did_not_get_it(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    """R13, T59: for a call or a walk; and how many had not agreed from the beginning."""
    await Talk(house, "learner").enrolled()
    await broadcast(officer)
    house.channel.failures = [RecipientGone()]
    await sent_out(house)
    await tick(house, seconds=20)
    assert "1 chưa đồng ý nhận tin" in officer.last
    assert "Muốn xem tên ai không nhận được" in officer.last
    await officer.says("tin đã gửi")
    await officer.types("đã gửi")
    assert "1 chưa đồng ý nhận tin" in officer.last
    said = "\n".join(await officer.asks("Xem ai không nhận được"))
    [missed] = [f"Bà dan{number}" for number, one in enumerate(three) if not told(one)]
    assert f"- {missed}, Xóm 5: không còn liên lạc được." in said


@pytest.mark.parametrize("engine", ENGINES)  # only a fake can fail
async def test_p10_names_are_known_no_longer_than_the_messages(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    await broadcast(officer)
    house.channel.failures = [RecipientGone()]
    await sent_out(house)
    await tick(house, seconds=20)
    house.clock.passes(days=91)
    async with house.app.database.transaction() as tx:
        await unsent.sweep(tx, now=house.clock.wall())
    await officer.says("/thongbao")
    await officer.types("đã gửi")
    assert "2/3 người" in officer.last
    assert "1 không còn liên lạc được" in officer.last
    said = "\n".join(await officer.asks("Xem ai không nhận được"))
    assert "không còn được lưu" in said


async def test_u11_one_that_missed_the_evening_is_reported_when_it_was_sent(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    """U11, T52: confirmed at 20:24:50, due 20:29:50, looked at 20:30:05."""
    at(house, "2026-11-24 20:24")
    house.clock.passes(seconds=50)
    await broadcast(officer)
    before = len(officer.heard)
    await tick(house, minutes=5, seconds=15)
    assert officer.heard[before:] == []
    assert await states(house) == ["waiting"]
    at(house, "2026-11-25 07:30")
    await tick(house)
    await tick(house, seconds=30)
    assert [len(told(one)) for one in three] == [1, 1, 1]
    assert await states(house) == ["sent"]
    assert "3/3" in officer.last


async def test_p10_after_the_texts_are_swept_the_figures_stay(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    """P10: messages go after 90 days; what was sent is not "lost" then."""
    await broadcast(officer)
    await sent_out(house)
    house.clock.passes(days=91)
    async with house.app.database.transaction() as tx:
        await unsent.sweep(tx, now=house.clock.wall())
    await officer.says("/thongbao")
    await officer.types("đã gửi")
    assert "đã gửi xong: 3/3 người" in officer.last
    assert "không nhận được" not in officer.last
