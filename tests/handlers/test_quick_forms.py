"""Quick forms from the question to the workbook (/phieu): the officer's side."""

import io
from typing import Any

import openpyxl
import pytest

from storage.tables import AuditRow, QuickAnswer, QuickForm, QuickFormUnit, Unit
from tests.talk import House, Talk

ASK = "Bao nhiêu hộ đã cài VNeID?"
SPEAKER = "Xóm có loa truyền thanh không?"


async def officer(talk: Talk) -> Talk:
    talk.name = "Cán bộ Hà"
    return await talk.holds("officer")


async def head_of(talk: Talk, number: int) -> Talk:
    unit = f"xom-{number:02d}"
    return await talk.somebody(f"Trưởng Xóm {number}", role="head", unit=unit)


async def two_questions(talk: Talk, *, whom: str = "xóm 1, 2, 5", due: str = "27/11") -> Talk:
    """The preview of a form with a figure and a yes or no."""
    await talk.says("/phieu")
    if "Phiếu mới" in talk.labels:
        await talk.presses("Phiếu mới")
    await talk.says("Cài VNeID tuần này", ASK)
    await talk.presses("Số", "Thêm câu")
    await talk.says(SPEAKER)
    await talk.presses("Có hoặc không", "Xong")
    await talk.says(whom, due)
    return talk


async def sent(talk: Talk, **how: str) -> Talk:
    await two_questions(talk, **how)
    return await talk.presses("Gửi tới")


async def answered_by_two(talk: Talk, one: str, two: str) -> None:
    """A form was sent; Xóm 1 and Xóm 2 have answered it, Xóm 5 has nobody."""
    heads = await head_of(talk, 1), await head_of(talk, 2)
    await sent(talk)
    for head, words in zip(heads, (one, two), strict=True):
        await head.says(words)
        await head.presses("Gửi")


async def answers(house: House) -> list[tuple[Any, ...]]:
    columns = (QuickAnswer.unit_id, QuickAnswer.number, QuickAnswer.answers, QuickAnswer.source)
    return sorted(await house.rows(*columns), key=lambda row: row[:2])


async def unit_id(house: House, code: str) -> int:
    return int((await house.rows(Unit.id, where=Unit.code == code))[0])


# --- making one ----------------------------------------------------------------------------------


async def test_a_form_is_made_in_one_dialogue_and_goes_to_the_units(
    house: House, talk: Talk
) -> None:
    await officer(talk)
    five, six = await head_of(talk, 5), await head_of(talk, 6)
    await two_questions(talk)
    shown = "\n".join(talk.heard[-5:])
    assert "Kính gửi Xóm 1: UBND xã xin hỏi nhanh: Cài VNeID tuần này." in shown
    assert "đến hết thứ Sáu 27/11/2026" in shown
    assert "Trả lời bằng một tin, ví dụ: 12; có" in shown
    assert "2 nơi tin nhắn không tới được" in shown
    assert "Gửi tới 3 nơi: Xóm 1, Xóm 2, Xóm 5" in talk.last
    assert talk.labels == ["Gửi tới 3 nơi", "Sửa", "Bỏ phiếu này"]
    await talk.presses("Gửi tới")
    assert talk.heard[-3] == "Phiếu đã mở. Tin nhắn tới được 1/3 nơi."
    assert "0/3 nơi đã trả lời" in talk.heard[-2]
    assert "Còn: Xóm 1, Xóm 2, Xóm 5." in talk.heard[-2]
    assert "Kính gửi Xóm 5" in five.last
    assert f"1. {ASK} (số)" in five.last
    assert five.labels == ["Trả lời", "Để sau"]
    assert not any("hỏi nhanh" in heard for heard in six.heard)
    assert await house.rows(QuickForm.title, QuickForm.state) == [("Cài VNeID tuần này", "open")]
    assert len(await house.rows(QuickFormUnit.unit_id)) == 3
    assert "quick.sent" in await house.rows(AuditRow.action)


