"""The admin page in a browser: every page of each menu, at a desk and on a phone (W1, W4)."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import ConsoleMessage, Page, Request, expect

from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

SCREENS: Final = {"desk": (1280, 900), "phone": (390, 844), "zoomed": (320, 640)}
RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
LEAST: Final = 24  # px: the law's; ours are 44 but for links inside a sentence
LAYOUT: Final = """(least) => {
  const faults = [], wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > wide + 1) faults.push("the page scrolls sideways");
  document.querySelectorAll("button, select, input:not([type=hidden]), textarea, a[role=button]")
    .forEach((one) => {
      const box = one.getBoundingClientRect();
      if (box.width && Math.min(box.width, box.height) < least) faults.push(one.outerHTML);
    });
  return faults;
}"""


Sits = Callable[[Visitor, str], Awaitable[Page]]


@pytest.fixture(scope="session")
def cookies() -> dict[str, list[Any]]:
    """Of everybody who has logged in: five times in a quarter of an hour are the most (W5)."""
    return {}


@pytest.fixture
def at_the_desk(cookies: dict[str, list[Any]]) -> Sits:
    """Ask for the page in the chat as one of the demo's people, and press the button."""

    async def sit(visitor: Visitor, role: str) -> Page:
        page = visitor.page
        if role in cookies:
            await page.context.add_cookies(cookies[role])
            await page.goto(f"{visitor.home}/quan-tri")
        else:
            await log_in(visitor, role)
            cookies[role] = list(await page.context.cookies())
        await expect(page.get_by_role("heading", level=1)).to_have_text("Tổng quan")
        return page

    return sit


async def log_in(visitor: Visitor, role: str) -> None:
    page = visitor.page
    await visitor.opens()
    await page.get_by_label("Vai").select_option(label=role)
    await visitor.has_choices()
    await visitor.types("trang quản trị")
    link = page.locator("a[href*='/quan-tri/vao/']").last
    await expect(link).to_be_visible(timeout=20_000)
    await page.goto(str(await link.get_attribute("href")))
    await page.get_by_role("button", name="Mở trang").click()


async def pages_of(page: Page) -> list[str]:
    links = page.locator("nav.menu a")
    return [str(await links.nth(n).get_attribute("href")) for n in range(await links.count())]


async def violations(page: Page) -> list[Any]:
    found = await Axe().run(page, options={"runOnly": list(RULES)})
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in found.response["violations"]]


def watched(page: Page, home: str) -> list[str]:
    """What must not happen while somebody looks around (W4, W6)."""
    faults: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            faults.append(said.text)

    def look(asked: Request) -> None:
        if not asked.url.startswith((home, "data:")):
            faults.append(asked.url)

    page.on("console", hear)
    page.on("request", look)
    return faults


@pytest.mark.parametrize("role", ["Cán bộ", "Quản trị"])
@pytest.mark.parametrize("screen", SCREENS)
async def test_every_page_of_the_menu_is_sound(
    visit: Visit, at_the_desk: Sits, role: str, screen: str
) -> None:
    visitor = await visit()
    page = await at_the_desk(visitor, role)
    faults = watched(page, visitor.home)
    width, height = SCREENS[screen]
    await page.set_viewport_size({"width": width, "height": height})
    listed = await pages_of(page)
    assert len(listed) >= 10
    wrong: list[Any] = []
    for path in listed:
        await page.goto(visitor.home + path)
        await expect(page.get_by_role("heading", level=1)).to_have_count(1)
        wrong += [(path, fault) for fault in await page.evaluate(LAYOUT, LEAST)]
        wrong += [(path, fault) for fault in await violations(page)]
    assert wrong == []
    assert faults == []


async def test_the_check_sees_faults(visit: Visit, at_the_desk: Sits) -> None:
    visitor = await visit()
    page = await at_the_desk(visitor, "Cán bộ")
    await page.evaluate("document.querySelector('main').innerHTML = '<input>'")
    assert await violations(page)


async def test_the_keyboard_and_the_skip_link(visit: Visit, at_the_desk: Sits) -> None:
    visitor = await visit()
    page = await at_the_desk(visitor, "Cán bộ")
    await page.reload()
    await page.keyboard.press("Tab")
    focused = page.locator(":focus")
    await expect(focused).to_have_text("Tới phần chính")
    await expect(focused).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    assert not await page.evaluate("!!document.activeElement.closest('nav')")


async def test_the_talk_on_the_page_goes_on_without_a_reload(
    visit: Visit, at_the_desk: Sits
) -> None:
    visitor = await visit()
    page = await at_the_desk(visitor, "Cán bộ")
    await page.goto(f"{visitor.home}/quan-tri/noi")
    box = page.get_by_label("Câu trả lời")
    await box.fill("/thongke")
    await page.get_by_role("button", name="Gửi", exact=True).click()
    await expect(page.locator("#talk .mine").last).to_contain_text("/thongke", timeout=20_000)
    await expect(page.locator("#talk button[name=press]").first).to_be_visible()


async def test_it_works_without_javascript(visit: Visit, at_the_desk: Sits) -> None:
    visitor = await visit()
    page = await at_the_desk(visitor, "Cán bộ")
    browser = page.context.browser
    assert browser is not None
    bare = await browser.new_context(java_script_enabled=False)
    known: list[Any] = list(await page.context.cookies())
    await bare.add_cookies(known)
    plain = await bare.new_page()
    await plain.goto(f"{visitor.home}/quan-tri/xom")
    await plain.get_by_label("Vẽ biểu đồ").select_option("lessons")
    await plain.get_by_role("button", name="Xem", exact=True).click()
    await expect(plain.locator("figcaption")).to_have_text("Lượt học")
    await plain.goto(f"{visitor.home}/quan-tri/noi")
    await plain.get_by_label("Câu trả lời").fill("/thongke")
    await plain.get_by_role("button", name="Gửi", exact=True).click()
    await expect(plain.locator("#talk .mine").last).to_contain_text("/thongke")
    await bare.close()


async def test_on_paper_there_is_no_menu(visit: Visit, at_the_desk: Sits) -> None:
    visitor = await visit()
    page = await at_the_desk(visitor, "Cán bộ")
    await page.goto(f"{visitor.home}/quan-tri/xom")
    await page.emulate_media(media="print")
    for part in ("nav.menu", "form", "footer"):
        await expect(page.locator(part).first).to_be_hidden()
    await expect(page.locator("table")).to_be_visible()
