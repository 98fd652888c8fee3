"""/thongke: how many people learn where, for those who answer for the place."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from handlers import places, words
from handlers.flow import Flow, Outcome, Turn
from handlers.messages import Choice
from handlers.statistics import periods, saying
from handlers.statistics.figures import hamlet_table
from handlers.statistics.periods import Span
from handlers.statistics.saying import Shown
from storage import units
from storage.units import UnitInfo

WHOLE_COMMUNE: Final = frozenset({"officer", "leader", "admin"})
OWN_HAMLET: Final = frozenset({"head", "helper"})

flow = Flow(
    "statistics",
    allow=WHOLE_COMMUNE | OWN_HAMLET,
    command="/thongke",
    words=("thống kê", "xem thống kê", "số liệu học", "thống kê học"),
    menu="menu.statistics",
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What this person may see, read anew in every turn (A3)."""

    commune_id: int
    only: frozenset[int] | None
    """None = every hamlet of the commune."""

    def allows(self, hamlet: UnitInfo) -> bool:
        return self.only is None or hamlet.id in self.only


def scope_of(turn: Turn) -> Scope:
    """The first grant decides the commune; officers, leaders and admins see all of it."""
    grants = turn.actor.grants
    for grant in grants:
        if grant.role in WHOLE_COMMUNE:
            return Scope(grant.commune_id, None)
    own = [grant for grant in grants if grant.role in OWN_HAMLET]
    commune = own[0].commune_id
    return Scope(commune, frozenset(g.unit_id for g in own if g.commune_id == commune))


async def _hamlets(turn: Turn, scope: Scope) -> list[UnitInfo]:
    known = await units.hamlets(turn.tx, on=turn.today, commune_id=scope.commune_id)
    return [hamlet for hamlet in known if scope.allows(hamlet)]


@flow.entry
async def enter(turn: Turn) -> Outcome:
    """This year, or what the words behind the command say."""
    scope = scope_of(turn)
    if scope.only is not None and not await _hamlets(turn, scope):
        return turn.say("statistics.no_hamlets").then("menu")
    return await _read(turn, scope, _arguments(turn)) or _which(turn, "statistics.unclear")


def _arguments(turn: Turn) -> str:
    """What was typed behind "/thongke" or "thống kê"; nothing behind a press or a number."""
    typed = words.fold(turn.event.text)
    if typed.startswith("/"):
        return typed.partition(" ")[2]
    named = (words.fold(name) for name in flow.words)
    return typed if any(typed.startswith(name) for name in named) else ""


async def _read(turn: Turn, scope: Scope, text: str) -> Outcome | None:
    """The figures a text asks for; None if it is not understood."""
    asked = periods.read(text, turn.today)
    if asked is None:
        return None
    hamlets: list[UnitInfo] = []
    if asked.rest and asked.rest not in ("toan xa", "ca xa", "xa", "tat ca"):
        hamlets = places.find(asked.rest, await _hamlets(turn, scope))
        if not hamlets:
            return None
    span = asked.span or periods.year(turn.today.year)
    return await _show(turn, span, [hamlet.id for hamlet in hamlets])


def _which(turn: Turn, text_id: str = "statistics.which") -> Outcome:
    """The four commonest questions; anything else is typed."""
    return turn.ask(text_id, hear=pick, choices=_COMMONEST)


_COMMONEST: Final = (
    "statistics.this_year",
    "statistics.this_month",
    "statistics.last_month",
    "statistics.this_week",
)


async def _show(turn: Turn, span: Span, chosen: Sequence[int], start: int = 0) -> Outcome:
    scope = scope_of(turn)
    table = await hamlet_table(
        turn.tx,
        catalogue=turn.house.lessons,
        commune_id=scope.commune_id,
        period=span.period(turn.house.timezone),
        only=_seen(scope, chosen),
    )
    known = await units.hamlets(turn.tx, on=turn.today, commune_id=scope.commune_id)
    said, following = saying.messages(
        turn,
        Shown(table, span, places.shown(known), is_whole=scope.only is None and not chosen),
        start=start,
    )
    draft: dict[str, Any] = {
        "first": span.first.isoformat(),
        "last": span.last.isoformat(),
        "name": span.name,
        "hamlets": list(chosen),
        "from": following,
    }
    question = replace(said[-1], choices=_ways(turn, following))
    return Outcome((*said[:-1], question), shown, draft)


def _seen(scope: Scope, chosen: Collection[int]) -> Collection[int] | None:
    """The hamlets asked for inside those that may be seen (T13)."""
    if not chosen:
        return scope.only
    return set(chosen) if scope.only is None else scope.only & set(chosen)


def _ways(turn: Turn, following: int) -> tuple[Choice, ...]:
    keys = ("more", "other", "home") if following else ("other", "home")
    return tuple(Choice(key, turn.text_of(f"statistics.{key}")) for key in keys)


@flow.step()
async def shown(turn: Turn) -> Outcome:
    if turn.choice == "home":
        return Outcome().then("menu")
    span = _span(turn)
    if turn.choice == "other" or span is None:
        return _which(turn)
    chosen = [int(hamlet) for hamlet in turn.draft.get("hamlets", [])]
    return await _show(turn, span, chosen, int(turn.draft.get("from", 0)))


def _span(turn: Turn) -> Span | None:
    try:
        first, last = (date.fromisoformat(turn.draft[key]) for key in ("first", "last"))
        return Span(first, last, str(turn.draft["name"]))
    except (KeyError, TypeError, ValueError):
        return None


@flow.step(reads="text")
async def pick(turn: Turn) -> Outcome:
    """One of the four, or "xóm 5 tháng 11" typed."""
    month = periods.month(turn.today.month, turn.today.year)
    last_month = periods.read("tháng trước", turn.today)
    spans = {
        "this_year": periods.year(turn.today.year),
        "this_month": month,
        "last_month": last_month.span if last_month else month,
        "this_week": periods.week(turn.today),
    }
    span = spans.get(turn.choice)
    if span is not None:
        return await _show(turn, span, [])
    found = await _read(turn, scope_of(turn), turn.text)
    return found or turn.ask_again("statistics.unclear")
