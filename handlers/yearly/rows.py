"""The one list of rows that chat, annex and workbook show: their figures cannot differ.

Pure. A row is one figure of the commune and of each kind of units; how many units are behind it,
and how many did not know it or left it blank.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal

from handlers.reporting.form import Kind
from handlers.reporting.letter.annex import GROUPS
from handlers.reporting.letter.writing import small
from handlers.statistics.figures import say_share
from handlers.texts import Texts
from handlers.words import say_number
from handlers.yearly.gathering import Gathered
from handlers.yearly.together import Together
from handlers.yearly.totals import Total, by_kind, totals

Missing = Literal["", "unknown", "blank"]
_BY_OPTION: Final = (Kind.ONE_OF, Kind.MANY_OF)
_OF_UNITS: Final = (Kind.NOTE, Kind.DATE)
_MOST_MAIN: Final = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell; `value` None = nobody told a figure, and `missing` says what was told instead."""

    value: int | None
    whole: int | None = None
    """Of a share."""
    about: bool = False
    missing: Missing = ""

    @property
    def ratio(self) -> Fraction | None:
        return Fraction(self.value or 0, self.whole) if self.whole else None


NOT_ASKED: Final = Figure(None)


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    key: str
    """Of the field; with the option: "plan_issued=yes"."""
    section: str
    label: str
    counts: str
    """ĐVT."""
    figure: Figure
    kinds: Mapping[str, Figure]
    """Kind of units -> their figure alone; a kind that is not asked is missing."""
    apart: int
    """How much more may be in it twice: told by units, not taken from the book."""
    total: Total

    @property
    def told(self) -> int:
        """How many units are in the figure."""
        return len(self.total.known)


def rows(texts: Texts, gathered: Gathered, *, together: Together) -> list[Row]:
    """Of everything that can be counted, in the order of the BÁO CÁO's sections."""
    kinds = {
        kind: {_id(one): one for one in listed}
        for kind, listed in by_kind(gathered, together=together).items()
    }
    found = [one for one in totals(gathered, together=together) if _counts(one)]
    found.sort(key=lambda one: place_of(one.field.section))
    made: list[Row] = []
    for total in found:
        alone = {kind: own[_id(total)] for kind, own in kinds.items() if _id(total) in own}
        for option in _options(total):
            made.append(_row(texts, len(made) + 1, total, option, alone, together))
    return made


def place_of(section: str) -> int:
    """Where a section stands in the report."""
    return GROUPS.index(section)


def _id(total: Total) -> tuple[str, Kind]:
    return total.field.key, total.field.kind


def _counts(total: Total) -> bool:
    """Words that stand nowhere in the report, as who wrote it, add up to nothing."""
    return bool(total.field.section) or total.field.kind not in _OF_UNITS


def _options(total: Total) -> Iterable[str]:
    """One row for each, if anybody chose at all."""
    return total.chosen if total.field.kind in _BY_OPTION and total.known else ("",)


def _row(
    texts: Texts,
    number: int,
    total: Total,
    option: str,
    alone: Mapping[str, Total],
    together: Together,
) -> Row:
    field = total.field
    return Row(
        number=number,
        key=f"{field.key}={option}" if option else field.key,
        section=field.section,
        label=_label(total, option),
        counts=_counted(texts, total),
        figure=_figure(total, option),
        kinds={kind: _figure(one, option) for kind, one in alone.items()},
        apart=together.perhaps_twice(field, total.known) if field.kind is Kind.COUNT else 0,
        total=total,
    )


def _label(total: Total, option: str) -> str:
    chosen = total.field.option(option)
    return f"{total.field.label} - {small(chosen.label)}" if chosen else total.field.label


def _figure(total: Total, option: str) -> Figure:
    if not total.known:
        return Figure(None, missing="unknown" if total.pieces else "blank")
    match total.field.kind:
        case Kind.COUNT:
            return Figure(total.count, about=total.about)
        case Kind.SHARE | Kind.BY_HAMLET:
            part, whole = total.share or (None, None)
            return Figure(part, whole, total.about, "" if total.share else "blank")
        case Kind.ONE_OF | Kind.MANY_OF:
            return Figure(total.chosen.get(option, 0))
    return Figure(total.listed)


def _counted(texts: Texts, total: Total) -> str:
    match total.field.kind:
        case Kind.COUNT | Kind.SHARE | Kind.BY_HAMLET:
            return total.field.counts
        case Kind.RECORDS:
            own = f"yearly.counts_{total.field.key}"
            return texts[own if own in texts else "yearly.counts_records"]
        case Kind.EVIDENCE:
            return texts["yearly.counts_files"]
    return texts["yearly.counts_units"]


# --- how they read -------------------------------------------------------------------------------


def say(texts: Texts, figure: Figure, counts: str = "") -> str:
    """As people read it: "khoảng 1.234 lượt người", "120/185 hộ (64,9%)"; "" = not asked."""
    if figure.value is None:
        return texts[f"yearly.cell_{figure.missing}"] if figure.missing else ""
    said = say_number(figure.value)
    if figure.whole is not None:
        said += f"/{say_number(figure.whole)}"
    said = f"{said} {counts}".strip()
    if figure.ratio is not None:
        said += f" ({say_share(100 * figure.ratio)})"
    return texts.say("yearly.about", n=said) if figure.about else said


def notes(texts: Texts, row: Row) -> list[str]:
    """What has to be known with a figure: how sure it is, and who is not in it."""
    counted = {
        "unknown": len(row.total.unknown),
        "blank": len(row.total.blank),
        "shared": row.total.shared,
        "apart": row.apart,
    }
    said = [
        texts.say(f"yearly.note_{key}", n=say_number(n), counts=row.counts)
        for key, n in counted.items()
        if n
    ]
    return [texts["yearly.note_about"], *said] if row.figure.about else said


def main(listed: Iterable[Row]) -> list[Row]:
    """The figures of a first look: those that some kind of unit must tell, and any has told."""
    return list(_main(listed))[:_MOST_MAIN]


def _main(listed: Iterable[Row]) -> Iterator[Row]:
    """Of a choice only its first answer: who has a plan, not who has none."""
    seen = set[str]()
    for row in listed:
        field = row.total.field
        asked = field.required or field.kind is Kind.BY_HAMLET
        is_first = field.key not in seen
        seen.add(field.key)
        if asked and is_first and field.kind not in _OF_UNITS and row.figure.missing != "blank":
            yield row


def of_kind(listed: Iterable[Row], kind: str) -> list[Row]:
    """The rows that units of this kind are asked, with their figures alone."""
    return [replace(row, figure=row.kinds[kind]) for row in listed if kind in row.kinds]


def kinds_in(listed: Iterable[Row]) -> list[str]:
    """The kinds of units that told anything, in the order of the forms."""
    return list(dict.fromkeys(kind for row in listed for kind in row.kinds))
