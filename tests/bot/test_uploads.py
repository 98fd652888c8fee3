"""Handing a file in by `/tai/<token>`: bounded, looked at, kept once (T30, T32, T47, R28)."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from aiohttp import FormData

from bot import disk
from bot.web.uploads import PAPERS, VOICES, Patience, clean_name
from storage import files
from storage.database import Database
from storage.tables import File, FileLink
from tests.bot.file_site import FREE, NAME, PDF, Site, said, upload_head
from tests.fakes import FakeClock


@pytest.fixture
async def site(database: Database) -> AsyncIterator[Site]:
    site = Site(database)
    await site.open()
    yield site
    await site.client.close()


async def test_what_is_handed_in_reaches_the_conversation_as_one_event(site: Site) -> None:
    link = await site.link(to="evidence")
    page = await (await site.client.get(link)).text()
    assert page.count("<button") == 1
    status, page = await site.hands_in(link)
    assert status == 200
    assert said("received_now", page, app="Zalo")
    [came] = site.heard
    assert (came.name, came.media_type, came.purpose) == (NAME, "application/pdf", "evidence")
    assert (came.channel, came.user_id, came.chat) == ("zalo_bot", "ba-sau", "c1")
    assert await site.stored(File.id, File.name, File.body) == [(came.file, NAME, PDF)]
    assert await site.stored(FileLink.id, FileLink.file_id) == [(came.link, came.file)]
    assert (await site.hands_in(link))[0] == 410
    assert site.heard == [came]


async def test_two_uploads_by_one_link_keep_one_file(site: Site) -> None:
    """T47."""
    link = await site.link()
    results = await asyncio.gather(*(site.hands_in(link, PDF + bytes([65 + n])) for n in range(4)))
    assert sorted(status for status, _ in results) == [200, 410, 410, 410]
    assert len(await site.stored(File.id)) == len(site.heard) == 1


async def test_a_conversation_that_cannot_hear_is_told_again_by_one_press(site: Site) -> None:
    site.hears = False
    link = await site.link()
    status, page = await site.hands_in(link)
    assert status == 503
    assert said("halfway_now", page)
    assert 'name="again"' in page
    assert 'type="file"' not in page
    assert (await site.client.post(link, data={"again": "1"})).status == 503
    site.hears = True
    for _ in range(2):
        answer = await site.client.post(link, data={"again": "1"})
        assert answer.status == 200
        assert said("received", await answer.text())
    assert len(site.heard) == 1
    assert site.heard[0].name == NAME


async def test_a_declared_giant_is_refused_before_a_byte_is_read(site: Site) -> None:
    """T30."""
    link = await site.link()
    reader, writer = await asyncio.open_connection(site.client.host, site.client.port)
    writer.write(upload_head(link, 100 * 1024 * 1024))
    first = await asyncio.wait_for(reader.readline(), 10)
    assert b" 413 " in first
    writer.close()
    assert (await site.hands_in(link))[0] == 200  # the link was not spent


async def test_a_lying_giant_is_cut_off_while_it_streams(site: Site) -> None:
    """T30: chunked, so that nothing is declared."""
    link = await site.link()

    async def too_much() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-'
        for _ in range(6 * 16):
            yield bytes(65_536)
        yield b"\r\n--x--\r\n"

    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await site.client.post(link, data=too_much(), headers=kind)
    assert answer.status == 413
    page = await answer.text()
    assert said("too_big", page, most="5 MB")
    assert 'type="file"' in page
    assert await site.stored(File.id) == []


async def test_five_megabytes_come_in_and_go_out_whole(site: Site) -> None:
    body = PDF + os.urandom(files.MAX - len(PDF))
    link = await site.link()
    status, _ = await site.hands_in(link, body)
    assert status == 200
    out = await site.link(body)
    came = await (await site.client.post(out)).read()
    assert hashlib.sha256(came).digest() == hashlib.sha256(body).digest()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("virus.exe", b"MZ\x90"),
        ("giay.pdf.exe", PDF),
        ("giay.pdf", b"MZ\x90"),
        ("anh.jpg", PDF),
        ("trang.html", b"<html>"),
        ("hinh.svg", b"<svg/>"),
        ("nen.zip", b"PK\x03\x04"),
        ("bang.xlsx", b"PK\x03\x04 word/document.xml"),
        ("bang.csv", b"a,b\x00c"),
        ("bang.csv", PDF),
        ("khong-duoi", PDF),
    ],
)
async def test_what_is_not_on_the_list_is_refused_kindly(
    site: Site, name: str, body: bytes
) -> None:
    """T32: by ending and by content; the link stays good."""
    link = await site.link()
    status, page = await site.hands_in(link, body, name)
    assert status == 415
    assert 'role="alert"' in page
    assert await site.stored(File.id) == []
    assert (await site.hands_in(link))[0] == 200


async def test_no_file_chosen_is_said(site: Site) -> None:
    link = await site.link()
    for tried in (
        site.hands_in(link, b"", ""),
        site.hands_in(link, b"", "a.pdf"),
    ):
        status, page = await tried
        assert status == 400
        assert said("none", page)
    other = FormData()
    other.add_field("other", PDF, filename="a.pdf")
    assert (await site.client.post(link, data=other)).status == 400
    assert (await site.client.post(link, data={"file": "text"})).status == 400
    assert site.heard == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        b"--y\r\n\r\n--y--",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1',
        b"--x\r\n" + b"A" * 20_000 + b": b\r\n\r\n--x--",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
        b"Content-Length: -5\r\n\r\n%PDF-\r\n--x--\r\n",
    ],
)
async def test_a_broken_form_is_a_sentence_and_no_error(site: Site, body: bytes) -> None:
    link = await site.link()
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await site.client.post(link, data=body, headers=kind)
    assert answer.status == 400
    assert 'role="alert"' in await answer.text()
    no_boundary = {"Content-Type": "multipart/form-data"}
    assert (await site.client.post(link, data=body, headers=no_boundary)).status == 400
    assert await site.stored(File.id) == []


async def test_a_line_that_falls_asleep_is_hung_up(database: Database) -> None:
    """It is waited for, but not for ever; the link stays good."""
    site = Site(database)
    await site.open(Patience(piece=0.05, whole=5.0))
    link = await site.link()
    reader, writer = await asyncio.open_connection(site.client.host, site.client.port)
    begun = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF'
    writer.write(upload_head(link, 900) + begun)
    assert b" 408 " in await asyncio.wait_for(reader.readline(), 10)
    writer.close()
    assert (await site.hands_in(link))[0] == 200
    await site.client.close()


async def test_a_few_uploads_at_once_and_the_next_is_asked_to_wait(site: Site) -> None:
    links = [await site.link() for _ in range(7)]
    opened = []
    for link in links[:6]:
        reader, writer = await asyncio.open_connection(site.client.host, site.client.port)
        writer.write(upload_head(link, 900) + b"--x")
        opened.append((reader, writer))
    status, page = 0, ""
    async with asyncio.timeout(10):
        while status != 503:
            status, page = await site.hands_in(links[6], b"MZ", "a.exe")
    assert said("busy", page)
    for _, writer in opened:
        writer.close()
    async with asyncio.timeout(10):
        while status != 200:
            status, page = await site.hands_in(links[6])


async def test_a_full_disk_takes_nothing_and_says_where_to_go(site: Site) -> None:
    """R28."""
    link = await site.link()
    site.free = disk.LOW - 1
    answer = await site.client.get(link)
    assert answer.status == 503
    assert said("no_room", await answer.text())
    assert (await site.hands_in(link))[0] == 503
    fetched = await site.link(PDF)
    assert (await site.client.post(fetched)).status == 200
    site.free = FREE
    assert (await site.hands_in(link))[0] == 200


class WatchedClock(FakeClock):
    """Says when somebody has looked at it."""

    def __init__(self) -> None:
        super().__init__()
        self.was_asked = asyncio.Event()

    def wall(self) -> datetime:
        self.was_asked.set()
        return super().wall()


async def test_who_pressed_in_time_is_not_refused_for_a_slow_line(database: Database) -> None:
    clock = WatchedClock()
    site = Site(database, clock)
    await site.open()
    link = await site.link()
    clock.passes(minutes=9, seconds=59)
    clock.was_asked.clear()
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-'
    end = b"\r\n--x--\r\n"
    reader, writer = await asyncio.open_connection(site.client.host, site.client.port)
    writer.write(upload_head(link, len(body + end)) + body)
    await asyncio.wait_for(clock.was_asked.wait(), 10)
    clock.passes(minutes=1)
    writer.write(end)
    assert b" 200 " in await asyncio.wait_for(reader.readline(), 10)
    writer.close()
    await site.client.close()


# --- small things --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Sau\\giấy tờ.pdf", "giấy tờ.pdf"),
        ("...pdf", "tep.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ('a"b:c*.pdf', "a_b_c_.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("\ud800.pdf", "_.pdf"),
        ("x" * 500 + ".pdf", "x" * 110 + ".pdf"),
        (".pdf", "tep.pdf"),
    ],
)
def test_a_name_is_never_a_path(given: str, stored: str) -> None:
    """T32, T23."""
    assert clean_name(given) == stored


def test_kinds_are_told_by_ending_and_content() -> None:
    book = b"PK\x03\x04....[Content_Types].xml....xl/workbook.xml"
    assert PAPERS.media_type_of("a.XLSX", book) is not None
    assert PAPERS.media_type_of("a.jpeg", b"\xff\xd8\xff\xe0") == "image/jpeg"
    assert PAPERS.media_type_of("a.csv", "tên,số\nBà Sáu,1\n".encode()) == "text/csv"
    assert PAPERS.media_type_of("a.csv", "tên,số".encode("utf-16")) == "text/csv"
    assert PAPERS.media_type_of("a.csv", "tªn,sè".encode("cp1252")) == "text/csv"
    assert PAPERS.media_type_of("a.csv", b"\xff\xfe\x00") is None
    assert PAPERS.media_type_of("a.docx", book) is None


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("Bài 1.ogg", b"OggS\x00\x02", "audio/ogg"),
        ("voice.oga", b"OggS\x00\x02", "audio/ogg"),
        ("ghi am.mp3", b"ID3\x04", "audio/mpeg"),
        ("ghi am.mp3", b"\xff\xfb\x90", "audio/mpeg"),
        ("Ghi âm mới.m4a", b"\x00\x00\x00\x1cftypM4A ", "audio/mp4"),
        ("ghi am.mp3", b"OggS\x00\x02", None),
        ("ghi am.amr", b"#!AMR\n", None),
        ("a.jpeg", b"\xff\xd8\xff\xe0", None),
    ],
)
def test_where_a_voice_was_asked_for_only_sounds_are_taken(
    name: str, body: bytes, kind: str | None
) -> None:
    assert VOICES.media_type_of(name, body) == kind
    assert PAPERS.media_type_of(name, body) == ("image/jpeg" if name == "a.jpeg" else None)
