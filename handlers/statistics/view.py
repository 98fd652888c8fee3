"""One look at the figures: what is asked for, and all that belongs to the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final, Self

from handlers import places
from handlers.flow import Turn
from handlers.statistics import spans
from handlers.statistics.figures import unit_table, whole_modules
from handlers.statistics.indicators import BY_KEY
from handlers.statistics.spans import Span
from storage import statistics, units
from storage.people import Actor
from storage.statistics import Figures, Scope, Table, UnitRow
from storage.units import UnitInfo

WHOLE_COMMUNE: Final = frozenset({"officer", "leader", "admin"})
OWN_UNIT: Final = frozenset({"head", "helper"})
_MOST: Final = 5
_WEEKLY_UP_TO: Final = 62  # days; a longer trend is told by months
_LONGEST_TREND: Final = 60


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at; `units` are ids, () = everything that may be seen."""

    span: Span
    units: tuple[int, ...] = ()
    kind: str = ""
    figure: str = ""
    """Key of one indicator; "" = the overview."""
    order: str = ""
    """lowest, highest, improved; "" = in the order of the units."""
    most: int = 0
    """How many of an order; 0 = the usual number."""
    trend: bool = False
    commune: int = 0
    """0 = the first that may be seen."""

    def dump(self) -> dict[str, Any]:
        return {
            "first": self.span.first.isoformat(),
            "last": self.span.last.isoformat(),
            "name": self.span.name,
            "units": list(self.units),
            "kind": self.kind,
            "figure": self.figure,
            "order": self.order,
            "most": self.most,
            "trend": self.trend,
            "commune": self.commune,
        }

    @classmethod
    def load(cls, stored: Mapping[str, Any], today: date) -> Self:
        """The stored look; this year's overview for what another release wrote."""
        try:
            first, last = (date.fromisoformat(stored[key]) for key in ("first", "last"))
            return cls(
                Span(first, last, str(stored["name"])),
                tuple(stored["units"]),
                kind=str(stored["kind"]),
                figure=str(stored["figure"]),
                order=str(stored["order"]),
                most=int(stored["most"]),
                trend=bool(stored["trend"]),
                commune=int(stored.get("commune", 0)),  # none in what an older release wrote
            )
        except (KeyError, TypeError, ValueError):
            return cls(spans.year(today.year))


@dataclass(frozen=True, slots=True)
class Rights:
    """What this person may see, read anew in every turn (A3)."""

    commune_id: int
    only: frozenset[int] | None
    """None = the whole commune."""

    def cover(self, unit: UnitInfo) -> bool:
        return unit.commune_id == self.commune_id and (self.only is None or unit.id in self.only)

    def scope(self, view: View) -> Scope:
        """The units asked for inside those that may be seen (T13)."""
        if not view.units:
            return Scope(self.commune_id, self.only, view.kind)
        asked = frozenset(view.units)
        return Scope(self.commune_id, asked if self.only is None else asked & self.only, view.kind)


def rights_of(actor: Actor) -> list[Rights]:
    """One for each commune; officers, leaders and admins see all of theirs, and it comes first."""
    own: dict[int, set[int]] = {}
    for grant in actor.grants:
        if grant.role in OWN_UNIT:
            own.setdefault(grant.commune_id, set()).add(grant.unit_id)
    whole = dict.fromkeys(g.commune_id for g in actor.grants if g.role in WHOLE_COMMUNE)
    parts = [Rights(one, frozenset(only)) for one, only in own.items() if one not in whole]
    return [*(Rights(one, None) for one in whole), *parts]


def rights_in(actor: Actor, commune_id: int) -> Rights:
    """Those of this commune; of the first one where there are none."""
    rights = rights_of(actor)
    return next((one for one in rights if one.commune_id == commune_id), rights[0])


@dataclass(frozen=True, slots=True)
class Shown:
    """A look with its figures: chat, chart and .xlsx are all made of this one."""

    view: View
    table: Table
    names: Mapping[str, str]
    """Code -> a name nobody else in the commune has."""
    commune: str
    is_whole: bool
    place: str = ""
    """The one unit that is looked at; "" for several or all."""
    before: Table | None = None
    """The time before, of the same length, for "tiến bộ"."""
    before_span: Span | None = None
    trend: Sequence[tuple[Span, Figures]] = field(default_factory=tuple)

    def name(self, row: UnitRow) -> str:
        return self.names.get(row.code, row.name)

    @property
    def figure(self) -> str:
        """What is ordered and drawn: the figure asked for, else the rate."""
        return self.view.figure or "share"


