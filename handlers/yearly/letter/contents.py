"""The whole letter out of what is known; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from handlers.documents.letter_contents import Annex, LetterContents, Line, Section
from handlers.texts import Texts
from handlers.words import say_short_date
from handlers.yearly.annexes import annexes as figures_annexes
from handlers.yearly.letter import ends, examples, head, results
from handlers.yearly.letter.figures import table_of
from handlers.yearly.letter.writing import ROMAN, Known, Writing
from handlers.yearly.rows import Row

_SECTIONS: Final = {
    "I": results.leading,
    "II": results.results,
    "III": examples.examples,
    "IV": ends.difficulties,
    "V": ends.direction,
    "VI": ends.proposals,
}


def contents_of(
    texts: Texts,
    known: Known,
    *,
    rows: Sequence[Row],
    today: date,
    is_sample: bool,
) -> LetterContents:
    """The letter; as of `today` while the period is not frozen.

    `rows`: those of chat and workbook, for the annexes.
    """
    ours = figures_annexes(texts, known.gathered, rows)
    writing = Writing(texts, known, annexes=len(ours))
    return LetterContents(
        marks=tuple(_marks(writing, today, is_sample=is_sample)),
        head=head.head(writing),
        title=writing.house("title"),
        subject=head.subject(writing),
        to=writing.house("to"),
        addressees=head.addressees(writing),
        grounds=head.grounds(writing),
        opening=head.opening(writing),
        sections=tuple(_section(writing, number) for number in _SECTIONS),
        closing=head.closing(writing),
        recipients_title=writing.house("recipients"),
        recipients=head.recipients(writing),
        signature=head.signature(writing),
        annexes=tuple(_annexes(writing, ours)),
    )


def _marks(writing: Writing, today: date, *, is_sample: bool) -> Iterator[str]:
    if is_sample:
        yield writing.house("mark_sample")
    if writing.gathered.frozen_at is None:
        yield writing.say("mark_so_far", day=say_short_date(today))


def _section(writing: Writing, number: str) -> Section:
    lines: list[Line] = _SECTIONS[number](writing)
    table = table_of(writing) if number == "II" else None
    return Section(number, writing.heading(number).upper(), tuple(lines), table)


def _annexes(writing: Writing, given: Sequence[Annex]) -> Iterator[Annex]:
    """The figures' and, behind them, the lists too long for the letter; numbered if several."""
    symbol = head.number(writing).partition(":")[2].strip()
    about = writing.say("annex_about", so=symbol, day=head.day(writing))
    names = examples.annex(writing)
    found = [*given, names] if names else list(given)
    for number, one in zip(ROMAN, found, strict=False):
        label = writing.say("annex_numbered", number=number)
        label = label if len(found) > 1 else writing.say("annex")
        yield replace(one, label=label, about=about)
