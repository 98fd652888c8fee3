"""Several people on one phone: "Ai đang học?" (design §5, P2, P5, T14, U18)."""

import contextlib
import secrets
from collections.abc import AsyncIterator

import pytest

from handlers.flow import Turn
from handlers.messages import Incoming, Kind
from handlers.mydata import withdraw_all
from storage import conversations, erase, households, people, roles, units
from storage.tables import Account, AuditRow, Consent, Membership, Person
from tests.handlers.small_catalogue import (
    small_catalogue,  # noqa: F401 - a fixture
)
from tests.handlers.test_learning import answers, reads_to_questions
from tests.handlers.test_linking import done_by, learned, link, totals
from tests.talk import Talk

WORDS = ("đổi người học", "nguoi khac hoc", "ai dang hoc", "them nguoi hoc", "học chung máy")


async def somebody_comes(talk: Talk, name: str = "Bà Tư") -> Talk:
    """A second person of the phone: consent, name, the household's hamlet, lesson 1."""
    await talk.says("đổi người học")
    await talk.presses("Người khác")
    await talk.presses("Đồng ý")
    await talk.says(name)
    await talk.presses("Xóm 5")
    return talk


async def changes_to(talk: Talk, name: str) -> Talk:
    await talk.says("đổi người học")
    return await talk.presses(name)


@pytest.fixture
async def phone(talk: Talk) -> Talk:
    """Bác Năm, who has agreed, and learned the first lesson."""
    await talk.enrolled()
    await talk.says("/dulieu", "2", "1", "Bác Năm", "trang đầu", "học bài")
    return await learned(talk)


async def test_each_has_their_own_consent_name_hamlet_and_progress(phone: Talk) -> None:
    owner = await phone.actor()
    assert await totals(phone.house) == (1, 1)
    await phone.says("đổi người học")
    assert phone.labels == ["Bác Năm", "Người khác"]
    await phone.presses("Người khác")
    assert phone.labels == ["Đồng ý", "Không, vẫn xem bài"]  # P2: of her own
    assert not (await phone.actor()).has_consent
    await phone.presses("Đồng ý")
    await phone.says("Bà Tư")
    assert phone.labels == ["Xóm 5", "Không phải xóm này"]  # the household's, only offered
    await phone.presses("Xóm 5")
    assert "Bài 1. Bảy dấu hiệu lừa đảo" in phone.last
    she = await phone.actor()
    assert (she.name, she.unit_id) == ("Bà Tư", owner.unit_id)
    assert she.canonical_id != owner.canonical_id
    await learned(phone)
    assert await totals(phone.house) == (2, 2)
    assert await done_by(phone) == {"dan5-1"}
    assert len(await phone.house.rows(Account.id)) == 1


async def test_each_ones_conversation_waits_where_it_was(phone: Talk) -> None:
    await phone.says("/hoc bài 1")
    await phone.presses("Xem tiếp")
    his_page = phone.last
    await somebody_comes(phone)
    her_page = phone.last
    assert her_page != his_page
    await changes_to(phone, "Bác Năm")
    assert phone.last == his_page
    await changes_to(phone, "Bà Tư")
    assert phone.last == her_page
    await phone.restart()
    await phone.presses("Xem tiếp")
    assert "(2/3)" in phone.last


async def test_the_same_person_again_changes_nothing(phone: Talk) -> None:
    await phone.says("/hoc bài 1")
    page = phone.last
    await changes_to(phone, "Bác Năm")
    assert phone.last == page
    assert await phone.house.rows(Account.chosen_at) == [None]


@pytest.mark.parametrize("word", WORDS)
async def test_plain_words_lead_to_the_question(phone: Talk, word: str) -> None:
    await phone.says(word)
    assert phone.labels == ["Bác Năm", "Người khác"]


async def test_lienket_leads_there_too(phone: Talk) -> None:
    await phone.says("/lienket", "3")
    assert phone.labels == ["Bác Năm", "Người khác"]


