"""Sections I and II: who led and reported, then the seven contents of the plan."""

from collections.abc import Iterator
from typing import Final

from handlers.documents.letter_contents import Line
from handlers.office.owing import DUTIES
from handlers.words import say_number
from handlers.yearly.letter.figures import TABLED, lines_of, table_of
from handlers.yearly.letter.writing import Writing

_PARTS: Final = tuple(f"II.{number}" for number in range(1, 8))
_OF_PLANS: Final = ("plan_number", "plan_date")
"""Of each unit's own: they add up to nothing."""
_IN_REGISTERS: Final = ("plan_issued", "launched")
"""Told once, together with what the registers know."""


# --- I -------------------------------------------------------------------------------------------


def leading(writing: Writing) -> list[Line]:
    office = writing.setting("office") or writing.house("office")
    lines = [Line(writing.say("led_by", phong=office))]
    lines += (Line(" ".join(said)) for said in (_plans(writing), _publicity(writing)) if said)
    told_above = _IN_REGISTERS if writing.known.registers.required else ()
    lines += lines_of(writing, "I", but=(*_OF_PLANS, *told_above))
    visits = _visits(writing)
    return [*lines, Line(" ".join(visits))] if visits else lines


def _plans(writing: Writing) -> list[str]:
    known = writing.known.registers
    said = [_said(writing, "plans", known.plans, of=known.required)] if known.required else []
    return said + _counted(writing, "plans_of_others", "programmes", "launches")


def _publicity(writing: Writing) -> list[str]:
    return _counted(writing, "broadcasts", "minutes", "articles", "campaigns")


def _visits(writing: Writing) -> list[str]:
    known = writing.known.registers
    if not known.visits:
        return []
    key = "visits" if known.units_visited else "visits_somewhere"
    said = [_said(writing, key, known.visits, of=known.units_visited)]
    if known.open_follow_ups:
        said.append(_said(writing, "follow_ups", known.open_follow_ups))
    return said


def _counted(writing: Writing, *keys: str) -> list[str]:
    """A sentence for each of these figures of the registers that is not nought."""
    known = writing.known.registers
    return [_said(writing, key, count) for key in keys if (count := getattr(known, key))]


def _said(writing: Writing, key: str, count: int, *, of: int = 0) -> str:
    return writing.say(key, so=say_number(count), tong=say_number(of))


# --- II ------------------------------------------------------------------------------------------


def results(writing: Writing) -> list[Line]:
    """All seven contents; of which nobody told anything, that is said."""
    lines = list(_who_reported(writing))
    for number, part in enumerate(_PARTS, start=1):
        lines.append(Line(f"{number}. {writing.house(f'part_{number}')}", "heading"))
        lines += _part(writing, part)
    if table_of(writing):
        lines.append(Line(writing.say("table_heading"), "heading"))
    return lines


def _part(writing: Writing, part: str) -> Iterator[Line]:
    found = lines_of(writing, part)
    yield from found or [Line(writing.say("no_figures"))]
    if part == TABLED and table_of(writing):
        yield Line(writing.say("see_table"))


def _who_reported(writing: Writing) -> Iterator[Line]:
    """By duty, never mixed in one figure (design §3); exempt ones are not counted."""
    if not writing.gathered.told:
        yield Line(writing.say("reported_nobody"))
        return
    required, requested, encouraged = map(_counts(writing).get, DUTIES)
    said = []
    if required:
        said.append(_said(writing, "reported_required", required[0], of=required[1]))
    if requested:
        said.append(_said(writing, "reported_requested", requested[0], of=requested[1]))
    if encouraged and encouraged[0]:
        said.append(_said(writing, "reported_encouraged", encouraged[0]))
    yield Line(" ".join(said))


def _counts(writing: Writing) -> dict[str, tuple[int, int]]:
    """Duty -> (units with figures here, units that are asked)."""
    gathered = writing.gathered
    told = {one.unit.id for one in gathered.told}
    found = {}
    for duty in DUTIES:
        those = {one.id for one in gathered.asked if one.duty == duty}
        if those:
            found[duty] = (len(those & told), len(those))
    return found
