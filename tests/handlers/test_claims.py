"""What a unit says of its paper rests until an officer has looked (T13, T19, T41, R17)."""

import pytest

from bot.channels.base import TryLater
from storage.tables import AuditRow, Claim, OutboxRow, Unit
from tests.conftest import ENGINES
from tests.handlers.chasing import an_officer, answers, asks, elsewhere, ends_on, marks
from tests.handlers.reminding import asked, comes, passes
from tests.handlers.test_reporting import head, reported
from tests.talk import House, Talk

PAPER = "Đã nộp bản giấy"
WAITS = "Báo đã nộp bản giấy, chờ kiểm tra"
UNKIND = ("quá hạn", "chưa nộp", "phải", "bắt buộc", "chậm", "muộn")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """On both engines; weeks pass here, and real platforms close their windows meanwhile."""
    return str(request.param)


async def claims(house: House) -> list[tuple[str, str]]:
    """(unit's code, verdict) of every claim, oldest first; "" = nobody has looked."""
    rows = await house.rows(Claim.id, Unit.code, Claim.verdict, where=Unit.id == Claim.unit_id)
    return [(code, verdict) for _, code, verdict in sorted(rows)]


async def a_head(talk: Talk, unit: str = "xom-04", name: str = "Ông Tư") -> Talk:
    return await talk.somebody(name, role="head", unit=unit)


async def says_so(house: House, person: Talk, day: str = "2026-12-08") -> str:
    """Reminded at eight, this person says that paper was handed in; what is answered."""
    await comes(house, f"{day} 08:00")
    return await answers(person, PAPER)


def questions(officer: Talk) -> list[str]:
    return [one for one in officer.heard if "Đã nhận chưa?" in one]


# --- it rests ------------------------------------------------------------------------------------


async def test_whoever_says_so_hears_no_more_of_it(house: House, talk: Talk) -> None:
    officer, four = await an_officer(talk), await a_head(talk)
    assert "tạm thôi nhắc" in await says_so(house, four)
    assert questions(officer) == ["Xóm 4 cho biết đã nộp bản giấy báo cáo năm 2026. Đã nhận chưa?"]
    await passes(house, "2026-12-12 08:00", "2026-12-14 08:00", "2026-12-14 16:00")
    assert len(asked(four)) == 1
    assert await claims(house) == [("xom-04", "")]
    assert {"claim.said"} <= set(await house.rows(AuditRow.action))


async def test_it_is_still_counted_as_owing_and_shown_apart(house: House, talk: Talk) -> None:
    officer, four = await an_officer(talk), await a_head(talk)
    await says_so(house, four)
    said = await asks(officer, "ai chưa nộp")
    assert "đã nộp 0/25, còn 25" in said
    assert f"{WAITS}: Xóm 4." in said
    assert f"{WAITS}. Hạn" in await asks(officer, "nộp chưa xóm 4")


async def test_what_is_on_its_way_falls_at_once(house: House, talk: Talk) -> None:
    """R17: said by the head while the message to the other reporter waits for its platform."""
    four = await a_head(talk)
    other = await talk.somebody("Chị Thư", role="reporter", unit="xom-04")
    await comes(house, "2026-12-08 08:00")  # the reporter alone is told so early
    await other.says("trang đầu")
    house.channel.failures.extend([TryLater(300, whole_channel=False)] * 2)
    await comes(house, "2026-12-12 08:00")
    before = len(asked(four)) + len(asked(other))
    await other.presses(PAPER)
    await other.waits(minutes=20)
    assert len(asked(four)) + len(asked(other)) == before
    states = await house.rows(OutboxRow.state, where=OutboxRow.kind == "reminder")
    assert sorted(states) == ["sent", "superseded", "superseded"]