async def test_the_preview_is_what_the_unit_reads(talk: Talk) -> None:
    await officer(talk)
    five = await head_of(talk, 5)
    await two_questions(talk, whom="xóm 5")
    shown = next(heard for heard in talk.heard if "Kính gửi Xóm 5" in heard)
    await talk.presses("Gửi tới")
    assert five.last.startswith(shown)


async def test_the_short_way_takes_what_is_certain_and_asks_the_rest(talk: Talk) -> None:
    """Nothing is guessed: there are two Xóm 3, so that is asked."""
    await officer(talk)
    await talk.says("/phieu Bao nhieu ho da cai VNeID? xom 1-5, truoc thu Sau")
    assert "“xóm 3”" in talk.last
    assert talk.labels[-2:] == ["Cả 2 nơi", "Không nơi nào trong số này"]
    await talk.presses("Xóm 3 - xã cũ B")
    assert "Gửi tới 5 nơi: Xóm 1, Xóm 2, Xóm 3 - xã cũ B, Xóm 4, Xóm 5" in talk.last
    shown = "\n".join(talk.heard[-5:])
    assert "Bao nhieu ho da cai VNeID? (số)" in shown
    assert "đến hết thứ Năm 26/11/2026" in shown


async def test_the_plain_words_open_it_and_a_question_is_enough(talk: Talk) -> None:
    await officer(talk)
    await talk.says("hỏi nhanh Xóm có loa không?")
    assert "Hỏi những nơi nào?" in talk.last
    await talk.says("tất cả các xóm trừ xóm 9", "30/11")
    assert "12 nơi" in talk.last


async def test_to_all_the_safe_choice_is_the_first(talk: Talk) -> None:
    """U18: the consequence is said, and a plain "ok" sends nothing to everybody."""
    await officer(talk)
    await two_questions(talk, whom="tất cả xóm")
    assert talk.labels == ["Sửa", "Gửi tới 13 nơi", "Bỏ phiếu này"]
    assert "không lấy lại được" in talk.last
    await talk.says("ok")
    assert await talk.house.rows(QuickForm.id) == []


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("hôm qua", "Ngày này đã qua"),
        ("1/5/2027", "Hạn không quá 90 ngày"),
        ("rằm", "chưa đọc được ngày"),
        ("trước hôm nay", "Ngày này đã qua"),
    ],
)
async def test_the_deadline_is_today_or_later_and_near(talk: Talk, typed: str, reason: str) -> None:
    await officer(talk)
    await talk.says("/phieu Xóm có loa không?", "xóm 1", typed)
    assert reason in talk.last


async def test_unknown_places_are_named_and_nothing_is_chosen(talk: Talk) -> None:
    await officer(talk)
    await talk.says("/phieu Xóm có loa không?", "xóm 1, xóm 77")
    assert "chưa tìm thấy: xóm 77" in talk.last


async def test_every_part_can_be_changed_under_the_preview(talk: Talk) -> None:
    await officer(talk)
    await two_questions(talk)
    await talk.presses("Sửa", "Tên phiếu")
    await talk.says("VNeID và loa")
    assert "VNeID và loa" in "\n".join(talk.heard[-4:])
    await talk.presses("Sửa", "Một câu hỏi", "2. Xóm có loa")
    await talk.says("Loa của xóm ra sao?")
    await talk.presses("Chọn một")
    await talk.says("Tốt; Rè; Hỏng")
    assert "2. Loa của xóm ra sao? (chọn một: a) Tốt; b) Rè; c) Hỏng)" in "\n".join(talk.heard[-4:])
    await talk.presses("Sửa", "Nơi nhận")
    await talk.says("trường tiểu học a")
    assert "Trường Tiểu học A" in talk.last
    await talk.presses("Sửa", "Hạn trả lời")
    await talk.says("3 ngày nữa")
    assert "đến hết thứ Tư 25/11/2026" in "\n".join(talk.heard[-4:])
    await talk.presses("Bỏ phiếu này")
    assert "Chưa gửi cho ai" in "\n".join(talk.heard[-2:])


