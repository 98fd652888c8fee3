"""/thongke: who sees which figures, for which time, and how they are said."""

from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from handlers.statistics import hamlet_table, periods, say_share, whole_modules
from storage import units
from storage.tables import Role
from tests.handlers.small_catalogue import a_catalogue, small_catalogue  # noqa: F401 - a fixture
from tests.storage.histories import LOCAL, a_finished_lesson, a_person
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


async def test_an_officer_sees_every_hamlet_in_pages(officer: Talk) -> None:
    await learned(officer.house, "xom-05", learners=12)
    await learned(officer.house, "xom-12", learners=2, at=LONG_AGO)
    await learned(officer.house, "xom-10")
    await officer.says("/thongke")
    total, first = officer.heard[-2:]  # the whole first: most people open it for that
    assert first.startswith("DỮ LIỆU MẪU. Kết quả học năm 2026:\nXóm 1: chưa có người học\n")
    assert "Xóm 3 - xã cũ A: chưa có người học" in first
    await officer.presses("Xem tiếp")
    assert (
        "Xóm 5: 12 người học, 12 lượt, 0 xong mô-đun, đúng 100,0%, 2,9% của 420 người lớn"
        in first + officer.last
    )
    assert "Xóm 10: 1 người học, 1 lượt, 0 xong mô-đun, đúng 100,0%, chưa có mẫu số" in officer.last
    await officer.presses("Xem tiếp")
    page, notes = officer.heard[-2:]
    assert "Xóm 12: 2 người học" in page
    assert total == (
        "DỮ LIỆU MẪU. Kết quả học năm 2026, toàn xã:\n"
        "15 người học, 15 lượt học, 0 người hoàn thành mô-đun. Trả lời đúng 100,0% câu hỏi. "
        "Tỷ lệ: chưa có mẫu số (2 xóm chưa có số người lớn)."
    )
    assert notes.startswith(officer.text("statistics.definitions"))
    assert "Kỳ: từ 1/1/2026 đến hết 31/12/2026. Số liệu lúc 9:00, Chủ nhật 22/11/2026." in notes
    assert all(len(text) <= 500 for text in officer.heard[-5:])


@pytest.mark.parametrize(
    "said",
    ["thong ke xom 5 thang 11", "/thongke xom 5 thang 11", "/thongke tháng 11/2026, xóm 5 ạ"],
)
async def test_one_hamlet_in_one_month(officer: Talk, said: str) -> None:
    await learned(officer.house, "xom-05", learners=3)
    await learned(officer.house, "xom-05", learners=2, at=LONG_AGO)
    await officer.says(said)
    assert officer.heard[-2] == (
        "DỮ LIỆU MẪU. Kết quả học tháng 11/2026, Xóm 5:\n"
        "3 người học, 3 lượt học, 0 người hoàn thành mô-đun. Trả lời đúng 100,0% câu hỏi. "
        "Tỷ lệ: 0,7% của 420 người lớn."
    )


async def test_two_hamlets_of_one_number_are_both_shown(officer: Talk) -> None:
    await officer.says("/thongke xom 3")
    assert "Xóm 3 - xã cũ A: chưa có người học\nXóm 3 - xã cũ B" in officer.heard[-2]
    assert "cộng lại" in officer.heard[-3]


async def test_people_without_hamlet_are_a_line(officer: Talk) -> None:
    await learned(officer.house, "", learners=4)
    await officer.says("/thongke")
    await officer.presses("Xem tiếp", "Xem tiếp")
    assert (
        "Chưa chọn xóm: 4 người học, 4 lượt, 0 xong mô-đun, đúng 100,0%, không tính tỷ lệ"
        in officer.heard[-2]
    )


async def test_who_does_not_agree_is_not_counted(officer: Talk) -> None:
    await learned(officer.house, "xom-05", learners=3, has_consent=False)
    await officer.says("/thongke xóm 5")
    assert "0 người học, 0 lượt học" in officer.heard[-2]
    assert "Trả lời đúng" not in officer.heard[-2]


async def test_what_is_not_understood_offers_the_four_commonest(officer: Talk) -> None:
    await learned(officer.house, "xom-05")
    await officer.says("/thongke con mèo")
    assert officer.last.startswith(officer.text("statistics.unclear"))
    assert [label.split(". ")[-1] for label in officer.labels] == [
        "Năm nay",
        "Tháng này",
        "Tháng trước",
        "Tuần này",
    ]
    await officer.says("3")
    assert "Kết quả học tháng 10/2026:" in officer.last
    await officer.presses("Kỳ khác")
    await officer.says("xóm 99")
    assert officer.last.startswith(officer.text("statistics.unclear"))
    await officer.says("quý 4, xóm 5")
    assert "Kết quả học quý 4/2026, Xóm 5:\n1 người học" in officer.heard[-2]


async def test_paging_survives_a_restart_and_back(officer: Talk) -> None:
    await officer.says("/thongke thang nay")
    first = officer.last
    await officer.presses("Xem tiếp")
    second = officer.last
    await officer.restart()
    await officer.says("quay lại")
    assert officer.last == first
    await officer.presses("Xem tiếp")
    assert officer.last == second


