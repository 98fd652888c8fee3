"""Invites and roles: T02, T03, T12-T15, A1-A5."""

import asyncio
from datetime import timedelta

import pytest

from handlers.roles import (
    MAY_GRANT,
    ROLES,
    WHOLE_COMMUNE,
    Denied,
    LastAdmin,
    MadeInvite,
    NeedsUnit,
    NotFound,
    acting_as,
    make_invite,
    revoke,
)
from storage import invites, roles, units
from storage.people import Actor, Grant
from storage.roles import Place
from storage.tables import AuditRow, Consent, Invite, OutboxRow, Role
from storage.units import NewUnit
from tests.talk import House, Talk


async def invited(
    house: House,
    role: str = "head",
    unit: str = "xom-05",
    *,
    by: Actor | None = None,
    valid: timedelta = timedelta(days=7),
) -> MadeInvite:
    """An invite, as the command line or an actor makes it."""
    async with house.app.database.transaction() as tx:
        now = house.clock.wall()
        place = await units.by_code(tx, unit, on=now.date())
        assert place is not None
        return await make_invite(
            tx,
            role=role,
            unit_id=place.id,
            by=by,
            now=now,
            entropy=_entropy,
            keyed_hash=house.app.dispatcher._keyed_hash,
            valid=valid,
        )


_count = iter(range(1, 1_000_000))


def _entropy(size: int) -> bytes:
    seed = next(_count)
    return bytes((seed * 31 + n * 7) % 256 for n in range(size - 4)) + seed.to_bytes(4, "big")


async def held(house: House) -> list[tuple[str, bool]]:
    """(role, is running) of all grants, oldest first."""
    rows = await house.rows(Role.id, Role.role, Role.until)
    return [(role, until is None) for _, role, until in sorted(rows)]


# --- taking a role -------------------------------------------------------------------------------


async def test_a_typed_code_in_any_spelling_gives_the_role_after_one_yes(talk: Talk) -> None:
    made = await invited(talk.house)
    untidy = made.codes.typed.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    await talk.says(untidy)
    assert "Trưởng xóm - Xóm 5" in talk.last
    assert "tên gọi" in talk.last  # what will be stored is said before it is (P2)
    assert await held(talk.house) == []
    await talk.says("1")
    assert await held(talk.house) == [("head", True)]
    assert any("Trưởng xóm - Xóm 5" in heard for heard in talk.heard)
    assert (await talk.actor()).name == talk.shown_name
    consents = await talk.house.rows(Consent.purpose, Consent.version)
    assert ("role", 1) in consents
    actions = await talk.house.rows(AuditRow.action)
    assert {"invite.made", "role.granted"} <= set(actions)


async def test_a_link_code_works_and_no_declines_without_storing(talk: Talk) -> None:
    made = await invited(talk.house)
    await talk.says(f"/start {made.codes.secret}", "2")
    assert talk.text("roles.declined") in talk.heard
    assert await held(talk.house) == []
    assert await talk.house.rows(Consent.id) == []
    assert await talk.house.rows(Invite.used_at) == [None]


async def test_codes_are_stored_only_as_keyed_hashes_t03(talk: Talk) -> None:
    made = await invited(talk.house)
    [(code_hash, typed_hash)] = await talk.house.rows(Invite.code_hash, Invite.typed_hash)
    stored = f"{code_hash} {typed_hash}"
    assert made.codes.secret not in stored
    assert made.codes.typed.replace("-", "") not in stored


async def test_t02_a_forwarded_invite_is_refused(talk: Talk) -> None:
    made = await invited(talk.house)
    await talk.says(made.codes.typed, "1")
    other = await talk.somebody("Người lạ")
    await other.says(made.codes.typed)
    assert talk.text("roles.no_such_code") in other.heard[-2:]
    assert await held(talk.house) == [("head", True)]
    await talk.says(made.codes.typed)
    assert talk.text("roles.taken_by_you") in talk.heard


