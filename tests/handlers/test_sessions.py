"""/buoihoc: people join by a code, others are counted by hand (T03, T13, T19, T20, T44).

On every channel: what a link does is also done by typing.
"""

import re
from collections.abc import Sequence
from datetime import date

import pytest

from handlers.roles.service import WRONG_BY_ONE
from storage import activities, roles, units
from storage.sessions import JOINABLE
from storage.tables import Activity, ActivityUnit, Attempt, Attendance, AuditRow, Flag
from tests.handlers.small_catalogue import (
    small_catalogue,  # noqa: F401 - a fixture
)
from tests.handlers.test_household import changes_to, somebody_comes
from tests.handlers.test_learning import answers, reads_to_questions
from tests.handlers.test_linking import link
from tests.talk import House, Talk

LESSON = "Bảy dấu hiệu lừa đảo"


@pytest.fixture
async def head(house: House) -> Talk:
    return await Talk(house, "u-head", name="Trưởng Năm").holds("head", "xom-05")


@pytest.fixture
async def learner(talk: Talk) -> Talk:
    await talk.enrolled()
    return await talk.says("trang đầu")


async def opened(head: Talk, lesson: str = LESSON, *, words: str = "/buoihoc") -> str:
    """Open a session with nothing that is not needed; its code's digits."""
    await head.says(words)
    while not any(lesson in label for label in head.labels):
        await head.presses("Bài khác")
    await head.presses(lesson, "Bỏ qua", "Không, tự tổ chức")
    return code_of(head)


def code_of(head: Talk) -> str:
    return str(re.findall(r"mã B(\d{4})", "\n".join(head.heard[-4:]))[-1])


async def people_at(house: House) -> list[int | None]:
    """Lượt dự of each session, as everybody counts it."""
    async with house.app.database.reading() as tx:
        ids = await house.rows(Activity.id)
        today = house.clock.wall().date()
        communes = [unit.id for unit in await units.communes(tx, on=today)]
        found = [await activities.find(tx, one, units=None, communes=communes) for one in ids]
    return [info.people for info in found if info is not None]


async def states(house: House) -> list[str]:
    return await house.rows(Activity.state)


async def closes(who: Talk, count: str = "không") -> Talk:
    await who.says("đóng buổi học", count)
    return await who.presses("Đóng và ghi")


# --- a session from beginning to end -------------------------------------------------------------


async def test_a_head_opens_people_join_others_are_counted_and_the_sum_is_recorded(
    head: Talk, learner: Talk
) -> None:
    await head.says("/buoihoc")
    assert head.labels[-2:] == ["Bài khác", "Không học bài nào, chỉ điểm danh"]
    await head.presses(LESSON)
    await head.says("nhà văn hóa xóm")
    await head.presses("Không, tự tổ chức")
    code = code_of(head)
    assert any(f"Mã buổi học: B{code}" in said for said in head.heard)
    assert any("nhà văn hóa xóm" in said and f"nhắn B{code}" in said for said in head.heard)
    await learner.says(f"B{code}")
    assert learner.text("joining.joined", unit="Xóm 5") in learner.heard
    assert f"Bài 1. {LESSON}" in learner.last
    await head.says("/buoihoc")
    assert "Đã có 1 người vào bằng mã" in head.last
    await head.presses("Thêm người không có điện thoại")
    await head.says("20")
    await head.presses("Thêm người không có điện thoại")
    await head.says("hai mươi mốt người")  # replaces the 20
    await head.presses("Đóng buổi")
    assert "1 người vào bằng mã, 21 người đếm tại buổi, cộng lại 22 người" in head.last
    assert head.labels == ["Đóng và ghi", "Sửa số người", "Để mở"]
    await head.presses("Đóng và ghi")
    assert any("22 người dự" in said for said in head.heard[-5:])  # to forward
    row = (Activity.state, Activity.source, Activity.kind, Activity.heads, Activity.held_on)
    today = date(2026, 11, 22)
    assert await head.house.rows(*row) == [("recorded", "session", "class", 21, today)]
    assert await people_at(head.house) == [22]
    acts = await head.house.rows(AuditRow.action)
    assert {"session.opened", "session.counted", "session.closed"} <= set(acts)


