"""Every rule of the checker, shown to fail on a good lesson with one thing spoilt."""

import unicodedata
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from lessons.catalogue import HERE, load
from lessons.checker import Finding, check, months_after, png_width
from tests.lessons.folders import (
    SVG,
    TODAY,
    a_folder,
    a_lesson,
    a_question,
    an_option,
    draw,
    write,
)

REMINDER = "Trợ lý không bao giờ hỏi mã OTP, mật khẩu hay ảnh giấy tờ."
PICTURE = {"file": "x", "alt": "Hình một cái máy.", "page": 1}


def found(folder: Path, today: date = TODAY) -> list[str]:
    return [str(finding) for finding in check(folder, today)]


def page(text: str, **changes: Any) -> dict[str, Any]:
    return {"pages": [text, REMINDER], **changes}


def options(*texts: str, right: int = 0) -> dict[str, Any]:
    made = [an_option(text, right=place == right) for place, text in enumerate(texts)]
    return {"questions": [{"id": "a", "text": "Gì?", "options": made}, a_question("b", right=1)]}


def reason(text: str) -> dict[str, Any]:
    lesson = a_lesson()
    lesson["questions"][0]["options"][2]["reason"] = text
    return {"questions": lesson["questions"]}


def test_the_shipped_lessons_have_no_error_on_the_day_they_were_written() -> None:
    written = max(lesson.verified for lesson in load().lessons)
    found = check(HERE, written)
    assert [finding for finding in found if finding.severity == "error"] == []


def test_a_good_lesson_has_no_finding(tmp_path: Path) -> None:
    assert found(a_folder(tmp_path, *(a_lesson(i) for i in ("dan1-1", "dan1-2", "can1-1")))) == []


LONG = "Trời " * 20 + "mưa."
MANY = [a_question(name, right=place % 3) for place, name in enumerate("abcd")]

YOU = a_question("a") | {"text": "Bạn làm gì?"}
WORDY = a_question("a") | {"text": "Mưa to. " * 59}

