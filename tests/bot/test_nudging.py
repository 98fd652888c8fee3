"""Learning nudges on their way: to whom, and when (P3, R9, R15-R18, U11)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.channels.base import RecipientGone, TryLater, Uncertain
from storage import linking
from storage.tables import Account, OutboxRow
from tests.bot.learning_nudges import (
    SUNDAY,
    a_learner,
    change,
    comes,
    link,
    nudges,
    sent,
    states,
    tell,
    waits,
)
from tests.conftest import MakeHouse
from tests.handlers.reminding import local
from tests.handlers.small_catalogue import (
    a_catalogue,
    a_lesson,
    small_catalogue,  # noqa: F401 - a fixture
    teach,
)
from tests.handlers.test_nudges import agreed, learned_two
from tests.talk import House, Talk


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
    """It is taken back, and goes the next evening: that is still this week's."""
    house.channel.failures += [TryLater(300, whole_channel=False)]
    assert await comes(house, f"{SUNDAY} 19:00") == 1
    await tell(house, learner, kind="broadcast")
    await learner.waits(minutes=10)
    assert nudges(learner) == []
    assert await states(house) == [("superseded", "enough today")]
    assert await comes(house, "2026-11-30 19:00") == 1
    assert len(nudges(learner)) == 1
    assert await comes(house, "2026-12-01 19:00") == 0


# --- what changes while it waits -----------------------------------------------------------------


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


async def test_p4_who_takes_learning_back_hears_of_no_next_lesson(
    house: House, learner: Talk
) -> None:
    await learner.says("/dulieu")
    await learner.presses("Rút")
    await learner.presses("Rút")
    assert await comes(house, f"{SUNDAY} 19:00") == 0
    assert nudges(learner) == []


async def test_p5_it_leaves_with_its_human(house: House, learner: Talk) -> None:
    """Linked, queued for the other app, parted: that app is somebody else's now."""
    other = await Talk(house, "other").enrolled()
    await link(house, learner, other)
    await comes(house, f"{SUNDAY} 18:00")
    await other.says("trang đầu")  # the app that was used last is written to
    await waits(house)
    me = await other.actor()
    async with house.app.database.transaction() as tx:
        await linking.part(tx, [me.person_id], now=house.clock.wall())
    await other.waits(minutes=10)
    assert (nudges(learner), nudges(other)) == ([], [])
    assert await states(house) == [("superseded", "not wanted")]


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
