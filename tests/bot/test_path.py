"""The single path of a message: once in, once done, answered in order (R1-R14, T04-T39)."""

import asyncio
import random
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import func, update

from bot.app import OtherSecret
from bot.channels.base import (
    Accepted,
    ChannelDown,
    RecipientGone,
    Refused,
    TryLater,
    Uncertain,
)
from handlers import menu
from handlers.flow import Outcome, Turn
from handlers.messages import Kind
from storage.tables import (
    Account,
    AnswerRow,
    Attempt,
    Consent,
    Conversation,
    InboxRow,
    LessonProgress,
    OutboxRow,
    Person,
)
from tests.conftest import MakeHouse
from tests.fakes import NUMBERS_ONLY
from tests.talk import House, Talk, in_demo_days


async def states(house: House, table: Any = OutboxRow) -> list[str]:
    return sorted(await house.rows(table.state))


# --- in ------------------------------------------------------------------------------------------


async def test_one_update_delivered_five_times_has_one_effect(talk: Talk) -> None:
    for _ in range(5):
        await talk.sends(event="same", text="x5")
    await talk.house.settle()
    await talk.sends(event="same", text="x5")
    await talk.house.settle()
    assert await talk.house.rows(func.count(InboxRow.id)) == [1]
    assert talk.heard == [
        talk.text("people.welcome", hamlet=" Xóm 5", commune="xã Giao Minh"),
        talk.heard[-1],
    ]


async def test_five_deliveries_at_once_are_one_event(talk: Talk) -> None:
    fates = await asyncio.gather(*(talk.sends(event="same", text="x5") for _ in range(5)))
    assert sorted(fate.value for fate in fates) == ["duplicate"] * 4 + ["stored"]


async def test_five_copies_of_everything_in_disorder_have_one_effect_each(house: House) -> None:
    people = [Talk(house, f"u{n}", name=f"Người {n}") for n in range(8)]
    deliveries = [talk for talk in people for _ in range(5)]
    random.Random(2026).shuffle(deliveries)
    for step, text in enumerate(("x5", "1", "1")):
        for talk in deliveries:
            await talk.sends(event=f"{talk.account}-{step}", text=text)
            if step == 0:
                await house.settle()
        await house.settle()
        for talk in deliveries:  # and once more, after everything was answered
            await talk.sends(event=f"{talk.account}-{step}", text=text)
        await house.settle()
    assert await house.rows(func.count(InboxRow.id)) == [24]
    assert await house.rows(func.count(Consent.id)) == [8]
    assert [len(talk.heard) for talk in people] == [5] * 8
    assert all("(2/3)" in talk.last for talk in people)


async def test_two_processes_and_disorder_have_one_effect(a_house: MakeHouse, engine: str) -> None:
    """PostgreSQL: both work. SQLite: the second refuses to start (T60)."""
    from bot.app import AlreadyRunning

    first: House = await a_house()
    if engine == "sqlite":
        with pytest.raises(AlreadyRunning):
            await a_house()
        return
    second: House = await a_house()
    talks = [Talk(first, f"u{n}") for n in range(6)]
    again = [Talk(second, f"u{n}") for n in range(6)]
    for mine, same in zip(talks, again, strict=True):
        await asyncio.gather(
            mine.sends(event=f"{mine.account}-1", text="x5"),
            same.sends(event=f"{mine.account}-1", text="x5"),
        )
    await asyncio.gather(first.settle(), second.settle())
    assert await first.rows(func.count(InboxRow.id)) == [6]
    assert await first.rows(func.count(Person.id)) == [6]
    heard = first.channel.heard + second.channel.heard
    assert len(heard) == 12  # welcome and consent, once each
    assert set(await states(first)) == {"sent"}


async def test_another_secret_on_the_same_database_refuses_to_start(
    a_house: MakeHouse, commune_url: str
) -> None:
    """Accounts are found by keyed hashes: with another key everybody would be a stranger."""
    first: House = await a_house()
    await Talk(first, "known").says("x5")
    await first.close()
    with pytest.raises(OtherSecret):
        await a_house(url=commune_url, app_secret=SecretStr("another secret of the tests"))
    await first.open()


async def test_the_words_of_a_person_leave_the_inbox_with_the_turn(talk: Talk) -> None:
    await talk.says("một câu riêng tư")
    assert await talk.house.rows(InboxRow.raw) == [""]


async def test_nothing_personal_is_kept_before_consent(talk: Talk) -> None:
    """P10: only technical rows exist."""
    await talk.says("chào")
    assert await talk.house.rows(Person.name, Person.unit_id) == [("", None)]


# --- the same after a restart --------------------------------------------------------------------


