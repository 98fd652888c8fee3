"""Quick forms (/phieu): who has answered, the figures, reminding, closing, the workbook."""

from typing import Any, Final

from bot.web.admin import quick_answers, quick_new
from bot.web.admin.visit import (
    DESK,
    READERS,
    Answer,
    Missing,
    Moved,
    Route,
    Section,
    Shown,
    Visit,
    number,
)
from handlers import roles
from handlers.quick_forms import looking, saying, service
from handlers.quick_forms.tally import Line, Tally
from handlers.quick_forms.work import tally_of
from storage import quick_forms
from storage.quick_forms import FormInfo

_PAGE: Final = 50


async def listed(visit: Visit) -> Answer:
    """Open ones first, then closed ones, each newest first."""
    after = number(visit.query.get("sau", "0"))
    found = await quick_forms.of_communes(
        visit.turn.tx, [visit.commune_id], after=after, limit=_PAGE + 1
    )
    lines = []
    for form in found[:_PAGE]:
        tally = await tally_of(visit.turn, form)
        lines.append((form, len(tally.answered), tally.asked))
    values = {
        "lines": lines,
        "before": after - _PAGE if after else None,
        "after": after + _PAGE if len(found) > _PAGE else None,
        "is_desk": visit.may(DESK),
        "today": visit.turn.today,
    }
    return Shown("quick_forms.html", values)


# --- one of them ---------------------------------------------------------------------------------


async def show(visit: Visit) -> Answer:
    turn, form = visit.turn, await quick_answers.found(visit)
    tally = await tally_of(turn, form)
    values = {
        "form": form,
        "answered": len(tally.answered),
        "asked": tally.asked,
        "late": sum(line.is_late for line in tally.answered),
        "questions": [one.text for one in tally.questions],
        "sums": [
            saying.say_sum(turn, one, tally.sum_of(at)) for at, one in enumerate(tally.questions)
        ],
        "lines": [_line(visit, tally, line) for line in tally.lines],
        "missing": [line.name for line in tally.missing],
        "is_desk": visit.may(DESK),
        "today": turn.today,
    }
    return Shown("quick_form.html", values)


def _line(visit: Visit, tally: Tally, line: Line) -> dict[str, Any]:
    turn = visit.turn
    answers = line.answers
    said = [
        saying.say_answer(turn, one, answers.get(at)) if answers is not None else ""
        for at, one in enumerate(tally.questions)
    ]
    return {
        "unit": line.unit,
        "name": line.name,
        "said": said,
        "is_there": answers is not None,
        "sent_at": line.sent_at,
        "marks": saying.say_marks(turn, line),
        "may_enter": line.exists and tally.form.is_open,
    }


async def workbook(visit: Visit) -> Answer:
    form = await quick_answers.found(visit)
    await looking.order_sheet(visit.turn, form)
    return visit.ordered()


async def nudge(visit: Visit) -> Answer:
    form = await _open(visit)
    if isinstance(form, Moved):
        return form
    try:
        said = await looking.nudge(visit.turn, form)
    except roles.Denied:
        raise Missing from None
    return Moved(visit.link(f"/phieu/{form.id}"), " ".join(one.text for one in said))


async def close(visit: Visit) -> Answer:
    turn, form = visit.turn, await quick_answers.found(visit)
    try:
        is_first = await service.close(turn.tx, form.id, by=turn.actor, now=turn.now)
    except service.Denied:
        raise Missing from None
    said = turn.text_of("quick_forms.closed" if is_first else "quick_forms.is_closed")
    return Moved(visit.link(f"/phieu/{form.id}"), said)


async def _open(visit: Visit) -> FormInfo | Moved:
    """The form, or where to go if it was closed meanwhile. Raises `Missing`."""
    form = await quick_answers.found(visit)
    if form.is_open:
        return form
    return Moved(visit.link(f"/phieu/{form.id}"), visit.turn.text_of("quick_forms.is_closed"))


SECTION: Final = Section(
    "page_quick_forms.name",
    "page.group_work",
    (
        Route("GET", "/phieu", READERS, listed),
        *quick_new.ROUTES,
        Route("GET", "/phieu/{id}", READERS, show),
        Route("GET", "/phieu/{id}/bang.xlsx", READERS, workbook),
        Route("POST", "/phieu/{id}/nhac", DESK, nudge),
        Route("POST", "/phieu/{id}/dong", DESK, close),
        *quick_answers.ROUTES,
    ),
)
