"""Which period, day or years somebody means after /tonghop."""

from datetime import date

import pytest

from handlers.yearly.asking import Asked, Refused, read

TODAY = date(2026, 12, 10)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", Asked()),
        ("đến nay", Asked()),
        ("den nay", Asked()),
        ("tính đến hôm nay", Asked()),
        ("2025", Asked("2025")),
        ("năm 2026", Asked("2026")),
        ("năm nay", Asked("2026")),
        ("nam ngoai", Asked("2025")),
        ("2025-2027", Asked(years=(2025, 2027))),
        ("2025 – 2027", Asked(years=(2025, 2027))),
        ("từ 2027 đến 2025", Asked(years=(2025, 2027))),
        ("các năm 2025 và 2026", Asked(years=(2025, 2026))),
        ("2025-2099", Asked(years=(2025, 2030))),
        ("đến 30/11", Asked("2026", until=date(2026, 11, 30))),
        ("den het ngay 30/11/2026", Asked("2026", until=date(2026, 11, 30))),
        ("đến 15.12", Asked("2025", until=date(2025, 12, 15))),
        ("đến 20/1/2026", Asked("2025", until=date(2026, 1, 20))),
        ("đến hôm qua", Asked("2026", until=date(2026, 12, 9))),
        ("đến 25/12/2026", Refused("yearly.future")),
        ("2019", Refused("yearly.too_early")),
        ("2019-2026", Refused("yearly.too_early")),
        ("đến 1/3/2024", Refused("yearly.too_early")),
        ("đến 31/2", None),
        ("đến 40/11", None),
        ("xóm 5", None),
        ("20255", None),
        ("sơ kết", None),
        ("2025" * 40, None),
    ],
)
def test_a_period_is_understood_as_people_type_it(
    typed: str, meant: Asked | Refused | None
) -> None:
    assert read(typed, TODAY, {}) == meant


def test_a_report_over_years_is_known_where_it_has_a_day() -> None:
    settings = {"deadlines": {"so_ket": "2027-07-01"}}
    assert read("sơ kết 2025 - 2027", TODAY, settings) == Asked("so_ket_2027")
