"""/lienket: T02, T03, T15, T18, U18, P3, A4. Two people's apps are two accounts of one channel."""

import re
from collections.abc import Collection

import pytest
from sqlalchemy import ColumnElement, func, select

from handlers.linking import VALID
from handlers.roles.service import WRONG_BY_ONE
from storage import (
    dossier,
    households,
    learning,
    linking,
    outbox,
    people,
    roles,
    statistics,
    units,
)
from storage.people import Actor
from storage.statistics import Scope
from storage.tables import (
    Account,
    AnswerRow,
    Attempt,
    AuditRow,
    Conversation,
    LinkCode,
    OutboxRow,
    Person,
    SamePerson,
)
from tests.handlers.small_catalogue import (
    small_catalogue,  # noqa: F401 - a fixture
)
from tests.handlers.test_learning import answers, reads_to_questions
from tests.storage.histories import period
from tests.talk import House, Talk

SAME = "Đúng là tôi, nối lại"
APART = "Thôi, để riêng"
NOT_ME = "Không phải tôi, gỡ ra"


async def code_from(talk: Talk) -> str:
    """Ask for a code as people do, and read it off the screen."""
    await talk.says("/lienket", "1")
    shown = re.search(r"Mã nối là (\d{6})", "\n".join(talk.heard[-4:]))
    assert shown, talk.heard[-4:]
    return shown[1]


async def link(one: Talk, other: Talk) -> None:
    await other.says(f"l_{await code_from(one)}")
    await other.presses(SAME)


async def learned(talk: Talk, *right: bool) -> Talk:
    """The first lesson from its first page to its result."""
    await reads_to_questions(talk)
    await answers(talk, *(right or (True, True, True)))
    return talk


async def totals(house: House) -> tuple[int, int]:
    """(người học, lượt học) of the whole commune this year."""
    async with house.app.database.reading() as tx:
        today = house.clock.wall().date()
        commune = (await units.communes(tx, on=today))[0]
        year = period(today.replace(month=1, day=1), today.replace(month=12, day=31))
        modules: dict[str, Collection[str]] = {}
        scope = Scope(commune.id)
        table = await statistics.table(tx, scope, year, modules=modules, now=house.clock.wall())
    return table.total.learners, table.total.lessons


async def done_by(talk: Talk) -> set[str]:
    actor = await talk.actor()
    async with talk.app.database.reading() as tx:
        progress = await learning.progress_of(tx, actor.canonical_id)
    return {row.lesson_id for row in progress.values() if row.is_finished}


@pytest.fixture
async def other(talk: Talk) -> Talk:
    return await talk.somebody("Bác Năm trên máy kia")


# --- as people do it -----------------------------------------------------------------------------


async def test_t18_one_person_on_two_apps_counts_once_until_it_is_undone(
    talk: Talk, other: Talk
) -> None:
    await learned(await talk.enrolled())
    await learned(await other.enrolled())
    assert await totals(talk.house) == (2, 2)
    await other.says("liên kết " + await code_from(talk))
    assert other.labels == [APART, SAME]  # the safe choice is number 1 (U18)
    assert "chung tên gọi, xóm, kết quả học" in other.last
    await other.presses(SAME)
    assert await totals(talk.house) == (1, 2)
    assert (await talk.actor()).canonical_id == (await other.actor()).canonical_id
    await other.says("gỡ liên kết", "3")
    assert other.labels == ["Giữ liên kết", "Gỡ liên kết"]
    await other.presses("Gỡ liên kết")
    assert await totals(talk.house) == (2, 2)
    assert talk.text("linking.parted") in other.heard
    assert any("vừa được gỡ" in heard for heard in talk.heard)
    actions = await talk.house.rows(AuditRow.action)
    assert {"person.linked", "person.unlinked"} <= set(actions)


async def test_the_other_app_goes_on_where_the_first_one_was(talk: Talk, other: Talk) -> None:
    await learned(await talk.enrolled())
    await link(talk, other)
    await other.says("học bài")
    assert "Bài 2. Giả công an" in other.last
    await other.says("/tiendo")
    assert "1/" in "\n".join(other.heard[-2:])


async def test_p3_a_yes_on_one_app_is_a_yes_on_both_and_so_is_a_no(talk: Talk, other: Talk) -> None:
    """Somebody without any consent may link: it comes through the link."""
    await talk.enrolled()
    await link(talk, other)
    theirs = await other.actor()
    assert (theirs.has_consent, theirs.unit_id) == (True, (await talk.actor()).unit_id)
    await other.says("/dulieu", "4", "2")
    assert not (await talk.actor()).has_consent


async def test_what_was_open_is_asked_again_after_linking(talk: Talk, other: Talk) -> None:
    await talk.enrolled()
    page = talk.last
    code = await code_from(talk)
    assert talk.last == page
    await other.enrolled()
    page = other.last
    await other.says("/lienket", "2", f"{code[:3]} {code[3:]}")
    await other.presses(SAME)
    assert other.last == page


