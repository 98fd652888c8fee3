"""An officer receives reports, or asks for them again (/duyet; design §5, issue 7 item 2)."""

from datetime import timedelta

from handlers.reporting.answers import UNKNOWN
from storage import activities
from storage.activities import NewActivity
from storage.tables import AuditRow, Freeze, Person
from tests.handlers.receiving import (
    WHY,
    has_file,
    has_sent,
    officer,
    opened,
    states,
    tail,
    unit_of,
    verdicts_of,
)
from tests.handlers.test_reporting import SEND, head, reported
from tests.talk import House, Talk

# --- the screen ----------------------------------------------------------------------------------


async def test_duties_are_never_mixed_in_one_figure(house: House, talk: Talk) -> None:
    """Design §3: bắt buộc, đề nghị, tự nguyện kept apart; what waits and is on time is said."""
    her = await officer(talk)
    await has_sent(house, "xom-05")
    await has_sent(house, "xom-06", is_late=True, after=timedelta(days=40))
    await has_sent(house, "mttq")
    await her.says("/duyet")
    assert "Bắt buộc: đã nộp 2/25, đúng hạn 1, chờ duyệt 2." in her.last
    assert "Đề nghị: đã nộp 1/8, đúng hạn 1, chờ duyệt 1." in her.last
    assert "Tự nguyện: đã nộp 0/3." in her.last
    assert "Số liệu chưa chốt" in her.last


async def test_the_table_is_by_kind_within_each_duty(house: House, talk: Talk) -> None:
    her = await officer(talk)
    await has_sent(house, "xom-05")
    await her.says("/duyet")
    await her.presses("Theo loại")
    table = her.heard[-2]
    assert table.index("BẮT BUỘC") < table.index("Xóm: đã nộp 1/13") < table.index("ĐỀ NGHỊ")
    assert "Trường học: đã nộp 0/8" in table
    assert "Duyệt lần lượt (1)" in her.labels


async def test_nothing_waits_and_nothing_is_offered_to_receive(talk: Talk) -> None:
    her = await officer(talk)
    await her.says("/duyet")
    assert her.labels == ["Theo loại, theo nhiệm vụ", "Chốt số liệu", "Trang đầu"]


# --- receiving -----------------------------------------------------------------------------------


async def test_the_oldest_is_shown_first_received_and_its_unit_told_once(
    house: House, talk: Talk
) -> None:
    await reported(await head(talk))
    await has_sent(house, "xom-06", after=timedelta(hours=1))
    her = await opened(await officer(talk))
    assert "Báo cáo năm 2026 của Xóm 5, mã BC2026-1.1" in tail(her, 3)
    assert "(2) Số buổi học, tập huấn: 3 buổi" in tail(her, 3)
    assert "Còn 2 báo cáo đang chờ" in her.last
    await her.presses("Tiếp nhận")
    assert "Đã tiếp nhận báo cáo của Xóm 5." in tail(her, 4)
    assert "của Xóm 6" in tail(her, 3)
    told = [one for one in talk.heard if "đã tiếp nhận báo cáo năm 2026 của Xóm 5" in one]
    assert len(told) == 1
    assert await states(house) == [("accepted", 1), ("submitted", 1)]
    assert await verdicts_of(house) == [(1, "accepted", "")]
    assert "report.accepted" in await house.rows(AuditRow.action)


async def test_what_was_received_is_not_taken_back_by_its_unit(house: House, talk: Talk) -> None:
    """U9: within ten minutes, and before an officer has received it."""
    await reported(await head(talk))
    await (await opened(await officer(talk))).presses("Tiếp nhận")
    await talk.presses("Rút lại")
    await talk.says("2")
    assert await states(house) == [("accepted", 1)]


async def test_passing_over_changes_nothing_and_ends(house: House, talk: Talk) -> None:
    her = await officer(talk)
    await has_sent(house, "xom-05")
    await has_sent(house, "xom-06", after=timedelta(minutes=1))
    await opened(her)
    await her.presses("Bỏ qua", "Bỏ qua")
    assert "Đã xem hết báo cáo đang chờ." in tail(her, 2)
    assert await states(house) == [("submitted", 1), ("submitted", 1)]
    await her.presses("Duyệt lần lượt")
    assert "của Xóm 5" in tail(her, 3)


