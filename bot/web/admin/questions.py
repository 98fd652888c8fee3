"""What residents have asked (/gapcanbo) or told of (/vuongmac), and answering it from here."""

from typing import Final

from bot.web.admin.visit import DESK, Answer, Missing, Moved, Route, Section, Shown, Visit
from handlers.tickets import MAX_TEXT, give
from storage import tickets

PAGE: Final = 50


async def show(visit: Visit) -> Answer:
    mine = (visit.commune_id,)
    open_ones = await tickets.open_in(visit.turn.tx, mine, limit=PAGE + 1)
    answered = await tickets.answered_in(visit.turn.tx, mine, limit=PAGE)
    values = {
        "open_ones": open_ones[:PAGE],
        "has_more": len(open_ones) > PAGE,
        "answered": answered,
        "today": visit.turn.today,
    }
    return Shown("questions.html", values)


async def one(visit: Visit) -> Answer:
    return await _form(visit)


async def _form(visit: Visit, *, problem: str = "", typed: str = "") -> Shown:
    """One question with its answer to be written; what was typed is kept (3.3.7)."""
    ticket = await tickets.find(visit.turn.tx, visit.id("id"), (visit.commune_id,))
    if ticket is None:
        raise Missing
    values = {"ticket": ticket, "problem": problem, "typed": typed, "most": MAX_TEXT}
    return Shown("question.html", values, status=422 if problem else 200)


async def answer(visit: Visit) -> Answer:
    turn, text = visit.turn, visit.form.get("answer", "")
    ticket = await tickets.find(turn.tx, visit.id("id"), (visit.commune_id,))
    if ticket is None:
        raise Missing
    if not 0 < len(text) <= MAX_TEXT:
        problem = turn.text_of("page_questions.length", limit=MAX_TEXT)
        return await _form(visit, problem=problem, typed=text)
    given = await give(turn, ticket, text)
    if not given.counts:
        return await _form(visit, problem=given.said.text, typed=text)
    return Moved(visit.link("/hoi"), given.said.text)


SECTION: Final = Section(
    "page_questions.title",
    "page.group_work",
    (
        Route("GET", "/hoi", DESK, show),
        Route("GET", "/hoi/{id}", DESK, one),
        Route("POST", "/hoi/{id}", DESK, answer),
    ),
)
