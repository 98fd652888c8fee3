"""/tonghop as an officer, a leader and others meet it: totals that open down to every version."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import update

from handlers.reporting.answers import Answer
from storage import reports
from storage.tables import Role, WorkRow
from tests.handlers.communes import second_commune
from tests.handlers.yearly_reports import SENT, book, held, sent, unit
from tests.talk import House, Talk

RIGHT_AWAY = datetime(2026, 11, 20, 3, tzinfo=UTC)
HEAD = {
    "plan_issued": "yes",
    "sessions": 3,
    "attendances": 120,
    "publicity": 20,
    "team_members": 6,
    "models": [{"name": "Nhóm Zalo"}],
    "difficulties": "Máy cũ.",
    "proposals": "",
}


@pytest.fixture
async def desk(house: House, talk: Talk) -> Talk:
    """An officer, and the reports of a few units."""
    await talk.holds("officer")
    await sent(house, "xom-05", HEAD)
    await sent(house, "xom-06", {**HEAD, "sessions": 2, "publicity": "?"})
    await sent(house, "th-a", {"sessions": 1, "skilled": [18, 20]}, source="paper", is_late=True)
    return talk


async def workbook(house: House) -> Any:
    return openpyxl.load_workbook(io.BytesIO((await house.make_all())[-1].content))


# --- the first look ------------------------------------------------------------------------------


async def test_the_first_look_is_short_and_says_who_is_in_it(desk: Talk) -> None:
    """Design §1: to paste into the group; by duty, never mixed (§5); "DỮ LIỆU MẪU" (§2)."""
    said = "\n".join((await desk.asks("/tonghop"))[:-1])
    assert said.startswith("DỮ LIỆU MẪU. Tổng hợp năm 2026: có số của 3/36 đơn vị (bắt buộc 3/25")
    assert "• Số buổi học, tập huấn: 6 buổi" in said
    assert "• Lượt người dự học: 240 lượt người" in said
    assert "Chưa có số: 33 đơn vị." in said
    assert "Tạm tính đến 9:00, Chủ nhật 22/11/2026." in said
    assert len(said) <= 1_000
    assert len(desk.labels) == 5


@pytest.mark.parametrize("words", ["tổng hợp", "bang tong hop", "báo cáo tổng hợp năm 2026"])
async def test_it_is_asked_for_in_words(desk: Talk, words: str) -> None:
    said = "\n".join((await desk.asks(words))[:-1])
    assert "Tổng hợp năm 2026" in said


async def test_a_year_without_reports_says_so(desk: Talk) -> None:
    said = "\n".join((await desk.asks("/tonghop 2025"))[:-1])
    assert "Tổng hợp năm 2025: chưa đơn vị nào có số." in said
    assert desk.labels == ["Việc khác"]


async def test_a_frozen_year_says_when_it_was_frozen(house: House, desk: Talk) -> None:
    commune = (await unit(house, "xom-05")).commune_id
    by = (await desk.actor()).person_id
    async with house.app.database.transaction() as tx:
        await reports.freeze(tx, commune, "2026", by=by, now=house.clock.wall())
    await sent(house, "xom-05", {**HEAD, "sessions": 30})
    said = "\n".join((await desk.asks("/tonghop"))[:-1])
    assert "Số liệu đã chốt lúc 9:00, Chủ nhật 22/11/2026." in said
    assert "tập huấn: 6 buổi" in said


async def test_an_earlier_day_counts_only_what_was_sent_by_then(house: House, talk: Talk) -> None:
    await talk.holds("officer")
    await sent(house, "xom-05", HEAD, at=RIGHT_AWAY)
    await sent(house, "xom-06", HEAD, at=RIGHT_AWAY + timedelta(days=1))
    said = "\n".join((await talk.asks("/tonghop đến 20/11"))[:-1])
    assert "có số của 1/36 đơn vị" in said
    assert "đã gửi đến hết thứ Sáu 20/11/2026" in said
    said = "\n".join((await talk.asks("đến nay"))[:-1])
    assert "có số của 2/36 đơn vị" in said


async def test_another_period_is_typed_where_choices_are_open(desk: Talk) -> None:
    await desk.says("/tonghop")
    assert "Tổng hợp năm 2025" in "\n".join(await desk.asks("năm 2025"))
    assert "Đơn vị có số: 2025: 0; 2026: 3." in "\n".join(await desk.asks("2025-2026"))


@pytest.mark.parametrize(
    ("typed", "answered"),
    [
        ("2019", "Phong trào bắt đầu từ năm 2025"),
        ("đến 30/12/2027", "Xin nhắn ngày đã qua"),
        ("qwrtp zxcv", "Trợ lý chưa hiểu câu này"),
    ],
)
async def test_what_cannot_be_is_said_with_an_example(
    desk: Talk, typed: str, answered: str
) -> None:
    """U5."""
    await desk.says("/tonghop")
    assert answered in "\n".join(await desk.asks(typed))


# --- every total opens (§6) ----------------------------------------------------------------------


async def opened(talk: Talk, label: str) -> list[str]:
    """A total, found on whatever page it is."""
    await talk.says("/tonghop")
    await talk.presses("Xem từng số")
    for _ in range(8):
        if any(label in one for one in talk.labels):
            break
        await talk.presses("Xem tiếp")
    return await talk.gets(label)


async def test_a_total_opens_to_its_units_and_who_is_not_in_it(desk: Talk) -> None:
    *said, units, _ = await opened(desk, "Số lượt tuyên truyền")
    total, missing = "\n".join(said).split("\n", 1)
    assert total == "Số lượt tuyên truyền: 20 lượt. Có 1 đơn vị trong số này."
    assert "Chưa nắm được (1): Xóm 6." in missing
    assert "Để trống (1): Trường Tiểu học A." in missing
    assert "Chưa có số (30):" in missing
    assert units == "Xóm 5: 20 lượt (BC2026-1.1)"


async def test_a_unit_shows_where_its_figure_is_from(desk: Talk) -> None:
    *_, units, _ = await opened(desk, "Số buổi học")
    assert "Trường Tiểu học A: 1 buổi (BC2026-3.1, chép từ bản giấy, gửi sau hạn)" in units


async def test_a_unit_opens_to_its_versions_and_what_each_changed(house: House, desk: Talk) -> None:
    """A6: every version, by role and time, without names."""
    changed = {**HEAD, "sessions": 5, "team_members": 7}
    await sent(house, "xom-05", changed, at=SENT + timedelta(days=1))
    await opened(desk, "Số buổi học")
    first, second, *_ = await desk.gets("Xóm 5")
    assert first == (
        "Xóm 5, bản 1 (10:00 thứ Bảy 5/12/2026, trưởng xóm gửi, trả lời từng câu): "
        "Số buổi học, tập huấn: 3 buổi."
    )
    assert "bản được tính): Số buổi học, tập huấn: 5 buổi." in second
    assert "Bản 2 khác bản 1: Số buổi học, tập huấn: trước là 3 buổi, nay là 5 buổi; " in second
    assert "trước là 6 người, nay là 7 người" in second


async def test_what_was_held_together_is_explained_in_a_sentence(house: House, talk: Talk) -> None:
    await talk.holds("officer")
    await held(house, ("xom-05", "xom-06"), 40, by=(await talk.actor()).person_id)
    await sent(house, "xom-05", {"sessions": book(3)})
    await sent(house, "xom-06", {"sessions": book(2)})
    total, *_ = await opened(talk, "Số buổi học")
    assert "tập huấn: 4 buổi. Có 2 đơn vị" in total
    assert "Có 1 buổi do mấy đơn vị cùng làm, cả xã chỉ tính một lần." in total


async def test_many_units_come_in_pages_with_a_way_back(house: House, talk: Talk) -> None:
    """U3."""
    await talk.holds("officer")
    for number in (1, 2, 4, 5, 6, 7, 8, 9):
        await sent(house, f"xom-{number:02}", {"publicity": number})
    first = await opened(talk, "Số lượt tuyên truyền")
    assert "Xóm 7: 7 lượt" in first[-2]
    assert len(talk.labels) == 8
    second = await talk.gets("Xem tiếp")
    assert [line.partition(":")[0] for line in second[0].splitlines()] == ["Xóm 8", "Xóm 9"]
    await talk.presses("Quay về các số")
    assert "trang 1/" in talk.last


async def test_of_a_choice_only_those_are_shown_who_chose_it(house: House, desk: Talk) -> None:
    await sent(house, "xom-07", {"plan_issued": "no"})
    *said, units, _ = await opened(desk, "đã có:")
    total, missing = "\n".join(said).split("\n", 1)
    assert total.startswith("Kế hoạch thực hiện Phong trào thi đua - đã có: 2 đơn vị.")
    assert "Để trống (1): Trường Tiểu học A." in missing
    assert "Xóm 7" not in units


# --- by kind, side by side -----------------------------------------------------------------------


async def test_each_kind_of_units_has_its_own_look(desk: Talk) -> None:
    await desk.says("/tonghop")
    await desk.presses("Theo loại đơn vị")
    assert desk.labels == ["Xóm", "Trường học", "Quay về bảng tổng"]
    said = "\n".join((await desk.gets("Trường học"))[:-1])
    assert "Trường học, năm 2026: có số của 1 đơn vị." in said
    assert "Số buổi học, tập huấn: 1 buổi" in said


async def test_years_stand_side_by_side_each_with_its_own_units(house: House, desk: Talk) -> None:
    """Issue 7 item 5; what a year has not got is said, never 0."""
    await sent(house, "xom-05", {"sessions": 9}, period="2025")
    said = "\n".join((await desk.asks("/tonghop 2025-2027"))[:-1])
    assert "So sánh 2025 - 2027" in said
    assert "Đơn vị có số: 2025: 1; 2026: 3; 2027: 0." in said
    assert "• Số buổi học, tập huấn: 2025: 9; 2026: 6; 2027: chưa có số" in said
    await desk.presses("Bảng số Excel")
    sheet = (await workbook(house))["So sánh các năm"]
    [line] = [row for row in sheet.iter_rows(values_only=True) if row[1] == "Số buổi học, tập huấn"]
    assert line[3:] == (9, None, 6, None, "chưa có số", None)


async def test_a_year_keeps_its_own_snapshot_beside_others(house: House, desk: Talk) -> None:
    await sent(house, "xom-05", {"sessions": 9}, period="2025")
    commune = (await unit(house, "xom-05")).commune_id
    by = (await desk.actor()).person_id
    async with house.app.database.transaction() as tx:
        await reports.freeze(tx, commune, "2025", by=by, now=house.clock.wall())
    await sent(house, "xom-05", {"sessions": 90}, period="2025")
    said = "\n".join((await desk.asks("/tonghop 2025-2026"))[:-1])
    assert "tập huấn: 2025: 9; 2026: 6" in said


async def test_the_way_back_from_years_is_the_last_with_figures(desk: Talk) -> None:
    await desk.says("/tonghop 2025-2027")
    assert "Tổng hợp năm 2026" in "\n".join(await desk.gets("Quay về bảng tổng"))


async def test_who_is_exempt_is_not_among_those_without_figures(desk: Talk) -> None:
    await desk.says("nộp chưa xóm 8")
    await desk.presses("Miễn báo cáo")
    await desk.says("Đã gửi chung với xóm 9", "đồng ý")
    said = "\n".join(await opened(desk, "Số lượt tuyên truyền"))
    assert "Chưa có số (29):" in said
    assert "Xóm 8" not in said


async def test_comparing_is_found_under_other_work(desk: Talk) -> None:
    await desk.says("/tonghop")
    await desk.presses("Việc khác")
    assert desk.labels[0] == "So sánh các năm"
    assert desk.labels[-1] == "Quay về bảng tổng"
    said = "\n".join((await desk.gets("So sánh các năm"))[:-1])
    assert "So sánh 2025 - 2026" in said
    assert "Tổng hợp năm 2026" in "\n".join(await desk.gets("Quay về bảng tổng"))


# --- files ---------------------------------------------------------------------------------------


async def test_the_workbook_has_every_unit_and_every_word(house: House, desk: Talk) -> None:
    await sent(house, "cong-an-xa", {"vneid_by_hamlet": {"xom-05": [300, 420]}})
    await desk.says("/tonghop")
    await desk.presses("Bảng số Excel")
    made = await workbook(house)
    assert made.sheetnames == [
        *("Tổng hợp", "Theo loại đơn vị", "Từng đơn vị"),
        *("Nội dung bằng chữ", "Chưa có số", "Ghi chú và nguồn"),
    ]
    names, *units, last = made["Từng đơn vị"].iter_rows(min_row=3, values_only=True)
    by_name = {row[1]: dict(zip(names, row, strict=True)) for row in units}
    assert len(by_name) == 36
    assert by_name["Xóm 5"]["Mã biên nhận"] == "BC2026-1.1"
    assert by_name["Xóm 5"]["Tài khoản định danh mức 2 theo xóm"] == 300
    assert by_name["Xóm 6"]["Số lượt tuyên truyền"] == "chưa nắm được"
    assert by_name["Xóm 7"]["Nguồn"] == "chưa gửi báo cáo"
    assert dict(zip(names, last, strict=True))["Số buổi học, tập huấn"] == 6
    words = list(made["Nội dung bằng chữ"].iter_rows(values_only=True))
    assert ("Xóm 5", "Khó khăn, vướng mắc", "Máy cũ.", "BC2026-1.1") in words
    assert any("DỮ LIỆU MẪU" in str(cell.value) for cell in made["Tổng hợp"][1])


async def test_peoples_words_never_become_formulas(house: House, talk: Talk) -> None:
    """T26."""
    await talk.holds("officer")
    await sent(house, "xom-05", {"difficulties": "=HYPERLINK(1)", "sessions": Answer(1)})
    await talk.says("/tonghop")
    await talk.presses("Bảng số Excel")
    cells = [c for row in (await workbook(house))["Nội dung bằng chữ"] for c in row]
    [cell] = [cell for cell in cells if cell.value == "=HYPERLINK(1)"]
    assert cell.data_type == "s"


async def test_the_officers_letter_is_ordered_from_here(house: House, desk: Talk) -> None:
    await desk.says("/tonghop")
    await desk.presses("Báo cáo Word")
    assert [kind for kind, _ in await house.ordered()] == ["unit_report"]
    assert desk.labels[0] == "Xem từng số"


# --- who may -------------------------------------------------------------------------------------


async def test_a_leader_reads_totals_and_signs_nothing(house: House, desk: Talk) -> None:
    leader = await desk.somebody("Chủ tịch", role="leader")
    said = "\n".join((await leader.asks("/tonghop"))[:-1])
    assert "tập huấn: 6 buổi" in said
    assert leader.labels == ["Xem từng số", "Bảng số Excel", "Theo loại đơn vị", "Việc khác"]
    await leader.presses("Việc khác")
    assert leader.labels == ["So sánh các năm", "Quay về bảng tổng"]


@pytest.mark.parametrize("role", ["head", "helper", "reporter"])
async def test_others_are_answered_as_if_it_did_not_exist(talk: Talk, role: str) -> None:
    """T12."""
    await talk.holds(role, "xom-05")
    assert "Tổng hợp" not in "\n".join(await talk.asks("/tonghop 2026"))


async def test_a_right_that_ended_meanwhile_opens_nothing(house: House, desk: Talk) -> None:
    """A3, T41."""
    other = await desk.somebody("Cán bộ Hai", role="officer")
    await other.says("/tonghop")
    mine = (await other.actor()).person_id
    async with house.app.database.transaction() as tx:
        ended = update(Role).where(Role.person_id == mine).values(until=house.clock.wall())
        await tx.execute(ended)
    said = await other.gets("Bảng số Excel")
    assert "Số buổi học" not in "\n".join(said)
    assert await house.rows(WorkRow.id) == []


async def a_second_commune(house: House) -> None:
    """Another commune in the same database, with one hamlet that has reported."""
    await second_commune(house, "xa-b", "UBND xã B", hamlet="b-1")
    await sent(house, "b-1", {"sessions": 77})


async def test_another_communes_figures_are_nobodys_business(house: House, desk: Talk) -> None:
    """T13: neither in the totals nor in the workbook, nor asked for."""
    await a_second_commune(house)
    said = "\n".join((await desk.asks("/tonghop"))[:-1])
    assert "tập huấn: 6 buổi" in said
    await desk.presses("Bảng số Excel")
    cells = [c.value for sheet in await workbook(house) for row in sheet for c in row]
    assert 77 not in cells
    far = await desk.somebody("Cán bộ xã B", role="officer", unit="xa-b")
    said = "\n".join((await far.asks("/tonghop"))[:-1])
    assert "có số của 1/1 đơn vị" in said
    assert "tập huấn: 77 buổi" in said


async def test_an_officer_of_two_communes_is_asked_which(house: House, desk: Talk) -> None:
    """A3."""
    await a_second_commune(house)
    await desk.holds("officer", "xa-b")
    await desk.says("/tonghop 2026")
    assert desk.labels == ["xã Giao Minh", "UBND xã B"]
    said = "\n".join((await desk.gets("UBND xã B"))[:-1])
    assert "Tổng hợp năm 2026: có số của 1/1 đơn vị" in said
