"""Difficulties and proposals as one letter to UBND xã: what NV-5.1 asks Phòng VH-XH to put up.

Pure. Number, day, name and what Phòng itself suggests for each difficulty are left to the clerk.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from handlers.documents.letter_contents import (
    Align,
    Column,
    Head,
    LetterContents,
    Line,
    Row,
    Section,
    Signature,
    Table,
)
from handlers.points.remarks import FOR_COUNCIL, PROPOSAL
from handlers.points.sheet import Sheet
from handlers.reporting.letter import commune
from handlers.reporting.letter.writing import one_line
from handlers.reporting.periods import Settings
from handlers.texts import Texts
from storage.points import PointInfo

_COLUMNS: Final[tuple[tuple[str, float, Align], ...]] = (  # millimetres
    ("number", 11, "centre"),
    ("content", 68, "left"),
    ("units", 35, "left"),
    ("proposal", 46, "left"),
)


def contents_of(
    texts: Texts, *, sheet: Sheet, points: Sequence[PointInfo], year: int, is_sample: bool
) -> LetterContents:
    """The letter, with the points in the order given."""
    settings = sheet.gathered.settings
    council = commune.council(texts, settings)
    return LetterContents(
        marks=(texts["letter.mark_sample"],) if is_sample else (),
        head=_head(texts, settings, year),
        title=texts["letter.title"],
        subject=tuple(texts.say("points.letter_subject", period=sheet.title).split("\n")),
        to=texts["letter.to"],
        addressees=(council,),
        grounds=(commune.ground(texts, settings),),
        opening=texts.say(
            "points.letter_opening", office=commune.office(texts, settings), period=sheet.title
        ),
        sections=_sections(texts, sheet, points, council),
        closing=texts.say("points.letter_closing", council=council),
        recipients_title=texts["letter.recipients"],
        recipients=(texts["letter.recipient_above"], texts["letter.recipient_kept"]),
        signature=Signature(above=(), signs=texts["points.letter_signs"], name=""),
        annexes=(),
    )


def _head(texts: Texts, settings: Settings, year: int) -> Head:
    place = commune.bare_name(settings) or texts["letter.place_unknown"]
    return Head(
        over=commune.council(texts, settings).upper(),
        unit=commune.office(texts, settings).upper(),
        number=texts.say("letter.number", symbol=texts["letter.dots"]),
        nation=texts["letter.nation"],
        motto=texts["letter.motto"],
        place=texts.say("letter.place", place=place, year=year),
    )


def _sections(
    texts: Texts, sheet: Sheet, points: Sequence[PointInfo], council: str
) -> tuple[Section, ...]:
    lines = (Line(texts.say("points.letter_lines", count=len(points))),)
    request = Line(texts.say("points.letter_request", council=council))
    return (
        Section("I", texts["points.letter_told"], lines, _table(texts, sheet, points)),
        Section("II", texts["points.letter_asked"], (request,)),
    )


def _table(texts: Texts, sheet: Sheet, points: Sequence[PointInfo]) -> Table:
    columns = (Column(texts[f"points.column_{key}"], wide, align) for key, wide, align in _COLUMNS)
    return Table(tuple(columns), tuple(_rows(texts, sheet, points)))


def _rows(texts: Texts, sheet: Sheet, points: Sequence[PointInfo]) -> Iterator[Row]:
    """Numbered through; a proposal stands in the column of proposals."""
    number = 0
    for kind in FOR_COUNCIL:
        mine = [one for one in points if one.kind == kind]
        if mine:
            yield Row((texts[f"points.{kind}"],), strong=True)
        for point in mine:
            number += 1
            whose = ", ".join(sheet.whose(point))
            said = one_line(point.text)
            cells = (said, whose, texts["letter.dots"])
            if kind == PROPOSAL:
                cells = (texts["points.of_units"], whose, said)
            yield Row((str(number), *cells))
