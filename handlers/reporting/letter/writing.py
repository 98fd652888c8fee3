"""A report being written down as a letter: what was answered, and the words for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any, Final

from handlers.reporting.answers import Answer, Answers
from handlers.reporting.form import Field, Form
from handlers.reporting.periods import ReportPeriod
from handlers.texts import Texts
from storage.units import UnitInfo

PARAGRAPHS: Final = (
    ("sessions", "attendances", "people", "over_60", "women"),
    ("skilled", "pupils_skilled"),
    ("team_members", "team_helped"),
    ("vneid_helped", "vneid_level_2", "vneid_by_hamlet"),
    ("learners_here", "basic_here"),
    ("models", "exemplars", "initiatives", "awarded"),
)
"""Fields that are read together, whatever the order in which they are asked."""
PLACES: Final = {key: place for place, key in enumerate(chain.from_iterable(PARAGRAPHS))}
"""Key of a field -> where it is read among the others."""


@dataclass(frozen=True, slots=True)
class Writing:
    texts: Texts
    form: Form
    answers: Answers
    unit: UnitInfo
    settings: Mapping[str, Any]
    period: ReportPeriod
    names: Mapping[str, str]
    """Code of a hamlet -> its name."""

    def say(self, key: str, /, **values: object) -> str:
        """The text of the letter; who, when and for which years are known to each."""
        we, when = self.one_of("we", self.form.key), self.by_occasion("when")
        known = {"we": we, "We": capital(we), "when": when, "When": capital(when)}
        known |= {"unit": self.unit.name, "Unit": capital(self.unit.name), "years": self.years}
        return self.texts.say(f"letter.{key}", **{**known, **values})

    def has(self, key: str) -> bool:
        return f"letter.{key}" in self.texts

    def one_of(self, key: str, which: str) -> str:
        """The text of its own for `which`, or the one for all."""
        own = f"{key}_{which}"
        return self.texts[f"letter.{own if self.has(own) else key}"]

    def by_occasion(self, key: str) -> str:
        """The text for this kind of report, with the years it is about."""
        known = {"first": self.period.first.year, "last": self.period.year}
        movement = self.texts["letter.movement"]
        text_id = f"letter.{key}_{self.period.occasion}"
        return self.texts.say(text_id, **known, next=self.period.year + 1, movement=movement)

    @property
    def years(self) -> str:
        return self.by_occasion("years")

    def fields_of(self, section: str) -> list[Field]:
        """In the order of reading; what has no place in it comes last, as the form has it."""
        fields = (field for field in self.form.fields if field.section == section)
        return sorted(fields, key=lambda field: PLACES.get(field.key, len(PLACES)))

    def answered(self, section: str) -> Iterator[tuple[Field, Answer]]:
        """What is not blank of one section."""
        for field in self.fields_of(section):
            if field.key in self.answers:
                yield field, self.answers[field.key]

    def holds(self, field: Field) -> bool:
        """Whether the unit is the one whose figure this is."""
        holders = self.settings.get("holders") or {}
        return bool(field.holder) and holders.get(field.holder) == self.unit.code


def as_day(stored: object) -> date | None:
    try:
        return date.fromisoformat(str(stored))
    except ValueError:
        return None


def one_line(text: str) -> str:
    return " ".join(text.split())


def sentence(text: str) -> str:
    """The words on one line, with a full stop where nothing ends them."""
    said = capital(one_line(text))
    return said if said.endswith((".", "!", "?", "…", ":", ";")) else f"{said}."


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def small(label: str) -> str:
    """A label within a sentence; abbreviations stay as they are."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
