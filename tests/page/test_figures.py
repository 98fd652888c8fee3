"""What the page says of the figures is what the chat and the workbook say."""

import io

from openpyxl import load_workbook

from tests.page.conftest import Sits
from tests.talk import Talk


async def test_the_page_the_chat_and_the_workbook_say_the_same(talk: Talk, sits: Sits) -> None:
    await talk.holds("officer")
    await talk.says("/ghi hôm qua xóm 6 tổ chức 1 buổi, 35 người học VNeID", "1")
    desk = await sits(talk)
    page = await desk.get("/xom")
    assert page.status == 200
    line = page.text.split("Xóm 6")[-1].split("Xóm 7")[0]
    assert " 35 " in line
    chat = "\n".join(await talk.asks("/thongke xóm 6"))
    assert "35" in chat
    file = await desk.get("/xom/bang.xlsx")
    sheet = load_workbook(io.BytesIO(file.body)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    of_hamlet = next(row for row in rows if "Xóm 6" in row)
    assert 35 in of_hamlet


async def test_a_leader_reads_and_a_resident_does_not_know_of_the_page(
    talk: Talk, sits: Sits
) -> None:
    await talk.holds("leader")
    assert "Tổng quan" in (await (await sits(talk)).get("")).text
    resident = await talk.somebody("Bà Sáu")
    await resident.enrolled()
    assert "quan-tri" not in "\n".join(await resident.asks("trang quản trị"))
