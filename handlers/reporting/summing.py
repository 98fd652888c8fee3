"""What could be told besides, and the summary before anything is sent (U7)."""

from dataclasses import replace
from typing import Any, Final, cast

from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.reporting import periods, rules, saying
from handlers.reporting.answers import Answer, Answers
from handlers.reporting.asking import practice_mark, step
from handlers.reporting.loading import evidence_keys, renewed, with_files
from handlers.reporting.place import Place
from handlers.reporting.spot import Work

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
    """The answers, and the files that were handed in as evidence; a practice report has none."""
    if work.spot.practice:
        return {k: one for k, one in work.answers.items() if k not in evidence_keys(work.place)}
    return await with_files(turn, work.place, work.answers)


def files_in(place: Place, answers: Answers) -> list[int]:
    """Ids of the evidence among the answers."""
    keys = evidence_keys(place)
    return [one for key in keys if key in answers for one in cast(list[int], answers[key].value)]
