"""The lists: programmes, their modules, a module's lessons. Five choices a message (U3)."""

from collections.abc import Sequence
from typing import Final

from handlers.flow import Outcome, Turn
from handlers.learning.pages import open_lesson
from handlers.learning.place import flow, left_off
from handlers.learning.questions import done_by
from handlers.messages import Choice
from lessons.catalogue import Lesson, Module

MOST: Final = 5
_MORE: Final = "more"
_UP: Final = "up"


def _window(turn: Turn, entries: Sequence[Choice], start: int, up: str) -> tuple[list[Choice], int]:
    """As many entries as fit from `start`, the ways on and up, and where the next window begins."""
    ways = [Choice(_UP, turn.text_of(up))] if up else []
    room = MOST - len(ways)
    if len(entries) <= room:
        return [*entries, *ways], 0
    shown = list(entries[start : start + room - 1])
    following = start + len(shown)
    is_last = following >= len(entries)
    more = turn.text_of("learning.from_top" if is_last else "learning.more")
    return [*shown, Choice(_MORE, more), *ways], 0 if is_last else following


def _draft(turn: Turn, listed: str, following: int) -> dict[str, object]:
    """The list and its next window; the place in a lesson is kept for "học tiếp"."""
    place = left_off(turn)
    return (place.draft() if place else {}) | {"list": listed, "from": following}


# --- a module's lessons --------------------------------------------------------------------------


async def show_lessons(turn: Turn, module: Module, start: int = 0) -> Outcome:
    done = await done_by(turn)
    lessons = turn.house.lessons.lessons_of(module.id)
    entries = [Choice(lesson.id, _lesson_label(turn, lesson, done)) for lesson in lessons]
    has_others = len(turn.house.lessons.modules_of(module.track)) > 1 or _has_tracks(turn)
    up = "learning.other_modules" if has_others else ""
    choices, following = _window(turn, entries, start, up)
    return turn.ask(
        "learning.which_lesson",
        hear=lesson_list,
        choices=choices,
        draft=_draft(turn, module.id, following),
        title=module.title,
    )


def _lesson_label(turn: Turn, lesson: Lesson, done: frozenset[str]) -> str:
    if lesson.id not in done:
        return lesson.title
    return turn.text_of("learning.finished", title=lesson.title)


@flow.step()
async def lesson_list(turn: Turn) -> Outcome:
    catalogue = turn.house.lessons
    module = catalogue.module(str(turn.draft.get("list", "")))
    if module is None or not catalogue.lessons_of(module.id):
        return await show_modules(turn)
    if turn.choice == _MORE:
        return await show_lessons(turn, module, int(turn.draft.get("from", 0)))
    if turn.choice == _UP:
        return await show_modules(turn, module.track)
    lesson = catalogue.lesson(turn.choice)
    if lesson is None:
        return await show_lessons(turn, module)
    return await open_lesson(turn, lesson, before=left_off(turn))


# --- a programme's modules -----------------------------------------------------------------------


async def show_modules(turn: Turn, track_id: str = "", start: int = 0) -> Outcome:
    """The modules of a programme; of the one being learned, or the first, if none is named."""
    catalogue = turn.house.lessons
    track = next((t for t in catalogue.tracks_offered() if t.id == track_id), None)
    if track is None:
        fallback = _track_of(turn)
        if fallback is None:
            return turn.say("learning.no_lessons")
        return await show_modules(turn, fallback, start)
    done = await done_by(turn)
    modules = catalogue.modules_of(track.id)
    if len(modules) == 1 and not _has_tracks(turn):
        return await show_lessons(turn, modules[0])
    entries = [Choice(module.id, _module_label(turn, module, done)) for module in modules]
    up = "learning.other_tracks" if _has_tracks(turn) else ""
    choices, following = _window(turn, entries, start, up)
    return turn.ask(
        "learning.which_module",
        hear=module_list,
        choices=choices,
        draft=_draft(turn, track.id, following),
        title=track.title,
    )


def _has_tracks(turn: Turn) -> bool:
    return len(turn.house.lessons.tracks_offered()) > 1


def _track_of(turn: Turn) -> str | None:
    place = left_off(turn)
    lesson = turn.house.lessons.lesson(place.lesson) if place else None
    lesson = lesson or turn.house.lessons.first
    offered = [track.id for track in turn.house.lessons.tracks_offered()]
    if lesson is not None and lesson.track in offered:
        return lesson.track
    return offered[0] if offered else None


def _module_label(turn: Turn, module: Module, done: frozenset[str]) -> str:
    lessons = turn.house.lessons.lessons_of(module.id)
    count = sum(lesson.id in done for lesson in lessons)
    if count == 0:
        return module.title
    if count == len(lessons):
        return turn.text_of("learning.finished", title=module.title)
    return turn.text_of("learning.begun", title=module.title, done=count, all=len(lessons))


@flow.step()
async def module_list(turn: Turn) -> Outcome:
    if turn.choice == _UP:
        return show_tracks(turn)
    if turn.choice == _MORE:
        return await show_modules(turn, str(turn.draft["list"]), int(turn.draft["from"]))
    module = turn.house.lessons.module(turn.choice)
    if module is None or not turn.house.lessons.lessons_of(module.id):
        return await show_modules(turn)
    return await show_lessons(turn, module)


# --- the programmes ------------------------------------------------------------------------------


def show_tracks(turn: Turn) -> Outcome:
    tracks = turn.house.lessons.tracks_offered()[:MOST]
    choices = [Choice(track.id, track.title) for track in tracks]
    return turn.ask(
        "learning.which_track", hear=track_list, choices=choices, draft=_draft(turn, "", 0)
    )


@flow.step()
async def track_list(turn: Turn) -> Outcome:
    return await show_modules(turn, turn.choice)
