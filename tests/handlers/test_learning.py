"""/hoc: whole lessons as people would take them, on both databases."""

import random
import re

import pytest
from sqlalchemy import update

from handlers.learning.listing import MOST
from storage.tables import AnswerRow, Attempt, Consent, Conversation, LessonProgress, Person
from tests.handlers.small_catalogue import (
    RIGHT,
    a_catalogue,
    a_lesson,
    small_catalogue,  # noqa: F401 - a fixture
    teach,
)
from tests.talk import House, Talk


async def reads_to_questions(talk: Talk, pages: int = 3) -> None:
    await talk.presses(*["Xem tiếp"] * pages, "Đã làm xong")


async def answers(talk: Talk, *right: bool) -> None:
    for is_right in right:
        wrong = next(label for label in talk.labels if "Làm theo" in label)
        await talk.presses(RIGHT if is_right else wrong)


def place_of(talk: Talk, text: str) -> str:
    """The number in front of a choice, as somebody without buttons reads it."""
    found = re.search(rf"^(\d)\. .*{re.escape(text)}", talk.last, re.MULTILINE)
    assert found, talk.last
    return found[1]


async def test_a_newcomer_sees_lesson_one_in_the_next_message(talk: Talk) -> None:
    await talk.enrolled()
    assert "Bài 1. Bảy dấu hiệu lừa đảo\n(1/3) Bảy dấu hiệu lừa đảo: trang một." in talk.last


async def test_a_whole_lesson_by_digits_as_plain_text(plain: Talk) -> None:
    talk = plain
    await talk.says("x5", "1")
    await talk.says("1", "1", "1")
    assert talk.last.startswith("Làm thử\nThử gọi một số quen.\n\nGọi được là xong.")
    await talk.says("1")
    for number in (1, 2, 3):
        assert f"Câu {number}/3." in talk.last
        await talk.says(place_of(talk, RIGHT))
    assert talk.last.startswith("Đúng 3/3 câu, rất tốt.")
    await talk.says("1")
    assert "Bài 2. Giả công an\n(1/3)" in talk.last
    assert all("[Hình: Bảy tin nhắn của số lạ.]" in t for t in talk.heard if "trang hai" in t)


async def test_every_answer_gets_its_reason_and_the_next_question(talk: Talk) -> None:
    await talk.enrolled()
    await reads_to_questions(talk)
    await answers(talk, False)
    reason, question = talk.heard[-2:]
    assert reason == talk.text(
        "learning.not_right", reason="Làm theo ngay thì vội quá.", right=RIGHT
    )
    assert question.startswith("Câu 2/3.")
    await answers(talk, True)
    assert talk.heard[-2] == "Đúng rồi. Gọi số quen là biết ngay."


async def test_a_finished_lesson_is_stored(talk: Talk) -> None:
    await talk.enrolled()
    await reads_to_questions(talk)
    await answers(talk, True, False, True)
    assert talk.last.startswith(talk.text("learning.most", right=2, count=3))
    actor = await talk.actor()
    [(person, unit, lesson, finished)] = await talk.house.rows(
        Attempt.person_id, Attempt.unit_id, Attempt.lesson_id, Attempt.finished_at
    )
    assert (person, unit, lesson) == (actor.person_id, actor.unit_id, "dan5-1")
    assert finished is not None
    assert sorted(await talk.house.rows(AnswerRow.correct)) == [False, True, True]
    assert await talk.house.rows(LessonProgress.finished_at) == [finished]


async def test_learning_twice_is_two_attempts_of_one_lesson(talk: Talk) -> None:
    await talk.enrolled()
    for _ in range(2):
        await reads_to_questions(talk)
        await answers(talk, True, True, True)
        await talk.presses("Học lại bài này")
    assert "(1/3)" in talk.last
    assert len(await talk.house.rows(Attempt.finished_at)) == 2
    assert len(await talk.house.rows(LessonProgress.lesson_id)) == 1


# --- without consent -----------------------------------------------------------------------------


async def test_without_consent_the_lesson_leaves_no_trace(talk: Talk) -> None:
    await talk.says("xin chào", "2")
    assert "(1/3) Bảy dấu hiệu" in talk.last
    await reads_to_questions(talk)
    await answers(talk, True, False, True)
    assert talk.last.startswith(talk.text("learning.most", right=2, count=3))
    assert talk.text("learning.offer") in talk.last
    for table in (Attempt.id, AnswerRow.option, LessonProgress.page, Consent.id):
        assert await talk.house.rows(table) == []


async def test_agreeing_is_offered_once(talk: Talk) -> None:
    await talk.says("xin chào", "2")
    for lesson in range(2):
        await reads_to_questions(talk)
        await answers(talk, True, True, True)
        assert (talk.text("learning.offer") in talk.last) is (lesson == 0)
        await talk.presses("Học bài tiếp theo")
    assert "Bài 3. Ứng dụng giả" in talk.last


