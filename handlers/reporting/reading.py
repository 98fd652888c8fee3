"""Reading a report told in one message (N14, U8): what is certain, what must be asked, what is not.

Pure: no clock, no database. Never more than was said, and nothing ambiguous is decided here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from handlers.reporting.answers import Answer
from handlers.reporting.form import Form
from storage.units import UnitInfo


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing a doubtful piece may mean."""

    key: str
    """Of the field; "" = of none: it is left out."""
    answer: Answer


@dataclass(frozen=True, slots=True)
class Doubt:
    """A piece of the message that may mean several things: asked, with numbered readings."""

    typed: str
    """The piece as it was typed: "khoang 120 nguoi"."""
    readings: tuple[Reading, ...]
    """At least two different ones, likeliest first, at most four."""


@dataclass(frozen=True, slots=True)
class Told:
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """Field key -> what is certain."""
    doubts: tuple[Doubt, ...] = ()
    """In the order of the message."""
    unread: tuple[str, ...] = ()
    """Pieces, as typed, that were not understood: listed, never dropped."""
    unit: str = ""
    """Code of the unit that the message names as its own; "" = none."""


def read(text: str, *, form: Form, today: date, known: Sequence[UnitInfo]) -> Told | None:
    """What the message tells for this form (of the year `today` is in).

    None if it tells nothing of it: then it is no report. Raises nothing, in linear time (T29).
    """
    raise NotImplementedError
