"""The question of each kind of field, one a message (U1, U6); nothing here changes an answer."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from handlers.flow import Outcome, Step, Turn
from handlers.messages import Choice, Outgoing
from handlers.reporting import periods, rules
from handlers.reporting.answers import FROM_BOOK
from handlers.reporting.flow import flow
from handlers.reporting.form import Field, Kind
from handlers.reporting.spot import Work
from handlers.words import say_number


def step(name: str) -> Step:
    """The step that hears the answer; they live in the modules that import this one."""
    return flow.steps[name]


# --- one field -----------------------------------------------------------------------------------


def ask(turn: Turn, work: Work, field: Field, *before: Outgoing) -> Outcome:
    """The question of one field, in the words of its form."""
    spot = work.spot.asking(field.key)
    return _ASKED_BY[field.kind](turn, work.at(spot), field, before)


def heading(turn: Turn, work: Work, field: Field) -> str:
    """Where one is: "Câu 2/8 - Xóm 5, năm 2026"; what is told besides has no number."""
    required = [
        one
        for one in work.place.fields
        if one.required and rules.applies(one, work.answers) and not _is_from_book(work, one)
    ]
    title = periods.say_title(turn.house.texts, work.place.period)
    values = {
        "unit": work.place.name,
        "period": title,
        "practice": practice_mark(turn, work),
    }
    if field not in required:
        return turn.text_of("reporting.heading_more", **values)
    at = required.index(field) + 1
    return turn.text_of("reporting.heading", number=at, of=len(required), **values)


def practice_mark(turn: Turn, work: Work) -> str:
    """What is written where nothing will be sent: "(tập thử)"."""
    return turn.text_of("reporting.practice_mark") if work.spot.practice else ""


def _is_from_book(work: Work, field: Field) -> bool:
    answer = work.answers.get(field.key)
    return answer is not None and answer.source == FROM_BOOK


def _asked(
    turn: Turn,
    work: Work,
    field: Field,
    before: Iterable[Outgoing],
    *,
    hear: str,
    ways: str,
    choices: Iterable[Choice] = (),
    said: str = "",
) -> Outcome:
    return turn.ask(
        "reporting.field",
        hear=step(hear),
        choices=choices,
        draft=work.spot.dump(),
        heading=heading(turn, work, field),
        before=tuple(before),
        ask=said or field.ask,
        ways=turn.text_of(ways),
    )


def _ask_count(turn: Turn, work: Work, field: Field, before: Iterable[Outgoing]) -> Outcome:
    ways = "reporting.ways_number" if field.required else "reporting.ways_number_more"
    return _asked(turn, work, field, before, hear="count", ways=ways)


def _ask_share(turn: Turn, work: Work, field: Field, before: Iterable[Outgoing]) -> Outcome:
    """Both numbers; only the whole where the part is known."""
    ways = "reporting.ways_number" if field.required else "reporting.ways_number_more"
    known = work.answers.get(field.key)
    said = ""
    if known and isinstance(known.value, list) and not rules.has_whole(known):
        part = say_number(known.value[0])
        said = turn.text_of("reporting.ask_whole", label=field.label, part=part)
        work = work.at(replace(work.spot, pending={"half": known.value[0]}))
    return _asked(turn, work, field, before, hear="share", ways=ways, said=said)


def _ask_date(turn: Turn, work: Work, field: Field, before: Iterable[Outgoing]) -> Outcome:
    return _asked(turn, work, field, before, hear="day", ways="reporting.ways_text")


def _ask_option(turn: Turn, work: Work, field: Field, before: Iterable[Outgoing]) -> Outcome:
    choices = [Choice(one.key, one.label) for one in field.options]
    choices.append(_unknown_or_pass(turn, field))
    return _asked(
        turn, work, field, before, hear="option", ways="reporting.ways_choice", choices=choices
    )


def _unknown_or_pass(turn: Turn, field: Field) -> Choice:
    if field.required:
        return Choice("_unknown", turn.text_of("reporting.unknown"))
    return Choice("_pass", turn.text_of("reporting.pass"))


def _ask_options(turn: Turn, work: Work, field: Field, before: Iterable[Outgoing]) -> Outcome:
    choices = [Choice(one.key, one.label) for one in field.options]
    return _asked(
        turn, work, field, before, hear="options", ways="reporting.ways_many", choices=choices
    )


def _ask_record(turn: Turn, work: Work, field: Field, before: Iterable[Outgoing]) -> Outcome:
    """The first part of the first record, or "chưa có"."""
    choices = [Choice("_none", turn.text_of("reporting.none_yet_choice"))]
    if not field.required:
        choices.append(Choice("_pass", turn.text_of("reporting.pass")))
    return _asked(
        turn, work, field, before, hear="record", ways="reporting.ways_choice", choices=choices
    )


def _ask_note(turn: Turn, work: Work, field: Field, before: Iterable[Outgoing]) -> Outcome:
    choices = [Choice("_none", turn.text_of("reporting.nothing_choice"))]
    if not field.required:
        choices.append(Choice("_pass", turn.text_of("reporting.pass")))
    return _asked(
        turn, work, field, before, hear="note", ways="reporting.ways_choice", choices=choices
    )


def _ask_by_hamlet(turn: Turn, work: Work, field: Field, before: Iterable[Outgoing]) -> Outcome:
    return _asked(turn, work, field, before, hear="by_hamlet", ways="reporting.ways_text")


_ASKED_BY: Final[dict[Kind, Callable[[Turn, Work, Field, Iterable[Outgoing]], Outcome]]] = {
    Kind.COUNT: _ask_count,
    Kind.SHARE: _ask_share,
    Kind.DATE: _ask_date,
    Kind.ONE_OF: _ask_option,
    Kind.MANY_OF: _ask_options,
    Kind.RECORDS: _ask_record,
    Kind.NOTE: _ask_note,
    Kind.BY_HAMLET: _ask_by_hamlet,
}


# --- a piece of a message that may mean several things -------------------------------------------


def ask_doubt(turn: Turn, work: Work) -> Outcome:
    """Numbered readings of what was typed, and the way out of all of them (N14)."""
    doubt = work.spot.doubts[0]
    choices = [Choice(str(number), label) for number, label in enumerate(doubt["labels"], start=1)]
    choices.append(Choice("none", turn.text_of("reporting.doubt_none")))
    return turn.ask(
        "reporting.doubt",
        hear=step("doubt"),
        choices=choices,
        draft=work.spot.dump(),
        typed=doubt["typed"],
    )
