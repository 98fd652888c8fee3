"""What a turn leaves behind: everything that is said, and the conversation's row as it becomes."""

from typing import Any, Final

from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Notice, Outgoing, Template

_TRAIL: Final = 10
_LAST_MISS: Final = 3  # U5
_LONG: Final = 300  # a page of a lesson is not said again because of a slip of the finger


def settle(turn: Turn, outcome: Outcome) -> list[Outgoing]:
    """Write the outcome into the turn's state; return everything that is said, question last."""
    said = list(outcome.messages)
    if outcome.keeps:
        return said
    if outcome.aside:
        return said + _open_question(turn, brief=outcome.brief)
    if outcome.missed:
        return _missed(turn, said)
    state = turn.state
    _remember_way(state, outcome)
    state.misses = 0
    if outcome.hear is None:
        state.flow, state.step, state.draft, state.offered = "", "", {}, {}
        return said
    if outcome.draft is not None:
        state.draft = dict(outcome.draft)
    elif outcome.hear.flow != state.flow:
        state.draft = {}
    state.flow, state.step = outcome.hear.flow, outcome.hear.name
    is_minor = state.offered.get("minor", False)
    state.offered = to_json(said[-1])
    if is_minor:  # kept as long as this conversation lives (P6)
        state.offered["minor"] = True
    return said


def _open_question(turn: Turn, *, brief: bool = False) -> list[Outgoing]:
    """The open question once more; in brief a lesson's page is named and not repeated."""
    if not turn.state.offered:
        return []
    question = from_json(turn.state.offered)
    if brief and question.heading and len(question.text) > _LONG:
        above = turn.text_of("menu.above")
        return [Outgoing(above, question.heading, question.choices)]
    return [question]


def _missed(turn: Turn, said: list[Outgoing]) -> list[Outgoing]:
    """A reason, then another way of asking, then a person: never the same twice (U5)."""
    state, question = turn.state, _open_question(turn, brief=True)
    state.misses += 1
    if state.misses >= _LAST_MISS:
        state.misses = 0
        return [Outgoing(turn.text_of("menu.third_miss")), *question]
    if not said:
        return [Outgoing(_hint(turn, len(state.offered.get("choices", [])))), *question]
    if said[-1].text == state.offered.get("reason"):
        return [Outgoing(turn.text_of("menu.still_unclear")), *question]
    if state.offered:
        state.offered["reason"] = said[-1].text
    return said


def _hint(turn: Turn, choices: int) -> str:
    if turn.state.misses == 1:
        return turn.text_of("menu.first_miss")
    if choices == 1:
        return turn.text_of("menu.second_miss_one")
    return turn.text_of("menu.second_miss", last=choices)


def _remember_way(state: Any, outcome: Outcome) -> None:
    same_flow = outcome.hear is not None and outcome.hear.flow == state.flow
    if not (same_flow or outcome.pushes):
        state.trail = []
    elif state.step and state.offered:
        place = {"flow": state.flow, "step": state.step, "draft": dict(state.draft)}
        place["offered"] = {k: v for k, v in state.offered.items() if k != "token"}
        state.trail = [*state.trail, place][-_TRAIL:]


def to_json(message: Outgoing) -> dict[str, Any]:
    """The stored form of a message: only what it has, JSON scalars and lists."""
    stored: dict[str, Any] = {"text": message.text}
    if message.heading:
        stored["heading"] = message.heading
    if message.choices:
        stored["choices"] = [[choice.key, choice.text] for choice in message.choices]
    if message.notice:
        stored["notice"] = [message.notice.flow, message.notice.step, message.notice.about]
    if message.template:
        stored["template"] = [message.template.name, dict(message.template.values)]
    return stored | _shown(message)


def _shown(message: Outgoing) -> dict[str, Any]:
    """Its picture and its file."""
    shown: dict[str, Any] = {}
    if message.picture:
        shown["picture"] = [message.picture, message.picture_alt]
    elif message.picture_alt:  # of one that is yet to be drawn, too
        shown["alt"] = message.picture_alt
    if message.document:
        shown["document"] = message.document
    if message.drawn:  # a stored file too: whoever asks which files are carried finds it there
        shown |= {"document": message.drawn, "drawn": True}
    return shown


def from_json(stored: dict[str, Any]) -> Outgoing:
    picture, alt = stored.get("picture", ("", stored.get("alt", "")))
    notice, template = stored.get("notice"), stored.get("template")
    file, is_drawn = stored.get("document", 0), stored.get("drawn", False)
    return Outgoing(
        stored["text"],
        stored.get("heading", ""),
        tuple(Choice(key, text) for key, text in stored.get("choices", [])),
        picture,
        alt,
        Notice(*notice) if notice else None,
        Template(template[0], tuple(template[1].items())) if template else None,
        0 if is_drawn else file,
        file if is_drawn else 0,
    )
