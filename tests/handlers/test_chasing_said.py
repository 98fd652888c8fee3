"""What is late, and what reminders and the group's text say in each state (design §5, R18)."""

import pytest

from storage.report_drafts import KEEP
from tests.conftest import MakeHouse
from tests.handlers.chasing import (
    MTTQ,
    an_officer,
    asks,
    group_text,
    marks_unit,
    nudges,
    on_day,
    returns_one,
    since,
    waits_till,
)
from tests.handlers.receiving import has_sent
from tests.handlers.reports import with_a_page
from tests.handlers.test_past import ROWS, asks_for, gives, table
from tests.handlers.test_reporting import ALL, SEND, head, reported
from tests.talk import House, Talk


@pytest.fixture
async def house(a_house: MakeHouse) -> House:
    return await with_a_page(a_house)


# --- one rule of lateness ------------------------------------------------------------------------


async def paper_then_figures(house: House, officer: Talk) -> None:
    """Signed paper came on 10/12; the officer types its figures on 16/12."""
    await on_day(house, 2026, 12, 10)
    await marks_unit(officer, "xóm 6", "Đã nhận bản giấy")
    await on_day(house, 2026, 12, 16)
    await officer.says("/baocao", "xóm 6")
    await officer.presses("bản giấy")
    await officer.says("1", *ALL, SEND)
    assert "Đã nhập" in officer.last


async def test_paper_in_time_is_not_late_because_the_officer_typed_it_later(
    house: House, talk: Talk
) -> None:
    """Design §5: late is a mark about the unit; its signed copy came before the day."""
    officer = await an_officer(talk)
    await paper_then_figures(house, officer)
    assert "Gửi sau hạn: Xóm 6" not in await asks(officer, "ai chưa nộp")


async def test_entering_figures_of_paper_takes_nothing_off_the_on_time_count(
    house: House, talk: Talk
) -> None:
    """Issue 7: on-time by duty; the same paper counts "đúng hạn" before and after typing it."""
    officer = await an_officer(talk)
    await paper_then_figures(house, officer)
    said = await asks(officer, "/duyet")
    assert "đúng hạn 1" in said


async def test_taking_the_extension_off_leaves_both_screens_agreeing(
    house: House, talk: Talk
) -> None:
    """Sent within the extension, which is then taken off: late for both screens, or for none."""
    officer = await an_officer(talk)
    await head(talk)
    await marks_unit(officer, "xóm 5", "Gia hạn", "18/12")
    await on_day(house, 2026, 12, 16)
    await reported(talk)
    await officer.says("nộp chưa xóm 5")
    await officer.presses("Bỏ đánh dấu", "Đồng ý")
    is_late = "Gửi sau hạn: Xóm 5" in await asks(officer, "ai chưa nộp")
    is_on_time = "đúng hạn 1" in await asks(officer, "/duyet")
    assert is_late != is_on_time


async def test_units_of_an_imported_year_are_not_said_to_have_sent_late(talk: Talk) -> None:
    """An officer typed last year's figures today; no unit was late because of that."""
    officer = await talk.holds("officer")
    await gives(await asks_for(officer), table(*ROWS))
    await officer.presses("Ghi")
    said = await asks(officer, "ai chưa nộp 2025")
    assert "đã nộp 3/" in said
    assert "Gửi sau hạn" not in said


# --- reminders -----------------------------------------------------------------------------------


async def test_after_the_day_a_returned_unit_is_not_asked_to_send_before_it(
    house: House, talk: Talk
) -> None:
    """R18: the text is of the moment it is sent; on 20/12 nobody can send "trước ngày 15/12"."""
    officer = await an_officer(talk)
    await reported(await head(talk))
    await returns_one(officer)
    await on_day(house, 2026, 12, 20)
    await nudges(officer)
    assert "cần bổ sung trước khi" in talk.last
    assert "gửi lại trước ngày 15/12" not in talk.last


