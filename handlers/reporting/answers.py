"""One answer of a report, and all of them together: what is stored as JSON in drafts and versions.

A figure, "chưa nắm được" and blank are three different things, also in totals (design §5): blank
is a key that is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

Value = int | str | list[Any] | dict[str, Any] | None

FROM_BOOK: Final = "book"
"""Filled in from what the year recorded, and shown as such."""
FROM_HOLDER: Final = "holder"
"""Entered once by the unit whose figure it is."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` is as `form.Kind` says; None only with `unknown`."""

    value: Value = None
    unknown: bool = False
    """"chưa nắm được"."""
    about: bool = False
    """"khoảng 120"."""
    source: str = ""
    """"" = told by the unit, else `FROM_BOOK` or `FROM_HOLDER`."""
    sure: bool = False
    """An unusual figure was confirmed (T20)."""

    def to_json(self) -> dict[str, Any]:
        stored: dict[str, Any] = {"value": self.value}
        stored |= {name: True for name in ("unknown", "about", "sure") if getattr(self, name)}
        return stored | ({"source": self.source} if self.source else {})

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read it back; what another release wrote and this one does not know is left out."""
        known = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        return cls(**known)


UNKNOWN: Final = Answer(unknown=True)

Answers = Mapping[str, Answer]
"""Field key -> its answer; a missing key is blank."""


def stored(answers: Answers) -> dict[str, Any]:
    return {key: answer.to_json() for key, answer in answers.items()}


def loaded(stored: Mapping[str, Any]) -> dict[str, Answer]:
    return {key: Answer.from_json(answer) for key, answer in stored.items()}
