"""Adults and households told in chat (issue 5): T01, T19, T20, A3, A5, N1-N5."""

from datetime import date

import pytest
from sqlalchemy import update

from handlers.denominators.reading import Asked, read_sentence, why_unsure
from storage import units
from storage.tables import AuditRow, Headcount, Role, Unit
from storage.units import Count, People
from tests.talk import House, Talk

TODAY = date(2026, 11, 22)


async def counts(house: House, code: str) -> list[tuple[object, ...]]:
    return await house.rows(
        Headcount.since,
        Headcount.adults,
        Headcount.households,
        where=(Unit.id == Headcount.unit_id) & (Unit.code == code) & (Headcount.since == TODAY),
    )


async def headcount(house: House, code: str, *, on: date = TODAY) -> People:
    async with house.app.database.reading() as tx:
        unit = await units.by_code(tx, code, on=TODAY)
        assert unit is not None
        return await units.headcount_on(tx, unit.id, on=on)


@pytest.fixture(autouse=True)
async def since_summer(house: House) -> None:
    """What the sample commune has is not of today."""
    async with house.app.database.transaction() as tx:
        await tx.execute(update(Headcount).values(since=date(2026, 6, 1)))


@pytest.fixture
async def head(house: House) -> Talk:
    return await Talk(house, "u-head", name="Trưởng Năm").holds("head", "xom-05")


@pytest.fixture
async def officer(house: House) -> Talk:
    return await Talk(house, "u-officer", name="Cán bộ").holds("officer")


# --- telling -------------------------------------------------------------------------------------


async def test_a_head_tells_the_figures_of_the_own_hamlet(head: Talk, officer: Talk) -> None:
    await head.says("mẫu số")
    assert "Xóm 5: hiện có bao nhiêu người lớn" in head.last
    assert "Số đang dùng: 420" in head.last
    await head.says("432 người")
    assert "bao nhiêu hộ" in head.last
    await head.says("190", "1")
    assert (
        "Xóm 5, từ Chủ nhật 22/11/2026:\n"
        "Người lớn: 432, đang dùng 420\n"
        "Hộ: 190, đang dùng 185\n"
        "Ghi như vậy?"
    ) in head.last
    assert await counts(head.house, "xom-05") == []
    await head.says("1")
    assert (
        head.text("denominators.written", unit="Xóm 5", since="Chủ nhật 22/11/2026") in head.heard
    )
    assert await counts(head.house, "xom-05") == [(TODAY, 432, 190)]
    assert await headcount(head.house, "xom-05", on=date(2026, 11, 21)) == People(420, 185)
    assert "Xóm 5" in officer.last
    assert "Người lớn: 420 thành 432. Hộ: 185 thành 190." in officer.last
    [(role, before, after)] = await head.house.rows(
        AuditRow.role, AuditRow.before, AuditRow.after, where=AuditRow.action == "headcount.set"
    )
    assert role == "head"
    assert before == {"adults": 420, "households": 185}
    assert after == {"since": "2026-11-22", "adults": 432, "households": 190}


async def test_an_officer_names_the_hamlet_and_is_told_nothing_twice(officer: Talk) -> None:
    await officer.says("sửa số người lớn", "8")
    assert "Xóm 8: hiện có bao nhiêu người lớn" in officer.last
    assert "Số đang dùng: chưa có" in officer.last
    await officer.says("400", "chưa nắm được", "hôm nay")
    assert "Hộ: chưa nắm được, vẫn giữ số đang dùng: 190" in officer.last
    mark = len(officer.heard)
    await officer.says("ghi")
    assert await headcount(officer.house, "xom-08") == People(400, 190)
    assert not any("vừa ghi số" in heard for heard in officer.heard[mark:])


async def test_one_sentence_is_enough(officer: Talk) -> None:
    await officer.says("xóm 5 430 người lớn 188 hộ")
    assert "tính từ ngày nào" in officer.last
    await officer.says("1/10")
    assert "Xóm 5, từ thứ Năm 1/10/2026:\nNgười lớn: 430, đang dùng 420" in officer.last
    await officer.says("1")
    assert await headcount(officer.house, "xom-05", on=date(2026, 10, 1)) == People(430, 188)


@pytest.mark.parametrize(
    "said", ["mau so xom 5 430 nguoi lon 188 ho", "số người lớn xóm 5: người lớn 430, hộ 188"]
)
async def test_the_sentence_may_begin_with_the_words(officer: Talk, said: str) -> None:
    await officer.says(said, "1")
    assert "Người lớn: 430, đang dùng 420\nHộ: 188, đang dùng 185" in officer.last


async def test_two_hamlets_of_one_number_are_asked(officer: Talk) -> None:
    await officer.says("mẫu số xóm 3")
    assert "Xóm 3 - xã cũ A" in officer.last
    await officer.presses("Xóm 3 - xã cũ B")
    assert "Số đang dùng: 447" in officer.last


