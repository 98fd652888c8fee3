"""Reminders that go by themselves: whom, when, how often, what they say (design §5, R15-R18)."""

from datetime import timedelta

import pytest

from bot.channels.base import TryLater, Uncertain
from storage.tables import OutboxRow, Reminder
from tests.conftest import ENGINES
from tests.handlers.broadcasting import at, broadcast, tick, told
from tests.handlers.chasing import BUSINESS, MTTQ, an_officer
from tests.handlers.reminding import asked, comes, passes
from tests.handlers.test_reporting import head, reported
from tests.talk import House, Talk, in_demo_days

KINDLY = ("quá hạn", "chưa nộp", "phải", "bắt buộc", "chậm", "muộn")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """On both engines; weeks pass here, and real platforms close their windows meanwhile."""
    return str(request.param)


async def stages(house: House, about: str = "report:2026") -> list[tuple[str, str]]:
    rows = await house.rows(
        Reminder.id, Reminder.stage, Reminder.state, where=Reminder.about == about
    )
    return [(stage, state) for _, stage, state in sorted(rows)]


async def sent(house: House) -> list[str]:
    return await house.rows(OutboxRow.state, where=OutboxRow.kind == "reminder")


@pytest.fixture
async def five(talk: Talk) -> Talk:
    return await head(talk)


# --- whom and when -------------------------------------------------------------------------------


async def test_a_hamlet_that_owes_is_reminded_at_eight(house: House, five: Talk) -> None:
    assert await comes(house, "2026-12-08 07:59") == 0
    assert await comes(house, "2026-12-08 08:00") == 1
    [said] = asked(five)
    assert said.startswith("Kính gửi Xóm 5: xin gửi báo cáo phong trào thi đua năm 2026")
    assert "trước ngày 15/12 (hết thứ Hai 14/12)" in said
    assert five.labels[-3:] == ["Làm ngay", "Để sau", "Đã nộp bản giấy"]
    assert await comes(house, "2026-12-08 08:30") == 0
    assert await sent(house) == ["sent"]


async def test_whoever_has_reported_hears_nothing(house: House, five: Talk) -> None:
    await reported(five)
    assert await comes(house, "2026-12-08 08:00") == 0
    assert asked(five) == []


async def test_a_hamlet_climbs_its_whole_ladder(house: House, five: Talk) -> None:
    """Design §5: 1, 8, 12, 14 twice, then 15, 18, 21 December; nothing on other days."""
    for day in range(23, 31):
        await comes(house, f"2026-11-{day} 08:00")
    for day in range(1, 32):
        await passes(house, *(f"2026-12-{day:02} {at}" for at in ("08:00", "15:30", "16:00")))
    told = [stage for stage, state in await stages(house) if state == "told"]
    days = ("01", "08", "12", "14", "14", "15", "18", "21")
    hours = ("08", "08", "08", "08", "16", "08", "08", "08")
    assert told == [f"2026-12-{day} {at}:00" for day, at in zip(days, hours, strict=True)]
    assert len(asked(five)) == 8
    assert all("đến nay chưa có" in one for one in asked(five)[5:])
    assert not any("đến nay chưa có" in one for one in asked(five)[:5])


async def test_a_school_is_reminded_on_working_days_only(house: House, talk: Talk) -> None:
    """12/12/2026 is a Saturday: the Friday before."""
    school = await talk.somebody("Cô Hiền", role="reporter", unit="th-a")
    await comes(house, "2026-12-11 08:00")
    assert len(asked(school)) == 1
    await passes(house, "2026-12-12 08:00", "2026-12-13 08:00")
    assert len(asked(school)) == 1


async def test_the_front_is_asked_kindly_and_never_late(house: House, talk: Talk) -> None:
    front = await talk.somebody("Bà Mặt Trận", role="reporter", unit=MTTQ)
    for day in range(1, 32):
        await passes(house, f"2026-12-{day:02} 08:00", f"2026-12-{day:02} 16:00")
    assert len(asked(front)) == 2
    for said in asked(front):
        assert "kính đề nghị quý cơ quan phối hợp" in said
        assert not any(word in said for word in KINDLY)
    told = [stage for stage, state in await stages(house) if state == "told"]
    assert told == ["2026-12-01 08:00", "2026-12-08 08:00"]


async def test_a_business_is_invited_twice_at_most(house: House, talk: Talk) -> None:
    business = await talk.somebody("Anh Hợp", role="reporter", unit=BUSINESS)
    for day in range(1, 32):
        await comes(house, f"2026-12-{day:02} 08:00")
    assert len(asked(business)) <= 2
    assert all("hoàn toàn tự nguyện" in one for one in asked(business))


