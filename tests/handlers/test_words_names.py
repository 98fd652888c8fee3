"""N11, N12: finding a hamlet; its number is never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.words import (
    Close,
    Exact,
    Found,
    Named,
    NoMatch,
    Several,
    find_named,
    fold,
    say_number_in_words,
)

NUMBERED = [Named(f"x{n}", (f"Xóm {n}", f"xom-{n:02}")) for n in (1, 2, 5, 12, 13, 25)]
UNITS = [
    *NUMBERED,
    Named("3a", ("Xóm 3", "Xóm 3 xã cũ Giao Hà", "Xóm 3 xã cũ A", "a-xom-03")),
    Named("3b", ("Xóm 3", "Xóm 3 xã cũ Giao Hải", "Xóm 3 xã cũ B", "b-xom-03")),
    Named("nam", ("Xóm Nam",)),
    Named("doai", ("Thôn Đoài",)),
    Named("thuong", ("Xóm Đoài Thượng",)),
    Named("7A", ("Xóm 7A",)),
    Named("school", ("Trường THCS Giao Minh", "THCS Giao Minh")),
]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("5", Exact("x5")), ("x5", Exact("x5")), ("X5", Exact("x5")), ("xóm5", Exact("x5")),
        ("xom so 5", Exact("x5")), ("xóm số 5 ạ", Exact("x5")), ("xóm năm", Exact("x5")),
        ("năm", Exact("x5")),
        ("thôn 5", Exact("x5")), ("05", Exact("x5")), ("xom-05", Exact("x5")),
        ("h_xom-05", Exact("x5")),
        ("5️⃣", Exact("x5")), ("５", Exact("x5")), ("số 5", Exact("x5")),
        ("tôi ở xóm 5", Exact("x5")),
        ("Xóm 5 nhà tôi", Exact("x5")), ("xom 5 a", Exact("x5")), ("bà con xóm 5", Exact("x5")),
        ("xóm mười hai", Exact("x12")),
        ("xom hai muoi lam", Exact("x25")), ("xom1", Exact("x1")), ("x.5", Exact("x5")),
        ("xóm hai", Exact("x2")),
    ],
)  # fmt: skip
def test_n11_a_hamlet_by_its_number(typed: str, found: Found) -> None:
    assert find_named(typed, UNITS) == found


@pytest.mark.parametrize(
    "typed",
    ["xóm 14", "xóm 51", "15", "35", "0", "xóm 5, 12", "xóm 5 có 35 người", "xom51", "xóm 1 2",
    "xóm 7",
     "0912345678", "15/12"],
)  # fmt: skip
def test_n12_another_number_is_never_close(typed: str) -> None:
    assert find_named(typed, UNITS) == NoMatch()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("xóm 3", Several(("3a", "3b"))),
        ("x3", Several(("3a", "3b"))),
        ("xóm ba", Several(("3a", "3b"))),
        ("Xóm 3 xã cũ A", Exact("3a")),
        ("xom 3 xa cu b", Exact("3b")),
        ("xóm 3 giao hải", Exact("3b")),
        ("xom 3 giao hai", Exact("3b")),
        ("3 Giao Hà", Exact("3a")),
        ("xóm 3 xã cũ C", Several(("3a", "3b"))),
        ("xom nam", Several(("nam", "x5"))),
        ("Nam", Several(("nam", "x5"))),
        ("xóm Nam", Exact("nam")),
        ("5 người", Several(("x5",))),
        ("không phải xóm 5", Several(("x5",))),
        ("7a", Exact("7A")),
        ("xóm 7A", Exact("7A")),
    ],
)
def test_n12_two_of_one_number_are_asked(typed: str, found: Found) -> None:
    assert find_named(typed, UNITS) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("thon doai", Exact("doai")), ("Đoài", Exact("doai")), ("doai", Exact("doai")),
        ("xóm đoài thượng", Exact("thuong")), ("doai thuong", Exact("thuong")),
        ("thondoai", Close("doai")),
        ("doai thuongg", Close("thuong")), ("doaif thuwowngj", Close("thuong")),
        ("truong thcs giao minh", Exact("school")), ("thcs giao minh", Exact("school")),
        ("truong giao minh", Close("school")), ("trường thcs giao mình", Exact("school")),
        ("xosm 5", Close("x5")), ("xom1 5", Close("x5")), ("xo1m 5", Close("x5")),
        ("xomr 12", Close("x12")),
        ("xóm", NoMatch()), ("xã cũ A", NoMatch()), ("", NoMatch()), ("có", NoMatch()),
        ("không", NoMatch()),
        ("bắc", NoMatch()), ("nắm", NoMatch()),
    ],
)  # fmt: skip
def test_n11_names_with_slips_and_leftovers(typed: str, found: Found) -> None:
    assert find_named(typed, UNITS) == found


def test_n12_the_kind_that_was_said_decides() -> None:
    both = [Named("xom", ("Xóm 5",)), Named("to", ("Tổ dân phố 5",))]
    assert find_named("tổ 5", both) == Exact("to")
    assert find_named("tổ dân phố số 5", both) == Exact("to")
    assert find_named("xóm 5", both) == Exact("xom")
    assert find_named("5", both) == Several(("xom", "to"))


def test_n12_at_most_four_are_asked() -> None:
    many = [Named(str(n), ("Xóm 3", f"Xóm 3 xã cũ {n * 'A'}")) for n in range(1, 8)]
    assert find_named("xóm 3", many) == Several(("1", "2", "3", "4"))
    assert find_named("xóm 3", many, limit=2) == Several(("1", "2"))


CLUMSY = [
    form
    for n in range(1, 41)
    for form in (
        f"x{n}", f"xom{n}", f"XÓM {n}", f"xom so {n}", f"xosm {n}", f"xo1m {n}", f" thôn  {n} ạ",
        f"xóm {say_number_in_words(n)}", f"tôi ở xóm {n}", fold(f"xóm {say_number_in_words(n)}"),
    )
]  # fmt: skip


def test_n12_clumsy_hamlets_are_found_and_never_another_one() -> None:
    hamlets = [Named(str(n), (f"Xóm {n}", f"xom-{n:02}")) for n in range(1, 41)]
    assert len(CLUMSY) >= 150
    for place, typed in enumerate(CLUMSY):
        wanted = str(place // 10 + 1)
        assert find_named(typed, hamlets) in (Exact(wanted), Close(wanted)), typed


@given(
    st.integers(0, 999), st.sampled_from(["xóm {}", "x{}", "{}", "xom so {}", "thôn {}", "xosm {}"])
)
def test_n12_a_number_finds_its_hamlet_or_nothing(number: int, form: str) -> None:
    found = find_named(form.format(number), NUMBERED)
    keys = {f"x{number}"} & {unit.key for unit in NUMBERED}
    assert found == NoMatch() if not keys else found in (Exact(f"x{number}"), Close(f"x{number}"))
