"""/nhac as an officer meets it: what is next, what was sent and why not, nudging (design §3)."""

import pytest
from sqlalchemy import delete, update

from bot.channels.base import RecipientGone, TryLater, Uncertain
from storage.tables import OutboxRow, Reminder, ReminderDelivery
from tests.conftest import ENGINES
from tests.handlers.chasing import an_officer, answers, asks, elsewhere
from tests.handlers.points import ends
from tests.handlers.reminding import asked, comes, local, passes
from tests.handlers.test_quick_forms import sent as sends_form
from tests.handlers.test_reporting import head, reported
from tests.talk import House, Talk


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The engines: where platforms close their windows a season is another one."""
    return str(request.param)


@pytest.fixture
async def five(talk: Talk) -> Talk:
    return await head(talk)


# --- the first message ---------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["/nhac", "nhắc hạn", "lich nhac", "kế hoạch nhắc ạ"])
async def test_the_plan_is_asked_for_in_any_words(five: Talk, said: str) -> None:
    officer = await an_officer(five)
    shown = await asks(officer, said)
    assert "Lịch nhắc hạn, xã Giao Minh." in shown
    assert "Thứ Ba 1/12, 8 giờ: báo cáo năm 2026 còn chờ 13 xóm" in shown
    assert "Nhắn tới 1 người. Không nhắn được 32 nơi." in shown
    assert "Sau đó: 8/12, 8 giờ; 11/12, 8 giờ." in shown
    assert "chưa gửi tin nhắc nào" in shown
    assert len(officer.labels) <= 5


@pytest.mark.parametrize("said", ["nhắc lại", "đôn đốc", "ai chưa nộp"])
async def test_words_of_who_owes_stay_there(five: Talk, said: str) -> None:
    officer = await an_officer(five)
    assert "Lịch nhắc hạn" not in await asks(officer, said)


@pytest.mark.parametrize("said", ["dừng nhắc", "đừng nhắc nữa"])
async def test_stopping_for_oneself_is_no_pause_of_others(five: Talk, said: str) -> None:
    """U11: "dừng nhắc" is this person's own."""
    officer = await an_officer(five)
    await officer.says("/nhac", said)
    await comes(five.house, "2026-12-08 08:00")
    assert len(asked(five)) == 1


async def test_who_is_no_officer_meets_no_such_command(house: House, five: Talk) -> None:
    """T12."""
    for said in ("/nhac", "kế hoạch nhắc"):
        assert "Lịch nhắc hạn" not in await asks(five, said)


async def test_it_stands_in_the_help_and_the_menu(five: Talk) -> None:
    officer = await an_officer(five)
    assert "/nhac (lịch nhắc hạn)" in await asks(officer, "trợ giúp")
    await officer.says("trang đầu")
    await officer.presses("Việc khác")
    assert "Lịch nhắc hạn" in officer.labels


