"""How answers read: a line of the summary, a row of a table, the two sides of a difference."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from handlers import words
from handlers.reporting.answers import FROM_BOOK, FROM_HOLDER, Answer, Answers
from handlers.reporting.form import Field, Form, Kind
from handlers.reporting.rules import applies
from handlers.statistics.figures import say_share
from handlers.texts import Texts

_IN_WORDS_FROM: Final = 1_000  # U7
_NOTE: Final = 160  # characters of a note shown in a summary


@dataclass(frozen=True, slots=True)
class Names:
    """What keys in answers are called."""

    hamlets: Mapping[str, str]
    """Code -> name; "" is the whole commune."""


def say(texts: Texts, field: Field, answer: Answer, names: Names) -> str:
    """The answer alone: "khoảng 120 lượt người", "300/420 người (71,4%)", "chưa nắm được"."""
    if answer.unknown:
        return texts["reporting.unknown_said"]
    said = _SAID_BY[field.kind](texts, field, answer, names)
    return f"{texts['reporting.about']} {said}" if answer.about else said


def line(texts: Texts, field: Field, answer: Answer, names: Names) -> str:
    """The label and the answer: "Số buổi học, tập huấn: 3 buổi (theo sổ)"."""
    said = f"{field.label}: {say(texts, field, answer, names)}"
    source = {FROM_BOOK: "reporting.from_book", FROM_HOLDER: "reporting.from_holder"}
    return f"{said} ({texts[source[answer.source]]})" if answer.source in source else said


def shown(form: Form, answers: Answers) -> list[Field]:
    """The fields a summary shows, in the form's order: its line numbers are places in this list."""
    return [f for f in form.fields if f.key in answers and applies(f, answers)]


def summary(texts: Texts, form: Form, answers: Answers, names: Names) -> str:
    """Numbered lines, one for each answer."""
    lines = (
        f"({number}) {line(texts, field, answers[field.key], names)}"
        for number, field in enumerate(shown(form, answers), 1)
    )
    return "\n".join(lines)


def differences(
    texts: Texts, form: Form, theirs: Answers, mine: Answers, names: Names
) -> list[str]:
    """Lines with both values side by side (T19): "Số buổi: đã gửi 3 buổi, bản này 4 buổi"."""
    found = []
    for field in form.fields:
        left, right = (_told(texts, field, one.get(field.key), names) for one in (theirs, mine))
        if left != right:
            said = texts.say("reporting.two_values", label=field.label, theirs=left, mine=right)
            found.append(said)
    return found


def _told(texts: Texts, field: Field, answer: Answer | None, names: Names) -> str:
    return texts["reporting.left_blank"] if answer is None else say(texts, field, answer, names)


# --- one kind each -------------------------------------------------------------------------------


def number(count: int) -> str:
    """From 1.000 on also in words (U7)."""
    if count < _IN_WORDS_FROM:
        return words.say_number(count)
    return f"{words.say_number(count)} ({words.say_number_in_words(count)})"


def _count(_: Texts, field: Field, answer: Answer, __: Names) -> str:
    return f"{number(_whole(answer.value))} {field.counts}".strip()


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else 0


def pair(value: Any, counts: str = "") -> str:
    """A share as "300/420 người (71,4%)"; without a whole only its part."""
    part, whole = value if isinstance(value, list | tuple) and len(value) == 2 else (0, None)
    if whole is None:
        return f"{words.say_number(part)} {counts}".strip()
    said = f"{words.say_number(part)}/{words.say_number(whole)} {counts}".strip()
    return f"{said} ({say_share(Fraction(100 * part, whole))})" if whole else said


def _share(_: Texts, field: Field, answer: Answer, __: Names) -> str:
    return pair(answer.value, field.counts)


def _date(_: Texts, __: Field, answer: Answer, ___: Names) -> str:
    return words.say_date(date.fromisoformat(str(answer.value)))


def _options(_: Texts, field: Field, answer: Answer, __: Names) -> str:
    keys = answer.value if isinstance(answer.value, list) else [answer.value]
    labels = [found.label for key in keys if (found := field.option(str(key)))]
    return ", ".join(labels) or "-"


def _records(texts: Texts, field: Field, answer: Answer, _: Names) -> str:
    records = answer.value if isinstance(answer.value, list) else []
    first = field.parts[0].key
    if not records:
        return texts["reporting.none_yet"]
    names = "; ".join(str(record.get(first, "")) for record in records)
    return names if len(records) == 1 else f"{len(records)}: {names}"


def _note(texts: Texts, _: Field, answer: Answer, __: Names) -> str:
    text = str(answer.value or "")
    return _short(text) if text else texts["reporting.nothing"]


def _short(text: str) -> str:
    return text if len(text) <= _NOTE else text[: _NOTE - 1].rstrip() + "…"


def _evidence(texts: Texts, _: Field, answer: Answer, __: Names) -> str:
    files = answer.value if isinstance(answer.value, list) else []
    return texts.say("reporting.files_count", count=len(files))


def _by_hamlet(texts: Texts, _: Field, answer: Answer, names: Names) -> str:
    rows = answer.value if isinstance(answer.value, dict) else {}
    if "" in rows:
        return texts.say("reporting.whole_commune", share=pair(rows[""]))
    return "; ".join(_hamlets(rows, names))


def _hamlets(rows: Mapping[str, Any], names: Names) -> Iterable[str]:
    for code, value in rows.items():
        part, whole = value
        yield f"{names.hamlets.get(code, code)}: {words.say_number(part)}/{words.say_number(whole)}"


_SAID_BY: Final = {
    Kind.COUNT: _count,
    Kind.SHARE: _share,
    Kind.DATE: _date,
    Kind.ONE_OF: _options,
    Kind.MANY_OF: _options,
    Kind.RECORDS: _records,
    Kind.NOTE: _note,
    Kind.EVIDENCE: _evidence,
    Kind.BY_HAMLET: _by_hamlet,
}
