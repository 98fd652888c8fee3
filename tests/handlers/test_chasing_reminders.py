"""Nhắc lại: exactly who owes, once a day, and what a unit presses under it (design §5, U11)."""

from handlers.messages import Kind
from storage.tables import AuditRow, DutyMark
from tests.handlers.chasing import (
    BUSINESS,
    MTTQ,
    an_officer,
    answers,
    asks,
    elsewhere,
    marks,
    reminders,
)
from tests.handlers.reminding import comes, passes
from tests.handlers.test_reporting import head, reported
from tests.handlers.test_reports_sent import _until
from tests.talk import House, Talk

FORBIDDEN = ("quá hạn", "chưa nộp", "phải", "bắt buộc", "chậm", "muộn")


async def nudged(officer: Talk, *, whom: str = "Nhắc ") -> str:
    """All the way: preview, then yes."""
    await officer.says("ai chưa nộp")
    await officer.presses("Nhắc lại")
    label = next(one for one in officer.labels if one.startswith(whom))
    return await answers(officer, label)


async def a_head(talk: Talk, unit: str = "xom-06", name: str = "Ông Sáu") -> Talk:
    return await talk.somebody(name, role="head", unit=unit)


# --- whom, and how often -------------------------------------------------------------------------


async def test_only_who_owes_is_reminded_after_a_preview(house: House, talk: Talk) -> None:
    """U18, R17: neither who sent nor whose paper came in."""
    officer, six, seven = (
        await an_officer(talk),
        await a_head(talk),
        await a_head(talk, "xom-07", "Bà Bảy"),
    )
    await reported(await head(talk))
    await officer.says("nộp chưa xóm 7")
    await officer.presses("Đã nhận bản giấy", "Đồng ý")
    await officer.says("ai chưa nộp")
    preview = await answers(officer, "Nhắc lại")
    assert "sẽ nhắc 1 nơi" in preview
    assert "Không tới được 30 nơi" in preview
    assert officer.labels[0] == "Chưa nhắc"
    assert "Đã nhắc 1 nơi" in await answers(officer, "Nhắc 1 nơi")
    assert "xin gửi báo cáo phong trào thi đua năm 2026" in six.last
    assert "trước ngày 15/12 (hết thứ Hai 14/12)" in six.last
    assert six.labels == ["Làm ngay", "Để sau", "Đã nộp bản giấy"]
    for other in (talk, seven):
        assert not any("xin gửi báo cáo" in one for one in other.heard)
    assert await reminders(house) == [("xom-06", "report:2026", "asked:2026-11-22")]
    assert "units.reminded" in await house.rows(AuditRow.action)


async def test_nobody_is_reminded_twice_a_day(house: House, talk: Talk) -> None:
    """R15: one unit, one thing, one day, however often and by whomever it is pressed."""
    officer, other, six = (
        await an_officer(talk),
        await an_officer(talk, "Anh Bình"),
        await a_head(talk),
    )
    await other.says("ai chưa nộp")
    await other.presses("Nhắc lại")
    await nudged(officer)
    await answers(other, "Nhắc 1 nơi")
    said = await asks(officer, "ai chưa nộp")
    assert "Hôm nay đã nhắc 1 nơi" in await answers(officer, "Nhắc lại")
    assert "Đã nhắc 1 nơi, nhiều nhất 1 lần" in said
    assert sum("xin gửi báo cáo" in one for one in six.heard) == 1
    await talk.waits(days=1)
    await nudged(officer)
    assert sum("xin gửi báo cáo" in one for one in six.heard) == 2
    assert "đã nhắc 2 lần, lần cuối 23/11" in (await asks(officer, "nộp chưa xóm 6")).lower()
    assert len(await reminders(house)) == 2


async def test_saying_not_now_reminds_nobody(house: House, talk: Talk) -> None:
    officer = await an_officer(talk)
    await a_head(talk)
    await officer.says("ai chưa nộp")
    await officer.presses("Nhắc lại", "Chưa nhắc")
    assert await reminders(house) == []


async def test_a_report_between_preview_and_yes_is_not_reminded(house: House, talk: Talk) -> None:
    """T41, R17."""
    officer = await an_officer(talk)
    await head(talk)
    await officer.says("ai chưa nộp")
    await officer.presses("Nhắc lại")
    await reported(talk)
    await officer.presses("Nhắc 1 nơi")
    assert await reminders(house) == []
    assert not any("xin gửi báo cáo" in one for one in talk.heard)


async def test_a_right_that_ended_reminds_nobody(house: House, talk: Talk) -> None:
    """T41, A3."""
    officer = await an_officer(talk)
    admin = await talk.somebody("Chị Quản", role="admin")
    await a_head(talk)
    await officer.says("ai chưa nộp")
    await officer.presses("Nhắc lại")
    await admin.says("/quantri", "1")
    await admin.presses("Cô Hương")
    await admin.types("Thu hồi")
    await officer.says("2")
    assert await reminders(house) == []


