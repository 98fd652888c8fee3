"""An officer sets deadlines in one sentence, sees them, changes and ends them (design §5)."""

from datetime import date

import pytest

from handlers.reporting import periods
from storage import reports, roles, units
from storage.tables import AuditRow, Deadline, DeadlineUnit, Role, Unit
from tests.handlers.chasing import an_officer, answers, asks, elsewhere
from tests.handlers.deadlines import acts, ends, sets, standing
from tests.handlers.test_reporting import head
from tests.talk import House, Talk

_SO_KET = "han nop so ket 20/6/2027, nhac 30-14-7-3-1"
_LIST = "hạn nộp danh sách hội viên 20/3/2027 cho các xóm, nhắc 7-3-1"


@pytest.fixture
async def officer(talk: Talk) -> Talk:
    return await an_officer(talk)


# --- one sentence --------------------------------------------------------------------------------


async def test_one_sentence_is_read_back_and_set(house: House, officer: Talk) -> None:
    """What, the last day in words, who is asked and how many, on which days; then it stands."""
    said = await asks(officer, _SO_KET)
    assert "Báo cáo sơ kết 2025 - 2027" in said
    assert "hết Chủ nhật 20/6/2027 (trước ngày 21/6/2027)" in said
    assert "Hôm đó là ngày nghỉ" in said
    assert "25 nơi bắt buộc, 8 nơi được đề nghị" in said
    assert "21/5, 6/6, 13/6, 17/6, 19/6." in said
    assert await standing(house) == []
    await officer.presses("Đặt hạn này")
    assert await standing(house) == [
        ("report", "so_ket_2027", date(2027, 6, 20), [30, 14, 7, 3, 1])
    ]
    assert await acts(house) == ["deadline.set"]


async def test_before_a_day_ends_with_the_day_before(house: House, officer: Talk) -> None:
    """R19: "trước ngày 20/6" is on time until 19/6; "hạn 20/6" until 20/6."""
    assert "hết thứ Bảy 19/6/2027" in await sets(officer, "so ket truoc ngay 20/6/2027, nhac 7-3-1")
    assert [due for _, _, due, _ in await standing(house)] == [date(2027, 6, 19)]
    assert "hết Chủ nhật 20/6/2027" in await sets(officer, "hạn sơ kết 20/6/2027")


@pytest.mark.parametrize(
    "sentence",
    ["hạn nộp sơ kết 20/6/2026", "hạn nộp sơ kết 20/6/2028"],
)
async def test_a_day_that_cannot_be_is_asked(house: House, officer: Talk, sentence: str) -> None:
    said = await asks(officer, sentence)
    assert "Ngày vừa nhắn đã qua, không có, hoặc ngoài kỳ này" in said
    assert "hết Chủ nhật 20/6/2027" in await asks(officer, "20/6")
    assert await standing(house) == []


async def test_a_year_that_is_not_told_near_the_turn_of_the_year_is_asked(officer: Talk) -> None:
    said = await asks(officer, "hạn nộp danh sách hội viên 20/3 cho các xóm, nhắc 7-3-1")
    assert "là ngày nào" in said
    assert officer.labels == ["Hết thứ Bảy 20/3/2027"]
    assert "13/3, 17/3, 19/3" in await answers(officer, "20/3/2027")


async def test_what_may_be_two_things_is_asked(house: House, officer: Talk) -> None:
    said = await asks(officer, "hạn báo cáo năm 2026 của các xóm là 10/12")
    assert "của việc nào" in said
    await officer.presses("Việc khác: báo cáo năm 2026")
    assert "các xóm (13 nơi)" in officer.last
    await officer.presses("Đặt hạn này")
    assert await standing(house) == [("own", "báo cáo năm 2026", date(2026, 12, 10), [])]


