"""What is lost in silence when a record is told again, or told across communes (T13, T19, T42)."""

from datetime import date

import pytest

from storage import activities, roles, statistics, units
from storage.tables import Activity, ActivityUnit
from tests.storage.histories import a_unit, period
from tests.talk import House, Talk

NOVEMBER_21 = date(2026, 11, 21)


@pytest.fixture
async def head(house: House) -> Talk:
    return await Talk(house, "u-head", name="Ông Năm").holds("head", "xom-05")


async def test_t19_what_the_second_message_leaves_unsaid_stays(head: Talk) -> None:
    """T19: "Cùng một việc, sửa theo tin này": 38 is said, and the partner and the teacher go."""
    helper = await Talk(head.house, "u-helper", name="Chị Hai").holds("helper", "xom-05")
    await head.says(
        "trang đầu", "tối qua xóm 5 phối hợp với xóm 6 có 35 bà con học vneid, cô Lan hướng dẫn"
    )
    await head.presses("Ghi vào sổ")
    await helper.says("trang đầu", "tối qua xóm 5 có 38 người học")
    await helper.presses("sửa theo tin này", "Ghi vào sổ")
    assert await head.house.rows(Activity.heads, Activity.led_by, Activity.topics) == [
        (38, "cô Lan", "vneid")
    ]
    assert len(await head.house.rows(ActivityUnit.unit_id)) == 2


@pytest.fixture
async def elsewhere(house: House) -> tuple[int, int]:
    """A second commune in the same database and its one hamlet."""
    day = date(2026, 1, 1)
    other = [a_unit("xa-khac", parent="", kind="ubnd_xa"), a_unit("xom-99", parent="xa-khac")]
    async with house.app.database.transaction() as tx:
        await units.import_all(tx, other, on=day)
        commune = await units.by_code(tx, "xa-khac", on=day)
        hamlet = await units.by_code(tx, "xom-99", on=day)
    assert commune is not None
    assert hamlet is not None
    return commune.id, hamlet.id


async def test_t13_a_record_of_one_commune_counts_nothing_in_another(
    head: Talk, elsewhere: tuple[int, int]
) -> None:
    """T13: who also holds a role there adds any unit of that commune; its officer cannot see it."""
    commune, hamlet = elsewhere
    actor = await head.actor()
    async with head.house.app.database.transaction() as tx:
        now = head.house.clock.wall()
        await roles.grant(
            tx,
            person_id=actor.person_id,
            role="reporter",
            unit_id=hamlet,
            granted_by=None,
            invite_id=None,
            now=now,
        )
    await head.says(
        "trang đầu", "tối qua xóm 5 phối hợp với xóm 99 có 35 bà con học vneid, cô Lan hướng dẫn"
    )
    if any("Ghi vào sổ" in label for label in head.labels):
        await head.presses("Ghi vào sổ")
    async with head.house.app.database.reading() as tx:
        table = await statistics.table(
            tx,
            statistics.Scope(commune),
            period(NOVEMBER_21, NOVEMBER_21),
            modules={},
            now=head.house.clock.wall(),
        )
        theirs = await activities.of_communes(tx, [commune], limit=5)
    assert table.total.activities == len(theirs)
