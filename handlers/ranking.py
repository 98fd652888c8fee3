"""/xephang: which hamlets take part, for everybody. Never persons, never a small cell (T45, P7).

Two short boards side by side, so that a small hamlet on its way up is named as well as a busy one;
nobody is last. What may be told of a hamlet is decided in `statistics/hiding.py` alone.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from handlers import words
from handlers.flow import EVERYONE, Flow, Outcome, Turn
from handlers.messages import Outgoing
from handlers.statistics import hiding, periods
from handlers.statistics.hiding import Place
from handlers.statistics.periods import Span
from handlers.units import distinct_names
from storage import roles, statistics, units
from storage.statistics import Scope, Table

LINES: Final = 5
NAMES: Final = 3
"""Names on a line that several hamlets share: the whole stays below 500 characters (U1)."""
_ASKS: Final = re.compile(
    r"(?:xom|thon) (?:minh|toi|em|nha|ta|chung ta|nha minh)\b.{0,12}\b(?:dung|xep|hang) ?"
    r"(?:thu |hang )?(?:may|bao nhieu)\b.{0,8}"
    r"|(?:xom|thon) nao (?:hoc|tham gia)\b.{0,12}\b(?:nhieu|dong)\b.{0,8}"
)

flow = Flow(
    "ranking",
    allow=EVERYONE,
    command="/xephang",
    words=("xếp hạng", "bảng xếp hạng", "xếp hạng các xóm"),
    menu="ranking.menu",
)


@flow.claim
async def asks_for_board(turn: Turn) -> bool:
    """A question that begins as the name of a hamlet does: "xóm mình đứng thứ mấy?"."""
    return _ASKS.fullmatch(words.fold(turn.text)) is not None


@flow.entry
async def begin(turn: Turn) -> Outcome:
    return await _show(turn, "month")


@flow.step()
async def shown(turn: Turn) -> Outcome:
    turn.text = ""
    match turn.choice:
        case "month" | "year":
            return await _show(turn, turn.choice)
        case "news_on" | "news_off":
            return Outcome().then("news")
        case "learn":
            return Outcome().then("learning")
        case _:
            return Outcome().then("menu")


# --- which days ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Days:
    """What a board is made of: months whose mean is taken, and the two that are compared."""

    view: str
    name: str
    months: tuple[Span, ...]
    now: Span
    before: Span


def days_of_month(today: date) -> Days:
    """This month to the end of yesterday, beside as many days of the month before.

    By whole days: what grows while one looks could be told apart (T45). On the first of a month
    there is no such day, and it is last month's board.
    """
    yesterday = today - timedelta(days=1)
    whole, last = periods.month(yesterday.month, yesterday.year), _month_before(yesterday)
    now = Span(whole.first, yesterday, whole.name)
    as_many = min(last.last, last.first + (yesterday - whole.first))
    before = last if yesterday == whole.last else Span(last.first, as_many, last.name)
    return Days("month", whole.name, (now,), now, before)


def days_of_year(today: date) -> Days | None:
    """The whole months of this year; None in January, when there is none."""
    months = tuple(periods.month(number, today.year) for number in range(1, today.month))
    if not months:
        return None
    now, before = months[-1], _month_before(months[-1].first)
    return Days("year", periods.year(today.year).name, months, now, before)


def _month_before(day: date) -> Span:
    last = day.replace(day=1) - timedelta(days=1)
    return periods.month(last.month, last.year)


# --- what may be told ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Boards:
    """Everything that is said, by the names of hamlets; tenths of a person in a hundred."""

    rates: Mapping[str, int | None]
    changes: Mapping[str, int | None]
    uncounted: Sequence[str] = ()
    """Hamlets of which nobody knows how many adults live there."""


@dataclass(slots=True)
class Told:
    """The told rates of one month, by the code of the hamlet."""

    rates: dict[str, int | None] = field(default_factory=dict)
    uncounted: list[str] = field(default_factory=list)


def told_of(table: Table) -> Told:
    """The told rate of each hamlet that is still there."""
    found = Told()
    for row in table.rows:
        if row.unit_id is None or row.has_ended:
            continue
        adults = row.figures.adults
        if not adults:
            found.uncounted.append(row.code)
            continue
        found.rates[row.code] = hiding.rate(hiding.told(row.figures.learners, adults), adults)
    return found


def boards_of(
    months: Sequence[Table], now: Table, before: Table, *, names: Mapping[str, str]
) -> Boards:
    each = [told_of(table).rates for table in months]
    codes = [code for code in each[-1] if code in names]
    rates = {names[code]: hiding.mean([month.get(code) for month in each]) for code in codes}
    changes = hiding.changes(told_of(now).rates, told_of(before).rates)
    uncounted = [names[code] for code in told_of(months[-1]).uncounted if code in names]
    return Boards(
        rates,
        {names[code]: change for code, change in changes.items() if code in names},
        uncounted,
    )


async def _boards(turn: Turn, commune: int, days: Days) -> tuple[Boards, str]:
    """Both boards, and the name of the reader's own hamlet on them ("" = none)."""
    scope = Scope(commune, kind=units.HAMLET)
    tables: dict[Span, Table] = {}
    for span in (*days.months, days.now, days.before):
        if span not in tables:
            period = span.period(turn.house.timezone)
            tables[span] = await statistics.table(turn.tx, scope, period, modules={}, now=turn.now)
    months = [tables[span] for span in days.months]
    rows = [row for row in months[-1].rows if row.unit_id is not None]
    names = distinct_names(rows)
    home = next((row.code for row in rows if row.unit_id == turn.actor.unit_id), "")
    boards = boards_of(months, tables[days.now], tables[days.before], names=names)
    return boards, names.get(home, "")


