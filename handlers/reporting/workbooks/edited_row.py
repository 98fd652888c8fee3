"""One row of an edited form's workbook as a field of the form; `edited.py` puts them together."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pydantic import ValidationError

from handlers import words
from handlers.reporting.form import MOST, Field, Kind, Option
from handlers.reporting.workbooks.cells import Odd, Value
from handlers.reporting.workbooks.edited_options import Faulty, key_from, options_of, pieces
from handlers.reporting.workbooks.workbook import FIXED, OCCASIONS, SECTIONS, TICK
from handlers.texts import Texts
from handlers.words import fold

_LETTERS: Final = {"label": 80, "ask": 240, "help": 300, "counts": 30}
_LIMITS: Final = ("most", "unusual")
_YEARS: Final = (2025, 2099)


@dataclass(frozen=True, slots=True)
class Row:
    """What stands in one row, by the column's key; empty cells are not in it."""

    number: int
    cells: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Draft:
    """A row of which it is known which field it is; all of them, before any is read."""

    row: Row
    key: str
    old: Field | None
    kind: Kind | None
    """None: not understood."""
    label: str
    options: tuple[Option, ...] = ()
    faults: tuple[Faulty, ...] = field(default=(), compare=False)


def draft_of(row: Row, fields: Mapping[str, Field], used: Collection[str], texts: Texts) -> Draft:
    """`fields`: those of the version before; `used`: keys that a new field may not get."""
    label, typed = text_of(row, "label"), text_of(row, "key")
    old = fields.get(typed)
    key = typed if old is not None else key_from(label, used)
    draft = Draft(row, key, old, old.kind if old else None, label)
    faults = [Faulty("new_key", key=typed)] if typed and old is None else []
    try:
        draft = replace(draft, kind=_kind(row, old, texts))
        known = old.options if old else ()
        draft = replace(draft, options=options_of(text_of(row, "options"), draft.kind, known))
    except Faulty as fault:
        faults.append(fault)
    return replace(draft, faults=tuple(faults))


def text_of(row: Row, column: str) -> str:
    """A cell as one line of text; "" for an empty one, and for a formula without a result."""
    value = row.cells.get(column, "")
    if isinstance(value, Odd):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(words.clean(str(value)).split())


def _kind(row: Row, old: Field | None, texts: Texts) -> Kind:
    typed = text_of(row, "kind")
    names = {kind: texts[f"form_edit.kind_{kind}"] for kind in Kind}
    if not typed:
        raise Faulty("needed", column="kind")
    kind = next((kind for kind, name in names.items() if fold(name) == fold(typed)), None)
    if kind is None:
        raise Faulty("kind_unclear", typed=typed, options="; ".join(names.values()))
    if old is not None and old.kind is not kind:
        raise Faulty("kind_changed", kind=names[old.kind])
    if old is None and kind in FIXED:
        raise Faulty("kind_fixed", kind=names[kind])
    return kind


# --- the field -----------------------------------------------------------------------------------


