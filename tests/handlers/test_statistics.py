"""/thongke: who sees which figures, for which time, and how they are said."""

from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from handlers.roles import service as role_service
from handlers.statistics import say_share, spans, unit_table, whole_modules
from storage import roles, units
from storage.statistics import Scope
from storage.tables import OutboxRow, Role
from tests.handlers.small_catalogue import a_catalogue, small_catalogue  # noqa: F401 - a fixture
from tests.storage.histories import LOCAL, a_finished_lesson, a_person, a_unit
from tests.talk import House, Talk

TODAY = date(2026, 11, 22)
LONG_AGO = datetime(2026, 3, 1, 5, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 5, 5, tzinfo=UTC)


async def learned(
    house: House,
    hamlet: str,
    *,
    learners: int = 1,
    at: datetime = NOVEMBER,
    has_consent: bool = True,
    lessons: tuple[str, ...] = ("dan5-1",),
) -> None:
    """`learners` new people of a hamlet ("" = unknown) finish lessons."""
    async with house.app.database.transaction() as tx:
        unit = await units.by_code(tx, hamlet, on=TODAY) if hamlet else None
        for _ in range(learners):
            person = await a_person(tx, has_consent=has_consent)
            for lesson in lessons:
                await a_finished_lesson(
                    tx, person, lesson, at=at, unit_id=unit.id if unit else None
                )


@pytest.fixture
async def officer(house: House) -> Talk:
    return await Talk(house, "u-officer", name="Cán bộ").holds("officer")


def said(talk: Talk) -> str:
    """Everything of the last answer."""
    return "\n".join(talk.heard[-5:])


async def test_an_officer_sees_all_together_then_every_hamlet(officer: Talk) -> None:
    await learned(officer.house, "xom-05", learners=12)
    await learned(officer.house, "xom-12", learners=2, at=LONG_AGO)
    await learned(officer.house, "xom-10")
    await officer.says("/thongke")
    total, lines, means, _ = officer.heard[-4:]  # the whole first: most open it for that
    assert total == (
        "DỮ LIỆU MẪU. Kết quả năm 2026, toàn xã:\n"
        "15 người học, 15 lượt học, 13 người đang hoạt động. "
        "0 người hoàn thành mô-đun, 0 người xong mức Cơ bản.\n"
        "Tỷ lệ: chưa có mẫu số (2 xóm chưa có số người lớn).\n"
        "Trả lời đúng 100,0% câu hỏi.\n"
        "Kỳ: từ 1/1/2026 đến hết 31/12/2026. Số liệu lúc 9:00, Chủ nhật 22/11/2026."
    )
    assert lines.startswith(
        "DỮ LIỆU MẪU. Kết quả năm 2026:\n"
        "Xóm 5: 12 người học (2,9% của 420 người lớn), 12 lượt học\n"
        "Xóm 10: 1 người học (chưa có mẫu số), 1 lượt học\n"
        "Xóm 12: 2 người học (0,5% của 379 người lớn), 2 lượt học\n"
        "Chưa có số liệu: Xóm 1, Xóm 2, Xóm 3 - xã cũ A, Xóm 3 - xã cũ B"
    )
    assert "Người học: người đã đồng ý lưu" in means
    assert all(len(text) <= 500 for text in officer.heard[-3:])


@pytest.mark.parametrize(
    "asked",
    ["thong ke xom 5 thang 11", "/thongke xom 5 thang 11", "/thongke tháng 11/2026, xóm 5 ạ"],
)
async def test_one_hamlet_in_one_month(officer: Talk, asked: str) -> None:
    await learned(officer.house, "xom-05", learners=3)
    await learned(officer.house, "xom-05", learners=2, at=LONG_AGO)
    await officer.says(asked)
    assert officer.heard[-3].startswith(
        "DỮ LIỆU MẪU. Kết quả tháng 11/2026, Xóm 5:\n3 người học, 3 lượt học"
    )
    assert "Tỷ lệ: 0,7% của 420 người lớn." in officer.heard[-3]