async def test_what_an_officer_types_is_only_a_value(house: House, talk: Talk) -> None:
    """T24, T26, T28."""
    await officer(talk)
    five = await head_of(talk, 5)
    await talk.says("/phieu", "=cmd|' /C calc'!A0 {x} <b>đậm</b>", "=1+1 {0} <i>?")
    await talk.presses("Số", "Xong")
    await talk.says("xóm 5", "27/11")
    await talk.presses("Gửi tới")
    assert "{x} <b>đậm</b>" in five.last
    await five.says("12")
    await five.presses("Gửi")
    await talk.says("/phieu")
    await talk.presses("=cmd")
    await talk.presses("Tệp Excel")
    made = await house.make_all()
    book = openpyxl.load_workbook(io.BytesIO(made[-1].content))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert 12 in [cell.value for cell in cells]


async def test_a_form_made_at_night_arrives_in_the_morning(house: House, talk: Talk) -> None:
    """U11: nothing is lost, and nobody is woken."""
    await officer(talk)
    five = await head_of(talk, 5)
    await two_questions(talk)
    await talk.waits(hours=13)  # 22:00
    await talk.presses("Gửi tới")
    assert "Trợ lý nhắn tới 1/3 nơi từ 7 giờ sáng" in "\n".join(talk.heard[-5:])
    assert len(await house.rows(QuickForm.id)) == 1
    await talk.waits(hours=8, minutes=59)
    assert not any("Cài VNeID tuần này" in one for one in five.heard)
    await talk.waits(minutes=1)
    assert sum("Cài VNeID tuần này" in one for one in five.heard) == 1


async def test_going_back_after_sending_does_not_send_the_form_again(
    house: House, talk: Talk
) -> None:
    """T42, zero duplicate proactive messages: "quay lại", "1" asks every unit a second time.

    Units read the same request twice, answer one of two forms and stay "missing" in the other;
    nothing can take a sent form back.
    """
    await officer(talk)
    five = await head_of(talk, 5)
    await sent(talk)
    await talk.says("quay lại", "1")
    assert len([said for said in five.heard if "xin hỏi nhanh" in said]) == 1
    assert len(await house.rows(QuickForm.id)) == 1


# --- what came in --------------------------------------------------------------------------------


async def test_the_tally_is_live_and_names_the_missing(talk: Talk) -> None:
    await officer(talk)
    await answered_by_two(talk, "120; có", "chưa nắm được; không")
    await talk.says("/phieu")
    assert "Cài VNeID tuần này: đang mở, 2/3" in talk.labels[1]
    await talk.presses("Cài VNeID")
    said = talk.heard[-2]
    assert "2/3 nơi đã trả lời" in said
    assert "tổng 120 (1 nơi); chưa nắm được: 1 nơi" in said
    assert "Có 1, Không 1" in said
    assert "Còn: Xóm 5." in said
    await talk.presses("Từng nơi")
    assert "Xóm 1: 120; Có\nXóm 2: chưa nắm được; Không" in "\n".join(talk.heard[-4:])


