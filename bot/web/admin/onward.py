"""Noting to whom the commune's own report went, with which number, on which day."""

from datetime import date
from typing import Any, Final

from bot.web.admin.visit import DESK, Answer, Missing, Moved, Route, Shown, Visit
from handlers import words
from handlers.reporting import periods
from handlers.reporting.periods import ReportPeriod
from handlers.roles import Denied
from handlers.yearly import onward_said
from handlers.yearly import onward_service as service
from storage import onward, units


async def listed(visit: Visit, about: ReportPeriod) -> dict[str, Any]:
    """All sendings of a period, and what the form begins with."""
    sent = await onward.of(visit.turn.tx, visit.commune_id, about.key)
    names = await service.addressees(visit.turn, visit.commune_id, about)
    return {"sendings": sent, "addressees": names}


async def _period(visit: Visit) -> ReportPeriod:
    """Raises `Missing`."""
    settings = await units.settings_of(visit.turn.tx, visit.commune_id)
    found = periods.by_key(visit.match["period"], settings)
    if found is None:
        raise Missing
    return found


async def ask(visit: Visit) -> Answer:
    return await _asked(visit, await _period(visit), {})


async def _asked(visit: Visit, about: ReportPeriod, refused: dict[str, str]) -> Shown:
    """`refused`: name of a field -> what is wrong with it."""
    typed = {name: visit.form.get(name, "") for name in ("noi", "so", "ngay")}
    if not visit.form:
        typed["ngay"] = visit.turn.today.isoformat()
    values = {
        "title": periods.say_title(visit.turn.house.texts, about),
        "period": about.key,
        "typed": typed,
        "first": about.first.isoformat(),
        "today": visit.turn.today.isoformat(),
        "refused": refused,
        **await listed(visit, about),
    }
    return Shown("onward.html", values, status=422 if refused else 200)


async def note(visit: Visit) -> Answer:
    turn, about = visit.turn, await _period(visit)
    addressee = " ".join(visit.form.get("noi", "").split())
    number = " ".join(visit.form.get("so", "").split())
    number = "" if onward_said.is_none(number) else number
    sent_on = _day(visit.form.get("ngay", ""))
    refused = _refused(visit, about, addressee, number, sent_on)
    if refused or sent_on is None:
        return await _asked(visit, about, refused)
    try:
        is_new = await service.note(
            turn, visit.commune_id, about, addressee=addressee, number=number, sent_on=sent_on
        )
    except Denied:
        raise Missing from None
    said = turn.text_of("onward.saved" if is_new else "onward.stands")
    return Moved(visit.link("/tong-hop", ky=about.key), said)


def _refused(
    visit: Visit, about: ReportPeriod, addressee: str, number: str, sent_on: date | None
) -> dict[str, str]:
    turn, found = visit.turn, {}
    if onward_said.is_none(addressee) or not service.is_addressee(addressee):
        found["noi"] = turn.text_of("onward.addressee_unclear")
    if len(number) > service.LONGEST_NUMBER:
        found["so"] = turn.text_of("onward.number_unclear")
    why = service.why_not_day(about, sent_on, today=turn.today) if sent_on else "onward.day_unclear"
    if why:
        found["ngay"] = turn.text_of(why)
    return found


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


async def take_back(visit: Visit) -> Answer:
    """Begun here, done when its owner says so in chat (W5)."""
    about = await _period(visit)
    sent = await onward.of(visit.turn.tx, visit.commune_id, about.key)
    one = next((one for one in sent if one.id == visit.id("id")), None)
    if one is None:
        raise Missing
    question = visit.turn.text_of(
        "onward.confirm", addressee=one.addressee, day=words.say_date(one.sent_on)
    )
    await visit.confirm("onward.remove", {"commune": visit.commune_id, "note": one.id}, question)
    return Moved(
        visit.link("/tong-hop", ky=about.key), visit.turn.text_of("page_totals.asked_in_chat")
    )


ROUTES: Final = (
    Route("GET", "/tong-hop/cap-tren/{period}", DESK, ask),
    Route("POST", "/tong-hop/cap-tren/{period}", DESK, note),
    Route("POST", "/tong-hop/cap-tren/{period}/{id}/bo", DESK, take_back),
)
