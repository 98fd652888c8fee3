"""One form as the officer sees it: the live tally, and what can be done (design §3)."""

from typing import Final

from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.quick_forms import saying, service
from handlers.quick_forms.flow import flow
from handlers.quick_forms.work import tally_of
from storage import quick_forms
from storage.quick_forms import FormInfo

_OPEN: Final = ("answers", "enter", "nudge", "excel", "close")
_CLOSED: Final = ("answers", "excel", "home")
PAGE: Final = 5


async def show(turn: Turn, form: FormInfo, *said: Outgoing) -> Outcome:
    """The tally of this moment and the choices below it."""
    tally = await tally_of(turn, form)
    keys = _OPEN if form.is_open else _CLOSED
    asked = turn.message(
        "quick_forms.look",
        choices=[Choice(key, turn.text_of(f"quick_forms.look_{key}")) for key in keys],
    )
    text = Outgoing(saying.say_tally(turn, tally))
    return Outcome((*said, text, asked), flow.steps["look"], {"form": form.id})


def gone(turn: Turn) -> Outcome:
    """No such form, or none of this person's: both the same to whoever asks (T13)."""
    return turn.say("quick_forms.not_found").then("menu")


async def found(turn: Turn, form_id: object) -> FormInfo | None:
    """A form of this person's own desks; None for any other (T13)."""
    number = int(str(form_id)) if str(form_id).isdecimal() else 0
    return await quick_forms.find(turn.tx, number, await service.desks(turn.tx, turn.actor))


async def listed(turn: Turn, communes: tuple[int, ...], *, after: int) -> Outcome | None:
    """The forms there are, open ones first; None if there are none (or no more)."""
    forms = await quick_forms.of_communes(turn.tx, communes, after=after, limit=PAGE + 1)
    if not forms:
        return None
    choices = [Choice("new", turn.text_of("quick_forms.new"))]
    for form in forms[:PAGE]:
        tally = await tally_of(turn, form)
        text_id = "quick_forms.one_open" if form.is_open else "quick_forms.one_closed"
        label = turn.text_of(
            text_id,
            title=saying.short(form.title),
            answered=len(tally.answered),
            asked=tally.asked,
        )
        choices.append(Choice(str(form.id), label))
    if len(forms) > PAGE:
        choices.append(Choice("older", turn.text_of("quick_forms.older")))
    draft = {"after": after}
    return turn.ask("quick_forms.pick", hear=flow.steps["pick"], choices=choices, draft=draft)
