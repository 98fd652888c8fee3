"""/quantri: T12-T16, U18."""

import re

from storage import invites, people
from storage.tables import AuditRow, Invite, Role
from tests.talk import Talk


def number_of(talk: Talk, part: str) -> str:
    """The number of the choice that has this text."""
    found = re.search(rf"^(\d)\. .*{re.escape(part)}", talk.last, re.MULTILINE)
    assert found is not None, f"no choice {part!r} in {talk.last!r}"
    return found[1]


async def chosen(talk: Talk, *parts: str) -> None:
    for part in parts:
        await talk.says(number_of(talk, part))


async def test_an_admin_invites_by_chat_and_the_code_works(talk: Talk) -> None:
    admin = await talk.somebody("Chị Quản", role="admin")
    await admin.says("quản trị")
    await chosen(admin, "Mời thêm người", "Người đứng đầu")
    await admin.says("xóm 5")
    said = " ".join(admin.heard[-4:])
    assert "Trưởng xóm - Xóm 5" in said
    assert "29/11/2026" in said  # seven days
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", said)
    assert code is not None
    await talk.says(code[0], "1")
    assert [grant.role for grant in (await talk.actor()).grants] == ["head"]


async def test_two_hamlets_of_one_number_are_asked_back(talk: Talk) -> None:
    await talk.holds("admin")
    await talk.says("/quantri")
    await chosen(talk, "Mời thêm người", "Người báo cáo")
    await talk.says("3")
    assert "Xóm 3 - xã cũ A" in talk.last
    await chosen(talk, "Xóm 3 - xã cũ B")
    assert len(await talk.house.rows(Invite.id)) == 1


async def test_a_role_of_the_whole_commune_needs_no_unit(talk: Talk) -> None:
    await talk.holds("admin")
    await talk.says("/quantri")
    await chosen(talk, "Mời thêm người", "Lãnh đạo")
    assert await talk.house.rows(Invite.role) == ["leader"]


async def test_an_unknown_place_is_asked_again(talk: Talk) -> None:
    await talk.holds("admin")
    await talk.says("/quantri")
    await chosen(talk, "Mời thêm người", "Người báo cáo")
    await talk.says("trường đua ngựa")
    assert talk.text("admin.unit_unclear") in talk.heard
    assert await talk.house.rows(Invite.id) == []


async def test_t16_the_list_tells_namesakes_apart_and_is_paged(talk: Talk) -> None:
    await talk.holds("admin")
    for n in range(5):
        await talk.somebody("Nguyễn Văn An", role="helper", unit=f"xom-0{n + 4}")
    await talk.says("/quantri", "1")
    assert ": Bác Năm (" in talk.last
    assert f" …{talk.address.account[-4:]}), từ 22/11/2026" in talk.last
    shown = [line for line in talk.last.splitlines() if "Nguyễn Văn An" in line]
    assert len(shown) == 3
    assert len({re.sub(r".*\(|\).*", "", line) for line in shown}) == 3
    await chosen(talk, talk.text("admin.more"))
    assert talk.last.count("Nguyễn Văn An") == 2


async def test_u18_revoking_says_the_consequence_and_keeps_first(talk: Talk) -> None:
    await talk.holds("admin")
    head = await talk.somebody("Cô Tám", role="head", unit="xom-05")
    await talk.says("/quantri", "1")
    await chosen(talk, "Cô Tám")
    assert number_of(talk, talk.text("admin.keep")) == "1"
    question = talk.last
    await talk.says("thu hoii")  # nearly the word: nothing happens (N12)
    assert question in talk.heard[-1]
    assert (await head.actor()).grants
    await talk.says("1")
    assert (await head.actor()).grants
    await talk.says("1")
    await chosen(talk, "Cô Tám")
    await talk.says("thu hồi")
    assert not (await head.actor()).grants
    assert head.last == talk.text("roles.ended_you", post="Trưởng xóm - Xóm 5")
    assert "role.ended" in await talk.house.rows(AuditRow.action)


async def test_a4_an_admin_cannot_end_the_own_role(talk: Talk) -> None:
    await talk.holds("admin")
    await talk.somebody("Chị Quản", role="admin")
    await talk.says("/quantri", "1")
    await chosen(talk, "Bác Năm")
    assert talk.text("admin.not_yourself") in talk.heard
    assert len((await talk.actor()).grants) == 1


async def test_t15_a_locked_account_does_nothing_until_it_is_unlocked(talk: Talk) -> None:
    await talk.holds("admin")
    head = await talk.somebody("Cô Tám", role="head", unit="xom-05")
    async with talk.app.database.transaction() as tx:
        await invites.add(
            tx,
            code_hash="a",
            typed_hash="b",
            role="helper",
            unit_id=1,
            created_by=(await people.lock(tx, [head.lane]))[head.lane].person_id,
            now=talk.house.clock.wall(),
            expires_at=talk.house.clock.wall().replace(month=12),
        )
    await talk.says("/quantri", "4")
    await chosen(talk, "Cô Tám", talk.text("admin.lock"))
    await head.says("trang đầu")
    assert head.last == talk.text("menu.suspended")
    assert await talk.house.rows(Invite.revoked_at) != [None]  # what a thief offered
    await talk.says("/quantri", "4")
    assert "đang khóa" in talk.last
    await chosen(talk, "Cô Tám")
    assert number_of(talk, talk.text("admin.keep_locked")) == "1"
    await chosen(talk, talk.text("admin.unlock"))
    await head.says("trang đầu")
    assert head.last != talk.text("menu.suspended")
    assert not (await head.actor()).grants  # back to the role leads only a new invite
    actions = await talk.house.rows(AuditRow.action)
    assert {"account.suspended", "account.unlocked"} <= set(actions)


async def test_who_has_not_joined_and_health_in_plain_words(talk: Talk) -> None:
    await talk.holds("admin")
    await talk.says("/quantri", "3")
    assert "Xóm 5" in talk.heard[-2]
    assert "Xóm 3 - xã cũ A" in talk.heard[-2]
    assert len(talk.heard[-2]) <= 500
    await talk.says("5", "1")
    assert "Tin hỏng đang giữ: 0" in talk.heard[-2]


async def test_a3_a_role_lost_in_the_middle_of_a_menu_stops_the_next_step(talk: Talk) -> None:
    admin = await talk.somebody("Chị Quản", role="admin")
    await talk.holds("admin")
    await admin.says("/quantri", "2")
    await chosen(admin, "Người báo cáo")
    await talk.says("/quantri", "1")
    await chosen(talk, "Chị Quản", talk.text("admin.revoke"))
    await admin.says("xóm 5")
    assert await talk.house.rows(Invite.id) == []
    assert await talk.house.rows(Role.id, where=Role.until.is_(None)) != []
