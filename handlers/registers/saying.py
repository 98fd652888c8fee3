"""How lines of the registers are said: in the lists, one by one, and while they are told."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from handlers import words
from handlers.flow import Turn
from handlers.registers import service
from handlers.registers.kinds import FORMS, KINDS
from handlers.registers.place import Desk
from handlers.registers.reading import Value
from handlers.reporting.letter.writing import one_line
from storage.registers import EntryInfo

_SHORT: Final = 60


def day(turn: Turn, on: date | None) -> str:
    return words.say_short_date(on) if on else turn.text_of("registers.no_day")


def cut(text: str, most: int = _SHORT) -> str:
    return words.cut(one_line(text), most)


def form(turn: Turn, what: str) -> str:
    """Name an award's form: chosen ones by their key, others as they were typed."""
    return turn.text_of(f"registers.form_{what}") if what in FORMS else what


def line(turn: Turn, entry: EntryInfo, names: Mapping[int, str]) -> str:
    """One line of a list: "Xóm 5: kế hoạch số 03/KH-X5, ngày 12/7/2026"."""
    return turn.text_of(
        f"registers.line_{entry.register}",
        unit=owner(turn, entry, names),
        number=entry.number or turn.text_of("registers.no_number"),
        on=day(turn, entry.held_on),
        what=cut(form(turn, entry.what)),
        amount=figure(turn, entry.amount),
        minutes=figure(turn, entry.minutes),
        due=_due(turn, entry),
    )


def owner(turn: Turn, entry: EntryInfo, names: Mapping[int, str]) -> str:
    """Whose line it is; a unit that is no more has lost its name here."""
    if entry.unit_id is None:
        return turn.text_of("registers.commune")
    return names.get(entry.unit_id) or turn.text_of("registers.old_unit")


def _due(turn: Turn, entry: EntryInfo) -> str:
    if entry.due_on is None:
        return ""
    said = "done" if entry.done_at else "due"
    return turn.text_of(f"registers.part_{said}", due=day(turn, entry.due_on))


def figure(turn: Turn, number: int | None) -> str:
    return turn.text_of("registers.unknown") if number is None else words.say_number(number)


def whole(turn: Turn, entry: EntryInfo, names: Mapping[int, str]) -> str:
    """All columns of a line, one under another."""
    unit = _row(turn, entry.register, "unit", owner(turn, entry, names))
    rows = [unit, *_rows(turn, entry.register, service.values_of(entry))]
    if entry.done_at:
        local = entry.done_at.astimezone(turn.house.timezone).date()
        rows.append(turn.text_of("registers.row_done", on=day(turn, local)))
    return "\n".join(rows)


def told(turn: Turn, desk: Desk) -> str:
    """What was told, to be looked at before it is written (U7)."""
    known = desk.draft.known
    code = known.get("unit")
    unit = desk.names.get(str(code), "") or turn.text_of("registers.commune")
    kind = desk.draft.kind
    return "\n".join((_row(turn, kind, "unit", unit), *_rows(turn, kind, known)))


def _rows(turn: Turn, kind: str, values: Mapping[str, Value]) -> list[str]:
    return [
        _row(turn, kind, column, say(turn, kind, column, values[column]))
        for column in KINDS[kind].asked
        if column != "unit" and column in values
    ]


def _row(turn: Turn, kind: str, column: str, value: str) -> str:
    return turn.text_of("registers.row", name=column_name(turn, kind, column), value=value)


def column_name(turn: Turn, kind: str, column: str) -> str:
    """How a column is called in this register: "Số buổi" of broadcasts, "Số người" of awards."""
    own = turn.house.texts.get(f"registers.column_{column}_{kind}", "")
    return own or turn.text_of(f"registers.column_{column}")


def say(turn: Turn, kind: str, column: str, value: Value) -> str:
    """One value as people read it; what is not known is said so."""
    if value is None or value == "":
        return turn.text_of(f"registers.none_{column}")
    if column in ("on", "due"):
        return words.say_date(date.fromisoformat(str(value)))
    if isinstance(value, int):
        figure = words.say_number(value)
        return f"{figure} ({words.say_number_in_words(value)})" if value >= 1000 else figure
    return form(turn, value) if kind == "award" and column == "what" else value
