"""Posters: ordered in chat, scanned or typed by somebody new, counted once for their place."""

from datetime import date
from typing import Any

import pytest

from handlers import places
from handlers.joining_links import Doors
from storage import places as stored
from storage import units
from storage.tables import Account, Arrival, AuditRow, File, PosterPlace
from tests.conftest import MakeHouse
from tests.handlers.communes import second_commune
from tests.handlers.documents.test_invite_sheet import scanned
from tests.handlers.small_catalogue import (
    small_catalogue,  # noqa: F401 - a fixture
)
from tests.handlers.test_sessions import code_of
from tests.talk import House, Talk

HAMLETS = 13
MARKET = "Chợ Cồn"


@pytest.fixture
async def officer(house: House) -> Talk:
    return await Talk(house, "u-officer", name="Chị Văn").holds("officer")


async def pages(house: House) -> dict[str, Any]:
    """What was ordered last, as it is printed."""
    [(kind, body)] = (await house.ordered())[-1:]
    assert kind == "posters"
    return dict(body)


async def joins(house: House) -> list[tuple[str, int]]:
    """(code, how many), as the commune's officer sees it."""
    today = house.clock.wall().date()
    async with house.app.database.reading() as tx:
        [commune] = await units.communes(tx, on=today)
        found = await stored.joins(tx, commune.id, first=date(today.year, 1, 1), last=today)
    return [(one.code, one.joined) for one in found]


# --- in chat -------------------------------------------------------------------------------------


async def test_one_hamlets_poster_comes_as_a_file(house: House, officer: Talk) -> None:
    await officer.says("in áp phích")
    await officer.says("xóm 5")
    assert "1 trang" in officer.last
    await officer.presses("A4")
    made = await pages(house)
    assert [(page["place"], page["typed"]) for page in made["posters"]] == [("Xóm 5", "X5")]
    assert made["paper"] == "a4"
    assert made["sample"] == "DỮ LIỆU MẪU"
    await house.make_all()
    assert await house.rows(File.name) == ["ap-phich-xom-05-a4.pdf"]
    assert (await house.rows(File.body))[0].startswith(b"%PDF-")


async def test_the_whole_set_has_a_page_for_each_hamlet_and_place(
    house: House, officer: Talk
) -> None:
    await officer.says("áp phích")
    await officer.presses("Một nơi khác")
    await officer.says(MARKET)
    await officer.presses("A4", "Cả bộ", "A3")
    made = await pages(house)
    assert made["paper"] == "a3"
    assert len(made["posters"]) == HAMLETS + 1
    names = [page["place"] for page in made["posters"]]
    assert len(set(names)) == len(names)
    assert {"Xóm 3 - xã cũ A", "Xóm 3 - xã cũ B", MARKET} <= set(names)


async def test_the_hamlet_may_be_said_at_once_and_of_two_alike_one_is_chosen(
    house: House, officer: Talk
) -> None:
    await officer.says("in áp phích xóm 3")
    assert officer.labels == ["Xóm 3 - xã cũ A", "Xóm 3 - xã cũ B"]
    await officer.presses("xã cũ B", "A3")
    assert [page["typed"] for page in (await pages(house))["posters"]] == ["X3B"]


async def test_the_same_place_named_twice_is_one(house: House, officer: Talk) -> None:
    for name in (MARKET, "cho con"):
        await officer.says("áp phích")
        await officer.presses("Một nơi khác")
        await officer.says(name)
    assert await house.rows(PosterPlace.code, PosterPlace.name) == [("cho-con", MARKET)]
    assert await house.rows(AuditRow.action, where=AuditRow.action.startswith("poster")) == [
        "poster_place.named"
    ]
    await officer.says("áp phích")
    await officer.presses("Một nơi khác", MARKET, "A4")
    assert [page["place"] for page in (await pages(house))["posters"]] == [MARKET]


