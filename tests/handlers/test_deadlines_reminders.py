"""Reminders of deadlines that officers set: the right units on the right days (R15-R18, U11)."""

from datetime import date

import pytest
from sqlalchemy import insert

from handlers.reminding.working_days import is_working
from storage import onward, registers, units
from storage.registers import NewEntry
from storage.tables import (
    Claim,
    Deadline,
    DeadlineUnit,
    OutboxRow,
    RegisterEntry,
    Reminder,
    Unit,
)
from tests.handlers.chasing import MTTQ, an_officer, answers
from tests.handlers.deadlines import ends, sets
from tests.handlers.reminding import asked, comes, passes
from tests.handlers.test_reporting import head
from tests.talk import House, Talk

_LIST = "hạn nộp danh sách hội viên 20/3/2027 cho các xóm, nhắc 7-3-1"
_KINDLY = ("quá hạn", "chưa nộp", "phải", "bắt buộc", "chậm", "muộn", "qua hạn", "chưa có")


async def stages(house: House, about: str) -> list[tuple[str, str]]:
    """(stage, state), oldest first, each once."""
    rows = await house.rows(Reminder.stage, Reminder.state, where=Reminder.about == about)
    return sorted(set(rows))


async def told(house: House, about: str) -> list[str]:
    return [stage for stage, state in await stages(house, about) if state == "told"]


async def a_new_hamlet(house: House) -> None:
    """As when a hamlet is parted in two."""
    async with house.app.database.transaction() as tx:
        [commune, *_] = await units.communes(tx, on=house.clock.wall().date())
        hamlet = {"code": "xom-13", "name": "Xóm 13", "name_folded": "xom 13", "kind": "xom"}
        there = {"duty": "required", "parent_id": commune.id, "commune_id": commune.id}
        await tx.execute(insert(Unit).values(**hamlet, **there))


@pytest.fixture
async def five(talk: Talk) -> Talk:
    return await head(talk)


@pytest.fixture
async def officer(five: Talk) -> Talk:
    return await an_officer(five)


# --- reports -------------------------------------------------------------------------------------


async def test_a_report_is_reminded_by_the_day_and_the_rungs_of_the_officer(
    house: House, five: Talk, officer: Talk
) -> None:
    await sets(officer, "hạn báo cáo năm 2026 là 10/12, nhắc 7-3-1")
    for day in (1, 3, 7, 8, 9, 10, 11, 12, 14):
        await passes(house, f"2026-12-{day:02} 08:00", f"2026-12-{day:02} 16:00")
    assert await told(house, "report:2026") == [
        f"2026-12-{day} 08:00" for day in ("03", "07", "09")
    ]
    assert len(asked(five)) == 3
    assert all("trước ngày 11/12 (hết thứ Năm 10/12)" in one for one in asked(five))


async def test_the_names_come_when_somebody_was_asked_before(house: House, officer: Talk) -> None:
    """Of 6, 3, 0 and -1 those stay that are not before the first rung."""
    await sets(officer, "hạn báo cáo năm 2026 là 10/12, nhắc 3-1")
    before = len(officer.heard)
    await passes(house, "2026-12-04 08:00", "2026-12-07 08:00", "2026-12-10 15:30")
    await passes(house, "2026-12-11 08:00")
    lists = [one for one in officer.heard[before:] if "còn thiếu" in one]
    assert len(lists) == 3
    assert "đã qua hạn" in lists[-1]


async def test_a_later_day_after_some_reminders_doubles_nothing(
    house: House, five: Talk, officer: Talk
) -> None:
    """What was told stays told; the new day has stages of its own."""
    await passes(house, "2026-12-01 08:00", "2026-12-08 08:00")
    assert len(asked(five)) == 2
    await sets(officer, "hạn báo cáo năm 2026 là 18/12, nhắc 10-6-1")
    for day in range(8, 23):
        await passes(house, f"2026-12-{day:02} 08:00", f"2026-12-{day:02} 16:00")
    days = ["01", "08", "12", "17"]
    assert await told(house, "report:2026") == [f"2026-12-{day} 08:00" for day in days]
    assert len(asked(five)) == 4
    assert all("hết thứ Sáu 18/12" in one for one in asked(five)[2:])
    rows = await house.rows(OutboxRow.key, where=OutboxRow.kind == "reminder")
    assert len(rows) == len(set(rows))


