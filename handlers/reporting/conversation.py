"""/baocao: for which unit and period, what is there already, and how one wants to tell it."""

import re
from dataclasses import replace
from typing import Any, Final

from handlers import places
from handlers.evidence import PROOF
from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.reporting import evidence, message, periods, place, sent, sheets
from handlers.reporting.flow import WHO, flow
from handlers.reporting.going import go_on
from handlers.reporting.loading import (
    at_hand,
    draft_of,
    drop_draft,
    from_book,
    gone,
    has_content,
    place_of,
    renewed,
)
from handlers.reporting.periods import ReportPeriod
from handlers.reporting.place import Place
from handlers.reporting.reading import read
from handlers.reporting.spot import Spot, Work
from handlers.reporting.summing import summary
from handlers.words import fold
from storage import audit, report_drafts, reports, roles, units
from storage.report_drafts import DraftInfo
from storage.roles import persons_of
from storage.units import UnitInfo

_TELLING: Final = 3
"""So many things told in one sentence make it a report, where nothing else was asked."""
_SHOWN: Final = 8

flow.receive(PROOF)(evidence.received)
flow.receive(sheets.FORM)(sheets.uploaded)
flow.receive(sheets.FORM_READ)(sheets.came_back)


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """`turn.text`: a unit's name, the whole report, or nothing."""
    mine = await place.reporting_units(turn.tx, turn.actor, on=turn.today)
    if not mine:
        return turn.say("reporting.no_unit").then("menu")
    text = turn.text
    named = await _named(turn, text, mine) if text else None
    if isinstance(named, Outcome):
        return named
    return await _which(turn, named or mine, text)


@flow.claim
async def is_report(turn: Turn) -> bool:
    """A whole report in one sentence, typed where nothing else is being asked for."""
    for unit in (await place.reporting_units(turn.tx, turn.actor, on=turn.today))[:_SHOWN]:
        settings = await units.settings_of(turn.tx, unit.id)
        for period in periods.open_on(turn.today, settings)[:1]:
            form = await place.form_of(turn.tx, unit, period)
            known = await units.listed(turn.tx, on=turn.today)
            told = read(turn.event.text, form=form, today=turn.today, known=known)
            if told is not None and len(told.answers) + len(told.doubts) >= _TELLING:
                return True
    return False


# --- báo cáo cho nơi nào? ------------------------------------------------------------------------


async def _named(turn: Turn, text: str, mine: list[UnitInfo]) -> list[UnitInfo] | Outcome | None:
    """The units of mine that the text names; refused if it names another's (T01)."""
    known = await units.listed(turn.tx, on=turn.today)
    found = places.find(text, known)
    if not found:
        for unit in mine:
            form = place.form_key(unit)
            told = form and await _told_unit(turn, unit, text, known)
            if told:
                found = [one for one in known if one.code == told]
                break
    if not found:
        return None
    own = [unit for unit in mine if unit.id in {one.id for one in found}]
    return own or await _refused(turn, mine, found[0])


async def _told_unit(turn: Turn, unit: UnitInfo, text: str, known: list[UnitInfo]) -> str:
    settings = await units.settings_of(turn.tx, unit.id)
    for period in periods.open_on(turn.today, settings)[:1]:
        form = await place.form_of(turn.tx, unit, period)
        told = read(text, form=form, today=turn.today, known=known)
        return told.unit if told else ""
    return ""


async def _refused(turn: Turn, mine: list[UnitInfo], other: UnitInfo) -> Outcome:
    """Somebody else's unit: refused, noted, and who may is said (T01)."""
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=turn.actor.grants[0].role,
        action="report.denied",
        about=f"unit:{other.id}",
        now=turn.now,
    )
    own = ", ".join(unit.name for unit in mine)
    return turn.say("reporting.not_yours", own=own, other=other.name).then("menu")


async def _which(turn: Turn, mine: list[UnitInfo], text: str) -> Outcome:
    """The one that is open, or the question which."""
    names = places.shown(await units.listed(turn.tx, on=turn.today))
    choices = []
    for unit in mine:
        for period in await _periods_of(turn, unit):
            title = periods.say_title(turn.house.texts, period)
            choices.append(Choice(f"{unit.id}:{period.key}", f"{names[unit.code]}, {title}"))
    if not choices:
        return turn.say("reporting.nothing_open").then("menu")
    if len(choices) == 1:
        return await _opened(turn, choices[0].key, text)
    spot = Spot(text=text)
    return turn.ask(
        "reporting.which_place", hear=which_place, choices=choices[:_SHOWN], draft=spot.dump()
    )


