"""What is in the book: shown, corrected, taken back, forwarded, with the sign-in sheet (U9, A6)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers import evidence
from handlers.activities import asking, saying, service
from handlers.activities.draft import from_record
from handlers.activities.flow import flow, records
from handlers.flow import Outcome, Turn
from handlers.messages import Choice, HandedIn, Outgoing
from handlers.roles import once_each
from storage import roles, units
from storage.activities import ActivityInfo

_SHOWN: Final = 4


@records.entry
async def show_recent(turn: Turn) -> Outcome:
    return await _list(turn, 0) or asking.ask_to_tell(turn, "activities.none_yet_tell")


async def _list(turn: Turn, skip: int) -> Outcome | None:
    """The records from one on, newest first; None if there are none."""
    found = await service.recent(turn.tx, turn.actor, limit=_SHOWN + 1, skip=skip)
    if not found:
        return None
    names = await asking.names_of(turn)
    choices = [Choice(str(one.id), saying.line(turn, one, names)) for one in found[:_SHOWN]]
    last = "older" if len(found) > _SHOWN else "home"
    choices.append(Choice(last, turn.text_of(f"activities.{last}")))
    return turn.ask("activities.choose_one", hear=choose_one, choices=choices, draft={"skip": skip})


@records.step()
async def choose_one(turn: Turn) -> Outcome:
    if turn.choice == "home":
        return Outcome().then("menu")
    if turn.choice == "older":
        skip = int(turn.draft.get("skip", 0)) + _SHOWN
        return await _list(turn, skip) or turn.say("activities.gone").then("menu")
    info = await service.find(turn.tx, turn.actor, int(turn.choice))
    if info is None or info.state != "recorded":
        return turn.say("activities.gone").then("menu")
    names = await asking.names_of(turn)
    summary = saying.summary(turn, from_record(info), names)
    shown = turn.message("activities.one", number=info.id, summary=summary)
    if service.may_change(turn.actor, info):
        return _what_now(turn, info.id, shown)
    whose = turn.message("activities.not_to_change", unit=names[info.unit_id])
    return _what_now(turn, info.id, shown, whose, keys=_OF_A_PARTNER)


_ALL: Final = ("forward_it", "edit", "sheet", "undo", "another")
_OF_A_PARTNER: Final = ("forward_it", "another")


def _what_now(turn: Turn, number: int, *before: Outgoing, keys: Sequence[str] = _ALL) -> Outcome:
    return turn.ask(
        "activities.what_now",
        hear=what_now,
        choices=[f"activities.{key}" for key in keys],
        draft={"activity": number},
        before=before,
    )


@records.step(exact=("undo",))
async def what_now(turn: Turn) -> Outcome:
    if turn.choice == "another":
        turn.text = ""
        return Outcome().then("activities")
    info = await service.find(turn.tx, turn.actor, int(turn.draft.get("activity", 0)))
    if info is None or info.state != "recorded":
        return turn.say("activities.gone").then("menu")
    names = await asking.names_of(turn)
    match turn.choice:
        case "forward_it":
            keys = _ALL if service.may_change(turn.actor, info) else _OF_A_PARTNER
            return _what_now(turn, info.id, *await to_forward(turn, info), keys=keys)
        case "edit":
            return await asking.go_on(turn, from_record(info))
        case "sheet":
            asked = await evidence.asking(turn, f"{evidence.SHEET}:{info.id}")
            return _what_now(turn, info.id, *asked)
    return turn.ask(
        "activities.undo_sure",
        hear=undo_sure,
        choices=("activities.keep_it", "activities.undo_it"),
        line=saying.line(turn, info, names),
    )


@records.step(exact=("undo_it",), no="keep_it")
async def undo_sure(turn: Turn) -> Outcome:
    """The consequence was said, and keeping it stands first (U18)."""
    number = int(turn.draft.get("activity", 0))
    if turn.choice == "keep_it":
        return turn.say("activities.kept").then("menu")
    try:
        await service.undo(turn.tx, number, by=turn.actor, now=turn.now)
    except service.Denied:
        return turn.say("activities.denied").then("menu")
    except service.Changed:
        return turn.say("activities.changed").then("menu")
    return turn.say("activities.undone", number=number).then("menu")


# --- after writing -------------------------------------------------------------------------------


async def just_saved(turn: Turn, number: int) -> Outcome:
    """What was written, and what can be done with it."""
    info = await service.find(turn.tx, turn.actor, number)
    if info is None:
        return turn.say("activities.gone").then("menu")
    await _tell_partners(turn, info)
    return _what_now(turn, number, turn.message("activities.saved", number=number))


async def corrected(turn: Turn, number: int) -> Outcome:
    info = await service.find(turn.tx, turn.actor, number)
    if info is not None:
        await _tell_partners(turn, info)
    return _what_now(turn, number, turn.message("activities.corrected", number=number))


async def changed_meanwhile(turn: Turn, number: int) -> Outcome:
    """Somebody else was first: what the book says now, and nothing overwritten (T19, T42)."""
    info = await service.find(turn.tx, turn.actor, number)
    said = turn.message("activities.changed")
    if info is None or info.state != "recorded":
        return Outcome((said,)).then("menu")
    names = await asking.names_of(turn)
    summary = saying.summary(turn, from_record(info), names)
    shown = turn.message("activities.one", number=number, summary=summary)
    return _what_now(turn, number, said, shown)


async def _tell_partners(turn: Turn, info: ActivityInfo) -> None:
    """Whoever answers for a unit that took part need not write the same once more."""
    others = info.units - {info.unit_id}
    if not others:
        return
    desk = await roles.holding(turn.tx, info.commune_id, ("head", "reporter"))
    me = turn.actor.canonical_id
    names = await asking.names_of(turn)
    line = saying.line(turn, info, names)
    told = turn.message("activities.partner_told", unit=names[info.unit_id], line=line)
    theirs = [one for one in desk if one.unit_id in others and one.canonical_id != me]
    for person in once_each(theirs):
        turn.tell(person, told, key=f"activity:{info.id}:{person}")


async def to_forward(turn: Turn, info: ActivityInfo) -> tuple[Outgoing, ...]:
    """A text to copy into the Zalo group; the picture follows when it is drawn."""
    if not saying.is_few(info):
        await order_card(turn, info)
    names = await asking.names_of(turn)
    return (Outgoing(saying.to_forward(turn, info, names)),)


async def order_card(turn: Turn, info: ActivityInfo) -> None:
    """The same as a picture, for the group."""
    names = await asking.names_of(turn)
    settings = await units.settings_of(turn.tx, info.unit_id)
    line = saying.line(turn, info, names)
    card = replace(turn.message("activities.card"), picture_alt=line)
    turn.order(
        "activity_card",
        saying.card(turn, info, names, commune=str(settings.get("name") or "")),
        name=f"hoat-dong-{info.id}.png",
        message=card,
    )


# --- the sign-in sheet ---------------------------------------------------------------------------


@flow.receive(evidence.SHEET)
async def keep_sheet(turn: Turn, handed: HandedIn) -> Outcome:
    """A photo came, by the one-time page or in the chat, whatever is talked about meanwhile."""
    number = handed.purpose.partition(":")[2]
    found = int(number) if number.isdecimal() else 0
    info = await service.find(turn.tx, turn.actor, found)
    if info is None:
        return turn.aside("activities.gone")
    if not await service.attach(turn.tx, info, file_id=handed.file, by=turn.actor, now=turn.now):
        return turn.aside("activities.gone")
    return turn.aside("activities.sheet_kept", number=info.id)
