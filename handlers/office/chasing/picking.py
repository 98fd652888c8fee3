"""Which unit is meant: by its name, by a hamlet's own number, or from a list in pages."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers import places
from handlers.flow import Outcome, Turn
from handlers.messages import Choice
from handlers.office.chasing import cards, front, inviting
from handlers.office.chasing.owed import Owed, Spot, flow, look
from handlers.office.owing import Obligation
from handlers.words import fold
from storage.units import UnitInfo

_PAGE: Final = 8  # and "more": never above nine (U3)
_LIST: Final = frozenset({"danh sach", "xem danh sach", "ds", "liet ke", "ca danh sach"})


def ask(turn: Turn, owed: Owed, *, purpose: str) -> Outcome:
    """A number typed to this is the hamlet's own (design §3), so nothing is numbered here."""
    spot = replace(owed.spot, purpose=purpose, unit=0)
    return turn.ask(f"chasing.ask_unit_{purpose}", hear=flow.steps["pick"], draft=spot.dump())


@flow.step(reads="number")
async def pick(turn: Turn) -> Outcome:
    spot = Spot.load(turn.draft)
    owed = await look(turn, spot)
    if owed is None:
        return front.denied(turn)
    after = int(turn.draft.get("after", 0))
    if turn.choice == "more":
        return _list(turn, owed, after=after + _PAGE)
    if turn.choice:
        one = owed.one(int(turn.choice)) if turn.choice.isdecimal() else None
        return await _go_on(turn, owed, one) if one else turn.say("chasing.gone").then("menu")
    if fold(turn.text) in _LIST:
        return _list(turn, owed, after=0)
    units = places.find(turn.text, [one.unit for one in owed.everything])
    if not units:
        return turn.ask_again("chasing.unit_unclear")
    return await found(turn, owed, units, purpose=spot.purpose)


async def found(turn: Turn, owed: Owed, units: Sequence[UnitInfo], *, purpose: str) -> Outcome:
    """Go on with the one, or ask which of several."""
    owed = replace(owed, spot=replace(owed.spot, purpose=purpose))
    obligations = [one for unit in units if (one := owed.one(unit.id))]
    if len(obligations) == 1:
        return await _go_on(turn, owed, obligations[0])
    return _ask_which(turn, owed, [_choice(one) for one in obligations[:_PAGE]], after=0)


def _list(turn: Turn, owed: Owed, *, after: int) -> Outcome:
    """Who matters most for the purpose comes first."""
    everybody = sorted(_fitting(owed), key=lambda one: _order(turn, owed, one))
    after = after if after < len(everybody) else 0
    choices = [_choice(one) for one in everybody[after : after + _PAGE]]
    if len(everybody) > after + _PAGE:
        choices.append(Choice("more", turn.text_of("chasing.more")))
    return _ask_which(turn, owed, choices, after=after)


def _ask_which(turn: Turn, owed: Owed, choices: Sequence[Choice], *, after: int) -> Outcome:
    draft = {**owed.spot.dump(), "after": after}
    return turn.ask("chasing.which_of", hear=flow.steps["pick"], choices=choices, draft=draft)


def _choice(one: Obligation) -> Choice:
    return Choice(str(one.unit.id), one.name)


def _fitting(owed: Owed) -> list[Obligation]:
    if owed.spot.purpose != "help":
        return list(owed.obligations)
    return [one for one in owed.obligations if one.lacks_figures]


def _order(turn: Turn, owed: Owed, one: Obligation) -> bool:
    if owed.spot.purpose == "invite":
        return not owed.who(one.unit.id).lost(turn)
    return not one.is_open


async def _go_on(turn: Turn, owed: Owed, one: Obligation) -> Outcome:
    match owed.spot.purpose:
        case "help":
            return await cards.help_with(turn, owed, one)
        case "invite":
            return await inviting.invite(turn, owed, one)
    return cards.show(turn, owed, one)
