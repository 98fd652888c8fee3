"""/tiendo: one's own progress. No points, no comparison with anybody (design §8)."""

from typing import Final

from handlers import household
from handlers.flow import EVERYONE, Flow, Outcome, Turn
from handlers.learning.place import following
from lessons.catalogue import Lesson
from storage import learning
from storage.learning import Progress

_MOST: Final = 6

flow = Flow(
    "progress",
    allow=EVERYONE,
    command="/tiendo",
    words=("kết quả của tôi", "tiến độ", "tiến độ học", "tiến độ của tôi", "kết quả học"),
    menu="menu.progress",
)


@flow.entry
async def show(turn: Turn) -> Outcome:
    if household.is_due(turn):
        return await household.ask(turn, then="progress")
    if not turn.actor.has_consent:
        ways = ("progress.agree", "progress.learn", "progress.home")
        return turn.ask("progress.not_kept", hear=chosen, choices=ways)
    progress = await learning.progress_of(turn.tx, turn.actor.canonical_id)
    done = {row.lesson_id for row in progress.values() if row.is_finished}
    upcoming = following(turn.house.lessons, progress)
    parts = [_modules(turn, progress, done), await _last(turn), _next(turn, upcoming)]
    text = "\n".join(part for part in parts if part)
    choices = ["progress.home"] if upcoming is None else ["progress.learn", "progress.home"]
    return turn.ask("progress.all", hear=chosen, choices=choices, text=text)


def _modules(turn: Turn, progress: dict[str, Progress], done: set[str]) -> str:
    """One line for each module that was begun, in the order of learning."""
    catalogue = turn.house.lessons
    lines = []
    for module in catalogue.modules:
        lessons = [lesson.id for lesson in catalogue.lessons_of(module.id)]
        if any(lesson in progress for lesson in lessons):
            count = sum(lesson in done for lesson in lessons)
            lines.append(
                turn.text_of("progress.module", title=module.title, done=count, all=len(lessons))
            )
    if not lines:
        minutes = catalogue.first.minutes if catalogue.first else 5
        return turn.text_of("progress.nothing_yet", minutes=minutes)
    if len(lines) > _MOST:
        more = turn.text_of("progress.and_more", count=len(lines) - _MOST)
        lines = [*lines[:_MOST], more]
    return turn.text_of("progress.learned", modules="\n".join(lines))


async def _last(turn: Turn) -> str:
    result = await learning.last_result(turn.tx, turn.actor.canonical_id)
    lesson = turn.house.lessons.lesson(result.lesson_id) if result else None
    if result is None or lesson is None:
        return ""
    return turn.text_of(
        "progress.last", title=lesson.title, right=result.right, count=result.answered
    )


def _next(turn: Turn, lesson: Lesson | None) -> str:
    if lesson is None:
        return turn.text_of("progress.all_done")
    return turn.text_of("progress.next", title=lesson.title)


@flow.step()
async def chosen(turn: Turn) -> Outcome:
    turn.text = ""
    leads_to = {"agree": "people", "learn": "learning", "home": "menu"}
    return Outcome().then(leads_to[turn.choice])
