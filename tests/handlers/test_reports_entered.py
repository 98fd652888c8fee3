"""Nhập giúp: an officer or a helper enters what a unit told by phone or on paper (design §5)."""

from datetime import date, timedelta
from typing import Any

import pytest

from storage import duty_marks, report_reviews, reports, units
from storage.tables import AuditRow, Person, Report, ReportVersion
from tests.handlers.test_reporting import ALL, SEND, head, reported, sent_versions, values
from tests.talk import House, Talk, in_demo_days

ONE_MESSAGE = "3 buổi tập huấn, 120 lượt người, 20 lượt tuyên truyền, tổ 6 người, chưa có kế hoạch"


async def officer(talk: Talk) -> Talk:
    return await talk.somebody("Cán bộ Hoa", role="officer")


async def helps(talk: Talk, unit: str = "xóm 5", source: str = "Nghe qua điện thoại") -> None:
    """From /baocao to the question how."""
    await talk.says("/baocao", unit)
    await talk.presses(source)


async def entered(talk: Talk, unit: str = "xóm 5", source: str = "Nghe qua điện thoại") -> None:
    await helps(talk, unit, source)
    await talk.says("1", *ALL, SEND)
    assert "Đã nhập" in talk.last


async def kept(house: House) -> list[tuple[int, str, str]]:
    rows = await house.rows(ReportVersion.number, ReportVersion.source, ReportVersion.sent_as)
    return sorted(rows)


async def marked(house: House, kind: str, **values: Any) -> None:
    async with house.app.database.transaction() as tx:
        now = house.clock.wall()
        unit = await units.by_code(tx, "xom-05", on=now.date())
        assert unit is not None
        [by, *_] = await house.rows(Person.id)
        await duty_marks.make(
            tx,
            commune_id=unit.commune_id,
            unit_id=unit.id,
            period="2026",
            kind=kind,
            by=by,
            now=now,
            **values,
        )


# --- entering ------------------------------------------------------------------------------------


async def test_an_officer_enters_what_was_told_by_phone_and_the_unit_may_correct_it(
    house: House, talk: Talk
) -> None:
    """The version says whence it is and who typed it; the unit hears of it, once."""
    her = await officer(await head(talk))
    await helps(her)
    assert "Nhập giúp Xóm 5 theo điện thoại, báo cáo năm 2026" in "\n".join(her.heard[-3:])
    assert "Tập thử, không gửi" not in her.labels
    await her.says("1", *ALL, SEND)
    assert "Đã nhập báo cáo năm 2026 của Xóm 5. Mã: BC2026-1.1" in her.last
    assert await kept(house) == [(1, "phone", "officer")]
    told = [one for one in talk.heard if "đã nhập giúp" in one]
    [told_once] = told
    assert "Cán bộ Hoa đã nhập giúp báo cáo năm 2026 của Xóm 5 (nghe qua điện thoại)" in told_once
    await talk.says("báo cáo")
    assert "do người khác nhập giúp, nghe qua điện thoại" in talk.heard[-2]
    await talk.presses("Sửa")
    await talk.says("dòng 2", "5", SEND)
    assert await kept(house) == [(1, "phone", "officer"), (2, "unit", "head")]
    acts = await house.rows(AuditRow.action, AuditRow.role, AuditRow.after)
    assert [(role, after["source"]) for act, role, after in acts if act.startswith("report.")] == [
        ("officer", "phone"),
        ("head", "unit"),
    ]


async def test_one_sentence_behind_the_command_is_enough(house: House, talk: Talk) -> None:
    """U8: the unit is named in it; what it tells waits until it is known whence it is."""
    her = await officer(talk)
    await her.says(f"/baocao xóm 5: {ONE_MESSAGE}")
    assert "Nhập giúp báo cáo năm 2026 của Xóm 5. Số liệu này từ đâu?" in her.last
    await her.presses("Chép từ bản giấy")
    assert "Câu 6/8 - Xóm 5" in her.last  # five were told


