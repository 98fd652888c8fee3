"""What is being answered: a form, a unit, and what was said of it so far (A3, T13)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers import places
from handlers.flow import Scene, Turn
from handlers.quick_forms import service
from handlers.quick_forms.form import (
    Answer,
    Questions,
    load_answers,
    load_questions,
    store_answers,
)
from handlers.quick_forms.tally import Tally, line_of
from storage import quick_forms, roles, units
from storage.quick_forms import AnswerInfo, FormInfo
from storage.units import UnitInfo


@dataclass(slots=True)
class Work:
    form: FormInfo
    questions: Questions
    unit: UnitInfo
    name: str
    """A name no other unit of the commune has."""
    source: str
    """"unit", or "phone" and "paper" where the desk enters it."""
    counted: AnswerInfo | None
    """What stands for the unit now."""
    base: int = 0
    """The number of what the person was shown as standing; 0 for nothing."""
    answers: dict[int, Answer] = field(default_factory=dict)
    doubts: dict[int, tuple[Answer, ...]] = field(default_factory=dict)
    at: int = -1
    """Place of the question that is open; -1 for all at once."""

    @property
    def standing(self) -> Mapping[int, Answer]:
        return load_answers(self.counted.answers) if self.counted else {}

    def draft(self) -> dict[str, Any]:
        return {
            "form": self.form.id,
            "unit": self.unit.id,
            "source": self.source,
            "base": self.base,
            "at": self.at,
            "answers": store_answers(self.answers),
            "doubts": [[at, store_answers(dict(enumerate(c)))] for at, c in self.doubts.items()],
        }


async def opened(turn: Turn, form_id: int, unit_id: int, *, source: str) -> Work | str:
    """All about one unit's answer to an open form, or the text id of why there is none.

    Missing and forbidden are the same to whoever asks (T13).
    """
    found = await _found(turn, form_id, unit_id, source)
    if found is None:
        return "quick_forms.not_found"
    return found if found.form.is_open else "quick_forms.is_closed"


async def _found(turn: Turn, form_id: int, unit_id: int, source: str) -> Work | None:
    form = await quick_forms.find_asked(turn.tx, form_id, unit_id)
    unit = await _permitted(turn, form, unit_id, source) if form else None
    if form is None or unit is None:
        return None
    counted = await quick_forms.newest(turn.tx, form.id, unit.id)
    known = await units.listed(turn.tx, on=turn.today)
    names = places.shown([one for one in known if one.commune_id == form.commune_id])
    questions = load_questions(form.questions)
    base = counted.number if counted else 0
    return Work(form, questions, unit, names.get(unit.code, unit.name), source, counted, base)


async def _permitted(turn: Turn, form: FormInfo, unit_id: int, source: str) -> UnitInfo | None:
    if source == "unit":
        known = await service.mine(turn.tx, turn.actor, today=turn.today)
    elif form.commune_id in await service.desks(turn.tx, turn.actor):
        known = await units.listed(turn.tx, on=turn.today)
    else:
        return None
    mine = (one for one in known if one.id == unit_id and one.commune_id == form.commune_id)
    return next(mine, None)


async def loaded(turn: Turn) -> Work | None:
    """What the draft of this conversation is about, with the rights of this moment.

    A form that was closed meanwhile is still there: saving refuses it (T41).
    """
    draft = turn.draft
    try:
        place = (int(draft["form"]), int(draft["unit"]), str(draft["source"]))
        answers = load_answers(draft["answers"])
        doubts = {int(at): tuple(load_answers(c).values()) for at, c in draft["doubts"]}
    except (KeyError, ValueError, TypeError):  # of a release before, or of nothing
        return None
    work = await _found(turn, *place)
    if work is not None:
        work.answers, work.doubts = answers, doubts
        work.base, work.at = int(draft.get("base", 0)), int(draft.get("at", -1))
    return work


async def tally_of(scene: Scene, form: FormInfo) -> Tally:
    """Everybody who was asked, in the order of the commune's list, with what came."""
    asked = await quick_forms.units_of(scene.tx, form.id)
    known = [
        one
        for one in await units.listed(scene.tx, on=scene.today)
        if one.commune_id == form.commune_id
    ]
    names = places.shown(known)
    there = {one.id: (one.id, one.code, names[one.code]) for one in known}
    gone = [one for one in asked if one not in there]
    for unit_id in gone:
        place = await roles.place(scene.tx, unit_id)
        if place is not None:
            there[unit_id] = (place.id, place.code, place.name)
    newest = await quick_forms.all_newest(scene.tx, form.id)
    first = await quick_forms.first_sent(scene.tx, form.id)
    lines = [
        line_of(
            unit,
            exists=unit_id not in gone,
            newest=newest.get(unit_id),
            first_at=first.get(unit_id),
            due_on=form.due_on,
            zone=scene.house.timezone,
        )
        for unit_id, unit in there.items()
        if unit_id in asked
    ]
    return Tally(form, load_questions(form.questions), tuple(lines))
