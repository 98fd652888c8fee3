"""Bản giấy, gia hạn, miễn: set by the office, told to the unit once, never after the freeze."""

from datetime import date

import pytest

from handlers.office.chasing import marks
from handlers.office.chasing.marks import At, Wish
from handlers.reporting import periods
from handlers.reporting.service import Denied, Frozen
from storage import units
from storage.tables import AuditRow, DutyMark
from tests.handlers.chasing import MTTQ, an_officer, answers, asks, elsewhere
from tests.handlers.chasing import marks as stored_marks
from tests.handlers.test_reporting import head, reported
from tests.talk import House, Talk


async def a_head(talk: Talk, unit: str = "xom-06", name: str = "Ông Sáu") -> Talk:
    return await talk.somebody(name, role="head", unit=unit)


async def froze(officer: Talk) -> None:
    await officer.says("chốt số liệu")
    await officer.presses("Chốt số liệu")
    await officer.presses("Chốt số liệu")


# --- paper ---------------------------------------------------------------------------------------


async def test_paper_is_marked_after_a_look_and_the_unit_is_told_once(
    house: House, talk: Talk
) -> None:
    """U18: the safe choice first; A5: on record."""
    officer, six = await an_officer(talk), await a_head(talk)
    deputy = await talk.somebody("Chị Phó", role="reporter", unit="xom-06")
    await officer.says("nộp chưa xóm 6")
    await officer.presses("Đã nhận bản giấy")
    assert officer.labels == ["Chưa làm", "Đồng ý"]
    assert "Đã ghi: nhận bản giấy của Xóm 6" in await answers(officer, "Đồng ý")
    for person in (six, deputy):
        told = [one for one in person.heard if "đã nhận bản giấy báo cáo năm 2026" in one]
        assert len(told) == 1
    assert await stored_marks(house) == [("paper", True)]
    assert "mark.made" in await house.rows(AuditRow.action)
    said = await asks(officer, "ai chưa nộp xóm")
    assert "đã nộp 1/13" in said
    assert "Bản giấy, chưa có số liệu: Xóm 6." in said


async def test_nothing_is_marked_without_a_yes(house: House, talk: Talk) -> None:
    officer = await an_officer(talk)
    await officer.says("nộp chưa xóm 6")
    await officer.presses("Đã nhận bản giấy", "Chưa làm")
    assert await stored_marks(house) == []


async def test_who_was_asked_kindly_is_told_kindly(talk: Talk) -> None:
    """Design §5: to MTTQ no word of duty or lateness."""
    officer = await an_officer(talk)
    front = await talk.somebody("Bà Mặt Trận", role="reporter", unit=MTTQ)
    for mark, answer in (("Gia hạn", "20/12"), ("Miễn báo cáo", "Đã gửi chung với hội")):
        await officer.says("nộp chưa Ủy ban MTTQ")
        await officer.presses(mark)
        await officer.says(answer)
        await officer.presses("Đồng ý")
    await officer.says("nộp chưa Ủy ban MTTQ")
    await officer.presses("Bỏ đánh dấu")
    await officer.presses(officer.labels[0])
    await officer.presses("Đồng ý")
    told = [one for one in front.heard if "quý cơ quan" in one]
    assert len(told) == 3
    for one in told:
        assert not any(word in one.lower() for word in ("hạn", "miễn", "chưa nộp", "phải"))


# --- more time -----------------------------------------------------------------------------------