async def test_a_whole_report_of_a_named_unit_needs_no_command(house: House, talk: Talk) -> None:
    """Design §1: who phones is entered at once, in the words in which it was told."""
    her = await officer(talk)
    await her.says(f"xóm 5: {ONE_MESSAGE}")
    assert "Nhập giúp báo cáo năm 2026 của Xóm 5" in her.last
    await her.says("1", *ALL[5:], SEND)
    assert await kept(house) == [(1, "phone", "officer")]


async def test_a_unit_that_nobody_reports_for_is_not_said_to_be_told(talk: Talk) -> None:
    """R13: an officer who believes somebody was told would not phone."""
    her = await officer(talk)
    await entered(her)
    assert "chưa ai được báo" in her.last
    assert "Đơn vị được báo" not in her.last


async def test_figures_without_a_unit_are_nobodys(house: House, talk: Talk) -> None:
    her = await officer(talk)
    await her.says(ONE_MESSAGE)
    assert "Nhập giúp báo cáo" not in her.last
    assert await sent_versions(house) == []


async def test_two_hamlets_of_one_number_are_asked(talk: Talk) -> None:
    her = await officer(talk)
    await her.says("/baocao", "xóm 3")
    assert her.labels == ["Xóm 3 - xã cũ A", "Xóm 3 - xã cũ B"]
    await her.says("2")
    assert "Nhập giúp báo cáo năm 2026 của Xóm 3 - xã cũ B" in her.last


async def test_an_unknown_name_is_asked_again_and_nothing_is_guessed(talk: Talk) -> None:
    her = await officer(talk)
    await her.says("/baocao", "xóm 77")
    assert "ví dụ: xóm 5" in her.last


async def test_a_helper_enters_for_the_own_hamlet_only(house: House, talk: Talk) -> None:
    """A1, T01: the commune's helper of Xóm 5 is nobody in Xóm 6."""
    helper = await talk.somebody("Tổ công nghệ số", role="helper", unit="xom-05")
    await helper.says("/baocao xóm 6")
    assert any("Chỉ báo cáo được cho Xóm 5" in one for one in helper.heard)
    await helper.says("/baocao")
    await helper.presses("Chép từ bản giấy")
    await helper.says("1", *ALL, SEND)
    assert await kept(house) == [(1, "paper", "helper")]


async def test_who_is_asked_to_report_is_not_asked_whence(talk: Talk) -> None:
    """A head who is helper too reports as the unit itself."""
    await (await head(talk)).holds("helper", "xom-05")
    await talk.says("/baocao")
    assert "Trả lời từng câu" in talk.labels
    assert "Tập thử, không gửi" in talk.labels


async def test_a_head_who_is_officer_too_enters_for_others(house: House, talk: Talk) -> None:
    both = await (await head(talk)).holds("officer", "xa-giao-minh")
    await both.says("/baocao xóm 6", "2", "1", *ALL, SEND)
    await reported(both)
    assert sorted(await house.rows(ReportVersion.source)) == ["paper", "unit"]


async def test_the_right_that_ended_meanwhile_sends_nothing(house: House, talk: Talk) -> None:
    """T41, A3."""
    admin = await talk.somebody("Quản trị", role="admin")
    her = await officer(talk)
    await helps(her)
    await her.says("1", *ALL)
    await admin.says("/quantri", "1")
    await admin.presses("Cán bộ Hoa")
    await admin.types("Thu hồi")
    await her.says(SEND)
    assert await sent_versions(house) == []


async def test_the_units_own_report_is_not_taken_back_by_who_enters(
    house: House, talk: Talk
) -> None:
    """U9 is the sender's: an officer corrects, beside the old version, and is shown it first."""
    await reported(await head(talk))
    her = await officer(talk)
    await helps(her)
    assert "đã gửi UBND xã" in her.last
    assert "Rút lại" not in her.labels
    await her.presses("Sửa")
    await her.says("dòng 2", "4", SEND)
    assert await kept(house) == [(1, "unit", "head"), (2, "phone", "officer")]
    assert "Rút lại" in her.labels


