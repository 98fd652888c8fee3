"""The officer picks what units told, in words: merged, alone, in other words (NV-5.1, NV-1.3)."""

import pytest

from storage.tables import AuditRow, CollectedPoint
from tests.handlers.communes import second_commune
from tests.handlers.points import (
    FIVE,
    SIX,
    at_list,
    ends,
    kept,
    officer_of,
    reports,
    two_difficulties,
)
from tests.handlers.test_reporting import SEND
from tests.talk import House, Talk


async def texts(house: House) -> list[str]:
    return [one.text for one in await kept(house)]


async def audited(house: House) -> list[str]:
    rows = await house.rows(AuditRow.id, AuditRow.action)
    return [action for _, action in sorted(rows) if action.startswith("point.")]


# --- picking -------------------------------------------------------------------------------------


async def test_the_front_of_it_counts_each_kind(talk: Talk) -> None:
    await reports(talk, "xom-05", difficulty=FIVE, model="Nhóm Zalo: hỏi đáp hằng ngày")
    officer = await officer_of(talk)
    await officer.says("tổng hợp khó khăn")
    assert "- Khó khăn, vướng mắc: 1 ý chưa chọn, 0 điểm đã chọn" in officer.last
    assert "- Kiến nghị, đề xuất: 0 ý chưa chọn" in officer.last
    assert "- Mô hình, gương, sáng kiến: 1 ý chưa chọn" in officer.last


async def test_several_numbers_become_one_point_with_its_sources(house: House, talk: Talk) -> None:
    _, _, officer = await two_difficulties(talk)
    assert f"(1) Xóm 5: {FIVE}\n(2) Xóm 6: {SIX}" in officer.heard[-2]
    await officer.says("1, 2")
    assert "một điểm gộp từ 2 ý của Xóm 5, Xóm 6" in officer.last
    assert f"{FIVE}. {SIX}" in officer.last
    await officer.presses("Ghi")
    [point] = await kept(house)
    assert (point.kind, point.text) == ("difficulty", f"{FIVE}. {SIX}")
    assert [len(point.sources[key]) for key in ("reports", "units", "words", "tickets")] == [
        *(2, 2, 2, 0)
    ]
    assert "0 ý chưa chọn, 1 điểm đã chọn" in officer.last
    assert await audited(house) == ["point.collected"]


async def test_one_number_is_taken_alone_and_the_rest_stay(house: House, talk: Talk) -> None:
    _, _, officer = await two_difficulties(talk)
    await officer.says("2")
    await officer.presses("Ghi")
    assert await texts(house) == [SIX]
    assert f"(1) Xóm 5: {FIVE}" in officer.heard[-2]
    assert SIX not in officer.heard[-2]


@pytest.mark.parametrize("typed", ["1 va 2", "1-2", "tat ca", "so 1 voi so 2", "1;2", "cả 1 và 2"])
async def test_clumsy_numbers_are_read(house: House, talk: Talk, typed: str) -> None:
    _, _, officer = await two_difficulties(talk)
    await officer.says(typed, "ok")
    assert await texts(house) == [f"{FIVE}. {SIX}"]


@pytest.mark.parametrize("typed", ["9", "1, 9", "0 1", "1-40", "1.000.000", "-", "xóm 5", "các ý"])
async def test_what_is_not_in_the_list_is_asked_again(house: House, talk: Talk, typed: str) -> None:
    _, _, officer = await two_difficulties(talk)
    await officer.says(typed)
    assert "ví dụ: 1" in officer.last
    await officer.says("1", "1")
    assert await texts(house) == [FIVE]


async def test_a_point_may_be_said_in_own_words(house: House, talk: Talk) -> None:
    """T28, T24: what is typed is a value, braces and markup included."""
    _, _, officer = await two_difficulties(talk)
    await officer.says("1, 2", "2", "ab")
    assert "Tin này ngắn hơn 5" in officer.last
    own = "Thiếu <b>máy</b> & {unit} =1+1"
    await officer.says(own)
    assert own in officer.last
    await officer.says("1")
    assert await texts(house) == [own]


async def test_words_typed_instead_of_pressing_count(house: House, talk: Talk) -> None:
    _, _, officer = await two_difficulties(talk)
    await officer.says("1, 2", "Thiếu máy và mạng yếu", "Thiếu máy, mạng yếu", "1")
    assert await texts(house) == ["Thiếu máy, mạng yếu"]


async def test_too_much_to_join_has_to_be_said_shorter(house: House, talk: Talk) -> None:
    for number in (5, 6, 7):
        await reports(talk, f"xom-0{number}", difficulty=f"Nơi {number}: " + "thiếu máy, " * 40)
    officer = await officer_of(talk)
    await at_list(officer)
    await officer.says("tất cả")
    assert "dài hơn 1.000" in officer.heard[-2]
    assert "lời của Phòng" in officer.last
    await officer.says("Nhiều nơi thiếu máy", "1")
    assert await texts(house) == ["Nhiều nơi thiếu máy"]


