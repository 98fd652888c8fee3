"""What the curriculum covers, as the page docs/curriculum.md (`python -m bot lessons overview`)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, get_args

from lessons.catalogue import Catalogue, Competence, Contest, Lesson, Track

_NAMES: Final = {
    "thiet_bi": "Thiết bị",
    "thong_tin": "Thông tin",
    "giao_tiep": "Giao tiếp",
    "noi_dung": "Nội dung số",
    "an_toan": "An toàn",
    "giai_quyet": "Giải quyết việc",
    "ai": "AI",
    "nghe_nghiep": "Nghề nghiệp",
}


def document(catalogue: Catalogue) -> str:
    """The whole page; equal lessons give an equal page."""
    return "\n".join(_lines(catalogue)) + "\n"


def missing(catalogue: Catalogue) -> list[tuple[str, Competence]]:
    """Every (track, competence) that no lesson of a track teaches."""
    return [
        (track.id, competence)
        for track in catalogue.tracks_offered()
        for competence in get_args(Competence)
        if not any(competence in one.competences for one in catalogue.lessons_in(track.id))
    ]


def _lines(catalogue: Catalogue) -> Iterator[str]:
    yield "# The curriculum"
    yield ""
    yield "Made by `python -m bot lessons overview > docs/curriculum.md`; a test compares the two."
    yield ""
    yield from _counts(catalogue)
    yield from _matrix(catalogue)
    yield from _contests(catalogue)
    for track in catalogue.tracks_offered():
        yield from _track(catalogue, track)


def _counts(catalogue: Catalogue) -> Iterator[str]:
    yield "## Counts"
    yield ""
    rows = []
    for track in catalogue.tracks:
        there = catalogue.lessons_in(track.id)
        planned = sum(one.planned for one in catalogue.modules if one.track == track.id)
        rows.append((track.title, *_figures(there, planned)))
    planned = sum(module.planned for module in catalogue.modules)
    rows.append(("**All**", *_figures(catalogue.lessons, planned)))
    heads = (
        *("Track", "Lessons", "Planned", "A", "B", "C", "Questions", "Options"),
        *("Pictures", "Second readings"),
    )
    yield from _table(heads, rows)


def _figures(lessons: Sequence[Lesson], planned: int) -> tuple[str, ...]:
    levels = Counter[str](lesson.level for lesson in lessons)
    questions = [question for lesson in lessons for question in lesson.questions]
    figures = (
        len(lessons),
        planned,
        *(levels[level] for level in "ABC"),
        len(questions),
        sum(len(question.options) for question in questions),
        sum(lesson.picture is not None for lesson in lessons),
        sum(len(lesson.reviewed) for lesson in lessons),
    )
    return tuple(str(figure) for figure in figures)


def _matrix(catalogue: Catalogue) -> Iterator[str]:
    yield "## Competence by track"
    yield ""
    tracks = catalogue.tracks_offered()
    rows = []
    for competence in get_args(Competence):
        cells = []
        for track in tracks:
            there = [one for one in catalogue.lessons_in(track.id) if competence in one.competences]
            cells.append(str(len(there)) if there else "–")
        rows.append((_NAMES[competence], *cells))
    yield from _table(("Competence", *(track.title for track in tracks)), rows)


def _contests(catalogue: Catalogue) -> Iterator[str]:
    yield "## Content of the emulation movement (ND) by track"
    yield ""
    tracks = catalogue.tracks_offered()
    rows = [
        (
            contest,
            *(str(sum(contest in one.nd for one in catalogue.lessons_in(t.id))) for t in tracks),
        )
        for contest in get_args(Contest)
    ]
    yield from _table(("ND", *(track.title for track in tracks)), rows)


def _track(catalogue: Catalogue, track: Track) -> Iterator[str]:
    yield f"## {track.title}"
    yield ""
    for module in catalogue.modules_of(track.id):
        there = catalogue.lessons_of(module.id)
        count = f"{len(there)}/{module.planned}"
        yield f"### {module.id.upper()} {module.title} ({module.level}, {count})"
        yield ""
        rows = [_row(lesson) for lesson in there]
        yield from _table(
            ("Lesson", "Title", "Min.", "Competences", "Facts", "ND", "Picture", "Review"), rows
        )


def _row(lesson: Lesson) -> tuple[str, ...]:
    return (
        lesson.id,
        lesson.title,
        str(lesson.minutes),
        ", ".join(_NAMES[one] for one in lesson.competences),
        ", ".join(lesson.facts),
        ", ".join(one.removeprefix("ND-") for one in lesson.nd),
        "yes" if lesson.picture else "",
        lesson.review.isoformat(),
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _line(heads)
    yield _line(["---"] * len(heads))
    for row in rows:
        yield _line(row)
    yield ""


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
