"""Receiving, returning, freezing in the states where they meet (issue 7, design §5)."""

from datetime import date, timedelta

from storage.tables import Report
from tests.handlers.chasing import (
    an_officer,
    answers,
    lives,
    marks_unit,
    on_day,
    returns_one,
    since,
)
from tests.handlers.receiving import counted, has_sent, states
from tests.handlers.test_reporting import SEND, head, reported
from tests.talk import House, Talk


async def corrects(talk: Talk) -> None:
    await talk.says("/baocao")
    await talk.presses("Sửa")
    await talk.says("dòng 2", "4", SEND)


# --- a correction that is taken back -------------------------------------------------------------


async def test_taking_the_correction_back_leaves_a_returned_report_returned(
    house: House, talk: Talk
) -> None:
    """U9, design §5: what the office gave back is not "submitted" again, in totals and unasked."""
    officer = await an_officer(talk)
    await reported(await head(talk))
    await returns_one(officer)
    await corrects(talk)
    await talk.presses("Rút lại")
    await talk.presses("Rút lại")
    assert await states(house) == [("returned", 1)]
    assert await counted(house) == []


async def test_before_it_is_taken_back_nobody_hears_that_a_returned_one_counts_again(
    house: House, talk: Talk
) -> None:
    """U18: the consequence must be the true one: a returned report does not count."""
    officer = await an_officer(talk)
    await reported(await head(talk))
    await returns_one(officer)
    await corrects(talk)
    await talk.presses("Rút lại")
    assert "bản gửi trước của Xóm 5 lại được tính" not in talk.last


async def test_the_second_sending_taken_back_says_that_nothing_is_sent(
    house: House, talk: Talk
) -> None:
    """U18: sent, taken back, sent, taken back: no older version counts again."""
    await reported(await head(talk))
    await talk.presses("Rút lại")
    await talk.presses("Rút lại")
    await talk.says("/baocao")
    await talk.presses("Xem")
    await talk.presses("Gửi")
    await talk.presses("Rút lại")
    assert "bản gửi trước của Xóm 5 lại được tính" not in talk.last


async def test_a_colleague_hears_of_it_in_the_next_year_too(house: House, talk: Talk) -> None:
    """`turn.tell`: key unique forever; the year is not in the key, so the next year's is lost."""
    deputy = await talk.somebody("Chị Phó", role="reporter", unit="xom-05")
    await reported(await head(talk))
    await talk.presses("Rút lại")
    await talk.presses("Rút lại")
    assert sum("đã rút lại báo cáo" in one for one in deputy.heard) == 1
    await talk.waits(days=330)
    await has_sent(house, "xom-05", period="2027")
    await talk.says("/baocao")
    await talk.presses("Xóm 5, năm 2027")
    assert "Báo cáo năm 2027 của Xóm 5 đã gửi" in talk.last
    await talk.presses("Rút lại")
    await talk.presses("Rút lại")
    assert await house.rows(Report.state) == ["draft", "draft"]
    assert sum("đã rút lại báo cáo" in one for one in deputy.heard) == 2


# --- after January -------------------------------------------------------------------------------


async def test_an_extension_into_february_lets_the_unit_report(house: House, talk: Talk) -> None:
    """Gia hạn may go to 12/2; the unit was told so, and must find that report on 3/2."""
    officer = await an_officer(talk)
    await head(talk)
    await on_day(house, 2027, 1, 5)
    await marks_unit(officer, "xóm 5", "Gia hạn", "10/2/2027")
    assert "Thứ Tư 10/2/2027".lower() in talk.last.lower()
    await on_day(house, 2027, 2, 3)
    before = len(talk.heard)
    await talk.says("/baocao")
    assert "năm 2026" in since(talk, before)


# --- units that end ------------------------------------------------------------------------------


async def test_a_hamlet_of_a_few_months_stays_in_the_totals(house: House, talk: Talk) -> None:
    """Design §5: a dated tree; made by a split in March, merged in December, its report counts."""
    await an_officer(talk)
    await has_sent(house, "xom-05")
    await has_sent(house, "xom-06", after=timedelta(minutes=1))
    await lives(house, "xom-06", date(2026, 3, 1), date(2026, 11, 22))
    assert await counted(house) == ["xom-05", "xom-06"]


# --- the movable date ----------------------------------------------------------------------------


async def test_on_the_movable_date_a_fresh_notice_can_be_answered(house: House, talk: Talk) -> None:
    """Issue 7, Must show: December on the movable date; a date moved ahead is no age (R20)."""
    officer = await an_officer(talk)
    await head(talk)
    await on_day(house, 2027, 1, 5)
    await officer.says("ai chưa nộp")
    await officer.presses("Nhắc lại")
    await answers(officer, next(one for one in officer.labels if one.startswith("Nhắc ")))
    before = len(talk.heard)
    await talk.presses("Làm ngay")
    assert "Nút đã cũ" not in since(talk, before)
