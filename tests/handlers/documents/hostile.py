"""Workbooks as strangers make them: good ones with one thing changed, for the reader's tests."""

import base64
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
import xlsxwriter

from handlers.documents import sheet_reading
from handlers.reporting.workbooks.cells import Cells, Sheet, loaded

SHEET = "xl/worksheets/sheet1.xml"


def written(fill: Callable[[Any], object]) -> bytes:
    """A workbook by xlsxwriter; `fill` gets its first sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        fill(book.add_worksheet("A"))
    return out.getvalue()


def plain() -> bytes:
    return written(lambda sheet: sheet.write_string(0, 0, "abc"))


def changed(
    body: bytes, parts: Mapping[str, bytes | Callable[[bytes], bytes]], *, drop: str = ""
) -> bytes:
    """The same archive with parts put in, replaced or changed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(body)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = parts.get(name, old.read(name))
            if name != drop:
                new.writestr(name, part if isinstance(part, bytes) else part(old.read(name)))
        for name, part in parts.items():
            if name not in old.namelist() and isinstance(part, bytes):
                new.writestr(name, part)
    return out.getvalue()


def edited(body: bytes, edit: Callable[[Any], object]) -> bytes:
    """Opened, changed and saved again by another program; `edit` gets the first sheet."""
    book = openpyxl.load_workbook(io.BytesIO(body))
    edit(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def told(body: bytes) -> dict[str, Any]:
    """What the maker says of it."""
    said = sheet_reading.read({"body": base64.b64encode(body).decode()})
    found = json.loads(said)
    assert isinstance(found, dict)
    return found


def cells(body: bytes) -> Cells:
    return loaded(sheet_reading.read({"body": base64.b64encode(body).decode()}))


def only_sheet(body: bytes) -> Sheet:
    found = cells(body)
    assert isinstance(found, tuple)
    return found[0]
