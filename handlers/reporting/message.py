"""A report told in one message: what is certain is kept, the rest is asked or listed (N14, U8)."""

from dataclasses import replace
from typing import Any, Final

from handlers import words
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.reporting import reading, rules, saying
from handlers.reporting.answers import Answer, Answers
from handlers.reporting.flow import flow
from handlers.reporting.form import Field, Kind
from handlers.reporting.going import go_on
from handlers.reporting.loading import gone
from handlers.reporting.place import Place
from handlers.reporting.reading import Doubt, Told
from handlers.reporting.spot import Work
from handlers.reporting.steps import of_report
from storage import audit, units

_MOST_DOUBTS: Final = 12
_MOST_UNREAD: Final = 8
_LETTERS: Final = 60
_LABEL: Final = 100


@flow.step(reads="text")
@of_report
async def tell(turn: Turn, work: Work) -> Outcome:
    """The whole report in one message, in any order."""
    if turn.choice == "guided":
        return await go_on(turn, work)
    return await told_in(turn, work) or turn.ask_again("reporting.message_unclear")


async def told_in(turn: Turn, work: Work) -> Outcome | None:
    """Take in what the message tells; None if it tells nothing of this report."""
    told = await read(turn, work.place, work.spot.text or turn.event.text)
    if told is None:
        return None
    if told.unit and told.unit != work.place.unit.code:
        return await another_unit(turn, work.place)
    draft = replace(work.draft, via="message")
    spot = replace(work.spot, then="next", unread=[*work.spot.unread, *_cut(told.unread)])
    work = replace(work, draft=draft, spot=spot)
    return await take_in(turn, work, told)


async def corrected(turn: Turn, work: Work) -> Outcome | None:
    """A sentence typed at the summary mends what it names; None if it names nothing."""
    told = await read(turn, work.place, turn.event.text)
    if told is None or not (told.answers or told.doubts):
        return None
    if told.unit and told.unit != work.place.unit.code:
        return await another_unit(turn, work.place)
    spot = replace(work.spot, then="summary", unread=_cut(told.unread))
    return await take_in(turn, work.at(spot), told)


async def another_unit(turn: Turn, place: Place) -> Outcome:
    """The message names somebody else's unit: nothing of it is written (T01)."""
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=turn.actor.grants[0].role,
        action="report.denied",
        about=f"unit:{place.unit.id}",
        now=turn.now,
    )
    return turn.ask_again("reporting.another_unit", unit=place.name)


async def read(turn: Turn, place: Place, text: str) -> Told | None:
    """What a text tells for a place; lines stay lines, as they were typed."""
    if text.startswith("/"):  # with its command: the cleaned text has what is behind it
        text = turn.text
    known = await units.listed(turn.tx, on=turn.today)
    told = reading.read(
        text, form=place.form, today=turn.today, known=known, speaker=place.unit.code
    )
    if told is None or not (told.answers or told.doubts or told.unread):
        return None
    return told


def _cut(pieces: tuple[str, ...]) -> list[str]:
    return [words.clean(piece)[:_LETTERS] for piece in pieces[:_MOST_UNREAD]]


async def take_in(turn: Turn, work: Work, told: Told) -> Outcome:
    said: list[Outgoing] = []
    before = work.answers
    doubts = [_as_json(turn, work, doubt) for doubt in told.doubts[:_MOST_DOUBTS]]
    for key, answer in told.answers.items():
        field = work.place.form.get(key)
        if field is None:
            continue
        if field not in work.place.fields:
            said.append(turn.message("reporting.held_elsewhere", label=field.label))
            continue
        work, problem, doubt = _judged(turn, work, field, answer, beside=told.answers)
        said += [problem] if problem else []
        doubts += [doubt] if doubt else []
    doubts = [one for one in doubts if one["readings"]]
    spot = replace(work.spot, doubts=doubts, text="")
    if doubts:
        said.insert(0, _what_was_read(turn, work, before, len(doubts)))
    return await go_on(turn, work.at(spot), *said)


