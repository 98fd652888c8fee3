"""The BÁO CÁO read back from its .docx: each rule of NĐ 30/2020 (curriculum-facts §13) as XML."""

from typing import Final

import pytest
from docx.oxml.ns import qn

from handlers.documents.letter_widths import narrowest, width
from tests.handlers.documents.letters import (
    WIDE,
    a_head,
    a_letter,
    a_table,
    an_annex,
    blocks,
    is_row,
    look,
    mm,
    opened,
    paragraph,
    points,
    rules,
)

# --- the page ------------------------------------------------------------------------------------


def test_it_is_a4_with_the_margins_of_the_decree() -> None:
    for pages in opened(a_letter()).sections:
        assert (mm(pages.page_width), mm(pages.page_height)) == pytest.approx((210, 297), abs=0.1)
        margins = (pages.top_margin, pages.bottom_margin, pages.left_margin, pages.right_margin)
        assert [mm(m) for m in margins] == pytest.approx([20, 20, 30, 20], abs=0.1)


def test_page_numbers_stand_in_the_middle_of_the_top_but_not_on_the_first_page() -> None:
    pages = opened(a_letter()).sections[0]
    assert pages._sectPr.find(qn("w:titlePg")) is not None
    number = pages.header.paragraphs[0]
    assert number.alignment == 1
    field = number._p.find(qn("w:fldSimple"))
    assert field.get(qn("w:instr")) == "PAGE"
    assert field.find(f".//{qn('w:sz')}").get(qn("w:val")) == "26"
    assert "PAGE" not in pages.first_page_header._element.xml
    assert "PAGE" not in pages.footer._element.xml


def test_every_annex_has_pages_and_numbers_of_its_own() -> None:
    annexes = [an_annex(), an_annex(label="Phụ lục II", landscape=True)]
    sections = opened(a_letter(annexes=annexes)).sections
    starts = [s._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) for s in sections]
    assert starts == ["1", "1", "1"]
    assert [s.start_type for s in sections][1:] == [2, 2]  # a new page
    sizes = [(round(mm(s.page_width)), round(mm(s.page_height))) for s in sections]
    assert sizes == [(210, 297), (210, 297), (297, 210)]
    assert [s.orientation for s in sections] == [0, 0, 1]


def test_everything_is_in_times_new_roman_also_for_other_scripts() -> None:
    document = opened(a_letter(marks=["DỮ LIỆU MẪU"]))
    pages = document.sections[0]
    places = (document.element, pages.header._element, pages.first_page_header._element)
    runs = [run for place in places for run in place.iter(qn("w:r"))]
    for run in runs:
        fonts = run.find(qn("w:rPr")).find(qn("w:rFonts"))
        sides = ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs")
        assert {fonts.get(qn(side)) for side in sides} == {"Times New Roman"}
    assert len(runs) > 30
    defaults = document.styles.element.find(qn("w:docDefaults"))
    fonts = next(defaults.iter(qn("w:rFonts")))
    assert set(fonts.attrib.values()) == {"Times New Roman"}
    assert not any("Theme" in name for name in fonts.attrib)


# --- the first page ------------------------------------------------------------------------------


def test_blocks_come_in_the_order_of_the_decree() -> None:
    assert blocks(opened(a_letter())) == [
        "table",
        "BÁO CÁO",
        "Kết quả, tình hình tổ chức thực hiện Phong trào thi đua",
        "năm 2026",
        "Kính gửi: UBND xã Giao Minh (qua Phòng Văn hóa - Xã hội)",
        "Căn cứ Kế hoạch số ……/KH-UBND.",
        "Trường THCS A báo cáo như sau:",
        "I. CÔNG TÁC CHỈ ĐẠO",
        "1. Kế hoạch",
        "Đã có.",
        "Trên đây là báo cáo của Trường THCS A./.",
        "table",
        "Phụ lục",
        "SỐ LIỆU THỰC HIỆN PHONG TRÀO THI ĐUA NĂM 2026",
        "(Kèm theo Báo cáo ngày …… tháng …… năm 2026 của Trường THCS A)",
        "table",
        "Số liệu tính từ ngày 15/12/2025.",
    ]


