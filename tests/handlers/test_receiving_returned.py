"""An officer asks a unit for its report again, with a reason (/duyet; design §5)."""

from datetime import timedelta

import pytest

from tests.handlers.receiving import WHY, has_sent, officer, opened, states, tail, verdicts_of
from tests.handlers.test_reporting import SEND, head, reported, sent_versions, values
from tests.talk import House, Talk

# --- asking for it again -------------------------------------------------------------------------


async def test_a_reason_goes_at_once_and_opens_the_same_report(house: House, talk: Talk) -> None:
    """Issue 7: return with a reason that reopens the same draft and is sent at once."""
    await reported(await head(talk))
    her = await opened(await officer(talk))
    await her.presses("Trả lại")
    await her.says("ok")
    assert "Lý do cần từ 5 đến 500" in tail(her, 2)
    await her.says(WHY)
    assert f"Đơn vị sẽ đọc: {WHY}" in her.last
    assert await states(house) == [("submitted", 1)]
    await her.presses("Gửi")
    assert "Đã gửi Xóm 5 đề nghị bổ sung" in tail(her, 3)
    assert await states(house) == [("returned", 1)]
    assert await verdicts_of(house) == [(1, "returned", WHY)]
    assert f"trả lại báo cáo năm 2026 của Xóm 5 để bổ sung: {WHY}" in talk.last
    await talk.presses("Bổ sung ngay")
    assert WHY in tail(talk, 2)
    await talk.presses("Sửa")
    await talk.says("dòng 2", "4", SEND)
    assert values((await sent_versions(house))[-1][1])["sessions"] == 4  # type: ignore[arg-type]
    await opened(her)
    assert f"Bản gửi lại. Đã đề nghị bổ sung: {WHY}" in tail(her, 2)
    assert "đã gửi 3 buổi, bản này 4 buổi" in tail(her, 2)


async def test_a_unit_may_do_it_later_and_its_open_question_stays(talk: Talk) -> None:
    await reported(await head(talk))
    her = await opened(await officer(talk))
    await her.presses("Trả lại")
    await her.says(WHY)
    await her.presses("Gửi")
    await talk.says("/hoc")
    lesson = talk.last
    await talk.presses("Để sau")
    assert "Lúc nào muốn bổ sung" in tail(talk, 2)
    assert talk.last == lesson


@pytest.mark.parametrize("code", ["mttq", "cong-an-xa"])
async def test_who_is_only_requested_never_reads_that_it_was_returned(
    house: House, talk: Talk, code: str
) -> None:
    """Design §5: "tiếp nhận" | "kính đề nghị bổ sung"."""
    front = await talk.somebody("Bà Mận", role="reporter", unit=code)
    her = await officer(talk)
    await has_sent(house, code)
    await opened(her)
    assert "Trả lại kèm lý do" not in her.labels
    await her.presses("Kính đề nghị bổ sung")
    assert her.last.startswith("Kính đề nghị")
    await her.says("Xin thêm số đoàn viên đã học")
    await her.presses("Gửi")
    assert "kính đề nghị" in front.last
    await front.says("/baocao")
    assert not any("trả lại" in one.lower() for one in front.heard)
    await has_sent(house, code, after=timedelta(hours=1))
    await opened(her)
    await her.presses("Tiếp nhận")
    assert "trân trọng tiếp nhận" in front.last


async def test_the_reason_is_written_once_more_or_dropped(house: House, talk: Talk) -> None:
    await reported(await head(talk))
    her = await opened(await officer(talk))
    await her.presses("Trả lại")
    await her.says("Số nay la qua", "Số này lớn quá, xin xem lại")
    assert "Số này lớn quá, xin xem lại" in her.last
    await her.presses("Viết lại")
    await her.says(WHY)
    await her.presses("Không gửi")
    assert "Xử lý báo cáo của Xóm 5" in her.last
    assert await verdicts_of(house) == []
    assert not any("bổ sung" in one for one in talk.heard)


@pytest.mark.parametrize("typed", ["....", "12345", "x" * 501, "👍👍👍👍👍👍"])
async def test_what_is_no_reason_is_asked_again(house: House, talk: Talk, typed: str) -> None:
    her = await officer(talk)
    await has_sent(house)
    await opened(her)
    await her.presses("Trả lại")
    await her.says(typed)
    assert "Lý do cần từ 5 đến 500" in tail(her, 2)
    assert await verdicts_of(house) == []


async def test_a_reason_full_of_signs_is_shown_as_it_is(house: House, talk: Talk) -> None:
    """T24, T28: a reason is only ever a value."""
    await reported(await head(talk))
    her = await opened(await officer(talk))
    await her.presses("Trả lại")
    await her.says("{unit} <b>thiếu</b> & '; DROP TABLE reports; --")
    await her.presses("Gửi")
    assert "{unit} <b>thiếu</b> & '; DROP TABLE reports; --" in talk.last


async def test_who_cannot_be_told_is_named_to_the_officer(house: House, talk: Talk) -> None:
    """R13: an officer who believes it has arrived would not phone."""
    her = await officer(talk)
    await has_sent(house)
    await opened(her)
    await her.presses("Trả lại")
    await her.says(WHY)
    await her.presses("Gửi")
    assert "chưa ai nhận tin cho Xóm 5. Xin gọi điện" in "\n".join(her.heard)


# --- one that is asked for by name ---------------------------------------------------------------


async def test_one_units_report_is_opened_by_its_name(house: House, talk: Talk) -> None:
    her = await officer(talk)
    await has_sent(house, "xom-05")
    await has_sent(house, "xom-06", after=timedelta(hours=1))
    await her.says("/duyet xóm 6")
    assert "Báo cáo năm 2026 của Xóm 6" in tail(her, 3)
    assert "Bỏ qua, xem báo cáo sau" not in her.labels
    await her.presses("Tiếp nhận")
    assert "Duyệt lần lượt (1)" in her.labels
    await her.says("duyệt báo cáo xóm 6")
    assert "đã tiếp nhận từ trước" in her.last
    await her.presses("Trả lại")
    await her.says(WHY)
    await her.presses("Gửi")
    await her.says("/duyet xóm 6")
    assert f"Đã đề nghị bổ sung: {WHY}" in tail(her, 2)
    await her.presses("Tiếp nhận")
    assert [verdict for _, verdict, _ in await verdicts_of(house)] == [
        *("accepted", "returned", "accepted"),
    ]


async def test_two_units_of_one_name_are_asked_about(house: House, talk: Talk) -> None:
    her = await officer(talk)
    await has_sent(house, "xom-03b")
    await her.says("/duyet xóm 3")
    await her.presses("xã cũ B")
    assert "Báo cáo năm 2026 của Xóm 3 - xã cũ B" in tail(her, 3)


async def test_who_has_not_sent_is_said_so(talk: Talk) -> None:
    her = await officer(talk)
    await her.says("/duyet xóm 5")
    assert "Xóm 5 chưa gửi báo cáo này." in tail(her, 2)
    await her.says("/duyet abc xyz")
    assert "chưa tìm thấy nơi này" in tail(her, 2)
