"""What six residents stumbled over on the chat page, each as the conversation it was."""

import pytest

from handlers import words
from storage.tables import Consent, Ticket, Unit
from tests.talk import Talk

# --- a page of a lesson --------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["2", "5", "7", "roi", "được", "dc", "vâng ạ", "👍"])
async def test_any_number_and_any_yes_go_on_where_there_is_one_choice(
    plain: Talk, typed: str
) -> None:
    """The page has a list 1-3 of its own, and below it "1. Xem tiếp"."""
    await plain.says("x5", "1", typed)
    assert "(2/3)" in plain.last


@pytest.mark.parametrize("typed", ["ba sau", "toi di nau com da", "ko"])
async def test_a_long_page_is_not_repeated_after_a_miss(talk: Talk, typed: str) -> None:
    await talk.enrolled()
    await talk.says(typed)
    assert talk.heard[-2] == talk.text("menu.first_miss")
    assert talk.text("menu.above") in talk.last
    assert "(1/3)" not in talk.last
    assert talk.labels == ["Xem tiếp"]
    await talk.says("nói lại")
    assert "(1/3)" in talk.last
    await talk.presses("Xem tiếp")
    assert "(2/3)" in talk.last


@pytest.mark.parametrize("typed", ["roi", "xong roi", "lam roi", "đã làm"])
async def test_done_in_ones_own_words(talk: Talk, typed: str) -> None:
    await talk.enrolled()
    await talk.says("1", "1", "1", typed)
    assert talk.text("learning.well_done", count=3) in talk.heard


@pytest.mark.parametrize("typed", ["chua lam duoc", "để sau nhé", "chưa"])
async def test_not_yet_in_ones_own_words(talk: Talk, typed: str) -> None:
    await talk.enrolled()
    await talk.says("1", "1", "1", typed)
    assert talk.text("learning.no_hurry", count=3) in talk.heard


@pytest.mark.parametrize("typed", ["bai 3", "học bài 3", "cho xem bài số 3"])
async def test_a_lesson_by_its_number(talk: Talk, typed: str) -> None:
    await talk.enrolled()
    await talk.says(typed)
    assert "Bài 3." in talk.last
    assert "(1/3)" in talk.last


