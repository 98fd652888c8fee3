"""A new quick form on the page: judged by the chat's rules, shown as units read it, sent once."""

from datetime import timedelta
from typing import Any

from storage.tables import QuickForm, QuickFormUnit, Unit
from tests.handlers.communes import second_commune
from tests.handlers.points import ends
from tests.handlers.test_quick_forms import head_of, officer
from tests.page.conftest import Sits
from tests.talk import House, Talk

HOSTILE = '<script>x</script>"><img src=x>'


async def _fields(house: House, *codes: str, **other: Any) -> dict[str, Any]:
    units = [(await house.rows(Unit.id, where=Unit.code == code))[0] for code in codes]
    due = house.clock.wall().date() + timedelta(days=3)
    return {
        "ten": "Cài VNeID tuần này",
        "cau1": "Bao nhiêu hộ đã cài VNeID?",
        "cau2": "Đường truyền thế nào?",
        "kieu2": "one_of",
        "y2": "Tốt; Trung bình; Kém",
        "noi": units,
        "han": due.isoformat(),
        **other,
    }


async def test_a_form_is_shown_first_and_sent_once(house: House, talk: Talk, sits: Sits) -> None:
    """U18, T42: nothing goes before the preview; the second press sends nothing."""
    await officer(talk)
    five = await head_of(talk, 5)
    desk = await sits(talk)
    assert "Xóm 5" in (await desk.get("/phieu/moi")).text
    fields = await _fields(house, "xom-05", "xom-06")
    page = await desk.post("/phieu/moi", **fields)
    assert page.status == 200
    assert "Kính gửi Xóm 5: UBND xã xin hỏi nhanh: Cài VNeID tuần này." in page.text
    assert "Gửi tới 2 nơi" in page.text
    assert "1 nơi tin nhắn không tới được" in page.text
    assert await house.rows(QuickForm.id) == []
    changed = await desk.post("/phieu/moi", sua="1", **fields)
    assert 'value="Cài VNeID tuần này"' in changed.html
    sent = await desk.post("/phieu/moi/gui", **fields)
    assert "Phiếu đã mở." in sent.text
    assert "0/2 nơi đã trả lời." in sent.text
    assert "Cài VNeID tuần này" in "\n".join(five.heard)
    again = await desk.post("/phieu/moi/gui", **fields)
    assert "Phiếu này vừa được gửi." in again.text
    assert len(await house.rows(QuickForm.id)) == 1
    await five.says("12; a")
    await five.presses("Gửi")
    assert "tổng 12 (1 nơi)" in (await desk.get(again.path)).text


async def test_all_of_a_kind_are_one_tick(house: House, talk: Talk, sits: Sits) -> None:
    await officer(talk)
    desk = await sits(talk)
    await desk.get("/phieu/moi")
    page = await desk.post("/phieu/moi/gui", **await _fields(house, noi=[], ca="xom"))
    hamlets = await house.rows(Unit.id, where=Unit.kind == "xom")
    assert f"0/{len(hamlets)} nơi đã trả lời." in page.text
    assert sorted(await house.rows(QuickFormUnit.unit_id)) == sorted(hamlets)


async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    house: House, talk: Talk, sits: Sits
) -> None:
    """W1, 3.3.7, T49."""
    await officer(talk)
    desk = await sits(talk)
    await desk.get("/phieu/moi")
    page = await desk.post("/phieu/moi", ten="", cau1="", han="")
    assert page.status == 422
    for said in ("Xin ghi tên phiếu", "ít nhất một câu hỏi", "ít nhất một nơi", "Xin chọn ngày"):
        assert said in page.text
    fields = await _fields(house, "xom-05", ten=HOSTILE, cau1="Đường xa lắm", y2="Tốt")
    page = await desk.post("/phieu/moi", **fields)
    assert "<script>x" not in page.html
    assert "Xin chọn cách trả lời" in page.text
    assert "Cần từ 2 đến 6 ý" in page.text
    assert 'value="Đường xa lắm"' in page.html
    over = await _fields(house, "xom-05", han="2026-01-01", cau1="Bao nhiêu" + " ạ" * 90)
    page = await desk.post("/phieu/moi/gui", **over)
    assert "Ngày này đã qua" in page.text
    assert "dài quá 120 chữ cái" in page.text
    shown = await desk.post("/phieu/moi", **await _fields(house, "xom-05", ten=HOSTILE))
    assert shown.status == 200
    assert "<script>x" not in shown.html
    assert await house.rows(QuickForm.id) == []


async def test_units_of_another_commune_cannot_be_asked(
    house: House, talk: Talk, sits: Sits
) -> None:
    """T13."""
    await officer(talk)
    await second_commune(house, hamlet="xom-99")
    desk = await sits(talk)
    await desk.get("/phieu/moi")
    page = await desk.post("/phieu/moi/gui", **await _fields(house, "xom-99"))
    assert page.status == 422
    assert "Xin chọn ít nhất một nơi" in page.text
    leader = await sits(await talk.somebody("Ông Lãnh", role="leader"))
    assert (await leader.get("/phieu/moi")).status == 404
    assert await house.rows(QuickForm.id) == []


async def test_a_right_that_ended_sends_nothing(house: House, talk: Talk, sits: Sits) -> None:
    """A3, T41."""
    await officer(talk)
    desk = await sits(talk)
    fields = await _fields(house, "xom-05")
    await desk.get("/phieu/moi")
    await ends(talk, "officer")
    assert (await desk.post("/phieu/moi/gui", **fields)).status in (401, 404)
    assert await house.rows(QuickForm.id) == []
