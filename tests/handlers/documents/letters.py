"""A letter as a turn would order it, and its .docx read back by the library's own reader."""

import io
from typing import Any, Final

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Length
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from handlers.documents.report_letter import report

WIDE: Final = ("STT", "Nội dung", "ĐVT", "Số liệu", "Ghi chú")


def a_table(*rows: list[str], columns: tuple[str, ...] = WIDE) -> dict[str, Any]:
    shown = [{"name": name, "share": 10, "align": "left"} for name in columns]
    return {"columns": shown, "rows": [{"cells": row, "strong": False} for row in rows]}


def an_annex(**changes: Any) -> dict[str, Any]:
    return {
        "label": "Phụ lục",
        "title": "SỐ LIỆU THỰC HIỆN PHONG TRÀO THI ĐUA NĂM 2026",
        "about": "(Kèm theo Báo cáo ngày …… tháng …… năm 2026 của Trường THCS A)",
        "table": a_table(["I. Công tác chỉ đạo"], ["1", "Số buổi học", "buổi", "1.234", ""]),
        "notes": ["Số liệu tính từ ngày 15/12/2025."],
        **changes,
    }


def a_head(**changes: str) -> dict[str, str]:
    return {
        "over": "UBND XÃ GIAO MINH",
        "unit": "TRƯỜNG THCS A",
        "number": "Số: ……/BC-……",
        "nation": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "motto": "Độc lập - Tự do - Hạnh phúc",
        "place": "Giao Minh, ngày …… tháng …… năm 2026",
        **changes,
    }


def a_letter(**changes: Any) -> dict[str, Any]:
    heading, text = {"kind": "heading"}, {"kind": "text"}
    return {
        "marks": [],
        "head": a_head(),
        "title": "BÁO CÁO",
        "subject": ["Kết quả, tình hình tổ chức thực hiện Phong trào thi đua", "năm 2026"],
        "to": "Kính gửi:",
        "addressees": ["UBND xã Giao Minh (qua Phòng Văn hóa - Xã hội)"],
        "grounds": ["Căn cứ Kế hoạch số ……/KH-UBND."],
        "opening": "Trường THCS A báo cáo như sau:",
        "sections": [
            {
                "number": "I",
                "heading": "CÔNG TÁC CHỈ ĐẠO",
                "lines": [{"text": "1. Kế hoạch", **heading}, {"text": "Đã có.", **text}],
                "table": None,
            }
        ],
        "closing": "Trên đây là báo cáo của Trường THCS A./.",
        "recipients_title": "Nơi nhận:",
        "recipients": ["- Như trên;", "- Lưu: VT."],
        "signature": {"above": ["TM. BAN"], "signs": "HIỆU TRƯỞNG", "name": ""},
        "annexes": [an_annex()],
        **changes,
    }


def mm(length: Length | None) -> float:
    assert length is not None
    return float(length.mm)


def points(length: Length | None) -> float:
    assert length is not None
    return float(length.pt)


def is_row(row: _Row, what: str) -> bool:
    properties = row._tr.trPr
    return properties is not None and properties.find(qn(what)) is not None


def opened(data: dict[str, Any]) -> Document:
    return docx.Document(io.BytesIO(report(data)))


def paragraph(place: Document | _Cell, text: str) -> Paragraph:
    return next(one for one in place.paragraphs if one.text.startswith(text))


def look(one: Paragraph) -> tuple[float, bool, bool]:
    """Size, bold, italic of all its runs, which are of one kind."""
    found = {(points(r.font.size), bool(r.font.bold), bool(r.font.italic)) for r in one.runs}
    assert len(found) == 1
    return found.pop()


def rules(place: Document | _Cell) -> list[float]:
    """The lengths of the rules (mm) in a cell of a known width, or between the margins."""
    room = mm(place.width) if isinstance(place, _Cell) else 160
    found = []
    for one in place.paragraphs:
        if one._p.pPr is not None and one._p.pPr.find(qn("w:pBdr")) is not None:
            assert not one.text
            form = one.paragraph_format
            found.append(room - mm(form.left_indent) - mm(form.right_indent))
    return found


def blocks(document: Document) -> list[str]:
    """What stands in the body one below the other: words of paragraphs, "table" for tables."""
    found = []
    for block in document.iter_inner_content():
        text = "table" if isinstance(block, Table) else block.text
        found += [text] if text else []
    return found