async def test_an_earlier_day_makes_up_for_nothing_that_was_never_due(
    house: House, five: Talk, officer: Talk
) -> None:
    await comes(house, "2026-12-05 08:00")
    before = len(asked(five))
    await sets(officer, "hạn báo cáo năm 2026 là 8/12, nhắc 7-4-1")
    await passes(house, "2026-12-05 12:00", "2026-12-06 08:00")
    assert len(asked(five)) == before
    await comes(house, "2026-12-07 08:00")
    assert len(asked(five)) == before + 1
    await comes(house, "2026-12-12 08:00")
    assert len(asked(five)) == before + 1


async def test_a_report_over_several_years_is_reminded_once_it_has_a_day(
    house: House, five: Talk, officer: Talk
) -> None:
    await sets(officer, "han nop so ket 20/6/2027, nhac 30-14-7-3-1")
    for day in ("05-20", "05-21", "06-06", "06-13", "06-17", "06-19", "06-20", "06-21"):
        await comes(house, f"2027-{day} 08:00")
    days = ("05-21", "06-06", "06-13", "06-17", "06-19")
    assert await told(house, "report:so_ket_2027") == [f"2027-{day} 08:00" for day in days]
    assert "sơ kết 2025 - 2027" in asked(five)[-1]


async def test_offices_are_reminded_on_working_days_around_the_new_year(
    house: House, officer: Talk
) -> None:
    """Tết 2027 is from 5/2 on: a school hears it on the last working day before."""
    school = await officer.somebody("Cô Hiền", role="reporter", unit="th-a")
    await sets(officer, "hạn nộp đăng ký cho các trường 14/2/2027, nhắc 7-3")
    for day in range(1, 16):
        await comes(house, f"2027-02-{day:02} 08:00")
    went = await told(house, "own:1")
    assert went
    assert all(is_working(date.fromisoformat(stage[:10])) for stage in went)
    assert len([one for one in school.heard if "đăng ký" in one]) == len(went)


# --- anything else -------------------------------------------------------------------------------


async def test_an_own_deadline_goes_to_whom_it_asks_on_its_days(
    house: House, five: Talk, officer: Talk
) -> None:
    school = await officer.somebody("Cô Hiền", role="reporter", unit="th-a")
    await sets(officer, _LIST)
    for day in range(10, 25):
        await comes(house, f"2027-03-{day} 08:00")
    assert await told(house, "own:1") == [f"2027-03-{day} 08:00" for day in (13, 17, 19)]
    mine = [one for one in five.heard if "danh sách hội viên" in one]
    assert len(mine) == 3
    assert "xin gửi “danh sách hội viên” về UBND xã Giao Minh, hạn hết thứ Bảy 20/3/2027" in mine[0]
    assert "Còn 7 ngày" in mine[0]
    assert "vì đang phụ trách việc của Xóm 5" in mine[0]
    assert five.labels[-2:] == ["Đã xong", "Để sau"]
    assert not any("danh sách hội viên" in one for one in school.heard)


async def test_who_says_it_is_done_hears_no_more(house: House, five: Talk, officer: Talk) -> None:
    await sets(officer, _LIST)
    await comes(house, "2027-03-13 08:00")
    assert "đã ghi Xóm 5 xong" in await answers(five, "Đã xong")
    before = len(five.heard)
    await passes(house, "2027-03-17 08:00", "2027-03-19 08:00")
    assert len(five.heard) == before
    [(unit, by, at)] = await house.rows(
        Unit.code,
        DeadlineUnit.done_by,
        DeadlineUnit.done_at,
        where=(Unit.id == DeadlineUnit.unit_id) & DeadlineUnit.done_at.is_not(None),
    )
    assert (unit, by) == ("xom-05", (await five.actor()).person_id)
    assert at is not None
    await officer.says("trang đầu", "các hạn đang đặt")
    assert "Đã xong 1/13 nơi" in await answers(officer, "Danh sách hội viên")


