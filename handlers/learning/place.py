"""Where in a lesson a learner stands: all that the conversation's row remembers of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from handlers.flow import EVERYONE, Flow, Step, Turn
from lessons.catalogue import VARIABLES, Catalogue, Lesson, fill
from storage import units
from storage.learning import Progress

flow = Flow(
    "learning",
    allow=EVERYONE,
    command="/hoc",
    words=(
        *("học", "học tiếp", "bài học", "học bài", "vào học", "học bài tiếp", "xem bài"),
        *("danh sách", "danh sách bài", "các bài học", "bài khác", "xem bài khác"),
    ),
    menu="menu.learning",
)


def step(name: str) -> Step:
    """A step by its name: the modules of this flow go round in a circle, as a lesson does."""
    return flow.steps[name]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in one lesson. `question` is set while the questions are asked."""

    lesson: str
    version: str
    page: int = 1
    """From 1; one more than the pages = the try-it."""
    question: str = ""
    seed: int = 0
    """Decides the order of questions and options."""
    attempt: int = 0
    """The stored attempt; 0 = nothing is stored."""
    answers: tuple[tuple[str, int], ...] = ()
    """(question, option) in this conversation; what is stored wins (T43)."""
    finished: bool = False
    offered: bool = False
    """The offer to agree was made; once is enough."""

    @classmethod
    def load(cls, draft: Mapping[str, Any]) -> Self | None:
        """None when the draft holds no place, or one that no release wrote."""
        known = {name: draft[name] for name in cls.__dataclass_fields__ if name in draft}
        try:
            answers = tuple((str(key), int(option)) for key, option in known.pop("answers", ()))
            return cls(**known, answers=answers)
        except (TypeError, ValueError):
            return None

    def draft(self, **more: Any) -> dict[str, Any]:
        """JSON scalars and lists only (style a3)."""
        return asdict(self) | {"answers": [list(answer) for answer in self.answers]} | more

    def answered(self, question: str, option: int) -> Self:
        """The first answer to a question stays."""
        if any(key == question for key, _ in self.answers):
            return self
        return replace(self, answers=(*self.answers, (question, option)))

    def stores(self, turn: Turn) -> bool:
        """True while answers may be written down: agreed, and still agreed."""
        return self.attempt > 0 and turn.actor.has_consent


def start_of(lesson: Lesson, before: Place | None = None) -> Place:
    """The first page; `before` tells whether agreeing was offered already."""
    offered = before is not None and before.offered
    return Place(lesson.id, lesson.content_version, offered=offered)


def left_off(turn: Turn) -> Place | None:
    """Where this conversation stands, or stood before another flow came between."""
    if turn.state.flow == flow.name:
        return Place.load(turn.state.draft)
    for earlier in reversed(turn.state.trail):
        if earlier["flow"] == flow.name:
            return Place.load(earlier["draft"])
    return None


def unchanged(turn: Turn, place: Place) -> Lesson | None:
    """The lesson of a place, if it still reads as it did when the place was written."""
    lesson = turn.house.lessons.lesson(place.lesson)
    return lesson if lesson is not None and lesson.content_version == place.version else None


def following(catalogue: Catalogue, progress: Mapping[str, Progress]) -> Lesson | None:
    """The lesson under way, else the one behind that opened last, else the first of all.

    None when every lesson of the programme is finished.
    """
    newest = sorted(progress.values(), key=lambda row: row.updated_at, reverse=True)
    known = [lesson for row in newest if (lesson := catalogue.lesson(row.lesson_id))]
    for lesson in known:
        if not progress[lesson.id].is_finished:
            return lesson
    if not known:
        return catalogue.first
    done = {row.lesson_id for row in newest if row.is_finished}
    return catalogue.after(known[0].id, done=done)


async def filled(turn: Turn, text: str) -> str:
    """A lesson's text with the commune's own phones and name; unknown ones leave no gap."""
    if "{" not in text:
        return text
    settings = await units.settings_of(turn.tx, turn.actor.unit_id)
    values = {name: str(settings.get(name) or "") for name in VARIABLES}
    values["commune_name"] = str(settings.get("name") or "")
    return fill(text, values)


def heading_of(turn: Turn, lesson: Lesson) -> str:
    return turn.text_of("learning.heading", number=lesson.order, title=lesson.title)