async def test_who_agrees_after_a_lesson_keeps_its_result(talk: Talk) -> None:
    await talk.says("xin chào", "2")
    await reads_to_questions(talk)
    await answers(talk, True, False, True)
    await talk.presses("Đồng ý lưu kết quả", "Đồng ý")
    await talk.says("5")
    assert "Bài 2. Giả công an\n(1/3)" in talk.last
    assert sorted(await talk.house.rows(AnswerRow.correct)) == [False, True, True]
    assert await talk.house.rows(LessonProgress.lesson_id) == ["dan5-1", "dan5-2"]
    [unit] = await talk.house.rows(Attempt.unit_id)
    assert unit == (await talk.actor()).unit_id


async def test_withdrawing_stops_storing_at_once(talk: Talk) -> None:
    await talk.enrolled()
    await reads_to_questions(talk)
    await answers(talk, True)
    async with talk.app.database.transaction() as tx:
        await tx.execute(update(Consent).values(withdrawn_at=talk.house.clock.wall()))
    await answers(talk, True, True)
    assert talk.last.startswith("Đúng 3/3 câu")
    assert len(await talk.house.rows(AnswerRow.option)) == 1
    assert await talk.house.rows(Attempt.finished_at) == [None]


# --- first answers, double answers, back (T43) ---------------------------------------------------


async def test_the_first_answer_counts_after_going_back(talk: Talk) -> None:
    await talk.enrolled()
    await reads_to_questions(talk)
    await answers(talk, False)
    await talk.says("quay lại")
    assert talk.last.startswith("Câu 1/3.")
    await answers(talk, True)
    assert talk.text("learning.first_counts") in talk.heard
    assert talk.last.startswith("Câu 2/3.")
    await answers(talk, True, True)
    assert talk.last.startswith("Đúng 2/3 câu")


async def test_starting_the_questions_again_is_no_second_try(talk: Talk) -> None:
    await talk.enrolled()
    await reads_to_questions(talk)
    await answers(talk, False)
    await talk.says("quay lại", "quay lại")
    assert talk.last.startswith("Làm thử")
    await talk.presses("Để sau")
    assert talk.heard[-2] == talk.text("learning.kept")
    assert talk.last.startswith("Câu 2/3.")
    assert len(await talk.house.rows(Attempt.id)) == 1


async def test_a_button_pressed_twice_answers_once(talk: Talk) -> None:
    await talk.enrolled()
    await reads_to_questions(talk)
    token = talk.button(RIGHT)
    for _ in range(2):
        await talk.sends(kind="press", button=token)
        await talk.house.settle()
    assert len(await talk.house.rows(AnswerRow.option)) == 1
    assert talk.last.startswith("Câu 2/3.")


async def test_back_from_the_result_changes_nothing(talk: Talk) -> None:
    await talk.enrolled()
    await reads_to_questions(talk)
    await answers(talk, True, True, False)
    before = await talk.house.rows(Attempt.finished_at)
    await talk.waits(minutes=5)
    await talk.says("quay lại")
    await answers(talk, True)
    assert talk.last.startswith("Đúng 2/3 câu")
    assert await talk.house.rows(Attempt.finished_at) == before


async def test_back_through_the_pages(talk: Talk) -> None:
    await talk.enrolled()
    await talk.presses("Xem tiếp", "Xem tiếp")
    await talk.says("quay lại")
    assert "(2/3)" in talk.last
    await talk.says("1")
    assert "(3/3)" in talk.last


async def test_what_is_not_understood_asks_the_same_again(talk: Talk) -> None:
    await talk.enrolled()
    await reads_to_questions(talk)
    question = talk.last
    for said in ("7", "không biết nữa", "a b c"):
        await talk.says(said)
        assert talk.last == question
    assert await talk.house.rows(AnswerRow.option) == []
    await talk.says("nói lại")
    assert talk.last == question


# --- coming back ---------------------------------------------------------------------------------


async def test_a_restart_in_the_middle_loses_nothing(talk: Talk) -> None:
    await talk.enrolled()
    await talk.presses("Xem tiếp")
    await talk.restart()
    await talk.says("1")
    assert "(3/3)" in talk.last
    await talk.presses("Xem tiếp", "Đã làm xong")
    await answers(talk, True)
    await talk.restart()
    await answers(talk, True, True)
    assert talk.last.startswith("Đúng 3/3 câu")


