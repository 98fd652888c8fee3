"""Workbooks that people send: read cell by cell, refused before they can do harm (T26, T31)."""

import io
import struct
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from handlers import texts
from handlers.documents import sheet_reading
from handlers.reporting.workbooks.cells import Odd, Refused, Why, loaded
from tests.handlers.documents.hostile import (
    SHEET,
    cells,
    changed,
    edited,
    only_sheet,
    plain,
    told,
    written,
)

REFUSED = texts.load()


# --- what is read --------------------------------------------------------------------------------


def test_cells_come_as_what_they_are() -> None:
    def fill(sheet: Any) -> None:
        sheet.write_string(0, 0, "Xóm 5")
        sheet.write_number(0, 1, 12)
        sheet.write_number(0, 2, 1.5)
        sheet.write_boolean(0, 3, True)
        sheet.write_blank(0, 4, None)
        sheet.write_string(2, 1, "  ")
        sheet.write_string(4, 2, "=1+1")

    sheet = only_sheet(written(fill))
    assert sheet.name == "A"
    assert sheet.cells == {(1, 1): "Xóm 5", (1, 2): 12, (1, 3): 1.5, (1, 4): True, (5, 3): "=1+1"}


def test_a_date_comes_as_its_day() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A2"] = date(2026, 7, 15), datetime(2026, 7, 15, 13, 30)  # noqa: DTZ001
    out = io.BytesIO()
    book.save(out)
    day = date(2026, 7, 15)
    assert only_sheet(out.getvalue()).cells == {(1, 1): day, (2, 1): day}


def test_a_formula_gives_what_was_worked_out() -> None:
    def fill(sheet: Any) -> None:
        sheet.write_formula(0, 0, "=1+2", None, 3)
        sheet.write_formula(1, 0, "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, 0, '="a"&"b"', None, "ab")

    assert only_sheet(written(fill)).cells == {(1, 1): 3, (2, 1): Odd("#DIV/0!"), (3, 1): "ab"}


def test_a_formula_nobody_worked_out_is_no_empty_cell() -> None:
    """Never dropped: it may have been meant as a figure."""
    body = edited(plain(), lambda sheet: sheet.cell(2, 2, "=SUM(A1:A9)"))
    assert only_sheet(body).cells[2, 2] == Odd("=")


def test_rows_that_stand_in_disorder_are_all_read() -> None:
    def turned(xml: bytes) -> bytes:
        row = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>%s</t></is></c></row>'
        rows = row % (9, 9, b"neun") + row % (3, 3, b"drei")
        start, end = xml.index(b"<sheetData>") + 11, xml.index(b"</sheetData>")
        return xml[:start] + rows + xml[end:]

    found = only_sheet(changed(plain(), {SHEET: turned})).cells
    assert found == {(9, 1): "neun", (3, 1): "drei"}


def test_a_sheet_that_lies_about_its_size_is_read_whole() -> None:
    def lied(xml: bytes) -> bytes:
        return xml.replace(b'<dimension ref="A1"/>', b'<dimension ref="A1:A1"/>')

    body = written(lambda sheet: [sheet.write_number(row, 3, row) for row in range(40)])
    assert len(only_sheet(changed(body, {SHEET: lied})).cells) == 40


def test_every_sheet_is_read_under_its_name() -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Khác").append(["b"])
    out = io.BytesIO()
    book.save(out)
    found = cells(out.getvalue())
    assert isinstance(found, tuple)
    assert [(one.name, dict(one.cells)) for one in found][1] == ("Khác", {(1, 1): "b"})


@pytest.mark.parametrize(("row", "column", "is_read"), [(5_000, 50, True), (5_001, 1, False)])
def test_five_thousand_rows_are_read_and_no_more(row: int, column: int, is_read: bool) -> None:
    """T31; an empty one in between does not hide the rest."""
    body = written(lambda sheet: sheet.write_number(row - 1, column - 1, 1))
    assert told(body) == (
        {"sheets": [{"name": "A", "cells": [[row, column, 1]]}]}
        if is_read
        else {"refused": "too_long"}
    )


def test_fifty_columns_are_read_and_no_more() -> None:
    """T31."""
    assert told(written(lambda sheet: sheet.write_number(0, 50, 1))) == {"refused": "too_long"}


def test_far_cells_without_a_value_do_no_harm() -> None:
    """Programs give whole columns a format."""

    def fill(sheet: Any) -> None:
        sheet.write_string(0, 0, "abc")
        for row in range(6_000):
            sheet.set_row(row, 20)

    assert only_sheet(written(fill)).cells == {(1, 1): "abc"}


def test_more_letters_than_anybody_writes_are_refused() -> None:
    """A few shared letters may stand in every cell: what comes out is bounded, too."""

    def fill(sheet: Any) -> None:
        for row in range(5_000):
            sheet.write_string(row, 0, "a" * 2_000)

    assert told(written(fill)) == {"refused": "too_long"}


# --- what is not opened --------------------------------------------------------------------------


def a_bomb() -> bytes:
    """30 MB of zeros in a few kilobytes."""
    return changed(plain(), {"xl/media/image1.png": bytes(30 * 1024 * 1024)})


def a_dense_bomb() -> bytes:
    """Each part small enough by itself, the ratio is not."""
    return changed(plain(), {f"xl/media/{n}.bin": bytes(200_000) for n in range(20)})


def a_swarm() -> bytes:
    return changed(plain(), {f"xl/media/{n}.bin": b"x" for n in range(250)})


def with_flag(body: bytes) -> bytes:
    """Every entry says that it is encrypted."""
    found = bytearray(body)
    place = -1
    while (place := found.find(b"PK\x01\x02", place + 1)) >= 0:
        [flags] = struct.unpack_from("<H", found, place + 8)
        struct.pack_into("<H", found, place + 8, flags | 0x1)
    return bytes(found)


def of_macros(types: bytes) -> bytes:
    return types.replace(b"spreadsheetml.sheet.main+xml", b"x.sheet.macroEnabled.main+xml")


def with_entities(xml: bytes) -> bytes:
    head, _, rest = xml.partition(b"?>")
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    return head + b"?>" + bomb + rest.replace(b"<sheetData>", b"<sheetData>&b;")


def by_lzma() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name), zipfile.ZIP_LZMA)
    return out.getvalue()


