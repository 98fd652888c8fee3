"""Somebody is being cheated right now: fixed, approved words first, then a person (T56)."""

from typing import Final

from handlers import words
from handlers.detours import between, is_waiting, leave, resume
from handlers.flow import EVERYONE, Flow, Outcome, Turn
from handlers.learning.pages import open_lesson
from handlers.learning.place import left_off
from handlers.passing import first_aid
from storage import units

ABOUT_MONEY: Final = "dan5-8"
ABOUT_ACCOUNTS: Final = "dan5-7"

flow = Flow("danger", allow=EVERYONE)


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """The question that was open is kept; a lesson is only shown to whoever asks for the steps."""
    advice = list(first_aid(turn))
    settings = await units.settings_of(turn.tx, turn.actor.unit_id)
    if phone := str(settings.get("cong_an_xa_phone") or ""):
        advice.append(turn.message("danger.police", phone=phone))
    lesson = _lesson_about(turn.event.text)
    steps = ("danger.steps",) if turn.house.lessons.lesson(lesson) is not None else ()
    on = "danger.go_on" if is_waiting(turn, flow.name) else "danger.home"
    choices = ("danger.human", *steps, on)
    draft = {"lesson": lesson}
    return between(
        turn.ask("danger.next", hear=choose, choices=choices, before=advice, draft=draft)
    )


def _lesson_about(text: str) -> str:
    """The lesson that says the steps at length; "" where life is in danger: no lesson helps."""
    if words.looks_despairing(text) or words.looks_endangered(text):
        return ""
    return ABOUT_ACCOUNTS if words.looks_taken_over(text) else ABOUT_MONEY


@flow.step()
async def choose(turn: Turn) -> Outcome:
    if turn.choice == "go_on":
        return resume(turn, flow.name, turn.message("danger.take_care"))
    if turn.choice == "steps":
        return await _show_steps(turn)
    leave(turn, flow.name)
    return Outcome().then("tickets" if turn.choice == "human" else "menu")


async def _show_steps(turn: Turn) -> Outcome:
    """The lesson that says the same at length; "quay lại" leads to what was open before."""
    lesson = turn.house.lessons.lesson(str(turn.draft.get("lesson", ABOUT_MONEY)))
    leave(turn, flow.name)
    if lesson is None:  # withdrawn since it was offered
        return Outcome().then("menu")
    return between(await open_lesson(turn, lesson, before=left_off(turn)))
