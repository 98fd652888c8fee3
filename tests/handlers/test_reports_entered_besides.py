"""Import, merged units, several units of one person, the group's text (issue 7, design §5)."""

from datetime import date

import pytest

from handlers.messages import Kind
from storage.tables import ReportVersion
from tests.conftest import MakeHouse
from tests.handlers.chasing import an_officer, asks, lives, on_day, since
from tests.handlers.reports import with_a_page
from tests.handlers.test_reporting import ALL, SEND
from tests.talk import House, Talk


@pytest.fixture
async def house(a_house: MakeHouse) -> House:
    return await with_a_page(a_house)


# --- units that end ------------------------------------------------------------------------------


async def test_a_hamlet_merged_on_new_years_day_can_still_be_entered(
    house: House, talk: Talk
) -> None:
    """It is on the list of who owes 2026; then somebody must be able to send its figures."""
    officer = await an_officer(talk)
    await lives(house, "xom-06", None, date(2027, 1, 1))
    await on_day(house, 2027, 1, 5)
    said = await asks(officer, "nộp chưa xóm 6")
    assert "Chưa nộp" in said
    await officer.presses("Nhập giúp")
    assert "không làm tiếp được nữa" not in officer.heard[-2]
    assert "Số liệu này từ đâu" in officer.last


# --- entering for a unit -------------------------------------------------------------------------


async def test_what_an_officer_entered_is_not_taken_back_by_a_helper(
    house: House, talk: Talk
) -> None:
    """T01, A3: a helper may enter for the hamlet, not undo what the office received on paper."""
    officer = await an_officer(talk)
    helper = await talk.somebody("Em Tổ Số", role="helper", unit="xom-05")
    await officer.says("/baocao", "xóm 5")
    await officer.presses("bản giấy")
    await officer.says("1", *ALL, SEND)
    assert "Đã nhập" in officer.last
    await helper.says("/baocao")
    await helper.presses("điện thoại")
    assert "Rút lại" not in helper.labels
    assert await house.rows(ReportVersion.withdrawn_at) == [None]


async def test_two_officers_who_enter_for_one_unit_hear_of_each_other(
    house: House, talk: Talk
) -> None:
    """T19: before eight answers are typed twice, not after."""
    officer, other = await an_officer(talk), await an_officer(talk, "Anh Bình")
    await officer.says("/baocao", "xóm 5")
    await officer.presses("điện thoại")
    await officer.says("1", *ALL[:4])
    before = len(other.heard)
    await other.says("/baocao", "xóm 5")
    await other.presses("điện thoại")
    assert "Cô Hương" in since(other, before)


# --- who could not be told -----------------------------------------------------------------------


async def test_who_enters_hears_that_the_unit_could_not_be_told(house: House, talk: Talk) -> None:
    """R13, design §5: the unit is told and may correct; if it cannot be, the officer must phone."""
    officer = await an_officer(talk)
    six = await talk.somebody("Ông Sáu", role="head", unit="xom-06")
    await six.does(Kind.LEFT)
    await officer.says("/baocao", "xóm 6")
    await officer.presses("điện thoại")
    await officer.says("1", *ALL, SEND)
    assert "Đã nhập" in officer.last
    assert "Đơn vị được báo" not in officer.last
