"""Welcome, consent, hamlet, and what is valid in every state (design §1, §3, §9; U4-U12)."""

import pytest

from handlers.messages import Kind
from storage.tables import Account, Attempt, Consent, LessonProgress, Person, Unit
from tests.talk import House, Talk


async def hamlet_of(talk: Talk) -> str | None:
    actor = await talk.actor()
    found = await talk.house.rows(Unit.code, where=Unit.id == actor.unit_id)
    return found[0] if found else None


# --- from a code to lesson 1 ---------------------------------------------------------------------


@pytest.mark.parametrize("code", ["x5", "X5", "h_xom-05", "/start h_xom-05", "xóm 5", "xom 5"])
async def test_a_code_and_one_press_open_lesson_1(talk: Talk, code: str) -> None:
    """Design §1: at most three presses."""
    await talk.says(code)
    assert talk.text("people.welcome", hamlet=" Xóm 5", commune="xã Giao Minh") in talk.heard
    await talk.presses("Đồng ý")
    assert "Bài 1." in talk.last
    assert await hamlet_of(talk) == "xom-05"
    assert len(talk.heard) <= 12


async def test_the_whole_first_lesson_by_digits_only_on_a_plain_channel(plain: Talk) -> None:
    await plain.says("x5", "1", "1", "1", "1", "1", "1", "1", "1")
    assert "Đã học xong" in "\n".join(plain.heard)
    assert all(not heard.buttons for heard in plain.seen)
    assert await plain.house.rows(Attempt.lesson_id) == ["dan5-1"]


@pytest.mark.parametrize(
    "first", ["chào", "alo", "👍", "Nguyễn Văn A", "/start", "/start x@@", "12", "...", "a" * 5_000]
)
async def test_any_first_word_gets_the_welcome(talk: Talk, first: str) -> None:
    await talk.says(first)
    assert talk.labels == ["Đồng ý", "Không, vẫn xem bài"]


async def test_the_consent_is_kept_with_its_evidence(talk: Talk) -> None:
    """P3: purpose, version, hash of what was shown, time, channel."""
    await talk.says("x5", "1")
    kept = await talk.house.rows(Consent.purpose, Consent.version, Consent.channel)
    assert kept == [("learning", 1, talk.address.channel)]
    assert await talk.house.rows(Person.name) == [talk.shown_name]


async def test_neither_choice_is_preselected_and_going_on_is_no_consent(talk: Talk) -> None:
    """P2."""
    await talk.says("x5", "bài học", "tiếp đi", "ừ thì")
    assert not (await talk.actor()).has_consent


async def test_a_life_without_consent(talk: Talk) -> None:
    """P3: anonymous lessons, nothing stored but the state of the conversation."""
    await talk.says("x5", "2")
    assert "Bài 1." in talk.last
    await talk.says("1", "1", "1", "1", "1", "1", "1")
    assert "Đã học xong" in "\n".join(talk.heard)
    assert await talk.house.rows(Attempt.id) == []
    assert await talk.house.rows(LessonProgress.lesson_id) == []
    assert await talk.house.rows(Person.name, Person.unit_id) == [("", None)]
    assert await talk.house.rows(Consent.id) == []


async def test_changing_ones_mind_later(talk: Talk) -> None:
    await talk.says("x5", "2", "trang đầu", "đồng ý lưu", "1")
    assert (await talk.actor()).has_consent


# --- hamlets -------------------------------------------------------------------------------------


async def test_two_hamlets_of_one_number_are_told_apart(talk: Talk) -> None:
    """Design §5: "Xóm 3 nào?"."""
    await talk.says("x3", "1")
    assert talk.last.startswith(talk.text("people.which_hamlet"))
    assert talk.labels[:2] == ["Xóm 3 - xã cũ A", "Xóm 3 - xã cũ B"]
    await talk.says("2")
    assert await hamlet_of(talk) == "xom-03b"


async def test_a_number_in_the_hamlet_question_is_the_hamlets_own(talk: Talk) -> None:
    await talk.says("chào", "1")
    assert talk.last == talk.text("people.hamlet")
    await talk.says("1")
    assert await hamlet_of(talk) == "xom-01"


