"""/hoc: the next lesson at once, page by page, to its result, and on to the next."""

import re
from dataclasses import replace
from typing import Final

from handlers import household, recordings, words
from handlers.detours import between
from handlers.flow import Outcome, Turn
from handlers.learning import questions
from handlers.learning.listing import show_lessons, show_modules
from handlers.learning.pages import open_lesson, show_page
from handlers.learning.place import Place, flow, following, left_off, start_of, unchanged
from handlers.messages import Outgoing
from handlers.nudges import offering
from lessons.catalogue import Lesson
from storage import learning
from storage.learning import Progress

_NUMBERED: Final = re.compile(r"\bbai (?:so )?(\d{1,2})\b")


@flow.entry
async def enter(turn: Turn) -> Outcome:
    """Go on where the learner stands; a newcomer sees the first page at once."""
    if household.is_due(turn):
        return await household.ask(turn, then="learning")
    if _asks_for_list(turn):
        return await show_modules(turn)
    place = left_off(turn)
    if (lesson := _lesson_asked(turn, place)) is not None:
        return await open_lesson(turn, lesson, before=place)
    if place is not None:
        return await _stand(turn, await _kept(turn, place))
    return await next_by_progress(turn)


def _asks_for_list(turn: Turn) -> bool:
    """The words themselves: after a flow's word or another flow `turn.text` says nothing."""
    said = words.fold(turn.event.text)
    return any(asked in said for asked in ("danh sach", "cac bai", "bai khac"))


def _lesson_asked(turn: Turn, place: Place | None) -> Lesson | None:
    """The lesson of "bài 3", in the part that is being learned."""
    number = _NUMBERED.search(words.fold(turn.event.text))
    here = turn.house.lessons.lesson(place.lesson) if place else None
    here = here or turn.house.lessons.first
    if number is None or here is None:
        return None
    among = turn.house.lessons.lessons_of(here.module)
    return next((lesson for lesson in among if lesson.order == int(number[1])), None)


async def _stand(turn: Turn, place: Place) -> Outcome:
    """What was being shown or asked at a place, or what follows it."""
    lesson = unchanged(turn, place)
    if lesson is None:
        return await _changed(turn, place)
    if place.finished:
        return await _next_after(turn, place)
    if place.question:
        return await questions.ask_next(turn, place, lesson)
    return await show_page(turn, place, lesson)


async def _changed(turn: Turn, place: Place) -> Outcome:
    """The content was corrected or withdrawn while it was being read: say so and go on."""
    lesson = turn.house.lessons.lesson(place.lesson)
    if lesson is None:
        return await next_by_progress(turn, said=turn.message("learning.gone"))
    if place.finished:
        return await _next_after(turn, place)
    changed = turn.message("learning.changed")
    return await open_lesson(turn, lesson, before=place, said=[changed])


# --- what comes next -----------------------------------------------------------------------------


async def next_by_progress(turn: Turn, *, said: Outgoing | None = None) -> Outcome:
    """The lesson under way, the one behind the last, or the first of all."""
    before = [said] if said else []
    progress: dict[str, Progress] = {}
    if turn.actor.has_consent:
        progress = await learning.progress_of(turn.tx, turn.actor.canonical_id)
    lesson = following(turn.house.lessons, progress)
    if lesson is None:
        return await _all_done(turn, before)
    row = progress.get(lesson.id)
    if row is None or row.is_finished:
        return await open_lesson(turn, lesson, said=before)
    return await _go_on(turn, lesson, row.page, before)


async def _go_on(turn: Turn, lesson: Lesson, page: int, said: list[Outgoing]) -> Outcome:
    place = replace(start_of(lesson), page=max(1, min(page, len(lesson.pages) + 1)))
    if place.page > len(lesson.pages):
        asked = await questions.go_on(turn, place, lesson)
        if asked is not None:
            return asked
    return await show_page(turn, place, lesson, said=said)


async def _next_after(turn: Turn, place: Place) -> Outcome:
    done = await questions.done_by(turn)
    lesson = turn.house.lessons.after(place.lesson, done=done)
    if lesson is None:
        return await _all_done(turn, [])
    return await open_lesson(turn, lesson, before=place)


async def _all_done(turn: Turn, said: list[Outgoing]) -> Outcome:
    if not turn.house.lessons.lessons:
        return turn.say("learning.no_lessons")
    listed = await show_modules(turn)
    done = turn.message("learning.all_done")
    return replace(listed, messages=(*said, done, *listed.messages))