async def test_a_stage_missed_meanwhile_is_not_made_up(house: House, talk: Talk) -> None:
    officer, four = await an_officer(talk), await a_head(talk)
    await says_so(house, four)
    await passes(house, "2026-12-12 08:00", "2026-12-13 10:00")
    await officer.presses("Chưa thấy")
    assert "chưa thấy bản giấy" in four.last
    await passes(house, "2026-12-13 10:30", "2026-12-13 16:00")
    assert len(asked(four)) == 1
    await comes(house, "2026-12-14 08:00")
    assert len(asked(four)) == 2
    assert await claims(house) == [("xom-04", "unseen")]


async def test_what_fell_stays_fallen_when_nobody_has_seen_it(house: House, talk: Talk) -> None:
    officer, four = await an_officer(talk), await a_head(talk)
    await comes(house, "2026-12-08 08:00")
    house.channel.failures.extend([TryLater(1_800, whole_channel=False)] * 2)
    await comes(house, "2026-12-12 08:00")
    assert len(asked(four)) == 1
    await four.presses(PAPER)
    await officer.presses("Chưa thấy")
    await four.waits(hours=2)
    await comes(house, "2026-12-12 11:00")
    assert len(asked(four)) == 1


# --- the officer looks ---------------------------------------------------------------------------


async def test_seen_makes_the_mark_and_settles_it(house: House, talk: Talk) -> None:
    officer, four = await an_officer(talk), await a_head(talk)
    await says_so(house, four)
    assert "Đã ghi: nhận bản giấy của Xóm 4" in await answers(officer, "Đã nhận")
    assert await claims(house) == [("xom-04", "seen")]
    assert await marks(house) == [("paper", True)]
    assert WAITS not in await asks(officer, "ai chưa nộp")


async def test_the_second_officer_changes_nothing(house: House, talk: Talk) -> None:
    """T19: a colleague has answered that nothing was there; the unit is told once."""
    officer, other = await an_officer(talk), await an_officer(talk, "Anh Bình")
    four = await a_head(talk)
    await says_so(house, four)
    await officer.presses("Chưa thấy")
    before = len(four.heard)
    assert "Đã có câu trả lời" in await answers(other, "Chưa thấy")
    assert len(four.heard) == before


async def test_an_old_question_does_not_answer_a_new_claim(house: House, talk: Talk) -> None:
    """T41: "Chưa thấy" is of the paper that was asked about."""
    officer, other = await an_officer(talk), await an_officer(talk, "Anh Bình")
    four = await a_head(talk)
    await says_so(house, four)
    old = other.button("Chưa thấy")
    await officer.presses("Chưa thấy")
    await comes(house, "2026-12-12 08:00")
    await four.presses(PAPER)
    await other.sends(kind="press", button=old)
    await house.settle()
    assert any("Đã có câu trả lời" in one for one in other.heard[-2:])
    assert await claims(house) == [("xom-04", "unseen"), ("xom-04", "")]
    assert len(questions(officer)) == 2


async def test_all_that_wait_are_looked_at_one_by_one(house: House, talk: Talk) -> None:
    officer, four, six = (
        await an_officer(talk),
        await a_head(talk),
        await a_head(talk, "xom-06", "Ông Sáu"),
    )
    await says_so(house, four)
    await six.presses(PAPER)
    await officer.says("ai chưa nộp")
    assert officer.labels[0] == "Kiểm tra bản giấy"
    assert len(officer.labels) == 5
    assert "Có 2 nơi" in await answers(officer, "Kiểm tra bản giấy")
    assert officer.labels == ["Xóm 4", "Xóm 6", "Quay về"]
    said = await answers(officer, "Xóm 6")
    assert "Xóm 6 báo đã nộp bản giấy báo cáo năm 2026 hôm thứ Ba 8/12" in said
    said = await answers(officer, "Chưa thấy")
    assert "đã nhắn lại cho Xóm 6" in said
    assert "Xóm 4 báo đã nộp" in said
    assert "chưa thấy bản giấy" in six.last
    await officer.presses("Đã nhận")
    assert await claims(house) == [("xom-04", "seen"), ("xom-06", "unseen")]
    assert "Kiểm tra bản giấy" not in officer.labels


