"""A BÁO CÁO as .docx in the layout of NĐ 30/2020/NĐ-CP, Appendix I (curriculum-facts §13).

Everything is built here, block by block; there is no template (ADR 12).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section as Pages
from docx.section import _Footer, _Header
from docx.shared import Mm
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from handlers.documents import letter_file
from handlers.documents import letter_shapes as shapes
from handlers.documents.letter_contents import (
    Annex,
    Column,
    LetterContents,
    Line,
    Row,
    Section,
    Table,
)
from handlers.documents.letter_shapes import CENTRE, JUSTIFIED, LEFT, RIGHT, Look
from handlers.documents.letter_widths import lines, narrowest, width

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_SHORT, _LONG = 210, 297  # A4, mm
_TOP, _BOTTOM, _LEFT, _RIGHT = 20, 20, 30, 20
_TO_HEADER: Final = 10
_WIDE: Final = _SHORT - _LEFT - _RIGHT
_HEAD: Final = (62, 98)  # mm; at 13 points the name of the state needs 96
_END: Final = (70, 90)
_SPACE_TO_SIGN: Final = 4  # empty lines
_PART: Final = 0.4  # of the line above it: between a third and a half
_PLAY: Final = 3  # mm: not every machine has the same Times
_INDENT: Final = 12.7  # mm

_NUMBER = Look(size=13, align=CENTRE)
_MARK = Look(size=12, bold=True, align=CENTRE)
_OVER = Look(size=13, align=CENTRE)
_UNIT = Look(size=13, bold=True, align=CENTRE)
_MOTTO = Look(size=14, bold=True, align=CENTRE)
_PLACE = Look(size=14, italic=True, align=CENTRE, before=4)
_TITLE = Look(size=14, bold=True, align=CENTRE, keep=True)
_TO = Look(size=14, align=CENTRE, before=12, after=6)
_EACH = Look(size=14, first=50, after=2)
_TEXT = Look(size=14, align=JUSTIFIED, first=_INDENT, before=6, line=1.15)
_GROUND = Look(size=14, italic=True, align=JUSTIFIED, first=_INDENT, before=6, line=1.15)
_HEADING = Look(size=14, bold=True, align=LEFT, first=_INDENT, before=6, line=1.15, keep=True)
_LINES: Final = {"text": _TEXT, "item": _TEXT, "heading": _HEADING}
_LAST = Look(size=14, align=JUSTIFIED, first=_INDENT, before=6, line=1.15, keep=True)
_TO_WHOM = Look(size=12, bold=True, italic=True)
_WHOM = Look(size=11)
_SIGNS = Look(size=14, bold=True, align=CENTRE, keep=True)
_ALIGNED: Final = {"left": LEFT, "centre": CENTRE, "right": RIGHT}


def report(data: Mapping[str, Any]) -> bytes:
    """The file of a `LetterContents`. Equal data give equal bytes."""
    letter = LetterContents.from_json(data)
    document = docx.Document()
    letter_file.emptied(document)
    _pages(document.sections[0], letter, landscape=False)
    _head(document, letter)
    _title(document, letter)
    _addressees(document, letter)
    _body(document, letter)
    _end(document, letter)
    for annex in letter.annexes:
        _annex(document, letter, annex)
    shapes.shrink(document.add_paragraph())  # Word wants one behind a table
    title = shapes.clean(f"{letter.title} {' '.join(letter.subject)}")
    return letter_file.packed(document, title=title, author=shapes.clean(letter.head.unit))


def _pages(pages: Pages, letter: LetterContents, *, landscape: bool) -> None:
    """A4; the number in the middle of the top margin, but not on the first page."""
    pages.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    sides = (_LONG, _SHORT) if landscape else (_SHORT, _LONG)
    pages.page_width, pages.page_height = map(Mm, sides)
    pages.top_margin, pages.bottom_margin = Mm(_TOP), Mm(_BOTTOM)
    pages.left_margin, pages.right_margin = Mm(_LEFT), Mm(_RIGHT)
    pages.header_distance = pages.footer_distance = Mm(_TO_HEADER)
    pages.different_first_page_header_footer = True
    shapes.page_number(_only_line(pages.header), _NUMBER)
    for place in (pages.first_page_header, pages.footer, pages.first_page_footer):
        shapes.written(_only_line(place), " - ".join(letter.marks), _MARK)
    _numbered_from_one(pages)


def _only_line(place: _Header | _Footer) -> Paragraph:
    place.is_linked_to_previous = False
    line: Paragraph = place.paragraphs[0]
    line.style = None
    return line


def _numbered_from_one(pages: Pages) -> None:
    own = pages._sectPr
    for old in own.findall(qn("w:pgNumType")):
        own.remove(old)
    number = OxmlElement("w:pgNumType")
    number.set(qn("w:start"), "1")
    own.insert_element_before(number, "w:cols", "w:titlePg", "w:docGrid")


# --- the first page ------------------------------------------------------------------------------


def _head(document: Document, letter: LetterContents) -> None:
    """Two columns and two rows without lines: number and day stay on one line."""
    head = letter.head
    table = shapes.table(document, 2, _HEAD, lines="none")
    unit, state = table.rows[0].cells
    if head.over:
        shapes.into(unit, head.over, _OVER)
    _balanced(shapes.into(unit, head.unit, _UNIT), _UNIT, room=_HEAD[0])
    last = _last_line(head.unit, _UNIT, room=_HEAD[0])
    shapes.rule(unit.add_paragraph(), length=_PART * last, room=_HEAD[0])
    shapes.into(state, head.nation, _UNIT)
    shapes.into(state, head.motto, _MOTTO)
    motto = width(shapes.clean(head.motto), size=_MOTTO.size)
    shapes.rule(state.add_paragraph(), length=motto, room=_HEAD[1])
    number, place = table.rows[1].cells
    shapes.into(number, head.number, Look(size=13, align=CENTRE, before=4))
    shapes.into(place, head.place, _PLACE)


def _title(document: Document, letter: LetterContents) -> None:
    above = Look(size=14, bold=True, align=CENTRE, before=18, keep=True)
    shapes.written(document.add_paragraph(), letter.title, above)
    for line in letter.subject:
        _balanced(shapes.written(document.add_paragraph(), line, _TITLE), _TITLE, room=_WIDE)
    last = _last_line(letter.subject[-1], _TITLE, room=_WIDE)
    shapes.rule(document.add_paragraph(), length=_PART * last, room=_WIDE, after=6)


def _balanced(paragraph: Paragraph, look: Look, *, room: float) -> None:
    """Its lines of like length: no last word of a name alone on a line."""
    side = (room - _room_for(paragraph.text, look, room=room)) / 2
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(side)


def _room_for(text: str, look: Look, *, room: float) -> float:
    return narrowest(text, size=look.size, room=room - _PLAY) + _PLAY


def _last_line(text: str, look: Look, *, room: float) -> float:
    """Millimetres of the line that a rule stands under."""
    text = shapes.clean(text)
    broken = lines(text, size=look.size, room=_room_for(text, look, room=room))
    last = "".join(broken[-1:])
    return min(room, width(last, size=look.size))


def _addressees(document: Document, letter: LetterContents) -> None:
    """One place on the same line; of several each on its own, ";" behind it and "." at the end."""
    if len(letter.addressees) == 1:
        shapes.written(document.add_paragraph(), f"{letter.to} {letter.addressees[0]}", _TO)
    elif letter.addressees:
        shapes.written(document.add_paragraph(), letter.to, Look(size=14, first=35, before=12))
        for each in _listed(letter.addressees):
            shapes.written(document.add_paragraph(), each, _EACH)


def _listed(names: Sequence[str]) -> list[str]:
    return [f"- {name};" for name in names[:-1]] + [f"- {name}." for name in names[-1:]]


# --- the body ------------------------------------------------------------------------------------


def _body(document: Document, letter: LetterContents) -> None:
    for ground in letter.grounds:
        shapes.written(document.add_paragraph(), ground, _GROUND)
    if letter.opening:
        shapes.written(document.add_paragraph(), letter.opening, _TEXT)
    for section in letter.sections:
        _section(document, section)
    shapes.written(document.add_paragraph(), letter.closing, _LAST)


def _section(document: Document, section: Section) -> None:
    heading = shapes.written(
        document.add_paragraph(), f"{section.number}. {section.heading}", _HEADING
    )
    shapes.outlined(heading, level=0)
    for line in section.lines:
        _line(document, line)
    if section.table:
        shapes.written(document.add_paragraph(), "", Look(size=6, keep=True))
        _table(document, section.table, room=_WIDE)


def _line(document: Document, line: Line) -> None:
    made = shapes.written(document.add_paragraph(), line.text, _LINES[line.kind])
    if line.kind == "heading":
        shapes.outlined(made, level=1)


def _end(document: Document, letter: LetterContents) -> None:
    """Who gets it on the left, who signs on the right; never alone on a page."""
    shapes.written(document.add_paragraph(), "", Look(size=6, keep=True))
    table = shapes.table(document, 1, _END, lines="none")
    left, right = table.rows[0].cells
    shapes.into(left, letter.recipients_title, _TO_WHOM)
    for name in letter.recipients:
        shapes.into(left, name, _WHOM)
    for line in (*letter.signature.above, letter.signature.signs):
        shapes.into(right, line, _SIGNS)
    for _ in range(_SPACE_TO_SIGN):
        shapes.into(right, "", _SIGNS)
    shapes.into(right, letter.signature.name, _SIGNS)


# --- tables and annexes --------------------------------------------------------------------------


def _annex(document: Document, letter: LetterContents, annex: Annex) -> None:
    pages = document.add_section(WD_SECTION.NEW_PAGE)
    shapes.shrink(document.paragraphs[-1])  # it ends the pages before
    _pages(pages, letter, landscape=annex.landscape)
    label = shapes.written(document.add_paragraph(), annex.label, _TITLE)
    shapes.outlined(label, level=0)
    room = (_LONG if annex.landscape else _SHORT) - _LEFT - _RIGHT
    about = Look(size=14, italic=True, align=CENTRE, after=8, keep=True)
    for text, look in ((annex.title, _TITLE), (annex.about, about)):
        _balanced(shapes.written(document.add_paragraph(), text, look), look, room=room)
    _table(document, annex.table, room=room)
    for note in annex.notes:
        shapes.written(document.add_paragraph(), note, Look(size=12, align=JUSTIFIED, before=6))


def _table(document: Document, table: Table, *, room: float) -> None:
    """Column names on every page it goes on to; letters get smaller in a table of many columns."""
    size = 12 if len(table.columns) <= 9 else 10
    together = sum(column.share for column in table.columns)
    widths = [room * column.share / together for column in table.columns]
    made = shapes.table(document, 1 + len(table.rows), widths, lines="single")
    shapes.repeated(made.rows[0])
    names = Look(size=size, bold=True, align=CENTRE, before=1, after=1)
    for cell, column in zip(made.rows[0].cells, table.columns, strict=True):
        shapes.into(cell, column.name, names)
        shapes.centred(cell)
    for number, row in enumerate(table.rows, start=1):
        _row(list(made.rows[number].cells), row, table.columns, size)


def _row(cells: list[_Cell], row: Row, columns: Sequence[Column], size: int) -> None:
    if len(row.cells) == 1 < len(columns):
        across = cells[0].merge(cells[-1])
        shapes.into(across, row.cells[0], Look(size=size, bold=True, before=1, after=1, keep=True))
        return
    for cell, text, column in zip(cells, row.cells, columns, strict=True):
        align = _ALIGNED[column.align]
        look = Look(size=size, bold=row.strong, align=align, before=1, after=1)
        shapes.into(cell, text, look)
        shapes.centred(cell)


__all__ = ["MEDIA_TYPE", "report"]
