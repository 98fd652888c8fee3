"""Which report of which period /duyet and its notices lead to, also after January (issue 7)."""

from tests.handlers.chasing import an_officer, asks, deadlines, on_day, since, waits_till
from tests.handlers.receiving import WHY, freezes, has_sent, states
from tests.handlers.test_reporting import head, reported
from tests.talk import House, Talk


async def gives_back(officer: Talk) -> None:
    """Of the period that is shown, the first report of the queue."""
    await officer.presses("Duyệt lần lượt")
    await officer.presses("Trả lại")
    await officer.says(WHY)
    await officer.presses("Gửi")


# --- years that are over -------------------------------------------------------------------------


async def test_frozen_figures_can_be_reopened_after_january(house: House, talk: Talk) -> None:
    """Design §5: mở lại, by an officer with a reason, whenever the mistake is found."""
    officer = await an_officer(talk)
    await reported(await head(talk))
    await freezes(officer)
    await on_day(house, 2027, 2, 3)
    await officer.says("trang đầu")
    said = await asks(officer, "mở lại báo cáo")
    assert "năm 2026" in said
    await officer.presses("năm 2026")
    await officer.presses("Mở lại")
    await officer.says("Xóm 5 gửi thiếu số")
    assert "Đã mở lại báo cáo năm 2026" in "\n".join(officer.heard[-2:])


async def test_figures_that_were_all_received_can_still_be_frozen_after_january(
    house: House, talk: Talk
) -> None:
    """Nothing waits any more, nobody froze: the year does not vanish from /duyet."""
    officer = await an_officer(talk)
    await reported(await head(talk))
    await officer.says("/duyet")
    await officer.presses("Duyệt lần lượt", "Tiếp nhận")
    await on_day(house, 2027, 2, 3)
    await officer.says("trang đầu")
    said = await asks(officer, "chốt số liệu")
    assert "năm 2026" in said


async def test_a_year_that_is_named_is_opened(house: House, talk: Talk) -> None:
    """U5: whatever the officer's words begin with, the year behind them is the one meant."""
    officer = await an_officer(talk)
    await reported(await head(talk))
    await freezes(officer)
    await on_day(house, 2027, 2, 3)
    await officer.says("trang đầu")
    for words in ("/duyet 2026", "mở lại báo cáo 2026", "duyệt báo cáo năm 2026"):
        assert "Báo cáo năm 2026. Số liệu đã chốt" in await asks(officer, words)
    assert "Báo cáo năm 2027" in await asks(officer, "/duyet 2027")


async def test_a_year_of_which_there_is_nothing_is_said_so(talk: Talk) -> None:
    officer = await an_officer(talk)
    assert "chưa có báo cáo nào của kỳ này" in await asks(officer, "/duyet 2031")


# --- one unit, several periods -------------------------------------------------------------------


async def test_of_two_reports_of_one_unit_it_is_asked_which(house: House, talk: Talk) -> None:
    """Two reports of Xóm 5 wait: which is meant is asked, not guessed."""
    await deadlines(house, so_ket="2026-12-20")
    officer = await an_officer(talk)
    await has_sent(house, "xom-05")
    await has_sent(house, "xom-05", period="so_ket_2027")
    await officer.says("/duyet xóm 5")
    assert "Xóm 5 có nhiều báo cáo" in officer.last
    assert officer.labels == ["năm 2026", "sơ kết 2025 - 2027"]
    await officer.presses("sơ kết")
    assert "Báo cáo sơ kết 2025 - 2027 của Xóm 5" in "\n".join(officer.heard[-3:])
    await officer.presses("Tiếp nhận")
    assert await states(house) == [("accepted", 1), ("submitted", 1)]
    await officer.says("/duyet xóm 5")  # the one that still waits
    assert "Báo cáo năm 2026 của Xóm 5" in "\n".join(officer.heard[-3:])


async def test_a_unit_and_a_year_are_named_at_once(house: House, talk: Talk) -> None:
    officer = await an_officer(talk)
    await has_sent(house, "xom-05")
    await has_sent(house, "xom-05", period="2025")
    await officer.says("duyệt báo cáo xóm 5 năm 2025")
    assert "Báo cáo năm 2025 của Xóm 5" in "\n".join(officer.heard[-3:])


# --- the notice of a returned report -------------------------------------------------------------


async def test_a_report_returned_in_february_is_the_one_that_is_opened(talk: Talk) -> None:
    """A6: the notice is about 2026; "Bổ sung ngay" opens no empty report of 2027."""
    officer = await an_officer(talk)
    await reported(await head(talk))
    await waits_till(talk, 2027, 2, 5)
    await officer.says("/duyet")
    await officer.presses("năm 2026")
    await gives_back(officer)
    before = len(talk.heard)
    await talk.presses("Bổ sung ngay")
    assert "năm 2027" not in since(talk, before)
    assert WHY in since(talk, before)


async def test_a_returned_so_ket_is_opened_and_not_asked_which(house: House, talk: Talk) -> None:
    """T42: the notice is about one report; no other is what the answer goes to."""
    await deadlines(house, so_ket="2026-12-20")
    officer = await an_officer(talk)
    await head(talk)
    await has_sent(house, "xom-05", period="so_ket_2027")
    await officer.says("/duyet")
    await officer.presses("sơ kết")
    await gives_back(officer)
    before = len(talk.heard)
    await talk.presses("Bổ sung ngay")
    assert WHY in since(talk, before)
