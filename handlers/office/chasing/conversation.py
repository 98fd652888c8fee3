"""/chuabaocao: who owes the report of a period, and everything an officer does about it."""

from typing import Any

from handlers import places
from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.office import asked
from handlers.office.chasing import calls, claimed, front, picking, reminding, standing
from handlers.office.chasing.owed import Owed, Spot, desks, flow, look
from handlers.reporting import periods
from handlers.reporting.periods import FIRST_YEAR
from handlers.yearly import showing
from handlers.yearly.looking import View
from storage import units

__all__ = ["flow"]


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """`turn.text`: a period, a kind of unit ("xóm"), a unit's name, or nothing."""
    behind = turn.text or flow.behind(turn.event.text)  # of a near miss the engine keeps nothing
    wanted = asked.read(behind, known=await _keys(turn))
    options = await _options(turn, wanted.period)
    draft = {"kind": wanted.kind, "named": wanted.unit}
    if not options:
        return turn.say("chasing.no_period").then("menu")
    said = _no_such(turn, wanted.no_such)
    if len(options) == 1:
        return await _open(turn, options[0].key, draft, *said)
    return turn.ask("chasing.which", hear=which, choices=options[:9], draft=draft, before=said)


async def _keys(turn: Turn) -> list[str]:
    """Every period that may be asked for: the years so far, and reports over several years."""
    years = [str(year) for year in range(FIRST_YEAR, turn.today.year + 1)]
    settings = [await units.settings_of(turn.tx, commune) for commune in desks(turn)]
    return [*years, *(period.key for one in settings for period in periods.over_years(one))]


def _no_such(turn: Turn, named: str) -> list[Outgoing]:
    return [turn.message("chasing.no_such_period", asked=named)] if named else []


async def _options(turn: Turn, wanted: str) -> list[Choice]:
    """The named period of each commune of this desk, or those that are open."""
    found = []
    for commune in desks(turn):
        settings = await units.settings_of(turn.tx, commune)
        named = periods.by_key(wanted, settings) if wanted else None
        opened = [named] if named else periods.open_on(turn.today, settings)
        for period in opened:
            title = periods.say_title_in(turn.house.texts, period, settings)
            found.append(Choice(f"{commune}:{period.key}", title))
    return found


@flow.step()
async def which(turn: Turn) -> Outcome:
    return await _open(turn, turn.choice, turn.draft)


async def _open(turn: Turn, key: str, draft: dict[str, Any], *before: Outgoing) -> Outcome:
    commune, _, period = key.partition(":")
    kind = str(draft.get("kind", ""))
    spot = Spot(int(commune) if commune.isdecimal() else 0, period, kind)
    owed = await look(turn, spot)
    if owed is None:
        return front.denied(turn)
    if named := str(draft.get("named", "")):
        return await _named(turn, owed, named)
    return front.status(turn, owed, *before)


async def _named(turn: Turn, owed: Owed, text: str) -> Outcome:
    """Show that unit alone ("xóm 5 nộp chưa"); what names none shows them all."""
    found = places.find(text, [one.unit for one in owed.everything])
    if not found:
        return front.status(turn, owed, turn.message("chasing.whole"))
    return await picking.found(turn, owed, found, purpose="card")


@flow.step()
async def act(turn: Turn) -> Outcome:
    owed = await look(turn, Spot.load(turn.draft))
    if owed is None:
        return front.denied(turn)
    match turn.choice:
        case "look":
            return await claimed.show(turn, owed)
        case "call_list":
            return await calls.show(turn, owed)
        case "help":
            return picking.ask(turn, owed, purpose="help")
        case "remind":
            return await reminding.preview(turn, owed)
        case "totals":
            return await showing.show(turn, View(owed.spot.commune, owed.spot.period))
    return _ask_other(turn, owed)


def _ask_other(turn: Turn, owed: Owed) -> Outcome:
    totals = ("totals",) if front.has_claims(owed) else ()
    keys = ("other_card", "other_invite", "other_group", *totals, "back")
    choices = [f"chasing.{key}" for key in keys]
    return turn.ask("chasing.other_ask", hear=other, choices=choices, draft=owed.spot.dump())


@flow.step()
async def other(turn: Turn) -> Outcome:
    spot = Spot.load(turn.draft)
    owed = await look(turn, spot)
    if owed is None:
        return front.denied(turn)
    match turn.choice:
        case "other_card":
            return picking.ask(turn, owed, purpose="card")
        case "other_invite":
            return picking.ask(turn, owed, purpose="invite")
        case "other_group":
            said = turn.message("chasing.group_intro"), Outgoing(standing.for_group(turn, owed))
            return await front.home(turn, spot, *said)
        case "totals":
            return await showing.show(turn, View(spot.commune, spot.period))
    return await front.home(turn, spot)
