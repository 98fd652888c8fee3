"""Files of a report: figures that are frozen, long keys, one's own data (P4, T13, T41, A3)."""

from typing import Any

import pytest

from handlers.reporting import evidence
from handlers.reporting.forms import built_in
from storage import report_files, report_forms, units
from storage.tables import FileLink, Person, ReportFile
from tests.conftest import MakeHouse
from tests.handlers.reports import with_a_page
from tests.handlers.test_report_sheets import hands_in
from tests.handlers.test_reporting import ALL, GUIDED, head
from tests.handlers.test_reports_sent import frozen_by
from tests.talk import House, Talk

LONG = "photos_of_the_opening_day_in_the_village"


@pytest.fixture
async def house(a_house: MakeHouse) -> House:
    return await with_a_page(a_house)


async def gives(talk: Talk, content: bytes = b"1") -> None:
    await hands_in(talk, b"%PDF-1.7 " + content, name="anh.pdf", kind="application/pdf")


async def reported_with_file(talk: Talk) -> Talk:
    """A head who handed in evidence and sent the report."""
    await (await head(talk)).says(*GUIDED, *ALL, "3")
    for _ in range(6):
        if "Minh chứng" in "\n".join(talk.labels):
            break
        await talk.presses("Mục khác")
    await talk.presses("Minh chứng")
    await gives(talk)
    await talk.presses("Xong", "Gửi")
    return talk


async def test_t41_of_frozen_figures_no_evidence_is_taken_out_and_the_scan_still_comes(
    house: House, talk: Talk
) -> None:
    officer = await talk.somebody("Cán bộ", role="officer")
    await reported_with_file(talk)
    await talk.presses("Gửi bản đã ký")
    await frozen_by(officer)
    [number] = await house.rows(ReportFile.id)
    assert not await _takes_out(talk, number)
    await gives(talk, b"scan")
    assert sorted(await house.rows(ReportFile.field)) == ["evidence", "scan"]
    async with house.app.database.transaction() as tx:
        assert await report_files.find(tx, number) is not None


async def _takes_out(talk: Talk, number: int) -> bool:
    """As a step of the report would."""
    actor = await talk.actor()
    async with talk.app.database.transaction() as tx:
        turn: Any = type("T", (), {"tx": tx, "actor": actor, "now": talk.house.clock.wall()})
        return await evidence.take_out(turn, number)


async def test_a_field_with_a_long_key_gets_its_evidence(house: House, talk: Talk) -> None:
    """An officer's form may name its fields with 40 letters."""
    form = built_in()["xom"]
    fields = [
        one.model_copy(update={"key": LONG}) if one.key == "evidence" else one
        for one in form.fields
    ]
    await head(talk)
    async with house.app.database.transaction() as tx:
        [commune, *_] = await units.communes(tx, on=house.clock.wall().date())
        made = form.model_copy(update={"version": 2, "fields": tuple(fields)})
        await report_forms.add(
            tx,
            commune.id,
            "xom",
            version=2,
            definition=made.model_dump(mode="json"),
            by=(await house.rows(Person.id))[0],
            now=house.clock.wall(),
        )
    await reported_with_file(talk)
    assert all(len(one) <= 40 for one in await house.rows(FileLink.purpose))
    assert await house.rows(ReportFile.field) == [LONG]


# --- one's own data ------------------------------------------------------------------------------


async def test_p4_drafts_reports_and_files_are_seen_and_can_be_taken_away(talk: Talk) -> None:
    await reported_with_file(talk)
    await talk.says("/baocao")
    await talk.presses("Sửa")
    await talk.says("dòng 2", "5")
    for way in ("1", "3"):
        before = len(talk.heard)
        await talk.says("/dulieu", way)
        said = "\n".join(talk.heard[before:])
        assert "Nháp báo cáo đang giữ, ngày sửa cuối:\nXóm 5, năm 2026: 22/11/2026" in said
        assert "Báo cáo đã gửi:\nXóm 5, năm 2026, lần 1: 22/11/2026" in said
        assert "Tệp đã gửi kèm báo cáo:\nXóm 5, năm 2026: anh.pdf, 22/11/2026" in said


async def test_p4_a_report_that_was_taken_back_is_marked_so(talk: Talk) -> None:
    await (await head(talk)).says(*GUIDED, *ALL)
    await talk.presses("Gửi", "Rút lại")
    await talk.says("2", "/dulieu", "1")
    assert "Xóm 5, năm 2026, lần 1: 22/11/2026 (đã rút lại)" in "\n".join(talk.heard)


async def test_t13_nobody_elses_reports_are_among_ones_own_data(talk: Talk) -> None:
    other = await talk.somebody("Chị Hai", role="reporter", unit="xom-05")
    await reported_with_file(talk)
    before = len(other.heard)
    await other.says("/dulieu", "1")
    assert "Báo cáo đã gửi" not in "\n".join(other.heard[before:])


# --- an officer of two communes ------------------------------------------------------------------


async def test_a3_of_two_communes_the_chosen_ones_form_goes_out(house: House, talk: Talk) -> None:
    new = units.NewUnit("xa-hai", "Xã Hai", "xa hai", "xa", "", "none", None, None, ())
    async with house.app.database.transaction() as tx:
        await units.import_all(tx, [new], on=house.clock.wall().date())
        hai = await units.by_code(tx, "xa-hai", on=house.clock.wall().date())
    assert hai is not None
    await (await talk.holds("officer")).holds("officer", "xa-hai")
    await talk.says("sửa biểu báo cáo")
    await talk.presses("Báo cáo của xóm", "Xã Hai")
    assert await house.rows(FileLink.purpose) == [f"form_edit:{hai.id}:xom"]
    await house.make_all()
    assert "Báo cáo của xóm - Xã Hai" in "\n".join(talk.heard)