async def test_attempts_begun_while_it_is_open_belong_to_it(head: Talk, learner: Talk) -> None:
    """Design §5: "học tại buổi"; what is begun afterwards is "tự học"."""
    await learner.says(f"B{await opened(head)}")
    await reads_to_questions(learner)
    await answers(learner, True, True, True)
    [session] = await head.house.rows(Activity.id)
    assert await head.house.rows(Attempt.activity_id) == [session]
    await closes(head)
    await learner.presses("Học bài tiếp theo")
    await reads_to_questions(learner)
    assert await head.house.rows(Attempt.activity_id) == [session, None]


async def test_every_message_may_come_to_a_new_process(head: Talk, learner: Talk) -> None:
    """R7, a3."""
    for said in ("/buoihoc", "1", "Bỏ qua", "không"):
        await head.says(said)
        await head.restart()
    code = code_of(head)
    await learner.says(f"B{code}")
    await learner.restart()
    for said in ("đóng buổi học", "12"):
        await head.says(said)
        await head.restart()
    await head.presses("Đóng và ghi")
    assert await people_at(head.house) == [13]


@pytest.mark.parametrize(
    "typed",
    [
        *("b{}", "B {}", "buoi {}", "Mã buổi {}", "MÃ BUỔI {}", "b_{}", "B_{}", "/start b_{}"),
        *("bê {}", "buổi học {}", "nhắn B{} ạ", "B{}.", "/start B{}", "B-{}"),
    ],
)
async def test_a_code_is_understood_however_it_is_sent(
    head: Talk, learner: Talk, typed: str
) -> None:
    await learner.says(typed.format(await opened(head)))
    assert learner.text("joining.joined", unit="Xóm 5") in learner.heard
    assert len(await head.house.rows(Attendance.person_id)) == 1


async def test_four_digits_alone_are_no_code(head: Talk, learner: Talk) -> None:
    await learner.says(await opened(head))
    assert await head.house.rows(Attendance.person_id) == []


# --- once each -----------------------------------------------------------------------------------


async def test_joining_twice_is_once(head: Talk, learner: Talk) -> None:
    code = await opened(head)
    await learner.says(f"b{code}", f"buổi {code}")
    assert learner.text("joining.before", unit="Xóm 5") in learner.heard
    assert len(await head.house.rows(Attendance.person_id)) == 1


async def test_t18_two_linked_apps_are_one(head: Talk, learner: Talk) -> None:
    other = await learner.somebody("Bác Năm trên máy kia")
    await link(learner, other)
    code = await opened(head)
    for one in (learner, other):
        await one.says(f"B{code}")
    assert other.text("joining.before", unit="Xóm 5") in other.heard
    await closes(head)
    assert await people_at(head.house) == [1]


async def test_t18_two_apps_linked_afterwards_are_one(head: Talk, learner: Talk) -> None:
    other = await (await learner.somebody("Bác Năm trên máy kia")).enrolled()
    code = await opened(head)
    for one in (learner, other):
        await one.says(f"B{code}")
    assert await people_at(head.house) == [2]
    await link(learner, other)
    assert await people_at(head.house) == [1]


async def test_a_household_is_asked_who_and_each_joins_once(head: Talk, talk: Talk) -> None:
    """Design §5: "Ai đang học?" is asked first when nobody has said it for hours."""
    await talk.enrolled()
    await talk.says("/dulieu", "2", "1", "Bác Năm", "trang đầu")
    await somebody_comes(talk)
    await talk.waits(hours=9)
    code = await opened(head)
    await talk.says(f"B{code}")
    assert talk.labels[:2] == ["Bác Năm", "Bà Tư"]
    assert await head.house.rows(Attendance.person_id) == []
    await talk.presses("Bác Năm")
    assert talk.text("joining.joined", unit="Xóm 5") in talk.heard
    assert f"Bài 1. {LESSON}" in talk.last
    await changes_to(talk, "Bà Tư")
    await talk.says(f"B{code}")
    assert len(await head.house.rows(Attendance.person_id)) == 2


