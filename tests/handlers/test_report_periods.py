"""The periods of the units' reports: which are open, until when, and how they are called."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import texts
from handlers.reporting import periods
from handlers.units import SAMPLE_COMMUNE, read_commune

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
TEXTS = texts.load()
SPECIALS = {"deadlines": {"so_ket": "2027-07-01", "tong_ket": "2030-10-15"}}


def before(month: int, day: int) -> periods.Settings:
    return {"deadlines": {"annual": {"month": month, "day": day}}}


def keys_on(day: date, settings: periods.Settings) -> list[str]:
    return [period.key for period in periods.open_on(day, settings)]


@pytest.mark.parametrize(
    ("at", "late"),
    [
        (datetime(2026, 12, 14, 16, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 12, 14, 17, 0, tzinfo=UTC), True),
        (datetime(2026, 12, 14, 23, 59, 59, tzinfo=UTC), True),  # 15/12, 6:59 here
        (datetime(2026, 12, 14, 23, 59, 59, 999_999, tzinfo=HERE), False),
        (datetime(2026, 12, 15, 0, 0, tzinfo=HERE), True),
        (datetime(2026, 1, 1, tzinfo=UTC), False),
    ],
)
def test_before_15_12_is_on_time_to_the_end_of_the_14th_here(at: datetime, late: bool) -> None:
    """R20: compared as local days, whatever zone the moment is in."""
    assert periods.is_late(at, periods.annual(2026, {}), HERE) is late


def test_an_annual_report_covers_15_12_to_14_12() -> None:
    period = periods.annual(2026, {})
    assert (period.key, period.occasion, period.year) == ("2026", "annual", 2026)
    assert (period.first, period.last) == (date(2025, 12, 15), date(2026, 12, 14))
    assert period.due == date(2026, 12, 14)


@pytest.mark.parametrize(
    "settings", [{}, {"deadlines": {}}, {"deadlines": None}, {"deadlines": {"annual": None}}]
)
def test_without_a_setting_the_plan_counts(settings: periods.Settings) -> None:
    assert periods.annual(2030, settings).due == date(2030, 12, 14)


def test_the_settings_are_read_as_they_are_stored() -> None:
    stored = read_commune(SAMPLE_COMMUNE).model_dump(mode="json", exclude={"code", "units"})
    assert periods.annual(2026, stored).due == date(2026, 12, 14)
    assert keys_on(date(2027, 6, 1), stored) == ["2027"]


@pytest.mark.parametrize(
    ("settings", "year", "due"),
    [
        (before(11, 30), 2026, date(2026, 11, 29)),
        (before(3, 1), 2027, date(2027, 2, 28)),
        (before(3, 1), 2028, date(2028, 2, 29)),
        (before(12, 1), 2028, date(2028, 11, 30)),
        (before(2, 2), 2026, date(2026, 2, 1)),
        # Days of January are those after the year: nobody reports before anything happened.
        (before(2, 1), 2026, date(2027, 1, 31)),
        (before(1, 15), 2026, date(2027, 1, 14)),
        (before(1, 1), 2026, date(2026, 12, 31)),
    ],
)
def test_a_commune_may_choose_another_day(settings: periods.Settings, year: int, due: date) -> None:
    period = periods.annual(year, settings)
    assert period.due == due
    assert (period.first, period.last) == (date(year - 1, 12, 15), date(year, 12, 14))


@pytest.mark.parametrize(
    ("day", "keys"),
    [
        (date(2027, 1, 31), ["2026"]),
        (date(2027, 2, 1), ["2027"]),
        (date(2026, 12, 31), ["2026"]),
        (date(2028, 2, 29), ["2028"]),
        (date(2025, 2, 1), ["2025"]),
        (date(2025, 1, 31), []),  # the plan had not begun
    ],
)
def test_the_report_of_a_year_is_open_from_february_to_january(day: date, keys: list[str]) -> None:
    assert keys_on(day, {}) == keys


@given(day=st.dates(date(2025, 2, 1), date(2098, 12, 31)), month=st.integers(1, 12))
def test_the_last_day_of_an_open_annual_report_lies_in_its_window(day: date, month: int) -> None:
    (period,) = periods.open_on(day, before(month, 1))
    assert date(period.year, 2, 1) <= period.due <= date(period.year + 1, 1, 31)
    assert periods.by_key(period.key, before(month, 1)) == period


@pytest.mark.parametrize(
    ("day", "keys"),
    [
        (date(2027, 3, 1), ["2027"]),
        (date(2027, 3, 2), ["so_ket_2027", "2027"]),  # 120 days before 30/6
        (date(2027, 6, 30), ["so_ket_2027", "2027"]),
        (date(2027, 8, 29), ["so_ket_2027", "2027"]),  # 60 days after
        (date(2027, 8, 30), ["2027"]),
        (date(2030, 12, 10), ["2030", "tong_ket_2030"]),
        (date(2030, 9, 1), ["tong_ket_2030", "2030"]),
    ],
)
def test_a_report_over_several_years_is_open_around_its_day(day: date, keys: list[str]) -> None:
    assert keys_on(day, SPECIALS) == keys


def test_two_reports_due_on_one_day_begin_with_the_annual_one() -> None:
    settings = {"deadlines": {"so_ket": "2027-12-15"}}
    assert keys_on(date(2027, 12, 1), settings) == ["2027", "so_ket_2027"]


def test_a_report_over_several_years_covers_them_from_the_beginning_of_the_plan() -> None:
    period = periods.by_key("tong_ket_2030", SPECIALS)
    assert period is not None
    assert (period.occasion, period.year) == ("tong_ket", 2030)
    assert (period.first, period.last) == (date(2025, 1, 1), date(2030, 10, 14))
    assert period.due == period.last


@pytest.mark.parametrize(
    "key",
    ["", "2024", "1999", "20260", "２０２６", "2026 ", "so_ket", "so_ket_2028", "annual", "2026\n"],
)
def test_what_is_no_key_is_no_period(key: str) -> None:
    assert periods.by_key(key, SPECIALS) is None


def test_without_a_day_there_is_no_report_over_several_years() -> None:
    unset = {"deadlines": {"so_ket": None, "tong_ket": ""}}
    assert periods.by_key("so_ket_2027", unset) is None
    assert periods.by_key("tong_ket_2030", {}) is None
    assert keys_on(date(2027, 6, 1), unset) == ["2027"]


@pytest.mark.parametrize(
    ("key", "title", "due"),
    [
        ("2026", "năm 2026", "trước ngày 15/12 (hết thứ Hai 14/12)"),
        ("so_ket_2027", "sơ kết 2025 - 2027", "trước ngày 1/7 (hết thứ Tư 30/6)"),
        ("tong_ket_2030", "tổng kết 2025 - 2030", "trước ngày 15/10 (hết thứ Hai 14/10)"),
    ],
)
def test_a_period_is_said_in_words(key: str, title: str, due: str) -> None:
    period = periods.by_key(key, SPECIALS)
    assert period is not None
    assert periods.say_title(TEXTS, period) == title
    assert periods.say_due(TEXTS, period) == due
