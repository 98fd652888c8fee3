"""Who may receive reports, and what is typed by mistake or in bad faith (T12, T13, N12)."""

from datetime import timedelta

import pytest

from handlers.office.receiving import verdicts
from handlers.office.receiving.verdicts import Shown
from storage.tables import AuditRow
from tests.handlers.communes import second_commune
from tests.handlers.receiving import (
    WHY,
    has_file,
    has_sent,
    judged,
    officer,
    opened,
    shown_now,
    states,
    tail,
    unit_of,
    verdicts_of,
)
from tests.handlers.test_reporting import head, reported
from tests.talk import House, Talk

# --- rights --------------------------------------------------------------------------------------


async def test_whose_right_ended_meanwhile_receives_nothing(house: House, talk: Talk) -> None:
    """T13, T14, T41."""
    await reported(await head(talk))
    admin = await talk.somebody("Quản trị", role="admin")
    her = await opened(await officer(talk))
    await admin.says("/quantri", "1")
    await admin.presses("Chị Lan")
    await admin.types("Thu hồi")
    await her.says("1")
    assert await states(house) == [("submitted", 1)]
    await her.says("/duyet")
    assert "Báo cáo năm 2026" not in her.last


async def test_whose_right_is_left_for_another_commune_only(house: House, talk: Talk) -> None:
    """T13, T41: the flow is still open to this person, the report is not."""
    await second_commune(house, "xa-hai", "Xã Hai", hamlet="xom-99")
    await reported(await head(talk))
    admin = await talk.somebody("Quản trị", role="admin")
    her = await opened(await officer(talk))
    await admin.says("/quantri", "1")
    await admin.presses("Chị Lan")
    await admin.types("Thu hồi")
    await her.holds("officer", "xa-hai")
    shown, by = await shown_now(house), await her.actor()
    assert await judged(house, by, shown) == "Denied"
    await her.says("/duyet xóm 5")
    assert "chưa tìm thấy nơi này" in tail(her, 2)
    assert await states(house) == [("submitted", 1)]


async def test_another_communes_report_is_as_if_it_were_not(house: House, talk: Talk) -> None:
    """T13."""
    await second_commune(house, "xa-hai", "Xã Hai", hamlet="xom-99")
    far = await talk.somebody("Cán bộ Hai", role="officer", unit="xa-hai")
    await has_sent(house, "xom-05")
    await has_file(house, "xom-05", "scan", "ban-ky.pdf")
    await far.says("/duyet")
    assert "Bắt buộc: đã nộp 0/1." in far.last
    assert "Duyệt lần lượt (1)" not in far.labels
    await far.says("/duyet xóm 5")
    assert "chưa tìm thấy nơi này" in tail(far, 2)


async def test_a_report_under_another_communes_name_is_not_received(
    house: House, talk: Talk
) -> None:
    """T13: the commune of the press does not lend its right to a report of another."""
    await second_commune(house, "xa-hai", "Xã Hai", hamlet="xom-99")
    far = await talk.somebody("Cán bộ Hai", role="officer", unit="xa-hai")
    await has_sent(house, "xom-05")
    hai = await unit_of(house, "xa-hai")
    shown, by = Shown(hai.id, "2026", (await shown_now(house)).report_id, 1), await far.actor()
    assert await judged(house, by, shown) == "Denied"
    async with house.app.database.transaction() as tx:
        assert await verdicts.accept_all(tx, [shown], by=by, now=house.clock.wall()) == []
    assert await verdicts_of(house) == []


@pytest.mark.parametrize("role", ["head", "helper", "leader", ""])
async def test_only_the_office_receives(house: House, talk: Talk, role: str) -> None:
    """T12: whoever is not allowed is answered as if there were no such command."""
    other = await talk.somebody("Ai Đó")
    if role:
        await other.holds(role, "xom-06" if role != "leader" else "")
    await other.says("/duyet", "/duyet xóm 5")
    assert not any("đã nộp" in one for one in other.heard)