async def test_somebody_new_on_a_households_phone_agrees_and_joins(head: Talk, talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("/dulieu", "2", "1", "Bác Năm", "trang đầu")
    await somebody_comes(talk)
    await talk.waits(hours=9)
    await talk.says(f"B{await opened(head)}")
    await talk.presses("Người khác")
    assert talk.labels == ["Đồng ý", "Không, vẫn xem bài"]
    await talk.presses("Đồng ý")
    await talk.says("Cháu Út")
    await talk.presses("Xóm 5")
    assert talk.text("joining.joined", unit="Xóm 5") in talk.heard
    person = (await talk.actor()).person_id
    assert await head.house.rows(Attendance.person_id) == [person]


# --- consent -------------------------------------------------------------------------------------


async def test_p2_who_is_new_agrees_tells_the_hamlet_and_is_in(head: Talk, talk: Talk) -> None:
    """At most three presses from the code to the lesson (design §1)."""
    code = await opened(head)
    await talk.says(f"/start b_{code}")
    assert talk.labels == ["Đồng ý", "Không, vẫn xem bài"]
    assert await head.house.rows(Attendance.person_id) == []
    await talk.restart()
    await talk.presses("Đồng ý")
    assert talk.labels == ["Xóm 5", "Không phải xóm này"]  # offered, never taken for granted
    await talk.presses("Xóm 5")
    assert talk.text("joining.joined", unit="Xóm 5") in talk.heard
    assert f"Bài 1. {LESSON}" in talk.last
    me = await talk.actor()
    rows = await head.house.rows(Attendance.person_id, Attendance.unit_id)
    assert rows == [(me.person_id, me.unit_id)]


async def test_who_wanders_off_before_the_hamlet_is_in_all_the_same(head: Talk, talk: Talk) -> None:
    await talk.says(f"B{await opened(head)}", "đồng ý", "trang đầu")
    assert await head.house.rows(Attendance.unit_id) == [None]


async def test_p3_who_does_not_agree_learns_and_is_left_to_be_counted(
    head: Talk, talk: Talk
) -> None:
    await talk.says(f"B{await opened(head, 'Giả công an')}")
    await talk.presses("Không, vẫn xem bài")
    assert talk.text("joining.not_stored") in talk.heard
    assert "Giả công an" in talk.last
    await reads_to_questions(talk)
    assert await head.house.rows(Attendance.person_id) == []
    assert await head.house.rows(Attempt.id) == []


async def test_p6_a_child_learns_and_is_left_to_be_counted(head: Talk, talk: Talk) -> None:
    await talk.says(f"B{await opened(head)}", "em 11 tuổi")
    assert talk.text("joining.not_stored") in talk.heard
    await talk.says(f"B{code_of(head)}")
    assert talk.labels == [talk.text("people.young"), talk.text("people.grown")]
    await talk.presses(talk.text("people.grown"))
    await talk.presses("Đồng ý", "Xóm 5")
    assert len(await head.house.rows(Attendance.person_id)) == 1


async def test_the_hamlet_of_a_poster_is_kept_beside_the_code(head: Talk, talk: Talk) -> None:
    await talk.says("h_xom-07", f"B{await opened(head)}")
    await talk.presses("Đồng ý")
    assert talk.text("joining.joined", unit="Xóm 5") in talk.heard
    seven = await head.house.rows(Attendance.unit_id)
    assert seven == [(await talk.actor()).unit_id]
    assert seven != await head.house.rows(Activity.unit_id)


# --- codes that do not work ----------------------------------------------------------------------


async def test_t03_wrong_closed_cancelled_and_late_codes_are_answered_alike(
    head: Talk, learner: Talk
) -> None:
    said = learner.text("joining.no_such_code")
    code = await opened(head)
    await learner.says(f"B{(int(code) + 1) % 10_000:04d}")
    assert said in learner.heard[-2:]
    await closes(head)
    await learner.says(f"B{code}")
    assert said in learner.heard[-2:]
    code = await opened(head)
    await head.says("/buoihoc")
    await head.presses("Hủy buổi")
    assert head.labels == ["Giữ buổi học", "Hủy buổi này"]  # U18
    await head.presses("Hủy buổi này")
    await learner.says(f"B{code}")
    assert said in learner.heard[-2:]
    code = await opened(head)
    await learner.waits(seconds=JOINABLE.total_seconds() + 1)
    await learner.says(f"B{code}")
    assert said in learner.heard[-2:]
    assert await head.house.rows(Attendance.person_id) == []
    assert await states(head.house) == ["recorded", "undone", "open"]


async def test_it_takes_people_in_for_six_hours_to_the_second(head: Talk, learner: Talk) -> None:
    code = await opened(head)
    await learner.waits(seconds=JOINABLE.total_seconds())
    await learner.says(f"B{code}")
    assert learner.text("joining.joined", unit="Xóm 5") in learner.heard


async def test_t03_five_wrong_codes_and_the_sixth_is_not_even_read(
    head: Talk, learner: Talk
) -> None:
    code = int(await opened(head))
    for n in range(WRONG_BY_ONE):
        await learner.says(f"B{(code + 1 + n) % 10_000:04d}")
    await learner.says(f"B{code:04d}")
    assert learner.text("roles.cool_down") in learner.heard[-2:]
    assert await head.house.rows(Attendance.person_id) == []
    await learner.waits(minutes=16)
    await learner.says(f"B{code:04d}")
    assert len(await head.house.rows(Attendance.person_id)) == 1


async def test_a_session_that_closes_while_consent_is_asked(head: Talk, talk: Talk) -> None:
    await talk.says(f"B{await opened(head)}")
    await closes(head)
    await talk.presses("Đồng ý")
    await talk.presses("Xóm 5")
    assert talk.text("joining.closed") in talk.heard
    assert "Bài 1." in talk.last
    assert await head.house.rows(Attendance.person_id) == []


# --- a code while something else is asked --------------------------------------------------------


async def test_a_code_at_a_number_question_joins_and_the_question_waits(
    head: Talk, learner: Talk
) -> None:
    code = await opened(head)
    await learner.says("/lienket", "2", f"buoi {code}")
    assert len(await head.house.rows(Attendance.person_id)) == 1
    assert f"Bài 1. {LESSON}" in learner.last
    await learner.says("quay lại")
    assert learner.last == learner.text("linking.ask_code")


async def test_a_code_at_the_count_of_another_session_is_no_count(head: Talk) -> None:
    other = await head.somebody("Trưởng Bảy", role="head", unit="xom-07")
    code = await opened(other, "Không học bài nào")
    await opened(head)
    await head.presses("Thêm người không có điện thoại")
    question = head.last
    await head.says(f"b {code}")
    assert head.last == question
    await head.says("20")
    assert await head.house.rows(Activity.heads) == [None, 20]


async def test_a_code_in_a_quiz_is_no_second_answer(head: Talk, learner: Talk) -> None:
    code = await opened(head, "Không học bài nào")
    await learner.says("/hoc")
    await reads_to_questions(learner)
    question = learner.last
    await learner.says(f"B {code}")
    assert learner.last == question
    assert len(await head.house.rows(Attendance.person_id)) == 1


async def test_without_a_lesson_one_is_only_counted(head: Talk, learner: Talk) -> None:
    await learner.says(f"B{await opened(head, 'Không học bài nào')}")
    assert learner.text("joining.joined", unit="Xóm 5") in learner.heard[-2:]
    assert learner.last.startswith(learner.text("menu.home"))


# --- opening -------------------------------------------------------------------------------------


async def test_the_next_lessons_are_offered_and_the_rest_is_behind_them(head: Talk) -> None:
    await head.says("mở buổi học")
    first = head.labels
    assert first[:3] == [LESSON, "Giả công an", "Ứng dụng giả"]
    await head.presses("Bài khác")
    assert head.labels[0] == "Bài mật khẩu a"
    await head.says("trang đầu")
    await opened(head)
    await closes(head)
    await head.says("mở buổi học")
    assert head.labels[0] == "Giả công an"  # behind what was learned together last


async def test_a_session_held_together_counts_once(head: Talk) -> None:
    await head.says("/buoihoc")
    await head.presses(LESSON, "Bỏ qua")
    await head.says("xóm 3")
    assert head.labels == ["Xóm 3 - xã cũ A", "Xóm 3 - xã cũ B"]
    await head.presses("Xóm 3 - xã cũ B")
    assert "Xóm 3 - xã cũ B" in head.last
    await head.says("qwrtp zxcv")
    assert head.last == head.text("sessions.partner_unclear")
    await head.says("xóm 7")
    await head.presses("Đủ rồi")
    assert await states(head.house) == ["open"]
    assert len(await head.house.rows(ActivityUnit.unit_id)) == 3


async def test_whoever_holds_two_units_is_asked_which(head: Talk) -> None:
    await head.holds("helper", "xom-07")
    await head.says("/buoihoc")
    assert head.labels == ["Xóm 5", "Xóm 7"]
    await head.says("xóm 6")
    assert head.last == head.text("sessions.not_yours")  # T01
    assert "activity.denied" in await head.house.rows(AuditRow.action)
    await head.presses("Xóm 7")
    await head.presses(LESSON, "Bỏ qua", "Không, tự tổ chức")
    assert "Xóm 7" in head.last


async def test_an_officer_opens_one_for_any_unit_of_the_commune(talk: Talk) -> None:
    officer = await talk.somebody("Anh Bình", role="officer")
    await officer.says("/buoihoc", "hội phụ nữ")
    await officer.presses(LESSON, "Bỏ qua", "Không, tự tổ chức")
    assert await states(talk.house) == ["open"]


async def test_t12_who_has_no_role_opens_nothing(learner: Talk) -> None:
    await learner.says("/buoihoc", "mở buổi học")
    assert not any("Buổi học của nơi nào" in said for said in learner.heard)
    assert await states(learner.house) == []


async def test_a3_a_role_that_ends_on_the_way_opens_nothing(head: Talk) -> None:
    await head.says("/buoihoc")
    await head.presses(LESSON, "Bỏ qua")
    await loses_role(head)
    await head.says("không")
    assert await states(head.house) == []


async def loses_role(who: Talk) -> None:
    actor = await who.actor()
    async with who.app.database.transaction() as tx:
        for grant in actor.grants:
            await roles.end(tx, grant.id, by=None, now=who.house.clock.wall())


async def test_t15_a_locked_account_opens_counts_and_closes_nothing(head: Talk) -> None:
    await opened(head)
    actor = await head.actor()
    async with head.app.database.transaction() as tx:
        await roles.suspend(tx, [actor.person_id])
    await head.says("đóng buổi học", "20", "1")
    assert head.last == head.text("menu.suspended")
    assert await head.house.rows(Activity.state, Activity.heads) == [("open", None)]


async def test_going_back_opens_no_second_one(head: Talk) -> None:
    await opened(head)
    await head.says("quay lại", "1")
    assert await states(head.house) == ["open"]


# --- counting ------------------------------------------------------------------------------------


async def test_t20_more_than_the_adults_is_asked_in_figures_and_words(head: Talk) -> None:
    await opened(head)
    await head.presses("Thêm người không có điện thoại")
    await head.says("905")
    assert "905 (chín trăm linh năm) người, mà Xóm 5 có 420 người lớn" in head.last
    await head.presses("Nhập lại")
    await head.says("90")
    assert await head.house.rows(Activity.heads) == [90]
    await head.presses("Thêm người không có điện thoại")
    await head.says("905")
    await head.presses("Đúng số này")
    assert await head.house.rows(Activity.heads) == [905]


async def test_t21_what_can_be_read_in_two_ways_is_asked(head: Talk) -> None:
    await opened(head)
    await head.presses("Thêm người không có điện thoại")
    await head.says("30-40")
    assert head.labels == ["Là 30 người", "Là 40 người", "Nhập lại"]
    await head.presses("40 người")
    assert await head.house.rows(Activity.heads) == [40]


@pytest.mark.parametrize(
    ("typed", "heads"), [("chưa nắm được", None), ("không", 0), ("0", 0), ("khoảng 30", 30)]
)
async def test_nobody_and_not_known_are_two_things(
    head: Talk, typed: str, heads: int | None
) -> None:
    await opened(head)
    await closes(head, typed)
    assert await head.house.rows(Activity.state, Activity.heads) == [("recorded", heads)]


@pytest.mark.parametrize("typed", ["-5", "abc", "1000000", "1,5"])
async def test_what_is_no_number_of_people_is_asked_again(head: Talk, typed: str) -> None:
    await opened(head)
    await head.presses("Thêm người không có điện thoại")
    await head.says(typed)
    assert await head.house.rows(Activity.heads) == [None]
    await head.says("20")
    assert await head.house.rows(Activity.heads) == [20]


async def test_t19_a_count_that_somebody_replaced_meanwhile_is_shown(head: Talk) -> None:
    second = await head.somebody("Tổ phó", role="helper", unit="xom-05")
    await opened(head)
    await second.says("/buoihoc")
    for one in (head, second):
        await one.presses("Thêm người không có điện thoại")
    await second.says("25")
    await head.says("20")
    assert any("Người không có điện thoại: 25." in said for said in head.heard[-2:])
    assert await head.house.rows(Activity.heads) == [25]
    await head.says("20")
    assert await head.house.rows(Activity.heads) == [20]


# --- closing -------------------------------------------------------------------------------------


async def test_t19_two_heads_close_at_once_and_one_wins(head: Talk) -> None:
    second = await head.somebody("Tổ phó", role="helper", unit="xom-05")
    await opened(head)
    await head.presses("Thêm người không có điện thoại")
    await head.says("20")
    for one in (head, second):
        await one.says("đóng buổi học")
    for one in (head, second):
        await one.sends(kind="press", button=one.button("Đóng và ghi"))
    await head.house.settle()
    assert await states(head.house) == ["recorded"]
    acts = await head.house.rows(AuditRow.action)
    assert acts.count("session.closed") == 1
    said = [one.text("sessions.closed_then") in one.heard for one in (head, second)]
    assert sorted(said) == [False, True]
    assert any("đã có người đóng" in text for text in (*head.heard, *second.heard))


async def test_t42_a_sum_that_changed_is_shown_again(head: Talk) -> None:
    second = await head.somebody("Tổ phó", role="helper", unit="xom-05")
    await opened(head)
    await head.says("đóng buổi học", "20")
    await second.says("/buoihoc")
    await second.presses("Thêm người không có điện thoại")
    await second.says("25")
    await head.presses("Đóng và ghi")
    assert await states(head.house) == ["open"]
    assert "25 người đếm tại buổi" in head.last
    await head.presses("Đóng và ghi")
    assert await head.house.rows(Activity.state, Activity.heads) == [("recorded", 25)]


async def test_an_officer_and_a_helper_of_the_unit_may_close(head: Talk) -> None:
    for role, unit in (("officer", ""), ("helper", "xom-05")):
        other = await head.somebody("Người khác", role=role, unit=unit)
        await opened(head)
        await closes(other, "7")
        assert "đã đóng" in "\n".join(other.heard).lower()
    assert await states(head.house) == ["recorded", "recorded"]


async def test_t13_a_head_of_another_hamlet_finds_nothing(head: Talk) -> None:
    await opened(head)
    other = await head.somebody("Trưởng Bảy", role="head", unit="xom-07")
    await other.says("đóng buổi học")
    assert LESSON in other.labels  # of their own hamlet a new one is opened
    assert not any("Xóm 5" in said for said in other.heard)


async def test_several_open_ones_are_listed(head: Talk) -> None:
    officer = await head.somebody("Anh Bình", role="officer")
    for _ in range(5):
        newest = await opened(head, words="mở buổi học")
    await officer.says("/buoihoc")
    assert f"B{newest}" in officer.labels[0]
    assert len(officer.labels) == 5
    await officer.presses("Xem thêm")
    assert len(officer.labels) == 3
    await officer.presses("Xóm 5")
    await officer.presses("Đóng buổi")
    await officer.says("3")
    await officer.presses("Để mở")
    assert set(await states(head.house)) == {"open"}


async def test_nothing_closes_itself_and_the_opener_is_asked_once_a_day(
    head: Talk, learner: Talk
) -> None:
    await opened(head)
    await head.says("trang đầu")
    await head.waits(hours=7)
    asked = "mà chưa đóng"
    await head.says("trang đầu", "trang đầu")
    assert sum(asked in said for said in head.heard) == 1
    await learner.says("trang đầu")
    assert not any(asked in said for said in learner.heard)
    await head.waits(days=1)
    await head.says("trang đầu")
    assert sum(asked in said for said in head.heard) == 2
    assert await states(head.house) == ["open"]
    await head.presses("Đóng buổi")
    await head.says("30")
    await head.presses("Đóng và ghi")
    assert await states(head.house) == ["recorded"]


async def test_t45_a_text_for_many_names_no_few(head: Talk) -> None:
    await opened(head)
    await closes(head, "4")
    forwarded = next(said for said in reversed(head.heard) if "Xin cảm ơn bà con" in said)
    assert "người dự" not in forwarded


async def test_p5_an_erased_joiner_keeps_the_sum(head: Talk, learner: Talk) -> None:
    await learner.says(f"B{await opened(head)}")
    await closes(head, "9")
    assert await people_at(head.house) == [10]
    await learner.says("/dulieu", "5")
    await learner.presses(learner.text("mydata.erase_now"))
    assert await head.house.rows(Attendance.person_id) == []
    assert await people_at(head.house) == [10]


async def test_what_was_told_afterwards_goes_to_the_book(head: Talk) -> None:
    """What is told as over opens nothing: /ghi hears it."""
    await head.says("buổi học tối qua có 35 người học VNeID")
    assert await states(head.house) == []
    assert LESSON not in head.labels


# --- what a person should look at ----------------------------------------------------------------


async def test_t44_a_flag_tells_the_officers_once_a_day_and_takes_nothing_away(head: Talk) -> None:
    officer = await head.somebody("Anh Bình", role="officer")
    for _ in range(2):
        await opened(head)
        await head.says("đóng buổi học", "505")
        await head.presses("Đúng số này", "Đóng và ghi")
    assert await head.house.rows(Flag.kind) == ["many_heads", "many_heads"]
    told = [said for said in officer.heard if officer.text("flags.something") in said]
    assert len(told) == 1
    await officer.presses("Xem ngay")
    assert "Cần xem lại 1/2. Buổi học của Xóm 5" in officer.last
    assert "người đóng: Trưởng Năm" in officer.last
    assert "505 người đếm tại buổi, nhiều hơn 120% của 420" in officer.last
    await officer.presses("Xem mục khác")
    assert "2/2" in officer.last
    await officer.presses("Đã xem")
    assert "1/1" in officer.last
    await officer.presses("Đã xem")
    assert officer.text("flags.nothing") in officer.heard
    assert await head.house.rows(Activity.heads, Activity.state) == [(505, "recorded")] * 2


async def test_t12_a_head_cannot_read_what_should_be_looked_at(head: Talk) -> None:
    await opened(head)
    await head.says("đóng buổi học", "505")
    await head.presses("Đúng số này", "Đóng và ghi")
    await head.says("cần xem lại")
    assert not any("Cần xem lại 1" in said for said in head.heard)


async def test_t44_the_fourth_session_of_a_day_and_the_same_count_are_seen(head: Talk) -> None:
    for _ in range(4):
        await opened(head)
        await closes(head, "35")
    assert sorted(await head.house.rows(Flag.kind)) == ["many_sessions", "same_heads"]


async def test_t44_a_crowd_that_answers_in_the_same_seconds(head: Talk) -> None:
    """31 phones in one hand: they press together, the clock stands still for all of them."""
    code = await opened(head)
    crowd = [Talk(head.house, f"u-crowd-{n}", name=f"Người {n}") for n in range(31)]
    await together(crowd, "x5")
    await together(crowd, "1")
    await together(crowd, f"B{code}")
    for _ in range(3):
        await together(crowd, "1")
    for _ in range(4):
        await together(crowd, "1")
        head.house.clock.passes(seconds=20)
    await closes(head)
    assert await head.house.rows(Flag.kind) == ["same_rhythm"]
    assert await people_at(head.house) == [31]


async def together(crowd: Sequence[Talk], text: str) -> None:
    for one in crowd:
        await one.sends(text=text)
    await crowd[0].house.settle()


async def test_the_link_is_told_only_where_telegram_is_on(head: Talk) -> None:
    """Design §4: Zalo has no start payload, a channel that is off appears in no text."""
    link = head.app.house.telegram_link
    code = await opened(head)
    told = [said for said in head.heard if "bấm vào đây" in said]
    assert [f"{link}b_{code}" in said for said in told] == ([True] if link else [])