async def test_the_letter_of_an_answer_as_on_paper(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("1", "1", "1", "1", "b")
    assert "Câu 2/3" in talk.last


# --- courtesy ------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["cảm ơn", "cam on chau", "ok tks", "cảm ơn nhiều ạ", "bye"])
async def test_thanks_are_answered_and_the_lesson_waits(talk: Talk, typed: str) -> None:
    await talk.enrolled()
    await talk.says(typed)
    assert talk.heard[-2] == talk.text("menu.thanked")
    await talk.says("1")
    assert "(2/3)" in talk.last


@pytest.mark.parametrize("typed", ["chau oi", "alo", "co ai khong"])
async def test_a_call_is_answered(talk: Talk, typed: str) -> None:
    await talk.enrolled()
    await talk.says(typed)
    assert talk.heard[-2] == talk.text("menu.here")


async def test_thanks_are_no_question_to_an_officer(talk: Talk) -> None:
    await talk.says("/gapcanbo", "Làm sao cài VNeID?", "cam on")
    assert "Làm sao cài VNeID?" in talk.last
    await talk.says("ok")
    assert await talk.house.rows(Ticket.question) == ["Làm sao cài VNeID?"]


async def test_a_no_sends_nothing_to_an_officer(talk: Talk) -> None:
    await talk.says("/gapcanbo", "Làm sao cài VNeID?", "khong")
    assert talk.text("tickets.dropped") in talk.heard
    assert await talk.house.rows(Ticket.question) == []


async def test_the_words_for_having_reminders_back_do_what_they_say(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("nhận nhắc")
    assert not (await talk.actor()).is_muted
    assert talk.text("menu.not_muted") in talk.heard
    await talk.says("dừng nhắc", "nhận nhắc")
    assert not (await talk.actor()).is_muted
    assert talk.text("menu.unmuted") in talk.heard


async def test_u11_silence_that_was_wished_is_not_asked_about_again(talk: Talk) -> None:
    """Said once more, "ngung nhac" is no question; "nhận nhắc" is answered once."""
    await talk.enrolled()
    page = talk.last
    await talk.says("dừng nhắc", "ngung nhac")
    assert talk.text("menu.muted_before") in talk.heard
    assert talk.text("menu.already_muted") not in "\n".join(talk.heard)
    assert (await talk.actor()).is_muted
    await talk.says("/dung", "nhận nhắc")
    assert not (await talk.actor()).is_muted
    assert talk.last == page


# --- hamlets -------------------------------------------------------------------------------------


async def hamlet_of(talk: Talk) -> str:
    actor = await talk.actor()
    return "".join(await talk.house.rows(Unit.code, where=Unit.id == actor.unit_id))


async def test_a_greeting_before_the_consent_does_not_lose_the_hamlet_of_the_code(
    talk: Talk,
) -> None:
    await talk.says("h_xom-05", "chao chau", "dong y")
    assert await hamlet_of(talk) == "xom-05"
    assert "Bài 1." in talk.last


@pytest.mark.parametrize(
    "typed", ["a quen toi o xom 7", "xóm 7 mới đúng", "tôi ở xóm 7 nhé", "thon 7", "X.07"]
)
async def test_a_wrong_hamlet_is_noticed_in_the_middle_of_a_lesson(talk: Talk, typed: str) -> None:
    await talk.enrolled()
    await talk.says(typed)
    assert talk.last.startswith(talk.text("people.move", old="Xóm 5", new="Xóm 7"))
    await talk.says("2")
    assert await hamlet_of(talk) == "xom-07"


@pytest.mark.parametrize("typed", ["doi xom", "ghi nhầm xóm rồi"])
async def test_who_wants_another_hamlet_is_asked_which(talk: Talk, typed: str) -> None:
    await talk.enrolled()
    await talk.says(typed)
    assert talk.last == talk.text("people.hamlet")
    await talk.says("7", "2")
    assert await hamlet_of(talk) == "xom-07"


@pytest.mark.parametrize("typed", ["xom dong", "xóm 99", "x 99"])
async def test_an_unknown_hamlet_is_said_to_be_unknown(talk: Talk, typed: str) -> None:
    await talk.says("chao", "dong y", typed)
    assert talk.last == talk.text("people.hamlet_unclear")
    await talk.says("5")
    assert await hamlet_of(talk) == "xom-05"


async def test_an_unknown_hamlet_later_is_said_to_be_unknown(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("xóm 99")
    assert talk.last == talk.text("people.hamlet_unclear")


async def test_a_hamlet_that_one_forgot_is_no_obstacle(talk: Talk) -> None:
    await talk.says("chao", "dong y", "toi khong nho")
    assert talk.text("people.skipped") in talk.heard
    assert "Bài 1." in talk.last


async def test_one_hamlet_beside_unknown_words_is_asked_in_the_singular(talk: Talk) -> None:
    await talk.says("chao", "dong y", "x 5 ha chau")
    assert talk.last.startswith(talk.text("people.this_hamlet"))
    assert talk.labels == ["Xóm 5", talk.text("people.not_this")]


# --- danger --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("TOI VUA CHUYEN 50 TRIEU CHO CONG AN GIA GIO LAM SAO", "danger.stop"),
        ("bam vao link roi", "danger.stop"),
        ("no dang doi chuyen them 20 trieu nua", "danger.stop"),
        ("chay nha roi", "danger.rescue"),
        ("con toi bi duoi nuoc", "danger.rescue"),
        ("tai nan giao thong", "danger.rescue"),
        ("có trộm vào nhà", "danger.rescue"),
        ("khong muon song nua", "danger.despair"),
    ],
)
async def test_a_cry_is_the_first_thing_heard(talk: Talk, typed: str, advice: str) -> None:
    """T56: the very first words, before any consent."""
    await talk.says("x5", typed)
    assert talk.text(advice) in talk.heard
    assert "113" in talk.text(advice)
    money = talk.text("danger.stop")
    assert (money in talk.heard) == (advice == "danger.stop")
    assert (talk.text("danger.steps") in talk.labels) == (advice == "danger.stop")
    assert talk.text("danger.human") in talk.labels


@pytest.mark.parametrize(
    "typed",
    [
        *("từ từ đã", "tu tu da", "nóng muốn chết", "vừa chuyển 2 triệu cho con"),
        *("da nap 50k dien thoai", "tai nan giao thong nam 2026 giam", "khong muon song o pho"),
    ],
)
def test_what_only_sounds_like_danger(typed: str) -> None:
    assert not words.looks_urgent(typed)


# --- a child -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["em 11 tuổi", "con muoi mot tuoi", "chau sinh nam 2015", "con học lớp 5", "11 tuoi"]
)
async def test_t55_a_child_is_heard_and_not_asked_for_consent_again(talk: Talk, typed: str) -> None:
    await talk.says("x5", typed)
    assert talk.text("people.too_young") in talk.heard
    assert "Bài 1." in talk.last
    await talk.says("xóm 5")
    assert talk.last.startswith(talk.text("people.who"))
    await talk.says("1")
    assert "Bài 1." in talk.last
    assert await talk.house.rows(Consent.id) == []


async def test_t55_a_child_who_says_so_in_the_middle_of_a_lesson(talk: Talk) -> None:
    await talk.says("x5", "2", "con 11 tuoi")
    assert talk.text("people.too_young") in talk.heard
    await talk.says("đồng ý lưu")
    assert talk.last.startswith(talk.text("people.who"))


async def test_t55_a_parent_on_the_same_phone_may_agree(talk: Talk) -> None:
    await talk.says("x5", "em 11 tuổi", "đồng ý lưu", "2")
    assert talk.text("people.agree") in talk.labels
    await talk.says("1", "5")
    assert (await talk.actor()).has_consent


async def test_t55_what_a_parent_tells_of_a_child_is_no_age_of_ones_own(talk: Talk) -> None:
    await talk.says("x5", "2", "con toi 11 tuoi", "con trai tôi học lớp 5")
    assert talk.text("people.too_young") not in talk.heard


@pytest.mark.parametrize("typed", ["xóa hết", "xoa het", "xóa tài khoản"])
async def test_deleting_everything_is_found_by_its_own_words(talk: Talk, typed: str) -> None:
    await talk.enrolled()
    await talk.says(typed)
    assert talk.text("mydata.erase") in talk.labels
    await talk.presses("Xóa hết")
    assert talk.labels == [talk.text("mydata.keep_all"), talk.text("mydata.erase_now")]
