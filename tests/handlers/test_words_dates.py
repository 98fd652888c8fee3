"""N7-N10: dates, day first, in local time."""

from datetime import date, datetime, timedelta, timezone
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.words import DateDoubt, DateRefused, read_date, say_date

LOCAL = timezone(timedelta(hours=7))
WEDNESDAY = datetime(2026, 11, 18, 9, 0, tzinfo=LOCAL)
Expects = Literal["past", "future", "any"]


def read(text: str, expects: Expects = "future", at: datetime = WEDNESDAY) -> object:
    return read_date(text, sent_at=at, expects=expects)


@pytest.mark.parametrize(
    "typed",
    [
        "15/12", "15-12", "15.12", "15/12/26", "15-12-2026", "15.12.2026", "15 / 12", "ngày 15/12",
        "15 tháng 12", "15 thang 12", "ngày 15 tháng 12 năm 2026", "ngày 15 tháng 12, 2026",
        "mười lăm tháng mười hai", "15 tháng 12 năm nay", "19h 15/12", "19h30 ngày 15/12",
        "tối 15/12", "thứ 3 15/12", "thứ ba ngày 15/12/2026", "2026-12-15", "15/12 năm nay",
        "15/12 ạ", "１５/１２",
    ],
)  # fmt: skip
def test_n7_one_day_in_many_spellings(typed: str) -> None:
    assert read(typed) == date(2026, 12, 15)


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("hôm nay", 0), ("hom nay", 0), ("sáng nay", 0), ("tối nay", 0), ("hôm qua", -1),
        ("tối qua", -1),
        ("toi qua", -1), ("hôm kia", -2), ("hôm kìa", -3), ("mai", 1), ("ngày mai", 1),
        ("sáng mai", 1),
        ("mốt", 2), ("ngày kia", 2), ("3 ngày trước", -3), ("cách đây ba ngày", -3),
        ("2 ngày nữa", 2),
    ],
)  # fmt: skip
def test_n7_days_counted_from_the_message(typed: str, days: int) -> None:
    assert read(typed, "any") == WEDNESDAY.date() + timedelta(days=days)


@pytest.mark.parametrize(
    ("typed", "expects", "day"),
    [
        ("thứ 6 này", "future", 20), ("thứ sáu tuần này", "any", 20), ("thu 6", "future", 20),
        ("thứ 6 tuần sau", "future", 27), ("thu sau tuan sau", "future", 27),
        ("t6 tuan toi", "future", 27),
        ("thứ 6 tuần trước", "past", 13), ("thứ 6", "past", 13), ("thứ 6 tới", "future", 20),
        ("tối thứ 6", "past", 13), ("chủ nhật vừa rồi", "past", 15), ("cn vua roi", "past", 15),
        ("thứ năm", "future", 19), ("hôm thứ hai", "past", 16), ("thứ 4", "past", 18),
        ("thứ tư", "any", 18),
    ],
)  # fmt: skip
def test_n7_weekdays(typed: str, expects: Expects, day: int) -> None:
    assert read(typed, expects) == date(2026, 11, day)


@pytest.mark.parametrize(
    ("typed", "expects", "reason", "days"),
    [
        ("thứ 6", "any", "week", [date(2026, 11, 13), date(2026, 11, 20)]),
        ("thứ 2 này", "future", "week", [date(2026, 11, 16), date(2026, 11, 23)]),
        ("thứ 2 trước", "past", "week", [date(2026, 11, 9), date(2026, 11, 16)]),
        ("thứ 4 15/12/2026", "future", "weekday", [date(2026, 12, 15)]),
        ("cuối tháng", "future", "vague", [date(2026, 11, 30)]),
        ("cuối tuần", "future", "vague", [date(2026, 11, 21), date(2026, 11, 22)]),
        ("15-16/12", "future", "range", [date(2026, 12, 15), date(2026, 12, 16)]),
        ("10-11-12", "past", "far", [date(2012, 11, 10)]),
        ("mai", "past", "future", [date(2026, 11, 19)]),
        ("hôm qua", "future", "past", [date(2026, 11, 17)]),
        ("15/12/2026", "past", "future", [date(2026, 12, 15)]),
    ],
)
def test_n7_doubts_are_asked(typed: str, expects: Expects, reason: str, days: list[date]) -> None:
    assert read(typed, expects) == DateDoubt(reason, tuple(days))


