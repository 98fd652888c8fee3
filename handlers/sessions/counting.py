"""Who came without a phone is counted by hand: a number, never an account (N1-N6, T20)."""

from typing import Final

from handlers import words
from handlers.activities.service import MOST
from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.sessions import closing, status
from handlers.sessions.place import current, flow, name_of, role_for, step
from handlers.sessions.suspicions import adults_of
from storage import audit, sessions
from storage.activities import ActivityInfo

UNKNOWN_SIZE: Final = 300
"""People: asked again where the number of adults is not known."""


async def ask(
    turn: Turn, info: ActivityInfo, *, then: str, before: tuple[Outgoing, ...] = ()
) -> Outcome:
    """`then`: "close" if the session is being closed, else ""."""
    return turn.ask(
        "sessions.how_many",
        hear=step("count"),
        draft=status.draft_of(info, then=then),
        before=before,
        joined=info.joined,
    )


@flow.step(reads="number")
async def count(turn: Turn) -> Outcome:
    info = await current(turn)
    if info is None:
        return await status.gone(turn)
    match words.read_count(turn.text):
        case words.Count(value=value, approximate=about):
            return await _weigh(turn, info, value, is_about=about)
        case words.Unknown():
            return await _write(turn, info, None, is_about=False)
        case words.Doubt(readings=readings):
            return await _which(turn, readings)
        case words.Refused():
            return turn.ask_again("sessions.count_negative")
        case _:
            return turn.ask_again("sessions.count_unclear")


async def _which(turn: Turn, readings: tuple[int, ...]) -> Outcome:
    """What can be read in two ways is asked (T21)."""
    choices = [
        Choice(str(number), turn.text_of("sessions.people", count=words.say_number(number)))
        for number in dict.fromkeys(readings)
        if number <= MOST
    ][:3]
    choices.append(Choice("retype", turn.text_of("sessions.retype")))
    draft = {**turn.draft, "about": False}
    return turn.ask("sessions.which_count", hear=sure, choices=choices, draft=draft)


async def _weigh(turn: Turn, info: ActivityInfo, heads: int, *, is_about: bool) -> Outcome:
    """More people than the place has grown-ups is asked in figures and in words (T20)."""
    if heads > MOST:
        return turn.ask_again("sessions.count_too_big", limit=words.say_number(MOST))
    adults = await adults_of(turn, info)
    if heads <= (UNKNOWN_SIZE if adults is None else adults):
        return await _write(turn, info, heads, is_about=is_about)
    right = Choice(str(heads), turn.text_of("sessions.right"))
    known = "sessions.is_right" if adults is None else "sessions.is_right_adults"
    return turn.ask(
        known,
        hear=sure,
        choices=(right, "sessions.retype"),
        draft={**turn.draft, "about": is_about, "weighed": True},
        count=words.say_number(heads),
        words=words.say_number_in_words(heads),
        unit=await name_of(turn, info.unit_id),
        adults=words.say_number(adults or 0),
    )


@flow.step()
async def sure(turn: Turn) -> Outcome:
    """The number is the key of the choice."""
    info = await current(turn)
    if info is None:
        return await status.gone(turn)
    if turn.choice == "retype":
        return await ask(turn, info, then=str(turn.draft.get("then", "")))
    is_about = bool(turn.draft.get("about", False))
    if turn.draft.get("weighed"):
        return await _write(turn, info, int(turn.choice), is_about=is_about)
    return await _weigh(turn, info, int(turn.choice), is_about=is_about)


async def _write(turn: Turn, info: ActivityInfo, heads: int | None, *, is_about: bool) -> Outcome:
    """The newest count replaces the one before; not one that this person has not seen (T19)."""
    then = str(turn.draft.get("then", ""))
    version = int(turn.draft.get("version", 0))
    if (info.heads, info.is_about) == (heads, is_about) and heads is not None:
        return await _written(turn, info, then)
    role = await role_for(turn, info)
    if not await sessions.count(turn.tx, info.id, heads, is_about=is_about, version=version):
        return await _changed(turn, info, then)
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=role,
        action="session.counted",
        about=f"activity:{info.id}",
        now=turn.now,
        before={"heads": info.heads},
        after={"heads": heads},
    )
    fresh = await current(turn)
    return await _written(turn, fresh, then) if fresh is not None else await status.gone(turn)


async def _written(turn: Turn, info: ActivityInfo, then: str) -> Outcome:
    if then == "close":
        return await closing.summary(turn, info)
    if info.heads is None:
        return await status.show(turn, info, turn.message("sessions.counted_unknown"))
    heads = status.about(turn, info, info.heads)
    said = turn.message("sessions.counted_now", heads=heads, joined=info.joined)
    return await status.show(turn, info, said)


async def _changed(turn: Turn, info: ActivityInfo, then: str) -> Outcome:
    said = turn.message("sessions.count_changed", counted=status.counted(turn, info))
    return await ask(turn, info, then=then, before=(said,))
