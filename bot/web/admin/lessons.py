"""The lessons: what there is, and each page of one as it looks on every channel."""

from dataclasses import replace
from typing import Final

from bot.web.admin.previews import channels_shown, previews
from bot.web.admin.visit import READERS, Answer, Missing, Route, Section, Shown, Visit
from handlers.flow import Turn
from handlers.learning import pages
from handlers.learning.place import Place, filled
from handlers.messages import Outgoing
from lessons.catalogue import Lesson
from storage import recordings


async def show(visit: Visit) -> Answer:
    catalogue = visit.turn.house.lessons
    recorded = await recordings.of_commune(visit.turn.tx, visit.commune_id)
    tracks = [
        (track, [(one, catalogue.lessons_of(one.id)) for one in catalogue.modules_of(track.id)])
        for track in catalogue.tracks_offered()
    ]
    read = {
        lesson_id
        for lesson_id, one in recorded.items()
        if (lesson := catalogue.lesson(lesson_id)) is not None
        and lesson.content_version == one.content_version
    }
    return Shown("lessons.html", {"tracks": tracks, "read": read, "recorded": set(recorded)})


async def one(visit: Visit) -> Answer:
    turn = visit.turn
    lesson = turn.house.lessons.lesson(visit.match["lesson"])
    if lesson is None:
        raise Missing
    shown = channels_shown(turn.house.channels)
    asked = visit.query.get("kenh", shown[0])
    if asked not in shown:
        raise Missing
    messages = await _pages(turn, lesson)
    values = {
        "lesson": lesson,
        "channels": [(name, turn.text_of(f"page_lessons.{name}")) for name in shown],
        "channel": asked,
        "screens": [previews(message, {asked})[0].parts for message in messages],
        "alts": [message.picture_alt for message in messages],
        "questions": [
            (
                await filled(turn, question.text),
                [(await filled(turn, o.text), await filled(turn, o.reason), o.right)
                 for o in question.options],
            )
            for question in lesson.questions
        ],
    }  # fmt: skip
    return Shown("lesson.html", values, part="lesson_part.html")


async def _pages(turn: Turn, lesson: Lesson) -> list[Outgoing]:
    """Its pages and the try-it, as they are said to somebody of whom nothing is kept."""
    turn.actor = replace(turn.actor, consents=frozenset())
    found: list[Outgoing] = []
    for page in range(1, len(lesson.pages) + 2):
        place = Place(lesson.id, lesson.content_version, page=page)
        found += (await pages.show_page(turn, place, lesson)).messages
    return found


SECTION: Final = Section(
    "page_lessons.title",
    "page.group_house",
    (
        Route("GET", "/bai", READERS, show),
        Route("GET", "/bai/{lesson}", READERS, one),
    ),
)
