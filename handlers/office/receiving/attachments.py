"""The evidence and the signed scan of a report, for whoever receives it (T13, P11)."""

from typing import Final

from handlers import files
from handlers.evidence import SCAN
from handlers.flow import Outcome, Turn
from handlers.messages import Choice, Outgoing
from handlers.office.receiving import looking
from handlers.office.receiving.review import Spot, flow, may
from handlers.office.receiving.surveying import survey
from handlers.roles import desk_role
from handlers.yearly.gathering import Told
from storage import audit, report_files
from storage.report_files import ReportFileInfo

_SHOWN: Final = 7
_LETTERS: Final = 40


@flow.step()
async def pick_file(turn: Turn) -> Outcome:
    """Which file; also where the list begins."""
    spot = Spot.load(turn.draft)
    found = await survey(turn.tx, spot.where, today=turn.today) if may(turn, spot.where) else None
    if found is None:
        return turn.say("review.denied").then("menu")
    told = await looking.told_in(turn, found, spot)
    if told is None:
        return await looking.show_next(turn, found, spot, turn.message("review.taken_back"))
    if turn.choice == "back":
        return await looking.show(turn, found, told, spot)
    given = await report_files.of(turn.tx, told.unit.id, spot.where.period)
    chosen = next((one for one in given if str(one.id) == turn.choice), None)
    said = [await _given_out(turn, told, chosen)] if chosen else []
    page = spot.page + 1 if turn.choice == "more" else spot.page
    return _ask_which(turn, told, given, spot, page, *said)


def _ask_which(
    turn: Turn, told: Told, given: list[ReportFileInfo], spot: Spot, page: int, *before: Outgoing
) -> Outcome:
    first = page * _SHOWN if page * _SHOWN < len(given) else 0
    choices = [
        Choice(str(one.id), _label(turn, told, one)) for one in given[first : first + _SHOWN]
    ]
    if len(given) > _SHOWN:
        choices.append(Choice("more", turn.text_of("review.more_files")))
    choices.append(Choice("back", turn.text_of("review.back")))
    draft = {**spot.dump(), "page": first // _SHOWN}
    return turn.ask(
        "review.which_file",
        hear=pick_file,
        choices=choices,
        draft=draft,
        before=before,
        unit=told.name,
        count=len(given),
    )


def _label(turn: Turn, told: Told, file: ReportFileInfo) -> str:
    field = told.form.get(file.field)
    what = turn.text_of("review.scan_file") if file.field == SCAN else field and field.label
    named = f"{what or turn.text_of('review.some_file')}: {file.name}"
    return named if len(named) <= _LETTERS else f"{named[: _LETTERS - 1].rstrip()}…"


async def _given_out(turn: Turn, told: Told, file: ReportFileInfo) -> Outgoing:
    """The file itself; who has seen it stands in the record of acts."""
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=desk_role(turn.actor.grants, told.report.commune_id),
        action="report.file_seen",
        about=f"report_file:{file.id}",
        now=turn.now,
    )
    return files.carrying(turn, "review.file_here", file_id=file.file_id, unit=told.name)
