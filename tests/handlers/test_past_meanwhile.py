"""Past years' figures: units' own reports, two officers, ended rights, undoing (T13, T41, T53)."""

from typing import Any

import pytest

from handlers.reporting.forms import built_in
from storage import figure_imports, reports, units
from storage import roles as stored_roles
from storage.tables import AuditRow, FigureImport, Person, Report, ReportVersion, Role
from tests.conftest import MakeHouse
from tests.handlers.reports import has_form, with_a_page
from tests.handlers.test_past import (
    ROWS,
    WORDS,
    asks_for,
    froze,
    gives,
    sent_itself,
    table,
    told,
)
from tests.talk import House, Talk


@pytest.fixture
async def house(a_house: MakeHouse) -> House:
    return await with_a_page(a_house)


@pytest.fixture
async def officer(talk: Talk) -> Talk:
    return await talk.holds("officer")


async def wrote(officer: Talk, *rows: Any) -> Talk:
    """An import that was written."""
    await gives(await asks_for(officer), table(*(rows or ROWS)))
    await officer.presses("Ghi ")
    assert "Đã ghi số liệu năm 2025" in "\n".join(officer.heard[-2:])
    return officer


async def undoes(officer: Talk) -> str:
    before = len(officer.heard)
    await officer.says(WORDS)
    await officer.presses("Bỏ lần nhập hôm nay")
    await officer.presses("Bỏ lần nhập này")
    return "\n".join(officer.heard[before:])


async def states(house: House) -> list[tuple[str, int]]:
    return sorted(await house.rows(Report.state, Report.version))


# --- what a unit sent itself ---------------------------------------------------------------------


async def test_what_a_unit_sent_itself_is_shown_and_stays(house: House, officer: Talk) -> None:
    """Never overwritten silently: both figures are said."""
    await sent_itself(house, "xom-05", {"sessions": 7, "difficulties": "thiếu máy"})
    said = await gives(await asks_for(officer), table(*ROWS))
    assert "Có 1 đơn vị đã tự gửi số khác với tệp:" in said
    assert "Xóm 5: Số buổi học, tập huấn: đã gửi 7 buổi, trong tệp 12 buổi" in said
    assert "Xóm 5: Lượt người dự học: đã gửi để trống, trong tệp 300 lượt người" in said
    assert officer.labels == [
        "Chưa ghi",
        "Ghi 2 đơn vị, giữ số tự gửi",
        "Ghi 3 đơn vị, thay 1 số tự gửi",
    ]
    await officer.presses("giữ số tự gửi")
    assert await told(house, "xom-05") == {"sessions": 7, "difficulties": "thiếu máy"}
    assert await told(house, "xom-06") == {"sessions": 8, "attendances": 1250}


async def test_replacing_is_a_new_version_and_keeps_what_was_told_besides(
    house: House, officer: Talk
) -> None:
    """A6: the unit's own version stays; its words stay in the new one."""
    await sent_itself(house, "xom-05", {"sessions": 7, "difficulties": "thiếu máy"})
    await gives(await asks_for(officer), table(*ROWS))
    await officer.presses("thay 1 số tự gửi")
    assert await told(house, "xom-05") == {
        "sessions": 12,
        "attendances": 300,
        "difficulties": "thiếu máy",
    }
    assert sorted(await states(house)) == [("accepted", 1), ("accepted", 1), ("accepted", 2)]


async def test_only_reports_that_units_sent_leave_no_plain_yes(house: House, officer: Talk) -> None:
    await sent_itself(house, "xom-05", {"sessions": 7})
    await gives(await asks_for(officer), table(ROWS[0]))
    assert officer.labels == ["Chưa ghi", "Ghi 1 đơn vị, thay 1 số tự gửi"]
    await officer.presses("Chưa ghi")
    assert await told(house, "xom-05") == {"sessions": 7}
    assert "vẫn chờ ở đây" in "\n".join(officer.heard[-3:])


async def test_an_emptied_cell_makes_a_figure_blank_and_an_empty_row_nothing(
    house: House, officer: Talk
) -> None:
    """Design §5: a figure, "chưa nắm được" and blank are three things."""
    await wrote(officer, ("", "Xóm 5", 12, 300), ("", "Xóm 6", 8, 90))
    rows = (("", "Xóm 5", "chưa nắm được", None), ("", "Xóm 6", None, None))
    said = await gives(await asks_for(officer), table(*rows))
    assert "Đã có số nhập trước, khác với tệp: 1 đơn vị (Xóm 5)." in said
    assert "Để trống, không ghi: 1 đơn vị." in said
    await officer.presses("Ghi 1 đơn vị")
    assert await told(house, "xom-05") == {"sessions": "?"}
    assert await told(house, "xom-06") == {"sessions": 8, "attendances": 90}