async def test_the_same_point_is_not_kept_twice(house: House, talk: Talk) -> None:
    """T05, T37: a double press."""
    _, _, officer = await two_difficulties(talk)
    await officer.says("1, 2")
    button = officer.button("Ghi")
    for _ in range(2):
        await officer.sends(kind="press", button=button)
    await house.settle()
    assert len(await kept(house)) == 1


async def test_two_officers_at_once_do_not_pick_the_same(house: House, talk: Talk) -> None:
    """T19: one of them is told, and nothing is written for that one."""
    _, _, first = await two_difficulties(talk)
    second = await talk.somebody("Anh Hai", role="admin")
    await at_list(second)
    for one in (first, second):
        await one.says("1")
    for one in (first, second):
        await one.sends(kind="press", button=one.button("Ghi"))
    await house.settle()
    changed = [one for one in (first, second) if one.text("points.list_changed") in one.heard]
    assert len(changed) == 1
    assert await texts(house) == [FIVE]


async def test_numbers_mean_the_list_that_was_shown(house: House, talk: Talk) -> None:
    """N3: a report that came meanwhile does not shift what "1" means."""
    await reports(talk, "xom-06", difficulty=SIX)
    officer = await officer_of(talk)
    await at_list(officer)
    await reports(talk, "xom-05", difficulty=FIVE)
    await officer.says("1", "1")
    assert await texts(house) == [SIX]


async def test_picking_survives_a_restart(house: House, talk: Talk) -> None:
    _, _, officer = await two_difficulties(talk)
    await officer.says("1, 2")
    await officer.restart()
    await officer.says("1")
    assert await texts(house) == [f"{FIVE}. {SIX}"]


async def test_a_long_list_has_pages_and_numbers_that_run_on(house: House, talk: Talk) -> None:
    for number in range(5, 13):
        told = f"Nơi {number}: " + "thiếu máy " * 36
        await reports(talk, f"xom-{number:02}", difficulty=told)
    officer = await officer_of(talk)
    before = len(officer.heard)
    await at_list(officer)
    said = "\n".join(officer.heard[before:])
    assert "(1) Xóm 5" in said
    assert "(8)" not in said
    await officer.says("xem tiếp")
    assert "(8) Xóm 12" in officer.heard[-2]
    await officer.says("1, 8")
    assert "Xóm 5, Xóm 12" in officer.last
    await officer.says("1")
    assert len(await kept(house)) == 1


async def test_examples_say_whose_they_are(house: House, talk: Talk) -> None:
    """NV-1.3."""
    await reports(talk, "xom-05", model="Nhóm Zalo của xóm: ai hỏi cũng có người trả lời")
    officer = await officer_of(talk)
    await at_list(officer, "Mô hình, gương")
    await officer.says("1", "1")
    [point] = await kept(house)
    assert point.kind == "example"
    assert point.text == "Xóm 5: Nhóm Zalo của xóm: ai hỏi cũng có người trả lời"


# --- afterwards ----------------------------------------------------------------------------------


async def test_a_unit_that_corrects_its_words_is_shown_as_changed(house: House, talk: Talk) -> None:
    five, _, officer = await two_difficulties(talk)
    await officer.says("1", "1")
    await five.waits(hours=1)
    await five.says("/baocao")
    await five.presses("Sửa")
    await five.says("dòng 7", "Người cao tuổi mắt kém", SEND)
    await officer.says("tổng hợp khó khăn")
    await officer.presses("Khó khăn, vướng mắc", "Xem điểm đã chọn")
    assert "đơn vị đã sửa sau khi chọn" in officer.heard[-2]
    await officer.says("1")
    assert "Có đơn vị đã sửa sau khi chọn" in officer.last
    assert FIVE in officer.last
    await at_list(officer)
    assert "Người cao tuổi mắt kém" in officer.heard[-2]


async def test_a_corrected_figure_changes_no_words(house: House, talk: Talk) -> None:
    five, _, officer = await two_difficulties(talk)
    await officer.says("1", "1")
    await five.says("/baocao")
    await five.presses("Sửa")
    await five.says("dòng 2", "5", SEND)
    await officer.says("tổng hợp khó khăn")
    await officer.presses("Khó khăn, vướng mắc", "Xem điểm đã chọn")
    assert "đã sửa" not in officer.heard[-2]