async def test_whom_the_office_marked_done_hears_no_more(
    house: House, five: Talk, officer: Talk
) -> None:
    await sets(officer, _LIST)
    await officer.says("trang đầu", "các hạn đang đặt")
    await officer.presses("Danh sách hội viên", "Ghi nơi đã xong")
    await officer.says("xóm 5")
    await passes(house, "2027-03-13 08:00", "2027-03-17 08:00")
    assert not any("danh sách hội viên" in one for one in five.heard)


async def test_after_it_has_ended_nothing_more_goes(
    house: House, five: Talk, officer: Talk
) -> None:
    await sets(officer, _LIST)
    await comes(house, "2027-03-13 08:00")
    before = [one for one in five.heard if "danh sách hội viên" in one]
    await ends(officer, "Danh sách hội viên")
    await passes(house, "2027-03-17 08:00", "2027-03-19 08:00", "2027-03-21 08:00")
    assert [one for one in five.heard if "danh sách hội viên" in one] == before
    assert "không cần nữa" in await answers(five, "Đã xong")


async def test_a_hamlet_that_is_there_later_is_asked_too(
    house: House, five: Talk, officer: Talk
) -> None:
    """Whoever is a hamlet on the day; a deadline of named units keeps to them."""
    await sets(officer, _LIST)
    await sets(officer, "hạn nộp ảnh cho xóm 5, xóm 6: 20/3/2027, nhắc 6")
    await a_new_hamlet(house)
    new = await officer.somebody("Trưởng Mới", role="head", unit="xom-13")
    await passes(house, "2027-03-13 08:00", "2027-03-14 08:00")
    assert sum("danh sách hội viên" in one for one in new.heard) == 1
    assert not any("ảnh" in one for one in new.heard)


async def test_bodies_are_asked_kindly_and_never_late(house: House, officer: Talk) -> None:
    front = await officer.somebody("Bà Mặt Trận", role="reporter", unit=MTTQ)
    await sets(officer, "hạn nộp danh sách cho MTTQ 18/3/2027, nhắc 14-7-3-1")
    for day in range(1, 29):
        await comes(house, f"2027-03-{day:02} 08:00")
    said = [one for one in front.heard if "danh sách" in one]
    assert len(said) == 3
    assert all("kính đề nghị quý cơ quan phối hợp" in one for one in said)
    assert not any(word in one for one in said for word in _KINDLY)


async def test_two_things_of_one_day_are_one_message(
    house: House, five: Talk, officer: Talk
) -> None:
    """U11: both named, each with a choice."""
    await sets(officer, _LIST)
    await sets(officer, "hạn nộp ảnh cho các xóm 20/3/2027, nhắc 7")
    assert await comes(house, "2027-03-13 08:00") == 1
    assert "2 việc" in five.last
    assert five.labels[0].startswith("Xóm 5 xong: danh sách hộ")
    assert five.labels[1] == "Xóm 5 xong: ảnh"
    await five.presses("Xóm 5 xong: ảnh")
    done = await house.rows(DeadlineUnit.deadline_id, where=DeadlineUnit.done_at.is_not(None))
    assert done == [2]


# --- plans of units ------------------------------------------------------------------------------


async def test_plans_are_asked_for_in_july_without_anybody_setting_it(
    house: House, five: Talk
) -> None:
    """Plan.md: units issue their plan in July; from 2027 on."""
    for day in ("07-01", "07-02", "07-18", "07-25", "07-29", "07-31", "08-01"):
        await comes(house, f"2027-{day} 08:00")
    said = [one for one in five.heard if "kế hoạch phong trào thi đua năm 2027" in one]
    assert len(said) == 5
    assert "hạn hết thứ Bảy 31/7/2027" in said[0]
    assert five.labels[-2:] == ["Đã gửi kế hoạch", "Để sau"]