async def test_two_hamlets_of_one_number_are_asked(officer: Talk) -> None:
    await learned(officer.house, "xom-03b", learners=6)
    await officer.says("/thongke xom 3")
    assert officer.last.startswith("Có mấy nơi cùng tên.")
    await officer.presses("Xóm 3 - xã cũ B")
    assert "Xóm 3 - xã cũ B:\n6 người học" in officer.heard[-3]


async def test_which_is_lowest_comes_first(officer: Talk) -> None:
    await learned(officer.house, "xom-05", learners=12)
    await learned(officer.house, "xom-06", learners=1)
    await officer.says("/thongke", "xom nao thap nhat thang 11")
    *lines, as_much, _ = officer.heard[-3].splitlines()
    assert as_much == "Và 4 nơi nữa cũng như nơi cuối."
    assert lines[0].startswith("DỮ LIỆU MẪU. Tỷ lệ người học, tháng 11/2026.")
    assert len(lines) == 6
    assert all(line.endswith(": 0,0%") for line in lines[1:])
    assert "Xóm 8" not in officer.heard[-3]  # no denominator: no rate, no place
    await officer.says("2 xóm cao nhất tháng 11")
    assert officer.heard[-3].splitlines()[1:3] == ["Xóm 5: 2,9%", "Xóm 6: 0,3%"]


async def test_one_figure_has_its_own_definition(officer: Talk) -> None:
    await learned(officer.house, "xom-05", learners=12)
    await officer.says("/thongke bao nhiêu người học tháng 11 ở xóm 5")
    assert "Xóm 5: 12" in officer.heard[-3]
    assert officer.heard[-2].startswith("Người học: người đã đồng ý lưu")


async def test_a_trend_is_told_by_months(officer: Talk) -> None:
    await learned(officer.house, "xom-05", learners=3)
    await learned(officer.house, "xom-06", learners=2, at=LONG_AGO)
    await officer.says("/thongke theo tháng năm nay")
    assert "tháng 3/2026: 2 người học, 2 lượt học" in officer.heard[-3]
    assert "tháng 11/2026: 3 người học, 3 lượt học" in officer.heard[-3]
    assert "tháng 12/2026" not in officer.heard[-3]  # still ahead


async def test_picture_and_workbook_are_ordered_of_the_same_figures(officer: Talk) -> None:
    await learned(officer.house, "xom-05", learners=12)
    await officer.says("/thongke tháng 11")
    await officer.presses("Vẽ biểu đồ")
    await officer.presses("Xuất Excel")
    (chart, drawn), (sheet, body) = await officer.house.ordered()
    assert (chart, sheet) == ("hamlets_chart", "statistics_sheet")
    assert drawn["rows"][0] | {"value": 0} == {
        "name": "Xóm 5",
        "value": 0,
        "says": "2,9%",
        "detail": "12/420",
        "why": "",
    }
    [row] = [row["cells"] for row in body["table"]["rows"] if row["cells"][0] == "xom-05"]
    assert row[:3] == ["xom-05", "Xóm 5", 12]
    made = await officer.house.make_all()
    assert len(made) == 2


async def test_people_without_hamlet_are_a_line(officer: Talk) -> None:
    await learned(officer.house, "", learners=4)
    await officer.says("/thongke")
    assert "Chưa chọn xóm: 4 người học (không tính tỷ lệ), 4 lượt học" in said(officer)


async def test_who_does_not_agree_is_not_counted(officer: Talk) -> None:
    await learned(officer.house, "xom-05", learners=3, has_consent=False)
    await officer.says("/thongke xóm 5")
    assert "0 người học, 0 lượt học" in officer.heard[-3]
    assert "Trả lời đúng" not in officer.heard[-3]


async def test_what_is_not_understood_offers_the_four_commonest(officer: Talk) -> None:
    await learned(officer.house, "xom-05")
    await officer.says("/thongke con mèo")
    assert officer.last.startswith(officer.text("statistics.unclear"))
    assert [label.split(". ")[-1] for label in officer.labels] == [
        "Tháng này",
        "Năm nay",
        "Xóm nào cần giúp thêm",
        "Xuất Excel năm nay",
    ]
    await officer.says("1")
    assert "Kết quả tháng 11/2026, toàn xã:" in said(officer)
    await officer.presses("Kỳ khác hoặc nơi khác")
    await officer.says("xóm 99")
    assert officer.last.startswith(officer.text("statistics.unclear"))
    await officer.says("quý 4, xóm 5")
    assert "Kết quả quý 4/2026, Xóm 5:\n1 người học" in officer.heard[-3]


