"""A flow that came between: what was open before is asked again when it is over (T56, U6).

Such a flow asks with `between(...)` and ends with `resume(...)`.
"""

from dataclasses import replace

from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.settling import from_json


def between(outcome: Outcome) -> Outcome:
    """Keep the question that is open now, though another flow begins."""
    return replace(outcome, pushes=True)


def resume(turn: Turn, flow: str, *said: Outgoing) -> Outcome:
    """Say this, leave `flow`, and ask again what was open before it; else show the menu (U5)."""
    if turn.state.flow and turn.state.flow != flow:
        return Outcome(said, aside=True)
    leave(turn, flow)
    while turn.state.trail:
        earlier = turn.state.trail.pop()
        step = turn.house.flows.at(earlier["flow"], earlier["step"], turn.actor)
        if step is not None:
            question = from_json(earlier["offered"])
            return Outcome((*said, question), step, earlier["draft"], pushes=True)
    return Outcome(said).then("menu")


def leave(turn: Turn, flow: str) -> None:
    """Nothing of `flow` is a place to come back to, the open question included."""
    trail = list(turn.state.trail)
    while trail and trail[-1]["flow"] == flow:
        trail.pop()
    turn.state.trail = trail
    turn.state.offered = {}


def is_waiting(turn: Turn, flow: str) -> bool:
    """True if something else was begun before `flow` and can be gone on with."""
    if turn.state.flow != flow:
        return bool(turn.state.step and turn.state.offered)
    return any(place["flow"] != flow for place in turn.state.trail)