async def test_after_the_front_page_learning_goes_on_where_it_stopped(talk: Talk) -> None:
    await talk.enrolled()
    await talk.presses("Xem tiếp")
    await talk.says("trang đầu", "học tiếp")
    assert "(2/3)" in talk.last
    await talk.presses("Xem tiếp", "Xem tiếp")
    await talk.says("trang đầu", "/hoc")
    assert talk.last.startswith("Làm thử")
    await talk.presses("Đã làm xong")
    await answers(talk, True)
    await talk.says("trang đầu", "bai hoc")
    assert talk.heard[-2:][0] == talk.text("learning.kept")
    await answers(talk, True, True)
    await talk.says("trang đầu", "hoc")
    assert "Bài 2. Giả công an\n(1/3)" in talk.last


@pytest.mark.parametrize(
    ("presses", "said"),
    [
        (["Xem tiếp"], "Đang học dở bài 1 (2/3). Nhắn số để học tiếp."),
        (["Xem tiếp"] * 3, "Đang học dở bài 1, đến phần làm thử. Nhắn số để học tiếp."),
        (
            [*["Xem tiếp"] * 3, "Để sau"],
            "Đang học dở bài 1, đến phần câu hỏi. Nhắn số để trả lời tiếp.",
        ),
    ],
)
async def test_a_recap_after_a_while(talk: Talk, presses: list[str], said: str) -> None:
    await talk.enrolled()
    await talk.presses(*presses)
    question = talk.last
    await talk.waits(hours=5)
    await talk.says("alo trợ lý")
    assert talk.heard[-2:] == [said, question]


async def test_linked_accounts_go_on_with_one_another(talk: Talk) -> None:
    await talk.enrolled()
    await reads_to_questions(talk)
    await answers(talk, True)
    other = Talk(talk.house, "u-second")
    await other.enrolled()
    one = await talk.actor()
    two = await other.actor()
    async with talk.app.database.transaction() as tx:
        await tx.execute(
            update(Person).where(Person.id == two.person_id).values(canonical_id=one.person_id)
        )
    await answers(talk, True, True)
    await other.says("trang đầu", "học bài")
    assert "Bài 2. Giả công an" in other.last


# --- the content changes -------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["page", "try", "question"])
async def test_corrected_content_begins_the_lesson_again(talk: Talk, step: str) -> None:
    await talk.enrolled()
    await talk.presses(*{"page": 1, "try": 3, "question": 3}[step] * ["Xem tiếp"])
    if step == "question":
        await talk.presses("Để sau")
    other = a_lesson("dan5-1", "Bảy dấu hiệu lừa đảo", pages=["Trang mới.", "Trang hai."])
    teach(talk.house, a_catalogue([other, *a_catalogue().lessons[1:]]))
    await talk.says("1")
    assert talk.heard[-2] == talk.text("learning.changed")
    assert "(1/2) Trang mới." in talk.last


async def test_a_withdrawn_lesson_gives_way_to_the_next(talk: Talk) -> None:
    await talk.enrolled()
    await talk.presses("Xem tiếp")
    teach(talk.house, a_catalogue(a_catalogue().lessons[1:]))
    await talk.says("1")
    assert talk.heard[-2] == talk.text("learning.gone")
    assert "Bài 2. Giả công an\n(1/3)" in talk.last


async def test_a_draft_nobody_understands_begins_anew(talk: Talk) -> None:
    await talk.enrolled()
    async with talk.app.database.transaction() as tx:
        await tx.execute(update(Conversation).values(draft={"lesson": "dan5-1", "answers": "?"}))
    await talk.says("1")
    assert "(1/3) Bảy dấu hiệu" in talk.last


async def test_unknown_phones_leave_no_gap(talk: Talk) -> None:
    await talk.enrolled()
    teach(talk.house, a_catalogue(a_catalogue().lessons[2:3]))
    await talk.says("1", "1")
    assert talk.last.startswith("Bài 3. Ứng dụng giả\n(2/2) Xong.")


# --- after a lesson, and the lists ---------------------------------------------------------------


async def test_missed_questions_can_be_seen_again(talk: Talk) -> None:
    await talk.enrolled()
    await reads_to_questions(talk)
    await answers(talk, True, False, False)
    assert len(talk.labels) <= MOST
    await talk.presses("Xem lại câu chưa đúng")
    reviewed = [text for text in talk.heard if f"phù hợp nhất: “{RIGHT}”. Gọi số quen" in text]
    assert len(reviewed) == 2
    await talk.presses("Học bài tiếp theo")
    assert "Bài 2. Giả công an" in talk.last


@pytest.mark.parametrize("said", ["danh sách", "/hoc danh sach", "danh sach bai", "bài khác"])
async def test_the_list_by_words(talk: Talk, said: str) -> None:
    await talk.enrolled()
    await talk.says(said)
    assert talk.last.startswith("Người dân. Xin chọn phần muốn học:")
    await talk.presses("Phòng chống lừa đảo")
    await talk.presses("Ứng dụng giả")
    assert "Bài 3. Ứng dụng giả\n(1/2)" in talk.last


