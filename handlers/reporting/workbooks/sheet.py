"""The form of one unit and period as a workbook to fill in: what stands in it (plain data).

`filled.py` reads it when it comes back; the two agree on `Marker` and on the keys of the rows.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Self

from handlers.documents.form_contents import FILL_WORDS, Cell, FillIn, Line
from handlers.reporting import periods, saying
from handlers.reporting.answers import FROM_BOOK, FROM_HOLDER, Answer, Answers
from handlers.reporting.form import MOST_RECORDS, Field, Form, Kind, Part
from handlers.reporting.periods import ReportPeriod
from handlers.texts import Texts

SHOWN: Final = "~"
"""Before a row's key: it is only shown, whatever comes back in it."""
TICK: Final = "x"
_BEGINS: Final = "HVS-BIEU-1"
_FEWEST_RECORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Marker:
    """Which form of which unit and period a sheet is: its hidden first cell."""

    unit: str
    form: str
    version: int
    period: str

    def __str__(self) -> str:
        return f"{_BEGINS}|{self.unit}|{self.form}|{self.version}|{self.period}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        match text.strip().split("|"):
            case [begins, unit, form, version, period] if begins == _BEGINS:
                is_one = version.isdecimal() and len(version) < 6
                return cls(unit, form, int(version), period) if is_one else None
        return None


@dataclass(frozen=True, slots=True)
class Whose:
    """The unit and period of a sheet."""

    code: str
    name: str
    """A name no other unit of the commune has."""
    period: ReportPeriod
    hamlets: Mapping[str, str]
    """Code -> name, of the hamlets whose holder's figures may be entered."""


def contents_of(
    texts: Texts,
    form: Form,
    answers: Answers,
    whose: Whose,
    *,
    asked: Collection[str],
    made: datetime,
    sample: bool,
) -> dict[str, Any]:
    """What `form_sheet.report_form` draws, as JSON.

    `form`: as it is for this period; `asked`: keys this unit is asked for, anything else is shown
    where it is known. `made`: local, without a zone.
    """
    writer = _Writer(texts, form, answers, whose)
    title = texts.say(
        "form_sheet.title", form=form.title, period=periods.say_title(texts, whose.period)
    )
    due = periods.say_due(texts, whose.period)
    return asdict(
        FillIn(
            title=title,
            about=texts.say("form_sheet.about", unit=whose.name, due=due),
            guide=tuple(texts.say(f"form_sheet.guide_{number}") for number in (1, 2, 3)),
            sample=texts["form_sheet.sample"] if sample else "",
            made=made,
            marker=str(Marker(whose.code, form.key, form.version, whose.period.key)),
            lines=tuple(writer.lines(asked)),
            words={word: texts[f"form_sheet.{word}"] for word in FILL_WORDS},
        )
    ) | {"made": made.isoformat()}


