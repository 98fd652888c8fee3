"""A quick form in words: what it asks, what a unit answered, what came in."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from handlers.flow import Scene
from handlers.quick_forms.form import LETTERS, Answer, Answers, Kind, Question, Questions
from handlers.quick_forms.tally import Line, Sum, Tally
from handlers.words import say_date, say_number, say_number_in_words

IN_WORDS_FROM: Final = 1_000  # U7
_NAMES: Final = 15
_NAMES_LETTERS: Final = 260
_SHORT: Final = 48  # letters of a question on a choice
_EXAMPLES: Final = {Kind.NUMBER: "12", Kind.ONE_OF: "a"}


def say_answer(scene: Scene, question: Question, answer: Answer | None) -> str:
    """One answer as everybody reads it: "12", "Có", "Tốt", "chưa nắm được", "để trống"."""
    if answer is None or answer.is_blank:
        return scene.text_of("quick_forms.blank")
    if answer.unknown:
        return scene.text_of("quick_forms.unknown")
    if answer.number is not None:
        return _say_figure(scene, answer)
    if answer.yes is not None:
        return scene.text_of("quick_forms.yes" if answer.yes else "quick_forms.no")
    if answer.option is not None:
        return question.options[answer.option]
    return answer.note or ""


def _say_figure(scene: Scene, answer: Answer) -> str:
    number = answer.number or 0
    figure = say_number(number)
    if number >= IN_WORDS_FROM:
        figure = f"{figure} ({say_number_in_words(number)})"
    return scene.text_of("quick_forms.about", figure=figure) if answer.about else figure


def say_answers(scene: Scene, questions: Questions, answers: Answers) -> str:
    """One line a question, numbered where there are several (U7)."""
    said = [
        f"{one.text} {say_answer(scene, one, answers.get(at))}" for at, one in enumerate(questions)
    ]
    if len(said) == 1:
        return said[0]
    return "\n".join(f"{at}. {line}" for at, line in enumerate(said, 1))


def in_short(scene: Scene, questions: Questions, answers: Answers) -> str:
    """All answers on one line: "12; Có"."""
    return "; ".join(say_answer(scene, one, answers.get(at)) for at, one in enumerate(questions))


def say_question(scene: Scene, question: Question) -> str:
    """With how it is answered: "Xóm có loa không? (có hoặc không)"."""
    options = "; ".join(
        f"{letter}) {option}" for letter, option in zip(LETTERS, question.options, strict=False)
    )
    how = scene.text_of(f"quick_forms.how_{question.kind.value}", options=options)
    return f"{question.text} ({how})"


def say_questions(scene: Scene, questions: Questions) -> str:
    if len(questions) == 1:
        return say_question(scene, questions[0])
    return "\n".join(f"{at}. {say_question(scene, one)}" for at, one in enumerate(questions, 1))


def example(scene: Scene, questions: Questions) -> str:
    """How one message answers it all: "12; có"."""
    others = {
        Kind.YES_NO: scene.text_of("quick_forms.example_yes"),
        Kind.NOTE: scene.text_of("quick_forms.example_note"),
    }
    return "; ".join((_EXAMPLES | others)[one.kind] for one in questions)


def body(scene: Scene, unit: str, title: str, questions: Questions, due_on: date) -> str:
    """What a unit reads, the same in the preview and in the notice."""
    head = scene.text_of("quick_forms.notice", unit=unit, title=title, due=say_date(due_on))
    how = scene.text_of("quick_forms.notice_how", example=example(scene, questions))
    return f"{head}\n{say_questions(scene, questions)}\n{how}"


def short(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[:_SHORT].rstrip()}…"


def few_names(scene: Scene, names: Sequence[str]) -> str:
    """As many names as a message bears (U1), and how many more."""
    shown: list[str] = []
    for name in names[:_NAMES]:
        if shown and sum(map(len, shown)) + len(name) > _NAMES_LETTERS:
            break
        shown.append(name)
    left, said = len(names) - len(shown), ", ".join(shown)
    return said if left <= 0 else scene.text_of("quick_forms.and_more", names=said, more=left)


# --- what came in --------------------------------------------------------------------------------


def say_sum(scene: Scene, question: Question, found: Sum) -> str:
    """Say "tổng 345 (12 nơi); chưa nắm được: 1 nơi", "Có 9, Không 3"."""
    said = [_main(scene, question, found)]
    for what, count in (("unknown", found.unknown), ("blank", found.blank)):
        if count:
            said.append(scene.text_of(f"quick_forms.sum_{what}", count=count))
    return "; ".join(said)


def _main(scene: Scene, question: Question, found: Sum) -> str:
    if question.kind is Kind.NUMBER:
        if found.total is None:
            return scene.text_of("quick_forms.sum_none")
        figure = say_number(found.total)
        total = scene.text_of("quick_forms.about", figure=figure) if found.about else figure
        return scene.text_of("quick_forms.sum_total", total=total, count=found.known)
    if question.kind is Kind.NOTE:
        return scene.text_of("quick_forms.sum_notes", count=found.known)
    labels = question.options or (
        scene.text_of("quick_forms.yes"),
        scene.text_of("quick_forms.no"),
    )
    return ", ".join(f"{label} {n}" for label, n in zip(labels, found.chosen, strict=True))


def say_tally(scene: Scene, tally: Tally) -> str:
    """How many answered, the sum of each question, and who is missing."""
    form = tally.form
    state = "open" if form.is_open else "closed"
    head = scene.text_of(
        f"quick_forms.tally_{state}",
        title=form.title,
        answered=len(tally.answered),
        asked=tally.asked,
        due=say_date(form.due_on),
    )
    sums = [
        f"{at}. {question.text} {say_sum(scene, question, tally.sum_of(at - 1))}"
        for at, question in enumerate(tally.questions, 1)
    ]
    late = sum(line.is_late for line in tally.answered)
    lines = [head, *sums, _missing(scene, tally)]
    if late:
        lines.append(scene.text_of("quick_forms.late_count", count=late))
    return "\n".join(lines)


def _missing(scene: Scene, tally: Tally) -> str:
    if not tally.missing:
        return scene.text_of("quick_forms.none_missing")
    names = few_names(scene, [line.name for line in tally.missing])
    return scene.text_of("quick_forms.missing", names=names)


def say_line(scene: Scene, tally: Tally, line: Line) -> str:
    """Say "Xóm 5: 12; Có (nhập giúp qua điện thoại, sau hạn)"."""
    said = in_short(scene, tally.questions, line.answers or {})
    marks = say_marks(scene, line)
    behind = f" ({', '.join(marks)})" if marks else ""
    return f"{line.name}: {said}{behind}"


def say_marks(scene: Scene, line: Line) -> list[str]:
    """What is to be known of an answer: who entered it, that it is late, that the unit is gone."""
    marks = []
    if line.source in ("phone", "paper"):
        marks.append(scene.text_of(f"quick_forms.by_{line.source}"))
    if line.is_late:
        marks.append(scene.text_of("quick_forms.late"))
    if not line.exists:
        marks.append(scene.text_of("quick_forms.merged"))
    return marks
