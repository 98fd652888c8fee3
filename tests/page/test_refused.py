"""What no page of ours sends changes nothing; every answer has its headers (T48, T49, W3, W4)."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.web.admin import overview, sections
from bot.web.admin.visit import Answer, Route, Section, Visit
from storage.tables import PageSession, Table
from tests.page.conftest import Sits
from tests.page.desk import Desk, Page, link
from tests.talk import House, Talk

POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"


async def contents(house: House) -> Mapping[str, object]:
    """How much is in each table, and who is logged in."""
    async with house.app.database.reading() as tx:
        counts = {
            table.name: await tx.scalar(select(func.count()).select_from(table))
            for table in Table.metadata.sorted_tables
        }
        open_ones = select(func.count()).where(PageSession.ended_at.is_(None))
        return counts | {"open": await tx.scalar(open_ones)}


@pytest.fixture
async def desk(talk: Talk, sits: Sits) -> Desk:
    await talk.holds("officer")
    desk = await sits(talk)
    await desk.get("/noi")
    return desk


FORM = {"text": "trang đầu", "version": "0"}


@pytest.mark.parametrize(
    ("fields", "headers", "status"),
    [
        (FORM, {}, 403),  # no token
        ({**FORM, "csrf": "0" * 32}, {}, 403),
        ({**FORM, "csrf": "TOKEN"}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ({**FORM, "csrf": "TOKEN"}, {"Origin": "https://example.com"}, 403),
        ({**FORM, "csrf": "TOKEN"}, {"Content-Type": "application/json"}, 400),
        ({**FORM, "csrf": "TOKEN", "more": "x" * 300_000}, {}, 400),
        ({**FORM, "csrf": "TOKEN", "more": ["y"] * 3_000}, {}, 400),
    ],
)
async def test_what_is_not_our_form_changes_nothing(
    desk: Desk, fields: dict[str, object], headers: dict[str, str], status: int
) -> None:
    before = await contents(desk.house)
    given = {k: desk.csrf if v == "TOKEN" else v for k, v in fields.items()}
    page = await desk.sends("/noi", given, **headers)
    assert page.status == status
    assert "chưa có gì thay đổi" in page.text.lower()
    assert await contents(desk.house) == before
    assert (await desk.post("/noi", **FORM)).status == 200


async def test_a_token_of_another_session_is_none(desk: Desk, talk: Talk, sits: Sits) -> None:
    other = await sits(talk)
    await other.get("/noi")
    page = await desk.sends("/noi", {**FORM, "csrf": other.csrf})
    assert page.status == 403


async def test_looking_changes_nothing(desk: Desk) -> None:
    """Not even a minute later, but for when it was seen last."""
    paths = [
        route.path
        for section in sections.SECTIONS
        for route in section.routes
        if route.method == "GET" and "{" not in route.path
    ]
    before = await contents(desk.house)
    for path in paths:
        desk.house.clock.passes(seconds=65)
        assert (await desk.get(path)).status in (200, 404), path
    assert await contents(desk.house) == before


async def test_every_answer_has_its_headers(desk: Desk, talk: Talk) -> None:
    """W4, also what is wrong, what is not there, and who is not logged in."""
    nobody = await Desk.open(talk.house)
    pages: list[Page] = [
        await desk.get(""),
        await desk.get("/khong-co"),
        await desk.sends("/noi", FORM),
        await nobody.get(""),
        await nobody.get("/khong-co"),
        await nobody.get("/vao/" + "b" * 22),
    ]
    for page in pages:
        assert page.headers["Content-Security-Policy"].startswith(POLICY), page.path
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["X-Robots-Tag"].startswith("noindex")
    secure = await desk.get("", **{"X-Forwarded-Proto": "https"})
    assert "max-age=31536000" in secure.headers["Strict-Transport-Security"]
    await nobody.close()


async def test_who_is_not_logged_in_is_told_of_no_address(talk: Talk) -> None:
    nobody = await Desk.open(talk.house)
    there, nowhere = await nobody.get("/xom"), await nobody.get("/khong-co")
    assert (there.status, there.html) == (nowhere.status, nowhere.html) == (401, there.html)
    await nobody.close()


async def test_peoples_words_are_never_html(talk: Talk, sits: Sits) -> None:
    """T49, T28: a name and a sentence that want to be more."""
    await talk.holds("officer")
    desk = await sits(talk)
    await desk.get("/noi")
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(2)>{{7*7}}{csrf}'
    page = await desk.post("/noi", text=hostile, version="0")
    assert "<script>alert" not in page.html
    assert "<img" not in page.html
    assert "&lt;script&gt;" in page.html
    assert "{{7*7}}" in page.html


async def test_the_sentence_of_the_next_page_cannot_be_forged(desk: Desk) -> None:
    forged = {"hvs_said": "WGluIGNow6Bv.0000"}
    desk.client.session.cookie_jar.update_cookies(forged, desk.client.make_url("/"))
    assert "Xin chào" not in (await desk.get("")).text


async def test_what_nobody_foresaw_has_a_page_with_a_code(
    talk: Talk, sits: Sits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W6: nothing of it is shown."""

    async def breaks(visit: Visit) -> Answer:
        raise RuntimeError(f"secret of {visit.commune_id}")

    broken: Section = replace(
        overview.SECTION, routes=(Route("GET", "", frozenset({"officer"}), breaks),)
    )
    monkeypatch.setattr("tests.page.desk.SECTIONS", (broken,))
    await talk.holds("officer")
    desk = await Desk.open(talk.house)
    page = await desk.post(await link(talk))
    assert page.status == 500
    assert "Mã lỗi: 500" in page.text
    assert "secret" not in page.html
    await desk.close()


@pytest.mark.parametrize("words", ["/quantri", "/thongbao mời bà con đi học", "/dulieu"])
async def test_what_must_be_said_on_the_phone_does_not_begin_here(
    talk: Talk, sits: Sits, words: str
) -> None:
    """W5: roles, messages to many, deletion."""
    await talk.holds("admin")
    desk = await sits(talk)
    await desk.get("/noi")
    page = await desk.post("/noi", text=words, version="0")
    assert "chỉ làm trong cuộc trò chuyện trên điện thoại" in page.text
    assert 'name="press"' not in page.html
    page = await desk.post("/noi", text="/thongke", version="1")
    assert 'name="press"' in page.html


async def test_two_tabs_cannot_answer_one_question_twice(talk: Talk, sits: Sits) -> None:
    """The second sees where the first has led (T05, T37)."""
    await talk.holds("officer")
    desk = await sits(talk)
    await desk.get("/noi")
    first = await desk.post("/noi", text="/thongke", version="0")
    again = await desk.post("/noi", text="/chuabaocao", version="0")
    assert first.text.count("Đã trả lời:") == again.text.count("Đã trả lời:") == 1
    assert "/chuabaocao" not in again.text
