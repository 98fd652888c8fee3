"""How many people learn where: the one source of every participation figure (design §5).

These are real figures, small cells included: for scoped officers, leaders, heads and helpers. What
is public or goes to a group hides cells under 5 and their complements first (T45), elsewhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from storage.database import Transaction
from storage.statistics import gatherings, learning, places
from storage.statistics.figures import (
    BASIC,
    Figures,
    Modules,
    Period,
    Scope,
    Source,
    Table,
    UnitRow,
)
from storage.statistics.learning import Counted
from storage.statistics.places import Places


class _Counts(NamedTuple):
    by_unit: dict[int | None, dict[str, int]]
    total: dict[str, int]


async def table(
    tx: Transaction,
    scope: Scope,
    period: Period,
    *,
    modules: Modules,
    now: datetime,
    source: Source | None = None,
) -> Table:
    """Participation by unit; `source` chooses among lessons, what was held is the same for each."""
    await _sort_in_memory(tx)
    found = await places.find(tx, scope)
    counts = await _count(tx, found, period, modules=modules, now=now, source=source)
    named = await places.named(tx, found, period)
    rows = places.rows_of(found, scope, period, counts.by_unit, named)
    together = places.together(found, period, named.people)
    return Table(period, rows, Figures(**counts.total, **together))


async def totals(
    tx: Transaction, scope: Scope, periods: Sequence[Period], *, modules: Modules, now: datetime
) -> list[Figures]:
    """The total of each period, for a trend; `active` of each is as of its end."""
    await _sort_in_memory(tx)
    found = await places.find(tx, scope)
    trend = []
    for period in periods:
        counts = await _count(tx, found, period, modules=modules, now=now, source=None)
        people = await places.people(tx, found, period)
        together = places.together(found, period, people)
        trend.append(Figures(**counts.total, **together))
    return trend


async def _sort_in_memory(tx: Transaction) -> None:
    """A year of a large commune is 80,000 rows to sort: more than PostgreSQL's 4 MB, on disk."""
    if tx.dialect.name == "postgresql":
        await tx.exec_driver_sql("SET LOCAL work_mem = '32MB'")


async def _count(
    tx: Transaction,
    found: Places,
    period: Period,
    *,
    modules: Modules,
    now: datetime,
    source: Source | None,
) -> _Counts:
    counted = await learning.learned(tx, found, period, modules=modules, now=now, source=source)
    return _gathered((counted, await gatherings.held(tx, found, period)))


def _gathered(found: Iterable[Counted]) -> _Counts:
    by_unit: dict[int | None, dict[str, int]] = defaultdict(dict)
    total: dict[str, int] = {}
    for counted in found:
        for row in counted:
            figures = {name: int(n or 0) for name, n in row.items() if name not in _KEYS}
            if row["is_total"]:
                total |= figures
            else:
                by_unit[row["unit_id"]] |= figures
    return _Counts(by_unit, total)


_KEYS: Final = ("unit_id", "is_total")

__all__ = [
    "BASIC",
    "Figures",
    "Modules",
    "Period",
    "Scope",
    "Source",
    "Table",
    "UnitRow",
    "table",
    "totals",
]
