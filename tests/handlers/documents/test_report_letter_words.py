"""What people typed stays words in the BÁO CÁO, and equal letters are equal files."""

import io
import zipfile
from typing import Any

import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.documents.report_letter import report
from tests.handlers.documents.examples import HOSTILE
from tests.handlers.documents.letters import a_head, a_letter, a_table, an_annex, blocks, opened


def with_words(words: str) -> dict[str, Any]:
    """The letter with these words wherever a text may stand."""
    said = {"text": words, "kind": "text"}
    section = {"number": words, "heading": words, "lines": [said], "table": None}
    return a_letter(
        marks=[words],
        head=dict.fromkeys(a_head(), words),
        subject=[words],
        addressees=[words],
        sections=[section],
        closing=words,
        recipients=[words],
        signature={"above": [words], "signs": words, "name": words},
        annexes=[an_annex(title=words, table=a_table([words], [words] * 5), notes=[words])],
    )


@pytest.mark.parametrize("words", [*HOSTILE, "{{ x }} {% if %}", "<w:p/><b>", "]]>", "PAGE \\* X"])
def test_hostile_words_stay_words(words: str) -> None:
    """T23, T28: neither markup nor a template, no control and no direction of writing."""
    document = opened(with_words(words))
    assert len(document.tables) == 3
    assert len(list(document.element.iter(qn("w:fldSimple")))) == 0
    shown = document.element.xml
    assert not {"\u202e", "\x00", "\u200b"} & set(shown)
    if words.startswith(("{{", "<w:p", "]]>")):
        assert words in blocks(document)


@given(st.text(max_size=200))
@settings(max_examples=40, deadline=None)
def test_any_text_makes_a_letter(words: str) -> None:
    """T26, T28, for whatever can be typed."""
    assert len(opened(with_words(words)).tables) == 3


def test_equal_data_give_equal_bytes_and_the_file_tells_nothing_of_its_making() -> None:
    made = report(a_letter())
    assert made == report(a_letter())
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        assert {entry.date_time[0] for entry in file.infolist()} == {1980}
        names = file.namelist()
        about = file.read("docProps/core.xml").decode()
    assert not [name for name in names if "thumbnail" in name or "customXml" in name]
    assert "python-docx" not in about
    assert "created" not in about
    assert "BÁO CÁO Kết quả" in about
    assert len(made) < 30_000


@pytest.mark.parametrize(
    "changes",
    [
        {"unknown": 1},
        {"subject": []},
        {"annexes": [an_annex(table=a_table(["1", "2"]))]},
        {"head": {**a_head(), "seal": ""}},
        {"title": 5},
    ],
)
def test_another_shape_of_data_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever part it is
        report(a_letter(**changes))
