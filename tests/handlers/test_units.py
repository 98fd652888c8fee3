"""A units file is read whole or refused with everything that is wrong with it."""

import json
import time
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.units import (
    COLUMNS,
    SAMPLE_COMMUNE,
    CommuneFileRefused,
    Duty,
    Import,
    Problem,
    UnitKind,
    default_duty,
    distinct_names,
    hamlet_number,
    read_commune,
    read_units,
    units_json,
)

HEADER = "code,name,kind,parent,duty,adults,households,aliases,from,until"
ROOT = "xa,UBND xã,ubnd_xa,,,,,,,"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def a_file(folder: Path, content: str | bytes, name: str = "units.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(folder: Path, *lines: str, header: str = HEADER, root: str = ROOT) -> Import:
    return read_units(a_file(folder, "\n".join([header, root, *lines])))


def places(problems: tuple[Problem, ...]) -> list[tuple[int, str]]:
    return [(problem.line, problem.column) for problem in problems]


# A good file


def test_a_row_is_read_whole(folder: Path) -> None:
    found = read(
        folder,
        'x-5,Xóm 5,xom,xa,requested,"1.420",185,Xóm 5 - xã cũ A|x năm,01/07/2025,2030-01-01',
    )
    assert found.problems == ()
    unit = found.rows[1]
    assert (unit.code, unit.name, unit.parent) == ("x-5", "Xóm 5", "xa")
    assert (unit.kind, unit.duty) == (UnitKind.HAMLET, Duty.REQUESTED)
    assert (unit.adults, unit.households) == (1420, 185)
    assert unit.aliases == ("Xóm 5 - xã cũ A", "x năm")
    assert (unit.since, unit.until) == (date(2025, 7, 1), date(2030, 1, 1))


def test_blank_is_unknown_and_zero_is_zero(folder: Path) -> None:
    found = read(folder, "x-1,Xóm 1,xom,xa,,,0,,,")
    assert found.problems == ()
    assert (found.rows[1].adults, found.rows[1].households) == (None, 0)
    assert found.rows[0].parent is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_what_excel_saves_is_read(
    folder: Path, encoding: str, form: str, delimiter: str, newline: str
) -> None:
    text = newline.join([HEADER, ROOT, "x-5,Xóm 5 Đoài,xom,xa,,,,,,", ",,,,,,,,,", ""])
    text = unicodedata.normalize(form, text.replace(",", delimiter))  # type: ignore[arg-type]  # a literal in the stubs
    found = read_units(a_file(folder, text.encode(encoding)))
    assert found.problems == ()
    assert [unit.name for unit in found.rows] == ["UBND xã", "Xóm 5 Đoài"]


def test_columns_may_be_fewer_and_in_any_order(folder: Path) -> None:
    found = read_units(
        a_file(folder, "Parent,Kind,Name,Code\n,ubnd_xa,UBND xã,xa\nxa,xom,Xóm 1,x-1\n")
    )
    assert found.problems == ()
    assert found.rows[1].duty == Duty.REQUIRED


def test_kinds_and_duties_may_be_vietnamese_words(folder: Path) -> None:
    found = read(folder, "a,Trường A,Trường học,xa,Đề nghị,,,,,")
    assert found.problems == ()
    assert (found.rows[1].kind, found.rows[1].duty) == (UnitKind.SCHOOL, Duty.REQUESTED)


@pytest.mark.parametrize(
    "name", ["=1+1", "+84", "-2", "@SUM(A1)", '=HYPERLINK("http://x")', "#$*<b>"]
)
def test_a_formula_is_only_text(folder: Path, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    found = read(folder, f"a,{quoted},co_quan,xa,,,,,,")
    assert found.problems == ()
    assert found.rows[1].name == name


def test_a_stored_unit_may_be_the_parent(folder: Path) -> None:
    path = a_file(folder, f"{HEADER}\nx-1,Xóm 1,xom,xa,,,,,,\n")
    assert read_units(path, known={"xa": None}).problems == ()
    assert read_units(path).problems != ()


# Every check bites


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("XOM 1,Xóm 1,xom,xa,,,,,,", "code"),
        ("xóm,Xóm 1,xom,xa,,,,,,", "code"),
        (f"{'x' * 41},Xóm 1,xom,xa,,,,,,", "code"),
        (",Xóm 1,xom,xa,,,,,,", "code"),
        ("xa,Xóm 1,xom,xa,,,,,,", "code"),
        ("x,,xom,xa,,,,,,", "name"),
        (f"x,{'Xóm ' * 31},xom,xa,,,,,,", "name"),
        ("x,Xóm\u202e1,xom,xa,,,,,,", "name"),
        ("x,Xóm\x001,xom,xa,,,,,,", "name"),
        ("x,Xóm 1,lang,xa,,,,,,", "kind"),
        ("x,Xóm 1,ca_nhan,xa,,,,,,", "kind"),
        ("x,Xóm 1,,xa,,,,,,", "kind"),
        ("x,Xóm 1,xom,khong-co,,,,,,", "parent"),
        ("x,Xóm 1,xom,,,,,,,", "parent"),
        ("x,Xóm 1,xom,x,,,,,,", "parent"),
        ("x,UBND,ubnd_xa,xa,,,,,,", "parent"),
        ("x,UBND,ubnd_xa,,,,,,,", "kind"),
        ("x,Xóm 1,xom,xa,maybe,,,,,", "duty"),
        ("x,Xóm 1,xom,xa,,-1,,,,", "adults"),
        ("x,Xóm 1,xom,xa,,1.5,,,,", "adults"),
        ("x,Xóm 1,xom,xa,,=1+1,,,,", "adults"),
        ("x,Xóm 1,xom,xa,,²,,,,", "adults"),
        ("x,Xóm 1,xom,xa,,99999999,,,,", "adults"),
        ("x,Xóm 1,xom,xa,,,nhiều,,,", "households"),
        (f"x,Xóm 1,xom,xa,,,,{'a' * 121},,", "aliases"),
        ("x,Xóm 1,xom,xa,,,," + "|".join(f"a{n}" for n in range(21)) + ",,", "aliases"),
        (f"x,Xóm 1,xom,xa,,,,{'a|' * 1001},,", "aliases"),
        ("x,Xóm 1,xom,xa,,,,,31/02/2026,", "from"),
        ("x,Xóm 1,xom,xa,,,,,2026,", "from"),
        ("x,Xóm 1,xom,xa,,,,,0001-01-01,", "from"),
        ("x,Xóm 1,xom,xa,,,,,,mai", "until"),
        ("x,Xóm 1,xom,xa,,,,,2026-07-01,2026-07-01", "until"),
        ("x,Xóm 1,xom,xa,,,,,,,thừa", ""),
        ('x,"Xóm" 1,xom,xa,,,,,,', ""),
        ('x,"Xóm 1,xom,xa,,,,,,', ""),
    ],
)
def test_a_mistake_is_named_with_its_line_and_column(folder: Path, line: str, column: str) -> None:
    found = read(folder, line)
    assert places(found.problems) == [(3, column)]
    assert found.problems[0].what[0].isupper() or found.problems[0].what.startswith("“")


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (HEADER + ",color", "color"),
        ("code,name,kind", "parent"),
        (HEADER + ",code", "hai lần"),
        (HEADER.replace(",", "\t"), "Thiếu cột"),
    ],
)
def test_a_wrong_header_is_refused(folder: Path, header: str, said: str) -> None:
    found = read(folder, header=header)
    assert found.rows == ()
    assert said in " ".join(map(str, found.problems))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "trống"),
        (b"\n \n", "trống"),
        (HEADER.encode(), "không có đơn vị"),
        ((HEADER + "\nxã").encode("utf-16"), "UTF-8"),
        (HEADER.encode() + b"\nxa,Giao Minh\xe3,ubnd_xa", "UTF-8"),
        (b"x" * 5_000_001, "5 MB"),
        ((HEADER + "\n" + "a,b,xom,xa\n" * 5_001).encode(), "5000"),
        ((HEADER + "\nx,Xóm 1,xom,xa").encode(), "Thiếu dòng của xã"),
    ],
)
def test_a_wrong_file_is_refused(folder: Path, content: bytes, said: str) -> None:
    found = read_units(a_file(folder, content))
    assert said in " ".join(map(str, found.problems))


