"""Small files and the one-time links to them, on both engines (T14, T15, T30, T46, T47, P5)."""

import asyncio
import hashlib
import hmac
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from storage import file_links, files, outbox, people
from storage.database import Database, Transaction
from storage.outbox import NewMessage
from storage.people import Caller
from storage.tables import Account, File, FileLink, OutboxRow, WorkRow

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=91)
PDF = "application/pdf"


def keyed_hash(text: str) -> str:
    return hmac.new(b"a test", text.encode(), hashlib.sha256).hexdigest()[:32]


async def kept(tx: Transaction, body: bytes = b"%PDF-1", at: datetime = NOW, **more: Any) -> int:
    given = {"name": "bao-cao.pdf", "media_type": PDF, **more}
    return await files.keep(tx, body=body, now=at, **given)


async def somebody(tx: Transaction, lane: str = "ba-sau") -> people.Actor:
    return (await people.meet(tx, [Caller(lane, "zalo_bot", "b1", lane)], now=NOW))[lane]


async def offered(
    tx: Transaction, to: people.Actor, *, file_id: int | None, at: datetime = NOW, **more: Any
) -> str:
    """Hash of a fresh link's token."""
    given = {"way": "fetch" if file_id is not None else "hand_in", "purpose": "mydata", **more}
    token = await file_links.offer(
        tx,
        person_id=to.person_id,
        account_id=to.account_id,
        chat="c1",
        file_id=file_id,
        now=at,
        entropy=os.urandom,
        keyed_hash=keyed_hash,
        **given,
    )
    return file_links.hash_of(token, keyed_hash)


# --- files ---------------------------------------------------------------------------------------


