"""What can only be seen across lessons: sentences, questions and places of answers that return.

`across(catalogue)` yields (where, what), every one an error.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from lessons import prose
from lessons.catalogue import Catalogue, Lesson, Question

SAME_SENTENCE_WORDS: Final = 6
SAME_QUESTION: Final = 0.75
"""Share of words, with those of the options, that two questions may have in common at most."""

# What every lesson may say in the same words, folded: repeating these is the point.
STANDING: Final = frozenset(
    {
        prose.fold("Số Công an xã: {cong_an_xa_phone}."),
        prose.fold("Hỏi người thân hoặc Công an xã."),
        prose.fold("Tôi không nói chuyện này qua điện thoại."),
        prose.fold("Trợ lý không bao giờ hỏi mã OTP, mật khẩu hay ảnh giấy tờ."),
    }
)


def texts(lesson: Lesson) -> Iterator[tuple[str, str]]:
    """Every text a learner reads, with its place."""
    yield "title", lesson.title
    for number, page in enumerate(lesson.pages, 1):
        yield f"page {number}", page
    yield "try_it.text", lesson.try_it.text
    yield "try_it.check", lesson.try_it.check
    if lesson.picture:
        yield "picture.alt", lesson.picture.alt
    for question in lesson.questions:
        yield question.id, question.text
        for number, option in enumerate(question.options, 1):
            yield f"{question.id} option {number}", option.text
            yield f"{question.id} reason {number}", option.reason


def across(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    yield from _same_titles(catalogue)
    yield from _same_sentences(catalogue)
    yield from _same_questions(catalogue)
    yield from _same_places(catalogue)


def _same_titles(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    seen: dict[str, str] = {}
    for lesson in catalogue.lessons:
        first = seen.setdefault(prose.fold(lesson.title), lesson.id)
        if first != lesson.id:
            yield f"{lesson.id} title", f"also the title of {first}"


def _same_sentences(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    seen: dict[str, str] = {}
    for lesson in catalogue.lessons:
        for where, text in texts(lesson):
            for sentence in prose.sentences(text):
                key = prose.fold(sentence)
                if key in STANDING or len(key.split()) < SAME_SENTENCE_WORDS:
                    continue
                first = seen.setdefault(key, lesson.id)
                if first != lesson.id:
                    yield f"{lesson.id} {where}", f"also in {first}: {sentence}"


def _same_questions(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Two questions are the same when nearly all their words are (Jaccard's measure)."""
    seen: list[tuple[str, frozenset[str]]] = []
    for lesson in catalogue.lessons:
        for question in lesson.questions:
            here, asked = f"{lesson.id} {question.id}", _words(question)
            for there, other in seen:
                if len(asked & other) > SAME_QUESTION * len(asked | other):
                    yield here, f"nearly the question {there}"
            seen.append((here, asked))


def _words(question: Question) -> frozenset[str]:
    said = (question.text, *(option.text for option in question.options))
    return frozenset(word for text in said for word in prose.fold(text).split())


def _same_places(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """In a module of several lessons no place may hold more than two thirds of the answers."""
    places: dict[str, list[int]] = defaultdict(list)
    for lesson in catalogue.lessons:
        places[lesson.module] += [question.answer for question in lesson.questions]
    for module, all_places in places.items():
        for place in sorted(set(all_places)):
            if len(all_places) >= 4 and all_places.count(place) * 3 > len(all_places) * 2:
                yield module, f"the right option is nearly always number {place + 1}"
