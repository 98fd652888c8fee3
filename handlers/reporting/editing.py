"""An officer changes a report form without code: it goes out as a workbook and comes back (§5).

What comes back is checked strictly: every mistake is named at once, and nothing is used before
somebody has said yes to the changes.
"""

from typing import Any, Final

from handlers import files
from handlers.flow import Flow, Outcome, Turn
from handlers.messages import MAX_CHOICES, Choice, HandedIn, Outgoing
from handlers.reporting.form import Form
from handlers.reporting.forms import built_in
from handlers.reporting.workbooks import cells, handed_in, workbook
from handlers.reporting.workbooks.edited import read_edited
from handlers.roles import DESK, communes_of, desk_role
from storage import audit, report_forms, units
from storage import files as stored

flow = Flow("forms", allow=DESK, words=("sửa biểu báo cáo", "mẫu biểu báo cáo", "biểu báo cáo"))
EDIT: Final = "form_edit"
"""First word of the purpose: "form_edit:<commune>:<form>"."""
EDIT_READ: Final = "form_edited"
_ORDER: Final = "form_editing"
_MOST_PROBLEMS: Final = 10


@flow.entry
async def begin(turn: Turn) -> Outcome:
    choices = [Choice(form.key, form.title) for form in built_in().values()]
    return turn.ask("forms.which", hear=which, choices=choices)


@flow.step()
async def which(turn: Turn) -> Outcome:
    """The form; whose, where somebody is an officer of two communes (A3)."""
    communes = communes_of(turn.actor.grants, *DESK)
    if len(communes) == 1:
        return await _sent_out(turn, communes[0], turn.choice)
    names = {one: await _name_of(turn, one) for one in communes[:MAX_CHOICES]}
    choices = [Choice(str(one), name) for one, name in names.items()]
    draft = {"form": turn.choice}
    return turn.ask("forms.which_commune", hear=commune, choices=choices, draft=draft)


@flow.step()
async def commune(turn: Turn) -> Outcome:
    whose, key = int(turn.choice), str(turn.draft.get("form", ""))
    if whose not in communes_of(turn.actor.grants, *DESK) or key not in built_in():
        return turn.say("forms.gone").then("menu")
    return await _sent_out(turn, whose, key)


async def _name_of(turn: Turn, whose: int) -> str:
    """The name of a commune, as its settings have it."""
    settings = await units.settings_of(turn.tx, whose)
    unit = await units.by_id(turn.tx, whose, on=turn.today)
    return str(settings.get("name") or (unit.name if unit else whose))


async def _titled(turn: Turn, form: Form, whose: int) -> str:
    """What the form is called, with its commune where that could be another one."""
    if len(communes_of(turn.actor.grants, *DESK)) == 1:
        return form.title
    return f"{form.title} - {await _name_of(turn, whose)}"


async def _sent_out(turn: Turn, whose: int, key: str) -> Outcome:
    """The workbook of one form, and where the changed one is handed in."""
    form = await _newest(turn, whose, key)
    local = turn.now.astimezone(turn.house.timezone).replace(tzinfo=None, microsecond=0)
    contents = workbook.contents_of(turn.house.texts, form, made=local, sample=turn.house.sample)
    message = turn.message("forms.here", form=await _titled(turn, form, whose))
    turn.order(_ORDER, contents, name=f"mau-{form.key.replace('_', '-')}.xlsx", message=message)
    asking = await files.asking(turn, purpose=f"{EDIT}:{whose}:{form.key}")
    return Outcome((turn.message("forms.coming"), asking)).then("menu")


async def _newest(turn: Turn, commune: int, key: str) -> Form:
    own = (await report_forms.newest(turn.tx, commune)).get(key)
    return Form.model_validate(own) if own is not None else built_in()[key]


# --- what came back ------------------------------------------------------------------------------


@flow.receive(EDIT)
async def uploaded(turn: Turn, handed: HandedIn) -> Outcome:
    return await handed_in.have_read(turn, handed, as_=EDIT_READ, texts="reporting.form_")


@flow.receive(EDIT_READ)
async def came_back(turn: Turn, handed: HandedIn) -> Outcome:
    _, whose, key = [*handed.purpose.split(":"), "", ""][:3]
    body = await stored.read(turn.tx, handed.file)
    mine = communes_of(turn.actor.grants, *DESK)
    if body is None or key not in built_in() or not whose.isdecimal() or int(whose) not in mine:
        return turn.aside("forms.gone")
    base = await _newest(turn, int(whose), key)
    taken = await report_forms.keys_ever(turn.tx, int(whose), key)
    made = read_edited(cells.loaded(body.body), base, turn.house.texts, taken=taken)
    if isinstance(made, Form):
        draft = {"commune": int(whose), "form": key}
        title = await _titled(turn, made, int(whose))
        return _ask_whether_to_use(turn, title, base, made, draft)
    lines = [Outgoing(f"{one.where}: {one.what}") for one in made[:_MOST_PROBLEMS]]
    last = turn.message("forms.problems", count=len(made))
    return Outcome((*lines, last), aside=True)


def _ask_whether_to_use(
    turn: Turn, title: str, base: Form, made: Form, draft: dict[str, Any]
) -> Outcome:
    """What is new, gone and different, before it is used."""
    old, new = ({field.key: field for field in form.fields} for form in (base, made))
    added = [one.label for key, one in new.items() if key not in old]
    dropped = [one.label for key, one in old.items() if key not in new]
    changed = [one.label for key, one in new.items() if key in old and old[key] != one]
    nothing = turn.text_of("forms.nothing")
    return turn.ask(
        "forms.use",
        hear=use,
        choices=("forms.not_yet", "forms.use_it"),
        draft={**draft, "made": made.model_dump(mode="json")},
        form=title,
        added="; ".join(added) or nothing,
        dropped="; ".join(dropped) or nothing,
        changed="; ".join(changed) or nothing,
    )


@flow.step(exact=("use_it",), no="not_yet")
async def use(turn: Turn) -> Outcome:
    """Kept as the next version, if nobody was faster; drafts go on with the new questions."""
    whose, key = int(turn.draft.get("commune", 0)), str(turn.draft.get("form", ""))
    if turn.choice != "use_it":
        return turn.say("forms.left").then("menu")
    if whose not in communes_of(turn.actor.grants, *DESK) or key not in built_in():
        return turn.say("forms.gone").then("menu")
    made = Form.model_validate(turn.draft["made"])
    base = await _newest(turn, whose, key)
    if made.version != base.version + 1:
        return turn.say("forms.changed_meanwhile").then("menu")
    await report_forms.add(
        turn.tx,
        whose,
        key,
        version=made.version,
        definition=made.model_dump(mode="json"),
        by=turn.actor.person_id,
        now=turn.now,
    )
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=desk_role(turn.actor.grants, whose),
        action="form.changed",
        about=f"form:{whose}:{key}",
        now=turn.now,
        before={"version": base.version},
        after={"version": made.version},
    )
    title = await _titled(turn, made, whose)
    return turn.say("forms.used", form=title).then("menu")
