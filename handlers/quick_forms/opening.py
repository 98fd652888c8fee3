"""/phieu: what runs already, or a new form; the commune first for who has several desks."""

from collections.abc import Sequence

from handlers import places
from handlers.flow import Outcome, Turn
from handlers.quick_forms import asking, desk, service
from handlers.quick_forms.flow import flow
from handlers.quick_forms.plan import Plan


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """With words behind it a new form, else what there is already."""
    communes = await service.desks(turn.tx, turn.actor)
    if not communes:
        return desk.gone(turn)
    if not turn.text and (listed := await desk.listed(turn, communes, after=0)):
        return listed
    return await _new(turn, communes)


@flow.step()
async def pick(turn: Turn) -> Outcome:
    communes = await service.desks(turn.tx, turn.actor)
    if turn.choice == "new":
        turn.text = ""
        return await _new(turn, communes) if communes else desk.gone(turn)
    if turn.choice == "older":
        after = int(turn.draft.get("after", 0)) + desk.PAGE
        return await desk.listed(turn, communes, after=after) or turn.aside("quick_forms.no_older")
    form = await desk.found(turn, turn.choice)
    return await desk.show(turn, form) if form else desk.gone(turn)


async def _new(turn: Turn, communes: Sequence[int]) -> Outcome:
    if len(communes) == 1:
        return await asking.with_text(turn, Plan(communes[0]), turn.text)
    choices = await places.commune_choices(turn.tx, communes, on=turn.today)
    draft = {"text": turn.text}
    return turn.ask("quick_forms.which_commune", hear=commune, choices=choices, draft=draft)


@flow.step()
async def commune(turn: Turn) -> Outcome:
    communes = await service.desks(turn.tx, turn.actor)
    if not turn.choice.isdecimal() or int(turn.choice) not in communes:
        return desk.gone(turn)
    text = str(turn.draft.get("text", ""))
    return await asking.with_text(turn, Plan(int(turn.choice)), text)
