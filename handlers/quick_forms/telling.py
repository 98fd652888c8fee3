"""Who hears of a form and of its answers, once each (T19, R13)."""

from collections.abc import Mapping, Sequence
from typing import Final

from handlers import reach
from handlers.flow import Scene, Turn
from handlers.messages import Notice, Outgoing
from handlers.office.chasing.nudging import is_quiet, wakes_at
from handlers.office.reporters import NOBODY, Reporters, reporters
from handlers.quick_forms import saying
from handlers.quick_forms.form import load_questions
from handlers.quick_forms.work import Work
from handlers.roles import DESK, once_each
from storage import roles
from storage.quick_forms import FormInfo
from storage.units import UnitInfo

ANSWERS: Final = "quick_answers"
"""Name of the flow of whoever answers."""
_NOTICE: Final = ("quick_forms.answer_now", "quick_forms.answer_later")


def notice_of(scene: Scene, form: FormInfo, unit: UnitInfo, name: str, lead: str = "") -> Outgoing:
    """The form as a unit reads it, with "Trả lời / Để sau"."""
    text = saying.body(scene, name, form.title, load_questions(form.questions), form.due_on)
    choices = scene.message("quick_forms.answer_now", choices=_NOTICE).choices
    notice = Notice(ANSWERS, "take_up", f"{form.id}:{unit.id}")
    return Outgoing(f"{lead}\n{text}" if lead else text, choices=choices, notice=notice)


async def tell_units(
    turn: Turn, form: FormInfo, asked: Sequence[UnitInfo], names: Mapping[str, str]
) -> int:
    """Tell all who report for a unit and can be reached, once a unit and person; units reached.

    At night they hear it in the morning (U11).
    """
    there = await reporters(turn, form.commune_id)
    later = wakes_at(turn) if is_quiet(turn) else None
    for unit in asked:
        message = notice_of(turn, form, unit, names.get(unit.code, unit.name))
        for person in there.get(unit.id, NOBODY).ready:
            key = f"quick:{form.id}:{unit.id}:{person}"
            turn.tell(person, message, key=key, not_before=later)
    return sum(bool(there.get(unit.id, NOBODY).ready) for unit in asked)


def lost_of(turn: Turn, there: Mapping[int, Reporters], unit_ids: Sequence[int]) -> dict[int, str]:
    """Unit id -> why nobody there can be told."""
    reasons = {unit: there.get(unit, NOBODY).lost(turn) for unit in unit_ids}
    return {unit: why for unit, why in reasons.items() if why}


async def tell_colleagues(turn: Turn, work: Work, number: int) -> int:
    """The others who report for the unit hear what was answered for it (T19); how many can."""
    held = await roles.holding(turn.tx, work.form.commune_id, ("head", "reporter"))
    others = [
        one
        for one in held
        if one.unit_id == work.unit.id and one.canonical_id != turn.actor.canonical_id
    ]
    said = turn.message(
        f"quick_forms.told_{work.source}",
        who=turn.actor.name or turn.text_of("quick_forms.somebody"),
        unit=work.name,
        title=work.form.title,
        said=saying.in_short(turn, work.questions, work.answers),
    )
    persons = once_each(others)
    for person in persons:
        turn.tell(person, said, key=f"quick:{work.form.id}:{work.unit.id}:{number}:{person}")
    return await _reached(turn, persons)


async def _reached(turn: Turn, persons: Sequence[int]) -> int:
    return len(persons) - len(await reach.unreachable(turn, persons))


async def tell_closed(turn: Turn, work: Work) -> int:
    """The office hears what came when the form was closed already (T41); how many there can."""
    desk = await roles.holding(turn.tx, work.form.commune_id, tuple(DESK))
    said = turn.message(
        "quick_forms.came_too_late",
        unit=work.name,
        title=work.form.title,
        said=saying.in_short(turn, work.questions, work.answers),
    )
    persons = once_each(one for one in desk if one.canonical_id != turn.actor.canonical_id)
    for person in persons:
        key = f"quick:{work.form.id}:{work.unit.id}:closed:{turn.now.isoformat()}:{person}"
        turn.tell(person, said, key=key)
    return await _reached(turn, persons)