async def test_a_figure_of_the_same_day_is_replaced(officer: Talk) -> None:
    await officer.says("mẫu số xóm 5 430 người lớn 188 hộ", "1", "1")
    await officer.says("mẫu số xóm 5 425 người lớn 187 hộ", "1", "1")
    assert await counts(officer.house, "xom-05") == [(TODAY, 425, 187)]


async def test_it_can_be_corrected_dropped_and_left(officer: Talk) -> None:
    await officer.says("mẫu số xóm 5 430 người lớn 188 hộ", "1", "2")
    assert "Xóm 5: hiện có bao nhiêu người lớn" in officer.last
    await officer.says("431", "188", "1", "3")
    assert officer.text("denominators.dropped") in officer.heard
    await officer.says("mẫu số", "thôi")
    assert await counts(officer.house, "xom-05") == []


async def test_it_goes_on_after_a_restart(head: Talk) -> None:
    await head.says("mẫu số", "432")
    await head.restart()
    await head.says("190", "1", "1")
    assert await headcount(head.house, "xom-05") == People(432, 190)


async def test_nothing_known_is_nothing_written(head: Talk) -> None:
    await head.says("mẫu số", "chưa nắm được", "chưa rõ")
    assert head.text("denominators.nothing") in head.heard
    assert await counts(head.house, "xom-05") == []


# --- T20 and the numbers -------------------------------------------------------------------------


async def test_t20_what_is_far_off_is_asked_in_figures_and_words(head: Talk) -> None:
    await head.says("mẫu số", "4.200")
    assert "có đúng là 4.200 (bốn nghìn hai trăm) người lớn không?" in head.last
    assert "khác nhiều so với số đang dùng: 420" in head.last
    await head.says("2", "420", "0")
    assert "có đúng là 0 (không) hộ không?" in head.last
    await head.says("nhập lại", "500")
    assert "Số này khác nhiều so với số đang dùng: 185" in head.last
    await head.says("đúng", "1")
    assert "Hộ: 500, đang dùng 185" in head.last


async def test_t20_a_sentence_is_asked_no_less(officer: Talk) -> None:
    await officer.says("mẫu số xóm 5 4200 người lớn 185 hộ")
    assert "có đúng là 4.200 (bốn nghìn hai trăm) người lớn không?" in officer.last
    await officer.says("1", "1")
    assert "Người lớn: 4.200 (bốn nghìn hai trăm), đang dùng 420" in officer.last


async def test_n2_a_number_that_can_be_two_is_asked(head: Talk) -> None:
    await head.says("mẫu số", "1,234")
    assert "1.234 (một nghìn hai trăm ba mươi tư)" in head.last
    await head.says("1")
    assert "có đúng là 1.234" in head.last  # and it is far from 420


@pytest.mark.parametrize("said", ["con mèo", "12.34.5", "1.000.000", "-5"])
async def test_n3_what_is_no_number_is_asked_again(head: Talk, said: str) -> None:
    await head.says("mẫu số", said)
    await head.says("432")
    assert "bao nhiêu hộ" in head.last


async def test_n5_zero_is_a_figure_here(head: Talk) -> None:
    await head.says("mẫu số", "0")
    assert "Số 0 nghĩa là không có ai" in head.last


@pytest.mark.parametrize("said", ["mai", "1/12", "1/12/2026", "rằm", "30/2"])
async def test_a_day_that_is_not_over_is_no_day(head: Talk, said: str) -> None:
    await head.says("mẫu số", "432", "190", said)
    assert await counts(head.house, "xom-05") == []
    await head.says("hôm qua", "1")
    assert await headcount(head.house, "xom-05", on=date(2026, 11, 21)) == People(432, 190)


# --- who may -------------------------------------------------------------------------------------


async def test_t01_a_head_may_not_write_for_another_hamlet(head: Talk) -> None:
    await head.says("mẫu số xóm 7 430 người lớn 188 hộ")
    assert head.text("denominators.not_yours", own="Xóm 5") in head.heard
    assert "headcount.denied" in await head.house.rows(AuditRow.action)
    assert await counts(head.house, "xom-07") == []


@pytest.mark.parametrize("role", ["", "helper", "reporter", "leader"])
async def test_t12_others_do_not_know_of_it(house: House, role: str) -> None:
    unit = "" if role == "leader" else "xom-05"
    talk = Talk(house, "u-other", name="Người khác")
    await (talk.holds(role, unit) if role else talk.enrolled())
    for said in ("mẫu số", "sửa số người lớn", "xóm 5 430 người lớn 188 hộ"):
        await talk.says(said)
        assert "người lớn, từ đủ 18" not in talk.last
        assert "tính từ ngày nào" not in talk.last
    assert await counts(house, "xom-05") == []


async def test_a3_a_right_that_ended_writes_nothing(head: Talk) -> None:
    await head.says("mẫu số", "432", "190", "1")
    async with head.app.database.transaction() as tx:
        await tx.execute(update(Role).values(until=head.house.clock.wall()))
    await head.says("1")
    assert await counts(head.house, "xom-05") == []


