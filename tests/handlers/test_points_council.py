"""Put before UBND xã, decided, and told to who raised it (NV-5.1)."""

import io
from typing import Any

import pytest
from docx import Document
from sqlalchemy import delete

from storage.tables import AuditRow, Ticket
from tests.handlers.communes import second_commune
from tests.handlers.points import (
    FIVE,
    SIX,
    both_put_up,
    decides,
    ends,
    give,
    kept,
    officer_of,
    two_difficulties,
)
from tests.talk import House, Talk

DECISION = "Xã lắp thêm bộ phát sóng"
ASKED = "Tôi không có điện thoại để học"


async def told(one: Talk) -> list[str]:
    return [heard for heard in one.heard if "đã xem xét" in heard]


async def letter(house: House) -> Any:
    return Document(io.BytesIO((await house.make_all())[-1].content))


# --- the letter ----------------------------------------------------------------------------------


async def test_the_letter_to_ubnd_has_each_point_with_its_units(house: House, talk: Talk) -> None:
    _, _, officer = await two_difficulties(talk)
    await officer.says("1, 2", "1", "tổng hợp khó khăn")
    await officer.presses("Kiến nghị, đề xuất", "Chọn ý")
    await officer.says("1", "1", "tổng hợp khó khăn")
    await officer.presses("Trình UBND xã", "Làm văn bản trình")
    await officer.says("tất cả")
    assert "gồm 2 điểm" in officer.last
    await officer.presses("Làm văn bản")
    document = await letter(house)
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Tổng hợp khó khăn, vướng mắc, kiến nghị năm 2026" in words
    table = next(one for one in document.tables if "STT" in one.rows[0].cells[0].text)
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    assert ["1", f"{FIVE}. {SIX}", "Xóm 5, Xóm 6", "……"] in cells
    assert ["2", "Kiến nghị của đơn vị", "Xóm 5", "Xin xã cấp tài liệu chữ to"] in cells
    assert "đã chọn: 2; đã trình: 2; đã có ý kiến UBND xã: 0" in "\n".join(officer.heard)
    assert any("thêm đề xuất của Phòng rồi ký" in heard for heard in officer.heard)


async def test_t26_words_that_look_like_code_are_words_in_the_letter(
    house: House, talk: Talk
) -> None:
    _, _, officer = await two_difficulties(talk)
    own = "=cmd|' /C calc'!A0 <w:p/> & {unit} <b>máy</b>"
    await officer.says("1, 2", "2", own, "1", "tổng hợp khó khăn")
    await officer.presses("Trình UBND xã", "Làm văn bản trình")
    await officer.says("1", "1")
    document = await letter(house)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert own in cells


async def test_only_what_was_chosen_is_marked_as_put_up(house: House, talk: Talk) -> None:
    _, _, officer = await two_difficulties(talk)
    await officer.says("1", "1", "1", "1", "tổng hợp khó khăn")
    await officer.presses("Trình UBND xã", "Làm văn bản trình")
    await officer.says("2", "1")
    assert [one.submitted_on is None for one in await kept(house)] == [True, False]
    assert "đã chọn: 2; đã trình: 1" in officer.last
    assert (await house.rows(AuditRow.action)).count("point.submitted") == 1


async def test_saying_no_puts_nothing_up(house: House, talk: Talk) -> None:
    _, _, officer = await two_difficulties(talk)
    await officer.says("1", "1", "tổng hợp khó khăn")
    await officer.presses("Trình UBND xã", "Làm văn bản trình")
    await officer.says("1", "không")
    assert [one.submitted_on for one in await kept(house)] == [None]
    assert await house.ordered() == []


async def test_a_double_press_makes_one_letter(house: House, talk: Talk) -> None:
    _, _, officer = await two_difficulties(talk)
    await officer.says("1", "1", "tổng hợp khó khăn")
    await officer.presses("Trình UBND xã", "Làm văn bản trình")
    await officer.says("1")
    button = officer.button("Làm văn bản")
    for _ in range(2):
        await officer.sends(kind="press", button=button)
    await house.settle()
    assert len(await house.ordered()) == 1


# --- the decision --------------------------------------------------------------------------------