async def test_more_time_is_read_back_with_its_weekday(house: House, talk: Talk) -> None:
    officer, six = await an_officer(talk), await a_head(talk)
    await officer.says("nộp chưa xóm 6")
    await officer.presses("Gia hạn")
    assert "Chủ nhật 20/12/2026" in await asks(officer, "20/12")
    await officer.presses("Đồng ý")
    assert await house.rows(DutyMark.until) == [date(2026, 12, 20)]
    assert any("được lùi đến hết Chủ nhật 20/12/2026" in one for one in six.heard)
    said = await asks(officer, "ai chưa nộp")
    assert "Được gia hạn: Xóm 6 (đến hết Chủ nhật 20/12/2026)." in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("14/12", "phải sau thứ Hai 14/12/2026"),
        ("10/12/2026", "phải sau thứ Hai 14/12/2026"),
        ("20/3/2027", "không quá thứ Sáu 12/2/2027"),
        ("30/2", "chưa rõ ngày này"),
        ("mồng 3 tết", "chưa rõ ngày này"),
        ("sang tuần nhé", "ví dụ:"),
        ("{evil.__class__}", "chưa rõ ngày này"),
    ],
)
async def test_a_day_that_cannot_be_is_asked_again(
    house: House, talk: Talk, text: str, said: str
) -> None:
    """N7-N10, U5: why, and an example."""
    officer = await an_officer(talk)
    await officer.says("nộp chưa xóm 6")
    await officer.presses("Gia hạn")
    assert said in await asks(officer, text)
    assert await stored_marks(house) == []


async def test_another_day_replaces_the_first(house: House, talk: Talk) -> None:
    officer = await an_officer(talk)
    for day in ("20/12", "25/12"):
        await officer.says("nộp chưa xóm 6")
        await officer.presses("Gia hạn")
        await officer.says(day)
        await officer.presses("Đồng ý")
    assert await stored_marks(house) == [("extended", False), ("extended", True)]


async def test_the_same_day_twice_is_one_mark(house: House, talk: Talk) -> None:
    """T05."""
    officer = await an_officer(talk)
    for _ in range(2):
        await officer.says("nộp chưa xóm 6")
        await officer.presses("Gia hạn")
        await officer.says("20/12")
        await officer.presses("Đồng ý")
    assert await stored_marks(house) == [("extended", True)]
    assert any("đã có dấu này rồi" in one for one in officer.heard)


# --- exempt, and taken away ----------------------------------------------------------------------


async def test_an_exemption_has_a_reason(house: House, talk: Talk) -> None:
    officer, six = await an_officer(talk), await a_head(talk)
    await officer.says("nộp chưa xóm 6")
    await officer.presses("Miễn báo cáo")
    await officer.says("Xóm đang sáp nhập {evil}")
    await officer.presses("Đồng ý")
    assert await house.rows(DutyMark.reason) == ["Xóm đang sáp nhập {evil}"]
    assert any("được miễn báo cáo năm 2026" in one for one in six.heard)
    said = await asks(officer, "ai chưa nộp xóm")
    assert "đã nộp 0/12" in said
    assert "Được miễn: Xóm 6." in said


@pytest.mark.parametrize("text", ["abc", "dài quá " * 40, "1"])
async def test_a_reason_that_says_nothing_is_asked_again(
    house: House, talk: Talk, text: str
) -> None:
    officer = await an_officer(talk)
    await officer.says("nộp chưa xóm 6")
    await officer.presses("Miễn báo cáo")
    assert "từ 5 đến 300" in await asks(officer, text)
    assert await stored_marks(house) == []


async def test_a_mark_is_taken_away_and_the_unit_owes_again(house: House, talk: Talk) -> None:
    officer, six = await an_officer(talk), await a_head(talk)
    await officer.says("nộp chưa xóm 6")
    await officer.presses("Đã nhận bản giấy", "Đồng ý")
    await officer.says("nộp chưa xóm 6")
    await officer.presses("Bỏ đánh dấu")
    assert "Đã bỏ dấu “Đã nhận bản giấy” của Xóm 6" in await answers(officer, "Đồng ý")
    assert await stored_marks(house) == [("paper", False)]
    assert any("xã đã bỏ dấu" in one for one in six.heard)
    assert "mark.ended" in await house.rows(AuditRow.action)
    assert "Xóm 6" in await asks(officer, "ai chưa nộp xóm")


# --- what refuses --------------------------------------------------------------------------------


