"""The page of the yearly totals is the annex of the report and the workbook, figure by figure."""

import io
import re
from html import unescape
from typing import Any

from openpyxl import load_workbook

from handlers.yearly.annexes import annexes
from handlers.yearly.rows import rows
from handlers.yearly.together import Together
from storage.tables import AuditRow, OnwardReport, PageAct
from tests.handlers.communes import second_commune
from tests.handlers.yearly_reports import all_gathered, sent
from tests.page.conftest import Sits
from tests.page.desk import Page
from tests.talk import House, Talk

_FIRST_ROW = 4


def _cells(page: Page) -> list[list[str]]:
    """The rows of the first table with figures."""
    table = page.html.split("<table>")[1].split("</table>")[0].split("<tbody>")[1]
    return [
        [_text(cell) for cell in re.split(r"</t[hd]>", row.partition(">")[2])[:-1]]
        for row in table.split("<tr")[1:]
    ]


def _text(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", html)).split())


async def _told(house: House) -> None:
    await sent(house, "xom-05", {"preparer": "Ông Năm", "sessions": 3, "attendances": 1234})
    await sent(house, "xom-06", {"preparer": "Bà Sáu", "sessions": 2, "attendances": 66})


async def test_the_screen_the_annex_and_the_workbook_are_one(
    house: House, talk: Talk, sits: Sits
) -> None:
    await talk.holds("officer")
    await _told(house)
    desk = await sits(talk)
    page = await desk.get("/tong-hop?ky=2026")
    assert page.status == 200
    texts = house.app.house.texts
    gathered = await all_gathered(house)
    found = rows(texts, gathered, together=Together())
    annex = annexes(texts, gathered, found)[0].table
    shown = _cells(page)
    assert shown == [[" ".join(cell.split()) for cell in row.cells] for row in annex.rows]
    file = await desk.get("/tong-hop/bang.xlsx?ky=2026")
    by_label = _workbook(file.body)
    counted = [row for row in found if row.figure.value is not None]
    assert counted
    for row in counted:
        assert by_label[row.label] == row.figure.value
    chat = "\n".join(await talk.asks("/tonghop 2026"))
    title = chat.split("\n")[0].split(" Chưa có số")[0].strip()
    assert title in page.text


def _workbook(body: bytes) -> dict[Any, Any]:
    sheet = load_workbook(io.BytesIO(body)).worksheets[0]
    return {row[1].value: row[3].value for row in sheet.iter_rows(min_row=_FIRST_ROW)}


async def test_a_figure_opens_to_its_units_and_their_versions(
    house: House, talk: Talk, sits: Sits
) -> None:
    await talk.holds("leader")
    await _told(house)
    desk = await sits(talk)
    page = await desk.get("/tong-hop?ky=2026")
    link = next(
        one
        for one in re.findall(r'href="(/quan-tri/tong-hop/so[^"]+)"', page.html)
        if "attendances" in one
    )
    opened = await desk.get(link.replace("&amp;", "&"))
    assert "Xóm 5 1.234" in opened.text
    assert "Có 2 đơn vị trong số này." in opened.text
    unit = re.search(r"noi=\d+", opened.html)
    assert unit is not None
    versions = await desk.get(f"{link.replace('&amp;', '&')}&{unit[0]}")
    assert "Các bản Xóm 5 đã gửi" in versions.text
    assert (await desk.get("/tong-hop/so?ky=2026&muc=khong-co")).status == 404


async def test_the_words_file_is_the_chats_and_in_the_record(
    house: House, talk: Talk, sits: Sits
) -> None:
    await talk.holds("officer")
    await _told(house)
    desk = await sits(talk)
    await desk.get("/tong-hop")
    file = await desk.post("/tong-hop/bao-cao.docx?ky=2026")
    assert file.status == 200
    assert file.body.startswith(b"PK")
    assert await house.rows(AuditRow.id, where=AuditRow.action == "letter.ordered")
    leader = await sits(await talk.somebody("Ông Lãnh", role="leader"))
    page = await leader.get("/tong-hop")
    assert "bao-cao.docx" not in page.html
    assert (await leader.post("/tong-hop/bao-cao.docx?ky=2026")).status == 404


async def test_periods_and_days_that_are_none_are_missing(talk: Talk, sits: Sits) -> None:
    await talk.holds("officer")
    desk = await sits(talk)
    for asked in ("ky=1999", "ky=abc", "den=2026-13-01", "den=2999-01-01", "ky=2026&den=x"):
        assert (await desk.get(f"/tong-hop?{asked}")).status == 404
    page = await desk.get("/tong-hop?ky=2026&den=2026-11-01")
    assert "Tạm tính các báo cáo đã gửi đến hết" in page.text


async def test_a_sending_upwards_is_noted_and_taken_back_in_chat(
    house: House, talk: Talk, sits: Sits
) -> None:
    """W5: a deletion is only begun on the page."""
    await talk.holds("officer")
    desk = await sits(talk)
    page = await desk.get("/tong-hop/cap-tren/2026")
    assert "Sở Nội vụ tỉnh Ninh Bình" in page.html
    today = house.clock.wall().date().isoformat()
    hostile = '<script>x</script>"><img>'
    fields = {"noi": f"Sở Nội vụ {hostile}", "so": "125/BC-UBND", "ngay": today}
    page = await desk.post("/tong-hop/cap-tren/2026", **fields)
    assert "Đã ghi lần gửi cấp trên." in page.text
    assert "<script>x" not in page.html
    again = await desk.post("/tong-hop/cap-tren/2026", **fields)
    assert "đã có trong danh sách" in again.text
    assert len(await house.rows(OnwardReport.id)) == 1
    number = (await house.rows(OnwardReport.id))[0]
    asked = await desk.post(f"/tong-hop/cap-tren/2026/{number}/bo")
    assert "Trợ lý vừa hỏi lại" in asked.text
    assert await house.rows(OnwardReport.removed_at) == [None]
    await talk.presses("Đồng ý, làm ngay")
    assert "Đã bỏ lần gửi này" in "\n".join(talk.heard[-2:])
    assert await house.rows(OnwardReport.removed_at) != [None]


async def test_a_wrong_note_is_said_beside_its_field(house: House, talk: Talk, sits: Sits) -> None:
    """W1: what was typed stays."""
    await talk.holds("officer")
    desk = await sits(talk)
    await desk.get("/tong-hop/cap-tren/2026")
    page = await desk.post("/tong-hop/cap-tren/2026", noi="Sở Nội vụ", so="1", ngay="2999-01-01")
    assert page.status == 422
    assert "Ngày này chưa tới" in page.text
    assert 'value="Sở Nội vụ"' in page.html
    page = await desk.post("/tong-hop/cap-tren/2026", noi="x", so="s" * 80, ngay="")
    assert page.text.count("Xin nhắn lại") >= 3
    assert await house.rows(OnwardReport.id) == []


async def test_another_commune_reads_and_notes_its_own(
    house: House, talk: Talk, sits: Sits
) -> None:
    """T13."""
    await talk.holds("officer")
    await _told(house)
    desk = await sits(talk)
    await desk.get("/tong-hop/cap-tren/2026")
    today = house.clock.wall().date().isoformat()
    await desk.post("/tong-hop/cap-tren/2026", noi="Sở Nội vụ", so="125", ngay=today)
    number = (await house.rows(OnwardReport.id))[0]
    await second_commune(house, hamlet="xom-99")
    other = await (await talk.somebody("Cán bộ khác")).holds("officer", "xa-khac")
    theirs = await sits(other)
    page = await theirs.get("/tong-hop")
    assert "1.300" not in page.text
    assert "Sở Nội vụ 125" not in page.text
    assert (await theirs.post(f"/tong-hop/cap-tren/2026/{number}/bo")).status == 404
    assert await house.rows(PageAct.id) == []
