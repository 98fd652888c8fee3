"""Quick forms from the unit's side: one message, corrections, two reporters, restarts (T19)."""

import pytest
from sqlalchemy import update

from storage.tables import AuditRow, QuickAnswer, Role, Unit
from tests.handlers.test_quick_forms import (
    ASK,
    answers,
    head_of,
    officer,
    sent,
    two_questions,
    unit_id,
)
from tests.talk import House, Talk, in_demo_days


async def asked(talk: Talk, *texts: str) -> Talk:
    """The head of Xóm 5, to whom an officer has just sent the form of these `/phieu` words."""
    await officer(talk)
    five = await head_of(talk, 5)
    if texts:
        await talk.says(*texts)
        await talk.presses("Gửi tới")
    else:
        await sent(talk)
    return five


async def values(house: House) -> list[object]:
    return [row[2]["answers"] for row in await answers(house)]


# --- one message ---------------------------------------------------------------------------------


async def test_an_answer_right_after_the_notice_is_understood(house: House, talk: Talk) -> None:
    """U7: shown back and confirmed; nothing is stored before."""
    five = await asked(talk)
    await five.says("12 hộ, có")
    assert f"1. {ASK} 12\n" in five.last
    assert five.labels == ["Gửi", "Sửa", "Để sau"]
    assert await answers(house) == []
    await five.says("1")
    assert "Đã ghi cho Xóm 5: 12; Có" in "\n".join(five.heard[-2:])
    assert await values(house) == [{"0": {"number": 12}, "1": {"yes": True}}]
    assert "quick.answered" in await house.rows(AuditRow.action)


@pytest.mark.parametrize("text", ["1. 12 2. có", "x5: 12; có", "12 có", "loa: có; hộ: 12"])
async def test_one_message_may_be_written_in_many_ways(house: House, talk: Talk, text: str) -> None:
    """N14."""
    five = await asked(talk)
    await five.says(text)
    await five.presses("Gửi")
    assert await values(house) == [{"0": {"number": 12}, "1": {"yes": True}}]


async def test_pressing_answer_shows_the_questions_and_ok_sends(house: House, talk: Talk) -> None:
    five = await asked(talk)
    await five.presses("Trả lời")
    assert "Xóm 5 xin trả lời" in five.last
    await five.says("12; có", "ok")
    assert len(await answers(house)) == 1


async def test_not_known_is_an_answer_and_never_zero(house: House, talk: Talk) -> None:
    five = await asked(talk)
    await five.says("chưa nắm được; không")
    await five.presses("Gửi")
    assert await values(house) == [{"0": {"unknown": True}, "1": {"yes": False}}]


async def test_what_is_not_understood_is_asked_in_another_way_then_one_by_one(
    house: House, talk: Talk
) -> None:
    """U5."""
    five = await asked(talk)
    await five.presses("Trả lời")
    await five.says("hôm nọ họp rồi mà")
    assert "chưa đọc được" in five.heard[-1]
    await five.says("thì đã bảo rồi")
    assert "từng câu một" in five.heard[-2]
    assert "câu 1/2" in five.last
    await five.says("khoảng 120")
    await five.presses("Không")
    assert "khoảng 120" in five.last
    await five.presses("Gửi")
    assert await values(house) == [{"0": {"number": 120, "about": True}, "1": {"yes": False}}]


async def test_what_is_doubtful_is_asked_with_both_readings(talk: Talk) -> None:
    """N2."""
    five = await asked(talk)
    await five.presses("Trả lời")
    await five.says("1,234; có")
    assert "Ý là" in five.last
    await five.presses("1.234")
    assert "1.234 (một nghìn hai trăm ba mươi tư)" in five.last


async def test_a_part_that_was_read_is_kept_and_the_rest_asked(talk: Talk) -> None:
    five = await asked(talk)
    await five.presses("Trả lời")
    await five.says("12; mai em hỏi rồi báo")
    assert "một phần" in five.heard[-2]
    assert "câu 2/2" in five.last


async def test_a_single_question_needs_no_explanation(house: House, talk: Talk) -> None:
    five = await asked(talk, "/phieu Bao nhiêu hộ đã cài VNeID?", "xóm 5", "27/11")
    await five.says("45")
    assert five.last.startswith("Xóm 5: Bao nhiêu hộ đã cài VNeID? 45\nGửi chứ?")
    await five.says("1")
    assert await values(house) == [{"0": {"number": 45}}]


async def test_a_bare_digit_after_the_notice_may_be_the_answer(house: House, talk: Talk) -> None:
    """Without buttons "2" is also "Để sau": which of the two is asked, not guessed."""
    five = await asked(talk, "/phieu Bao nhiêu hộ đã cài VNeID?", "xóm 5", "27/11")
    await five.waits(minutes=31)
    await five.says("2")
    assert five.labels == ["Trả lời là 2", "Để sau"]
    await five.says("1", "1")
    assert await values(house) == [{"0": {"number": 2}}]


