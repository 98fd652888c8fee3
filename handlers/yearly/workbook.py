"""The same rows as a workbook: totals, by kind, unit by unit, words, who is missing, and notes."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from handlers.documents.totals_contents import Cell, Column, Row, Sheet, TotalsBook
from handlers.flow import Turn
from handlers.reporting.form import Kind
from handlers.texts import Texts
from handlers.words import say_number
from handlers.yearly import cells, saying
from handlers.yearly.looking import Look
from handlers.yearly.naming import named_section
from handlers.yearly.reasons import why_in_full
from handlers.yearly.rows import Figure, kinds_in, notes
from handlers.yearly.rows import Row as Total
from handlers.yearly.told_words import told_words

ORDER: Final = "totals_sheet"


def order(turn: Turn, look: Look) -> None:
    """Have it made and sent; `bot/workshop.py` knows the kind."""
    period = saying.period_name(turn, look.gathered)
    name = f"tong-hop-{look.gathered.period.key.replace('_', '-')}.xlsx"
    rows = say_number(len(look.rows))
    message = turn.message("yearly.sheet_here", period=period, rows=rows)
    turn.order(ORDER, contents(turn, look), name=name, message=message)


def contents(turn: Turn, look: Look) -> dict[str, Any]:
    texts, line = turn.house.texts, saying.moment(turn, look)
    title = texts.say("yearly.book_title", period=saying.period_name(turn, look.gathered))
    sheets = (
        _totals(texts, look, title, line),
        _kinds(texts, look, title, line),
        _units(turn, look, title, line),
        _words(texts, look, title, line),
        _silent(texts, look, title, line),
        _notes(turn, look, title, line),
    )
    return book(turn, title, sheets, made=look.at)


def book(turn: Turn, title: str, sheets: Sequence[Sheet], *, made: datetime) -> dict[str, Any]:
    """The order's body: as JSON has it."""
    sample = turn.text_of("yearly.sample").rstrip(".") if turn.house.sample else ""
    page, nothing = (turn.text_of(f"yearly.book_{key}") for key in ("page", "nothing"))
    local = made.replace(tzinfo=None, second=0, microsecond=0)
    found = TotalsBook(title, sample, local, page, nothing, tuple(sheets))
    return asdict(found) | {"made": local.isoformat()}


def column(texts: Texts, key: str, width: int, *, words: bool = False) -> Column:
    return Column(texts[f"yearly.column_{key}"], "text" if words else "count", width)


def what_columns(texts: Texts) -> tuple[Column, ...]:
    """How each row of totals begins: its number, what it is, ĐVT."""
    return (
        column(texts, "number", 6),
        column(texts, "what", 46, words=True),
        column(texts, "counts", 12, words=True),
    )


def value(texts: Texts, figure: Figure) -> Cell:
    """A number, or the words for why there is none; nothing where nobody is asked."""
    if figure.value is not None:
        return figure.value
    return texts[f"yearly.cell_{figure.missing}"] if figure.missing else None


# --- the totals ----------------------------------------------------------------------------------


def _totals(texts: Texts, look: Look, title: str, line: str) -> Sheet:
    columns = (
        *what_columns(texts),
        column(texts, "value", 14),
        column(texts, "whole", 12),
        Column(texts["yearly.column_share"], "percent", 9),
        *(column(texts, key, 10) for key in ("told", "unknown", "blank", "shared")),
        column(texts, "note", 46, words=True),
    )
    rows = tuple(_under_sections(texts, look, [_total(texts, row) for row in look.rows]))
    return Sheet(texts["yearly.sheet_totals"], title, (line,), columns, rows, 2)


def _total(texts: Texts, row: Total) -> Row:
    figure, total = row.figure, row.total
    ratio = None if figure.ratio is None else float(figure.ratio)
    counted = (len(total.known), len(total.unknown), len(total.blank), total.shared)
    head: tuple[Cell, ...] = (row.number, row.label, row.counts, value(texts, figure))
    return Row((*head, figure.whole, ratio, *counted, "; ".join(notes(texts, row))))


def _under_sections(texts: Texts, look: Look, made: Sequence[Row]) -> Iterator[Row]:
    section = None
    for row, line in zip(look.rows, made, strict=True):
        if row.section != section:
            section = row.section
            yield Row((named_section(texts, look.gathered, section),))
        yield line


# --- by kind of units ----------------------------------------------------------------------------


def _kinds(texts: Texts, look: Look, title: str, line: str) -> Sheet:
    kinds = kinds_in(look.rows)
    shared = {kind for kind in kinds if any(_whole(row, kind) is not None for row in look.rows)}
    columns = [*what_columns(texts)]
    for kind in kinds:
        name = texts[f"yearly.kind_{kind}"]
        columns.append(Column(name, "count", 14))
        if kind in shared:
            whole = texts.say("yearly.column_whole_of", label=name)
            columns.append(Column(whole, "count", 14))
    made = [_by_kind(texts, row, kinds, shared) for row in look.rows]
    rows = tuple(_under_sections(texts, look, made))
    return Sheet(texts["yearly.sheet_kinds"], title, (line,), tuple(columns), rows, 2)


def _by_kind(texts: Texts, row: Total, kinds: Sequence[str], shared: set[str]) -> Row:
    found: list[Cell] = [row.number, row.label, row.counts]
    for kind in kinds:
        figure = row.kinds.get(kind)
        found.append(value(texts, figure) if figure else None)
        if kind in shared:
            found.append(_whole(row, kind))
    return Row(tuple(found))