async def test_nobody_is_written_to_at_night(house: House, talk: Talk) -> None:
    """U11."""
    officer = await an_officer(talk)
    await a_head(talk)
    await officer.says("ai chưa nộp")
    await talk.waits(hours=13)  # 22:00
    assert "từ 7 giờ đến 20 giờ 30" in await answers(officer, "Nhắc lại")
    assert await reminders(house) == []


async def test_who_cannot_be_reached_is_named_with_the_reason(house: House, talk: Talk) -> None:
    """R13, U11: who left, who wants no reminders, who is nobody."""
    officer, six, seven = (
        await an_officer(talk),
        await a_head(talk),
        await a_head(talk, "xom-07", "Bà Bảy"),
    )
    await six.says("dừng nhắc")
    before = len(six.heard)
    await a_head(talk, "xom-08", "Ông Tám")
    said = await nudged(officer)
    assert "Đã nhắc 2 nơi." in said
    assert "đã tắt tin nhắc: Xóm 6" in said
    assert "chưa có người báo cáo: 30 nơi" in said
    assert len(six.heard) == before
    assert any("xin gửi báo cáo" in one for one in seven.heard)
    assert "đã tắt tin nhắc" in await asks(officer, "ai chưa nộp")


async def test_who_blocked_the_bot_is_on_the_call_list(house: House, talk: Talk) -> None:
    officer, six = await an_officer(talk), await a_head(talk)
    await six.does(Kind.LEFT)
    await officer.says("ai chưa nộp xóm")
    said = await answers(officer, "Danh sách gọi")
    six_line = next(one for one in said.splitlines() if one.startswith("Xóm 6"))
    assert "nhắn tới được" not in six_line
    assert "Ông Sáu" in six_line


async def test_units_of_another_commune_are_never_reminded(house: House, talk: Talk) -> None:
    """T13."""
    await elsewhere(house)
    far = await talk.somebody("Trưởng Xa", role="head", unit="xom-99")
    officer = await an_officer(talk)
    await a_head(talk)
    await nudged(officer)
    assert [code for code, *_ in await reminders(house)] == ["xom-06"]
    assert not any("xin gửi" in one for one in far.heard)


async def test_r18_a_nudge_by_hand_covers_the_stage_of_its_day(house: House, talk: Talk) -> None:
    """At half past seven by hand, at eight by itself: once, and not the next morning either."""
    officer, six = await an_officer(talk), await a_head(talk)
    await comes(house, "2026-12-08 07:30")
    await six.says("trang đầu")  # where an app closes after a while, it is open again
    await nudged(officer)
    await passes(house, "2026-12-08 08:00", "2026-12-08 08:30", "2026-12-09 08:00")
    assert sum("xin gửi báo cáo" in one for one in six.heard) == 1
    await comes(house, "2026-12-12 08:00")
    assert sum("xin gửi báo cáo" in one for one in six.heard) == 2


async def test_u11_on_the_last_day_the_second_one_comes_after_it(house: House, talk: Talk) -> None:
    officer, six = await an_officer(talk), await a_head(talk)
    await comes(house, "2026-12-14 07:30")
    await six.says("trang đầu")
    before = len(six.heard)
    await nudged(officer)
    await passes(house, "2026-12-14 08:00", "2026-12-14 09:00")
    assert len(six.heard[before:]) == 1
    await comes(house, "2026-12-14 16:00")
    assert len(six.heard[before:]) == 2


# --- how it is said ------------------------------------------------------------------------------


async def test_the_front_is_asked_kindly_also_after_the_day(house: House, talk: Talk) -> None:
    """Design §5, §9: "kính đề nghị", never "quá hạn"."""
    officer = await an_officer(talk)
    front = await talk.somebody("Bà Mặt Trận", role="reporter", unit=MTTQ)
    await nudged(officer)
    assert "trước ngày 15/12" in front.last
    assert front.labels == ["Điền", "Đã gửi văn bản", "Gặp đầu mối"]
    await _until(house, 12, 16)
    await front.says("trang đầu")
    await front.waits(minutes=1)
    await nudged(officer)
    asked = [one for one in front.heard if "kính đề nghị quý cơ quan phối hợp" in one]
    assert len(asked) == 2
    assert "15/12" not in asked[-1]
    assert not any(word in one.lower() for one in asked for word in FORBIDDEN)


async def test_after_the_day_a_hamlet_hears_that_it_is_over(house: House, talk: Talk) -> None:
    officer, six = await an_officer(talk), await a_head(talk)
    await _until(house, 12, 16)
    await six.says("trang đầu")  # where an app closes after a while, it is open again
    await nudged(officer)
    assert "đến nay chưa có" in six.last


