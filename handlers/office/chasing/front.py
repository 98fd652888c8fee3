"""What an officer who asks "ai chưa nộp" sees first and comes back to after everything else."""

from collections.abc import Sequence

from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.office.chasing import standing
from handlers.office.chasing.owed import Owed, Spot, flow, look


def status(turn: Turn, owed: Owed, *before: Outgoing) -> Outcome:
    *first, last = standing.status(turn, owed)
    return turn.ask(
        "chasing.status",
        hear=flow.steps["act"],
        choices=_choices(owed),
        draft=owed.spot.dump(),
        before=(*before, *first),
        text=last.text,
    )


async def home(turn: Turn, spot: Spot, *before: Outgoing) -> Outcome:
    """After something was done: what is next, with the figures of now."""
    owed = await look(turn, spot)
    if owed is None:
        return denied(turn)
    return turn.ask(
        "chasing.home_ask",
        hear=flow.steps["act"],
        choices=_choices(owed),
        draft=spot.dump(),
        before=before,
        period=owed.title,
    )


def denied(turn: Turn) -> Outcome:
    """The right there has ended between question and press, or it never was (T13, T41)."""
    return turn.say("chasing.denied").then("menu")


def _choices(owed: Owed) -> Sequence[str]:
    possible = {
        "chasing.look": has_claims(owed),
        "chasing.call_list": bool(owed.open_ones),
        "chasing.help": not owed.is_frozen,
        "chasing.remind": bool(owed.to_remind) and not owed.is_frozen,
        "chasing.totals": not has_claims(owed),  # five at most; then it is among the others
        "chasing.other": True,
    }
    return [key for key, is_there in possible.items() if is_there]


def has_claims(owed: Owed) -> bool:
    """Whether paper waits for a look."""
    return bool(owed.claimed) and not owed.is_frozen
