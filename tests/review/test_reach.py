"""Records and figures that a right covers and no way leads to (U4, U9, A1)."""

from datetime import date

import pytest

from storage import roles, units
from storage.tables import Activity
from tests.storage.histories import a_unit
from tests.talk import House, Talk


@pytest.fixture
async def head(house: House) -> Talk:
    return await Talk(house, "u-head", name="Ông Năm").holds("head", "xom-05")


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


async def test_a1_a_helper_in_two_communes_sees_the_figures_of_both(head: Talk) -> None:
    """A1, T13: the second commune's own hamlet is not understood."""
    day = date(2026, 1, 1)
    other = [a_unit("xa-khac", parent="", kind="ubnd_xa"), a_unit("xom-99", parent="xa-khac")]
    actor = await head.actor()
    async with head.house.app.database.transaction() as tx:
        await units.import_all(tx, other, on=day)
        hamlet = await units.by_code(tx, "xom-99", on=day)
        assert hamlet is not None
        await roles.grant(
            tx, person_id=actor.person_id, role="helper", unit_id=hamlet.id,
            granted_by=None, invite_id=None, now=head.house.clock.wall(),
        )  # fmt: skip
    await head.says(f"/thongke {hamlet.name}")
    assert "chưa hiểu" not in head.last
