"""What people on Zalo stumbled over (docs/tried/7 to 9), each as the conversation it was."""

import re

import pytest

from storage.tables import Ticket
from tests.talk import Talk

# --- a slip of the finger ------------------------------------------------------------------------

SLIPS = ["nhan nham", "nhắn nhầm", "nham", "nham so", "nhầm rồi", "bấm nhầm ạ", "nham so roi chau"]


@pytest.mark.parametrize("typed", SLIPS)
async def test_n12_a_slip_switches_nothing_off_and_the_question_stays(
    talk: Talk, typed: str
) -> None:
    await talk.enrolled()
    await talk.says("trang đầu", typed)
    assert talk.heard[-2] == talk.text("menu.slipped")
    assert talk.last.startswith(talk.text("menu.home"))
    assert not (await talk.actor()).is_muted
    await talk.says("1")
    assert "Bài 1." in talk.last


@pytest.mark.parametrize("typed", [*SLIPS, "muon nhan"])
async def test_n12_a_slip_does_not_switch_reminders_on_again(talk: Talk, typed: str) -> None:
    await talk.enrolled()
    await talk.says("dừng nhắc", typed)
    assert (await talk.actor()).is_muted


async def test_n12_a_slip_in_a_lesson_does_not_print_the_page_again(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("nhan nham")
    assert talk.heard[-2] == talk.text("menu.slipped")
    assert talk.text("menu.above") in talk.last


@pytest.mark.parametrize("typed", ["nham xom", "ghi nhầm xóm rồi"])
async def test_a_wrong_hamlet_is_still_no_slip(talk: Talk, typed: str) -> None:
    await talk.enrolled()
    await talk.says(typed)
    assert talk.last == talk.text("people.hamlet")


@pytest.mark.parametrize("typed", ["nhan nhac", "nhanj nhacs", "tôi muốn nhận lại tin nhắc nhé"])
async def test_reminders_come_back_by_their_own_words(talk: Talk, typed: str) -> None:
    """U11: also while nothing is open, and as a keyboard without Telex leaves them."""
    await talk.enrolled()
    await talk.says("dung nhac", typed)
    assert not (await talk.actor()).is_muted
    assert talk.text("menu.unmuted") in talk.heard


# --- a code that somebody wants to hear -----------------------------------------------------------

ASKED = [
    "may toi no hien ma otp toi co doc cho ho khong",
    "ho bao toi doc ma otp",
    "co nen doc ma otp cho ngan hang khong",
    "nguoi ta goi bao toi doc ma otp",
]


def heard_first(talk: Talk, before: int) -> None:
    assert talk.heard[before : before + 3] == [
        talk.text("danger.otp"),
        talk.text("danger.stop"),
        talk.text("danger.then"),
    ]


@pytest.mark.parametrize("typed", ASKED)
async def test_t56_a_code_asked_for_is_the_first_thing_answered(talk: Talk, typed: str) -> None:
    """Also as the very first words of somebody new."""
    await talk.says(typed)
    heard_first(talk, 0)
    assert talk.text("danger.human") in talk.labels


@pytest.mark.parametrize("typed", ASKED)
async def test_t56_a_code_asked_for_is_no_mere_question_to_an_officer(
    talk: Talk, typed: str
) -> None:
    await talk.enrolled()
    await talk.says("can nguoi giup")
    before = len(talk.heard)
    await talk.says(typed)
    heard_first(talk, before)
    assert await talk.house.rows(Ticket.id) == []


async def test_t56_a_code_asked_for_in_a_quiz(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("1", "1", "1", "1")
    before = len(talk.heard)
    await talk.says(ASKED[0])
    heard_first(talk, before)


@pytest.mark.parametrize("typed", ["otp la gi", "ma otp la gi", "toi da hoc bai ma otp"])
async def test_t56_talk_about_the_lesson_is_no_alarm(talk: Talk, typed: str) -> None:
    await talk.enrolled()
    await talk.says(typed)
    assert talk.text("danger.otp") not in talk.heard
    assert talk.text("danger.stop") not in talk.heard


# --- no answer known ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["k biet lam", "khong biet lam", "không biết chọn câu nào", "kho qua"]
)
async def test_u5_whoever_does_not_know_is_encouraged_and_not_asked_at_length(
    talk: Talk, typed: str
) -> None:
    await talk.enrolled()
    await talk.says("1", "1", "1", "1")
    before = len(talk.heard)
    await talk.says(typed)
    assert talk.heard[before:] == [talk.text("learning.try", last=3)]
    await talk.says("1")
    assert "Câu 2/3" in talk.last


@pytest.mark.parametrize("typed", ["thoat", "thoát", "thoat nhe"])
async def test_u4_leaving_is_leaving(talk: Talk, typed: str) -> None:
    await talk.enrolled()
    await talk.says(typed)
    assert talk.text("menu.cancelled") in talk.heard
    assert talk.last.startswith(talk.text("menu.home"))


async def test_six_digits_alone_are_asked_before_they_are_tried(talk: Talk) -> None:
    """T03: a wrong code costs a try; somebody who meant another number loses none."""
    other = await talk.somebody("Bà Sáu")
    await other.enrolled()
    await other.says("/lienket", "1")
    code = re.findall(r"l_(\d{6})", "\n".join(other.heard))[-1]
    await talk.enrolled()
    await talk.says(code)
    assert code in talk.last
    await talk.says("2")
    assert talk.text("linking.same") in "\n".join(talk.labels)