async def test_the_same_file_is_kept_once_and_another_name_is_another_file(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        first = await kept(tx)
        assert await kept(tx) == first
        assert await kept(tx, b"%PDF-2") != first
        assert await kept(tx, media_type="text/csv") != first
        renamed = await kept(tx, name="khac.pdf")
        assert await files.about(tx, renamed) == ("khac.pdf", PDF, 6)
    async with database.reading() as tx:
        file = await files.read(tx, first)
        about = await files.about(tx, first)
        assert await files.read(tx, 999) is None
        assert await files.about(tx, 999) is None
    assert file is not None
    assert (file.name, file.body) == ("bao-cao.pdf", b"%PDF-1")
    assert about == ("bao-cao.pdf", PDF, 6)
    assert "%PDF" not in repr(file)


async def test_five_megabytes_fit_and_one_byte_more_does_not(database: Database) -> None:
    """T30."""
    async with database.transaction() as tx:
        await kept(tx, bytes(files.MAX))
        with pytest.raises(files.TooBig):
            await kept(tx, bytes(files.MAX + 1))


async def test_a_long_name_keeps_its_ending(database: Database) -> None:
    async with database.transaction() as tx:
        one = await kept(tx, name="đ" * 200 + ".pdf")
        other = await kept(tx, b"2", name="đ" * 200)
        found = [await files.about(tx, number) for number in (one, other)]
    assert [len(about.name) for about in found if about] == [files.MAX_NAME, files.MAX_NAME]
    assert found[0] is not None
    assert found[0].name.endswith("đ.pdf")


async def test_what_nobody_points_at_goes_after_ninety_days(database: Database) -> None:
    async with database.transaction() as tx:
        me = await somebody(tx)
        idle = await kept(tx, b"idle", LONG_AGO)
        linked, made, sent = [await kept(tx, body, LONG_AGO) for body in (b"1", b"2", b"3")]
        await kept(tx, b"young", NOW - timedelta(days=89))
        again = await kept(tx, b"again", LONG_AGO)
        await kept(tx, b"again", NOW)
        await offered(tx, me, file_id=linked)
        await tx.execute(
            WorkRow.__table__.insert().values(  # type: ignore[attr-defined]
                kind="word", body={}, file_id=made, created_at=NOW
            )
        )
        body = {"text": "Tệp đây ạ", "document": sent}
        message = NewMessage(me.account_id, "c1", "reply", body, NOW + timedelta(hours=6))
        plain = NewMessage(me.account_id, "c1", "reply", {"text": "x"}, NOW + timedelta(hours=6))
        await outbox.add(tx, [message, plain], states=["queued"] * 2, owner="", now=NOW)
        assert await files.sweep(tx, now=NOW) == 1
        left = set((await tx.execute(select(File.id))).scalars())
        assert idle not in left
        assert {linked, made, sent, again} < left
        assert await files.sweep(tx, now=NOW) == 0


async def test_an_erased_person_s_own_files_go_at_once(database: Database) -> None:
    """P5: but a file that somebody else was given too stays for them."""
    async with database.transaction() as tx:
        me, other = await somebody(tx), await somebody(tx, "anh-voi")
        mine, shared = await kept(tx, b"mine"), await kept(tx, b"shared")
        for file_id in (mine, shared):
            await offered(tx, me, file_id=file_id)
        await offered(tx, other, file_id=shared)
        gone = await file_links.files_of(tx, [me.person_id])
        assert gone == {mine, shared}
        assert await files.let_go(tx, gone) == 0
        await tx.execute(FileLink.__table__.delete().where(FileLink.person_id == me.person_id))  # type: ignore[attr-defined]
        assert await files.let_go(tx, gone) == 1
        assert await files.read(tx, mine) is None
        assert await files.let_go(tx, []) == 0


# --- links ---------------------------------------------------------------------------------------


async def test_a_token_has_128_bits_and_is_stored_only_as_a_hash(database: Database) -> None:
    async with database.transaction() as tx:
        me = await somebody(tx)
        token = await file_links.offer(
            tx,
            way="hand_in",
            purpose="evidence",
            file_id=None,
            now=NOW,
            entropy=os.urandom,
            keyed_hash=keyed_hash,
            person_id=me.person_id,
            account_id=me.account_id,
            chat="c1",
        )
        stored = (await tx.execute(select(FileLink.__table__))).one()
    assert len(token) == 22
    assert token not in [str(value) for value in stored]
    assert stored.token_hash == file_links.hash_of(token, keyed_hash)


async def test_looking_spends_nothing_and_a_link_lives_ten_minutes(database: Database) -> None:
    """T46."""
    async with database.transaction() as tx:
        link = await offered(tx, await somebody(tx), file_id=await kept(tx))
        for minutes, is_open in ((0, True), (9, True), (10, False)):
            found = await file_links.look(tx, link, now=NOW + timedelta(minutes=minutes))
            assert found is not None
            assert (found.is_open, found.used_at) == (is_open, None)
        late = NOW + timedelta(minutes=10)
        assert await file_links.spend(tx, link, way="fetch", now=late) is None
        assert await file_links.spend(tx, link, way="hand_in", now=NOW) is None
        assert await file_links.look(tx, "no such", now=NOW) is None


async def test_of_two_who_press_at_once_one_wins(database_url: str) -> None:
    """T47: two processes, one link."""
    doors = [Database(database_url) for _ in range(4)]
    async with doors[0].transaction() as tx:
        link = await offered(tx, await somebody(tx), file_id=await kept(tx))

    async def spends(door: Database) -> bool:
        async with door.transaction() as tx:
            return await file_links.spend(tx, link, way="fetch", now=NOW) is not None

    assert sum(await asyncio.gather(*map(spends, doors * 3))) == 1
    for door in doors:
        await door.close()


async def test_who_spent_it_may_fetch_for_two_minutes(database: Database) -> None:
    async with database.transaction() as tx:
        link = await offered(tx, await somebody(tx), file_id=await kept(tx))
        assert await file_links.being_fetched(tx, link, now=NOW) is None
        pressed = NOW + timedelta(minutes=9, seconds=59)
        assert await file_links.spend(tx, link, way="fetch", now=pressed)
        for seconds, is_there in ((0, True), (119, True), (120, False)):
            now = pressed + timedelta(seconds=seconds)
            assert (await file_links.being_fetched(tx, link, now=now) is not None) is is_there


async def test_whoever_leaves_the_job_loses_every_link(database: Database) -> None:
    """T14: open ones, fetches that run, asking again; others keep theirs."""
    async with database.transaction() as tx:
        me, other = await somebody(tx), await somebody(tx, "anh-voi")
        file_id = await kept(tx)
        mine, running, theirs = [await offered(tx, who, file_id=file_id) for who in (me, me, other)]
        assert await file_links.spend(tx, running, way="fetch", now=NOW)
        await file_links.end_all(tx, [me.person_id])
        assert await file_links.spend(tx, mine, way="fetch", now=NOW) is None
        assert await file_links.being_fetched(tx, running, now=NOW) is None
        assert await file_links.offered_to(tx, [me.person_id], now=NOW) == []
        assert await file_links.spend(tx, theirs, way="fetch", now=NOW)


async def test_a_locked_account_cannot_use_its_links(database: Database) -> None:
    """T15."""
    async with database.transaction() as tx:
        me = await somebody(tx)
        link = await offered(tx, me, file_id=await kept(tx))
        locked = update(Account).where(Account.id == me.account_id).values(state="suspended")
        await tx.execute(locked)
        found = await file_links.look(tx, link, now=NOW)
        assert found is not None
        assert not found.is_open
        assert await file_links.spend(tx, link, way="fetch", now=NOW) is None


async def test_what_may_be_asked_for_again_is_newest_first_for_thirty_days(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        me, other = await somebody(tx), await somebody(tx, "anh-voi")
        old, new = await kept(tx, b"old"), await kept(tx, b"new", name="moi.pdf")
        await offered(tx, me, file_id=old, at=NOW - timedelta(days=31))
        await offered(tx, me, file_id=old, at=NOW - timedelta(days=29))
        await offered(tx, me, file_id=new)
        await offered(tx, other, file_id=old)
        found = await file_links.offered_to(tx, [me.person_id], now=NOW)
    assert [(one.file_id, one.file_name) for one in found] == [
        (new, "moi.pdf"),
        (old, "bao-cao.pdf"),
    ]


async def test_what_came_in_is_found_for_the_conversation_to_hear_of_it(
    database: Database,
) -> None:
    minute = timedelta(minutes=1)
    async with database.transaction() as tx:
        me = await somebody(tx)
        came, pressed, waits = [await offered(tx, me, file_id=None) for _ in range(3)]
        link = await file_links.spend(tx, came, way="hand_in", now=NOW)
        assert link is not None
        await file_links.fill(tx, link.id, file_id=await kept(tx))
        assert await file_links.spend(tx, pressed, way="hand_in", now=NOW)
        found = await file_links.handed_in(tx, since=NOW - minute, until=NOW + minute)
        assert await file_links.handed_in(tx, since=NOW + minute, until=NOW + 2 * minute) == []
    assert [(one.id, name, kind) for one, name, kind in found] == [(link.id, "bao-cao.pdf", PDF)]
    assert (found[0][0].channel, found[0][0].user_id) == ("zalo_bot", "ba-sau")
    assert waits != came


async def test_links_are_kept_ninety_days_as_the_record_of_who_fetched_what(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        me = await somebody(tx)
        file_id = await kept(tx, at=LONG_AGO)
        await offered(tx, me, file_id=file_id, at=LONG_AGO)
        young = await offered(tx, me, file_id=file_id, at=NOW - timedelta(days=89))
        await file_links.sweep(tx, now=NOW)
        assert list((await tx.execute(select(FileLink.token_hash))).scalars()) == [young]
        assert await files.sweep(tx, now=NOW) == 0


async def test_documents_of_messages_are_found_by_their_id(database: Database) -> None:
    """The condition of the sweep reads the JSON of both engines."""
    async with database.transaction() as tx:
        me = await somebody(tx)
        body = {"text": "x", "document": 7}
        message = NewMessage(me.account_id, "c1", "reply", body, NOW)
        await outbox.add(tx, [message], states=["queued"], owner="", now=NOW)
        carried = OutboxRow.body["document"].as_integer()
        assert list((await tx.execute(select(carried))).scalars()) == [7]
