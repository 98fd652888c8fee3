"""A report that was sent: look at it, correct it, take it back, have the Word file (U9)."""

import re
from dataclasses import replace
from typing import Final

from handlers.evidence import SCAN
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.reporting import evidence, message, periods, place, sending, service
from handlers.reporting.answers import loaded
from handlers.reporting.flow import flow
from handlers.reporting.loading import at_hand, gone, place_of, with_files
from handlers.reporting.place import Place
from handlers.reporting.spot import Spot
from handlers.reporting.summing import summary
from handlers.words import fold, say_date
from storage import duty_marks, report_reviews, reports
from storage.reports import ReportInfo, VersionInfo


async def already(turn: Turn, found: Place, report: ReportInfo) -> Outcome:
    """What counts now, and what can be done with it."""
    counted = await reports.version(turn.tx, report.id, report.version)
    if counted is None:
        return gone(turn)
    asked = _asked(turn, found, "reporting.already", counted, _ways(turn, found, report, counted))
    said = [*await _returned(turn, found, report), *_entered(turn, counted)]
    return replace(asked, messages=(*said, *asked.messages))


async def _returned(turn: Turn, found: Place, report: ReportInfo) -> list[Outgoing]:
    """What the office asks to be added; the same report is opened again by "Sửa"."""
    if report.state != "returned":
        return []
    review = await report_reviews.newest(turn.tx, report.id, report.version)
    reason = review.reason if review else ""
    said = "reporting.returned" if found.unit.duty == "required" else "reporting.returned_kindly"
    return [turn.message(said, office=found.office, reason=reason)]


def _entered(turn: Turn, counted: VersionInfo) -> list[Outgoing]:
    if counted.source == "unit":
        return []
    source = turn.text_of(f"reporting.source_{counted.source}")
    return [turn.message("reporting.was_entered", source=source)]


def _ways(turn: Turn, found: Place, report: ReportInfo, counted: VersionInfo) -> list[str]:
    ways = ["reporting.view", "reporting.correct", "reporting.word", "reporting.scan"]
    if service.may_withdraw(report, counted, now=turn.now, place=found, by=turn.actor):
        ways.insert(2, "reporting.withdraw")
    return ways


def _asked(
    turn: Turn, found: Place, text_id: str, counted: VersionInfo, choices: list[str]
) -> Outcome:
    local = counted.sent_at.astimezone(turn.house.timezone)
    receipt = service.Receipt(counted.report_id, counted.number, counted.is_late, False)
    return turn.ask(
        text_id,
        hear=after,
        choices=choices,
        draft=_spot(found, counted.number).dump(),
        unit=found.name,
        period=periods.say_title(turn.house.texts, found.period),
        code=receipt.code(found.period.key),
        at=f"{local:%H:%M} {say_date(local.date())}",
        office=found.office,
    )


def _spot(found: Place, number: int) -> Spot:
    return Spot(unit=found.unit.id, period=found.period.key, source=found.source, sent=number)


async def marked(turn: Turn, found: Place) -> set[str]:
    """Why the unit is not asked for anything: its paper came in, or it need not report."""
    marks = await duty_marks.of_unit(turn.tx, found.unit.id, found.period.key)
    return {mark.kind for mark in marks} & {"paper", "exempt"}


async def frozen_already(turn: Turn, found: Place, report: ReportInfo | None) -> Outcome:
    """Nothing can be changed; what was sent can still be looked at."""
    period = periods.say_title(turn.house.texts, found.period)
    counted = await reports.version(turn.tx, report.id, report.version) if report else None
    if counted is None:
        kinds = await marked(turn, found)
        said = "reporting.frozen_marked" if kinds else "reporting.frozen_none"
        return turn.say(said, period=period, office=found.office).then("menu")
    if report is not None and report.state == "returned":
        said = "reporting.frozen_returned"
        return turn.say(said, period=period, unit=found.name).then("menu")
    ways = ["reporting.view", "reporting.word", "reporting.scan", "reporting.home"]
    return _asked(turn, found, "reporting.frozen_already", counted, ways)


_ELSEWHERE: Final = {"home": "menu", "help_another": flow.name}


@flow.step(reads="text", exact=("withdraw",))
async def after(turn: Turn) -> Outcome:
    """What is done with what was sent, pressed or said; a sentence with figures corrects it."""
    spot = Spot.load(turn.draft)
    found = await place_of(turn, spot.unit, spot.period, spot.source)
    report = await reports.of_unit(turn.tx, spot.unit, spot.period) if found else None
    if found is None or report is None:
        return gone(turn)
    counted = await reports.version(turn.tx, report.id, report.version)
    if turn.choice in _ELSEWHERE or counted is None:
        turn.text = ""
        return Outcome().then(_ELSEWHERE.get(turn.choice, "menu"))
    match turn.choice or _in_words(turn.text):
        case "":
            return await _corrected_in_words(turn, found)
        case "view":
            return await _viewed(turn, found, counted)
        case "correct":
            return await _corrected(turn, found)
        case "withdraw":
            return await _ask_whether_to_withdraw(turn, found, report, counted, shown=spot.sent)
        case "scan":
            return await _ask_for_scan(turn, found, counted)
    made_with = await place.as_sent(turn.tx, found, counted)
    answers = await with_files(turn, made_with, loaded(counted.answers))
    said = sending.order_letter(turn, made_with, answers, practice=False)
    return _and_now(turn, found, counted, said)