SPOILT: list[tuple[dict[str, Any], str, str]] = [
    # how much
    (page("Mưa to. " * 80), "page 1", "characters, at most 600"),
    (page("Gọi {trung_tam_address}. " * 12), "page 1", "characters, at most 600"),
    ({"pages": [REMINDER]}, "pages", "1 pages, not 2 or 3"),
    ({"pages": [REMINDER, "Hai.", "Ba.", "Bốn."]}, "pages", "4 pages, not 2 or 3"),
    ({"questions": [a_question("a")]}, "questions", "1 questions, not 2 or 3"),
    ({"questions": MANY}, "questions", "4 questions, not 2 or 3"),
    (options("Chờ"), "a", "1 options, not 2 to 4"),
    (options("Một", "Hai", "Ba", "Bốn", "Năm"), "a", "5 options, not 2 to 4"),
    ({"title": "Bài " * 20}, "title", "at most 60"),
    (options("Gọi mẹ. " * 14, "Hỏi bố. " * 14, "Chờ ông. " * 13), "a option 1", "at most 100"),
    (reason("Mưa to. " * 40), "a reason 3", "at most 300"),
    ({"try_it": {"text": "Mở ra. " * 40, "check": "Xem đi. " * 40}}, "try_it", "at most 500"),
    ({"questions": [WORDY, a_question("b", right=1)]}, "a", "with its options, at most 500"),
    ({"picture": PICTURE | {"alt": "Hình. " * 60}}, "picture.alt", "at most 300"),
    # how it is said
    (page(LONG), "page 1", "21 words, at most 20"),
    (
        page("Trời mưa to. " * 6 + f"{'Trời ' * 15}mưa. " * 5),
        "pages",
        "5 of 12 sentences have over",
    ),
    (page(f"{'Trời ' * 15}mưa. " * 3), "pages", "words a sentence, at most 13"),
    (page("Bạn xem nhé."), "page 1", "forbidden: Bạn"),
    (page("Bác hãy xem."), "page 1", "forbidden: Bác"),
    (page("Mời các cô chú xem."), "page 1", "forbidden: cô"),
    (page("Ông nên xem."), "page 1", "forbidden: Ông nên"),
    (page("Cháu xin chào."), "page 1", "forbidden: Cháu xin"),
    ({"title": "Bài cho bạn"}, "title", "forbidden: bạn"),
    ({"try_it": {"text": "Bạn mở ra.", "check": "Xong."}}, "try_it.text", "forbidden: Bạn"),
    ({"try_it": {"text": "Mở ra.", "check": "Bạn thấy."}}, "try_it.check", "forbidden: Bạn"),
    ({"picture": PICTURE | {"alt": "Bạn đây."}}, "picture.alt", "forbidden: Bạn"),
    ({"questions": [YOU, a_question("b", right=1)]}, "a", "forbidden: Bạn"),
    (options("Bạn chờ", "Bạn hỏi"), "a option 2", "forbidden: Bạn"),
    (reason("Sai rồi, xin xem lại."), "a reason 3", "forbidden: Sai rồi"),
    (page("Được 10 điểm."), "page 1", "forbidden: 10 điểm"),
    (page("Học một chuỗi 7 ngày."), "page 1", "forbidden: chuỗi 7 ngày"),
    (page("Xin truy cập vào máy."), "page 1", "forbidden: truy cập"),
    (page("Bấm vào link này."), "page 1", "foreign word: link: viết “đường dẫn”"),
    (page("Mở cái browser ra."), "page 1", "foreign word: browser"),
    (page("Xem 🙂 rồi cười 🙂."), "page 1", "more than one emoji"),
    (page("Xem **ngay** đi."), "page 1", "markup"),
    (page("Xem\u200b đi."), "page 1", "invisible"),
    (page("Trang {cong_an_huyen_phone}."), "page 1", "no variable {cong_an_huyen_phone}"),
    (page("Ngoặc { ở đây."), "page 1", "a stray"),
    (page("Gọi {cong_an_xa_phone}."), "page 1", "nothing is left"),
    # what it may lean on
    ({"facts": ["XX-99"]}, "facts", "XX-99 is not in facts.toml"),
    ({"facts": ["DV-05"]}, "facts", "DV-05 is KD"),
    ({"facts": ["DV-04"]}, "facts", "DV-04 waits"),
    ({"facts": ["VN-01", "VN-01"]}, "facts", "listed twice"),
    (page("Xin gọi 1900 0368."), "page 1", "number 19000368: no fact"),
    (page("Xin gọi 0912.345.678.", facts=["VN-06"]), "page 1", "number 0912345678: no fact"),
    (page("Xin gọi 113 ngay."), "page 1", "number 113: no fact"),
    (page("Xin nhắn tới 156/5656 nhé."), "page 1", "number 5656: no fact"),
    (page("Vào a.gov.vn/xem nhé."), "page 1", "link a.gov.vn/xem: no fact"),
    (page("Vào https://b.com.vn nhé.", facts=["VN-06"]), "page 1", "link b.com.vn: no fact"),
    (page("Theo 69/2024/NĐ-CP nhé."), "page 1", "number of a paper 69/2024/NĐ-CP: no fact"),
    # when it was looked at
    ({"verified": date(2026, 11, 23)}, "verified", "in the future"),
    ({"review": date(2026, 11, 1)}, "review", "must be after"),
    ({"facts": ["VN-06"], "review": date(2027, 5, 2)}, "review", "at most 6 months"),
    ({"review": date(2026, 11, 21)}, "review", "was due on 2026-11-21"),
    ({"review": date(2026, 12, 1)}, "review", "is due on 2026-12-01"),
    ({"reviewed": []}, "reviewed", "nobody has read it"),
    (
        {"reviewed": [{"on": date(2027, 1, 1), "by": "x", "found": "y"}]},
        "reviewed",
        "in the future",
    ),
    # questions
    (options("Hỏi mẹ", "Hỏi mẹ."), "a", "two options are the same"),
    (reason(a_lesson()["questions"][0]["options"][0]["reason"]), "a", "the same reason"),
    (reason("Một. Hai. Ba."), "a reason 3", "1 or 2 sentences"),
    (options("Hỏi mẹ rồi hỏi cả bố", "Hỏi mẹ", "Hỏi bố"), "a", "clearly the longest"),
    (options("Hỏi", "Hỏi mẹ rồi hỏi cả bố nhé"), "a", "very different length"),
    (
        {"questions": [a_question("a"), a_question("b")]},
        "questions",
        "the right option is always number 1",
    ),
    # where it belongs
    ({"level": "C"}, "level", "C, but dan1 is B"),
    ({"pages": ["Một.", "Hai."]}, "pages", "does not remind"),
    ({"picture": PICTURE}, "picture", "x.png is missing"),
]


