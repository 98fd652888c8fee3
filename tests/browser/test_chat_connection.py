"""The connection is lost and comes back: the page says so, no word is lost or counts twice."""

import signal
import sqlite3
from typing import Final

from playwright.async_api import Route, expect

from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor
from tests.service import Service

LOST: Final = "Mất kết nối, đang nối lại… Tin không mất."
POSTS: Final = "**/chat/messages"


def stored(service: Service) -> int:
    """How many messages the service has taken in, of everybody."""
    with sqlite3.connect(service.folder / "hoc-vu-so.db") as database:
        return int(database.execute("SELECT count(*) FROM inbox").fetchone()[0])


async def in_lesson(visitor: Visitor) -> Visitor:
    await visitor.opens()
    await visitor.press("1. Đồng ý")
    await visitor.reads("(1/3)")
    return visitor


async def says_that_it_is_lost(visitor: Visitor) -> None:
    # At once, not after the 40 s of silence that betray a line which nobody has declared dead.
    await expect(visitor.status).to_have_text(LOST, timeout=20_000)


async def test_words_typed_without_a_network_go_once_and_in_order(
    visit: Visit, service: Service
) -> None:
    visitor = await in_lesson(await visit(clock=True, outages=True))
    before = stored(service)
    await visitor.loses_the_network()
    await says_that_it_is_lost(visitor)
    await visitor.types("xem tiếp")
    await visitor.types("1")
    await visitor.box.fill("chưa gõ xong")
    await visitor.lets_time_pass(until=visitor.page.get_by_role("button", name="Gửi lại"))
    await visitor.has_the_network()
    await visitor.reads("(3/3)")
    await expect(visitor.status).to_be_empty()
    await expect(visitor.mine.filter(has_text="đã gửi")).to_have_count(4)
    assert visitor.accepted[2:] == ["xem tiếp", "1"]
    assert stored(service) - before == 2
    assert await visitor.box.input_value() == "chưa gõ xong"


async def test_a_service_that_was_killed_answers_when_it_is_back(
    visit: Visit, service: Service
) -> None:
    """R31: the page waits for the next process, sends once, and hears it without a reload."""
    visitor = await in_lesson(await visit(clock=True, outages=True))
    before = stored(service)
    try:
        await service.stop(by=signal.SIGKILL)
        await says_that_it_is_lost(visitor)
        await visitor.types("1")
    finally:
        await service.start()
    await visitor.lets_time_pass(until=visitor.letters.filter(has_text="(2/3)"))
    await expect(visitor.status).to_be_empty()
    await expect(visitor.mine.last).to_contain_text("đã gửi")
    assert stored(service) - before == 1
    await visitor.press("1. Xem tiếp")
    await visitor.reads("(3/3)")


async def test_a_message_whose_receipt_was_lost_counts_once(visit: Visit, service: Service) -> None:
    """R2: the service has it, the page does not know, and says it again with the same id."""
    visitor = await in_lesson(await visit(clock=True, outages=True))
    before = stored(service)

    async def lose_the_receipt(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await visitor.page.route(POSTS, lose_the_receipt, times=1)
    await visitor.types("1")
    await visitor.reads("(2/3)")
    await visitor.lets_time_pass(until=visitor.mine.last.filter(has_text="đã gửi"))
    assert visitor.posted[2:] == ["1", "1"]
    assert stored(service) - before == 1
    assert await visitor.log.get_by_text("(3/3)").count() == 0


async def test_a_busy_service_is_asked_again_even_after_a_reload(
    visit: Visit, service: Service
) -> None:
    """R3: 503 is "later"; the page keeps what it could not send, over a reload too."""
    visitor = await in_lesson(await visit(outages=True))
    before = stored(service)
    await visitor.page.route(POSTS, lambda route: route.fulfill(status=503))
    await visitor.types("1")
    await expect(visitor.mine.last).to_contain_text("Đang gửi lại…")
    await visitor.page.unroute(POSTS)
    await visitor.page.reload()
    await visitor.reads("(2/3)")
    await expect(visitor.mine.last).to_contain_text("đã gửi")
    assert stored(service) - before == 1


async def test_a_reload_in_a_lesson_keeps_the_conversation(visit: Visit) -> None:
    visitor = await in_lesson(await visit())
    await visitor.box.fill("nháp")
    talk = await visitor.log.inner_text()
    await visitor.page.reload()
    await visitor.has_choices()
    await expect(visitor.log).to_have_text(talk, use_inner_text=True)
    assert await visitor.box.input_value() == "nháp"
    await visitor.press("1. Xem tiếp")
    await visitor.reads("(2/3)")
    await expect(visitor.mine.last).to_contain_text("đã gửi")
    assert len(visitor.accepted) == 3, "no second beginning"


async def test_a_new_window_shows_what_the_assistant_has_said(visit: Visit) -> None:
    """Nothing but the cookie is left: the letters come again, the lesson goes on."""
    first = await in_lesson(await visit())
    await first.page.close()
    later = await (await visit(beside=first)).opens()
    await later.reads("(1/3)")
    await expect(later.choices).to_have_text(["1. Xem tiếp"])
    await later.press("1. Xem tiếp")
    await later.reads("(2/3)")
