"""A lesson on the real page, by keyboard alone; and what hands, keys and letters do there."""

import unicodedata
from typing import Final, Literal

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

RESULT: Final = "Đã học xong bài này"
ANSWERS: Final = 8  # until the result: consent, three pages, one try, three questions
PAGES: Final = ("(1/3)", "(2/3)", "(3/3)", "Làm thử", "Câu 1/3", "Câu 2/3", "Câu 3/3", RESULT)


async def focus_is_seen(visitor: Visitor) -> str:
    """What has the focus: never lost, outlined, not hidden behind something (W1)."""
    focus = await visitor.focus()
    assert focus.name, "the focus is lost"
    assert focus.outline >= 2, focus
    assert focus.isOnTop, focus
    return focus.name


async def tab_to(visitor: Visitor, label: str, *, key: str = "Tab") -> None:
    for _ in range(10):
        await visitor.page.keyboard.press(key)
        if await focus_is_seen(visitor) == label:
            return
    raise AssertionError(f"{key} does not lead to {label!r}")


async def all_was_announced(visitor: Visitor) -> None:
    announced = await visitor.announced()
    for words in PAGES:
        assert announced.count(words) == 1, f"{words!r} announced {announced.count(words)} times"
    assert "đã gửi" not in announced


async def test_a_lesson_is_learned_by_typing_digits(visit: Visit) -> None:
    """W1, U3: from opening the page to the result without a mouse; the hamlet by its code."""
    visitor = await (await visit()).opens("/?start=p_cho")
    await visitor.listens()
    assert await focus_is_seen(visitor) == "Tin nhắn"
    await visitor.page.keyboard.type("x5\n")
    await visitor.reads("Kính chào bà con Xóm 5")
    for _ in range(ANSWERS):
        heard = await visitor.letters.count()
        await visitor.page.keyboard.type("1\n")
        await expect(visitor.letters).not_to_have_count(heard)
        await visitor.has_choices()
        assert await focus_is_seen(visitor) == "Tin nhắn"
    await expect(visitor.log.get_by_text(RESULT)).to_be_visible()
    await all_was_announced(visitor)


async def test_a_lesson_is_learned_by_pressing_buttons_with_keys(visit: Visit) -> None:
    """W1: Tab leads from each answer to the next question, Enter presses."""
    visitor = await (await visit()).opens()
    await visitor.listens()
    label = await visitor.choices.first.inner_text()
    for _ in range(ANSWERS):
        await tab_to(visitor, label, key="Shift+Tab" if label == "1. Đồng ý" else "Tab")
        await visitor.page.keyboard.press("Enter")
        await visitor.has_choices()
        assert (await visitor.focus()).name.endswith(label), "one's own answer has the focus"
        label = await visitor.choices.first.inner_text()
    await expect(visitor.log.get_by_text(RESULT)).to_be_visible()
    await all_was_announced(visitor)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
async def test_tones_are_understood_however_the_keyboard_writes_them(
    visit: Visit, form: Literal["NFC", "NFD"]
) -> None:
    """N11; and Enter while a Telex keyboard still composes a letter ends the letter only."""
    visitor = await (await visit()).opens()
    for words, answer in (("đồng ý", "(1/3)"), ("xem tiếp", "(2/3)")):
        before = len(visitor.posted)
        await visitor.page.keyboard.insert_text(unicodedata.normalize(form, words))
        await visitor.box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
        assert len(visitor.posted) == before
        await visitor.page.keyboard.press("Enter")
        await visitor.reads(answer)


async def test_shift_enter_begins_a_line_and_nothing_leaves(visit: Visit) -> None:
    visitor = await (await visit()).opens()
    before = len(visitor.posted)
    await visitor.page.keyboard.type("một")
    height = await visitor.box.evaluate("(box) => box.offsetHeight")
    await visitor.page.keyboard.press("Shift+Enter")
    await visitor.page.keyboard.type("hai")
    assert await visitor.box.input_value() == "một\nhai"
    assert await visitor.box.evaluate("(box) => box.offsetHeight") > height, "both lines are seen"
    assert len(visitor.posted) == before
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.log.get_by_text("một\nhai")).to_be_visible()