@pytest.mark.parametrize(("changes", "where", "what"), SPOILT)
def test_a_spoilt_lesson_is_found(
    tmp_path: Path, changes: dict[str, Any], where: str, what: str
) -> None:
    findings = check(a_folder(tmp_path, a_lesson(**changes)), TODAY)
    assert [f for f in findings if f.where == f"dan1-1 {where}" and what in f.what], findings


def test_the_calendar_and_missing_readers_are_warnings_so_a_good_commit_stays_green(
    tmp_path: Path,
) -> None:
    folder = a_folder(tmp_path, a_lesson(reviewed=[]))
    assert {f.severity for f in check(folder, TODAY + timedelta(days=999))} == {"warning"}


def test_a_listed_fact_allows_its_number_and_its_link(tmp_path: Path) -> None:
    lesson = a_lesson(**page("Gọi 1900.0368 hoặc vào https://a.gov.vn/xem nhé.", facts=["VN-06"]))
    assert found(a_folder(tmp_path, lesson)) == []


def test_the_longest_may_be_right_once_but_not_always(tmp_path: Path) -> None:
    def question(name: str, *texts: str, right: int) -> dict[str, Any]:
        made = [an_option(text, right=place == right) for place, text in enumerate(texts)]
        return {"id": name, "text": f"Việc {name}?", "options": made}

    once = question("a", "Hỏi mẹ đã", "Đợi mẹ", "Xem", right=0)
    again = question("b", "Gọi bố", "Gọi anh đi", "Nghe", right=1)
    told = found(a_folder(tmp_path, a_lesson(questions=[once, again])))
    assert told == ["error: dan1-1 questions: the right option is the longest in every question"]
    assert found(a_folder(tmp_path, a_lesson(questions=[once, a_question("b", right=1)]))) == []


def test_a_sentence_in_two_lessons_is_found_but_the_standing_reminder_may_return(
    tmp_path: Path,
) -> None:
    said = "Cứ thong thả, việc thật thì vẫn chờ được."
    lessons = [a_lesson(i, pages=[f"{said} {REMINDER}", f"{i}."]) for i in ("dan1-1", "dan1-2")]
    told = found(a_folder(tmp_path, *lessons))
    assert told == [f"error: dan1-2 page 1: also in dan1-1: {said}"]


def test_a_module_whose_answers_stand_nearly_always_in_one_place_is_found(tmp_path: Path) -> None:
    def lesson(name: str, *places: int) -> dict[str, Any]:
        asked = [a_question(q, right=p, about=name) for q, p in zip("abc", places, strict=True)]
        return a_lesson(name, questions=asked)

    folder = a_folder(tmp_path, lesson("dan1-1", 1, 1, 0), lesson("dan1-2", 1, 1, 2))
    assert found(folder) == []  # four of six are two thirds: still allowed
    write(folder, lesson("dan1-3", 1, 1, 1))
    assert "error: dan1: the right option is nearly always number 2" in found(folder)


def test_a_question_that_returns_in_nearly_the_same_words_is_found(tmp_path: Path) -> None:
    again = a_question("b", right=1, about="dan1-1")
    again["text"] = f"Xin nghĩ: {again['text']}"
    again["options"] = [an_option(f"Cứ {one['text'].lower()}") for one in again["options"]]
    again["options"][1]["right"] = True
    lesson = a_lesson("dan1-2", questions=[a_question("a"), again])
    told = found(a_folder(tmp_path, a_lesson(), lesson))
    assert told == ["error: dan1-2 b: nearly the question dan1-1 b"]


