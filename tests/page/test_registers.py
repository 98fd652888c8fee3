"""The page of the registers is the workbook's rows; lines are written and taken out as in chat."""

import io

from openpyxl import load_workbook

from storage.tables import AuditRow, CollectedPoint, RegisterEntry, Unit
from tests.handlers.chasing import an_officer
from tests.handlers.communes import second_commune
from tests.handlers.points import ends
from tests.handlers.yearly_reports import sent
from tests.page.conftest import Sits
from tests.page.desk import Desk
from tests.talk import House, Talk

HOSTILE = '<script>x</script>"><img src=x>'


async def _lines(house: House) -> list[tuple[str, str, int | None]]:
    rows = await house.rows(
        *(RegisterEntry.register, RegisterEntry.number, RegisterEntry.amount),
        where=RegisterEntry.removed_at.is_(None),
    )
    return [(one[0], one[1], one[2]) for one in rows]


async def _plan(desk: Desk, **fields: str) -> str:
    await desk.get("/so/ghi/plan")
    told = {"unit": "xom-05", "number": "03/KH-X5", "on": "2026-07-12", **fields}
    return (await desk.post("/so/ghi/plan", **told)).text


async def test_a_plan_is_written_once_and_stands_in_page_chat_and_workbook(
    house: House, talk: Talk, sits: Sits
) -> None:
    """T42: the same line twice is one."""
    officer = await an_officer(talk)
    desk = await sits(officer)
    assert "Đã ghi vào sổ." in await _plan(desk)
    assert "đã có đúng dòng này" in await _plan(desk)
    assert await _lines(house) == [("plan", "03/KH-X5", None)]
    page = await desk.get("/so")
    assert "Xóm 5 Kế hoạch thi đua 03/KH-X5 12/7/2026" in page.text
    assert "Chưa có kế hoạch (24/25 nơi bắt buộc)" in page.text
    chat = "\n".join(await officer.asks("sổ kế hoạch"))
    totals = "Bắt buộc 25 nơi: 1 có kế hoạch"
    assert totals in chat
    assert totals in page.text
    file = await desk.get("/so/bang.xlsx?quyen=plans&nam=2026")
    sheet = load_workbook(io.BytesIO(file.body)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any("03/KH-X5" in row for row in rows)


async def test_what_cannot_be_is_said_beside_its_field(
    house: House, talk: Talk, sits: Sits
) -> None:
    """W1, T20."""
    desk = await sits(await an_officer(talk))
    assert "Ngày này chưa tới" in await _plan(desk, on="2026-12-20")
    assert "Trợ lý chưa tìm thấy nơi này" in await _plan(desk, unit="xa-giao-minh")
    page = await desk.post(
        "/so/ghi/visit", unit="xom-05", on="2026-11-10", what=HOSTILE, due="2026-11-01"
    )
    assert page.status == 422
    assert "phải sau ngày kiểm tra" in page.text
    assert "<script>x" not in page.html
    page = await desk.post("/so/ghi/broadcast", amount="500", minutes="", on="2026-11-10")
    assert page.status == 422
    assert "có đúng là 500" in page.text
    assert await _lines(house) == []
    page = await desk.post("/so/ghi/broadcast", amount="500", minutes="", on="2026-11-10", chac="1")
    assert "Đã ghi vào sổ." in page.text
    assert await _lines(house) == [("broadcast", "", 500)]


async def test_a_visit_is_looked_at_again(house: House, talk: Talk, sits: Sits) -> None:
    """T49: the finding is somebody's words."""
    desk = await sits(await an_officer(talk))
    await desk.get("/so/ghi/visit")
    fields = {"unit": "xom-05", "on": "2026-11-10", "due": "2026-11-20"}
    page = await desk.post("/so/ghi/visit", what=f"chưa mở lớp {HOSTILE}", **fields)
    assert "<script>x" not in page.html
    assert "Việc đã đến ngày xem lại" in page.text
    number = (await house.rows(RegisterEntry.id))[0]
    page = await desk.post(f"/so/{number}/xem-lai", xong="1")
    assert "Đã đánh dấu là xem lại xong." in page.text
    again = await desk.post(f"/so/{number}/xem-lai", xong="1")
    assert "Vừa có người khác đánh dấu dòng này." in again.text
    assert "Việc đã đến ngày" not in (await desk.get("/so?quyen=visits")).text


async def test_a_line_is_taken_out_for_a_reason_in_chat(
    house: House, talk: Talk, sits: Sits
) -> None:
    """W5: a deletion is only begun on the page."""
    officer = await an_officer(talk)
    desk = await sits(officer)
    await _plan(desk)
    number = (await house.rows(RegisterEntry.id))[0]
    short = await desk.post(f"/so/{number}/bo", ly_do="x")
    assert short.status == 422
    page = await desk.post(f"/so/{number}/bo", ly_do="Ghi nhầm xóm")
    assert "Trợ lý vừa hỏi lại" in page.text
    assert len(await _lines(house)) == 1
    await officer.presses("Đồng ý, làm ngay")
    assert await _lines(house) == []
    after = await house.rows(AuditRow.after, where=AuditRow.action == "register.removed")
    assert after == [{"reason": "Ghi nhầm xóm"}]
    assert (await desk.get(f"/so/{number}")).status == 404


async def test_leaders_read_and_other_communes_find_nothing(
    house: House, talk: Talk, sits: Sits
) -> None:
    """A2, T13."""
    desk = await sits(await an_officer(talk))
    await _plan(desk)
    number = (await house.rows(RegisterEntry.id))[0]
    leader = await sits(await talk.somebody("Ông Lãnh", role="leader"))
    assert "03/KH-X5" in (await leader.get("/so")).text
    assert '/bo"' not in (await leader.get(f"/so/{number}")).html
    for path in ("/so/ghi/plan", "/so/y-kien", "/so/bang.xlsx"):
        assert (await leader.get(path)).status == 404
    await second_commune(house, hamlet="xom-99")
    other = await sits(await (await talk.somebody("Cán bộ khác")).holds("officer", "xa-khac"))
    assert "03/KH-X5" not in (await other.get("/so")).text
    assert (await other.get(f"/so/{number}")).status == 404
    assert (await other.post(f"/so/{number}/bo", ly_do="Ghi nhầm xóm")).status == 404
    await other.get("/so/ghi/plan")
    stolen = await other.post("/so/ghi/plan", unit="xom-05", number="1", on="2026-07-12")
    assert stolen.status == 422
    assert len(await _lines(house)) == 1


async def test_a_right_that_ended_writes_nothing(house: House, talk: Talk, sits: Sits) -> None:
    """A3, T41."""
    officer = await an_officer(talk)
    desk = await sits(officer)
    await desk.get("/so/ghi/plan")
    await ends(officer, "officer")
    page = await desk.post("/so/ghi/plan", unit="xom-05", number="1", on="2026-07-12")
    assert page.status in (401, 404)
    assert await _lines(house) == []


# --- points --------------------------------------------------------------------------------------


async def _points(house: House) -> list[tuple[str, str]]:
    rows = await house.rows(
        CollectedPoint.kind, CollectedPoint.text, where=CollectedPoint.removed_at.is_(None)
    )
    return [(kind, text) for kind, text in rows]


async def _difficulties(house: House) -> None:
    await sent(house, "xom-05", {"difficulties": f"Mạng yếu ở nhà văn hóa {HOSTILE}"})
    await sent(house, "xom-06", {"difficulties": "Thiếu máy tính cho lớp học"})


async def test_points_are_picked_together_said_anew_and_left_out(
    house: House, talk: Talk, sits: Sits
) -> None:
    await _difficulties(house)
    desk = await sits(await an_officer(talk))
    page = await desk.get("/so/y-kien")
    assert "<script>x" not in page.html
    assert "Xóm 5 : Mạng yếu" in page.text
    keys = _keys(page.html)
    assert len(keys) == 2
    none = await desk.post("/so/y-kien/difficulty/chon", cach="gop")
    assert none.status == 422
    page = await desk.post(
        "/so/y-kien/difficulty/chon", y=keys, cach="gop", loi="Nhiều nơi còn thiếu máy."
    )
    assert "Đã đưa vào phần tổng hợp." in page.text
    assert await _points(house) == [("difficulty", "Nhiều nơi còn thiếu máy.")]
    stale = await desk.post("/so/y-kien/difficulty/chon", y=keys, cach="tung")
    assert "Danh sách vừa thay đổi" in stale.text
    number = (await house.rows(CollectedPoint.id))[0]
    page = await desk.post(
        f"/so/y-kien/{number}/loi", cu="Nhiều nơi còn thiếu máy.", loi="Nhiều nơi thiếu máy tính."
    )
    assert "Đã ghi lời mới." in page.text
    page = await desk.post(f"/so/y-kien/{number}/loi", cu="lời cũ khác", loi="Nhiều nơi thiếu.")
    assert "vừa được người khác sửa" in page.text
    page = await desk.post(f"/so/y-kien/{number}/bo")
    assert "Đã bỏ điểm này." in page.text
    assert await _points(house) == []
    assert len(_keys(page.html)) == 2


def _keys(html: str) -> list[str]:
    return [part.split('"')[0] for part in html.split('name="y" value="')[1:]]


async def test_each_remark_is_taken_alone(house: House, talk: Talk, sits: Sits) -> None:
    await _difficulties(house)
    officer = await an_officer(talk)
    desk = await sits(officer)
    keys = _keys((await desk.get("/so/y-kien")).html)
    await desk.post("/so/y-kien/difficulty/chon", y=keys, cach="tung")
    assert len(await _points(house)) == 2
    chat = "\n".join(await officer.asks("tổng hợp khó khăn"))
    assert "Khó khăn, vướng mắc: 0 ý chưa chọn, 2 điểm đã chọn" in chat


async def test_points_of_another_commune_are_not_there(
    house: House, talk: Talk, sits: Sits
) -> None:
    """T13."""
    await _difficulties(house)
    desk = await sits(await an_officer(talk))
    keys = _keys((await desk.get("/so/y-kien")).html)
    await desk.post("/so/y-kien/difficulty/chon", y=keys, cach="tung")
    number = (await house.rows(CollectedPoint.id))[0]
    await second_commune(house, hamlet="xom-99")
    other = await sits(await (await talk.somebody("Cán bộ khác")).holds("officer", "xa-khac"))
    assert "Thiếu máy tính" not in (await other.get("/so/y-kien")).text
    await other.post(f"/so/y-kien/{number}/bo")
    await other.post("/so/y-kien/difficulty/chon", y=keys, cach="tung")
    assert len(await _points(house)) == 2
    units = await house.rows(Unit.id, where=Unit.code == "xom-99")
    assert units
