"""What ends reminders: "dừng nhắc", leaving, a role or a unit that is no more (U11, T14, T58)."""

import pytest

from bot.channels.base import RecipientGone, TryLater
from handlers.messages import Kind
from storage.tables import DutyMark, OutboxRow, Reminder, Unit
from tests.conftest import ENGINES
from tests.handlers.chasing import BUSINESS, MTTQ, an_officer, answers, asks, ends_on
from tests.handlers.reminding import asked, comes, passes
from tests.handlers.reports import linked
from tests.handlers.test_reporting import head
from tests.talk import House, Talk

UNKIND = ("quá hạn", "chưa nộp", "phải", "bắt buộc", "chậm", "muộn", "đến nay chưa có")
BUSY = TryLater(300, whole_channel=False)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """On both engines; weeks pass here, and real platforms close their windows meanwhile."""
    return str(request.param)


@pytest.fixture
async def five(talk: Talk) -> Talk:
    return await head(talk)


async def sent(house: House) -> list[str]:
    rows = await house.rows(OutboxRow.id, OutboxRow.state, where=OutboxRow.kind == "reminder")
    return [state for _, state in sorted(rows)]


async def on_its_way(house: House, moment: str = "2026-12-08 08:00") -> None:
    """Planned and queued; the platform is busy for five minutes."""
    house.channel.failures.append(BUSY)
    await comes(house, moment)


# --- dừng nhắc -----------------------------------------------------------------------------------


async def test_what_is_queued_is_cancelled_in_the_same_turn(house: House, five: Talk) -> None:
    """U11: at once, not only when it is looked at again."""
    await on_its_way(house)
    assert await sent(house) == ["retry_wait"]
    await five.says("/dung")
    assert await sent(house) == ["cancelled"]
    await passes(house, "2026-12-08 08:30", "2026-12-12 08:00", "2026-12-14 08:00")
    assert asked(five) == []


async def test_stopped_on_one_app_is_stopped_on_the_other(house: House, five: Talk) -> None:
    """U11: the human is left in peace, whichever of the linked accounts said it."""
    other = await linked(five)
    await on_its_way(house)
    await other.says("dừng nhắc")
    assert await sent(house) == ["cancelled"]
    await passes(house, "2026-12-12 08:00", "2026-12-14 08:00", "2026-12-15 08:00")
    assert asked(five) == []
    assert asked(other) == []


async def test_stopped_and_then_blocked_is_still_stopped_on_the_other(
    house: House, five: Talk
) -> None:
    """U11, T58: the wish outlives the account it was said through."""
    other = await linked(five)
    await other.says("dừng nhắc")
    await other.does(Kind.LEFT)
    await passes(house, "2026-12-08 08:00", "2026-12-12 08:00")
    assert asked(five) == []


async def test_it_stops_also_while_a_form_is_being_filled(house: House, five: Talk) -> None:
    """U4: in every state; what is being done goes on."""
    await comes(house, "2026-12-08 07:58")
    await five.says("/baocao", "1", "1")
    question = five.last
    await comes(house, "2026-12-08 08:00")  # it waits for the end of the talk
    await five.says("dừng nhắc")
    assert five.last == question
    await five.waits(hours=1)
    assert asked(five) == []
    assert await sent(house) == ["cancelled"]


async def test_a_message_taken_after_the_word_falls(house: House, five: Talk) -> None:
    """R17: the word and the claim meet in the database, whichever was first."""
    await on_its_way(house)
    await five.sends(text="dừng nhắc")
    house.clock.passes(minutes=6)
    await house.app.dispatcher.batch()
    await house.app.delivery.look()
    await house.settle()
    assert asked(five) == []


