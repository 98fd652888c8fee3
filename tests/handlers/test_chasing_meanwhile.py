"""A mark and what came meanwhile: a return, a report, a colleague's answer (design §5)."""

from handlers.messages import Kind
from tests.handlers.chasing import (
    MTTQ,
    an_officer,
    answers,
    asks,
    marks_unit,
    nudges,
    on_day,
    returns_one,
    since,
)
from tests.handlers.chasing import marks as stored_marks
from tests.handlers.test_reporting import head, reported
from tests.talk import House, Talk

# --- a returned report and a mark ----------------------------------------------------------------


async def test_paper_after_a_return_stops_reminders(house: House, talk: Talk) -> None:
    """Design §5: each mark stops reminders; the unit was told "Trợ lý không nhắc nữa"."""
    officer = await an_officer(talk)
    await reported(await head(talk))
    await returns_one(officer)
    await marks_unit(officer, "xóm 5", "Đã nhận bản giấy")
    assert any("Trợ lý không nhắc nữa" in one for one in talk.heard)
    before = len(talk.heard)
    await nudges(officer)
    assert "cần bổ sung trước khi" not in since(talk, before)


async def test_an_exemption_after_a_return_ends_the_debt(house: House, talk: Talk) -> None:
    """Design §5: miễn stops reminders; "Đã miễn" was said to the officer, so it must be so."""
    officer = await an_officer(talk)
    await reported(await head(talk))
    await returns_one(officer)
    await marks_unit(officer, "xóm 5", "Miễn báo cáo", "Đơn vị đã giải thể")
    said = await asks(officer, "ai chưa nộp xóm")
    assert "Đã trả lại, chờ bổ sung: Xóm 5" not in said
    assert "Được miễn: Xóm 5" in said


async def test_paper_of_before_the_return_does_not_answer_it(house: House, talk: Talk) -> None:
    """The signed copy was there already; when it comes again, that is a mark of its own."""
    officer = await an_officer(talk)
    await head(talk)
    await marks_unit(officer, "xóm 5", "Đã nhận bản giấy")
    await talk.waits(minutes=5)
    await reported(talk)
    await returns_one(officer)
    assert "Đã trả lại, chờ bổ sung: Xóm 5" in await asks(officer, "ai chưa nộp xóm")
    await marks_unit(officer, "xóm 5", "Đã nhận bản giấy")
    assert "Bản giấy, chưa có số liệu: Xóm 5" in await asks(officer, "ai chưa nộp xóm")
    assert await stored_marks(house) == [("paper", False), ("paper", True)]


async def test_a_mark_taken_off_after_a_return_asks_for_what_is_missing(
    house: House, talk: Talk
) -> None:
    officer = await an_officer(talk)
    await reported(await head(talk))
    await returns_one(officer)
    await marks_unit(officer, "xóm 5", "Miễn báo cáo", "Đơn vị đã giải thể")
    await officer.says("nộp chưa xóm 5")
    await officer.presses("Bỏ đánh dấu", "Đồng ý")
    assert "còn cần bổ sung" in talk.last
    assert "Đã trả lại, chờ bổ sung: Xóm 5" in await asks(officer, "ai chưa nộp xóm")


# --- what is told names the unit's own day and standing ------------------------------------------


async def test_who_has_sent_is_not_asked_to_send_when_a_mark_is_tidied_away(
    house: House, talk: Talk
) -> None:
    """Paper, then figures, then the paper mark is taken off: the unit owes nothing."""
    officer = await an_officer(talk)
    await head(talk)
    await marks_unit(officer, "xóm 5", "Đã nhận bản giấy")
    await reported(talk)
    before = len(talk.heard)
    await officer.says("nộp chưa xóm 5")
    await officer.presses("Bỏ đánh dấu", "Đồng ý")
    assert "Xin gửi báo cáo" not in since(talk, before)