@pytest.mark.parametrize("typed", ["xóm mừoi hai", "X 12", "thôn 12", "xosm 12", "xom so 12"])
async def test_clumsy_hamlets_are_understood_or_asked(talk: Talk, typed: str) -> None:
    await talk.says("chào", "1", typed)
    if await hamlet_of(talk) is None:
        assert talk.last in (talk.text("people.hamlet_unclear"),) or "chọn đúng" in talk.last
    else:
        assert await hamlet_of(talk) == "xom-12"


@pytest.mark.parametrize("typed", ["xóm 99", "Hà Nội", "1,5", "không", "'; DROP TABLE"])
async def test_what_is_no_hamlet_is_asked_again_and_never_saved(talk: Talk, typed: str) -> None:
    await talk.says("chào", "1", typed)
    assert await hamlet_of(talk) is None
    assert talk.last == talk.text("people.hamlet_unclear")


async def test_the_third_miss_offers_a_person(talk: Talk) -> None:
    """U5: never the same sentence for ever, never a dead end."""
    await talk.says("chào", "1", "abc", "abc", "abc")
    assert talk.text("menu.third_miss") in talk.heard
    await talk.says("5")
    assert await hamlet_of(talk) == "xom-05"


async def test_not_knowing_the_hamlet_is_no_obstacle(talk: Talk) -> None:
    await talk.says("chào", "1", "bỏ qua")
    assert "Bài 1." in talk.last


async def test_the_way_out_of_the_hamlet_question(talk: Talk) -> None:
    """Design §3: a step that reads a number owns 0 and huy; "thôi" and "trang đầu" lead out."""
    await talk.says("chào", "1", "0")
    assert talk.last == talk.text("people.hamlet_unclear")
    await talk.says("trang đầu")
    assert talk.last.startswith(talk.text("menu.home"))


async def test_moving_keeps_the_old_counts(talk: Talk) -> None:
    """Design §5."""
    await talk.says("x5", *["1"] * 8)
    before = await talk.house.rows(Attempt.unit_id)
    await talk.says("trang đầu", "h_xom-07")
    assert "Chuyển sang Xóm 7 không" in talk.last
    await talk.says("1")
    assert await hamlet_of(talk) == "xom-05"
    await talk.says("h_xom-07", "2")
    assert await hamlet_of(talk) == "xom-07"
    assert await talk.house.rows(Attempt.unit_id) == before


async def test_the_same_hamlet_again_changes_nothing(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("/start h_xom-05")
    assert talk.text("people.already_here", hamlet="Xóm 5") in talk.heard


async def test_a_code_of_no_session_gets_a_kind_answer(talk: Talk) -> None:
    await talk.says("/start b_ABC123")
    assert talk.text("joining.no_such_code") in talk.heard


@pytest.mark.parametrize("payload", ["p_cho-xa", "h_no-such", "h_" + "x" * 62])
async def test_no_payload_is_a_dead_end(talk: Talk, payload: str) -> None:
    await talk.says(f"/start {payload}")
    assert talk.labels


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ("Bác\u202e Năm", "Bác Năm"),
        ("<b>Năm</b> {user} %s", "<b>Năm</b> {user} %s"),
        ("\u200b\u200d", ""),
        ("Ba\u0301c Na\u0306m", "Bác Năm"),
    ],
)
async def test_names_are_cleaned_but_not_judged(house: House, shown: str, kept: str) -> None:
    """T23, T24, T28."""
    talk = Talk(house, "named", name=shown)
    await talk.enrolled()
    assert await house.rows(Person.name) == [kept if talk.shown_name else ""]
    await talk.says("/start")
    assert "0 }" not in talk.last


async def test_a_name_of_4000_letters_is_cut(house: House) -> None:
    talk = Talk(house, "long", name="Ă" * 4_000)
    await talk.enrolled()
    assert len((await house.rows(Person.name))[0]) <= 60


# --- in every state ------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["trang đầu", "Trang dau", "/start", "0"])
async def test_home_from_the_middle_of_a_lesson(talk: Talk, word: str) -> None:
    await talk.says("x5", "1", "1", word)
    assert talk.text("menu.learning") in talk.labels


@pytest.mark.parametrize("word", ["quay lại", "quay lai"])
async def test_back_to_the_page_before(talk: Talk, word: str) -> None:
    await talk.enrolled()
    first = talk.last
    await talk.says("1")
    assert talk.last != first
    await talk.says(word)
    assert talk.last == first
    await talk.says(word, word, word)
    assert talk.text("menu.no_way_back") in talk.heard


