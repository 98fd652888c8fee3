"""Difficulties, proposals and examples that units told: picked for the commune's report, or not."""

from typing import Any, Final

from bot.web.admin.visit import DESK, Answer, Missing, Moved, Route, Shown, Visit
from handlers.points import saying, service
from handlers.points.flow import LIMITS
from handlers.points.remarks import KINDS
from handlers.points.sheet import Sheet, Spot, sheet_of
from handlers.reporting import periods
from storage import units
from storage.points import PointInfo


async def _spot(visit: Visit) -> tuple[Spot, dict[str, str]]:
    """`?ky=2026`, and the periods there are. Raises `Missing`."""
    turn = visit.turn
    settings = await units.settings_of(turn.tx, visit.commune_id)
    open_now = periods.open_on(turn.today, settings)
    years = [
        periods.annual(year, settings)
        for year in range(turn.today.year, periods.FIRST_YEAR - 1, -1)
    ]
    known = {one.key: periods.say_title(turn.house.texts, one) for one in (*open_now, *years)}
    period = visit.query.get("ky", "") or next(iter(known))
    if period not in known:
        raise Missing
    return Spot(visit.commune_id, period), known


def _kind(visit: Visit) -> str:
    """Raises `Missing`."""
    kind = visit.match["kind"]
    if kind not in KINDS:
        raise Missing
    return kind


async def show(visit: Visit) -> Answer:
    return await _shown(visit)


async def _shown(visit: Visit, *, refused: str = "", of: str = "") -> Shown:
    spot, known = await _spot(visit)
    sheet = await sheet_of(visit.turn, spot)
    if sheet is None:
        raise Missing
    values = {
        "known": known,
        "period": spot.period,
        "groups": [_group(visit, sheet, kind) for kind in KINDS],
        "refused": refused,
        "refused_of": of,
        "chosen": visit.forms.get("y", ()),
        "typed": visit.form.get("loi", ""),
        "limits": LIMITS,
    }
    return Shown("points.html", values, status=422 if refused else 200)


def _group(visit: Visit, sheet: Sheet, kind: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": visit.turn.text_of(f"points.{kind}"),
        "remarks": sheet.unpicked(kind),
        "points": [_point(visit, sheet, one) for one in sheet.of_kind(kind)],
    }


def _point(visit: Visit, sheet: Sheet, point: PointInfo) -> dict[str, Any]:
    turn = visit.turn
    return {
        "id": point.id,
        "text": saying.text_of(turn, point),
        "was": point.text,
        "whose": saying.names(turn, sheet.whose(point)) or turn.text_of("points.nobody_left"),
        "marks": saying.marks(turn, sheet, point),
        "decision": point.decision,
    }


async def pick(visit: Visit) -> Answer:
    """Several become one point, or each is taken alone, in their own words or in others."""
    turn, kind = visit.turn, _kind(visit)
    spot, _ = await _spot(visit)
    spot = Spot(spot.commune, spot.period, kind)
    keys, text = visit.forms.get("y", ()), visit.form.get("loi", "").strip()
    if not keys:
        return await _shown(visit, refused=turn.text_of("page_registers.pick_none"), of=kind)
    together = visit.form.get("cach", "") == "gop"
    try:
        for some in [keys] if together else [[key] for key in keys]:
            await service.collect(turn, spot, some, text=text if together else "")
    except service.Denied:
        raise Missing from None
    except service.Changed:
        return _moved(visit, spot, "points.list_changed")
    except service.TooLong:
        refused = turn.text_of("page_registers.words_wrong", **LIMITS)
        return await _shown(visit, refused=refused, of=kind)
    return _moved(visit, spot, "points.kept")


def _moved(visit: Visit, spot: Spot, said: str) -> Moved:
    return Moved(visit.link("/so/y-kien", ky=spot.period), visit.turn.text_of(said))


async def leave_out(visit: Visit) -> Answer:
    """What it was made of can be picked again."""
    spot, _ = await _spot(visit)
    try:
        await service.remove(visit.turn, spot, visit.id("id"))
    except service.Denied:
        raise Missing from None
    except service.Changed:
        return _moved(visit, spot, "points.point_changed")
    return _moved(visit, spot, "points.removed")


async def rewrite(visit: Visit) -> Answer:
    spot, _ = await _spot(visit)
    text, was = visit.form.get("loi", ""), visit.form.get("cu", "")
    try:
        await service.rewrite(visit.turn, spot, visit.id("id"), was=was, text=text)
    except service.Denied:
        raise Missing from None
    except service.Changed:
        return _moved(visit, spot, "points.point_changed")
    except service.TooLong:
        refused = visit.turn.text_of("page_registers.words_wrong", **LIMITS)
        return await _shown(visit, refused=refused, of=f"point{visit.id('id')}")
    return _moved(visit, spot, "points.edited")


ROUTES: Final = (
    Route("GET", "/so/y-kien", DESK, show),
    Route("POST", "/so/y-kien/{kind}/chon", DESK, pick),
    Route("POST", "/so/y-kien/{id}/bo", DESK, leave_out),
    Route("POST", "/so/y-kien/{id}/loi", DESK, rewrite),
)