async def test_long_lists_have_pages_of_five(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("danh sách")
    await talk.presses("Mật khẩu và Zalo")
    seen: list[str] = []
    for _ in range(3):
        assert len(talk.labels) <= MOST
        seen += [label for label in talk.labels if "Bài mật khẩu" in label]
        await talk.presses("Xem từ đầu" if "Xem từ đầu" in str(talk.labels) else "Xem thêm")
    assert [label[-1] for label in seen] == list("abcdefg")
    assert "Bài mật khẩu a" in talk.labels[0]
    await talk.presses("Phần khác", "Chương trình khác", "Cán bộ, xóm", "Nghị quyết 57")
    await talk.says("1")
    assert "Bài 1. Phong trào của xã\n(1/3)" in talk.last


async def test_finished_lessons_are_marked_in_words(talk: Talk) -> None:
    await talk.enrolled()
    await reads_to_questions(talk)
    await answers(talk, True, True, True)
    await talk.presses("Danh sách bài")
    assert "Bảy dấu hiệu lừa đảo (đã học)" in talk.last
    assert "Giả công an (đã học)" not in talk.last
    await talk.says(place_of(talk, "Phần khác"))
    assert "Phòng chống lừa đảo (đã học 1/3)" in talk.last
    await talk.says("học tiếp")
    assert "Bài 2. Giả công an" in talk.last


async def test_when_all_is_learned_it_is_said(talk: Talk) -> None:
    teach(talk.house, a_catalogue(a_catalogue().lessons[:1]))
    await talk.enrolled()
    await reads_to_questions(talk)
    await answers(talk, True, True, True)
    assert "Học bài tiếp theo" not in str(talk.labels)
    await talk.says("học tiếp")
    assert talk.heard[-2] == talk.text("learning.all_done")


async def test_without_any_lesson_it_says_so(talk: Talk) -> None:
    await talk.enrolled()
    catalogue = a_catalogue()
    teach(talk.house, type(catalogue)(catalogue.folder, (), (), (), None))
    for said in ("1", "học bài", "danh sách"):
        await talk.says(said)
        assert talk.text("learning.no_lessons") in talk.heard[-2:]


# --- one's own progress --------------------------------------------------------------------------


async def test_own_progress(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("/tiendo")
    assert "Phòng chống lừa đảo: đã học 0/3 bài." in talk.last
    await talk.says("học tiếp")
    await reads_to_questions(talk)
    await answers(talk, True, False, True)
    await talk.says("tiến độ")
    assert "- Phòng chống lừa đảo: đã học 1/3 bài." in talk.last
    assert "Lần gần nhất: bài “Bảy dấu hiệu lừa đảo”, đúng 2/3 câu." in talk.last
    assert "Bài tiếp theo: “Giả công an”." in talk.last
    await talk.presses("Học tiếp")
    assert "Bài 2. Giả công an\n(1/3)" in talk.last


async def test_progress_without_consent_tells_how_to_agree(talk: Talk) -> None:
    await talk.says("xin chào", "2", "kết quả của tôi")
    assert talk.last.startswith(talk.text("progress.not_kept"))
    await talk.says("1")
    assert talk.text("people.agree") in str(talk.labels)


async def test_a_stranger_counts_for_nothing_in_a_group(house: House) -> None:
    talk = Talk(house, "u-group")
    await talk.says("/hoc", private=False)
    assert talk.last == talk.text("menu.private_only")


@pytest.mark.parametrize("seed", range(3))
async def test_a_walk_by_digits_never_ends_in_nothing(plain: Talk, seed: int) -> None:
    """Whatever digit or common word is typed, something is said and first answers stay."""
    chance = random.Random(seed)
    talk = plain
    await talk.enrolled()
    said = [*"1112345", "quay lại", "học tiếp", "danh sách", "/tiendo", "nói lại", "xem tiếp"]
    stored: dict[tuple[int, str], int] = {}
    for _ in range(60):
        before = len(talk.heard)
        await talk.says(chance.choice(said))
        assert len(talk.heard) > before
        answered = await talk.house.rows(
            AnswerRow.attempt_id, AnswerRow.question_id, AnswerRow.option
        )
        now = {(attempt, question): option for attempt, question, option in answered}
        assert stored.items() <= now.items()
        stored = now
    attempts = dict(await talk.house.rows(Attempt.id, Attempt.finished_at))
    for attempt, finished_at in attempts.items():
        count = sum(key[0] == attempt for key in stored)
        assert (count == 3) is (finished_at is not None)
