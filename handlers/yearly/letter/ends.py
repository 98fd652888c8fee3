"""Sections IV to VI: difficulties, direction, proposals; and who is missing, without blame.

Units' own words stand here only as an officer picked and wrote them: a difficulty that somebody
typed in a hurry does not go to the province unread.
"""

from collections.abc import Callable, Iterator
from typing import Final

from handlers.documents.letter_contents import Line
from handlers.office.owing import Obligation, Standing
from handlers.reporting.letter.writing import capital
from handlers.words import say_number
from handlers.yearly.letter.examples import awards
from handlers.yearly.letter.figures import lines_of
from handlers.yearly.letter.writing import Writing

_TASKS: Final = ("leading", "learning", "publicity", "awards", "visits")
_ENDS: Final = {2027: "so_ket", 2030: "tong_ket"}  # plan.md §6


def difficulties(writing: Writing) -> list[Line]:
    said = _picked_or_counted(writing, "difficulty", "difficulties")
    return said + lines_of(writing, "IV", but=("difficulties",))


def _picked_or_counted(writing: Writing, kind: str, key: str) -> list[Line]:
    if picked := writing.points(kind):
        return [Line(writing.say(f"{key}_lead")), *picked]
    if count := writing.listed(key):
        return [Line(writing.say(f"{key}_some", so=say_number(count)))]
    total = writing.total(key)
    if total is None or not total.known:  # all blank is not "không có"
        return [Line(writing.house("silent"))]
    return [Line(writing.say(f"{key}_none"))]


def direction(writing: Writing) -> list[Line]:
    """By phase of the plan: what comes in the next years."""
    tasks = list(_TASKS)
    coming = _ENDS.get(writing.next_year)
    if coming and writing.gathered.period.occasion == "annual":
        tasks.append(coming)
    items = (writing.item(writing.say(f"direction_{task}")) for task in tasks)
    lead = Line(writing.say(f"direction_{writing.direction}"))
    return [lead, *(Line(item, "item") for item in items), *lines_of(writing, "V")]


def proposals(writing: Writing) -> list[Line]:
    parts: tuple[tuple[str, Callable[[Writing], list[Line]]], ...] = (
        ("proposals", lambda w: _picked_or_counted(w, "proposal", "proposals")),
        ("awards", lambda w: list(awards(w))),
        ("silent", lambda w: list(silent(w))),
    )
    lines = []
    for number, (key, made) in enumerate(parts, start=1):
        lines.append(Line(f"{number}. {writing.say(f'heading_{key}')}", "heading"))
        lines += made(writing)
    return lines


def silent(writing: Writing) -> Iterator[Line]:
    """Who is asked and has no figures here, by name and reason; nobody who was only invited."""
    by_reason: dict[str, list[str]] = {}
    for one in writing.gathered.silent:
        if not _was_only_invited(one):
            by_reason.setdefault(writing.why_silent(one), []).append(one.name)
    if not by_reason:
        yield Line(writing.say("silent_none"))
        return
    count = sum(map(len, by_reason.values()))
    yield Line(writing.say("silent_lead", so=say_number(count)))
    for reason, names in by_reason.items():
        said = writing.say("silent", reason=capital(reason), units=", ".join(names))
        yield Line(writing.item(said), "item")


def _was_only_invited(one: Obligation) -> bool:
    """A business that did not answer owes nothing."""
    return one.duty == "encouraged" and one.standing in (Standing.OWES, Standing.EXEMPT)