async def test_a_reminder_of_the_old_year_opens_the_old_year(house: House, talk: Talk) -> None:
    """R18: "Làm ngay" under a reminder of 2026 opens 2026, not what is open by itself."""
    officer = await an_officer(talk)
    await head(talk)
    await waits_till(talk, 2027, 2, 3)
    await nudges(officer, "ai chưa nộp 2026")
    assert "năm 2026" in talk.last
    before = len(talk.heard)
    await talk.presses("Làm ngay")
    assert "năm 2027" not in since(talk, before)


async def test_a_reminder_says_how_many_questions_are_left(house: House, talk: Talk) -> None:
    """Design §5: every reminder says why, how many questions are left, and offers three ways."""
    officer = await an_officer(talk)
    await head(talk)
    await nudges(officer)
    assert "xin gửi báo cáo" in talk.last
    assert " câu" in talk.last


async def test_a_reminder_takes_off_what_was_answered_already(house: House, talk: Talk) -> None:
    """U10: the draft waits; as many fewer are left, after a month it is given up."""
    officer = await an_officer(talk)
    await head(talk)
    left = []
    for answered in ((), ("/baocao", "1", *ALL[:3]), ("trang đầu",)):
        if answered == ("trang đầu",):
            await talk.waits(days=KEEP.days + 1)
        if answered:
            await talk.says(*answered)
            await talk.waits(days=1)
        await nudges(officer)
        told = next(one for one in reversed(talk.heard) if "Còn khoảng" in one)
        left.append(int(told.partition("Còn khoảng ")[2].split()[0]))
    assert left[0] - 3 == left[1]
    assert left[2] == left[0]


async def test_after_the_day_no_reminder_names_a_day_before_it(house: House, talk: Talk) -> None:
    """R18: neither who owes nor the front, whatever it sent."""
    officer = await an_officer(talk)
    six = await talk.somebody("Ông Sáu", role="head", unit="xom-06")
    front = await talk.somebody("Bà Mặt Trận", role="reporter", unit=MTTQ)
    await has_sent(house, MTTQ)
    await returns_one(officer, "Kính đề nghị bổ sung")
    await on_day(house, 2026, 12, 20)
    await nudges(officer)
    assert "đến nay chưa có. Hạn là hết thứ Hai 14/12" in six.last
    assert "kính đề nghị quý cơ quan bổ sung kết quả" in front.last
    for person in (six, front):
        assert "trước ngày" not in person.last


# --- the text for the group ----------------------------------------------------------------------


async def test_the_group_does_not_read_that_a_returned_unit_has_not_sent(
    house: House, talk: Talk
) -> None:
    """It has sent; before all others it is thanked or left out, not asked to send at last."""
    officer = await an_officer(talk)
    await reported(await head(talk))
    await returns_one(officer)
    said = await group_text(officer)
    asked = next(line for line in said.splitlines() if "thu xếp gửi" in line)
    assert "Xóm 5," not in asked


async def test_the_group_text_keeps_the_front_out_of_who_has_not_sent(
    house: House, talk: Talk
) -> None:
    """Design §5: a returned result of MTTQ was received; it is not asked for as if it were none."""
    officer = await an_officer(talk)
    await talk.somebody("Bà Mặt Trận", role="reporter", unit=MTTQ)
    await has_sent(house, MTTQ)
    await returns_one(officer, "Kính đề nghị bổ sung")
    said = await group_text(officer)
    asked = next(line for line in said.splitlines() if "phối hợp gửi kết quả" in line)
    assert "MTTQ" not in asked


async def test_an_extended_unit_is_not_in_the_groups_text_with_the_old_day(
    house: House, talk: Talk
) -> None:
    """Gia hạn was given to it in private; the group must not read that it owes by 14/12."""
    officer = await an_officer(talk)
    await head(talk)
    await marks_unit(officer, "xóm 5", "Gia hạn", "20/12")
    await waits_till(talk, 2026, 12, 16)
    said = await group_text(officer)
    asked = next(line for line in said.splitlines() if "thu xếp gửi" in line)
    assert "Xóm 5," not in asked
    assert "Xóm 5 (đến hết Chủ nhật 20/12/2026)" in asked
