"""Posters of hamlets and places as PDF, and how many came by each (payloads h_ and p_)."""

from datetime import date
from typing import Final

from bot.web.admin.visit import DESK, Answer, Missing, Route, Section, Shown, Visit
from handlers import places as naming
from handlers.posters import order_posters, sites
from storage import places, units


async def show(visit: Visit) -> Answer:
    turn = visit.turn
    found = await sites(turn, visit.commune_id, "all")
    joined = await places.joins(
        turn.tx, visit.commune_id, first=date(turn.today.year, 1, 1), last=turn.today
    )
    hamlets = await units.hamlets(turn.tx, on=turn.today, commune_id=visit.commune_id)
    names = naming.shown(hamlets)
    values = {
        "sites": found,
        "has_door": bool(turn.house.doors),
        "joined": [(names.get(one.code, one.name), one.joined) for one in joined],
        "total": sum(one.joined for one in joined),
        "year": turn.today.year,
    }
    return Shown("posters.html", values)


async def made(visit: Visit) -> Answer:
    """One poster, or the whole set as one file."""
    turn, wanted = visit.turn, visit.query.get("noi", "all")
    size = visit.query.get("kho", "a4")
    found = await sites(turn, visit.commune_id, wanted)
    if not found or size not in ("a4", "a3"):
        raise Missing
    paper: Final = "a3" if size == "a3" else "a4"
    await order_posters(turn, visit.commune_id, found, paper, wanted)
    return visit.ordered()


SECTION: Final = Section(
    "page_posters.title",
    "page.group_work",
    (
        Route("GET", "/ap-phich", DESK, show),
        Route("GET", "/ap-phich/in.pdf", DESK, made),
    ),
)
