"""What can go wrong with what is written by /ghi (T01, T19, T20, T42, T44, T45, U5, N14)."""

from datetime import date

import pytest
from sqlalchemy import update

from storage import units
from storage.tables import Activity, ActivityUnit, InboxRow, Unit
from tests.talk import House, Talk

TOLD = "tối qua xóm 5 có 35 bà con học vneid, cô Lan hướng dẫn"


@pytest.fixture
async def head(house: House) -> Talk:
    return await Talk(house, "u-head", name="Ông Năm").holds("head", "xom-05")


@pytest.fixture
async def other_head(house: House) -> Talk:
    return await Talk(house, "u-head6", name="Bà Sáu").holds("head", "xom-06")


async def units_of(house: House) -> set[str]:
    codes = dict(await house.rows(Unit.id, Unit.code))
    return {codes[one] for one in await house.rows(ActivityUnit.unit_id)}


async def recorded(head: Talk, told: str = TOLD) -> None:
    await head.says("trang đầu", told)
    await head.presses("Ghi vào sổ")


async def test_t01_who_only_took_part_cannot_change_or_take_back_the_record(
    head: Talk, other_head: Talk
) -> None:
    """T01, T19: Xóm 5 recorded it; Xóm 6 sees it, forwards it, and asks Xóm 5 to correct it."""
    await recorded(head, "tối qua xóm 5 phối hợp với xóm 6 có 35 bà con học vneid")
    assert await units_of(head.house) == {"xom-05", "xom-06"}
    await other_head.says("xem sổ", "1")
    assert "Việc này do Xóm 5 ghi." in "\n".join(other_head.heard[-3:])
    assert not any("Sửa" in label or "Bỏ" in label for label in other_head.labels)
    await other_head.says("tối qua xóm 6 có 20 người học vneid")
    assert not any("sửa theo tin này" in label for label in other_head.labels)


async def test_t44_a_partner_named_in_a_correction_is_told_too(
    head: Talk, other_head: Talk
) -> None:
    await recorded(head)
    before = len(other_head.heard)
    await head.says("xem sổ", "1")
    await head.presses("Sửa", "Có nơi cùng")
    await head.says("xóm 6")
    await head.presses("Ghi vào sổ")
    assert await units_of(head.house) == {"xom-05", "xom-06"}
    assert len(other_head.heard) > before


async def test_t45_a_forwarded_text_counts_no_cell_under_five(head: Talk) -> None:
    """T45: three people of a named hamlet, on a named day, with a named topic, for the group."""
    await recorded(head, "tối qua xóm 5 có 3 bà con học vneid")
    await head.presses("Tin gửi vào nhóm")
    [text] = [said for said in head.heard if "Xin cảm ơn bà con" in said]
    assert "3 lượt" not in text
    assert await head.house.ordered() == []


async def test_u5_another_record_may_be_chosen_by_its_number(head: Talk) -> None:
    """U3, U5: a choice typed as a number is no sentence that was not understood."""
    await recorded(head)
    await head.types("Ghi việc khác")
    assert "chưa đọc ra" not in head.last


async def test_n14_partners_behind_one_that_is_unsure_are_not_dropped(head: Talk) -> None:
    """N14: two hamlets of one name; the third partner of the same sentence is asked for no more."""
    async with head.house.app.database.transaction() as tx:
        six = await units.by_code(tx, "xom-06", on=date(2026, 11, 22))
        seven = await units.by_code(tx, "xom-07", on=date(2026, 11, 22))
        assert six is not None
        assert seven is not None
        await tx.execute(update(Unit).where(Unit.id == seven.id).values(name=six.name))
    await head.says("trang đầu", TOLD)
    await head.presses("Có nơi cùng")
    await head.says(f"{six.name}, xóm 8")
    await head.says("1")
    await head.presses("Ghi vào sổ")
    assert "xom-08" in await units_of(head.house)


async def test_t20_households_beyond_reason_are_asked(head: Talk) -> None:
    """T20: half a million households of one hamlet are read back once and stand in the book."""
    await head.says(
        "trang đầu", "hôm qua xóm 5 đi từng nhà hướng dẫn vneid cho 500000 hộ, 35 người"
    )
    assert not any("Ghi vào sổ" in label for label in head.labels), head.last


async def test_t20_households_beyond_every_number_do_not_stop_the_turn(head: Talk) -> None:
    """T20, T38: 20 digits are read, shown and then fail in the database, three times."""
    await head.says(
        "trang đầu",
        "hôm qua xóm 5 đi từng nhà hướng dẫn vneid cho 99999999999999999999 hộ, 35 người",
    )
    if any("Ghi vào sổ" in label for label in head.labels):
        await head.presses("Ghi vào sổ")
        await head.waits(minutes=3)
    assert await head.house.rows(InboxRow.id, where=InboxRow.attempts > 1) == []
    assert "Trợ lý đọc được" not in head.last or await head.house.rows(Activity.id)


async def test_a_hamlet_that_ended_today_can_still_tell_of_yesterday(head: Talk) -> None:
    """Design §5: units are dated; what was done on their last day was done."""
    async with head.house.app.database.transaction() as tx:
        await tx.execute(update(Unit).where(Unit.code == "xom-05").values(until=date(2026, 11, 22)))
    await head.says("/ghi hôm qua 35 bà con học vneid")
    if any("Ghi vào sổ" in label for label in head.labels):
        await head.presses("Ghi vào sổ")
    assert await head.house.rows(Activity.heads) == [35]


async def test_u9_the_fifth_record_back_can_still_be_corrected(head: Talk) -> None:
    """U9: "Sửa hoặc bỏ lúc nào cũng được" - but only the last four are ever listed."""
    for day in (17, 18, 19, 20, 21):
        await head.says(f"/ghi ngày {day}/11 xóm 5 có 2{day} người học vneid")
        while not any("Ghi vào sổ" in label for label in head.labels):
            await head.presses("Đúng, ghi")
        await head.presses("Ghi vào sổ")
    assert len(await head.house.rows(Activity.id)) == 5
    await head.says("xem sổ")
    lists = [label for label in head.labels if "lượt" in label]
    if any("Xem thêm" in label for label in head.labels):
        await head.presses("Xem thêm")
        lists += [label for label in head.labels if "lượt" in label]
    assert any("17/11" in label for label in lists)


async def test_an_officer_who_is_a_head_too_sees_the_commune(head: Talk) -> None:
    """A1: one person may hold several roles; the wider one is not lost in "xem sổ"."""
    six = await Talk(head.house, "u-six", name="Bà Sáu").holds("head", "xom-06")
    await six.says("/ghi tối qua xóm 6 có 35 bà con học vneid")
    await six.presses("Ghi vào sổ")
    await head.holds("officer")
    await head.says("xem sổ")
    assert any("Xóm 6" in label for label in head.labels), head.last