async def test_paging_survives_a_restart_and_back(officer: Talk) -> None:
    for number in range(1, 10):
        await learned(officer.house, f"xom-{number:02}" if number != 3 else "xom-03b")
    await officer.says("/thongke thang nay")
    first = officer.last
    await officer.presses("Xem tiếp")
    second = officer.heard[-3:]
    await officer.restart()
    await officer.says("quay lại")
    assert officer.last == first
    await officer.presses("Xem tiếp")
    assert officer.heard[-3:] == second


@pytest.mark.parametrize("role", ["head", "helper"])
async def test_a_head_sees_the_own_hamlet_only(house: House, role: str) -> None:
    await learned(house, "xom-05", learners=2)
    await learned(house, "xom-06", learners=7)
    head = await Talk(house, "u-head", name="Trưởng xóm").holds(role, "xom-05")
    await head.says("/thongke")
    assert head.heard[-3].startswith("DỮ LIỆU MẪU. Kết quả năm 2026, Xóm 5:\n2 người học")
    for asked in ("/thongke xóm 6", "/thongke xóm 99"):
        await head.says(asked)
        assert head.last.startswith(head.text("statistics.unclear"))
    assert not any("7 người học" in text for text in head.heard)


async def test_a_role_that_ended_ends_the_figures(house: House, officer: Talk) -> None:
    await officer.says("/thongke")
    async with house.app.database.transaction() as tx:
        await tx.execute(update(Role).values(until=house.clock.wall()))
    count = len(officer.heard)
    await officer.presses("Kỳ khác hoặc nơi khác")
    assert not any("Kết quả năm" in text for text in officer.heard[count:])


@pytest.mark.parametrize("role", ["", "reporter"])
async def test_for_all_others_it_does_not_exist(house: House, role: str) -> None:
    talk = Talk(house, "u-other", name="Bà Sáu")
    if role:
        await talk.holds(role, "xom-05")
    else:
        await talk.enrolled()
    await talk.says("/thongke")
    known = talk.heard[-2:]
    await talk.says("trang đầu")
    await talk.says("/khongco")
    assert known[0] == talk.heard[-2]
    assert not any("Kết quả năm" in text for text in talk.heard)


async def test_the_head_of_a_school_sees_its_sessions(house: House) -> None:
    head = await Talk(house, "u-school", name="Hiệu trưởng").holds("head", "th-a")
    await head.says("/ghi hôm qua có 40 người học VNeID", "1", "/thongke")
    assert "Trường Tiểu học A:" in head.heard[-3]
    assert "Sổ hoạt động: 1 buổi học trong 1 việc đã ghi, 40 lượt dự." in head.heard[-3]


async def test_the_same_figures_as_data(officer: Talk) -> None:
    await learned(officer.house, "xom-05", lessons=("dan5-1", "dan5-2", "dan5-3"))
    async with officer.app.database.reading() as tx:
        [commune] = await units.communes(tx, on=TODAY)
        table = await unit_table(
            tx,
            catalogue=a_catalogue(),
            scope=Scope(commune.id),
            period=spans.year(2026).period(LOCAL),
            now=NOVEMBER,
        )
    [row] = [row for row in table.rows if row.figures.learners]
    assert (row.code, row.figures.lessons) == ("xom-05", 3)


async def test_what_was_learned_by_chat_is_counted(officer: Talk) -> None:
    learner = Talk(officer.house, "u-learner")
    await learner.enrolled("xom-05")
    await learner.presses("Xem tiếp", "Xem tiếp", "Xem tiếp", "Đã làm xong")
    for _ in range(3):
        await learner.presses("Hỏi lại người quen")
    await officer.says("/thongke hôm nay xóm 5")
    assert officer.heard[-3].startswith(
        "DỮ LIỆU MẪU. Kết quả ngày 22/11/2026, Xóm 5:\n1 người học, 1 lượt học"
    )