HOSTILE = {
    "bomb": (a_bomb, "too_big"),
    "dense": (a_dense_bomb, "too_big"),
    "swarm": (a_swarm, "too_big"),
    "encrypted": (lambda: with_flag(plain()), "locked"),
    "password": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "locked"),
    "macro": (lambda: changed(plain(), {"xl/vbaProject.bin": b"x"}), "macros"),
    "macro_type": (lambda: changed(plain(), {"[Content_Types].xml": of_macros}), "macros"),
    "macro_sheet": (lambda: changed(plain(), {"xl/macrosheets/sheet1.xml": b"x"}), "macros"),
    "embedded": (lambda: changed(plain(), {"xl/embeddings/a.bin": b"x"}), "macros"),
    "links": (lambda: changed(plain(), {"xl/externalLinks/externalLink1.xml": b"x"}), "links"),
    "query": (lambda: changed(plain(), {"xl/connections.xml": b"<x/>"}), "links"),
    "entities": (lambda: changed(plain(), {SHEET: with_entities}), "broken"),
    "lzma": (by_lzma, "broken"),
    "no_sheet": (lambda: changed(plain(), {}, drop=SHEET), "broken"),
    "no_types": (lambda: changed(plain(), {}, drop="[Content_Types].xml"), "broken"),
    "cut": (lambda: plain()[:-200], "broken"),
    "text": (lambda: b"a,b,c", "broken"),
    "nothing": (lambda: b"", "broken"),
    "bad_number": (
        lambda: changed(plain(), {SHEET: lambda xml: xml.replace(b'r="1"', b'r="zehn"')}),
        "broken",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_could_do_harm_is_refused_with_its_reason(name: str) -> None:
    """T31, T32: nothing of it is unpacked beyond its declared size, nothing is run or followed."""
    make, why = HOSTILE[name]
    assert told(make()) == {"refused": why}


def test_every_reason_has_its_sentence() -> None:
    from typing import get_args

    assert all(f"form_sheet.refused_{why}" in REFUSED for why in get_args(Why))
    assert {why for _, why in HOSTILE.values()} | {"too_long"} == set(get_args(Why))


def test_a_reason_of_another_release_is_one_we_can_say() -> None:
    assert loaded(b'{"refused": "new"}') == Refused("broken")


def test_without_defusedxml_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """XML entities stay off (T31)."""
    assert openpyxl.DEFUSEDXML
    monkeypatch.setattr(openpyxl, "DEFUSEDXML", False)
    with pytest.raises(RuntimeError):
        told(plain())


def test_the_limits_are_those_of_the_rule() -> None:
    """T31, as written."""
    limits = sheet_reading
    assert (limits.MOST_UNPACKED, limits.MOST_RATIO) == (30 * 1024 * 1024, 100)
    assert (limits.MOST_ENTRIES, limits.MOST_ROWS, limits.MOST_COLUMNS) == (200, 5_000, 50)
