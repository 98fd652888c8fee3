"""After "Gửi": the receipt, who else is told, what cannot be sent now; and the practice report."""

from dataclasses import asdict, replace
from typing import Any, Final

from handlers import reach
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.reporting import letter, periods, saying
from handlers.reporting.answers import Answers
from handlers.reporting.flow import WHO, flow
from handlers.reporting.loading import drop_draft
from handlers.reporting.place import Place
from handlers.reporting.service import Receipt
from handlers.reporting.spot import Spot, Work
from handlers.roles import DESK, once_each
from handlers.words import say_date
from storage import reports, roles

_LETTER: Final = "unit_report"


async def sent(turn: Turn, work: Work, receipt: Receipt) -> Outcome:
    """The receipt, until when it can be corrected, and what can be done now."""
    place = work.place
    code = receipt.code(place.period.key)
    told = await _tell_others(turn, place, code)
    said = "reporting.corrected" if receipt.is_correction else "reporting.sent"
    values: dict[str, Any] = {
        "unit": place.name,
        "period": periods.say_title(turn.house.texts, place.period),
        "commune": place.commune,
        "office": place.office,
        "code": code,
    }
    late = turn.text_of("reporting.late_mark", due=say_date(place.period.due))
    spot = Spot(
        unit=place.unit.id, period=place.period.key, source=place.source, sent=receipt.number
    )
    choices = ["reporting.word", "reporting.withdraw", "reporting.scan", "reporting.home"]
    if place.is_entered:
        choices.insert(3, "reporting.help_another")
    return turn.ask(
        f"{said}_entered" if place.is_entered else said,
        hear=flow.steps["after"],
        choices=choices,
        draft=spot.dump(),
        late=f"\n{late}" if receipt.is_late and place.unit.duty == "required" else "",
        told=turn.text_of("reporting.unit_told" if told else "reporting.nobody_told"),
        **values,
    )


async def _tell_others(turn: Turn, place: Place, code: str) -> int:
    """Whoever else reports for this unit need not do it again (T19), and may correct it."""
    said = "reporting.entered_for_you" if place.is_entered else "reporting.sent_by_other"
    return await tell_colleagues(turn, place, said, code)


async def tell_colleagues(turn: Turn, place: Place, text_id: str, code: str) -> int:
    """Whoever else reports for this unit hears of it, once; how many of them it reaches (R13)."""
    holders = await roles.holding(turn.tx, place.unit.commune_id, tuple(WHO))
    here = [one for one in holders if one.unit_id == place.unit.id]
    others = [one for one in here if one.canonical_id != turn.actor.canonical_id]
    period = periods.say_title(turn.house.texts, place.period)
    by = turn.actor.name or turn.text_of("reporting.a_colleague")
    source = turn.text_of(f"reporting.source_{place.source}") if place.is_entered else ""
    values = {"unit": place.name, "period": period, "by": by, "code": code, "source": source}
    message = turn.message(text_id, **values)
    persons = once_each(others)
    for person in persons:
        turn.tell(person, message, key=f"{text_id}:{code}:{person}")
    return len(persons) - len(await reach.unreachable(turn, persons))


async def frozen(turn: Turn, work: Work) -> Outcome:
    """Refused kindly: the draft is kept and the office is told (T41, design §5)."""
    place = work.place
    period = periods.say_title(turn.house.texts, place.period)
    officers = await roles.holding(turn.tx, place.unit.commune_id, tuple(DESK))
    standing = await reports.frozen(turn.tx, place.unit.commune_id, place.period.key)
    message = turn.message("reporting.frozen_office", unit=place.name, period=period)
    for person in once_each(officers):
        about = f"{standing.id if standing else 0}:{work.draft.id}:{work.draft.version}"
        key = f"report-frozen:{about}:{person}"
        turn.tell(person, message, key=key)
    return turn.say("reporting.frozen", period=period, office=place.office).then("menu")


async def practised(turn: Turn, work: Work) -> Outcome:
    """Nothing is stored of a practice report, and nobody hears of it."""
    await drop_draft(turn, work.place, practice=True)
    return turn.say("reporting.practised", unit=work.place.name).then("menu")


async def kept_theirs(turn: Turn, work: Work) -> Outcome:
    await drop_draft(turn, work.place, practice=False)
    return turn.say("reporting.theirs_kept", unit=work.place.name).then("menu")


def order_letter(turn: Turn, place: Place, answers: Answers, *, practice: bool) -> Outgoing:
    """Have the unit's own BÁO CÁO made, to sign and stamp; what is said meanwhile."""
    contents = letter.contents_of(
        turn.house.texts,
        form=place.form,
        answers=dict(answers),
        unit=replace(place.unit, name=place.name),
        settings=place.settings,
        period=place.period,
        is_sample=turn.house.sample,
        practice=practice,
        names=place.names.hamlets,
    )
    name = f"bao-cao-{place.unit.code}-{place.period.key.replace('_', '-')}.docx"
    message = turn.message("reporting.word_here", unit=place.name)
    turn.order(_LETTER, asdict(contents), name=name, message=message)
    return turn.message("reporting.word_coming")


def summary_of(turn: Turn, place: Place, answers: Answers) -> str:
    return saying.summary(turn.house.texts, place.form, answers, place.names)