async def test_an_admin_receives_as_well(house: House, talk: Talk) -> None:
    await reported(await head(talk))
    admin = await talk.somebody("Quản trị", role="admin")
    await opened(admin)
    await admin.presses("Tiếp nhận")
    assert await states(house) == [("accepted", 1)]


async def test_a_unit_whose_right_ended_cannot_use_the_old_notice(house: House, talk: Talk) -> None:
    """T13, T14: the button of a notice asks for the right again."""
    await reported(await head(talk))
    await talk.holds("head", "xom-06")
    admin = await talk.somebody("Quản trị", role="admin")
    her = await opened(await officer(talk))
    await her.presses("Trả lại")
    await her.says(WHY)
    await her.presses("Gửi")
    await admin.says("/quantri", "1")
    await admin.presses("Xóm 5")
    await admin.types("Thu hồi")
    mark = len(talk.heard)
    await talk.presses("Bổ sung ngay")
    assert not any("Xóm 5" in one and "Mã:" in one for one in talk.heard[mark:])


# --- clumsy and hostile --------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["tiep nhan", "1", "Tiếp nhận ạ", "số 1"])
async def test_the_word_and_the_number_do_the_same(house: House, talk: Talk, typed: str) -> None:
    """U3."""
    her = await officer(talk)
    await has_sent(house)
    await opened(her)
    await her.says(typed)
    assert await states(house) == [("accepted", 1)]


@pytest.mark.parametrize("typed", ["tiếp nhậm", "ừ", "ok", "được", "9", "x" * 5_000, "👍"])
async def test_nothing_unclear_is_taken_for_a_verdict(house: House, talk: Talk, typed: str) -> None:
    """N12: receiving needs an exact word or a press."""
    her = await officer(talk)
    await has_sent(house)
    await opened(her)
    await her.says(typed)
    assert await states(house) == [("submitted", 1)]


async def test_a_restart_after_every_step_changes_nothing(house: House, talk: Talk) -> None:
    await reported(await head(talk))
    her = await officer(talk)
    for said in ("/duyet", "1", "2", WHY, "1"):
        await her.says(said)
        await her.restart()
    assert await verdicts_of(house) == [(1, "returned", WHY)]


async def test_back_from_the_reason_is_the_report(house: House, talk: Talk) -> None:
    """U6: the way out that the question names."""
    her = await officer(talk)
    await has_sent(house)
    await opened(her)
    await her.presses("Trả lại")
    await her.says("quay lại")
    assert "Xử lý báo cáo của Xóm 5" in her.last
    await her.says("1")
    assert await states(house) == [("accepted", 1)]


async def test_what_waits_of_the_year_before_can_still_be_received(
    house: House, talk: Talk
) -> None:
    """In February a new year is open; a report of the old one waits all the same."""
    her = await officer(talk)
    await has_sent(house, period="2025")
    await her.says("/duyet")
    await her.presses("năm 2025")
    await her.presses("Duyệt lần lượt", "Tiếp nhận")
    assert await states(house) == [("accepted", 1)]


async def test_acts_stand_in_the_record_with_numbers_only(house: House, talk: Talk) -> None:
    """A5."""
    await reported(await head(talk))
    her = await opened(await officer(talk))
    await her.presses("Trả lại")
    await her.says(WHY)
    await her.presses("Gửi")
    rows = await house.rows(
        AuditRow.role, AuditRow.object, AuditRow.after, where=AuditRow.action == "report.returned"
    )
    assert [(role, about) for role, about, _ in rows] == [("officer", "report:1")]
    assert WHY not in str(rows)


async def test_a_year_and_a_day_later_nothing_of_it_breaks(house: House, talk: Talk) -> None:
    """A spot of an older release, or of a period that is none, is no crash."""
    her = await officer(talk)
    await has_sent(house, after=timedelta(days=-1))
    await opened(her)
    await her.says("quay lại", "quay lại", "1", "4", "1", "trang đầu")
    assert await states(house) == [("submitted", 1)]
