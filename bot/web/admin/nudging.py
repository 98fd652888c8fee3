"""Reminding now of one report: who would be reminded and who is not reached, then doing it."""

from typing import Final

from bot.web.admin.visit import DESK, Answer, Missing, Moved, Route, Shown, Visit
from handlers.office.chasing import reminding
from handlers.office.chasing.owed import Owed, Spot, look
from handlers.roles import Denied


async def _owed(visit: Visit, period: str) -> Owed:
    """Raises `Missing`."""
    found = await look(visit.turn, Spot(visit.commune_id, period))
    if found is None:
        raise Missing
    return found


async def preview(visit: Visit) -> Answer:
    """Whom it reaches, who was reminded today already, whom nobody can reach and why."""
    owed = await _owed(visit, visit.match["period"])
    refused = reminding.refused(visit.turn, owed)
    whom = reminding.asked(owed)
    foreseen = await reminding.foresee(visit.turn, owed, whom)
    required = {one.unit.id for one in whom if one.duty == "required"}
    names = {one.unit.id: one.name for one in whom}
    values = {
        "title": owed.title,
        "period": owed.period.key,
        "refused": refused.text if refused else "",
        "reached": [names[unit] for unit in foreseen.reached],
        "required": sum(unit in required for unit in foreseen.reached),
        "already": [names[unit] for unit in foreseen.already],
        "lost": [(names[unit], why) for unit, why in foreseen.lost.items()],
        "claimed": [one.name for one in owed.claimed],
        "only_required": reminding.REQUIRED,
        "everybody": reminding.ALL,
    }
    return Shown("nudge.html", values)


async def send(visit: Visit) -> Answer:
    """Who owes is read again: a report may have come since the preview (T41)."""
    turn = visit.turn
    owed = await _owed(visit, visit.match["period"])
    whom = visit.form.get("ai", "")
    if whom not in (reminding.REQUIRED, reminding.ALL):
        raise Missing
    refused = reminding.refused(turn, owed)
    if refused is not None:
        return Moved(visit.link("/nhac"), refused.text)
    try:
        nudged = await reminding.send(turn, owed, whom)
    except Denied:
        raise Missing from None
    said = " ".join(one.text for one in reminding.came_of(turn, owed, nudged))
    return Moved(visit.link("/nhac"), said)


ROUTES: Final = (
    Route("GET", "/nhac/ngay/{period}", DESK, preview),
    Route("POST", "/nhac/ngay/{period}", DESK, send),
)
