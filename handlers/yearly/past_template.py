"""The workbook to fill in for a past year, and the one that says what is wrong: plain data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from handlers.documents.past_contents import MOST_ROWS, PastCheck, PastColumn, PastRow, PastSheet
from handlers.reporting.answers import Answer, Answers
from handlers.texts import Texts
from handlers.yearly.past_head import Marker
from handlers.yearly.past_rows import Fault
from handlers.yearly.past_year import WHOLE, Column, Year
from storage.units import UnitInfo

_NAMED: Final = ("code", "name", "kind")
_HELP: Final = ("column", "counts", "who", "about")
_OF_FORMS: Final = ("page", "count_title", "count_wrong")


def contents_of(
    texts: Texts, year: Year, known: Mapping[int, Answers], *, made: datetime, sample: bool
) -> dict[str, Any]:
    """What `past_sheet.past_figures` draws, as JSON.

    `known`: unit id -> what counts of it already. `made`: local, without a zone.
    """
    rows = [_row(texts, year, unit, known) for unit in year.units[:MOST_ROWS]]
    return asdict(
        PastSheet(
            title=texts.say("past.title", year=year.period.key),
            guide=tuple(texts[f"past.guide_{number}"] for number in (1, 2, 3)),
            sample=texts["form_sheet.sample"] if sample else "",
            made=made,
            marker=str(Marker(year.commune.code, year.period.key)),
            named=tuple(texts[f"past.column_{word}"] for word in _NAMED),
            columns=tuple(_column(texts, year, column) for column in year.columns),
            rows=tuple(rows),
            help_names=tuple(texts[f"past.help_{word}"] for word in _HELP),
            sheet=texts["past.sheet"],
            help_sheet=texts["past.help_sheet"],
            **{word: texts[f"form_sheet.{word}"] for word in _OF_FORMS},
        )
    ) | {"made": made.isoformat()}


def _column(texts: Texts, year: Year, column: Column) -> PastColumn:
    field, label = column.field, column.labels[0]
    about = [texts["past.whole_about"]] if column.is_whole else [field.ask, field.help]
    return PastColumn(
        key=column.key,
        name=texts.say("past.whole", label=label) if column.is_whole else label,
        counts=field.counts,
        about="\n".join(filter(None, about)),
        who=_who(texts, year, column),
    )


def _who(texts: Texts, year: Year, column: Column) -> str:
    """Which units have this figure."""
    key = column.key.removesuffix(WHOLE)
    if key in year.holders:
        return texts.say("past.held_by", unit=year.name_of(year.holders[key][0]))
    if column.field.holder:
        return texts["past.holder"]
    kinds = dict.fromkeys(unit.kind for unit in year.units if key in year.figures(unit))
    return ", ".join(kind_name(texts, kind) for kind in kinds)


def _row(texts: Texts, year: Year, unit: UnitInfo, known: Mapping[int, Answers]) -> PastRow:
    figures = {**year.figures(unit), **year.held(unit)}
    told = {**known.get(unit.id, {}), **_held(year, unit, known)}
    keys = [column.key for column in year.columns]
    asked = [key.removesuffix(WHOLE) in figures for key in keys]
    cells = [
        _cell(texts, key, told) if is_asked else None
        for key, is_asked in zip(keys, asked, strict=True)
    ]
    kind = kind_name(texts, unit.kind)
    return PastRow(unit.code, year.name_of(unit), kind, tuple(cells), tuple(asked))


def _held(year: Year, unit: UnitInfo, known: Mapping[int, Answers]) -> dict[str, Answer]:
    """What the holders' reports have about a hamlet."""
    found: dict[str, Answer] = {}
    for key in year.held(unit):
        answer = known.get(year.holders[key][0].id, {}).get(key)
        rows = answer.value if answer is not None and isinstance(answer.value, dict) else {}
        if unit.code in rows:
            found[key] = Answer(rows[unit.code])
    return found


def kind_name(texts: Texts, kind: str) -> str:
    return texts.get(f"past.kind_{kind}", kind)


def _cell(texts: Texts, key: str, known: Answers) -> str | int | None:
    answer = known.get(key.removesuffix(WHOLE))
    if answer is None:
        return None
    if answer.unknown:
        return None if key.endswith(WHOLE) else texts["past.unknown"]
    value = answer.value
    if isinstance(value, list) and len(value) == 2:
        value = value[1 if key.endswith(WHOLE) else 0]
    if not isinstance(value, int):
        return None
    is_about = answer.about and not key.endswith(WHOLE)
    return f"{texts['form_sheet.approximately']} {value}" if is_about else value


# --- what is wrong -------------------------------------------------------------------------------


def check_of(
    texts: Texts,
    year: Year,
    faults: Sequence[Fault],
    others: Iterable[tuple[int, str, str, str]],
    *,
    made: datetime,
    sample: bool,
) -> dict[str, Any]:
    """What `past_sheet.past_check` draws, as JSON; `others` are rows about figures that differ."""
    wrong = [(one.row, one.column, one.unit, texts.say(one.text, **one.values)) for one in faults]
    rows = sorted([*wrong, *others], key=lambda row: row[0])
    return asdict(
        PastCheck(
            title=texts.say("past.check_title", year=year.period.key),
            guide=(texts["past.check_guide"],),
            sample=texts["form_sheet.sample"] if sample else "",
            made=made,
            sheet=texts["past.check_sheet"],
            names=tuple(texts[f"past.check_{word}"] for word in ("row", "column", "unit", "what")),
            rows=tuple(rows[:MOST_ROWS]),
            page=texts["form_sheet.page"],
        )
    ) | {"made": made.isoformat()}
