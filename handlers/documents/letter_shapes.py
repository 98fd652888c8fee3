"""The few shapes of an official letter in Word: paragraphs, rules, tables, pages (NĐ 30/2020).

Fonts are written at every run, for Western, East Asian and complex letters alike, so that nothing
changes when a clerk pastes a piece into another letter.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

FONT: Final = "Times New Roman"
LEFT, CENTRE, RIGHT, JUSTIFIED = (
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)
_LONGEST: Final = 4_000  # letters a paragraph


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph is set; sizes and distances in points, `first` in millimetres."""

    size: float = 14
    bold: bool = False
    italic: bool = False
    align: WD_ALIGN_PARAGRAPH = LEFT
    first: float = 0
    before: float = 0
    after: float = 0
    line: float = 1
    keep: bool = False
    """Stays on the page of what follows."""


def clean(text: str) -> str:
    """Composed letters on one line, without control characters and invisible marks (T23, T28)."""
    composed = " ".join(unicodedata.normalize("NFC", text[: 2 * _LONGEST]).split())
    shown = "".join(char for char in composed if unicodedata.category(char)[0] != "C")
    return shown[:_LONGEST]


def written(paragraph: Paragraph, text: str, look: Look) -> Paragraph:
    """The paragraph with these words behind what it has."""
    set_as(paragraph, look)
    run(paragraph, text, look)
    return paragraph


def run(paragraph: Paragraph, text: str, look: Look) -> Run:
    made = paragraph.add_run()
    _in_font(made, look)
    # Not by `add_run(text)`, which reads tabs and line ends out of the words.
    word = OxmlElement("w:t")
    word.text = clean(text)
    word.set(qn("xml:space"), "preserve")
    made._r.append(word)
    return made


def _in_font(made: Run, look: Look) -> None:
    made.font.name = FONT
    fonts = made._r.get_or_add_rPr().get_or_add_rFonts()
    for which in ("w:eastAsia", "w:cs"):
        fonts.set(qn(which), FONT)
    made.font.size = Pt(look.size)
    made.font.bold, made.font.italic = look.bold, look.italic
    made.font.cs_bold, made.font.cs_italic = look.bold, look.italic
    _child(made._r.get_or_add_rPr(), "w:szCs", val=str(int(2 * look.size)))


def set_as(paragraph: Paragraph, look: Look) -> None:
    form = paragraph.paragraph_format
    form.alignment = look.align
    form.first_line_indent = Mm(look.first)
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    form.line_spacing = look.line
    form.keep_with_next = look.keep
    form.widow_control = True


def rule(paragraph: Paragraph, *, length: float, room: float, after: float = 0) -> None:
    """A line of `length` in the middle of `room` (mm), as the paragraph's own border."""
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm(max(0.0, (room - length) / 2))
    form.space_before, form.space_after = Pt(2), Pt(after)  # below the marks under ạ and ọ
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = Pt(3)
    form.keep_with_next = True
    borders = OxmlElement("w:pBdr")
    _child(borders, "w:top", val="single", sz="6", space="1", color="000000")
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, *_AFTER_BORDERS)


_AFTER_BORDERS: Final = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc")


def shrink(paragraph: Paragraph) -> None:
    """An empty paragraph that takes no room."""
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(1)


def _child(parent: BaseOxmlElement, tag: str, **attributes: str) -> BaseOxmlElement:
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    parent.append(made)
    return made


def page_number(paragraph: Paragraph, look: Look) -> None:
    """The number of the page, as a field that Word fills in."""
    set_as(paragraph, look)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    field.append(run(paragraph, "2", look)._r)


# --- tables --------------------------------------------------------------------------------------


def table(document: Document, rows: int, widths: Sequence[float], *, lines: str) -> Table:
    """A table of fixed column `widths` (mm); `lines`: "single", or "none" for a layout."""
    made: Table = document.add_table(rows, len(widths))
    made.autofit = False
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    properties = made._tbl.tblPr
    _borders(properties, lines)
    _cell_margins(properties, 0 if lines == "none" else 1)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    for row in made.rows:
        unsplit(row)
    return made


def _borders(properties: BaseOxmlElement, lines: str) -> None:
    borders = OxmlElement("w:tblBorders")
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        _child(borders, f"w:{side}", val=lines, sz="4", space="0", color="000000")


def _cell_margins(properties: BaseOxmlElement, millimetres: float) -> None:
    margins = OxmlElement("w:tblCellMar")
    properties.insert_element_before(margins, "w:tblLook")
    for side in ("left", "right"):
        _child(margins, f"w:{side}", w=str(Mm(millimetres).twips), type="dxa")


def unsplit(row: _Row) -> None:
    """No row is torn apart by the end of a page."""
    _child(row._tr.get_or_add_trPr(), "w:cantSplit")


def repeated(row: _Row) -> None:
    """Shown again at the top of each page that the table goes on to."""
    _child(row._tr.get_or_add_trPr(), "w:tblHeader")


def into(cell: _Cell, text: str, look: Look) -> Paragraph:
    """Words into a cell: its first paragraph while that is empty, then one more."""
    first = cell.paragraphs[0]
    fresh = len(cell.paragraphs) == 1 and not first.runs
    return written(first if fresh else cell.add_paragraph(), text, look)


def centred(cell: _Cell) -> None:
    """In the middle of the height of its row."""
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def outlined(paragraph: Paragraph, *, level: int) -> None:
    """Known to the reader's navigation as a heading; 0 is the highest."""
    outline = OxmlElement("w:outlineLvl")
    outline.set(qn("w:val"), str(level))
    paragraph._p.get_or_add_pPr().append(outline)
