"""The annexes of the commune's BÁO CÁO: totals, each hamlet, and who has no figures; pure.

They are made of the same rows as the chat and the workbook.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from handlers.documents.letter_contents import Annex, Column, Table
from handlers.documents.letter_contents import Row as Line
from handlers.reporting import periods
from handlers.reporting.form import Kind
from handlers.texts import Texts
from handlers.words import say_number, say_short_date
from handlers.yearly import cells
from handlers.yearly.gathering import Gathered
from handlers.yearly.naming import named_section
from handlers.yearly.reasons import why_silent
from handlers.yearly.rows import Figure, Row, kinds_in, notes, say
from storage.units import HAMLET

_MOST_COLUMNS: Final = 16
"""Of the hamlets' figures: more cannot be read on a page across."""
_FIGURES: Final = (Kind.COUNT, Kind.SHARE, Kind.BY_HAMLET)


def annexes(texts: Texts, gathered: Gathered, rows: Sequence[Row]) -> tuple[Annex, ...]:
    """Those that have a row; their numbers and what they go with are the letter's to say."""
    made = (
        _totals(texts, gathered, rows),
        _hamlets(texts, gathered, rows),
        _silent(texts, gathered),
    )
    kept = [one for one in made if one is not None]
    period = periods.say_title(texts, gathered.period)
    return tuple(
        Annex(
            label="",
            title=texts.say(f"yearly.annex_title_{what}", period=period).upper(),
            about="",
            table=table,
            notes=notes_,
            landscape=what != "silent",
        )
        for what, table, notes_ in kept
    )


_Made = tuple[str, Table, tuple[str, ...]]


# --- I: the totals -------------------------------------------------------------------------------


def _totals(texts: Texts, gathered: Gathered, rows: Sequence[Row]) -> _Made | None:
    kinds = kinds_in(rows)
    columns = (
        Column(texts["yearly.column_number"], 12, "centre"),
        Column(texts["yearly.column_what"], 62),
        Column(texts["yearly.column_counts"], 17, "centre"),
        Column(texts["yearly.column_total"], 28, "right"),
        *(Column(texts[f"yearly.kind_{kind}"], 22, "right") for kind in kinds),
        Column(texts["yearly.column_note"], 40),
    )
    lines = tuple(_total_lines(texts, gathered, rows, kinds))
    return ("totals", Table(columns, lines), _notes(texts, gathered, rows)) if rows else None


def _total_lines(
    texts: Texts, gathered: Gathered, rows: Sequence[Row], kinds: Sequence[str]
) -> Iterator[Line]:
    section = None
    for row in rows:
        if row.section != section:
            section = row.section
            yield Line((named_section(texts, gathered, section),), strong=True)
        alone = (_alone(texts, row.kinds[kind]) if kind in row.kinds else "" for kind in kinds)
        note = "; ".join(notes(texts, row))
        total = say(texts, row.figure)
        yield Line((str(row.number), row.label, row.counts, total, *alone, note))


def _alone(texts: Texts, figure: Figure) -> str:
    return say(texts, figure) if figure.value is None else _short(texts, figure)


def _notes(texts: Texts, gathered: Gathered, rows: Sequence[Row]) -> tuple[str, ...]:
    first, last = map(say_short_date, (gathered.period.first, gathered.period.last))
    told = say_number(len(gathered.told))
    said = [
        texts.say("yearly.annex_note_days", first=first, last=last, told=told),
        texts["yearly.annex_note_missing"],
    ]
    if any(row.total.shared for row in rows):
        said.append(texts["yearly.annex_note_shared"])
    return tuple(said)


# --- II: each hamlet -----------------------------------------------------------------------------


def _hamlets(texts: Texts, gathered: Gathered, rows: Sequence[Row]) -> _Made | None:
    asked = _asked_of_hamlets(gathered, rows)
    units = cells.by_unit(gathered, asked, kind=HAMLET)
    if not asked or not units:
        return None
    columns = (
        Column(texts["yearly.column_number"], 12, "centre"),
        Column(texts["yearly.column_hamlet"], 30),
        *(Column(row.label, 16, "centre") for row in asked),
    )
    lines = [
        Line((str(at), one.name, *(_short(texts, figure) for figure in one.figures)))
        for at, one in enumerate(units, start=1)
    ]
    sums = (_short(texts, _sum(row)) for row in asked)
    lines.append(Line(("", texts["yearly.sum"], *sums), strong=True))
    return "hamlets", Table(columns, tuple(lines)), (texts["yearly.annex_note_hamlets"],)


def _asked_of_hamlets(gathered: Gathered, rows: Sequence[Row]) -> list[Row]:
    """Figures that any hamlet has, required ones first where there are too many."""
    found = [
        row
        for row in cells.columns(rows)
        if row.total.field.kind in _FIGURES
        and any(
            one.value is not None
            for unit in cells.by_unit(gathered, [row], kind=HAMLET)
            for one in unit.figures
        )
    ]
    kept = sorted(found, key=lambda row: not row.total.field.required)[:_MOST_COLUMNS]
    return [row for row in found if row in kept]


def _sum(row: Row) -> Figure:
    """Of figures by hamlet the holder's whole; else what the hamlets alone come to."""
    return row.kinds.get(HAMLET, row.figure)


def _short(texts: Texts, figure: Figure) -> str:
    """For a narrow cell: without a percentage, a blank one empty."""
    if figure.missing == "unknown":
        return texts["yearly.cell_unknown_short"]
    if figure.value is None:
        return ""
    said = say_number(figure.value)
    return said if figure.whole is None else f"{said}/{say_number(figure.whole)}"


# --- III: who has no figures ---------------------------------------------------------------------


def _silent(texts: Texts, gathered: Gathered) -> _Made | None:
    columns = (
        Column(texts["yearly.column_number"], 12, "centre"),
        Column(texts["yearly.column_unit"], 60),
        Column(texts["yearly.column_kind"], 32),
        Column(texts["yearly.column_duty"], 22),
        Column(texts["yearly.column_why"], 50),
    )
    lines = tuple(
        Line(
            (
                str(at),
                one.name,
                texts[f"yearly.kind_{one.unit.kind}"],
                texts[f"yearly.duty_name_{one.duty}"],
                why_silent(texts, one),
            )
        )
        for at, one in enumerate(gathered.silent, start=1)
    )
    return ("silent", Table(columns, lines), ()) if lines else None