def test_a_missing_file_or_a_folder_is_a_problem(folder: Path) -> None:
    assert "Không thấy" in str(read_units(folder / "none.csv").problems[0])
    assert "Không thấy" in str(read_units(folder).problems[0])


def test_a_circle_of_parents_is_found(folder: Path) -> None:
    found = read(
        folder, "a,A,co_quan,b,,,,,,", "b,B,co_quan,c,,,,,,", "c,C,co_quan,a,,,,,,",
        "d,D,co_quan,a,,,,,,",
    )  # fmt: skip
    assert places(found.problems) == [(3, "parent"), (4, "parent"), (5, "parent")]


def test_two_units_of_one_name_need_names_of_their_own(folder: Path) -> None:
    bare = read(folder, "a,Xóm 3,xom,xa,,,,,,", "b,xóm 03,xom,xa,,,,,,")
    assert places(bare.problems) == [(3, "aliases"), (4, "aliases")]
    same = read(folder, "a,Xóm 3,xom,xa,,,,cũ,,", "b,Xóm 3,xom,xa,,,,Cũ,,")
    assert places(same.problems) == [(3, "aliases"), (4, "aliases")]
    half = read(folder, "a,Xóm 3,xom,xa,,,,Xóm 3 - A,,", "b,Xóm 3,xom,xa,,,,Xóm 3,,")
    assert places(half.problems) == [(4, "aliases")]
    good = read(folder, "a,Xóm 3,xom,xa,,,,Xóm 3 - A,,", "b,Xóm 3,xom,xa,,,,Xóm 3 - B,,")
    assert good.problems == ()


