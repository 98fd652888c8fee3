"""The page of quick forms says the chat's figures, and enters, reminds and closes by its rules."""

import io

from openpyxl import load_workbook

from storage.tables import QuickAnswer, QuickForm, Unit
from tests.handlers.communes import second_commune
from tests.handlers.points import ends
from tests.handlers.test_quick_forms import answered_by_two, answers, officer, sent
from tests.page.conftest import Sits
from tests.page.desk import Desk, Page
from tests.talk import House, Talk


async def _number(house: House) -> int:
    return int((await house.rows(QuickForm.id))[-1])


async def _unit(house: House, code: str) -> int:
    return int((await house.rows(Unit.id, where=Unit.code == code))[0])


async def _enter(desk: Desk, form: int, unit: int, **fields: str) -> Page:
    await desk.get(f"/phieu/{form}/nhap/{unit}")
    return await desk.post(f"/phieu/{form}/nhap/{unit}", **fields)


async def test_the_figures_are_those_of_chat_and_workbook(
    house: House, talk: Talk, sits: Sits
) -> None:
    await officer(talk)
    await answered_by_two(talk, "12; có", "30; không")
    form = await _number(house)
    desk = await sits(talk)
    listed = await desk.get("/phieu")
    assert "Cài VNeID tuần này đang mở 2/3" in listed.text
    page = await desk.get(f"/phieu/{form}")
    assert "2/3 nơi đã trả lời." in page.text
    await talk.says("/phieu")
    await talk.presses("Cài VNeID tuần này")
    chat = "\n".join(talk.heard[-3:])
    for said in ("tổng 42 (2 nơi)", "Có 1, Không 1"):
        assert said in page.text
        assert said in chat
    assert "Xóm 5 chưa trả lời" in page.text
    file = await desk.get(f"/phieu/{form}/bang.xlsx")
    sheet = load_workbook(io.BytesIO(file.body)).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    total = next(row for row in cells if "Tổng" in row)
    assert 42 in total


async def test_an_answer_is_entered_and_corrected_for_a_unit(
    house: House, talk: Talk, sits: Sits
) -> None:
    await officer(talk)
    await sent(talk)
    form, unit = await _number(house), await _unit(house, "xom-05")
    desk = await sits(talk)
    page = await _enter(desk, form, unit, nguon="paper", cau0="khoảng 1.200", cau1="co", chac="1")
    assert page.status == 200
    assert "Đã ghi giúp Xóm 5." in page.text
    assert "khoảng 1.200" in page.text
    assert "nhập giúp theo bản giấy" in page.text
    stands = await desk.get(f"/phieu/{form}/nhap/{unit}")
    assert "Xóm 5 đã trả lời: khoảng 1.200" in stands.text
    await desk.post(f"/phieu/{form}/nhap/{unit}", ban="1", cau0="", cau1="chua")
    found = await answers(house)
    assert [(one[1], one[3]) for one in found] == [(1, "paper"), (2, "phone")]
    assert found[1][2]["answers"] == {"0": {}, "1": {"unknown": True}}


async def test_what_cannot_be_read_is_said_beside_its_field(
    house: House, talk: Talk, sits: Sits
) -> None:
    """W1, T20: nothing is guessed; a figure larger than the hamlet is looked at once more."""
    await officer(talk)
    await sent(talk)
    form, unit = await _number(house), await _unit(house, "xom-05")
    desk = await sits(talk)
    page = await _enter(desk, form, unit, cau0="<script>x</script>", cau1="co")
    assert page.status == 422
    assert "Trợ lý chưa đọc được số" in page.text
    assert "<script>x" not in page.html
    page = await _enter(desk, form, unit, cau0="9" * 13, cau1="co")
    assert "dài quá 12 chữ số" in page.text
    page = await _enter(desk, form, unit, cau0="999999", cau1="7")
    assert page.status == 422
    assert await house.rows(QuickAnswer.number) == []


async def test_an_answer_that_came_meanwhile_is_not_written_over(
    house: House, talk: Talk, sits: Sits
) -> None:
    """T19: the page that was opened before shows what stands now."""
    await officer(talk)
    head = await talk.somebody("Trưởng Xóm 1", role="head", unit="xom-01")
    await sent(talk)
    form, unit = await _number(house), await _unit(house, "xom-01")
    desk = await sits(talk)
    await desk.get(f"/phieu/{form}/nhap/{unit}")
    await head.says("12; có")
    await head.presses("Gửi")
    page = await desk.post(f"/phieu/{form}/nhap/{unit}", ban="0", cau0="99", cau1="khong")
    assert page.status == 422
    assert "Vừa có người khác trả lời cho Xóm 1" in page.text
    assert "đã trả lời: 12; Có" in page.text
    assert len(await answers(house)) == 1


async def test_the_missing_are_reminded_once_and_the_form_closes(
    house: House, talk: Talk, sits: Sits
) -> None:
    await officer(talk)
    head = await talk.somebody("Trưởng Xóm 1", role="head", unit="xom-01")
    await sent(talk)
    form = await _number(house)
    desk = await sits(talk)
    await desk.get(f"/phieu/{form}")
    page = await desk.post(f"/phieu/{form}/nhac")
    assert "Đã nhắc 1 nơi còn thiếu." in page.text
    assert "xin nhắc" in "\n".join(head.heard)
    again = await desk.post(f"/phieu/{form}/nhac")
    assert "1 nơi đã được nhắc hôm nay" in again.text
    closed = await desk.post(f"/phieu/{form}/dong")
    assert "Đã đóng phiếu." in closed.text
    assert "Phiếu này đã đóng." in (await desk.post(f"/phieu/{form}/dong")).text
    assert "Phiếu này đã đóng." in (await desk.post(f"/phieu/{form}/nhac")).text
    unit = await _unit(house, "xom-05")
    late = await desk.post(f"/phieu/{form}/nhap/{unit}", ban="0", cau0="1", cau1="co")
    assert "Phiếu này đã đóng." in late.text
    assert await answers(house) == []


async def test_leaders_read_and_other_communes_find_nothing(
    house: House, talk: Talk, sits: Sits
) -> None:
    """A2, T13."""
    await officer(talk)
    await sent(talk)
    form, unit = await _number(house), await _unit(house, "xom-05")
    leader = await sits(await talk.somebody("Ông Lãnh", role="leader"))
    page = await leader.get(f"/phieu/{form}")
    assert page.status == 200
    assert "/nhap/" not in page.html
    assert (await leader.post(f"/phieu/{form}/dong")).status == 404
    await second_commune(house, hamlet="xom-99")
    other = await sits(await (await talk.somebody("Cán bộ khác")).holds("officer", "xa-khac"))
    assert "Chưa có phiếu nào" in (await other.get("/phieu")).text
    for path in (f"/phieu/{form}", f"/phieu/{form}/bang.xlsx", f"/phieu/{form}/nhap/{unit}"):
        assert (await other.get(path)).status == 404
    assert (await other.post(f"/phieu/{form}/nhac")).status == 404
    assert (await other.get(f"/phieu/{form}x")).status == 404


async def test_a_right_that_ended_closes_nothing(house: House, talk: Talk, sits: Sits) -> None:
    """A3, T41."""
    await officer(talk)
    await sent(talk)
    form = await _number(house)
    desk = await sits(talk)
    await desk.get(f"/phieu/{form}")
    await ends(talk, "officer")
    assert (await desk.post(f"/phieu/{form}/dong")).status in (401, 404)
    assert await house.rows(QuickForm.state) == ["open"]
