"""A small good folder of lessons, and ways to spoil it."""

import copy
import json
import random
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from lessons.catalogue import HERE
from lessons.draw import draw_stale

TODAY = date(2026, 11, 22)

MODULES = """
first_lesson = "dan1-1"
tracks = [{ id = "dan", title = "Người dân" }, { id = "can", title = "Cán bộ" }]
modules = [
  { id = "dan1", level = "B", planned = 3, title = "VNeID", safety = true },
  { id = "dan2", level = "B", planned = 1, title = "Dịch vụ công" },
  { id = "can1", level = "A", planned = 3, title = "Phong trào" },
]
"""
FACTS = """
facts = [
  { id = "VN-01", label = "XN", gist = "solid" },
  { id = "VN-06", label = "XN", gist = "x", allows = ["1900 0368", "a.gov.vn/xem"], ages = true },
  { id = "DV-04", label = "CN", gist = "unsure", until_confirmed = true },
  { id = "DV-05", label = "KD", gist = "never" },
]
"""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 100" font-family="Be Vietnam Pro">'
    '<text x="9" y="60" font-size="40">Số lạ</text></svg>'
)


_THINGS = (
    *("gà", "vịt", "lúa", "ngô", "sắn", "cá", "cua", "muối", "lưới", "thuyền"),
    *("trâu", "ruộng", "ao", "vườn", "cổng", "giếng", "sân", "bếp"),
)


def an_option(text: str, *, right: bool = False) -> dict[str, Any]:
    return {"text": text, "reason": f"Vì sao lại nghĩ {text.lower()} như vậy.", "right": right}


def a_question(name: str, *, right: int = 0, about: str = "nhà") -> dict[str, Any]:
    things = random.Random(f"{about} {name}").sample(_THINGS, 8)
    options = [an_option(f"Xem {thing} {about} {name} đã") for thing in things[:3]]
    options[right]["right"] = True
    scene = " ".join(things[3:])
    return {"id": name, "text": f"Có {scene} {about} {name} thì làm gì?", "options": options}


def a_lesson(lesson_id: str = "dan1-1", **changes: Any) -> dict[str, Any]:
    """Give a lesson without a fault; each one has sentences of its own."""
    module, _, order = lesson_id.partition("-")
    lesson: dict[str, Any] = {
        "id": lesson_id,
        "title": f"Bài {order} về {module}",
        "level": "A" if module.startswith("can") else "B",
        "minutes": 3,
        "competences": ["an_toan"],
        "facts": ["VN-01"],
        "nd": ["ND-5"],
        "verified": date(2026, 11, 1),
        "review": date(2027, 5, 1),
        "pages": [
            f"Bà Lành ở {module} đi chợ {order} từ sáng sớm tinh mơ.",
            "Trợ lý không bao giờ hỏi mã OTP, mật khẩu hay ảnh giấy tờ.",
        ],
        "try_it": {"text": "Mở máy ra xem.", "check": "Thấy tên mình là được."},
        "questions": [
            a_question("a", about=lesson_id),
            a_question("b", about=lesson_id, right=1),
        ],
        "reviewed": [{"on": date(2026, 11, 2), "by": "a neighbour", "found": "nothing"}],
    }
    return copy.deepcopy(lesson | changes)


def a_folder(folder: Path, *lessons: Mapping[str, Any]) -> Path:
    """Write modules, facts and these lessons (by default one good one)."""
    (folder / "content").mkdir(parents=True, exist_ok=True)
    (folder / "pictures").mkdir(exist_ok=True)
    (folder / "modules.toml").write_text(MODULES, encoding="utf-8")
    (folder / "facts.toml").write_text(FACTS, encoding="utf-8")
    for lesson in lessons or (a_lesson(),):
        write(folder, lesson)
    return folder


def write(folder: Path, lesson: Mapping[str, Any], *, name: str = "") -> Path:
    file = folder / "content" / (name or f"{lesson['id']}-x.toml")
    file.write_text("\n".join(f"{key} = {_toml(value)}" for key, value in lesson.items()), "utf-8")
    return file


def draw(folder: Path, stem: str, svg: str = SVG) -> None:
    page = HERE / "pictures" / "picture.typ"
    (folder / "pictures" / "picture.typ").write_bytes(page.read_bytes())
    (folder / "pictures" / f"{stem}.svg").write_text(svg, encoding="utf-8")
    draw_stale(folder / "pictures")


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)