async def _kept(turn: Turn, place: Place) -> Place:
    """Who agreed just after a lesson keeps its result: it is still in the conversation."""
    lesson = unchanged(turn, place)
    is_new = place.finished and not place.attempt and turn.actor.has_consent
    if lesson is None or not is_new or lesson.id in await questions.done_by(turn):
        return place
    return await questions.store_afterwards(turn, place, lesson)


# --- the steps -----------------------------------------------------------------------------------


async def _reading(turn: Turn) -> tuple[Place, Lesson] | Outcome:
    """The place in the draft and its lesson; else what is said because there is none."""
    place = Place.load(turn.draft)
    if place is None:
        return await next_by_progress(turn)
    me = turn.actor.canonical_id
    if place.attempt and not await learning.is_of(turn.tx, place.attempt, me):
        place = replace(place, attempt=0)  # begun on an app that is no longer linked
    lesson = unchanged(turn, place)
    return (place, lesson) if lesson is not None else await _changed(turn, place)


@flow.step()
async def page(turn: Turn) -> Outcome:
    """After "Xem tiếp": the next page, behind the last one the try-it."""
    here = await _reading(turn)
    if isinstance(here, Outcome):
        return here
    place, lesson = here
    if turn.choice == recordings.LISTEN:
        return Outcome((await recordings.aloud(turn, lesson),), aside=True, brief=True)
    return await show_page(turn, replace(place, page=place.page + 1), lesson)


@flow.step(yes="done", no="later")
async def tried(turn: Turn) -> Outcome:
    """After "Đã làm xong" or "Để sau": both go on to the questions."""
    here = await _reading(turn)
    if isinstance(here, Outcome):
        return here
    acknowledged = "learning.well_done" if turn.choice == "done" else "learning.no_hurry"
    return await questions.begin(turn, *here, acknowledged=acknowledged)


@flow.step(letters=True)
async def answer(turn: Turn) -> Outcome:
    """One answer: the reason, and the next question or the result."""
    here = await _reading(turn)
    if isinstance(here, Outcome):
        return here
    place, lesson = here
    question = lesson.question(place.question)
    if question is None:
        return await questions.ask_next(turn, place, lesson)
    return await questions.hear_answer(turn, place, lesson, question)


@flow.step()
async def after(turn: Turn) -> Outcome:
    """Behind a result: the next lesson, the missed questions, once more, the list, or home."""
    place = Place.load(turn.draft)
    if place is None:
        return await next_by_progress(turn)
    match turn.choice:
        case "home" | offering.WISH:
            return _leave(turn)
        case "agree":
            return await _agree(turn)
        case "list":
            return await _show_list(turn, place)
        case "next_lesson":
            return await _next_after(turn, place)
    lesson = unchanged(turn, place)
    if lesson is None:
        return await _changed(turn, replace(place, finished=False))
    if turn.choice == "review":
        return await questions.review(turn, place, lesson)
    return await open_lesson(turn, lesson, before=place)


def _leave(turn: Turn) -> Outcome:
    if turn.choice == offering.WISH:
        offering.take_out(turn)
        return Outcome().then("nudges")
    return Outcome().then("menu")


async def _agree(turn: Turn) -> Outcome:
    """The consent conversation between; the finished lesson stays in the trail (see `_kept`)."""
    turn.text = ""
    start = turn.house.flows["people"].start
    assert start is not None, "people has an entry"  # noqa: S101 - for the type checker
    return between(await start(turn))


async def _show_list(turn: Turn, place: Place) -> Outcome:
    lesson = turn.house.lessons.lesson(place.lesson)
    module = turn.house.lessons.module(lesson.module) if lesson is not None else None
    return await show_modules(turn) if module is None else await show_lessons(turn, module)


# --- coming back after a while -------------------------------------------------------------------


def recap(turn: Turn) -> Outgoing | None:
    """What was being learned (U10); the open question follows by itself."""
    place = Place.load(turn.draft)
    lesson = unchanged(turn, place) if place is not None else None
    if place is None or lesson is None or place.finished or "list" in turn.draft:
        return None
    part = "question" if place.question else "page" if place.page <= len(lesson.pages) else "try"
    return turn.message(
        f"learning.recap_{part}", number=lesson.order, page=place.page, pages=len(lesson.pages)
    )


flow.recap = recap
