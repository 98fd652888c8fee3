"""/gapcanbo and danger: a person answers (T13, T28, T34, T56, T57)."""

from dataclasses import replace

import pytest

from storage import tickets, units
from storage.tables import AuditRow, Consent, Ticket
from storage.units import NewUnit
from tests.talk import Talk

QUESTION = "Tôi cài VNeID mà máy báo không đọc được thẻ"


async def asked(talk: Talk, question: str = QUESTION) -> None:
    await talk.says("gặp cán bộ", question, "1")


async def test_a_question_goes_round_from_resident_to_officer_and_back(talk: Talk) -> None:
    await talk.enrolled()
    officer = await talk.somebody("Anh Bình", role="officer")
    await talk.says("gặp cán bộ", QUESTION)
    assert QUESTION in talk.last  # shown back before it is sent
    await talk.says("1")
    assert talk.text("tickets.sent") in talk.heard
    assert QUESTION in officer.last
    assert "Xóm 5" in officer.last
    assert "Bác Năm" not in officer.last  # the hamlet is told, the name is not (P7)
    await officer.presses("Trả lời")
    await officer.says("Xin đem máy đến UBND xã sáng mai.")
    assert "Xin đem máy" in officer.last
    await officer.says("1")
    assert "Cán bộ - UBND xã Giao Minh trả lời" in talk.last
    assert "Xin đem máy đến UBND xã sáng mai." in talk.last
    assert "Anh Bình" not in talk.last
    assert await talk.house.rows(Ticket.state) == ["answered"]
    assert "ticket.answered" in await talk.house.rows(AuditRow.action)


async def test_nothing_is_stored_before_it_is_sent(talk: Talk) -> None:
    await talk.says("gặp cán bộ", QUESTION)
    assert await talk.house.rows(Ticket.id) == []
    await talk.says("2", "Câu khác", "3")
    assert talk.text("tickets.dropped") in talk.heard
    assert await talk.house.rows(Ticket.id) == []


async def test_p3_sending_without_an_earlier_consent_is_kept_as_one(talk: Talk) -> None:
    await asked(talk)
    assert await talk.house.rows(Ticket.question) == [QUESTION]
    assert await talk.house.rows(Consent.purpose) == ["ticket"]


async def test_without_an_officer_the_other_way_is_named(talk: Talk) -> None:
    await asked(talk)
    assert talk.text("tickets.nobody") in talk.heard
    assert talk.text("tickets.no_phone") in talk.heard


async def test_the_office_phone_is_told_when_the_commune_has_one(talk: Talk) -> None:
    async with talk.app.database.transaction() as tx:
        [commune] = await units.communes(tx, on=talk.house.clock.wall().date())
        kept = await units.settings_of(tx, commune.id)
        await units.write_settings(tx, commune.id, {**kept, "office_phone": "0228 000 000"})
    await asked(talk)
    assert any("0228 000 000" in heard for heard in talk.heard)


async def test_two_officers_answering_at_once_first_wins(talk: Talk) -> None:
    first = await talk.somebody("Anh Bình", role="officer")
    second = await talk.somebody("Chị Quản", role="admin")
    await asked(talk)
    for one in (first, second):
        await one.presses("Trả lời")
        await one.says(f"Trả lời của {one.name}")
    for one in (first, second):
        await one.sends(kind="text", text="1")
    await talk.house.settle()
    answers = [heard for heard in talk.heard if "Trả lời của" in heard]
    assert len(answers) == 1
    loser = second if first.name in answers[0] else first
    winner = "Cán bộ" if loser is second else "Quản trị"
    told = loser.text("tickets.already", by=f"{winner} - UBND xã Giao Minh")
    assert told in loser.heard  # the role, not the name


async def test_an_officer_finds_waiting_questions_by_the_command(talk: Talk) -> None:
    officer = await talk.somebody("Anh Bình", role="officer")
    await asked(talk)
    await officer.presses("Để sau")
    await officer.says("/gapcanbo")
    assert QUESTION[:20] in officer.last
    assert talk.text("tickets.mine") in officer.last
    await officer.says("1", "Đã rõ.", "1")
    assert "Đã rõ." in talk.last
    await officer.says("/gapcanbo")
    assert officer.last.startswith("Xin nhắn điều cần giúp")


async def test_t13_questions_of_another_commune_do_not_exist(talk: Talk) -> None:
    far = NewUnit("xa-khac", "Xã khác", "xa khac", "ubnd_xa", "", "none", None, None, ())
    await talk.enrolled()
    await asked(talk)
    async with talk.app.database.transaction() as tx:
        await units.import_all(tx, [far], on=talk.house.clock.wall().date())
        other = await units.by_code(tx, "xa-khac", on=talk.house.clock.wall().date())
        [number] = [one.id for one in await tickets.open_in(tx, [1])]
        assert other is not None
        now = talk.house.clock.wall()
        assert await tickets.find(tx, number, [other.id]) is None
        assert not await tickets.answer(tx, number, [other.id], text="x", by=1, now=now)
    officer = await talk.somebody("Anh Xa", role="officer", unit="xa-khac")
    await officer.says("/gapcanbo")
    assert QUESTION[:10] not in officer.last


