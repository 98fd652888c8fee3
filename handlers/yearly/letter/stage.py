"""What the registers tell of a period: of one year, or of all the years of a stage."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from handlers.registers.figures import RegisterFigures, year_of
from handlers.reporting.periods import ReportPeriod
from handlers.statistics import spans
from storage.database import Transaction

_ADDED: Final = (
    *("visits", "open_follow_ups", "awards", "awarded"),
    *("broadcasts", "minutes", "articles", "campaigns"),
)

_OF_UNITS: Final = (
    *("required", "plans", "plans_of_others", "programmes", "launches"),
    "units_visited",
)


async def registers_of(
    tx: Transaction, commune_id: int, period: ReportPeriod, *, until: date
) -> RegisterFigures:
    """Lines of the period up to `until`, that day counted."""
    years = range(period.first.year, period.year + 1)
    if period.occasion == "annual":
        years = range(period.year, period.year + 1)
    found = []
    for year in years:
        span = spans.report_period(year)
        last = max(span.first, min(span.last, period.last, until))
        found.append(await year_of(tx, commune_id, year, (span.first, last)))
    return found[0] if len(found) == 1 else of_years(found)


def of_years(each: Sequence[RegisterFigures]) -> RegisterFigures:
    """Of several years what adds up; units counted in each of them would be counted twice."""
    sums: dict[str, Any] = {key: sum(getattr(one, key) for one in each) for key in _ADDED}
    units: dict[str, Any] = dict.fromkeys(_OF_UNITS, 0)
    return replace(each[-1], **sums, **units)
