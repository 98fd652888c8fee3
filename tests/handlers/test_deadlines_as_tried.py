"""Deadlines as an officer who types in a hurry told them (docs/tried/15-can-bo-tham.md)."""

from datetime import date

import pytest

from storage.tables import AuditRow
from tests.handlers.chasing import an_officer, answers, asks
from tests.handlers.deadlines import acts, sets, standing
from tests.talk import House, Talk

_LIST = "hạn nộp danh sách hội viên 20/3/2027 cho các xóm, nhắc 7-3-1"


@pytest.fixture
async def officer(talk: Talk) -> Talk:
    return await an_officer(talk)


async def test_both_days_of_reminding_are_kept(house: House, officer: Talk) -> None:
    """N12: "3 ngày với 1 ngày" are two; nothing of them gets into the name."""
    await officer.says(
        "đặt hạn nộp báo cáo tháng 1 ngày 5 tháng 1 nhắc trước 3 ngày với 1 ngày cho các trường"
    )
    await officer.presses("Hết thứ Ba 5/1/2027")
    assert "các trường (8 nơi)" in officer.last
    await officer.presses("Đặt hạn này")
    assert await standing(house) == [("own", "báo cáo tháng 1", date(2027, 1, 5), [3, 1])]


async def test_whom_to_remind_until_when_is_a_deadline(house: House, officer: Talk) -> None:
    said = await sets(officer, "nhac cac xom nop anh tuyen truyen truoc 10/12 nhe")
    assert "Anh tuyen truyen" in said
    assert await standing(house) == [("own", "anh tuyen truyen", date(2026, 12, 9), [])]


@pytest.mark.parametrize("typed", ["30/2", "31/4"])
async def test_a_day_that_no_calendar_has_is_said_not_to_exist(
    house: House, officer: Talk, typed: str
) -> None:
    """U5, N8: at once, before anything else is asked; then once more if it is typed again."""
    said = await asks(officer, f"nop ds ho k co dien thoai, han {typed}, nhac 3-1")
    assert f"Lịch không có ngày {typed}." in said
    assert f"Lịch không có ngày {typed}." in await asks(officer, typed)
    await officer.says("28/2")
    assert officer.labels == ["Hết Chủ nhật 28/2/2027"]
    await officer.presses("Hết Chủ nhật 28/2/2027")
    assert "những nơi nào cần nộp" in officer.last
    await officer.presses("Các xóm", "Đặt hạn này")
    assert await standing(house) == [("own", "ds ho k co dien thoai", date(2027, 2, 28), [3, 1])]


async def test_the_hour_stays_and_that_is_said(house: House, officer: Talk) -> None:
    await officer.says("hạn nộp danh sách hội viên 20/3/2027 cho các xóm, nhắc hằng ngày")
    said = await asks(officer, "8-4-2, sáng 9 giờ")
    assert "luôn đi lúc 8 giờ" in said
    assert "Nhắc lúc 8 giờ các ngày: 12/3, 16/3, 18/3." in said
    await officer.says("dat")
    assert await standing(house) == [("own", "danh sách hội viên", date(2027, 3, 20), [8, 4, 2])]


@pytest.mark.parametrize("typed", ["dat", "đặt", "Đặt hạn này", "dat di", "đặt nhé"])
async def test_set_in_words(house: House, officer: Talk, typed: str) -> None:
    """U4: what is asked is answered with its own verb."""
    await officer.says(_LIST, typed)
    assert len(await standing(house)) == 1


async def test_set_where_the_days_are_asked_leaves_them_as_usual(
    house: House, officer: Talk
) -> None:
    await officer.says("hạn nộp danh sách hội viên 20/3/2027 cho các xóm, nhắc hằng ngày")
    assert "Nhắc theo lịch thường lệ" in await asks(officer, "đặt hạn này")
    assert await standing(house) == []


async def test_a_half_made_deadline_waits_behind_the_plan(house: House, officer: Talk) -> None:
    """U6: "/nhac" in the middle says so, and "quay lại" leads to it."""
    await officer.says("hạn nộp danh sách hội viên 20/3/2027, nhắc 7-3-1")
    assert "đang đặt dở" in await asks(officer, "/nhac")
    await officer.says("quay lai")
    assert "những nơi nào cần nộp" in officer.last
    await officer.presses("Các xóm", "Đặt hạn này")
    assert await standing(house) == [("own", "danh sách hội viên", date(2027, 3, 20), [7, 3, 1])]


async def test_what_is_set_is_no_longer_half_made(officer: Talk) -> None:
    await sets(officer, _LIST)
    assert "đang đặt dở" not in await asks(officer, "/nhac")


async def test_the_report_upward_keeps_its_own_day(officer: Talk) -> None:
    said = await asks(officer, "dời hạn báo cáo năm sang 20/12")
    assert "Đang là: hết thứ Hai 14/12/2026" in said
    assert "Hạn xã gửi báo cáo lên cấp trên là hạn riêng, chưa đặt ở đây." in said
    assert all(len(one) <= 420 for one in officer.heard[-2:])  # U1, with its choices
    await sets(officer, "xã báo cáo lên cấp trên hạn 25/12/2026")
    said = await asks(officer, "dời hạn báo cáo năm sang 21/12")
    assert "không đổi theo: vẫn hết thứ Sáu 25/12/2026." in said


@pytest.mark.parametrize(
    "typed", ["bo han nop danh sach hoi vien", "bỏ hạn danh sách hội viên nhé", "huỷ hạn hội viên"]
)
async def test_ended_in_a_sentence(house: House, officer: Talk, typed: str) -> None:
    """U18: a reason and one more yes, as from the list."""
    await sets(officer, _LIST)
    await sets(officer, "hạn nộp danh sách hộ nghèo 21/3/2027 cho các xóm")
    await officer.says("trang đầu", typed)
    assert "Thôi hạn của danh sách hội viên vì lý do gì?" in officer.last
    await officer.says("Tỉnh đã lùi việc này")
    assert officer.labels == ["Giữ hạn", "Thôi hạn"]
    await officer.presses("Thôi hạn")
    assert [title for _, title, _, _ in await standing(house)] == ["danh sách hộ nghèo"]
    kept = await house.rows(AuditRow.after, where=AuditRow.action == "deadline.ended")
    assert kept == [{"reason": "Tỉnh đã lùi việc này"}]


@pytest.mark.parametrize("typed", ["bỏ hạn danh sách", "bỏ hạn nộp ảnh", "bỏ hạn"])
async def test_which_one_shall_end_is_asked(house: House, officer: Talk, typed: str) -> None:
    """N12: of several, or of none by that name, the list tells."""
    await sets(officer, _LIST)
    await sets(officer, "hạn nộp danh sách hộ nghèo 21/3/2027 cho các xóm")
    assert "chưa rõ bỏ hạn nào" in await asks(officer, "trang đầu", typed)
    assert "Danh sách hội viên" in officer.labels
    assert await acts(house) == ["deadline.set", "deadline.set"]


async def test_a_usual_day_cannot_be_taken_away(officer: Talk) -> None:
    assert "theo lệ thường của xã" in await asks(officer, "bỏ hạn báo cáo năm 2026")
    assert "ngày nào" in await answers(officer, "Báo cáo năm 2026")
