"""What stands out: examples, proposals for awards; by name where the officer picked nothing."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from handlers.documents.letter_contents import MOST_ROWS, Align, Annex, Column, Line, Row, Table
from handlers.reporting.form import Field
from handlers.reporting.letter.writing import one_line
from handlers.words import say_number
from handlers.yearly.letter.figures import lines_of
from handlers.yearly.letter.writing import Writing
from handlers.yearly.totals import Total

EXAMPLES: Final = ("models", "initiatives", "exemplars")
MOST: Final = 15
"""Names of one list in the letter; the rest is in the annex."""
_NO_AWARD: Final = ("", "none")
_COLUMNS: Final[tuple[tuple[str, float, Align], ...]] = (  # millimetres
    ("number", 12, "centre"),
    ("what", 68, "left"),
    ("unit", 45, "left"),
    ("award", 35, "left"),
)


class Named(NamedTuple):
    """One record of a unit."""

    what: str
    unit: str
    award: str


def named(total: Total) -> Iterator[Named]:
    """The records by name, in the order of units."""
    first = total.field.parts[0].key
    for piece in total.known:
        records = piece.answer.value
        for record in records if isinstance(records, list) else ():
            if what := one_line(str(record.get(first) or "")).rstrip(" .;"):
                yield Named(what, piece.told.name, _award(total.field, record))


def _award(field: Field, record: dict[str, object]) -> str:
    """What a record is proposed for; "" = nothing."""
    part = next((part for part in field.parts if part.options), None)
    key = str(record.get(part.key) or "") if part else ""
    if part is None or key in _NO_AWARD:
        return ""
    labels = {option.key: option.label for option in part.options}
    return one_line(labels.get(key, key))


def examples(writing: Writing) -> list[Line]:
    """Section III: counts, then what the officer picked, or else the units' own by name."""
    told = lines_of(writing, "III")
    figures = writing.known.registers
    if figures.awards:
        said = [writing.say("awards", so=say_number(figures.awards))]
        if figures.awarded:
            said.append(writing.say("awarded", so=say_number(figures.awarded)))
        told.append(Line(" ".join(said)))
    if picked := writing.points("example"):
        return [*told, Line(writing.say("examples_lead")), *picked]
    by_name = list(_by_name(writing))
    return [*told, *by_name] if by_name else [*told, Line(writing.say("examples_none"))]


def _by_name(writing: Writing) -> Iterator[Line]:
    lists = (one for one in _lists(writing) if one[1])
    for number, (key, found) in enumerate(lists, start=1):
        yield Line(f"{number}. {writing.say(f'heading_{key}')}", "heading")
        yield from _first_ones(writing, "record", found)


def _lists(writing: Writing) -> list[tuple[str, list[Named]]]:
    return [(key, list(named(total))) for key in EXAMPLES if (total := writing.total(key))]


def _first_ones(writing: Writing, key: str, found: Sequence[Named]) -> Iterator[Line]:
    for one in found[:MOST]:
        yield Line(writing.say(key, **one._asdict()), "item")
    if len(found) > MOST:
        more = say_number(len(found) - MOST)
        yield Line(writing.say("record_more", so=more, annex=writing.annex))


# --- awards --------------------------------------------------------------------------------------


def nominated(writing: Writing) -> list[Named]:
    """Everybody whom a unit proposes for an award."""
    return [one for total in writing.records() for one in named(total) if one.award]


def awards(writing: Writing) -> Iterator[Line]:
    found = nominated(writing)
    if not found:
        yield Line(writing.say("awards_none"))
        return
    yield Line(writing.say("awards_lead"))
    yield from _first_ones(writing, "record_awarded", found)


# --- the rest, in an annex -----------------------------------------------------------------------


def annex(writing: Writing) -> Annex | None:
    """Whole lists, where the letter names only the first of them; numbered by the letter."""
    lists = [] if writing.points("example") else _lists(writing)
    lists.append(("awards", nominated(writing)))
    long = [(key, found) for key, found in lists if len(found) > MOST]
    if not long:
        return None
    rows = list(_rows(writing, long))
    columns = (Column(writing.say(f"column_{key}"), wide, align) for key, wide, align in _COLUMNS)
    left = len(rows) - MOST_ROWS
    more = writing.say("rows_more", so=say_number(left)) if left > 0 else ""
    return Annex(
        label="",
        title=writing.say("annex_records").upper(),
        about="",
        table=Table(tuple(columns), tuple(rows[:MOST_ROWS])),
        notes=(more,) if more else (),
    )


def _rows(writing: Writing, lists: Iterable[tuple[str, Sequence[Named]]]) -> Iterator[Row]:
    for key, found in lists:
        yield Row((writing.say(f"heading_{key}"),), strong=True)
        for number, one in enumerate(found, start=1):
            yield Row((str(number), one.what, one.unit, one.award))
