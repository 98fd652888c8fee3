"""The participation figures of a commune: for the chat, and as data for a table or a page."""

from collections.abc import Collection, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Final

from handlers.statistics.periods import Span
from handlers.units import distinct_names
from handlers.words import say_number
from lessons.catalogue import Catalogue
from storage import statistics
from storage.database import Transaction
from storage.statistics import Period, Scope, Source, Table


def whole_modules(catalogue: Catalogue) -> Mapping[str, Collection[str]]:
    """Lessons by module, of the modules that are all written: only they can be completed.

    `statistics.BASIC` has the lessons of mức Cơ bản: all level B modules of the residents' track.
    """
    modules = {
        module.id: [lesson.id for lesson in catalogue.lessons_of(module.id)]
        for module in catalogue.modules
        if catalogue.is_whole(module.id)
    }
    basic = [m.id for m in catalogue.modules if (m.track, m.level) == _BASIC]
    if basic and all(module in modules for module in basic):
        modules[statistics.BASIC] = [lesson for module in basic for lesson in modules[module]]
    return modules


_BASIC: Final = ("dan", "B")


async def unit_table(
    tx: Transaction,
    *,
    catalogue: Catalogue,
    scope: Scope,
    period: Period,
    now: datetime,
    source: Source | None = None,
) -> Table:
    """Real figures, for those who answer for these units.

    Cells under 5 are shown: hiding them is for public and group outputs only (T45).
    """
    modules = whole_modules(catalogue)
    return await statistics.table(tx, scope, period, modules=modules, now=now, source=source)


def names(table: Table) -> dict[str, str]:
    """Code -> a name nobody else in the table has: "Xóm 3 - xã cũ A"."""
    return distinct_names(row for row in table.rows if row.unit_id is not None)


def say_share(share: Fraction) -> str:
    """One decimal, half up, Vietnamese comma: 2.857 is "2,9%", 1234.5 is "1.234,5%"."""
    tenths = int(share * 10 + Fraction(1, 2))
    return f"{say_number(tenths // 10)},{tenths % 10}%"


__all__ = ["Span", "names", "say_share", "unit_table", "whole_modules"]
