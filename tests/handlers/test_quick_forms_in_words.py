"""Answers to quick forms as people say them: in part, beside the point, or to somebody else."""

import pytest

from tests.handlers.points import ends
from tests.handlers.test_quick_forms import head_of, officer
from tests.handlers.test_quick_forms_answered import asked, values
from tests.talk import House, Talk

_HOUSEHOLDS = "/phieu Bao nhiêu hộ đã cài VNeID? xóm 5, 27/11"
_WIFI = "/phieu Nhà văn hóa đã có wifi chưa? xóm 5, 27/11"


async def made(talk: Talk, *questions: tuple[str, str], whom: str = "xóm 5") -> None:
    """A form of these (question, label of its kind), sent."""
    await talk.says("trang đầu", "/phieu", "Phiếu thử")
    for place, (text, kind) in enumerate(questions):
        if place:
            await talk.presses("Thêm câu")
        await talk.says(text)
        await talk.presses(kind)
    await talk.presses("Xong")
    await talk.says(whom, "27/11")
    await talk.presses("Gửi tới")


async def test_a_form_of_a_remark_alone_is_answered_by_one_message_as_its_notice_says(
    house: House, talk: Talk
) -> None:
    """U8: the notice says "Trả lời bằng một tin, ví dụ: đường xa"; doing so is "chưa hiểu"."""
    await officer(talk)
    five = await head_of(talk, 5)
    await made(talk, ("Khó khăn lớn nhất là gì?", "Chữ ngắn"))
    assert "Trả lời bằng một tin" in five.last
    await five.says("thiếu máy tính")
    assert "chưa hiểu" not in "\n".join(five.heard[-2:])
    assert "thiếu máy tính" in five.last


async def test_part_of_an_answer_right_after_the_notice_is_no_activity(talk: Talk) -> None:
    """N14: missing parts are asked; "12 hộ" to two questions begins an entry of the book instead.

    Bare "12" is "chưa hiểu". While a notice asks, part of an answer belongs to it, or is asked.
    """
    five = await asked(talk)
    await five.says("12 hộ")
    assert "Việc này làm ngày nào" not in five.last
    assert "loa" in five.last or "phiếu" in five.last


async def test_how_many_are_left_is_not_how_many_are_done(talk: Talk) -> None:
    """N14: "còn 12 hộ" to "Bao nhiêu hộ đã cài?" says 12 have not; it is read as 12 that have.

    "còn" is dropped as if it joined two parts; asked one by one the same words are not read.
    """
    five = await asked(talk, _HOUSEHOLDS)
    await five.says("còn 12 hộ")
    assert "VNeID? 12\n" not in five.last


async def test_a_business_that_takes_no_part_has_not_said_zero(talk: Talk) -> None:
    """Design §5: "không tham gia" ends it for a business; here it is read as the figure 0.

    A refusal then stands in the total as a unit with 0 ("chưa nắm được" and 0 are two things).
    """
    await officer(talk)
    firm = await talk.somebody("Giám đốc", role="reporter", unit="dn-b")
    await talk.says("/phieu Bao nhiêu người đã cài VNeID? doanh nghiệp, 27/11")
    await talk.presses("Gửi tới")
    await firm.says("không tham gia")
    assert "VNeID? 0\n" not in firm.last


async def test_a_sum_of_money_can_be_told_or_is_refused_with_its_reason(talk: Talk) -> None:
    """T20, U5: 15.000.000 is a number; "chưa đọc được số, ví dụ: 12" is a dead end."""
    await officer(talk)
    five = await head_of(talk, 5)
    await made(talk, ("Kinh phí bao nhiêu đồng?", "Số"))
    await five.says("trả lời phiếu", "15.000.000")
    assert "chưa đọc được số" not in "\n".join(five.heard[-2:])


async def test_an_answer_that_came_too_late_is_not_said_to_be_told_where_nobody_was(
    talk: Talk,
) -> None:
    """T41, R13: "Trợ lý đã báo cán bộ xã" although the commune has no officer any more."""
    five = await asked(talk)
    await five.says("12 có")
    await talk.presses("Đóng phiếu")
    await talk.says("2")
    await ends(talk, "officer")
    await five.says("1")
    assert "chưa được ghi" in "\n".join(five.heard[-2:])
    assert "đã báo cán bộ xã" not in "\n".join(five.heard[-2:])


async def test_a_large_sum_is_read_back_in_words_and_a_longer_one_refused(
    house: House, talk: Talk
) -> None:
    """T20, U7: the number of people is no measure of money."""
    await officer(talk)
    five = await head_of(talk, 5)
    await made(talk, ("Kinh phí bao nhiêu đồng?", "Số"))
    await five.says("trả lời phiếu", "15.000.000.000.000")
    assert "quá 12 chữ số" in five.heard[-1]
    await five.says("15.000.000")
    assert "mười lăm triệu" in five.last
    assert "người lớn" not in five.heard[-2]
    await five.says("1")
    assert await values(house) == [{"0": {"number": 15_000_000}}]


async def test_so_many_figures_without_a_dot_are_asked_about(talk: Talk) -> None:
    """N2: perhaps somebody's number."""
    await officer(talk)
    five = await head_of(talk, 5)
    await made(talk, ("Kinh phí bao nhiêu đồng?", "Số"))
    await five.says("trả lời phiếu", "912345678")
    assert "Ý là" in five.last


