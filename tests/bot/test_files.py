"""`/tai/<token>` as phones, robots and strangers meet it (T03, T14, T46, T47, T49, W4, W6)."""

import asyncio
import logging
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import file_links
from storage.database import Database
from tests.bot.file_site import NAME, PDF, Site, keyed_hash, said


@pytest.fixture
async def site(database: Database) -> AsyncIterator[Site]:
    site = Site(database)
    await site.open()
    yield site
    await site.client.close()


async def test_a_press_gives_the_file_under_its_own_name(site: Site) -> None:
    link = await site.link(PDF)
    page = await (await site.client.get(link)).text()
    assert page.count("<button") == page.count("<form") == 1
    assert f"{NAME} (1\xa0KB)" in page
    answer = await site.client.post(link)
    assert (answer.status, await answer.read()) == (200, PDF)
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="So lieu cua toi.pdf"; '
        "filename*=UTF-8''S%E1%BB%91%20li%E1%BB%87u%20c%E1%BB%A7a%20t%C3%B4i.pdf"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_robots_may_look_as_often_as_they_like(site: Site) -> None:
    """T46: previews spend nothing, and search engines are told to stay away."""
    link = await site.link(PDF)
    for _ in range(3):
        page = await site.client.get(link, headers={"User-Agent": "facebookexternalhit/1.1"})
        assert page.status == (await site.client.head(link)).status == 200
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert 'name="robots" content="noindex' in await page.text()
    assert (await site.client.post(link)).status == 200


async def test_a_link_works_once_and_the_next_one_reads_what_to_do(site: Site) -> None:
    link = await site.link(PDF)
    assert (await site.client.post(link)).status == 200
    for again in (await site.client.post(link), await site.client.get(link)):
        assert again.status == 410
        page = await again.text()
        assert said("dead", page)
        assert said("dead_next", page, app="Zalo")
        assert PDF not in page.encode()


async def test_spent_late_and_unknown_links_look_the_same(site: Site) -> None:
    spent, late = await site.link(PDF), await site.link(PDF)
    await site.client.post(spent)
    site.clock.passes(minutes=10)
    pages = set()
    for path, status in ((spent, 410), (late, 410), ("/tai/" + "A" * 22, 404), ("/tai/x", 404)):
        for answer in (await site.client.get(path), await site.client.post(path)):
            assert answer.status == status
            pages.add(await answer.text())
    assert len(pages) == 1


async def test_of_many_browsers_that_press_at_once_one_gets_the_file(site: Site) -> None:
    """T47."""
    link = await site.link(PDF)
    answers = await asyncio.gather(
        *(site.client.post(link, allow_redirects=False) for _ in range(8))
    )
    assert sorted(answer.status for answer in answers) == [303] + [410] * 7


async def test_a_phone_s_download_list_may_ask_again_for_two_minutes(site: Site) -> None:
    """Such a list asks by GET, and goes on after a lost line; nobody else knows the address."""
    link = await site.link(PDF)
    to = (await site.client.post(link, allow_redirects=False)).headers["Location"]
    assert to.endswith("/So%20lieu%20cua%20toi.pdf")
    for _ in range(2):
        assert await (await site.client.get(to)).read() == PDF
    forged = [*to.split("/")[:3], "0" * 32, "x.pdf"]
    assert (await site.client.get("/".join(forged))).status == 404
    site.clock.passes(minutes=2)
    assert (await site.client.get(to)).status == 410


async def test_a_ticket_is_no_way_round_the_press(site: Site) -> None:
    link = await site.link(PDF)
    ticket = keyed_hash(f"file ticket|{link.removeprefix('/tai/')}")
    assert (await site.client.get(f"{link}/{ticket}/x.pdf")).status == 410


async def test_a_right_that_ends_ends_the_running_fetch(site: Site) -> None:
    """T14."""
    link = await site.link(PDF)
    to = (await site.client.post(link, allow_redirects=False)).headers["Location"]
    async with site.database.transaction() as tx:
        await file_links.end_all(tx, [site.account.person_id])
    assert (await site.client.get(to)).status == 410


