"""Learning nudges on their way: to whom, when, and never twice (P3, R9, R15-R18, U11, T60)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot import nudging
from bot.channels.base import RecipientGone, TryLater, Uncertain
from handlers.flow import Mail
from handlers.messages import Outgoing
from storage import linking, memory
from storage.tables import Account, OutboxRow
from tests.conftest import MakeHouse
from tests.handlers.reminding import local
from tests.handlers.small_catalogue import (
    a_catalogue,
    a_lesson,
    small_catalogue,  # noqa: F401 - a fixture
    teach,
)
from tests.handlers.test_nudges import agreed, learned_two, wishes
from tests.talk import House, Talk

SUNDAY = "2026-11-29"
"""A week after the day on which everybody here agrees."""


async def sent(house: House, *, owner: str = "") -> int:
    """One tick, and everything on its way arrives."""
    app = house.app
    count = await nudging.send(
        app.database,
        app.channels,
        house=app.house,
        clock=app.clock,
        owner=owner or app.owner,
        wake=app.delivery.wake,
        watch=app.watch,
    )
    await house.settle()
    return count


async def comes(house: House, moment: str) -> int:
    """It is that local moment."""
    house.clock.passes(seconds=(local(moment) - house.clock.wall()).total_seconds())
    await house.settle()
    return await sent(house)


async def a_learner(house: House, account: str, hour: str = "19:00") -> Talk:
    talk = await Talk(house, account, name=f"Bà {account}").enrolled()
    return await agreed(talk, hour)


def nudges(talk: Talk) -> list[str]:
    return [one for one in talk.heard if "đã đồng ý nhận nhắc học" in one]


async def states(house: House) -> list[tuple[str, str]]:
    return await house.rows(
        OutboxRow.state, OutboxRow.reason, where=OutboxRow.key.startswith("learn:")
    )


async def change(house: House, statement: Any) -> None:
    async with house.app.database.transaction() as tx:
        await tx.execute(statement)


async def tell(house: House, talk: Talk, *, kind: str) -> None:
    """Something else that nobody asked for goes to this person now."""
    me, now = await talk.actor(), house.clock.wall()
    async with house.app.database.transaction() as tx:
        mail = Mail(me.person_id, Outgoing("Tin khác"), f"other:{now.isoformat()}", kind=kind)
        await house.app.reminding._speaker.notify(tx, [mail], now, now)
    await house.settle()


@pytest.fixture
async def learner(house: House) -> Talk:
    return await a_learner(house, "learner")


# --- who gets what -------------------------------------------------------------------------------


async def test_the_next_lesson_is_named_once_a_week_at_the_hour(
    house: House, learner: Talk
) -> None:
    other = await Talk(house, "other").enrolled()
    assert await comes(house, f"{SUNDAY} 18:59") == 0
    assert await comes(house, f"{SUNDAY} 19:00") == 1
    assert nudges(learner) == [
        "Bài “Bảy dấu hiệu lừa đảo” đang học dở. Cả bài khoảng 4 phút.\n"
        "Có tin này vì đã đồng ý nhận nhắc học mỗi tuần."
    ]
    assert learner.labels[-3:] == ["Học ngay", "Tuần sau", "Ngừng nhắc học"]
    assert not nudges(other)
    for moment in (f"{SUNDAY} 19:01", f"{SUNDAY} 19:45", f"{SUNDAY} 20:10", "2026-11-30 19:00"):
        assert await comes(house, moment) == 0
    me = await learner.actor()
    [row] = await house.rows(
        OutboxRow.key, OutboxRow.kind, where=OutboxRow.key.startswith("learn:")
    )
    assert row == (f"learn:{me.canonical_id}:2026-W48", "reminder")
    assert await comes(house, "2026-12-06 19:00") == 1
    assert len(nudges(learner)) == 2


async def test_a_finished_lesson_is_followed_by_the_next(house: House) -> None:
    learner = await agreed(await learned_two(Talk(house, "learner")))
    await comes(house, f"{SUNDAY} 19:00")
    assert "Bài học tiếp theo là “Ứng dụng giả”, khoảng 4 phút." in nudges(learner)[0]


@pytest.mark.parametrize("hour", ["18:30", "19:30", "20:00"])
async def test_everybody_has_an_hour_of_their_own(house: House, hour: str) -> None:
    learner = await a_learner(house, "learner", hour)
    before = local(f"{SUNDAY} {hour}") - timedelta(minutes=1)
    assert await comes(house, f"{before:%Y-%m-%d %H:%M}") == 0
    assert await comes(house, f"{SUNDAY} {hour}") == 1
    assert len(nudges(learner)) == 1


async def test_not_on_the_evening_it_was_agreed(house: House, learner: Talk) -> None:
    assert await comes(house, "2026-11-22 19:00") == 0


async def test_r15_the_evening_is_the_commune_s(a_house: MakeHouse) -> None:
    """Two hours east of Ninh Bình 19:00 is 17:00 there."""
    house: House = await a_house(timezone="Asia/Tokyo")
    learner = await a_learner(house, "learner")
    assert await comes(house, f"{SUNDAY} 16:59") == 0
    assert await comes(house, f"{SUNDAY} 17:00") == 1
    assert nudges(learner)


async def test_r20_a_clock_that_jumped_spends_no_week(house: House, learner: Talk) -> None:
    house.clock.at = local(f"{SUNDAY} 19:00")
    assert await sent(house) == 0
    house.clock.at = local("2026-11-22 09:30")
    assert await states(house) == []


async def test_u11_late_is_next_week(house: House, learner: Talk) -> None:
    """An outage over the hour: nothing is made up for at another one, or at night."""
    for moment in (f"{SUNDAY} 20:01", f"{SUNDAY} 20:31", f"{SUNDAY} 22:00", "2026-11-30 07:30"):
        assert await comes(house, moment) == 0
    assert await comes(house, "2026-12-06 19:20") == 1


async def test_it_expires_with_its_hour(house: House, learner: Talk) -> None:
    """The platform is out until the night: next week again."""
    house.channel.failures += [TryLater(7200, whole_channel=True)]
    assert await comes(house, f"{SUNDAY} 19:00") == 1
    await learner.waits(hours=14)
    assert nudges(learner) == []
    assert await states(house) == [("expired", "try later")]
    assert await comes(house, "2026-12-06 19:00") == 1
    assert len(nudges(learner)) == 1


# --- who is left in peace ------------------------------------------------------------------------


async def test_whoever_learned_within_two_days_hears_nothing(house: House, learner: Talk) -> None:
    await comes(house, "2026-11-28 09:00")
    await learner.says("học tiếp")
    assert await comes(house, f"{SUNDAY} 19:00") == 0
    assert await comes(house, "2026-12-06 19:00") == 1


async def test_whoever_has_nothing_left_to_learn_hears_nothing(house: House) -> None:
    teach(house, a_catalogue([a_lesson("dan5-1", "Một"), a_lesson("dan5-2", "Hai")]))
    house.app.house = house.app.dispatcher._house
    await agreed(await learned_two(Talk(house, "learner")))
    waiting = await a_learner(house, "waiting")
    assert await comes(house, f"{SUNDAY} 19:00") == 1
    assert len(nudges(waiting)) == 1


async def test_r17_who_muted_withdrew_or_is_locked_gets_nothing(house: House) -> None:
    muted = await a_learner(house, "muted")
    await muted.says("dừng nhắc")
    withdrew = await a_learner(house, "withdrew")
    await withdrew.says("ngừng nhắc học")
    locked = await a_learner(house, "locked")
    me = await locked.actor()
    lock = update(Account).where(Account.id == me.account_id).values(state="suspended")
    await change(house, lock)
    erased = await a_learner(house, "erased")
    await erased.says("/dulieu", "5", "2")
    assert await comes(house, f"{SUNDAY} 19:00") == 0
    await muted.says("bật nhắc", "trang đầu")
    assert await sent(house) == 1
    found = [bool(nudges(one)) for one in (muted, withdrew, locked, erased)]
    assert found == [True, False, False, False]


async def test_r17_who_muted_one_app_is_left_in_peace_on_the_other(house: House) -> None:
    phone, other = await a_learner(house, "phone"), await Talk(house, "other").enrolled()
    await link(house, phone, other)
    await other.says("dừng nhắc")
    assert await comes(house, f"{SUNDAY} 19:00") == 0


async def test_who_cannot_be_reached_is_not_due(house: House, learner: Talk) -> None:
    me = await learner.actor()
    gone = update(Account).where(Account.id == me.account_id).values(state="stopped")
    await change(house, gone)
    assert await comes(house, f"{SUNDAY} 19:00") == 0


async def test_r13_a_refusal_is_final(house: House, learner: Talk) -> None:
    house.channel.failures = [RecipientGone()]
    assert await comes(house, f"{SUNDAY} 19:00") == 1
    assert await sent(house) == 0
    assert [state for state, _ in await states(house)] == ["failed"]


async def test_whoever_is_talking_is_not_talked_into(house: House, learner: Talk) -> None:
    """The question that waits was asked minutes ago: the next look finds it again."""
    await comes(house, f"{SUNDAY} 18:55")
    await learner.says("gặp cán bộ")
    assert await comes(house, f"{SUNDAY} 19:00") == 0
    await learner.says("trang đầu")
    assert await comes(house, f"{SUNDAY} 19:10") == 1


# --- one thing unasked a day ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["reminder", "broadcast"])
async def test_u11_a_full_day_leaves_it_to_the_next(house: House, learner: Talk, kind: str) -> None:
    await comes(house, f"{SUNDAY} 08:00")
    await tell(house, learner, kind="broadcast")
    assert await comes(house, f"{SUNDAY} 19:00") == 0
    assert await comes(house, "2026-11-30 18:59") == 0
    if kind == "reminder":
        assert await comes(house, "2026-11-30 19:00") == 1
        assert await comes(house, "2026-12-01 19:00") == 0
        assert len(nudges(learner)) == 1
        assert await comes(house, "2026-12-06 19:00") == 1
        return
    await tell(house, learner, kind="broadcast")  # both days were full: not this week
    assert await comes(house, "2026-11-30 19:00") == 0
    assert await comes(house, "2026-12-01 19:00") == 0
    assert await comes(house, "2026-12-06 19:00") == 1


async def test_u11_what_came_while_it_waited_counts(house: House, learner: Talk) -> None:
    house.channel.failures += [TryLater(300, whole_channel=False)]
    assert await comes(house, f"{SUNDAY} 19:00") == 1
    await tell(house, learner, kind="broadcast")
    await learner.waits(minutes=10)
    assert nudges(learner) == []
    assert await states(house) == [("superseded", "enough today")]


# --- what changes while it waits -----------------------------------------------------------------


async def waits(house: House) -> None:
    """It is queued, and the platform is busy for five minutes."""
    house.channel.failures += [TryLater(300, whole_channel=False)]
    assert await comes(house, f"{SUNDAY} 19:00") == 1


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("dừng nhắc", "cancelled"),
        ("ngừng nhắc học", "cancelled"),
        ("học tiếp", "superseded"),
    ],
)
async def test_r17_what_is_said_meanwhile_stops_it(
    house: House, learner: Talk, said: str, state: str
) -> None:
    await waits(house)
    await learner.says(said)
    await learner.waits(minutes=10)
    assert nudges(learner) == []
    assert [found for found, _ in await states(house)] == [state]


async def test_r18_the_lesson_is_that_of_the_moment_it_is_sent(house: House, learner: Talk) -> None:
    await waits(house)
    house.app.house = house.app.dispatcher._house
    claim = house.app.delivery._taking._claim
    claim._house = _teaching(house, a_catalogue([a_lesson("dan6-1", "Bài mới")]))  # type: ignore[attr-defined]
    await learner.waits(minutes=6)
    assert "Bài học tiếp theo là “Bài mới”" in nudges(learner)[0]


def _teaching(house: House, content: Any) -> Any:
    teach(house, content)
    return house.app.dispatcher._house


async def test_r9_what_is_in_doubt_is_never_sent_again(house: House, learner: Talk) -> None:
    house.channel.failures.append(Uncertain("cut off"))
    await comes(house, f"{SUNDAY} 19:00")
    await learner.waits(minutes=30)
    assert await sent(house) == 0
    assert nudges(learner) == []
    assert await states(house) == [("uncertain", "doubt")]
    assert await comes(house, "2026-12-06 19:00") == 1


async def test_r9_killed_between_sending_and_sent_it_is_not_sent_again(
    house: House, learner: Talk
) -> None:
    await comes(house, f"{SUNDAY} 19:00")
    dead = update(OutboxRow).where(OutboxRow.key.startswith("learn:"))
    await change(house, dead.values(state="sending", owner="dead", settled_at=None))
    await house.restart()
    await sent(house)
    assert len(nudges(learner)) == 1
    assert [state for state, _ in await states(house)] == ["uncertain"]


# --- once ----------------------------------------------------------------------------------------


async def link(house: House, one: Talk, other: Talk) -> None:
    a, b = (await one.actor()).person_id, (await other.actor()).person_id
    async with house.app.database.transaction() as tx:
        await linking.join(tx, a, b, now=house.clock.wall())


async def test_one_human_with_two_apps_gets_one(house: House) -> None:
    """What was said last counts: 20:00, not 19:00."""
    phone = await a_learner(house, "phone")
    house.clock.passes(minutes=1)
    tablet = await a_learner(house, "tablet", "20:00")
    await link(house, phone, tablet)
    assert await comes(house, f"{SUNDAY} 19:00") == 0
    assert await comes(house, f"{SUNDAY} 20:00") == 1
    assert len(nudges(phone)) + len(nudges(tablet)) == 1


async def test_linking_joins_the_wish_and_parting_parts_it(house: House) -> None:
    first = await Talk(house, "first").enrolled()
    learner = await a_learner(house, "learner")
    await link(house, first, learner)
    assert "nudges" in (await first.actor()).consents
    await first.says("nhắc tôi học")
    assert "19:00 Chủ nhật" in first.last
    await first.presses("Giữ như vậy")
    me = await learner.actor()
    async with house.app.database.transaction() as tx:
        await linking.part(tx, [me.person_id], now=house.clock.wall())
    assert "nudges" not in (await first.actor()).consents
    assert await comes(house, f"{SUNDAY} 19:00") == 1
    assert (len(nudges(first)), len(nudges(learner))) == (0, 1)


async def test_ending_it_on_one_app_ends_it_on_the_other(house: House) -> None:
    phone, tablet = await a_learner(house, "phone"), await a_learner(house, "tablet")
    await link(house, phone, tablet)
    await phone.says("ngừng nhắc học")
    assert await wishes(phone) == [(None, ""), (None, "")]
    assert await comes(house, f"{SUNDAY} 19:00") == 0


async def test_who_is_linked_in_between_gets_no_second_one(house: House) -> None:
    first = await Talk(house, "first").enrolled()
    learner = await a_learner(house, "learner")  # the greater id: its own key
    assert await comes(house, f"{SUNDAY} 19:00") == 1
    await link(house, first, learner)
    assert await sent(house) == 0


async def test_a_restart_doubles_nothing(house: House, learner: Talk) -> None:
    await comes(house, f"{SUNDAY} 19:00")
    await house.restart()
    assert await sent(house) == 0
    assert len(nudges(learner)) == 1


async def test_the_demo_s_day_put_back_doubles_nothing_and_goes_on(
    house: House, learner: Talk
) -> None:
    """R20: what lies ahead of us was before the date was put back."""
    await comes(house, f"{SUNDAY} 09:00")
    await move(house, days=28)
    await learner.says("học tiếp", "trang đầu")
    await move(house, days=0)
    assert await comes(house, f"{SUNDAY} 19:00") == 1
    assert await sent(house) == 0
    await move(house, days=-7)
    assert await sent(house) == 0  # it was agreed on that day
    await move(house, days=0)
    assert await sent(house) == 0
    assert len(nudges(learner)) == 1


async def move(house: House, *, days: int) -> None:
    async with house.app.database.transaction() as tx:
        await memory.move_clock(tx, timedelta(days=days))


async def test_the_demo_date_decides(house: House, learner: Talk) -> None:
    await move(house, days=7)
    assert await comes(house, "2026-11-22 19:00") == 1


async def test_t60_two_processes_send_one(house: House, learner: Talk) -> None:
    assert await comes(house, f"{SUNDAY} 18:30") == 0
    house.clock.passes(minutes=30)
    assert await sent(house, owner="one") == 1
    assert await sent(house, owner="other") == 0  # the role is leased
    house.clock.passes(minutes=5)
    assert await sent(house, owner="other") == 0
    assert len(nudges(learner)) == 1


async def test_even_without_the_lease_the_key_keeps_it_single(
    house: House, learner: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def held(*_: object, **__: object) -> bool:
        return True

    monkeypatch.setattr(memory, "hold", held)
    await comes(house, f"{SUNDAY} 18:50")
    house.clock.passes(minutes=10)
    await asyncio.gather(*(sent(house, owner=f"o{n}") for n in range(4)))
    assert len(nudges(learner)) == 1


async def test_many_go_in_small_batches(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """R15: whoever is due and can be told nothing keeps nobody waiting."""
    monkeypatch.setattr(nudging, "_IN_ONE", 2)
    learners = [await a_learner(house, f"r{n}") for n in range(7)]
    await comes(house, f"{SUNDAY} 18:58")
    for one in learners[:3]:
        await one.says("gặp cán bộ")
    assert await comes(house, f"{SUNDAY} 19:00") == 4
    assert [len(nudges(one)) for one in learners] == [0, 0, 0, 1, 1, 1, 1]


# --- what is pressed under it --------------------------------------------------------------------


async def test_learn_now_opens_that_lesson(house: House) -> None:
    learner = await agreed(await learned_two(Talk(house, "learner")))
    await comes(house, f"{SUNDAY} 19:00")
    await learner.presses("Học ngay")
    assert "Bài 3. Ứng dụng giả\n(1/2)" in learner.last


async def test_learn_now_goes_on_where_it_was_left(house: House, learner: Talk) -> None:
    await learner.presses("Xem tiếp")
    await learner.says("trang đầu")
    await comes(house, f"{SUNDAY} 19:00")
    await learner.presses("Học ngay")
    assert "Bài 1. Bảy dấu hiệu lừa đảo\n(2/3)" in learner.last


async def test_an_open_question_is_not_thrown_out(house: House, learner: Talk) -> None:
    """U6: what was open when "Học ngay" was pressed is behind "quay lại"."""
    await comes(house, f"{SUNDAY} 19:00")
    await learner.says("/dulieu", "2", "1")
    question = learner.last
    await learner.presses("Tuần sau")
    assert learner.last == question
    await comes(house, "2026-12-06 19:00")
    await learner.says("/dulieu", "2", "1")
    await learner.presses("Học ngay")
    assert "Bài 1." in learner.last
    await learner.says("quay lại")
    assert learner.last == question


async def test_next_week_says_when_and_keeps_this_week_quiet(house: House, learner: Talk) -> None:
    await comes(house, f"{SUNDAY} 19:00")
    await learner.presses("Tuần sau")
    assert learner.text("nudges.next_week_said", at="19:00 Chủ nhật") in learner.heard
    await learner.says("nhắc tôi học")
    await learner.presses("Đổi ngày giờ", "20:00")
    assert await comes(house, f"{SUNDAY} 20:00") == 0
    assert await comes(house, "2026-12-06 20:00") == 1


async def test_next_week_pressed_a_day_late_is_the_week_after(house: House, learner: Talk) -> None:
    await comes(house, f"{SUNDAY} 19:00")
    await comes(house, "2026-11-30 09:00")
    await learner.presses("Tuần sau")
    assert await comes(house, "2026-12-06 19:00") == 0
    assert await comes(house, "2026-12-13 19:00") == 1


async def test_stop_under_it_ends_the_consent_at_once(house: House, learner: Talk) -> None:
    await comes(house, f"{SUNDAY} 19:00")
    await learner.presses("Ngừng nhắc học")
    assert learner.text("nudges.stopped") in learner.heard
    assert (await learner.actor()).consents == {"learning"}
    assert await comes(house, "2026-12-06 19:00") == 0


async def test_next_week_under_an_old_one_brings_nothing_back(house: House, learner: Talk) -> None:
    await comes(house, f"{SUNDAY} 19:00")
    await learner.says("/dulieu", "4", "3")
    await learner.presses("Tuần sau")
    assert learner.text("nudges.not_on") in learner.heard
    assert (await learner.actor()).consents == {"learning"}


async def test_ngung_nhac_typed_under_it_silences_everything(house: House, learner: Talk) -> None:
    """U4: the universal words win over the button of a like name."""
    await comes(house, f"{SUNDAY} 19:00")
    await learner.says("ngừng nhắc")
    assert (await learner.actor()).is_muted


async def test_t13_on_a_shared_phone_it_says_for_whom_and_stops_theirs(
    a_house: MakeHouse,
) -> None:
    house: House = await a_house()
    learner = await a_learner(house, "family")
    await learner.says("đổi người học", "2", "1", "Ông Ba")
    await comes(house, f"{SUNDAY} 19:00")
    assert nudges(learner)[0].startswith("Bà family: Bài “Bảy dấu hiệu lừa đảo”")
    await learner.presses("Ngừng nhắc học")
    assert await wishes(learner) == [(None, "")]


async def test_on_the_page_it_is_there_at_once(a_house: MakeHouse) -> None:
    """Where people fetch, nothing is claimed: what is queued is looked at as strictly."""
    house: House = await a_house()
    learner = await a_learner(house, "learner")
    house.channel.fetched = True
    await comes(house, f"{SUNDAY} 18:59")
    await tell(house, learner, kind="broadcast")
    assert await comes(house, f"{SUNDAY} 19:00") == 0