async def test_every_unit_that_raised_it_is_told_once(house: House, talk: Talk) -> None:
    five, six, officer = await two_difficulties(talk)
    other = await talk.somebody("Trưởng Bảy", role="head", unit="xom-07")
    await both_put_up(officer)
    await decides(officer)
    [point] = await kept(house)
    assert (point.decision, point.decided_on) == (DECISION, house.clock.wall().date())
    for one, own, of_others in ((five, FIVE, SIX), (six, SIX, FIVE)):
        [said] = await told(one)
        assert f"“{own}”" in said
        assert DECISION in said
        assert of_others not in said  # nobody reads the words of another unit (T57)
    assert await told(other) == []
    assert "đã có ý kiến UBND xã: 1" in officer.last
    assert "Số người đã được nhắn: 2" in "\n".join(officer.heard[-3:])
    assert "point.decided" in await house.rows(AuditRow.action)


async def test_the_day_may_be_one_that_is_over_but_not_tomorrow(house: House, talk: Talk) -> None:
    _, _, officer = await two_difficulties(talk)
    await both_put_up(officer)
    await officer.presses("Ghi ý kiến UBND xã")
    await officer.says("1", DECISION, "ngày mai")
    assert "chưa tới" in officer.last
    await officer.says("hôm qua", "1")
    [point] = await kept(house)
    assert point.decided_on is not None
    assert (house.clock.wall().date() - point.decided_on).days == 1


async def test_a_decision_may_be_changed_and_is_told_again(house: House, talk: Talk) -> None:
    five, _, officer = await two_difficulties(talk)
    await both_put_up(officer)
    await decides(officer)
    await decides(officer, "Xã chuyển sang năm sau")
    assert any("Ý kiến đang ghi" in heard and DECISION in heard for heard in officer.heard)
    assert len(await told(five)) == 2
    assert [one.decision for one in await kept(house)] == ["Xã chuyển sang năm sau"]


async def test_the_same_decision_again_is_told_to_nobody(house: House, talk: Talk) -> None:
    five, _, officer = await two_difficulties(talk)
    await both_put_up(officer)
    for _ in range(2):
        await decides(officer)
    assert len(await told(five)) == 1
    assert any("đã được ghi trước đó" in heard for heard in officer.heard)


async def test_a_double_press_tells_once(house: House, talk: Talk) -> None:
    """T05."""
    five, _, officer = await two_difficulties(talk)
    await both_put_up(officer)
    await officer.presses("Ghi ý kiến UBND xã")
    await officer.says("1", DECISION, "1")
    button = officer.button("Ghi và báo")
    for _ in range(2):
        await officer.sends(kind="press", button=button)
    await house.settle()
    assert len(await told(five)) == 1


async def test_a_decision_survives_a_restart(house: House, talk: Talk) -> None:
    five, _, officer = await two_difficulties(talk)
    await both_put_up(officer)
    await officer.presses("Ghi ý kiến UBND xã")
    await officer.says("1", DECISION)
    await officer.restart()
    await officer.says("1", "1")
    assert len(await told(five)) == 1


async def test_what_was_decided_stays_as_it_is(house: House, talk: Talk) -> None:
    """Neither its words nor itself can be taken away behind a decision."""
    _, _, officer = await two_difficulties(talk)
    await both_put_up(officer)
    await decides(officer)
    await officer.says("tổng hợp khó khăn")
    await officer.presses("Khó khăn, vướng mắc", "Xem điểm đã chọn")
    assert "UBND xã có ý kiến" in officer.heard[-2]
    await officer.says("1")
    assert "Ý kiến UBND xã ngày" in officer.last
    assert officer.labels == ["Về danh mục"]


async def test_a_unit_without_anybody_is_named_to_the_officer(house: House, talk: Talk) -> None:
    _, six, officer = await two_difficulties(talk)
    await both_put_up(officer)
    await ends(six, "head")
    await decides(officer)
    assert "Chưa báo được: Xóm 6" in "\n".join(officer.heard[-3:])
    assert await told(six) == []


