"""Where somebody is in a report: what the conversation keeps; answers are in their own draft."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Self

from handlers.reporting.answers import Answer, loaded, stored
from handlers.reporting.place import Place
from storage.report_drafts import DraftInfo


@dataclass(frozen=True, slots=True)
class Spot:
    unit: int = 0
    """0 = not chosen yet."""
    period: str = ""
    source: str = "unit"
    """Who tells it: the unit itself, or somebody who enters it from the "phone" or from "paper"."""
    practice: bool = False
    then: str = "next"
    """Where an answer leads: "next" question, back to the "summary", to the list of "more"."""
    key: str = ""
    """Of the field that is being asked."""
    shown: int = 0
    """The draft's version of which a summary was shown (T42)."""
    form: int = 0
    """The form's version of that summary: changed meanwhile, it is shown anew (T42)."""
    files: list[int] = field(default_factory=list)
    """Ids of the evidence that the summary counted."""
    sent: int = 0
    """The report's version that was shown as sent: only that one is taken back (U9)."""
    page: int = 0
    """Of a list that has more than one."""
    record: dict[str, str] = field(default_factory=dict)
    """The parts of one record that were told so far."""
    pending: dict[str, Any] = field(default_factory=dict)
    """An answer that waits for a yes, or for a choice among `readings`."""
    doubts: list[dict[str, Any]] = field(default_factory=list)
    """Pieces of a message that are to be asked about, as JSON (see `message`)."""
    unread: list[str] = field(default_factory=list)
    """Pieces of a message that were not understood."""
    text: str = ""
    """A message that waits until it is known which unit it is about."""

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> Self:
        """Read it back; what another release wrote and this one does not know is left out."""
        known = {one.name for one in fields(cls)}
        return cls(**{key: value for key, value in stored.items() if key in known})

    def dump(self) -> dict[str, Any]:
        return asdict(self)

    def asking(self, key: str) -> Self:
        """About this field now, with nothing left of the one before."""
        return replace(self, key=key, record={}, pending={})


@dataclass(frozen=True, slots=True)
class Work:
    """A report being answered: the place, the draft, and where the conversation stands."""

    place: Place
    draft: DraftInfo
    spot: Spot

    @property
    def answers(self) -> dict[str, Answer]:
        return loaded(self.draft.answers)

    @property
    def passed(self) -> list[str]:
        return list(self.draft.passed.get("keys", []))

    def at(self, spot: Spot) -> Self:
        return replace(self, spot=spot)

    def with_answers(self, changed: Mapping[str, Answer | None]) -> Self:
        """With these answers; None makes a field blank again."""
        merged = {**self.draft.answers, **stored({k: v for k, v in changed.items() if v})}
        kept = {key: answer for key, answer in merged.items() if changed.get(key, True)}
        return replace(self, draft=replace(self.draft, answers=kept))

    def having_passed(self, key: str) -> Self:
        keys = {"keys": [*dict.fromkeys([*self.passed, key])]}
        return replace(self, draft=replace(self.draft, passed=keys))
