from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.catalogue import HERE, VARIABLES, BadContent, fill, load
from lessons.comparing import texts
from tests.lessons.folders import a_folder, a_lesson, a_question, an_option, write


def test_the_shipped_lessons_load_and_begin_with_the_first() -> None:
    catalogue = load()
    assert catalogue.first is not None
    assert catalogue.first.id == "dan5-1"
    assert catalogue.lesson("dan5-2") in catalogue.lessons_of("dan5")


def test_the_curriculum_has_88_lessons_in_four_tracks() -> None:
    catalogue = load()
    assert sum(module.planned for module in catalogue.modules) == 88
    assert [track.id for track in catalogue.tracks] == ["dan", "can", "kinh", "hoc"]


def test_lessons_stand_in_the_order_of_the_plan(tmp_path: Path) -> None:
    ids = ["can1-1", "dan1-2", "dan1-10", "dan2-1", "dan1-1"]
    catalogue = load(a_folder(tmp_path, *(a_lesson(i) for i in ids)))
    assert [x.id for x in catalogue.lessons] == ["dan1-1", "dan1-2", "dan1-10", "dan2-1", "can1-1"]


def test_a_module_without_lessons_is_not_offered(tmp_path: Path) -> None:
    catalogue = load(a_folder(tmp_path))
    assert [module.id for module in catalogue.modules_of("dan")] == ["dan1"]
    assert [track.id for track in catalogue.tracks_offered()] == ["dan"]
    assert catalogue.module("dan2") is not None


def test_a_module_is_whole_only_with_every_planned_lesson(tmp_path: Path) -> None:
    catalogue = load(a_folder(tmp_path, a_lesson("dan1-1"), a_lesson("dan2-1")))
    assert catalogue.is_whole("dan2")
    assert not catalogue.is_whole("dan1")
    assert not catalogue.is_whole("can1")
    assert not catalogue.is_whole("gone")


@pytest.mark.parametrize(
    ("here", "done", "then"),
    [
        ("dan1-1", [], "dan1-2"),
        ("dan1-2", [], "dan2-1"),
        ("dan1-1", ["dan1-1", "dan1-2"], "dan2-1"),
        ("dan2-1", ["dan2-1"], "dan1-1"),
        ("dan2-1", ["dan1-1", "dan1-2", "dan2-1"], None),
        ("can1-1", [], None),
        ("gone", [], None),
    ],
)
def test_the_next_lesson(tmp_path: Path, here: str, done: list[str], then: str | None) -> None:
    lessons = [a_lesson(i) for i in ("dan1-1", "dan1-2", "dan2-1", "can1-1")]
    after = load(a_folder(tmp_path, *lessons)).after(here, done=done)
    assert (after and after.id) == then


def test_a_lesson_knows_its_place_by_its_id(tmp_path: Path) -> None:
    lesson = load(a_folder(tmp_path, a_lesson("dan1-1"), a_lesson("dan1-10"))).lesson("dan1-10")
    assert lesson is not None
    assert (lesson.track, lesson.module, lesson.order) == ("dan", "dan1", 10)


def test_the_version_changes_with_the_words_only(tmp_path: Path) -> None:
    def version(**changes: Any) -> str:
        lesson = load(a_folder(tmp_path, a_lesson(**changes))).first
        assert lesson is not None
        return lesson.content_version

    good = version()
    assert len(good) == 12
    assert version(review=a_lesson()["verified"], facts=["VN-06"], reviewed=[]) == good
    assert version(title="Tên khác") != good
    assert version(questions=[a_question("a", right=2), a_question("b", right=1)]) != good


def test_pictures_are_found_beside_the_lessons(tmp_path: Path) -> None:
    lesson = a_lesson(picture={"file": "x", "alt": "Hình.", "page": 2})
    catalogue = load(a_folder(tmp_path, lesson))
    assert catalogue.first is not None
    assert catalogue.picture_path(catalogue.first) == tmp_path / "pictures" / "x.png"


