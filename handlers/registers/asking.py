"""What has to be asked before a line can be written, one question at a time (N14)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from handlers import words
from handlers.flow import Outcome, Step, Turn
from handlers.messages import Choice, Outgoing
from handlers.registers import saying
from handlers.registers.flow import flow
from handlers.registers.kinds import FORMS, KINDS, UNUSUAL_MINUTES
from handlers.registers.place import Desk
from handlers.registers.years import year_of_day
from storage import registers
from storage.registers import EntryInfo

_ONCE_A_YEAR: Final = frozenset({"plan", "programme", "launch"})


def step(name: str) -> Step:
    """The step that hears the answer; they live in other files, which ask here."""
    return flow.steps[name]


async def go_on(turn: Turn, desk: Desk, *before: Outgoing) -> Outcome:
    """Ask for the kind, for what is in doubt, for what is missing; then read it all back."""
    draft = desk.draft
    if not draft.kind:
        return _ask_kind(turn, desk)
    if (early := why_early(turn, desk)) is not None:
        return ask(turn, desk.at(draft.without("due")), "due", early)
    columns = [*KINDS[draft.kind].asked, *(["unit"] if "unit" in draft.asked else [])]
    for column in dict.fromkeys(columns):
        if column in draft.asked:
            return _ask_doubt(turn, desk, column, *before)
        if column not in draft.known:
            return ask(turn, desk, column, *before)
        if is_unusual(desk, column):
            return _ask_sure(turn, desk, column)
    return await read_back(turn, desk, *before)


def why_early(turn: Turn, desk: Desk) -> Outgoing | None:
    """Why the day to look again cannot be: it lies before the visit."""
    on, due = desk.draft.known.get("on"), desk.draft.known.get("due")
    if not on or not due or str(due) > str(on):
        return None
    return turn.message("registers.due_early", on=saying.day(turn, date.fromisoformat(str(on))))


# --- the kind, and what can be two things --------------------------------------------------------


def _ask_kind(turn: Turn, desk: Desk) -> Outcome:
    kinds = desk.draft.kinds or desk.kinds
    choices = [Choice(kind, turn.text_of(f"registers.kind_{kind}")) for kind in kinds]
    draft = replace(desk.draft, column="kind").dump()
    return turn.ask("registers.ask_kind", hear=step("which_kind"), choices=choices, draft=draft)


def _ask_doubt(turn: Turn, desk: Desk, column: str, *before: Outgoing) -> Outcome:
    may_be = desk.draft.asked[column][:8]
    named = [Choice(one, _named(turn, desk, column, one)) for one in may_be]
    kind = turn.text_of(f"registers.kind_{desk.draft.kind}")
    return turn.ask(
        _text(turn, f"registers.doubt_{column}", desk.draft.kind),
        hear=step("doubt"),
        choices=[*named, Choice("other", turn.text_of("registers.other"))],
        draft=replace(desk.draft, column=column).dump(),
        before=before,
        kind=kind,
    )


def _named(turn: Turn, desk: Desk, column: str, may_be: str) -> str:
    if column == "unit":
        return desk.names.get(may_be, may_be)
    if column in ("on", "due"):
        return words.say_date(date.fromisoformat(may_be))
    if column == "minutes":
        return _minutes(turn, desk, int(may_be))
    return words.say_number(int(may_be)) if column == "amount" else may_be


def _minutes(turn: Turn, desk: Desk, minutes: int) -> str:
    """Say "Cả 3 buổi là 45 phút", "Mỗi buổi 45 phút, cả 3 buổi là 135 phút"."""
    times = desk.draft.known.get("amount")
    least = min(map(int, desk.draft.asked["minutes"]))
    said = "minutes_together" if minutes == least else "minutes_each"
    return turn.text_of(
        f"registers.{said}",
        times=saying.figure(turn, times if isinstance(times, int) else None),
        each=words.say_number(least),
        whole=words.say_number(minutes),
    )


def is_unusual(desk: Desk, column: str) -> bool:
    """Whether a figure has to be looked at once more (T20)."""
    value = desk.draft.known.get(column)
    if not isinstance(value, int) or column in desk.draft.sure:
        return False
    limit = UNUSUAL_MINUTES if column == "minutes" else KINDS[desk.draft.kind].unusual
    return value > limit


def _ask_sure(turn: Turn, desk: Desk, column: str) -> Outcome:
    return turn.ask(
        "registers.ask_sure",
        hear=step("doubt"),
        choices=("registers.yes", "registers.other"),
        draft=replace(desk.draft, column=column).dump(),
        **sure_of(turn, desk, column),
    )


def sure_of(turn: Turn, desk: Desk, column: str) -> dict[str, Any]:
    """An unusual figure and its column, in words."""
    value = desk.draft.known[column]
    figure = value if isinstance(value, int) else 0
    return {
        "column": saying.column_name(turn, desk.draft.kind, column),
        "figure": words.say_number(figure),
        "words": words.say_number_in_words(figure),
    }


# --- one column ----------------------------------------------------------------------------------


def ask(turn: Turn, desk: Desk, column: str, *before: Outgoing) -> Outcome:
    kind = desk.draft.kind
    is_form = (kind, column) == ("award", "what")
    return turn.ask(
        _text(turn, f"registers.ask_{column}", kind),
        hear=step("count" if column in ("amount", "minutes") else "tell"),
        choices=[f"registers.form_{one}" for one in FORMS] if is_form else _quick(kind, column),
        draft=replace(desk.draft, column=column).dump(),
        before=before,
        kind=turn.text_of(f"registers.kind_{kind}"),
    )


def _quick(kind: str, column: str) -> Sequence[str]:
    """Answers that need no typing."""
    if column == "due":
        return ("registers.none",)
    if column == "number":
        return ("registers.none_there",)
    return ("registers.today",) if column == "on" and kind not in ("plan", "programme") else ()


def _text(turn: Turn, text_id: str, kind: str) -> str:
    """The register's own words for this question, where it has some."""
    own = f"{text_id}_{kind}"
    return own if turn.house.texts.get(own, "") else text_id


# --- before it is written ------------------------------------------------------------------------


async def read_back(turn: Turn, desk: Desk, *before: Outgoing) -> Outcome:
    """All of it line by line, and what stands already (U7)."""
    draft = desk.draft
    known = await _known_already(turn, desk)
    names = desk.names_by_id
    there = [turn.message("registers.there", line=saying.line(turn, one, names)) for one in known]
    return turn.ask(
        "registers.check",
        hear=step("check"),
        choices=("registers.write", "registers.change", "registers.drop"),
        draft=replace(draft, column="").dump(),
        before=(*before, *there[:1]),
        kind=turn.text_of(f"registers.kind_{draft.kind}"),
        rows=saying.told(turn, desk),
    )


async def _known_already(turn: Turn, desk: Desk) -> list[EntryInfo]:
    """Lines of the same unit and kind that may be this very one (T42)."""
    draft = desk.draft
    unit = desk.unit(draft.known.get("unit"))
    unit_id = unit.id if unit and unit.id != draft.commune else None
    on = draft.known.get("on")
    lines = await registers.of_year(turn.tx, draft.commune, year_of(desk))
    return [
        one
        for one in lines
        if (one.register, one.unit_id) == (draft.kind, unit_id)
        and one.id != draft.corrects
        and (draft.kind in _ONCE_A_YEAR or (one.held_on and one.held_on.isoformat() == on))
    ]


def year_of(desk: Desk) -> int:
    """Where the line that is told counts."""
    on = desk.draft.known.get("on")
    return year_of_day(date.fromisoformat(on)) if isinstance(on, str) else desk.draft.year
