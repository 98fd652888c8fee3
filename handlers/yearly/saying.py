"""How the commune's totals read in the chat; the figures are those of `rows`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from handlers.flow import Turn
from handlers.messages import Outgoing, in_messages
from handlers.office.owing import DUTIES
from handlers.reporting import periods
from handlers.words import few_of, say_date, say_number
from handlers.yearly import rows as listed
from handlers.yearly.gathering import Gathered
from handlers.yearly.looking import Look
from handlers.yearly.rows import Row
from storage.units import UnitInfo

_MOST_NAMES: Final = 400  # characters of a list of names


def sample(turn: Turn) -> str:
    return f"{turn.text_of('yearly.sample')} " if turn.house.sample else ""


def period_name(turn: Turn, gathered: Gathered) -> str:
    return periods.say_title(turn.house.texts, gathered.period)


def figure(turn: Turn, row: Row) -> str:
    """With what it counts: "86 buổi"."""
    return listed.say(turn.house.texts, row.figure, row.counts)


# --- the first look ------------------------------------------------------------------------------


def summary(turn: Turn, look: Look) -> list[Outgoing]:
    """The main figures, who is in them and of when they are."""
    return _told(turn, look, look.rows, title(turn, look))


def _told(turn: Turn, look: Look, rows: Sequence[Row], head: str) -> list[Outgoing]:
    """A line for each main figure, and how many figures there are besides."""
    lines = [line(turn, row) for row in listed.main(rows)]
    left = len(rows) - len(lines)
    more = [turn.text_of("yearly.more_lines", n=say_number(left))] if left and lines else []
    return in_messages([head, *lines, *more, moment(turn, look)])


def line(turn: Turn, row: Row) -> str:
    return f"• {row.label}: {figure(turn, row)}"


def title(turn: Turn, look: Look) -> str:
    """How many units have figures, each duty by itself, and how many have none."""
    gathered = look.gathered
    said = {"sample": sample(turn), "period": period_name(turn, gathered)}
    if not gathered.told:
        return turn.text_of("yearly.nobody", **said)
    counts = told_by_duty(gathered)
    duties = ", ".join(
        turn.text_of(f"yearly.duty_{duty}", told=told, of=of)
        for duty, (told, of) in counts.items()
        if of
    )
    of = sum(of for _, of in counts.values())
    told = len(gathered.told)
    head = turn.text_of("yearly.title", **said, told=told, of=of, duties=duties)
    silent = turn.text_of("yearly.silent", n=of - told) if of > told else ""
    return f"{head} {silent}".strip()


def told_by_duty(gathered: Gathered) -> dict[str, tuple[int, int]]:
    """Duty -> how many units have figures here, of how many; never mixed in one (design §5)."""
    told = [one.unit for one in gathered.told]
    return {duty: (_with(told, duty), _with(gathered.asked, duty)) for duty in DUTIES}


def _with(units: Iterable[UnitInfo], duty: str) -> int:
    """A unit that has ended since, or is asked no more, reported of its own free will."""
    return sum((one.duty if one.duty in DUTIES else DUTIES[-1]) == duty for one in units)


def moment(turn: Turn, look: Look) -> str:
    """Frozen when, or as of when it was counted."""
    if look.view.day is not None:
        return turn.text_of("yearly.until", day=say_date(look.view.day))
    frozen = look.gathered.frozen_at
    if frozen is not None:
        return turn.text_of("yearly.frozen", **clock(frozen.astimezone(turn.house.timezone)))
    return turn.text_of("yearly.so_far", **clock(look.at))


def clock(at: datetime) -> dict[str, str]:
    return {"hour": f"{at.hour}:{at.minute:02}", "day": say_date(at.date())}


def at(moment: datetime) -> str:
    """A local moment in short: "10:00 thứ Bảy 5/12/2026"."""
    return " ".join(clock(moment).values())


# --- one kind of units ---------------------------------------------------------------------------


def kind_name(turn: Turn, kind: str) -> str:
    return turn.text_of(f"yearly.kind_{kind}")


def of_kind(turn: Turn, look: Look, kind: str) -> list[Outgoing]:
    """The same first look at the units of one kind alone."""
    own = listed.of_kind(look.rows, kind)
    head = turn.text_of(
        "yearly.title_kind",
        sample=sample(turn),
        kind=kind_name(turn, kind),
        period=period_name(turn, look.gathered),
        told=sum(one.unit.kind == kind for one in look.gathered.told),
    )
    return _told(turn, look, own, head)


# --- names ---------------------------------------------------------------------------------------


def names(turn: Turn, said: Sequence[str]) -> str:
    """As many as there is room for, and how many more there are."""
    shown, more = few_of(said, _MOST_NAMES)
    return f"{shown}, {turn.text_of('yearly.names_more', n=say_number(more))}" if more else shown
