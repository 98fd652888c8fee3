"""The pages of one-time links as a phone shows them (W1, W6): axe-core, 320 px, no script."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, Request, expect

from storage import migrations
from storage.database import Database
from tests.bot.file_site import NAME, PDF, Site
from tests.browser.test_chat_looks import CONTRAST, DESK, LAYOUT, PHONE, RULES, TARGET
from tests.fake_pictures import JPEG

Opens = Callable[..., Awaitable[Page]]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/pages.db")
    await migrations.upgrade(database)
    site = Site(database)
    await site.open()
    yield site
    await site.client.close()
    await database.close()


@pytest.fixture
async def opens(browser: Browser, site: Site) -> AsyncIterator[Opens]:
    """Open one of our pages; none may ever ask anybody but us (W6)."""
    home = f"http://{site.client.host}:{site.client.port}"
    contexts: list[BrowserContext] = []
    elsewhere: list[str] = []

    def look(asked: Request) -> None:
        if not asked.url.startswith(home):
            elsewhere.append(asked.url)

    async def open_page(path: str, **ways: Any) -> Page:
        contexts.append(await browser.new_context(**ways))
        page = await contexts[-1].new_page()
        page.on("request", look)
        await page.goto(home + path)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert elsewhere == []


async def is_sound(page: Page) -> None:
    assert await page.evaluate(LAYOUT, TARGET) == []
    for scheme, rules in (("dark", CONTRAST), ("light", RULES)):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found = await Axe().run(page, options={"runOnly": list(rules)})
        assert [rule["id"] for rule in found.response["violations"]] == []


async def picks(page: Page, name: str, body: bytes) -> None:
    chosen: Any = {"name": name, "mimeType": "application/octet-stream", "buffer": body}
    await page.get_by_label("Chọn một tệp hoặc ảnh").set_input_files(chosen)
    await page.get_by_role("button", name="Gửi tệp").click()


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["1280", "320"])
async def test_one_button_downloads_the_file(site: Site, opens: Opens, screen: Any) -> None:
    page = await opens(await site.link(PDF), viewport=screen)
    await is_sound(page)
    async with page.expect_download() as coming:
        await page.get_by_role("button").click()
    file = await coming.value
    assert file.suggested_filename == NAME
    path = await file.path()
    assert await asyncio.to_thread(path.read_bytes) == PDF
    await page.reload()
    await expect(page.get_by_role("heading")).to_have_text("Liên kết không dùng được nữa")
    await is_sound(page)


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["1280", "320"])
async def test_a_photo_is_handed_in_after_a_mistake(site: Site, opens: Opens, screen: Any) -> None:
    page = await opens(await site.link(), viewport=screen)
    await is_sound(page)
    await picks(page, "phim.mp4", b"\x00\x00\x00 ftyp")
    await expect(page.get_by_role("alert")).to_contain_text("không nhận loại tệp này")
    await is_sound(page)
    site.hears = False
    await picks(page, "Biên bản xóm 5.JPG", JPEG)
    await expect(page.get_by_role("heading")).to_have_text("Tệp đã đến, còn một bước")
    await is_sound(page)
    site.hears = True
    await page.get_by_role("button", name="Gửi lại").click()
    await expect(page.get_by_role("heading")).to_have_text("Đã nhận tệp")
    await is_sound(page)
    assert [came.name for came in site.heard] == ["Biên bản xóm 5.JPG"]


async def test_all_of_it_works_without_javascript(site: Site, opens: Opens) -> None:
    off = {"java_script_enabled": False, "viewport": PHONE}
    page = await opens(await site.link(), **off)
    await picks(page, "giấy.pdf", PDF)
    await expect(page.get_by_role("heading")).to_have_text("Đã nhận tệp")
    page = await opens(await site.link(PDF), **off)
    async with page.expect_download() as coming:
        await page.get_by_role("button").click()
    assert (await coming.value).suggested_filename == NAME