async def look(turn: Turn, view: View) -> Shown:
    rights = rights_in(turn.actor, view.commune)
    scope = rights.scope(view)
    listed = await units.listed(turn.tx, on=turn.today)
    known = [unit for unit in listed if unit.commune_id == rights.commune_id]
    settings = await units.settings_of(turn.tx, rights.commune_id)
    shown = Shown(
        view,
        await _table(turn, scope, view.span),
        places.shown(known),
        str(settings.get("name") or ""),
        is_whole=scope.is_whole,
        place=_place(scope, known),
    )
    if view.order == "improved":
        earlier = before(view.span, turn.today)
        shown = replace(shown, before=await _table(turn, scope, earlier), before_span=earlier)
        if not view.figure and not any(change(shown, row) for row in shown.table.rows):
            # Without denominators of the earlier time a rate says nothing: people do.
            shown = replace(shown, view=replace(view, figure="learners"))
    if view.trend:
        shown = replace(shown, trend=await _trend(turn, scope, view.span))
    return shown


def _place(scope: Scope, known: Sequence[UnitInfo]) -> str:
    if scope.only is None or len(scope.only) != 1:
        return ""
    names = places.shown(known)
    return next((names[unit.code] for unit in known if unit.id in scope.only), "")


async def _table(turn: Turn, scope: Scope, span: Span) -> Table:
    return await unit_table(
        turn.tx,
        catalogue=turn.house.lessons,
        scope=scope,
        period=span.period(turn.house.timezone),
        now=turn.now,
    )


async def _trend(turn: Turn, scope: Scope, span: Span) -> tuple[tuple[Span, Figures], ...]:
    """Weeks of up to two months, else months; nothing of the days that are still ahead."""
    last = min(span.last, turn.today)
    is_short = (last - span.first).days < _WEEKLY_UP_TO
    cut = spans.weeks_between if is_short else spans.months_between
    pieces = cut(span.first, last)[-_LONGEST_TREND:]
    periods = [piece.period(turn.house.timezone) for piece in pieces]
    modules = whole_modules(turn.house.lessons)
    found = await statistics.totals(turn.tx, scope, periods, modules=modules, now=turn.now)
    return tuple(zip(pieces, found, strict=True))


def before(span: Span, today: date) -> Span:
    """The time before a span: the month before a month, else as many days.

    Of a time that still runs, only as many days as have passed are compared.
    """
    is_month = span == spans.month(span.first.month, span.first.year)
    end = span.first - timedelta(days=1)
    whole = spans.month(end.month, end.year) if is_month else None
    length = (min(span.last, today) - span.first).days
    first = whole.first if whole else span.first - timedelta(days=(span.last - span.first).days + 1)
    if span.last <= today:
        return whole or spans.days(first, end)
    return spans.days(first, min(end, first + timedelta(days=max(length, 0))))


# --- which rows, in which order ------------------------------------------------------------------


def rows(shown: Shown) -> list[UnitRow]:
    """The lines in the order asked for; ordered only those that have the figure."""
    if not shown.view.order:
        return list(shown.table.rows)
    return _ordered(shown)[: shown.view.most or _MOST]


def left_out(shown: Shown) -> int:
    """How many more there are that have the very figure of the last ordered line."""
    ordered, shown_rows = _ordered(shown), rows(shown)
    behind = ordered[len(shown_rows) :] if shown.view.order else []
    return sum(_rank(shown, row) == _rank(shown, shown_rows[-1]) for row in behind)


def _ordered(shown: Shown) -> list[UnitRow]:
    lines = shown.table.rows
    units_only = [row for row in lines if row.unit_id is not None]
    known = [row for row in units_only if _rank(shown, row) is not None]
    is_down = shown.view.order != "lowest"
    known.sort(key=lambda row: _rank(shown, row) or Fraction(), reverse=is_down)
    if shown.view.order == "improved":  # who went back is not named here
        known = [row for row in known if (_rank(shown, row) or 0) > 0]
    return known


def _rank(shown: Shown, row: UnitRow) -> Fraction | None:
    if shown.view.order == "improved":
        return change(shown, row)
    value = BY_KEY[shown.figure].value(row.figures)
    return None if value is None else Fraction(value)


def change(shown: Shown, row: UnitRow) -> Fraction | None:
    """How much the figure has grown since the time before; None where one of them is unknown."""
    if shown.before is None:
        return None
    value = BY_KEY[shown.figure].value
    earlier = next((one for one in shown.before.rows if one.unit_id == row.unit_id), None)
    now, then = value(row.figures), value(earlier.figures) if earlier else None
    return None if now is None or then is None else Fraction(now) - Fraction(then)