@pytest.mark.parametrize(
    "typed",
    ["l_{}", "L_{}", "/start l_{}", "/lienket {}", "/lienket l_{}", "Liên kết {}", "lien ket {}"],
)
async def test_a_code_is_understood_however_it_is_sent(talk: Talk, other: Talk, typed: str) -> None:
    await other.says(typed.format(await code_from(talk)))
    assert other.labels == [APART, SAME]


async def test_the_choice_to_undo_is_there_only_when_linked(talk: Talk, other: Talk) -> None:
    await talk.says("/lienket")
    assert len(talk.labels) == 3
    await link(talk, other)
    await talk.says("/lienket")
    assert talk.labels[2] == "Gỡ liên kết"


async def test_nothing_happens_to_who_says_no(talk: Talk, other: Talk) -> None:
    await other.says(f"l_{await code_from(talk)}")
    await other.presses(APART)
    assert talk.text("linking.kept_apart") in other.heard
    assert await talk.house.rows(SamePerson.id) == []


# --- codes that do not work ----------------------------------------------------------------------


async def test_t03_wrong_old_used_and_own_codes_are_answered_alike(talk: Talk, other: Talk) -> None:
    said = talk.text("linking.no_such_code")
    code = await code_from(talk)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    await talk.says(f"l_{code}")  # one's own
    assert said in talk.heard[-2:]
    await other.says(f"l_{wrong}")
    assert said in other.heard[-2:]
    await talk.waits(minutes=10)
    await other.says(f"l_{code}")  # too old
    assert said in other.heard[-2:]
    third = await talk.somebody("Người thứ ba")
    await link(talk, third)
    used = await talk.house.rows(LinkCode.used_at)
    assert sum(at is not None for at in used) == 1
    await other.says(f"l_{await _last_code(talk)}")
    assert said in other.heard[-2:]
    assert len(await talk.house.rows(SamePerson.id)) == 1


async def _last_code(talk: Talk) -> str:
    return str(re.findall(r"Mã nối là (\d{6})", "\n".join(talk.heard))[-1])


async def test_t03_a_new_code_ends_the_older_one(talk: Talk, other: Talk) -> None:
    first = await code_from(talk)
    await code_from(talk)
    await other.says(f"l_{first}")
    assert talk.text("linking.no_such_code") in other.heard


async def test_t03_five_wrong_codes_and_the_sixth_is_not_even_read(talk: Talk, other: Talk) -> None:
    code = await code_from(talk)
    await other.says("/lienket", "2")
    for n in range(WRONG_BY_ONE):
        await other.says(f"{(int(code) + 1 + n) % 1_000_000:06d}")
    await other.says(code)
    assert talk.text("roles.cool_down") in other.heard[-2:]
    assert other.labels != [APART, SAME]
    await talk.waits(minutes=16)
    await other.says(await code_from(talk))
    assert other.labels == [APART, SAME]


async def test_t03_codes_are_stored_only_as_keyed_hashes(talk: Talk) -> None:
    code = await code_from(talk)
    [stored] = await talk.house.rows(LinkCode.code_hash)
    assert code not in stored
    assert stored == talk.app.dispatcher._keyed_hash(f"link|{code}")


async def test_a_yes_that_comes_too_late_joins_nobody(talk: Talk, other: Talk) -> None:
    await other.says(f"l_{await code_from(talk)}")
    await talk.waits(minutes=11)
    await other.presses(SAME)
    assert talk.text("linking.no_such_code") in other.heard
    assert await talk.house.rows(SamePerson.id) == []


async def test_t03_two_yeses_to_one_code_join_one(talk: Talk, other: Talk) -> None:
    third = await talk.somebody("Người thứ ba")
    code = await code_from(talk)
    for one in (other, third):
        await one.says(f"l_{code}")
    for one in (other, third):
        await one.sends(kind="press", button=one.button(SAME))
    await talk.house.settle()
    assert len(await talk.house.rows(SamePerson.id)) == 1


async def test_t15_a_locked_phone_cannot_be_linked(talk: Talk, other: Talk) -> None:
    code = await code_from(talk)
    me = await talk.actor()
    async with talk.app.database.transaction() as tx:
        await roles.suspend(tx, [me.person_id])
    await other.says(f"l_{code}")
    assert talk.text("linking.no_such_code") in other.heard
    assert await talk.house.rows(SamePerson.id) == []


# --- the other side ------------------------------------------------------------------------------


