"""The commune's own report was sent upwards: to whom, with which number, on which day (design §5).

It is a note and no more: no figure, no deadline depends on it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from handlers import words
from handlers.detours import leave
from handlers.flow import Flow, Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.reporting import periods
from handlers.reporting.periods import ReportPeriod
from handlers.roles import DESK, desk_role
from handlers.yearly import onward_said
from handlers.yearly import onward_service as service
from handlers.yearly.letter import desk
from storage import onward, units

flow = Flow(
    "onward",
    allow=DESK,
    words=("đã gửi cấp trên", "gửi báo cáo lên trên"),
    keeps_attention=True,
)
_PAGE: Final = 7

Draft = dict[str, Any]


@flow.entry
async def begin(turn: Turn) -> Outcome:
    known = await desk.choices(turn)
    if len(known) == 1:
        return await _asked_period(turn, int(known[0].key))
    return turn.ask("onward.which_commune", hear=commune, choices=known[:_PAGE], draft={})


@flow.step()
async def commune(turn: Turn) -> Outcome:
    return await _asked_period(turn, int(turn.choice))


async def _asked_period(turn: Turn, commune_id: int) -> Outcome:
    if not desk_role(turn.actor.grants, commune_id):
        return _gone(turn)
    open_now = periods.open_on(turn.today, await units.settings_of(turn.tx, commune_id))
    if len(open_now) == 1:
        return await listed(turn, commune_id, open_now[0].key)
    choices = [Choice(p.key, periods.say_title(turn.house.texts, p)) for p in open_now]
    draft = {"commune": commune_id}
    return turn.ask("onward.which_period", hear=period, choices=choices, draft=draft)


@flow.step()
async def period(turn: Turn) -> Outcome:
    return await listed(turn, int(turn.draft.get("commune", 0)), turn.choice)


def _gone(turn: Turn) -> Outcome:
    """The right to write for this commune is no more."""
    return turn.say("onward.gone").then("menu")


async def _place(turn: Turn) -> tuple[int, ReportPeriod] | None:
    """Commune and period of the draft, while they are still mine (A3, T41)."""
    return await _mine(turn, turn.draft.get("commune"), str(turn.draft.get("period")))


async def _mine(turn: Turn, commune_id: object, key: str) -> tuple[int, ReportPeriod] | None:
    if not isinstance(commune_id, int) or not desk_role(turn.actor.grants, commune_id):
        return None
    found = periods.by_key(key, await units.settings_of(turn.tx, commune_id))
    return (commune_id, found) if found else None


# --- the list ------------------------------------------------------------------------------------


async def listed(turn: Turn, commune_id: int, key: str, *before: Outgoing) -> Outcome:
    """What was noted of one period, and what one may do."""
    place = await _mine(turn, commune_id, key)
    if place is None:
        return _gone(turn)
    sent = await onward.of(turn.tx, commune_id, key)
    ways = ["onward.note", *(["onward.take_back"] if sent else []), "onward.home"]
    return turn.ask(
        "onward.what",
        hear=what,
        choices=ways,
        draft={"commune": commune_id, "period": key},
        before=(*before, Outgoing(onward_said.listed(turn, place[1], sent))),
    )


@flow.step()
async def what(turn: Turn) -> Outcome:
    place = await _place(turn)
    if place is None:
        return _gone(turn)
    match turn.choice:
        case "note":
            return await _ask_addressee(turn, *place)
        case "take_back":
            return await _ask_which(turn, *place, page=0)
    return Outcome().then("menu")


# --- one more sending ----------------------------------------------------------------------------


async def _ask_addressee(turn: Turn, commune_id: int, about: ReportPeriod) -> Outcome:
    """With whom the letter itself is addressed to as the first choices."""
    names = await service.addressees(turn, commune_id, about)
    choices = [Choice(f"to:{at}", name) for at, name in enumerate(names)]
    draft = {**turn.draft, "names": [choice.text for choice in choices]}
    return turn.ask("onward.addressee", hear=addressee, choices=choices, draft=draft)


@flow.step(reads="text")
async def addressee(turn: Turn) -> Outcome:
    names, at = turn.draft.get("names") or [], turn.choice.removeprefix("to:")
    said = " ".join(turn.text.split())
    if at.isdecimal() and int(at) < len(names):
        said = str(names[int(at)])
    if onward_said.is_none(said):
        return await listed(
            turn,
            int(turn.draft.get("commune", 0)),
            str(turn.draft.get("period")),
            turn.message("onward.dropped"),
        )
    if not service.is_addressee(said):
        return turn.ask_again("onward.addressee_unclear")
    choices = ("onward.without_number",)
    draft = {**turn.draft, "addressee": said}
    return turn.ask("onward.number", hear=number, choices=choices, draft=draft)


@flow.step(reads="text")
async def number(turn: Turn) -> Outcome:
    said = " ".join(turn.text.split())
    has_none = bool(turn.choice) or onward_said.is_none(said)
    if not has_none and not 0 < len(said) <= service.LONGEST_NUMBER:
        return turn.ask_again("onward.number_unclear")
    draft = {**turn.draft, "number": "" if has_none else said}
    return turn.ask("onward.day", hear=day, choices=("onward.today",), draft=draft)


@flow.step(reads="text")
async def day(turn: Turn) -> Outcome:
    """A day that is over, or today."""
    if turn.choice:
        is_today = turn.choice == "today"
        return await _read_back(turn, turn.today if is_today else date.fromisoformat(turn.choice))
    place = await _place(turn)
    if place is None:
        return _gone(turn)
    sent_at = turn.event.at.astimezone(turn.house.timezone)
    match words.read_date(turn.text, sent_at=sent_at, expects="past"):
        case date() as found if found <= turn.today:
            return await _read_back(turn, found)
        case date() as found:
            return _ask_which_day(turn, [found], place[1])
        case words.DateDoubt(candidates=days):
            return _ask_which_day(turn, days, place[1])
    return turn.ask_again("onward.day_unclear")


def _ask_which_day(turn: Turn, days: Sequence[date], about: ReportPeriod) -> Outcome:
    possible = [one for one in days if about.first <= one <= turn.today]
    if possible:
        choices = [Choice(one.isoformat(), words.say_date(one)) for one in possible[:4]]
        return turn.ask("onward.which_day", hear=day, choices=choices)
    is_ahead = all(one > turn.today for one in days)
    return turn.ask_again("onward.day_ahead" if is_ahead else "onward.day_before")


async def _read_back(turn: Turn, sent_on: date) -> Outcome:
    place = await _place(turn)
    if place is None:
        return _gone(turn)
    if why := service.why_not_day(place[1], sent_on, today=turn.today):
        return turn.ask_again(why)
    return turn.ask(
        "onward.check",
        hear=check,
        choices=("onward.save", "onward.again", "onward.drop"),
        draft={**turn.draft, "day": sent_on.isoformat()},
        period=periods.say_title(turn.house.texts, place[1]),
        addressee=turn.draft["addressee"],
        number=turn.draft["number"] or turn.text_of("onward.no_number"),
        day=words.say_date(sent_on),
    )


@flow.step(yes="save", no="drop")
async def check(turn: Turn) -> Outcome:
    place = await _place(turn)
    if place is None:
        return _gone(turn)
    match turn.choice:
        case "save":
            return await _saved(turn, *place)
        case "again":
            return await _ask_addressee(turn, *place)
    return await listed(turn, place[0], place[1].key, turn.message("onward.dropped"))


async def _saved(turn: Turn, commune_id: int, about: ReportPeriod) -> Outcome:
    is_new = await service.note(
        turn,
        commune_id,
        about,
        addressee=str(turn.draft["addressee"]),
        number=str(turn.draft["number"]),
        sent_on=date.fromisoformat(str(turn.draft["day"])),
    )
    said = turn.message("onward.saved" if is_new else "onward.stands")
    leave(turn, flow.name)  # nobody goes back to noting it a second time
    return await listed(turn, commune_id, about.key, said)


# --- taking one back -----------------------------------------------------------------------------


async def _ask_which(turn: Turn, commune_id: int, about: ReportPeriod, *, page: int) -> Outcome:
    sent = await onward.of(turn.tx, commune_id, about.key)
    if not sent:
        return await listed(turn, commune_id, about.key)
    page %= -(-len(sent) // _PAGE)
    shown = sent[page * _PAGE : (page + 1) * _PAGE]
    choices = [Choice(str(one.id), onward_said.line(turn, one).removeprefix("• ")) for one in shown]
    if len(sent) > _PAGE:
        choices.append(Choice("_more", turn.text_of("onward.others")))
    draft = {"commune": commune_id, "period": about.key, "page": page}
    return turn.ask("onward.which_note", hear=which_note, choices=choices, draft=draft)


@flow.step()
async def which_note(turn: Turn) -> Outcome:
    place = await _place(turn)
    if place is None:
        return _gone(turn)
    if turn.choice == "_more":
        return await _ask_which(turn, *place, page=int(turn.draft.get("page", 0)) + 1)
    sent = await onward.of(turn.tx, place[0], place[1].key)
    one = next((one for one in sent if str(one.id) == turn.choice), None)
    if one is None:
        return await listed(turn, place[0], place[1].key)
    return turn.ask(
        "onward.confirm",
        hear=remove,
        choices=("onward.keep", "onward.remove"),  # the safe one first (U18)
        draft={**turn.draft, "note": one.id},
        addressee=one.addressee,
        day=words.say_date(one.sent_on),
    )


@flow.step(exact=("remove",), no="keep")
async def remove(turn: Turn) -> Outcome:
    place = await _place(turn)
    if place is None:
        return _gone(turn)
    said = "onward.kept"
    note = int(turn.draft.get("note", 0))
    if turn.choice == "remove" and await service.take_back(turn, place[0], note):
        said = "onward.removed"
    leave(turn, flow.name)
    return await listed(turn, place[0], place[1].key, turn.message(said))
