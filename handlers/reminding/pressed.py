"""What is pressed under a reminder of several things: do one, later, or paper was handed in."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from handlers.flow import Flow, Outcome, Step, Turn
from handlers.messages import Choice
from handlers.office.chasing import handed_in, reminded
from handlers.quick_forms import answering
from handlers.reminding.deadlines import answered
from handlers.reminding.due import Due, everything
from handlers.reminding.saying import FLOW, place_of
from handlers.reporting.flow import WHO
from handlers.reporting.service import acting_as
from storage import claims

flow = Flow(FLOW, allow=WHO)
"""No command: it hears what is pressed, and "đã nộp giấy rồi"."""
_PAGE: Final = 8  # and "none of them": never above nine (U3)


class Way(NamedTuple):
    """How a kind of thing hears what is pressed, as under a reminder of its own."""

    hears: Step
    about: str
    """Of its notice, made of {unit} and {thing}."""
    do: str
    """What is pressed to do it."""
    on_paper: str = ""
    """What is pressed when it was handed in on paper; "" = that cannot be."""


WAYS: Final[Mapping[str, Way]] = {
    "report": Way(reminded.flow.steps["answer"], "{unit}:{thing}", "now", "paper_sent"),
    "quick": Way(answering.flow.steps["take_up"], "{thing}:{unit}", "answer_now"),
    "own": Way(answered.flow.steps["answer"], "own:{thing}:{unit}", "own_done", "own_done"),
    "plans": Way(answered.flow.steps["answer"], "plans:{thing}:{unit}", "plans_done", "plans_done"),
}
"""By the first word of what is due."""


@flow.claim
async def says_paper(turn: Turn) -> bool:
    """Know "nộp cho cô Thắm hôm qua rồi" of who owes something, or has said so before."""
    if not handed_in.is_said(turn.text):
        return False
    return bool(await _on_paper(turn)) or await _waits(turn)


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """In words that paper was handed in; whatever else leads here wants to report."""
    if handed_in.is_said(turn.text):
        return await _ask_which(turn)
    return Outcome().then("reporting")


@flow.step()
async def answer(turn: Turn) -> Outcome:
    """The choice names a thing and a unit; right and need are those of now (T13, T41)."""
    if turn.choice == "later":
        return turn.aside("chasing.later_said")
    if turn.choice == "paper_sent":
        return await _ask_which(turn)
    way = _way(turn.choice)
    return await _press(turn, way, turn.choice, way.do) if way else turn.aside("menu.old_button")


def _way(place: str) -> Way | None:
    return WAYS.get(place.partition(":")[0])


async def _press(turn: Turn, way: Way, place: str, choice: str) -> Outcome:
    about, _, unit = place.rpartition("|")
    turn.about = way.about.format(unit=unit, thing=about.partition(":")[2])
    turn.choice = choice
    return await way.hears(turn)


# --- paper was handed in -------------------------------------------------------------------------


async def _ask_which(turn: Turn) -> Outcome:
    """Of which thing the paper is there; one is not asked about."""
    mine = await _on_paper(turn)
    if not mine:
        return turn.aside("chasing.paper_waits" if await _waits(turn) else "chasing.not_needed")
    if len(mine) == 1:
        return await _paper(turn, place_of(mine[0]))
    is_one_thing = len({one.about for one in mine}) == 1
    choices = [
        Choice(place_of(one), one.name if is_one_thing else _named(turn, one))
        for one in mine[:_PAGE]
    ]
    choices.append(Choice("later", turn.text_of("reminding.none_of_them")))
    return turn.ask("reminding.which_paper", hear=which, choices=choices, draft={})


def _named(turn: Turn, one: Due) -> str:
    return turn.text_of("reminding.paper_of", **one.values(turn))


@flow.step()
async def which(turn: Turn) -> Outcome:
    if turn.choice == "later":
        return turn.say("chasing.later_said").then("menu")
    said = await _paper(turn, turn.choice)
    return replace(said, aside=False).then("menu") if said.aside else said


async def _paper(turn: Turn, place: str) -> Outcome:
    way = _way(place)
    if way is None or not way.on_paper:
        return turn.aside("menu.old_button")
    return await _press(turn, way, place, way.on_paper)


async def _on_paper(turn: Turn) -> list[Due]:
    """What is open for the units this person reports for, and can be handed in on paper."""
    found: list[Due] = []
    for commune in {grant.commune_id for grant in turn.actor.grants}:
        due = await everything(turn, commune)
        found += [
            one
            for one in due
            if (way := _way(one.about))
            and way.on_paper
            and not one.is_for_officers
            and acting_as(turn.actor, one.unit.id)
        ]
    return sorted(found, key=lambda one: one.last_day)


async def _waits(turn: Turn) -> bool:
    """Whether these units have said so already, of something that nobody has looked at."""
    mine = {grant.unit_id for grant in turn.actor.grants if acting_as(turn.actor, grant.unit_id)}
    return bool(await claims.of_units(turn.tx, mine))