async def test_everything_that_is_missing_is_asked_one_by_one(house: House, officer: Talk) -> None:
    await officer.says("các hạn đang đặt")
    await officer.presses("Đặt hạn mới")
    await officer.says("hạn nộp 20/12/2026, nhắc hằng ngày")
    assert "cần nộp gì" in officer.last
    await officer.says("danh sách hộ nghèo")
    assert "những nơi nào" in officer.last
    await officer.says("xóm 3, xóm 5")
    assert "là nơi nào" in officer.last
    await officer.presses("Xóm 3 - xã cũ A")
    assert "Nhắc trước hạn mấy ngày" in officer.last
    await officer.says("7-3-1")
    assert "2 nơi: Xóm 3 - xã cũ A, Xóm 5" in officer.last
    await officer.presses("Đặt hạn này")
    assert await standing(house) == [("own", "danh sách hộ nghèo", date(2026, 12, 20), [7, 3, 1])]
    named = await house.rows(Unit.code, where=Unit.id == DeadlineUnit.unit_id)
    assert sorted(named) == ["xom-03", "xom-05"]


async def test_a_title_that_is_a_report_means_that_report(officer: Talk) -> None:
    await officer.says("hạn nộp 20/12/2026 cho các xóm", "báo cáo năm 2026")
    assert "của việc nào" in officer.last
    assert "Báo cáo năm 2026" in officer.labels


@pytest.mark.parametrize("word", ["Đổi ngày", "Đổi lịch nhắc"])
async def test_before_it_is_set_a_part_can_be_told_anew(
    house: House, officer: Talk, word: str
) -> None:
    await officer.says(_SO_KET)
    await officer.presses(word)
    await officer.says("14-7" if "lịch" in word else "trước 25/6/2027")
    await officer.presses("Đặt hạn này")
    [(_, _, due, rungs)] = await standing(house)
    changed = (
        (date(2027, 6, 20), [14, 7]) if "lịch" in word else (date(2027, 6, 24), [30, 14, 7, 3, 1])
    )
    assert (due, rungs) == changed


async def test_nothing_is_set_when_it_is_dropped(house: House, officer: Talk) -> None:
    await officer.says(_SO_KET)
    assert "chưa đặt gì" in await answers(officer, "Thôi")
    assert await standing(house) == []


async def test_what_is_no_answer_is_asked_again_with_an_example(officer: Talk) -> None:
    """U5: every question that reads words."""
    await officer.says("các hạn đang đặt")
    await officer.presses("Đặt hạn mới")
    assert "ví dụ:" in await asks(officer, "lalala")
    await officer.says("hạn nộp 20/12/2026")
    assert "ví dụ:" in await asks(officer, "a")
    await officer.says("danh sách hộ nghèo")
    assert "ví dụ:" in await asks(officer, "thôn Đông")
    await officer.presses("Các xóm")
    await officer.presses("Đổi ngày")
    assert "Xin nhắn cả năm" in await asks(officer, "hôm nào đó")
    await officer.says("20/12/2026")
    await officer.presses("Đổi lịch nhắc")
    assert "ví dụ:" in await asks(officer, "hằng ngày")


# --- who may, and what belongs to others ---------------------------------------------------------


async def test_a_head_of_a_hamlet_sets_nothing(house: House, talk: Talk) -> None:
    """T12: to whom it is not offered it is not there."""
    five = await head(talk)
    said = await asks(five, _SO_KET)
    assert "Đặt" not in said
    assert await standing(house) == []


async def test_a_role_that_ended_before_the_press_sets_nothing(house: House, officer: Talk) -> None:
    """A3, T41."""
    await officer.says(_SO_KET)
    actor = await officer.actor()
    [number] = await house.rows(Role.id, where=Role.person_id == actor.person_id)
    async with house.app.database.transaction() as tx:
        await roles.end(tx, number, now=house.clock.wall(), by=None)
    await officer.presses("Đặt hạn này")
    assert await standing(house) == []


async def test_the_deadlines_of_another_commune_are_not_there(house: House, officer: Talk) -> None:
    """T13."""
    await elsewhere(house)
    await sets(officer, _LIST)
    other = await officer.somebody("Cán bộ xã Khác", role="officer", unit="xa-khac")
    said = await asks(other, "các hạn đang đặt")
    assert "hội viên" not in said
    await other.says("trang đầu")
    assert "13 nơi" not in await asks(other, _LIST.replace("3-1", "3-2"))


