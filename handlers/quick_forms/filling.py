"""Answering a form, by whoever does it: one message, or question by question, then a summary."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from handlers import places, words
from handlers.flow import Outcome, Step, Turn
from handlers.messages import Choice, Outgoing
from handlers.quick_forms import reading, saying, service
from handlers.quick_forms.form import BLANK, UNKNOWN, Answer, Kind, Question, open_ones
from handlers.quick_forms.kinds import NO, YES, asks_money, read_one, too_large
from handlers.quick_forms.work import Work
from storage import roles, units

_CHECK_NEW = ("quick_forms.send", "quick_forms.edit", "quick_forms.later")
_CHECK_AGAIN = ("quick_forms.keep", "quick_forms.replace", "quick_forms.edit")


@dataclass(frozen=True, slots=True)
class Side:
    """The steps of whoever answers: the unit itself, or the desk for it."""

    tell: Step
    one: Step
    check: Step
    edit: Step
    save: Callable[[Turn, Work], Awaitable[Outcome]]
    leave: Callable[[Turn, Work, Outgoing], Awaitable[Outcome]]
    """Say this and go back to where one came from."""


def begin(turn: Turn, work: Work, side: Side) -> Outcome:
    """Ask for everything in one message; of a single question there is nothing to explain."""
    work.at = -1
    if len(work.questions) == 1:
        return ask_one(turn, work, side, 0, before=_standing(turn, work))
    asked = turn.message(
        "quick_forms.tell",
        choices=("quick_forms.one_by_one", "quick_forms.later"),
        unit=work.name,
        questions=saying.say_questions(turn, work.questions),
        example=saying.example(turn, work.questions),
    )
    return Outcome((*_standing(turn, work), asked), side.tell, work.draft())


def _standing(turn: Turn, work: Work) -> tuple[Outgoing, ...]:
    if work.counted is None:
        return ()
    said = saying.in_short(turn, work.questions, work.standing)
    return (turn.message("quick_forms.standing", unit=work.name, said=said),)


# --- all in one message --------------------------------------------------------------------------


async def heard_all(turn: Turn, work: Work, side: Side) -> Outcome:
    """One message; not understood twice, the questions come one by one (U5)."""
    if turn.choice == "later":
        return await side.leave(turn, work, turn.message("quick_forms.kept"))
    if turn.choice == "one_by_one":
        return ask_one(turn, work, side, 0)
    found = reading.read(turn.text, work.questions)
    if not await _is_of_unit(turn, work, found.unit):
        return turn.ask_again("quick_forms.other_unit", unit=work.name)
    if not found.is_nothing:
        return await take(turn, work, side, found)
    if turn.state.misses:
        return ask_one(turn, work, side, 0, before=(turn.message("quick_forms.now_one_by_one"),))
    example = saying.example(turn, work.questions)
    return turn.ask_again("quick_forms.not_read", example=example)


async def _is_of_unit(turn: Turn, work: Work, named: str) -> bool:
    """Whether the unit that the message names may be the one it is told for (T01)."""
    if not named:
        return True
    known = await units.listed(turn.tx, on=turn.today)
    return work.unit.id in {one.id for one in places.find(named, known)}


async def take(turn: Turn, work: Work, side: Side, found: reading.Reading) -> Outcome:
    """What was read counts, also over what was said before; the rest is asked."""
    work.answers = {**work.answers, **found.answers}
    work.doubts = {**work.doubts, **found.doubts}
    for place in found.answers:
        work.doubts.pop(place, None)
    for place in found.doubts:
        work.answers.pop(place, None)
    before = (turn.message("quick_forms.only_part"),) if found.unread else ()
    return await go_on(turn, work, side, before=before)


async def go_on(turn: Turn, work: Work, side: Side, before: tuple[Outgoing, ...] = ()) -> Outcome:
    """Ask for the first thing that is open; when nothing is, show it all."""
    if still := open_ones(work.questions, work.answers):
        return ask_one(turn, work, side, still[0], before=before)
    return await ask_check(turn, work, side, before=before)


# --- question by question ------------------------------------------------------------------------


def ask_one(
    turn: Turn, work: Work, side: Side, place: int, before: tuple[Outgoing, ...] = ()
) -> Outcome:
    question, work.at = work.questions[place], place
    number = turn.text_of("quick_forms.of", n=place + 1, total=len(work.questions))
    values = {"unit": work.name, "n": number, "question": question.text}
    if place in work.doubts:
        asked = turn.message(
            "quick_forms.ask_doubt", choices=_candidates(turn, work, place), **values
        )
    else:
        text_id = f"quick_forms.ask_{question.kind.value}"
        asked = turn.message(text_id, choices=_choices(turn, question), **values)
    return Outcome((*before, asked), side.one, work.draft())


def _candidates(turn: Turn, work: Work, place: int) -> list[Choice]:
    question = work.questions[place]
    said = [
        Choice(f"c{at}", saying.say_answer(turn, question, answer))
        for at, answer in enumerate(work.doubts[place])
    ]
    return [*said, Choice("again", turn.text_of("quick_forms.again"))]


def _choices(turn: Turn, question: Question) -> list[Choice]:
    """None beside a figure: there "2" is an answer."""
    if question.kind is Kind.NUMBER:
        return []
    keys = ["unknown", "skip"]
    if question.kind is Kind.YES_NO:
        keys = ["yes", "no", *keys]
    options = [Choice(f"o{at}", option) for at, option in enumerate(question.options)]
    return [*options, *(Choice(key, turn.text_of(f"quick_forms.choose_{key}")) for key in keys)]


async def heard_one(turn: Turn, work: Work, side: Side) -> Outcome:
    if not 0 <= work.at < len(work.questions):
        return begin(turn, work, side)
    question = work.questions[work.at]
    if turn.choice == "again":
        work.doubts.pop(work.at, None)
        return ask_one(turn, work, side, work.at)
    if answer := _pressed(turn, work):
        return await _answered(turn, work, side, answer)
    found = read_one(turn.text, question)
    if found is None:
        whole = reading.read(turn.text, work.questions)
        if len(work.questions) > 1 and whole.is_whole(work.questions):
            return await take(turn, work, side, whole)
        if question.kind is Kind.NUMBER and too_large(turn.text):
            return turn.ask_again("quick_forms.too_large")
        return turn.ask_again(f"quick_forms.unclear_{question.kind.value}")
    if found.is_certain:
        return await _answered(turn, work, side, found.candidates[0])
    work.doubts[work.at] = found.candidates
    return ask_one(turn, work, side, work.at)


def _pressed(turn: Turn, work: Work) -> Answer | None:
    simple = {"yes": YES, "no": NO, "unknown": UNKNOWN, "skip": BLANK}
    kind, number = turn.choice[:1], turn.choice[1:]
    if turn.choice in simple or not number.isdecimal():
        return simple.get(turn.choice)
    if kind == "o":
        return Answer(option=int(number))
    candidates = work.doubts.get(work.at, ())
    return candidates[int(number)] if int(number) < len(candidates) else None


async def _answered(turn: Turn, work: Work, side: Side, answer: Answer) -> Outcome:
    work.answers[work.at] = answer
    work.doubts.pop(work.at, None)
    return await go_on(turn, work, side)


# --- the summary ---------------------------------------------------------------------------------


async def ask_check(
    turn: Turn, work: Work, side: Side, before: tuple[Outgoing, ...] = ()
) -> Outcome:
    """Read everything back; what stands already is shown beside it (U7, T19)."""
    work.at = -1
    work.base = work.counted.number if work.counted else 0
    values = {
        "unit": work.name,
        "title": work.form.title,
        "said": saying.say_answers(turn, work.questions, work.answers),
    }
    if work.counted is None:
        is_single = len(work.questions) == 1
        text_id = "quick_forms.check_one" if is_single else "quick_forms.check"
        asked = turn.message(text_id, choices=_CHECK_NEW, **values)
    else:
        values["old"] = saying.in_short(turn, work.questions, work.standing)
        values["who"] = await _who(turn, work)
        asked = turn.message("quick_forms.check_again", choices=_CHECK_AGAIN, **values)
    return Outcome((*before, *strange(turn, work), asked), side.check, work.draft())


async def _who(turn: Turn, work: Work) -> str:
    sender = work.counted.sent_by if work.counted else None
    name = await roles.name_of(turn.tx, sender) if sender else ""
    return name or turn.text_of("quick_forms.somebody")


def strange(turn: Turn, work: Work) -> tuple[Outgoing, ...]:
    """A figure larger than the hamlet's adults is looked at once more (T20)."""
    adults = work.unit.adults
    told = [(one.number or 0, work.questions[at].text) for at, one in work.answers.items()]
    if adults is None or all(n <= adults or asks_money(text) for n, text in told):
        return ()
    said = words.say_number(adults)
    return (turn.message("quick_forms.more_than_people", unit=work.name, adults=said),)