async def test_options_are_pressed_or_named_by_letter(house: House, talk: Talk) -> None:
    await officer(talk)
    five = await head_of(talk, 5)
    await talk.says("/phieu", "Sóng", "Sóng điện thoại ra sao?")
    await talk.presses("Chọn một")
    await talk.says("Tốt, Trung bình, Kém")
    await talk.presses("Xong")
    await talk.says("xóm 5", "27/11")
    await talk.presses("Gửi tới")
    assert "chọn một: a) Tốt; b) Trung bình; c) Kém" in five.last
    await five.presses("Trả lời")
    assert five.labels == ["Tốt", "Trung bình", "Kém", "Chưa nắm được", "Bỏ qua"]
    await five.says("b")
    await five.presses("Gửi")
    assert await values(house) == [{"0": {"option": 1}}]


async def test_a_blank_is_neither_unknown_nor_zero(house: House, talk: Talk) -> None:
    five = await asked(talk)
    await five.presses("Trả lời", "Từng câu")
    await five.says("bỏ qua")
    await five.presses("Chưa nắm được", "Gửi")
    assert await values(house) == [{"0": {}, "1": {"unknown": True}}]
    await talk.says("/phieu")
    await talk.presses("Cài VNeID")
    assert "chưa nơi nào có số; để trống: 1 nơi" in talk.heard[-2]


async def test_a_line_is_changed_before_sending(house: House, talk: Talk) -> None:
    five = await asked(talk)
    await five.says("12; có")
    await five.presses("Sửa", "1. Bao nhiêu hộ")
    await five.says("21")
    await five.presses("Gửi")
    assert await values(house) == [{"0": {"number": 21}, "1": {"yes": True}}]


async def test_another_figure_typed_under_the_summary_counts(house: House, talk: Talk) -> None:
    five = await asked(talk)
    await five.says("12; có", "13; không")
    await five.presses("Gửi")
    assert await values(house) == [{"0": {"number": 13}, "1": {"yes": False}}]


async def test_a_figure_above_the_adults_is_pointed_out(talk: Talk) -> None:
    """T20."""
    five = await asked(talk)
    await five.says("4.200; có")
    assert "nhiều hơn số người lớn của Xóm 5 (420)" in five.heard[-2]
    assert "bốn nghìn hai trăm" in five.last


# --- what is no answer ---------------------------------------------------------------------------


async def test_an_activity_is_not_taken_for_an_answer(talk: Talk) -> None:
    five = await asked(talk, "/phieu Bao nhiêu hộ đã cài VNeID?", "xóm 5", "27/11")
    await five.says("tối qua xóm 5 có 35 bà con học VNeID")
    assert "phiếu" not in five.last.lower()
    assert "35" in five.last


async def test_a_report_is_not_taken_for_an_answer(talk: Talk) -> None:
    five = await asked(talk)
    await five.says("/baocao")
    await five.says("trang đầu", "3 buổi 120 lượt người 20 lần phát loa, 45 người cài vneid")
    assert "hỏi nhanh" not in "\n".join(five.heard[-2:])


async def test_without_an_open_form_nothing_is_claimed(talk: Talk) -> None:
    await officer(talk)
    five = await head_of(talk, 5)
    await five.says("12; có")
    assert "trả lời" not in five.heard[-1]


async def test_another_hamlets_number_in_the_message_is_refused(house: House, talk: Talk) -> None:
    """T01."""
    five = await asked(talk)
    await five.presses("Trả lời")
    await five.says("xóm 6: 12; có")
    assert "Phiếu này của Xóm 5" in five.last
    assert await answers(house) == []


# --- several forms, several units, several reporters ---------------------------------------------


async def test_several_open_forms_are_asked_for(house: House, talk: Talk) -> None:
    five = await asked(talk)
    await talk.says("trang đầu")
    await sent(talk, whom="xóm 5")
    await five.says("12; có")
    assert "Trả lời phiếu nào?" in five.last
    await five.presses("Xóm 5: Cài VNeID")
    await five.presses("Gửi")
    assert len(await answers(house)) == 1
    await five.says("trả lời phiếu")
    assert sum("đã trả lời" in label for label in five.labels) == 1


async def test_a_head_of_two_units_is_asked_for_which(house: House, talk: Talk) -> None:
    await officer(talk)
    both = await head_of(talk, 1)
    await both.holds("head", "xom-02")
    await sent(talk)
    await both.says("12; có")
    await both.presses("Xóm 2")
    await both.presses("Gửi")
    [(unit, *_)] = await answers(house)
    assert unit == await unit_id(house, "xom-02")


