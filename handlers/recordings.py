"""Lessons read aloud by people of the commune: which there are, adding, changing, taking away."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from handlers import evidence, files, words
from handlers.flow import Flow, Outcome, Turn
from handlers.messages import Choice, HandedIn, Outgoing
from handlers.roles import service
from handlers.tickets import commune_of
from lessons.catalogue import Lesson
from storage import audit, recordings
from storage import evidence as awaited
from storage import files as stored_files
from storage.recordings import Recording

_NAMED: Final = 3
_SHOWN: Final = 4
LISTEN: Final = "listen"
"""Key of the choice under a lesson's first page."""

flow = Flow(
    "recordings",
    allow={"admin"},
    words=("bản đọc bài học", "bản đọc", "ghi âm bài học", "thêm bản đọc"),
)


# --- which there are -----------------------------------------------------------------------------


@flow.entry
async def begin(turn: Turn) -> Outcome:
    return await _overview(turn, turn.message("recordings.here"))


async def _overview(turn: Turn, *before: Outgoing) -> Outcome:
    known = await _known(turn)
    missing = next((one for one in turn.house.lessons.lessons if one.id not in known), None)
    said = [_coverage(turn, known)]
    recorded = [lesson for lesson in turn.house.lessons.lessons if lesson.id in known]
    if stale := [lesson for lesson in recorded if _is_stale(lesson, known)]:
        said.append(turn.message("recordings.again", names=_names(turn, stale)))
    choices = [_choice(turn, missing)] if missing is not None else []
    return turn.ask(
        "recordings.which", hear=which, choices=choices, draft={}, before=(*before, *said)
    )


async def _known(turn: Turn) -> Mapping[str, Recording]:
    """Of the first commune whose admin this is: recordings go to all of them alike."""
    mine = _communes(turn)
    return await recordings.of_commune(turn.tx, mine[0]) if mine else {}


def _communes(turn: Turn) -> tuple[int, ...]:
    return service.communes_of(turn.actor.grants, "admin")


def _coverage(turn: Turn, known: Mapping[str, Recording]) -> Outgoing:
    catalogue = turn.house.lessons
    tracks = []
    for track in catalogue.tracks_offered():
        lessons = catalogue.lessons_in(track.id)
        count = sum(_is_read(lesson, known) for lesson in lessons)
        tracks.append(
            turn.text_of("recordings.track", title=track.title, count=count, all=len(lessons))
        )
    count = sum(_is_read(lesson, known) for lesson in catalogue.lessons)
    return turn.message(
        "recordings.coverage",
        count=count,
        all=len(catalogue.lessons),
        tracks=f"{'; '.join(tracks)}.",
    )


def _is_read(lesson: Lesson, known: Mapping[str, Recording]) -> bool:
    return lesson.id in known and not _is_stale(lesson, known)


def _is_stale(lesson: Lesson, known: Mapping[str, Recording]) -> bool:
    """It says what the lesson said before it was corrected."""
    return known[lesson.id].content_version != lesson.content_version


def _names(turn: Turn, lessons: Sequence[Lesson]) -> str:
    named = [_choice(turn, one).text for one in lessons[:_NAMED]]
    if (rest := len(lessons) - _NAMED) > 0:
        named.append(turn.text_of("recordings.and_more", rest=rest))
    return ", ".join(named)


def _choice(turn: Turn, lesson: Lesson) -> Choice:
    return Choice(lesson.id, turn.text_of("recordings.next", title=lesson.title, code=lesson.id))


# --- one lesson ----------------------------------------------------------------------------------


@flow.step(reads="text")
async def which(turn: Turn) -> Outcome:
    """A lesson by its code or by words of its title."""
    if (pressed := turn.house.lessons.lesson(turn.choice)) is not None:
        return await _open(turn, pressed)
    match found := _like(turn.house.lessons.lessons, turn.text):
        case []:
            return turn.ask_again("recordings.not_found")
        case [one]:
            return await _open(turn, one)
    if len(found) > _SHOWN:
        return turn.ask_again("recordings.too_many", count=len(found))
    choices = [_choice(turn, one) for one in found]
    return turn.ask("recordings.which_of", hear=which, choices=choices)


def _like(lessons: Iterable[Lesson], said: str) -> list[Lesson]:
    folded = words.fold(said).strip(" .,!")
    among = list(lessons)
    exact = [one for one in among if folded in (one.id, words.fold(one.title))]
    asked = set(folded.split())
    return exact or [one for one in among if asked and asked <= set(words.fold(one.title).split())]