# --- again, together, too late -------------------------------------------------------------------


async def test_the_same_workbook_again_writes_nothing(house: House, officer: Talk) -> None:
    await wrote(officer)
    said = await gives(await asks_for(officer), table(*ROWS))
    assert "Đã có đúng như tệp, không cần ghi: 3 đơn vị." in said
    assert "không có gì để ghi thêm" in said
    assert len(await house.rows(ReportVersion.number)) == 3


async def test_two_officers_at_once_the_second_sees_what_changed(
    house: House, officer: Talk
) -> None:
    """T42: what counts otherwise than was shown is shown anew, and nothing was written."""
    other = await officer.somebody("Cán bộ Hai", role="officer")
    await gives(await asks_for(officer), table(*ROWS))
    await gives(await asks_for(other), table(("", "Xóm 5", 20, 400)))
    await officer.presses("Ghi 3 đơn vị")
    await other.presses("Ghi 1 đơn vị")
    assert "Số liệu vừa có người ghi thêm" in "\n".join(other.heard[-4:])
    assert "Đã có số nhập trước, khác với tệp: 1 đơn vị (Xóm 5)." in "\n".join(other.heard[-4:])
    assert await told(house, "xom-05") == {"sessions": 12, "attendances": 300}
    await other.presses("Ghi 1 đơn vị")
    assert await told(house, "xom-05") == {"sessions": 20, "attendances": 400}
    assert sorted(await house.rows(FigureImport.state)) == ["done", "done"]


async def test_a_second_press_writes_nothing_again(house: House, officer: Talk) -> None:
    await gives(await asks_for(officer), table(*ROWS))
    button = officer.button("Ghi 3 đơn vị")
    await officer.presses("Ghi 3 đơn vị")
    await officer.sends(kind="press", button=button)
    await house.settle()
    assert len(await house.rows(ReportVersion.number)) == 3


async def test_a_file_that_is_not_written_waits_and_can_be_seen_again(
    house: House, officer: Talk
) -> None:
    await gives(await asks_for(officer), table(*ROWS))
    await officer.presses("Chưa ghi")
    await officer.says(WORDS)
    await officer.presses("Xem tệp đang chờ, năm 2025")
    await officer.presses("Ghi 3 đơn vị")
    assert len(await house.rows(ReportVersion.number)) == 3


async def test_what_comes_while_something_else_is_asked_waits(house: House, officer: Talk) -> None:
    """The open question stays; the way back is named."""
    await asks_for(officer)
    await officer.says("/gapcanbo")
    said = await gives(officer, table(*ROWS))
    assert "Xong việc đang làm, xin nhắn: nhập số liệu năm trước." in said
    await officer.says("hủy", WORDS)
    await officer.presses("Xem tệp đang chờ")
    await officer.presses("Ghi 3 đơn vị")
    assert len(await house.rows(ReportVersion.number)) == 3


async def test_t41_a_right_that_ended_meanwhile_writes_nothing(house: House, officer: Talk) -> None:
    await gives(await asks_for(officer), table(*ROWS))
    [grant] = await house.rows(Role.id)
    async with house.app.database.transaction() as tx:
        await stored_roles.end(tx, grant, by=None, now=house.clock.wall())
    await officer.says("2")
    assert await house.rows(ReportVersion.number) == []


async def test_t13_an_import_of_another_commune_does_not_exist(house: House, officer: Talk) -> None:
    new = units.NewUnit("xa-hai", "Xã Hai", "xa hai", "xa", "", "none", None, None, ())
    today = house.clock.wall().date()
    async with house.app.database.transaction() as tx:
        await units.import_all(tx, [new], on=today)
        hai = await units.by_code(tx, "xa-hai", on=today)
        assert hai is not None
        number = await figure_imports.add(
            tx,
            commune_id=hai.id,
            period="2025",
            rows={"units": {}},
            by=(await house.rows(Person.id))[0],
            now=house.clock.wall(),
        )
        mine = [one.id for one in await units.communes(tx, on=today) if one.id != hai.id]
        assert await figure_imports.find(tx, number, mine) is None
        assert await figure_imports.waiting(tx, mine, by=[1], since=house.clock.wall()) == []


