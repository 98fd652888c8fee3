"""/chuabaocao: who owes, by duty, in plain words; the call list; the group's text (design §9)."""

import io
import re

import openpyxl
import pytest

from handlers.office import asked
from storage.people import keep_phone
from storage.tables import AuditRow
from tests.handlers.chasing import (
    BUSINESS,
    MTTQ,
    an_officer,
    answers,
    asks,
    deadlines,
    elsewhere,
    ends_on,
    marks,
)
from tests.handlers.test_reporting import head, reported
from tests.handlers.test_reports_sent import _until
from tests.talk import House, Talk

# --- who owes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["ai chua nop", "nộp chưa", "don doc", "chưa báo cáo", "/chuabaocao", "Ai chưa nộp?"]
)
async def test_who_owes_is_asked_in_everyday_words(talk: Talk, words: str) -> None:
    """Design §3."""
    said = await asks(await an_officer(talk), words)
    assert "Báo cáo năm 2026, hạn trước ngày 15/12 (hết thứ Hai 14/12)." in said


async def test_duties_are_counted_apart_and_by_name(talk: Talk) -> None:
    """Design §9: required, requested and voluntary are never one figure."""
    officer = await an_officer(talk)
    await reported(await head(talk))
    said = await asks(officer, "ai chưa nộp")
    required = next(line for line in said.splitlines() if line.startswith("Bắt buộc"))
    assert required.startswith("Bắt buộc: đã nộp 1/25, còn 24: ")
    assert "Xóm 3 - xã cũ A, Xóm 3 - xã cũ B" in required
    assert "Xóm 5" not in required
    assert re.search("Đề nghị: đã gửi 0/8, chưa gửi: .*Ủy ban MTTQ Việt Nam xã", said)
    assert "HTX" not in said
    assert "quá hạn" not in said
    assert officer.labels[:3] == ["Danh sách gọi", "Nhập giúp", "Nhắc lại"]
    assert officer.labels[-1] == "Việc khác"


async def test_a_kind_of_unit_alone(talk: Talk) -> None:
    officer = await an_officer(talk)
    said = await asks(officer, "chua bao cao xom")
    assert "Chỉ xem: các xóm." in said
    assert "đã nộp 0/13" in said
    assert "Trường" not in said
    assert "MTTQ, đoàn thể" in await asks(officer, "ai chua nop doan the")


async def test_one_unit_by_name(talk: Talk) -> None:
    officer = await an_officer(talk)
    await talk.somebody("Ông Sáu", role="head", unit="xom-06")
    said = await asks(officer, "nop chua xom 6")
    assert "Xóm 6, báo cáo năm 2026: Chưa nộp. Hạn: hết thứ Hai 14/12/2026." in said
    assert "Trưởng xóm Ông Sáu" in said
    assert "Chưa nhắc lần nào." in said


async def test_a_name_that_several_have_is_asked(talk: Talk) -> None:
    officer = await an_officer(talk)
    await officer.says("nộp chưa xóm 3")
    assert {"Xóm 3 - xã cũ A", "Xóm 3 - xã cũ B"} <= set(officer.labels)
    assert "Xóm 3 - xã cũ B, báo cáo" in await answers(officer, "xã cũ B")


async def test_several_open_periods_are_a_choice(house: House, talk: Talk) -> None:
    officer = await an_officer(talk)
    await deadlines(house, so_ket="2026-12-30")
    await officer.says("ai chưa nộp")
    assert [label.split(", ")[-1] for label in officer.labels] == [
        "năm 2026",
        "sơ kết 2025 - 2027",
    ]
    assert "Báo cáo sơ kết 2025 - 2027" in await answers(officer, "sơ kết")
    assert "Báo cáo sơ kết" in await asks(officer, "/chuabaocao so ket 2027")
    assert "Báo cáo năm 2026" in await asks(officer, "/chuabaocao năm 2026")


async def test_the_totals_are_of_the_period_that_was_looked_at(talk: Talk) -> None:
    """Design §3: from the list of last year one gets to the figures of last year."""
    officer = await an_officer(talk)
    await asks(officer, "ai chưa nộp 2025")
    assert "Tổng hợp năm 2025" in await answers(officer, "Bảng tổng hợp")