async def _periods_of(turn: Turn, unit: UnitInfo) -> list[ReportPeriod]:
    """What is open today, and what this person has begun and may still send."""
    settings = await units.settings_of(turn.tx, unit.id)
    found = periods.open_on(turn.today, settings)
    for draft in await report_drafts.of(
        turn.tx, await persons_of(turn.tx, turn.actor.canonical_id)
    ):
        period = periods.by_key(draft.period, settings)
        if draft.unit_id != unit.id or draft.practice or period is None or period in found:
            continue
        if not await reports.frozen(turn.tx, unit.commune_id, period.key):
            found.append(period)
    return found


@flow.step(reads="name")
async def which_place(turn: Turn) -> Outcome:
    spot = Spot.load(turn.draft)
    if turn.choice:
        return await _opened(turn, turn.choice, spot.text)
    mine = await place.reporting_units(turn.tx, turn.actor, on=turn.today)
    named = await _named(turn, turn.text, mine)
    if isinstance(named, Outcome):
        own = ", ".join(unit.name for unit in mine)
        return turn.ask_again("reporting.not_yours_which", own=own)
    if not named:
        return turn.ask_again("reporting.unit_unclear")
    return await _which(turn, named, spot.text)


async def _opened(turn: Turn, key: str, text: str) -> Outcome:
    unit, _, period = key.partition(":")
    found = await place_of(turn, int(unit), period) if unit.isdecimal() else None
    return await open_place(turn, found, text) if found else gone(turn)


# --- what is there already -----------------------------------------------------------------------


async def open_place(turn: Turn, found: Place, text: str = "") -> Outcome:
    """A draft to go on with, a report that was sent, or a fresh beginning."""
    spot = Spot(unit=found.unit.id, period=found.period.key)
    report = await reports.of_unit(turn.tx, found.unit.id, found.period.key)
    if await reports.frozen(turn.tx, found.unit.commune_id, found.period.key):
        return await sent.frozen_already(turn, found, report)
    if text and (told := await _told_at_once(turn, found, spot, text)):
        return told
    draft = await draft_of(turn, found, practice=False)
    if draft is not None and has_content(draft):
        return await _ask_resume(turn, found, draft)
    if report is not None and report.version:
        return await sent.already(turn, found, report)
    return await _ask_how(turn, found, spot)


async def _told_at_once(turn: Turn, found: Place, spot: Spot, text: str) -> Outcome | None:
    """The whole report came with the command or as a sentence of its own."""
    if await message.read(turn, found, text) is None:
        return None
    return await message.told_in(turn, await at_hand(turn, found, replace(spot, text=text)))


async def _ask_how(turn: Turn, found: Place, spot: Spot) -> Outcome:
    book = await from_book(turn, found)
    book_fields = [one for one in found.fields if one.required and one.key in book]
    required = [one for one in found.fields if one.required and not one.only_if]
    values: dict[str, Any] = {
        "unit": found.name,
        "period": periods.say_title(turn.house.texts, found.period),
        "due": periods.say_due(turn.house.texts, found.period),
        "office": found.office,
        "questions": len(required) - len(book_fields),
    }
    polite = found.unit.duty == "requested"
    intro = "reporting.intro_kindly" if polite else "reporting.intro"
    if turn.today > found.period.due and not polite:
        intro = "reporting.intro_late"
    said = [turn.message(intro, **values)]
    if book_fields:
        labels = "; ".join(field.label.lower() for field in book_fields)
        said.append(turn.message("reporting.from_book_already", labels=labels))
    said += await _others_at_it(turn, found)
    choices = (
        "reporting.guided",
        "reporting.one_message",
        "reporting.by_file",
        "reporting.practice",
    )
    return turn.ask("reporting.how", hear=how, choices=choices, draft=spot.dump(), before=said)


async def _others_at_it(turn: Turn, found: Place) -> list[Outgoing]:
    """Two reporters at once hear of each other (T19)."""
    others = await report_drafts.of_others(
        turn.tx,
        await persons_of(turn.tx, turn.actor.canonical_id),
        unit_id=found.unit.id,
        period=found.period.key,
        since=turn.now - report_drafts.KEEP,
    )
    here = await _colleagues(turn, found)
    told = [one for one in others if one.person_id in here and has_content(one)]
    if not told:
        return []
    name = await roles.name_of(turn.tx, told[0].person_id) or turn.text_of("reporting.a_colleague")
    return [turn.message("reporting.other_at_it", name=name, count=len(told[0].answers))]


