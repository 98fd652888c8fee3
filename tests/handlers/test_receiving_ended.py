"""Reports of units that are no more, and who is named before figures are frozen (issue 7)."""

import pytest

from handlers.office.receiving import verdicts
from tests.handlers.chasing import an_officer, answers, ends_on, returns_one, since
from tests.handlers.receiving import (
    WHY,
    counted,
    has_sent,
    opened,
    shown_now,
    states,
    tail,
)
from tests.handlers.test_reporting import head, reported
from tests.talk import House, Talk


async def before_freezing(officer: Talk) -> str:
    """What is said to be open still."""
    await officer.says("/duyet")
    return await answers(officer, "Chốt số liệu")


async def test_the_report_of_a_unit_that_ended_cannot_be_returned(house: House, talk: Talk) -> None:
    """Nobody can send it again, and its figures would vanish from totals and lists unsaid."""
    officer = await an_officer(talk)
    await has_sent(house, "xom-05")
    await ends_on(house, "xom-05", "2026-11-22")
    await opened(officer)
    assert officer.labels == ["Tiếp nhận", "Bỏ qua, xem báo cáo sau", "Dừng duyệt"]
    assert "không còn ai gửi lại được" in tail(officer, 2)
    await officer.presses("Tiếp nhận")
    assert await counted(house) == ["xom-05"]


async def test_a_unit_that_ends_while_the_reason_is_written_keeps_its_report(
    house: House, talk: Talk
) -> None:
    """T41: asked again in the moment it is written; what was typed is said once more (U6)."""
    officer = await an_officer(talk)
    await has_sent(house, "xom-05")
    await opened(officer)
    await officer.presses("Trả lại")
    await officer.says(WHY)
    await ends_on(house, "xom-05", "2026-11-22")
    before = len(officer.heard)
    await officer.presses("Gửi")
    assert f"chưa gửi đi: {WHY}" in since(officer, before)
    assert "không còn ai gửi lại được" in since(officer, before)
    assert "Trả lại kèm lý do" not in officer.labels
    assert await states(house) == [("submitted", 1)]


async def test_the_rules_refuse_it_too(house: House, talk: Talk) -> None:
    """T41: whoever calls."""
    officer = await an_officer(talk)
    await has_sent(house, "xom-05")
    shown = await shown_now(house)
    await ends_on(house, "xom-05", "2026-11-22")
    actor = await officer.actor()
    async with house.app.database.transaction() as tx:
        with pytest.raises(verdicts.Ended):
            await verdicts.give_back(tx, shown, reason=WHY, by=actor, now=house.clock.wall())
    assert await states(house) == [("submitted", 1)]


async def test_before_freezing_a_waiting_report_of_an_ended_unit_is_named(
    house: House, talk: Talk
) -> None:
    """A merged hamlet's report is in the queue and counts: "Chờ duyệt" names it."""
    officer = await an_officer(talk)
    await has_sent(house, "xom-05")
    await ends_on(house, "xom-05", "2026-11-22")
    said = await before_freezing(officer)
    assert "- Chờ duyệt, bắt buộc (1), vẫn được tính: Xóm 5" in said


async def test_before_freezing_a_returned_report_of_an_ended_unit_is_named(
    house: House, talk: Talk
) -> None:
    """It was returned while the unit lived; now it is in no total, and somebody must know."""
    await reported(await head(talk))
    officer = await an_officer(talk)
    await returns_one(officer)
    await ends_on(house, "xom-05", "2026-11-22")
    said = await before_freezing(officer)
    assert "- Đang bổ sung, bắt buộc (1), không được tính: Xóm 5" in said


async def test_before_freezing_a_business_is_not_among_who_owes(talk: Talk) -> None:
    """Design §5: businesses send of their own will; an invitation not answered is no debt."""
    said = await before_freezing(await an_officer(talk))
    assert "Chưa nộp, bắt buộc" in said
    assert "Chưa nộp, tự nguyện" not in said