async def test_a_period_that_is_none_is_named_as_such(talk: Talk) -> None:
    said = await asks(await an_officer(talk), "chua bao cao so ket 2027")
    assert "Xã chưa đặt hạn cho kỳ so ket 2027" in said
    assert "Báo cáo năm 2026" in said


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("xom", ("", "xom", "", "")),
        ("các trường chưa nộp", ("", "truong_hoc", "", "")),
        ("so ket 2027", ("so_ket_2027", "", "", "")),
        ("sơ kết", ("so_ket_2027", "", "", "")),
        ("tong ket 2030 xom", ("", "xom", "", "tong ket 2030")),
        ("năm 2025", ("2025", "", "", "")),
        ("2031", ("", "", "", "2031")),
        ("xóm 5", ("", "", "xom 5", "")),
        ("", ("", "", "", "")),
        ("=cmd|' /C calc'!A0 {evil}", ("", "", "=cmd|' /c calc'!a0 {evil}", "")),
    ],
)
def test_arguments_are_read(text: str, wanted: tuple[str, ...]) -> None:
    found = asked.read(text, known=["2025", "2026", "so_ket_2027"])
    assert found == wanted


async def test_late_is_said_of_the_required_only(house: House, talk: Talk) -> None:
    """Design §5: late is a mark; whoever is asked kindly is never late."""
    officer = await an_officer(talk)
    front = await talk.somebody("Bà Mặt Trận", role="reporter", unit=MTTQ)
    await head(talk)
    await _until(house, 12, 15)
    await reported(talk)
    await front.says("/baocao", "1", *["không"] * 12)
    said = await asks(officer, "ai chưa nộp")
    assert "đã qua hạn trước ngày 15/12" in said
    assert "Gửi sau hạn: Xóm 5." in said


async def test_a_unit_merged_meanwhile_owes_nothing_and_is_named(house: House, talk: Talk) -> None:
    """A unit has an end; if it had reported, that report counts."""
    officer = await an_officer(talk)
    await reported(await head(talk))
    await ends_on(house, "xom-05", "2026-11-22")
    await ends_on(house, "xom-06", "2026-11-22")
    said = await asks(officer, "ai chưa nộp")
    assert "đã nộp 0/23" in said
    ended = next(line for line in said.splitlines() if line.startswith("Đã kết thúc"))
    assert "Xóm 5 (báo cáo đã gửi vẫn được tính), Xóm 6" in ended


async def test_the_totals_are_one_press_away(talk: Talk) -> None:
    """Design §9."""
    officer = await an_officer(talk)
    await officer.says("ai chưa nộp")
    assert "2026" in await answers(officer, "Bảng tổng hợp")


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "unit"), [("", ""), ("head", "xom-05"), ("leader", "")])
async def test_only_the_office_sees_who_owes(talk: Talk, role: str, unit: str) -> None:
    """T12: whoever may not is answered as if there were no such command."""
    person = await talk.somebody("Ai đó", role=role, unit=unit) if role else talk
    said = await asks(person, "/chuabaocao")
    assert "Bắt buộc" not in said


async def test_another_commune_does_not_exist(house: House, talk: Talk) -> None:
    """T13: units of the other commune are neither counted nor found by name."""
    await elsewhere(house)
    far = await talk.somebody("Anh Xa", role="officer", unit="xa-khac")
    said = await asks(far, "ai chưa nộp")
    assert "Bắt buộc: đã nộp 0/1, còn 1: Xóm 99." in said
    await far.presses("Nhập giúp")
    assert "chưa tìm thấy" in await asks(far, "trường thcs b")
    near = await an_officer(talk)
    assert "Xóm 99" not in await asks(near, "ai chưa nộp xóm")


async def test_who_is_officer_of_two_communes_chooses(house: House, talk: Talk) -> None:
    await elsewhere(house)
    officer = await an_officer(talk)
    await officer.holds("officer", "xa-khac")
    await officer.says("ai chưa nộp")
    assert officer.labels == ["xã Giao Minh, năm 2026", "xã Khác, năm 2026"]
    assert "còn 1: Xóm 99." in await answers(officer, "xã Khác")


