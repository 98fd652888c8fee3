"""The commune's report was sent upwards: noted with addressee, number and day (design §5)."""

import pytest

from storage import onward, roles, units
from storage.tables import AuditRow, OnwardReport
from tests.handlers.points import officer_of
from tests.talk import House, Talk

ONWARD = "đã gửi cấp trên"
NOTED = ("1", "1", "125/BC-UBND", "hôm nay", "1")


async def notes(house: House) -> list[tuple[str, str, str]]:
    rows = await house.rows(
        *(OnwardReport.addressee, OnwardReport.number, OnwardReport.sent_on),
        where=OnwardReport.removed_at.is_(None),
    )
    return [(to, number, day.isoformat()) for to, number, day in rows]


async def noted(talk: Talk) -> Talk:
    await talk.holds("officer")
    return await talk.says(ONWARD, *NOTED)


async def test_a_sending_is_noted(house: House, talk: Talk) -> None:
    await talk.holds("officer")
    await talk.says(ONWARD)
    assert "Báo cáo năm 2026: chưa ghi lần gửi cấp trên nào." in talk.heard
    await talk.presses("Ghi một lần gửi")
    assert talk.labels == ["Sở Nội vụ tỉnh Ninh Bình"]
    await talk.says("1", "125/BC-UBND", "hôm nay")
    assert "Số: 125/BC-UBND" in talk.last
    assert await notes(house) == []
    await talk.presses("Ghi lại")
    today = house.clock.wall().date().isoformat()
    assert await notes(house) == [("Sở Nội vụ tỉnh Ninh Bình", "125/BC-UBND", today)]
    assert any("• Sở Nội vụ tỉnh Ninh Bình: 125/BC-UBND, ngày" in one for one in talk.heard)


async def test_the_newest_is_what_others_are_shown(house: House, talk: Talk) -> None:
    await noted(talk)
    await talk.says("1", "Thường trực Đảng ủy xã", "1", "20/11", "1")
    async with house.app.database.transaction() as tx:
        [commune] = await units.communes(tx, on=house.clock.wall().date())
        newest = await onward.last(tx, commune.id, "2026")
        assert newest is not None
        assert (newest.addressee, newest.number) == ("Sở Nội vụ tỉnh Ninh Bình", "125/BC-UBND")
        assert [one.number for one in await onward.of(tx, commune.id, "2026")] == [
            "",
            "125/BC-UBND",
        ]
        assert await onward.last(tx, commune.id, "2025") is None
        assert await onward.last(tx, commune.id + 1, "2026") is None


async def test_one_can_be_taken_back(house: House, talk: Talk) -> None:
    """U18: the safe choice first."""
    await noted(talk)
    await talk.presses("Bỏ một lần đã ghi")
    await talk.says("1")
    assert talk.labels == ["Giữ lại", "Bỏ lần này"]
    await talk.presses("Bỏ lần này")
    assert await notes(house) == []
    acts = await house.rows(AuditRow.action)
    assert [one for one in acts if one.startswith("onward.")] == ["onward.noted", "onward.removed"]


async def test_keeping_keeps_it(house: House, talk: Talk) -> None:
    await noted(talk)
    await talk.presses("Bỏ một lần đã ghi")
    await talk.says("1", "1")
    assert len(await notes(house)) == 1


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        ("31/12/2030", "chưa tới"),
        ("1/1/2020", "trước khi kỳ báo cáo"),
        ("rằm", "chưa đọc được ngày"),
        ("xyz", "chưa đọc được ngày"),
    ],
)
async def test_a_day_that_cannot_be_is_asked_again(
    house: House, talk: Talk, day: str, answer: str
) -> None:
    """N7-N9."""
    await talk.holds("officer")
    await talk.says(ONWARD, "1", "1", "125/BC-UBND", day)
    assert answer in talk.last
    await talk.says("hôm nay", "1")
    assert len(await notes(house)) == 1


@pytest.mark.parametrize("name", ["ab", "x" * 201])
async def test_a_name_that_cannot_be_is_asked_again(house: House, talk: Talk, name: str) -> None:
    await talk.holds("officer")
    await talk.says(ONWARD, "1", name)
    assert "từ 3 đến 200 ký tự" in talk.last


async def test_dropping_notes_nothing(house: House, talk: Talk) -> None:
    await talk.holds("officer")
    await talk.says(ONWARD, *NOTED[:-1])
    await talk.presses("Thôi, không ghi")
    assert await notes(house) == []


@pytest.mark.parametrize("role", ["leader", "head", "reporter", "helper"])
async def test_only_the_desk_notes_sendings(house: House, talk: Talk, role: str) -> None:
    """A2, T12."""
    await talk.holds(role, "" if role == "leader" else "xom-05")
    await talk.says(ONWARD)
    assert not any("Ghi một lần gửi" in label for label in talk.labels)


async def test_who_lost_the_role_meanwhile_notes_nothing(house: House, talk: Talk) -> None:
    """A3, T41."""
    await talk.holds("officer")
    await talk.says(ONWARD, *NOTED[:-1])
    [grant] = (await talk.actor()).grants
    async with house.app.database.transaction() as tx:
        await roles.end(tx, grant.id, by=None, now=house.clock.wall())
    await talk.says("1")
    assert await notes(house) == []


async def test_a_note_of_another_commune_is_out_of_reach(house: House, talk: Talk) -> None:
    """T13: the commune is part of the question."""
    await noted(talk)
    async with house.app.database.transaction() as tx:
        [commune] = await units.communes(tx, on=house.clock.wall().date())
        [note] = await onward.of(tx, commune.id, "2026")
        assert not await onward.remove(tx, commune.id + 1, note.id, now=house.clock.wall())
        assert await onward.remove(tx, commune.id, note.id, now=house.clock.wall())
        assert not await onward.remove(tx, commune.id, note.id, now=house.clock.wall())


async def test_going_back_after_noting_a_sending_does_not_note_it_twice(
    house: House, talk: Talk
) -> None:
    """T42: "quay lại", "1" writes the very same sending a second time."""
    office = await officer_of(talk)
    await office.says("đã gửi cấp trên", "1", "1", "45/BC-UBND", "hôm nay", "1")
    assert len(await house.rows(OnwardReport.id)) == 1
    await office.says("quay lại", "1")
    assert len(await house.rows(OnwardReport.id)) == 1


@pytest.mark.parametrize("typed", ["không", "chưa gửi"])
async def test_no_is_no_addressee(talk: Talk, typed: str) -> None:
    """§3: "Báo cáo gửi nơi nào?" "không" is taken as the name of an office."""
    office = await officer_of(talk)
    await office.says("đã gửi cấp trên", "1", typed)
    assert "Số, ký hiệu của báo cáo là gì" not in office.last


@pytest.mark.parametrize("typed", ["không", "chưa có số", "chưa có"])
async def test_no_is_no_number(house: House, talk: Talk, typed: str) -> None:
    await talk.holds("officer")
    await talk.says(ONWARD, "1", "1", typed, "hôm nay", "1")
    assert [number for _, number, _ in await notes(house)] == [""]


async def test_the_very_same_sending_is_noted_once(house: House, talk: Talk) -> None:
    """T42: told from the beginning again."""
    await noted(talk)
    await talk.says(*NOTED)
    assert len(await notes(house)) == 1
    assert "Lần gửi này đã có trong danh sách." in "\n".join(talk.heard)
    assert (await house.rows(AuditRow.action)).count("onward.noted") == 1
