"""The front: how the movement goes this year, what waits, and what is late."""

from dataclasses import dataclass
from typing import Any, Final

from bot.web.admin.visit import READERS, Answer, Route, Section, Shown, Visit
from handlers.statistics import documents, spans
from handlers.statistics import view as views
from handlers.statistics.indicators import BY_KEY, say
from handlers.statistics.view import View

_CARDS: Final = ("learners", "share", "lessons", "sessions", "heads", "basic")


@dataclass(frozen=True, slots=True)
class Card:
    """One figure with its name and what it means."""

    name: str
    says: str
    means: str


async def show(visit: Visit) -> Answer:
    turn = visit.turn
    year = spans.year(turn.today.year)
    wanted = View(year, commune=visit.commune_id, trend=True)
    shown = await views.look(turn, wanted)
    total = shown.table.total
    cards = [
        Card(
            turn.text_of(f"statistics.figure_{key}"),
            say(BY_KEY[key].value(total)) or turn.text_of("page.unknown"),
            turn.text_of(f"statistics.means_{key}"),
        )
        for key in _CARDS
    ]
    values: dict[str, Any] = {
        "year": year.name,
        "cards": cards,
        "trend": documents.chart(turn, shown).body,
        "moment": turn.now,
    }
    return Shown("overview.html", values)


SECTION: Final = Section("page.overview", "page.group_now", (Route("GET", "", READERS, show),))