def _whole(row: Total, kind: str) -> int | None:
    figure = row.kinds.get(kind)
    return figure.whole if figure else None


# --- unit by unit --------------------------------------------------------------------------------


def _units(turn: Turn, look: Look, title: str, line: str) -> Sheet:
    texts = turn.house.texts
    asked = cells.columns(look.rows)
    columns = [
        column(texts, "number", 6),
        column(texts, "unit", 30, words=True),
        column(texts, "kind", 18, words=True),
        column(texts, "duty", 12, words=True),
        column(texts, "code", 16, words=True),
        column(texts, "version", 8),
        column(texts, "sent", 28, words=True),
        column(texts, "source", 22, words=True),
    ]
    for row in asked:
        columns.append(Column(row.label, "count", 16))
        if _is_share(row):
            whole = texts.say("yearly.column_whole_of", label=row.label)
            columns.append(Column(whole, "count", 16))
    rows = [
        _unit(turn, look, at, one, asked)
        for at, one in enumerate(cells.by_unit(look.gathered, asked), 1)
    ]
    rows.append(_sum(texts, asked))
    return Sheet(texts["yearly.sheet_units"], title, (line,), tuple(columns), tuple(rows), 2)


def _is_share(row: Total) -> bool:
    return row.total.field.kind in (Kind.SHARE, Kind.BY_HAMLET)


def _unit(turn: Turn, look: Look, at: int, one: cells.UnitRow, asked: Sequence[Total]) -> Row:
    texts = turn.house.texts
    duty = f"yearly.duty_name_{one.unit.duty}"
    head: tuple[Cell, ...] = (
        at,
        one.name,
        texts[f"yearly.kind_{one.unit.kind}"],
        texts.get(duty, ""),
    )
    return Row((*head, *_sent(turn, look, one), *_figures(texts, one.figures, asked)))


def _sent(turn: Turn, look: Look, one: cells.UnitRow) -> tuple[Cell, ...]:
    """Receipt, version, when and from where; of a silent unit why it is."""
    texts = turn.house.texts
    told = next((t for t in look.gathered.told if t.unit.id == one.unit.id), None)
    if told is None:
        silent = next(o for o in look.gathered.obligations if o.unit.id == one.unit.id)
        return "", None, "", why_in_full(texts, silent)
    source = [texts[f"yearly.source_{told.version.source}"]]
    source += [texts["yearly.late"]] if told.version.is_late else []
    sent = saying.at(told.version.sent_at.astimezone(turn.house.timezone))
    return told.code, told.version.number, sent, ", ".join(source)


def _figures(texts: Texts, figures: Sequence[Figure], asked: Sequence[Total]) -> Iterator[Cell]:
    for figure, row in zip(figures, asked, strict=True):
        yield value(texts, figure)
        if _is_share(row):
            yield figure.whole


def _sum(texts: Texts, asked: Sequence[Total]) -> Row:
    """The totals themselves: less than the column where units held something together."""
    figures = [row.figure for row in asked]
    head: tuple[Cell, ...] = (None, texts["yearly.sum"], *("" for _ in range(3)), None, "", "")
    return Row((*head, *_figures(texts, figures, asked)), strong=True)


# --- words, who is missing, notes ----------------------------------------------------------------


def _words(texts: Texts, look: Look, title: str, line: str) -> Sheet:
    columns = (
        column(texts, "unit", 30, words=True),
        column(texts, "what", 34, words=True),
        column(texts, "words", 100, words=True),
        column(texts, "code", 16, words=True),
    )
    rows = tuple(Row(told) for told in told_words(look.rows))
    return Sheet(texts["yearly.sheet_words"], title, (line,), columns, rows, 1)


def _silent(texts: Texts, look: Look, title: str, line: str) -> Sheet:
    widths = {"unit": 40, "kind": 20, "duty": 14, "why": 60}
    columns = tuple(column(texts, key, width, words=True) for key, width in widths.items())
    rows = tuple(
        Row(
            (
                one.name,
                texts[f"yearly.kind_{one.unit.kind}"],
                texts[f"yearly.duty_name_{one.duty}"],
                why_in_full(texts, one),
            )
        )
        for one in look.gathered.silent
    )
    return Sheet(texts["yearly.sheet_silent"], title, (line,), columns, rows, 1)


def _notes(turn: Turn, look: Look, title: str, line: str) -> Sheet:
    texts = turn.house.texts
    columns = (column(texts, "about", 30, words=True), column(texts, "words", 100, words=True))
    said = {
        "commune": str(look.gathered.settings.get("name") or look.gathered.commune.name),
        "period": saying.period_name(turn, look.gathered),
        "moment": line,
        **_counts(look),
        **{key: texts[f"yearly.means_{key}"] for key in ("missing", "shared", "holder", "about")},
    }
    rows = tuple(Row((texts[f"yearly.about_{key}"], words)) for key, words in said.items())
    return Sheet(texts["yearly.sheet_notes"], title, (), columns, rows, 0)


def _counts(look: Look) -> dict[str, str]:
    told = look.gathered.told
    sources = [one.version.source for one in told]
    of = len(look.gathered.asked)
    return {
        "told": f"{say_number(len(told))}/{say_number(of)}",
        "by_unit": say_number(sources.count("unit")),
        "by_phone": say_number(sources.count("phone")),
        "by_paper": say_number(sources.count("paper")),
        "late": say_number(sum(one.version.is_late for one in told)),
    }
