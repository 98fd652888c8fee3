"""Spans of time: their cutting for trends, and the times that /thongke reads."""

import time
from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.statistics import periods
from handlers.statistics.periods import Span

MONDAY: Final = date(2026, 11, 23)
_DAYS: Final = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("từ 1/9 đến 15/11", "2026-09-01", "2026-11-15"),
        ("từ 1/9 đến 15/11/2025", "2025-09-01", "2025-11-15"),
        ("01/10/2026 - 15/11/2026", "2026-10-01", "2026-11-15"),
        ("từ 1-9 đến 15-11", "2026-09-01", "2026-11-15"),
        ("1-15/11", "2026-11-01", "2026-11-15"),
        ("từ 1/9 đến 31/12", "2026-09-01", "2026-12-31"),
        ("từ 15/12 đến nay", "2025-12-15", "2026-11-23"),
        ("từ tháng 9 đến tháng 11", "2026-09-01", "2026-11-30"),
        ("tháng 9 đến 11", "2026-09-01", "2026-11-30"),
        ("từ tháng 12 đến tháng 2", "2025-12-01", "2026-02-28"),
        ("từ 9/2025 đến 3/2026", "2025-09-01", "2026-03-31"),
        ("từ tháng 9 đến nay", "2026-09-01", "2026-11-23"),
        ("từ đầu năm", "2026-01-01", "2026-11-23"),
        ("từ đầu năm đến hết tháng 9", "2026-01-01", "2026-09-30"),
        ("từ đầu quý đến nay", "2026-10-01", "2026-11-23"),
        ("quý 1 đến quý 3", "2026-01-01", "2026-09-30"),
        ("6 tháng đầu năm", "2026-01-01", "2026-06-30"),
        ("6 tháng cuối năm ngoái", "2025-07-01", "2025-12-31"),
        ("nửa đầu năm", "2026-01-01", "2026-06-30"),
        ("3 quý đầu năm", "2026-01-01", "2026-09-30"),
        ("7 ngày qua", "2026-11-17", "2026-11-23"),
        ("ba mươi ngày qua", "2026-10-25", "2026-11-23"),
        ("quý này", "2026-10-01", "2026-12-31"),
        ("quý trước", "2026-07-01", "2026-09-30"),
        ("quý tư", "2026-10-01", "2026-12-31"),
        ("năm ngoái quý 4", "2025-10-01", "2025-12-31"),
        ("tháng sáu", "2026-06-01", "2026-06-30"),
        ("tháng năm năm nay", "2026-05-01", "2026-05-31"),
        ("giai đoạn 1", "2025-01-01", "2027-12-31"),
        ("giai đoạn II", "2028-01-01", "2030-12-31"),
        ("kỳ báo cáo", "2025-12-15", "2026-12-14"),
        ("kỳ trước", "2024-12-15", "2025-12-14"),
        ("hôm qua", "2026-11-22", "2026-11-22"),
        ("thứ 6 tuần trước", "2026-11-20", "2026-11-20"),
        ("cả năm", "2026-01-01", "2026-12-31"),
    ],
)
def test_n7_times_are_read_from_a_monday_in_november(text: str, first: str, last: str) -> None:
    asked = periods.read(text, MONDAY)
    assert asked is not None
    assert asked.span is not None
    assert (asked.span.first.isoformat(), asked.span.last.isoformat()) == (first, last)
    assert asked.rest == ""


@pytest.mark.parametrize(
    "text",
    [
        "31/11", "quý 5", "giai đoạn 3", "tháng 13", "ngày 32", "15/11 đến 1/9", "đầu năm", "thứ 6",
        "cuối tháng 10", "3 tháng qua", "nửa tháng qua", "rằm tháng 7", "tháng sau",
        "cùng kỳ năm ngoái",
        "đến hết tháng 10", "12/12", "dạo này", "tháng 10 và 11", "tháng này năm ngoái",
    ],
)  # fmt: skip
def test_n8_impossible_and_doubtful_times_are_not_guessed(text: str) -> None:
    assert periods.read(text, MONDAY) is None


@pytest.mark.parametrize(
    ("today", "first"),
    [("2026-12-14", "2025-12-15"), ("2026-12-15", "2026-12-15"), ("2027-01-01", "2026-12-15")],
)
def test_n10_the_report_period_turns_on_the_fifteenth_of_december(today: str, first: str) -> None:
    asked = periods.read("kỳ này", date.fromisoformat(today))
    assert asked is not None
    assert asked.span is not None
    assert asked.span.first == date.fromisoformat(first)


def test_a_phase_is_what_the_plan_says() -> None:
    assert periods.phase(1).first == date(2025, 1, 1)
    assert periods.phase(1).last + timedelta(days=1) == periods.phase(2).first == date(2028, 1, 1)
    assert periods.phase(2).last == date(2030, 12, 31)


def test_days_are_named_with_both_ends_and_one_day_alone() -> None:
    day = date(2026, 11, 5)
    assert periods.days(day, day).name == "ngày 5/11/2026"
    assert periods.days(day, MONDAY).name == "từ 5/11/2026 đến 23/11/2026"


def test_months_of_a_quarter_are_the_months() -> None:
    quarter = periods.quarter(4, 2026)
    months = [periods.month(number, 2026) for number in (10, 11, 12)]
    assert periods.months_between(quarter.first, quarter.last) == months


@given(_DAYS, st.integers(0, 800))
def test_months_and_weeks_cut_a_time_without_gap_or_overlap(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    for cut in (periods.months_between, periods.weeks_between):
        parts = cut(first, last)
        assert _days(parts) == [first + timedelta(days=n) for n in range(length + 1)]
    weeks = periods.weeks_between(first, last)
    assert all(week.first.weekday() == 0 for week in weeks[1:])


def _days(parts: list[Span]) -> list[date]:
    return [
        part.first + timedelta(days=n)
        for part in parts
        for n in range((part.last - part.first).days + 1)
    ]


@given(_DAYS, _DAYS)
def test_n7_two_days_written_out_are_read_back(one: date, other: date) -> None:
    span = periods.days(min(one, other), max(one, other))
    asked = periods.read(span.name, MONDAY)
    assert asked is not None
    assert asked.span == span


@pytest.mark.parametrize("length", [400, 4096])
@pytest.mark.parametrize(
    "piece", ["tháng 11 ", "từ 1/9 đến ", "1-", "9 ", "đầu ", "ngày mười ", "/"]
)
def test_t29_the_longest_text_takes_no_longer_than_50_ms(piece: str, length: int) -> None:
    text = (piece * length)[:length]
    periods.read(text, MONDAY)
    times = []
    for _ in range(3):  # the best of three: the machine is shared
        start = time.perf_counter()
        periods.read(text, MONDAY)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.05