async def test_a_digit_chooses_as_a_button_does(phone: Talk) -> None:
    await somebody_comes(phone)
    await phone.says("đổi người học", "1")
    assert (await phone.actor()).name == "Bác Năm"


@pytest.mark.parametrize(("asked", "then"), [("học bài", "Bài 2."), ("/tiendo", "đã học 1/3 bài")])
async def test_after_eight_hours_it_is_asked_who_learns_before_learning_goes_on(
    phone: Talk, asked: str, then: str
) -> None:
    await somebody_comes(phone)
    await phone.waits(hours=7)
    await phone.says(asked)
    assert "Ai đang học" not in phone.last
    await phone.waits(hours=1)
    await phone.says(asked)
    assert "Ai đang học" in phone.last
    await phone.presses("Bác Năm")
    assert (await phone.actor()).name == "Bác Năm"
    assert then in phone.last
    await phone.says("trang đầu", asked)
    assert "Ai đang học" not in phone.last


async def test_an_open_question_is_never_interrupted(phone: Talk) -> None:
    await somebody_comes(phone)
    await phone.waits(hours=20)
    await phone.presses("Xem tiếp")
    assert "(2/3)" in phone.last


async def test_whoever_is_alone_is_never_asked(phone: Talk) -> None:
    await phone.waits(hours=20)
    await phone.says("học bài")
    assert "Ai đang học" not in phone.last


async def test_a_role_belongs_to_the_person_not_to_the_phone(phone: Talk) -> None:
    """T12: when she speaks on the head's phone, she is nobody's head."""
    await phone.holds("admin")
    await somebody_comes(phone)
    assert not (await phone.actor()).grants
    await phone.says("/quantri")
    assert any(heard.startswith(phone.text("menu.first_miss")) for heard in phone.heard[-2:])
    await changes_to(phone, phone.name)
    assert (await phone.actor()).has_role("admin")


async def test_six_are_enough(phone: Talk) -> None:
    for n in range(5):
        await phone.says("đổi người học")
        await phone.presses("Người khác", "Đồng ý")
        await phone.says(f"Bà thứ {n}")
        await phone.presses("Xóm 5")
    await phone.says("đổi người học")
    assert len(phone.labels) == 7  # six people, and "Bỏ một người khỏi máy"
    assert "Người khác" not in phone.labels
    assert len(await phone.house.rows(Membership.id)) == households.MOST


async def test_who_says_no_learns_without_a_trace(phone: Talk) -> None:
    await phone.says("đổi người học")
    await phone.presses("Người khác", "Không, vẫn xem bài")
    assert "Bài 1." in phone.last
    await reads_to_questions(phone)
    await answers(phone, True, True, True)
    assert await totals(phone.house) == (1, 1)
    assert len(await phone.house.rows(Consent.id)) == 1
    await changes_to(phone, "Bác Năm")
    assert (await phone.actor()).has_consent


async def test_deleting_ends_the_speaker_only_and_hands_the_phone_on(phone: Talk) -> None:
    """P5: the next member goes on where they were."""
    owner = await phone.actor()
    await phone.says("/hoc bài 2")
    page = phone.last
    await learned(await somebody_comes(phone))
    assert await totals(phone.house) == (2, 2)
    await phone.says("/dulieu", "5", "2")
    assert await totals(phone.house) == (1, 1)
    assert (await phone.actor()).person_id == owner.person_id
    assert phone.text("household.now_speaks", name="Bác Năm") in phone.heard
    assert phone.last == page
    names = await phone.house.rows(Person.name)
    assert "Bà Tư" not in names
    await phone.says("đổi người học")
    assert phone.labels == ["Bác Năm", "Người khác"]


