"""Delicate places of a message's path: what comes in, and the turns it leads to."""

import asyncio
import gc
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.channels.base import Accepted, TryLater
from handlers.messages import Kind
from storage import inbox, outbox
from storage.tables import Account, Conversation, InboxRow
from tests.bot.path import states
from tests.talk import Talk

on_one_engine = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # no SQL of its own
on_postgresql = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


# --- the gate ------------------------------------------------------------------------------------


async def test_a_letter_that_no_database_takes_hurts_nobody(talk: Talk) -> None:
    """T23, R3: half an emoji is stored as "?", and whoever shares its commit notices nothing."""
    other = Talk(talk.house, "other")
    fates = await asyncio.gather(talk.sends(event="e\ud83d", text="\ud83d"), other.sends(text="x5"))
    assert set(fates) == {Accepted.STORED}
    await talk.house.settle()
    assert set(await states(talk.house, InboxRow)) == {"done"}


@on_one_engine
async def test_what_the_gate_cannot_store_is_refused_without_a_word_of_it_in_a_log(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """P9: an exception of the database carries the parameters, that is what people wrote."""
    unheard: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unheard.append(context))

    async def broken(*_: Any, **__: Any) -> set[str]:
        raise RuntimeError("một câu riêng tư")

    with monkeypatch.context() as patched:
        patched.setattr(inbox, "store", broken)
        assert await talk.sends(text="một câu riêng tư") is Accepted.BUSY
        talk.app.gate._writer = None
        await asyncio.sleep(0)
        gc.collect()
    asyncio.get_running_loop().set_exception_handler(None)
    assert unheard == []
    assert "riêng tư" not in caplog.text
    await talk.says("x5")
    assert len(talk.heard) == 2


async def test_a_flood_in_a_group_is_met_with_silence(talk: Talk) -> None:
    """T09, T11, T35: the group is not told to slow down, and never becomes the private chat."""
    await talk.says("x5")
    for number in range(30):
        await talk.sends(text=str(number), private=False, chat="group")
    await talk.house.settle()
    assert {heard.chat for heard in talk.house.channel.heard} == {talk.account}
    assert set(await talk.house.rows(Account.chat)) == {talk.account}
    assert set(await talk.house.rows(Conversation.chat)) == {talk.account}


# --- turns ---------------------------------------------------------------------------------------


async def test_somebody_who_leaves_after_a_while_has_left(talk: Talk) -> None:
    """T58, U10: leaving is not being heard from, and the work that was begun is kept."""
    await talk.says("x5")
    step = await talk.house.rows(Conversation.flow, Conversation.step, Conversation.draft)
    talk.house.clock.passes(hours=2)
    await talk.does(Kind.LEFT)
    assert await talk.house.rows(Account.state) == ["stopped"]
    kept = await talk.house.rows(Conversation.flow, Conversation.step, Conversation.draft)
    assert kept == step


async def test_the_same_word_again_while_our_answer_still_waits_counts_once(talk: Talk) -> None:
    """T37: nobody can mean a question that has not left us yet."""
    await talk.says("x5")
    talk.house.channel.failures = [TryLater(30)]
    await talk.says("1")
    talk.house.clock.passes(seconds=2)
    await talk.says("1")
    await talk.waits(seconds=31)
    assert "(1/3)" in talk.last
    await talk.says("1")
    assert "(2/3)" in talk.last


@on_one_engine
async def test_stopping_reminders_twice_leaves_the_open_question_alone(talk: Talk) -> None:
    """U11: "what is being done goes on", also for somebody who had stopped them before."""
    await talk.enrolled()
    page = talk.last
    await talk.says("/dung", "/dung")
    await talk.says("1")
    assert talk.last == page
    await talk.says("1")
    assert "(2/3)" in talk.last


async def test_a_place_of_a_release_that_is_gone_is_no_poison(talk: Talk) -> None:
    """Style a3, T05: a button or a way back may lead to a flow or a step nobody has any more."""
    await talk.enrolled()
    me = await talk.actor()
    body = {"text": "cũ", "choices": [["a", "A"]], "notice": ["gone", "gone", "1"]}
    gone = {"flow": "gone", "step": "gone", "draft": {}, "offered": {"text": "cũ"}}
    async with talk.app.database.transaction() as tx:
        await tx.execute(update(Conversation).values(trail=[gone]))
        await outbox.add(
            tx,
            [
                outbox.NewMessage(
                    me.account_id, talk.account, "notice", body, NOW + timedelta(1), "abcdefgh"
                )
            ],
            states=["sent"],
            owner="",
            now=NOW,
        )
    await talk.does(Kind.PRESS, button="abcdefgh1")
    assert talk.text("menu.old_button") in talk.heard
    await talk.does(Kind.PRESS, button="abc\0efgh1")
    await talk.says("quay lại")
    assert talk.text("menu.no_way_back") in talk.heard
    assert set(await states(talk.house, InboxRow)) == {"done"}
