"""Nudging now: over to where reports and quick forms are nudged, each with its own preview."""

from dataclasses import replace
from typing import Final

from handlers import places
from handlers.flow import Outcome, Turn
from handlers.messages import Choice
from handlers.office.chasing import nudging as reminders
from handlers.office.chasing import reminding
from handlers.office.chasing.owed import Owed, Spot, look
from handlers.quick_forms import desk
from handlers.reminding.desk import front, naming
from handlers.reminding.desk.asked import Asked
from handlers.reminding.desk.scope import PAGE, after_of, commune_of, denied, flow
from handlers.reporting import periods
from storage import quick_forms, units

_REPORT, _FORM = "report", "quick"
_FORMS: Final = 50


async def begin(turn: Turn, commune: int, *, after: int = 0) -> Outcome:
    """Which report or form; one alone is not asked about."""
    found = await open_things(turn, commune)
    if not found:
        return await front.home(turn, commune, turn.message("reminder_desk.nudge_none"))
    if len(found) == 1:
        return await _over(turn, commune, found[0].key)
    more, back = (turn.text_of(f"reminder_desk.{key}") for key in ("more", "back"))
    after = after if after < len(found) else 0
    choices = naming.page(found, after=after, size=PAGE, more=more)
    return turn.ask(
        "reminder_desk.ask_nudge",
        hear=flow.steps["nudge_what"],
        choices=[*choices, Choice("back", back)],
        draft={"commune": commune, "after": after},
    )


async def open_things(turn: Turn, commune: int) -> list[Choice]:
    """Reports and forms of which somebody can be reminded now: about -> name."""
    settings = await units.settings_of(turn.tx, commune)
    found = []
    for period in periods.open_on(turn.today, settings):
        owed = await look(turn, Spot(commune, period.key))
        if owed is not None and owed.to_remind and not owed.is_frozen:
            about = f"{_REPORT}:{period.key}"
            found.append(await _choice(turn, commune, about))
    for form in await quick_forms.of_communes(turn.tx, [commune], limit=_FORMS):
        if form.is_open:
            about = f"{_FORM}:{form.id}"
            found.append(await _choice(turn, commune, about))
    return found


async def _choice(turn: Turn, commune: int, about: str) -> Choice:
    return Choice(about, naming.capital(await naming.thing_called(turn, commune, about)))


@flow.step()
async def nudge_what(turn: Turn) -> Outcome:
    commune = commune_of(turn)
    if not commune:
        return denied(turn)
    if turn.choice == "back":
        return await front.home(turn, commune)
    if turn.choice == "more":
        return await begin(turn, commune, after=after_of(turn) + PAGE)
    return await _over(turn, commune, turn.choice)


async def named(turn: Turn, commune: int, wanted: Asked) -> Outcome:
    """One unit that was named in a sentence; whatever else it names is asked about."""
    outcome = await _named(turn, commune, wanted.whom)
    if not wanted.is_later:
        return outcome
    return replace(outcome, messages=(turn.message("reminder_desk.no_date"), *outcome.messages))


async def _named(turn: Turn, commune: int, whom: str) -> Outcome:
    names = await naming.unit_names(turn, commune)
    known = await units.listed(turn.tx, on=turn.today)
    found = places.find(whom, [one for one in known if one.id in names and one.id != commune])
    if len(found) != 1:
        return await begin(turn, commune)
    [unit] = found
    settings = await units.settings_of(turn.tx, commune)
    for period in periods.open_on(turn.today, settings):
        owed = await look(turn, Spot(commune, period.key, unit=unit.id))
        if owed is not None and not owed.is_frozen and reminding.asked(owed):
            return await _preview(turn, owed)
    said = turn.message("reminder_desk.owes_nothing", unit=names[unit.id])
    return await front.home(turn, commune, said)


async def _preview(turn: Turn, owed: Owed) -> Outcome:
    """At night nobody is written to (U11): when to come back is said, and one stays here."""
    if not reminders.is_quiet(turn):
        return await reminding.preview(turn, owed)
    when = naming.when(turn, reminders.wakes_at(turn))
    return await front.home(
        turn, owed.spot.commune, turn.message("reminder_desk.quiet_until", when=when)
    )


async def _over(turn: Turn, commune: int, about: str) -> Outcome:
    """The conversation of that kind goes on: who owes is read anew there (T41)."""
    kind, _, key = about.partition(":")
    if kind == _REPORT:
        owed = await look(turn, Spot(commune, key))
        if owed is not None:
            return await _preview(turn, owed)
    form = await desk.found(turn, key) if kind == _FORM else None
    if form is not None and form.commune_id == commune:
        return await desk.show(turn, form)
    return await front.home(turn, commune, turn.message("reminder_desk.gone"))