async def test_every_answer_has_the_safe_headers(site: Site) -> None:
    """W4."""
    link = await site.link(PDF)
    secure = {"X-Forwarded-Proto": "https"}
    answers = [
        await site.client.get(link, headers=secure),
        await site.client.get("/tai/nothing", headers=secure),
        await site.client.post(link, headers=secure, allow_redirects=False),
        await site.client.post(link, headers=secure),
    ]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        for rule in ("default-src 'self'", "object-src 'none'", "base-uri 'none'"):
            assert rule in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in (await site.client.get(link)).headers


async def test_the_pages_ask_nobody_and_run_nothing(site: Site) -> None:
    """W6: no script, no other host; the style is ours."""
    for path in (await site.link(PDF), await site.link(), "/tai/nothing"):
        page = await (await site.client.get(path)).text()
        assert "<script" not in page
        assert "style=" not in page
        assert "//" not in re.sub("<!doctype html>", "", page)
        style = re.search(r'href="(/static/files\.css\?v=\w+)"', page)
        assert style is not None
        answer = await site.client.get(style[1])
        assert (answer.status, answer.content_type) == (200, "text/css")


async def test_a_name_is_shown_as_text_only(site: Site) -> None:
    """T49."""
    link = await site.link(PDF, name='"><script>alert(1)</script>.pdf')
    page = await (await site.client.get(link)).text()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "Xã &lt;Mẫu&gt;" in page


# --- who asks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "null"}, 200),  # old phones, on a page without referrer
        ({"Origin": "https://hoc.example.vn"}, 200),
        ({}, 200),
    ],
)
async def test_another_site_s_page_cannot_press_our_button(
    site: Site, headers: dict[str, str], status: int
) -> None:
    link = await site.link(PDF)
    assert (await site.client.post(link, headers=headers)).status == status
    if status == 403:
        assert (await site.client.post(link)).status == 200


async def test_an_address_that_guesses_is_refused_for_a_while(site: Site) -> None:
    """T03: and nobody else, nor who opens an old link again and again."""
    old = await site.link(PDF)
    await site.client.post(old)
    for _ in range(40):
        assert (await site.client.get(old)).status == 410
    guesser = {"X-Forwarded-For": "203.0.113.5"}
    good = await site.link(PDF)
    for _ in range(30):
        token = os.urandom(11).hex()
        assert (await site.client.get(f"/tai/{token}", headers=guesser)).status == 404
    answer = await site.client.get(good, headers=guesser)
    assert answer.status == 429
    assert said("too_often", await answer.text())
    forged = {"X-Forwarded-For": "198.51.100.1, 203.0.113.5"}
    assert (await site.client.get(good, headers=forged)).status == 429
    assert (await site.client.get(good, headers={"X-Forwarded-For": "203.0.113.6"})).status == 200
    site.clock.passes(minutes=10)
    assert (await site.client.get(good, headers=guesser)).status == 410


async def test_no_token_and_no_name_is_logged(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """P9."""
    with caplog.at_level(logging.DEBUG, logger="bot"):
        link, other = await site.link(), await site.link(PDF)
        await site.hands_in(link, b"MZ", "ten-rieng.exe")
        await site.hands_in(link)
        await site.client.post(other)
    logged = " ".join(str(record.__dict__) for record in caplog.records)
    assert "file handed in" in logged
    assert "file link spent" in logged
    for secret in (link[5:], other[5:], "ten-rieng", "Số liệu"):
        assert secret not in logged
    assert NAME not in repr(site.heard)


async def test_a_database_that_is_away_is_a_sentence(tmp_path: Path) -> None:
    site = Site(Database(f"sqlite+aiosqlite:///{tmp_path}/no/such/folder.db"))
    await site.serve()
    path = "/tai/" + "A" * 22
    for answer in (await site.client.get(path), await site.client.post(path)):
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "60"
        assert said("busy", await answer.text())
    await site.client.close()
    await site.database.close()