async def test_what_is_told_of_a_mark_names_the_units_own_day(house: House, talk: Talk) -> None:
    """An extension stands to 20/12; the exemption beside it is taken off: the day is 20/12."""
    officer = await an_officer(talk)
    await head(talk)
    await marks_unit(officer, "xóm 5", "Gia hạn", "20/12")
    await marks_unit(officer, "xóm 5", "Miễn báo cáo", "Đơn vị đã giải thể")
    await officer.says("nộp chưa xóm 5")
    await officer.presses("Bỏ đánh dấu")
    await officer.presses("iễn")
    await officer.presses("Đồng ý")
    assert "đã bỏ dấu" in talk.last
    assert "trước ngày 15/12" not in talk.last


async def test_after_the_day_nobody_is_asked_to_send_before_it(house: House, talk: Talk) -> None:
    """R18, also to the front, which hears no word of lateness (design §5)."""
    officer = await an_officer(talk)
    six = await talk.somebody("Ông Sáu", role="head", unit="xom-06")
    front = await talk.somebody("Bà Mặt Trận", role="reporter", unit=MTTQ)
    await on_day(house, 2026, 12, 20)
    for unit in ("xóm 6", "Ủy ban MTTQ"):
        await marks_unit(officer, unit, "Đã nhận bản giấy")
        await officer.says(f"nộp chưa {unit}")
        await officer.presses("Bỏ đánh dấu", "Đồng ý")
    assert "Xin gửi báo cáo sớm" in six.last
    assert "kính đề nghị quý cơ quan gửi kết quả năm 2026." in front.last
    for person in (six, front):
        assert "15/12" not in person.last


# --- who could not be told -----------------------------------------------------------------------


async def test_an_officer_hears_that_nobody_could_be_told_of_the_extension(
    house: House, talk: Talk
) -> None:
    """R13: "Nơi đây được báo ngay" is not true of a head who has blocked the bot."""
    officer = await an_officer(talk)
    six = await talk.somebody("Ông Sáu", role="head", unit="xom-06")
    await six.does(Kind.LEFT)
    before = len(officer.heard)
    await marks_unit(officer, "xóm 6", "Gia hạn", "20/12")
    said = since(officer, before).partition("Đã gia hạn")[2]
    assert "gọi điện báo giúp" in said.partition("việc tiếp theo")[0]


async def test_before_the_yes_it_is_said_that_nobody_will_hear_it(talk: Talk) -> None:
    """R13, U18: the consequence must be the true one."""
    officer = await an_officer(talk)
    await talk.somebody("Ông Sáu", role="head", unit="xom-06")
    await officer.says("nộp chưa xóm 6")
    assert "được báo ngay" in await answers(officer, "Đã nhận bản giấy")
    await officer.says("nộp chưa xóm 7")
    said = await answers(officer, "Đã nhận bản giấy")
    assert "được báo ngay" not in said
    assert "gọi báo giúp" in said


# --- paper that a unit says it handed in ---------------------------------------------------------


async def test_a_colleague_who_saw_the_paper_is_believed(house: House, talk: Talk) -> None:
    """T19: the unit was told that it came; nobody may tell it afterwards that it did not."""
    officer, other = await an_officer(talk), await an_officer(talk, "Anh Bình")
    six = await talk.somebody("Ông Sáu", role="head", unit="xom-06")
    await nudges(officer)
    await six.presses("Đã nộp bản giấy")
    await officer.presses("Đã nhận")
    assert "đã nhận bản giấy" in six.last
    await other.presses("Chưa thấy")
    assert "chưa thấy bản giấy" not in six.last


async def test_paper_that_a_deputy_brings_later_that_day_is_asked_about_too(
    house: House, talk: Talk
) -> None:
    """What it reads, "đã báo cán bộ xã", is only true if somebody is told (R13)."""
    officer = await an_officer(talk)
    six = await talk.somebody("Ông Sáu", role="head", unit="xom-06")
    deputy = await talk.somebody("Chị Phó", role="reporter", unit="xom-06")
    await nudges(officer)
    await six.presses("Đã nộp bản giấy")
    await officer.presses("Chưa thấy")
    before = len(officer.heard)
    await deputy.waits(hours=3)
    await deputy.presses("Đã nộp bản giấy")
    assert "đã báo cán bộ" in deputy.heard[-1] + deputy.heard[-2]
    assert "Xóm 6 cho biết đã nộp bản giấy" in since(officer, before)