async def test_t02_the_issuer_hears_who_came_and_may_say_no(talk: Talk) -> None:
    admin = await talk.somebody("Chị Quản", role="admin")
    second = await talk.somebody("Anh Nhì", role="admin")
    made = await invited(talk.house, by=await admin.actor())
    await talk.says(made.codes.typed, "1")
    who = talk.shown_name or talk.text("roles.nameless")
    assert admin.last.startswith(f"{who} (")
    assert f" …{talk.address.account[-4:]}) vừa dùng mã mời" in admin.last
    assert "Trưởng xóm - Xóm 5" in admin.last
    assert who in second.last  # A4: every admin is told
    assert admin.labels[0] == talk.text("roles.right")  # the safe choice is number 1
    await admin.presses(talk.text("roles.wrong"))
    assert await held(talk.house) == [("admin", True), ("admin", True), ("head", False)]
    assert talk.last == talk.text("roles.ended_you", post="Trưởng xóm - Xóm 5")
    assert not (await talk.actor()).grants  # A3: at the very next action
    assert second.last == talk.text("roles.ended_by", post="Trưởng xóm - Xóm 5")


async def test_t02_the_right_person_keeps_the_role_and_the_button_works_once(talk: Talk) -> None:
    admin = await talk.somebody("Chị Quản", role="admin")
    made = await invited(talk.house, by=await admin.actor())
    await talk.says(made.codes.typed, "1")
    no = admin.button(talk.text("roles.wrong"))
    await admin.presses(talk.text("roles.right"))
    assert talk.text("roles.judged_right") in admin.heard
    await admin.sends(kind="press", button=no)
    await talk.house.settle()
    assert await held(talk.house) == [("admin", True), ("head", True)]


async def test_t02_two_accepts_at_once_give_one_role(talk: Talk) -> None:
    made = await invited(talk.house)
    other = await talk.somebody("Người thứ hai")
    for one in (talk, other):
        await one.says(made.codes.typed)
    for one in (talk, other):
        await one.sends(kind="text", text="1")
    await talk.house.settle()
    assert await held(talk.house) == [("head", True)]
    refused = [one for one in (talk, other) if talk.text("roles.no_such_code") in one.heard]
    assert len(refused) == 1


async def test_t03_wrong_expired_and_revoked_sound_the_same(talk: Talk) -> None:
    expired = await invited(talk.house, valid=timedelta(minutes=1))
    revoked = await invited(talk.house)
    async with talk.app.database.transaction() as tx:
        await invites.cancel(tx, [revoked.id], now=talk.house.clock.wall())
    await talk.waits(minutes=2)
    for code in (expired.codes.typed, revoked.codes.typed, "2345-6789-ABCD"):
        await talk.says(code)
        assert talk.text("roles.no_such_code") in talk.heard[-2:]


async def test_an_invite_that_ends_while_it_is_offered_is_refused(talk: Talk) -> None:
    made = await invited(talk.house, valid=timedelta(minutes=1))
    await talk.says(made.codes.typed)
    await talk.waits(minutes=2)
    await talk.says("1")
    assert talk.text("roles.no_such_code") in talk.heard
    assert await held(talk.house) == []


async def test_t03_five_wrong_codes_cool_an_account_down_for_15_minutes(talk: Talk) -> None:
    made = await invited(talk.house)
    for _ in range(5):
        await talk.says("2345-6789-ABCD")
    assert talk.text("roles.cool_down") in talk.heard[-2:]
    await talk.says(made.codes.typed)
    assert talk.text("roles.cool_down") in talk.heard[-2:]  # even the right one
    assert "code.limit" in await talk.house.rows(AuditRow.action)
    other = await talk.somebody("Người khác")
    await other.says(made.codes.typed)
    assert "Trưởng xóm" in other.last  # nobody else is held up
    await talk.waits(minutes=16)
    await talk.says(made.codes.typed, "1")
    assert await held(talk.house) == [("head", True)]


async def test_t03_sixty_wrong_codes_an_hour_stop_everybody_and_alert_admins(talk: Talk) -> None:
    admin = await talk.somebody("Chị Quản", role="admin")
    made = await invited(talk.house)
    stranger = await talk.somebody("Ai đó")
    await stranger.says("xin chào")
    number = (await stranger.actor()).account_id
    async with talk.app.database.transaction() as tx:
        for _ in range(59):
            await invites.note_wrong(tx, number, now=talk.house.clock.wall())
    await talk.says("2345-6789-ABCD")
    assert admin.last == talk.text("roles.codes_tried")
    other = await talk.somebody("Người khác")
    await other.says(made.codes.typed)
    assert talk.text("roles.cool_down") in other.heard[-2:]


async def test_the_open_question_comes_back_after_taking_a_role(talk: Talk) -> None:
    made = await invited(talk.house)
    await talk.says("/dulieu")
    question = talk.last
    await talk.says(made.codes.typed, "1")
    assert talk.last == question
    await talk.says("1")
    assert any("Trưởng xóm - Xóm 5" in heard for heard in talk.heard[-3:])


