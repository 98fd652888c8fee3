"""Staff answer by hand in the platform's chat; the platform hides words; data is withdrawn."""

import pytest
from sqlalchemy import func, update

from bot.channels.base import Accepted
from handlers.messages import Kind
from storage.tables import Account, Attempt, Consent, Conversation, OutboxRow, Person
from tests.talk import Talk


async def test_staff_take_over_and_hand_back(talk: Talk) -> None:
    """Said once; nothing of ours in between; then the open question comes again."""
    await talk.enrolled()
    page = talk.last
    await talk.does(Kind.TAKEN_OVER)
    assert talk.last == talk.text("menu.held")
    before = len(talk.heard)
    await talk.says("cam on can bo", "mai toi ra xa")
    await talk.does(Kind.TAKEN_OVER)
    assert len(talk.heard) == before
    await talk.does(Kind.HANDED_BACK)
    assert talk.heard[before:] == [talk.text("menu.handed_back"), page]
    await talk.says("1")
    assert "(2/" in talk.last


async def test_a_day_after_the_last_word_of_staff_we_speak_again(talk: Talk) -> None:
    await talk.enrolled()
    await talk.does(Kind.TAKEN_OVER)
    await talk.waits(hours=20)
    await talk.does(Kind.TAKEN_OVER)
    await talk.waits(hours=20)
    before = len(talk.heard)
    await talk.says("hoc")
    assert len(talk.heard) == before
    await talk.waits(hours=5)
    await talk.says("hoc")
    assert len(talk.heard) > before


async def test_whoever_calls_us_is_answered_while_staff_are_there(talk: Talk) -> None:
    await talk.enrolled()
    await talk.does(Kind.TAKEN_OVER)
    await talk.says("trang dau")
    assert talk.last.startswith(talk.text("menu.home"))
    await talk.says("1")
    assert "Bài 1" in talk.last


@pytest.mark.parametrize("typed", ["gap can bo", "1", "tro giup", "noi lai"])
async def test_whoever_speaks_to_us_is_told_once_an_hour_who_answers(
    talk: Talk, typed: str
) -> None:
    """The open question stays as it is, and what is said to staff is theirs."""
    await talk.enrolled()
    await talk.does(Kind.TAKEN_OVER)
    before = len(talk.heard)
    await talk.says("da vang a", typed, "1", typed)
    assert talk.heard[before:] == [talk.text("menu.still_held")]
    await talk.waits(minutes=61)
    await talk.says(typed)
    assert talk.heard[before:] == [talk.text("menu.still_held")] * 2
    await talk.does(Kind.HANDED_BACK)
    await talk.says("1")
    assert "(2/" in talk.last


async def test_a_voice_message_to_staff_is_told_who_answers(talk: Talk) -> None:
    await talk.enrolled()
    await talk.does(Kind.TAKEN_OVER)
    before = len(talk.heard)
    for _ in range(2):
        await talk.does(Kind.VOICE)
    assert talk.heard[before:] == [talk.text("menu.still_held")]


async def test_whoever_is_told_before_anything_was_open_can_come_back(talk: Talk) -> None:
    """Staff wrote first: there is no question to stand still."""
    await talk.does(Kind.TAKEN_OVER)
    await talk.says("1")
    assert talk.last == talk.text("menu.still_held")
    await talk.waits(hours=25)
    await talk.says("x5")
    assert talk.text("people.agree") in talk.labels


@pytest.mark.parametrize("typed", ["0", "0.", "về trang đầu"])
async def test_nought_ends_the_quiet_as_the_front_page_does(talk: Talk, typed: str) -> None:
    await talk.enrolled()
    await talk.does(Kind.TAKEN_OVER)
    await talk.says(typed)
    assert talk.last.startswith(talk.text("menu.home"))
    await talk.says("1")
    assert "Bài 1" in talk.last


async def test_a_button_is_ours_and_ends_the_quiet(talk: Talk) -> None:
    await talk.enrolled()
    await talk.does(Kind.TAKEN_OVER)
    await talk.presses("Xem tiếp")
    assert "(2/" in talk.last


async def test_whoever_is_being_cheated_is_told_what_to_do_all_the_same(talk: Talk) -> None:
    """T56: staff may be asleep; the conversation stays theirs."""
    await talk.enrolled()
    await talk.does(Kind.TAKEN_OVER)
    await talk.says("toi vua chuyen tien cho ke lua dao")
    assert talk.text("danger.stop") in talk.heard
    before = len(talk.heard)
    await talk.says("dang goi ngan hang day")
    assert len(talk.heard) == before


async def test_t56_a_code_asked_for_is_answered_while_staff_are_there(talk: Talk) -> None:
    await talk.enrolled()
    await talk.does(Kind.TAKEN_OVER)
    before = len(talk.heard)
    await talk.says("may toi no hien ma otp toi co doc cho ho khong")
    said = [talk.text(f"danger.{name}") for name in ("otp", "stop", "then")]
    assert talk.heard[before:] == said


