"""Who told a difficulty erases everything: no word of theirs stays, the unit's matter does (P5)."""

from sqlalchemy import update

from storage.tables import CollectedPoint, Ticket
from tests.handlers.points import at_list, decides, kept, officer_of
from tests.talk import House, Talk

TOLD = "Tôi tên Tám, số 0987654321, chưa có điện thoại"
OTHER = "Mạng yếu ở nhà văn hóa"
NOTE = "Một ý đã xóa theo yêu cầu của người nêu"
ERASED = ("/dulieu", "5", "2")


async def resident_who_told(talk: Talk, told: str = TOLD, name: str = "Bà Tám") -> Talk:
    resident = await talk.somebody(name)
    await resident.enrolled("xom-05")
    return await resident.says(f"/vuongmac {told}", "1")


async def test_the_words_of_somebody_who_erased_everything_are_nowhere(
    house: House, talk: Talk
) -> None:
    """P5: "Xóa hết … câu đã hỏi"; the words, phone number included, stay in the collected point.

    They then go into the letter to UBND xã and the commune's report.
    """
    office = await officer_of(talk)
    resident = await talk.somebody("Bà Tám")
    await resident.enrolled("xom-05")
    told = "Tôi tên Tám, số 0987654321, chưa có điện thoại"
    await resident.says(f"/vuongmac {told}", "1")
    await at_list(office)
    await office.says("1", "1")
    await resident.says("/dulieu", "5", "2")
    assert "Đã xóa hết dữ liệu" in "\n".join(resident.heard[-2:])
    assert await house.rows(Ticket.question) == []
    assert not any("0987654321" in text for text in await house.rows(CollectedPoint.text))


async def collected(talk: Talk, *, said: str = "1") -> tuple[Talk, Talk]:
    """Two residents' difficulties, picked as one by an officer: their words, or `said`."""
    office = await officer_of(talk)
    resident = await resident_who_told(talk)
    await resident_who_told(talk, OTHER, "Ông Chín")
    await at_list(office)
    await office.says("1, 2", said)
    if said != "1":
        await office.presses("Ghi")
    return resident, office


async def test_of_a_merged_point_only_the_words_of_others_stay(house: House, talk: Talk) -> None:
    resident, _ = await collected(talk)
    await resident.says(*ERASED)
    [point] = await kept(house)
    assert point.text == OTHER
    assert len(point.sources["tickets"]) == 1


async def test_words_that_cannot_be_told_apart_go_and_the_officer_sees_why(
    house: House, talk: Talk
) -> None:
    """The officer's own wording may hold what the resident said: it is said anew."""
    resident, office = await collected(talk, said="Bà Tám 0987654321 và nhiều người thiếu máy")
    await resident.says(*ERASED)
    assert [one.text for one in await kept(house)] == [""]
    await office.says("tổng hợp khó khăn")
    await office.presses("Khó khăn, vướng mắc", "Xem")
    assert any(NOTE in heard for heard in office.heard[-3:])
    await office.says("1")
    assert NOTE in office.last
    await office.presses("Sửa lời")
    await office.says("Nhiều người thiếu máy", "1")
    assert [one.text for one in await kept(house)] == ["Nhiều người thiếu máy"]


async def test_what_was_decided_stays_without_the_words(house: House, talk: Talk) -> None:
    office = await officer_of(talk)
    resident = await resident_who_told(talk)
    await at_list(office)
    await office.says("1", "1", "tổng hợp khó khăn")
    await office.presses("Trình UBND xã", "Làm văn bản trình")
    await office.says("1", "1")
    await decides(office)
    await resident.says(*ERASED)
    [point] = await kept(house)
    assert (point.text, point.decision) == ("", "Xã lắp thêm bộ phát sóng")
    assert point.sources["tickets"] == []


async def test_what_was_taken_out_before_is_no_hiding_place(house: House, talk: Talk) -> None:
    office = await officer_of(talk)
    resident = await resident_who_told(talk)
    await at_list(office)
    await office.says("1", "1")
    async with house.app.database.transaction() as tx:
        await tx.execute(update(CollectedPoint).values(removed_at=house.clock.wall()))
    await resident.says(*ERASED)
    assert await house.rows(CollectedPoint.text) == []


# --- a unit's ------------------------------------------------------------------------------------


async def test_a_units_difficulty_outlives_the_person_who_told_it(house: House, talk: Talk) -> None:
    """P5, NV-5.1: it is the unit's act: a point of the office's from now on, without the person."""
    head = await talk.somebody("Trưởng xóm", role="head", unit="xom-05")
    await head.says("/vuongmac Nhiều người chưa có điện thoại", "1", "2")
    [unit] = await house.rows(Ticket.unit_id)
    await head.says(*ERASED)
    assert await house.rows(Ticket.question) == []
    [point] = await kept(house)
    assert (point.kind, point.text) == ("difficulty", "Nhiều người chưa có điện thoại")
    assert point.sources == {"reports": [], "tickets": [], "units": [unit], "words": []}
    office = await officer_of(talk)
    await office.says("tổng hợp khó khăn")
    await office.presses("Khó khăn, vướng mắc", "Xem")
    await office.says("1")
    assert "Nguồn: Xóm 5." in office.last


async def test_one_that_was_collected_stays_once(house: House, talk: Talk) -> None:
    head = await talk.somebody("Trưởng xóm", role="head", unit="xom-05")
    await head.says("/vuongmac Nhiều người chưa có điện thoại", "1", "2")
    office = await officer_of(talk)
    await at_list(office)
    await office.says("1", "1")
    await head.says(*ERASED)
    [point] = await kept(house)
    assert (point.text, point.sources["tickets"]) == ("Nhiều người chưa có điện thoại", [])
    assert len(point.sources["units"]) == 1
