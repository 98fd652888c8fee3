"""What the registers show: lists, who has none, what units told, files, workbooks, figures."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from handlers.registers import figures, years
from handlers.registers.figures import RegisterFigures
from storage import activities, units
from storage import registers as stored
from storage.activities import NewActivity
from storage.registers import NewEntry
from storage.tables import AuditRow, Conversation, Person, RegisterEntry
from tests.handlers.chasing import asks, elsewhere, ends_on
from tests.handlers.receiving import has_sent, unit_of
from tests.talk import House, Talk

SPAN = (date(2025, 12, 15), date(2026, 12, 14))
PLAN = "xom 5 ban hanh ke hoach so 03/KH-X5 ngay 12/7/2026"


@pytest.fixture
async def officer(house: House) -> Talk:
    return await Talk(house, "u-officer", name="Cán bộ").holds("officer")


async def commune_of(house: House) -> int:
    return (await unit_of(house, "xa-giao-minh")).id


async def has(house: House, code: str, register: str, **more: Any) -> int:
    """A line is there, without the conversation."""
    commune = await commune_of(house)
    unit = await unit_of(house, code) if code else None
    on = more.pop("held_on", date(2026, 7, 10))
    year = more.pop("year", years.year_of_day(on) if on else 2026)
    entry = NewEntry(commune, unit.id if unit else None, register, year, on, **more)
    [person, *_] = await house.rows(Person.id)
    async with house.app.database.transaction() as tx:
        return await stored.add(tx, entry, by=person, now=house.clock.wall())


async def of_year(house: House, span: tuple[date, date] = SPAN) -> RegisterFigures:
    commune = await commune_of(house)
    async with house.app.database.reading() as tx:
        return await figures.year_of(tx, commune, 2026, span)


# --- nothing is typed twice ----------------------------------------------------------------------


async def test_a_plan_that_was_reported_needs_no_line(officer: Talk) -> None:
    house = officer.house
    await has_sent(house, "xom-05", plan_issued="yes", launched="yes")
    await has_sent(house, "th-a", plan_issued="yes", plan_number="9/KH-THA", plan_date="2026-07-11")
    await has_sent(house, "xom-06", plan_issued="no")
    said = await asks(officer, "sổ kế hoạch")
    assert "Bắt buộc 25 nơi: 2 có kế hoạch" in said
    assert "1 đã phát động" in said
    assert "Trường Tiểu học A: kế hoạch 9/KH-THA, 11/7/2026 (theo báo cáo)" in said
    assert "Xóm 5: đã phát động (theo báo cáo)" in said


async def test_a_plan_in_both_is_one_plan(officer: Talk) -> None:
    await has_sent(officer.house, "xom-05", plan_issued="yes")
    await has(officer.house, "xom-05", "plan", number="03/KH-X5")
    said = await asks(officer, "sổ kế hoạch")
    assert "1 có kế hoạch" in said
    assert "theo báo cáo" not in said
    found = await of_year(officer.house)
    assert found.plans == 1
    assert "Xóm 5" not in found.units_without_plan


async def test_publicity_of_three_sources_is_never_added_up(officer: Talk) -> None:
    house = officer.house
    await has(house, "", "broadcast", amount=3, minutes=45, held_on=date(2026, 11, 5))
    await has(house, "", "article", amount=2, held_on=date(2026, 11, 6))
    await has_sent(house, "xom-05", publicity=20)
    hamlet = await unit_of(house, "xom-06")
    new = NewActivity(hamlet.commune_id, (hamlet.id,), "campaign", date(2026, 10, 3), 30)
    [person, *_] = await house.rows(Person.id)
    async with house.app.database.transaction() as tx:
        await activities.add(tx, new, by=person, role="head", now=house.clock.wall())
    said = await asks(officer, "sổ tuyên truyền")
    assert "Phát thanh 3 buổi, 45 phút. Tin bài: 2." in said
    assert "Sổ hoạt động có 1 buổi tuyên truyền. Các nơi báo cáo 20 lượt." in said
    found = await of_year(house)
    assert (found.broadcasts, found.minutes, found.articles) == (3, 45, 2)
    assert (found.campaigns, found.publicity_told) == (1, 20)


async def test_an_unknown_figure_is_no_nought(officer: Talk) -> None:
    """Design §5: a figure, "chưa nắm được" and blank are three different things."""
    await has(officer.house, "", "broadcast", amount=2, held_on=date(2026, 11, 5))
    assert "phát thanh 2 buổi, chưa rõ phút" in await asks(officer, "sổ tuyên truyền")
    found = await of_year(officer.house)
    assert (found.minutes, found.publicity_told, found.awarded_told) == (0, None, None)


# --- who has none --------------------------------------------------------------------------------


async def test_who_has_no_plan_is_named_by_kind_of_unit(officer: Talk) -> None:
    for number in (1, 2, 4, 6, 7, 8, 9, 10, 11, 12):
        await has(officer.house, f"xom-{number:02}", "plan")
    await has(officer.house, "xom-05", "plan", held_on=date(2025, 7, 1))
    await officer.says("sổ kế hoạch")
    said = await asks(officer, "ai chưa có")
    assert "Chưa có kế hoạch (15/25 nơi bắt buộc):" in said
    assert "Xóm (3): Xóm 3 - xã cũ A, Xóm 3 - xã cũ B, Xóm 5" in said
    assert "Trường học (8): " in said
    assert "Trong đó có kế hoạch từ năm trước: Xóm 5" in said
    assert "Chưa có chương trình Bình dân học vụ số (25/25 nơi bắt buộc)" in said
    found = await of_year(officer.house)
    assert (found.plans, found.required) == (10, 25)
    assert found.units_with_older_plan == ("Xóm 5",)


async def test_a_plan_of_who_is_only_asked_counts_apart(officer: Talk) -> None:
    await has(officer.house, "mttq", "plan")
    await has(officer.house, "", "plan")  # the commune's own
    said = await asks(officer, "sổ kế hoạch")
    assert "0 có kế hoạch" in said
    assert "Nơi khác: 1 có kế hoạch." in said
    assert "UBND xã: kế hoạch chưa có số, 10/7/2026" in said


async def test_a_hundred_units_are_named_within_a_message(officer: Talk) -> None:
    house = officer.house
    new = [
        units.NewUnit(f"xom-x{n}", f"Xóm Tên rất dài số {n}", f"xom ten rat dai so {n}", "xom",
                      "xa-giao-minh", "required", None, None, ())
        for n in range(20, 120)
    ]  # fmt: skip
    async with house.app.database.transaction() as tx:
        await units.import_all(tx, new, on=date(2026, 1, 1))
    await officer.says("sổ kế hoạch", "ai chưa có")
    assert all(len(heard) < 2_000 for heard in officer.heard)
    assert "(125/125 nơi bắt buộc)" in "\n".join(officer.heard)


# --- years and pages -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2025, 12, 14), 2025), (date(2025, 12, 15), 2026), (date(2026, 12, 14), 2026)],
)
def test_a_day_counts_in_its_reporting_year(day: date, year: int) -> None:
    assert years.year_of_day(day) == year


async def test_a_line_behind_the_14_of_december_is_of_the_next_year(officer: Talk) -> None:
    await officer.waits(days=30)  # 22/12/2026
    await officer.says("sổ kế hoạch", "xóm 5 kế hoạch 05/KH 20/12/2026", "1")
    assert "tính vào năm 2027" in officer.last
    assert "năm 2026. Bắt buộc 25 nơi: 0 có" in await asks(officer, "sổ kế hoạch")


async def test_pages_and_earlier_years(officer: Talk) -> None:
    for number in (1, 2, 4, 5, 6, 7, 8):
        await has(officer.house, f"xom-{number:02}", "plan", held_on=date(2026, 7, number))
    await has(officer.house, "xom-09", "plan", held_on=date(2025, 7, 1), number="1/KH")
    assert "Trang 1/2" in await asks(officer, "sổ kế hoạch")
    assert "Xóm 8: kế hoạch" not in officer.last
    await officer.presses("Trang sau")
    assert "Xóm 8: kế hoạch" in officer.last
    await officer.presses("Năm 2025")
    assert "Xóm 9: kế hoạch 1/KH, 1/7/2025" in officer.last
    await officer.says("năm 2026")
    assert "Trang 1/2" in officer.last
    assert "Chưa có dòng nào" in await asks(officer, "sổ kế hoạch năm 2030")


async def test_a_merged_unit_keeps_its_name(officer: Talk) -> None:
    await has(officer.house, "xom-12", "plan")
    await ends_on(officer.house, "xom-12", "2026-08-01")
    assert "Xóm 12: kế hoạch" in await asks(officer, "sổ kế hoạch")


# --- the workbook --------------------------------------------------------------------------------


async def test_the_workbook_has_every_line_and_who_has_none(officer: Talk) -> None:
    house = officer.house
    await has(house, "xom-05", "plan", number="=1+1", what="")
    await has_sent(house, "xom-06", plan_issued="yes")
    await officer.says("sổ kế hoạch")
    await officer.presses("Tệp bảng tính")
    made = await house.make_all()
    book = openpyxl.load_workbook(io.BytesIO(made[-1].content))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    values = [cell.value for cell in cells]
    assert "=1+1" in values
    assert all(cell.data_type != "f" for cell in cells)  # T27: text, never a formula
    assert sum(value == "Chưa có" for value in values) == 23 + 25 + 25
    assert any("Theo báo cáo BC2026" in str(value) for value in values)


@pytest.mark.parametrize(
    ("book", "register", "more"),
    [
        ("sổ kiểm tra", "visit", {"what": "tốt", "due_on": date(2026, 12, 1)}),
        ("sổ khen thưởng", "award", {"what": "merit", "amount": 1_200, "number": "1/QĐ"}),
        ("sổ tuyên truyền", "broadcast", {"amount": 3, "minutes": 45}),
    ],
)
async def test_every_book_becomes_a_workbook(
    officer: Talk, book: str, register: str, more: dict[str, Any]
) -> None:
    await has(officer.house, "xom-05", register, **more)
    await officer.says(book)
    await officer.presses("Tệp bảng tính")
    made = await officer.house.make_all()
    sheet = openpyxl.load_workbook(io.BytesIO(made[-1].content)).worksheets[0]
    values = [cell.value for row in sheet.iter_rows() for cell in row]
    assert "Xóm 5" in values
    assert more.get("amount") is None or more["amount"] in values


# --- another commune -----------------------------------------------------------------------------


async def test_t13_another_communes_lines_are_not_there(officer: Talk) -> None:
    house = officer.house
    number = await has(house, "xom-05", "plan", number="SECRET/KH")
    await elsewhere(house)
    other = await officer.somebody("Cán bộ xã khác", role="officer", unit="xa-khac")
    said = await asks(other, "sổ kế hoạch")
    assert "Bắt buộc 1 nơi: 0 có kế hoạch" in said
    await other.says("xóm 5 kế hoạch 1/KH 1/7/2026")
    assert "của nơi nào" in other.last  # not its hamlet
    await other.says("xóm 99", "1")
    assert "SECRET" not in "\n".join(other.heard)
    actor = await other.actor()
    async with house.app.database.transaction() as tx:
        assert await stored.find(tx, number, [actor.grants[0].commune_id]) is None


async def test_who_has_two_communes_is_asked_which(officer: Talk) -> None:
    await elsewhere(officer.house)
    await officer.holds("officer", "xa-khac")
    await officer.says("sổ kế hoạch")
    assert officer.labels == ["UBND xã Giao Minh", "Xã khác"]
    await officer.says("2", "xóm 99 kế hoạch 1/KH 1/7/2026", "1")
    far = await unit_of(officer.house, "xa-khac")
    assert await officer.house.rows(RegisterEntry.commune_id) == [far.id]
    await officer.says("sổ tuyên truyền", "1", "3 tin bài hôm nay", "1")
    assert set(await officer.house.rows(RegisterEntry.commune_id)) == {far.id}


# --- figures for the commune's report ------------------------------------------------------------


async def test_figures_up_to_a_day_leave_out_what_came_later(officer: Talk) -> None:
    house = officer.house
    await has(house, "xom-05", "visit", held_on=date(2026, 3, 1), due_on=date(2026, 4, 1))
    await has(house, "xom-05", "visit", held_on=date(2026, 9, 1))
    await has(house, "mn-a", "award", held_on=date(2026, 9, 2), amount=5)
    await has(house, "mn-a", "award", held_on=None, amount=None)
    whole = await of_year(house)
    assert (whole.visits, whole.units_visited, whole.open_follow_ups) == (2, 1, 1)
    assert (whole.awards, whole.awarded) == (2, 5)
    early = await of_year(house, (SPAN[0], date(2026, 6, 30)))
    assert (early.visits, early.awards, early.awarded) == (1, 1, 0)


async def test_what_was_taken_out_counts_nowhere(officer: Talk) -> None:
    number = await has(officer.house, "xom-05", "plan")
    [person, *_] = await officer.house.rows(Person.id)
    async with officer.app.database.transaction() as tx:
        await stored.remove(tx, number, by=person, now=officer.house.clock.wall())
    found = await of_year(officer.house)
    assert found.plans == 0
    assert "Xóm 5" in found.units_without_plan


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "flow"),
    [
        ("sổ theo dõi", "registers"),
        ("so theo doi", "registers"),
        ("ghi sổ theo dõi", "registers"),
        ("xem so theo doi", "registers"),
        ("sổ kế hoạch", "registers"),
        ("so kiem tra", "registers"),
        ("sổ khen thưởng", "registers"),
        ("so tuyen truyen", "registers"),
        ("so ke hoach nam 2025", "registers"),
        ("ghi sổ", "activities"),
        ("ghi vào sổ", "activities"),
        ("ghi so toi qua xom 5 co 35 nguoi hoc vneid", "activities"),
        ("sổ đã ghi", "records"),
        ("xem sổ", "records"),
        ("sua so", "records"),
        ("số người lớn", "denominators"),
        ("so ho", "denominators"),
    ],
)
async def test_the_books_words_lead_where_they_should(officer: Talk, said: str, flow: str) -> None:
    """Design §3: "sổ" is the book of activities and these registers; each keeps its own words."""
    await officer.says(said)
    state = await officer.house.rows(Conversation.flow)
    assert flow in (*state, "records")  # without a record that book leads to telling one
    is_here = "Sổ theo dõi năm" in officer.last or "Muốn xem năm khác" in officer.last
    assert is_here == (flow == "registers")


async def test_every_act_is_audited_without_names(officer: Talk) -> None:
    """A5: ids only."""
    await officer.says("sổ kiểm tra", "kiểm tra xóm 5 hôm qua: ông Nam vắng, không hẹn", "1")
    rows = await officer.house.rows(
        AuditRow.before, AuditRow.after, AuditRow.object, where=AuditRow.action.like("register.%")
    )
    assert len(rows) == 1
    assert "Nam" not in str(rows)
