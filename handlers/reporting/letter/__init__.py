"""A unit's answers as its own BÁO CÁO to UBND xã (NĐ 30/2020; curriculum-facts §13).

Pure. What only the clerk can know, as number, day and the name of who signs, is left to the clerk.
"""

import itertools
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from handlers.documents.letter_contents import Head, LetterContents, Line, Section, Signature
from handlers.reporting.answers import Answers
from handlers.reporting.form import Form
from handlers.reporting.letter import commune
from handlers.reporting.letter.annex import annex, heading
from handlers.reporting.letter.sentences import awards, lines_of
from handlers.reporting.letter.writing import Writing, one_line
from handlers.reporting.periods import ReportPeriod
from handlers.texts import Texts
from storage.units import UnitInfo

_SECTIONS: Final = ("I", "II", "III", "IV", "V", "VI")
_PARTS: Final = tuple(f"II.{number}" for number in range(1, 8))
_NOBODY: Final[Mapping[str, str]] = MappingProxyType({})


def contents_of(
    texts: Texts,
    *,
    form: Form,
    answers: Answers,
    unit: UnitInfo,
    settings: Mapping[str, Any],
    period: ReportPeriod,
    is_sample: bool,
    practice: bool,
    names: Mapping[str, str] = _NOBODY,
) -> LetterContents:
    """The letter. `form` as it is on that occasion, `settings` those of the commune.

    `names`: code of a hamlet -> its name, for figures told by hamlet.
    """
    writing = Writing(texts, form, answers, unit, settings, period, names)
    symbol = form.letter.symbol or writing.say("dots")
    year = period.due.year
    about = "annex_about_numbered" if form.letter.has_number else "annex_about"
    return LetterContents(
        marks=tuple(_marks(writing, is_sample=is_sample, practice=practice)),
        head=_head(writing, symbol),
        title=writing.say("title"),
        subject=tuple(writing.by_occasion("subject").split("\n")),
        to=writing.say("to"),
        addressees=(_addressee(writing),),
        grounds=(commune.ground(texts, settings),),
        opening=writing.say("opening"),
        sections=tuple(_section(writing, number) for number in _SECTIONS),
        closing=writing.say("closing"),
        recipients_title=writing.say("recipients"),
        recipients=(writing.say("recipient_above"), writing.one_of("recipient_kept", form.key)),
        signature=_signature(form),
        annexes=(annex(writing, about=writing.say(about, year=year, symbol=symbol)),),
    )


def _marks(writing: Writing, *, is_sample: bool, practice: bool) -> Iterator[str]:
    if is_sample:
        yield writing.say("mark_sample")
    if practice:
        yield writing.say("mark_practice")


# --- the first page ------------------------------------------------------------------------------


def _head(writing: Writing, symbol: str) -> Head:
    place = commune.bare_name(writing.settings)
    over = writing.form.letter.over.replace("{COMMUNE}", place.upper() or writing.say("dots"))
    return Head(
        over=over.strip(),
        unit=one_line(writing.unit.name).upper(),
        number=writing.say("number", symbol=symbol) if writing.form.letter.has_number else "",
        nation=writing.say("nation"),
        motto=writing.say("motto"),
        place=writing.say(
            "place", place=place or writing.say("place_unknown"), year=writing.period.due.year
        ),
    )


def _addressee(writing: Writing) -> str:
    council = commune.council(writing.texts, writing.settings)
    office = commune.office(writing.texts, writing.settings)
    return writing.say("addressee", council=council, office=office)


def _signature(form: Form) -> Signature:
    above = (form.letter.on_behalf,) if form.letter.on_behalf else ()
    return Signature(above=above, signs=form.letter.signs, name="")


# --- the body ------------------------------------------------------------------------------------


def _section(writing: Writing, number: str) -> Section:
    lines = list(_parts(writing)) if number == "II" else _numbered(lines_of(writing, number))
    lines += awards(writing) if number == "VI" else []
    if not lines:
        is_asked = any(one.section.partition(".")[0] == number for one in writing.form.fields)
        lines = [Line(writing.say("silent" if is_asked else "unasked"))]
    return Section(number, heading(writing, number).upper(), tuple(lines))


def _numbered(lines: list[Line]) -> list[Line]:
    count = itertools.count(1)
    return [
        Line(f"{next(count)}. {line.text}", "heading") if line.kind == "heading" else line
        for line in lines
    ]


def _parts(writing: Writing) -> Iterator[Line]:
    """Of the seven contents of the plan those about which anything was told."""
    told = [(part, lines) for part in _PARTS if (lines := lines_of(writing, part))]
    for number, (part, lines) in enumerate(told, start=1):
        label = writing.say(f"part_{part.partition('.')[2]}")
        yield Line(f"{number}. {label}", "heading")
        yield from lines
