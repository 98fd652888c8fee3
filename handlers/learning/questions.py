"""The questions of a lesson one by one, a kind reason after each, and the result."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from handlers.flow import Outcome, Turn
from handlers.learning.place import Place, filled, step
from handlers.messages import Choice, Outgoing
from handlers.nudges import offering
from handlers.statistics.figures import whole_modules
from lessons import quiz
from lessons.catalogue import Lesson, Question
from storage import completions, learning, sessions


async def begin(turn: Turn, place: Place, lesson: Lesson, *, acknowledged: str) -> Outcome:
    """Open the attempt and ask. One begun earlier at this content goes on: no second try (T43)."""
    place = replace(place, finished=False, seed=int.from_bytes(turn.entropy(4), "big"))
    earlier = None
    if turn.actor.has_consent:
        earlier = await _attempt_under_way(turn, lesson)
        number = earlier or await _new_attempt(turn, lesson)
        place = replace(place, attempt=number, seed=number)
    said = turn.message(acknowledged, count=len(lesson.questions))
    return await ask_next(turn, place, lesson, said=await _kept(turn, earlier) or [said])


async def _kept(turn: Turn, attempt: int | None) -> list[Outgoing]:
    """Say that earlier answers stand, if there are any."""
    has_answers = attempt is not None and await learning.answers(turn.tx, attempt)
    return [turn.message("learning.kept")] if has_answers else []


async def _attempt_under_way(turn: Turn, lesson: Lesson) -> int | None:
    return await learning.under_way(
        turn.tx,
        turn.actor.canonical_id,
        lesson_id=lesson.id,
        content_version=lesson.content_version,
    )


async def _new_attempt(turn: Turn, lesson: Lesson) -> int:
    session = await sessions.attending(turn.tx, turn.actor.canonical_id, now=turn.now)
    return await learning.begin(
        turn.tx,
        person_id=turn.actor.person_id,
        unit_id=turn.actor.unit_id,
        lesson_id=lesson.id,
        content_version=lesson.content_version,
        now=turn.now,
        activity_id=session,
    )


async def go_on(turn: Turn, place: Place, lesson: Lesson) -> Outcome | None:
    """The questions of an attempt that was left in the middle; None if there is none."""
    number = await _attempt_under_way(turn, lesson)
    if number is None:
        return None
    place = replace(place, attempt=number, seed=number)
    return await ask_next(turn, place, lesson, said=await _kept(turn, number))


async def ask_next(
    turn: Turn, place: Place, lesson: Lesson, *, said: Sequence[Outgoing] = ()
) -> Outcome:
    """The first question of this attempt without an answer; after the last one the result."""
    order = quiz.start(lesson, place.seed)
    counted = await _counted(turn, place, lesson)
    question = quiz.next_question(lesson, counted, order)
    if question is None:
        return await _show_result(turn, place, lesson, counted, said)
    place = replace(place, question=question.id)
    message = turn.message(
        "learning.question",
        choices=[
            Choice(str(shown), await filled(turn, question.options[shown].text))
            for shown in order.options[question.id]
        ],
        number=order.questions.index(question.id) + 1,
        count=len(lesson.questions),
        text=await filled(turn, question.text),
    )
    return Outcome((*said, message), step("answer"), place.draft())


async def hear_answer(turn: Turn, place: Place, lesson: Lesson, question: Question) -> Outcome:
    """Keep the first answer, say why, and ask the next."""
    option = int(turn.choice)
    judged = quiz.grade(question, option)
    said = [await _reason(turn, question, judged)]
    if not await _keep(turn, place, question, option, judged):
        said.append(turn.message("learning.first_counts"))
    return await ask_next(turn, place.answered(question.id, option), lesson, said=said)


async def _keep(
    turn: Turn, place: Place, question: Question, option: int, judged: quiz.Answer
) -> bool:
    """Store the answer if that is agreed; False if another one was stored before (T43)."""
    if not place.stores(turn):
        return True
    kept = await learning.answer(
        turn.tx,
        place.attempt,
        question_id=question.id,
        option=option,
        correct=judged.correct,
        now=turn.now,
    )
    return kept is None or kept.option == option


async def _reason(turn: Turn, question: Question, judged: quiz.Answer) -> Outgoing:
    reason = await filled(turn, judged.reason)
    if judged.correct:
        return turn.message("learning.right", reason=reason)
    right = await filled(turn, question.options[question.answer].text)
    return turn.message("learning.not_right", reason=reason, right=right)


async def _counted(turn: Turn, place: Place, lesson: Lesson) -> dict[str, bool]:
    """Right or not by question: the stored first answers, else those of this conversation."""
    counted = {
        question.id: option == question.answer
        for question, option in ((lesson.question(q), option) for q, option in place.answers)
        if question is not None
    }
    if place.stores(turn):
        stored = await learning.answers(turn.tx, place.attempt)
        counted |= {question: answer.correct for question, answer in stored.items()}
    return counted


# --- the result ----------------------------------------------------------------------------------


async def _show_result(
    turn: Turn,
    place: Place,
    lesson: Lesson,
    counted: Mapping[str, bool],
    said: Sequence[Outgoing],
) -> Outcome:
    if place.stores(turn):
        await _finish(turn, place.attempt, lesson)
    result = quiz.result(lesson, counted)
    offers = not turn.actor.has_consent and not place.offered
    place = replace(place, question="", finished=True, offered=place.offered or offers)
    message = turn.message(
        f"learning.{result.kind}",
        choices=await what_next(turn, lesson, is_all_right=result.right == result.total),
        right=result.right,
        count=result.total,
    )
    if offers:
        message = _with_offer(turn, message)
    elif await offering.is_due(turn, lesson, await done_by(turn)):
        message = await offering.offered(turn, message)
    return Outcome((*said, message), step("after"), place.draft())


def _with_offer(turn: Turn, message: Outgoing) -> Outgoing:
    """Once, gently: "Đồng ý lưu kết quả" instead of the front page, which is always open."""
    agree = Choice("agree", turn.text_of("learning.agree"))
    text = f"{message.text}\n{turn.text_of('learning.offer')}"
    return replace(message, text=text, choices=(*message.choices[:-1], agree))


async def what_next(turn: Turn, lesson: Lesson, *, is_all_right: bool) -> list[str]:
    """Ids of what may follow a result: at most five (U3)."""
    ids = ["learning.again", "learning.list", "learning.home"]
    if not is_all_right:
        ids.insert(0, "learning.review")
    following = turn.house.lessons.after(lesson.id, done=await done_by(turn))
    starts_over = following == turn.house.lessons.first and not turn.actor.has_consent
    if following is not None and not starts_over:
        ids.insert(0, "learning.next_lesson")
    return ids


async def done_by(turn: Turn) -> frozenset[str]:
    """Ids of the lessons this person has finished, on any linked account."""
    if not turn.actor.has_consent:
        return frozenset()
    progress = await learning.progress_of(turn.tx, turn.actor.canonical_id)
    return frozenset(row.lesson_id for row in progress.values() if row.is_finished)


async def review(turn: Turn, place: Place, lesson: Lesson) -> Outcome:
    """Each question that was not right, with the answer that fits and why."""
    counted = await _counted(turn, place, lesson)
    missed = [question for question in lesson.questions if not counted.get(question.id)]
    said = []
    for question in missed:
        right = question.options[question.answer]
        said.append(
            turn.message(
                "learning.reviewed_question",
                question=await filled(turn, question.text),
                right=await filled(turn, right.text),
                reason=await filled(turn, right.reason),
            )
        )
    choices = await what_next(turn, lesson, is_all_right=True)
    return turn.ask("learning.reviewed", hear=step("after"), choices=choices, before=said)


async def store_afterwards(turn: Turn, place: Place, lesson: Lesson) -> Place:
    """Write down a lesson finished in this conversation just before its learner agreed."""
    number = await _new_attempt(turn, lesson)
    place = replace(place, attempt=number)
    for question_id, option in place.answers:
        question = lesson.question(question_id)
        if question is not None:
            await _keep(turn, place, question, option, quiz.grade(question, option))
    await _finish(turn, number, lesson)
    return place


async def _finish(turn: Turn, attempt: int, lesson: Lesson) -> None:
    """Close the attempt, and note what modules are completed by it."""
    await learning.finish(turn.tx, attempt, page=len(lesson.pages) + 1, now=turn.now)
    modules = whole_modules(turn.house.lessons)
    await completions.refresh(turn.tx, [turn.actor.person_id], modules)