async def test_a_freeze_between_question_and_press_refuses(house: House, talk: Talk) -> None:
    """T41."""
    officer, other = await an_officer(talk), await an_officer(talk, "Anh Bình")
    await officer.says("nộp chưa xóm 6")
    await officer.presses("Đã nhận bản giấy")
    await froze(other)
    assert "đã chốt nên không thay đổi được" in await answers(officer, "Đồng ý")
    assert await stored_marks(house) == []


async def test_a_right_that_ended_marks_nothing(house: House, talk: Talk) -> None:
    """T41, A3."""
    officer = await an_officer(talk)
    admin = await talk.somebody("Chị Quản", role="admin")
    await officer.says("nộp chưa xóm 6")
    await officer.presses("Đã nhận bản giấy")
    await admin.says("/quantri", "1")
    await admin.presses("Cô Hương")
    await admin.types("Thu hồi")
    await officer.says("2")
    assert await stored_marks(house) == []


async def test_who_sent_meanwhile_is_not_marked(house: House, talk: Talk) -> None:
    """T19."""
    officer = await an_officer(talk)
    await head(talk)
    await officer.says("nộp chưa xóm 5")
    await officer.presses("Miễn báo cáo")
    await officer.says("Xóm đang sáp nhập")
    await reported(talk)
    assert "đã gửi báo cáo năm 2026 rồi" in await answers(officer, "Đồng ý")
    assert await stored_marks(house) == []


async def test_the_rule_itself_refuses_others(house: House, talk: Talk) -> None:
    """T13, A3: whatever a draft or the page says, the service asks again."""
    await elsewhere(house)
    officer, far = await an_officer(talk), await talk.somebody("Anh Xa")
    await far.holds("officer", "xa-khac")
    near_head = await a_head(talk)
    now = house.clock.wall()
    actors = [await one.actor() for one in (officer, far, near_head)]
    async with house.app.database.transaction() as tx:
        known = {one.code: one for one in await units.listed(tx, on=now.date())}
        commune = known["xa-giao-minh"].id
        period = periods.annual(2026, await units.settings_of(tx, commune))
        at = At(commune, period, now, now.date())
        six, foreign = known["xom-06"].id, known["xom-99"].id
        for actor in actors[1:]:
            with pytest.raises(Denied):
                await marks.make(tx, at, Wish(six, "paper"), by=actor)
        for unit in (foreign, commune, 0):
            with pytest.raises(marks.NotAsked):
                await marks.make(tx, at, Wish(unit, "paper"), by=actors[0])
        for day in (period.due, period.due + marks.MOST_DAYS * 2, None):
            with pytest.raises(marks.WrongDay):
                await marks.make(tx, at, Wish(six, "extended", until=day), by=actors[0])
        number = await marks.make(tx, at, Wish(six, "paper"), by=actors[0])
        with pytest.raises(Denied):
            await marks.end(tx, at, number, by=actors[1])
        with pytest.raises(Denied):  # only a unit that was merely invited ends it by itself
            await marks.decline(tx, at, Wish(six, "exempt"), by=actors[2])
        elsewhere_at = At(known["xa-khac"].id, period, now, now.date())
        with pytest.raises(marks.NoMark):
            await marks.end(tx, elsewhere_at, number, by=actors[1])
    assert await stored_marks(house) == [("paper", True)]


async def test_the_rule_itself_refuses_after_the_freeze(house: House, talk: Talk) -> None:
    """T41."""
    officer = await an_officer(talk)
    await froze(officer)
    actor, now = await officer.actor(), house.clock.wall()
    async with house.app.database.transaction() as tx:
        six = await units.by_code(tx, "xom-06", on=now.date())
        assert six is not None
        period = periods.annual(2026, await units.settings_of(tx, six.id))
        with pytest.raises(Frozen):
            await marks.make(
                tx, At(six.commune_id, period, now, now.date()), Wish(six.id, "paper"), by=actor
            )