def test_n8_without_year_the_past_is_at_most_300_days_away() -> None:
    assert read("1/10", "past") == date(2026, 10, 1)
    assert read("18/11", "past") == read("18/11", "future") == date(2026, 11, 18)
    assert read("22/1", "past") == date(2026, 1, 22)  # 300 days
    assert read("21/1", "past") == DateDoubt("year", (date(2026, 1, 21), date(2027, 1, 21)))
    assert read("15/12", "past") == DateDoubt("year", (date(2025, 12, 15), date(2026, 12, 15)))


def test_n8_without_year_the_future_is_the_nearest() -> None:
    assert read("1/10", "future") == date(2027, 10, 1)
    assert read("29/2", "future") == date(2028, 2, 29)
    assert read("ngày 5", "future") == date(2026, 12, 5)
    assert read("ngày 5", "past") == date(2026, 11, 5)


def test_n8_anything_else_is_asked() -> None:
    assert read("1/10", "any") == DateDoubt("year", (date(2026, 10, 1), date(2027, 10, 1)))


@pytest.mark.parametrize("typed", ["12/15", "12-15-2026", "1/31"])
def test_n8_month_first_is_refused_never_swapped(typed: str) -> None:
    assert read(typed) == DateRefused("month-first")


@pytest.mark.parametrize(
    "typed",
    ["rằm", "ram thang 8", "mùng 1", "mung 1", "mồng 5", "15/8 âm lịch", "15/8 âm", "tết", "30 Tết",
     "tháng giêng", "tháng chạp", "giao thừa"],
)  # fmt: skip
def test_n9_lunar_words_are_asked(typed: str) -> None:
    assert read(typed) == DateRefused("lunar")


@pytest.mark.parametrize(
    ("typed", "month", "last_day"),
    [("31/4", 4, 30), ("30/2", 2, 28), ("29/2/2026", 2, 28), ("30/2/2028", 2, 29),
    ("31 tháng 4", 4, 30),
     ("0/5", 5, 31), ("45/1", 1, 31), ("ngày 32", None, 31)],
)  # fmt: skip
def test_n9_a_missing_day_says_the_last_one(typed: str, month: int | None, last_day: int) -> None:
    assert read(typed) == DateRefused("no-such-day", month, last_day)


def test_n9_other_refusals() -> None:
    assert read("20/15") == DateRefused("no-such-month")
    assert read("1/1/1026") == DateRefused("year")


@pytest.mark.parametrize(("hour", "minute", "day"), [(23, 59, 14), (0, 0, 15), (0, 1, 15)])
def test_n10_the_message_decides_what_today_is(hour: int, minute: int, day: int) -> None:
    at = datetime(2026, 12, day, hour, minute, tzinfo=LOCAL)
    assert read("hôm nay", at=at) == date(2026, 12, day)
    assert read("tối qua", "past", at=at) == date(2026, 12, day - 1)


@pytest.mark.parametrize(
    "typed",
    ["", "5", "một", "35 người", "hôm nọ", "tuần trước", "mai mốt", "3 ngày", "không", "15 12"],
)
def test_n7_what_is_no_date(typed: str) -> None:
    assert read(typed) is None


def test_u15_a_date_is_said_with_its_weekday() -> None:
    assert say_date(date(2026, 12, 15)) == "thứ Ba 15/12/2026"
    assert say_date(date(2026, 12, 13)) == "Chủ nhật 13/12/2026"


@given(st.dates(date(2025, 1, 1), date(2031, 12, 31)), st.sampled_from(["/", "-", "."]))
def test_n7_what_is_said_can_be_read(day: date, mark: str) -> None:
    typed = f"{day.day}{mark}{day.month}{mark}{day.year}"
    assert read(typed, "any") == day
    assert read(say_date(day), "any") == day


@given(
    st.text(alphabet="0123456789/-. thángàyứsuqmonaikTBC", max_size=30),
    st.sampled_from(["past", "future", "any"]),
    st.dates(date(2024, 1, 1), date(2030, 12, 31)),
)
def test_n7_a_certain_date_fits_the_question(text: str, expects: Expects, today: date) -> None:
    found = read(text, expects, datetime(today.year, today.month, today.day, tzinfo=LOCAL))
    if isinstance(found, date):
        assert expects != "past" or found <= today
        assert expects != "future" or found >= today
