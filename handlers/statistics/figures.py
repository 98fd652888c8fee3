"""The participation figures of a commune: for the chat, and as data for a table or a page."""

from collections.abc import Collection, Mapping
from fractions import Fraction

from handlers.statistics.periods import Span
from handlers.units import distinct_names
from handlers.words import say_number
from lessons.catalogue import Catalogue
from storage import statistics
from storage.database import Transaction
from storage.statistics import HamletTable


def whole_modules(catalogue: Catalogue) -> Mapping[str, Collection[str]]:
    """Lessons by module, of the modules that are all written: only they can be completed."""
    return {
        module.id: [lesson.id for lesson in catalogue.lessons_of(module.id)]
        for module in catalogue.modules
        if catalogue.is_whole(module.id)
    }


async def hamlet_table(
    tx: Transaction,
    *,
    catalogue: Catalogue,
    commune_id: int,
    period: statistics.Period,
    only: Collection[int] | None = None,
) -> HamletTable:
    """Real figures, for those who answer for these hamlets; None = the whole commune.

    Cells under 5 are shown: hiding them is for public and group outputs only (T45).
    """
    return await statistics.hamlet_table(
        tx, commune_id=commune_id, period=period, modules=whole_modules(catalogue), only=only
    )


def names(table: HamletTable) -> dict[str, str]:
    """Code -> a name nobody else in the table has: "Xóm 3 - xã cũ A"."""
    return distinct_names(row for row in table.rows if row.unit_id is not None)


def say_share(share: Fraction) -> str:
    """One decimal, half up, Vietnamese comma: 2.857 is "2,9%", 1234.5 is "1.234,5%"."""
    tenths = int(share * 10 + Fraction(1, 2))
    return f"{say_number(tenths // 10)},{tenths % 10}%"


__all__ = ["Span", "hamlet_table", "names", "say_share", "whole_modules"]
