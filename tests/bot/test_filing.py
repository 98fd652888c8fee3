"""Files between delivery, links and the conversation (T13, T46, R2, design §6)."""

import os
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.base import Capabilities, Part
from bot.filing import Filing, hand_over_again
from bot.web.file_pages import say_size
from bot.web.file_sending import disposition
from handlers import FLOWS
from handlers.files import flow
from handlers.messages import Choice, Notice, Outgoing
from storage import file_links, files, memory, outbox
from storage.database import Database
from storage.outbox import NewMessage
from storage.tables import File, FileLink
from tests.bot.file_site import NAME, PDF, TEXTS, Site, keyed_hash
from tests.conftest import MakeHouse
from tests.fakes import NUMBERS_ONLY
from tests.talk import Talk


@pytest.fixture
async def site(database: Database) -> AsyncIterator[Site]:
    site = Site(database)
    await site.open()
    yield site
    await site.client.close()


async def test_a_crash_between_keeping_and_telling_is_healed(site: Site) -> None:
    """The event's id makes it one event, however often it is told (R2)."""
    site.hears = False
    link = await site.link()
    await site.hands_in(link)
    site.hears = True

    async def again() -> int:
        return await hand_over_again(site.database, clock=site.clock, accept=site.accept)

    assert await again() == 0  # its request may be at it
    site.clock.passes(minutes=2)
    assert await again() == 1
    assert await again() == 1
    assert [came.name for came in site.heard] == [NAME]
    site.clock.passes(days=1)
    assert await again() == 0


# --- what delivery asks --------------------------------------------------------------------------


def filing(site: Site, url: str = "https://hoc.example.vn") -> Filing:
    return Filing(
        site.database,
        address=f"{url}/tai/" if url else "",
        clock=site.clock,
        entropy=os.urandom,
        keyed_hash=keyed_hash,
        texts=TEXTS,
    )


async def link_for(filing: Filing, account_id: int, file_id: int) -> str | None:
    return await filing.link(account_id=account_id, chat="c1", file_id=file_id, purpose="mydata")


async def test_delivery_gets_the_document_and_a_link_that_works(site: Site) -> None:
    async with site.database.transaction() as tx:
        wall = site.clock.wall()
        await memory.move_clock(tx, timedelta(days=30), now=wall)  # the domain's clock, not this
        now = wall + timedelta(days=30)
        kind = "application/pdf"
        file_id = await files.keep(tx, name=NAME, media_type=kind, body=PDF, now=now)
    document = await filing(site).document(file_id)
    assert document is not None
    assert (document.name, document.body, len(document.key)) == (NAME, PDF, 32)
    url = await link_for(filing(site), site.account.account_id, file_id)
    assert url is not None
    assert re.fullmatch(r"https://hoc\.example\.vn/tai/[\w-]{22}", url)
    answer = await site.client.post(url.removeprefix("https://hoc.example.vn"))
    assert await answer.read() == PDF
    [(person, account)] = await site.stored(FileLink.person_id, FileLink.account_id)
    assert (person, account) == (site.account.person_id, site.account.account_id)


async def test_without_a_public_address_there_is_no_link(site: Site) -> None:
    assert await link_for(filing(site, ""), site.account.account_id, 1) is None
    assert await filing(site).document(1) is None
    assert await link_for(filing(site), 999, 1) is None
    assert await site.stored(FileLink.id) == []


def test_a_name_cannot_break_out_of_its_header() -> None:
    assert disposition('x"; filename=evil.exe\\.pdf').startswith(
        'attachment; filename="x__ filename=evil.exe_.pdf"; '
    )
    assert "\n" not in disposition("a\nb.pdf")
    assert disposition("漢.pdf") == "attachment; filename=\"_.pdf\"; filename*=UTF-8''%E6%BC%A2.pdf"
    assert 'filename="BAO CAO Dot 1.docx"' in disposition("BÁO CÁO Đợt 1.docx")


def test_sizes_are_said_as_people_read_them() -> None:
    assert [say_size(n) for n in (1, 999_999, 2_500_000)] == ["1\xa0KB", "977\xa0KB", "2,4\xa0MB"]


A_FILE = Outgoing(
    "Tệp đây ạ.", choices=(Choice("again", "Lấy liên kết mới"),), notice=Notice("f", "s", "1")
)


async def shown(
    site: Site, file_id: int, *endings: str, url: str = "https://hoc.example.vn"
) -> Part:
    """The one part in which a channel that carries these endings shows the file's message."""
    now = site.clock.wall()
    async with site.database.transaction() as tx:
        new = NewMessage(site.account.account_id, "c1", "reply", {"text": ""}, now)
        [number] = await outbox.add(tx, [new], states=["queued"], owner="", now=now)
        assert number is not None
        [message] = await outbox.read(tx, [number])
    able = Capabilities(max_text=2000, max_buttons=5, files=frozenset(endings))
    said = replace(A_FILE, document=file_id)
    [part] = await filing(site, url).parts(message, said, able, token="ABCDEFGH")
    return part


async def test_a_channel_gets_the_file_itself_or_a_link_or_a_way(site: Site) -> None:
    """Design §6: each as it can; a button only where it does something."""
    async with site.database.transaction() as tx:
        now = site.clock.wall()
        file_id = await files.keep(tx, name="a.PDF", media_type="x/y", body=PDF, now=now)
    itself = await shown(site, file_id, "pdf", "csv")
    assert itself.document is not None
    assert (itself.text, itself.document.body, itself.buttons) == ("Tệp đây ạ.", PDF, ())
    link = await shown(site, file_id, "csv")
    assert link.document is None
    assert "https://hoc.example.vn/tai/" in link.text
    assert [button.token for button in link.buttons] == ["ABCDEFGH1"]
    way = await shown(site, file_id, url="")
    assert TEXTS.say("files.no_address", name="a.PDF") in way.text
    assert way.buttons == ()
    gone = await shown(site, 999, "pdf")
    assert TEXTS.say("files.gone") in gone.text
    assert gone.buttons == ()