async def test_a_restart_between_every_two_messages_changes_nothing(
    a_house: MakeHouse, another_commune_url: str
) -> None:
    lines = ["x5", "1", "1", "1", "1", "1", "2", "1", "1", "trang đầu", "2"]
    one = Talk(await a_house(NUMBERS_ONLY), "same", name="Bác Năm")
    await one.says(*lines)
    two = Talk(await a_house(NUMBERS_ONLY, another_commune_url), "same", name="Bác Năm")
    for line in lines:
        await two.says(line)
        await two.restart()
    assert two.heard == one.heard
    assert len(one.heard) > len(lines)
    for table in (AnswerRow, Attempt, Consent, LessonProgress, Person):
        columns = [getattr(table, column.name) for column in table.__table__.columns]
        assert await two.house.rows(*columns) == await one.house.rows(*columns)


# --- one after the other -------------------------------------------------------------------------


async def test_a_thought_in_six_quick_messages_is_answered_in_order(talk: Talk) -> None:
    """T37."""
    await talk.enrolled()
    before = len(talk.heard)
    for text in ("trang đầu", "1", "trang đầu", "2", "trang đầu", "giúp"):
        await talk.sends(text=text)
    await talk.house.settle()
    heard = talk.heard[before:]
    homes = [n for n, text in enumerate(heard) if text.startswith(talk.text("menu.home"))]
    assert len(homes) >= 3
    assert talk.text("menu.help_text") in heard[-3:]


async def test_the_same_word_twice_at_once_counts_once(talk: Talk) -> None:
    """T37: a double tap; but a second "1" after our next question is a real answer."""
    await talk.says("x5")
    await talk.sends(text="1")
    await talk.sends(text="1")
    await talk.waits(seconds=1)
    assert "(1/3)" in talk.last
    await talk.says("1")
    assert "(2/3)" in talk.last


async def test_a_recording_played_again_after_two_days_is_not_executed(talk: Talk) -> None:
    """T08."""
    await talk.says("x5")
    old = (talk.house.clock.wall() - timedelta(hours=49)).isoformat()
    before = len(talk.heard)
    await talk.sends(text="1", at=old)
    await talk.house.settle()
    assert len(talk.heard) == before
    assert not (await talk.actor()).has_consent
    assert set(await states(talk.house, InboxRow)) == {"done"}


# --- poison --------------------------------------------------------------------------------------


