"""From a file to records: the text of each cell, cleaned, with its line. Judged elsewhere."""

import csv
import io
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from handlers.units.model import Problem

COLUMNS: Final = (
    *("code", "name", "kind", "parent", "duty", "adults", "households"),
    *("aliases", "from", "until"),
)
REQUIRED_COLUMNS: Final = ("code", "name", "kind", "parent")
MAX_BYTES: Final = 5_000_000  # T31, T53
MAX_ROWS: Final = 5_000
MAX_CELL: Final = 2_000  # also bounds the cost of Unicode normalisation
MAX_LINE: Final = 10_000
MAX_COUNT: Final = 10_000_000

# Control characters and those that turn the direction of writing.
HIDDEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class Record:
    """One unit as written: column -> text, clean but unchecked."""

    line: int
    cells: Mapping[str, str]


def read_text(path: Path, problems: list[Problem]) -> str:
    try:
        if not path.is_file():
            problems.append(Problem(0, "", f"Không thấy tệp {path.name}."))
            return ""
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError:
        problems.append(Problem(0, "", f"Không mở được tệp {path.name}."))
        return ""
    if len(content) > MAX_BYTES:
        problems.append(Problem(0, "", "Tệp quá lớn (tối đa 5 MB)."))
        return ""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = "Tệp không phải UTF-8. Trong Excel, xin chọn Lưu thành “CSV UTF-8”."
        problems.append(Problem(line, "", what))
        return ""


def csv_records(text: str, problems: list[Problem]) -> list[Record]:
    rows = list(islice(_csv_rows(text, problems), MAX_ROWS + 2))
    if problems:
        return []
    if not rows:
        problems.append(Problem(0, "", "Tệp trống."))
        return []
    (first, header), *body = rows
    columns = [clean(cell).casefold() for cell in header]
    if not _check_header(columns, first, problems):
        return []
    if len(body) > MAX_ROWS:
        problems.append(Problem(body[-1][0], "", f"Tệp quá dài (tối đa {MAX_ROWS} dòng)."))
        return []
    return [_csv_record(columns, row, line, problems) for line, row in body]


def _csv_rows(text: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the number of the line on which it begins."""
    first = text.lstrip().split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield begins, row
            begins = reader.line_num + 1
    except csv.Error:
        what = "Từ dòng này không đúng kiểu CSV (thường thừa, thiếu ngoặc kép; hoặc ô quá dài)."
        problems.append(Problem(begins, "", what))


def _check_header(columns: Sequence[str], line: int, problems: list[Problem]) -> bool:
    named = [column for column in columns if column]
    strange = [column for column in named if column not in COLUMNS]
    missing = [column for column in REQUIRED_COLUMNS if column not in named]
    before = len(problems)
    if strange:
        told = ", ".join(map(quoted, strange[:5]))
        what = f"Không có cột nào tên {told}. Các cột dùng được: {', '.join(COLUMNS)}."
        problems.append(Problem(line, "", what))
    if missing:
        problems.append(Problem(line, "", f"Thiếu cột {', '.join(missing)}."))
    if not strange and len(set(named)) < len(named):
        problems.append(Problem(line, "", "Có cột viết hai lần."))
    return len(problems) == before


def _csv_record(
    columns: Sequence[str], row: Sequence[str], line: int, problems: list[Problem]
) -> Record:
    cells: dict[str, str] = {}
    surplus = any(cell.strip() for cell in row[len(columns) :])
    for column, cell in zip(columns, row, strict=False):
        if not column:
            surplus = surplus or bool(cell.strip())
        elif len(cell) > MAX_CELL:
            problems.append(Problem(line, column, f"Ô quá dài (tối đa {MAX_CELL} ký tự)."))
        else:
            cells[column] = clean(cell)
    if surplus:
        what = "Dòng có nhiều ô hơn số cột (một ô có dấu phẩy cần nằm trong ngoặc kép)."
        problems.append(Problem(line, "", what))
    return Record(line, cells)


def toml(text: str, problems: list[Problem]) -> dict[str, Any]:
    # A key of a million dotted parts would keep the parser busy for hours; no key spans two lines.
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > MAX_LINE:
            problems.append(Problem(number, "", f"Dòng quá dài (tối đa {MAX_LINE} ký tự)."))
            return {}
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line ([0-9]+)", str(error))
        what = "Dòng này không đúng kiểu TOML."
        problems.append(Problem(int(at[1]) if at else 0, "", what))
    except (ValueError, RecursionError):  # a number of thousands of digits; brackets without end
        problems.append(Problem(0, "", "Tệp không đúng kiểu TOML."))
    return {}


def units_of(document: Mapping[str, Any], text: str, problems: list[Problem]) -> list[Record]:
    listed = document.get("units", [])
    if not isinstance(listed, list) or not all(isinstance(unit, dict) for unit in listed):
        problems.append(Problem(0, "units", "Phải là danh sách đơn vị, mỗi đơn vị một bảng."))
        return []
    if len(listed) > MAX_ROWS:
        problems.append(Problem(0, "units", f"Quá nhiều đơn vị (tối đa {MAX_ROWS})."))
        return []
    openings = [
        number
        for number, line in enumerate(text.split("\n"), start=1)
        if line.lstrip().startswith(("[[units]]", "{"))
    ]
    lines = openings if len(openings) == len(listed) else [0] * len(listed)
    commune = document.get("code")
    return [
        _toml_record(unit, line, str(commune)[:MAX_CELL] if commune else "", problems)
        for line, unit in zip(lines, listed, strict=True)
    ]


def _toml_record(
    unit: Mapping[str, Any], line: int, commune: str, problems: list[Problem]
) -> Record:
    """In a commune file a unit that names no parent is directly under the commune."""
    cells: dict[str, str] = {}
    for column, value in unit.items():
        if column not in COLUMNS:
            problems.append(Problem(line, column[:40], "Không có mục nào tên như vậy."))
        elif (cell := _toml_cell(value)) is None or len(cell) > MAX_CELL:
            problems.append(Problem(line, column, "Giá trị không đúng kiểu, hoặc quá dài."))
        else:
            cells[column] = clean(cell)
    if "parent" not in cells and cells.get("code") != commune:
        cells["parent"] = clean(commune)
    return Record(line, cells)


def _toml_cell(value: object) -> str | None:
    match value:
        case str():
            return value
        case bool() | datetime():
            return None
        case int():
            return str(value) if abs(value) <= MAX_COUNT else None
        case date():
            return value.isoformat()
        case list() if all(isinstance(item, str) for item in value):
            return "|".join(value)
        case _:
            return None


def clean(text: str) -> str:
    """Composed letters, single spaces, nothing invisible."""
    composed = unicodedata.normalize("NFC", _INVISIBLE.sub("", text[:MAX_CELL]))
    return " ".join(composed.split())


def quoted(text: str | None) -> str:
    shown = HIDDEN.sub("?", text or "")
    return f"“{shown[:40]}…”" if len(shown) > 40 else f"“{shown}”"
