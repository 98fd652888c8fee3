"""What the unit's BÁO CÁO says of the answers of one section.

Blank fields are not mentioned; what somebody could not find out is said to be so.
"""

from collections.abc import Iterable, Sequence

from handlers.documents.letter_contents import Line
from handlers.reporting.answers import Answer
from handlers.reporting.form import Field, Kind
from handlers.reporting.letter.figures import said_of
from handlers.reporting.letter.writing import PARAGRAPHS, Writing, as_day, one_line, sentence, small

_PLAN = ("plan_issued", "plan_number", "plan_date")
"""Told together, as one sentence."""
_ALONE = ("cooperation", "difficulties", "direction", "proposals")
"""Notes under a heading that says the same: no label before them."""
_NO_AWARD = ("", "none")

_Told = tuple[Field, Answer]


def lines_of(writing: Writing, section: str) -> list[Line]:
    """Everything that was answered in this section; nothing for nothing."""
    answered = list(writing.answered(section))
    told = [(field, answer) for field, answer in answered if not answer.unknown]
    found = _plan(writing, told)
    others = [(field, answer) for field, answer in told if field.key not in _PLAN]
    found += _figures(writing, others)
    for field, answer in others:
        found += _words(writing, field, answer)
    return found + _unknown(writing, [field for field, answer in answered if answer.unknown])


def _unknown(writing: Writing, fields: Sequence[Field]) -> list[Line]:
    figures = [small(field.label) for field in fields if field.is_figure]
    others = [small(field.label) for field in fields if not field.is_figure]
    said = (("unknown", figures), ("unknown_words", others))
    return [Line(writing.say(key, what="; ".join(labels))) for key, labels in said if labels]


def _figures(writing: Writing, told: Iterable[_Told]) -> list[Line]:
    """One paragraph of what is read together, one for all the rest."""
    said = {field.key: said_of(writing, field, answer) for field, answer in told}
    together = [[said.pop(key, "") for key in keys] for keys in PARAGRAPHS]
    paragraphs = (" ".join(filter(None, one)) for one in (*together, said.values()))
    return [Line(paragraph) for paragraph in paragraphs if paragraph]


def _plan(writing: Writing, told: Iterable[_Told]) -> list[Line]:
    """One sentence out of whether there is a plan, its number and its day."""
    values = {field.key: answer.value for field, answer in told}
    issued = values.get("plan_issued")
    if issued not in ("yes", "no"):
        return []
    has = issued == "yes"
    number = one_line(str(values.get("plan_number") or "")) if has else ""
    day = _day(writing, values.get("plan_date")) if has else ""
    key = f"plan_{issued}" + ("_number" if number else "") + ("_day" if day else "")
    return [Line(writing.say(key, number=number, day=day))]


def _day(writing: Writing, stored: object) -> str:
    day = as_day(stored)
    if day is None:
        return ""
    # As NĐ 30 writes days: of the months only the first two get a nought.
    month = f"{day.month:02}" if day.month < 3 else day.month
    return writing.say("day", day=f"{day.day:02}", month=month, year=day.year)


# --- people's own words --------------------------------------------------------------------------


def _words(writing: Writing, field: Field, answer: Answer) -> list[Line]:
    match field.kind, answer.value:
        case Kind.NOTE, str(note):
            return _note(writing, field, note)
        case Kind.RECORDS, list(records):
            return _records(writing, field, records)
        case Kind.DATE, str(day):
            said = _day(writing, day)
            return [Line(writing.say("said", label=field.label, n=said))] if said else []
    return []


def _none(writing: Writing, field: Field) -> list[Line]:
    own = f"none_{field.key}"
    return [Line(writing.say(own if writing.has(own) else "none", label=field.label))]


def _note(writing: Writing, field: Field, note: str) -> list[Line]:
    told = [line for line in note.splitlines() if line.strip()]
    if not told:
        return _none(writing, field)
    if field.key not in _ALONE:
        told[0] = f"{field.label}: {told[0]}"
    return [Line(sentence(line)) for line in told]


def _records(writing: Writing, field: Field, records: Iterable[object]) -> list[Line]:
    """A heading and one item each; who is to be awarded is said in section VI."""
    parts = [part.key for part in field.parts if not part.options]
    items = []
    for record in records:
        if isinstance(record, dict):
            told = [one_line(str(record.get(key) or "")) for key in parts]
            items.append(Line(sentence("- " + ": ".join(filter(None, told))), "item"))
    if not items:
        return _none(writing, field)
    return [Line(field.label, "heading"), *items]


def awards(writing: Writing) -> list[Line]:
    """Whom the unit wants to be awarded, and with what; nothing if nobody."""
    items = [
        Line(writing.say("award", name=name, award=award), "item")
        for field in writing.form.fields
        for name, award in _awarded(field, writing.answers.get(field.key))
    ]
    return [Line(writing.say("awards")), *items] if items else []


def _awarded(field: Field, answer: Answer | None) -> Iterable[tuple[str, str]]:
    part = next((part for part in field.parts if part.options), None)
    records = answer.value if answer else None
    if part is None or not isinstance(records, list):
        return
    labels = {one.key: one.label for one in part.options}
    for record in records:
        award = str(record.get(part.key) or "")
        if award not in _NO_AWARD:
            name = one_line(str(record.get(field.parts[0].key) or ""))
            yield name, one_line(labels.get(award, award))
