"""The officer's registers as conversations (issue 7): plan.md NV-1.1, NV-1.2, §4, GP-5, NV-3.1."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from storage.tables import AuditRow, RegisterEntry, Role, Unit
from tests.talk import House, Talk

PLAN = "xom 5 ban hanh ke hoach so 03/KH-X5 ngay 12/7/2026"
VISIT = "kiem tra truong thcs a hom qua: chua mo lop, hen 20/12 xem lai"
TODAY = date(2026, 11, 22)


@pytest.fixture
async def officer(house: House) -> Talk:
    return await Talk(house, "u-officer", name="Cán bộ").holds("officer")


async def lines(house: House, *columns: Any) -> list[Any]:
    """What stands, oldest first."""
    wanted = columns or (RegisterEntry.register, RegisterEntry.number, RegisterEntry.held_on)
    stands = RegisterEntry.removed_at.is_(None)
    rows = await house.rows(RegisterEntry.id, *wanted, where=stands)
    return [row[1:] if len(wanted) > 1 else row[1] for row in sorted(rows, key=lambda r: r[0])]


async def code_of(house: House, unit_id: int) -> str:
    [code] = await house.rows(Unit.code, where=Unit.id == unit_id)
    return str(code)


async def acts(house: House) -> list[str]:
    found = await house.rows(AuditRow.action, where=AuditRow.action.startswith("register."))
    return sorted(map(str, found))


# --- one sentence --------------------------------------------------------------------------------


async def test_one_sentence_writes_a_plan(officer: Talk) -> None:
    await officer.says("sổ theo dõi", PLAN)
    assert (
        "Kế hoạch thi đua\nNơi: Xóm 5\nSố, ký hiệu: 03/KH-X5\n"
        "Ngày: Chủ nhật 12/7/2026\nGhi như vậy?"
    ) in officer.last
    assert await lines(officer.house) == []
    await officer.says("1")
    assert await lines(officer.house) == [("plan", "03/KH-X5", date(2026, 7, 12))]
    assert await lines(officer.house, RegisterEntry.year) == [2026]
    [unit] = await lines(officer.house, RegisterEntry.unit_id)
    assert await code_of(officer.house, unit) == "xom-05"
    assert await acts(officer.house) == ["register.written"]
    assert officer.text("registers.written") in officer.heard


async def test_the_words_of_a_book_may_begin_the_sentence(officer: Talk) -> None:
    await officer.says(f"sổ kế hoạch {PLAN}", "1")
    assert await lines(officer.house) == [("plan", "03/KH-X5", date(2026, 7, 12))]


async def test_a_visit_is_due_done_and_open_again(officer: Talk) -> None:
    """GP-5: visit, finding, the day to look again."""
    await officer.says("sổ kiểm tra", VISIT)
    assert "Kết quả: chua mo lop\nHẹn xem lại: Chủ nhật 20/12/2026" in officer.last
    await officer.says("1")
    await officer.says("sổ theo dõi")
    assert "Việc đã đến ngày xem lại" not in "\n".join(officer.heard)
    await officer.waits(days=28)
    await officer.says("sổ theo dõi")
    assert "Trường THCS A, 21/11/2026: chua mo lop, hẹn 20/12/2026" in officer.heard[-2]
    await officer.presses("Việc cần xem lại (1)", "Trường THCS A", "Đã xem lại xong")
    assert "Đã xem lại: 20/12/2026" in officer.last
    [done] = await lines(officer.house, RegisterEntry.done_at)
    assert done is not None
    await officer.presses("Chưa xong")
    assert await lines(officer.house, RegisterEntry.done_at) == [None]
    assert await acts(officer.house) == [
        "register.done",
        "register.open_again",
        "register.written",
    ]


async def test_minutes_of_several_broadcasts_are_asked(officer: Talk) -> None:
    await officer.says("sổ tuyên truyền", "phat thanh 3 buoi 45 phut ngay 5/11")
    assert officer.labels == [
        "Cả 3 buổi là 45 phút",
        "Mỗi buổi 45 phút, cả 3 buổi là 135 phút",
        "Nhập lại",
    ]
    await officer.says("2", "1")
    rows = await lines(officer.house, RegisterEntry.amount, RegisterEntry.minutes)
    assert rows == [(3, 135)]
    await officer.says("trang đầu", "sổ tuyên truyền")
    assert "Phát thanh 3 buổi, 135 phút." in officer.heard[-2]


async def test_an_award_of_a_school(officer: Talk) -> None:
    await officer.says(
        "sổ khen thưởng", "truong mam non a tang giay khen 5 nguoi, QD 12/QD-MNA 20/11", "1"
    )
    columns = (RegisterEntry.number, RegisterEntry.what, RegisterEntry.amount)
    assert await lines(officer.house, *columns) == [("12/QĐ-MNA", "certificate", 5)]
    await officer.says("sổ khen thưởng")
    assert "Có 1 đợt khen, 5 lượt tập thể, cá nhân." in officer.heard[-2]
    assert "Trường Mầm non A: Giấy khen, 5 lượt, 12/QĐ-MNA, 20/11/2026" in officer.last


async def test_n12_two_hamlets_of_one_number_are_asked(officer: Talk) -> None:
    await officer.says("sổ kế hoạch", "Xóm 3 ban hành kế hoạch số 02/KH ngày 15/7/2026")
    assert officer.labels[:2] == ["Xóm 3 - xã cũ A", "Xóm 3 - xã cũ B"]
    await officer.says("2", "1")
    [unit] = await lines(officer.house, RegisterEntry.unit_id)
    assert await code_of(officer.house, unit) == "xom-03b"


async def test_what_is_missing_is_asked_one_by_one(officer: Talk) -> None:
    await officer.says("sổ theo dõi", "1", "1", "xóm 6 có kế hoạch rồi")
    assert "số, ký hiệu là gì" in officer.last
    await officer.says("05/KH-X6")
    assert "ngày nào" in officer.last
    await officer.says("con mèo", "20/12/2026")
    assert "Ngày này chưa tới" in "\n".join(officer.heard)
    await officer.says("15/7", "1")
    assert await lines(officer.house) == [("plan", "05/KH-X6", date(2026, 7, 15))]


async def test_one_answer_may_tell_more_than_was_asked(officer: Talk) -> None:
    await officer.says("sổ kế hoạch", "kế hoạch xóm 6", "số 05/KH-X6 ngày 15/7/2026", "1")
    assert await lines(officer.house) == [("plan", "05/KH-X6", date(2026, 7, 15))]


async def test_two_things_in_one_sentence_are_asked(officer: Talk) -> None:
    await officer.says("sổ tuyên truyền", "phát thanh 2 buổi và đăng 3 tin bài ngày 16/11")
    assert officer.labels == ["Phát thanh", "Tin bài"]
    await officer.says("2", "1")
    rows = await lines(officer.house, RegisterEntry.register, RegisterEntry.amount)
    assert rows == [("article", 3)]


async def test_any_step_takes_another_sentence(officer: Talk) -> None:
    """Nothing typed is lost on somebody who goes on to the next line."""
    await officer.says("sổ kế hoạch", "kế hoạch xóm 6", VISIT)
    assert "Nơi: Trường THCS A" in officer.last
    await officer.says(PLAN)
    assert "Nơi: Xóm 5" in officer.last
    await officer.says("1", "3 tin bài 11/11/2026", "1")
    assert [row[0] for row in await lines(officer.house)] == ["plan", "article"]


async def test_outside_the_flow_nothing_is_claimed(officer: Talk) -> None:
    await officer.says(PLAN)
    assert "Ghi như vậy?" not in officer.last
    await officer.says(VISIT)
    assert await lines(officer.house) == []


async def test_it_goes_on_after_a_restart(officer: Talk) -> None:
    await officer.says("sổ kế hoạch", "kế hoạch xóm 6")
    await officer.restart()
    await officer.says("không có")
    await officer.restart()
    await officer.says("15/7/2026")
    await officer.restart()
    await officer.says("1")
    assert await lines(officer.house) == [("plan", "", date(2026, 7, 15))]


# --- changing a line -----------------------------------------------------------------------------


async def test_a_line_is_corrected_and_the_old_one_kept(officer: Talk) -> None:
    """A6: nothing is written over."""
    await officer.says("sổ kế hoạch", PLAN, "1")
    await officer.presses("Sửa dòng này", "Sửa", "Số, ký hiệu")
    await officer.says("04/KH-X5", "1")
    assert await lines(officer.house) == [("plan", "04/KH-X5", date(2026, 7, 12))]
    assert len(await officer.house.rows(RegisterEntry.id)) == 2
    assert await acts(officer.house) == ["register.corrected", "register.written"]


async def test_u18_taking_out_is_confirmed_and_kept_as_removed(officer: Talk) -> None:
    await officer.says("sổ kế hoạch", PLAN, "1")
    await officer.presses("Bỏ dòng này")
    assert officer.labels == ["Giữ lại", "Bỏ khỏi sổ"]
    await officer.says("bo")  # a slip never takes anything out (N12)
    assert len(await lines(officer.house)) == 1
    await officer.says("1")
    assert len(await lines(officer.house)) == 1
    await officer.presses("Bỏ dòng này", "Bỏ khỏi sổ")
    assert await lines(officer.house) == []
    [removed] = await officer.house.rows(RegisterEntry.removed_at)
    assert removed is not None
    assert await acts(officer.house) == ["register.removed", "register.written"]


async def test_t42_the_very_same_line_is_not_written_twice(officer: Talk) -> None:
    await officer.says("sổ kế hoạch", PLAN, "1", PLAN)
    assert "Sổ đã có dòng gần giống: Xóm 5: kế hoạch 03/KH-X5, 12/7/2026." in officer.heard[-2]
    await officer.says("1")
    assert officer.text("registers.twice") in officer.heard
    assert len(await lines(officer.house)) == 1


async def test_t19_a_colleague_was_first(officer: Talk) -> None:
    other = await officer.somebody("Cán bộ Hai", role="officer")
    await officer.says("sổ kế hoạch", PLAN, "1")
    await officer.presses("Bỏ dòng này")
    await other.says("sổ kế hoạch")
    await other.presses("Mở một dòng", "Xóm 5", "Bỏ dòng này", "Bỏ khỏi sổ")
    await officer.presses("Bỏ khỏi sổ")
    assert officer.text("registers.gone") in officer.heard
    assert (await acts(officer.house)).count("register.removed") == 1


async def test_a_pressed_button_twice_is_one_line(officer: Talk) -> None:
    """T05."""
    await officer.says("sổ kế hoạch", PLAN)
    button = officer.button("Ghi vào sổ")
    await officer.sends(kind="press", button=button)
    await officer.sends(kind="press", button=button)
    await officer.house.settle()
    assert len(await lines(officer.house)) == 1


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["", "helper", "reporter", "head", "leader"])
async def test_t12_others_do_not_know_of_it(house: House, role: str) -> None:
    unit = "" if role == "leader" else "xom-05"
    talk = Talk(house, "u-other", name="Người khác")
    await (talk.holds(role, unit) if role else talk.enrolled())
    for said in ("sổ theo dõi", "sổ kế hoạch", "sổ kiểm tra", PLAN, "1"):
        await talk.says(said)
        assert "Sổ theo dõi năm" not in "\n".join(talk.heard)
        assert "Ghi như vậy?" not in talk.last
    assert await lines(house) == []


@pytest.mark.parametrize("said", ["1", "2", "3", PLAN, "sổ theo dõi"])
async def test_a3_a_right_that_ended_writes_nothing(officer: Talk, said: str) -> None:
    await officer.says("sổ kế hoạch", PLAN)
    async with officer.app.database.transaction() as tx:
        await tx.execute(update(Role).values(until=officer.house.clock.wall()))
    await officer.says(said, "1")
    assert await lines(officer.house) == []


async def test_a3_a_right_that_ended_takes_nothing_out(officer: Talk) -> None:
    await officer.says("sổ kế hoạch", PLAN, "1")
    await officer.presses("Bỏ dòng này")
    async with officer.app.database.transaction() as tx:
        await tx.execute(update(Role).values(until=officer.house.clock.wall()))
    await officer.says("2")
    assert len(await lines(officer.house)) == 1


async def test_an_admin_has_the_desk_too(house: House) -> None:
    admin = await Talk(house, "u-admin", name="Quản trị").holds("admin")
    await admin.says("sổ kế hoạch", PLAN, "1")
    assert await house.rows(AuditRow.role, where=AuditRow.action == "register.written") == ["admin"]
