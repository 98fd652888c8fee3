"""What a workbook of a past year came to, line by line, and the question what becomes of it (T53).

Nothing is a report yet: what was read waits in its own row, and is compared with what counts each
time that it is shown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from handlers import files
from handlers.flow import Turn
from handlers.messages import Choice, Outgoing, in_messages
from handlers.reporting import saying
from handlers.reporting.answers import Answer
from handlers.reporting.form import Field
from handlers.reporting.saying import Names
from handlers.yearly import past_comparing, past_template
from handlers.yearly.past_comparing import Change, Comparison, What
from handlers.yearly.past_flow import SHEET, flow
from handlers.yearly.past_rows import MOST_FAULTS, Fault, Read
from handlers.yearly.past_writing import Own, chosen
from handlers.yearly.past_year import Year
from storage import figure_imports
from storage.figure_imports import ImportInfo

CHECK: Final = "past_check"
"""The kind of order of the list of all that is wrong."""
_MOST_LINES: Final = 8
_MOST_NAMES: Final = 15
_FREE: Final = frozenset({"", "menu", flow.name})
"""Where the question may be put at once."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is said about an import, and what may be written of it."""

    messages: tuple[Outgoing, ...]
    keep: int
    """Units that would be written while what units sent themselves stays."""
    own: int
    """Units whose own figures differ."""


def is_free(turn: Turn) -> bool:
    return turn.state.flow in _FREE


def kept_of(read: Read, year: Year) -> dict[str, Any]:
    """What is stored of a workbook that was read."""
    return past_comparing.to_rows(read, year) | {
        "faults": [asdict(one) for one in read.faults[:MOST_FAULTS]],
        "fault_count": len(read.faults),
        "empty": read.empty,
        "ignored": list(read.ignored[:20]),
        "base": {},
    }


async def show(turn: Turn, found: ImportInfo, year: Year) -> Shown:
    """Compare it with what counts now; what was compared is what may be written (T42)."""
    compared = await past_comparing.compare(turn.tx, year, found.rows)
    rows = {**found.rows, "base": dict(compared.base)}
    await figure_imports.renew(turn.tx, found.id, rows)
    faults = [Fault(**one) for one in rows["faults"]] + list(compared.faults)
    faults.sort(key=lambda one: (one.row, one.column))
    messages = list(_messages(turn, year, rows, compared, faults))
    differing = compared.of(What.OWN)
    if len(faults) > _MOST_LINES or len(list(_differences(turn, year, differing))) > _MOST_LINES:
        _order_list(turn, year, rows, compared, faults)
        messages.append(turn.message("past.list_coming"))
    keep = len(chosen(compared, Own.KEEP))
    return Shown(tuple(messages), keep, len(differing))


def choices(turn: Turn, shown: Shown) -> list[Choice]:
    """The safe one first; never more is written than its words say."""
    made = [Choice("not_yet", turn.text_of("past.not_yet"))]
    if shown.keep:
        words = "past.write_keeping" if shown.own else "past.write"
        made.append(Choice(Own.KEEP, turn.text_of(words, count=shown.keep)))
    if shown.own:
        count = shown.keep + shown.own
        made.append(Choice(Own.REPLACE, turn.text_of("past.replace", count=count, own=shown.own)))
    return made


async def hand_in_again(turn: Turn, year: Year) -> Outgoing:
    """Where the mended workbook is handed in."""
    return await files.asking(turn, purpose=f"{SHEET}:{year.commune.id}:{year.period.key}")


# --- the messages --------------------------------------------------------------------------------


def _messages(
    turn: Turn,
    year: Year,
    rows: Mapping[str, Any],
    compared: Comparison,
    faults: Sequence[Fault],
) -> Iterator[Outgoing]:
    yield from _summary(turn, year, rows, compared)
    if faults:
        count = rows["fault_count"] + len(compared.faults)
        lines = [place_of(turn, one) for one in faults]
        yield from _listed(turn, turn.text_of("past.faults", count=count), lines, count)
    if other := compared.of(What.OTHER):
        names = [year.name_of(one.unit) for one in other[:_MOST_NAMES]]
        more = len(other) - _MOST_NAMES
        names += [turn.text_of("past.more_units", count=more)] if more > 0 else []
        yield turn.message("past.other", count=len(other), names="; ".join(names))
    if own := compared.of(What.OWN):
        lines = [f"{name}: {said}" for _, name, said in _differences(turn, year, own)]
        yield from _listed(turn, turn.text_of("past.own", count=len(own)), lines, len(lines))


def _summary(
    turn: Turn, year: Year, rows: Mapping[str, Any], compared: Comparison
) -> list[Outgoing]:
    """How much was read, and what of it says nothing new or was not understood."""
    bad = {str(one) for one in compared.bad}
    good = {unit: told for unit, told in rows["units"].items() if unit not in bad}
    values = {"units": len(good), "figures": sum(map(len, good.values()))}
    said = [turn.text_of("past.read", year=year.period.key, **values)]
    if rows["empty"]:
        said.append(turn.text_of("past.empty", count=rows["empty"]))
    if compared.same:
        said.append(turn.text_of("past.same", count=compared.same))
    if rows["ignored"]:
        said.append(turn.text_of("past.ignored", columns="; ".join(rows["ignored"])))
    return in_messages(said)


def place_of(turn: Turn, fault: Fault) -> str:
    """Where it is and what to do: "Dòng 7, cột E (Xóm 5): …"."""
    place = turn.text_of("past.cell" if fault.column else "past.row", **asdict(fault))
    unit = f" ({fault.unit})" if fault.column or fault.text == "past.twice_unit" else ""
    return f"{place}{unit}: {turn.text_of(fault.text, **fault.values)}"


def _listed(turn: Turn, heading: str, lines: Sequence[str], count: int) -> list[Outgoing]:
    more = count - _MOST_LINES
    last = [turn.text_of("past.more", count=more)] if more > 0 else []
    return in_messages([heading, *lines[:_MOST_LINES], *last])


def _differences(
    turn: Turn, year: Year, changes: Iterable[Change]
) -> Iterator[tuple[Change, str, str]]:
    """(change, name of the unit, what differs), one for each figure."""
    for change in changes:
        form = year.form_of(change.unit)
        for key in change.keys:
            values = {
                "label": form[key].label,
                "before": _said(turn, year, form[key], change.before.get(key)),
                "after": _said(turn, year, form[key], change.answers.get(key)),
            }
            name = year.name_of(change.unit)
            yield change, name, turn.text_of("past.differs", **values)


def _said(turn: Turn, year: Year, field: Field, answer: Answer | None) -> str:
    if answer is None:
        return turn.text_of("past.blank")
    return saying.say(turn.house.texts, field, answer, Names(year.names))


def _order_list(
    turn: Turn,
    year: Year,
    rows: Mapping[str, Any],
    compared: Comparison,
    faults: Sequence[Fault],
) -> None:
    """All of it as a workbook, where there is more than can be read in a chat."""
    changes = compared.of(What.OWN)
    others = [
        (int(rows["rows"][str(change.unit.id)]), "", name, said)
        for change, name, said in _differences(turn, year, changes)
    ]
    local = turn.now.astimezone(turn.house.timezone).replace(tzinfo=None, microsecond=0)
    texts, sample = turn.house.texts, turn.house.sample
    contents = past_template.check_of(texts, year, faults, others, made=local, sample=sample)
    message = turn.message("past.list_here", year=year.period.key)
    turn.order(CHECK, contents, name=f"can-xem-lai-{year.period.key}.xlsx", message=message)
