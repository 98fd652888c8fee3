"""How the page looks and reads: WCAG 2.2 AA by axe-core, small screens, forced colours (W1)."""

from typing import Any, Final

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

DESK: Final = {"width": 1280, "height": 800}
PHONE: Final = {"width": 320, "height": 640}
ZOOMED: Final = {"width": 320, "height": 200}  # the desk's screen at 400 %

RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
CONTRAST: Final = ("color-contrast",)
TARGET: Final = 44  # px, ours; 24 is the law's (W1)

# Whatever is wider than the screen or than its own box, and every target that is too small.
LAYOUT: Final = """(least) => {
  const faults = [], wide = document.documentElement.clientWidth;
  const name = (one) => one.tagName + "#" + one.id + " " + one.textContent.trim().slice(0, 30);
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page scrolls sideways");
  document.querySelectorAll("body *").forEach((one) => {
    const box = one.getBoundingClientRect();
    if (!box.width || !box.height) return;
    if (box.left < -0.5 || box.right > wide + 0.5) faults.push("outside: " + name(one));
    if (one.clientWidth && one.scrollWidth > one.clientWidth + 1) faults.push("cut: " + name(one));
    if (!one.matches("button, select, input, textarea, a")) return;
    if (Math.min(box.width, box.height) < least) faults.push("small: " + name(one));
  });
  return faults;
}"""
# Is one thing to be seen whole, with nothing of ours lying on it, when it is brought into sight?
WHOLE: Final = """async (one) => {
  await one.decode(); // slow machines: before it is there, it has no height
  one.scrollIntoView({ block: "center" });
  const box = one.getBoundingClientRect(), middle = box.x + box.width / 2;
  return [box.top + 2, box.bottom - 2].every((y) => document.elementFromPoint(middle, y) === one);
}"""
# What has no border that can be told from its ground.
EDGELESS: Final = """() => Array.from(
  document.querySelectorAll(".bubble, button, select, input, textarea"),
  (one) => [one.outerHTML, getComputedStyle(one), one.offsetParent]
).filter(([, style, isShown]) => isShown && (
  style.borderTopColor === style.backgroundColor
  || /^rgba.* 0\\)$/.test(style.borderTopColor)
  || parseFloat(style.borderTopWidth) < 1
)).map(([html]) => html)"""


async def broken_rules(visitor: Visitor, rules: tuple[str, ...]) -> list[Any]:
    found = await Axe().run(visitor.page, options={"runOnly": list(rules)})
    return [
        (rule["id"], [node["target"] for node in rule["nodes"]])
        for rule in found.response["violations"]
    ]


async def is_sound(visitor: Visitor) -> None:
    assert await visitor.page.evaluate(LAYOUT, TARGET) == []
    assert await broken_rules(visitor, RULES) == []
    await visitor.page.emulate_media(color_scheme="dark")
    assert await broken_rules(visitor, CONTRAST) == []
    await visitor.page.emulate_media(color_scheme="light")


async def learns_until_the_picture(visitor: Visitor) -> None:
    for label, words in (("1. Đồng ý", "(1/3)"), ("1. Xem tiếp", "(2/3)")):
        await visitor.press(label)
        await visitor.reads(words)


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["1280", "320"])
async def test_no_rule_is_broken_from_the_first_screen_to_a_lost_network(
    visit: Visit, screen: Any
) -> None:
    visitor = await (await visit(viewport=screen, clock=True, outages=True)).opens()
    await is_sound(visitor)
    await learns_until_the_picture(visitor)
    picture = visitor.page.locator("#log img")
    assert await picture.evaluate(WHOLE), "the picture is not to be seen whole"
    await is_sound(visitor)
    await visitor.loses_the_network()
    await visitor.types("motdaychukhongdaucach" * 20)
    again = visitor.page.get_by_role("button", name="Gửi lại")
    await visitor.lets_time_pass(until=again)
    await expect(visitor.status).to_contain_text("Mất kết nối")
    await is_sound(visitor)


async def test_a_picture_says_in_words_what_it_shows(visit: Visit) -> None:
    """WCAG 1.1.1. axe-core cannot tell: to it an empty alt is a mere ornament."""
    visitor = await (await visit()).opens()
    await learns_until_the_picture(visitor)
    said = await visitor.page.locator("#log img").get_attribute("alt") or ""
    assert "bảy tin của số lạ" in said


async def test_at_400_percent_everything_can_still_be_done(visit: Visit) -> None:
    """WCAG 1.4.10: what is 1280 wide on the desk is 320 wide then, and 200 high."""
    visitor = await (await visit(viewport=ZOOMED, device_scale_factor=4)).opens()
    await visitor.press("1. Đồng ý")
    await visitor.reads("(1/3)")
    assert await visitor.page.evaluate(LAYOUT, TARGET) == []
    await visitor.box.click()
    for one in (visitor.box, visitor.send):
        await expect(one).to_be_in_viewport(ratio=1)
    await visitor.page.keyboard.type("1")
    await visitor.send.click()
    await visitor.reads("(2/3)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everything_has_an_edge_where_colours_are_forced(visit: Visit, scheme: Any) -> None:
    """Colours alone tell nothing there (U15): neither one's own words nor a button."""
    visitor = await (await visit(forced_colors="active", color_scheme=scheme)).opens()
    assert await visitor.page.locator("#log .me .bubble").count() == 1
    assert await visitor.page.evaluate(EDGELESS) == []