async def commune_of(turn: Turn) -> int | None:
    """The commune of the hamlet or the role, else the only one there is."""
    if turn.actor.unit_id is not None:
        home = await roles.place(turn.tx, turn.actor.unit_id)
        if home is not None:
            return home.commune_id
    if turn.actor.grants:
        return turn.actor.grants[0].commune_id
    known = await units.communes(turn.tx, on=turn.today)
    return known[0].id if len(known) == 1 else None


# --- what is said --------------------------------------------------------------------------------


async def _show(turn: Turn, view: str) -> Outcome:
    commune = await commune_of(turn)
    if commune is None:
        return turn.say("ranking.no_hamlet").then("menu")
    days = days_of_year(turn.today) if view == "year" else None
    days = days or days_of_month(turn.today)
    boards, mine = await _boards(turn, commune, days)
    return turn.ask(
        "ranking.all",
        hear=shown,
        choices=_ways(turn, days.view),
        before=[_most_active(turn, days, boards, mine)],
        text="\n".join([*_most_improved(turn, days, boards, mine), *_notes(turn, days, boards)]),
    )


def _ways(turn: Turn, view: str) -> list[str]:
    other = "ranking.year" if view == "month" else "ranking.month"
    ways = [] if view == "month" and turn.today.month == 1 else [other]
    if "news" in turn.actor.consents:
        ways.append("ranking.news_off")
    elif turn.actor.has_consent and turn.actor.unit_id is not None:
        ways.append("ranking.news_on")
    return [*ways, "ranking.learn", "ranking.home"]


def _most_active(turn: Turn, days: Days, boards: Boards, mine: str) -> Outgoing:
    sample = f"{turn.text_of('statistics.sample')} " if turn.house.sample else ""
    title = turn.text_of(f"ranking.active_{days.view}", sample=sample, period=days.name)
    places = hiding.places(boards.rates)
    if not places:
        return Outgoing(f"{title}\n{turn.text_of('ranking.nobody')}")
    lines = [_line(turn, place, mine) for place in places[:LINES]]
    if all(mine not in place.names for place in places[:LINES]):
        own = boards.rates.get(mine)
        if own is not None:
            lines.append(turn.text_of("ranking.own", hamlet=mine, rate=say_tenths(own)))
    return Outgoing("\n".join([title, *lines]))


def _most_improved(turn: Turn, days: Days, boards: Boards, mine: str) -> list[str]:
    places = hiding.places(boards.changes)
    text_id = "ranking.improved" if places else "ranking.nobody_improved"
    title = turn.text_of(text_id, before=_compared(turn, days))
    return [title, *(_line(turn, place, mine) for place in places[:LINES])]


def _compared(turn: Turn, days: Days) -> str:
    is_part = (
        days.before.last != periods.month(days.before.first.month, days.before.first.year).last
    )
    text_id = "ranking.before_part" if is_part else "ranking.before_whole"
    return turn.text_of(text_id, month=days.before.name)


def _line(turn: Turn, place: Place, mine: str) -> str:
    named = _named(turn, place.names, mine)
    return turn.text_of(
        "ranking.line", place=place.number, hamlets=named, rate=say_tenths(place.figure)
    )


def _named(turn: Turn, names: Sequence[str], mine: str) -> str:
    """The hamlets of one place; the reader's own is always among those that are named."""
    shown_names = sorted(names, key=lambda name: name != mine)[:NAMES]
    kept: Collection[str] = set(shown_names)
    listed = ", ".join(name for name in names if name in kept)
    more = len(names) - len(shown_names)
    return turn.text_of("ranking.and_more", hamlets=listed, count=more) if more else listed


def _notes(turn: Turn, days: Days, boards: Boards) -> list[str]:
    found = []
    if boards.uncounted:
        listed = _named(turn, boards.uncounted, "")
        found.append(turn.text_of("ranking.uncounted", hamlets=listed))
    last = days.months[-1].last
    return [*found, turn.text_of("ranking.note", last=f"{last.day}/{last.month}/{last.year}")]


def say_tenths(tenths: int) -> str:
    """25 is "2,5"."""
    return f"{words.say_number(tenths // 10)},{tenths % 10}"