class FieldReader:
    """Reads the rest of a row; every fault is kept, so that all are told at once."""

    def __init__(self, draft: Draft, others: Iterable[Draft], texts: Texts) -> None:
        self._draft = draft
        self._others = [one for one in others if one is not draft]
        self._texts = texts
        self.faults = list(draft.faults)

    def read(self) -> Field | None:
        """The field; with faults as much of it as can be, or None."""
        old, kind = self._draft.old, self._draft.kind
        values: dict[str, Any] = dict(old) if old else {"key": self._draft.key}
        values |= {"kind": kind, "options": self._draft.options}
        if old is None and kind is Kind.RECORDS:
            values["parts"] = self._parts()
        for name, reader in _READERS.items():
            try:
                values[name] = reader(self, name)
            except Faulty as fault:
                self.faults.append(fault)
        if (values.get("since") or 0) > (values.get("until") or MOST):
            self.faults.append(Faulty("years_turned"))
        return self._made(values)

    def _made(self, values: Mapping[str, Any]) -> Field | None:
        try:
            return Field.model_validate(values)
        except ValidationError as error:
            if not self.faults:
                what = "; ".join(one["msg"] for one in error.errors())
                self.faults.append(Faulty("not_fitting", what=what))
            return None

    def _parts(self) -> list[dict[str, Any]]:
        """Of a new list: a name, and what there is to say about it."""
        said = self._texts
        name, what = "form_edit.record_name", "form_edit.record_what"
        return [
            {"key": "name", "label": said[name], "ask": said[f"{name}_ask"], "letters": 120},
            {"key": "what", "label": said[what], "ask": said[f"{what}_ask"], "optional": True},
        ]

    @property
    def _is_figure(self) -> bool:
        return self._draft.kind in (Kind.COUNT, Kind.SHARE, None)

    def _text(self, column: str) -> str:
        if isinstance(self._draft.row.cells.get(column), Odd):
            raise Faulty("odd", column=column)
        text = text_of(self._draft.row, column)
        most = _LETTERS.get(column, MOST)
        if len(text) > most:
            raise Faulty("too_long", column=column, count=len(text), most=most)
        return text

    def _needed(self, column: str) -> str:
        if not (text := self._text(column)):
            raise Faulty("needed", column=column)
        return text

    def _tick(self, column: str) -> bool:
        typed = fold(self._text(column))
        if typed not in ("", TICK, "true", "co", "false", "khong"):
            raise Faulty("tick_unclear", column=column, typed=typed)
        return typed in (TICK, "true", "co")

    def _number(self, column: str) -> int | None:
        typed = self._text(column)
        if not typed:
            return None
        if column in _LIMITS and not self._is_figure:
            raise Faulty("limits_stray", column=column)
        count = words.read_count(typed)
        if not isinstance(count, words.Count) or count.approximate:
            raise Faulty("number_unclear", column=column, typed=typed)
        least, most = (1, MOST) if column in _LIMITS else _YEARS
        if not least <= count.value <= most:
            said = words.say_number(most) if column in _LIMITS else most
            values = {"least": least, "most": said, "typed": typed}
            raise Faulty("number_range", column=column, **values)
        return count.value

    def _part_of(self, column: str) -> str:
        typed = self._text(column)
        if not typed:
            return ""
        if self._draft.kind not in (Kind.COUNT, None):
            raise Faulty("limits_stray", column=column)
        found = self._named(typed)
        if found is None or found.kind is not Kind.COUNT:
            raise Faulty("part_of_unclear", typed=typed)
        return found.key

    def _named(self, typed: str) -> Draft | None:
        """Another field, by its key or its label."""
        by_label = (one for one in self._others if fold(one.label) == fold(typed))
        return next((one for one in self._others if one.key == typed), next(by_label, None))

    def _only_if(self, column: str) -> str:
        typed = self._text(column)
        if not typed:
            return ""
        name, _, value = (side.strip() for side in typed.partition("="))
        found = self._named(name)
        fitting = (
            [one.key for one in found.options if value in (one.key, one.label)] if found else []
        )
        if found is None or not fitting:
            raise Faulty("only_if_unclear", typed=typed)
        return f"{found.key}={fitting[0]}"

    def _section(self, column: str) -> str:
        typed = self._text(column)
        if typed not in SECTIONS and typed:
            options = "; ".join(filter(None, SECTIONS))
            raise Faulty("section_unclear", typed=typed, options=options)
        return typed

    def _plan(self, column: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(pieces(self._needed(column).replace(",", ";").upper())))

    def _occasions(self, column: str) -> tuple[str, ...]:
        names = {fold(self._texts[f"form_edit.occasion_{one}"]): one for one in OCCASIONS}
        found = []
        for piece in pieces(self._needed(column).replace(",", ";")):
            if fold(piece) not in names:
                options = "; ".join(self._texts[f"form_edit.occasion_{one}"] for one in OCCASIONS)
                raise Faulty("occasion_unclear", typed=piece, options=options)
            found.append(names[fold(piece)])
        return tuple(dict.fromkeys(found))

    def _words(self, column: str) -> tuple[str, ...]:
        typed = pieces(self._text(column).replace(",", ";"))
        return tuple(dict.fromkeys(map(fold, typed)))


_READERS: Final = {
    "label": FieldReader._needed,
    "ask": FieldReader._needed,
    "help": FieldReader._text,
    "counts": FieldReader._text,
    "required": FieldReader._tick,
    "most": FieldReader._number,
    "unusual": FieldReader._number,
    "part_of": FieldReader._part_of,
    "section": FieldReader._section,
    "plan": FieldReader._plan,
    "only_if": FieldReader._only_if,
    "since": FieldReader._number,
    "until": FieldReader._number,
    "occasions": FieldReader._occasions,
    "words": FieldReader._words,
}
