"""What others hear of an import of a past year, and the way to a frozen one (T53, issue 7)."""

import pytest

from tests.conftest import MakeHouse
from tests.handlers.chasing import asks, since
from tests.handlers.receiving import has_sent
from tests.handlers.reports import with_a_page
from tests.handlers.test_past import ROWS, WORDS, asks_for, gives, sent_itself, table
from tests.handlers.test_reporting import head
from tests.talk import House, Talk


@pytest.fixture
async def house(a_house: MakeHouse) -> House:
    return await with_a_page(a_house)


async def test_a_unit_whose_own_figures_are_replaced_hears_of_it_once(
    house: House, talk: Talk
) -> None:
    """Design §5: what is entered for a unit it is told of; here its own words are replaced."""
    officer = await talk.somebody("Chị Lan", role="officer")
    six = await talk.somebody("Ông Sáu", role="head", unit="xom-06")
    await head(talk)
    await sent_itself(house, "xom-05", {"sessions": 7})
    await gives(await asks_for(officer), table(*ROWS))
    before = len(talk.heard)
    await officer.presses("thay 1 số tự gửi")
    assert len(talk.heard) == before + 1
    assert "thay số đã gửi của Xóm 5" in talk.last
    assert "năm 2025" in talk.last
    assert "thay số" not in "\n".join(six.heard)


async def test_who_reports_for_two_units_hears_of_both_at_once(house: House, talk: Talk) -> None:
    """U11: one message to one human."""
    officer = await talk.somebody("Chị Lan", role="officer")
    both = await talk.somebody("Ông Hai", role="head", unit="xom-05")
    await both.holds("reporter", "xom-06")
    await sent_itself(house, "xom-05", {"sessions": 7})
    await sent_itself(house, "xom-06", {"sessions": 7})
    await gives(await asks_for(officer), table(*ROWS))
    before = len(both.heard)
    await officer.presses("thay 2 số tự gửi")
    [said] = both.heard[before:]
    assert "Xóm 5, Xóm 6" in said


async def test_a_unit_whose_figures_are_kept_hears_nothing(house: House, talk: Talk) -> None:
    officer = await talk.somebody("Chị Lan", role="officer")
    await head(talk)
    await sent_itself(house, "xom-05", {"sessions": 7})
    await gives(await asks_for(officer), table(*ROWS))
    before = len(talk.heard)
    await officer.presses("giữ số tự gửi")
    assert len(talk.heard) == before


async def test_it_hears_too_that_its_own_figures_count_again(house: House, talk: Talk) -> None:
    """What it was told must stay true: the import is taken back (T53)."""
    officer = await talk.somebody("Chị Lan", role="officer")
    await head(talk)
    await sent_itself(house, "xom-05", {"sessions": 7})
    await gives(await asks_for(officer), table(*ROWS))
    await officer.presses("thay 1 số tự gửi")
    await officer.says(WORDS)
    await officer.presses("Bỏ lần nhập")
    before = len(talk.heard)
    await officer.presses("Bỏ lần nhập này")
    assert "Số đã gửi của Xóm 5 lại được tính" in since(talk, before)


async def test_the_way_named_for_a_frozen_year_leads_there(house: House, talk: Talk) -> None:
    """U5: "xin mở lại năm đó trước, xin nhắn: mở lại báo cáo 2025" is no dead end."""
    officer = await talk.holds("officer")
    await has_sent(house, "xom-05", period="2025")
    await officer.says("/duyet")
    await officer.presses("năm 2025")
    await officer.presses("Duyệt lần lượt", "Tiếp nhận")
    await officer.presses("Chốt số liệu", "Chốt số liệu")
    await officer.says(WORDS, "2025")
    assert any("nhắn: mở lại báo cáo 2025" in one for one in officer.heard[-3:])
    assert "năm 2025" in await asks(officer, "mở lại báo cáo")
    assert "Báo cáo năm 2025. Số liệu đã chốt" in await asks(officer, "mở lại báo cáo 2025")
    assert "Mở lại" in officer.labels