def test_the_head_is_a_table_of_two_rows_without_lines() -> None:
    """Number and day are on one line whatever the length of the names."""
    head = opened(a_letter()).tables[0]
    assert (len(head.rows), len(head.columns)) == (2, 2)
    borders = head._tbl.tblPr.find(qn("w:tblBorders"))
    assert {side.get(qn("w:val")) for side in borders} == {"none"}
    (unit, state), (number, place) = (row.cells for row in head.rows)
    assert [p.text for p in unit.paragraphs if p.text] == ["UBND XÃ GIAO MINH", "TRƯỜNG THCS A"]
    assert [p.text for p in state.paragraphs if p.text] == [a_head()["nation"], a_head()["motto"]]
    assert (number.text, place.text) == (a_head()["number"], a_head()["place"])
    assert mm(unit.width) + mm(state.width) == pytest.approx(160, abs=0.1)


def test_sizes_of_the_head() -> None:
    document = opened(a_letter())
    (unit, state), (number, place) = (row.cells for row in document.tables[0].rows)
    assert look(paragraph(unit, "UBND")) == (13, False, False)
    assert look(paragraph(unit, "TRƯỜNG")) == (13, True, False)
    assert look(paragraph(state, "CỘNG")) == (13, True, False)
    assert look(paragraph(state, "Độc")) == (14, True, False)
    assert look(paragraph(number, "Số")) == (13, False, False)
    assert look(paragraph(place, "Giao")) == (14, False, True)
    everywhere = [*unit.paragraphs, *state.paragraphs, *number.paragraphs, *place.paragraphs]
    assert {one.alignment for one in everywhere if one.text} == {1}


def test_rules_are_borders_of_the_right_length_and_nothing_is_underlined() -> None:
    document = opened(a_letter())
    unit, state = document.tables[0].rows[0].cells
    (under_motto,) = rules(state)
    assert under_motto == pytest.approx(width(a_head()["motto"], size=14), abs=1)
    (under_unit,) = rules(unit)
    assert 1 / 3 <= under_unit / width("TRƯỜNG THCS A", size=13) <= 1 / 2
    (under_subject,) = rules(document)
    assert 1 / 3 <= under_subject / width("năm 2026", size=14) <= 1 / 2
    assert not list(document.element.iter(qn("w:u")))


def test_the_name_of_the_state_fits_on_one_line() -> None:
    state = opened(a_letter()).tables[0].rows[0].cells[1]
    assert width(a_head()["nation"], size=13) < mm(state.width)


def test_a_long_name_is_broken_into_lines_of_like_length() -> None:
    name = "ỦY BAN MTTQ VIỆT NAM XÃ"
    assert narrowest(name, size=13, room=62) < 45  # not "… VIỆT NAM" and "XÃ"
    unit = opened(a_letter(head=a_head(unit=name))).tables[0].rows[0].cells[0]
    (under,) = rules(unit)
    assert 1 / 3 <= under / width("VIỆT NAM XÃ", size=13) <= 1 / 2


def test_a_hamlet_has_no_number() -> None:
    head = a_head(over="", unit="XÓM 5", number="")
    table = opened(a_letter(head=head)).tables[0]
    assert [p.text for p in table.cell(0, 0).paragraphs if p.text] == ["XÓM 5"]
    assert table.cell(1, 0).text == ""
    assert len(table.rows) == 2


def test_title_and_subject_are_bold_in_the_middle() -> None:
    document = opened(a_letter())
    for start in ("BÁO CÁO", "Kết quả", "năm 2026"):
        one = paragraph(document, start)
        assert look(one) == (14, True, False)
        assert one.alignment == 1


def test_several_addressees_stand_on_lines_of_their_own() -> None:
    document = opened(a_letter(addressees=["Sở Nội vụ", "Thường trực HĐND xã"]))
    found = blocks(document)
    at = found.index("Kính gửi:")
    assert found[at + 1 : at + 3] == ["- Sở Nội vụ;", "- Thường trực HĐND xã."]


# --- body and end --------------------------------------------------------------------------------


def test_the_body_is_justified_with_an_indent_and_space() -> None:
    document = opened(a_letter())
    for start in ("Trường THCS A báo", "Đã có", "Trên đây", "Căn cứ"):
        form = paragraph(document, start).paragraph_format
        assert form.alignment == 3
        assert mm(form.first_line_indent) == pytest.approx(12.7, abs=0.1)
        assert points(form.space_before) >= 6
        assert form.line_spacing == pytest.approx(1.15)
    assert look(paragraph(document, "Đã có")) == (14, False, False)
    assert look(paragraph(document, "Căn cứ")) == (14, False, True)
    for start in ("I. CÔNG", "1. Kế hoạch"):
        assert look(paragraph(document, start)) == (14, True, False)
        assert paragraph(document, start).paragraph_format.keep_with_next


