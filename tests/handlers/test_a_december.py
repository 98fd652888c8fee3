"""A whole December of the sample commune: by chat, phone, paper, late, exempt; then the report.

Issue 7: the officer's transcript, and a letter in which no figure was typed by hand.
"""

import io
from datetime import date
from typing import Final

from docx import Document
from openpyxl import load_workbook

from storage.tables import DutyMark, Freeze, OnwardReport, Report, ReportVersion
from tests.handlers.december import FRONT, OFFICE, SCHOOL, a_hamlet, guided, head_of, on
from tests.handlers.test_reporting import SEND
from tests.talk import House, Talk

HAMLETS: Final = {
    "xom-01": ("3", "120"),
    "xom-02": ("5", "150"),
    "xom-03": ("2", "60"),
    "xom-04": ("40", "900"),
    "xom-05": ("4", "130"),
    "xom-06": ("chưa nắm được", "chưa nắm được"),
}
"""Who reports in the chat: sessions and attendances."""
ON_PAPER: Final = (
    "3 buổi tập huấn, 80 lượt người, 10 lượt tuyên truyền, tổ 5 người, chưa có kế hoạch"
)
REST: Final = ("chưa có", "không", "không")


async def _by_chat(talk: Talk) -> dict[str, Talk]:
    people = {}
    for unit, (sessions, attendances) in HAMLETS.items():
        people[unit] = await head_of(talk, unit)
        await guided(people[unit], a_hamlet(sessions=sessions, attendances=attendances))
    for unit, answers in (("mn-a", SCHOOL), ("th-a", SCHOOL), ("phong-kinh-te", OFFICE)):
        people[unit] = await guided(await head_of(talk, unit), answers)
    people["mttq"] = await guided(await head_of(talk, "mttq"), FRONT)
    return people


async def _marks(her: Talk) -> None:
    """Paper came from Xóm 9, Xóm 10 is exempt, THCS A has until the 18th."""
    await her.says("/chuabaocao xóm 9")
    await her.presses("Đã nhận bản giấy", "Đồng ý")
    await her.says("/chuabaocao xóm 10")
    await her.presses("Miễn báo cáo")
    await her.says("xóm đang sáp nhập")
    await her.presses("Đồng ý")
    await her.says("/chuabaocao thcs a")
    await her.presses("Gia hạn")
    await her.says("18/12")
    await her.presses("Đồng ý")


async def _entered(her: Talk) -> None:
    """Xóm 7 told on the phone, Xóm 8 brought a sheet of paper."""
    await her.says(f"xóm 7: {ON_PAPER}")
    await her.presses("Nghe qua điện thoại")
    await her.says(*REST, SEND)
    await her.says(f"/baocao xóm 8: {ON_PAPER}")
    await her.presses("Chép từ bản giấy")
    await her.says(*REST, SEND)
    assert "Đã nhập báo cáo năm 2026 của Xóm 8" in her.last


async def test_a_whole_december(house: House, talk: Talk) -> None:
    """By chat, by phone, on paper, late, exempt, extended, returned; then added up and signed."""
    her = await talk.somebody("Cán bộ Hoa", role="officer")
    await on(house, 12, 1)
    people = await _by_chat(talk)
    people["xom-11"] = await head_of(talk, "xom-11")
    people["thcs-a"] = await head_of(talk, "thcs-a")

    # --- who owes, and what is done about it
    await her.says("ai chua nop")
    assert "Bắt buộc: đã nộp 9/25, còn 16" in "\n".join(her.heard[-3:])
    assert "Đề nghị: đã gửi 1/8" in "\n".join(her.heard[-3:])
    await _marks(her)
    await _entered(her)
    await her.says("ai chua nop")
    assert "Bắt buộc: đã nộp 12/24, còn 12" in "\n".join(
        her.heard[-3:]
    )  # with Xóm 9's paper, without Xóm 10
    await her.presses("Nhắc lại", "Nhắc 2 nơi")
    reminded = [one for one in people["xom-11"].heard if "trước ngày 15/12" in one]
    assert len(reminded) == 1

    # --- received, and one asked for again
    await her.says("/duyet xóm 4")
    await her.presses("Trả lại kèm lý do")
    await her.says("40 buổi là nhiều, xin xem lại", "1")
    await people["xom-04"].says("báo cáo")
    assert "40 buổi là nhiều, xin xem lại" in people["xom-04"].heard[-2]
    await people["xom-04"].presses("Sửa")
    await people["xom-04"].says("dòng 2", "4", "dòng 3", "90", SEND)
    await on(house, 12, 15)
    await guided(people["xom-11"], a_hamlet(sessions="1", attendances="30"))
    assert "sau hạn" in people["xom-11"].last
    await on(house, 12, 17)
    await guided(people["thcs-a"], SCHOOL)
    assert "sau hạn" not in people["thcs-a"].last
    await _accept_all(her)

    # --- added up: one figure in the chat, in the workbook, in the letter and its annex
    sessions = (3 + 5 + 2 + 4 + 4 + 1) + (3 + 3) + 3 * 4 + 2 + 3
    heads = "1.145"  # (120+150+60+90+130+30) + (80+80) + 3*90 + 60 + 75
    before = len(her.heard)
    await her.says("/tonghop")
    said = "\n".join(her.heard[before:])
    assert f"Số buổi học, tập huấn: {sessions} buổi" in said
    assert f"Lượt người dự học: {heads} lượt người" in said
    await _frozen(her)
    await _says_the_same(house, her, sessions, heads)
    assert await house.rows(ReportVersion.is_late, where=ReportVersion.is_late.is_(True)) == [True]
    assert sorted(await house.rows(DutyMark.kind)) == ["exempt", "extended", "paper"]