def test_a_unit_that_ended_leaves_its_name_free(folder: Path) -> None:
    free = read(folder, "a,Xóm 3,xom,xa,,,,,,2026-07-01", "b,Xóm 3,xom,xa,,,,,2026-07-01,")
    assert free.problems == ()
    taken = read(folder, "a,Xóm 3,xom,xa,,,,,,2026-07-02", "b,Xóm 3,xom,xa,,,,,2026-07-01,")
    assert places(taken.problems) == [(3, "aliases"), (4, "aliases")]


def test_all_mistakes_are_told_at_once_in_order(folder: Path) -> None:
    found = read(folder, "X,,lang,xa,,-1,,,,", "y,Xóm 1,xom,no,,,,,,")
    assert places(found.problems) == [
        (3, "kind"), (3, "code"), (3, "name"), (3, "adults"), (4, "parent"),
    ]  # fmt: skip
    assert str(found.problems[4]) == "Dòng 4, mục “parent”: Không có đơn vị nào mã “no”."


# Hostile files

NO_FIXTURE_RESET = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CELLS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["xa", "xom", "ubnd_xa", "", "=1", "1.000", "31/12/2026", '"', "a|b", "\x00"]),
)


@pytest.mark.parametrize("name", ["x.csv", "x.toml"])
@NO_FIXTURE_RESET
@given(content=st.binary(max_size=400))
def test_no_bytes_raise(folder: Path, name: str, content: bytes) -> None:
    assert read_units(a_file(folder, content, name)).problems


@NO_FIXTURE_RESET
@given(rows=st.lists(st.lists(CELLS, max_size=12), max_size=8))
def test_no_rows_raise(folder: Path, rows: list[list[str]]) -> None:
    read_units(a_file(folder, "\n".join([HEADER, ROOT, *map(",".join, rows)]).encode()))


@NO_FIXTURE_RESET
@given(
    unit=st.dictionaries(
        st.sampled_from([*COLUMNS, "other"]),
        st.one_of(CELLS, st.integers(), st.booleans(), st.lists(CELLS, max_size=3)),
    )
)
def test_no_toml_unit_raises(folder: Path, unit: dict[str, object]) -> None:
    inline = ", ".join(f"{key} = {json.dumps(value)}" for key, value in unit.items())
    read_units(a_file(folder, f'code = "xa"\nunits = [\n{{ {inline} }},\n]\n', "x.toml"))


@pytest.mark.parametrize(
    "content",
    [
        "a = " + "[" * 9_000,
        "a = " + "[\n" * 100_000,
        "a = " + "9" * 9_000,
        "a = 0x" + "f" * 9_000,
        ".".join("a" * 1_000_000),
        "units = 1",
        "units = [1]",
        "[units]\ncode = 1",
        "units = [{code = 0x" + "f" * 9_000 + "}]",
        "units = [{code = [[]], from = 2026-01-01T00:00:00}]",
    ],
)
def test_hostile_toml_is_refused_in_time(folder: Path, content: str) -> None:
    began = time.monotonic()
    assert read_units(a_file(folder, content, "x.toml")).problems
    assert time.monotonic() - began < 20  # what is quadratic takes minutes


@pytest.mark.parametrize(
    "content",
    [
        HEADER + "\n" + ROOT + "\na," + "\u0301\u0323" * 1_000_000 + ",xom,xa",
        HEADER + "," + "x," * 2_000_000,
        HEADER + "\n" + ROOT + "\n" + '"' * 4_000_000,
        HEADER + "\n" + ROOT + "\n" + "\n".join(f"a{n},Xóm,xom,a{n + 1}" for n in range(4_999)),
        HEADER + "\n" + "\n" * 4_000_000,
    ],
)
def test_hostile_csv_is_refused_in_time(folder: Path, content: str) -> None:
    began = time.monotonic()
    assert read_units(a_file(folder, content)).problems
    assert time.monotonic() - began < 20  # what is quadratic takes minutes