async def test_somebody_is_taken_off_the_phone_and_the_data_stays(phone: Talk) -> None:
    await learned(await somebody_comes(phone))
    await changes_to(phone, "Bác Năm")
    await phone.says("đổi người học")
    await phone.presses("Bỏ một người khỏi máy", "Bà Tư")
    assert "xóa luôn dữ liệu" in phone.last  # nowhere else to be reached
    assert phone.labels[0] == "Giữ lại"  # U18
    await phone.presses("Bỏ khỏi máy này")
    assert await totals(phone.house) == (2, 2)
    await phone.says("đổi người học")
    assert phone.labels == ["Bác Năm", "Người khác"]
    assert await phone.house.rows(Account.chosen_at) == [None]
    assert {"household.added", "household.removed"} <= set(await phone.house.rows(AuditRow.action))


async def test_who_is_linked_elsewhere_only_leaves_the_phone(phone: Talk) -> None:
    await learned(await somebody_comes(phone))
    own = await phone.somebody("Bà Tư")
    await link(phone, own)
    await phone.says("đổi người học")
    await phone.presses("Bỏ một người khỏi máy", "Bà Tư")
    assert phone.text("household.stays_elsewhere") in phone.last
    await phone.presses("Bỏ khỏi máy này")
    assert (await phone.actor()).name == "Bác Năm"
    assert phone.text("household.now_speaks", name="Bác Năm") in phone.heard
    assert await done_by(own) == {"dan5-1"}
    assert await totals(phone.house) == (2, 2)


async def test_t14_an_office_is_not_locked_out_of_reach(phone: Talk) -> None:
    await somebody_comes(phone)
    await changes_to(phone, "Bác Năm")
    await phone.holds("head", "xom-05")
    await phone.says("đổi người học")
    await phone.presses("Bỏ một người khỏi máy", phone.name)
    assert phone.text("household.has_role", name=phone.name) in phone.heard


async def test_a3_a_role_taken_since_the_question_is_seen_before_the_drop(phone: Talk) -> None:
    his = await phone.actor()
    await somebody_comes(phone)
    await phone.says("đổi người học")
    await phone.presses("Bỏ một người khỏi máy", "Bác Năm")
    async with phone.app.database.transaction() as tx:
        [hamlet, *_] = await units.hamlets(tx, on=phone.house.clock.wall().date())
        grant = {"granted_by": None, "invite_id": None, "now": phone.house.clock.wall()}
        await roles.grant(tx, person_id=his.person_id, role="head", unit_id=hamlet.id, **grant)  # type: ignore[arg-type]
    await phone.presses("Bỏ khỏi máy này")
    assert phone.text("household.has_role", name="Bác Năm") in phone.heard
    mine = Membership.person_id == his.person_id
    assert await phone.house.rows(Membership.until, where=mine) == [None]


async def test_t44_people_who_come_and_go_do_not_swell_the_figures(phone: Talk) -> None:
    me, now = await phone.actor(), phone.house.clock.wall()
    async with phone.app.database.transaction() as tx:
        for _ in range(households.MOST_EVER - 1):
            guest = await households.add(tx, me.account_id, now=now)
            assert guest is not None
            await households.remove(tx, me.account_id, guest, now=now)
    await phone.says("đổi người học")
    await phone.presses("Người khác")
    said = phone.text("household.full_for_good", most=households.MOST_EVER)
    assert any(said in heard for heard in phone.heard[-2:])
    assert (await phone.actor()).person_id == me.person_id


async def test_a_digit_is_no_name(phone: Talk) -> None:
    await phone.says("đổi người học")
    await phone.presses("Người khác", "Đồng ý")
    await phone.says("1")
    assert phone.text("people.name_unclear") in phone.heard[-2:]
    assert (await phone.actor()).name == ""
    await phone.says("bỏ qua")
    assert phone.labels == ["Xóm 5", "Không phải xóm này"]
    assert (await phone.actor()).name == ""


