"""What /duyet shows first: how complete a period is, whether it is frozen, what can be done."""

from collections.abc import Sequence
from typing import Final

from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing, in_messages
from handlers.office.receiving import completeness
from handlers.office.receiving.completeness import Group
from handlers.office.receiving.review import Spot, Where, flow, may, title
from handlers.office.receiving.surveying import Survey, survey
from handlers.words import say_date

_FEWEST_AT_ONCE: Final = 2
_DOUBLES: Final = 10
"""So many suspicions are listed in the table; the rest stand beside their reports."""


async def show(turn: Turn, where: Where, *before: Outgoing) -> Outcome:
    """The screen, after what is said first; whose right has ended hears so (T13)."""
    if not may(turn, where):
        return turn.say("review.denied").then("menu")
    found = await survey(turn.tx, where, today=turn.today)
    if found is None:
        return turn.say("review.nothing").then("menu")
    return await _screen(turn, where, found, *before)


async def _screen(turn: Turn, where: Where, found: Survey, *before: Outgoing) -> Outcome:
    lines = [await _headline(turn, where, found)]
    groups = completeness.by_duty(
        found.gathered.obligations, late=found.late, zone=turn.house.timezone
    )
    lines += [turn.text_of(f"review.duty_{one.duty}", counts=_counts(turn, one)) for one in groups]
    return turn.ask(
        "review.overview",
        hear=flow.steps["act"],
        choices=_choices(turn, found),
        draft=Spot(key=where.key).dump(),
        before=before,
        lines="\n".join(lines),
    )


async def _headline(turn: Turn, where: Where, found: Survey) -> str:
    period = await title(turn, where)
    if found.gathered.frozen_at is None:
        return turn.text_of("review.open", period=period)
    at = say_date(found.gathered.frozen_at.astimezone(turn.house.timezone).date())
    return turn.text_of("review.frozen", period=period, at=at)


def _counts(turn: Turn, group: Group) -> str:
    return group.progress.say(turn.house.texts)


def _choices(turn: Turn, found: Survey) -> list[str | Choice]:
    is_frozen = found.gathered.frozen_at is not None
    waiting = 0 if is_frozen else len(found.queue)
    choices: list[str | Choice] = []
    if waiting:
        choices.append(Choice("queue", turn.text_of("review.queue", count=waiting)))
    if waiting and (plain := len(found.plain)) >= _FEWEST_AT_ONCE:
        choices.append(Choice("at_once", turn.text_of("review.at_once", count=plain)))
    ending = "review.reopen" if is_frozen else "review.freeze"
    return [*choices, "review.table", ending, "review.home"]


# --- the fuller table, as text -------------------------------------------------------------------


async def show_table(turn: Turn, where: Where) -> Outcome:
    """By duty and kind of unit, then what may be in the totals twice; the screen follows."""
    found = await survey(turn.tx, where, today=turn.today) if may(turn, where) else None
    if found is None:
        return await show(turn, where)
    groups = completeness.by_kind(
        found.gathered.obligations, late=found.late, zone=turn.house.timezone
    )
    said = in_messages(_rows(turn, groups))
    said += _doubles(turn, found)
    return await _screen(turn, where, found, *said)


def _rows(turn: Turn, groups: Sequence[Group]) -> list[str]:
    lines, duty = [], ""
    for one in groups:
        if one.duty != duty:
            duty = one.duty
            lines.append(turn.text_of(f"review.heading_{duty}"))
        kind = turn.house.texts.get(f"review.kind_{one.kind}", one.kind)
        lines.append(turn.text_of("review.row", kind=kind, counts=_counts(turn, one)))
    return lines


def _doubles(turn: Turn, found: Survey) -> list[Outgoing]:
    if not found.suspicions:
        return []
    shown = [one.say(turn.house.texts) for one in found.suspicions[:_DOUBLES]]
    rest = len(found.suspicions) - len(shown)
    more = [turn.text_of("review.more_doubles", count=rest)] if rest else []
    return in_messages([turn.text_of("review.doubles"), *shown, *more])