@pytest.mark.parametrize("role", ["head", "helper"])
async def test_a_head_sees_the_own_hamlet_only(house: House, role: str) -> None:
    await learned(house, "xom-05", learners=2)
    await learned(house, "xom-06", learners=7)
    head = await Talk(house, "u-head", name="Trưởng xóm").holds(role, "xom-05")
    await head.says("/thongke")
    assert head.heard[-2].startswith("DỮ LIỆU MẪU. Kết quả học năm 2026, Xóm 5:\n2 người học")
    for said in ("/thongke xóm 6", "/thongke xóm 99"):
        await head.says(said)
        assert head.last.startswith(head.text("statistics.unclear"))
    assert not any("7 người học" in text for text in head.heard)


async def test_a_role_that_ended_ends_the_figures(house: House, officer: Talk) -> None:
    await officer.says("/thongke")
    async with house.app.database.transaction() as tx:
        await tx.execute(update(Role).values(until=house.clock.wall()))
    count = len(officer.heard)
    await officer.presses("Xem tiếp")
    assert not any("Kết quả học" in text for text in officer.heard[count:])


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
    assert not any("Kết quả học năm" in text for text in talk.heard)


async def test_the_head_of_a_school_is_told_why_there_is_nothing(house: House) -> None:
    head = await Talk(house, "u-school", name="Hiệu trưởng").holds("head", "th-a")
    await head.says("/thongke")
    assert head.text("statistics.no_hamlets") in head.heard[-2:]


async def test_the_same_figures_as_data(officer: Talk) -> None:
    await learned(officer.house, "xom-05", lessons=("dan5-1", "dan5-2", "dan5-3"))
    async with officer.app.database.reading() as tx:
        [commune] = await units.communes(tx, on=TODAY)
        table = await hamlet_table(
            tx,
            catalogue=a_catalogue(),
            commune_id=commune.id,
            period=periods.year(2026).period(LOCAL),
        )
    [row] = [row for row in table.rows if row.figures.learners]
    assert (row.code, row.figures.lessons, row.figures.completers) == ("xom-05", 3, 1)


async def test_what_was_learned_by_chat_is_counted(officer: Talk) -> None:
    learner = Talk(officer.house, "u-learner")
    await learner.enrolled("xom-05")
    await learner.presses("Xem tiếp", "Xem tiếp", "Xem tiếp", "Đã làm xong")
    for _ in range(3):
        await learner.presses("Hỏi lại người quen")
    await officer.says("/thongke hôm nay xóm 5")
    assert officer.heard[-2].startswith(
        "DỮ LIỆU MẪU. Kết quả học ngày 22/11/2026, Xóm 5:\n1 người học, 1 lượt học"
    )


# --- pure ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "last", "rest"),
    [
        ("năm nay", "2026-01-01", "2026-12-31", ""),
        ("năm 2025", "2025-01-01", "2025-12-31", ""),
        ("2025 xom 7", "2025-01-01", "2025-12-31", "xom 7"),
        ("năm ngoái", "2025-01-01", "2025-12-31", ""),
        ("tháng này", "2026-11-01", "2026-11-30", ""),
        ("tháng trước của xóm 5", "2026-10-01", "2026-10-31", "xom 5"),
        ("thống kê xóm 5 tháng 11", "2026-11-01", "2026-11-30", "xom 5"),
        ("thang 12", "2025-12-01", "2025-12-31", ""),  # not yet here: last year's
        ("tháng 12 năm nay", "2026-12-01", "2026-12-31", ""),
        ("thang 2/2024", "2024-02-01", "2024-02-29", ""),
        ("02/2024 ạ", "2024-02-01", "2024-02-29", ""),
        ("tuần này", "2026-11-16", "2026-11-22", ""),
        ("tuần trước", "2026-11-09", "2026-11-15", ""),
        ("quý 3", "2026-07-01", "2026-09-30", ""),
        ("quý IV/2025", "2025-10-01", "2025-12-31", ""),
        ("hôm nay", "2026-11-22", "2026-11-22", ""),
    ],
)
def test_times_are_read(text: str, first: str, last: str, rest: str) -> None:
    asked = periods.read(text, TODAY)
    assert asked is not None
    assert asked.span is not None
    assert (asked.span.first.isoformat(), asked.span.last.isoformat()) == (first, last)
    assert asked.rest == rest


@pytest.mark.parametrize("text", ["tháng 13", "tháng 0", "tháng 10 và tháng 11", "năm 2099 2098"])
def test_impossible_or_two_times_are_not_guessed(text: str) -> None:
    assert periods.read(text, TODAY) is None


@pytest.mark.parametrize("text", ["xóm 5", "toàn xã", "", "xóm năm", "con mèo"])
def test_no_time_is_no_time(text: str) -> None:
    asked = periods.read(text, TODAY)
    assert asked is not None
    assert asked.span is None


def test_a_year_of_local_days() -> None:
    year = periods.year(2026).period(ZoneInfo("Asia/Ho_Chi_Minh"))
    assert year.start == datetime(2025, 12, 31, 17, tzinfo=UTC)
    assert year.end == datetime(2026, 12, 31, 17, tzinfo=UTC)
    assert periods.month(12, 2026).last == date(2026, 12, 31)


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
    assert set(whole_modules(a_catalogue())) == {"dan5", "dan6", "can1"}
    assert set(whole_modules(a_catalogue(a_catalogue().lessons[1:]))) == {"dan6", "can1"}
