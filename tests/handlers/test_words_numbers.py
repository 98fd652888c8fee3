"""N1-N6: counts and percentages."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.words import (
    Count,
    Doubt,
    Percent,
    Refused,
    Unknown,
    read_count,
    read_percent,
    say_number,
    say_number_in_words,
    say_percent,
)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("35", 35), ("0", 0), (" 35. ", 35), ("05", 5), ("1234", 1234), ("(50)", 50),
        ("1.234", 1234), ("1 234", 1234), ("1\u00a0234", 1234), ("1\u202f234", 1234),
        ("1.234.567", 1_234_567), ("12 345 678", 12_345_678), ("999.999.999.999", 999_999_999_999),
        ("1.234 người", 1234), ("50 bà con", 50), ("50nguoi", 50), ("có 35 bà con ạ", 35),
        ("tổng số 50 lượt người", 50), ("3 buổi", 3), ("dạ 12 hộ", 12), ("50 nhé", 50),
        ("１２", 12), ("٥٠", 50), ("१२", 12),
    ],
)  # fmt: skip
def test_n1_n5_figures(typed: str, value: int) -> None:
    assert read_count(typed) == Count(value)


@pytest.mark.parametrize(
    ("typed", "doubt"),
    [
        ("1,234", Doubt("thousands", (1234,))),
        ("1,234,567 người", Doubt("thousands", (1_234_567,))),
        ("1,234 nghìn", Doubt("thousands", (1234, 1_234_000))),
        ("1 nghìn 23", Doubt("shorthand", (1023, 1230))),
        ("1k23", Doubt("shorthand", (1023, 1230))),
        ("hai triệu ba trăm", Doubt("shorthand", (2_000_300, 2_300_000))),
        ("30-40 người", Doubt("range", (30, 40))),
        ("30 đến 40", Doubt("range", (30, 40))),
        ("từ 30 đến 40 người", Doubt("range", (30, 40))),
        ("năm sáu người", Doubt("range", (5, 6))),
        ("30 + 5", Doubt("sum", (35,))),
    ],
)
def test_n2_what_can_mean_two_things_is_asked(typed: str, doubt: Doubt) -> None:
    assert read_count(typed) == doubt


@pytest.mark.parametrize(
    "typed",
    [
        "1.23", "1,5", "12.34.5", "1.2345", "1.234,5", "1,23,456", "0.500", "012.345", "1. 234",
        ".5",
        "1 2", "12 34", "1.234.56", "5.0", "0,0", "½", "5²", "1/2", "15/12", "50%", "1e3", "0x10",
        "1_000",
    ],
)  # fmt: skip
def test_n3_half_figures_are_not_accepted(typed: str) -> None:
    assert read_count(typed) is None


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("năm mươi", 50), ("nam muoi", 50), ("Năm Mươi", 50), ("muoi lam", 15), ("mười lăm", 15),
        ("1 nghìn 2", 1200), ("1k2", 1200), ("1k", 1000), ("2 trăm", 200), ("2 trăm 3", 230),
        ("2 trăm 34", 234), ("1 nghìn 234", 1234), ("hai trăm rưỡi", 250), ("nghìn rưỡi", 1500),
        ("một nghìn hai trăm ba mươi tư", 1234), ("mot nghin hai tram ba muoi tu", 1234),
        ("hai mươi mốt", 21), ("hai muoi mot", 21), ("hai mươi nhăm", 25), ("bẩy mươi", 70),
        ("một trăm linh năm", 105), ("một trăm lẻ năm", 105), ("trăm hai", 120), ("5 chục", 50),
        ("một ngàn", 1000), ("2tr", 2_000_000), ("1,5 nghìn", 1500), ("1.5k", 1500),
        ("hai vạn", 20_000), ("hai lăm", 25), ("ba tư", 34), ("hai mốt", 21),
        ("1,2 triệu", 1_200_000), ("một tỷ", 10**9), ("mười hai người", 12), ("năm", 5), ("sau", 6),
        ("nam", 5), ("mười hai anh chị em", 12), ("hai ba con", 2), ("50 triệu đồng", 50_000_000),
    ],
)  # fmt: skip
def test_n4_words_and_units(typed: str, value: int) -> None:
    assert read_count(typed) == Count(value, in_words=True)


@pytest.mark.parametrize(
    ("typed", "value", "in_words"),
    [
        ("~50", 50, False), ("khoảng 50", 50, False), ("hơn 50 người", 50, False),
        ("gần 50", 50, False),
        ("khoang 1.200", 1200, False), ("tầm 50", 50, False), ("tam 50", 50, False),
        ("cỡ 50", 50, False),
        ("50+", 50, False), ("50 hơn", 50, False), ("trên 50", 50, False),
        ("chưa đến 50", 50, False),
        ("tầm mười người", 10, True), ("khoảng năm mươi", 50, True),
        ("ước chừng 2 trăm", 200, True),
    ],
)  # fmt: skip
def test_n4_about_keeps_the_number_and_a_note(typed: str, value: int, in_words: bool) -> None:
    assert read_count(typed) == Count(value, approximate=True, in_words=in_words)


def test_n4_eighty_is_not_about_ten() -> None:
    assert read_count("tám mươi") == read_count("tam muoi") == Count(80, in_words=True)


@pytest.mark.parametrize(
    "typed",
    ["không", "ko có", "chưa", "chưa có ai", "không có hộ nào", "khong co ai", "k", "k có", "ko ạ",
     "chưa có buổi nào", "không có", "dạ không", "chua co nguoi nao", "hông có ai"],
)  # fmt: skip
def test_n5_none_in_words_is_zero(typed: str) -> None:
    assert read_count(typed) == Count(0, in_words=True)


@pytest.mark.parametrize(
    "typed",
    ["chưa nắm được", "chua nam duoc", "chưa rõ", "không biết", "ko ro", "chưa có số liệu",
    "chua nam",
     "chưa thống kê được", "k bt", "không nhớ", "xóm chưa nắm được ạ", "tôi không rõ", "chịu"],
)  # fmt: skip
def test_n5_not_known_is_neither_zero_nor_five(typed: str) -> None:
    assert read_count(typed) == Unknown()
    assert read_percent(typed) == Unknown()


@pytest.mark.parametrize("typed", ["-5", "−5", "- 5 người", "–12", "âm 5", "am 5"])
def test_n5_negative_is_refused(typed: str) -> None:
    assert read_count(typed) == Refused("negative")


@pytest.mark.parametrize(
    "typed",
    [
        "O", "o", "l", "1O", "l0", "", "?", "mai", "nam sau", "năm sau", "nắm", "huy", "dung",
        "trăm", "nghìn",
        "9999999999999", "0912345678", "036085001234", "20 nam 15 nữ", "không năm mươi", "mốt",
        "lăm",
        "50 người không có điện thoại", "xóm 5 có 35 người", "một trăm linh mười",
        "hai mươi trăm nghìn tỷ",
        "35 40", "vài người", "mấy chục", "mười mười", "rưỡi", "5 người 3 buổi",
    ],
)  # fmt: skip
def test_n5_what_is_no_number_is_not_guessed(typed: str) -> None:
    assert read_count(typed) is None


@given(st.integers(0, 10**9))
def test_n4_what_is_said_can_be_read(number: int) -> None:
    assert read_count(say_number_in_words(number)) == Count(number, in_words=True)
    assert read_count(say_number(number)) == Count(number)
    assert read_count(f"{number}") == Count(number)


def test_n4_every_small_number_can_be_read() -> None:
    for number in range(2_100):
        assert read_count(say_number_in_words(number)) == Count(number, in_words=True)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "không"), (10, "mười"), (14, "mười bốn"), (15, "mười lăm"), (21, "hai mươi mốt"),
        (24, "hai mươi tư"), (105, "một trăm linh năm"), (110, "một trăm mười"),
        (1000, "một nghìn"),
        (1005, "một nghìn không trăm linh năm"), (1234, "một nghìn hai trăm ba mươi tư"),
        (2_000_300, "hai triệu không nghìn ba trăm"), (10**9, "một tỷ"), (-5, "âm năm"),
        (10**12, "một nghìn tỷ"),
    ],
)  # fmt: skip
def test_t20_numbers_in_words(number: int, said: str) -> None:
    assert say_number_in_words(number) == said


def test_u15_numbers_in_vietnamese_style() -> None:
    assert say_number(1_000_000) == "1.000.000"
    assert say_number(999) == "999"
    assert say_percent(Decimal("85.50")) == "85,5%"
    assert say_percent(Decimal(100)) == "100%"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("85,5%", "85.5"), ("85.5%", "85.5"), ("85,5 %", "85.5"), ("85", "85"), ("0%", "0"),
        ("100 phần trăm", "100"),
        ("tám mươi lăm phần trăm", "85"), ("tam muoi lam phan tram", "85"), ("120%", "120"),
        ("8,25", "8.25"),
    ],
)  # fmt: skip
def test_n6_percent(typed: str, value: str) -> None:
    assert read_percent(typed) == Percent(Decimal(value))


@pytest.mark.parametrize(
    "typed", ["1.234%", "85,555", "85,5,1", "một nửa", "%", "", "85/100", "x%"]
)
def test_n6_what_is_no_percentage(typed: str) -> None:
    assert read_percent(typed) is None


def test_n6_about_and_negative() -> None:
    assert read_percent("khoảng 85%") == Percent(Decimal(85), approximate=True)
    assert read_percent("-5%") == Refused("negative")
