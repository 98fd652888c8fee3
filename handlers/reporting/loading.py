"""The report somebody is at, with the rights of this very moment (A3, T13)."""

from dataclasses import replace

from handlers.flow import Outcome, Turn
from handlers.reporting import book, place, rules
from handlers.reporting.answers import Answer, Answers, loaded, stored
from handlers.reporting.form import Field, Kind
from handlers.reporting.place import Place
from handlers.reporting.spot import Spot, Work
from storage import report_drafts, report_files, reports, units
from storage.report_drafts import DraftInfo
from storage.roles import persons_of


async def place_of(turn: Turn, unit_id: int, period: str, source: str = "unit") -> Place | None:
    """None if this person may not report, or not enter, for that unit now; or no such period."""
    if source == "unit":
        mine = await place.reporting_units(turn.tx, turn.actor, on=turn.today)
        known = await units.listed(turn.tx, on=turn.today)
    else:
        known = await place.units_of_period(turn.tx, unit_id, period, today=turn.today)
        mine = place.entered(turn.actor, known)
    unit = next((one for one in mine if one.id == unit_id), None)
    if unit is None:
        return None
    return await place.find(turn.tx, unit, period, known=known, today=turn.today, source=source)


async def load(turn: Turn) -> Work | None:
    """What the open question is about; None if it cannot be gone on with (see `gone`)."""
    spot = Spot.load(turn.draft)
    found = await place_of(turn, spot.unit, spot.period, spot.source)
    draft = await draft_of(turn, found, practice=spot.practice) if found else None
    return Work(found, draft, spot) if found and draft else None


async def draft_of(turn: Turn, found: Place, *, practice: bool) -> DraftInfo | None:
    return await report_drafts.find(
        turn.tx,
        await persons_of(turn.tx, turn.actor.canonical_id),
        unit_id=found.unit.id,
        period=found.period.key,
        practice=practice,
    )


async def at_hand(turn: Turn, found: Place, spot: Spot) -> Work:
    """The draft this human has, with what is known by now; else one of what counts (U6)."""
    draft = await draft_of(turn, found, practice=spot.practice)
    if draft is not None and has_content(draft):
        return await renewed(turn, Work(found, draft, spot))
    report = await reports.of_unit(turn.tx, found.unit.id, found.period.key)
    answers = await from_book(turn, found)
    if report is None or not report.version or spot.practice:
        return await begun(turn, found, base=0, answers=answers, spot=spot)
    counted = await reports.version(turn.tx, report.id, report.version)
    told = {
        k: one for k, one in loaded(counted.answers if counted else {}).items() if not one.source
    }
    return await begun(turn, found, base=report.version, answers={**answers, **told}, spot=spot)


def has_content(draft: DraftInfo) -> bool:
    """Whether anything was told in it, not only filled in by the house."""
    told = loaded(draft.answers).values()
    return bool(draft.passed.get("keys")) or any(not one.source for one in told)


async def begun(
    turn: Turn, found: Place, *, base: int, answers: dict[str, Answer], spot: Spot
) -> Work:
    """A fresh draft of these answers, over older ones of this human."""
    await drop_draft(turn, found, practice=spot.practice)
    await report_drafts.begin(
        turn.tx,
        person_id=turn.actor.person_id,
        unit_id=found.unit.id,
        form=found.form.key,
        period=found.period.key,
        practice=spot.practice,
        answers=stored(answers),
        base=base,
        now=turn.now,
    )
    draft = await draft_of(turn, found, practice=spot.practice)
    assert draft is not None  # noqa: S101 - for the type checker: written above
    return Work(found, draft, spot)


async def drop_draft(turn: Turn, found: Place, *, practice: bool) -> None:
    await report_drafts.drop(
        turn.tx,
        await persons_of(turn.tx, turn.actor.canonical_id),
        unit_id=found.unit.id,
        period=found.period.key,
        practice=practice,
    )


async def saved(turn: Turn, work: Work) -> Work:
    """The same work, its draft written."""
    written = await report_drafts.save(turn.tx, work.draft, now=turn.now)
    if written is None:  # cannot be: turns of one human wait for one another
        raise RuntimeError("a draft changed within a turn of its own person")
    return replace(work, draft=replace(work.draft, version=written))


async def renewed(turn: Turn, work: Work) -> Work:
    """What book and holders have by now stands in for what they had; what was told stays."""
    before = work.answers
    known = await from_book(turn, work.place)
    news: dict[str, Answer | None] = {
        key: answer
        for key, answer in known.items()
        if key not in before or (before[key].source and before[key] != answer)
    }
    news |= {key: None for key, one in before.items() if one.source and key not in known}
    return await saved(turn, work.with_answers(news)) if news else work


async def from_book(turn: Turn, found: Place) -> dict[str, Answer]:
    """What the house knows of this unit's year already."""
    return await book.known(
        turn.tx,
        found,
        catalogue=turn.house.lessons,
        now=turn.now,
        zone=turn.house.timezone,
    )


def evidence_keys(found: Place) -> list[str]:
    return [field.key for field in found.form.fields if field.kind is Kind.EVIDENCE]


async def with_files(turn: Turn, found: Place, answers: Answers) -> dict[str, Answer]:
    """The answers with exactly the evidence that is there by now."""
    keys = evidence_keys(found)
    told = {key: one for key, one in answers.items() if key not in keys}
    files = await report_files.of(turn.tx, found.unit.id, found.period.key) if keys else []
    for key in keys:
        if ids := [one.id for one in files if one.field == key]:
            told[key] = Answer(ids)
    return told


def field_of(work: Work) -> Field | None:
    """The field that is being asked; None if the form has it no longer."""
    field = work.place.form.get(work.spot.key)
    return field if field is not None and rules.applies(field, work.answers) else None


def gone(turn: Turn) -> Outcome:
    """The right has ended, or the draft is not there any more."""
    return turn.say("reporting.gone").then("menu")