async def test_t02_where_the_code_was_shown_one_press_undoes_the_link(
    talk: Talk, other: Talk
) -> None:
    await learned(await talk.enrolled())
    await link(talk, other)
    assert talk.offered[1].text == NOT_ME
    await talk.presses(NOT_ME)
    assert talk.text("linking.parted") in talk.heard
    assert any("vừa được gỡ" in heard for heard in other.heard)
    assert not (await other.actor()).has_consent
    assert await done_by(other) == set()
    assert await done_by(talk) == {"dan5-1"}


async def test_t05_the_button_works_once_and_tells_what_is(talk: Talk, other: Talk) -> None:
    await talk.enrolled()
    await link(talk, other)
    await other.says("/lienket", "3")
    await other.presses("Gỡ liên kết")
    await talk.presses(NOT_ME)
    assert talk.text("linking.already_apart") in talk.heard


async def test_the_button_leaves_my_other_apps_together(talk: Talk, other: Talk) -> None:
    mine = await talk.somebody("Bác Năm ở máy thứ ba")
    await link(mine, talk)
    await link(talk, other)
    await talk.presses(NOT_ME)
    humans = [(await one.actor()).canonical_id for one in (talk, mine, other)]
    assert humans[0] == humans[1] != humans[2]


async def test_a_middle_app_that_leaves_parts_nobody_else(talk: Talk, other: Talk) -> None:
    third = await talk.somebody("Bác Năm ở máy thứ ba")
    await link(talk, other)
    await link(talk, third)
    await talk.says("/lienket", "3")
    await talk.presses("Gỡ liên kết")
    humans = [(await one.actor()).canonical_id for one in (talk, other, third)]
    assert humans[0] != humans[1] == humans[2]


async def test_a_role_works_on_both_apps_and_the_admins_hear_of_it(talk: Talk, other: Talk) -> None:
    """A4, U18: the consequence is said before, the news after."""
    admin = await talk.somebody("Chị Quản", role="admin")
    await talk.holds("head", "xom-05")
    await other.says(f"l_{await code_from(talk)}")
    assert "Vai trò Trưởng xóm - Xóm 5 dùng được ở cả hai bên" in other.last
    await other.presses(SAME)
    assert (await other.actor()).has_role("head")
    assert any("vừa nối thêm một ứng dụng" in heard for heard in admin.heard)
    await talk.presses(NOT_ME)
    assert not (await other.actor()).grants
    assert (await talk.actor()).has_role("head")


async def test_t15_locking_a_holder_locks_every_linked_app(talk: Talk, other: Talk) -> None:
    admin = await talk.somebody("Chị Quản", role="admin")
    await talk.holds("head", "xom-05")
    await link(talk, other)
    await admin.says("/quantri", "4")
    await admin.presses("Trưởng xóm")
    await admin.presses(admin.labels[1])
    for one in (talk, other):
        await one.says("học bài")
        assert one.last == talk.text("menu.suspended")


async def test_p5_deleting_on_one_app_deletes_on_both_in_one_batch(talk: Talk, other: Talk) -> None:
    """The other app writes at the same moment: nothing is stored for somebody erased."""
    await learned(await talk.enrolled())
    await link(talk, other)
    gone = (await talk.actor()).person_id, (await other.actor()).person_id
    await talk.says("/dulieu", "5")
    await other.says("học bài")
    await talk.sends(text="2")
    await other.sends(text="1")
    await talk.house.settle()
    speakers = {(await one.actor()).person_id for one in (talk, other)}
    assert not speakers & set(gone)
    async with talk.app.database.reading() as tx:
        for person in gone:
            kept = await dossier.kept(tx, person)
            assert (kept.lessons, kept.attempts, kept.accounts) == ([], 0, 0)
            assert await linking.group(tx, person) == [person]
        erased = await tx.scalar(select(func.count()).where(Person.erased_at.is_not(None)))
    assert erased == 2
    assert await talk.house.rows(SamePerson.id, where=SamePerson.until.is_(None)) == []


async def test_unlinking_in_the_middle_of_a_quiz_writes_nothing_to_the_others_attempt(
    talk: Talk, other: Talk
) -> None:
    await other.enrolled()
    await talk.waits(minutes=1)
    await talk.enrolled()
    await reads_to_questions(talk)
    await answers(talk, True)
    await link(talk, other)
    await other.says("trang đầu")
    await other.says("/hoc")
    assert "Câu 2/3" in other.last  # of the attempt that was begun on the first app
    await other.says("/lienket", "3")
    await other.presses("Gỡ liên kết")
    await answers(other, True, True)
    [attempt] = await talk.house.rows(Attempt.id, where=_of(await talk.actor()))
    rows = await talk.house.rows(AnswerRow.question_id, where=AnswerRow.attempt_id == attempt)
    assert len(rows) == 1


def _of(actor: Actor) -> ColumnElement[bool]:
    return Attempt.person_id == actor.person_id


# --- people of one phone, and who is forgotten ---------------------------------------------------


