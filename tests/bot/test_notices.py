"""A notice is answered by typing where there are no buttons (T02, T05, U3)."""

import re

import pytest

from handlers.messages import Kind, notice_letter
from storage.tables import OutboxRow, Role
from tests.conftest import MakeHouse
from tests.fakes import NUMBERS_ONLY
from tests.talk import House, Talk


@pytest.fixture
async def plain(a_house: MakeHouse) -> House:
    """A house whose people see no buttons, as on Zalo Bot."""
    return await a_house(NUMBERS_ONLY)  # type: ignore[no-any-return]


@pytest.fixture
async def officer(plain: House) -> Talk:
    return await Talk(plain, "o1", name="Cán bộ").holds("officer")


async def asks(house: House, account: str) -> Talk:
    resident = await Talk(house, account, name="Bà Sáu").enrolled()
    return await resident.says("gặp cán bộ", "Tôi chưa cài được VNeID", "1")


def codes(talk: Talk) -> list[str]:
    """The letter and digit before each choice of the newest notice."""
    return re.findall(r"^([A-Z][1-9])\. ", talk.last, re.MULTILINE)


async def test_a_notice_shows_letters_before_its_numbers(plain: House, officer: Talk) -> None:
    """A bare digit belongs to the question that is open."""
    await asks(plain, "r1")
    first, second = codes(officer)
    assert first[0] == second[0]
    assert (first[1], second[1]) == ("1", "2")


@pytest.mark.parametrize("spelt", ["{}", "{} ", "{}."])
async def test_letter_and_digit_answer_it(plain: House, officer: Talk, spelt: str) -> None:
    await asks(plain, "r1")
    await officer.says(spelt.format(codes(officer)[0].lower()).strip("."))
    assert "Xin nhắn câu trả lời" in officer.last


async def test_a_digit_answers_the_question_that_was_asked(plain: House, officer: Talk) -> None:
    """The notice came between; what was being done is not done by accident."""
    await officer.says("trang đầu")
    await asks(plain, "r1")
    await officer.says("1")
    assert "Xin nhắn câu trả lời" not in officer.last


async def test_a_digit_answers_the_notice_when_the_question_is_forgotten(
    plain: House, officer: Talk
) -> None:
    """U10: after half an hour the last thing said is what a person answers."""
    await officer.says("trang đầu")
    await officer.waits(minutes=31)
    await asks(plain, "r1")
    await officer.says("1")
    assert "Xin nhắn câu trả lời" in officer.last


async def test_a_notice_works_once(plain: House, officer: Talk) -> None:
    """T05."""
    await asks(plain, "r1")
    code = codes(officer)[1]
    await officer.says(code, code)
    assert officer.text("menu.used_button") in officer.heard
    used = await plain.rows(OutboxRow.used_at, where=OutboxRow.token.is_not(None))
    assert sum(at is not None for at in used) == 1


async def test_somebody_elses_letter_means_nothing(plain: House, officer: Talk) -> None:
    """T04: a notice is found among one's own only."""
    resident = await asks(plain, "r1")
    await resident.says(codes(officer)[0])
    assert "Xin nhắn câu trả lời" not in " ".join(resident.heard)


async def test_a_hamlets_code_is_no_answer_to_a_notice(plain: House, officer: Talk) -> None:
    """The words "x5" say a hamlet whatever was told before."""
    await asks(plain, "r1")
    await officer.says("x5")
    assert "Xóm 5" in " ".join(officer.heard[-3:])
    assert all(notice_letter(token) != "X" for token in ("abcdefgh", "Zz23kLmn", "99999999"))


async def test_an_invite_is_judged_by_letters(plain: House) -> None:
    """T02: "not this person" ends the role, typed as well as pressed."""
    admin = await Talk(plain, "a1", name="Quản trị").holds("admin")
    await admin.says("/quantri", "2", "3", "xóm 5")
    code = re.findall(r"nhắn cho Trợ lý mã này: (\S+)", "\n".join(admin.heard))[-1]
    stranger = await Talk(plain, "s1", name="Người Lạ").says("x5", "1", code)
    await stranger.says("1")
    assert "head" in await plain.rows(Role.role, where=Role.until.is_(None))
    wrong = re.findall(r"^([A-Z]2)\. ", admin.last, re.MULTILINE)[0]
    await admin.says(wrong)
    held = await plain.rows(Role.role, where=Role.until.is_(None))
    assert "head" not in held


async def test_two_open_notices_never_share_a_letter(plain: House, officer: Talk) -> None:
    """T02: "K2" must not end another role than the one that was meant."""
    for number in range(9):
        await asks(plain, f"r{number}")
    letters = re.findall(r"^([A-Z])1\. ", "\n".join(officer.heard), re.MULTILINE)
    assert len(letters) == len(set(letters)) == 9


async def test_a_notice_is_answered_after_a_whole_lesson(plain: House, officer: Talk) -> None:
    """T05: thirty days, however much was said in between."""
    await asks(plain, "r1")
    code = codes(officer)[0]
    for _ in range(40):
        await officer.says("trợ giúp")
    await officer.says(code)
    assert "Xin nhắn câu trả lời" in officer.last


async def test_a_letter_with_a_number_that_is_no_choice_is_no_answer(
    plain: House, officer: Talk
) -> None:
    await asks(plain, "r1")
    await officer.says(f"{codes(officer)[0][0]}7")
    assert officer.text("menu.old_button") not in officer.heard


async def test_the_words_of_a_notice_answer_it(plain: House, officer: Talk) -> None:
    """U3: number, word or button do the same."""
    await asks(plain, "r1")
    await officer.says("tra loi")
    assert "Xin nhắn câu trả lời" in officer.last


async def test_the_notice_says_how_it_is_answered(plain: House, officer: Talk) -> None:
    await asks(plain, "r1")
    assert officer.text("menu.letter_hint", code=codes(officer)[0]) in officer.last


async def test_a_notice_is_answered_while_staff_hold_the_chat(plain: House, officer: Talk) -> None:
    await asks(plain, "r1")
    code = codes(officer)[0]
    await officer.does(Kind.TAKEN_OVER)
    await officer.says(code)
    assert "Xin nhắn câu trả lời" in officer.last