async def _accept_all(her: Talk) -> None:
    """Those without anything to look at at once, the others one by one."""
    await her.says("/duyet")
    at_once = next(one for one in her.labels if one.startswith("Tiếp nhận"))
    await her.presses(at_once)
    await her.says("2")
    await her.says("/duyet")
    await her.says("1")
    for _ in range(10):
        if "Tiếp nhận" not in her.labels:
            break
        await her.presses("Tiếp nhận")
    assert set(await her.house.rows(Report.state)) == {"accepted"}


async def _frozen(her: Talk) -> None:
    await her.says("/duyet")
    await her.presses("Chốt số liệu")
    await her.says("2")
    [snapshot] = await her.house.rows(Freeze.snapshot)
    assert len(snapshot) == 14


async def _says_the_same(house: House, her: Talk, sessions: int, heads: str) -> None:
    await her.says("/tonghop")
    await her.presses("Báo cáo Word")
    await her.presses("Bảng số Excel")
    made = await house.make_all()
    letter, book = made[-2], made[-1]
    document = Document(io.BytesIO(letter.content))
    words = "\n".join(one.text for one in document.paragraphs)
    assert f"{sessions} buổi học, tập huấn" in words
    assert f"{heads} lượt người" in words
    assert "Số liệu tạm tính" not in words
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    [row] = [
        one for one in rows if "Số buổi học, tập huấn" in one and "buổi" in one and len(one) > 6
    ]
    assert str(sessions) in row
    sheet = load_workbook(io.BytesIO(book.content)).worksheets[0]
    cells = [list(one) for one in sheet.iter_rows(values_only=True)]
    [told] = [one for one in cells if "Số buổi học, tập huấn" in one]
    assert sessions in told


async def test_two_hamlets_difficulties_become_one_point_of_the_letter(
    house: House, talk: Talk
) -> None:
    """NV-5.1: picked and merged by the officer, never the units' raw words unasked."""
    her = await talk.somebody("Cán bộ Hoa", role="officer")
    await on(house, 12, 12)
    for unit, told in (("xom-01", "sóng yếu ở cuối xóm"), ("xom-02", "sóng yếu khu chợ")):
        await guided(await head_of(talk, unit), a_hamlet(difficulties=told))
    assert "sóng yếu" not in await _letter(house, her)
    await her.says("tổng hợp khó khăn", "1", "1", "1, 2", "1")
    words = await _letter(house, her)
    assert "sóng yếu ở cuối xóm" in words.lower()
    assert "sóng yếu khu chợ" in words.lower()


async def test_it_went_to_who_stands_above_and_is_known(house: House, talk: Talk) -> None:
    """Design §5: the commune's own report upward, with date and number sent."""
    her = await talk.somebody("Cán bộ Hoa", role="officer")
    await on(house, 12, 22)
    await her.says("đã gửi cấp trên", "1", "1", "215/BC-UBND", "20/12", "1")
    sent = await house.rows(OnwardReport.addressee, OnwardReport.number, OnwardReport.sent_on)
    assert sent == [("Sở Nội vụ tỉnh Ninh Bình", "215/BC-UBND", date(2026, 12, 20))]
    await her.says("/tonghop")
    assert "215/BC-UBND" in "\n".join(her.heard[-3:])


async def _letter(house: House, her: Talk) -> str:
    await her.says("/tonghop")
    await her.presses("Báo cáo Word")
    document = Document(io.BytesIO((await house.make_all())[-1].content))
    return "\n".join(one.text for one in document.paragraphs)