async def test_a_correction_after_receiving_comes_back_and_says_what_changed(
    house: House, talk: Talk
) -> None:
    """A6: the version that was received is kept, the new one waits again."""
    await reported(await head(talk))
    her = await opened(await officer(talk))
    await her.presses("Tiếp nhận")
    await talk.says("/baocao")
    await talk.presses("Sửa")
    await talk.says("dòng 2", "5", SEND)
    await opened(her)
    assert "Bản sửa sau khi đã tiếp nhận" in tail(her, 2)
    assert "Số buổi học, tập huấn: đã gửi 3 buổi, bản này 5 buổi" in tail(her, 2)
    await her.presses("Tiếp nhận")
    assert await states(house) == [("accepted", 2)]
    assert sum("đã tiếp nhận báo cáo năm 2026" in one for one in talk.heard) == 2


# --- what stands beside a report -----------------------------------------------------------------


async def test_differences_to_last_year_great_jumps_first(house: House, talk: Talk) -> None:
    her = await officer(talk)
    await has_sent(house, period="2025", sessions=3, attendances=100, team_members=5)
    await has_sent(house, sessions=3, attendances=120, publicity=61, team_members=UNKNOWN)
    await her.says("/duyet xóm 5 2026")
    said = next(one for one in her.heard if "So với năm trước" in one)
    lines = said.splitlines()
    assert lines[1] == "- Khác nhiều: Số lượt tuyên truyền: năm trước 20 lượt, năm nay 61 lượt"
    assert "- Lượt người dự học: năm trước 100 lượt người, năm nay 120 lượt người" in lines
    assert "năm nay chưa nắm được" in said
    assert "Số buổi học" not in said


async def test_who_is_late_entered_by_phone_and_without_evidence_is_noted(
    house: House, talk: Talk
) -> None:
    her = await officer(talk)
    await has_sent(house, source="phone", is_late=True, sessions=UNKNOWN)
    await opened(her)
    notes = tail(her, 2)
    for said in (
        "Nhận sau hạn.",
        "Nhập giúp theo điện thoại.",
        "Chưa nắm được: Số buổi học, tập huấn.",
        "Không kèm minh chứng.",
        "Chưa có bản đã ký.",
    ):
        assert said in notes
    assert "Xem minh chứng" not in her.labels


async def test_evidence_is_given_out_to_the_office_and_noted_in_the_record(
    house: House, talk: Talk
) -> None:
    """T13, A5: who looked at a file stands in the record."""
    her = await officer(talk)
    await has_sent(house)
    await has_file(house, "xom-05", "evidence", "anh-lop-hoc.pdf")
    await has_file(house, "xom-05", "scan", "ban-ky.pdf")
    await opened(her)
    assert "Có 1 tệp minh chứng." in tail(her, 2)
    assert "Có bản đã ký." in tail(her, 2)
    await her.presses("Xem minh chứng", "Bản đã ký")
    assert "Tệp của Xóm 5" in tail(her, 2)
    assert (await house.rows(AuditRow.action)).count("report.file_seen") == 1
    await her.presses("Về báo cáo", "Tiếp nhận")
    assert await states(house) == [("accepted", 1)]


async def test_many_files_are_listed_some_at_a_time(house: House, talk: Talk) -> None:
    """U3: never more than nine choices."""
    her = await officer(talk)
    await has_sent(house)
    for number in range(10):
        await has_file(house, "xom-05", "evidence", f"anh-{number}.pdf")
    await opened(her)
    await her.presses("Xem minh chứng")
    assert len(her.labels) == 9
    await her.presses("Tệp khác")
    assert any("anh-9.pdf" in one for one in her.labels)
    await her.presses("Tệp khác")
    assert any("anh-0.pdf" in one for one in her.labels)


async def test_what_two_units_may_have_told_twice_stands_beside_both(
    house: House, talk: Talk
) -> None:
    """Design §5: a session held together counts once; it is said, and no figure is changed."""
    her = await officer(talk)
    five, six = await unit_of(house, "xom-05"), await unit_of(house, "xom-06")
    now = house.clock.wall()
    day = now.date() - timedelta(days=9)
    shared = NewActivity(five.commune_id, (five.id, six.id), "class", day, heads=40, sessions=2)
    async with house.app.database.transaction() as tx:
        [by, *_] = await house.rows(Person.id)
        await activities.add(tx, shared, by=by, role="officer", now=now)
    await has_sent(house, "xom-05", models=[{"name": "Chợ không tiền mặt"}])
    await has_sent(house, "xom-06", models=[{"name": "Mô hình chợ không tiền mặt"}])
    for name in ("xóm 5", "xóm 6"):
        await her.says(f"/duyet {name}")
        assert "Xóm 5 và Xóm 6 tổ chức chung 2 buổi" in tail(her, 2)
        assert "Xóm 5 và Xóm 6 cùng kể: Mô hình mới" in tail(her, 2)
    await her.says("/duyet")
    assert not any("không có điểm cần xem" in one for one in her.labels)
    await her.presses("Theo loại")
    assert "Có thể bị tính hai lần" in tail(her, 2)


