"""The paper for a village meeting: all of a lesson is on it, and the sheet gives nothing away."""

from dataclasses import replace
from typing import Any

import pytest

from handlers.documents.lesson_sheet import (
    PrintedLesson,
    PrintedModule,
    PrintedOption,
    PrintedQuestion,
    script,
    script_pictures,
    sheet_pictures,
    sheets,
)

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 100">'
    '<rect width="720" height="100" fill="#a81818"/></svg>'
)
OPTIONS = (
    PrintedOption("Gọi hỏi số quen", "Gọi số quen là biết ngay.", is_right=True),
    PrintedOption("Bấm thử xem sao", "Muốn thử là dễ hiểu, nhưng nên hỏi trước.", is_right=False),
)
LESSON = PrintedLesson(
    number=1,
    title="Bảy dấu hiệu",
    minutes=4,
    pages=("Phiên chợ sáng.\n1. Giục gấp.\n\nĐừng vội.", "Gọi lại số quen."),
    try_it="Tìm số người nhà.",
    try_check="Gọi được là xong.",
    questions=(PrintedQuestion("Số lạ nhắn tin, nên làm gì?", OPTIONS),),
)
MODULE = PrintedModule("Phòng chống lừa đảo", "xã Giao Minh", is_sample=False, lessons=(LESSON,))


def a_module(**changes: Any) -> PrintedModule:
    return replace(MODULE, lessons=(replace(LESSON, **changes),))


def asked(*options: PrintedOption) -> PrintedModule:
    return a_module(questions=(PrintedQuestion(LESSON.questions[0].text, options),))


def test_equal_lessons_give_equal_bytes() -> None:
    assert sheets(MODULE) == sheets(a_module())
    assert script(MODULE) == script(a_module())


@pytest.mark.parametrize(
    "changes",
    [
        *({"title": "Tám dấu hiệu"}, {"pages": ("Chợ chiều.", "Gọi lại.")}, {"number": 2}),
        *({"try_it": "Tìm số xóm."}, {"try_check": "Thấy là được."}, {"picture": SVG}),
        {"questions": (PrintedQuestion("Ai gọi?", OPTIONS),)},
    ],
)
def test_whatever_a_learner_reads_is_on_both_papers(changes: dict[str, Any]) -> None:
    assert sheets(a_module(**changes)) != sheets(MODULE)
    assert script(a_module(**changes)) != script(MODULE)


def test_only_the_script_knows_the_answer_and_the_reasons() -> None:
    first, second = OPTIONS
    turned = asked(replace(first, is_right=False), replace(second, is_right=True))
    other = asked(first, replace(second, reason="Nên hỏi người nhà trước."))
    for changed in (turned, other):
        assert sheets(changed) == sheets(MODULE)
        assert script(changed) != script(MODULE)


def test_each_lesson_begins_on_a_leaf_of_its_own() -> None:
    """Two sides of one leaf, then the next: sheets are handed out one by one."""
    two = replace(MODULE, lessons=(LESSON, replace(LESSON, number=2)))
    assert len(sheet_pictures(MODULE, ppi=20)) == 1
    assert len(sheet_pictures(two, ppi=20)) == 3
    assert len(script_pictures(two, ppi=20)) == 2


def test_figures_of_the_demo_say_so() -> None:
    assert sheets(replace(MODULE, is_sample=True)) != sheets(MODULE)


@pytest.mark.parametrize("text", ["#panic()", "*đậm* _nghiêng_ $x$", "<b>x</b>", "\\u{0}"])
def test_whatever_is_written_is_only_text(text: str) -> None:
    """T28: no markup, no template."""
    changed = a_module(pages=(text,), title=text, try_it=text)
    assert sheets(changed).startswith(b"%PDF")
    assert script(changed).startswith(b"%PDF")
