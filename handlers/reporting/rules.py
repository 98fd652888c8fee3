"""What may be asked of a unit, what is still open, and which figures cannot or may not be (T20)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from handlers.reporting.answers import Answer, Answers
from handlers.reporting.form import MOST, Field, Form, Kind
from handlers.words import say_number
from storage.units import People

_FAR_ABOVE: Final = 3
_EXAMPLE: Final = 35
_PART_EXAMPLE: Final = 120
_WHOLE_EXAMPLE: Final = 185
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
    """A figure or "chưa nắm được"; half a share is none, nor is what cannot be chosen any more."""
    answer = answers.get(field.key)
    if answer is None:
        return False
    if answer.unknown:
        return True
    if field.kind is Kind.SHARE:
        return has_whole(answer)
    return has_options(field, answer)


def has_options(field: Field, answer: Answer) -> bool:
    """False: the form has an option no longer that was chosen."""
    if not field.options or answer.unknown:
        return True
    chosen = answer.value if isinstance(answer.value, list) else [answer.value]
    return all(field.option(str(key)) is not None for key in chosen)


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
    return [
        field
        for field in fields
        if field.kind is Kind.SHARE
        and field.key in answers
        and applies(field, answers)
        and not is_answered(field, answers)
    ]


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
    """Only answers to fields of this form whose condition holds and whose options are there."""
    return {
        field.key: answers[field.key]
        for field in form.fields
        if field.key in answers
        and applies(field, answers)
        and has_options(field, answers[field.key])
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
    if answer.unknown:
        return None
    if field.kind is Kind.BY_HAMLET:
        return _judge_rows(answer)
    if not field.is_figure:
        return None
    limit = limit_of(field, people)
    if field.kind is Kind.SHARE:
        return _judge_share(answer, limit)
    count = answer.value if isinstance(answer.value, int) else 0
    found = _over_limit(field, count, limit, people) or _against_others(field, count, form, answers)
    if found is not None or answer.sure:
        return found
    return _unusual(field, count, people, last_year)


def limit_of(field: Field, people: People) -> int:
    """The hard limit of a figure; of a share, of its whole."""
    of_unit = {"adults": people.adults, "households": people.households}.get(field.most_of)
    return min(of_unit or MOST, field.most or MOST)


def _judge_share(answer: Answer, limit: int) -> Refused | None:
    part, whole = answer.value if isinstance(answer.value, list) else (0, None)
    return None if whole is None else judge_pair(part, whole, most=limit)


def _judge_rows(answer: Answer) -> Refused | None:
    rows = answer.value if isinstance(answer.value, dict) else {}
    return next(
        (found for part, whole in rows.values() if (found := judge_pair(part, whole))), None
    )


def judge_pair(
    part: int, whole: int, *, most: int = MOST, adults: int | None = None, lead: str = ""
) -> Refused | None:
    """Part ≤ whole ≤ the limit; `lead` is put before the example: "Xóm 5: "."""
    limit = min(most, adults or most)
    top = min(_WHOLE_EXAMPLE, limit)
    example = f"{lead}{say_number(min(_PART_EXAMPLE, top))}/{say_number(top)}"
    if whole == 0:
        return Refused("reporting.share_of_none", {"example": example})
    if part > whole:
        values = {"part": say_number(part), "whole": say_number(whole), "example": example}
        return Refused("reporting.part_above", values)
    if whole <= limit:
        return None
    said = "reporting.above_unit" if limit == adults else "reporting.too_big"
    return Refused(said, {"limit": say_number(limit), "example": example})


def _over_limit(field: Field, count: int, limit: int, people: People) -> Refused | None:
    if count <= limit:
        return None
    values = {"limit": say_number(limit), "example": example_of(field, people)}
    if field.most_of and limit in (people.adults, people.households):
        return Refused("reporting.above_unit", values)
    return Refused("reporting.too_big", values)


def example_of(field: Field, people: People) -> str:
    """A figure one could type that would be neither refused nor doubted."""
    return say_number(min(_EXAMPLE, limit_of(field, people), field.unusual or _EXAMPLE))


def _against_others(field: Field, count: int, form: Form, answers: Answers) -> Refused | None:
    """Part ≤ whole, from both sides and over what is not known between them."""
    whole = _nearest_whole(field, form, answers)
    if whole is not None and count > whole[1]:
        values = {"whole": say_number(whole[1]), "label": whole[0].label.lower()}
        return Refused("reporting.above_whole", values)
    for part in form.fields:
        told = _count_of(answers, part.key) if field.key in form.above(part) else None
        if told is not None and told > count:
            values = {"part": say_number(told), "label": part.label.lower()}
            return Refused("reporting.below_part", values)
    return None


def _nearest_whole(field: Field, form: Form, answers: Answers) -> tuple[Field, int] | None:
    """The first figure known up the chain: women of people of attendances."""
    for key in form.above(field):
        if (count := _count_of(answers, key)) is not None and (above := form.get(key)):
            return above, count
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