async def test_a_role_one_has_is_not_spent_twice(talk: Talk) -> None:
    await talk.holds("head", "xom-05")
    made = await invited(talk.house)
    await talk.says(made.codes.typed)
    assert talk.text("roles.have_it", role="Trưởng xóm", unit="Xóm 5") in talk.heard
    assert await talk.house.rows(Invite.used_at) == [None]


# --- who may grant what --------------------------------------------------------------------------

OWN = Place(5, "xom-05", "Xóm 5", "xom", 1)
NEXT = Place(6, "xom-06", "Xóm 6", "xom", 1)
ABROAD = Place(25, "xom-25", "Xóm 5", "xom", 2)
COMMUNE = Place(1, "xa", "Xã", "ubnd_xa", 1)
EXPECTED = {
    ("admin", "own"): set(ROLES),
    ("admin", "next"): set(ROLES),
    ("officer", "own"): {"helper", "reporter", "head"},
    ("officer", "next"): {"helper", "reporter", "head"},
    ("head", "own"): {"helper", "reporter"},
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("acting", ROLES)
@pytest.mark.parametrize(("where", "place"), [("own", OWN), ("next", NEXT), ("abroad", ABROAD)])
def test_a4_matrix_of_grants(acting: str, role: str, where: str, place: Place) -> None:
    home = COMMUNE if acting in WHOLE_COMMUNE else OWN
    grant = Grant(1, acting, home.id, home.code, home.name, home.commune_id)
    allowed = role in EXPECTED.get((acting, where), set())
    assert acting_as([grant], role, place) == (acting if allowed else "")


def test_a4_nobody_grants_what_outranks_them() -> None:
    rank = {"helper": 0, "reporter": 0, "head": 1, "officer": 2, "leader": 2, "admin": 3}
    for acting, granted in MAY_GRANT.items():
        assert all(rank[role] <= rank[acting] for role in granted)


async def test_a4_a_head_invites_helpers_of_the_own_unit_only(talk: Talk) -> None:
    await talk.holds("head", "xom-05")
    me = await talk.actor()
    made = await invited(talk.house, "helper", by=me)
    assert made.role == "helper"
    for role, unit in (("helper", "xom-06"), ("head", "xom-05"), ("officer", "xa-giao-minh")):
        with pytest.raises(Denied):
            await invited(talk.house, role, unit, by=me)


async def test_a_head_needs_a_unit_below_the_commune(house: House) -> None:
    with pytest.raises(NeedsUnit):
        await invited(house, "head", "xa-giao-minh")
    with pytest.raises(NotFound):
        await invited(house, "king", "xom-05")


async def test_a3_a_right_lost_since_the_turn_began_is_lost(talk: Talk) -> None:
    await talk.holds("officer")
    stale = await talk.actor()
    [role_id] = await talk.house.rows(Role.id)
    async with talk.app.database.transaction() as tx:
        await revoke(tx, role_id, by=None, now=talk.house.clock.wall())
    with pytest.raises(Denied):
        await invited(talk.house, "head", by=stale)


# --- ending a role -------------------------------------------------------------------------------


async def ended(house: House, role_id: int, by: Actor | None) -> None:
    async with house.app.database.transaction() as tx:
        await revoke(tx, role_id, by=by, now=house.clock.wall())


async def test_t14_the_last_admin_stays(talk: Talk) -> None:
    await talk.holds("admin")
    [role_id] = await talk.house.rows(Role.id)
    with pytest.raises(LastAdmin):
        await ended(talk.house, role_id, None)
    assert await held(talk.house) == [("admin", True)]


async def test_t14_a_locked_admin_does_not_count_as_one(talk: Talk) -> None:
    await talk.holds("admin")
    other = await talk.somebody("Chị Quản", role="admin")
    first = min(await talk.house.rows(Role.id))
    locked = (await other.actor()).person_id
    async with talk.app.database.transaction() as tx:
        await roles.suspend(tx, [locked])
    with pytest.raises(LastAdmin):
        await ended(talk.house, first, None)


async def test_a4_nobody_ends_the_own_role(talk: Talk) -> None:
    await talk.holds("admin")
    await talk.somebody("Chị Quản", role="admin")
    mine = min(await talk.house.rows(Role.id))
    with pytest.raises(Denied):
        await ended(talk.house, mine, await talk.actor())


async def test_t14_invites_buttons_and_waiting_messages_end_with_the_role(talk: Talk) -> None:
    await talk.holds("officer")
    made = await invited(talk.house, by=await talk.actor())
    other = await talk.somebody("Anh Năm")
    await other.says(made.codes.typed, "1")
    kept = talk.button(talk.text("roles.wrong"))
    waiting = await invited(talk.house, by=await talk.actor())
    officer = min(await talk.house.rows(Role.id))
    await ended(talk.house, officer, None)
    third = await talk.somebody("Chị Sáu")
    await third.says(waiting.codes.typed)
    assert talk.text("roles.no_such_code") in third.heard[-2:]
    await talk.sends(kind="press", button=kept)
    await talk.house.settle()
    assert await held(talk.house) == [("officer", False), ("head", True)]
    assert "queued" not in await talk.house.rows(OutboxRow.state)


async def test_t14_two_admins_removing_each_other_leave_one(talk: Talk) -> None:
    await talk.holds("admin")
    other = await talk.somebody("Chị Quản", role="admin")
    for one, target in ((talk, "Chị Quản"), (other, "Bác Năm")):
        await one.says("/quantri", "1")
        line = next(line for line in one.last.splitlines() if target in line)
        await one.says(line.split(".")[0])
        assert target in one.last
    for one in (talk, other):
        await one.sends(kind="text", text="2")
    await talk.house.settle()
    assert sorted(running for _, running in await held(talk.house)) == [False, True]


async def test_t14_two_processes_removing_two_admins_leave_one(talk: Talk) -> None:
    await talk.holds("admin")
    other = await talk.somebody("Chị Quản", role="admin")
    mine, theirs = sorted(await talk.house.rows(Role.id))
    me, they = await talk.actor(), await other.actor()
    results = await asyncio.gather(
        ended(talk.house, theirs, me), ended(talk.house, mine, they), return_exceptions=True
    )
    assert results.count(None) == 1
    assert sorted(running for _, running in await held(talk.house)) == [False, True]


async def test_t13_a_role_of_another_commune_cannot_be_ended(talk: Talk) -> None:
    far = NewUnit("xa-khac", "Xã khác", "xa khac", "ubnd_xa", "", "none", None, None, ())
    async with talk.app.database.transaction() as tx:
        await units.import_all(tx, [far], on=talk.house.clock.wall().date())
    await talk.holds("admin", "xa-khac")
    await talk.somebody("Cô Tám", role="head", unit="xom-05")
    head = max(await talk.house.rows(Role.id))
    with pytest.raises(Denied):
        await ended(talk.house, head, await talk.actor())
    with pytest.raises(NotFound):
        await ended(talk.house, 999_999, await talk.actor())


async def test_t12_a_resident_hears_the_same_as_for_an_unknown_command(talk: Talk) -> None:
    await talk.enrolled()
    await talk.says("trang đầu", "/khongco")
    unknown = talk.heard[-2:]
    await talk.says("trang đầu", "/quantri")
    assert talk.heard[-2:] == unknown


async def test_units_that_owe_a_report_and_have_nobody_are_listed(talk: Talk) -> None:
    async with talk.app.database.transaction() as tx:
        [commune] = await units.communes(tx, on=talk.house.clock.wall().date())

    async def missing() -> set[str]:
        async with talk.app.database.reading() as tx:
            found = await roles.not_joined(tx, [commune.id], on=talk.house.clock.wall().date())
        return {place.code for place in found}

    before = await missing()
    assert "xom-05" in before
    assert "dn-b" not in before  # only invited, owes nothing
    await talk.holds("head", "xom-05")
    assert await missing() == before - {"xom-05"}
    me = (await talk.actor()).person_id
    async with talk.app.database.transaction() as tx:
        await roles.suspend(tx, [me])
    assert await missing() == before  # T15: a locked head sends nothing


async def test_the_schema_knows_every_role(talk: Talk) -> None:
    await talk.says("xin chào")
    person = (await talk.actor()).person_id
    async with talk.app.database.transaction() as tx:
        [commune] = await units.communes(tx, on=talk.house.clock.wall().date())
        for role in ROLES:
            await roles.grant(
                tx,
                person_id=person,
                role=role,
                unit_id=commune.id,
                granted_by=None,
                invite_id=None,
                now=talk.house.clock.wall(),
            )
    assert {role for role, _ in await held(talk.house)} == set(ROLES)