async def test_a_point_is_edited_and_removed_and_stays_stored(house: House, talk: Talk) -> None:
    """A5, U18: nothing is deleted; the safe choice is the first."""
    _, _, officer = await two_difficulties(talk)
    await officer.says("1", "1", "tổng hợp khó khăn")
    await officer.presses("Khó khăn, vướng mắc", "Xem điểm đã chọn")
    await officer.says("1")
    await officer.presses("Sửa lời")
    await officer.says("Thiếu điện thoại", "1")
    assert await texts(house) == ["Thiếu điện thoại"]
    await officer.presses("Xem điểm đã chọn")
    await officer.says("1")
    await officer.presses("Bỏ điểm này")
    assert officer.labels == ["Giữ lại", "Bỏ"]
    await officer.says("2")
    assert await texts(house) == []
    assert "2 ý chưa chọn" in officer.last
    assert await house.rows(CollectedPoint.text) == ["Thiếu điện thoại"]
    assert await audited(house) == ["point.collected", "point.rewritten", "point.removed"]


async def test_what_somebody_else_wrote_meanwhile_is_not_written_over(
    house: House, talk: Talk
) -> None:
    """T19."""
    _, _, first = await two_difficulties(talk)
    await first.says("1", "1")
    second = await talk.somebody("Anh Hai", role="admin")
    for one, text in ((first, "Lời thứ nhất"), (second, "Lời thứ hai")):
        await one.says("tổng hợp khó khăn")
        await one.presses("Khó khăn, vướng mắc", "Xem điểm đã chọn")
        await one.says("1")
        await one.presses("Sửa lời")
        await one.says(text)
    for one in (first, second):
        await one.says("1")
    assert await texts(house) == ["Lời thứ nhất"]
    assert "vừa được người khác sửa" in "\n".join(second.heard[-2:])


# --- who may -------------------------------------------------------------------------------------


async def test_t12_others_do_not_know_of_it(talk: Talk) -> None:
    for role, unit in (("head", "xom-05"), ("helper", "xom-07"), ("leader", "")):
        one = await talk.somebody("Ai Đó", role=role, unit=unit)
        await one.says("tổng hợp khó khăn")
        assert "Mô hình, gương, sáng kiến" not in "\n".join(one.heard)


async def test_t41_a_right_that_ended_in_between_keeps_nothing(house: House, talk: Talk) -> None:
    _, _, officer = await two_difficulties(talk)
    await officer.says("1, 2")
    await ends(officer, "officer")
    await officer.says("1")
    assert await kept(house) == []


async def test_t13_an_officer_of_another_commune_sees_nothing_of_it(
    house: House, talk: Talk
) -> None:
    """Nobody merges what two communes told, and no draft leads into the other one."""
    await two_difficulties(talk)
    await second_commune(house)
    far = await officer_of(talk, "xa-khac")
    await far.says("tổng hợp khó khăn")
    assert "Khó khăn, vướng mắc: 0 ý chưa chọn" in far.last


async def test_t13_a_draft_of_a_commune_that_was_lost_does_nothing_in_another(
    house: House, talk: Talk
) -> None:
    _, _, officer = await two_difficulties(talk)
    await second_commune(house)
    await officer.holds("officer", "xa-khac")
    await officer.says("tổng hợp khó khăn")
    assert len(officer.labels) == 2
    await officer.presses("Giao Minh", "Khó khăn, vướng mắc", "Chọn ý")
    await officer.says("1, 2")
    await ends(officer, "officer", "xa-giao-minh")
    await officer.says("1")
    assert officer.text("points.denied") in officer.heard
    assert await kept(house) == []
    assert await kept(house, "xa-khac") == []


async def test_done_ends_a_list_and_back_never_keeps_twice(house: House, talk: Talk) -> None:
    _, _, officer = await two_difficulties(talk)
    await officer.says("1", "1", "quay lại", "xong")
    assert await texts(house) == [FIVE]
    assert "Khó khăn, vướng mắc, năm 2026" in officer.last


async def test_no_to_a_list_is_not_taken_for_the_list_of_who_cannot_be_reached(
    talk: Talk,
) -> None:
    """§3, N12: "không" (none of these) is answered "Mọi người giữ vai trò đều nhắn tới được"."""
    _, _, office = await two_difficulties(talk)
    before = len(office.heard)
    await office.says("không")
    assert not any("nhắn tới được" in said for said in office.heard[before:])


async def test_no_to_a_yes_or_no_question_of_the_office_is_heard_as_no(talk: Talk) -> None:
    """N13: "Làm văn bản trình UBND xã?" "không" is answered with who can be reached, not with no.

    Any officer, any yes/no step without `keeps_attention`: closing a form, taking a line out.
    """
    _, _, office = await two_difficulties(talk)
    await office.says("1")
    await office.presses("Ghi")
    await office.says("tổng hợp khó khăn")
    await office.presses("Trình UBND xã", "Làm văn bản trình")
    await office.says("1")
    assert "Làm văn bản trình UBND xã gồm" in office.last
    before = len(office.heard)
    await office.says("không")
    assert office.text("points.nothing_done") in office.heard[before:]
