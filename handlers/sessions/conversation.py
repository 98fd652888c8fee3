"""/buoihoc: the session that is open, or a new one."""

import re
from typing import Final

from handlers import words
from handlers.activities import service
from handlers.detours import between
from handlers.flow import Outcome, Turn
from handlers.messages import STAFF, Choice, Notice, Outgoing
from handlers.passing import session_code
from handlers.sessions import closing, counting, opening, printing, status
from handlers.sessions.place import as_now, current, flow, found, name_of
from storage import sessions
from storage.activities import ActivityInfo

PAGE: Final = 3  # and "more" and "a new one": five choices (U3)
_CLOSE: Final = re.compile(r"dong (?:buoi|lop)\b")
_NEW: Final = re.compile(r"mo (?:them )?(?:buoi|lop)\b")


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """What is open is shown first; "dong buoi hoc" and "mo buoi hoc" say what is wanted."""
    if session_code(turn.text):
        return Outcome().then("joining")
    if await _tells(turn):
        return Outcome().then("activities")
    said = words.fold(turn.event.text)
    open_now = await _open_now(turn, after=0)
    if not open_now or _NEW.match(said):
        return await opening.begin(turn)
    if len(open_now) > 1:
        return await _list(turn, open_now, after=0)
    if _CLOSE.match(said):
        return await closing.begin(turn, open_now[0])
    return await status.show(turn, open_now[0])


async def _tells(turn: Turn) -> bool:
    """True for "buổi học tối qua có 35 người": told afterwards, that is what /ghi is for."""
    book = turn.house.flows["activities"]
    if book.claims is None or turn.event.text.startswith("/"):
        return False
    rest, turn.text = turn.text, words.clean(turn.event.text)
    if await book.claims(turn):
        return True
    turn.text = rest
    return False


async def _open_now(turn: Turn, *, after: int) -> list[ActivityInfo]:
    rights = service.rights_of(await as_now(turn))
    ids = await sessions.open_ids(
        turn.tx, units=rights.own, communes=rights.communes, limit=after + PAGE + 1
    )
    listed = [await found(turn, number) for number in ids[after:]]
    return [info for info in listed if info is not None]


async def _list(turn: Turn, listed: list[ActivityInfo], *, after: int) -> Outcome:
    choices = [Choice(str(info.id), await _line(turn, info)) for info in listed[:PAGE]]
    if len(listed) > PAGE:
        choices.append(Choice("more", turn.text_of("sessions.more")))
    choices.append(Choice("another", turn.text_of("sessions.another")))
    return turn.ask("sessions.which", hear=pick, choices=choices, draft={"after": after})


async def _line(turn: Turn, info: ActivityInfo) -> str:
    unit = await name_of(turn, info.unit_id)
    at = info.created_at.astimezone(turn.house.timezone)
    return turn.text_of(
        "sessions.line", unit=unit, code=status.code_of(turn, info), at=f"{at:%H:%M %-d/%-m}"
    )


@flow.step()
async def pick(turn: Turn) -> Outcome:
    if turn.choice == "another":
        return await opening.begin(turn)
    if turn.choice == "more":
        after = int(turn.draft.get("after", 0)) + PAGE
        listed = await _open_now(turn, after=after)
        if listed:
            return await _list(turn, listed, after=after)
        return await _list(turn, await _open_now(turn, after=0), after=0)
    info = await found(turn, int(turn.choice))
    if info is None or info.state != "open":
        turn.draft["session"] = int(turn.choice)
        return await status.gone(turn)
    return await status.show(turn, info)


@flow.step(exact=("cancel",))
async def running(turn: Turn) -> Outcome:
    """What can be done with an open session."""
    if turn.choice == "home":
        return Outcome().then("menu")
    if turn.choice == "another":
        return await opening.begin(turn)
    info = await current(turn)
    if info is None:
        return await status.gone(turn)
    match turn.choice:
        case "add":
            return await counting.ask(turn, info, then="")
        case "close":
            return await closing.begin(turn, info)
        case "sheet":
            return await printing.order(turn, info)
        case _:
            return await closing.ask_cancel(turn, info)


# --- left open -----------------------------------------------------------------------------------


async def remind(turn: Turn, outcome: Outcome) -> None:
    """Whoever left a session open is asked to close it when they speak, once a day.

    Nothing is closed by itself: only people know how many came.
    """
    hears = outcome.hear.flow if outcome.hear is not None else ""
    is_here = turn.event.private and turn.event.kind not in STAFF and not turn.actor.is_suspended
    if not turn.actor.grants or not is_here or hears == flow.name:
        return
    number = await sessions.left_open(turn.tx, turn.actor.canonical_id, now=turn.now)
    info = await found(turn, number) if number is not None else None
    if info is None:
        return
    keys = ("sessions.close", "sessions.later")
    unit = await name_of(turn, info.unit_id)
    asked = turn.message(
        "sessions.left_open", choices=keys, unit=unit, code=status.code_of(turn, info)
    )
    notice = Notice(flow.name, "take_up", str(info.id))
    message = Outgoing(asked.text, choices=asked.choices, notice=notice)
    key = f"session:{info.id}:open:{turn.today.isoformat()}"
    turn.tell(turn.actor.person_id, message, key=key, account_id=turn.actor.account_id)


@flow.step()
async def take_up(turn: Turn) -> Outcome:
    """A button of the notice; `turn.about` is the session, checked again here (T13)."""
    if turn.choice != "close":
        return turn.aside("sessions.kept_open")
    info = await found(turn, int(turn.about))
    if info is None or info.state != "open":
        return turn.aside("sessions.gone")
    return between(await closing.begin(turn, info))