async def heard_check(turn: Turn, work: Work, side: Side) -> Outcome:
    """A choice, a plain yes or no, or other figures typed instead of pressing."""
    said = turn.choice or _plain(turn, work)
    if said in ("send", "replace"):
        return await side.save(turn, work)
    if said in ("later", "keep"):
        text_id = "quick_forms.kept" if said == "later" else "quick_forms.left_as_is"
        return await side.leave(turn, work, turn.message(text_id))
    if said == "edit":
        return _ask_edit(turn, work, side)
    found = reading.read(turn.text, work.questions)
    if not found.answers or not await _is_of_unit(turn, work, found.unit):
        return turn.ask_again("quick_forms.check_unclear")
    return await take(turn, work, side, found)


def _plain(turn: Turn, work: Work) -> str:
    """Let "ok" send what is new; over what stands already no plain word goes.

    Where a question asks for yes or no, a "không" is its answer.
    """
    said = words.read_yes_no(turn.text)
    if work.base or said is None:
        return ""
    asked = [at for at, one in enumerate(work.questions) if one.kind is Kind.YES_NO]
    if said:
        return "send" if all(work.answers.get(at) == YES for at in asked) else ""
    return "" if asked else "later"


def _ask_edit(turn: Turn, work: Work, side: Side) -> Outcome:
    if len(work.questions) == 1:
        return _again(turn, work, side, 0)
    choices = [
        Choice(str(at), f"{at + 1}. {saying.short(one.text)}")
        for at, one in enumerate(work.questions)
    ]
    return turn.ask("quick_forms.edit_which", hear=side.edit, choices=choices, draft=work.draft())


async def heard_edit(turn: Turn, work: Work, side: Side) -> Outcome:
    place = int(turn.choice) if turn.choice.isdecimal() else 0
    return _again(turn, work, side, min(place, len(work.questions) - 1))


def _again(turn: Turn, work: Work, side: Side, place: int) -> Outcome:
    work.answers.pop(place, None)
    return ask_one(turn, work, side, place)


async def write(turn: Turn, work: Work) -> service.Answered:
    """Raises what `service.answer` raises."""
    return await service.answer(
        turn.tx,
        work.form.id,
        work.unit.id,
        work.answers,
        base=work.base,
        source=work.source,
        by=turn.actor,
        today=turn.today,
        now=turn.now,
        zone=turn.house.timezone,
    )
