"""The form as an Excel file: sent to be filled in, read when it comes back, shown like the rest.

What comes is read by a short-lived process (T31); meanwhile the conversation may be elsewhere.
"""

from dataclasses import replace
from typing import Final

from handlers import files
from handlers.flow import Outcome, Turn
from handlers.messages import HandedIn, Outgoing
from handlers.reporting import rules, saying
from handlers.reporting.answers import Answer, Answers, loaded
from handlers.reporting.flow import flow
from handlers.reporting.form import Field
from handlers.reporting.loading import at_hand, draft_of, place_of
from handlers.reporting.message import take_in
from handlers.reporting.place import Place
from handlers.reporting.reading import Told
from handlers.reporting.spot import Spot, Work
from handlers.reporting.summing import summary
from handlers.reporting.workbooks import cells, handed_in, sheet
from handlers.reporting.workbooks.filled import FilledIn, read_filled
from handlers.reporting.workbooks.sheet import Whose
from storage import files as stored

FORM: Final = "form"
"""First word of the purpose of a filled-in form: "form:<unit>:<period>"."""
FORM_READ: Final = "form_read"
_ORDER: Final = "report_form"
_MOST_PROBLEMS: Final = 8
_FREE: Final = frozenset({"", "menu", flow.name})
"""Where a file that comes back may put its own question."""


async def offer(turn: Turn, work: Work) -> Outcome:
    """Have the form made and say where it is handed in; the summary is open beside it."""
    place = work.place
    whose = Whose(place.unit.code, place.name, place.period, place.names.hamlets)
    local = turn.now.astimezone(turn.house.timezone).replace(tzinfo=None, microsecond=0)
    contents = sheet.contents_of(
        turn.house.texts,
        place.form,
        work.answers,
        whose,
        asked=[field.key for field in place.fields],
        made=local,
        sample=turn.house.sample,
    )
    name = f"bieu-{place.unit.code}-{place.period.key.replace('_', '-')}.xlsx"
    message = turn.message("reporting.form_here", unit=place.name)
    turn.order(_ORDER, contents, name=name, message=message)
    whose_it_is = f"{FORM}:{place.unit.id}:{place.period.key}:{place.source}"
    asking = await files.asking(turn, purpose=whose_it_is)
    return await summary(turn, work, turn.message("reporting.form_coming"), asking)


# --- what came -----------------------------------------------------------------------------------


async def uploaded(turn: Turn, handed: HandedIn) -> Outcome:
    """A filled-in form: read beside the turns, whatever is being talked about."""
    return await handed_in.have_read(turn, handed, as_=FORM_READ, texts="reporting.form_")


async def came_back(turn: Turn, handed: HandedIn) -> Outcome:
    """The cells of the form: into the draft, and shown as everything else is."""
    _, unit, period, source = [*handed.purpose.split(":"), "", "", "unit"][:4]
    place = await place_of(turn, int(unit), period, source) if unit.isdecimal() else None
    body = await stored.read(turn.tx, handed.file)
    if place is None or body is None:
        return turn.aside("reporting.gone")
    work = await _work(turn, place)
    told = read_filled(
        cells.loaded(body.body),
        form=place.form,
        unit_code=place.unit.code,
        period_key=place.period.key,
        today=turn.today,
        hamlets=place.names.hamlets,
        known=work.answers,
    )
    if not told.belongs:
        return Outcome(tuple(_shown(turn, _problems(turn, told))), aside=True)
    return await _taken(turn, work, told)


async def _work(turn: Turn, place: Place) -> Work:
    spot = Spot(unit=place.unit.id, period=place.period.key, source=place.source, then="summary")
    return await at_hand(turn, place, spot)


async def _taken(turn: Turn, work: Work, told: FilledIn) -> Outcome:
    """What stands in the file replaces the draft's; a cell left blank makes its field blank."""
    emptied = work.with_answers(dict.fromkeys(told.blank))
    work = replace(emptied, draft=replace(emptied.draft, via="file"))
    asked = await take_in(turn, work, Told(answers=dict(told.answers)))
    if turn.state.flow not in _FREE:  # something else is being asked: it goes on
        said = _shown(turn, [*_problems(turn, told), *await _not_kept(turn, work, told)])
        waits = turn.message("reporting.form_waits", unit=work.place.name)
        return Outcome((*said, waits), aside=True)
    said = [turn.message("reporting.form_read"), *_shown(turn, _problems(turn, told))]
    return replace(asked, messages=(*said, *asked.messages))


async def _not_kept(turn: Turn, work: Work, told: FilledIn) -> list[Outgoing]:
    """Why figures of the file are not in the draft; nobody is asked about them now."""
    draft = await draft_of(turn, work.place, practice=False)
    kept = loaded(draft.answers) if draft else {}
    said = []
    for key, answer in told.answers.items():
        field = work.place.form.get(key)
        if field is None or kept.get(key) == answer:
            continue
        if field not in work.place.fields:
            said.append(turn.message("reporting.held_elsewhere", label=field.label))
            continue
        typed = saying.say(turn.house.texts, field, answer, work.place.names)
        why = _why(turn, work.place, field, answer, {k: kept[k] for k in kept if k != key})
        said.append(turn.message("reporting.not_taken", label=field.label, told=typed, why=why))
    return said


def _why(turn: Turn, place: Place, field: Field, answer: Answer, others: Answers) -> str:
    verdict = rules.judge(
        field,
        answer,
        form=place.form,
        answers=others,
        people=place.people,
        last_year=place.last_year.get(field.key),
    )
    return turn.text_of(verdict.text_id, **verdict.values) if verdict else ""


def _problems(turn: Turn, told: FilledIn) -> list[Outgoing]:
    """Every cell that was not read, with its row."""
    return [Outgoing(one.said(turn.house.texts)) for one in told.problems]


def _shown(turn: Turn, problems: list[Outgoing]) -> list[Outgoing]:
    """A few of them, and how many more there are."""
    more = len(problems) - _MOST_PROBLEMS
    last = [turn.message("reporting.form_more", count=more)] if more > 0 else []
    return [*problems[:_MOST_PROBLEMS], *last]