async def test_what_was_entered_can_be_taken_back_within_ten_minutes(
    house: House, talk: Talk
) -> None:
    """U9."""
    her = await officer(await head(talk))
    await entered(her)
    await her.presses("Rút lại")
    await her.says("2")
    assert await house.rows(Report.state, Report.version) == [("draft", 0)]
    assert any("đã rút lại" in one for one in talk.heard)


async def test_the_unit_sending_meanwhile_is_shown_side_by_side(house: House, talk: Talk) -> None:
    """T19: never summed, never overwritten silently."""
    her = await officer(await head(talk))
    await helps(her)
    await her.says("1", ALL[0], "9", *ALL[2:])
    await reported(talk)
    await her.says(SEND)
    assert "đã gửi 3 buổi, bản này 9 buổi" in "\n".join(her.heard[-3:])
    await her.says("1")
    assert [values(answers)["sessions"] for _, answers, _ in await sent_versions(house)] == [3]  # type: ignore[arg-type]


async def test_entered_in_a_restart_goes_on(house: House, talk: Talk) -> None:
    her = await officer(talk)
    await helps(her)
    await her.says("1")
    for answer in ALL:
        await her.restart()
        await her.says(answer)
    await her.says(SEND)
    assert await kept(house) == [(1, "phone", "officer")]


@pytest.mark.parametrize("typed", ["=1+1", "<b>xóm 5</b> {x}", "%s%s", "a" * 4096, "🙂", "0"])
async def test_hostile_names_are_asked_again(talk: Talk, typed: str) -> None:
    """T24, T28, T29."""
    her = await officer(talk)
    await her.says("/baocao", typed)
    assert her.last


async def test_a_leader_and_a_resident_enter_nothing(house: House, talk: Talk) -> None:
    """T12: the same answer as an unknown word."""
    leader = await talk.somebody("Lãnh đạo", role="leader")
    for one in (leader, talk):
        await one.says("/baocao", "xóm 5")
    assert await house.rows(Report.id) == []
    assert "Nhập giúp" not in "\n".join([*leader.heard, *talk.heard])


# --- what the office has decided, at the unit ----------------------------------------------------


async def test_an_extension_moves_the_day_and_what_is_late(house: House, talk: Talk) -> None:
    """Gia hạn (design §5): every sentence says the extended day, and the mark follows it."""
    await head(talk)
    await marked(house, "extended", until=date(2026, 12, 18))
    now = house.clock.wall()
    await in_demo_days(house, (now.replace(month=12, day=17) - now) // timedelta(days=1))
    await talk.says("/baocao")
    assert "trước ngày 19/12 (hết thứ Sáu 18/12)" in talk.heard[-2]
    await talk.says("1", *ALL, SEND)
    assert [late for *_, late in await sent_versions(house)] == [False]


async def test_paper_and_exemption_are_said_and_forbid_nothing(house: House, talk: Talk) -> None:
    await head(talk)
    await marked(house, "paper")
    await talk.says("/baocao")
    assert "Xóm 5 đã gửi bản giấy" in "\n".join(talk.heard[-3:])
    await talk.says("1", *ALL, SEND)
    assert len(await sent_versions(house)) == 1


async def test_a_returned_report_says_why_and_opens_again(house: House, talk: Talk) -> None:
    """Issue 7 item 2: the reason stands above the same report."""
    await reported(await head(talk))
    async with house.app.database.transaction() as tx:
        [by, *_] = await house.rows(Person.id)
        [commune] = await units.communes(tx, on=house.clock.wall().date())
        done = await report_reviews.give(
            tx,
            commune_id=commune.id,
            period="2026",
            report_id=1,
            number=1,
            verdict=report_reviews.RETURNED,
            reason="thiếu số người từ 60 tuổi",
            by=by,
            now=house.clock.wall(),
        )
        assert done
    await talk.says("/baocao")
    assert "đề nghị bổ sung: thiếu số người từ 60 tuổi" in talk.heard[-2]
    await talk.presses("Sửa")
    await talk.says("dòng 2", "4", SEND)
    async with house.app.database.reading() as tx:
        [unit] = await house.rows(Report.unit_id)
        report = await reports.of_unit(tx, unit, "2026")
    assert report is not None
    assert (report.state, report.version) == ("submitted", 2)