async def test_a_trembling_hand_sends_once(visit: Visit) -> None:
    """Two quick presses of Enter, of "Gửi", of a choice are one message each."""
    visitor = await (await visit()).opens()
    await visitor.page.keyboard.type("đồng ý")
    await visitor.page.keyboard.press("Enter")
    await visitor.page.keyboard.press("Enter")
    await visitor.reads("(1/3)")
    await visitor.page.get_by_role("button", name="1. Xem tiếp").dblclick()
    await visitor.reads("(2/3)")
    await visitor.box.fill("1")
    await visitor.send.dblclick()
    await visitor.reads("(3/3)")
    assert len(visitor.posted) == 4
    assert visitor.posted[1] == "đồng ý"
    assert visitor.posted[3] == "1"
    await expect(visitor.mine).to_have_count(4)


async def test_a_text_too_long_stays_and_is_explained(visit: Visit) -> None:
    visitor = await (await visit()).opens()
    before = len(visitor.posted)
    await visitor.types("ữ" * 4_097)
    await expect(visitor.status).to_have_text("Tin dài quá 4.096 chữ. Xin chia làm nhiều tin.")
    assert await visitor.box.input_value() == "ữ" * 4_097
    assert len(visitor.posted) == before
    await visitor.types("ữ" * 4_096)
    await expect(visitor.status).to_be_empty()
    await expect(visitor.mine.last).to_contain_text("đã gửi")


async def test_what_people_write_is_never_markup(visit: Visit) -> None:
    """T49."""
    visitor = await (await visit()).opens()
    words = '<img src=x onerror="console.error(1)"><b>đậm</b>'
    await visitor.types(words)
    await expect(visitor.log.get_by_text(words)).to_be_visible()
    assert await visitor.page.locator("#log b, #log img").count() == 0


async def test_two_tabs_of_one_person_are_one_conversation(visit: Visit) -> None:
    """Both hear every answer, only the newest question can be pressed, and no tab loses focus."""
    one = await (await visit()).opens()
    other = await (await visit(beside=one)).opens()
    await other.choices.first.focus()
    await one.press("1. Đồng ý")
    for tab in (one, other):
        await tab.reads("(1/3)")
        await expect(tab.choices).to_have_text(["1. Xem tiếp"])
    assert (await other.focus()).name, "its button became a list while it had the focus"
    await other.press("1. Xem tiếp")
    for tab in (one, other):
        await tab.reads("(2/3)")
        await expect(tab.choices).to_have_text(["1. Xem tiếp"])
    await one.types("1")
    for tab in (one, other):
        await tab.reads("(3/3)")


async def test_the_roles_of_the_sample_commune_stay_at_hand_on_a_phone(visit: Visit) -> None:
    """Design §2: "Vai" and "Ngày" stay in sight in the middle of a talk, one for each role."""
    phone = {"width": 390, "height": 844}
    visitor = await (await visit(viewport=phone, is_mobile=True, has_touch=True)).opens()
    await visitor.press("1. Đồng ý")
    await visitor.reads("(1/3)")
    role = visitor.page.get_by_label("Vai")
    await expect(visitor.page.get_by_role("heading", level=1)).not_to_be_in_viewport()
    await expect(role).to_be_in_viewport()
    await expect(visitor.page.get_by_label("Ngày")).to_be_in_viewport()
    await role.select_option("Cán bộ")
    await visitor.has_choices()
    assert not await visitor.log.get_by_text("(1/3)").count()
    await role.select_option("Người dân xóm 5")
    await expect(visitor.log.get_by_text("(1/3)")).to_be_visible()