async def test_an_officer_who_is_a_head_too_sees_the_figures_of_the_commune(house: House) -> None:
    """A1: one person may hold several roles; the wider one decides."""
    talk = await Talk(house, "u-both", name="Ông Năm").holds("head", "xom-05")
    await talk.holds("officer")
    await talk.says("/thongke")
    assert "Kết quả năm 2026, toàn xã" in said(talk)


async def test_a1_a_helper_in_two_communes_sees_the_figures_of_both(house: House) -> None:
    """A1, T13."""
    head = await Talk(house, "u-head", name="Ông Năm").holds("head", "xom-05")
    day = date(2026, 1, 1)
    other = [a_unit("xa-khac", parent="", kind="ubnd_xa"), a_unit("xom-99", parent="xa-khac")]
    actor = await head.actor()
    async with house.app.database.transaction() as tx:
        await units.import_all(tx, other, on=day)
        hamlet = await units.by_code(tx, "xom-99", on=day)
        assert hamlet is not None
        await roles.grant(
            tx, person_id=actor.person_id, role="helper", unit_id=hamlet.id,
            granted_by=None, invite_id=None, now=house.clock.wall(),
        )  # fmt: skip
    await head.says(f"/thongke {hamlet.name}")
    assert f"Kết quả năm 2026, {hamlet.name}:" in said(head)
    await head.says("/thongke")
    assert head.last.startswith(head.text("statistics.which_commune"))
    await head.presses(other[0].name)
    assert f"Kết quả năm 2026, {hamlet.name}:" in said(head)
    await head.says("/thongke xóm 5")
    assert "Kết quả năm 2026, Xóm 5" in said(head)


async def test_t14_a_workbook_that_waits_dies_with_the_role(house: House) -> None:
    """T14: queued private messages die at once; the figures of the commune are one."""
    officer = await Talk(house, "u-officer", name="Cán bộ").holds("officer")
    await officer.says("/thongke")
    await officer.presses("Excel")
    await house.settle()
    assert await house.app.workshop.look() == 1  # made, and not sent yet: the channel is slow
    waiting = (OutboxRow.state == "queued") & (OutboxRow.key.like("work:%"))
    assert len(await house.rows(OutboxRow.id, where=waiting)) == 1
    actor = await officer.actor()
    async with house.app.database.transaction() as tx:
        [held] = await roles.holders_of(tx, actor.canonical_id)
        await role_service.end(tx, held, by=None, acting="", now=house.clock.wall())
    assert await house.rows(OutboxRow.id, where=waiting) == []


async def test_t37_the_same_workbook_ordered_twice_at_once_comes_once(house: House) -> None:
    """T37: an impatient finger orders what is being made already."""
    officer = await Talk(house, "u-officer", name="Cán bộ").holds("officer")
    await officer.says("/thongke")
    for _ in range(3):
        await officer.presses("Excel")
        house.clock.passes(seconds=5)
    assert len(await house.ordered()) == 1
    await house.make_all()
    await officer.presses("Excel")
    assert len(await house.ordered()) == 1  # what has come may be ordered anew


# --- pure ----------------------------------------------------------------------------------------


def test_a_year_of_local_days() -> None:
    year = spans.year(2026).period(ZoneInfo("Asia/Ho_Chi_Minh"))
    assert year.start == datetime(2025, 12, 31, 17, tzinfo=UTC)
    assert year.end == datetime(2026, 12, 31, 17, tzinfo=UTC)
    assert spans.month(12, 2026).last == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (Fraction(1200, 420), "2,9%"),
        (Fraction(0), "0,0%"),
        (Fraction(100), "100,0%"),
        (Fraction(1, 20), "0,1%"),
        (Fraction(123_450, 100), "1.234,5%"),
    ],
)
def test_percent_in_vietnamese(share: Fraction, said: str) -> None:
    assert say_share(share) == said


def test_only_modules_that_are_all_written_can_be_completed() -> None:
    assert set(whole_modules(a_catalogue())) == {"dan5", "dan6", "can1", "basic"}
    assert set(whole_modules(a_catalogue(a_catalogue().lessons[1:]))) == {"dan6", "can1"}