async def test_what_is_no_hamlet_and_no_name_is_asked_again(officer: Talk) -> None:
    await officer.says("áp phích", "xóm 99")
    assert officer.text("posters.where_unclear") in officer.heard
    await officer.presses("Một nơi khác")
    await officer.says("12 34")
    assert officer.text("posters.place_unclear") in officer.heard


async def test_an_admin_finds_it_among_the_further_things(house: House) -> None:
    admin = await Talk(house, "u-admin", name="Chị Quản").holds("admin")
    await admin.says("/quantri")
    await admin.presses("Xem tiếp", "Áp phích")
    assert admin.text("posters.where") in admin.last


async def test_t12_a_resident_gets_the_same_as_for_an_unknown_word(talk: Talk) -> None:
    other = Talk(talk.house, "u-other", name="Bà Tư")
    for one in (talk, other):
        await one.enrolled()
        await one.says("trang đầu")
    assert await talk.asks("in áp phích") == await other.asks("làm bánh xèo")


async def test_t13_an_officer_of_another_commune_prints_none_of_ours(
    house: House, officer: Talk
) -> None:
    await second_commune(house, hamlet="khac-xom-20")
    far = await officer.somebody("Anh Xa", role="officer", unit="xa-khac")
    await far.says("áp phích", "xóm 5")
    assert far.text("posters.where_unclear") in far.heard
    await far.presses("Cả bộ", "A4")
    assert [page["place"] for page in (await pages(house))["posters"]] == ["Xóm 20"]


# --- somebody new --------------------------------------------------------------------------------


async def test_what_each_hamlets_poster_says_leads_there(house: House) -> None:
    """Also where two hamlets have one number."""
    async with house.app.database.reading() as tx:
        hamlets = await units.hamlets(tx, on=house.clock.wall().date())
    for number, hamlet in enumerate(hamlets):
        entrance = places.entrance(hamlet, hamlets)
        reader = Talk(house, f"u-{number}", name="Bà Đọc")
        await reader.says(entrance.typed)
        await reader.says("1")
        assert (await reader.actor()).unit_id == hamlet.id, entrance
    assert dict(await joins(house)) == {hamlet.code: 1 for hamlet in hamlets}


async def test_a_link_leads_to_its_own_hamlet_where_two_have_one_number(talk: Talk) -> None:
    await talk.says("/start h_xom-03", "1")
    assert "Cảm ơn bà con Xóm 3 - xã cũ A" in " ".join(talk.heard)


async def test_an_arrival_is_counted_once(house: House, talk: Talk) -> None:
    await talk.says("/start h_xom-05")
    await talk.says("/start h_xom-06", "x7")  # another poster, still before agreeing
    assert await joins(house) == [("xom-05", 1)]
    await talk.presses("Đồng ý")
    await talk.says("/start h_xom-05")
    assert await joins(house) == [("xom-05", 1)]
    await Talk(house, "u-second", name="Ông Sáu").says("X5")
    assert await joins(house) == [("xom-05", 2)]


async def test_somebody_known_comes_by_no_poster(house: House, talk: Talk) -> None:
    await talk.says("xin chào")
    await talk.presses("Đồng ý")
    await talk.says("5")
    await talk.says("/start h_xom-05", "trang đầu", "x5")
    assert await joins(house) == []


async def test_the_code_typed_at_the_question_about_storing_counts(
    house: House, talk: Talk
) -> None:
    """Who follows the account first is greeted before anything is typed."""
    await talk.says("xin chào")
    await talk.says("X5")
    assert await joins(house) == [("xom-05", 1)]


@pytest.mark.parametrize("way", ["/start p_cho-con", "p_cho-con", "P{number}", "p {number} ạ"])
async def test_a_place_is_counted_by_its_link_and_by_its_number(
    house: House, officer: Talk, way: str
) -> None:
    await officer.says("áp phích")
    await officer.presses("Một nơi khác")
    await officer.says(MARKET)
    [number] = await house.rows(PosterPlace.id)
    reader = Talk(house, "u-reader", name="Bà Đọc")
    await reader.says(way.format(number=number))
    assert "Đồng ý" in reader.labels
    await reader.says(way.format(number=number))
    await reader.says("1")
    assert await joins(house) == [("cho-con", 1)]