async def test_when_all_have_reported_nobody_is_named(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    await reported(five)
    await officer.says("/nhac")
    shown = await answers(officer, "Sắp nhắc ai")
    assert "Xóm 5" not in shown.replace("Xóm 5, ", "")
    assert "Không nhắn được ai, vì chưa có người báo cáo" in shown


async def test_of_two_communes_one_is_asked_about(house: House, five: Talk) -> None:
    """T13: as /chuabaocao does."""
    officer = await an_officer(five)
    await elsewhere(house)
    await officer.holds("officer", "xa-khac")
    await officer.says("/nhac")
    assert officer.labels == ["xã Giao Minh", "xã Khác"]
    assert "Lịch nhắc hạn, xã Khác." in await answers(officer, "xã Khác")
    shown = await answers(officer, "Sắp nhắc ai")
    assert "Xóm 99" in shown
    assert "Xóm 5" not in shown


async def test_a_desk_that_was_lost_shows_nothing_of_it(house: House, five: Talk) -> None:
    """T41, T13: the right of one of two communes ends between question and press."""
    officer = await an_officer(five)
    await elsewhere(house)
    await officer.holds("officer", "xa-khac")
    await officer.says("/nhac")
    await officer.presses("xã Khác")
    button = officer.button("Sắp nhắc ai")
    await ends(officer, "officer", "xa-khac")
    await officer.sends(kind="press", button=button)
    await house.settle()
    assert "Quyền của cán bộ ở đây đã hết" in "\n".join(officer.heard[-2:])
    assert "Xóm 99" not in "\n".join(officer.heard[-2:])


# --- whom ----------------------------------------------------------------------------------------


async def test_a_moment_that_has_passed_is_said_to_have(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    await officer.says("/nhac")
    await officer.presses("Sắp nhắc ai")
    button = officer.button("8/12, 8 giờ")
    await comes(house, "2026-12-08 08:00")
    await officer.sends(kind="press", button=button)
    await house.settle()
    shown = "\n".join(officer.heard[-5:])
    assert "đã qua hoặc không còn" in shown
    assert "11/12, 8 giờ" in shown


async def test_what_is_held_back_is_named_where_it_would_go(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    await five.somebody("Ông Sáu", role="head", unit="xom-06")
    await officer.says("/nhac")
    await officer.presses("Tạm dừng, nhắc tiếp", "Tạm dừng một nơi")
    await officer.says("xóm 5")
    shown = await answers(officer, "Tạm dừng")
    assert "Đang tạm dừng: mọi việc của Xóm 5." in shown
    shown = await answers(officer, "Sắp nhắc ai")
    assert "xóm (1): Xóm 6." in shown
    assert "Đang tạm dừng nên không nhắc (1): Xóm 5." in shown


async def test_a_quick_form_is_its_own_thing(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    await sends_form(officer, whom="xóm 5, 6", due="8/12")
    await officer.says("/nhac")
    await officer.presses("Sắp nhắc ai")
    shown = await answers(officer, "8/12, 8 giờ")
    assert "Phiếu “Cài VNeID tuần này”, xóm (1): Xóm 5." in shown


async def test_somebody_muted_is_no_promise(house: House, five: Talk) -> None:
    """U11."""
    officer = await an_officer(five)
    await five.says("dừng nhắc")
    await officer.says("/nhac")
    assert "đã tắt tin nhắc (1): Xóm 5." in await answers(officer, "Sắp nhắc ai")


# --- what was sent -------------------------------------------------------------------------------


async def looks_back(officer: Talk) -> str:
    await officer.says("/nhac")
    return await answers(officer, "Đã gửi và chưa tới")


async def test_what_was_sent_is_counted_by_day(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    await passes(house, "2026-12-08 08:00", "2026-12-11 08:00", "2026-12-12 08:00")
    shown = await looks_back(officer)
    assert "Thứ Bảy 12/12: 1 tin đã gửi." in shown
    assert "Thứ Sáu 11/12: 1 tin đã gửi." in shown
    assert "Thứ Ba 8/12: 2 tin đã gửi." in shown
    assert "mà không nhắn được, chưa có người báo cáo (32):" in shown


async def test_what_nobody_can_know_is_said_so(house: House, five: Talk) -> None:
    """R9: uncertain is shown by name, and never sent again blindly."""
    officer = await an_officer(five)
    house.channel.failures.append(Uncertain("cut off"))
    await comes(house, "2026-12-01 08:00")
    shown = await looks_back(officer)
    assert "1 tin chưa rõ đã tới chưa" in shown
    assert "Trợ lý không tự gửi lại (1): " in shown
    assert "(Xóm 5)." in shown


async def test_what_failed_is_named_with_the_reason(house: House, five: Talk) -> None:
    """R13, T59."""
    officer = await an_officer(five)
    six = await five.somebody("Ông Sáu", role="head", unit="xom-06")
    house.channel.failures += [RecipientGone(), RecipientGone()]
    await comes(house, "2026-12-01 08:00")
    assert asked(six) == []
    shown = await looks_back(officer)
    assert "2 tin không tới được" in shown
    assert "Không tới được, không còn liên lạc được (2):" in shown
    assert "Ông Sáu (Xóm 6)" in shown
    assert shown.count("Xóm 6") == 1


async def test_what_was_asked_for_weeks_ago_is_not_of_this_week(house: House, five: Talk) -> None:
    """Nobody could be told when an officer asked for it by hand; today somebody can be."""
    officer = await an_officer(five)
    await officer.says("/nhac")
    await officer.presses("Nhắc ngay", "Nhắc 1 nơi")
    async with house.app.database.transaction() as tx:
        await tx.execute(update(Reminder).values(state="lost"))
    reached_now = "nay đã nhắn được"
    assert reached_now in await looks_back(officer)
    house.clock.passes(days=7)
    assert reached_now not in await looks_back(officer)


async def test_what_was_not_needed_any_more_did_not_fail(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    house.channel.failures.append(TryLater(300, whole_channel=False))
    await comes(house, "2026-12-01 08:00")
    assert "1 tin đang chờ gửi" in await looks_back(officer)
    await reported(five)
    await five.waits(minutes=10)
    shown = await looks_back(officer)
    assert "1 tin thôi không gửi vì không còn cần" in shown
    assert "không tới được" not in shown


async def test_figures_stay_when_the_messages_are_gone(house: House, five: Talk) -> None:
    """P10: texts go after ninety days."""
    officer = await an_officer(five)
    await passes(house, "2026-12-01 08:00", "2026-12-08 08:00")
    house.clock.passes(seconds=(local("2026-12-30 09:00") - house.clock.wall()).total_seconds())
    async with house.app.database.transaction() as tx:
        await tx.execute(delete(OutboxRow).where(OutboxRow.kind == "reminder"))
    shown = await looks_back(officer)
    assert "chưa gửi tin nhắc nào" in shown
    shown = await answers(officer, "Các ngày trước")
    assert "Thứ Ba 8/12: đã nhắc 2 nơi, không nhắn được 32 nơi." in shown
    assert "Thứ Ba 1/12: đã nhắc 1 nơi" in shown
    assert await house.rows(ReminderDelivery.key) != []


async def test_another_communes_messages_are_not_seen(house: House, five: Talk) -> None:
    """T13."""
    officer = await an_officer(five)
    await elsewhere(house)
    await five.somebody("Trưởng Xa", role="head", unit="xom-99")
    house.channel.failures += [Uncertain("cut off")] * 3
    await comes(house, "2026-12-08 08:00")
    shown = await looks_back(officer)
    assert "Trưởng Xa" not in shown
    assert "Xóm 99" not in shown


# --- nudging, deadlines, the way on --------------------------------------------------------------


async def test_nudging_goes_over_to_the_preview_there_is(house: House, five: Talk) -> None:
    """U18: nothing goes before the yes."""
    officer = await an_officer(five)
    await officer.says("/nhac")
    preview = await answers(officer, "Nhắc ngay")
    assert "sẽ nhắc 1 nơi về báo cáo năm 2026" in preview
    assert asked(five) == []
    await officer.presses("Nhắc 1 nơi")
    assert len(asked(five)) == 1


async def test_a_form_is_nudged_where_it_is_at_home(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    await sends_form(officer, whom="xóm 5", due="8/12")
    await officer.says("/nhac")
    await officer.presses("Nhắc ngay")
    assert len(officer.labels) == 3
    shown = await answers(officer, "Phiếu")
    assert "Cài VNeID tuần này" in shown
    assert any("Nhắc" in one for one in officer.labels)


async def test_nothing_is_left_to_nudge(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    await elsewhere(house)
    await officer.holds("officer", "xa-khac")
    far = await five.somebody("Trưởng Xa", role="head", unit="xom-99")
    await reported(far)
    await officer.says("/nhac")
    await officer.presses("xã Khác")
    assert "không còn nơi nào cần nhắc" in await answers(officer, "Nhắc ngay")


async def test_something_else_typed_keeps_the_question(five: Talk) -> None:
    """U5."""
    officer = await an_officer(five)
    await officer.says("/nhac", "qwrtp zxcv")
    assert officer.labels[0] == "Sắp nhắc ai"
    await officer.says("2")
    assert "chưa gửi tin nhắc nào" in "\n".join(officer.heard[-2:])


async def test_it_goes_on_after_a_restart(five: Talk) -> None:
    officer = await an_officer(five)
    await officer.says("/nhac")
    await officer.restart()
    await officer.says("3")
    assert "Tạm dừng phần nào" in officer.last
