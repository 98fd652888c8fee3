"""What others do while an officer reads a report: colleagues, the unit, chốt số liệu (T41, T42)."""

import asyncio
from datetime import timedelta

from handlers.reporting import place, service
from storage import units
from storage.tables import Freeze, ReportReview
from tests.handlers.receiving import (
    WHY,
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
from tests.handlers.test_reporting import SEND, head, reported
from tests.handlers.test_reports_sent import frozen_by
from tests.talk import House, Talk

# --- two officers --------------------------------------------------------------------------------


async def test_the_second_officer_hears_who_was_first(house: House, talk: Talk) -> None:
    await reported(await head(talk))
    lan, hoa = await officer(talk, "Chị Lan"), await officer(talk, "Anh Hòa")
    await opened(lan)
    await opened(hoa)
    await lan.presses("Tiếp nhận")
    await hoa.presses("Trả lại")
    await hoa.says(WHY)
    await hoa.presses("Gửi")
    assert "Chị Lan đã tiếp nhận báo cáo của Xóm 5 trước đó." in tail(hoa, 3)
    assert await verdicts_of(house) == [(1, "accepted", "")]
    assert not any("bổ sung" in one for one in talk.heard)


async def test_accepting_what_a_colleague_returned_is_told(house: House, talk: Talk) -> None:
    await reported(await head(talk))
    lan, hoa = await officer(talk, "Chị Lan"), await officer(talk, "Anh Hòa")
    await opened(hoa)
    await opened(lan)
    await lan.presses("Trả lại")
    await lan.says(WHY)
    await lan.presses("Gửi")
    await hoa.presses("Tiếp nhận")
    assert "Chị Lan đã đề nghị Xóm 5 bổ sung trước đó." in tail(hoa, 3)
    assert await states(house) == [("returned", 1)]


async def test_the_same_press_twice_is_one_verdict(house: House, talk: Talk) -> None:
    """T05."""
    await reported(await head(talk))
    her = await opened(await officer(talk))
    button = her.button("Tiếp nhận")
    for _ in range(2):
        await her.sends(kind="press", button=button)
    await house.settle()
    assert len(await house.rows(ReportReview.id)) == 1
    assert sum("đã tiếp nhận báo cáo năm 2026" in one for one in talk.heard) == 1


# --- the unit ------------------------------------------------------------------------------------


async def test_a_version_that_came_meanwhile_is_shown_before_anything(
    house: House, talk: Talk
) -> None:
    """T42: only what was shown is received."""
    await reported(await head(talk))
    her = await opened(await officer(talk))
    await talk.says("/baocao")
    await talk.presses("Sửa")
    await talk.says("dòng 2", "5", SEND)
    await her.presses("Tiếp nhận")
    assert "Xóm 5 vừa gửi bản khác" in tail(her, 4)
    assert "Số buổi học, tập huấn: 5 buổi" in tail(her, 3)
    assert await states(house) == [("submitted", 2)]
    await her.presses("Tiếp nhận")
    assert await verdicts_of(house) == [(2, "accepted", "")]


async def test_a_report_taken_back_meanwhile_is_told(house: House, talk: Talk) -> None:
    await reported(await head(talk))
    her = await opened(await officer(talk))
    await talk.presses("Rút lại")
    await talk.presses("Rút lại")
    await her.presses("Tiếp nhận")
    assert "vừa rút lại báo cáo này" in "\n".join(her.heard[-3:])
    assert await states(house) == [("draft", 0)]


async def test_taken_back_while_the_reason_is_written(house: House, talk: Talk) -> None:
    await reported(await head(talk))
    her = await opened(await officer(talk))
    await her.presses("Trả lại")
    await her.says(WHY)
    await talk.presses("Rút lại")
    await talk.presses("Rút lại")
    await her.presses("Gửi")
    assert "vừa rút lại báo cáo này" in "\n".join(her.heard[-3:])
    assert await verdicts_of(house) == []


async def test_after_a_correction_is_taken_back_the_older_version_stays_received(
    house: House, talk: Talk
) -> None:
    """A6, U9: what the office said of that version stands."""
    await reported(await head(talk))
    her = await opened(await officer(talk))
    await her.presses("Tiếp nhận")
    await talk.says("/baocao")
    await talk.presses("Sửa")
    await talk.says("dòng 2", "5", SEND)
    await opened(her)
    await talk.presses("Rút lại")
    await talk.presses("Rút lại")
    await her.presses("Tiếp nhận")
    assert "vừa gửi bản khác" in tail(her, 4)
    assert "đã tiếp nhận từ trước" in her.last
    assert "Tiếp nhận" not in her.labels
    assert await states(house) == [("accepted", 1)]


async def test_the_reason_is_offered_again_for_a_newer_version(house: House, talk: Talk) -> None:
    """U6: the unit was quicker, the officer's words are still there, and only for that unit."""
    long_why = "Số lượt dự chưa khớp với số buổi, xin xem lại cả danh sách"
    await reported(await head(talk))
    await has_sent(house, "xom-06", after=timedelta(hours=1))
    her = await opened(await officer(talk))
    await her.presses("Trả lại")
    await her.says(long_why)
    await talk.says("/baocao")
    await talk.presses("Sửa")
    await talk.says("dòng 2", "4", SEND)
    await her.presses("Gửi")
    assert f"chưa gửi đi: {long_why}" in tail(her, 5)
    assert "vừa gửi bản khác" in tail(her, 5)
    assert await verdicts_of(house) == []
    await her.presses("Trả lại")
    assert f"Đơn vị sẽ đọc: {long_why}" in her.last
    await her.presses("Gửi")
    assert await verdicts_of(house) == [(2, "returned", long_why)]
    assert "Xử lý báo cáo của Xóm 6" in her.last
    await her.presses("Trả lại")
    assert her.last.startswith("Xóm 6 cần bổ sung điều gì?")


# --- chốt số liệu --------------------------------------------------------------------------------


async def test_nothing_is_received_or_returned_once_frozen(house: House, talk: Talk) -> None:
    """T41: the snapshot stays what it was."""
    await reported(await head(talk))
    lan, hoa = await officer(talk, "Chị Lan"), await officer(talk, "Anh Hòa")
    await opened(lan)
    await opened(hoa)
    await hoa.presses("Trả lại")
    await hoa.says(WHY)
    await frozen_by(await officer(talk, "Chị Ba"))
    await lan.presses("Tiếp nhận")
    assert "Số liệu vừa được chốt" in tail(lan, 2)
    await hoa.presses("Gửi")
    assert "Số liệu vừa được chốt" in tail(hoa, 2)
    assert await states(house) == [("submitted", 1)]
    assert await verdicts_of(house) == []


async def test_frozen_between_the_preview_and_receiving_all(house: House, talk: Talk) -> None:
    her = await officer(talk)
    await has_sent(house, "xom-05")
    await has_sent(house, "xom-06")
    await her.says("/duyet")
    await her.presses("Tiếp nhận 2")
    await frozen_by(await officer(talk, "Chị Ba"))
    await her.presses("Tiếp nhận cả")
    assert await verdicts_of(house) == []


# --- at the very same moment (both engines) ------------------------------------------------------


async def test_of_two_at_one_moment_one_decides(house: House, talk: Talk) -> None:
    """Style b6: the database decides."""
    lan, hoa = await officer(talk, "Chị Lan"), await officer(talk, "Anh Hòa")
    codes = [f"xom-0{number}" for number in range(1, 9) if number != 3]
    for code in codes:
        await has_sent(house, code)
        shown = await shown_now(house, code)
        came = await asyncio.gather(
            judged(house, await lan.actor(), shown),
            judged(house, await hoa.actor(), shown, reason=WHY),
        )
        assert sorted(came) == ["Judged", "done"]
    assert len(await house.rows(ReportReview.id)) == len(codes)


async def test_of_freezing_and_receiving_at_one_moment_the_snapshot_is_true(
    house: House, talk: Talk
) -> None:
    """T41: what was returned is in no snapshot, what is in it was not returned."""
    lan, hoa = await officer(talk, "Chị Lan"), await officer(talk, "Anh Hòa")
    await has_sent(house)
    shown = await shown_now(house)
    by = await hoa.actor()

    async def freeze() -> None:
        async with house.app.database.transaction() as tx:
            await service.freeze(tx, shown.commune_id, "2026", by=by, now=house.clock.wall())

    came, _ = await asyncio.gather(
        judged(house, await lan.actor(), shown, reason=WHY),
        freeze(),
    )
    [snapshot] = await house.rows(Freeze.snapshot)
    assert (came, len(snapshot)) in (("done", 0), ("Frozen", 1))


async def test_of_receiving_and_taking_back_at_one_moment_only_one_is(
    house: House, talk: Talk
) -> None:
    """U9: what was received is not taken back, what was taken back is not received."""
    her = await officer(talk)
    await reported(await head(talk))
    shown, by, unit = await shown_now(house), await her.actor(), await unit_of(house, "xom-05")
    whose = await talk.actor()

    async def taken_back() -> str:
        try:
            async with house.app.database.transaction() as tx:
                today = house.clock.wall().date()
                known = await units.listed(tx, on=today)
                there = await place.find(tx, unit, "2026", known=known, today=today)
                assert there is not None
                await service.withdraw(tx, there, number=1, by=whose, now=house.clock.wall())
        except service.TooLate:
            return "TooLate"
        return "done"

    came = await asyncio.gather(judged(house, by, shown), taken_back())
    assert list(came) in (["done", "TooLate"], ["Withdrawn", "done"])