async def test_a_place_nobody_named_is_a_plain_welcome(house: House, talk: Talk) -> None:
    await talk.says("/start p_khong-co", "P99")
    assert "Đồng ý" in talk.labels
    assert await house.rows(Arrival.id) == []


async def test_p10_of_whoever_came_not_even_the_account_is_kept_with_the_place(
    house: House, talk: Talk
) -> None:
    await talk.says("/start h_xom-05")
    assert "account_id" not in Arrival.__table__.columns
    assert await house.rows(Account.arrived_on) == [house.clock.wall().date()]


async def test_how_many_came_is_told_by_place(house: House, officer: Talk) -> None:
    await officer.says("áp phích")
    await officer.presses("Bao nhiêu người đã vào")
    assert officer.text("posters.nobody") in officer.heard
    for number in range(3):
        await Talk(house, f"u-{number}").says("x5" if number else "h_xom-03b")
    await officer.presses("Bao nhiêu người đã vào")
    said = officer.text("posters.counted", total="3", places="Xóm 5: 2; Xóm 3 - xã cũ B: 1")
    assert said in officer.heard


async def test_another_commune_counts_its_own(house: House, talk: Talk) -> None:
    await second_commune(house, hamlet="khac-xom-20")
    await talk.says("h_khac-xom-20")
    far = await talk.somebody("Anh Xa", role="officer", unit="xa-khac")
    near = await talk.somebody("Chị Văn", role="officer")
    for officer in (far, near):
        await officer.says("áp phích")
        await officer.presses("Bao nhiêu người đã vào")
    assert any("Xóm 20: 1" in said for said in far.heard)
    assert near.text("posters.nobody") in near.heard


# --- a session -----------------------------------------------------------------------------------


async def test_an_open_session_has_a_sheet_for_its_door(house: House) -> None:
    head = await Talk(house, "u-head", name="Trưởng Năm").holds("head", "xom-05")
    await head.says("/buoihoc")
    await head.presses("Bảy dấu hiệu lừa đảo")
    await head.says("nhà văn hóa xóm")
    await head.presses("Không, tự tổ chức")
    code = code_of(head)
    await head.presses("In tờ giấy có mã")
    assert head.text("sessions.sheet_coming", code=f"B{code}") in head.heard
    [body] = [body for kind, body in await house.ordered() if kind == "session_sheet"]
    assert body["typed"] == f"B{code}"
    assert body["words"]["lesson"] == "Học bài: Bảy dấu hiệu lừa đảo"
    assert body["words"]["where"] == "Ở: nhà văn hóa xóm"
    assert body["words"]["when"] == "Chủ nhật 22/11/2026"
    await house.make_all()
    assert await house.rows(File.name) == [f"buoi-hoc-B{code}.pdf"]


# --- which channels ------------------------------------------------------------------------------


async def test_the_page_and_the_account_are_on_paper_when_they_are_on(a_house: MakeHouse) -> None:
    from handlers.documents.poster import poster_pictures

    house = await a_house(public_url="https://xa.example")
    officer = await Talk(house, "u-officer", name="Chị Văn").holds("officer")
    await officer.says("áp phích", "xóm 5")
    await officer.presses("A4")
    links = ["https://xa.example/?start=h_xom-05"]
    assert scanned(poster_pictures(await pages(house), ppi=100)) == links


async def test_where_nothing_leads_in_it_is_said(a_house: MakeHouse) -> None:
    house = await a_house(host="0.0.0.0")  # noqa: S104 - no demo: nobody listens there
    assert house.app.house.doors == Doors()
    officer = await Talk(house, "u-officer", name="Chị Văn").holds("officer")
    await officer.says("áp phích", "xóm 5")
    await officer.presses("A4")
    assert officer.text("posters.no_door") in officer.heard
    assert (await pages(house))["posters"][0]["codes"] == []
