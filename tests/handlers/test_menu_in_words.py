"""Numbers of a menu in words (U3, U5)."""

import pytest

from tests.talk import House, Talk


@pytest.mark.parametrize("said", ["4", "số 4", "chọn 4"])
async def test_u3_a_choice_of_the_menu_however_it_is_typed(house: House, said: str) -> None:
    """`statistics._arguments` reads the event's own words after a choice, as if they were asked."""
    head = await Talk(house, "u-head", name="Ông Năm").holds("head", "xom-05")
    assert head.labels[3].endswith("Thống kê")
    await head.says(said)
    assert "Trợ lý chưa hiểu" not in head.last
