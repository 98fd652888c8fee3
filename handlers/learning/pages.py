"""The pages of a lesson and its try-it: what is shown, and that it was reached."""

from collections.abc import Sequence
from dataclasses import replace

from handlers import recordings
from handlers.flow import Outcome, Turn
from handlers.learning.place import Place, filled, heading_of, start_of, step
from handlers.messages import Outgoing
from lessons.catalogue import Lesson
from storage import learning


async def open_lesson(
    turn: Turn, lesson: Lesson, *, before: Place | None = None, said: Sequence[Outgoing] = ()
) -> Outcome:
    return await show_page(turn, start_of(lesson, before), lesson, said=said)


async def show_page(
    turn: Turn, place: Place, lesson: Lesson, *, said: Sequence[Outgoing] = ()
) -> Outcome:
    """The page of `place`, or the try-it behind the last one."""
    await _remember(turn, place)
    if place.page > len(lesson.pages):
        return await _show_try_it(turn, place, lesson, said)
    text = await filled(turn, lesson.pages[place.page - 1])
    is_read_aloud = place.page == 1 and await recordings.of_lesson(turn, lesson) is not None
    message = turn.message(
        "learning.page",
        choices=("learning.next", *(("recordings.listen",) if is_read_aloud else ())),
        heading=heading_of(turn, lesson),
        page=place.page,
        pages=len(lesson.pages),
        text=text,
    )
    if lesson.picture is not None and lesson.picture.page == place.page:
        message = replace(message, picture=lesson.picture.file, picture_alt=lesson.picture.alt)
    return Outcome((*said, message), step("page"), place.draft())


async def _show_try_it(
    turn: Turn, place: Place, lesson: Lesson, said: Sequence[Outgoing]
) -> Outcome:
    parts = [await filled(turn, text) for text in (lesson.try_it.text, lesson.try_it.check)]
    message = turn.message(
        "learning.try_it",
        choices=("learning.done", "learning.later"),
        heading=turn.text_of("learning.try_heading"),
        text="\n\n".join(part for part in parts if part),
    )
    return Outcome((*said, message), step("tried"), place.draft())


async def _remember(turn: Turn, place: Place) -> None:
    if turn.actor.has_consent:
        await learning.reach(
            turn.tx,
            person_id=turn.actor.person_id,
            lesson_id=place.lesson,
            page=place.page,
            now=turn.now,
        )
