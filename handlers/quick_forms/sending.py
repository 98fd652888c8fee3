"""What an officer decides under the preview: send, change a part, drop (U18)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final

from handlers import places
from handlers.detours import leave
from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.office.chasing.nudging import is_quiet
from handlers.quick_forms import asking, desk, previewing, saying, service, telling
from handlers.quick_forms.asking import planned
from handlers.quick_forms.desk import gone
from handlers.quick_forms.flow import flow
from handlers.quick_forms.form import MOST_QUESTIONS
from handlers.quick_forms.plan import Plan
from handlers.quick_forms.service import NewForm
from handlers.quick_forms.whom import askable
from storage import units
from storage.quick_forms import FormInfo

_CHANGES: Final = ("title", "question", "more", "whom", "due")


@flow.step(exact=("send",), no="change")
async def check(turn: Turn) -> Outcome:
    plan = planned(turn)
    if plan is None:
        return gone(turn)
    if turn.choice == "send":
        return await _send(turn, plan)
    if turn.choice == "change":
        return _ask_change(turn, plan)
    return turn.say("quick_forms.dropped").then("menu")


async def dispatch(turn: Turn, commune_id: int, new: NewForm) -> tuple[FormInfo, Outgoing]:
    """Write the form and tell its units; what is said of it. Raises what `service.send` raises."""
    form = await service.send(
        turn.tx, commune_id, new, by=turn.actor, today=turn.today, now=turn.now
    )
    known = askable(await units.listed(turn.tx, on=turn.today), commune_id)
    chosen = [one for one in known if one.id in new.units]
    reached = await telling.tell_units(turn, form, chosen, places.shown(known))
    text = "quick_forms.form_sent_later" if is_quiet(turn) else "quick_forms.form_sent"
    return form, turn.message(text, reached=reached, count=len(chosen))


async def _send(turn: Turn, plan: Plan) -> Outcome:
    chosen = await previewing.chosen_units(turn, plan)
    if plan.due is None or {one.id for one in chosen} != set(plan.units or ()):
        return await asking.go_on(turn, replace(plan, units=None))  # merged away meanwhile
    new = NewForm(plan.title, plan.questions, [one.id for one in chosen], plan.due)
    try:
        form, said = await dispatch(turn, plan.commune, new)
    except service.Denied:
        return gone(turn)
    except service.Impossible:  # its day is over since
        before = (turn.message("quick_forms.day_over"),)
        return await asking.go_on(turn, replace(plan, due=None), before)
    leave(turn, flow.name)  # nobody goes back to sending it a second time
    return await desk.show(turn, form, said)


# --- changing a part -----------------------------------------------------------------------------


def _ask_change(turn: Turn, plan: Plan) -> Outcome:
    wanted = [one for one in _CHANGES if one != "more" or len(plan.questions) < MOST_QUESTIONS]
    choices = [Choice(one, turn.text_of(f"quick_forms.change_{one}")) for one in wanted]
    back = Choice("back", turn.text_of("quick_forms.change_nothing"))
    return turn.ask(
        "quick_forms.ask_change", hear=change, choices=[*choices, back], draft=plan.draft()
    )


@flow.step()
async def change(turn: Turn) -> Outcome:
    plan = planned(turn)
    if plan is None:
        return gone(turn)
    if turn.choice == "question" and len(plan.questions) > 1:
        choices = [
            Choice(str(at), f"{at + 1}. {saying.short(one.text)}")
            for at, one in enumerate(plan.questions)
        ]
        draft = plan.draft()
        return turn.ask("quick_forms.change_which", hear=change_which, choices=choices, draft=draft)
    if turn.choice == "question":
        return await asking.go_on(turn, _without(plan, 0))
    return await _CHANGED.get(turn.choice, previewing.preview)(turn, plan)


@flow.step()
async def change_which(turn: Turn) -> Outcome:
    plan = planned(turn)
    if plan is None:
        return gone(turn)
    return await asking.go_on(turn, _without(plan, int(turn.choice)))


def _without(plan: Plan, at: int) -> Plan:
    """The question at that place is to be told anew, there."""
    asked = (*plan.questions[:at], *plan.questions[at + 1 :])
    return replace(plan, questions=asked, place=at, text="", kind="")


async def _title(turn: Turn, plan: Plan) -> Outcome:
    return await asking.go_on(turn, replace(plan, title=""))


async def _more(turn: Turn, plan: Plan) -> Outcome:
    return await asking.go_on(turn, replace(plan, place=len(plan.questions)))


async def _whom(turn: Turn, plan: Plan) -> Outcome:
    return await asking.go_on(turn, replace(plan, units=None, doubts=(), every=False))


async def _due(turn: Turn, plan: Plan) -> Outcome:
    return await asking.go_on(turn, replace(plan, due=None))


_CHANGED: Final[Mapping[str, Callable[[Turn, Plan], Awaitable[Outcome]]]] = {
    "title": _title,
    "more": _more,
    "whom": _whom,
    "due": _due,
}
