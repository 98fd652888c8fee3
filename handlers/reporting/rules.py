"""What may be asked of a unit, what is still open, and which figures cannot or may not be (T20)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from handlers.reporting.answers import Answer, Answers
from handlers.reporting.form import MOST, Field, Form, Kind
from handlers.words import say_number
from storage.units import People

_FAR_ABOVE: Final = 3
_SMALL: Final = 30
"""Up to here nobody is asked because of last year."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It cannot be so: `text_id` says why, with an example of what to do."""

    text_id: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unusual:
    """It may be so, once it was said again: what it is measured against."""

    text_id: str
    values: Mapping[str, Any]


# --- which fields --------------------------------------------------------------------------------


def asked_of(form: Form, unit_code: str, holders: Mapping[str, str]) -> list[Field]:
    """The fields this unit may be asked for: not what only its holder enters (design §5)."""
    return [
        field
        for field in form.fields
        if field.asked and (not field.holder or holders.get(field.holder) == unit_code)
    ]


def applies(field: Field, answers: Answers) -> bool:
    """Whether its condition holds: "plan_issued=yes"."""
    key, _, value = field.only_if.partition("=")
    return not key or (key in answers and answers[key].value == value)


def is_answered(field: Field, answers: Answers) -> bool:
    """A figure or "chưa nắm được"; half a share is none."""
    answer = answers.get(field.key)
    if answer is None:
        return False
    return field.kind is not Kind.SHARE or answer.unknown or has_whole(answer)


def has_whole(answer: Answer) -> bool:
    return isinstance(answer.value, list) and len(answer.value) == 2 and answer.value[1] is not None


def missing(fields: Iterable[Field], answers: Answers) -> list[Field]:
    """Required ones without an answer, in the order of asking."""
    return [
        field
        for field in fields
        if field.required and applies(field, answers) and not is_answered(field, answers)
    ]


def halves(fields: Iterable[Field], answers: Answers) -> list[Field]:
    """Shares of which only the part is known: the whole is asked for."""
    return [f for f in fields if f.key in answers and not is_answered(f, answers)]


def open_ones(fields: Sequence[Field], answers: Answers) -> list[Field]:
    """What has to be answered before anything can be sent: missing, or half told."""
    open_now = missing(fields, answers)
    return open_now + [half for half in halves(fields, answers) if half not in open_now]


def more(fields: Iterable[Field], answers: Answers) -> list[Field]:
    """What could be told besides: optional and not answered."""
    return [
        field
        for field in fields
        if not field.required
        and applies(field, answers)
        and (field.kind is Kind.EVIDENCE or not is_answered(field, answers))
    ]


def relevant(form: Form, answers: Answers) -> dict[str, Answer]:
    """Only answers to fields of this form whose condition holds."""
    return {
        field.key: answers[field.key]
        for field in form.fields
        if field.key in answers and applies(field, answers)
    }


# --- which figures -------------------------------------------------------------------------------


def judge(
    field: Field,
    answer: Answer,
    *,
    form: Form,
    answers: Answers,
    people: People,
    last_year: Answer | None,
) -> Refused | Unusual | None:
    """Whether this answer may stand beside the others; None = it may."""
    if answer.unknown or not field.is_figure:
        return None
    limit = _limit(field, people)
    if field.kind is Kind.SHARE:
        return _judge_share(answer, limit)
    count = answer.value if isinstance(answer.value, int) else 0
    found = _over_limit(field, count, limit, people) or _against_others(field, count, form, answers)
    if found is not None or answer.sure:
        return found
    return _unusual(field, count, people, last_year)


def _limit(field: Field, people: People) -> int:
    of_unit = {"adults": people.adults, "households": people.households}.get(field.most_of)
    return min(of_unit or MOST, field.most or MOST)


def _judge_share(answer: Answer, limit: int) -> Refused | None:
    part, whole = answer.value if isinstance(answer.value, list) else (0, None)
    if whole is None:
        return None
    if part > whole:
        values = {"part": say_number(part), "whole": say_number(whole)}
        return Refused("reporting.part_above", values)
    if whole > limit:
        return Refused("reporting.too_big", {"limit": say_number(limit)})
    return None


def _over_limit(field: Field, count: int, limit: int, people: People) -> Refused | None:
    if count <= limit:
        return None
    if field.most_of and limit in (people.adults, people.households):
        return Refused("reporting.above_unit", {"limit": say_number(limit)})
    return Refused("reporting.too_big", {"limit": say_number(limit)})


def _against_others(field: Field, count: int, form: Form, answers: Answers) -> Refused | None:
    """Part ≤ whole, from both sides."""
    whole = _nearest_whole(field, form, answers)
    if whole is not None and count > whole[1]:
        values = {"whole": say_number(whole[1]), "label": whole[0].label.lower()}
        return Refused("reporting.above_whole", values)
    for part in form.fields:
        told = _count_of(answers, part.key) if part.part_of == field.key else None
        if told is not None and told > count:
            values = {"part": say_number(told), "label": part.label.lower()}
            return Refused("reporting.below_part", values)
    return None


def _nearest_whole(field: Field, form: Form, answers: Answers) -> tuple[Field, int] | None:
    """The first figure known up the chain: women of people of attendances."""
    seen = {field.key}
    while field.part_of and field.part_of not in seen and (above := form.get(field.part_of)):
        seen.add(above.key)
        if (count := _count_of(answers, above.key)) is not None:
            return above, count
        field = above
    return None


def _count_of(answers: Answers, key: str) -> int | None:
    answer = answers.get(key)
    return answer.value if answer is not None and isinstance(answer.value, int) else None


def _unusual(field: Field, count: int, people: People, last_year: Answer | None) -> Unusual | None:
    before = last_year.value if last_year and isinstance(last_year.value, int) else None
    if before is not None and count > max(_SMALL, _FAR_ABOVE * before):
        return Unusual("reporting.far_above", {"before": say_number(before)})
    if field.counts == "người" and people.adults and 5 * count > 6 * people.adults:
        return Unusual("reporting.above_adults", {"adults": say_number(people.adults)})
    if field.unusual is not None and count > field.unusual:
        return Unusual("reporting.above_usual", {})
    return None


def misfits(
    form: Form, answers: Answers, *, people: People, keys: Collection[str] = ()
) -> dict[str, Refused]:
    """Field key -> why its figure cannot stand, of `keys` or of all."""
    found = {}
    for key in keys or answers:
        field = form.get(key)
        if field is None or key not in answers:
            continue
        verdict = judge(
            field, answers[key], form=form, answers=answers, people=people, last_year=None
        )
        if isinstance(verdict, Refused):
            found[key] = verdict
    return found
