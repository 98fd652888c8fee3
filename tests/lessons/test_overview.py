"""docs/curriculum.md says what the lessons are."""

from pathlib import Path

from lessons.catalogue import HERE, load
from lessons.overview import document, missing
from tests.lessons.folders import a_folder, a_lesson


def test_the_page_in_docs_is_of_the_present_lessons() -> None:
    """Made anew by `python -m bot lessons overview > docs/curriculum.md`."""
    page = HERE.parent / "docs" / "curriculum.md"
    assert page.read_text(encoding="utf-8") == document(load())


def test_every_track_teaches_every_competence_it_is_for() -> None:
    """Work is the matter of officers and traders: residents and pupils learn for themselves."""
    assert missing(load()) == [("dan", "nghe_nghiep"), ("hoc", "nghe_nghiep")]


def test_what_no_lesson_teaches_is_named(tmp_path: Path) -> None:
    taught = ["thiet_bi", "thong_tin", "giao_tiep", "noi_dung", "an_toan", "giai_quyet", "ai"]
    catalogue = load(a_folder(tmp_path, a_lesson(competences=taught)))
    assert missing(catalogue) == [("dan", "nghe_nghiep")]


def test_the_counts_are_of_what_is_there(tmp_path: Path) -> None:
    page = document(load(a_folder(tmp_path, a_lesson(), a_lesson("can1-1"))))
    assert "| Người dân | 1 | 4 | 0 | 1 | 0 | 2 | 6 | 0 | 1 |" in page
    assert "| **All** | 2 | 7 | 1 | 1 | 0 | 4 | 12 | 0 | 2 |" in page
    assert "### CAN1 Phong trào (A, 1/3)" in page
