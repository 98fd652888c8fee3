"""Reads `content/*.toml` and `modules.toml` into an immutable `Catalogue`.

Shape is checked here (a lesson that loads can be taught); how a lesson is *written* is judged by
`checker.py`. Nothing is read at import: call `load()` once and keep what it returns.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from lessons.prose import pieces

HERE = Path(__file__).parent

# What a commune may fill in; every other {name} in a lesson is a mistake (checker.py).
VARIABLES = (
    "cong_an_xa_phone",
    "trung_tam_phone",
    "trung_tam_address",
    "phong_vhxh_phone",
    "commune_name",
)
VARIABLE = re.compile(r"\{([a-z_]+)\}")

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
FactId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z]{0,2}\d{0,2}$")]
FileStem = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")]
Level = Literal["A", "B", "C"]
Competence = Literal[
    "thiet_bi", "thong_tin", "giao_tiep", "noi_dung", "an_toan", "giai_quyet", "ai", "nghe_nghiep"
]
Contest = Literal["ND-1", "ND-2", "ND-3", "ND-4", "ND-5", "ND-6", "ND-7"]


class BadContent(Exception):
    """The content cannot be used; `problems` lists every one as (where, what)."""

    def __init__(self, problems: Iterable[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{where}: {what}" for where, what in self.problems))


class Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


M = TypeVar("M", bound=Frozen)


class Option(Frozen):
    text: Text
    reason: Text
    right: bool = False


class Question(Frozen):
    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,8}$")]
    text: Text
    options: tuple[Option, ...]

    @model_validator(mode="after")
    def _one_right(self) -> Self:
        if sum(option.right for option in self.options) != 1:
            raise ValueError("exactly one option has `right = true`")
        return self

    @property
    def answer(self) -> int:
        """The index of the right option, as written in the file."""
        return next(index for index, option in enumerate(self.options) if option.right)


class TryIt(Frozen):
    """Something to do at once without risk ("làm thử ngay"), and how to see that it worked."""

    text: Text
    check: Text


class Picture(Frozen):
    """`pictures/<file>.png`, drawn in `pictures/<file>.svg`; `page` counts from 1."""

    file: FileStem
    alt: Text
    page: Annotated[int, Field(ge=1)]


class Reading(Frozen):
    """One honest reading of the lesson: when, by whom or which kind of reader, what was found."""

    on: date
    by: Text
    found: Text


class Lesson(Frozen):
    """One lesson as its file says it. The id `dan5-2` is track `dan`, module `dan5`, place 2."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,6}\d-[1-9]\d?$")]
    title: Text
    level: Level
    minutes: Annotated[int, Field(ge=1, le=10)]
    competences: Annotated[tuple[Competence, ...], Field(min_length=1)]
    facts: Annotated[tuple[FactId, ...], Field(min_length=1)]
    nd: Annotated[tuple[Contest, ...], Field(min_length=1)]
    verified: date
    review: date
    pages: Annotated[tuple[Text, ...], Field(min_length=1)]
    try_it: TryIt
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    picture: Picture | None = None
    reviewed: tuple[Reading, ...] = ()

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        ids = [question.id for question in self.questions]
        if len(set(ids)) < len(ids):
            raise ValueError("two questions have the same id")
        if self.picture and self.picture.page > len(self.pages):
            raise ValueError(f"the picture is on page {self.picture.page}, which does not exist")
        return self

    @property
    def module(self) -> str:
        return self.id.partition("-")[0]

    @property
    def track(self) -> str:
        return self.module.rstrip("0123456789")

    @property
    def order(self) -> int:
        return int(self.id.partition("-")[2])

    @cached_property
    def content_version(self) -> str:
        """12 hex digits over what a learner reads: changes with the words, not with the dates."""
        seen = self.model_dump(
            mode="json", include={"title", "pages", "try_it", "questions", "picture"}
        )
        text = json.dumps(seen, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def question(self, question_id: str) -> Question | None:
        return next((q for q in self.questions if q.id == question_id), None)


class Track(Frozen):
    id: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,6}$")]
    title: Text