async def test_the_totals_are_still_found_while_paper_waits(house: House, talk: Talk) -> None:
    officer, four = await an_officer(talk), await a_head(talk)
    await says_so(house, four)
    await officer.says("ai chưa nộp")
    await officer.presses("Việc khác")
    assert "Bảng tổng hợp" in officer.labels
    assert "năm 2026" in await answers(officer, "Bảng tổng hợp")


async def test_a_claim_that_was_settled_meanwhile_is_not_judged(house: House, talk: Talk) -> None:
    """T41: the question was open, and then the report came."""
    officer = await an_officer(talk)
    await head(talk)
    await says_so(house, talk)
    await officer.says("ai chưa nộp")
    await officer.presses("Kiểm tra bản giấy")
    await reported(talk)
    before = len(talk.heard)
    assert "đã có câu trả lời" in (await answers(officer, "Chưa thấy")).lower()
    assert len(talk.heard) == before
    assert await claims(house) == [("xom-05", "needless")]


async def test_a_mark_from_the_card_settles_it_too(house: House, talk: Talk) -> None:
    officer, four = await an_officer(talk), await a_head(talk)
    await says_so(house, four)
    await officer.says("nộp chưa xóm 4")
    await officer.presses("Miễn báo cáo")
    await officer.says("Xóm đã sáp nhập rồi", "2")
    assert await marks(house) == [("exempt", True)]
    assert await claims(house) == [("xom-04", "needless")]


# --- who does not look is asked again ------------------------------------------------------------


async def test_the_names_say_who_waits_for_a_look(house: House, talk: Talk) -> None:
    officer, four = await an_officer(talk), await a_head(talk)
    await says_so(house, four)
    await comes(house, "2026-12-11 08:00")
    assert f"{WAITS}: Xóm 4." in officer.last
    assert officer.labels[0] == "Kiểm tra bản giấy"
    assert "Xóm 4 báo đã nộp" in await answers(officer, "Kiểm tra bản giấy")


async def test_after_three_working_days_the_officer_is_asked_once_more(
    house: House, talk: Talk
) -> None:
    """Said on Wednesday 16/12: Monday 21/12 is the third working day; no name is due then."""
    officer, four = await an_officer(talk), await a_head(talk)
    await comes(house, "2026-12-15 08:00")
    await comes(house, "2026-12-16 09:00")
    await four.presses(PAPER)
    before = len(officer.heard)
    await passes(house, *(f"2026-12-{day} 08:00" for day in (17, 18, 19, 20)))
    assert len(officer.heard) == before
    await comes(house, "2026-12-21 08:00")
    assert f"{WAITS}: Xóm 4." in officer.last
    before = len(officer.heard)
    await passes(house, *(f"2026-12-{day} 08:00" for day in range(22, 29)))
    assert len(officer.heard) == before


async def test_whoever_has_looked_is_not_asked_again(house: House, talk: Talk) -> None:
    officer, four = await an_officer(talk), await a_head(talk)
    await comes(house, "2026-12-15 08:00")
    await comes(house, "2026-12-16 09:00")
    await four.presses(PAPER)
    await officer.presses("Đã nhận")
    before = len(officer.heard)
    await passes(house, "2026-12-21 08:00", "2026-12-22 08:00")
    assert len(officer.heard) == before


# --- said twice, by others, too late -------------------------------------------------------------


async def test_pressed_twice_the_officer_is_asked_once(house: House, talk: Talk) -> None:
    """T19: by the same and by another who reports for the unit."""
    officer, four = await an_officer(talk), await a_head(talk)
    clerk = await talk.somebody("Chị Thư", role="reporter", unit="xom-04")
    await comes(house, "2026-12-08 08:00")
    await comes(house, "2026-12-12 08:00")  # the head hears it too
    await clerk.presses(PAPER)
    assert "từ trước" in await answers(four, PAPER)
    await answers(clerk, PAPER)
    assert len(questions(officer)) == 1
    assert await claims(house) == [("xom-04", "")]


