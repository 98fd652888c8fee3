"""What an officer does with a form that runs: read, remind, have the workbook, close."""

from typing import Final

from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing, in_messages
from handlers.office.chasing import nudging
from handlers.quick_forms import desk, entering, saying, service, sheets
from handlers.quick_forms.flow import flow
from handlers.quick_forms.work import tally_of
from storage import units
from storage.quick_forms import FormInfo

_MOST: Final = 15  # answers in the chat


@flow.step(exact=("close",))
async def look(turn: Turn) -> Outcome:
    form = await desk.found(turn, turn.draft.get("form"))
    if form is None:
        return desk.gone(turn)
    match turn.choice:
        case "answers":
            return await _answers(turn, form)
        case "enter" if form.is_open:
            return entering.ask_unit(turn, form)
        case "nudge" if form.is_open:
            return await _nudge(turn, form)
        case "excel":
            return await _excel(turn, form)
        case "close" if form.is_open:
            return await _ask_close(turn, form)
        case "home":
            return Outcome().then("menu")
        case _:  # closed meanwhile
            return await desk.show(turn, form, turn.message("quick_forms.is_closed"))


# --- reading -------------------------------------------------------------------------------------


async def _answers(turn: Turn, form: FormInfo) -> Outcome:
    """Each unit's answer, the first of them; all are in the workbook."""
    tally = await tally_of(turn, form)
    if not tally.answered:
        return await desk.show(turn, form, turn.message("quick_forms.nothing_came"))
    lines = [saying.say_line(turn, tally, line) for line in tally.answered[:_MOST]]
    if left := len(tally.answered) - len(lines):
        lines.append(turn.text_of("quick_forms.more_in_excel", count=left))
    return await desk.show(turn, form, *in_messages(lines))


async def _excel(turn: Turn, form: FormInfo) -> Outcome:
    await order_sheet(turn, form)
    return await desk.show(turn, form, turn.message("quick_forms.excel_coming"))


async def order_sheet(turn: Turn, form: FormInfo) -> None:
    """Have the workbook of this moment made."""
    tally = await tally_of(turn, form)
    settings = await units.settings_of(turn.tx, form.commune_id)
    body = sheets.contents(turn, tally, commune=str(settings.get("name") or ""))
    message = turn.message("quick_forms.excel_here", title=form.title)
    turn.order(sheets.KIND, body, name=sheets.file_name(tally), message=message)


# --- reminding -----------------------------------------------------------------------------------


async def _nudge(turn: Turn, form: FormInfo) -> Outcome:
    return await desk.show(turn, form, *await nudge(turn, form))


async def nudge(turn: Turn, form: FormInfo) -> list[Outgoing]:
    """Those who have not answered, once a day; who was not reached is named (R13).

    Raises `roles.Denied` for who is not of that commune's desk (A3).
    """
    tally = await tally_of(turn, form)
    if not tally.missing:
        return [turn.message("quick_forms.all_answered")]
    if nudging.is_quiet(turn):
        return [turn.message("quick_forms.too_late_in_the_day")]
    names = {line.unit: line.name for line in tally.missing}
    done = await nudging.nudge(
        turn,
        about=f"quick:{form.id}",
        commune_id=form.commune_id,
        unit_ids=list(names),
    )
    return _nudged(turn, done, names)


def _nudged(turn: Turn, done: nudging.Nudged, names: dict[int, str]) -> list[Outgoing]:
    said = []
    if done.reached:
        said.append(turn.message("quick_forms.nudged", count=len(done.reached)))
    if done.already:
        said.append(turn.message("quick_forms.nudged_before", count=len(done.already)))
    if done.lost:
        lost = [f"{names[unit]} ({why})" for unit, why in done.lost.items()]
        listed = saying.few_names(turn, lost)
        said.append(turn.message("quick_forms.not_reached", count=len(lost), names=listed))
    return said


# --- closing -------------------------------------------------------------------------------------


async def _ask_close(turn: Turn, form: FormInfo) -> Outcome:
    tally = await tally_of(turn, form)
    choices = ("quick_forms.keep_open", "quick_forms.close_it")
    return turn.ask(
        "quick_forms.ask_close",
        hear=close,
        choices=choices,
        draft={"form": form.id},
        title=form.title,
        missing=len(tally.missing),
    )


@flow.step(exact=("close_it",), no="keep_open")
async def close(turn: Turn) -> Outcome:
    """The consequence was said, the safe choice is the first (U18)."""
    form = await desk.found(turn, turn.draft.get("form"))
    if form is None:
        return desk.gone(turn)
    if turn.choice != "close_it":
        return await desk.show(turn, form, turn.message("quick_forms.stays_open"))
    is_first = await service.close(turn.tx, form.id, by=turn.actor, now=turn.now)
    closed = await desk.found(turn, form.id)
    said = turn.message("quick_forms.closed" if is_first else "quick_forms.is_closed")
    return await desk.show(turn, closed or form, said)