async def _colleagues(turn: Turn, found: Place) -> set[int]:
    """All persons of those who report for this unit now."""
    holders = await roles.holding(turn.tx, found.unit.commune_id, tuple(WHO))
    humans = {one.canonical_id for one in holders if one.unit_id == found.unit.id}
    return {person for one in humans for person in await persons_of(turn.tx, one)}


_WAYS: Final = (
    ("practice", re.compile(r".*\b(?:thu|tap|tap thu|gui nham)\b.*")),
    ("by_file", re.compile(r".*\b(?:excel|file|tep|bieu)\b.*")),
    (
        "guided",
        re.compile(r".*\b(?:tung cau|hoi di|hoi tung|tra loi|bat dau|lam luon|lam ngay)\b.*"),
    ),
    ("one_message", re.compile(r".*\b(?:mot tin|1 tin|nhan tin|nhan luon)\b.*")),
)


def _way_in_words(text: str) -> str:
    """Which way a plain sentence asks for; "" = none."""
    folded = fold(text)
    return next((key for key, said in _WAYS if said.fullmatch(folded)), "")


@flow.step(reads="text")
async def how(turn: Turn) -> Outcome:
    """One of the ways, pressed or said; or the report itself at once."""
    spot = Spot.load(turn.draft)
    found = await place_of(turn, spot.unit, spot.period)
    if found is None:
        return gone(turn)
    if not turn.choice and (told := await _told_at_once(turn, found, spot, turn.event.text)):
        return told
    way = turn.choice or _way_in_words(turn.text)
    if not way:
        return turn.ask_again("reporting.how_unclear")
    match way:
        case "practice":
            spot = replace(spot, practice=True)
            work = await at_hand(turn, found, spot)
            return await go_on(turn, work, turn.message("reporting.practice_begins"))
        case "one_message":
            return _ask_to_tell(turn, await at_hand(turn, found, spot))
        case "by_file":
            return await sheets.offer(turn, await at_hand(turn, found, spot))
    return await go_on(turn, await at_hand(turn, found, spot))


def _ask_to_tell(turn: Turn, work: Work) -> Outcome:
    """A template to copy (U8): the labels of what is required."""
    fields = [one for one in work.place.fields if one.required and not one.only_if]
    template = "\n".join(f"{field.label}: " for field in fields)
    return turn.ask(
        "reporting.ask_message",
        hear=flow.steps["tell"],
        choices=("reporting.guided",),
        draft=work.spot.dump(),
        before=(Outgoing(turn.text_of("reporting.template") + "\n" + template),),
    )


# --- a draft that waits (U10) --------------------------------------------------------------------


async def _ask_resume(turn: Turn, found: Place, draft: DraftInfo) -> Outcome:
    spot = Spot(unit=found.unit.id, period=found.period.key)
    work = await renewed(turn, Work(found, draft, spot))
    required = [one for one in found.fields if one.required and not one.only_if]
    done = sum(one.key in work.answers for one in required)
    return turn.ask(
        "reporting.unfinished",
        hear=resume_draft,
        choices=(
            "reporting.go_on",
            "reporting.look",
            "reporting.by_file",
            "reporting.afresh",
            "reporting.drop",
        ),
        draft=spot.dump(),
        before=await _others_at_it(turn, found),
        unit=found.name,
        period=periods.say_title(turn.house.texts, found.period),
        done=done,
        of=len(required),
    )


@flow.step(exact=("afresh", "drop"))
async def resume_draft(turn: Turn) -> Outcome:
    spot = Spot.load(turn.draft)
    found = await place_of(turn, spot.unit, spot.period)
    draft = await draft_of(turn, found, practice=False) if found else None
    if found is None or draft is None:
        return gone(turn)
    work = Work(found, draft, spot)
    match turn.choice:
        case "look":
            return await summary(turn, work)
        case "by_file":
            return await sheets.offer(turn, work)
        case "afresh" | "drop":
            await drop_draft(turn, found, practice=False)
            if turn.choice == "afresh":
                return await _ask_how(turn, found, spot)
            return turn.say("reporting.dropped", unit=found.name).then("menu")
    return await go_on(turn, work)
