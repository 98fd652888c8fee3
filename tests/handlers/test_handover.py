"""A duty handed over by a one-time code: T02, T14, T15, A3, A4, A5, U18."""

import asyncio
import re
import secrets

import pytest

import handlers
from handlers.roles import NotFound, handover, revoke, taking
from storage import invites
from storage.tables import AuditRow, Invite, Role
from tests.talk import House, Talk

_CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2}")


@pytest.fixture(autouse=True)
def with_handover(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {flow.name for flow in handlers.FLOWS}
    missing = () if handover.flow.name in known else (handover.flow,)
    monkeypatch.setattr("bot.app.FLOWS", (*handlers.FLOWS, *missing))


@pytest.fixture
async def head(house: House) -> Talk:
    """The head of Xóm 5, in a commune with one admin."""
    await Talk(house, "u-admin", name="Chị Quản").holds("admin")
    return await Talk(house, "u-head", name="Ông Năm").holds("head", "xom-05")


def admin_of(head: Talk) -> Talk:
    return Talk(head.house, "u-admin", name="Chị Quản")


async def code_of(talk: Talk) -> str:
    """Hand over, and the code as it is passed on."""
    await talk.says("bàn giao")
    await talk.presses("Bàn giao")
    return next(found[0] for said in reversed(talk.heard) if (found := _CODE.search(said)))


async def held(house: House) -> list[tuple[str, bool]]:
    rows = await house.rows(Role.id, Role.role, Role.until)
    return [(role, until is None) for _, role, until in sorted(rows) if role != "admin"]


@pytest.mark.parametrize("words", ["bàn giao", "ban giao nhiem vu", "Người khác làm thay"])
async def test_u18_the_consequence_is_said_and_keeping_stands_first(head: Talk, words: str) -> None:
    await head.says(words)
    assert head.last.startswith("Bàn giao thì người nhận mã sẽ giữ vai trò Trưởng xóm - Xóm 5")
    assert head.labels == ["Giữ lại", "Bàn giao"]
    await head.says("1")
    assert head.text("handover.kept") in head.heard
    assert await head.house.rows(Invite.id) == []


async def test_the_successor_has_the_duty_and_the_giver_has_it_no_more(head: Talk) -> None:
    code = await code_of(head)
    assert head.labels == ["Để nguyên", "Thu lại mã"]
    assert await held(head.house) == [("head", True)]  # until it is taken nothing changes
    new = await head.somebody("Chị Sáu")
    await new.says(code)
    assert "Trưởng xóm - Xóm 5" in new.last
    await new.says("1")
    assert await held(head.house) == [("head", False), ("head", True)]
    assert new.text("roles.welcome", post="Trưởng xóm - Xóm 5") in new.heard
    assert not (await head.actor()).grants  # A3
    assert head.last.startswith(f"{new.shown_name or new.text('roles.nameless')} (")
    assert "đã nhận bàn giao Trưởng xóm - Xóm 5" in head.last


async def test_a5_the_act_stands_in_the_record_of_acts(head: Talk) -> None:
    code = await code_of(head)
    new = await head.somebody("Chị Sáu")
    await new.says(code, "1")
    acts = await head.house.rows(AuditRow.action, AuditRow.after)
    [made] = [after for action, after in acts if action == "invite.made"]
    giver = min(await head.house.rows(Role.id, where=Role.role == "head"))
    assert made["hands_over"] == giver
    assert {"role.ended", "role.granted"} <= {action for action, _ in acts}


async def test_t02_the_admins_hear_of_both_and_may_say_no(head: Talk) -> None:
    """The giver may judge nobody any more: the question goes to the admins."""
    code = await code_of(head)
    new = await head.somebody("Chị Sáu")
    await new.says(code, "1")
    admin = admin_of(head)
    assert "vừa nhận bàn giao Trưởng xóm - Xóm 5 từ Ông Năm (" in admin.last
    assert admin.labels == ["Đúng người", "Không đúng người → Hủy"]
    await admin.presses("Không đúng người")
    assert await held(head.house) == [("head", False), ("head", False)]
    assert new.text("roles.ended_you", post="Trưởng xóm - Xóm 5") in new.heard


async def test_the_code_can_be_taken_back(head: Talk) -> None:
    code = await code_of(head)
    await head.presses("Thu lại mã")
    assert head.text("handover.taken_back") in head.heard
    new = await head.somebody("Chị Sáu")
    await new.says(code)
    assert new.text("roles.no_such_code") in new.heard
    assert await held(head.house) == [("head", True)]
    assert "invite.taken_back" in await head.house.rows(AuditRow.action)


async def test_days_later_the_same_words_show_that_a_code_waits(head: Talk) -> None:
    code = await code_of(head)
    await head.presses("Để nguyên")
    await head.waits(days=3)
    await head.restart()
    await head.says("bàn giao")
    assert "chưa có ai nhận" in head.last
    assert code not in head.last  # told once, never stored
    await head.presses("Thu lại mã")
    await head.says("bàn giao")
    assert head.labels == ["Giữ lại", "Bàn giao"]


async def test_t02_after_seven_days_the_code_is_dead_and_the_duty_stays(head: Talk) -> None:
    code = await code_of(head)
    await head.waits(days=7, minutes=1)
    new = await head.somebody("Chị Sáu")
    await new.says(code)
    assert new.text("roles.no_such_code") in new.heard
    await head.says("bàn giao")
    assert head.labels == ["Giữ lại", "Bàn giao"]


async def test_a_new_code_kills_the_one_before(head: Talk) -> None:
    """Pressed twice, on two apps say: one code at a time."""
    first = await code_of(head)
    [role_id] = await head.house.rows(Role.id, where=Role.role == "head")
    app, me = head.app, await head.actor()
    async with app.database.transaction() as tx:
        now = head.house.clock.wall()
        keyed_hash = app.dispatcher._keyed_hash
        await taking.hand_over(
            tx, role_id, by=me, now=now, entropy=secrets.token_bytes, keyed_hash=keyed_hash
        )
        assert len(await invites.handing_over(tx, role_id, now=now)) == 1
    new = await head.somebody("Chị Sáu")
    await new.says(first)
    assert new.text("roles.no_such_code") in new.heard


async def test_the_giver_cannot_take_it(head: Talk) -> None:
    code = await code_of(head)
    await head.presses("Để nguyên")
    await head.says(code)
    assert head.text("roles.have_it", role="Trưởng xóm", unit="Xóm 5") in head.heard
    [invite] = await head.house.rows(Invite.id)
    me = await head.actor()
    async with head.app.database.transaction() as tx:
        assert await taking.take(tx, invite, by=me, now=head.house.clock.wall()) is None
    assert await held(head.house) == [("head", True)]
    assert await head.house.rows(Invite.used_at) == [None]


async def test_t02_two_take_it_and_one_has_it(head: Talk) -> None:
    code = await code_of(head)
    two = [await head.somebody("Chị Sáu"), await head.somebody("Anh Bảy")]
    for one in two:
        await one.says(code)
    for one in two:
        await one.sends(text="1")
    await head.house.settle()
    assert await held(head.house) == [("head", False), ("head", True)]
    refused = [one for one in two if one.text("roles.no_such_code") in one.heard]
    assert len(refused) == 1


async def _ended(head: Talk, role_id: int) -> None:
    async with head.app.database.transaction() as tx:
        await revoke(tx, role_id, by=None, now=head.house.clock.wall())


async def _role_and_invite(head: Talk) -> tuple[int, int]:
    [role_id] = await head.house.rows(Role.id, where=Role.role == "head")
    [invite] = await head.house.rows(Invite.id)
    return role_id, invite


async def test_t14_a_code_whose_giver_lost_the_role_is_dead(head: Talk) -> None:
    code = await code_of(head)
    role_id, _ = await _role_and_invite(head)
    new = await head.somebody("Chị Sáu")
    await new.says(code)  # offered already
    await _ended(head, role_id)
    await new.says("1")
    assert new.text("roles.no_such_code") in new.heard
    assert await held(head.house) == [("head", False)]
    assert (await head.house.rows(Invite.revoked_at))[0] is not None


async def test_t14_taken_and_revoked_at_one_moment_ends_in_one_of_two_ways(head: Talk) -> None:
    """Either the successor has it, or nobody: never both, never a second holder."""
    await code_of(head)
    role_id, invite = await _role_and_invite(head)
    new = await head.somebody("Chị Sáu")
    await new.says("xin chào")
    they, now = await new.actor(), head.house.clock.wall()

    async def takes() -> bool:
        async with head.app.database.transaction() as tx:
            return await taking.take(tx, invite, by=they, now=now) is not None

    taken, ended = await asyncio.gather(takes(), _ended(head, role_id), return_exceptions=True)
    assert taken in (True, False)
    assert isinstance(ended, NotFound) == taken
    assert await held(head.house) == [("head", False), *([("head", True)] if taken else [])]


async def test_taken_and_taken_back_at_one_moment_is_one_of_them(head: Talk) -> None:
    await code_of(head)
    role_id, invite = await _role_and_invite(head)
    new = await head.somebody("Chị Sáu")
    await new.says("xin chào")
    they, me, now = await new.actor(), await head.actor(), head.house.clock.wall()

    async def takes() -> bool:
        async with head.app.database.transaction() as tx:
            return await taking.take(tx, invite, by=they, now=now) is not None

    async def takes_back() -> bool:
        async with head.app.database.transaction() as tx:
            return await taking.take_back(tx, role_id, by=me, now=now)

    taken, back = await asyncio.gather(takes(), takes_back(), return_exceptions=True)
    assert taken != (back is True)
    assert await held(head.house) == [("head", not taken), *([("head", True)] if taken else [])]


async def test_t14_the_end_of_another_role_leaves_the_code_alive(head: Talk) -> None:
    await head.holds("reporter", "xom-06")
    await head.says("bàn giao")
    assert head.labels == ["Trưởng xóm - Xóm 5", "Người báo cáo - Xóm 6"]
    await head.presses("Trưởng xóm", "Bàn giao")
    [reporter] = await head.house.rows(Role.id, where=Role.role == "reporter")
    await _ended(head, reporter)
    assert await head.house.rows(Invite.revoked_at) == [None]


async def test_t14_a_reporters_code_dies_though_the_giver_could_still_invite(head: Talk) -> None:
    """A head may make reporters, but this was the own duty of reporter."""
    await head.holds("reporter", "xom-05")
    await head.says("bàn giao")
    await head.presses("Người báo cáo", "Bàn giao")
    [reporter] = await head.house.rows(Role.id, where=Role.role == "reporter")
    await _ended(head, reporter)
    assert (await head.house.rows(Invite.revoked_at))[0] is not None


async def test_of_several_duties_only_the_chosen_one_goes(head: Talk) -> None:
    await head.holds("helper", "xom-06")
    await head.says("bàn giao")
    await head.presses("Tổ công nghệ số cộng đồng - Xóm 6", "Bàn giao")
    code = next(found[0] for said in reversed(head.heard) if (found := _CODE.search(said)))
    new = await head.somebody("Chị Sáu")
    await new.says(code, "1")
    assert await held(head.house) == [("head", True), ("helper", False), ("helper", True)]


async def test_t14_buttons_and_invites_of_the_giver_end_with_the_duty(head: Talk) -> None:
    code = await code_of(head)
    app, me = head.app, await head.actor()
    async with app.database.transaction() as tx:
        now = head.house.clock.wall()
        made = await handlers.roles.make_invite(
            tx,
            role="helper",
            unit_id=me.grants[0].unit_id,
            by=me,
            now=now,
            entropy=secrets.token_bytes,
            keyed_hash=app.dispatcher._keyed_hash,
        )
    new = await head.somebody("Chị Sáu")
    await new.says(code, "1")
    third = await head.somebody("Anh Bảy")
    await third.says(made.codes.typed)
    assert third.text("roles.no_such_code") in third.heard


async def test_t15_a_locked_givers_code_is_dead(head: Talk) -> None:
    code = await code_of(head)
    role_id, _ = await _role_and_invite(head)
    admin = await admin_of(head).actor()
    async with head.app.database.transaction() as tx:
        await handlers.roles.suspend(tx, role_id, by=admin, now=head.house.clock.wall())
    new = await head.somebody("Chị Sáu")
    await new.says(code)
    assert new.text("roles.no_such_code") in new.heard


async def test_a3_a_duty_that_ended_while_it_was_asked_makes_no_code(head: Talk) -> None:
    await head.holds("helper", "xom-06")
    await head.says("bàn giao")
    await head.presses("Trưởng xóm")
    [role_id] = await head.house.rows(Role.id, where=Role.role == "head")
    await _ended(head, role_id)
    await head.presses("Bàn giao")
    assert head.text("handover.nothing") in head.heard
    assert await head.house.rows(Invite.id) == []


async def test_t13_nobody_hands_over_or_takes_back_what_is_somebody_elses(head: Talk) -> None:
    await code_of(head)
    role_id, _ = await _role_and_invite(head)
    other = await (await head.somebody("Ông Sáu")).holds("head", "xom-06")
    they = await other.actor()
    async with head.app.database.transaction() as tx:
        with pytest.raises(NotFound):
            await taking.take_back(tx, role_id, by=they, now=head.house.clock.wall())
    assert await head.house.rows(Invite.revoked_at) == [None]


async def test_t12_a_resident_hears_nothing_of_it(head: Talk) -> None:
    resident = await Talk(head.house, "u-dan", name="Bà Tư").enrolled()
    await resident.says("trang đầu", "bàn giao")
    assert not [said for said in resident.heard if "Bàn giao" in said]


async def test_t12_whoever_holds_the_whole_commune_is_relieved_by_an_admin(head: Talk) -> None:
    officer = await (await head.somebody("Anh Cán")).holds("officer")
    await officer.says("bàn giao")
    assert not [said for said in officer.heard if "Bàn giao thì" in said]


async def test_a_report_is_no_hand_over(head: Talk) -> None:
    await head.says("báo cáo")
    assert not [said for said in head.heard if "Bàn giao thì" in said]