async def test_a_plan_in_the_register_ends_it(house: House, five: Talk) -> None:
    by = (await five.actor()).person_id
    async with house.app.database.transaction() as tx:
        unit = await units.by_code(tx, "xom-05", on=house.clock.wall().date())
        assert unit is not None
        entry = NewEntry(unit.commune_id, unit.id, "plan", 2027, date(2027, 6, 1))
        await registers.add(tx, entry, by=by, now=house.clock.wall())
    await passes(house, "2027-07-02 08:00", "2027-07-18 08:00")
    assert not any("kế hoạch" in one for one in five.heard)


async def test_who_says_the_plan_was_sent_rests_until_an_officer_has_looked(
    house: House, five: Talk, officer: Talk
) -> None:
    await comes(house, "2027-07-02 08:00")
    assert "tạm thôi nhắc" in await answers(five, "Đã gửi kế hoạch")
    assert await house.rows(Claim.about, where=Claim.settled_at.is_(None)) == ["plans:2027"]
    await comes(house, "2027-07-18 08:00")
    assert sum("kế hoạch phong trào" in one for one in five.heard) == 1
    assert "đã gửi kế hoạch năm 2027. Xã đã nhận chưa?" in "\n".join(officer.heard)
    assert "vào sổ" in await answers(officer, "Đã nhận")
    lines = await house.rows(RegisterEntry.register, RegisterEntry.year, RegisterEntry.number)
    assert lines == [("plan", 2027, "")]
    await passes(house, "2027-07-25 08:00", "2027-07-29 08:00")
    assert sum("kế hoạch phong trào" in one for one in five.heard) == 1


async def test_a_plan_nobody_has_seen_is_asked_for_again(
    house: House, five: Talk, officer: Talk
) -> None:
    await comes(house, "2027-07-02 08:00")
    await five.presses("Đã gửi kế hoạch")
    await officer.presses("Chưa thấy")
    assert "chưa thấy kế hoạch năm 2027" in five.last
    await comes(house, "2027-07-18 08:00")
    assert sum("kế hoạch phong trào" in one for one in five.heard) == 2


async def test_the_day_of_plans_is_the_officers_to_set(
    house: House, five: Talk, officer: Talk
) -> None:
    await sets(officer, "hạn gửi kế hoạch của các đơn vị 15/7/2027, nhắc 14-1")
    for day in ("07-01", "07-02", "07-14", "07-18", "07-25", "07-31"):
        await comes(house, f"2027-{day} 08:00")
    assert sum("kế hoạch phong trào" in one for one in five.heard) == 2


# --- the commune's own report --------------------------------------------------------------------


async def test_only_officers_hear_of_the_communes_own_report(
    house: House, five: Talk, officer: Talk
) -> None:
    """14, 7, 3, 1 days before, on working days; 24/12/2026 is the last one."""
    await sets(officer, "xã báo cáo lên tỉnh trước ngày 25/12")
    for day in range(1, 27):
        await comes(house, f"2026-12-{day:02} 08:00")
    days = ("10", "17", "21", "23")
    assert await told(house, "onward:2026") == [f"2026-12-{day} 08:00" for day in days]
    said = [one for one in officer.heard if "gửi cấp trên: hạn" in one]
    assert "hạn hết thứ Năm 24/12/2026, còn 14 ngày" in said[0]
    assert not any("cấp trên" in one for one in five.heard)


async def test_once_it_is_noted_as_sent_nobody_is_reminded(house: House, officer: Talk) -> None:
    await sets(officer, "xã báo cáo lên tỉnh trước ngày 25/12")
    actor = await officer.actor()
    async with house.app.database.transaction() as tx:
        [commune, *_] = await units.communes(tx, on=house.clock.wall().date())
        await onward.add(
            tx,
            commune.id,
            "2026",
            addressee="UBND tỉnh",
            number="1/BC",
            sent_on=house.clock.wall().date(),
            by=actor.person_id,
            now=house.clock.wall(),
        )
    await passes(house, "2026-12-10 08:00", "2026-12-17 08:00")
    assert await told(house, "onward:2026") == []


async def test_without_a_day_nobody_is_reminded_of_it(house: House, officer: Talk) -> None:
    for day in range(1, 32):
        await comes(house, f"2026-12-{day:02} 08:00")
    assert await stages(house, "onward:2026") == []
    assert await house.rows(Deadline.id) == []