async def test_a_right_that_ended_meanwhile_shows_nothing(talk: Talk) -> None:
    """T41, A3: between the question and the press."""
    officer = await an_officer(talk)
    admin = await talk.somebody("Chị Quản", role="admin")
    await officer.says("ai chưa nộp")
    await admin.says("/quantri", "1")
    await admin.presses("Cô Hương")
    await admin.types("Thu hồi")
    said = await answers(officer, "Danh sách gọi")
    assert "chưa có người báo cáo" not in said


# --- the call list -------------------------------------------------------------------------------


async def test_the_call_list_names_people_with_phone_and_reason(house: House, talk: Talk) -> None:
    """Issue 7: names only to the office, and looking is on record (P11)."""
    officer = await an_officer(talk)
    six = await talk.somebody("Ông Sáu", role="head", unit="xom-06")
    seven = await talk.somebody("Bà Bảy", role="reporter", unit="xom-07")
    account = (await six.actor()).account_id
    async with house.app.database.transaction() as tx:
        await keep_phone(tx, account, phone="84912345678")
    await seven.says("dừng nhắc")
    await officer.says("ai chưa nộp xóm")
    said = await answers(officer, "Danh sách gọi")
    assert "Xóm 1: chưa có người báo cáo; chưa nhắc lần nào." in said
    assert "Xóm 6: Trưởng xóm Ông Sáu, 0912 345 678, " in said
    assert "Xóm 7: Người báo cáo Bà Bảy, đã tắt tin nhắc; chưa nhắc lần nào." in said
    assert "call_list.shown" in await house.rows(AuditRow.action)
    [after] = await house.rows(AuditRow.after, where=AuditRow.action == "call_list.shown")
    assert after == {"units": 13, "as": "chat"}


async def test_the_call_list_comes_as_excel_with_an_empty_column(house: House, talk: Talk) -> None:
    officer = await an_officer(talk)
    await talk.somebody("=1+1 Ông Sáu", role="head", unit="xom-06")
    await officer.says("ai chưa nộp xóm")
    await officer.presses("Danh sách gọi", "Bảng Excel")
    [made] = await house.make_all()
    book = openpyxl.load_workbook(io.BytesIO(made.content))
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=3)]
    columns = rows[0]
    result = columns.index("Kết quả gọi")
    assert [row[result] for row in rows[1:14]] == [None] * 13
    by_unit = {row[1]: row for row in rows[1:14]}
    assert len(by_unit) == 13
    six = by_unit["Xóm 6"]
    assert six[columns.index("Người báo cáo")] == "=1+1 Ông Sáu (Trưởng xóm)"  # T26
    assert book.worksheets[0].cell(4, columns.index("Người báo cáo") + 1).data_type != "f"
    assert by_unit["Xóm 1"][columns.index("Nhắn tới được")] == "Không: chưa có người báo cáo"
    assert six[columns.index("Số lần đã nhắc")] == 0
    assert any("chỉ dùng để gọi" in one or "Danh sách gọi" in one for one in officer.heard)


async def test_the_call_list_comes_on_paper(house: House, talk: Talk) -> None:
    officer = await an_officer(talk)
    await officer.says("ai chưa nộp xóm")
    await officer.presses("Danh sách gọi", "Bản in trên giấy")
    [made] = await house.make_all()
    assert made.content.startswith(b"%PDF")
    assert len(made.body["rows"]) == 13
    assert made.body["sample"] == "DỮ LIỆU MẪU"


async def test_from_the_call_list_the_answer_is_entered_at_once(talk: Talk) -> None:
    officer = await an_officer(talk)
    await officer.says("ai chưa nộp xóm")
    await officer.presses("Danh sách gọi", "Nhập giúp")
    said = await asks(officer, "9")
    assert "Nhập giúp báo cáo năm 2026 của Xóm 9" in said
    assert "Nghe qua điện thoại" in officer.labels


# --- which unit ----------------------------------------------------------------------------------


async def test_a_typed_number_is_the_hamlets_own(talk: Talk) -> None:
    """Design §3, collisions."""
    officer = await an_officer(talk)
    await officer.says("ai chưa nộp")
    await officer.presses("Việc khác", "Bản giấy")
    assert "Xóm 2, báo cáo" in await asks(officer, "2")


