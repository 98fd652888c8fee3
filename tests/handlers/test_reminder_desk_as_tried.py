"""/nhac as an officer who types in a hurry used it (docs/tried/15-can-bo-tham.md)."""

import pytest

from tests.conftest import ENGINES
from tests.handlers.chasing import an_officer, answers, asks
from tests.handlers.reminding import asked, comes, passes
from tests.handlers.test_reporting import head, reported
from tests.talk import House, Talk


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The engines: where platforms close their windows a season is another one."""
    return str(request.param)


@pytest.fixture
async def five(talk: Talk) -> Talk:
    return await head(talk)


@pytest.mark.parametrize("typed", ["ai sap bi nhac", "ai sắp được nhắc?", "sắp nhắc ai"])
@pytest.mark.parametrize("where", ["/nhac", "trang đầu"])
async def test_who_is_next_in_words(five: Talk, where: str, typed: str) -> None:
    """U4."""
    officer = await an_officer(five)
    await officer.says(where)
    shown = await asks(officer, typed)
    assert "Báo cáo năm 2026, xóm (1): Xóm 5." in shown


@pytest.mark.parametrize("typed", ["tin nào chưa tới", "tin nao chua toi", "da gui cho ai"])
async def test_what_was_sent_in_words(house: House, five: Talk, typed: str) -> None:
    officer = await an_officer(five)
    await comes(house, "2026-12-08 08:00")
    shown = await asks(officer, "/nhac", typed)
    assert "2 tin đã gửi. Gửi tới: " in shown
    assert "Xóm 5 (Trưởng xóm)" in shown
    assert "Giao Minh (Cán bộ" in shown
    assert all(len(one) <= 500 for one in officer.heard[-3:])  # U1


async def test_the_way_back_and_on_in_words(five: Talk) -> None:
    """U6."""
    officer = await an_officer(five)
    await officer.says("/nhac")
    await officer.presses("Sắp nhắc ai")
    assert "Thứ Ba 8/12, 8 giờ" in await asks(officer, "xem tiep")
    assert "Thứ Sáu 11/12, 8 giờ" in await asks(officer, "xem tiếp")
    assert "Lịch nhắc hạn, xã Giao Minh." in await asks(officer, "quay lai")
    await officer.presses("Đã gửi và chưa tới")
    assert "Lịch nhắc hạn, xã Giao Minh." in await asks(officer, "quay lại")


async def test_one_unit_is_nudged_by_its_name(house: House, five: Talk) -> None:
    """U18: nothing goes before the yes, and to nobody else."""
    officer = await an_officer(five)
    six = await five.somebody("Ông Sáu", role="head", unit="xom-06")
    said = await asks(officer, "/nhac", "ngày mai nhắc xóm 5 nộp báo cáo")
    assert "không hẹn ngày nhắc riêng" in said
    assert "sẽ nhắc 1 nơi" in said
    assert asked(five) == []
    await officer.says("nhắc")
    assert len(asked(five)) == 1
    assert asked(six) == []


async def test_a_unit_that_owes_nothing_is_said_to(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    await reported(five)
    assert "Xóm 5 lúc này không có báo cáo nào cần nhắc" in await asks(
        officer, "nhac xom 5 nop bao cao di em"
    )


@pytest.mark.parametrize("typed", ["nhắc", "nhac", "nhắc ngay nhé"])
async def test_nudged_in_words(house: House, five: Talk, typed: str) -> None:
    officer = await an_officer(five)
    await officer.says("/nhac")
    await officer.presses("Nhắc ngay")
    await officer.says(typed)
    assert len(asked(five)) == 1


async def test_u11_at_night_it_says_when_to_come_back(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    await comes(house, "2026-11-24 01:00")
    await officer.says("/nhac")
    said = await answers(officer, "Nhắc ngay")
    assert "xin quay lại từ Thứ Ba 24/11, 7 giờ." in said
    assert officer.labels[0] == "Sắp nhắc ai"
    assert asked(five) == []


async def test_where_nobody_hears_it_the_next_step_is_said(house: House, talk: Talk) -> None:
    officer = await an_officer(talk)
    shown = await asks(officer, "/nhac")
    assert "Không nhắn được ai, vì chưa có người báo cáo." in shown
    assert "danh sách gọi" in shown
    assert "0 người" not in shown
    await officer.says("danh sách gọi")
    assert officer.labels[0] == "Danh sách gọi"


async def test_automatic_ones_count_as_reminded(house: House, five: Talk) -> None:
    """Also of who has reported since."""
    officer = await an_officer(five)
    await passes(house, "2026-12-01 08:00", "2026-12-08 08:00")
    await reported(five)
    await comes(house, "2026-12-15 09:00")
    said = await asks(officer, "ai chưa nộp")
    assert "Chưa nhắc nơi nào" not in said
    assert "Đã nhắc" in said


async def test_the_list_of_who_is_missing_counts_each_kind(house: House, five: Talk) -> None:
    """Design §3: who must and who is asked kindly apart; hamlets first; 300 letters (U1)."""
    officer = await an_officer(five)
    await comes(house, "2026-12-08 08:00")
    [told] = [one for one in officer.heard if "còn thiếu" in one]
    assert "Bắt buộc, còn 25: 13 xóm, 8 trường, 4 cơ quan. Trong đó: Xóm 1," in told
    assert len(told.partition("\n\n1.")[0]) <= 300
