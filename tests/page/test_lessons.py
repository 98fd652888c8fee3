"""A lesson looks on the page as it does for a learner on each channel (U3, U17)."""

import pytest

from bot.channels.base import Capabilities
from tests.conftest import MakeHouse
from tests.fakes import BUTTONS, NUMBERS_ONLY
from tests.page.conftest import Sits
from tests.talk import Talk


@pytest.mark.parametrize("channel", ["zalo_oa", "zalo_bot", "telegram", "web_chat"])
async def test_every_page_of_a_lesson_is_shown(talk: Talk, sits: Sits, channel: str) -> None:
    desk = await sits(await talk.holds("leader"))
    page = await desk.get(f"/bai/dan1-1?kenh={channel}")
    lesson = talk.app.house.lessons.lesson("dan1-1")
    assert lesson is not None
    assert page.status == 200
    for text in lesson.pages:
        assert text.split("\n")[0].split("{")[0][:30] in page.text
    assert all(option.reason[:20] in page.text for q in lesson.questions for option in q.options)
    numbers = page.html.count("1. Xem tiếp")
    assert (numbers > 0) == (channel in ("zalo_oa", "zalo_bot", "telegram", "web_chat"))


@pytest.mark.parametrize(("able", "channel"), [(BUTTONS, "telegram"), (NUMBERS_ONLY, "zalo_bot")])
async def test_what_the_page_shows_is_what_a_learner_reads(
    a_house: MakeHouse, sits: Sits, able: Capabilities, channel: str
) -> None:
    """The same words, with buttons and without."""
    house = await a_house(able)
    learner = await Talk(house, "l", name="Bà Sáu").enrolled()
    lessons = house.app.house.lessons.lessons
    first = next(one for one in lessons if one.title in learner.heard[-1])
    desk = await sits(await Talk(house, "o", name="Cô Tư").holds("officer"))
    shown = (await desk.get(f"/bai/{first.id}?kenh={channel}")).text
    for line in learner.heard[-1].split("\n"):
        assert " ".join(line.split()) in shown


async def test_the_list_names_every_lesson(talk: Talk, sits: Sits) -> None:
    desk = await sits(await talk.holds("officer"))
    page = await desk.get("/bai")
    assert page.html.count("/quan-tri/bai/") == len(talk.app.house.lessons.lessons)
    assert (await desk.get("/bai/dan99-9")).status == 404
    assert (await desk.get("/bai/dan1-1?kenh=x")).status == 404
