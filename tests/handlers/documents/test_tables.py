"""CSV files: words stay words, numbers stay numbers (T26)."""

import csv
import io

import pytest

from handlers.documents.tables import csv_of


def test_a_table_comes_back_as_it_was() -> None:
    rows: list[tuple[str, str | int]] = [
        ("Mục", "Nội dung"),
        ("Tên gọi", 'Bà "Sáu", xóm 5'),
        ("Dòng", "một\nhai"),
        ("Số", -5),
    ]
    body = csv_of(rows)
    assert body.startswith(b"\xef\xbb\xbf")
    found = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert found == [[str(value) for value in row] for row in rows]


@pytest.mark.parametrize(
    "text", ["=1+1", "+84", "-5", "@a", "\t=1", "\r=1", "  =cmd|' /C calc'!A0"]
)
def test_no_word_becomes_a_formula(text: str) -> None:
    """T26."""
    [[cell]] = csv.reader(io.StringIO(csv_of([(text,)]).decode("utf-8-sig"), newline=""))
    assert cell == f"'{text}"
    assert csv_of([(-5,)]) == b"\xef\xbb\xbf-5\r\n"