async def test_the_list_of_units_comes_in_pages(talk: Talk) -> None:
    """U3: never more than nine choices."""
    officer = await an_officer(talk)
    await officer.says("ai chưa nộp")
    await officer.presses("Việc khác", "Bản giấy")
    await officer.says("danh sách")
    assert len(officer.labels) == 9
    first = officer.labels
    await officer.presses("Xem tiếp")
    assert not set(first[:8]) & set(officer.labels[:8])
    await officer.presses("Xem tiếp", "Xem tiếp")
    assert "báo cáo năm 2026" in await answers(officer, officer.labels[0])


@pytest.mark.parametrize(
    "text", ["qwrtp zxcv", "{evil.__class__}", "'; DROP TABLE units; --", "👍"]
)
async def test_what_names_no_unit_is_asked_again(talk: Talk, text: str) -> None:
    """U5."""
    officer = await an_officer(talk)
    await officer.says("ai chưa nộp")
    await officer.presses("Nhập giúp")
    assert "ví dụ: xóm 5" in await asks(officer, text)


async def test_a_restart_in_between_changes_nothing(talk: Talk) -> None:
    officer = await an_officer(talk)
    await officer.says("ai chưa nộp")
    await talk.restart()
    await officer.presses("Việc khác")
    await talk.restart()
    await officer.presses("Bản giấy")
    await talk.restart()
    assert "Xóm 2, báo cáo" in await asks(officer, "xóm 2")


async def test_a_hamlet_said_at_work_is_a_unit_and_no_home(talk: Talk) -> None:
    """An officer who says "xóm 8" after one unit means the next, and does not move there."""
    officer = await (await an_officer(talk)).enrolled("xom-02")
    home = (await officer.actor()).unit_id
    await officer.says("nộp chưa xóm 7")
    assert "Xóm 8, báo cáo năm 2026" in await asks(officer, "trang đầu", "xóm 8")
    assert home is not None
    assert (await officer.actor()).unit_id == home


# --- a new reporter, the group's text ------------------------------------------------------------


async def test_somebody_is_invited_on_the_spot(house: House, talk: Talk) -> None:
    """T03: the code is said once, and works once."""
    officer = await an_officer(talk)
    await officer.says("nộp chưa xóm 8")
    said = await answers(officer, "Mời người báo cáo")
    assert "để gửi báo cáo về UBND xã Giao Minh" in said
    [code] = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", said)
    new = await talk.somebody("Anh Tám")
    await new.says(code, "1")
    assert "Anh Tám" in await asks(officer, "nộp chưa xóm 8")
    assert "invite.made" in await house.rows(AuditRow.action)


async def test_the_groups_text_names_units_and_no_person(house: House, talk: Talk) -> None:
    officer = await an_officer(talk)
    await reported(await head(talk))
    await talk.somebody("Ông Sáu", role="head", unit="xom-06")
    await officer.says("ai chưa nộp")
    await officer.presses("Việc khác")
    before = len(officer.heard)
    await officer.presses("Tin dán vào nhóm Zalo")
    pasted = "\n".join(officer.heard[before + 1 : -1])
    assert pasted.startswith("DỮ LIỆU MẪU")
    assert "Trân trọng cảm ơn 1 nơi đã gửi: Xóm 5." in pasted
    assert "Kính đề nghị quý cơ quan phối hợp" in pasted
    assert len(pasted) < 1500
    for word in ("Ông Sáu", "quá hạn", "chưa nộp", "HTX", BUSINESS):
        assert word not in pasted


async def test_in_the_period_after_the_freeze_nothing_is_offered(house: House, talk: Talk) -> None:
    """T41."""
    officer = await an_officer(talk)
    await officer.says("/duyet")
    await officer.presses("Chốt số liệu")
    await officer.presses("Chốt số liệu")
    said = await asks(officer, "ai chưa nộp")
    assert "Số liệu đã chốt" in said
    assert not {"Nhập giúp", "Nhắc lại"} & set(officer.labels)
    await officer.says("nộp chưa xóm 6")
    assert officer.labels == ["Mời người báo cáo", "Quay về"]
    assert await marks(house) == []
