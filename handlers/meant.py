"""Which conversation a typed text means, where it is no answer to what is being asked."""

import re

from handlers import words
from handlers.flow import Flow, Turn


def _keeps_attention(turn: Turn) -> bool:
    """Whether what is being told must not be taken for something else."""
    step = turn.house.flows.find(turn.state, turn.actor)
    return step is not None and turn.house.flows[step.flow].keeps_attention


def exactly(turn: Turn) -> str:
    """The flow of whose words these are the very ones; "" = none."""
    found = words.find_named(turn.text, _named(turn))
    if not isinstance(found, words.Exact):
        return ""
    turn.text = ""
    return found.key


def _named(turn: Turn) -> list[words.Named]:
    """Every flow of this person that plain words lead to."""
    flows = turn.house.flows.open_to(turn.actor)
    return [words.Named(one.name, one.words) for one in flows if one.words]


async def claimed(turn: Turn) -> Flow | None:
    """The flow that knows this sentence as its own: "tối qua xóm 5 có 35 bà con học"."""
    for flow in turn.house.flows.open_to(turn.actor):
        if _keeps_attention(turn) and flow.name != turn.state.flow:
            continue
        if flow.claims is not None and await flow.claims(turn):
            return flow
    return None


def in_words(turn: Turn) -> str:
    """The flow whose plain words these are, perhaps with more behind them ("thong ke xom 5")."""
    if re.match(r"(?:xom|thon)\b", words.fold(turn.text)):
        return ""  # "xóm Đông" is no "đồng ý lưu"
    match words.find_named(turn.text, _named(turn)):
        case words.Close() if _keeps_attention(turn) or words.read_done(turn.text) is not None:
            return ""  # "không" is no slip of "không nhận được tin"
        case words.Exact(name) | words.Close(name):
            turn.text = ""
            return name
    flows = turn.house.flows.open_to(turn.actor)
    behind = [(rest, flow.name) for flow in flows if (rest := flow.behind(turn.text))]
    if not behind:
        return ""
    turn.text, name = min(behind, key=lambda one: len(one[0]))  # who knows most of the words
    return name
