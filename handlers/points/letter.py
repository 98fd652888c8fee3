"""Difficulties and proposals as one letter to UBND xã: what NV-5.1 asks Phòng VH-XH to put up.

Pure. Number, day, name and what Phòng itself suggests for each difficulty are left to the clerk.
"""

import re
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
from handlers.points.remarks import FOR_COUNCIL, PROPOSAL, one_line
from handlers.points.sheet import Sheet
from handlers.texts import Texts
from storage.points import PointInfo

_KIND_OF_PLACE: Final = re.compile(r"^(xã|phường|thị trấn|đặc khu)\s+", re.IGNORECASE)
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
    commune = one_line(str(sheet.gathered.settings.get("name") or ""))
    council = texts.say("letter.council", commune=commune) if commune else _unknown(texts)
    return LetterContents(
        marks=(texts["letter.mark_sample"],) if is_sample else (),
        head=_head(texts, sheet, commune, year),
        title=texts["letter.title"],
        subject=tuple(texts.say("points.letter_subject", period=sheet.title).split("\n")),
        to=texts["letter.to"],
        addressees=(council,),
        grounds=(_ground(texts, council, commune),),
        opening=texts.say(
            "points.letter_opening", office=_office(texts, sheet), period=sheet.title
        ),
        sections=_sections(texts, sheet, points, council),
        closing=texts.say("points.letter_closing", council=council),
        recipients_title=texts["letter.recipients"],
        recipients=(texts["letter.recipient_above"], texts["letter.recipient_kept"]),
        signature=Signature(above=(), signs=texts["points.letter_signs"], name=""),
        annexes=(),
    )


def _unknown(texts: Texts) -> str:
    return texts["letter.council_unknown"]


def _head(texts: Texts, sheet: Sheet, commune: str, year: int) -> Head:
    place = _KIND_OF_PLACE.sub("", commune)
    over = texts.say("letter.council", commune=commune) if commune else _unknown(texts)
    return Head(
        over=over.upper(),
        unit=_office(texts, sheet).upper(),
        number=texts.say("letter.number", symbol=texts["letter.dots"]),
        nation=texts["letter.nation"],
        motto=texts["letter.motto"],
        place=texts.say("letter.place", place=place or texts["letter.place_unknown"], year=year),
    )


def _office(texts: Texts, sheet: Sheet) -> str:
    """Phòng Văn hóa - Xã hội, as the commune calls it."""
    return one_line(str(sheet.gathered.settings.get("office") or "")) or texts["letter.office"]


def _ground(texts: Texts, council: str, commune: str) -> str:
    where = commune or texts["letter.where_unknown"]
    return texts.say(
        "letter.ground",
        number=texts["letter.plan_number"],
        day=texts["letter.plan_day"],
        council=council,
        about=texts.say("letter.plan_about", movement=texts["letter.movement"], where=where),
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
