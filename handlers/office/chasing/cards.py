"""One unit: where it stands, who reports for it, and what an officer can do about it."""

from collections.abc import Sequence

from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing, in_messages
from handlers.office.chasing import front, inviting, marking, persons, standing
from handlers.office.chasing.owed import Owed, Spot, at_unit, flow, look
from handlers.office.owing import Obligation
from handlers.reporting import helping
from handlers.words import say_date


def show(turn: Turn, owed: Owed, one: Obligation, *before: Outgoing) -> Outcome:
    said = [
        turn.text_of(
            "chasing.card",
            unit=one.name,
            period=owed.title,
            standing=standing.standing_name(turn, one, owed),
            due=say_date(one.due),
        ),
        *_reasons(turn, one),
        _people(turn, owed, one),
        f"{standing.reminded(turn, owed, one.unit.id).capitalize()}.",
    ]
    return turn.ask(
        "chasing.card_ask",
        hear=flow.steps["card"],
        choices=_choices(owed, one),
        draft=at_unit(owed.spot, one.unit.id).dump(),
        before=(*before, *in_messages(said)),
        unit=one.name,
    )


def _reasons(turn: Turn, one: Obligation) -> list[str]:
    told = [mark.reason for mark in one.marks if mark.reason]
    return [turn.text_of("chasing.card_reason", reason=told[-1])] if told else []


def _people(turn: Turn, owed: Owed, one: Obligation) -> str:
    known = persons.said(turn, persons.without_phones(turn, owed, one))
    if not known:
        return turn.text_of("chasing.card_nobody")
    return turn.text_of("chasing.card_people", persons=known)


def _choices(owed: Owed, one: Obligation) -> Sequence[str]:
    may = one.is_open and not owed.is_frozen
    has_marks = bool(one.marks) and not owed.is_frozen
    wanted = {
        "help": one.lacks_figures and not owed.is_frozen,
        "mark_paper": may,
        "mark_extended": may,
        "mark_exempt": may,
        "unmark": has_marks,
        "invite": True,
        "back": True,
    }
    return [f"chasing.{key}" for key, is_there in wanted.items() if is_there]


@flow.step(exact=("mark_exempt", "unmark"))
async def card(turn: Turn) -> Outcome:
    spot = Spot.load(turn.draft)
    owed = await look(turn, spot)
    if owed is None:
        return front.denied(turn)
    one = owed.one(spot.unit)
    if one is None:
        return turn.say("chasing.gone").then("menu")
    match turn.choice:
        case "help":
            return await help_with(turn, owed, one)
        case "invite":
            return await inviting.invite(turn, owed, one)
        case "back":
            return await front.home(turn, spot)
    return await marking.begin(turn, owed, one)


async def help_with(turn: Turn, owed: Owed, one: Obligation) -> Outcome:
    """Hand over to the conversation that enters a unit's report; it asks for the source itself."""
    if owed.is_frozen:
        return await front.home(
            turn, owed.spot, turn.message("chasing.is_frozen", period=owed.title)
        )
    return await helping.begin(turn, one.unit.id, owed.period.key)
