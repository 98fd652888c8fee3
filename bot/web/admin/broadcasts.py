"""Broadcasts (/thongbao): how far each is, what became of it, and stopping one.

They are made and approved in chat: whoever sends to many says so there twice (W5, T52).
"""

from typing import Any, Final

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
from handlers.broadcasts import desk, saying
from handlers.broadcasts.audience import Audience
from handlers.roles import Denied
from storage import broadcasts
from storage.broadcasts import BroadcastInfo

_PAGE: Final = 50


async def listed(visit: Visit) -> Answer:
    """The newest first."""
    after = number(visit.query.get("sau", "0"))
    found = await broadcasts.of_communes(
        visit.turn.tx, [visit.commune_id], after=after, limit=_PAGE + 1
    )
    values = {
        "lines": [await _line(visit, one) for one in found[:_PAGE]],
        "before": after - _PAGE if after else None,
        "after": after + _PAGE if len(found) > _PAGE else None,
        "is_desk": visit.may(DESK),
    }
    return Shown("broadcasts.html", values)


async def _line(visit: Visit, info: BroadcastInfo) -> dict[str, Any]:
    turn = visit.turn
    tally = await saying.tally_of(turn, info)
    return {
        "info": info,
        "state": turn.text_of(f"page_broadcasts.state_{info.state}"),
        "words": saying.short(info.text),
        "whom": await _whom(visit, info),
        "sent": tally.sent,
        "may_stop": info.state in broadcasts.OPEN,
    }


async def _whom(visit: Visit, info: BroadcastInfo) -> str:
    audience = Audience.load(info.audience)
    return await saying.say_audience(visit.turn, info.commune_id, audience)


async def _found(visit: Visit) -> BroadcastInfo:
    """Raises `Missing`."""
    info = await broadcasts.find(visit.turn.tx, visit.id("id"), [visit.commune_id])
    if info is None:
        raise Missing
    return info


async def show(visit: Visit) -> Answer:
    """Its words, whom it is for and what became of it; names are the desk's alone (P7)."""
    turn, info = visit.turn, await _found(visit)
    state = await saying.state(turn, info)
    missed: list[str] = []
    if (
        visit.may(DESK)
        and info.state not in broadcasts.OPEN
        and await saying.has_missed(turn, info)
    ):
        missed = (await saying.missed(turn, info)).text.splitlines()
    values = {
        "line": await _line(visit, info),
        "state": state.splitlines(),
        "missed": missed,
        "is_desk": visit.may(DESK),
    }
    return Shown("broadcast.html", values)


async def stop(visit: Visit) -> Answer:
    """At once, as in chat: nothing is lost by it, and every minute counts."""
    info = await _found(visit)
    try:
        said = await desk.stop(visit.turn, info)
    except Denied:
        raise Missing from None
    return Moved(visit.link(f"/thong-bao/{info.id}"), said.text)


SECTION: Final = Section(
    "page_broadcasts.name",
    "page.group_work",
    (
        Route("GET", "/thong-bao", READERS, listed),
        Route("GET", "/thong-bao/{id}", READERS, show),
        Route("POST", "/thong-bao/{id}/dung", DESK, stop),
    ),
)