def test_two_lessons_have_two_titles(tmp_path: Path) -> None:
    told = found(a_folder(tmp_path, a_lesson(), a_lesson("dan1-2", title="Bài 1 về DAN1")))
    assert told == ["error: dan1-2 title: also the title of dan1-1"]


def test_a_lesson_beyond_the_plan_is_found(tmp_path: Path) -> None:
    told = found(a_folder(tmp_path, a_lesson(), a_lesson("dan1-4")))
    assert told == ["error: dan1-4 id: dan1 is planned with 3 lessons"]


def test_a_double_id_and_a_broken_file_are_findings_not_crashes(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    write(folder, a_lesson(), name="dan1-1-z.toml")
    (folder / "content" / "dan1-2-x.toml").write_text("id =", encoding="utf-8")
    (folder / "content" / "dan1-3-x.toml").write_bytes(b"id = '\xff'")
    told = found(folder)
    assert "error: dan1-1-z.toml: the id dan1-1 appears twice" in told
    assert any(line.startswith("error: dan1-2-x.toml: cannot be read") for line in told)
    assert any(line.startswith("error: dan1-3-x.toml: cannot be read") for line in told)


def test_letters_in_pieces_are_found(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    file = folder / "content" / "dan1-1-x.toml"
    file.write_text(unicodedata.normalize("NFD", file.read_text("utf-8")), "utf-8")
    told = found(folder)
    assert any("dan1-1-x.toml: not NFC" in line for line in told)
    assert any("dan1-1 page 1: not NFC" in line for line in told)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"DV-05"', '"VN-01"', "a fact id appears twice"),
        ('"KD"', '"OK"', "label"),
        ("facts = [", "facts = ", "facts.toml"),
    ],
)
def test_a_bad_register_is_a_finding(tmp_path: Path, old: str, new: str, what: str) -> None:
    file = a_folder(tmp_path) / "facts.toml"
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    assert any(what in line for line in found(tmp_path))


# Pictures


def test_a_drawn_picture_is_good_until_either_half_changes(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, a_lesson(picture=PICTURE))
    draw(folder, "x")
    assert found(folder) == []
    stale = ["error: dan1-1 picture: x.png is not of the present drawing: python -m lessons.draw"]
    svg, png = folder / "pictures" / "x.svg", folder / "pictures" / "x.png"
    svg.write_text(SVG.replace("Số lạ", "Số quen"), encoding="utf-8")
    assert found(folder) == stale
    draw(folder, "x")
    assert found(folder) == []
    png.write_bytes(png.read_bytes() + b"\0")
    assert found(folder) == stale
    draw(folder, "x")
    svg.unlink()
    assert found(folder) == stale


def test_a_wide_or_heavy_or_foreign_picture_is_found(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, a_lesson(picture=PICTURE))
    draw(folder, "x")
    png = folder / "pictures" / "x.png"
    good = png.read_bytes()
    png.write_bytes(good[:16] + (1281).to_bytes(4, "big") + good[20:] + bytes(250_000))
    told = "\n".join(found(folder))
    assert "1281 pixels wide, at most 1280" in told
    assert "bytes, at most 250000" in told
    png.write_bytes(b"GIF89a")
    assert "None pixels wide" in "\n".join(found(folder))


def test_the_width_is_read_from_the_header() -> None:
    assert png_width((HERE / "pictures" / "dan5-1.png").read_bytes()) == 1080
    assert png_width(b"") is None


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 11, 22), date(2027, 5, 22)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2026, 6, 30), date(2026, 12, 30)),
    ],
)
def test_six_months_later(day: date, later: date) -> None:
    assert months_after(day, 6) == later


def test_a_finding_reads_as_one_line() -> None:
    assert str(Finding("error", "dan1-1 page 1", "too long")) == "error: dan1-1 page 1: too long"
