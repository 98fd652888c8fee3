"""The life of a report: late, corrected, taken back, two reporters, chốt số liệu (T19, T41, U9)."""

import io
from datetime import timedelta
from typing import Any

import pytest
from docx import Document

from storage.tables import AuditRow, Freeze, Report, ReportDraft, ReportVersion
from tests.handlers.test_reporting import ALL, GUIDED, SEND, head, reported, sent_versions, values
from tests.talk import House, Talk, in_demo_days


async def counted(house: House) -> list[tuple[str, int]]:
    return await house.rows(Report.state, Report.version)


async def _until(house: House, month: int, day: int) -> None:
    """Move the house to 08:00 of that day of 2026, or of January 2027."""
    now = house.clock.wall()
    there = now.replace(month=month, day=day, year=2026 if month > 1 else 2027)
    await in_demo_days(house, (there - now) // timedelta(days=1))


# --- on time and late ----------------------------------------------------------------------------


async def test_the_last_day_is_on_time_and_the_next_is_late(house: House, talk: Talk) -> None:
    """Design §5: "trước ngày 15/12" is on time until the end of the 14th; late is only a mark."""
    other = await talk.somebody("Trưởng Xóm 6", role="head", unit="xom-06")
    await head(talk)
    await _until(house, 12, 14)
    await reported(talk)
    assert "sau hạn" not in talk.last
    await _until(house, 12, 15)
    await reported(other)
    assert "Nhận sau hạn thứ Hai 14/12/2026" in other.last
    assert sorted(late for *_, late in await sent_versions(house)) == [False, True]


async def test_in_january_the_report_of_the_year_before_is_still_asked(
    house: House, talk: Talk
) -> None:
    await head(talk)
    await _until(house, 1, 20)
    await talk.says("/baocao")
    assert "Báo cáo năm 2026 của Xóm 5" in talk.heard[-2]


# --- correcting ----------------------------------------------------------------------------------


async def test_a_correction_is_a_version_and_keeps_the_old_one(house: House, talk: Talk) -> None:
    """A6."""
    await reported(await head(talk))
    await talk.says("/baocao")
    assert "Mã: BC2026-1.1" in talk.last
    await talk.presses("Sửa")
    await talk.says("dòng 2", "5", SEND)
    assert "đã nhận bản sửa báo cáo năm 2026" in talk.last
    assert "Mã: BC2026-1.2" in talk.last
    first, second = await sent_versions(house)
    assert (values(first[1])["sessions"], values(second[1])["sessions"]) == (3, 5)  # type: ignore[arg-type]
    assert await counted(house) == [("submitted", 2)]


async def test_what_was_sent_can_be_looked_at(talk: Talk) -> None:
    await reported(await head(talk))
    await talk.says("/baocao")
    await talk.presses("Xem")
    assert "(2) Số buổi học, tập huấn: 3 buổi" in "\n".join(talk.heard[-3:])


async def test_the_units_own_letter_comes_as_word(house: House, talk: Talk) -> None:
    """Issue 6 item 6: what was sent, to sign and stamp."""
    await reported(await head(talk))
    await talk.presses("Tệp Word để ký")
    made = await house.make_all()
    letter = Document(io.BytesIO(made[-1].content))
    words = "\n".join(paragraph.text for paragraph in letter.paragraphs)
    assert "BÁO CÁO" in words
    assert "UBND xã Giao Minh (qua Phòng Văn hóa - Xã hội)" in words
    assert "nhiều cụ chưa có điện thoại" in words.lower()
    assert any("xin in ra, ký" in one for one in talk.heard)


# --- taking it back (U9) -------------------------------------------------------------------------


async def test_within_ten_minutes_it_can_be_taken_back(house: House, talk: Talk) -> None:
    """U9, U18: the consequence is said, the safe choice is the first, the draft is there again."""
    await reported(await head(talk))
    await talk.waits(minutes=9)
    await talk.presses("Rút lại")
    assert talk.labels == ["Giữ lại", "Rút lại"]
    await talk.says("2")
    assert await counted(house) == [("draft", 0)]
    await talk.says("/baocao")
    assert "còn dở, đã xong 8/8 câu" in talk.last
    await talk.presses("Xem lại")
    await talk.says(SEND)
    assert "BC2026-1.2" in talk.last


async def test_after_ten_minutes_it_cannot(house: House, talk: Talk) -> None:
    await reported(await head(talk))
    await talk.presses("Rút lại")
    await talk.waits(minutes=11)
    await talk.says("2")
    assert "Đã quá 10 phút" in "\n".join(talk.heard[-2:])
    assert await counted(house) == [("submitted", 1)]


async def test_a_correction_taken_back_lets_the_older_version_count(
    house: House, talk: Talk
) -> None:
    await reported(await head(talk))
    await talk.waits(days=1)
    await talk.says("/baocao")
    await talk.presses("Sửa")
    await talk.says("dòng 2", "5", SEND)
    await talk.presses("Rút lại")
    await talk.says("2")
    assert await counted(house) == [("submitted", 1)]


# --- two reporters at once -----------------------------------------------------------------------


async def test_two_reporters_see_both_values_side_by_side(house: House, talk: Talk) -> None:
    """T19: never summed, never overwritten silently."""
    other = await talk.somebody("Chị Hai", role="reporter", unit="xom-05")
    await (await head(talk)).says(*GUIDED, *ALL)
    await other.says("/baocao")
    assert "cũng đang làm báo cáo này" in "\n".join(other.heard)
    await other.says("1", "1", "4", *ALL[2:], SEND)
    assert "Nơi đây không phải gửi lại" in talk.last
    await talk.presses("Gửi")
    shown = talk.heard[-2]
    assert "Số buổi học, tập huấn: đã gửi 4 buổi, bản này 3 buổi" in shown
    assert "Lượt người" not in shown
    assert talk.labels == ["Giữ bản đã gửi", "Thay bằng bản này", "Để sau"]
    await talk.presses("Thay bằng bản này")
    await talk.presses("Gửi")
    assert "bản sửa" in talk.last
    assert [values(one[1])["sessions"] for one in await sent_versions(house)] == [4, 3]  # type: ignore[arg-type]


async def test_keeping_what_the_other_sent_drops_the_own_draft(house: House, talk: Talk) -> None:
    other = await talk.somebody("Chị Hai", role="reporter", unit="xom-05")
    await (await head(talk)).says(*GUIDED, *ALL)
    await other.says("/baocao", "1", "1", "4", *ALL[2:], SEND)
    await talk.presses("Gửi", "Giữ bản đã gửi")
    assert len(await sent_versions(house)) == 1
    assert await house.rows(ReportDraft.id) == []


async def test_a_second_press_of_send_sends_nothing_again(house: House, talk: Talk) -> None:
    """T05: the same press twice is one report."""
    await (await head(talk)).says(*GUIDED, *ALL)
    button = talk.button("Gửi")
    for _ in range(2):
        await talk.sends(kind="press", button=button)
    await house.settle()
    assert len(await sent_versions(house)) == 1


# --- authority at the moment of the write --------------------------------------------------------


async def test_a_role_that_ended_before_sending_sends_nothing(house: House, talk: Talk) -> None:
    """T41, A3: the draft is kept."""
    officer = await talk.somebody("Cán bộ", role="admin")
    await (await head(talk)).says(*GUIDED, *ALL)
    await officer.says("/quantri", "1")
    await officer.presses("Xóm 5")
    await officer.types("Thu hồi")
    await talk.says("1")
    assert await sent_versions(house) == []
    assert len(await house.rows(ReportDraft.id)) == 1


# --- chốt số liệu, mở lại ------------------------------------------------------------------------


async def frozen_by(officer: Talk) -> None:
    await officer.says("/duyet")
    await officer.presses("Chốt số liệu", "Chốt số liệu")
    assert "Đã chốt số liệu năm 2026" in "\n".join(officer.heard[-3:])


async def test_after_freezing_nothing_is_sent_and_the_draft_is_kept(
    house: House, talk: Talk
) -> None:
    """T41: refused kindly, the office is told."""
    officer = await talk.somebody("Cán bộ", role="officer")
    await (await head(talk)).says(*GUIDED, *ALL)
    await frozen_by(officer)
    await talk.presses("Gửi")
    assert "Xã đã chốt số liệu năm 2026 nên báo cáo chưa gửi được. Nháp vẫn giữ" in (
        "\n".join(talk.heard[-3:])
    )
    assert any("muốn gửi hoặc sửa báo cáo năm 2026" in one for one in officer.heard)
    assert await sent_versions(house) == []
    assert len(await house.rows(ReportDraft.id)) == 1


async def test_reopened_with_a_reason_it_goes_on(house: House, talk: Talk) -> None:
    """A6."""
    officer = await talk.somebody("Cán bộ", role="officer")
    await (await head(talk)).says(*GUIDED, *ALL)
    await frozen_by(officer)
    await officer.says("/duyet")
    await officer.presses("Mở lại")
    await officer.says("ok")
    assert "Lý do cần từ 5" in "\n".join(officer.heard[-2:])
    await officer.says("Xóm 5 chưa kịp gửi")
    await talk.says("/baocao")
    await talk.presses("Xem lại", "Gửi")
    assert len(await sent_versions(house)) == 1
    [reason] = await house.rows(Freeze.reason)
    assert reason == "Xóm 5 chưa kịp gửi"
    assert {"period.frozen", "period.reopened"} <= set(await house.rows(AuditRow.action))


async def test_a_frozen_report_can_be_looked_at_and_not_changed(house: House, talk: Talk) -> None:
    officer = await talk.somebody("Cán bộ", role="officer")
    await reported(await head(talk))
    await frozen_by(officer)
    await talk.says("/baocao")
    assert "không sửa được nữa" in talk.last
    assert talk.labels[0] == "Xem"
    [snapshot] = await house.rows(Freeze.snapshot)
    assert snapshot == {"1": 1}


async def test_only_the_office_freezes(house: House, talk: Talk) -> None:
    """T12."""
    await (await head(talk)).says("/duyet")
    assert await house.rows(Freeze.id) == []


# --- practice ------------------------------------------------------------------------------------


async def test_a_practice_report_counts_nowhere(house: House, talk: Talk) -> None:
    """Issue 6: "tập thử"."""
    other = await talk.somebody("Chị Hai", role="reporter", unit="xom-05")
    await (await head(talk)).says("/baocao", "4")
    assert "tập thử" in talk.heard[-1]
    await talk.says(*ALL, SEND)
    assert "không có gì được gửi hay lưu" in "\n".join(talk.heard[-2:])
    assert await house.rows(Report.id) == []
    assert await house.rows(ReportVersion.number) == []
    assert await house.rows(ReportDraft.id) == []
    assert not any("đã gửi báo cáo" in one for one in other.heard)
    await talk.says("/baocao")
    assert "Báo cáo năm 2026 của Xóm 5" in talk.heard[-2]


# --- restarts ------------------------------------------------------------------------------------


STEPS: Any = (*GUIDED, *ALL[:5], "Nhóm Zalo", "1", *ALL[6:], "dòng 2", "4", SEND)


@pytest.mark.parametrize("after", range(1, len(STEPS)))
async def test_a_restart_after_any_message_changes_nothing(
    house: House, talk: Talk, after: int
) -> None:
    """Issue 6: every step survives a restart of the process."""
    await (await head(talk)).says(*STEPS[:after])
    await talk.restart()
    await talk.says(*STEPS[after:])
    [(_, answers, _)] = await sent_versions(house)
    assert values(answers)["sessions"] == 4  # type: ignore[arg-type]
    assert values(answers)["models"] == [{"name": "Nhóm Zalo"}]  # type: ignore[arg-type]
