"""Rows of anybody's workbook as figures of units: pure, whatever stands in them (T53, T21)."""

import random
from datetime import date
from typing import Any, Final

import pytest

from handlers import places
from handlers.reporting import periods
from handlers.reporting.answers import Answer
from handlers.reporting.forms import built_in
from handlers.reporting.workbooks.cells import Odd, Sheet
from handlers.yearly import past_rows
from handlers.yearly.past_head import letter
from handlers.yearly.past_rows import Read
from handlers.yearly.past_year import Year
from storage.units import UnitInfo

COMMUNE: Final = UnitInfo(999, "xa", "UBND xã", "ubnd_xa", "none", 999)


def a_year(count: int = 30) -> Year:
    units = (
        *(UnitInfo(n, f"xom-{n:02}", f"Xóm {n}", "xom", "required", 999) for n in range(1, count)),
        UnitInfo(500, "xom-03b", "Xóm 3", "xom", "required", 999, ("Xóm 3 - xã cũ B",)),
        UnitInfo(501, "th-a", "Trường Tiểu học A", "truong_hoc", "required", 999),
        UnitInfo(502, "ca", "Công an xã", "luc_luong_vu_trang", "requested", 999),
    )
    forms = {key: form.on(year=2025, occasion="annual") for key, form in built_in().items()}
    settings = {"holders": {"vneid": "ca"}}
    period = periods.annual(2025, {})
    return Year(COMMUNE, period, settings, units, places.shown(units), forms, {})


YEAR: Final = a_year()
TEMPLATE: Final = ("code", "name", *(column.key for column in YEAR.columns))


def a_sheet(*rows: Any, name: str = "2025") -> Sheet:
    cells = {
        (number, at): value
        for number, row in enumerate(rows, start=1)
        for at, value in enumerate(row, start=1)
        if value is not None
    }
    return Sheet(name, cells)


def read(*rows: Any, head: Any = ("Tên đơn vị", "Số buổi học, tập huấn")) -> Read:
    return past_rows.read((a_sheet(head, *rows),), YEAR)


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (12, Answer(12)),
        (12.0, Answer(12)),
        ("1.234", Answer(1234)),
        ("1 234", Answer(1234)),
        ("１２", Answer(12)),
        ("1\u200b2", Answer(12)),
        ("khoảng 50", Answer(50, about=True)),
        ("không", Answer(0)),
        ("chưa nắm được", Answer(unknown=True)),
    ],
)
def test_a_cell_is_read_as_a_typed_answer_is(value: Any, answer: Answer) -> None:
    """N1, N4, N5."""
    assert read(("Xóm 5", value)).units == {5: {"sessions": answer}}


@pytest.mark.parametrize(
    "value",
    ["1,234", "1,5", 1.5, -1, "-1", True, date(2025, 3, 4), Odd("#REF!"), "12.34.5", "mười x"],
)
def test_a_cell_that_is_not_certain_is_named_and_never_guessed(value: Any) -> None:
    """N2, N3, T21."""
    found = read(("Xóm 5", value), ("Xóm 6", 3))
    assert found.units == {6: {"sessions": Answer(3)}}
    assert [(one.row, one.column, one.unit) for one in found.faults] == [(2, "B", "Xóm 5")]


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("Xóm 5", 5),
        ("xom 05", 5),
        ("XÓM  5", 5),
        ("xom-05", 5),
        ("Xóm 3 – xã cũ B", 500),
        ("xom-03b", 500),
        ("xom-03", 3),
        ("truong tieu hoc a", 501),
    ],
)
def test_a_unit_is_known_by_code_or_name(name: str, unit: int) -> None:
    assert list(read((name, 4)).units) == [unit]


@pytest.mark.parametrize(
    "name", ["Xóm 3", "Xóm", "Xóm 50", "Xom 5 va 6", "5 người", "Trường Tiểu học"]
)
def test_a_unit_that_is_not_certain_is_asked(name: str) -> None:
    """N12."""
    found = read((name, 4))
    assert (found.units, len(found.faults)) == ({}, 1)


def test_a_code_and_a_name_of_two_units_are_not_believed() -> None:
    found = read(("xom-05", "Xóm 6", 4), head=("Mã", "Tên", "sessions"))
    assert [one.text for one in found.faults] == ["past.two_units"]


def test_every_column_of_the_template_is_known_by_its_key_and_its_name() -> None:
    names = [
        f"{column.labels[0]}: trên tổng số" if column.is_whole else column.labels[0]
        for column in YEAR.columns
    ]
    for head in (TEMPLATE, ("Mã", "Tên đơn vị", *names)):
        found = read(("xom-05", "Xóm 5", 4), head=head)
        assert (found.ignored, len(found.letters) > 10) == ((), True)


def test_a_hundred_and_more_columns_have_letters() -> None:
    assert [letter(n) for n in (1, 5, 26, 27, 52, 53)] == ["A", "E", "Z", "AA", "AZ", "BA"]


def _anything(chance: random.Random) -> Any:
    return chance.choice(
        [
            *(None, 0, 5, 12, 10**14, -3, 2.5, True, "", "x", "=1+1", "300/420", "1,234", "1.234"),
            *("chưa nắm được", "khoảng 9", "\u202e5", "Xóm 5", "xom-07", "Tổng cộng", "ﷺ" * 40),
            *(date(2025, 1, 1), Odd("="), "Số buổi học, tập huấn", "Tên đơn vị", "sessions"),
        ]
    )


@pytest.mark.parametrize("seed", range(40))
def test_whatever_stands_in_it_a_good_row_has_no_fault_and_nothing_breaks(seed: int) -> None:
    """T53: a row is either told as a whole or named."""
    chance = random.Random(seed)
    rows = [[_anything(chance) for _ in range(len(TEMPLATE))] for _ in range(60)]
    hamlets = chance.sample(range(1, 40), 30)
    for row, n in zip(rows[::2], hamlets, strict=True):  # every second one surely good
        row[:] = [None, f"Xóm {n}", n, *[None] * (len(row) - 3)]
        if n % 2:
            row[chance.randrange(2, len(row))] = _anything(chance)
    found = read(*rows, head=TEMPLATE)
    assert found.refused is None
    bad = {one.row for one in found.faults}
    good = {found.rows[unit] for unit in found.units if unit not in found.only}
    assert bad
    assert good
    assert not bad & good
    assert set(found.units) <= set(YEAR.by_id)


@pytest.mark.parametrize("seed", range(10))
def test_figures_come_out_as_they_were_written(seed: int) -> None:
    chance = random.Random(seed)
    written = {n: chance.randrange(0, 2000) for n in range(4, 30)}
    order = list(written)
    chance.shuffle(order)
    found = read(*((f"Xóm {n}", written[n]) for n in order))
    assert {unit: told["sessions"].value for unit, told in found.units.items()} == written
