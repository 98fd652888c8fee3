"""Chốt số liệu of a period, after what is still open was named; mở lại with a reason (A6)."""

from collections.abc import Mapping, Sequence
from typing import Final

from handlers.flow import Outcome, Turn
from handlers.messages import in_messages
from handlers.office.receiving import completeness
from handlers.office.receiving.review import Spot, Where, flow, may, title
from handlers.office.receiving.surveying import Survey, survey
from handlers.reporting import service
from handlers.texts import Texts
from storage import report_reviews, units

_REASON_LETTERS: Final = 300
_NAMES_LETTERS: Final = 250  # of the names in one line


async def ask_freeze(turn: Turn, where: Where) -> Outcome:
    """What is still open by count and names, then the consequence (U18)."""
    if not may(turn, where):
        return turn.say("review.denied").then("menu")
    found = await survey(turn.tx, where, today=turn.today)
    lines = await _still_open(turn, where, found) if found else []
    said = in_messages([turn.text_of("review.still_open"), *lines])
    return turn.ask(
        "review.freeze_sure",
        hear=sure,
        choices=("review.not_now", "review.freeze_it"),
        draft=Spot(key=where.key).dump(),
        before=said if lines else [turn.message("review.all_there")],
        period=await title(turn, where),
    )


async def _still_open(turn: Turn, where: Where, found: Survey) -> list[str]:
    obligations, period = found.gathered.obligations, found.gathered.period
    more_time = [
        one.name
        for one in obligations
        if one.is_open and one.due > period.due and turn.today <= one.due
    ]
    still = completeness.still_open(obligations, ended=await _of_ended(turn, where, found))
    texts = turn.house.texts
    if not more_time:
        return _lines(texts, still)
    names = completeness.listed(texts, more_time, letters=_NAMES_LETTERS)
    first = texts.say("review.still_extended", count=len(more_time), names=names)
    return [first, *_lines(texts, still)]


def _lines(texts: Texts, still: Mapping[tuple[str, str], Sequence[str]]) -> list[str]:
    return [
        texts.say(
            f"review.still_{what}",
            duty=texts[f"review.duty_name_{duty}"],
            count=len(names),
            names=completeness.listed(texts, names, letters=_NAMES_LETTERS),
        )
        for (what, duty), names in still.items()
    ]


async def _of_ended(turn: Turn, where: Where, found: Survey) -> list[tuple[str, str, str]]:
    """(what is open, duty, name) of units that ended in the period, but for their reports."""
    listed = {one.unit.id for one in found.gathered.obligations}
    waiting = [
        ("waiting", one.unit.duty, one.name) for one in found.queue if one.unit.id not in listed
    ]
    returned = await report_reviews.returned_units(turn.tx, where.commune, where.period) - listed
    if not returned:
        return waiting
    period, names = found.gathered.period, found.gathered.names
    known = await units.listed_during(
        turn.tx, first=period.first, last=period.due, commune_id=where.commune
    )
    gone = [one for one in known if one.id in returned]
    return waiting + [("returned", one.duty, names.get(one.code, one.name)) for one in gone]


@flow.step(exact=("freeze_it",), no="not_now")
async def sure(turn: Turn) -> Outcome:
    """The consequence was repeated, the safe choice is the first (U18)."""
    if turn.choice != "freeze_it":
        return turn.say("review.nothing_done").then("menu")
    where = Where.of(turn.draft.get("key"))
    try:
        count = await service.freeze(
            turn.tx, where.commune, where.period, by=turn.actor, now=turn.now
        )
    except service.Denied:
        return turn.say("review.denied").then("menu")
    if count is None:
        return turn.say("review.already").then("menu")
    return turn.say("review.froze", count=count, period=await title(turn, where)).then("menu")


async def ask_reason(turn: Turn, where: Where) -> Outcome:
    draft = Spot(key=where.key).dump()
    return turn.ask("review.ask_reason", hear=reason, draft=draft, period=await title(turn, where))


@flow.step(reads="text")
async def reason(turn: Turn) -> Outcome:
    """Frozen periods reopen only with a reason, which stands in the record (A6)."""
    if not 5 <= len(turn.text) <= _REASON_LETTERS:
        return turn.ask_again("review.reason_unclear")
    where = Where.of(turn.draft.get("key"))
    try:
        done = await service.reopen(
            turn.tx, where.commune, where.period, reason=turn.text, by=turn.actor, now=turn.now
        )
    except service.Denied:
        return turn.say("review.denied").then("menu")
    said = "review.reopened" if done else "review.was_open"
    return turn.say(said, period=await title(turn, where)).then("menu")
