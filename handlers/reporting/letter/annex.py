"""The annex of the unit's BÁO CÁO: every field of the form with its figure and where it is from.

A figure, "chưa nắm được" and blank stay three different things here too (design §5).
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from handlers.documents.letter_contents import Align, Annex, Column, Row, Table
from handlers.reporting.answers import FROM_BOOK, FROM_HOLDER, Answer
from handlers.reporting.form import Field, Kind
from handlers.reporting.letter.figures import Share, percent, shares_in, together
from handlers.reporting.letter.writing import Writing, as_day, one_line
from handlers.words import say_number

GROUPS: Final = ("I", *(f"II.{n}" for n in range(1, 8)), "III", "IV", "V", "VI", "")
_SHARES: Final = (Kind.SHARE, Kind.BY_HAMLET)
_SHORT: Final = 20  # letters that fit into the narrow column
_LONGEST: Final = 200
_COLUMNS: Final[tuple[tuple[str, float, Align], ...]] = (  # millimetres
    ("number", 11, "centre"),
    ("what", 45, "left"),
    ("counts", 14, "centre"),
    ("value", 21, "centre"),
    ("part", 15, "centre"),
    ("whole", 15.5, "centre"),
    ("share", 14.5, "centre"),
    ("note", 24, "left"),
)


class _Line(NamedTuple):
    """One row without its number."""

    what: str
    counts: str = ""
    value: str = ""
    share: Share | None = None
    note: str = ""


def annex(writing: Writing, *, about: str) -> Annex:
    has_shares = any(field.kind in _SHARES for field in writing.form.fields)
    columns = [one for one in _COLUMNS if has_shares or one[0] not in ("part", "whole", "share")]
    named = (Column(writing.say(f"column_{key}"), wide, align) for key, wide, align in columns)
    first, last = (
        f"{d.day}/{d.month}/{d.year}" for d in (writing.period.first, writing.period.last)
    )
    return Annex(
        label=writing.say("annex"),
        title=writing.say("annex_title").upper(),
        about=about,
        table=Table(tuple(named), tuple(_rows(writing, has_shares=has_shares))),
        notes=(writing.say("annex_days", first=first, last=last), writing.say("annex_blank")),
    )


def _rows(writing: Writing, *, has_shares: bool) -> Iterator[Row]:
    number = 0
    for group in GROUPS:
        fields = [one for one in writing.fields_of(group) if _stands(writing, one)]
        if fields:
            yield Row((_heading(writing, group),), strong=True)
        for field in fields:
            number += 1
            for at, line in enumerate(_lines(writing, field)):
                yield _row(line, str(number) if at == 0 else "", has_shares=has_shares)


def _row(line: _Line, number: str, *, has_shares: bool) -> Row:
    share: tuple[str, ...] = ("", "", "")
    if line.share:
        share = (*map(say_number, line.share), percent(line.share))
    cells = (number, line.what, line.counts, line.value, *(share if has_shares else ()), line.note)
    return Row(cells)


def _heading(writing: Writing, group: str) -> str:
    if not group:
        return writing.say("other")
    section, _, part = group.partition(".")
    if part:  # the plan's own number: the letter counts only what was told
        return writing.say("part_of_plan", number=part, name=writing.say(f"part_{part}"))
    return f"{section}. {heading(writing, section)}"


def heading(writing: Writing, section: str) -> str:
    """What a section of the letter is called; not in capitals."""
    return writing.say(f"section_{section}", next=writing.by_occasion("next"))


def _stands(writing: Writing, field: Field) -> bool:
    """Whether the field has a row: told, or asked of this unit in the course of the form."""
    if field.key in writing.answers:
        return True
    condition, _, value = field.only_if.partition("=")
    if condition:
        answer = writing.answers.get(condition)
        return bool(answer and answer.value == value)
    if field.holder:
        return bool(field.taken_from) or writing.holds(field)
    return field.asked and field.required


def _lines(writing: Writing, field: Field) -> list[_Line]:
    answer = writing.answers.get(field.key)
    if answer is None:
        return [_blank(writing, field)]
    note = _note(writing, field, answer)
    if answer.unknown:
        value = writing.say("cell_unknown")
        return [_Line(field.label, field.counts, value, note=note)]
    match field.kind, answer.value:
        case Kind.SHARE, [int(part), int(whole)]:
            return [_Line(field.label, field.counts, share=Share(part, whole), note=note)]
        case Kind.BY_HAMLET, dict(hamlets):
            return _hamlets(writing, field, shares_in(hamlets))
    return [_one(writing, field, answer, note)]


def _blank(writing: Writing, field: Field) -> _Line:
    if field.holder and field.taken_from:
        missing = writing.say(f"missing_holder_{field.holder}")
        return _Line(field.label, field.counts, writing.say("cell_missing"), note=missing)
    return _Line(field.label, field.counts, writing.say("cell_blank"))


def _note(writing: Writing, field: Field, answer: Answer) -> str:
    """Where the figure is from, if the unit has not told it itself; how sure it is."""
    notes = [writing.say("note_book")] if answer.source == FROM_BOOK else []
    if answer.source == FROM_HOLDER and field.holder:
        notes.append(writing.say(f"note_holder_{field.holder}"))
    if answer.about:
        notes.append(writing.say("note_about"))
    return "; ".join(notes)


def _hamlets(writing: Writing, field: Field, shares: dict[str, Share]) -> list[_Line]:
    """The whole commune first, then each hamlet that was told."""
    whole = shares.pop("", None) or (together(shares) if shares else None)
    each = [
        _Line(writing.say("hamlet", name=one_line(writing.names.get(code, code))), share=share)
        for code, share in sorted(shares.items())
    ]
    return [_Line(field.label, field.counts, share=whole), *each]


def _one(writing: Writing, field: Field, answer: Answer, note: str) -> _Line:
    match field.kind, answer.value:
        case Kind.COUNT, int(count):
            return _Line(field.label, field.counts, say_number(count), note=note)
        case Kind.ONE_OF, str(key):
            option = field.option(key)
            return _Line(field.label, value=option.label if option else "", note=note)
        case Kind.DATE, str(stored):
            day = as_day(stored)
            said = f"{day.day}/{day.month}/{day.year}" if day else ""
            return _Line(field.label, value=said, note=note)
        case Kind.NOTE, str(told):
            return _told(writing, field, one_line(told))
        case _, list(listed):
            return _listed(writing, field, listed)
    return _Line(field.label, note=note)


def _told(writing: Writing, field: Field, told: str) -> _Line:
    """Words are read in the letter; here is where."""
    if not told:
        return _Line(field.label, value=writing.say("cell_none"))
    if not field.section:
        return _Line(field.label, note=told[:_LONGEST])
    value = told if len(told) <= _SHORT else writing.say("cell_told")
    return _Line(field.label, value=value, note=_place(writing, field))


def _place(writing: Writing, field: Field) -> str:
    return writing.say("note_section", number=field.section.partition(".")[0])


def _listed(writing: Writing, field: Field, listed: list[object]) -> _Line:
    if field.kind is Kind.MANY_OF:
        labels = [one.label for key in listed if (one := field.option(str(key)))]
        return _Line(field.label, value=say_number(len(labels)), note="; ".join(labels)[:_LONGEST])
    counts = writing.say("counts_files") if field.kind is Kind.EVIDENCE else ""
    note = _place(writing, field) if field.section and listed else ""
    return _Line(field.label, counts, say_number(len(listed)), note=note)
