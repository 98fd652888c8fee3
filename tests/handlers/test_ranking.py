"""/xephang: what everybody may know of the hamlets (T45, P7, design §8)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from handlers import ranking
from storage import units
from storage.tables import Consent, Person
from tests.storage.histories import LOCAL, a_finished_lesson, a_person
from tests.talk import House, Talk

TODAY = date(2026, 11, 22)
NOVEMBER = datetime(2026, 11, 5, 5, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 5, 5, tzinfo=UTC)
LATE_OCTOBER = datetime(2026, 10, 28, 5, tzinfo=UTC)


async def learned(house: House, hamlet: str, learners: int, *, at: datetime = NOVEMBER) -> None:
    """`learners` new people of a hamlet finish a lesson."""
    async with house.app.database.transaction() as tx:
        unit = await units.by_code(tx, hamlet, on=TODAY)
        assert unit is not None
        for _ in range(learners):
            person = await a_person(tx)
            await a_finished_lesson(tx, person, "dan5-1", at=at, unit_id=unit.id)


def board(talk: Talk) -> str:
    """Both boards, without the choices."""
    return "\n".join(talk.heard[-2:])


async def test_the_board_says_at_least_how_many_of_a_hundred(talk: Talk) -> None:
    await learned(talk.house, "xom-05", 12)
    await learned(talk.house, "xom-07", 6)
    await learned(talk.house, "xom-01", 4)
    await talk.says("/xephang")
    assert talk.heard[-2] == (
        "DỮ LIỆU MẪU. Tham gia nhiều, tháng 11/2026. "
        "Trong 100 người lớn, ít nhất có bấy nhiêu người học:\n"
        "Thứ 1: Xóm 5: 2,3\n"  # ten of 420: what is told is the step of five below twelve
        "Thứ 2: Xóm 7: 1,0"
    )
    assert "Xóm 1:" not in board(talk)
    assert "Chưa có mẫu số: Xóm 8, Xóm 10." in talk.last
    assert "Số đến hết ngày 21/11/2026" in talk.last
    assert [label.split(". ")[-1] for label in talk.labels] == ["Năm nay", "Học tiếp", "Trang đầu"]
    assert all(len(text) <= 500 for text in talk.heard)


@pytest.mark.parametrize(
    "said", ["xep hang", "Bảng xếp hạng", "xóm mình đứng thứ mấy", "xom nao hoc nhieu nhat a"]
)
async def test_it_is_asked_for_in_plain_words(talk: Talk, said: str) -> None:
    await talk.enrolled()
    await talk.says("trang đầu", said)
    assert "Tham gia nhiều" in talk.heard[-2]


async def test_equal_rates_share_a_place_and_the_own_hamlet_is_named(talk: Talk) -> None:
    async with talk.app.database.transaction() as tx:
        for hamlet in ("xom-01", "xom-02", "xom-04", "xom-06", "xom-07"):
            unit = await units.by_code(tx, hamlet, on=TODAY)
            assert unit is not None
            seen = await units.counts_of(tx, unit.id)
            people = units.People(500, 200)
            await units.set_headcount(tx, unit.id, since=date(2026, 1, 1), people=people, seen=seen)
    for hamlet in ("xom-01", "xom-02", "xom-04", "xom-06", "xom-07"):
        await learned(talk.house, hamlet, 7)
    await learned(talk.house, "xom-05", 20)
    await talk.enrolled("xom-07")
    await talk.says("/xephang")
    assert "Thứ 1: Xóm 5: 4,7\nThứ 2: Xóm 1, Xóm 2, Xóm 7 và 2 xóm nữa: 1,0" in talk.heard[-2]
    assert "Xóm mình" not in talk.heard[-2]


async def test_the_own_hamlet_behind_the_lines_is_named_without_a_place(talk: Talk) -> None:
    for number, hamlet in enumerate(("xom-01", "xom-02", "xom-03", "xom-04", "xom-06")):
        await learned(talk.house, hamlet, 20 + 5 * number)
    await learned(talk.house, "xom-09", 5)
    await talk.enrolled("xom-09")
    await talk.says("/xephang")
    assert talk.heard[-2].endswith("\nXóm mình, Xóm 9: 1,1")
    assert talk.heard[-2].count("Thứ ") == 5


async def test_a_small_hamlet_of_ones_own_is_not_spoken_of(talk: Talk) -> None:
    await learned(talk.house, "xom-05", 12)
    await learned(talk.house, "xom-09", 4)
    await talk.enrolled("xom-09")
    await talk.says("/xephang")
    assert "Xóm 9" not in board(talk)
    assert "để giữ riêng tư" in talk.last


async def test_what_rose_is_compared_with_the_same_days_of_last_month(talk: Talk) -> None:
    await learned(talk.house, "xom-05", 5, at=OCTOBER)
    await learned(talk.house, "xom-05", 30, at=LATE_OCTOBER)  # after the 21st
    await learned(talk.house, "xom-05", 15)
    await learned(talk.house, "xom-07", 10)  # nothing told of October: no change is told either
    await talk.says("/xephang")
    assert talk.last.startswith(
        "Tiến bộ nhất so với những ngày này của tháng 10/2026, tăng thêm:\nThứ 1: Xóm 5: 2,4\n"
    )
    assert "Xóm 7" not in talk.last


async def test_the_year_is_the_mean_of_its_whole_months(talk: Talk) -> None:
    await learned(talk.house, "xom-05", 42, at=OCTOBER)
    await learned(talk.house, "xom-05", 100)
    await talk.says("/xephang")
    await talk.presses("Năm nay")
    assert "năm 2026" in talk.heard[-2]
    assert "Thứ 1: Xóm 5: 0,9" in talk.heard[-2]  # 9,5 of a hundred in one of ten months
    assert "so với tháng 9/2026" in talk.last
    assert "Số đến hết ngày 31/10/2026" in talk.last
    await talk.restart()
    await talk.presses("Tháng này")
    assert "tháng 11/2026" in talk.heard[-2]


async def test_without_figures_nobody_is_put_to_shame(talk: Talk) -> None:
    await talk.says("/xephang")
    assert talk.text("ranking.nobody") in talk.heard[-2]
    assert talk.text("ranking.nobody_improved", before="những ngày này của tháng 10/2026") in (
        talk.last
    )
    await talk.presses("Học tiếp")
    assert talk.last


async def test_t45_counts_of_one_step_look_the_same(talk: Talk) -> None:
    """Also a hamlet nobody learns in and one of four; and nothing changes while one looks."""
    await learned(talk.house, "xom-05", 10)
    await learned(talk.house, "xom-01", 0)
    await talk.says("/xephang")
    first = board(talk)
    await learned(talk.house, "xom-05", 4)
    await learned(talk.house, "xom-01", 4)
    today = talk.house.clock.wall() - timedelta(minutes=1)
    await learned(talk.house, "xom-05", 20, at=today)
    await talk.says("/xephang")
    assert board(talk) == first


async def test_who_withdraws_is_counted_no_more(talk: Talk) -> None:
    await learned(talk.house, "xom-05", 5)
    async with talk.app.database.transaction() as tx:
        await tx.execute(update(Consent).values(withdrawn_at=NOVEMBER))
    await talk.says("/xephang")
    assert "Xóm 5:" not in board(talk)


async def test_a_locked_or_nameless_person_changes_nothing(talk: Talk) -> None:
    """Whose hamlet is in no commune we know: the only commune there is."""
    await learned(talk.house, "xom-05", 5)
    async with talk.app.database.transaction() as tx:
        await tx.execute(update(Person).values(name=""))
    await talk.says("/xephang")
    assert "Thứ 1: Xóm 5: 1,1" in board(talk)


@pytest.mark.parametrize(
    ("today", "first", "last", "before_first", "before_last"),
    [
        ("2026-11-22", "2026-11-01", "2026-11-21", "2026-10-01", "2026-10-21"),
        ("2026-11-01", "2026-10-01", "2026-10-31", "2026-09-01", "2026-09-30"),
        ("2026-11-02", "2026-11-01", "2026-11-01", "2026-10-01", "2026-10-01"),
        ("2026-03-31", "2026-03-01", "2026-03-30", "2026-02-01", "2026-02-28"),
        ("2026-01-01", "2025-12-01", "2025-12-31", "2025-11-01", "2025-11-30"),
    ],
)
def test_a_month_is_told_by_whole_days(
    today: str, first: str, last: str, before_first: str, before_last: str
) -> None:
    days = ranking.days_of_month(date.fromisoformat(today))
    assert [days.now.first, days.now.last, days.before.first, days.before.last] == [
        date.fromisoformat(day) for day in (first, last, before_first, before_last)
    ]


def test_in_january_the_year_has_no_whole_month() -> None:
    assert ranking.days_of_year(date(2027, 1, 20)) is None
    days = ranking.days_of_year(date(2027, 2, 1))
    assert days is not None
    assert [span.name for span in days.months] == ["tháng 1/2027"]
    assert days.before.name == "tháng 12/2026"


def test_local_days_begin_at_local_midnight() -> None:
    period = ranking.days_of_month(TODAY).now.period(LOCAL)
    assert period.end == datetime(2026, 11, 21, 17, tzinfo=UTC)