# --- the whole way -------------------------------------------------------------------------------


@pytest.fixture
async def bac(a_house: MakeHouse, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """Somebody on a channel that carries no files and has no buttons, as Zalo Bot is."""
    if flow not in FLOWS:
        monkeypatch.setattr("bot.app.FLOWS", (*FLOWS, flow))
    house = await a_house(NUMBERS_ONLY, public_url="https://hoc.example.vn")
    return await Talk(house, "bac", name="Bác Năm").enrolled()


async def was_sent(bac: Talk, name: str, body: bytes) -> int:
    """A link to a fresh file, made as delivery makes it."""
    actor = await bac.actor()
    async with bac.app.database.transaction() as tx:
        now = bac.house.clock.wall()
        file_id = await files.keep(tx, name=name, media_type="text/csv", body=body, now=now)
        await file_links.offer(
            tx,
            way="fetch",
            purpose="mydata",
            person_id=actor.person_id,
            account_id=actor.account_id,
            chat=bac.account,
            file_id=file_id,
            now=now,
            entropy=os.urandom,
            keyed_hash=keyed_hash,
        )
    return file_id


def offered(bac: Talk) -> str:
    """The link in what was said last but the open question."""
    said = next(text for text in reversed(bac.heard) if "/tai/" in text)
    return str(re.findall(r"https://hoc\.example\.vn/tai/[\w-]{22}", said)[0])


async def test_a_link_read_the_next_morning_is_asked_for_again_in_words(bac: Talk) -> None:
    await was_sent(bac, "so-lieu.csv", b"a,b")
    await bac.waits(hours=10)
    await bac.says("Xin lại liên kết")
    [said] = [text for text in bac.heard if "/tai/" in text]
    assert "so-lieu.csv" in said
    tokens = await bac.house.rows(FileLink.expires_at)
    assert max(tokens) == bac.house.clock.wall() + timedelta(minutes=10)
    assert bac.heard.index(said) < len(bac.heard) - 1  # the open lesson is asked again behind it


async def test_of_several_files_one_is_chosen(bac: Talk) -> None:
    await was_sent(bac, "cu.csv", b"1")
    await was_sent(bac, "moi.csv", b"2")
    await was_sent(bac, "cu.csv", b"1")
    await bac.says("tải lại tệp")
    assert bac.last.index("1. cu.csv") < bac.last.index("2. moi.csv")
    await bac.says("2")
    assert "moi.csv" in next(text for text in reversed(bac.heard) if "/tai/" in text)


async def test_nobody_is_given_what_was_another_s(bac: Talk) -> None:
    """T13: also by a button that was forwarded or an id that was guessed."""
    await was_sent(bac, "rieng.csv", b"cua bac")
    stranger = await Talk(bac.house, "la", name="Người lạ").enrolled()
    await stranger.says("xin lại liên kết")
    assert stranger.text("files.nothing") in "\n".join(stranger.heard)
    assert not [text for text in stranger.heard if "/tai/" in text]


async def test_the_button_under_a_file_gets_a_fresh_link(bac: Talk) -> None:
    await was_sent(bac, "so-lieu.csv", b"a,b")
    await bac.says("xin lại liên kết")
    first = offered(bac)
    code = re.search(r"^(\w1)\. Lấy liên kết mới", "\n".join(bac.heard), re.MULTILINE)
    assert code is not None
    await bac.says(code[1])
    assert offered(bac) != first


async def test_after_the_right_ended_there_is_nothing_to_ask_for(bac: Talk) -> None:
    """T14."""
    await was_sent(bac, "so-lieu.csv", b"a,b")
    await bac.says("xin lại liên kết")
    code = re.search(r"^(\w1)\. Lấy liên kết mới", "\n".join(bac.heard), re.MULTILINE)
    assert code is not None
    person = (await bac.actor()).person_id
    async with bac.app.database.transaction() as tx:
        await file_links.end_all(tx, [person])
    before = len(bac.heard)
    await bac.says(code[1], "xin lại liên kết")
    told = "\n".join(bac.heard[before:])
    assert bac.text("files.gone") in told
    assert bac.text("files.nothing") in told
    assert "/tai/" not in told


async def test_my_data_come_as_a_file(a_house: MakeHouse) -> None:
    """P4: what was told is what is in the file; fetched once, by its owner."""
    house = await a_house(NUMBERS_ONLY, public_url="https://hoc.example.vn")
    talk = await Talk(house, "u1", name="Bác Năm").enrolled()
    await talk.says("/dulieu", "3")
    assert any("https://hoc.example.vn/tai/" in heard for heard in talk.heard)
    stored = await house.rows(File.body)
    assert len(stored) == 1
    assert "Tên gọi,Bác Năm" in stored[0].decode("utf-8-sig")


async def test_deleting_my_data_deletes_the_file_too(a_house: MakeHouse) -> None:
    """P5: nothing stays that leads back."""
    house = await a_house(NUMBERS_ONLY, public_url="https://hoc.example.vn")
    talk = await Talk(house, "u1", name="Bác Năm").enrolled()
    await talk.says("/dulieu", "3", "5", "2")
    assert await house.rows(File.id) == []
