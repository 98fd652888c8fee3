"""A few short lessons of the tests' own, and the flows that learn them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

import handlers
from handlers import learning, progress, statistics
from lessons import catalogue
from lessons.catalogue import (
    Catalogue,
    Lesson,
    Module,
    Option,
    Picture,
    Question,
    Track,
    TryIt,
)
from tests.talk import House

RIGHT: Final = "Hỏi lại người quen"
_WRONG: Final = ("Làm theo ngay", "Nhắn tin trả lời")

MODULES: Final = (
    Module(id="dan5", title="Phòng chống lừa đảo", level="B", planned=3, safety=True),
    Module(id="dan6", title="Mật khẩu và Zalo", level="B", planned=7),
    Module(id="can1", title="Nghị quyết 57", level="A", planned=1),
)
TRACKS: Final = (Track(id="dan", title="Người dân"), Track(id="can", title="Cán bộ, xóm"))


def a_question(number: int) -> Question:
    options = (
        Option(text=RIGHT, reason="Gọi số quen là biết ngay.", right=True),
        *(Option(text=text, reason=f"{text} thì vội quá.") for text in _WRONG),
    )
    return Question(id=f"q{number}", text=f"Tình huống {number}: nên làm gì?", options=options)


def a_lesson(lesson_id: str, title: str, **more: Any) -> Lesson:
    values: dict[str, Any] = {
        "id": lesson_id,
        "title": title,
        "level": "B",
        "minutes": 4,
        "competences": ["an_toan"],
        "facts": ["LD-01"],
        "nd": ["ND-5"],
        "verified": date(2026, 11, 1),
        "review": date(2027, 5, 1),
        "pages": [f"{title}: trang một.", f"{title}: trang hai.", f"{title}: trang ba."],
        "try_it": TryIt(text="Thử gọi một số quen.", check="Gọi được là xong."),
        "questions": [a_question(number) for number in (1, 2, 3)],
    }
    return Lesson.model_validate(values | more)


def a_catalogue(lessons: Sequence[Lesson] = ()) -> Catalogue:
    known = tuple(lessons) or (
        a_lesson(
            "dan5-1",
            "Bảy dấu hiệu lừa đảo",
            picture=Picture(file="dan5-1", page=2, alt="Bảy tin nhắn của số lạ."),
        ),
        a_lesson("dan5-2", "Giả công an"),
        a_lesson("dan5-3", "Ứng dụng giả", pages=["Trang một.", "Gọi {cong_an_xa_phone}. Xong."]),
        *(a_lesson(f"dan6-{n}", f"Bài mật khẩu {'abcdefg'[n - 1]}") for n in range(1, 8)),
        a_lesson("can1-1", "Phong trào của xã"),
    )
    return Catalogue(Path(), TRACKS, MODULES, known, known[0])


def teach(house: House, content: Catalogue) -> None:
    """The running house teaches this content from now on."""
    house.app.dispatcher._house = replace(house.app.dispatcher._house, lessons=content)


@pytest.fixture(autouse=True)
def small_catalogue(monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    """Every house of the test teaches the small catalogue."""
    known = {flow.name for flow in handlers.FLOWS}
    ours = (learning.flow, progress.flow, statistics.flow)
    missing = tuple(flow for flow in ours if flow.name not in known)
    monkeypatch.setattr("bot.app.FLOWS", (*handlers.FLOWS, *missing))
    made = a_catalogue()
    monkeypatch.setattr(catalogue, "load", lambda: made)
    return made
