"""An .xlsx that somebody sent, read cell by cell in the maker's process (T31): nothing is run.

What it holds is bounded before it is opened, and again while it is read. All that comes out is
JSON: typed cells, or the word why there are none (`workbooks/cells.py` of reporting reads it).
"""

import base64
import io
import json
import math
import os
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, Final

MOST_UNPACKED: Final = 30 * 1024 * 1024  # bytes
MOST_RATIO: Final = 100
MOST_ENTRIES: Final = 200
MOST_ROWS: Final = 5_000
MOST_COLUMNS: Final = 50
MOST_SHEETS: Final = 20
MOST_LETTERS: Final = 500_000  # of all cells together: what comes out is kept, for a while
_SMALL: Final = 64 * 1024  # an empty part of a workbook may well shrink to a hundredth
_OLE: Final = b"\xd0\xcf\x11\xe0"  # a workbook with a password, or one of before 2007
_KNOWN: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MACROS: Final = ("vbaproject", "xl/macrosheets/", "xl/activex/", "xl/embeddings/")
_LINKS: Final = ("xl/externallinks/", "xl/connections", "xl/querytables/")


class Unfit(Exception):
    """It is not read; the word is one of `handlers.reporting.workbooks.cells.Why`."""


def read(data: Mapping[str, Any]) -> bytes:
    """JSON of `data["body"]`, the base64 of a workbook: {"sheets": […]} or {"refused": word}."""
    library = _openpyxl()
    body = base64.b64decode(data["body"], validate=True)
    try:
        found: dict[str, Any] = {"sheets": _sheets(body, library)}
    except Unfit as why:
        found = {"refused": str(why)}
    return json.dumps(found, ensure_ascii=False, allow_nan=False).encode()


def _openpyxl() -> Any:
    os.environ["OPENPYXL_LXML"] = "False"  # lxml is there for Word files; defusedxml is for us
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("without defusedxml nothing is opened")
    return openpyxl


# --- before it is opened -------------------------------------------------------------------------


def _sheets(body: bytes, library: Any) -> list[dict[str, Any]]:
    if body.startswith(_OLE):
        raise Unfit("locked")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            entries = archive.infolist()
            _check_size(entries, len(body))
            _check_content(entries)
            _check_types(archive.read("[Content_Types].xml"))
        return _read(body, library)
    except (Unfit, MemoryError):
        raise
    except Exception as error:  # what a library says of a broken file is of any class
        raise Unfit("broken") from error


def _check_size(entries: list[zipfile.ZipInfo], packed: int) -> None:
    """Declared sizes are believed: zipfile never unpacks more than was declared."""
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * packed:
        raise Unfit("too_big")
    for entry in entries:
        if entry.file_size > max(_SMALL, MOST_RATIO * entry.compress_size):
            raise Unfit("too_big")


def _check_types(types: bytes) -> None:
    if b"macroEnabled" in types:
        raise Unfit("macros")


def _check_content(entries: list[zipfile.ZipInfo]) -> None:
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unfit("locked")
    if any(entry.compress_type not in _KNOWN for entry in entries):
        raise Unfit("broken")
    names = [entry.filename.replace("\\", "/").lower() for entry in entries]
    for word, parts in (("macros", _MACROS), ("links", _LINKS)):
        if any(part in name for name in names for part in parts):
            raise Unfit(word)


# --- opened --------------------------------------------------------------------------------------


def _read(body: bytes, library: Any) -> list[dict[str, Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about what openpyxl does not keep: we keep nothing
        book = library.load_workbook(
            io.BytesIO(body), read_only=True, data_only=True, keep_links=False
        )
        if not book.worksheets:
            raise Unfit("broken")
        if len(book.worksheets) > MOST_SHEETS:
            raise Unfit("too_long")
        letters = _Letters()
        return [
            {"name": str(sheet.title)[:100], "cells": list(_cells(sheet, letters))}
            for sheet in book.worksheets
        ]


class _Letters:
    """How much has come out so far."""

    def __init__(self) -> None:
        self._count = 0

    def add(self, value: Any) -> None:
        self._count += len(str(value)) + 8
        if self._count > MOST_LETTERS:
            raise Unfit("too_long")


def _cells(sheet: Any, letters: _Letters) -> Iterator[list[Any]]:
    """[row, column, value] of all that is not empty, wherever the sheet says that it ends."""
    for row, cells in _rows(sheet):
        for cell in cells:
            value = _typed(cell)
            if value is None:
                continue
            if row > MOST_ROWS or cell["column"] > MOST_COLUMNS:
                raise Unfit("too_long")
            letters.add(value)
            yield [row, cell["column"], value]


def _rows(sheet: Any) -> Iterable[tuple[int, list[dict[str, Any]]]]:
    """Straight from openpyxl's parser: its `iter_rows` fills gaps and believes the dimensions."""
    from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

    class Parser(WorkSheetParser):  # type: ignore[misc] # openpyxl has no types
        def parse_cell(self, element: Any) -> Any:
            """A formula that nobody has worked out yet is not an empty cell."""
            cell = super().parse_cell(element)
            if cell["value"] is None and element.find(FORMULA_TAG) is not None:
                cell["data_type"] = "f"
            return cell

    with sheet._get_source() as source:
        yield from Parser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=sheet.parent.epoch,
            date_formats=sheet.parent._date_formats,
            timedelta_formats=sheet.parent._timedelta_formats,
        ).parse()


def _typed(cell: Mapping[str, Any]) -> Any:
    """Text, number and bool as they are; a date, an error or an open formula as an object."""
    value, kind = cell["value"], cell["data_type"]
    if kind == "f":
        return {"formula": ""}
    if kind == "e":
        return {"error": str(value)}
    if isinstance(value, datetime):
        return {"date": value.date().isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, bool | int):
        return value if abs(value) < 10**15 else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if value is None or isinstance(value, time) or not isinstance(value, str):
        return None if value is None else str(value)
    return value if value.strip() else None


__all__ = ["MOST_COLUMNS", "MOST_LETTERS", "MOST_ROWS", "Unfit", "read"]
