"""Sentences that belong to somebody else, numbers of a menu in words (U3, U5, design §3)."""

import pytest

from storage.tables import Activity, Ticket
from tests.talk import House, Talk

TOLD = "tối qua xóm 5 có 35 bà con học vneid"


@pytest.fixture
async def head(house: House) -> Talk:
    return await Talk(house, "u-head", name="Ông Năm").holds("head", "xom-05")


@pytest.mark.parametrize("said", ["3", "số 3", "3.", "thống kê", "thong kee", "chọn 3"])
async def test_u3_the_third_choice_of_the_menu_however_it_is_typed(head: Talk, said: str) -> None:
    assert "3. Thống kê" in head.last or head.labels[2].endswith("Thống kê")
    await head.says(said)
    assert "chưa" not in head.last.lower() or "Năm 2026" in "".join(head.heard[-2:]), head.last


@pytest.mark.parametrize("said", ["số 2", "2.", "Mở buổi học có mã", "mo buoi hoc co ma"])
async def test_u3_the_second_choice_however_it_is_typed(head: Talk, said: str) -> None:
    await head.says("trang đầu", said)
    assert "cùng học bài nào" in head.last


@pytest.mark.parametrize("said", ["số 1", "1", "Ghi buổi học, hoạt động", "ghi buổi học"])
async def test_u3_the_first_choice_however_it_is_typed(head: Talk, said: str) -> None:
    await head.says("trang đầu", said)
    assert "Xin nhắn một câu" in head.last


async def test_a_ticket_that_tells_of_a_session_stays_a_ticket(head: Talk) -> None:
    await head.says("trang đầu", "gặp cán bộ")
    await head.says(TOLD)
    assert "Trợ lý đọc được" not in head.last


async def test_other_partners_survive(head: Talk) -> None:
    await head.says("trang đầu", "tối qua xóm 5 phối hợp với xóm 6 có 35 bà con học vneid")
    await head.says("0")
    assert await head.house.rows(Activity.id) == []


async def test_an_urgent_word_in_a_record_is_still_danger(head: Talk) -> None:
    await head.says("trang đầu", "/ghi", "tôi vừa bị lừa chuyển tiền rồi cứu với")
    assert "Trợ lý đọc được" not in head.last
    assert Ticket is not None
