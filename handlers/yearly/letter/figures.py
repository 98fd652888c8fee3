"""Totals as sentences, each with the number of units it is from and of those who know none.

A figure, "chưa nắm được" and blank stay three different things (design §5): of what everybody
left blank nothing is said here, the annex has it.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from handlers.documents.letter_contents import Align, Column, Line, Row, Table
from handlers.reporting.form import Kind
from handlers.reporting.letter.figures import Share, say_part
from handlers.reporting.letter.writing import PARAGRAPHS, small
from handlers.words import say_number
from handlers.yearly.letter.writing import Writing
from handlers.yearly.totals import Total

TABLED: Final = "II.5"
"""Xã hội số - Bình dân học vụ số: of its figures a table tells how many units they are from."""
_FIGURES: Final = (Kind.COUNT, Kind.SHARE, Kind.BY_HAMLET)
_LISTED: Final = (Kind.NOTE, Kind.DATE, Kind.RECORDS)
_COLUMNS: Final[tuple[tuple[str, float, Align], ...]] = (  # millimetres
    ("number", 12, "centre"),
    ("what", 58, "left"),
    ("counts", 20, "centre"),
    ("value", 28, "centre"),
    ("known", 21, "centre"),
    ("unknown", 21, "centre"),
)


def lines_of(writing: Writing, section: str, *, but: Collection[str] = ()) -> list[Line]:
    """One paragraph of what is read together, one for all the rest."""
    mine = (total for total in writing.totals_of(section) if total.field.key not in but)
    said = {(one.field.key, one.field.kind): said_of(writing, one) for one in mine}
    together = [[key for key in said if key[0] in paragraph] for paragraph in PARAGRAPHS]
    paragraphs = [" ".join(filter(None, map(said.pop, keys))) for keys in together]
    return [Line(one) for one in (*paragraphs, *said.values()) if one]


def said_of(writing: Writing, total: Total) -> str:
    """One sentence; "" where there is nothing to say."""
    label = total.field.label
    if total.count == 0:
        return aside(writing, total, writing.say("said_zero", muc=label))
    if said := value_of(writing, total):
        return aside(writing, total, _worded(writing, total, said))
    if total.unknown:
        count = say_number(len(total.unknown))
        return writing.say("unknown_only", muc=label, so=count)
    return ""


def _worded(writing: Writing, total: Total, said: str) -> str:
    """Its own sentence; a field that an officer added has none and is said by its label."""
    field = total.field
    own = f"said_{field.key}"
    if writing.has(own) and field.kind not in (Kind.ONE_OF, Kind.MANY_OF):
        return writing.say(own, so=said)
    if field.kind in (Kind.NOTE, Kind.DATE):
        return writing.say("said_units", muc=field.label, so=said)
    counts = field.counts if field.kind is Kind.COUNT else ""
    return writing.say("said_other", muc=field.label, so=f"{said} {counts}".strip())


def value_of(writing: Writing, total: Total) -> str:
    """The figure as it is read; "" for none."""
    match total.field.kind:
        case Kind.COUNT if total.count is not None:
            said = say_number(total.count)
        case Kind.SHARE | Kind.BY_HAMLET if total.share is not None:
            said = say_part(Share(*total.share))
        case Kind.ONE_OF | Kind.MANY_OF:
            return "; ".join(_chosen(writing, total))
        case kind if kind in _LISTED and total.listed:
            return say_number(total.listed)
        case _:
            return ""
    return writing.say("about", so=said) if total.about else said


def _chosen(writing: Writing, total: Total) -> Iterator[str]:
    for key, count in total.chosen.items():
        option = total.field.option(key)
        if option and count:
            yield writing.say("chosen_one", what=small(option.label), so=say_number(count))


def aside(writing: Writing, total: Total, said: str) -> str:
    """The sentence with what its figure is from, before its full stop."""
    notes = ", ".join(_notes(writing, total))
    return f"{said.removesuffix('.')} ({notes})." if notes else said


def _notes(writing: Writing, total: Total) -> Iterator[str]:
    field, known = total.field, total.known
    if field.holder and len(known) == 1:
        yield writing.say("aside_holder", unit=known[0].told.name)
    elif field.kind in _FIGURES and field.section != TABLED:
        yield writing.say("aside_known", so=say_number(len(known)))
    if total.unknown and field.section != TABLED:
        yield writing.say("aside_unknown", so=say_number(len(total.unknown)))
    if total.shared:
        shared = say_number(total.shared)
        yield writing.say("aside_shared", so=shared, counts=field.counts).replace("  ", " ")


# --- a table of them -----------------------------------------------------------------------------


def table_of(writing: Writing) -> Table | None:
    """The figures of `TABLED` one below another; None where there are none."""
    rows = list(_rows(writing, writing.totals_of(TABLED)))
    columns = (Column(writing.say(f"column_{key}"), wide, align) for key, wide, align in _COLUMNS)
    return Table(tuple(columns), tuple(rows)) if rows else None


def _rows(writing: Writing, totals: Iterable[Total]) -> Iterator[Row]:
    figures = (total for total in totals if total.field.kind in _FIGURES)
    asked = (total for total in figures if total.pieces)
    for number, total in enumerate(asked, start=1):
        unknown = "cell_unknown" if total.unknown else "cell_missing"
        yield Row(
            (
                str(number),
                total.field.label,
                total.field.counts,
                value_of(writing, total) or writing.house(unknown),
                say_number(len(total.known)),
                say_number(len(total.unknown)),
            )
        )