TWO_RIGHT = {
    "id": "q",
    "text": "Gì?",
    "options": [an_option("Gọi", right=True), an_option("Chờ", right=True)],
}


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"colour": "red"}, "colour: Extra inputs"),
        ({"title": "  "}, "title"),
        ({"minutes": 0}, "minutes"),
        ({"competences": ["magic"]}, "competences"),
        ({"nd": ["ND-8"]}, "nd"),
        ({"facts": []}, "facts"),
        ({"pages": []}, "pages"),
        ({"review": "soon"}, "review"),
        ({"questions": []}, "questions"),
        ({"questions": [a_question("q"), a_question("q")]}, "the same id"),
        ({"questions": [TWO_RIGHT]}, "exactly one option"),
        ({"picture": {"file": "x", "alt": "Hình.", "page": 3}}, "page 3, which does not exist"),
        ({"picture": {"file": "../x", "alt": "Hình.", "page": 1}}, "picture.file"),
        ({"id": "dan9-1"}, "no module dan9"),
        ({"id": "dan1"}, "id"),
    ],
)
def test_what_cannot_be_taught_does_not_load(
    tmp_path: Path, changes: dict[str, Any], what: str
) -> None:
    a_folder(tmp_path)
    file = write(tmp_path, a_lesson("dan1-2") | changes, name=f"{changes.get('id', 'x')}-bad.toml")
    with pytest.raises(BadContent) as bad:
        load(tmp_path)
    assert what in ": ".join(bad.value.problems[0])
    assert {where for where, _ in bad.value.problems} == {file.name}


def test_every_problem_of_every_file_is_named_at_once(tmp_path: Path) -> None:
    a_folder(tmp_path)
    write(tmp_path, a_lesson("dan1-1"), name="dan1-1-again.toml")
    write(tmp_path, a_lesson("dan1-2"), name="misnamed.toml")
    write(tmp_path, a_lesson("dan1-3", minutes=99, title=""))
    (tmp_path / "content" / "zz.toml").write_text("not toml", encoding="utf-8")
    with pytest.raises(BadContent) as bad:
        load(tmp_path)
    told = "\n".join(f"{where}: {what}" for where, what in bad.value.problems)
    for part in ("appears twice", "must begin with dan1-2-", "minutes", "title", "zz.toml: cannot"):
        assert part in told


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('first_lesson = "dan1-1"', 'first_lesson = "dan1-9"', "is not a lesson"),
        ('{ id = "can1"', '{ id = "dan1"', "module dan1 appears twice"),
        ('{ id = "can1"', '{ id = "kinh1"', "no such track"),
        ("tracks =", "trucks =", "tracks"),
    ],
)
def test_a_bad_plan_does_not_load(tmp_path: Path, old: str, new: str, what: str) -> None:
    file = a_folder(tmp_path) / "modules.toml"
    file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(BadContent, match=what):
        load(tmp_path)


# fill()

PHONE = "Hỏi Công an xã. Số gọi: {cong_an_xa_phone}. Rồi về."


def test_a_value_is_put_in_and_an_empty_one_takes_its_sentence_away() -> None:
    assert fill(PHONE, {"cong_an_xa_phone": "0229 3"}) == "Hỏi Công an xã. Số gọi: 0229 3. Rồi về."
    for missing in ({}, {"cong_an_xa_phone": ""}, {"cong_an_xa_phone": " \n "}):
        assert fill(PHONE, missing) == "Hỏi Công an xã. Rồi về."


def test_a_line_that_loses_its_only_sentence_goes_whole() -> None:
    text = "Một.\n\n- Đến {trung_tam_address}.\n\nHai."
    assert fill(text, {}) == "Một.\n\nHai."


def test_a_value_never_becomes_a_template() -> None:
    sly = "{commune_name} {0.__class__} %s {cong_an_xa_phone}"
    assert fill("Ở {commune_name}.", {"commune_name": sly, "cong_an_xa_phone": "1"}) == f"Ở {sly}."
    assert fill("Ở {commune_name}.", {"commune_name": r"\1 \g<0>"}) == r"Ở \1 \g<0>."


def test_a_dot_inside_a_value_ends_no_sentence() -> None:
    text = "Đến {trung_tam_address}, gặp cán bộ. Gọi {trung_tam_phone}."
    assert fill(text, {"trung_tam_address": "Nhà A. Xóm 5"}) == "Đến Nhà A. Xóm 5, gặp cán bộ."


@given(st.text())
def test_without_variables_only_blanks_at_the_ends_may_change(text: str) -> None:
    text = text.replace("{", "").replace("}", "")
    assert fill(text, {}).split() == text.split()


FIRST_TWO = load(HERE).lessons[:2]


@given(st.dictionaries(st.sampled_from(VARIABLES), st.text(alphabet="a{}1 .\n")))
def test_no_placeholder_of_ours_is_ever_seen(values: dict[str, str]) -> None:
    for lesson in FIRST_TWO:
        for _, text in texts(lesson):
            shown = fill(text, values)
            assert shown
            assert not [v for v in VARIABLES if f"{{{v}}}" in shown]