# --- T19 -----------------------------------------------------------------------------------------


async def test_t19_the_second_sees_what_was_written_meanwhile(head: Talk, officer: Talk) -> None:
    await head.says("mẫu số", "432", "190", "1")
    await officer.says("mẫu số xóm 5 425 người lớn 187 hộ", "1", "1")
    await head.says("1")
    assert "Vừa có người khác ghi số của Xóm 5" in head.last
    assert "Người lớn: 432, đang dùng 425\nHộ: 190, đang dùng 187" in head.last
    assert await counts(head.house, "xom-05") == [(TODAY, 425, 187)]
    await head.says("1")
    assert head.text("denominators.kept") in head.heard
    assert await counts(head.house, "xom-05") == [(TODAY, 425, 187)]


async def test_t19_two_at_one_moment(head: Talk, officer: Talk) -> None:
    await head.says("mẫu số", "432", "190", "1")
    await officer.says("mẫu số xóm 5 425 người lớn 187 hộ", "1")
    await head.sends(text="1")
    await officer.sends(text="1")
    await head.house.settle()
    second = "Vừa có người khác ghi số của Xóm 5"
    assert sorted(any(second in heard for heard in talk.heard) for talk in (head, officer)) == [
        False,
        True,
    ]
    assert len(await counts(head.house, "xom-05")) == 1


async def test_t19_replacing_is_a_decision(head: Talk, officer: Talk) -> None:
    await head.says("mẫu số", "432", "190", "1")
    await officer.says("mẫu số xóm 5 425 người lớn 187 hộ", "1", "1")
    await head.says("1", "2")
    assert await counts(head.house, "xom-05") == [(TODAY, 432, 190)]
    assert "Người lớn: 425 thành 432" in officer.last


async def test_t19_another_unit_is_no_change(head: Talk, officer: Talk) -> None:
    await head.says("mẫu số", "432", "190", "1")
    await officer.says("mẫu số xóm 7 470 người lớn 200 hộ", "1", "1")
    await head.says("1")
    assert await counts(head.house, "xom-05") == [(TODAY, 432, 190)]


# --- storage -------------------------------------------------------------------------------------


async def test_what_was_not_told_leaves_the_older_figure(house: House) -> None:
    async with house.app.database.transaction() as tx:
        unit = await units.by_code(tx, "xom-05", on=TODAY)
        assert unit is not None
        seen = await units.counts_of(tx, unit.id)
        assert seen == [Count(date(2026, 6, 1), 420, 185)]
        adults_only = People(430, None)
        day = date(2026, 9, 1)
        assert await units.set_headcount(tx, unit.id, since=day, people=adults_only, seen=seen)
        assert not await units.set_headcount(tx, unit.id, since=day, people=People(1), seen=seen)
        assert await units.headcount_on(tx, unit.id, on=date(2026, 8, 31)) == People(420, 185)
        assert await units.headcount_on(tx, unit.id, on=day) == People(430, 185)
        assert (await units.adults_on(tx, on=day))[unit.id] == 430
        assert await units.headcount_on(tx, unit.id, on=date(2026, 5, 1)) == People()


# --- reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("xóm 5 420 người lớn 185 hộ", Asked(420, 185, "xom 5")),
        ("xom 5 co 1.420 nguoi lon va 185 ho dan", Asked(1420, 185, "xom 5")),
        ("xóm 5: người lớn 420, hộ 185", Asked(420, 185, "xom 5")),
        ("xóm 12 số hộ là 185", Asked(None, 185, "xom 12")),
        ("420 người lớn", Asked(420, None, "")),
        ("Trường Tiểu học A 35 người lớn", Asked(35, None, "truong tieu hoc a")),
        ("5 420 người lớn 185 hộ", None),  # Xóm 5, or 5.420 people?
        ("xóm 5", None),
        ("420", None),
        ("tối qua xóm 5 có 35 bà con học", None),
        ("420 người lớn 430 người lớn", None),
        ("1,420 người lớn", None),
        ("1000000 người lớn", None),
        ("a" * 5_000, None),
    ],
)
def test_a_sentence_is_read_or_asked_never_guessed(said: str, asked: Asked | None) -> None:
    found = read_sentence(said)
    if asked is not None and asked.unit.endswith(" a"):
        assert found is not None
        assert found.figures == asked.figures
        return
    assert found == asked


@pytest.mark.parametrize(
    ("figure", "last", "adults", "why"),
    [
        (0, 420, None, "zero"),
        (0, None, None, "zero"),
        (504, 420, None, ""),
        (505, 420, None, "far"),
        (336, 420, None, ""),
        (335, 420, None, "far"),
        (420, None, None, ""),
        (421, None, 420, "more"),
        (5, 0, None, "far"),
    ],
)
def test_t20_a_fifth_away_is_far(
    figure: int, last: int | None, adults: int | None, why: str
) -> None:
    assert why_unsure(figure, last, adults=adults) == why