# --- all at once ---------------------------------------------------------------------------------


async def test_only_reports_without_a_point_to_look_at_are_received_at_once(
    house: House, talk: Talk
) -> None:
    """U18: names and count before, the safe choice first."""
    await head(talk)
    her = await officer(talk)
    for number, code in enumerate(("xom-05", "xom-06", "xom-07")):
        await has_sent(house, code, is_late=code == "xom-06", after=timedelta(hours=number))
    await has_sent(house, "xom-08", source="phone")
    await has_sent(house, "xom-09", sessions=UNKNOWN)
    await her.says("/duyet")
    await her.presses("Tiếp nhận 3 báo cáo không có điểm cần xem")
    assert "Không có điểm cần xem: Xóm 5, Xóm 6, Xóm 7." in her.heard[-2]
    assert her.labels[0] == "Chưa, xem lần lượt"
    assert await verdicts_of(house) == []
    await her.presses("Tiếp nhận cả")
    assert "Đã tiếp nhận 3 báo cáo." in tail(her, 2)
    assert [state for state, _ in await states(house)] == ["accepted"] * 3 + ["submitted"] * 2
    assert "đã tiếp nhận báo cáo năm 2026 của Xóm 5" in talk.last
    assert "Duyệt lần lượt (2)" in her.labels


async def test_what_changed_since_the_preview_is_not_received_at_once(
    house: House, talk: Talk
) -> None:
    """T42: only the versions that were shown."""
    her = await officer(talk)
    await has_sent(house, "xom-05")
    await has_sent(house, "xom-06")
    await her.says("/duyet")
    await her.presses("Tiếp nhận 2")
    await has_sent(house, "xom-06", sessions=4, after=timedelta(hours=1))
    await has_sent(house, "xom-07")
    await her.presses("Tiếp nhận cả")
    assert "Đã tiếp nhận 1 báo cáo. Còn 1 báo cáo vừa thay đổi" in tail(her, 2)
    assert await states(house) == [("accepted", 1), ("submitted", 1), ("submitted", 2)]


# --- chốt số liệu --------------------------------------------------------------------------------


async def test_before_freezing_what_is_still_open_is_named(house: House, talk: Talk) -> None:
    """Design §5: chưa nộp, chờ duyệt, đang bổ sung by count and names; returned ones are out."""
    await reported(await head(talk))
    her = await opened(await officer(talk))
    await her.presses("Trả lại")
    await her.says(WHY)
    await her.presses("Gửi")
    await has_sent(house, "xom-06")
    await has_sent(house, "mttq")
    await her.says("/duyet")
    before = len(her.heard)
    await her.presses("Chốt số liệu")
    said = "\n".join(her.heard[before:])
    assert "- Chưa nộp, bắt buộc (23): " in said
    assert "- Chưa nộp, đề nghị (7): " in said
    assert "- Chờ duyệt, bắt buộc (1), vẫn được tính: Xóm 6" in said
    assert "- Đang bổ sung, bắt buộc (1), không được tính: Xóm 5" in said
    assert her.labels[0] == "Chưa chốt"
    assert await house.rows(Freeze.id) == []
    await her.presses("Chốt số liệu")
    [snapshot] = await house.rows(Freeze.snapshot)
    assert sorted(snapshot.values()) == [1, 1]
    assert "Đã chốt số liệu năm 2026: 2 báo cáo." in "\n".join(her.heard[-2:])


async def test_once_frozen_a_report_can_only_be_looked_at(house: House, talk: Talk) -> None:
    her = await officer(talk)
    await has_sent(house)
    await her.says("/duyet")
    await her.presses("Chốt số liệu", "Chốt số liệu")
    await her.says("/duyet")
    assert "Số liệu đã chốt" in her.last
    assert her.labels == ["Theo loại, theo nhiệm vụ", "Mở lại", "Trang đầu"]
    await her.says("/duyet xóm 5")
    assert her.labels == ["Dừng duyệt"]