class Module(Frozen):
    """A module as planned; `planned` lessons make it whole. `safety`: about fraud and secrets."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,6}\d$")]
    title: Text
    level: Level
    planned: Annotated[int, Field(ge=1)]
    safety: bool = False

    @property
    def track(self) -> str:
        return self.id.rstrip("0123456789")


class Plan(Frozen):
    """`modules.toml`: the whole curriculum, also what is not written yet."""

    first_lesson: str
    tracks: tuple[Track, ...]
    modules: tuple[Module, ...]


@dataclass(frozen=True)
class Catalogue:
    """All lessons in the order of learning: tracks and modules as planned, then `order`."""

    folder: Path
    tracks: tuple[Track, ...]
    modules: tuple[Module, ...]
    lessons: tuple[Lesson, ...]
    first: Lesson | None
    """Where a newcomer begins (`first_lesson` in modules.toml)."""

    def lesson(self, lesson_id: str) -> Lesson | None:
        return self._by_id.get(lesson_id)

    def module(self, module_id: str) -> Module | None:
        return next((module for module in self.modules if module.id == module_id), None)

    def lessons_of(self, module_id: str) -> tuple[Lesson, ...]:
        return tuple(lesson for lesson in self.lessons if lesson.module == module_id)

    def lessons_in(self, track: str) -> tuple[Lesson, ...]:
        return tuple(lesson for lesson in self.lessons if lesson.track == track)

    def modules_of(self, track: str) -> tuple[Module, ...]:
        """The modules of a track that have a lesson; the others are not offered."""
        return tuple(m for m in self.modules if m.track == track and self.lessons_of(m.id))

    def tracks_offered(self) -> tuple[Track, ...]:
        return tuple(track for track in self.tracks if self.modules_of(track.id))

    def is_whole(self, module_id: str) -> bool:
        """True when every planned lesson is written: only then can somebody finish the module."""
        module = self.module(module_id)
        return module is not None and len(self.lessons_of(module_id)) >= module.planned

    def after(self, lesson_id: str, *, done: Collection[str] = ()) -> Lesson | None:
        """Give the next lesson of the same track not in `done`: forward first, then from the top.

        None when nothing is left, or when the lesson is unknown.
        """
        here = self.lesson(lesson_id)
        if here is None:
            return None
        track = self.lessons_in(here.track)
        at = track.index(here)
        ahead = (*track[at + 1 :], *track[:at])
        return next((lesson for lesson in ahead if lesson.id not in done), None)

    def picture_path(self, lesson: Lesson) -> Path | None:
        return self.folder / "pictures" / f"{lesson.picture.file}.png" if lesson.picture else None

    def drawing_path(self, lesson: Lesson) -> Path | None:
        return self.folder / "pictures" / f"{lesson.picture.file}.svg" if lesson.picture else None

    @cached_property
    def _by_id(self) -> dict[str, Lesson]:
        return {lesson.id: lesson for lesson in self.lessons}


def load(path: Path = HERE) -> Catalogue:
    """Read the folder with `modules.toml` and `content/`. Raises BadContent with every problem."""
    catalogue, problems = read(path)
    if problems:
        raise BadContent(problems)
    return catalogue


def read(path: Path) -> tuple[Catalogue, list[tuple[str, str]]]:
    """Read what can be read, and say what could not: (catalogue, [(where, what)])."""
    problems: list[tuple[str, str]] = []
    plan = _read_plan(path / "modules.toml", problems)
    places = {module.id: place for place, module in enumerate(plan.modules)}
    lessons: dict[str, Lesson] = {}
    for file in sorted((path / "content").glob("*.toml")):
        lesson = _parse(Lesson, file, problems)
        if lesson is None:
            continue
        if trouble := _misplaced(lesson, file, places, lessons):
            problems.append((file.name, trouble))
            continue
        lessons[lesson.id] = lesson
    ordered = sorted(lessons.values(), key=lambda lesson: (places[lesson.module], lesson.order))
    first = lessons.get(plan.first_lesson)
    if first is None:
        problems.append(("modules.toml", f"first_lesson {plan.first_lesson!r} is not a lesson"))
    return Catalogue(path, plan.tracks, plan.modules, tuple(ordered), first), problems


def _read_plan(file: Path, problems: list[tuple[str, str]]) -> Plan:
    plan = _parse(Plan, file, problems)
    if plan is None:
        return Plan(first_lesson="", tracks=(), modules=())
    tracks = {track.id for track in plan.tracks}
    problems += [
        (file.name, f"module {module.id}: no such track")
        for module in plan.modules
        if module.track not in tracks
    ]
    ids = [module.id for module in plan.modules]
    problems += [(file.name, f"module {i} appears twice") for i in set(ids) if ids.count(i) > 1]
    return plan


def _misplaced(
    lesson: Lesson, file: Path, places: Mapping[str, int], seen: Collection[str]
) -> str | None:
    if lesson.id in seen:
        return f"the id {lesson.id} appears twice"
    if lesson.module not in places:
        return f"no module {lesson.module} in modules.toml"
    if not file.stem.startswith(f"{lesson.id}-"):
        return f"the file name must begin with {lesson.id}-"
    return None


def _parse(model: type[M], file: Path, problems: list[tuple[str, str]]) -> M | None:
    try:
        return model.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append((file.name, f"cannot be read: {error}"))
    except ValidationError as error:
        for detail in error.errors():
            at = ".".join(str(step) for step in detail["loc"])
            problems.append((file.name, f"{at}: {detail['msg']}" if at else detail["msg"]))
    return None


def fill(text: str, variables: Mapping[str, str]) -> str:
    """Put the commune's values into `{name}`; a sentence whose value is empty disappears whole.

    Values are only ever values: one pass, no format strings, a `{` in a value stays a `{` (T28).
    """
    values = {name: " ".join(value.split()) for name, value in variables.items()}
    lines = []
    for line in text.split("\n"):
        kept = [
            VARIABLE.sub(lambda match: values[match[1]], piece)
            for piece in pieces(line)
            if all(values.get(name) for name in VARIABLE.findall(piece))
        ]
        if kept or not line.strip():
            lines.append("".join(kept).strip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
