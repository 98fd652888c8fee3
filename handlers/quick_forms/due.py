"""Quick forms as reminders: to the units that were asked and have not answered."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from handlers.flow import Scene
from handlers.messages import Outgoing
from handlers.quick_forms import telling
from handlers.quick_forms.work import tally_of
from handlers.reminding.due import Due
from handlers.reminding.ladders import Ladder, Rung, ladder_of, stages
from handlers.units.reminders import rules_of
from handlers.words import say_date
from storage import quick_forms, units
from storage.quick_forms import FormInfo

_RUNGS: Final = (Rung(2), Rung(0))
"""It was sent when it was made, and is short: it is asked for twice more."""


@dataclass(frozen=True, slots=True)
class FormDue(Due):
    """A form that a unit has not answered."""

    form: FormInfo

    async def message(self, scene: Scene) -> Outgoing:
        lead = scene.text_of("quick_forms.nudge_lead")
        return telling.notice_of(scene, self.form, self.unit, self.name, lead)

    async def line(self, scene: Scene) -> str:
        return scene.text_of(
            "reminding.line_form",
            unit=self.name,
            title=self.form.title,
            due=say_date(self.last_day),
        )

    def label(self, scene: Scene) -> str:
        return scene.text_of("reminding.do_form", unit=self.name)

    def values(self, scene: Scene) -> Mapping[str, str]:  # noqa: ARG002 - as other kinds need it
        return {"unit": self.name, "period": self.form.title, "due": say_date(self.last_day)}


async def forms(scene: Scene, commune_id: int) -> list[Due]:
    """Every open form with every unit that has not answered it."""
    settings = await units.settings_of(scene.tx, commune_id)
    days_off = rules_of(settings).days_off
    open_ones = [
        form for form in await quick_forms.of_communes(scene.tx, [commune_id]) if form.is_open
    ]
    return [due for form in open_ones for due in await _of(scene, form, days_off)]


async def _of(scene: Scene, form: FormInfo, days_off: Collection[date]) -> list[Due]:
    missing = {line.unit: line.name for line in (await tally_of(scene, form)).missing}
    made_on = form.made_at.astimezone(scene.house.timezone).date()
    rungs = [rung for rung in _RUNGS if form.due_on - timedelta(days=rung.before) > made_on]
    found: list[Due] = []
    for unit in await units.listed(scene.tx, on=scene.today):
        if unit.id not in missing:
            continue
        # Whoever has no duty is asked by the form alone, as kindly as a body.
        ladder = ladder_of(unit.duty, unit.kind) or Ladder.BODIES
        climbed = stages(
            form.due_on, ladder, zone=scene.house.timezone, rungs=rungs, days_off=days_off
        )
        about = f"quick:{form.id}"
        found.append(FormDue(about, unit, missing[unit.id], ladder, climbed, form.due_on, form))
    return found
