"""Inbox and outbox: de-dup, order, claims, recovery, on both engines (R1-R13)."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storage import inbox, outbox, people, told
from storage.database import Conflict, Database
from storage.inbox import NewEvent
from storage.outbox import NewMessage, Settled
from storage.people import Caller

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=6)


def an_event(key: str, lane: str = "lane") -> NewEvent:
    return NewEvent(key, lane, "fake", "{}")


async def stored(database: Database, *events: NewEvent) -> set[str]:
    async with database.transaction() as tx:
        return (await inbox.store(tx, events, now=NOW)).new


async def taken(
    database: Database, owner: str = "me", at: datetime = NOW, limit: int = 32
) -> list[inbox.Taken]:
    async with database.transaction() as tx:
        return await inbox.take(tx, owner=owner, now=at, limit=limit, channels=["fake"])


async def test_an_event_stored_twice_is_one_event(database: Database) -> None:
    assert await stored(database, an_event("a"), an_event("b", "other")) == {"a", "b"}
    assert await stored(database, an_event("a"), an_event("c", "third")) == {"c"}
    assert len(await taken(database)) == 3


async def test_one_lane_is_taken_one_event_at_a_time_and_in_order(database: Database) -> None:
    """R4: arrival order per account; others do not wait."""
    await stored(database, an_event("a1", "a"), an_event("a2", "a"), an_event("b1", "b"))
    first = await taken(database)
    assert [row.lane for row in first] == ["a", "b"]
    assert await taken(database) == []
    async with database.transaction() as tx:
        await inbox.finish(tx, [first[0].id], owner="me")
    assert [row.lane for row in await taken(database)] == ["a"]


async def test_two_processes_never_take_the_same_event(database_url: str) -> None:
    doors = [Database(database_url) for _ in range(3)]
    await stored(doors[0], *(an_event(f"k{n}", f"lane{n % 40}") for n in range(120)))
    handled: list[int] = []

    async def works(door: Database, owner: str) -> None:
        idle = 0
        while idle < 3:
            rows = await taken(door, owner, limit=7)
            idle = 0 if rows else idle + 1
            for row in rows:
                handled.append(row.id)
                async with door.transaction() as tx:
                    await inbox.finish(tx, [row.id], owner=owner)
            await asyncio.sleep(0.005)

    await asyncio.gather(*(works(door, f"p{n}") for n, door in enumerate(doors)))
    assert len(handled) == 120
    assert len(set(handled)) == 120
    for door in doors:
        await door.close()


async def test_a_row_taken_over_by_another_process_cannot_be_finished(database: Database) -> None:
    await stored(database, an_event("a"))
    rows = await taken(database, "dead")
    async with database.transaction() as tx:
        assert await inbox.abandoned(tx, living=["me"]) == rows
        await inbox.adopt(tx, rows, owner="me")
    with pytest.raises(Conflict):
        async with database.transaction() as tx:
            await inbox.finish(tx, [rows[0].id], owner="dead")


async def test_poison_is_tried_three_times_then_kept_aside(database: Database) -> None:
    """R7, T38: 0 s, 10 s, 60 s; what follows it goes on."""
    await stored(database, an_event("poison", "a"), an_event("next", "a"))
    at = NOW
    for attempt, wait in ((1, 10), (2, 60)):
        rows = await taken(database, at=at)
        assert [row.attempts for row in rows] == [attempt]
        async with database.transaction() as tx:
            assert not await inbox.put_back(tx, rows[0], owner="me", now=at)
        assert await taken(database, at=at + timedelta(seconds=wait - 1)) == []
        at += timedelta(seconds=wait)
    rows = await taken(database, at=at)
    async with database.transaction() as tx:
        assert await inbox.put_back(tx, rows[0], owner="me", now=at)
        assert await inbox.quarantined(tx) == 1
    following = await taken(database, at=at)
    assert len(following) == 1
    async with database.transaction() as tx:
        assert await inbox.replay(tx, now=at) == 1
    assert len(await taken(database, at=at)) == 0  # its lane is busy with the next one


async def test_words_are_emptied_when_the_turn_is_done(database: Database) -> None:
    """P10."""
    await stored(database, NewEvent("a", "lane", "fake", '{"text": "riêng tư"}'))
    rows = await taken(database)
    async with database.transaction() as tx:
        await inbox.finish(tx, [rows[0].id], owner="me")
        left = (await tx.exec_driver_sql("SELECT raw FROM inbox")).scalar_one()
    assert left == ""


# --- outbox --------------------------------------------------------------------------------------


async def an_account(database: Database, name: str = "u1") -> int:
    async with database.transaction() as tx:
        await people.meet(tx, [Caller(f"lane-{name}", "fake", "b1", name)], now=NOW)
        actors = await people.lock(tx, [f"lane-{name}"])
    return actors[f"lane-{name}"].account_id


def a_message(account: int, text: str = "chào", **fields: Any) -> NewMessage:
    values = {"kind": "reply", "body": {"text": text}, "expires_at": LATER, **fields}
    return NewMessage(account, "chat", **values)


async def added(
    database: Database, *messages: NewMessage, state: str = "queued", owner: str = "me"
) -> list[int | None]:
    async with database.transaction() as tx:
        states = [state] * len(messages)
        return await outbox.add(tx, messages, states=states, owner=owner, now=NOW)


async def to_send(
    database: Database, owner: str = "me", at: datetime = NOW
) -> list[outbox.Message]:
    async with database.transaction() as tx:
        return await outbox.take(tx, owner=owner, now=at, limit=50, channels=["fake"])


async def test_a_proactive_message_with_one_key_exists_once(database: Database) -> None:
    account = await an_account(database)
    first = await added(database, a_message(account, kind="notice", key="invite-used:7"))
    second = await added(database, a_message(account, kind="notice", key="invite-used:7"))
    assert first[0] is not None
    assert second == [None]


async def test_ids_come_back_in_the_order_of_the_messages(database: Database) -> None:
    account = await an_account(database)
    ids = await added(database, *(a_message(account, str(n)) for n in range(5)))
    async with database.reading() as tx:
        rows = await outbox.read(tx, [i for i in ids if i is not None])
    assert [row.body["text"] for row in rows] == ["0", "1", "2", "3", "4"]
    assert [row.id for row in rows] == ids


async def test_one_account_is_sent_to_in_order_and_never_blocks_another(
    database: Database,
) -> None:
    """R12."""
    one, two = await an_account(database, "u1"), await an_account(database, "u2")
    await added(database, a_message(one, "1a"), a_message(one, "1b"), a_message(two, "2a"))
    first = await to_send(database)
    assert sorted(m.body["text"] for m in first) == ["1a", "2a"]
    waits = Settled(first[0].id, "retry_wait", 0, 0, NOW + timedelta(seconds=5))
    sent = Settled(first[1].id, "sent", 1, 0)
    async with database.transaction() as tx:
        await outbox.settle(tx, [waits, sent], owner="me", now=NOW)
        assert await outbox.blocked(tx, [one, two], owner="me", in_hand=()) == {one}
    assert await to_send(database) == []
    again = await to_send(database, at=NOW + timedelta(seconds=5))
    assert [m.body["text"] for m in again] == ["1a"]


async def test_replies_go_before_reminders_and_broadcasts(database: Database) -> None:
    accounts = [await an_account(database, f"u{n}") for n in range(3)]
    classes = ("broadcast", "reminder", "reply")
    for account, class_ in zip(accounts, classes, strict=True):
        await added(database, a_message(account, kind=class_))
    async with database.transaction() as tx:
        first = await outbox.take(tx, owner="me", now=NOW, limit=1, channels=["fake"])
    assert [m.kind for m in first] == ["reply"]


async def test_the_rows_of_a_dead_sender_are_judged_by_class(database: Database) -> None:
    """R9: a reply once more after 10 s, a proactive message never."""
    one, two = await an_account(database, "u1"), await an_account(database, "u2")
    await added(database, a_message(one), state="sending", owner="dead")
    await added(database, a_message(two, kind="reminder"), state="sending", owner="dead")
    again_at = NOW + timedelta(seconds=10)
    async with database.transaction() as tx:
        assert await outbox.recover(tx, living=["me"], now=NOW, again_at=again_at) == 2
    assert await to_send(database) == []
    again = await to_send(database, "second", at=again_at)
    assert [(m.kind, m.doubts) for m in again] == [("reply", 1)]
    async with database.transaction() as tx:  # the second owner dies too: now it is final
        await outbox.recover(tx, living=["me"], now=again_at, again_at=again_at)
    assert await to_send(database, at=again_at + timedelta(days=1)) == []


async def test_a_settlement_of_somebody_elses_row_changes_nothing(database: Database) -> None:
    """R26: the fence is the owner."""
    account = await an_account(database)
    await added(database, a_message(account), state="sending", owner="new owner")
    async with database.transaction() as tx:
        rows = (await tx.exec_driver_sql("SELECT id FROM outbox")).scalars().all()
        done = Settled(rows[0], "failed", 0, 0, reason="late answer")
        await outbox.settle(tx, [done], owner="old owner", now=NOW)
        state = (await tx.exec_driver_sql("SELECT state FROM outbox")).scalar_one()
    assert state == "sending"


async def test_a_notice_button_works_once(database: Database) -> None:
    """T05."""
    account = await an_account(database)
    await added(database, a_message(account, token="abcd2345"))
    async with database.transaction() as tx:
        pressed = await told.by_token(tx, "abcd2345")
        assert pressed is not None
        assert await told.by_token(tx, "forged22") is None
        assert await told.use(tx, pressed.id, now=NOW)
        assert not await told.use(tx, pressed.id, now=NOW)
