"""What came in to a quick form, added up: chat and workbook say the same figures. Pure.

"Chưa nắm được" and blank are counted by themselves, never as 0 (design §5).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from handlers.quick_forms.form import Answer, Questions, load_answers
from storage.quick_forms import AnswerInfo, FormInfo


@dataclass(frozen=True, slots=True)
class Line:
    """One unit that was asked."""

    unit: int
    code: str
    name: str
    exists: bool
    """Still a unit of its own; one that was merged away owes nothing."""
    answers: Mapping[int, Answer] | None
    """None: nothing came."""
    source: str = ""
    sent_at: datetime | None = None
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """All answers to one question."""

    known: int = 0
    """Units that told something."""
    total: int | None = None
    """Of figures; None when nobody told one."""
    about: bool = False
    chosen: tuple[int, ...] = ()
    """Units by choice: (yes, no), or in the order of the options."""
    unknown: int = 0
    blank: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    form: FormInfo
    questions: Questions
    lines: tuple[Line, ...]

    @property
    def answered(self) -> list[Line]:
        return [line for line in self.lines if line.answers is not None]

    @property
    def missing(self) -> list[Line]:
        return [line for line in self.lines if line.answers is None and line.exists]

    @property
    def asked(self) -> int:
        """Units that answered or still can."""
        return len(self.answered) + len(self.missing)

    def sum_of(self, place: int) -> Sum:
        told = [_said(line, place) for line in self.answered]
        known = [one for one in told if not (one.is_blank or one.unknown)]
        figures = [one.number for one in known if one.number is not None]
        return Sum(
            known=len(known),
            total=sum(figures) if figures else None,
            about=any(one.about for one in known),
            chosen=self._chosen(place, known),
            unknown=sum(one.unknown for one in told),
            blank=sum(one.is_blank for one in told),
        )

    def _chosen(self, place: int, known: Sequence[Answer]) -> tuple[int, ...]:
        options = self.questions[place].options
        if options:
            counts = Counter(one.option for one in known)
            return tuple(counts[at] for at in range(len(options)))
        said = Counter(one.yes for one in known)
        return (said[True], said[False])


def _said(line: Line, place: int) -> Answer:
    return (line.answers or {}).get(place, Answer())


def line_of(
    unit: tuple[int, str, str],
    *,
    exists: bool,
    newest: AnswerInfo | None,
    first_at: datetime | None,
    due_on: date,
    zone: tzinfo,
) -> Line:
    """`unit`: id, code, name. Late is who answered first after the last day (R19)."""
    if newest is None:
        return Line(*unit, exists, None)
    first = first_at or newest.sent_at
    return Line(
        *unit,
        exists,
        load_answers(newest.answers),
        newest.source,
        newest.sent_at,
        first.astimezone(zone).date() > due_on,
    )
