"""Delicate places of a message's path: what is in hand, on its way out."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot import delivery
from bot.channels.base import Part, Receipt
from handlers.messages import Address, Outgoing
from handlers.settling import from_json
from storage import outbox
from tests.bot.path import states
from tests.fakes import BUTTONS, FakeChannel
from tests.talk import Talk

on_one_engine = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # no SQL of its own
on_postgresql = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@on_one_engine
async def test_a_message_that_cannot_be_shown_stops_nothing(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R8, R12: it has failed; it is not `sending` for ever with the person's next ones behind."""
    shown = from_json
    bodies = iter((True, False, False))

    def breaks_once(body: dict[str, Any]) -> Outgoing:
        if next(bodies, False):
            raise KeyError("text")
        return shown(body)

    monkeypatch.setattr(delivery, "from_json", breaks_once)
    await talk.says("x5")
    assert len(talk.heard) == 1
    assert await states(talk.house) == ["failed", "sent"]


@on_one_engine
async def test_a_result_that_could_not_be_written_is_written_later(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R8: whatever the database answers, what was sent is never forgotten, nor sent again."""
    settle = outbox.settle
    failures = iter((RuntimeError("?"), None))

    async def fails_once(*args: Any, **named: Any) -> None:
        if error := next(failures, None):
            raise error
        await settle(*args, **named)

    monkeypatch.setattr(outbox, "settle", fails_once)
    async with asyncio.timeout(5):
        await talk.says("x5")
    assert len(talk.heard) == 2
    assert await states(talk.house) == ["sent", "sent"]


@on_one_engine
async def test_an_apology_never_makes_a_message_too_long(talk: Talk) -> None:
    """R11, U17: a part that fills the channel's limit goes without it instead of being refused."""
    await talk.says("x5")
    me = await talk.actor()
    long = "một câu dài. " * 400
    late = NOW - timedelta(hours=1)
    message = outbox.NewMessage(
        me.account_id, talk.account, "reply", {"text": long}, NOW + timedelta(hours=1)
    )
    async with talk.app.database.transaction() as tx:
        await outbox.add(tx, [message], states=["queued"], owner="", now=late)
    await talk.house.settle()
    assert max(len(heard) for heard in talk.heard) <= BUTTONS.max_text


@on_one_engine
async def test_a_notice_rings_at_the_page_of_whom_it_is_for(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Design §2: people played side by side see at once what the other one sent them."""
    rung: list[str] = []
    officer = await talk.somebody("Cán bộ", role="officer", unit="phong-vhxh")
    monkeypatch.setattr(FakeChannel, "fetched", True)
    monkeypatch.setattr(talk.app.dispatcher, "_fetched", rung.append)
    await talk.says("/gapcanbo", "Xin hỏi giờ học ở nhà văn hóa", "1")
    assert officer.lane in rung


@on_one_engine
async def test_no_more_is_taken_into_hand_than_can_be_sent_at_once(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R9: a notice that a dying process held without sending it would be lost as `uncertain`."""
    send, may_leave = talk.house.channel.send, asyncio.Event()

    async def slow(part: Part, to: Address) -> Receipt:
        await may_leave.wait()
        return await send(part, to)

    people = [Talk(talk.house, f"n{number}") for number in range(8)]
    accounts = [(await (await one.says("x5")).actor()).account_id for one in people]
    notices = [
        outbox.NewMessage(account, f"n{number}", "notice", {"text": "!"}, NOW + timedelta(1))
        for number, account in enumerate(accounts)
    ]
    async with talk.app.database.transaction() as tx:
        await outbox.add(tx, notices, states=["queued"] * 8, owner="", now=NOW)
    monkeypatch.setattr(delivery, "ASKED_AT_ONCE", 3)
    monkeypatch.setattr(talk.house.channel, "send", slow)
    for _ in range(4):
        await talk.app.delivery.look()
    held = (await states(talk.house)).count("sending")
    may_leave.set()
    assert held == 3
    await talk.app.delivery.idle()
    await talk.house.settle()
    assert [one.last for one in people] == ["!"] * 8