async def test_only_the_required_if_the_officer_wants_so(house: House, talk: Talk) -> None:
    officer, six = await an_officer(talk), await a_head(talk)
    front = await talk.somebody("Bà Mặt Trận", role="reporter", unit=MTTQ)
    await nudged(officer, whom="Chỉ nhắc nơi bắt buộc")
    assert "xin gửi báo cáo" in six.last
    assert not any("kính đề nghị" in one for one in front.heard)


async def test_a_business_is_invited_twice_and_may_end_it(house: House, talk: Talk) -> None:
    """Design §5: doanh nghiệp ≤ 2 invitations, "không tham gia" ends it."""
    officer = await an_officer(talk)
    owner = await talk.somebody("Giám đốc", role="head", unit=BUSINESS)
    for _ in range(2):
        await nudged(officer)
        assert owner.labels == ["Điền", "Để sau", "Không tham gia"]
        await talk.waits(days=1)
    invited = [one for one in owner.heard if "hoàn toàn tự nguyện" in one]
    assert len(invited) == 2
    await officer.says("ai chưa nộp")
    assert "không còn nơi nào" not in (await answers(officer, "Nhắc lại")).lower()
    assert len(await reminders(house)) == 2
    await owner.presses("Không tham gia")
    assert "không mời nữa" in "\n".join(owner.heard[-2:])
    assert await marks(house) == [("exempt", True)]
    assert await house.rows(DutyMark.reason) == ["Đơn vị trả lời: không tham gia"]
    assert any("trả lời không tham gia" in one for one in officer.heard)


# --- what is pressed under it --------------------------------------------------------------------


async def test_now_begins_the_report(talk: Talk) -> None:
    officer, six = await an_officer(talk), await a_head(talk)
    await six.holds("reporter", "xom-07")
    await nudged(officer)
    assert "xin gửi 2 việc sau" in six.last
    assert "Báo cáo năm 2026 của Xóm 7" in await answers(six, "Báo cáo Xóm 7")


async def test_later_is_answered_kindly(talk: Talk) -> None:
    officer, six = await an_officer(talk), await a_head(talk)
    await nudged(officer)
    assert "Khi nào tiện" in await answers(six, "Để sau")


async def test_paper_handed_in_is_asked_of_the_officer(house: House, talk: Talk) -> None:
    officer, six = await an_officer(talk), await a_head(talk)
    await nudged(officer)
    assert "đã báo cán bộ" in await answers(six, "Đã nộp bản giấy")
    assert "Xóm 6 cho biết đã nộp bản giấy báo cáo năm 2026" in officer.last
    assert await marks(house) == []
    assert "Đã ghi: nhận bản giấy của Xóm 6" in await answers(officer, "Đã nhận")
    assert await marks(house) == [("paper", True)]
    assert any("đã nhận bản giấy" in one for one in six.heard)


async def test_paper_that_nobody_has_seen_is_asked_for_kindly(house: House, talk: Talk) -> None:
    officer, six = await an_officer(talk), await a_head(talk)
    await nudged(officer)
    await six.presses("Đã nộp bản giấy")
    await officer.presses("Chưa thấy")
    assert "chưa thấy bản giấy" in six.last
    assert await marks(house) == []


async def test_two_officers_answer_and_one_mark_stands(house: House, talk: Talk) -> None:
    """T05, T19."""
    officer, other = await an_officer(talk), await an_officer(talk, "Anh Bình")
    six = await a_head(talk)
    await nudged(officer)
    await six.presses("Đã nộp bản giấy")
    await officer.presses("Đã nhận")
    assert "đã có dấu này rồi" in await answers(other, "Đã nhận")
    assert await marks(house) == [("paper", True)]


async def test_a_press_after_sending_says_that_nothing_is_needed(talk: Talk) -> None:
    officer = await an_officer(talk)
    await head(talk)
    await nudged(officer)
    button = talk.button("Đã nộp bản giấy")
    await reported(talk)
    before = len(talk.heard)
    await talk.sends(kind="press", button=button)
    await talk.house.settle()
    assert "không cần gửi nữa" in "\n".join(talk.heard[before:])
    assert not any("đã nộp bản giấy báo cáo" in one for one in officer.heard)


async def test_who_is_head_no_more_answers_for_nobody(house: House, talk: Talk) -> None:
    """T41: the right of the press, not of the reminder."""
    officer, six = await an_officer(talk), await a_head(talk)
    admin = await talk.somebody("Chị Quản", role="admin")
    await nudged(officer)
    await admin.says("/quantri", "1")
    await admin.presses("Ông Sáu")
    await admin.types("Thu hồi")
    await six.says("1")
    await six.says("Đã nộp bản giấy")
    assert not any("cho biết đã nộp bản giấy" in one for one in officer.heard)
