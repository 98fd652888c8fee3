"""This year's answers beside last year's: what changed, the great jumps first. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from handlers.reporting import saying
from handlers.reporting.answers import Answer, Answers
from handlers.reporting.form import Field, Form, Kind
from handlers.reporting.rules import applies
from handlers.reporting.saying import Names
from handlers.texts import Texts
from handlers.words import say_number

_FAR: Final = 3
_SMALL: Final = 30
"""Where there was nothing last year, up to here nobody wonders (as `rules`)."""
_ENOUGH, _ALONE, _NEAR = 4, 5, 10
"""So many others make a median; so many times it, and by more than that, stands alone."""
_COMPARED: Final = frozenset({Kind.COUNT, Kind.SHARE, Kind.ONE_OF})


@dataclass(frozen=True, slots=True)
class Difference:
    field: Field
    before: Answer
    now: Answer | None
    """None: left blank this year."""

    @property
    def is_jump(self) -> bool:
        """More than three times as much, or nothing where there was something."""
        before, now = _count(self.field, self.before), _count(self.field, self.now)
        if before is None or now is None or before == now:
            return False
        if now == 0:
            return True
        return now > (_FAR * before if before else _SMALL)

    def say(self, texts: Texts, names: Names) -> str:
        """Say it as "Số buổi học, tập huấn: năm trước 3 buổi, năm nay 12 buổi"."""
        return texts.say(
            "review.difference",
            label=self.field.label,
            before=saying.say(texts, self.field, self.before, names),
            now=_said(texts, self.field, self.now, names),
        )


def differences(form: Form, before: Answers, now: Answers) -> list[Difference]:
    """What is not as last year, where last year is known: jumps first, else as in the form."""
    found = [
        Difference(field, before[field.key], now.get(field.key))
        for field in form.fields
        if field.kind in _COMPARED and _is_known(field, before) and _differs(field, before, now)
    ]
    return sorted(found, key=lambda one: not one.is_jump)


def jumps(found: Iterable[Difference]) -> list[Difference]:
    return [one for one in found if one.is_jump]


@dataclass(frozen=True, slots=True)
class Outlier:
    """A figure far above what units of the same kind told this year (T20)."""

    field: Field
    count: int
    usual: int
    """The median of the others."""

    def say(self, texts: Texts) -> str:
        values = {"count": say_number(self.count), "usual": say_number(self.usual)}
        return texts.say("review.note_outlier", label=self.field.label, **values)


def outliers(form: Form, mine: Answers, others: Sequence[Answers]) -> list[Outlier]:
    """The counts of `mine` that stand alone beside `others` of the same form."""
    found = []
    for field in form.fields:
        count = _count(field, mine.get(field.key)) if field.kind is Kind.COUNT else None
        told = [n for one in others if (n := _count(field, one.get(field.key))) is not None]
        if count is None or len(told) < _ENOUGH:
            continue
        usual = int(median(told))
        if count - usual > _NEAR and count > _ALONE * usual:
            found.append(Outlier(field, count, usual))
    return found


def _is_known(field: Field, before: Answers) -> bool:
    answer = before.get(field.key)
    if answer is None or answer.unknown:
        return False
    return field.kind is Kind.ONE_OF or _count(field, answer) is not None


def _differs(field: Field, before: Answers, now: Answers) -> bool:
    if not applies(field, now):  # the question does not stand this year
        return False
    told = now.get(field.key)
    return told is None or told.unknown or told.value != before[field.key].value


def _count(field: Field, answer: Answer | None) -> int | None:
    """The figure of a count, or the part of a share; None for what is not known."""
    if answer is None or answer.unknown or not field.is_figure:
        return None
    value = answer.value
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, int) else None


def _said(texts: Texts, field: Field, answer: Answer | None, names: Names) -> str:
    if answer is None:
        return texts["reporting.left_blank"]
    return saying.say(texts, field, answer, names)
