"""An open session as it is shown, and what is said of one that is open no more."""

from typing import Any, Final

from handlers import words
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.sessions.place import found, name_of, step
from storage.activities import ActivityInfo
from storage.sessions import JOINABLE

_WAYS: Final = ("add", "close", "cancel", "another")
_PRINTED: Final = "sheet"
_LATE: Final = "home"


async def show(turn: Turn, info: ActivityInfo, *before: Outgoing) -> Outcome:
    """How many have joined, and what can be done now."""
    late = turn.now - info.created_at > JOINABLE
    return turn.ask(
        "sessions.running_late" if late else "sessions.running",
        hear=step("running"),
        choices=[f"sessions.{key}" for key in (*_WAYS, _LATE if late else _PRINTED)],
        draft=draft_of(info),
        before=before,
        unit=await name_of(turn, info.unit_id),
        code=code_of(turn, info),
        joined=info.joined,
        counted=counted(turn, info),
    )


def code_of(turn: Turn, info: ActivityInfo) -> str:
    """The code as people read it; after a night it is free again (`sessions.retire_codes`)."""
    return f"B{info.code}" if info.code else turn.text_of("sessions.no_code")


def draft_of(info: ActivityInfo, **more: Any) -> dict[str, Any]:
    """The session and the version of it that is shown (T42)."""
    return {"session": info.id, "version": info.version, **more}


def counted(turn: Turn, info: ActivityInfo) -> str:
    if info.heads is None:
        return turn.text_of("sessions.not_counted")
    return turn.text_of("sessions.counted", heads=about(turn, info, info.heads))


def about(turn: Turn, info: ActivityInfo, number: int) -> str:
    """Say a number that is, or has in it, what was counted by hand: "khoảng 30"."""
    figure = words.say_number(number)
    return turn.text_of("sessions.about", number=figure) if info.is_about else figure


def sample(turn: Turn) -> str:
    """What every output of the demo mode begins with (design §2)."""
    return f"{turn.text_of('sessions.sample')} " if turn.house.sample else ""


async def gone(turn: Turn) -> Outcome:
    """What is said when somebody else was first, or the right has ended (T19, T41)."""
    info = await found(turn, int(turn.draft.get("session", 0)))
    said = turn.message("sessions.gone")
    if info is not None and info.state == "recorded":
        said = await sum_of(turn, info, "sessions.closed_already")
    return Outcome((said,)).then("menu")


async def sum_of(turn: Turn, info: ActivityInfo, text_id: str) -> Outgoing:
    """The two parts and their sum, in one sentence."""
    joined = words.say_number(info.joined)
    parts = turn.text_of("sessions.parts_unknown", joined=joined)
    if info.heads is not None:
        heads, people = (about(turn, info, number or 0) for number in (info.heads, info.people))
        parts = turn.text_of("sessions.parts", joined=joined, heads=heads, people=people)
    return turn.message(text_id, unit=await name_of(turn, info.unit_id), parts=parts)
