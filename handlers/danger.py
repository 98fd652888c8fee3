"""Somebody is being cheated right now: fixed, approved words first, then a person (T56)."""

from handlers.detours import between, is_waiting, leave, resume
from handlers.flow import EVERYONE, Flow, Outcome, Turn
from storage import units

flow = Flow("danger", allow=EVERYONE)


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """The question that was open is kept; nothing about lessons is said here."""
    advice = [turn.message("danger.stop"), turn.message("danger.then")]
    settings = await units.settings_of(turn.tx, turn.actor.unit_id)
    if phone := str(settings.get("cong_an_xa_phone") or ""):
        advice.append(turn.message("danger.police", phone=phone))
    on = "danger.go_on" if is_waiting(turn, flow.name) else "danger.home"
    choices = ("danger.human", on)
    return between(turn.ask("danger.next", hear=choose, choices=choices, before=advice, draft={}))


@flow.step()
async def choose(turn: Turn) -> Outcome:
    if turn.choice == "go_on":
        return resume(turn, flow.name, turn.message("danger.take_care"))
    leave(turn, flow.name)
    return Outcome().then("tickets" if turn.choice == "human" else "menu")
