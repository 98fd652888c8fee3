"""What the registers tell of a year, for the commune's report: what is known twice counts once.

A plan that stands in the register and in the unit's own report is one plan. Publicity has three
sources that may speak of the same broadcast (the register, the year's book, the units' reports):
they stand side by side and are never added up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from handlers.registers import years
from handlers.registers.years import Year
from storage import registers
from storage.database import Transaction
from storage.registers import EntryInfo
from storage.units import UnitInfo


@dataclass(frozen=True, slots=True)
class RegisterFigures:
    required: int
    """Units that must report: what the counts of plans are out of."""
    plans: int
    """Of those, who issued a plan in the year: by the register or their own report."""
    plans_of_others: int
    """Plans of units whose duty is another (đề nghị, tự nguyện)."""
    programmes: int
    """Chương trình, kế hoạch Bình dân học vụ số, of those who must."""
    launches: int
    units_without_plan: tuple[str, ...]
    """Who must, and has none of this year."""
    units_with_older_plan: tuple[str, ...]
    """Of `units_without_plan`: a plan of an earlier year stands in the register."""
    units_without_programme: tuple[str, ...]
    units_without_launch: tuple[str, ...]
    visits: int
    units_visited: int
    open_follow_ups: int
    """Of these visits, to be looked at again and not done."""
    awards: int
    """Decisions in the register."""
    awarded: int
    """Collectives and persons in them, as far as known."""
    awarded_told: int | None
    """What the units told in their reports; None: nobody told a figure. Not added to `awarded`."""
    broadcasts: int
    minutes: int
    articles: int
    campaigns: int
    """Activities of publicity in the year's book. Not added to the three above."""
    publicity_told: int | None
    """What the units told in their reports; None: nobody told a figure. Not added either."""


async def year_of(
    tx: Transaction, commune_id: int, year: int, span: tuple[date, date]
) -> RegisterFigures:
    """The figures of a reporting year, of the lines whose day is in `span` (both days counted).

    A line without a day counts in its year. Units and their reports are those of the span's end.
    """
    first, last = span
    found = await years.load(tx, commune_id, year, today=last)
    campaigns = await registers.campaigns(tx, commune_id, first=first, last=last)
    return figures_of(found, campaigns=campaigns, span=span)


def figures_of(
    found: Year, *, campaigns: int, span: tuple[date, date] | None = None
) -> RegisterFigures:
    """The same of a year at hand; `span` None = all of its lines."""
    lines = [one for one in found.entries if _is_in(one, span)]
    visits = [one for one in lines if one.register == "visit"]
    awards = [one for one in lines if one.register == "award"]
    broadcasts = [one for one in lines if one.register == "broadcast"]
    required = {one.id for one in found.required}
    lacking = found.lacking("plan", lines)
    having = {kind: found.having(kind, lines) for kind in ("plan", "programme", "launch")}
    return RegisterFigures(
        required=len(required),
        plans=len(having["plan"] & required),
        plans_of_others=len(having["plan"] - required),
        programmes=len(having["programme"] & required),
        launches=len(having["launch"] & required),
        units_without_plan=_names(found, lacking),
        units_with_older_plan=_names(found, [one for one in lacking if one.id in found.older]),
        units_without_programme=_names(found, found.lacking("programme", lines)),
        units_without_launch=_names(found, found.lacking("launch", lines)),
        visits=len(visits),
        units_visited=len({one.unit_id for one in visits}),
        open_follow_ups=sum(one.due_on is not None and one.done_at is None for one in visits),
        awards=len(awards),
        awarded=sum(one.amount or 0 for one in awards),
        awarded_told=found.told_figure("awarded"),
        broadcasts=sum(one.amount or 0 for one in broadcasts),
        minutes=sum(one.minutes or 0 for one in broadcasts),
        articles=sum(one.amount or 0 for one in lines if one.register == "article"),
        campaigns=campaigns,
        publicity_told=found.told_figure("publicity"),
    )


def _is_in(entry: EntryInfo, span: tuple[date, date] | None) -> bool:
    return span is None or entry.held_on is None or span[0] <= entry.held_on <= span[1]


def _names(found: Year, units: Sequence[UnitInfo]) -> tuple[str, ...]:
    return tuple(found.names.get(one.id, one.name) for one in units)
