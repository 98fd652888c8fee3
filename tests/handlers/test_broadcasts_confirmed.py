"""What an officer sees and types before a broadcast goes (T52, U11, U18)."""

import pytest

from tests.handlers.broadcasting import (
    DAY,
    MEETING,
    a_resident,
    at,
    broadcast,
    sent_out,
    states,
    to_type,
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


# --- the typed confirmation ----------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["gửi 2", "gửi 30", "ừ gửi đi", "đồng ý", "3"])
async def test_t52_nothing_but_the_number_sends_it(
    house: House, officer: Talk, three: list[Talk], typed: str
) -> None:
    await officer.says(f"/thongbao xóm 5: {MEETING}", typed)
    assert await states(house) == []


async def test_t52_a_one_is_the_safe_choice(house: House, officer: Talk, three: list[Talk]) -> None:
    """U18: a press of the first number by habit sends nothing."""
    await officer.says(f"/thongbao xóm 5: {MEETING}", "1")
    assert await states(house) == []
    assert "Xin nhắn lời của tin" in officer.last


async def test_a_number_from_ten_on_is_typed_alone(house: House, officer: Talk) -> None:
    people = [await a_resident(house, f"dan{number}") for number in range(11)]
    await officer.says(f"/thongbao xóm 5: {MEETING}")
    assert to_type(officer) == "11"
    await officer.says("1")
    await officer.says(MEETING, "11 người")
    assert await sent_out(house) == 11
    assert all(len(told(one)) == 1 for one in people)


async def test_a_second_confirmation_sends_nothing_more(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    await broadcast(officer)
    await officer.says("gửi 3", "quay lại", "gửi 3")
    assert await states(house) == ["waiting"]
    await sent_out(house)
    assert [len(told(one)) for one in three] == [1, 1, 1]


async def test_who_came_in_between_is_shown_before_it_goes(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    await officer.says(f"/thongbao xóm 5: {MEETING}")
    await a_resident(house, "late")
    await officer.says("gửi 3")
    assert "Số người nhận vừa thay đổi" in "\n".join(officer.heard[-8:])
    assert await states(house) == []
    assert to_type(officer) == "gửi 4"


async def test_the_same_words_again_are_pointed_out(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    await broadcast(officer)
    said = "\n".join(await officer.asks(f"/thongbao xóm 5: {MEETING}"))
    assert "Tin có đúng lời này đã được soạn" in said


async def test_words_and_people_can_be_changed_before(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    await officer.says("/thongbao xóm 5: Sai ngày họp rồi.", "sửa lời", MEETING)
    assert MEETING in told(officer)[-1]
    await officer.presses("Đổi người nhận")
    await officer.says("trưởng xóm")
    assert "Chưa có ai nhận được" in "\n".join(officer.heard[-3:])
    await officer.says("xóm 5")
    await officer.presses("Bỏ tin này")
    assert await states(house) == []


# --- the words -----------------------------------------------------------------------------------


async def test_huge_words_are_refused_with_their_length(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    """T29: at most 900 letters, and one hears how many there are."""
    await officer.says("/thongbao xóm 5", "họp xóm " * 200)
    assert "Tin dài 1599 chữ cái, nhiều nhất được 900" in officer.last
    await officer.says("họp xóm " * 112)
    assert "Lời dài 895 chữ cái" in "\n".join(officer.heard[-6:])


async def test_t28_places_and_markup_are_only_letters(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    evil = "Họp {code} {0} %s <b>đậm</b> *sao* [x](y) 1. một"
    await broadcast(officer, text=evil)
    await sent_out(house)
    assert f"{evil}\nMã tin" in told(three[0])[0]


async def test_a_link_is_warned_of(house: House, officer: Talk, three: list[Talk]) -> None:
    said = "\n".join(await officer.asks("/thongbao xóm 5: Xin vào https://xa.example xem lịch."))
    assert "Bà con được dặn không bấm đường dẫn" in said
    said = "\n".join(await officer.asks("trang đầu", f"/thongbao xóm 5: {MEETING}"))
    assert "đường dẫn" not in said


@pytest.mark.parametrize(
    ("words", "is_warned_of"),
    [
        ("Mật khẩu wifi: 12345678", True),
        ("Mat khau phong hop moi la hoa sen.", True),
        ("Mã PIN của máy chiếu 4455", True),
        ("Không đưa mật khẩu, mã OTP cho ai.", False),
        ("Tối mai học cách đặt mật khẩu.", False),
    ],
)
async def test_a_password_is_warned_of(
    house: House, officer: Talk, three: list[Talk], words: str, is_warned_of: bool
) -> None:
    said = "\n".join(await officer.asks(f"/thongbao xóm 5: {words}"))
    assert ("Tin có mật khẩu hoặc mã" in said) is is_warned_of


async def test_p3_the_preview_says_how_people_agree(
    house: House, officer: Talk, three: list[Talk]
) -> None:
    learner = await Talk(house, "learner").enrolled()
    said = "\n".join(await officer.asks(f"/thongbao xóm 5: {MEETING}"))
    assert "Ai chưa đồng ý thì tự nhắn cho Trợ lý: nhận tin xóm" in said
    await learner.says("trang đầu", "nhận tin xóm", "1", "trang đầu")
    await officer.says("trang đầu")
    said = "\n".join(await officer.asks(f"/thongbao xóm 5: {MEETING}"))
    assert "Gửi 4 người" in said
    assert "nhận tin xóm" not in said