async def test_poison_is_kept_aside_and_the_person_goes_on(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T38: three tries, told once, later messages work, and it can be replayed."""
    await talk.says("chào")

    async def explodes(turn: Turn) -> Outcome:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(menu.help_, "start", explodes)
        await talk.says("/trogiup")
        await talk.sends(text="/huy")
        await talk.waits(seconds=10)
        assert await states(talk.house, InboxRow) == ["done", "ready", "ready"]
        await talk.waits(seconds=61)
    assert await states(talk.house, InboxRow) == ["done", "done", "quarantined"]
    assert talk.heard.count(talk.text("menu.quarantined")) == 1
    assert talk.text("menu.cancelled") in talk.heard


async def test_poison_in_a_batch_hurts_nobody_else(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ADR 6: the batch rolls back and is taken again one by one."""
    others = [Talk(talk.house, f"o{n}") for n in range(5)]
    started = menu.menu.start
    assert started is not None

    async def explodes_for_one(turn: Turn) -> Outcome:
        if turn.event.account == "u-first":
            raise ZeroDivisionError
        return await started(turn)

    monkeypatch.setattr(menu.menu, "start", explodes_for_one)
    for person in (*others[:2], talk, *others[2:]):
        await person.sends(text="trang đầu")
    await talk.house.settle()
    assert [person.heard[-1][:9] for person in others] == ["Trang đầu"] * 5
    assert talk.heard == []


# --- the five failures of sending ----------------------------------------------------------------


async def test_try_later_waits_as_long_as_the_platform_says(talk: Talk) -> None:
    """R10, R12: the whole channel is silent, and nothing is lost or doubled."""
    talk.house.channel.failures = [TryLater(30, whole_channel=True)]
    other = Talk(talk.house, "other")
    await talk.says("chào")
    assert talk.heard == []
    await other.says("chào")
    assert other.heard == []
    await talk.waits(seconds=29)
    assert talk.heard == []
    await talk.waits(seconds=2)
    await talk.waits(seconds=31)
    assert len(talk.heard) == len(other.heard) == 2
    assert set(await states(talk.house)) == {"sent"}


async def test_what_follows_a_waiting_message_stays_behind_it(talk: Talk) -> None:
    talk.house.channel.failures = [TryLater()]
    await talk.says("chào", "giúp")
    assert talk.heard == []
    await talk.waits(seconds=10)
    heard = talk.heard
    assert heard[0].startswith("Kính chào")
    assert talk.text("menu.help_text") in heard


async def test_an_uncertain_reply_goes_once_more_and_then_never(talk: Talk) -> None:
    """R9."""
    talk.house.channel.failures = [Uncertain(), Uncertain()]
    talk.house.channel.arrives_although_failing = True
    await talk.says("giúp")
    assert len(talk.heard) == 1
    await talk.waits(seconds=11)
    first = talk.heard[0]
    assert talk.heard.count(first) == 2
    await talk.waits(days=1)
    assert talk.heard.count(first) == 2
    assert "uncertain" in await states(talk.house)


async def test_an_unknown_exception_is_never_taken_for_success(talk: Talk) -> None:
    talk.house.channel.failures = [RuntimeError("what is this")]
    await talk.says("chào")
    assert "sent" not in await states(talk.house)
    await talk.waits(seconds=11)
    assert len(talk.heard) == 2


async def test_a_refused_message_does_not_stop_the_next(talk: Talk) -> None:
    talk.house.channel.failures = [Refused("can't parse")]
    await talk.says("chào")
    assert len(talk.heard) == 1
    assert sorted(await states(talk.house)) == ["failed", "sent"]


async def test_somebody_who_is_gone_gets_nothing_until_coming_back(talk: Talk) -> None:
    """T58."""
    talk.house.channel.failures = [RecipientGone()]
    await talk.says("chào")
    assert await talk.house.rows(Account.state) == ["stopped"]
    await talk.says("chào")
    assert await talk.house.rows(Account.state) == ["active"]
    assert talk.heard


async def test_a_channel_that_refuses_our_token_keeps_its_queue(talk: Talk) -> None:
    talk.house.channel.failures = [ChannelDown()]
    await talk.says("chào")
    assert talk.heard == []
    await talk.waits(minutes=6)
    assert len(talk.heard) == 2


async def test_a_late_reply_begins_with_an_apology(talk: Talk) -> None:
    """R11."""
    talk.house.channel.failures = [TryLater(1_200, whole_channel=True)]
    await talk.says("chào")
    await talk.waits(minutes=21)
    assert talk.heard[0].startswith(talk.text("menu.late"))


async def test_a_reply_nobody_could_take_for_six_hours_expires(talk: Talk) -> None:
    talk.house.channel.failures = [TryLater(3_600)] * 20
    await talk.says("chào")
    for _ in range(8):
        await talk.waits(hours=1)
    assert set(await states(talk.house)) == {"expired"}


# --- a process that died -------------------------------------------------------------------------


async def test_the_reply_a_dead_process_was_sending_goes_once_more(talk: Talk) -> None:
    await talk.says("chào")
    async with talk.app.database.transaction() as tx:
        await tx.execute(update(OutboxRow).values(state="sending", owner="dead", parts_sent=0))
    before = len(talk.heard)
    await talk.restart()
    await talk.waits(seconds=11)
    assert len(talk.heard) == before + 2
    assert set(await states(talk.house)) == {"sent"}


async def test_an_event_a_dead_process_had_taken_is_answered(talk: Talk) -> None:
    await talk.sends(text="chào")
    async with talk.app.database.transaction() as tx:
        await tx.execute(update(InboxRow).values(state="taken", owner="dead", attempts=1))
    await talk.restart()
    await talk.waits(seconds=11)
    assert talk.heard[0].startswith("Kính chào")


# --- buttons -------------------------------------------------------------------------------------


async def test_an_old_button_gets_the_present_question(talk: Talk) -> None:
    """T05."""
    await talk.says("x5")
    old = talk.button("Đồng ý")
    await talk.says("1")
    before = len(talk.heard)
    await talk.does(Kind.PRESS, button=old)
    assert talk.heard[before] == talk.text("menu.old_button")
    assert talk.heard[before + 1] == talk.heard[before - 1]


@pytest.mark.parametrize("token", ["", "1", "zzzzzzzz1", "' OR 1=1 --", "x" * 300, "ố" * 64])
async def test_a_forged_button_is_an_old_button(talk: Talk, token: str) -> None:
    """T06."""
    await talk.says("x5")
    stored = await talk.house.rows(Conversation.step, Conversation.draft)
    await talk.does(Kind.PRESS, button=token)
    assert talk.text("menu.old_button") in talk.heard
    assert await talk.house.rows(Conversation.step, Conversation.draft) == stored


async def test_a_button_of_somebody_else_does_nothing(talk: Talk) -> None:
    """T04."""
    await talk.says("x5")
    other = Talk(talk.house, "other")
    await other.says("x5")
    await other.does(Kind.PRESS, button=talk.button("Đồng ý"))
    assert other.text("menu.not_your_button") in other.heard
    assert not (await other.actor()).has_consent
    assert not (await talk.actor()).has_consent


async def test_a_button_pressed_twice_counts_once(talk: Talk) -> None:
    await talk.says("x5")
    token = talk.button("Đồng ý")
    await talk.sends(kind="press", button=token)
    await talk.sends(kind="press", button=token)
    await talk.house.settle()
    assert talk.heard.count(talk.text("menu.old_button")) == 1


# --- groups, floods, clumsy hands ----------------------------------------------------------------


async def test_nothing_is_done_or_kept_in_a_group(talk: Talk) -> None:
    """T09-T11."""
    await talk.sends(text="xin chào mọi người", private=False, chat="group")
    await talk.sends(text="/thongke", private=False, chat="group")
    await talk.house.settle()
    assert [heard.text for heard in talk.house.channel.heard] == [talk.text("menu.private_only")]
    assert await talk.house.rows(Conversation.chat) == []


async def test_a_flood_is_counted_and_told_once_a_minute(talk: Talk) -> None:
    """T35: ten at once; beyond that nothing is stored, and other people notice nothing."""
    fates = [await talk.sends(text=str(n)) for n in range(200)]
    assert fates.count(Accepted.STORED) == 11  # ten, and the one that tells
    assert fates.count(Accepted.THROTTLED) == 189
    other = Talk(talk.house, "other")
    await other.says("x5")
    assert len(other.heard) == 2
    await talk.house.settle()
    assert talk.heard.count(talk.text("menu.slow")) == 1


async def test_a_flood_is_not_answered_faster_for_being_answered(talk: Talk) -> None:
    """T35, ADR 5: ten at once and one in two seconds, or the platform would silence us (R12)."""
    fates = []
    for _ in range(20):
        fates += [await talk.sends(text=str(n)) for n in range(20)]
        await talk.waits(seconds=1)
    assert fates.count(Accepted.STORED) <= 10 + 20 / 2 + 1
    await talk.waits(seconds=20)
    for _ in range(20):
        await talk.says("nói lại")
    assert talk.heard.count(talk.text("menu.slow")) == 1


async def test_whoever_waits_for_answers_is_never_slowed(talk: Talk) -> None:
    """ADR 5."""
    await talk.enrolled()
    for _ in range(40):
        await talk.says("nói lại")
    assert talk.text("menu.slow") not in talk.heard


@pytest.mark.parametrize(
    "kind",
    [
        Kind.VOICE,
        Kind.STICKER,
        Kind.PICTURE,
        Kind.VIDEO,
        Kind.FILE,
        Kind.LOCATION,
        Kind.CONTACT,
        Kind.EDIT,
        Kind.UNKNOWN,
    ],
)
async def test_everything_is_answered_and_the_question_repeated(talk: Talk, kind: Kind) -> None:
    """U12, T39: a voice message, a sticker, an edit... never silence, and nothing is executed."""
    await talk.says("x5")
    question = talk.last
    await talk.does(kind, text="1")
    assert talk.heard[-1] == question
    assert len(talk.heard) == 4
    assert not (await talk.actor()).has_consent


async def test_somebody_who_leaves_is_not_answered(talk: Talk) -> None:
    await talk.says("x5")
    before = len(talk.heard)
    await talk.does(Kind.LEFT)
    assert len(talk.heard) == before
    assert await talk.house.rows(Account.state) == ["stopped"]
    await talk.does(Kind.JOINED)
    assert await talk.house.rows(Account.state) == ["active"]


async def test_a_stranger_is_forgotten_after_a_day(talk: Talk) -> None:
    """P10."""
    await talk.says("chào")
    friend = Talk(talk.house, "friend")
    await friend.enrolled()
    talk.house.clock.passes(hours=25)
    await talk.app.jobs.forget()
    assert await talk.house.rows(Account.user_id) == ["friend"]
    assert await talk.house.rows(func.count(Person.id)) == [1]
    await talk.says("chào")
    assert talk.heard[-1].startswith("Để nhớ bài")


async def test_the_sweep_keeps_what_must_be_kept(talk: Talk) -> None:
    await talk.enrolled()
    talk.house.clock.passes(days=31)
    await talk.app.jobs.sweep()
    assert await talk.house.rows(Conversation.id) == []
    assert await talk.house.rows(func.count(InboxRow.id)) == [2]
    talk.house.clock.passes(days=60)
    await talk.app.jobs.sweep()
    assert await talk.house.rows(InboxRow.id) == []
    assert await talk.house.rows(OutboxRow.id) == []


async def test_the_clock_of_the_demo_moves_what_people_see(talk: Talk) -> None:
    await in_demo_days(talk.house, 23)
    await talk.enrolled()
    given = (await talk.house.rows(Consent.given_at))[0]
    assert given - talk.house.clock.wall() == timedelta(days=23)