async def test_back_again_it_is_reminded_from_the_same_day_on(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    await on_its_way(house, "2026-12-09 08:00")  # behind the stage of the eighth
    await five.says("dừng nhắc")
    assert "đã tắt tin nhắc" in await asks(officer, "ai chưa nộp")
    await five.says("nhận nhắc")
    assert "đã tắt tin nhắc" not in await asks(officer, "ai chưa nộp")
    await passes(house, "2026-12-12 08:00")
    assert len(asked(five)) >= 1


async def test_an_officer_reaches_whoever_came_back_the_same_day(house: House, five: Talk) -> None:
    """R13: what is said to have been sent is sent, though the morning's message was cancelled."""
    officer = await an_officer(five)
    await comes(house, "2026-12-07 12:00")
    house.channel.failures.extend([BUSY] * 2)
    await comes(house, "2026-12-08 08:00")
    await five.says("dừng nhắc", "nhận nhắc")
    assert asked(five) == []
    await comes(house, "2026-12-08 10:00")
    await officer.says("ai chưa nộp")
    await officer.presses("Nhắc lại")
    assert len(asked(five)) == 1 or "Đã nhắc 1 nơi" in await answers(officer, "Nhắc 1 nơi")
    assert len(asked(five)) == 1


async def test_back_again_on_the_other_app(house: House, five: Talk) -> None:
    """U11: said on one app, taken back on the other."""
    other = await linked(five)
    await five.says("dừng nhắc")
    assert "nhắn tin nhắc trở lại" in "\n".join(await other.asks("nhận nhắc"))
    await comes(house, "2026-12-08 08:00")
    assert len(asked(five)) + len(asked(other)) == 1


async def test_an_officer_does_not_remind_whoever_stopped(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    await five.says("dừng nhắc")
    await officer.says("ai chưa nộp")
    said = await answers(officer, "Nhắc lại")
    assert "đã tắt tin nhắc: Xóm 5" in said
    assert asked(five) == []


async def test_the_call_list_says_that_they_stopped(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    await five.says("dừng nhắc")
    await officer.says("ai chưa nộp xóm")
    said = await answers(officer, "Danh sách gọi")
    [line] = [one for one in said.splitlines() if one.startswith("Xóm 5")]
    assert "đã tắt tin nhắc" in line


async def test_an_officer_who_stopped_gets_no_names(house: House, five: Talk) -> None:
    """U11: "dừng nhắc" is everybody's; a colleague gets them still."""
    officer, other = await an_officer(five), await an_officer(five, "Anh Bình")
    await officer.says("dừng nhắc")
    before = len(officer.heard)
    await comes(house, "2026-12-08 08:00")
    assert len(officer.heard) == before
    assert "còn thiếu" in other.last


async def test_everybody_of_a_shared_phone_is_left_in_peace(house: House, five: Talk) -> None:
    """One phone, several people: the word was said on it, so it is still."""
    await five.says("thêm người dùng chung máy", "1", "Bà Năm")
    await five.says("dừng nhắc")
    await passes(house, "2026-12-08 08:00", "2026-12-12 08:00")
    assert asked(five) == []


# --- who is gone (T58) ---------------------------------------------------------------------------


async def test_whoever_left_gets_nothing_of_what_waits(house: House, five: Talk) -> None:
    await on_its_way(house)
    await five.does(Kind.LEFT)
    assert await sent(house) == ["cancelled"]
    await passes(house, "2026-12-12 08:00", "2026-12-14 08:00")
    assert asked(five) == []
    officer = await an_officer(five)
    await officer.says("ai chưa nộp xóm")
    said = await answers(officer, "Danh sách gọi")
    [line] = [one for one in said.splitlines() if one.startswith("Xóm 5")]
    assert "nhắn tới được" not in line


async def test_whoever_comes_back_is_reminded_again(house: House, five: Talk) -> None:
    await five.does(Kind.LEFT)
    await comes(house, "2026-12-08 08:00")
    await five.says("xin chào")
    await comes(house, "2026-12-12 08:00")
    assert len(asked(five)) == 1


async def test_blocked_on_one_app_it_goes_to_the_other(house: House, five: Talk) -> None:
    """R9, R13, T58: once, through the account that is left."""
    other = await linked(five)
    house.channel.failures.append(RecipientGone())
    await comes(house, "2026-12-08 08:00")
    assert len(asked(five)) + len(asked(other)) == 1
    await comes(house, "2026-12-12 08:00")
    assert len(asked(five)) + len(asked(other)) == 2


# --- a role, a unit (T14) ------------------------------------------------------------------------


async def test_a_role_lost_between_plan_and_send(house: House, five: Talk) -> None:
    """T14, R17: the message was queued for somebody who was head when it was planned."""
    admin = await five.somebody("Chị Quản", role="admin")
    successor = await five.somebody("Anh Mới", role="reporter", unit="xom-06")
    house.channel.failures.extend([BUSY] * 3)
    await comes(house, "2026-12-08 08:00")
    await admin.says("/quantri", "1")
    await admin.presses("Xóm 5")
    await admin.types("Thu hồi")
    await five.waits(minutes=10)
    assert asked(five) == []
    assert len(asked(successor)) == 1
    assert "Xóm 6" in asked(successor)[0]


async def test_a_unit_that_ended_between_plan_and_send(house: House, five: Talk) -> None:
    await on_its_way(house)
    await ends_on(house, "xom-05", "2026-12-08")
    await five.waits(minutes=10)
    await passes(house, "2026-12-12 08:00")
    assert asked(five) == []
    assert await sent(house) == ["superseded"]
    ours = (Unit.id == Reminder.unit_id) & (Unit.code == "xom-05")
    assert "due" not in await house.rows(Reminder.state, where=ours)


# --- who is asked kindly -------------------------------------------------------------------------


async def test_the_front_never_hears_of_lateness(house: House, talk: Talk) -> None:
    """Design §5, §9: through the whole season, by itself and by hand, alone and with others."""
    officer = await an_officer(talk)
    front = await talk.somebody("Bà Mặt Trận", role="reporter", unit=MTTQ)
    await front.holds("reporter", "cong-an-xa")
    before = len(front.heard)
    for day in (1, 4, 8, 11, 14, 15, 16, 18, 21, 22):
        await passes(house, f"2026-12-{day:02} 08:00", f"2026-12-{day:02} 16:00")
    await comes(house, "2026-12-23 09:00")
    await officer.says("ai chưa nộp")
    await officer.presses("Nhắc lại")
    await officer.presses("Nhắc ")
    heard = front.heard[before:]
    assert len(heard) == 3
    assert not any(word in one.lower() for one in heard for word in UNKIND)


async def test_a_business_that_declines_is_invited_no_more(house: House, talk: Talk) -> None:
    """Design §5: "không tham gia" ends it, also what is planned."""
    business = await talk.somebody("Anh Hợp", role="reporter", unit=BUSINESS)
    for day in range(13, 19):
        await comes(house, f"2026-11-{day + 10:02} 08:00")
    await comes(house, "2026-12-01 08:00")
    assert len(asked(business)) == 1
    await business.presses("Không tham gia")
    assert await house.rows(DutyMark.kind) == ["exempt"]
    for day in range(2, 16):
        await comes(house, f"2026-12-{day:02} 08:00")
    assert len(asked(business)) == 1