class _Writer:
    """Makes the lines of one sheet."""

    def __init__(self, texts: Texts, form: Form, answers: Answers, whose: Whose) -> None:
        self._texts = texts
        self._form = form
        self._answers = answers
        self._whose = whose
        self._unknown = Cell("choice", None, (TICK,))

    def lines(self, asked: Collection[str]) -> Iterator[Line]:
        fields = [one for one in self._form.fields if one.key in asked]
        fields = [one for one in fields if one.kind is not Kind.EVIDENCE]
        ahead = [one for one in fields if one.required]
        behind = [one for one in fields if not one.required]
        known = [one for one in self._form.fields if one not in fields]
        known = [one for one in known if one.key in self._answers]
        number = 0
        for heading, group in (("required", ahead), ("more", behind), ("known", known)):
            if group:
                yield Line("", self._texts[f"form_sheet.heading_{heading}"])
            for field in group:
                number += 1
                made = [self._shown(field)] if group is known else self._asked(field)
                for place, line in enumerate(made):
                    yield replace(line, number="" if place else str(number))

    def _shown(self, field: Field) -> Line:
        """What the house or a holder counted: to read, not to fill in."""
        names = saying.Names(self._whose.hamlets)
        said = saying.say(self._texts, field, self._answers[field.key], names)
        value = Cell("shown", said)
        return Line(f"{SHOWN}{field.key}", field.label, value=value, note=self._note(field))

    def _asked(self, field: Field) -> Iterable[Line]:
        answer = self._answers.get(field.key)
        tick = replace(self._unknown, value=TICK if answer and answer.unknown else None)
        head = Line(
            field.key,
            field.label,
            hint="\n".join(filter(None, (field.ask, field.help))),
            counts=field.counts,
            unknown=tick,
            note=self._note(field),
        )
        told = answer if answer is not None and not answer.unknown else None
        return _WRITERS[field.kind](self, field, head, told)

    def _note(self, field: Field) -> str:
        answer = self._answers.get(field.key)
        source = {FROM_BOOK: "from_book", FROM_HOLDER: "from_holder"}
        notes = []
        if answer is not None and answer.source in source:
            notes.append(self._texts[f"form_sheet.{source[answer.source]}"])
        key, _, value = field.only_if.partition("=")
        if key:
            option = self._form[key].option(value)
            label = option.label if option else value
            values = {"label": self._form[key].label, "option": label}
            notes.append(self._texts.say("form_sheet.only_if", **values))
        return "\n".join(notes)

    # --- one kind each ---------------------------------------------------------------------------

    def _count(self, _: Field, head: Line, told: Answer | None) -> Iterable[Line]:
        return [replace(head, value=self._figure(told.value if told else None, told))]

    def _share(self, _: Field, head: Line, told: Answer | None) -> Iterable[Line]:
        return [self._pair(head, told.value if told else None, told)]

    def _pair(self, line: Line, value: Any, told: Answer | None) -> Line:
        part, whole = value if isinstance(value, list) and len(value) == 2 else (None, None)
        return replace(line, value=self._figure(part, told), whole=self._figure(whole, None))

    def _figure(self, value: Any, told: Answer | None) -> Cell:
        if not isinstance(value, int):
            return Cell("count")
        about = told is not None and told.about
        return Cell(
            "count", f"{self._texts['form_sheet.approximately']} {value}" if about else value
        )

    def _date(self, _: Field, head: Line, told: Answer | None) -> Iterable[Line]:
        day = date.fromisoformat(str(told.value)) if told else None
        said = f"{day.day}/{day.month}/{day.year}" if day else None
        return [replace(head, value=Cell("text", said))]

    def _one_of(self, field: Field, head: Line, told: Answer | None) -> Iterable[Line]:
        chosen = field.option(str(told.value)) if told else None
        options = tuple(option.label for option in field.options)
        return [replace(head, value=Cell("choice", chosen.label if chosen else None, options))]

    def _many_of(self, field: Field, head: Line, told: Answer | None) -> Iterable[Line]:
        chosen = told.value if told and isinstance(told.value, list) else []
        yield replace(head, value=self._nothing(told), note=self._below(head))
        for option in field.options:
            tick = Cell("choice", TICK if option.key in chosen else None, (TICK,))
            yield Line(f"{field.key}/{option.key}", option.label, value=tick)

    def _records(self, field: Field, head: Line, told: Answer | None) -> Iterable[Line]:
        records = told.value if told and isinstance(told.value, list) else []
        yield replace(head, value=self._nothing(told), note=self._below(head))
        many = min(max(_FEWEST_RECORDS, len(records) + 1), MOST_RECORDS)
        for number in range(1, many + 1):
            record = records[number - 1] if number <= len(records) else {}
            for part in field.parts:
                said = str(record.get(part.key, ""))
                values = {"number": number, "label": part.label}
                label = self._texts.say("form_sheet.record", **values)
                key = f"{field.key}/{number}/{part.key}"
                yield Line(key, label, hint=part.ask, value=_part(part, said))

    def _nothing(self, told: Answer | None) -> Cell:
        """The first row of a list: only there one says that there is none."""
        none = self._texts["form_sheet.none"]
        is_none = told is not None and told.value == []
        return Cell("choice", none if is_none else None, (none,))

    def _below(self, head: Line) -> str:
        return "\n".join(filter(None, (self._texts["form_sheet.below"], head.note)))

    def _text(self, _: Field, head: Line, told: Answer | None) -> Iterable[Line]:
        said = str(told.value or self._texts["form_sheet.none"]) if told else None
        return [replace(head, value=Cell("long", said))]

    def _by_hamlet(self, field: Field, head: Line, told: Answer | None) -> Iterable[Line]:
        rows = told.value if told and isinstance(told.value, dict) else {}
        at_once = self._pair(head, rows.get(""), None)
        yield replace(at_once, note=self._texts["form_sheet.at_once"])
        for code, name in self._whose.hamlets.items():
            if code:
                line = Line(f"{field.key}/{code}", name, counts=field.counts)
                yield self._pair(line, rows.get(code), None)


def _part(part: Part, said: str) -> Cell:
    if not part.options:
        return Cell("text", said or None)
    labels = {option.key: option.label for option in part.options}
    return Cell("choice", labels.get(said), tuple(labels.values()))


_WRITERS: Final = {
    Kind.COUNT: _Writer._count,
    Kind.SHARE: _Writer._share,
    Kind.DATE: _Writer._date,
    Kind.ONE_OF: _Writer._one_of,
    Kind.MANY_OF: _Writer._many_of,
    Kind.RECORDS: _Writer._records,
    Kind.NOTE: _Writer._text,
    Kind.BY_HAMLET: _Writer._by_hamlet,
}

__all__ = ["SHOWN", "TICK", "Marker", "Whose", "contents_of"]
