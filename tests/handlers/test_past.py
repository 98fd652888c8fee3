"""Figures of past years out of a workbook: dry run, choice, all or nothing, undo (T53, issue 7)."""

import io
from collections.abc import Sequence
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from handlers.reporting.answers import loaded
from handlers.yearly import gathering
from storage import reports, units
from storage.reports import NewVersion
from storage.tables import AuditRow, FigureImport, Person, Report, ReportVersion
from tests.conftest import MakeHouse
from tests.handlers.reports import with_a_page
from tests.handlers.test_report_sheets import changed, column_of, hands_in, sheet_of
from tests.handlers.test_reporting import head
from tests.talk import House, Talk, in_demo_days

WORDS = "nhập số liệu năm trước"
HEAD = ("Mã đơn vị", "Tên đơn vị", "Số buổi học, tập huấn (buổi)", "Lượt người dự học")
"""An officer's own table."""
ROWS: Sequence[Sequence[Any]] = (
    ("xom-05", "Xóm 5", 12, 300),
    ("", "Xóm 6", 8, "1.250"),
    ("", "xóm 7", "khoảng 9", None),
)


@pytest.fixture
async def house(a_house: MakeHouse) -> House:
    return await with_a_page(a_house)


@pytest.fixture
async def officer(talk: Talk) -> Talk:
    return await talk.holds("officer")


def table(*rows: Sequence[Any], head: Sequence[Any] = HEAD, title: str = "2025") -> bytes:
    """A workbook of somebody's own."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in (head, *rows):
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def asks_for(officer: Talk, year: str = "Năm 2025") -> Talk:
    """The template of a year, and the link to hand a workbook in."""
    await officer.says(WORDS)
    await officer.presses(year)
    await officer.house.make_all()
    return officer


async def gives(officer: Talk, content: bytes) -> str:
    """Hand a workbook in; all that is said about it."""
    before = len(officer.heard)
    await hands_in(officer, content)
    return "\n".join(officer.heard[before:])


async def told(house: House, code: str, period: str = "2025") -> dict[str, Any]:
    """What counts of a unit: key -> value."""
    async with house.app.database.transaction() as tx:
        unit = await units.by_code(tx, code, on=house.clock.wall().date())
        assert unit is not None
        counted = await reports.counted(tx, unit.id, period)
    answers = loaded(counted.answers) if counted else {}
    return {key: "?" if one.unknown else one.value for key, one in answers.items()}


async def sent_itself(house: House, code: str, answers: dict[str, Any]) -> None:
    """A unit had sent its own report of 2025."""
    now = house.clock.wall()
    async with house.app.database.transaction() as tx:
        unit = await units.by_code(tx, code, on=now.date())
        assert unit is not None
        new = NewVersion(
            form_version=1,
            answers={key: {"value": value} for key, value in answers.items()},
            via="guided",
            source="unit",
            sent_by=(await house.rows(Person.id))[0],
            sent_as="head",
            is_late=False,
        )
        await reports.send(
            tx, new, unit_id=unit.id, commune_id=unit.commune_id, form="xom", period="2025", now=now
        )


async def froze(house: House, period: str = "2025") -> None:
    now = house.clock.wall()
    async with house.app.database.transaction() as tx:
        [commune, *_] = await units.communes(tx, on=now.date())
        [by, *_] = await house.rows(Person.id)
        await reports.freeze(tx, commune.id, period, by=by, now=now)


# --- the way through -----------------------------------------------------------------------------


async def test_an_officers_own_table_becomes_last_years_reports(
    house: House, officer: Talk
) -> None:
    """T53: nothing is written before the yes; then ordinary, received versions."""
    said = await gives(await asks_for(officer), table(*ROWS))
    assert "đọc được 3 đơn vị, 5 số liệu. Chưa ghi gì." in said
    assert officer.labels == ["Chưa ghi", "Ghi 3 đơn vị đọc được"]
    assert await house.rows(ReportVersion.number) == []
    assert await house.rows(FigureImport.state) == ["read"]
    await officer.presses("Ghi 3 đơn vị")
    assert "Đã ghi số liệu năm 2025: 3 đơn vị, 5 số liệu." in "\n".join(officer.heard[-2:])
    assert await told(house, "xom-05") == {"sessions": 12, "attendances": 300}
    assert await told(house, "xom-06") == {"sessions": 8, "attendances": 1250}
    assert await told(house, "xom-07") == {"sessions": 9}
    assert set(await house.rows(Report.state, Report.period)) == {("accepted", "2025")}
    version = (ReportVersion.via, ReportVersion.source, ReportVersion.sent_as)
    assert set(await house.rows(*version)) == {("file", "paper", "officer")}
    assert set(await house.rows(ReportVersion.is_late)) == {False}


async def test_an_import_and_each_of_its_reports_stand_in_the_record(
    house: House, officer: Talk
) -> None:
    """A5: once for the import, once for every report."""
    await gives(await asks_for(officer), table(*ROWS))
    await officer.presses("Ghi 3 đơn vị")
    acts = await house.rows(AuditRow.action)
    assert (acts.count("figures.imported"), acts.count("report.imported")) == (1, 3)


async def test_totals_of_that_year_have_the_imported_figures(house: House, officer: Talk) -> None:
    """Item 5: what /tonghop gathers."""
    await gives(await asks_for(officer), table(*ROWS))
    await officer.presses("Ghi 3 đơn vị")
    async with house.app.database.transaction() as tx:
        today = house.clock.wall().date()
        [commune, *_] = await units.communes(tx, on=today)
        gathered = await gathering.gather(tx, commune.id, "2025", today=today)
    assert gathered is not None
    sessions = {one.name: one.answers["sessions"] for one in gathered.told}
    assert {name: answer.value for name, answer in sessions.items()} == {
        "Xóm 5": 12,
        "Xóm 6": 8,
        "Xóm 7": 9,
    }
    assert sessions["Xóm 7"].about


async def test_the_template_has_every_unit_and_comes_back_as_figures(
    house: House, officer: Talk
) -> None:
    """Item 5: one row a unit, one column a figure, what is known stands in it."""
    await sent_itself(house, "xom-05", {"sessions": 7, "payment": [90, 185]})
    await asks_for(officer)

    def fill(sheet: Any) -> None:
        rows = {sheet.cell(row=row, column=2).value: row for row in range(1, sheet.max_row + 1)}
        sessions, payment = column_of(sheet, "sessions"), column_of(sheet, "payment")
        assert sheet.cell(row=rows["xom-05"], column=sessions).value == 7
        assert sheet.cell(row=rows["xom-05"], column=payment).value == 90
        assert sheet.cell(row=rows["xom-05"], column=payment + 1).value == 185
        sheet.cell(row=rows["xom-06"], column=sessions).value = 4
        sheet.cell(row=rows["mttq"], column=sessions).value = "chưa nắm được"

    said = await gives(officer, changed(sheet_of(house), fill))
    assert "đọc được 3 đơn vị" in said
    assert "Đã có đúng như tệp, không cần ghi: 1 đơn vị." in said
    assert "cần sửa" not in said
    await officer.presses("Ghi 2 đơn vị")
    assert await told(house, "xom-06") == {"sessions": 4}
    assert await told(house, "mttq") == {"sessions": "?"}
    assert len(await house.rows(ReportVersion.number)) == 3


async def test_the_template_explains_its_columns_on_a_second_sheet(
    house: House, officer: Talk
) -> None:
    await asks_for(officer)
    book = load_workbook(io.BytesIO(sheet_of(house)))
    assert book.sheetnames == ["Số liệu", "Giải thích các cột"]
    text = "\n".join(str(cell.value) for row in book.worksheets[1].iter_rows() for cell in row)
    assert "Số buổi học, tập huấn" in text
    assert "Chỉ đơn vị giữ số" in text


async def test_t20_this_years_report_is_measured_by_the_imported_figure(
    house: House, officer: Talk
) -> None:
    """T20: more than three times last year's figure is asked about."""
    await gives(await asks_for(officer), table(("xom-05", "Xóm 5", 10, 40)))
    await officer.presses("Ghi 1 đơn vị")
    other = await officer.somebody("Trưởng xóm", role="head", unit="xom-05")
    await other.says("/baocao", "1", "1", "3", "300")
    assert "40" in other.last
    assert "Có đúng là 300" in other.last