async def test_the_workbook_says_what_the_chat_says(house: House, talk: Talk) -> None:
    """Totals of typed cells equal the chat; unknown is an empty cell with a note, never 0."""
    await officer(talk)
    await answered_by_two(talk, "khoảng 1.200 hộ; có", "chưa nắm được; không")
    await talk.says("/phieu")
    await talk.presses("Cài VNeID")
    assert "tổng khoảng 1.200 (1 nơi)" in talk.heard[-2]
    await talk.presses("Tệp Excel")
    made = await house.make_all()
    assert any("Kết quả phiếu" in heard for heard in talk.heard)
    sheet = openpyxl.load_workbook(io.BytesIO(made[-1].content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert rows[0][:4] == ["Mã", "Nơi được hỏi", ASK, SPEAKER]
    assert rows[1][:4] == ["xom-01", "Xóm 1", 1200, "Có"]
    assert rows[2][:4] == ["xom-02", "Xóm 2", None, "Không"]
    assert rows[2][-1] == "chưa nắm được: câu 1"
    assert rows[3][:4] == ["xom-05", "Xóm 5", None, None]
    assert rows[3][-1] == "chưa trả lời"
    assert rows[4][1:4] == ["Tổng", 1200, "Có 1, Không 1"]


async def test_what_was_phoned_is_entered_and_the_unit_hears_of_it(
    house: House, talk: Talk
) -> None:
    await officer(talk)
    five = await head_of(talk, 5)
    await sent(talk)
    await talk.presses("Nhập giúp")
    await talk.says("5")
    await talk.presses("Điện thoại")
    await talk.says("45; không")
    assert "Xóm 5 trả lời" in talk.last
    await talk.presses("Gửi")
    assert "1/3 nơi đã trả lời" in talk.heard[-2]
    assert "ghi giúp Xóm 5 qua điện thoại" in five.last
    [(_, number, _, source)] = await answers(house)
    assert (number, source) == (1, "phone")
    await five.says("trả lời phiếu", "46; không")
    assert five.labels == ["Giữ câu đã gửi", "Thay bằng câu mới", "Sửa"]
    await five.presses("Thay")
    assert [row[1] for row in await answers(house)] == [1, 2]


async def test_who_entered_for_a_unit_where_nobody_is_hears_that_nobody_was_told(
    house: House, talk: Talk
) -> None:
    """R13: "Người báo cáo của nơi đó được báo lại" is said although Xóm 1 has no reporter."""
    await officer(talk)
    await talk.says("/phieu Bao nhiêu hộ đã cài VNeID? xóm 1, 27/11")
    await talk.presses("Gửi tới", "Nhập giúp")
    await talk.says("1")
    await talk.presses("Điện thoại")
    await talk.says("12", "1")
    assert len(await answers(house)) == 1
    assert "được báo lại" not in "\n".join(talk.heard[-3:])


async def test_the_missing_are_reminded_once_a_day(talk: Talk) -> None:
    await officer(talk)
    one, five = await head_of(talk, 1), await head_of(talk, 5)
    await sent(talk)
    await one.says("12; có")
    await one.presses("Gửi")
    await talk.says("/phieu")
    await talk.presses("Cài VNeID", "Nhắc nơi")
    assert "Đã nhắc 1 nơi" in "\n".join(talk.heard[-5:])
    assert "Xóm 2 (" in "\n".join(talk.heard[-5:])
    assert "Trợ lý xin nhắc" in five.last
    assert not any("xin nhắc" in heard for heard in one.heard)
    count = len(five.heard)
    await talk.presses("Nhắc nơi")
    assert len(five.heard) == count
    assert "đã được nhắc hôm nay" in "\n".join(talk.heard[-5:])


async def test_a_closed_form_takes_nothing_more(house: House, talk: Talk) -> None:
    """T41: refused with the reason at the press, and the office hears what came."""
    await officer(talk)
    five = await head_of(talk, 5)
    await sent(talk)
    await five.says("45; có")
    await talk.presses("Đóng phiếu")
    assert talk.labels == ["Để mở", "Đóng phiếu"]
    await talk.says("2")
    assert "Đã đóng phiếu" in "\n".join(talk.heard[-3:])
    await five.presses("Gửi")
    assert "chưa được ghi" in "\n".join(five.heard[-2:])
    assert "Xóm 5 trả lời phiếu" in talk.last
    assert await answers(house) == []
    assert await house.rows(QuickForm.state) == ["closed"]


async def test_other_communes_and_other_people_find_nothing(house: House, talk: Talk) -> None:
    """T12, T13: a head has no /phieu; a form id that is not mine is not there."""
    await officer(talk)
    five, six = await head_of(talk, 5), await head_of(talk, 6)
    await sent(talk)
    await six.says("/phieu")
    assert "phiếu" not in six.heard[-1].lower()
    await six.says("trả lời phiếu")
    assert "không có phiếu hỏi nhanh nào" in "\n".join(six.heard[-2:])
    await six.says("45; có")
    assert await answers(house) == []
    assert five.labels == ["Trả lời", "Để sau"]