async def test_t18_two_people_of_one_phone_become_one_through_no_third_app(
    talk: Talk, other: Talk
) -> None:
    await talk.enrolled()
    await link(talk, other)
    he = await talk.actor()
    she = await a_second(talk, "Bà Tư")
    await other.says("/lienket", "1")
    await talk.says(f"l_{await _last_code(other)}")
    assert talk.text("linking.no_such_code") in talk.heard[-2:]
    assert SAME not in talk.labels
    async with talk.app.database.reading() as tx:
        assert await linking.group(tx, she) == [she]
        assert len(await linking.group(tx, he.person_id)) == 2


async def a_second(talk: Talk, name: str) -> int:
    """Somebody of this name speaks on this phone from now on."""
    me, now = await talk.actor(), talk.house.clock.wall()
    async with talk.app.database.transaction() as tx:
        person = await households.add(tx, me.account_id, now=now)
        assert person is not None
        await people.rename(tx, person, name=name, folded=name)
    return person


async def test_t13_on_a_shared_phone_the_question_names_who_speaks_here(
    talk: Talk, other: Talk
) -> None:
    await talk.enrolled()
    await talk.says(f"l_{await code_from(other)}")
    assert "Người đang nhắn ở đây" not in talk.last
    await talk.presses(APART)
    await a_second(talk, "Bà Tư")
    await talk.says(f"l_{await code_from(other)}")
    assert "Người đang nhắn ở đây là Bà Tư." in talk.last


async def test_who_never_said_a_name_is_known_by_app_and_hamlet(talk: Talk, other: Talk) -> None:
    await talk.enrolled()
    me = await talk.actor()
    async with talk.app.database.transaction() as tx:
        await people.rename(tx, me.person_id, name="", folded="")
    await other.says(f"l_{await code_from(talk)}")
    shown = re.search(r"Mã này của (.+?)\. ", other.last)
    assert shown
    assert shown[1].endswith(f"…{talk.address.account[-4:]}, Xóm 5")


@pytest.mark.parametrize("typed", ["gỡ liên kết", "go lien ket", "hủy liên kết"])
async def test_asking_to_undo_is_asked_back_at_once(talk: Talk, other: Talk, typed: str) -> None:
    await talk.says(typed)
    assert len(talk.labels) == 3  # nothing to undo: what can be done
    await link(talk, other)
    await other.says(typed)
    assert other.labels == ["Giữ liên kết", "Gỡ liên kết"]
    await other.presses("Gỡ liên kết")
    assert (await talk.actor()).canonical_id != (await other.actor()).canonical_id


async def test_p5_the_other_side_forgets_name_and_number_of_who_is_erased(talk: Talk) -> None:
    """After they parted, and where the question was answered with no."""
    await talk.enrolled()
    erased = Talk(talk.house, "an-id-9876", name="Bác Riêng")
    third = await talk.somebody("Người thứ ba")
    await erased.says("h_xom-05", "1")
    await link(talk, erased)
    await talk.says("gỡ liên kết")
    await talk.presses("Gỡ liên kết")
    await third.says(f"l_{await code_from(erased)}")
    ending = erased.address.account[-4:]
    assert ending in third.last
    await third.presses(APART)
    await erased.says("/dulieu", "5", "2")
    assert "XD-" in " ".join(erased.heard[-4:])
    for column in (OutboxRow.body, Conversation.offered, Conversation.trail, Conversation.draft):
        kept = str(await talk.house.rows(column))
        assert f"…{ending}" not in kept
        assert "Bác Riêng" not in kept


async def test_p5_the_number_of_an_erased_person_is_gone_from_a_shared_phone(
    talk: Talk, other: Talk
) -> None:
    """Nobody knows which member shared it; the erased one spoke last through another app."""
    await talk.enrolled()
    await link(talk, other)
    me = await talk.actor()
    await a_second(talk, "Bà Tư")
    async with talk.app.database.transaction() as tx:
        await people.keep_phone(tx, me.account_id, phone="84912345678")
    await other.says("/dulieu", "5", "2")
    assert not any(await talk.house.rows(Account.phone))


async def test_p5_what_waits_for_another_member_is_not_deleted(talk: Talk, other: Talk) -> None:
    await talk.enrolled()
    await link(talk, other)
    me, now = await talk.actor(), talk.house.clock.wall()
    she = await a_second(talk, "Bà Tư")
    told = {"hers": she, "his": me.person_id}
    async with talk.app.database.transaction() as tx:
        rows = [
            outbox.NewMessage(
                me.account_id, "c", "notice", {}, now + VALID, key=key, person_id=person
            )
            for key, person in told.items()
        ]
        await outbox.add(tx, rows, states=["failed", "failed"], owner="", now=now)
    await other.says("/dulieu", "5", "2")
    keys = await talk.house.rows(OutboxRow.key, where=OutboxRow.key.in_(told))
    assert keys == ["hers"]