async def test_an_officer_who_lost_the_role_answers_no_more(talk: Talk) -> None:
    officer = await talk.somebody("Anh Bình", role="officer")
    admin = await talk.somebody("Chị Quản", role="admin")
    await asked(talk)
    await officer.presses("Trả lời")
    await officer.says("Câu trả lời")
    await admin.says("/quantri", "1")
    line = next(line for line in admin.last.splitlines() if "Anh Bình" in line)
    await admin.says(line.split(".")[0], "2")
    await officer.says("1")
    assert await talk.house.rows(Ticket.state) == ["open"]


@pytest.mark.parametrize("text", ["{user.__class__} %s", "<b>đậm</b> & =cmd()", "đồ ngu dốt"])
async def test_t28_t57_whatever_is_written_arrives_as_it_is(talk: Talk, text: str) -> None:
    officer = await talk.somebody("Anh Bình", role="officer")
    await asked(talk, text)
    assert text in officer.last


async def test_t34_a_password_is_never_stored(talk: Talk) -> None:
    await talk.says("gặp cán bộ", "mật khẩu của tôi là 123456abc, mã OTP 482913")
    assert await talk.house.rows(Ticket.id) == []
    assert talk.text("menu.secret") in talk.heard


async def test_a_long_text_is_asked_again_and_waiting_questions_are_bounded(talk: Talk) -> None:
    await talk.says("gặp cán bộ", "a " * 300)
    assert talk.text("tickets.too_long", limit=360) in talk.heard
    await talk.says("Câu một", "1")
    for n in range(2):
        await asked(talk, f"Câu {n + 2} của tôi")
    await talk.says("gặp cán bộ")
    assert talk.text("tickets.enough") in talk.heard


async def test_the_open_question_comes_back_after_asking(talk: Talk) -> None:
    await talk.says("/dulieu")
    question = talk.last
    await asked(talk)
    assert talk.last == question


# --- danger --------------------------------------------------------------------------------------


async def test_t56_danger_gets_the_fixed_words_first_and_no_lesson(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("/dulieu")
    question = talk.last
    before = len(talk.heard)
    await talk.says("tôi vừa bị lừa chuyển tiền")
    said = talk.heard[before:]
    assert said[:2] == [talk.text("danger.stop"), talk.text("danger.then")]
    assert "113" in said[0]
    assert "bài" not in " ".join(said).lower()
    await talk.says("3")
    assert talk.last == question
    await talk.says("1")  # the menu that was open still hears
    assert any("Xã đang lưu" in heard for heard in talk.heard)


async def test_t56_from_danger_straight_to_a_person_and_back_to_what_was_open(talk: Talk) -> None:
    await talk.says("/dulieu")
    question = talk.last
    await talk.says("tôi vừa bị lừa chuyển tiền", "1")
    assert talk.last.startswith("Xin nhắn điều cần giúp")
    await talk.says("Nhờ cán bộ gọi lại cho tôi", "1")
    assert await talk.house.rows(Ticket.question) == ["Nhờ cán bộ gọi lại cho tôi"]
    assert talk.last == question


async def test_t56_danger_while_nothing_is_open_offers_the_front_page(talk: Talk) -> None:
    await talk.says("tôi vừa bị lừa chuyển tiền")
    assert talk.text("danger.home") in talk.last
    await talk.says("3")
    assert "Trang đầu" in talk.last


@pytest.mark.parametrize(
    ("said", "advice", "lesson"),
    [
        ("bị lừa mất tiền rồi", "danger.stop", "Lỡ bị lừa"),
        ("co nguoi doi phi lay lai tien", "danger.stop", "Lỡ bị lừa"),
        ("mất zalo", "danger.account", "Mất Zalo, Facebook"),
        ("facebook của tôi bị chiếm rồi", "danger.account", "Mất Zalo, Facebook"),
    ],
)
async def test_t56_the_steps_are_the_lesson_of_what_happened(
    talk: Talk, said: str, advice: str, lesson: str
) -> None:
    """Whoever asks for the steps sees that lesson at once; what was open is a word away."""
    await talk.says("/dulieu")
    question = talk.last
    start = len(talk.heard)
    await talk.says(said)
    assert talk.heard[start] == talk.text(advice)
    await talk.says("2")
    assert lesson in talk.last
    await talk.says("quay lại")
    assert talk.last == question


async def test_t56_without_that_lesson_no_steps_are_offered(talk: Talk) -> None:
    content = talk.app.dispatcher._house.lessons
    known = tuple(lesson for lesson in content.lessons if lesson.id != "dan5-8")
    talk.app.dispatcher._house = replace(
        talk.app.dispatcher._house, lessons=replace(content, lessons=known)
    )
    await talk.says("bị lừa mất tiền rồi")
    assert talk.text("danger.steps") not in talk.last
    assert talk.text("danger.human") in talk.last


async def test_t56_the_police_number_of_the_commune_is_told_when_known(talk: Talk) -> None:
    async with talk.app.database.transaction() as tx:
        [commune] = await units.communes(tx, on=talk.house.clock.wall().date())
        kept = await units.settings_of(tx, commune.id)
        await units.write_settings(tx, commune.id, {**kept, "cong_an_xa_phone": "0228 111 111"})
    await talk.says("tôi vừa bị lừa chuyển tiền")
    assert talk.text("danger.police", phone="0228 111 111") in talk.heard
