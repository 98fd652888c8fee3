"""What could be told besides, and the summary before anything is sent (U7)."""

from dataclasses import replace
from typing import Any, Final, cast

from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.reporting import periods, rules, saying
from handlers.reporting.answers import Answer, Answers
from handlers.reporting.asking import practice_mark, step
from handlers.reporting.form import Kind
from handlers.reporting.loading import renewed
from handlers.reporting.place import Place
from handlers.reporting.spot import Work
from storage import report_files

_LISTED: Final = 6


# --- what is told besides ------------------------------------------------------------------------


async def more(turn: Turn, work: Work) -> Outcome:
    """The list of what could be told besides, some at a time."""
    fields = rules.more(work.place.fields, work.answers)
    if not fields:
        return await summary(turn, work)
    first = work.spot.page * _LISTED % max(len(fields), 1)
    first -= first % _LISTED
    listed = [Choice(one.key, one.label) for one in fields[first : first + _LISTED]]
    if len(fields) > _LISTED:
        listed.append(Choice("_rest", turn.text_of("reporting.rest")))
    listed.append(Choice("_done", turn.text_of("reporting.done")))
    spot = replace(work.spot.asking(""), then="more", page=first // _LISTED)
    return turn.ask(
        "reporting.which_more", hear=step("which_more"), choices=listed, draft=spot.dump()
    )


# --- the summary (U7) ----------------------------------------------------------------------------


async def summary(turn: Turn, work: Work, *before: Outgoing) -> Outcome:
    """Everything in numbered lines, what was not understood, and what is still open."""
    work = await renewed(turn, work)
    place, missing = work.place, rules.open_ones(work.place.fields, work.answers)
    answers = await with_evidence(turn, work)
    spot = replace(
        work.spot.asking(""),
        then="summary",
        shown=work.draft.version,
        form=place.form.version,
        files=files_in(place, answers),
    )
    lines = saying.summary(turn.house.texts, place.form, answers, place.names)
    parts = [turn.text_of("reporting.summary", **whose(turn, work)), lines]
    if work.spot.unread:
        unread = "; ".join(f'"{piece}"' for piece in work.spot.unread)
        parts.append(turn.text_of("reporting.unread", unread=unread))
    if missing:
        labels = "; ".join(field.label for field in missing)
        parts.append(turn.text_of("reporting.still_missing", labels=labels))
    shown = Outgoing("\n".join(part for part in parts if part))
    return turn.ask(
        "reporting.check_open" if missing else "reporting.check",
        hear=step("check"),
        choices=_CHECK_OPEN if missing else _CHECK,
        draft=spot.dump(),
        before=(*before, shown),
    )


_CHECK: Final = ("reporting.send", "reporting.edit", "reporting.add", "reporting.later")
_CHECK_OPEN: Final = ("reporting.fill", "reporting.edit", "reporting.add", "reporting.later")


def whose(turn: Turn, work: Work) -> dict[str, Any]:
    title = periods.say_title(turn.house.texts, work.place.period)
    return {"unit": work.place.name, "period": title, "practice": practice_mark(turn, work)}


async def with_evidence(turn: Turn, work: Work) -> dict[str, Answer]:
    """The answers, and the files that were handed in as evidence."""
    fields = [field for field in work.place.form.fields if field.kind is Kind.EVIDENCE]
    if not fields:
        return work.answers
    told = {key: one for key, one in work.answers.items() if key != fields[0].key}
    if work.spot.practice:
        return told
    files = await report_files.of(turn.tx, work.place.unit.id, work.place.period.key)
    ids = [one.id for one in files if one.field == fields[0].key]
    return {**told, fields[0].key: Answer(ids)} if ids else told


def files_in(place: Place, answers: Answers) -> list[int]:
    """Ids of the evidence among the answers."""
    keys = [field.key for field in place.form.fields if field.kind is Kind.EVIDENCE]
    return [one for key in keys if key in answers for one in cast(list[int], answers[key].value)]
