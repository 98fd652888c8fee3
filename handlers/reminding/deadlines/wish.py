"""A deadline that is being set: what a sentence told, and what was answered since."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Self

from handlers.reminding.deadlines.reading import Said
from handlers.reminding.deadlines.whom_said import NOBODY, Asked
from storage.deadlines import DeadlineInfo

FLOW: Final = "deadlines"
"""Name of the conversation that changes deadlines."""


@dataclass(frozen=True, slots=True)
class Wish:
    commune: int
    number: int = 0
    """Of the own deadline that gets another day or other rungs; 0 = a new one."""
    kind: str = ""
    period: str = ""
    title: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """What may be meant, while `kind` is ""."""
    asked: Asked = NOBODY
    due: date | None = None
    possible: tuple[date, ...] = ()
    is_day_unfit: bool = False
    """A day was named that cannot be: over, not in the calendar, outside of its period."""
    unreal: str = ""
    """That day as typed, where no calendar has it: "30/2"."""
    before: tuple[int, ...] = ()
    """() = as usual."""
    is_rungs_open: bool = False
    """Something was said of reminding that cannot be read."""
    seen: str = ""
    """What stood when it was read back (T19)."""

    @classmethod
    def of(cls, commune: int, said: Said) -> Self:
        return cls(
            commune,
            kind=said.meant.kind,
            period=said.meant.period,
            title=said.title,
            choices=said.meant.choices,
            asked=said.asked,
            due=said.due,
            possible=said.possible,
            is_day_unfit=said.day.is_said and said.due is None and not said.possible,
            unreal=said.day.unreal,
            before=said.before or (),
            is_rungs_open=said.is_rungs_unread,
        )

    @classmethod
    def again(cls, found: DeadlineInfo) -> Self:
        """One that stands, to be changed."""
        return cls(
            found.commune_id,
            number=found.id if found.kind == "own" else 0,
            kind=found.kind,
            period=found.period,
            title=found.title,
            asked=Asked(found.whom),
            due=found.due_on,
            before=found.before,
        )

    @classmethod
    def load(cls, draft: Mapping[str, Any]) -> Self:
        told = draft.get("asked", {})
        doubts = tuple((str(typed), tuple(ids)) for typed, ids in told.get("doubts", ()))
        asked = Asked(told.get("group", ""), tuple(told.get("units", ())), doubts)
        due = draft.get("due")
        return cls(
            int(draft.get("commune", 0)),
            number=int(draft.get("number", 0)),
            kind=str(draft.get("kind", "")),
            period=str(draft.get("period", "")),
            title=str(draft.get("title", "")),
            choices=tuple((str(kind), str(of)) for kind, of in draft.get("choices", ())),
            asked=asked,
            due=date.fromisoformat(due) if due else None,
            possible=tuple(date.fromisoformat(day) for day in draft.get("possible", ())),
            is_day_unfit=bool(draft.get("is_day_unfit")),
            unreal=str(draft.get("unreal", "")),
            before=tuple(draft.get("before", ())),
            is_rungs_open=bool(draft.get("is_rungs_open")),
            seen=str(draft.get("seen", "")),
        )

    def dump(self) -> dict[str, Any]:
        asked = self.asked
        return {
            "commune": self.commune,
            "number": self.number,
            "kind": self.kind,
            "period": self.period,
            "title": self.title,
            "choices": [list(one) for one in self.choices],
            "asked": {
                "group": asked.group,
                "units": list(asked.units),
                "doubts": [[typed, list(ids)] for typed, ids in asked.doubts],
            },
            "due": self.due.isoformat() if self.due else None,
            "possible": [day.isoformat() for day in self.possible],
            "is_day_unfit": self.is_day_unfit,
            "unreal": self.unreal,
            "before": list(self.before),
            "is_rungs_open": self.is_rungs_open,
            "seen": self.seen,
        }

    def on(self, due: date) -> "Wish":
        return replace(self, due=due, possible=(), is_day_unfit=False, unreal="")


def as_seen(found: DeadlineInfo | None) -> str:
    """What of a standing one is compared when another is written over it."""
    if found is None:
        return "none"
    return f"{found.id}:{found.due_on.isoformat()}:{'-'.join(map(str, found.before))}"


def is_half_made(flow: str, draft: Mapping[str, Any]) -> bool:
    """Whether a conversation stands where a deadline is being told and is not yet set."""
    return flow == FLOW and "is_rungs_open" in draft