_WAYS: Final = (
    ("withdraw", re.compile(r".*\b(?:rut lai|rut bao cao|rut ve|gui nham)\b.*|rut")),
    ("word", re.compile(r".*\b(?:word|ban in|de ky|in ra)\b.*")),
    ("scan", re.compile(r".*\b(?:ban da ky|da ky|ban scan|ban dau)\b.*")),
    ("view", re.compile(r"(?:xem|xem lai|cho xem).*|.*\b(?:da gui chua|gui chua|gui cho xa)\b.*")),
    ("correct", re.compile(r"(?:sua|sua lai|can sua|muon sua|nham|nham roi)")),
)


def _in_words(text: str) -> str:
    """What a plain sentence asks for, from the riskiest on; "" = nothing of these."""
    folded = fold(text).strip(" .!?")
    return next((key for key, said in _WAYS if said.fullmatch(folded)), "")


def _and_now(turn: Turn, found: Place, counted: VersionInfo, *said: Outgoing) -> Outcome:
    ways = ["reporting.view", "reporting.correct", "reporting.word", "reporting.scan"]
    asked = _asked(turn, found, "reporting.what_now", counted, [*ways, "reporting.home"])
    return Outcome((*said, *asked.messages), asked.hear, asked.draft)


async def _viewed(turn: Turn, found: Place, counted: VersionInfo) -> Outcome:
    made_with = await place.as_sent(turn.tx, found, counted)
    answers = await with_files(turn, made_with, loaded(counted.answers))
    lines = sending.summary_of(turn, made_with, answers)
    return _and_now(turn, found, counted, Outgoing(lines))


async def _corrected(turn: Turn, found: Place) -> Outcome:
    """A draft of what counts, shown with its lines: the next version is a correction."""
    if await reports.frozen(turn.tx, found.unit.commune_id, found.period.key):
        return await frozen_already(
            turn, found, await reports.of_unit(turn.tx, found.unit.id, found.period.key)
        )
    return await summary(turn, await at_hand(turn, found, _at_summary(found)))


async def _corrected_in_words(turn: Turn, found: Place) -> Outcome:
    """Said in a sentence, "sửa lại tuyên truyền 130 lượt" is shown before it is sent."""
    if await reports.frozen(turn.tx, found.unit.commune_id, found.period.key):
        return await _corrected(turn, found)
    told = await message.read(turn, found, turn.event.text)
    if told is None or not (told.answers or told.doubts):
        return turn.ask_again("reporting.after_unclear")
    work = await at_hand(turn, found, _at_summary(found))
    return await message.take_in(turn, work, told)


def _at_summary(found: Place) -> Spot:
    return Spot(unit=found.unit.id, period=found.period.key, source=found.source, then="summary")


async def _ask_for_scan(turn: Turn, found: Place, counted: VersionInfo) -> Outcome:
    said = await evidence.asking(turn, unit_id=found.unit.id, period=found.period.key, field=SCAN)
    return _and_now(turn, found, counted, *said)


# --- taking it back (U9, U18) --------------------------------------------------------------------


async def _consequence(turn: Turn, report: ReportInfo, counted: VersionInfo) -> str:
    """What is true when it is taken back: nothing is sent, or an older version counts again."""
    sent = await reports.versions(turn.tx, report.id)
    older = [one.number for one in sent if one.number < counted.number and not one.withdrawn_at]
    if not older:
        return "reporting.withdraw_sure"
    review = await report_reviews.newest(turn.tx, report.id, older[-1])
    is_returned = review is not None and review.verdict == report_reviews.RETURNED
    return "reporting.withdraw_to_returned" if is_returned else "reporting.withdraw_again"


async def _ask_whether_to_withdraw(
    turn: Turn, found: Place, report: ReportInfo, counted: VersionInfo, *, shown: int
) -> Outcome:
    """The consequence in one sentence: it is as if it was not sent, or the one before counts."""
    is_another = shown not in (0, counted.number)  # a colleague has sent since
    if is_another or not service.may_withdraw(
        report, counted, now=turn.now, place=found, by=turn.actor
    ):
        return _and_now(turn, found, counted, turn.message("reporting.withdraw_late"))
    return turn.ask(
        await _consequence(turn, report, counted),
        hear=withdraw_sure,
        choices=("reporting.keep_it", "reporting.withdraw_it"),
        draft=_spot(found, counted.number).dump(),
        unit=found.name,
    )


@flow.step(exact=("withdraw_it",), no="keep_it")
async def withdraw_sure(turn: Turn) -> Outcome:
    spot = Spot.load(turn.draft)
    found = await place_of(turn, spot.unit, spot.period, spot.source)
    if found is None:
        return gone(turn)
    if turn.choice != "withdraw_it":
        return turn.say("reporting.not_withdrawn").then("menu")
    try:
        again = await service.withdraw(
            turn.tx, found, number=spot.sent, by=turn.actor, now=turn.now
        )
    except service.Denied:
        return gone(turn)
    except service.Frozen:
        period = periods.say_title(turn.house.texts, found.period)
        return turn.say("reporting.frozen", period=period, office=found.office).then("menu")
    except service.TooLate:
        return turn.say("reporting.withdraw_late").then("menu")
    code = f"{found.unit.code}-{found.period.key}-{spot.sent}"
    await sending.tell_colleagues(turn, found, "reporting.withdrawn_by_other", code)
    said = "reporting.withdrawn_to" if again else "reporting.withdrawn"
    return turn.say(said, unit=found.name).then("menu")
