"""Receiving the reports that wait, one after the other, or asking for one again with a reason."""

from dataclasses import replace
from typing import Final

from handlers import words
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.office.receiving import looking, overview, telling, verdicts
from handlers.office.receiving.review import Spot, Where, flow, may
from handlers.office.receiving.surveying import Survey, survey
from handlers.office.receiving.verdicts import FEWEST_LETTERS, MOST_LETTERS, Shown
from handlers.yearly.gathering import Told
from storage import roles
from storage.units import UnitInfo


async def begin(turn: Turn, where: Where) -> Outcome:
    """The oldest that waits."""
    found = await _survey(turn, where)
    if found is None or found.gathered.frozen_at is not None:
        return await overview.show(turn, where)
    return await looking.show_next(turn, found, Spot(key=where.key))


async def open_unit(turn: Turn, where: Where, unit: UnitInfo) -> Outcome:
    """One unit's report, asked for by its name, in whatever state it is."""
    found = await _survey(turn, where)
    told = await looking.told_by(turn, where, found, unit) if found else None
    if found is None or told is None:
        said = turn.message("review.not_sent", unit=unit.name)
        return await overview.show(turn, where, said)
    return await looking.show(turn, found, told, Spot(key=where.key, is_alone=True))


async def _survey(turn: Turn, where: Where) -> Survey | None:
    return await survey(turn.tx, where, today=turn.today) if may(turn, where) else None


# --- the verdict ---------------------------------------------------------------------------------


@flow.step(exact=("accept",))
async def judge(turn: Turn) -> Outcome:
    spot = Spot.load(turn.draft)
    found = await _survey(turn, spot.where)
    told = await looking.told_in(turn, found, spot) if found else None
    if found is None:
        return turn.say("review.denied").then("menu")
    match turn.choice:
        case "accept":
            return await _accept(turn, found, told, spot)
        case "skip":
            passed = replace(spot, passed=[*spot.passed, spot.code], reason="")
            return await looking.show_next(turn, found, passed)
        case "files" if told is not None:
            return await flow.steps["pick_file"](turn)
        case "give_back" | "ask_more" if told is not None:
            return _asked_again(turn, told, spot)
        case "stop":
            return await overview.show(turn, spot.where)
    return await _changed(turn, spot, verdicts.Withdrawn())


async def _accept(turn: Turn, found: Survey, told: Told | None, spot: Spot) -> Outcome:
    try:
        review = await verdicts.accept(turn.tx, _shown(spot), by=turn.actor, now=turn.now)
    except _REFUSED as why:
        return await _changed(turn, spot, why)
    if told is None:  # cannot be: what was received counts
        return await overview.show(turn, spot.where)
    await telling.tell_accepted(turn, spot.where, [(told, review)])
    said = turn.message("review.accepted", unit=told.name)
    return await _go_on(turn, found, spot, said)


async def _go_on(turn: Turn, found: Survey, spot: Spot, said: Outgoing) -> Outcome:
    """The next one; `found` was read before the verdict, so this one is left out by hand."""
    passed = replace(spot, passed=[*spot.passed, spot.code], reason="")
    return await looking.show_next(turn, found, passed, said)


def _shown(spot: Spot) -> Shown:
    return Shown(spot.where.commune, spot.where.period, spot.report, spot.number, spot.state)


_REFUSED: Final = (
    verdicts.Denied,
    verdicts.Ended,
    verdicts.Frozen,
    verdicts.Withdrawn,
    verdicts.Overtaken,
    verdicts.Judged,
)


async def _changed(turn: Turn, spot: Spot, why: Exception) -> Outcome:
    """What was shown is not so any more: say what happened, and show what is now (T41, T42)."""
    found = await _survey(turn, spot.where)
    if found is None or isinstance(why, verdicts.Denied):
        return turn.say("review.denied").then("menu")
    kept = [turn.message("review.reason_kept", reason=spot.reason)] if spot.reason else []
    if isinstance(why, verdicts.Frozen):
        return await overview.show(turn, spot.where, *kept, turn.message("review.frozen_now"))
    told = await looking.told_in(turn, found, spot)
    name = told.name if told else ""
    if told is not None and isinstance(why, verdicts.Overtaken | verdicts.Ended):
        said = "review.newer" if isinstance(why, verdicts.Overtaken) else "review.note_ended"
        return await looking.show(turn, found, told, spot, *kept, turn.message(said, unit=name))
    spot = replace(spot, reason="")  # it was about this report, not about the next
    if isinstance(why, verdicts.Judged):
        first = turn.message(
            f"review.first_{why.review.verdict}", by=await _by(turn, why), unit=name
        )
        return await looking.show_next(turn, found, spot, *kept, first)
    return await looking.show_next(turn, found, spot, *kept, turn.message("review.taken_back"))


async def _by(turn: Turn, why: verdicts.Judged) -> str:
    """The colleague who was first."""
    name = await roles.name_of(turn.tx, why.review.made_by) if why.review.made_by else ""
    return name or turn.text_of("review.a_colleague")


# --- asking for it again, with a reason ----------------------------------------------------------


def _asked_again(turn: Turn, told: Told, spot: Spot) -> Outcome:
    """Ask why; what was written for the version before is offered for this one (U6)."""
    return _check(turn, spot) if spot.reason else _ask_reason(turn, told, spot)


def _ask_reason(turn: Turn, told: Told, spot: Spot) -> Outcome:
    polite = told.unit.duty != "required"
    said = "review.ask_reason_kindly" if polite else "review.ask_reason_back"
    return turn.ask(said, hear=why_returned, draft=spot.dump(), unit=told.name)


@flow.step(reads="text")
async def why_returned(turn: Turn) -> Outcome:
    """The unit will read it word for word, so it is shown once more before it goes."""
    reason = " ".join(turn.text.split())
    if not FEWEST_LETTERS <= len(reason) <= MOST_LETTERS or not any(map(str.isalpha, reason)):
        return turn.ask_again("review.why_unclear", most=MOST_LETTERS)
    return _check(turn, replace(Spot.load(turn.draft), reason=reason))


def _check(turn: Turn, spot: Spot) -> Outcome:
    return turn.ask(
        "review.check_reason",
        hear=check_reason,
        choices=("review.send_it", "review.rewrite", "review.keep"),
        draft=spot.dump(),
        reason=spot.reason,
    )


@flow.step(reads="text", exact=("send_it",))
async def check_reason(turn: Turn) -> Outcome:
    spot = Spot.load(turn.draft)
    found = await _survey(turn, spot.where)
    if found is None:
        return turn.say("review.denied").then("menu")
    told = await looking.told_in(turn, found, spot)
    if told is None:
        return await _changed(turn, spot, verdicts.Withdrawn())
    match turn.choice or _in_words(turn.text):
        case "send_it":
            return await _give_back(turn, found, told, spot)
        case "rewrite":
            return _ask_reason(turn, told, spot)
        case "keep":
            return await looking.show(turn, found, told, replace(spot, reason=""))
    return await why_returned(turn)  # written once more instead of pressed


def _in_words(text: str) -> str:
    said = words.read_yes_no(text)
    return "" if said is None else "send_it" if said else "keep"


async def _give_back(turn: Turn, found: Survey, told: Told, spot: Spot) -> Outcome:
    try:
        review = await verdicts.give_back(
            turn.tx, _shown(spot), reason=spot.reason, by=turn.actor, now=turn.now
        )
    except _REFUSED as why:
        return await _changed(turn, spot, why)
    said = await telling.tell_returned(turn, spot.where, told, reason=spot.reason, review=review)
    return await _go_on(turn, found, spot, said)
