"""Paper said in words, and what a unit can answer when nobody has seen it (T41, U4)."""

import pytest

from handlers.office.chasing import handed_in
from tests.conftest import ENGINES
from tests.handlers.chasing import MTTQ, an_officer, answers, asks
from tests.handlers.reminding import comes
from tests.handlers.test_claims import a_head, claims, questions, says_so
from tests.handlers.test_reporting import reported
from tests.talk import House, Talk


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The engines: the channels have tests of their own."""
    return str(request.param)


@pytest.mark.parametrize(
    "typed", ["nộp cho cô Thắm hôm qua rồi", "đã nộp giấy rồi", "da nop ban giay cho xa roi a"]
)
async def test_in_words_it_is_the_button(house: House, talk: Talk, typed: str) -> None:
    """U4: what was said of it reaches the officer, as it was typed."""
    officer, four = await an_officer(talk), await a_head(talk)
    await comes(house, "2026-12-08 08:00")
    assert "tạm thôi nhắc" in await asks(four, typed)
    assert await claims(house) == [("xom-04", "")]
    [asked] = questions(officer)
    assert f"Nơi này nhắn: “{typed}”." in asked


async def test_said_twice_it_waits(house: House, talk: Talk) -> None:
    officer, four = await an_officer(talk), await a_head(talk)
    await says_so(house, four)
    assert "đang chờ cán bộ xem" in await asks(four, "nộp cho cô Thắm hôm qua rồi")
    assert len(questions(officer)) == 1


async def test_which_of_two_units_is_asked(house: House, talk: Talk) -> None:
    """N12."""
    four = await a_head(talk)
    await four.holds("head", "xom-06")
    await comes(house, "2026-12-08 08:00")
    await four.says("đã nộp giấy rồi")
    assert four.labels[:2] == ["Xóm 4", "Xóm 6"]
    await four.presses("Xóm 6")
    assert await claims(house) == [("xom-06", "")]


async def test_who_owes_nothing_says_nothing_by_it(house: House, talk: Talk) -> None:
    four = await a_head(talk)
    await reported(four)
    await four.says("đã nộp giấy rồi")
    assert await claims(house) == []


@pytest.mark.parametrize(
    "typed",
    [
        "chưa nộp giấy", "mai nộp cho cô Thắm", "nộp giấy cho ai",
        "nộp giấy rồi có phải nhập không",
        "đã nộp 35 tờ giấy cam kết", "gửi giấy mời cho các hộ", "đã nộp giấy chưa?",
    ],
)  # fmt: skip
def test_what_else_is_said_of_paper_is_no_claim(typed: str) -> None:
    assert not handed_in.is_said(typed)


async def test_whom_nobody_believed_may_answer(house: House, talk: Talk) -> None:
    """U2: said again, done here, or a person; never a dead end."""
    officer, four = await an_officer(talk), await a_head(talk)
    await says_so(house, four)
    await answers(officer, "Chưa thấy")
    assert "cán bộ xã chưa thấy bản giấy" in four.last
    assert four.labels == ["Làm ngay", "Đã nộp bản giấy", "Gặp cán bộ"]
    assert "tạm thôi nhắc" in await answers(four, "Đã nộp bản giấy")
    assert await claims(house) == [("xom-04", "unseen"), ("xom-04", "")]
    assert len(questions(officer)) == 2


async def test_from_there_the_report_is_begun(house: House, talk: Talk) -> None:
    officer, four = await an_officer(talk), await a_head(talk)
    await says_so(house, four)
    await answers(officer, "Chưa thấy")
    assert "báo cáo" in await answers(four, "Làm ngay")


async def test_a_front_answers_in_its_own_words(house: House, talk: Talk) -> None:
    officer, front = await an_officer(talk), await a_head(talk, MTTQ, "Bà Mặt trận")
    await comes(house, "2026-12-08 08:00")
    await answers(front, "Đã gửi văn bản")
    await answers(officer, "Chưa thấy")
    assert front.labels == ["Điền", "Đã gửi văn bản", "Gặp đầu mối"]