async def test_a_report_makes_it_needless(house: House, talk: Talk) -> None:
    officer = await an_officer(talk)
    await head(talk)
    await says_so(house, talk)
    await reported(talk)
    assert await claims(house) == [("xom-05", "needless")]
    assert WAITS not in await asks(officer, "ai chưa nộp")
    assert "đã có bản giấy hoặc đã xong" in await answers(officer, "Chưa thấy")


async def test_after_the_figures_were_frozen_nothing_is_kept(house: House, talk: Talk) -> None:
    """T41: the press comes after chốt."""
    officer, four = await an_officer(talk), await a_head(talk)
    await comes(house, "2026-12-15 08:00")
    await officer.says("duyệt báo cáo")
    await officer.presses("Chốt số liệu")
    await officer.says("1" if "Chốt" in officer.labels[0] else "2")
    assert "đã chốt" in await answers(four, PAPER)
    assert await claims(house) == []
    assert questions(officer) == []


async def test_whoever_was_removed_says_nothing_for_the_unit(house: House, talk: Talk) -> None:
    """T41, T14: the right of the press."""
    officer, four = await an_officer(talk), await a_head(talk)
    admin = await talk.somebody("Chị Quản", role="admin")
    await comes(house, "2026-12-08 08:00")
    button = four.button(PAPER)
    await admin.says("/quantri", "1")
    await admin.presses("Ông Tư")
    await admin.types("Thu hồi")
    await four.sends(kind="press", button=button)
    await house.settle()
    assert await claims(house) == []
    assert questions(officer) == []


async def test_nobody_says_it_for_another_unit(house: House, talk: Talk) -> None:
    """T13: what is pressed names a unit this person does not report for."""
    officer, four = await an_officer(talk), await a_head(talk)
    await four.holds("reporter", "xom-06")
    await comes(house, "2026-12-08 08:00")
    assert "2 việc" in four.last
    await answers(four, PAPER)
    assert four.labels[-3:] == ["Xóm 4", "Xóm 6", "Chưa nơi nào"]
    admin = await talk.somebody("Chị Quản", role="admin")
    await admin.says("/quantri", "1")
    await admin.presses("Xóm 6")
    await admin.types("Thu hồi")
    await four.presses("Xóm 6")
    assert await claims(house) == []
    assert questions(officer) == []


async def test_an_officer_of_another_commune_settles_nothing(house: House, talk: Talk) -> None:
    """T13."""
    await elsewhere(house)
    far = await talk.somebody("Cô Xa", role="officer", unit="xa-khac")
    officer, four = await an_officer(talk), await a_head(talk)
    await says_so(house, four)
    assert questions(far) == []
    assert WAITS not in await asks(far, "ai chưa nộp")
    assert len(questions(officer)) == 1
    assert await claims(house) == [("xom-04", "")]


async def test_an_officer_who_is_none_any_more_settles_nothing(house: House, talk: Talk) -> None:
    """T41, A3."""
    officer, four = await an_officer(talk), await a_head(talk)
    admin = await talk.somebody("Chị Quản", role="admin")
    await says_so(house, four)
    await officer.says("ai chưa nộp")
    await officer.presses("Kiểm tra bản giấy")
    await admin.says("/quantri", "1")
    await admin.presses("Cô Hương")
    await admin.types("Thu hồi")
    await officer.says("1")
    assert await claims(house) == [("xom-04", "")]
    assert await marks(house) == []


async def test_a_unit_that_ends_takes_its_claim_out_of_the_list(house: House, talk: Talk) -> None:
    officer, four = await an_officer(talk), await a_head(talk)
    await says_so(house, four)
    await ends_on(house, "xom-04", "2026-12-09")
    await comes(house, "2026-12-10 09:00")
    assert WAITS not in await asks(officer, "ai chưa nộp")
    await officer.presses("Đã nhận")
    assert await marks(house) == []