async def test_the_second_reporter_sees_both_and_decides(house: House, talk: Talk) -> None:
    """T19: never summed, never overwritten in silence; the first hears of it."""
    await officer(talk)
    first = await head_of(talk, 5)
    second = await talk.somebody("Chị Lan", role="reporter", unit="xom-05")
    await sent(talk)
    await first.says("12; có")
    await second.says("15; có")
    await first.presses("Gửi")
    assert "vừa trả lời phiếu" in second.last
    assert "Xóm 5: 12; Có" in second.last
    await second.presses("Gửi")
    assert second.labels == ["Giữ câu đã gửi", "Thay bằng câu mới", "Sửa"]
    assert "Trưởng Xóm 5 đã trả lời: 12; Có" in second.last
    assert "1. Bao nhiêu hộ đã cài VNeID? 15" in second.last
    await second.says("ok")
    assert len(await answers(house)) == 1
    await second.says("2")
    assert [row[1] for row in await answers(house)] == [1, 2]
    assert "Chị Lan vừa trả lời" in first.last


async def test_a_correction_is_the_next_number(house: House, talk: Talk) -> None:
    """A6."""
    five = await asked(talk)
    await five.says("12; có")
    await five.presses("Gửi")
    await five.says("trả lời phiếu")
    assert "Xóm 5 đã trả lời: 12; Có" in five.heard[-2]
    await five.says("14; có")
    await five.presses("Thay")
    assert [row[1] for row in await answers(house)] == [1, 2]
    assert "quick.corrected" in await house.rows(AuditRow.action)


async def test_late_is_accepted_and_marked(house: House, talk: Talk) -> None:
    """R19: late is a mark of the first answer, not a refusal."""
    five = await asked(talk)
    one = await head_of(talk, 1)
    await one.says("trả lời phiếu", "5; có")
    await one.presses("Gửi")
    await in_demo_days(house, 6)  # Saturday 28/11
    await five.says("12; có")
    await five.presses("Gửi")
    assert "sau hạn" in "\n".join(five.heard[-2:])
    await one.says("trả lời phiếu", "6; có")
    await one.presses("Thay")
    assert "sau hạn" not in "\n".join(one.heard[-2:])
    await talk.says("/phieu")
    await talk.presses("Cài VNeID")
    assert "Sau hạn: 1 nơi" in talk.heard[-2]


# --- what changes meanwhile ----------------------------------------------------------------------


async def test_who_is_head_no_longer_writes_nothing(house: House, talk: Talk) -> None:
    """T41, A3."""
    five = await asked(talk)
    await five.says("12; có")
    async with house.app.database.transaction() as tx:
        await tx.execute(update(Role).values(until=house.clock.wall()))
    await five.presses("Gửi")
    assert await answers(house) == []


async def test_a_unit_that_was_merged_away_owes_nothing(house: House, talk: Talk) -> None:
    """Its answer stays and is marked; without one it is not missing any more."""
    await officer(talk)
    one, two = await head_of(talk, 1), await head_of(talk, 2)
    await sent(talk)
    await one.says("12; có")
    await one.presses("Gửi")
    today = house.clock.wall().date()
    async with house.app.database.transaction() as tx:
        merged = Unit.code.in_(["xom-01", "xom-02"])
        await tx.execute(update(Unit).where(merged).values(until=today))
    await two.says("15; có")
    assert len(await answers(house)) == 1
    await talk.says("/phieu")
    await talk.presses("Cài VNeID")
    assert "1/2 nơi đã trả lời" in talk.heard[-2]
    assert "tổng 12 (1 nơi)" in talk.heard[-2]
    assert "Còn: Xóm 5." in talk.heard[-2]


async def test_everything_goes_on_after_a_restart_at_each_message(house: House, talk: Talk) -> None:
    await officer(talk)
    five = await head_of(talk, 5)
    script = ("/phieu", "Cài VNeID", ASK, "1", "1", "xóm 5, xóm 3", "1", "27/11", "1")
    for text in script:
        await talk.says(text)
        await talk.restart()
    for text in ("trả lời phiếu", "1,234", "1", "2", "45", "1"):
        await five.says(text)
        await talk.restart()
    assert [row[2]["answers"] for row in await answers(house)] == [{"0": {"number": 45}}]


async def test_the_same_conversation_twice_stores_one_answer(house: House, talk: Talk) -> None:
    """Two presses of "Gửi" are one answer (T05)."""
    five = await asked(talk)
    await five.says("12; có")
    button = five.button("Gửi")
    for _ in range(2):
        await five.sends(kind="press", button=button)
    await house.settle()
    assert await house.rows(QuickAnswer.number) == [1]


async def test_a_plan_that_grew_old_is_asked_for_its_day_again(house: House, talk: Talk) -> None:
    await officer(talk)
    await two_questions(talk)
    await talk.waits(days=6)
    await talk.presses("Gửi tới")
    assert "Ngày này đã qua" in "\n".join(talk.heard[-3:])
