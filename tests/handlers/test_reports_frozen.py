"""What a unit reads once figures are frozen, and what a reminder must say (design §5)."""

from tests.handlers.chasing import MTTQ, an_officer, answers, asks, marks_unit, on_day, returns_one
from tests.handlers.receiving import freezes
from tests.handlers.test_reporting import head, reported
from tests.talk import House, Talk


async def test_a_unit_whose_returned_report_is_left_out_is_not_told_it_was_received(
    house: House, talk: Talk
) -> None:
    """Returned ones are not in the snapshot: "đã nhận" makes the unit believe that it counts."""
    officer = await an_officer(talk)
    await reported(await head(talk))
    await returns_one(officer)
    await freezes(officer)
    said = await answers(talk, "Bổ sung ngay")
    assert "không được tính" in said
    assert "đã nhận, mã" not in said


async def test_a_unit_that_handed_in_paper_is_not_told_that_it_sent_nothing(
    house: House, talk: Talk
) -> None:
    """It was told "đã nhận bản giấy"; after the freeze it must not read "Đơn vị chưa gửi"."""
    officer = await an_officer(talk)
    await head(talk)
    await marks_unit(officer, "xóm 5", "Đã nhận bản giấy")
    await freezes(officer)
    assert "Đơn vị chưa gửi" not in await asks(talk, "/baocao")


async def test_an_exempt_unit_is_not_told_that_it_sent_nothing(house: House, talk: Talk) -> None:
    """Miễn is no debt, also after the freeze."""
    officer = await an_officer(talk)
    await head(talk)
    await marks_unit(officer, "xóm 5", "Miễn báo cáo", "Đơn vị đã giải thể")
    await freezes(officer)
    assert "Đơn vị chưa gửi" not in await asks(talk, "/baocao")


async def test_an_exempt_unit_is_not_told_that_it_is_overdue(house: House, talk: Talk) -> None:
    """Never "đã quá hạn" and "không phải báo cáo" in one breath."""
    officer = await an_officer(talk)
    await head(talk)
    await marks_unit(officer, "xóm 5", "Miễn báo cáo", "Đơn vị đã giải thể")
    await on_day(house, 2026, 12, 20)
    assert "đã quá hạn" not in await asks(talk, "/baocao")


async def test_a_unit_with_paper_in_time_is_not_told_that_it_is_overdue(
    house: House, talk: Talk
) -> None:
    """Its paper came before the day and was acknowledged."""
    officer = await an_officer(talk)
    await head(talk)
    await marks_unit(officer, "xóm 5", "Đã nhận bản giấy")
    await on_day(house, 2026, 12, 20)
    assert "đã quá hạn" not in await asks(talk, "/baocao")


async def test_after_the_day_the_front_is_not_asked_to_send_before_it(
    house: House, talk: Talk
) -> None:
    """R18: on 20/12 "kính đề nghị … gửi kết quả trước ngày 15/12" cannot be done."""
    front = await talk.somebody("Bà Mặt Trận", role="reporter", unit=MTTQ)
    await on_day(house, 2026, 12, 20)
    said = await asks(front, "/baocao")
    assert "Kính đề nghị" in said
    assert "trước ngày 15/12" not in said


async def test_the_front_never_hears_of_lateness_in_its_receipt(house: House, talk: Talk) -> None:
    """Design §5: MTTQ, đoàn thể: never "quá hạn"."""
    front = await talk.somebody("Bà Mặt Trận", role="reporter", unit=MTTQ)
    await on_day(house, 2026, 12, 20)
    await front.says("/baocao", "1")
    while "Gửi" not in front.labels:
        await front.says("không")
    await front.presses("Gửi")
    assert "Mã: BC2026" in front.last
    assert "sau hạn" not in front.last