@pytest.mark.parametrize(
    "sentence",
    ["gia hạn xóm 5 đến 20/12", "hạn hán từ 1/6 đến 20/6, xóm 5 thiếu nước", "ai chưa nộp"],
)
async def test_the_sentences_of_others_are_left_to_them(
    house: House, officer: Talk, sentence: str
) -> None:
    said = await asks(officer, sentence)
    assert "Đặt hạn này" not in officer.labels
    assert "Các hạn" not in said


async def test_an_open_question_of_another_flow_keeps_its_answer(officer: Talk) -> None:
    """A quick form's question may speak of a day."""
    await officer.says("/phieu", "Phiếu thử")
    await officer.says("Hạn nộp danh sách 20/12/2026 có kịp không?")
    assert "Đặt hạn này" not in officer.labels


# --- what stands ---------------------------------------------------------------------------------


async def test_it_is_listed_and_looked_at(officer: Talk) -> None:
    await sets(officer, _LIST)
    said = await asks(officer, "trang đầu", "các hạn đang đặt")
    assert "- Báo cáo năm 2026: hết thứ Hai 14/12/2026, theo lệ thường." in said
    assert "- Danh sách hội viên: hết thứ Bảy 20/3/2027." in said
    shown = await answers(officer, "Danh sách hội viên")
    assert "Đã xong 0/13 nơi" in shown
    assert "Xóm 3 - xã cũ A" in shown


async def test_the_list_is_where_the_plan_of_reminders_leads(officer: Talk) -> None:
    await sets(officer, _LIST)
    await officer.says("/nhac")
    assert "Các hạn sắp tới" in await answers(officer, "Đổi hạn")
    assert "Danh sách hội viên" in officer.labels


async def test_a_long_list_has_pages(officer: Talk) -> None:
    """U3: never above nine choices."""
    for number in range(7):
        await sets(officer, f"hạn nộp việc số {number + 1} cho các xóm: {number + 1}/12/2026")
    await officer.says("trang đầu", "các hạn đang đặt")
    assert len(officer.labels) <= 9
    await officer.presses("Xem thêm")
    assert "Việc số 7" in officer.labels


async def test_one_that_stands_gets_another_day(house: House, officer: Talk) -> None:
    await sets(officer, _LIST)
    await officer.says("trang đầu", "các hạn đang đặt")
    await officer.presses("Danh sách hội viên", "Đổi ngày")
    await officer.says("25/3/2027")
    assert "Đang là: hết thứ Bảy 20/3/2027" in officer.last
    assert "các xóm (13 nơi)" in officer.last
    await officer.presses("Đặt hạn này")
    assert await standing(house) == [("own", "danh sách hội viên", date(2027, 3, 25), [7, 3, 1])]
    assert await acts(house) == ["deadline.set", "deadline.changed"]


async def test_named_units_stay_named_when_the_day_changes(house: House, officer: Talk) -> None:
    await sets(officer, "hạn nộp danh sách cho xóm 5, xóm 6: 20/3/2027")
    await officer.says("trang đầu", "các hạn đang đặt")
    await officer.presses("Danh sách", "Đổi lịch nhắc")
    await officer.says("7-3")
    assert "Đang là" in officer.last
    await officer.presses("Đặt hạn này")
    assert len(await house.rows(DeadlineUnit.unit_id)) == 2


async def test_the_usual_day_of_a_report_is_changed_from_the_list(
    house: House, officer: Talk
) -> None:
    await officer.says("các hạn đang đặt")
    await officer.presses("Báo cáo năm 2026")
    await officer.says("10/12")
    assert "Đang là: hết thứ Hai 14/12/2026" in officer.last
    await officer.presses("Đặt hạn này")
    assert await standing(house) == [("report", "2026", date(2026, 12, 10), [])]