# Words about units


@pytest.mark.parametrize("kind", UnitKind)
def test_every_kind_has_a_duty(kind: UnitKind) -> None:
    assert default_duty(kind) in Duty


def test_duties_are_those_of_the_plan() -> None:
    required = {kind for kind in UnitKind if default_duty(kind) == Duty.REQUIRED}
    assert required == {UnitKind.OFFICE, UnitKind.SCHOOL, UnitKind.HAMLET}
    assert default_duty(UnitKind.FRONT) == Duty.REQUESTED
    assert default_duty(UnitKind.BUSINESS) == Duty.ENCOURAGED
    assert default_duty(UnitKind.COMMUNE) == Duty.NONE


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Xóm 5", 5),
        ("xom 05", 5),
        ("x5", 5),
        ("X 12", 12),
        ("Xóm số 7", 7),
        ("Xóm 3 - xã cũ A", 3),
        ("Xóm 3A", 3),
        ("Thôn 10", 10),
        (unicodedata.normalize("NFD", "Xóm 5"), 5),
        ("Xóm Đoài", None),
        ("Xóm", None),
        ("5", None),
        ("Xóm 5000", None),
        ("Trường Tiểu học số 2", None),
        ("xe 5", None),
        ("", None),
    ],
)
def test_the_number_of_a_hamlet(name: str, number: int | None) -> None:
    assert hamlet_number(name) == number


def test_the_list_has_the_promised_shape() -> None:
    listed = json.loads(json.dumps(units_json(read_units(SAMPLE_COMMUNE).rows)))
    assert {
        "code": "xom-05", "name": "Xóm 5", "kind": "xom", "parent": "xa-giao-minh",
        "duty": "required", "adults": 420, "start": "h_xom-05",
    } in listed  # fmt: skip
    assert listed[0]["parent"] is None
    assert len({unit["code"] for unit in listed}) == len(listed)


# The commune file


def test_the_sample_is_clean_and_says_that_it_is_a_sample() -> None:
    commune = read_commune(SAMPLE_COMMUNE)
    assert commune.sample
    assert commune.units == read_units(SAMPLE_COMMUNE).rows
    assert (commune.code, commune.name) == ("xa-giao-minh", "xã Giao Minh")
    assert (commune.deadlines.annual.month, commune.deadlines.annual.day) == (12, 15)
    assert (commune.deadlines.so_ket, commune.deadlines.tong_ket) == (None, None)
    kinds = {unit.code: unit.kind for unit in commune.units}
    holders = (kinds[commune.holders.vneid], kinds[commune.holders.online])
    assert holders == (UnitKind.ARMED_FORCES, UnitKind.OFFICE)
    phones = (commune.office_phone, commune.cong_an_xa_phone, commune.trung_tam_phone)
    assert phones == ("", "", "")  # never an invented number