async def test_the_head_hears_it_only_near_the_end(house: House, talk: Talk) -> None:
    """Design §5: from 12/12 the head of the unit too; before, whoever reports for it."""
    chief = await talk.somebody("Ông Sáu", role="head", unit="xom-06")
    clerk = await talk.somebody("Chị Thư", role="reporter", unit="xom-06")
    await comes(house, "2026-12-08 08:00")
    assert (len(asked(chief)), len(asked(clerk))) == (0, 1)
    await comes(house, "2026-12-12 08:00")
    assert (len(asked(chief)), len(asked(clerk))) == (1, 2)


async def test_the_officers_get_the_names(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    await comes(house, "2026-12-08 08:00")
    assert "còn thiếu" in officer.last
    assert "Bắt buộc, còn 25:" in officer.last
    assert "nơi Trợ lý không nhắn tới được" in officer.last
    assert officer.labels[-3:] == ["Danh sách gọi", "Ai chưa nộp", "Đã xem"]
    await officer.presses("Danh sách gọi")
    assert "Danh sách gọi" in "\n".join(officer.heard[-3:])
    before = len(officer.heard)
    await passes(house, "2026-12-11 08:00", "2026-12-14 15:30", "2026-12-15 08:00")
    assert sum("còn thiếu" in one for one in officer.heard[before:]) == 3


# --- one message a person and day ----------------------------------------------------------------


async def test_two_units_of_one_person_are_one_message(house: House, five: Talk) -> None:
    """U11: one message names all that is due, and each can be pressed."""
    await five.holds("reporter", "xom-06")
    assert await comes(house, "2026-12-08 08:00") == 1
    said = five.last
    assert "2 việc" in said
    assert "- Xóm 5, báo cáo năm 2026: trước ngày 15/12" in said
    assert "- Xóm 6, báo cáo năm 2026: trước ngày 15/12" in said
    assert five.labels[-4:] == ["Báo cáo Xóm 5", "Báo cáo Xóm 6", "Để sau", "Đã nộp bản giấy"]
    await five.presses("Báo cáo Xóm 6")
    assert "Xóm 6" in "\n".join(five.heard[-3:])


async def test_on_the_last_day_there_are_two_and_no_third(house: House, five: Talk) -> None:
    await passes(house, "2026-12-14 08:00", "2026-12-14 16:00", "2026-12-14 18:00")
    assert len(asked(five)) == 2


async def test_u1_all_units_of_one_person_are_named(house: House, five: Talk) -> None:
    """Eight of them, of which the same is said: one line, and no name is cut."""
    for number in range(6, 13):
        await five.holds("reporter", f"xom-{number:02}")
    await comes(house, "2026-12-08 08:00")
    assert "xin gửi 8 việc sau" in five.last
    names = ", ".join(f"Xóm {number}" for number in range(5, 13))
    assert f"- {names}, báo cáo năm 2026: trước ngày 15/12" in five.last
    assert len(five.last.partition("\n1.")[0]) <= 300


async def test_a_day_the_demo_has_left_is_over(house: House, five: Talk) -> None:
    """Design §2, U11: a broadcast, then the date is moved to 8/12: the reminder of that day goes.

    Another day of the demo is another day of everybody in it.
    """
    at(house, "2026-11-24 09:00")
    officer = await an_officer(five)
    await broadcast(officer, "trưởng xóm")
    await tick(house, minutes=5, seconds=1)
    assert len(told(five)) == 1
    await in_demo_days(house, 14)
    house.clock.passes(minutes=1)
    await house.app.reminding.tick()
    await house.settle()
    assert len(asked(five)) == 1


# --- what changes at the worst moment ------------------------------------------------------------


async def test_a_report_between_plan_and_send_stops_it(house: House, five: Talk) -> None:
    """R17: planned, then the platform is busy, and meanwhile the report comes."""
    house.channel.failures.append(TryLater(300, whole_channel=False))
    await comes(house, "2026-12-08 08:00")
    assert asked(five) == []
    await reported(five)
    await five.waits(minutes=10)
    assert asked(five) == []
    assert await sent(house) == ["superseded"]


async def test_the_words_are_those_of_the_moment_it_is_sent(house: House, five: Talk) -> None:
    """R18: a form that is answered meanwhile, a day that passes."""
    house.channel.failures.append(TryLater(300, whole_channel=False))
    await comes(house, "2026-12-08 08:00")
    await five.says("/baocao", "4")
    await five.waits(minutes=40)
    assert len(asked(five)) == 1


async def test_stop_stops_what_is_on_its_way(house: House, five: Talk) -> None:
    house.channel.failures.append(TryLater(300, whole_channel=False))
    await comes(house, "2026-12-08 08:00")
    await five.says("dừng nhắc")
    await five.waits(minutes=10)
    await passes(house, "2026-12-12 08:00", "2026-12-14 08:00")
    assert asked(five) == []


async def test_what_is_in_doubt_is_never_sent_again(house: House, five: Talk) -> None:
    """R9: the next stage covers it."""
    house.channel.failures.append(Uncertain("cut off"))
    await comes(house, "2026-12-08 08:00")
    await five.waits(hours=2)
    assert asked(five) == []
    assert await sent(house) == ["uncertain"]
    await comes(house, "2026-12-12 08:00")
    assert len(asked(five)) == 1


async def test_after_an_outage_only_the_latest_is_sent_once(house: House, five: Talk) -> None:
    """R16: stopped from 30/11 to 13/12."""
    await comes(house, "2026-11-30 12:00")
    await house.restart()
    assert await comes(house, "2026-12-13 09:12") == 1
    await five.waits(minutes=31)
    assert len(asked(five)) == 1
    told = [stage for stage, state in await stages(house) if state == "told"]
    assert told == ["2026-12-12 08:00"]
    assert ("2026-12-08 08:00", "superseded") in await stages(house)
    await comes(house, "2026-12-13 12:00")
    assert len(asked(five)) == 1


async def test_nothing_is_made_up_for_an_hour_before_the_next(house: House, five: Talk) -> None:
    await comes(house, "2026-12-07 12:00")
    await comes(house, "2026-12-09 20:00")
    before = len(asked(five))
    assert before == 1
    await comes(house, "2026-12-11 21:00")
    assert await comes(house, "2026-12-12 07:30") == 0
    await comes(house, "2026-12-12 08:00")
    assert len(asked(five)) == 2


async def test_nobody_is_written_to_at_night(house: House, five: Talk) -> None:
    """U11: an outage that ends at night waits for the morning."""
    await comes(house, "2026-12-07 12:00")
    for moment in ("2026-12-08 21:00", "2026-12-09 03:00", "2026-12-09 06:59"):
        assert await comes(house, moment) == 0
    assert asked(five) == []
    await comes(house, "2026-12-09 08:00")
    await five.waits(minutes=31)
    assert len(asked(five)) == 1


async def test_whoever_is_talking_is_not_thrown_out(house: House, five: Talk) -> None:
    """Waits at most half an hour, then the open question is named again."""
    await comes(house, "2026-12-08 07:57")
    await five.says("/baocao", "3")
    question = five.last
    await comes(house, "2026-12-08 08:00")
    assert asked(five) == []
    assert five.last == question
    await five.waits(minutes=11)
    assert len(asked(five)) == 1
    assert "Câu đang hỏi dở vẫn chờ" in five.last


async def test_a_restart_sends_nothing_again(house: House, five: Talk) -> None:
    await comes(house, "2026-12-08 08:00")
    await house.restart()
    house.clock.at -= timedelta(hours=3)
    await comes(house, "2026-12-08 08:10")
    assert len(asked(five)) == 1


async def test_what_still_waits_on_the_last_day_is_one_message(house: House, five: Talk) -> None:
    """R16, U11: the catch-up of an outage is spread; the next look adds to what waits."""
    others = [
        await five.somebody(f"Ông {number}", role="head", unit=f"xom-{number:02}")
        for number in (6, 7, 8, 9)
    ]
    await passes(house, "2026-12-13 19:00", "2026-12-14 09:20")
    before = [len(asked(one)) for one in (five, *others)]
    await passes(house, "2026-12-14 09:30", "2026-12-14 09:50", "2026-12-14 10:00")
    await five.waits(minutes=40)
    after = [len(asked(one)) for one in (five, *others)]
    assert sum(after) > sum(before)
    stages_told = await house.rows(Reminder.unit_id, Reminder.stage)
    assert all(stage.startswith(("2026-12-12", "2026-12-14")) for _, stage in stages_told)
    assert max(after) <= 2
    rows = await house.rows(OutboxRow.key, where=OutboxRow.key.contains(":2026-12-14:"))
    assert all(str(key).endswith(":a") for key in rows)