async def test_staff_writing_are_no_sign_of_the_person(talk: Talk) -> None:
    """The free window counts from the person's own last word (zalo.md 3.7)."""
    await talk.enrolled()
    seen = await talk.house.rows(Account.seen_at)
    await talk.waits(hours=30)
    await talk.does(Kind.TAKEN_OVER)
    await talk.does(Kind.HANDED_BACK)
    assert await talk.house.rows(Account.seen_at) == seen


async def test_handing_back_what_nobody_holds_says_nothing(talk: Talk) -> None:
    await talk.enrolled()
    before = len(talk.heard)
    await talk.does(Kind.HANDED_BACK)
    assert len(talk.heard) == before


async def test_staff_who_write_first_open_no_conversation_with_a_stranger(talk: Talk) -> None:
    await talk.does(Kind.TAKEN_OVER)
    assert talk.heard == [talk.text("menu.held")]
    await talk.does(Kind.HANDED_BACK)
    assert await talk.house.rows(Consent.id) == []


async def test_a_locked_account_keeps_its_draft(talk: Talk) -> None:
    """T15: locking stops everything and destroys nothing."""
    await talk.enrolled()
    steps = await talk.house.rows(Conversation.flow, Conversation.step)
    async with talk.app.database.transaction() as tx:
        await tx.execute(update(Account).values(state="suspended"))
    await talk.says("1")
    assert talk.last == talk.text("menu.suspended")
    assert await talk.house.rows(Conversation.flow, Conversation.step) == steps


# --- words we may not read -----------------------------------------------------------------------


async def test_hidden_words_get_a_human_contact_once(talk: Talk) -> None:
    """zalo.md 2.4: accounts of protected people; the open question stays as it is."""
    await talk.enrolled()
    before = len(talk.heard)
    for _ in range(3):
        await talk.does(Kind.HIDDEN)
    assert talk.heard[before:] == [talk.text("menu.hidden")]
    await talk.says("1")
    assert "(2/" in talk.last


async def test_hidden_words_after_some_hours_are_answered_again(talk: Talk) -> None:
    await talk.does(Kind.HIDDEN)
    await talk.waits(hours=2)
    await talk.does(Kind.HIDDEN)
    assert len(talk.heard) == 1
    await talk.waits(hours=2)
    await talk.does(Kind.HIDDEN)
    assert talk.heard == [talk.text("menu.hidden")] * 2


# --- the platform passes on a wish to be forgotten ------------------------------------------------


async def test_a_withdrawal_on_the_platform_erases_everything(talk: Talk) -> None:
    """P5: at once, and the platform may say it twice."""
    await talk.enrolled()
    await talk.says("1", "1")
    await talk.does(Kind.WITHDRAWN)
    assert await talk.house.rows(func.count(Attempt.id)) == [0]
    assert await talk.house.rows(func.count(Consent.id)) == [0]
    assert await talk.house.rows(Person.name, where=Person.name != "") == []
    await talk.does(Kind.WITHDRAWN)
    texts = [body["text"] for body in await talk.house.rows(OutboxRow.body)]
    assert not any("Bác Năm" in text for text in texts)


async def test_the_last_admin_who_withdraws_is_told_what_to_do(talk: Talk) -> None:
    """T14: a commune keeps an admin."""
    await talk.holds("admin")
    await talk.does(Kind.WITHDRAWN)
    assert talk.text("mydata.last_admin") in talk.heard


async def test_a_withdrawal_is_heard_however_quickly_the_person_wrote(talk: Talk) -> None:
    """T35 holds back what people type, never a right of theirs."""
    await talk.enrolled()
    for _ in range(15):
        await talk.sends(text="1")
    assert await talk.sends(kind="withdrawn") is Accepted.STORED
    await talk.house.settle()
    assert await talk.house.rows(func.count(Consent.id)) == [0]


async def test_a_locked_account_may_withdraw(talk: Talk) -> None:
    """P5: whoever locked it, the data are the person's."""
    await talk.enrolled()
    async with talk.app.database.transaction() as tx:
        await tx.execute(update(Account).values(state="suspended"))
    await talk.does(Kind.WITHDRAWN)
    assert await talk.house.rows(func.count(Consent.id)) == [0]


async def test_many_words_of_staff_do_not_slow_the_person(talk: Talk) -> None:
    await talk.enrolled()
    for _ in range(30):
        await talk.sends(kind="taken_over")
    await talk.sends(kind="handed_back")
    await talk.house.settle()
    await talk.says("1")
    assert "(2/" in talk.last
    assert talk.text("menu.slow") not in talk.heard
