"""Where one is logged in, and ending it (W2)."""

from typing import Final

from bot.web.admin.visit import READERS, Answer, Moved, Route, Section, Shown, Visit
from storage import memory, page
from storage.roles import persons_of


async def show(visit: Visit) -> Answer:
    turn = visit.turn
    mine = await persons_of(turn.tx, turn.actor.canonical_id)
    found = await page.sessions_of(turn.tx, mine, now=visit.session.seen_at)
    return Shown("sessions.html", {"found": found, "here": visit.session.id})


async def end(visit: Visit) -> Answer:
    turn = visit.turn
    mine = await persons_of(turn.tx, turn.actor.canonical_id)
    wall = turn.now - await memory.clock_offset(turn.tx)
    await page.end(turn.tx, mine, now=wall, only=visit.id("id"))
    return Moved(visit.link("/phien"), turn.text_of("page.session_ended"))


SECTION: Final = Section(
    "",
    "page.group_house",
    (
        Route("GET", "/phien", READERS, show),
        Route("POST", "/phien/{id}/dong", READERS, end),
    ),
)
