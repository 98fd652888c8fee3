"""One report as an officer sees it: its figures, what changed since last year, what to look at."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing, in_messages
from handlers.office.receiving import overview, verdicts
from handlers.office.receiving.review import Spot, Where, flow, title
from handlers.office.receiving.surveying import Seen, Survey
from handlers.reporting import place, saying
from handlers.reporting.answers import loaded
from handlers.words import say_date
from handlers.yearly.gathering import Told
from storage import report_reviews, reports, units
from storage.report_reviews import ACCEPTED, RETURNED
from storage.units import UnitInfo

_DIFFERENCES: Final = 8
"""So many changes since last year are listed; the rest is counted."""


async def show_next(turn: Turn, found: Survey, spot: Spot, *before: Outgoing) -> Outcome:
    """The oldest that waits and was not passed over; at the end the screen of the period."""
    left = [one for one in found.queue if code_of(one) not in spot.passed]
    if not left or spot.is_alone:
        said = [] if spot.is_alone else [turn.message("review.no_more")]
        return await overview.show(turn, spot.where, *before, *said)
    return await show(turn, found, left[0], spot, *before, left=len(left))


def code_of(told: Told) -> str:
    return f"{told.report.id}.{told.version.number}"


async def show(
    turn: Turn, found: Survey, told: Told, spot: Spot, *before: Outgoing, left: int = 1
) -> Outcome:
    """One report, with its verdicts as choices."""
    seen = found.seen(told)
    figures = Outgoing(await _figures(turn, found, told, spot.where))
    shown = replace(
        spot, report=told.report.id, number=told.version.number, state=told.report.state
    )
    return turn.ask(
        _question(found, spot, told, left),
        hear=flow.steps["judge"],
        choices=_choices(found, seen, spot),
        draft=shown.dump(),
        before=(*before, figures, *await _remarks(turn, found, seen)),
        unit=told.name,
        left=left,
    )


async def _figures(turn: Turn, found: Survey, told: Told, where: Where) -> str:
    local = told.version.sent_at.astimezone(turn.house.timezone)
    head = turn.text_of(
        "review.shown",
        unit=told.name,
        period=await title(turn, where),
        code=told.code,
        at=f"{local:%H:%M} {say_date(local.date())}",
    )
    lines = saying.summary(turn.house.texts, told.form, told.answers, found.names)
    return f"{head}\n{lines}"


def _question(found: Survey, spot: Spot, told: Told, left: int) -> str:
    """Id of what is asked below the report."""
    if found.gathered.frozen_at is not None:
        return "review.only_look"
    if told.report.state in (ACCEPTED, RETURNED):
        return f"review.is_{told.report.state}"
    return "review.judge" if spot.is_alone or left == 1 else "review.judge_of"


def _choices(found: Survey, seen: Seen, spot: Spot) -> list[str]:
    state, told = seen.told.report.state, seen.told
    choices = []
    if found.gathered.frozen_at is None:
        if verdicts.may_follow(ACCEPTED, state):
            choices.append("review.accept")
        if verdicts.may_follow(RETURNED, state) and not seen.is_ended:
            polite = told.unit.duty != "required"
            choices.append("review.ask_more" if polite else "review.give_back")
    if not spot.is_alone:
        choices.append("review.skip")
    return [*choices, *(["review.files"] if seen.files else []), "review.stop"]


# --- what to look at -----------------------------------------------------------------------------


async def _remarks(turn: Turn, found: Survey, seen: Seen) -> list[Outgoing]:
    points = [*await _before_this(turn, found, seen), *_notes(turn, seen)]
    points += [one.say(turn.house.texts) for one in seen.outliers]
    points += [one.say(turn.house.texts) for one in seen.suspicions]
    said = in_messages([turn.text_of("review.notes"), *_dashed(points)])
    if seen.changed:
        said += in_messages(_changes(turn, found, seen))
    return said


def _dashed(lines: Sequence[str]) -> list[str]:
    return [f"- {line}" for line in lines]


def _notes(turn: Turn, seen: Seen) -> list[str]:
    version, notes = seen.told.version, []
    if seen.is_ended:
        notes.append(turn.text_of("review.note_ended"))
    if version.is_late:
        notes.append(turn.text_of("review.note_late"))
    if version.source != "unit":
        notes.append(turn.text_of(f"review.note_{version.source}"))
    if seen.unknown:
        notes.append(turn.text_of("review.note_unknown", labels="; ".join(seen.unknown)))
    attached = "review.note_evidence" if seen.evidence else "review.note_no_evidence"
    notes.append(turn.text_of(attached, count=seen.evidence))
    notes.append(turn.text_of("review.note_scan" if seen.scans else "review.note_no_scan"))
    return notes


async def _before_this(turn: Turn, found: Survey, seen: Seen) -> list[str]:
    """What was decided before about this report, and what has changed since."""
    earlier, told = seen.earlier, seen.told
    if earlier is None:
        return []
    if earlier.number == told.version.number:
        if not earlier.reason:
            return []
        return [turn.text_of("review.note_reason", reason=earlier.reason)]
    said = f"review.note_corrected_{earlier.verdict}"
    notes = [turn.text_of(said, reason=earlier.reason)]
    older = await reports.version(turn.tx, told.report.id, earlier.number)
    if older is not None:
        texts, answers = turn.house.texts, loaded(older.answers)
        changed = saying.differences(texts, told.form, answers, told.answers, found.names)
        notes += changed[:_DIFFERENCES] or [texts["reporting.no_difference"]]
    return notes


def _changes(turn: Turn, found: Survey, seen: Seen) -> list[str]:
    """From last year, the great jumps first and marked."""
    texts = turn.house.texts
    lines = []
    for one in seen.changed[:_DIFFERENCES]:
        said = one.say(texts, found.names)
        lines.append(texts.say("review.jump", what=said) if one.is_jump else said)
    rest = len(seen.changed) - len(lines)
    more = [texts.say("review.more_changes", count=rest)] if rest else []
    return [texts["review.changes"], *_dashed(lines), *more]


# --- one that is asked for by name, or that was returned -----------------------------------------


async def told_by(turn: Turn, where: Where, found: Survey, unit: UnitInfo) -> Told | None:
    """What a unit sent, also if it was returned since; None if nothing counts."""
    told = next((one for one in found.gathered.told if one.unit.id == unit.id), None)
    if told is not None:
        return told
    report = await reports.of_unit(turn.tx, unit.id, where.period)
    counted = await reports.version(turn.tx, report.id, report.version) if report else None
    known = await units.listed(turn.tx, on=turn.today)
    there = await place.find(turn.tx, unit, where.period, known=known, today=turn.today)
    if report is None or counted is None or there is None:
        return None
    made_with = await place.as_sent(turn.tx, there, counted)
    return Told(unit, there.name, made_with.form, report, counted, loaded(counted.answers))


async def told_in(turn: Turn, found: Survey, spot: Spot) -> Told | None:
    """The report that was shown, as it is now; None if nothing of it counts any more."""
    told = next((one for one in found.gathered.told if one.report.id == spot.report), None)
    if told is not None:
        return told
    where = spot.where
    report = await report_reviews.find(
        turn.tx, spot.report, commune_id=where.commune, period=where.period
    )
    unit = await units.by_id(turn.tx, report.unit_id, on=turn.today) if report else None
    return await told_by(turn, where, found, unit) if unit else None