async def test_the_rest_of_a_part_is_asked(house: House, talk: Talk) -> None:
    """N14."""
    five = await asked(talk)
    await five.says("12")
    assert "câu 2/2" in five.last
    await five.says("có", "1")
    assert await values(house) == [{"0": {"number": 12}, "1": {"yes": True}}]


async def test_what_is_left_is_asked_and_may_be_meant(house: House, talk: Talk) -> None:
    """N14: a doubt is shown; it can be chosen or told anew."""
    five = await asked(talk, _HOUSEHOLDS)
    await five.says("còn 12 hộ")
    assert five.labels == ["12", "Nhập lại"]
    await five.presses("12", "Gửi")
    assert await values(house) == [{"0": {"number": 12}}]


@pytest.mark.parametrize("typed", ["vâng", "ok", "cảm ơn"])
async def test_a_courtesy_after_the_notice_answers_nothing(talk: Talk, typed: str) -> None:
    five = await asked(talk)
    await five.says(typed)
    assert "câu 1/2" not in five.last
    await talk.says("trang đầu")
    await made(talk, ("Khó khăn lớn nhất là gì?", "Chữ ngắn"))
    await five.says(typed)
    assert "Gửi chứ?" not in five.last


# --- sentences of other flows --------------------------------------------------------------------


async def test_yes_to_the_open_question_is_not_taken_for_a_form(talk: Talk) -> None:
    """N13: the yes belongs to the open question ("Làm tệp Word?"), not to a form of days ago.

    So with every yes/no step that reads no text: points, denominators, activities, lessons.
    """
    five = await asked(talk, _WIFI)
    await five.says("/vuongmac Nhiều người chưa có điện thoại", "1")
    assert "Trợ lý làm sẵn tệp Word" in five.last
    await five.says("có")
    assert "wifi" not in five.last
    assert any("đang làm tệp Word" in said for said in five.heard)


async def test_no_to_a_list_of_choices_is_not_taken_for_a_form(talk: Talk) -> None:
    """The claim says "typed where nothing else is asked"; a list of choices is a question."""
    five = await asked(talk, _WIFI)
    await five.says("/buoihoc")
    assert "cùng học bài nào" in five.last
    await five.says("không")
    assert "wifi" not in five.last


async def test_an_activity_is_not_taken_for_an_answer_with_a_remark(talk: Talk) -> None:
    """A form of a figure and a remark takes any sentence that begins with a figure and a comma.

    The session is not in the book, and "tối qua ở nhà văn hóa" stands as a difficulty.
    """
    await officer(talk)
    five, six = await head_of(talk, 5), await head_of(talk, 6)
    asked_for = (("Bao nhiêu người đã cài VNeID?", "Số"), ("Khó khăn gì?", "Chữ ngắn"))
    await made(talk, *asked_for)
    said = "35 người học, tối qua ở nhà văn hóa"
    await six.says(said)
    assert "35 lượt người dự" in "\n".join(six.heard[-2:])
    await five.says("trang đầu", said)
    assert "Khó khăn gì? tối qua ở nhà văn hóa" not in five.last


async def test_a_remark_behind_a_comma_counts_right_after_its_notice(
    house: House, talk: Talk
) -> None:
    await officer(talk)
    five = await head_of(talk, 5)
    await made(talk, ("Bao nhiêu người đã cài VNeID?", "Số"), ("Khó khăn gì?", "Chữ ngắn"))
    await five.says("12, đường xa", "1")
    assert await values(house) == [{"0": {"number": 12}, "1": {"note": "đường xa"}}]


async def test_a_yes_right_after_the_notice_is_for_the_form(house: House, talk: Talk) -> None:
    """Although a list of choices was open when it came; the list is asked again."""
    five = await head_of(talk, 5)
    await five.says("/buoihoc")
    await officer(talk)
    await talk.says(_WIFI)
    await talk.presses("Gửi tới")
    await five.says("có")
    assert "wifi chưa? Có" in five.last
    await five.says("1")
    assert await values(house) == [{"0": {"yes": True}}]
    assert "cùng học bài nào" in five.last


async def test_a_remark_that_is_an_activity_goes_to_the_book(talk: Talk) -> None:
    await officer(talk)
    five = await head_of(talk, 5)
    await made(talk, ("Khó khăn lớn nhất là gì?", "Chữ ngắn"))
    await five.says("tối qua xóm 5 có 35 bà con học VNeID")
    assert "Khó khăn" not in five.last


_SHORT_WAY = "/phieu Bao nhiêu hộ đã cài VNeID? xóm 5, 27/11"


@pytest.mark.parametrize("typed", ["0", "3"])
async def test_a_small_figure_right_after_the_notice_is_no_choice_of_an_old_menu(
    talk: Talk, typed: str
) -> None:
    """§3, N5: the notice asks for "một tin, ví dụ: 12", and most figures are small.

    "0" shows the front page and "3" opens a session with a code; the head believes to have
    answered, and the unit is reminded.
    """
    five = await asked(talk, _SHORT_WAY)
    await five.says(typed)
    assert "hộ đã cài VNeID" in five.last or f"“{typed}”" in five.last