@pytest.mark.parametrize("asked", ["submit", "decide"])
async def test_t41_a_right_that_ended_in_between_does_nothing(
    house: House, talk: Talk, asked: str
) -> None:
    five, _, officer = await two_difficulties(talk)
    if asked == "submit":
        await officer.says("1", "1", "tổng hợp khó khăn")
        await officer.presses("Trình UBND xã", "Làm văn bản trình")
        await officer.says("1")
    else:
        await both_put_up(officer)
        await house.make_all()
        await officer.presses("Ghi ý kiến UBND xã")
        await officer.says("1", DECISION, "1")
    await ends(officer, "officer")
    await officer.says("1")
    [point] = await kept(house)
    assert (point.submitted_on is None) == (asked == "submit")
    assert point.decision == ""
    assert await house.ordered() == []
    assert await told(five) == []


async def test_t13_a_draft_of_a_commune_that_was_lost_does_nothing_in_another(
    house: House, talk: Talk
) -> None:
    five, _, officer = await two_difficulties(talk)
    await second_commune(house)
    await both_put_up(officer)
    await officer.presses("Ghi ý kiến UBND xã")
    await officer.says("1", DECISION, "1")
    await give(officer, "officer", "xa-khac")
    await ends(officer, "officer", "xa-giao-minh")
    await officer.says("1")
    assert officer.text("points.denied") in officer.heard
    assert [one.decision for one in await kept(house)] == [""]
    assert await told(five) == []


# --- tickets -------------------------------------------------------------------------------------


async def with_a_ticket(talk: Talk) -> Talk:
    """A resident of Xóm 5 told a difficulty; an officer put it up alone."""
    await talk.enrolled()
    await talk.says("/vuongmac", ASKED, "1")
    officer = await officer_of(talk)
    await officer.says("tổng hợp khó khăn")
    await officer.presses("Khó khăn, vướng mắc", "Chọn ý")
    assert f"(1) Người dân Xóm 5: {ASKED}" in officer.heard[-2]
    await officer.says("1", "1", "tổng hợp khó khăn")
    await officer.presses("Trình UBND xã", "Làm văn bản trình")
    await officer.says("1", "1")
    return officer


async def test_a_residents_ticket_gets_the_decision_as_its_answer(house: House, talk: Talk) -> None:
    officer = await with_a_ticket(talk)
    await decides(officer)
    [said] = await told(talk)
    assert DECISION in said
    assert ASKED in said
    assert await house.rows(Ticket.state, Ticket.answer) == [("answered", DECISION)]


async def test_an_answered_ticket_keeps_its_answer_and_hears_the_decision(
    house: House, talk: Talk
) -> None:
    officer = await with_a_ticket(talk)
    await officer.says("/gapcanbo", "1", "Xã đang xem xét.", "1", "tổng hợp khó khăn")
    await officer.presses("Trình UBND xã")
    await decides(officer)
    assert len(await told(talk)) == 1
    assert await house.rows(Ticket.answer) == ["Xã đang xem xét."]


async def test_a_resident_is_no_unit_in_the_letter_but_a_hamlet(house: House, talk: Talk) -> None:
    """P7: the hamlet is told, the name is not."""
    await with_a_ticket(talk)
    document = await letter(house)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "Người dân Xóm 5" in cells
    assert not any(talk.name in one for one in cells)


async def test_a_unit_that_told_by_ticket_is_told_once(house: House, talk: Talk) -> None:
    """Its head asked and reports for it: one message, not two."""
    head = await talk.somebody("Trưởng Năm", role="head", unit="xom-05")
    await head.says("/vuongmac", FIVE, "1", "2")
    officer = await officer_of(talk)
    await officer.says("tổng hợp khó khăn")
    await officer.presses("Khó khăn, vướng mắc", "Chọn ý")
    assert f"(1) Xóm 5: {FIVE}" in officer.heard[-2]
    await officer.says("1", "1", "tổng hợp khó khăn")
    await officer.presses("Trình UBND xã", "Làm văn bản trình")
    await officer.says("1", "1")
    await decides(officer)
    [said] = await told(head)
    assert "của Xóm 5" in said
    assert await house.rows(Ticket.state) == ["answered"]


async def test_an_erased_ticket_leaves_the_point_and_breaks_nothing(
    house: House, talk: Talk
) -> None:
    """P5: who asked has deleted everything; the office's own summary stays."""
    officer = await with_a_ticket(talk)
    async with house.app.database.transaction() as tx:
        await tx.execute(delete(Ticket))
    await decides(officer)
    assert [one.decision for one in await kept(house)] == [DECISION]
    assert await told(talk) == []