async def test_a_colleague_who_was_first_is_not_written_over(house: House, officer: Talk) -> None:
    """T19: shown what stands now, nothing written."""
    other = await an_officer(officer, "Anh Bảo")
    await officer.says("hạn báo cáo năm 2026 là 10/12")
    await sets(other, "hạn báo cáo năm 2026 là 11/12")
    said = await answers(officer, "Đặt hạn này")
    assert "Vừa có người khác đổi hạn này" in said
    assert "Đang là: hết thứ Sáu 11/12/2026" in said
    assert [due for _, _, due, _ in await standing(house)] == [date(2026, 12, 11)]
    await officer.presses("Đặt hạn này")
    assert [due for _, _, due, _ in await standing(house)] == [date(2026, 12, 10)]


async def test_ended_for_a_reason_that_is_kept(house: House, officer: Talk) -> None:
    await sets(officer, _LIST)
    assert "Đã thôi hạn" in await ends(officer, "Danh sách hội viên")
    assert await standing(house) == []
    kept = await house.rows(AuditRow.after, where=AuditRow.action == "deadline.ended")
    assert kept == [{"reason": "Tỉnh đã lùi việc này"}]
    [(by, at)] = await house.rows(Deadline.ended_by, Deadline.ended_at)
    assert by is not None
    assert at is not None


async def test_a_frozen_period_keeps_its_day(house: House, officer: Talk) -> None:
    await officer.says("hạn báo cáo năm 2026 là 10/12")
    actor = await officer.actor()
    async with house.app.database.transaction() as tx:
        [commune, *_] = await units.communes(tx, on=house.clock.wall().date())
        by = actor.person_id
        await reports.freeze(tx, commune.id, "2026", by=by, now=house.clock.wall())
    assert "đã chốt" in await answers(officer, "Đặt hạn này")
    assert await standing(house) == []


async def test_the_office_marks_a_unit_done(house: House, officer: Talk) -> None:
    await sets(officer, _LIST)
    await officer.says("trang đầu", "các hạn đang đặt")
    await officer.presses("Danh sách hội viên", "Ghi nơi đã xong")
    await officer.says("xóm 9")
    assert "Đã xong 1/13 nơi" in officer.last
    assert await acts(house) == ["deadline.set", "deadline.done"]


# --- one place: whatever asks for the day of a period --------------------------------------------


async def settings(house: House) -> dict[str, object]:
    async with house.app.database.reading() as tx:
        return await units.settings_of(tx, None)


async def test_a_day_of_one_year_leaves_the_other_years_alone(house: House, officer: Talk) -> None:
    await sets(officer, "hạn báo cáo năm 2026 là 10/12")
    found = await settings(house)
    assert periods.annual(2026, found).due == date(2026, 12, 10)
    assert periods.annual(2025, found).due == date(2025, 12, 14)
    assert periods.annual(2027, found).due == date(2027, 12, 14)
    await ends(officer, "Báo cáo năm 2026")
    assert periods.annual(2026, await settings(house)).due == date(2026, 12, 14)


async def test_a_report_over_several_years_is_there_once_it_has_a_day(
    house: House, officer: Talk
) -> None:
    assert periods.by_key("so_ket_2027", await settings(house)) is None
    await sets(officer, _SO_KET)
    found = periods.by_key("so_ket_2027", await settings(house))
    assert found is not None
    assert found.due == date(2027, 6, 20)
    await sets(officer, "hạn tổng kết 14/10/2030")
    last = periods.by_key("tong_ket_2030", await settings(house))
    assert last is not None
    assert last.due == date(2030, 10, 14)


async def test_whoever_asks_hears_the_same_day(house: House, officer: Talk) -> None:
    """Periods, the list of who owes, and what units read agree."""
    five = await officer.somebody("Trưởng Năm", role="head", unit="xom-05")
    await sets(officer, "hạn báo cáo năm 2026 là 10/12")
    assert "trước ngày 11/12 (hết thứ Năm 10/12)" in await asks(officer, "trang đầu", "/chuabaocao")
    said = "\n".join(await five.asks("/baocao"))
    assert "10/12" in said or "11/12" in said