# --- years ---------------------------------------------------------------------------------------


async def test_a_year_that_is_open_is_refused_with_the_way(house: House, officer: Talk) -> None:
    await officer.says(WORDS)
    assert officer.labels == ["Năm 2025", "Về trang đầu"]
    await officer.says("2026")
    assert "Năm 2026 còn đang nhận báo cáo" in "\n".join(officer.heard[-2:])
    await officer.says(WORDS, "năm 2019")
    assert "tính từ năm 2025" in "\n".join(officer.heard)
    await officer.says(WORDS, "mấy năm")
    assert "chưa rõ năm. Xin nhắn số năm, ví dụ: 2025" in officer.heard[-1]


async def test_in_january_the_year_before_is_still_open(house: House, officer: Talk) -> None:
    await in_demo_days(house, 60)
    await officer.says(WORDS)
    assert officer.labels[0] == "Năm 2025"
    await officer.says("2026")
    assert "còn đang nhận báo cáo" in "\n".join(officer.heard[-2:])
    await in_demo_days(house, 80)
    await officer.says(WORDS)
    assert officer.labels[:2] == ["Năm 2026", "Năm 2025"]


async def test_t41_a_frozen_year_is_refused_before_and_at_the_yes(
    house: House, officer: Talk
) -> None:
    await gives(await asks_for(officer), table(*ROWS))
    await froze(house)
    await officer.presses("Ghi 3 đơn vị")
    assert "đã chốt nên chưa ghi gì" in "\n".join(officer.heard[-2:])
    assert await house.rows(ReportVersion.number) == []
    await asks_for(officer)
    assert "đã chốt" in "\n".join(officer.heard[-2:])


async def test_a_template_of_another_year_is_refused(house: House, officer: Talk) -> None:
    await asks_for(officer)
    template = sheet_of(house)
    await in_demo_days(house, 100)
    said = await gives(await asks_for(officer, "Năm 2026"), template)
    assert "mẫu của năm 2025, không phải năm 2026" in said


async def test_somebody_without_the_office_never_comes_here(house: House, talk: Talk) -> None:
    """T12: as if it did not exist."""
    await (await head(talk)).says(WORDS)
    assert "Nhập số liệu các năm trước" not in "\n".join(talk.heard)
