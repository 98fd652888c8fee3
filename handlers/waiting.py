"""A session's code that waits while storing and the hamlet are asked, and what follows then.

It stands in the draft of the flow "people", which asks.
"""

from typing import Any, Final

from handlers.flow import Turn
from storage import sessions

_ASKS: Final = "people"


def code(turn: Turn) -> str:
    """The digits; "" if nobody came with a code."""
    return str(turn.draft.get("session", "")) if turn.state.flow == _ASKS else ""


def kept(turn: Turn) -> dict[str, Any]:
    """What the next question has to remember of it."""
    found = code(turn)
    return {"session": found, "near": turn.draft.get("near", "")} if found else {}


def onward(turn: Turn) -> str:
    """The flow that follows: the session that was come for, else the first lesson."""
    return "joining" if code(turn) else "learning"


def thanks(turn: Turn) -> str:
    """Id of what is said when all is answered."""
    return "joining.thanks" if code(turn) else "people.thanks"


async def attend(turn: Turn) -> None:
    """Agreed to: in at once, whatever is asked afterwards; the hamlet is added when it is told."""
    digits = code(turn)
    live = await sessions.live(turn.tx, digits, now=turn.now) if digits else None
    if live is not None:
        await join(turn, live)


async def join(turn: Turn, live: sessions.Live) -> sessions.Joined:
    """Take in who speaks, with the hamlet of this moment."""
    return await sessions.join(
        turn.tx,
        live.id,
        person_id=turn.actor.person_id,
        canonical_id=turn.actor.canonical_id,
        unit_id=turn.actor.unit_id,
        now=turn.now,
    )