def _what_was_read(turn: Turn, work: Work, before: Answers, doubts: int) -> Outgoing:
    """What is certain is shown before anything is asked (N14)."""
    place, now = work.place, work.answers
    fields = [f for f in saying.shown(place.form, now) if now[f.key] != before.get(f.key)]
    lines = [saying.line(turn.house.texts, f, now[f.key], place.names) for f in fields]
    if not lines:
        return turn.message("reporting.asks_only", unit=place.name, count=doubts)
    shown = "\n".join(f"- {line}" for line in lines)
    return turn.message("reporting.taken", unit=place.name, lines=shown, count=doubts)


def _judged(
    turn: Turn, work: Work, field: Field, answer: Answer, *, beside: Answers
) -> tuple[Work, Outgoing | None, dict[str, Any] | None]:
    """The answer kept, or why it cannot be, or the question whether it is right (T20)."""
    together = {**work.answers, **beside}  # told in one go, they are judged together
    others = {key: one for key, one in together.items() if key != field.key}
    verdict = rules.judge(
        field,
        answer,
        form=work.place.form,
        answers=others,
        people=work.place.people,
        last_year=work.place.last_year.get(field.key),
    )
    if isinstance(verdict, rules.Refused):
        why = turn.text_of(verdict.text_id, **verdict.values)
        typed = saying.say(turn.house.texts, field, answer, work.place.names)
        said = turn.message("reporting.not_taken", label=field.label, told=typed, why=why)
        return work, said, None
    if isinstance(verdict, rules.Unusual):
        typed = saying.say(turn.house.texts, field, answer, work.place.names)
        sure = replace(answer, sure=True)
        return work, None, _doubt(turn, work, typed, [(field.key, sure)])
    return work.with_answers({field.key: answer}), None, None


def _joined(field: Field, answer: Answer, before: Answer | None) -> Answer:
    """Rows of hamlets told one by one stand beside those that are there."""
    old = before.value if before and isinstance(before.value, dict) else {}
    if field.kind is not Kind.BY_HAMLET or not isinstance(answer.value, dict):
        return answer
    return replace(answer, value={**old, **answer.value})


def _as_json(turn: Turn, work: Work, doubt: Doubt) -> dict[str, Any]:
    pairs = [(one.key, one.answer) for one in doubt.readings]
    return _doubt(turn, work, doubt.typed, pairs)


def _doubt(turn: Turn, work: Work, typed: str, pairs: list[tuple[str, Answer]]) -> dict[str, Any]:
    form, names = work.place.form, work.place.names
    known = [(form[key], answer) for key, answer in pairs if form.get(key)]
    return {
        "typed": words.clean(typed)[:_LETTERS],
        "labels": [
            f"{field.label}: {saying.say(turn.house.texts, field, answer, names)}"[:_LABEL]
            for field, answer in known
        ],
        "readings": [[field.key, answer.to_json()] for field, answer in known],
    }


@flow.step()
@of_report
async def doubt(turn: Turn, work: Work) -> Outcome:
    """Which of the readings was meant; what is none of them is listed as not understood."""
    if not work.spot.doubts:
        return gone(turn)
    open_one, *rest = work.spot.doubts
    work = work.at(replace(work.spot, doubts=rest))
    if not turn.choice.isdecimal() or int(turn.choice) > len(open_one["readings"]):
        unread = [*work.spot.unread, open_one["typed"]]
        return await go_on(turn, work.at(replace(work.spot, unread=unread)))
    key, stored = open_one["readings"][int(turn.choice) - 1]
    field = work.place.form.get(key)
    if field is None:
        return await go_on(turn, work)
    if field not in work.place.fields:
        said = turn.message("reporting.held_elsewhere", label=field.label)
        return await go_on(turn, work, said)
    answer = _joined(field, replace(Answer.from_json(stored), sure=True), work.answers.get(key))
    work, problem, _ = _judged(turn, work, field, answer, beside={})
    return await go_on(turn, work, *([problem] if problem else []))