def test_the_sample_has_every_kind_and_one_doubled_hamlet() -> None:
    units = read_commune(SAMPLE_COMMUNE).units
    assert {unit.kind for unit in units} == set(UnitKind)
    assert {unit.duty for unit in units} == set(Duty)
    numbers = [hamlet_number(unit.name) for unit in units if unit.kind == UnitKind.HAMLET]
    assert sorted(n for n in numbers if n) == [1, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    shown = distinct_names(units)
    assert (shown["xom-03"], shown["xom-03b"]) == ("Xóm 3 - xã cũ A", "Xóm 3 - xã cũ B")
    assert shown["xom-05"] == "Xóm 5"
    assert len(set(shown.values())) == len(units)
    hamlets = [unit for unit in units if unit.kind == UnitKind.HAMLET]
    assert 1 <= sum(unit.adults is None for unit in hamlets) <= 4


def test_a_commune_without_units_is_a_commune(folder: Path) -> None:
    commune = read_commune(a_file(folder, 'code = "xa"\nname = " xã  A "\n', "c.toml"))
    assert (commune.name, commune.units, commune.sample) == ("xã A", (), False)
    assert commune.letterhead.nguoi_ky == ""


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ('color = "red"', "color"),
        ('office_phone = "gọi anh Ba"', "office_phone"),
        ('office_phone = "12"', "office_phone"),
        ("office_phone = 113", "office_phone"),
        ('sample = "yes"', "sample"),
        ('province = "' + "x" * 201 + '"', "province"),
        ("deadlines = { annual = { month = 2, day = 30 } }", "deadlines.annual"),
        ("deadlines = { annual = { month = 13, day = 1 } }", "deadlines.annual.month"),
        ("deadlines = { so_ket = 2026-12-31 }", "deadlines.so_ket"),
        ("deadlines = { so_ket = 2028-01-01 }", "deadlines.so_ket"),
        ("deadlines = { tong_ket = 2029-07-01 }", "deadlines.tong_ket"),
        ('deadlines = { tong_ket = "2030-07-01" }', "deadlines.tong_ket"),
        ("deadlines = { tong_ket = 2030-07-01T08:00:00 }", "deadlines.tong_ket"),
        ("holders = { vneid = 5 }", "holders.vneid"),
        ('holders = { thue = "xa" }', "holders.thue"),
        ('letterhead = { chu_ky = "x" }', "letterhead.chu_ky"),
        ('units = [{ code = "xb", name = "UBND", kind = "ubnd_xa", parent = "" }]', "units"),
        ('units = [{ code = "xa", name = "UBND", kind = "ubnd_xa", x = 1 }]', "x"),
        ("units = 1", "units"),
    ],
)
def test_a_mistake_in_a_commune_file_is_named(folder: Path, line: str, column: str) -> None:
    content = f'code = "xa"\nname = "xã A"\n{line}\n'
    with pytest.raises(CommuneFileRefused) as refused:
        read_commune(a_file(folder, content, "c.toml"))
    assert [problem.column for problem in refused.value.problems] == [column]


def test_every_mistake_of_a_commune_file_is_told_at_once(folder: Path) -> None:
    content = 'code = "Xã"\nsample = 1\nunits = [\n  { code = "A", name = "", kind = "x" },\n]\n'
    with pytest.raises(CommuneFileRefused) as refused:
        read_commune(a_file(folder, content, "c.toml"))
    told = {(problem.line, problem.column) for problem in refused.value.problems}
    assert {(1, "code"), (0, "name"), (2, "sample"), (4, "code"), (4, "kind")} <= told
    assert "name" in str(refused.value)


UNITS = """units = [
  { code = "xa", name = "UBND xã A", kind = "ubnd_xa" },
  { code = "ca", name = "Công an xã", kind = "luc_luong_vu_trang" },
]
"""


def test_the_days_of_the_long_reports_are_optional(folder: Path) -> None:
    content = 'code = "xa"\nname = "xã A"\n[deadlines]\nso_ket = 2027-07-01\n'
    commune = read_commune(a_file(folder, content, "c.toml"))
    assert (commune.deadlines.so_ket, commune.deadlines.tong_ket) == (date(2027, 7, 1), None)
    stored = commune.model_dump(mode="json")["deadlines"]
    assert stored == {
        "annual": {"month": 12, "day": 15}, "onward": None, "so_ket": "2027-07-01",
        "tong_ket": None,
    }  # fmt: skip


def test_a_holder_is_a_unit_of_the_file(folder: Path) -> None:
    head = f'code = "xa"\nname = "xã A"\n{UNITS}[holders]\n'
    commune = read_commune(a_file(folder, f'{head}vneid = "ca"\n', "c.toml"))
    assert (commune.holders.vneid, commune.holders.online) == ("ca", "")
    with pytest.raises(CommuneFileRefused) as refused:
        read_commune(a_file(folder, f'{head}vneid = "ca"\nonline = "cb"\n', "d.toml"))
    (problem,) = refused.value.problems
    assert (problem.line, problem.column) == (9, "holders.online")


def test_holders_of_units_that_come_by_another_file_are_taken_as_they_are(folder: Path) -> None:
    content = 'code = "xa"\nname = "xã A"\nholders = { vneid = "cong-an-xa" }\n'
    assert read_commune(a_file(folder, content, "c.toml")).holders.vneid == "cong-an-xa"


@pytest.mark.parametrize("phone", ["113", "0228 3895 xxx".replace("x", "0"), "(0228) 1; 113", ""])
def test_phones_are_judged_loosely(folder: Path, phone: str) -> None:
    content = f'code = "xa"\nname = "xã A"\noffice_phone = "{phone}"\n'
    assert read_commune(a_file(folder, content, "c.toml")).office_phone == phone


@NO_FIXTURE_RESET
@given(content=st.binary(max_size=300))
def test_no_bytes_raise_anything_else(folder: Path, content: bytes) -> None:
    with pytest.raises(CommuneFileRefused):
        read_commune(a_file(folder, content, "c.toml"))
