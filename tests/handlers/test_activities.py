"""/ghi: a sentence becomes a record, read back, corrected, counted once (issue 5, N14, U7, T19)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from handlers.messages import Kind
from storage.tables import Activity, ActivityUnit, AuditRow, Role, Unit, WorkRow
from tests.talk import House, Talk

TOLD = "tối qua xóm 5 có 35 bà con học vneid, cô Lan hướng dẫn"
SATURDAY = date(2026, 11, 21)  # the houses of these tests stand on Sunday 22/11/2026, 9 o'clock


@pytest.fixture
async def head(house: House) -> Talk:
    return await Talk(house, "u-head", name="Ông Năm").holds("head", "xom-05")


@pytest.fixture
async def other_head(house: House) -> Talk:
    return await Talk(house, "u-head6", name="Bà Sáu").holds("head", "xom-06")


@pytest.fixture
async def officer(house: House) -> Talk:
    return await Talk(house, "u-officer", name="Cán bộ").holds("officer")


async def book(house: House) -> list[tuple[Any, ...]]:
    """(state, day, kind, sessions, heads, units) of every activity."""
    rows = await house.rows(
        *(Activity.id, Activity.state, Activity.held_on, Activity.kind),
        *(Activity.sessions, Activity.heads),
    )
    units = dict(await house.rows(Unit.id, Unit.code))
    joined = await house.rows(ActivityUnit.activity_id, ActivityUnit.unit_id)
    return [
        (*row[1:], tuple(sorted(units[unit] for number, unit in joined if number == row[0])))
        for row in sorted(rows)
    ]


async def test_one_sentence_and_one_press_are_a_record(head: Talk) -> None:
    await head.says(f"/ghi {TOLD}")
    assert head.last.startswith(
        "Trợ lý đọc được như sau, xin xem giúp:\n"
        "- Xóm 5: Buổi học, tập huấn, thứ Bảy 21/11/2026\n"
        "- 35 lượt người dự\n"
        "- Nội dung: VNeID\n"
        "- Hướng dẫn: cô Lan"
    )
    assert await book(head.house) == []  # nothing is written unasked
    await head.presses("Ghi vào sổ")
    assert "Đã ghi vào sổ, mã " in head.heard[-2]
    assert await book(head.house) == [("recorded", SATURDAY, "class", 1, 35, ("xom-05",))]
    [(topics, contents, led_by, source)] = await head.house.rows(
        Activity.topics, Activity.contents, Activity.led_by, Activity.source
    )
    assert (topics, contents, led_by, source) == ("vneid", "ND-5", "cô Lan", "told")


async def test_the_sentence_alone_is_understood_where_nothing_is_asked(head: Talk) -> None:
    await head.says("trang đầu", TOLD)
    assert "35 lượt người dự" in head.last
    await head.says("1")
    assert [row[4] for row in await book(head.house)] == [35]


async def test_a_resident_is_not_understood_so(house: House) -> None:
    """T12: whoever may not record meets no trace of it."""
    resident = await Talk(house, "u-dan").enrolled()
    await resident.says(TOLD)
    assert "Trợ lý đọc được" not in resident.last
    await resident.says(f"/ghi {TOLD}")
    assert "Trợ lý đọc được" not in resident.last
    assert await book(house) == []


async def test_what_is_missing_is_asked_one_by_one(head: Talk) -> None:
    await head.says("/ghi", "xóm 5 tổ chức lớp học VNeID")
    assert head.last.startswith("Việc này làm ngày nào?")
    await head.presses("Hôm nay")
    assert head.last.startswith("Có bao nhiêu người dự?")
    await head.says("ba mươi lăm")
    assert "- 35 lượt người dự" in head.last
    await head.says("1")
    assert await book(head.house) == [("recorded", date(2026, 11, 22), "class", 1, 35, ("xom-05",))]


async def test_a_number_that_is_not_known_is_neither_zero_nor_blank(head: Talk) -> None:
    await head.says("/ghi hôm qua xóm 5 học VNeID", "chưa nắm được")
    assert "- chưa nắm được số người" in head.last
    await head.says("1")
    assert [row[4] for row in await book(head.house)] == [None]


async def test_a_range_is_asked_and_never_guessed(head: Talk) -> None:
    """N4, N14: 30-40 is no number."""
    await head.says("/ghi hôm qua xóm 5 có 30-40 người học VNeID")
    assert "đọc được hơn một cách" in head.last
    await head.says("38")
    assert "- 38 lượt người dự" in head.last


async def test_a_correction_is_one_more_sentence(head: Talk) -> None:
    await head.says(f"/ghi {TOLD}", "38 người")
    assert "- 38 lượt người dự" in head.last
    assert "- Nội dung: VNeID" in head.last
    await head.presses("Ghi vào sổ")
    assert [row[4] for row in await book(head.house)] == [38]


async def test_each_line_can_be_corrected_by_pressing(head: Talk) -> None:
    await head.says(f"/ghi {TOLD}")
    await head.presses("Sửa")
    await head.presses("Ngày")
    await head.says("20/11")
    await head.presses("Sửa")
    await head.presses("Nơi làm")
    await head.says("nhà văn hóa xóm")
    await head.presses("Sửa")
    await head.presses("Người hướng dẫn")
    await head.says("bỏ trống")
    await head.presses("Sửa")
    await head.presses("Nội dung")
    await head.says("chống lừa đảo")
    assert "- Nội dung: Chống lừa đảo" in head.last
    assert "- Nơi làm: nhà văn hóa xóm" in head.last
    assert "Hướng dẫn:" not in head.last
    await head.presses("Ghi vào sổ")
    assert await head.house.rows(Activity.held_on, Activity.contents) == [
        (date(2026, 11, 20), "ND-5,ND-6")
    ]


async def test_a_head_records_for_the_own_hamlet_only(head: Talk) -> None:
    """T01: refused, who may is said, and the attempt is in the record of acts."""
    await head.says("/ghi hôm qua xóm 6 có 20 người học VNeID")
    assert head.heard[-2].startswith("Trợ lý chỉ ghi được cho Xóm 5. Việc của Xóm 6")
    assert await book(head.house) == []
    acts = await head.house.rows(AuditRow.action)
    assert acts.count("activity.denied") == 1


async def test_an_officer_records_for_any_unit(officer: Talk) -> None:
    await officer.says("/ghi hôm qua có 20 người học VNeID")
    assert officer.last.startswith("Việc này là của nơi nào?")
    await officer.says("xóm 3")
    await officer.presses("Xóm 3 - xã cũ B")
    await officer.presses("Ghi vào sổ")
    assert [row[5] for row in await book(officer.house)] == [("xom-03b",)]


async def test_a_session_held_together_counts_once(head: Talk, other_head: Talk) -> None:
    await head.says("/ghi hôm qua xóm 5 có 35 người học VNeID, phối hợp với xóm 6")
    assert "- Cùng tổ chức: Xóm 6" in head.last
    await head.presses("Ghi vào sổ")
    assert "Xóm 5 đã ghi việc làm chung" in "\n".join(other_head.heard)
    await other_head.says("/ghi hôm qua xóm 6 có 36 người học VNeID")
    assert other_head.last.startswith("Ngày đó đã ghi một việc như thế:\n21/11: Xóm 5, Xóm 6")
    await other_head.presses("Cùng một việc, giữ số đã ghi")
    assert await book(head.house) == [("recorded", SATURDAY, "class", 1, 35, ("xom-05", "xom-06"))]


async def test_who_was_forgotten_joins_the_same_activity(head: Talk, other_head: Talk) -> None:
    await head.says(f"/ghi {TOLD}", "1")
    await other_head.says("/ghi tối qua xóm 6 học VNeID 35 người, làm chung với xóm 5")
    await other_head.presses("Cùng một việc, giữ số đã ghi")
    assert "Đã ghi Xóm 6 cùng tổ chức" in "\n".join(other_head.heard[-2:])
    assert [row[4:] for row in await book(head.house)] == [(35, ("xom-05", "xom-06"))]


async def test_told_twice_it_is_asked_whether_it_is_the_same(head: Talk) -> None:
    """T19: both are seen side by side; nothing is summed or overwritten unasked."""
    await head.says(f"/ghi {TOLD}", "1", "/ghi tối qua xóm 5 có 30 bà con học vneid")
    assert "35 lượt người dự" in head.last
    await head.presses("Cùng một việc, sửa theo tin này")
    await head.presses("Ghi vào sổ")
    assert [row[4] for row in await book(head.house)] == [30]
    await head.says("/ghi tối qua xóm 5 có 12 bà con học vneid")
    await head.presses("Việc khác, ghi thêm")
    await head.presses("Ghi vào sổ")
    assert [row[4] for row in await book(head.house)] == [30, 12]


async def test_two_at_once_write_one_record(house: House, head: Talk) -> None:
    """T19: the second sees what the first has written since the summary."""
    helper = await Talk(house, "u-helper", name="Em Tổ").holds("helper", "xom-05")
    await head.says(f"/ghi {TOLD}")
    await helper.says(f"/ghi {TOLD}")
    await head.says("1")
    await helper.says("1")
    assert helper.last.startswith("Ngày đó đã ghi một việc như thế:")
    assert len(await book(house)) == 1


async def test_a_correction_does_not_overwrite_anothers(house: House, head: Talk) -> None:
    """T42: what was shown is what may be changed."""
    helper = await Talk(house, "u-helper", name="Em Tổ").holds("helper", "xom-05")
    await head.says(f"/ghi {TOLD}", "1")
    for somebody, count in ((head, "40 người"), (helper, "50 người")):
        await somebody.says("các buổi đã ghi", "1")
        await somebody.presses("Sửa")
        await somebody.says(count)
    await head.presses("Ghi vào sổ")
    await helper.presses("Ghi vào sổ")
    assert "vừa có người khác sửa" in "\n".join(helper.heard[-3:])
    assert [row[4] for row in await book(house)] == [40]


async def test_an_unusual_number_is_asked_in_figures_and_words(head: Talk) -> None:
    """T20: 420 adults live there."""
    await head.says("/ghi hôm qua xóm 5 có 1.200 người học VNeID")
    assert "1.200 (một nghìn hai trăm) người, mà Xóm 5 có 420 người lớn" in head.last
    await head.says("1", "120")
    assert "- 120 lượt người dự" in head.last


async def test_a_day_ahead_or_far_away_is_not_written(head: Talk) -> None:
    await head.says("/ghi", "xóm 5 có 20 người học VNeID", "ngày mai")
    assert "chưa tới" in head.last
    await head.says("31/4")
    assert "Tháng 4 chỉ có 30 ngày" in head.last
    await head.says("20/11")
    assert "thứ Sáu 20/11/2026" in head.last


async def test_a_lunar_day_is_asked_for_again(head: Talk) -> None:
    """N9."""
    await head.says("/ghi hôm rằm xóm 5 có 20 người học VNeID")
    assert head.last.startswith("Việc này làm ngày nào?")
    await head.says("rằm tháng mười")
    assert "lịch dương" in head.last


async def test_it_can_be_taken_back_and_then_counts_nowhere(head: Talk) -> None:
    """U9, U18: the consequence is said, keeping it stands first."""
    await head.says(f"/ghi {TOLD}", "1")
    await head.presses("Bỏ việc này")
    assert "không còn tính ở đâu nữa" in head.last
    await head.presses("Bỏ khỏi sổ")
    assert [row[0] for row in await book(head.house)] == ["undone"]
    acts = await head.house.rows(AuditRow.action)
    assert [act for act in acts if act.startswith("activity")] == [
        "activity.recorded",
        "activity.undone",
    ]
    await head.says("/thongke")
    assert "35" not in head.heard[-2]


async def test_another_unit_never_sees_it(head: Talk, other_head: Talk) -> None:
    """T13: missing and forbidden are answered alike."""
    await head.says(f"/ghi {TOLD}", "1")
    await other_head.says("các buổi đã ghi")
    assert "Sổ chưa có việc nào" in other_head.last


async def test_a_role_that_ended_writes_nothing(head: Talk) -> None:
    """T41, A3: between the summary and the press."""
    await head.says(f"/ghi {TOLD}")
    async with head.app.database.transaction() as tx:
        await tx.execute(update(Role).values(until=head.house.clock.wall()))
    await head.says("1")
    assert await book(head.house) == []


async def test_text_and_picture_for_the_group(head: Talk) -> None:
    await head.says(f"/ghi {TOLD}", "1")
    await head.presses("Tin gửi vào nhóm")
    assert (
        "Xóm 5, thứ Bảy 21/11/2026: buổi học, tập huấn. Nội dung: VNeID. "
        "Có 35 lượt người dự. Xin cảm ơn bà con." in "\n".join(head.heard[-2:])
    )
    [(kind, body)] = await head.house.rows(WorkRow.kind, WorkRow.body)
    assert kind == "activity_card"
    assert "35" in str(body)


async def test_nothing_is_lost_by_a_restart_between_two_messages(head: Talk) -> None:
    for said in ("/ghi hôm qua xóm 5 học VNeID", "35", "1"):
        await head.says(said)
        await head.house.restart()
    assert [row[4] for row in await book(head.house)] == [35]


async def test_names_stay_out_of_the_record_of_acts(head: Talk) -> None:
    """A5: ids and figures only."""
    await head.says(f"/ghi {TOLD}", "1")
    rows = await head.house.rows(AuditRow.action, AuditRow.after)
    assert "Lan" not in str(rows)


async def test_a_picture_in_between_is_answered(head: Talk) -> None:
    """U12: and the open question stays."""
    await head.says("/ghi hôm qua xóm 5 học VNeID")
    await head.does(Kind.STICKER)
    assert "Có bao nhiêu người dự?" in head.last