def test_recipients_and_signature_stand_side_by_side() -> None:
    end = opened(a_letter()).tables[1]
    borders = end._tbl.tblPr.find(qn("w:tblBorders"))
    assert {side.get(qn("w:val")) for side in borders} == {"none"}
    left, right = end.rows[0].cells
    assert look(paragraph(left, "Nơi nhận:")) == (12, True, True)
    assert look(paragraph(left, "- Như trên;")) == (11, False, False)
    assert [p.text for p in left.paragraphs][1:] == ["- Như trên;", "- Lưu: VT."]
    assert [p.text for p in right.paragraphs] == ["TM. BAN", "HIỆU TRƯỞNG", "", "", "", "", ""]
    assert look(paragraph(right, "HIỆU TRƯỞNG")) == (14, True, False)
    assert right.paragraphs[0].alignment == 1
    assert is_row(end.rows[0], "w:cantSplit")


def test_a_known_signer_stands_below_four_empty_lines() -> None:
    signature = {"above": ["TM. ỦY BAN", "KT. CHỦ TỊCH"], "signs": "PHÓ CHỦ TỊCH", "name": "Lê A"}
    right = opened(a_letter(signature=signature)).tables[1].rows[0].cells[1]
    assert [p.text for p in right.paragraphs][3:] == ["", "", "", "", "Lê A"]


def test_the_names_of_columns_are_repeated_and_rows_are_not_torn() -> None:
    table = opened(a_letter()).tables[2]
    assert [cell.text for cell in table.rows[0].cells] == list(WIDE)
    heads = [is_row(row, "w:tblHeader") for row in table.rows]
    assert heads == [True, False, False]
    assert all(is_row(row, "w:cantSplit") for row in table.rows)
    assert len(table.rows[1]._tr.tc_lst) == 1  # a heading of rows goes across
    widths = [mm(cell.width) for cell in table.rows[0].cells]
    assert sum(widths) == pytest.approx(160, abs=0.5)


def test_a_wide_annex_lies_across_and_a_section_may_have_a_table() -> None:
    """The commune's own report: many columns, figures within the body."""
    names = tuple(f"Cột {n}" for n in range(14))
    wide = a_table(*[[str(n) for n in range(14)]] * 60, columns=names)
    section = {"number": "II", "heading": "KẾT QUẢ", "lines": [], "table": a_table()}
    data = a_letter(annexes=[an_annex(table=wide, landscape=True)], sections=[section])
    document = opened(data)
    tables = document.tables
    assert [len(table.columns) for table in tables] == [2, 5, 2, 14]
    assert sum(mm(c.width) for c in tables[-1].rows[0].cells) == pytest.approx(247, abs=0.5)


def test_marks_stand_on_every_page_and_only_if_there_are_any() -> None:
    marked = opened(a_letter(marks=["DỮ LIỆU MẪU", "BẢN TẬP THỬ"]))
    for pages in marked.sections:
        for place in (pages.footer, pages.first_page_footer, pages.first_page_header):
            assert place.paragraphs[0].text == "DỮ LIỆU MẪU - BẢN TẬP THỬ"
    plain = opened(a_letter())
    assert "MẪU" not in plain.sections[0].footer._element.xml + plain.element.xml


# --- what Word insists on ------------------------------------------------------------------------

ORDER: Final = {
    "w:pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs spacing "
    "ind jc outlineLvl rPr sectPr",
    "w:rPr": "rFonts b bCs i iCs color sz szCs u lang",
    "w:tblPr": "tblStyle tblW jc tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "w:tcPr": "tcW gridSpan vMerge tcBorders shd vAlign",
    "w:sectPr": "headerReference footerReference type pgSz pgMar pgNumType cols titlePg docGrid",
}
"""ECMA-376, Part 1: the children of each come in this order, or Word calls the file damaged."""


@pytest.mark.parametrize("tag", ORDER)
def test_properties_come_in_the_order_of_the_standard(tag: str) -> None:
    document = opened(a_letter(marks=["MẪU"], annexes=[an_annex(), an_annex(landscape=True)]))
    header = document.sections[0].header._element
    order = [qn(f"w:{name}") for name in ORDER[tag].split()]
    found = [*document.element.iter(qn(tag)), *header.iter(qn(tag))]
    assert found
    for properties in found:
        places = [order.index(child.tag) for child in properties]
        assert places == sorted(places)
