"""What a book shows of a year: its lines page by page, its totals, and who is missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from handlers.flow import Turn
from handlers.messages import Outgoing
from handlers.registers import saying
from handlers.registers.figures import RegisterFigures, figures_of
from handlers.registers.kinds import BOOKS
from handlers.registers.years import Year
from handlers.reporting.letter.writing import as_day
from handlers.statistics import spans
from handlers.words import cut_list, say_number
from handlers.yearly.gathering import Told
from storage import registers
from storage.registers import EntryInfo
from storage.units import UnitInfo

PAGE: Final = 5
_MOST_NAMES: Final = 1_200
"""Characters of a list of names in one message."""
_GROUPS: Final = ("xom", "truong_hoc", "co_quan")


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    entry: EntryInfo | None
    """None: told by the unit in its report, not written here."""


def lines(turn: Turn, year: Year, book: str) -> list[Line]:
    """The register's own lines by their day, then what only the units' reports tell."""
    kinds = BOOKS[book].kinds
    own = [Line(saying.line(turn, one, year.names), one) for one in year.of(*kinds)]
    told = [
        Line(_told_line(turn, year, kind, one), None)
        for kind in kinds
        for one in untold(year, kind)
    ]
    return [*own, *told]


def untold(year: Year, kind: str) -> list[Told]:
    """Reports that tell it of a unit without a line here: nothing stands twice."""
    written = {one.unit_id for one in year.of(kind)}
    return [one for one in year.tellers(kind) if one.unit.id not in written]


def _told_line(turn: Turn, year: Year, kind: str, told: Told) -> str:
    said = {key: told.answers.get(f"plan_{key}") for key in ("number", "date")}
    number = said["number"].value if said["number"] else ""
    on = said["date"].value if said["date"] else ""
    return turn.text_of(
        f"registers.told_{kind}",
        unit=year.names.get(told.unit.id, told.name),
        number=number or turn.text_of("registers.no_number"),
        on=saying.day(turn, as_day(on)),
    )


def page_of(found: Sequence[Line], page: int) -> Sequence[Line]:
    return found[page * PAGE : (page + 1) * PAGE]


# --- totals --------------------------------------------------------------------------------------


async def figures(turn: Turn, year: Year) -> RegisterFigures:
    span = spans.report_period(year.year)
    campaigns = await registers.campaigns(
        turn.tx, year.commune_id, first=span.first, last=span.last
    )
    return figures_of(year, campaigns=campaigns)


def totals(turn: Turn, book: str, found: RegisterFigures) -> str:
    """The book's totals in words; what has two sources stands side by side, never added up."""
    parts = [_total(turn, f"registers.total_{book}", found)]
    if book == "plans" and found.plans_of_others:
        parts.append(_total(turn, "registers.total_plans_others", found))
    if book == "awards" and found.awarded_told is not None:
        parts.append(_total(turn, "registers.total_awards_told", found))
    if book == "publicity" and (found.campaigns or found.publicity_told is not None):
        parts.append(_total(turn, "registers.total_publicity_told", found))
    return " ".join(parts)


def _total(turn: Turn, text_id: str, found: RegisterFigures) -> str:
    keys = (
        *("required", "plans", "plans_of_others", "programmes", "launches", "visits"),
        *("units_visited", "open_follow_ups", "awards", "awarded", "awarded_told"),
        *("broadcasts", "minutes", "articles", "campaigns", "publicity_told"),
    )
    return turn.text_of(text_id, **{key: saying.figure(turn, getattr(found, key)) for key in keys})


# --- who has none --------------------------------------------------------------------------------


def missing(turn: Turn, year: Year) -> list[Outgoing]:
    """Who must have a plan, a programme, a launch and has none: names, by kind of unit."""
    if not year.required:
        return [turn.message("registers.missing_nobody_asked")]
    return [_missing(turn, year, kind) for kind in BOOKS["plans"].kinds]


def _missing(turn: Turn, year: Year, kind: str) -> Outgoing:
    lacking = year.lacking(kind)
    if not lacking:
        return turn.message(f"registers.missing_none_{kind}", of=say_number(len(year.required)))
    older = [one for one in lacking if kind == "plan" and one.id in year.older]
    said = turn.message(
        f"registers.missing_{kind}",
        count=say_number(len(lacking)),
        of=say_number(len(year.required)),
        names=_grouped(turn, year, lacking),
    )
    if not older:
        return said
    names = _listed(year.names[one.id] for one in older)
    return Outgoing(f"{said.text}\n{turn.text_of('registers.missing_older', names=names)}")


def _grouped(turn: Turn, year: Year, units: Iterable[UnitInfo]) -> str:
    groups: dict[str, list[str]] = {}
    for one in units:
        group = one.kind if one.kind in _GROUPS else "other"
        groups.setdefault(group, []).append(year.names.get(one.id, one.name))
    rows = (
        turn.text_of(f"registers.group_{group}", count=say_number(len(names)), names=_listed(names))
        for group, names in groups.items()
    )
    return "\n".join(rows)


def _listed(names: Iterable[str]) -> str:
    return cut_list(", ".join(names), _MOST_NAMES)
