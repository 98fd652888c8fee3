"""Evidence and workbooks, one's own data, two communes, two processes (T14, T32, T41, P4)."""

import asyncio
import re
from datetime import date

import pytest

from storage import report_files, units
from storage.database import Conflict, Database
from storage.tables import (
    ReportFile,
)
from tests.conftest import MakeHouse
from tests.handlers.reports import PDF, adds, linked, parted, with_a_page
from tests.handlers.test_report_sheets import HAMLET, changed, fill, hands_in, sheet_of
from tests.handlers.test_reporting import ALL, GUIDED, SEND, head, sent_versions
from tests.handlers.test_reports_sent import frozen_by
from tests.talk import House, Talk


@pytest.fixture
async def house(a_house: MakeHouse) -> House:
    return await with_a_page(a_house)


# --- files ---------------------------------------------------------------------------------------


async def gives(talk: Talk, content: bytes) -> None:
    await hands_in(talk, b"%PDF-1.7 " + content, name="minh-chung.pdf", kind=PDF)


async def test_t42_evidence_that_came_after_the_summary_is_shown_before_it_is_sent(
    house: House, talk: Talk
) -> None:
    """T42: exactly what was shown is sent; a file given on the page is not in the summary."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await adds(talk, "Minh chứng")
    await talk.presses("Xong")
    await gives(talk, b"1")
    assert len(await house.rows(ReportFile.id)) == 1
    await talk.presses("Gửi")
    shown = "\n".join(talk.heard)
    assert await sent_versions(house) == [] or "1 tệp" in shown


async def test_evidence_given_after_sending_is_in_what_counts(house: House, talk: Talk) -> None:
    """Issue 6 item 4: "Đã nhận" is said, and the report that counts never has the file."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await adds(talk, "Minh chứng")
    await talk.presses("Xong")
    await talk.presses("Gửi")
    await gives(talk, b"1")
    assert len(await house.rows(ReportFile.id)) == 1
    await talk.says("/baocao")
    await talk.presses("Xem")
    assert "1 tệp" in "\n".join(talk.heard[-3:])


async def test_t41_no_evidence_is_taken_once_the_figures_are_frozen(
    house: House, talk: Talk
) -> None:
    """T41: "from then on nothing changes, until an officer reopens it" (`Freeze`)."""
    officer = await talk.somebody("Cán bộ", role="officer")
    await (await head(talk)).says(*GUIDED, *ALL)
    await adds(talk, "Minh chứng")
    await talk.presses("Xong")
    await talk.presses("Gửi")
    await frozen_by(officer)
    await gives(talk, b"1")
    assert await house.rows(ReportFile.id) == []


async def test_evidence_that_was_taken_out_is_in_no_correction(house: House, talk: Talk) -> None:
    """T42: with all files out, their ids of the version before are sent again."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await adds(talk, "Minh chứng")
    await gives(talk, b"1")
    await talk.presses("Xong")
    await talk.presses("Gửi")
    [number] = await house.rows(ReportFile.id)
    async with house.app.database.transaction() as tx:
        assert await report_files.remove(tx, number, now=house.clock.wall())
    await talk.says("/baocao")
    await talk.presses("Sửa")
    assert "1 tệp" not in "\n".join(talk.heard[-2:])


async def test_u7_the_last_line_is_counted_with_the_evidence(house: House, talk: Talk) -> None:
    """U7: nine lines are shown, "từ 1 đến 8" is asked for."""
    await (await head(talk)).says(*GUIDED, *ALL)
    await adds(talk, "Minh chứng")
    await gives(talk, b"1")
    await talk.presses("Xong")
    assert "(9) Minh chứng" in "\n".join(talk.heard[-2:])
    await talk.presses("Sửa")
    assert "từ 1 đến 9" in talk.last


async def test_t32_cells_that_were_not_read_are_named_whatever_is_being_asked(
    house: House, talk: Talk
) -> None:
    """T32, U5: with another question open, wrong cells and refused figures are said nowhere."""
    await (await head(talk)).says("/baocao")
    await talk.presses("Điền tệp Excel")
    await house.make_all()
    await talk.says("/ghi")
    wrong = {**HAMLET, "sessions": "nhiều", "team_members": 500}
    await hands_in(talk, changed(sheet_of(house), fill(wrong)))
    said = "\n".join(talk.heard)
    assert "“nhiều”" in said
    assert "nhiều nhất là 100" in said


# --- one's own data, two communes, two processes -------------------------------------------------


async def test_p4_drafts_and_reports_that_were_sent_are_among_ones_own_data(talk: Talk) -> None:
    """P4: what is stored about a person is seen: notes in a draft, reports under one's name."""
    await (await head(talk)).says(*GUIDED, *ALL, SEND)
    await talk.says("/baocao")
    await talk.presses("Sửa")
    before = len(talk.heard)
    await talk.says("/dulieu", "1")
    assert "báo cáo" in "\n".join(talk.heard[before:]).lower()


async def _second_commune(house: House) -> None:
    new = units.NewUnit("xa-hai", "Xã Hai", "xa hai", "xa", "", "none", None, None, ())
    async with house.app.database.transaction() as tx:
        today = house.clock.wall().date()
        await units.import_all(tx, [new], on=today)


async def test_a3_an_officer_of_two_communes_chooses_whose_form_is_changed(
    house: House, talk: Talk
) -> None:
    """A3: the form of the commune whose role came first is changed, without a word of which."""
    await _second_commune(house)
    await talk.holds("officer", "xa-hai")
    await talk.holds("officer")
    await talk.says("sửa biểu báo cáo")
    await talk.presses("Báo cáo của xóm")
    said = "\n".join(talk.heard[-3:])
    assert "Xã Hai" in said or "Giao Minh" in said


async def test_t14_a_code_of_whoever_is_somebody_else_by_now_takes_no_duty_away(
    house: House, talk: Talk
) -> None:
    """T14, T18, A4: made on a linked app, alive after the two were found to be two humans."""
    await talk.enrolled()
    other = await linked(talk)
    await other.holds("head", "xom-05")
    await talk.says("bàn giao")
    await talk.presses("Bàn giao")
    codes = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2}", "\n".join(talk.heard))
    await parted(house)
    third = await talk.somebody("Chị Sáu")
    await third.says(codes[-1], "1")
    assert (await other.actor()).has_role("head")


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
async def test_r4_two_uploads_for_one_unit_do_not_lock_each_other_out(database: Database) -> None:
    """R4, R6: FOR UPDATE waits for every row that points at the unit; SQLite has us alone."""
    async with database.transaction() as tx:
        await units.import_all(
            tx,
            [units.NewUnit("xom-1", "Xóm 1", "xom 1", "xom", "", "none", None, None, ())],
            on=date(2026, 1, 1),
        )
    barrier, conflicts = asyncio.Barrier(2), 0

    async def one(code: str) -> None:
        nonlocal conflicts
        try:
            async with database.transaction() as tx:
                new = [units.NewUnit(code, code, code, "xom", "xom-1", "none", None, None, ())]
                await units.import_all(tx, new, on=date(2026, 1, 1))
                await barrier.wait()
                await report_files.hold(tx, 1)
        except Conflict:
            conflicts += 1

    await asyncio.gather(one("a"), one("b"))
    assert conflicts == 0
