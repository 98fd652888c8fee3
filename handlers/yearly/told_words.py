"""What units told in words: difficulties, models, examples; a line each."""

from collections.abc import Iterator, Sequence
from typing import Any

from handlers.reporting.form import Field, Kind
from handlers.reporting.letter.writing import as_day, one_line
from handlers.words import say_date
from handlers.yearly.rows import Row


def told_words(rows: Sequence[Row]) -> Iterator[tuple[str, str, str, str]]:
    """(unit, what it is about, the words, the receipt's code), in the order of the rows."""
    for row in rows:
        for piece in row.total.known:
            for words in _words(row.total.field, piece.answer.value):
                yield piece.told.name, row.label, words, piece.told.code


def _words(field: Field, value: Any) -> Iterator[str]:
    match field.kind, value:
        case Kind.NOTE, str(text) if text:
            yield one_line(text)
        case Kind.DATE, str(stored) if day := as_day(stored):
            yield say_date(day)
        case Kind.RECORDS, list(records):
            yield from (_record(field, one) for one in records if isinstance(one, dict))


def _record(field: Field, record: dict[str, Any]) -> str:
    said = []
    for part in field.parts:
        told = str(record.get(part.key) or "")
        label = next((option.label for option in part.options if option.key == told), told)
        if label:
            said.append(one_line(label))
    return " - ".join(said)
