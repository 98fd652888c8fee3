"""A report that was sent: look at it, correct it, take it back, have the Word file (U9)."""

from handlers.evidence import SCAN
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing
from handlers.reporting import evidence, periods, sending, service
from handlers.reporting.answers import loaded
from handlers.reporting.flow import flow
from handlers.reporting.loading import begun, gone, place_of
from handlers.reporting.place import Place
from handlers.reporting.spot import Spot
from handlers.reporting.summing import summary
from handlers.words import say_date
from storage import reports
from storage.reports import ReportInfo, VersionInfo


async def already(turn: Turn, found: Place, report: ReportInfo) -> Outcome:
    """What counts now, and what can be done with it."""
    counted = await reports.version(turn.tx, report.id, report.version)
    if counted is None:
        return gone(turn)
    return _asked(turn, found, "reporting.already", counted, _ways(turn, report, counted))


def _ways(turn: Turn, report: ReportInfo, counted: VersionInfo) -> list[str]:
    ways = ["reporting.view", "reporting.correct", "reporting.word", "reporting.scan"]
    if service.may_withdraw(report, counted, now=turn.now):
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
        draft=Spot(unit=found.unit.id, period=found.period.key).dump(),
        unit=found.name,
        period=periods.say_title(turn.house.texts, found.period),
        code=receipt.code(found.period.key),
        at=f"{local:%H:%M} {say_date(local.date())}",
        office=found.office,
    )


async def frozen_already(turn: Turn, found: Place, report: ReportInfo | None) -> Outcome:
    """Nothing can be changed; what was sent can still be looked at."""
    period = periods.say_title(turn.house.texts, found.period)
    counted = await reports.version(turn.tx, report.id, report.version) if report else None
    if counted is None:
        return turn.say("reporting.frozen_none", period=period, office=found.office).then("menu")
    ways = ["reporting.view", "reporting.word", "reporting.scan", "reporting.home"]
    return _asked(turn, found, "reporting.frozen_already", counted, ways)


@flow.step(exact=("withdraw",))
async def after(turn: Turn) -> Outcome:
    spot = Spot.load(turn.draft)
    found = await place_of(turn, spot.unit, spot.period)
    report = await reports.of_unit(turn.tx, spot.unit, spot.period) if found else None
    if found is None or report is None:
        return gone(turn)
    counted = await reports.version(turn.tx, report.id, report.version)
    if turn.choice == "home" or counted is None:
        return Outcome().then("menu")
    match turn.choice:
        case "view":
            return await _viewed(turn, found, counted)
        case "correct":
            return await _corrected(turn, found, counted)
        case "withdraw":
            return _ask_whether_to_withdraw(turn, found)
        case "scan":
            return await _ask_for_scan(turn, found, counted)
    said = sending.order_letter(turn, found, loaded(counted.answers), practice=False)
    return _and_now(turn, found, counted, said)


def _and_now(turn: Turn, found: Place, counted: VersionInfo, *said: Outgoing) -> Outcome:
    ways = ["reporting.view", "reporting.correct", "reporting.word", "reporting.scan"]
    asked = _asked(turn, found, "reporting.what_now", counted, [*ways, "reporting.home"])
    return Outcome((*said, *asked.messages), asked.hear, asked.draft)


async def _viewed(turn: Turn, found: Place, counted: VersionInfo) -> Outcome:
    lines = sending.summary_of(turn, found, loaded(counted.answers))
    return _and_now(turn, found, counted, Outgoing(lines))


async def _corrected(turn: Turn, found: Place, counted: VersionInfo) -> Outcome:
    """A draft of what counts, shown with its lines: the next version is a correction."""
    if await reports.frozen(turn.tx, found.unit.commune_id, found.period.key):
        return await frozen_already(
            turn, found, await reports.of_unit(turn.tx, found.unit.id, found.period.key)
        )
    spot = Spot(unit=found.unit.id, period=found.period.key, then="summary")
    answers = loaded(counted.answers)
    work = await begun(turn, found, base=counted.number, answers=answers, spot=spot)
    return await summary(turn, work)


async def _ask_for_scan(turn: Turn, found: Place, counted: VersionInfo) -> Outcome:
    said = await evidence.asking(turn, unit_id=found.unit.id, period=found.period.key, field=SCAN)
    return _and_now(turn, found, counted, *said)


# --- taking it back (U9, U18) --------------------------------------------------------------------


def _ask_whether_to_withdraw(turn: Turn, found: Place) -> Outcome:
    return turn.ask(
        "reporting.withdraw_sure",
        hear=withdraw_sure,
        choices=("reporting.keep_it", "reporting.withdraw_it"),
        draft=Spot(unit=found.unit.id, period=found.period.key).dump(),
        unit=found.name,
    )


@flow.step(exact=("withdraw_it",), no="keep_it")
async def withdraw_sure(turn: Turn) -> Outcome:
    spot = Spot.load(turn.draft)
    found = await place_of(turn, spot.unit, spot.period)
    if found is None:
        return gone(turn)
    if turn.choice != "withdraw_it":
        return turn.say("reporting.not_withdrawn").then("menu")
    try:
        await service.withdraw(turn.tx, found, by=turn.actor, now=turn.now)
    except service.Denied:
        return gone(turn)
    except service.Frozen:
        period = periods.say_title(turn.house.texts, found.period)
        return turn.say("reporting.frozen", period=period, office=found.office).then("menu")
    except service.TooLate:
        return turn.say("reporting.withdraw_late").then("menu")
    return turn.say("reporting.withdrawn", unit=found.name).then("menu")
