"""Paper that waits for a look beside other units, other duties, and nudging by hand (T41, U11)."""

import pytest

from storage.tables import Reminder, Unit
from tests.conftest import ENGINES
from tests.handlers.chasing import MTTQ, an_officer, answers
from tests.handlers.reminding import asked, comes
from tests.handlers.test_claims import PAPER, UNKIND, a_head, claims, questions, says_so
from tests.talk import House, Talk


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """On both engines; weeks pass here, and real platforms close their windows meanwhile."""
    return str(request.param)


async def test_of_two_units_one_rests_and_the_other_is_reminded(house: House, talk: Talk) -> None:
    officer, four = await an_officer(talk), await a_head(talk)
    await four.holds("reporter", "xom-06")
    await comes(house, "2026-12-08 08:00")
    await four.presses(PAPER)
    assert "đã báo cán bộ" in await answers(four, "Xóm 6")
    await comes(house, "2026-12-12 08:00")
    assert "Xóm 4" in asked(four)[-1]
    assert "Xóm 6" not in asked(four)[-1]
    await four.presses(PAPER)
    assert len(questions(officer)) == 2
    assert await claims(house) == [("xom-06", ""), ("xom-04", "")]


async def test_the_front_says_it_kindly_and_hears_it_kindly(house: House, talk: Talk) -> None:
    """Design §5, §9: "kính nhờ", never "quá hạn"."""
    officer = await an_officer(talk)
    front = await talk.somebody("Bà Mặt Trận", role="reporter", unit=MTTQ)
    await comes(house, "2026-12-01 08:00")
    await front.presses("Đã gửi văn bản")
    assert any("đã gửi văn bản kết quả năm 2026. Đã nhận chưa?" in one for one in officer.heard)
    await comes(house, "2026-12-08 08:00")
    assert len(asked(front)) == 1
    await comes(house, "2026-12-16 09:00")
    await officer.presses("Chưa thấy")
    assert "Kính nhờ quý cơ quan" in front.last
    assert not any(word in one.lower() for one in front.heard[-3:] for word in UNKIND)


async def test_asking_again_by_hand_leaves_it_out_and_says_so(house: House, talk: Talk) -> None:
    officer, four = await an_officer(talk), await a_head(talk)
    await a_head(talk, "xom-06", "Ông Sáu")
    await says_so(house, four)
    await comes(house, "2026-12-09 09:00")
    await officer.says("ai chưa nộp")
    preview = await answers(officer, "Nhắc lại")
    assert "không nhắc 1 nơi báo đã nộp bản giấy, chờ kiểm tra: Xóm 4" in preview
    said = await answers(officer, "Nhắc 1 nơi")
    assert "Đã nhắc 1 nơi" in said
    assert "Xóm 4" in said
    assert len(asked(four)) == 1
    stages = await house.rows(
        Unit.code,
        where=(Unit.id == Reminder.unit_id) & Reminder.stage.startswith("asked:"),
    )
    assert stages == ["xom-06"]


async def test_a_claim_between_preview_and_yes_is_left_out(house: House, talk: Talk) -> None:
    """T41."""
    officer, four = await an_officer(talk), await a_head(talk)
    await comes(house, "2026-12-08 08:00")
    await comes(house, "2026-12-09 09:00")
    await officer.says("ai chưa nộp")
    await officer.presses("Nhắc lại")
    await four.presses(PAPER)
    await officer.presses("Nhắc 1 nơi")
    assert len(asked(four)) == 1


async def test_the_group_is_not_told_that_it_owes(house: House, talk: Talk) -> None:
    officer, four = await an_officer(talk), await a_head(talk)
    await says_so(house, four)
    await officer.says("ai chưa nộp")
    await officer.presses("Việc khác")
    await officer.presses("Tin dán vào nhóm Zalo")
    text = next(one for one in officer.heard if one.startswith(("DỮ LIỆU MẪU\nKính gửi", "Kính")))
    assert "Xóm 4" not in text


async def test_the_call_list_says_what_it_says(house: House, talk: Talk) -> None:
    officer, four = await an_officer(talk), await a_head(talk)
    await says_so(house, four)
    await officer.says("ai chưa nộp xóm")
    said = await answers(officer, "Danh sách gọi")
    [line] = [one for one in said.splitlines() if one.startswith("Xóm 4")]
    assert "báo đã nộp bản giấy" in line