async def test_a3_of_two_communes_one_is_chosen_first(house: House, officer: Talk) -> None:
    new = units.NewUnit("xa-hai", "Xã Hai", "xa hai", "ubnd_xa", "", "none", None, None, ())
    async with house.app.database.transaction() as tx:
        await units.import_all(tx, [new], on=house.clock.wall().date().replace(year=2024))
    await officer.holds("officer", "xa-hai")
    await officer.says(WORDS)
    await officer.presses("Xã Hai")
    await officer.presses("Năm 2025")
    assert "Trợ lý đang làm mẫu" in "\n".join(officer.heard[-3:])


async def test_a_form_that_changed_meanwhile_asks_for_the_file_again(
    house: House, officer: Talk
) -> None:
    """Figures are kept with the form they were read by."""
    await gives(await asks_for(officer), table(*ROWS))
    await has_form(house, built_in()["xom"])
    await officer.presses("Ghi 3 đơn vị")
    assert "Biểu báo cáo vừa đổi" in "\n".join(officer.heard[-3:])
    assert await house.rows(ReportVersion.number) == []


# --- undoing -------------------------------------------------------------------------------------


async def test_an_import_of_today_is_taken_back_as_if_it_had_not_been(
    house: House, officer: Talk
) -> None:
    """T53: exactly these versions; what counted before counts again, in its state."""
    await sent_itself(house, "xom-05", {"sessions": 7})
    await gives(await asks_for(officer), table(*ROWS))
    await officer.presses("thay 1 số tự gửi")
    said = await undoes(officer)
    assert "Đã bỏ lần nhập số liệu năm 2025: 3 đơn vị trở về như trước." in said
    assert await told(house, "xom-05") == {"sessions": 7}
    assert await told(house, "xom-06") == {}
    assert await states(house) == [("draft", 0), ("draft", 0), ("submitted", 1)]
    assert await house.rows(FigureImport.state) == ["undone"]
    assert (await house.rows(AuditRow.action)).count("figures.undone") == 1
    await officer.says(WORDS)
    assert not any("Bỏ lần nhập" in label for label in officer.labels)


async def test_what_was_sent_over_it_is_named_and_stays(house: House, officer: Talk) -> None:
    await wrote(officer)
    await sent_itself(house, "xom-06", {"sessions": 99})
    said = await undoes(officer)
    assert "2 đơn vị trở về như trước." in said
    assert "Còn 1 đơn vị không bỏ được, vì sau đó có bản mới hơn: Xóm 6." in said
    assert await told(house, "xom-06") == {"sessions": 99}
    assert await told(house, "xom-05") == {}


async def test_an_import_over_an_import_goes_back_to_the_first(house: House, officer: Talk) -> None:
    await wrote(officer)
    await wrote(officer, ("", "Xóm 5", 20, 400))
    await officer.says(WORDS)
    await officer.presses("Bỏ lần nhập hôm nay")
    await officer.presses("Bỏ lần nhập này")
    assert await told(house, "xom-05") == {"sessions": 12, "attendances": 300}
    assert await states(house) == [("accepted", 1)] * 3


async def test_after_a_day_it_is_not_undone(house: House, officer: Talk) -> None:
    await wrote(officer)
    await officer.says(WORDS)
    await officer.presses("Bỏ lần nhập hôm nay")
    await officer.waits(hours=25)
    await officer.says("2")
    assert "không bỏ được nữa" in "\n".join(officer.heard[-2:])
    await officer.says(WORDS)
    assert not any("Bỏ lần nhập" in label for label in officer.labels)
    assert len(await states(house)) == 3


async def test_t41_figures_that_were_frozen_are_not_undone(house: House, officer: Talk) -> None:
    await wrote(officer)
    await froze(house)
    assert "đã chốt" in await undoes(officer)
    assert await told(house, "xom-05") == {"sessions": 12, "attendances": 300}


async def test_keeping_is_the_first_choice(house: House, officer: Talk) -> None:
    """U18."""
    await wrote(officer)
    await officer.says(WORDS)
    await officer.presses("Bỏ lần nhập hôm nay")
    assert officer.labels == ["Giữ nguyên", "Bỏ lần nhập này"]
    await officer.says("1")
    assert "vẫn giữ nguyên" in "\n".join(officer.heard[-2:])
    assert await told(house, "xom-05") == {"sessions": 12, "attendances": 300}


async def test_an_undone_figure_is_compared_with_no_more(house: House, officer: Talk) -> None:
    await wrote(officer)
    await undoes(officer)
    async with house.app.database.transaction() as tx:
        unit = await units.by_code(tx, "xom-05", on=house.clock.wall().date())
        assert unit is not None
        assert await reports.counted(tx, unit.id, "2025") is None