@pytest.mark.parametrize("shown", ["Người dùng Zalo", "Zalo User"])
async def test_a_name_the_platform_made_up_is_no_name(talk: Talk, shown: str) -> None:
    nameless = Talk(talk.house, "u-nameless", name=shown)
    await nameless.says("h_xom-05", "1")
    actor = await nameless.actor()
    assert actor.has_consent
    assert actor.name == ""


async def test_two_people_of_one_phone_are_not_made_one(phone: Talk) -> None:
    """T18: a code entered on the phone that showed it joins nobody."""
    await phone.says("/lienket", "1")
    code = next(h for h in phone.heard if "Mã nối là" in h).partition("là ")[2][:6]
    await somebody_comes(phone)
    await phone.says(f"l_{code}")
    assert phone.text("linking.no_such_code") in phone.heard


async def test_linking_one_of_two_links_nobody_else(phone: Talk) -> None:
    await learned(await somebody_comes(phone))
    own = await phone.somebody("Bà Tư")
    await link(phone, own)
    await changes_to(phone, "Bác Năm")
    he, she = await phone.actor(), await own.actor()
    assert he.canonical_id != she.canonical_id
    assert await totals(phone.house) == (2, 2)
    await own.says("/dulieu", "5", "2")
    assert await totals(phone.house) == (1, 1)
    await phone.says("đổi người học")
    assert phone.labels == ["Bác Năm", "Người khác"]


# --- deletion and restore on a shared phone ------------------------------------------------------


async def test_p5_after_a_restore_only_the_one_who_was_erased_is_erased_again(phone: Talk) -> None:
    """The backup knows two people of one phone; the list names one of them."""
    owner = await phone.actor()
    await somebody_comes(phone)
    she = await phone.actor()
    keyed_hash = phone.app.dispatcher._keyed_hash
    later = phone.house.clock.wall().replace(year=2027)
    listed = {keyed_hash(f"erased|{phone.lane}|{owner.person_id}"): later.isoformat()}
    async with phone.app.database.transaction() as tx:
        assert await erase.reapply(tx, listed, keyed_hash=keyed_hash, now=later) == 1
    assert (await phone.actor()).person_id == she.person_id
    names = await phone.house.rows(Person.name)
    assert "Bà Tư" in names
    assert "Bác Năm" not in names


async def test_p5_what_the_platform_withdraws_ends_everybody_of_the_account(phone: Talk) -> None:
    """Who speaks at that moment is chance; whoever can be reached elsewhere only leaves."""
    await learned(await somebody_comes(phone))
    own = await phone.somebody("Bà Tư")
    await link(phone, own)
    await somebody_comes(phone, "Cô Sáu")
    assert await totals(phone.house) == (2, 2)
    async with _turn_of(phone) as turn:
        outcome = await withdraw_all(turn)
    assert any("Đã xóa hết dữ liệu" in one.text for one in outcome.messages)
    assert await totals(phone.house) == (1, 1)
    assert await done_by(own) == {"dan5-1"}
    assert not {"Bác Năm", "Cô Sáu"} & set(await phone.house.rows(Person.name))
    assert not (await phone.actor()).has_consent


@contextlib.asynccontextmanager
async def _turn_of(talk: Talk) -> AsyncIterator[Turn]:
    """A turn outside the dispatcher: an event that not every platform has."""
    app, there = talk.app, talk.address
    async with app.database.transaction() as tx:
        now = talk.house.clock.wall()
        actor = (await people.lock(tx, [talk.lane]))[talk.lane]
        key = (actor.account_id, there.chat, actor.person_id)
        state = (await conversations.load(tx, [key]))[key]
        yield Turn(
            event=Incoming("w1", there.account, there.chat, now, Kind.WITHDRAWN),
            state=state,
            actor=actor,
            now=now,
            tx=tx,
            house=app.house,
            keyed_hash=app.dispatcher._keyed_hash,
            entropy=secrets.token_bytes,
        )
        await conversations.save(tx, [state], now=now)
