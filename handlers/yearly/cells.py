"""The figures unit by unit, as cells of annex and workbook; of the same rows as the totals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from handlers.reporting.form import Kind
from handlers.reporting.letter.figures import shares_in
from handlers.yearly.gathering import Gathered
from handlers.yearly.rows import NOT_ASKED, Figure, Row
from handlers.yearly.totals import Piece, Total, share_of
from storage.units import UnitInfo

OF_UNITS: Final = (Kind.COUNT, Kind.SHARE, Kind.BY_HAMLET, Kind.RECORDS, Kind.EVIDENCE)
"""What one unit tells as a figure."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit and its figures, one for each of the columns asked for."""

    unit: UnitInfo
    name: str
    figures: tuple[Figure, ...]


def columns(rows: Sequence[Row]) -> list[Row]:
    """Those rows of which each unit has a figure of its own."""
    return [row for row in rows if row.total.field.kind in OF_UNITS]


def by_unit(gathered: Gathered, asked: Sequence[Row], *, kind: str = "") -> list[UnitRow]:
    """All that are asked or told, in the order of duty, kind and code; of one kind, if named."""
    tables = [_of_one(row.total, gathered) for row in asked]
    return [
        UnitRow(unit, name, tuple(table.get(unit.id, NOT_ASKED) for table in tables))
        for unit, name in _units(gathered)
        if kind in ("", unit.kind)
    ]


def _units(gathered: Gathered) -> Iterator[tuple[UnitInfo, str]]:
    listed = {one.unit.id for one in gathered.obligations}
    yield from ((one.unit, one.name) for one in gathered.obligations)
    yield from ((one.unit, one.name) for one in gathered.told if one.unit.id not in listed)


def _of_one(total: Total, gathered: Gathered) -> dict[int, Figure]:
    """Unit -> its figure; of figures by hamlet each hamlet's, from the holder's own table."""
    found = {told.unit.id: Figure(None, missing="blank") for told in total.blank}
    for piece in total.pieces:
        found[piece.told.unit.id] = figure_of(total, piece)
    if total.field.kind is Kind.BY_HAMLET:
        for piece in total.known:
            found |= _hamlets(piece, gathered)
    return found


def figure_of(total: Total, piece: Piece) -> Figure:
    answer = piece.answer
    if answer.unknown:
        return Figure(None, missing="unknown")
    if pair := share_of(total.field, answer):
        return Figure(pair[0], pair[1], answer.about)
    match answer.value:
        case int(count):
            return Figure(count, about=answer.about)
        case list(several) if total.field.kind in (Kind.RECORDS, Kind.EVIDENCE):
            return Figure(len(several))
    return Figure(None, missing="blank")


def _hamlets(piece: Piece, gathered: Gathered) -> dict[int, Figure]:
    """Their shares in place of the sum, so that the column adds up to the total."""
    value = piece.answer.value
    shares = shares_in(value) if isinstance(value, dict) else {}
    if "" in shares:
        return {}
    ids = {unit.code: unit.id for unit, _ in _units(gathered)}
    found = {
        ids[code]: Figure(share.part, share.whole, piece.answer.about)
        for code, share in shares.items()
        if code in ids
    }
    return {piece.told.unit.id: NOT_ASKED} | found if found else {}
