"""Making a quick form in one's own words: more questions, whom, the short way (N12-N14)."""

import pytest

from storage.tables import QuickForm
from tests.handlers.test_quick_forms import ASK, officer, two_questions
from tests.talk import House, Talk


async def test_yes_to_another_more_question_is_no_done(talk: Talk) -> None:
    """N13: "Thêm câu nữa không?" "có" ends the questions: the very opposite."""
    await officer(talk)
    await talk.says("/phieu", "Loa", "Bao nhiêu loa?")
    await talk.presses("Số")
    await talk.says("có")
    assert "Câu 2 hỏi gì" in talk.last


@pytest.mark.parametrize("typed", ["không", "thôi không", "đủ rồi", "hết"])
async def test_no_to_another_more_question_is_no_question_of_the_form(
    talk: Talk, typed: str
) -> None:
    """§3, N13: "Thêm câu nữa không?" "không" makes "không" the second question.

    It cannot be taken out again: "Sửa" only tells a question anew, so the form is to be made anew.
    """
    await officer(talk)
    await talk.says("/phieu", "Loa", "Bao nhiêu loa?")
    await talk.presses("Số")
    await talk.says(typed)
    assert f"Câu: {typed}" not in talk.last


@pytest.mark.parametrize("typed", ["tất cả xóm ngoài xóm 5", "tất cả xóm không có xóm 5"])
async def test_all_but_one_is_not_that_one(talk: Talk, typed: str) -> None:
    """N12: "ngoài" is "but"; understood is "Hỏi 1 nơi: Xóm 5", the one that was to be left out."""
    await officer(talk)
    await talk.says("/phieu Xóm có loa không?", typed)
    assert "Hỏi 1 nơi: Xóm 5" not in "\n".join(talk.heard[-2:])


async def test_a_second_question_in_the_short_way_is_not_dropped_in_silence(talk: Talk) -> None:
    """N14: unknown parts are never dropped; the second question is gone, nothing says so."""
    await officer(talk)
    before = len(talk.heard)
    await talk.says("/phieu Xóm có loa không? Bao nhiêu hộ có tivi? xóm 1-2, thứ sáu", "xóm 1")
    assert "tivi" in "\n".join(talk.heard[before:])


@pytest.mark.parametrize(
    "typed",
    ["tất cả xóm ngoài xóm 5", "tất cả xóm chỉ trừ xóm 5", "tất cả xóm không hỏi xóm 5"],
)
async def test_all_but_one_is_everybody_else(talk: Talk, typed: str) -> None:
    """N12."""
    await officer(talk)
    await talk.says("/phieu Xóm có loa không?", typed)
    assert "Hỏi 12 nơi" in talk.heard[-2]
    assert "Xóm 5," not in talk.heard[-2]


async def test_several_questions_in_the_short_way_are_all_asked(house: House, talk: Talk) -> None:
    """N14: the kind is asked only of the question whose words do not tell it."""
    await officer(talk)
    await talk.says("/phieu Xóm có loa không? Sóng ra sao? Bao nhiêu hộ có tivi? xóm 1-2, thứ sáu")
    assert talk.last.startswith("Câu: Sóng ra sao?")
    await talk.presses("Chữ ngắn")
    shown = "\n".join(talk.heard[-4:])
    assert "1. Xóm có loa không? (có hoặc không)" in shown
    assert "2. Sóng ra sao? (chữ ngắn)" in shown
    assert "3. Bao nhiêu hộ có tivi? (số)" in shown
    await talk.presses("Gửi tới 2 nơi")
    assert len(await house.rows(QuickForm.id)) == 1


async def test_a_question_can_be_taken_out_again(talk: Talk) -> None:
    """U18: not only told anew."""
    await officer(talk)
    await two_questions(talk)
    await talk.presses("Sửa", "Một câu hỏi", "2. Xóm có loa", "Bỏ câu này")
    shown = "\n".join(talk.heard[-4:])
    assert ASK in shown
    assert "loa" not in shown


async def test_one_more_question_that_is_not_wanted_after_all_is_none(talk: Talk) -> None:
    """N13: "thêm", then "thôi không"."""
    await officer(talk)
    await talk.says("/phieu", "Loa", "Bao nhiêu loa?")
    await talk.presses("Số")
    await talk.says("thêm câu nữa nhé", "không thêm nữa")
    assert "Hỏi những nơi nào?" in talk.last
