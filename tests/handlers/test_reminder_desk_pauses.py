"""Holding reminders back: nothing of it goes or is made up for; and who may (A3, T13, T41)."""

import pytest

from bot.channels.base import TryLater
from handlers.flow import Scene
from handlers.reminding.desk import service
from handlers.roles import Denied
from storage import reminder_pauses
from storage.tables import AuditRow, OutboxRow, Reminder, ReminderPause, Unit
from tests.conftest import ENGINES
from tests.handlers.chasing import an_officer, answers, elsewhere, nudges
from tests.handlers.points import ends
from tests.handlers.reminding import asked, comes, passes
from tests.handlers.test_reporting import head
from tests.talk import House, Talk

ALL, THING, UNIT = "Tạm dừng tất cả", "Tạm dừng một việc", "Tạm dừng một nơi"


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The engines: where platforms close their windows a season is another one."""
    return str(request.param)


@pytest.fixture
async def five(talk: Talk) -> Talk:
    return await head(talk)


async def to_pauses(officer: Talk) -> None:
    await officer.says("/nhac")
    await officer.presses("Tạm dừng, nhắc tiếp")


async def pauses_all(officer: Talk) -> str:
    await to_pauses(officer)
    await officer.presses(ALL)
    return await answers(officer, "Tạm dừng")


async def pauses_report(officer: Talk) -> str:
    await to_pauses(officer)
    await officer.presses(THING, "Báo cáo năm 2026")
    return await answers(officer, "Tạm dừng")


async def pauses_unit(officer: Talk, unit: str) -> str:
    await to_pauses(officer)
    await officer.presses(UNIT)
    await officer.says(unit)
    return await answers(officer, "Tạm dừng")


async def goes_on(officer: Talk) -> str:
    await to_pauses(officer)
    await officer.presses("Nhắc tiếp")
    return await answers(officer, "Nhắc tiếp")


async def stored(house: House) -> list[tuple[int | None, str, bool]]:
    """(unit, about, stands), oldest first."""
    rows = await house.rows(
        ReminderPause.id, ReminderPause.unit_id, ReminderPause.about, ReminderPause.ended_at
    )
    return [(unit, about, ended is None) for _, unit, about, ended in sorted(rows)]


async def id_of(house: House, code: str) -> int:
    return int((await house.rows(Unit.id, where=Unit.code == code))[0])


# --- nothing of it goes --------------------------------------------------------------------------


async def test_what_is_paused_is_not_planned(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    assert "Đã tạm dừng nhắc: mọi tin nhắc của xã" in await pauses_all(officer)
    assert await comes(house, "2026-12-08 08:00") == 0
    assert asked(five) == []
    assert not any("còn thiếu" in one for one in officer.heard[-2:])
    assert await house.rows(Reminder.id) == []


async def test_on_resuming_the_next_stage_goes_and_none_is_made_up_for(
    house: House, five: Talk
) -> None:
    officer = await an_officer(five)
    await pauses_report(officer)
    await comes(house, "2026-12-08 08:00")
    await comes(house, "2026-12-09 09:00")
    assert "Đã cho nhắc tiếp: báo cáo năm 2026" in await goes_on(officer)
    await passes(house, "2026-12-09 09:30", "2026-12-10 08:00", "2026-12-11 08:00")
    assert asked(five) == []
    await comes(house, "2026-12-12 08:00")
    assert len(asked(five)) == 1


async def test_a_stage_that_passed_in_a_pause_is_gone_after_an_outage_too(
    house: House, five: Talk
) -> None:
    """R16: nobody looked from before the pause until after it; the catch-up leaves it out."""
    officer = await an_officer(five)
    await comes(house, "2026-12-07 12:00")
    await pauses_all(officer)
    await officer.waits(hours=24)
    await goes_on(officer)
    assert await comes(house, "2026-12-08 14:00") == 0
    assert asked(five) == []
    await comes(house, "2026-12-12 08:00")
    assert len(asked(five)) == 1


async def test_one_unit_is_paused_alone(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    six = await five.somebody("Ông Sáu", role="head", unit="xom-06")
    assert "mọi việc của Xóm 5" in await pauses_unit(officer, "xóm 5")
    await comes(house, "2026-12-08 08:00")
    assert (len(asked(five)), len(asked(six))) == (0, 1)
    assert "còn thiếu" in officer.last
    assert await stored(house) == [(await id_of(house, "xom-05"), "", True)]


async def test_the_names_rest_with_the_report_they_are_about(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    await to_pauses(officer)
    await officer.presses(THING, "Báo cáo năm 2026")
    assert "Danh sách còn thiếu cũng thôi gửi cán bộ" in officer.last
    await officer.presses("Tạm dừng")
    assert await comes(house, "2026-12-08 08:00") == 0
    assert not any("còn thiếu" in one for one in officer.heard[-1:])


async def test_a_pause_between_plan_and_send_stops_it(house: House, five: Talk) -> None:
    """R17: planned, the platform is busy, and meanwhile an officer holds it back."""
    officer = await an_officer(five)
    house.channel.failures += [TryLater(300, whole_channel=False)] * 2
    await comes(house, "2026-12-08 08:00")
    assert asked(five) == []
    await pauses_all(officer)
    await five.waits(minutes=10)
    assert asked(five) == []
    rows = await house.rows(OutboxRow.state, OutboxRow.reason, where=OutboxRow.kind == "reminder")
    assert set(rows) == {("superseded", "paused")}
    await goes_on(officer)
    await passes(house, "2026-12-08 09:00", "2026-12-09 08:00")
    assert asked(five) == []


async def test_what_waited_for_the_next_day_is_over_too(house: House, five: Talk) -> None:
    """The day was full; the pause came before the next one, and ended before the stage after."""
    officer = await an_officer(five)
    await comes(house, "2026-12-07 17:00")
    await comes(house, "2026-12-08 07:30")
    await nudges(officer)
    await comes(house, "2026-12-08 08:00")
    await pauses_all(officer)
    await comes(house, "2026-12-08 09:00")
    await goes_on(officer)
    before = len(asked(five))
    await comes(house, "2026-12-09 08:00")
    assert len(asked(five)) == before == 1


async def test_what_an_officer_asks_for_now_goes_though_paused(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    await pauses_all(officer)
    assert "Đã nhắc 1 nơi" in await nudges(officer)
    assert len(asked(five)) == 1


async def test_asked_for_on_a_busy_platform_it_still_goes(house: House, five: Talk) -> None:
    """Neither the plan nor the claim drops it."""
    officer = await an_officer(five)
    await pauses_all(officer)
    await officer.says("ai chưa nộp")
    await officer.presses("Nhắc lại")
    house.channel.failures += [TryLater(300, whole_channel=False)] * 2
    await officer.presses("Nhắc 1 nơi")
    assert asked(five) == []
    await comes(house, "2026-11-22 09:30")
    assert len(asked(five)) == 1


# --- who, when, by whom --------------------------------------------------------------------------


async def test_pauses_are_dated_rows_and_audited(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    await pauses_all(officer)
    await goes_on(officer)
    assert await stored(house) == [(None, "", False)]
    acts = await house.rows(AuditRow.action, AuditRow.role)
    assert [one for one in acts if one[0].startswith("reminders.")] == [
        ("reminders.paused", "officer"),
        ("reminders.resumed", "officer"),
    ]


async def test_the_safe_choice_comes_first_and_does_nothing(house: House, five: Talk) -> None:
    """U18."""
    officer = await an_officer(five)
    await to_pauses(officer)
    await officer.presses(ALL)
    assert officer.labels == ["Chưa dừng", "Tạm dừng"]
    assert "không nhắc bù" in officer.last
    assert "chưa có gì thay đổi" in await answers(officer, "Chưa dừng")
    assert await stored(house) == []


async def test_two_officers_at_once_make_one_pause(house: House, five: Talk) -> None:
    """T19."""
    officer, other = await an_officer(five), await an_officer(five, "Anh Bình")
    for one in (officer, other):
        await to_pauses(one)
        await one.presses(ALL)
    presses = [(one, one.button("Tạm dừng")) for one in (officer, other)]
    for one, button in presses:
        await one.sends(kind="press", button=button)
    await house.settle()
    said = ["\n".join(one.heard[-3:]) for one in (officer, other)]
    assert sum("Đã tạm dừng nhắc" in one for one in said) == 1
    assert sum("đã tạm dừng từ trước" in one for one in said) == 1
    assert await stored(house) == [(None, "", True)]


async def test_two_officers_let_it_go_on_once(house: House, five: Talk) -> None:
    """T19, T05."""
    officer, other = await an_officer(five), await an_officer(five, "Anh Bình")
    await pauses_all(officer)
    for one in (officer, other):
        await to_pauses(one)
        await one.presses("Nhắc tiếp")
    await officer.presses("Nhắc tiếp")
    assert "đã được cho nhắc tiếp từ trước" in await answers(other, "Nhắc tiếp")
    acts = await house.rows(AuditRow.action)
    assert acts.count("reminders.resumed") == 1


async def test_a_double_press_pauses_once(house: House, five: Talk) -> None:
    """T37."""
    officer = await an_officer(five)
    await to_pauses(officer)
    await officer.presses(ALL)
    button = officer.button("Tạm dừng")
    for _ in range(2):
        await officer.sends(kind="press", button=button)
    await house.settle()
    assert await stored(house) == [(None, "", True)]


async def test_a_right_that_ended_pauses_nothing(house: House, five: Talk) -> None:
    """T41, A3: between question and press."""
    officer = await an_officer(five)
    await to_pauses(officer)
    await officer.presses(ALL)
    button = officer.button("Tạm dừng")
    await ends(officer, "officer")
    await officer.sends(kind="press", button=button)
    await house.settle()
    assert await stored(house) == []


async def test_a_right_that_ended_lets_nothing_go_on(house: House, five: Talk) -> None:
    """T41."""
    officer = await an_officer(five)
    await pauses_all(officer)
    await to_pauses(officer)
    await officer.presses("Nhắc tiếp")
    button = officer.button("Nhắc tiếp")
    await ends(officer, "officer")
    await officer.sends(kind="press", button=button)
    await house.settle()
    assert await stored(house) == [(None, "", True)]


async def test_the_rules_know_no_unit_thing_or_pause_of_another_commune(
    house: House, five: Talk
) -> None:
    """T13: whatever number comes in."""
    officer = await an_officer(five)
    await elsewhere(house)
    mine, far = await id_of(house, "xa-giao-minh"), await id_of(house, "xa-khac")
    hamlet = await id_of(house, "xom-99")
    actor = await officer.actor()
    async with house.app.database.transaction() as tx:
        scene = Scene(house.clock.wall(), tx, house.app.house)
        other = await reminder_pauses.make(
            tx, commune_id=far, unit_id=None, about="", by=actor.person_id, now=scene.now
        )
        assert other is not None
        with pytest.raises(service.NotFound):
            await service.pause(scene, mine, unit_id=hamlet, about="", by=actor)
        with pytest.raises(service.NotFound):
            await service.pause(scene, mine, unit_id=mine, about="", by=actor)
        with pytest.raises(service.NotFound):
            await service.pause(scene, mine, unit_id=0, about="quick:99", by=actor)
        with pytest.raises(service.NotFound):
            await service.resume(scene, mine, other, by=actor)
        with pytest.raises(Denied):
            await service.pause(scene, far, unit_id=0, about="", by=actor)
        with pytest.raises(Denied):
            await service.resume(scene, far, other, by=actor)
        assert await service.pause(scene, mine, unit_id=0, about="report:2026", by=actor)
        assert not await service.pause(scene, mine, unit_id=0, about="report:2026", by=actor)
    assert await stored(house) == [(None, "", True), (None, "report:2026", True)]


async def test_another_communes_pause_holds_nothing_back_here(house: House, five: Talk) -> None:
    """T13."""
    officer = await an_officer(five)
    await elsewhere(house)
    actor = await officer.actor()
    async with house.app.database.transaction() as tx:
        await reminder_pauses.make(
            tx,
            commune_id=await id_of(house, "xa-khac"),
            unit_id=None,
            about="",
            by=actor.person_id,
            now=house.clock.wall(),
        )
    await comes(house, "2026-12-08 08:00")
    assert len(asked(five)) == 1


# --- clumsy people -------------------------------------------------------------------------------


async def test_a_unit_that_nobody_knows_is_asked_again(house: House, five: Talk) -> None:
    """U5, N12."""
    officer = await an_officer(five)
    await to_pauses(officer)
    await officer.presses(UNIT)
    await officer.says("xóm bảy mươi")
    assert "chưa tìm thấy" in officer.last
    await officer.says("5")
    assert "mọi việc của Xóm 5" in officer.last


async def test_two_hamlets_of_one_number_are_chosen_from(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    await to_pauses(officer)
    await officer.presses(UNIT)
    await officer.says("x3")
    assert officer.labels == ["Xóm 3 - xã cũ A", "Xóm 3 - xã cũ B"]
    await officer.presses("Xóm 3 - xã cũ B")
    await officer.presses("Tạm dừng")
    assert await stored(house) == [(await id_of(house, "xom-03b"), "", True)]


async def test_the_commune_itself_is_no_unit_to_pause(house: House, five: Talk) -> None:
    officer = await an_officer(five)
    await to_pauses(officer)
    await officer.presses(UNIT)
    await officer.says("UBND xã Giao Minh")
    assert "Tạm dừng nhắc: mọi việc" not in officer.last


async def test_many_pauses_are_shown_in_pages(house: House, five: Talk) -> None:
    """U3: never more than nine choices."""
    officer = await an_officer(five)
    for number in (1, 2, 4, 6, 7, 8):
        await pauses_unit(officer, f"xóm {number}")
    await to_pauses(officer)
    assert len(officer.labels) <= 9
    assert "Nhắc tiếp mọi việc của Xóm 1" in officer.labels
    await officer.presses("Xem thêm")
    assert "Nhắc tiếp mọi việc của Xóm 8" in officer.labels
    await officer.presses("Nhắc tiếp mọi việc của Xóm 8")
    await officer.presses("Nhắc tiếp")
    assert sum(stands for _, _, stands in await stored(house)) == 5
