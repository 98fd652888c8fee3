"""How many questions of a report a unit has still before it, as a reminder says it (design §5)."""

from collections.abc import Iterable, Mapping

from handlers.flow import Scene
from handlers.office.chasing.owed import Owed
from handlers.office.owing import Obligation, Standing
from handlers.reporting import rules
from handlers.reporting.answers import loaded
from handlers.reporting.form import Form
from handlers.reporting.forms import built_in
from handlers.reporting.place import form_key
from storage import report_drafts, report_forms


async def questions(scene: Scene, owed: Owed, whom: Iterable[Obligation]) -> Mapping[int, int]:
    """Unit id -> how many, for those that have sent nothing and that a message reaches.

    What somebody there has answered already is taken off; what the year's book will fill in is
    not, as that would be many readings for each unit: it is about so many.
    """
    own = await report_forms.newest(scene.tx, owed.spot.commune)
    forms: dict[str, Form] = {}
    left = {}
    for one in whom:
        key, who = form_key(one.unit), owed.who(one.unit.id)
        if key is None or one.standing is not Standing.OWES or not (who.ready or who.on_page):
            continue
        if key not in forms:
            told = Form.model_validate(own[key]) if key in own else built_in()[key]
            forms[key] = told.on(year=owed.period.year, occasion=owed.period.occasion)
        left[one.unit.id] = await _left(scene, owed, one, forms[key])
    return left


async def _left(scene: Scene, owed: Owed, one: Obligation, form: Form) -> int:
    drafts = await report_drafts.of_others(
        scene.tx,
        (),
        unit_id=one.unit.id,
        period=owed.period.key,
        since=scene.now - report_drafts.KEEP,
    )
    holders = owed.who(one.unit.id).holders
    theirs = {person for held in holders for person in (held.person_id, held.canonical_id)}
    newest = next((draft for draft in drafts if draft.person_id in theirs), None)
    fields = rules.asked_of(form, one.unit.code, owed.settings.get("holders") or {})
    return len(rules.open_ones(fields, loaded(newest.answers) if newest else {}))
