"""What is there already of a report, and in which way one wants to tell it (U10)."""

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.reporting import message, periods, sent, sheets
from handlers.reporting.flow import ENTERING, WHO, flow
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
from handlers.reporting.place import Place
from handlers.reporting.spot import Spot, Work
from handlers.reporting.summing import summary
from handlers.words import fold
from storage import report_drafts, reports, roles
from storage.report_drafts import DraftInfo
from storage.roles import persons_of


async def open_place(turn: Turn, found: Place, text: str = "") -> Outcome:
    """A draft to go on with, a report that was sent, or a fresh beginning."""
    spot = Spot(unit=found.unit.id, period=found.period.key, source=found.source)
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
    kinds = await sent.marked(turn, found)
    said = [turn.message(_intro(turn, found, kinds), **values)]
    said += [turn.message(f"reporting.marked_{kind}", unit=found.name) for kind in sorted(kinds)]
    if book_fields:
        labels = "; ".join(field.label.lower() for field in book_fields)
        said.append(turn.message("reporting.from_book_already", labels=labels))
    said += await _others_at_it(turn, found)
    choices = ["reporting.guided", "reporting.one_message", "reporting.by_file"]
    if not found.is_entered:
        choices.append("reporting.practice")
    how_to = "reporting.how_entered" if found.is_entered else "reporting.how"
    return turn.ask(how_to, hear=how, choices=choices, draft=spot.dump(), before=said)


def _intro(turn: Turn, found: Place, kinds: Collection[str]) -> str:
    """Nobody is asked to send before a day that is over (R18), or told to be late who is not."""
    if found.is_entered:
        return f"reporting.intro_{found.source}"
    if kinds:
        return "reporting.intro_marked"
    is_over = turn.today > found.period.due
    if found.unit.duty != "required":
        return "reporting.intro_kindly_still" if is_over else "reporting.intro_kindly"
    return "reporting.intro_late" if is_over else "reporting.intro"


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
    holders = await roles.holding(turn.tx, found.unit.commune_id, tuple(WHO | ENTERING))
    here = (found.unit.id, found.unit.commune_id)
    humans = {one.canonical_id for one in holders if one.unit_id in here}
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
    found = await place_of(turn, spot.unit, spot.period, spot.source)
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
    spot = Spot(unit=found.unit.id, period=found.period.key, source=found.source)
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
    found = await place_of(turn, spot.unit, spot.period, spot.source)
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