async def _open(turn: Turn, lesson: Lesson) -> Outcome:
    """What is there already, or at once the words that ask for it."""
    known = await _known(turn)
    if lesson.id not in known:
        return await _ask(turn, lesson)
    made_on = known[lesson.id].made_at.astimezone(turn.house.timezone).date()
    return turn.ask(
        "recordings.has",
        hear=change,
        choices=("recordings.hear", "recordings.replace", "recordings.remove", "recordings.other"),
        draft={"lesson": lesson.id},
        title=lesson.title,
        since=words.say_date(made_on),
        stale=turn.text_of("recordings.stale") if _is_stale(lesson, known) else "",
    )


async def _ask(turn: Turn, lesson: Lesson) -> Outcome:
    how = turn.message("recordings.how", title=lesson.title)
    asked = await evidence.asking(turn, f"{evidence.READING}:{lesson.id}")
    return Outcome((how, *asked))


@flow.step(exact=("remove",))
async def change(turn: Turn) -> Outcome:
    lesson = turn.house.lessons.lesson(str(turn.draft.get("lesson", "")))
    if lesson is None or turn.choice == "other":
        return await _overview(turn)
    match turn.choice:
        case "replace":
            return await _ask(turn, lesson)
        case "hear":
            known = await _known(turn)
            heard = [_aloud(turn, lesson, known[lesson.id])] if lesson.id in known else []
            return await _overview(turn, *heard)
    return turn.ask(
        "recordings.remove_sure",
        hear=remove,
        choices=("recordings.keep", "recordings.remove"),
        title=lesson.title,
    )


@flow.step(exact=("remove",))
async def remove(turn: Turn) -> Outcome:
    lesson = turn.house.lessons.lesson(str(turn.draft.get("lesson", "")))
    if lesson is None or turn.choice != "remove":
        return await _overview(turn, turn.message("recordings.kept_as_is"))
    for commune in _communes(turn):
        if await recordings.remove(turn.tx, commune, lesson.id):
            await _note(turn, "recording.removed", lesson, commune)
    return await _overview(turn, turn.message("recordings.removed", title=lesson.title))


# --- what came -----------------------------------------------------------------------------------


@flow.receive(evidence.READING)
async def keep(turn: Turn, handed: HandedIn) -> Outcome:
    """A voice came, by the one-time page or in the chat, whatever is talked about meanwhile."""
    lesson = turn.house.lessons.lesson(handed.purpose.partition(":")[2])
    stored = await stored_files.read(turn.tx, handed.file)
    if lesson is None or stored is None:
        return await _refused(turn, handed, "recordings.gone")
    if not stored.media_type.startswith("audio/"):
        return await _refused(turn, handed, "recordings.wrong_kind", kinds=evidence.VOICES)
    ending = stored.name.rpartition(".")[2]
    file_id = await stored_files.keep(
        turn.tx,
        name=f"bai-doc-{lesson.id}.{ending}",
        media_type=stored.media_type,
        body=stored.body,
        now=turn.now,
    )
    recording = Recording(lesson.id, lesson.content_version, file_id, turn.now)
    for commune in _communes(turn):
        await recordings.put(turn.tx, commune, recording, by=turn.actor.person_id)
        await _note(turn, "recording.added", lesson, commune)
    await awaited.let_go(turn.tx, handed.file, purpose=handed.purpose)  # the recording has it now
    button = turn.text_of("recordings.listen")
    return turn.aside("recordings.kept", title=lesson.title, button=button)


async def _refused(turn: Turn, handed: HandedIn, said: str, **values: str) -> Outcome:
    await awaited.let_go(turn.tx, handed.file, purpose=handed.purpose)
    return turn.aside(said, **values)


async def _note(turn: Turn, action: str, lesson: Lesson, commune: int) -> None:
    await audit.record(
        turn.tx,
        by=turn.actor,
        role="admin",
        action=action,
        about=f"commune:{commune}",
        after={"lesson": lesson.id},
        now=turn.now,
    )


# --- who listens ---------------------------------------------------------------------------------


async def of_lesson(turn: Turn, lesson: Lesson) -> Recording | None:
    """What this learner can listen to, in the lesson's present words."""
    commune = await commune_of(turn)
    if commune is None:
        return None
    found = await recordings.find(turn.tx, commune, lesson.id)
    return found if found and found.content_version == lesson.content_version else None


async def aloud(turn: Turn, lesson: Lesson) -> Outgoing:
    found = await of_lesson(turn, lesson)
    return _aloud(turn, lesson, found) if found else turn.message("recordings.no_more")


def _aloud(turn: Turn, lesson: Lesson, recording: Recording) -> Outgoing:
    return files.carrying(turn, "recordings.aloud", file_id=recording.file_id, title=lesson.title)