async def test_say_it_again(talk: Talk) -> None:
    await talk.enrolled()
    page = talk.last
    await talk.says("nói lại")
    assert talk.last == page


@pytest.mark.parametrize("word", ["thôi", "hủy", "/huy", "huy bo"])
async def test_cancel_leads_home(talk: Talk, word: str) -> None:
    await talk.enrolled()
    await talk.says(word)
    assert talk.text("menu.cancelled") in talk.heard


@pytest.mark.parametrize("word", ["dừng nhắc", "dung nhac", "/dung"])
async def test_silence_is_kept_at_once_and_the_lesson_goes_on(talk: Talk, word: str) -> None:
    await talk.enrolled()
    page = talk.last
    await talk.says(word)
    assert talk.text("menu.muted") in talk.heard
    assert talk.last == page
    assert (await talk.house.rows(Account.muted_at))[0] is not None
    await talk.says("/dung", "2")
    assert await talk.house.rows(Account.muted_at) == [None]


async def test_a_bare_dung_is_asked_not_obeyed(talk: Talk) -> None:
    """Design §3: folding makes "đúng" = "dừng"."""
    await talk.enrolled()
    await talk.says("dung")
    assert talk.text("menu.unsure_stop") in talk.heard
    assert await talk.house.rows(Account.muted_at) == [None]


async def test_help_repeats_the_open_question(talk: Talk) -> None:
    await talk.enrolled()
    page = talk.last
    await talk.says("?")
    assert talk.text("menu.help_text") in talk.heard
    assert talk.last == page


async def test_not_understood_three_times_never_says_the_same_thing(talk: Talk) -> None:
    await talk.enrolled()
    start = len(talk.heard)
    await talk.says("qwrtp zxcv", "qwrtp zxcv", "qwrtp zxcv")
    said = [text for text in talk.heard[start:] if "Xem tiếp" not in text]
    assert said == [
        talk.text("menu.first_miss"),
        talk.text("menu.second_miss_one"),
        talk.text("menu.third_miss"),
    ]


@pytest.mark.parametrize("command", ["/thongke", "/quantri", "/xoa_het", "/khong_co", "/"])
async def test_a_command_one_may_not_use_does_not_exist(talk: Talk, command: str) -> None:
    """T12: the same answer for forbidden and unknown."""
    await talk.enrolled()
    await talk.says("/khong_co_that")
    unknown = talk.heard[-2:]
    other = Talk(talk.house, "other")
    await other.enrolled()
    await other.says(command)
    assert other.heard[-2:] == unknown


@pytest.mark.parametrize(
    "text",
    [
        "số căn cước của tôi 036123456789",
        "mã otp là 482913",
        "4111 1111 1111 1111",
        "mật khẩu: nam1960!",
    ],
)
async def test_secrets_are_refused_and_not_read(talk: Talk, text: str) -> None:
    """T34."""
    await talk.enrolled()
    page = talk.last
    await talk.says(text)
    assert talk.text("menu.secret") in talk.heard
    assert talk.last == page


async def test_somebody_being_cheated_gets_the_fixed_words_first(talk: Talk) -> None:
    """T56: before anything else, whatever is being asked; then the lesson is still there."""
    await talk.enrolled()
    page = talk.last
    start = len(talk.heard)
    await talk.says("tôi vừa chuyển tiền cho công an giả")
    assert talk.heard[start] == talk.text("danger.stop")
    await talk.presses("Làm tiếp việc đang dở")
    assert talk.last == page


async def test_after_a_long_silence_a_word_recalls_what_was_done(talk: Talk) -> None:
    """U10."""
    await talk.enrolled()
    page = talk.last
    await talk.waits(minutes=40)
    await talk.says("alo cô ơi")
    assert "Bài 1" in talk.heard[-2] or "Bài 1" in talk.heard[-1]
    assert talk.last == page or "1." in talk.last


async def test_a_forwarded_message_is_never_a_press(talk: Talk) -> None:
    """T40: it belongs to the sender and goes through the same question."""
    await talk.says("x5")
    await talk.does(Kind.TEXT, text="tin chuyển tiếp bất kỳ", forwarded=True)
    assert not (await talk.actor()).has_consent


async def test_a_contact_is_not_an_identity(talk: Talk) -> None:
    """T17."""
    await talk.enrolled()
    await talk.does(Kind.CONTACT, text="0912345678")
    assert talk.text("menu.contact") in talk.heard
