"""The single path of a message: once in, once done, answered in order (R1-R7, T08-T38)."""

import asyncio
import random
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import func

from bot.app import OtherSecret
from handlers import menu
from handlers.flow import Outcome, Turn
from storage.tables import AnswerRow, Attempt, Consent, InboxRow, LessonProgress, Person
from tests.bot.path import states
from tests.conftest import MakeHouse
from tests.fakes import NUMBERS_ONLY
from tests.talk import House, Talk, in_demo_days

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


async def test_the_clock_of_the_demo_moves_what_people_see(talk: Talk) -> None:
    await in_demo_days(talk.house, 23)
    await talk.enrolled()
    given = (await talk.house.rows(Consent.given_at))[0]
    assert given - talk.house.clock.wall() == timedelta(days=23)


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
