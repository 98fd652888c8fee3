"""The form that an officer is making: what is known of it, and what is asked next."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from handlers.quick_forms.brief import Brief, guess_kind
from handlers.quick_forms.form import TITLE_LETTERS, Question, Questions
from handlers.quick_forms.whom import Whom


@dataclass(frozen=True, slots=True)
class Plan:
    commune: int
    title: str = ""
    questions: Questions = ()
    text: str = ""
    """Of the question whose kind or options are still open."""
    waiting: tuple[str, ...] = ()
    """Questions that were told already and come after that one."""
    kind: str = ""
    place: int = -1
    """Where that question goes; -1 = behind the others."""
    is_enough: bool = False
    """No more questions."""
    units: tuple[int, ...] | None = None
    doubts: tuple[tuple[str, tuple[int, ...]], ...] = ()
    every: bool = False
    due: date | None = None

    @classmethod
    def load(cls, draft: Mapping[str, Any]) -> Self:
        """Raise `ValueError`, `KeyError` or `TypeError` for what is no such draft."""
        plan = draft["plan"]
        return cls(
            **{
                **plan,
                "questions": tuple(Question.model_validate(one) for one in plan["questions"]),
                "waiting": tuple(map(str, plan.get("waiting", ()))),
                "units": None if plan["units"] is None else tuple(map(int, plan["units"])),
                "doubts": tuple((str(typed), tuple(ids)) for typed, ids in plan["doubts"]),
                "due": date.fromisoformat(plan["due"]) if plan["due"] else None,
            }
        )

    def draft(self) -> dict[str, Any]:
        asked = [one.model_dump(mode="json", exclude_defaults=True) for one in self.questions]
        plan = {
            "commune": self.commune,
            "title": self.title,
            "questions": asked,
            "text": self.text,
            "waiting": list(self.waiting),
            "kind": self.kind,
            "place": self.place,
            "is_enough": self.is_enough,
            "units": None if self.units is None else list(self.units),
            "doubts": [[typed, list(ids)] for typed, ids in self.doubts],
            "every": self.every,
            "due": self.due.isoformat() if self.due else "",
        }
        return {"plan": plan}

    def with_question(self, question: Question) -> Self:
        """The finished question at its place."""
        at = self.place if 0 <= self.place <= len(self.questions) else len(self.questions)
        asked = (*self.questions[:at], question, *self.questions[at:])
        plan = replace(self, questions=asked, text="", kind="", place=-1, waiting=())
        return plan._with_texts(self.waiting)

    def _with_texts(self, texts: tuple[str, ...]) -> Self:
        """The next of these questions, at once if its own words say how it is answered."""
        if not texts:
            return self
        plan = replace(self, text=texts[0], waiting=texts[1:])
        kind = guess_kind(texts[0])
        return plan.with_question(Question(text=texts[0], kind=kind)) if kind else plan

    def with_brief(self, brief: Brief) -> Self:
        """What the short way told; without a question mark it is the title."""
        title = brief.question.rstrip("?").strip()[:TITLE_LETTERS]
        if not brief.question.endswith("?"):
            return replace(self, title=title)
        plan = replace(self, title=title, is_enough=True, due=brief.due)
        plan = plan._with_texts((brief.question, *brief.more))
        return plan.with_whom(brief.whom) if brief.whom else plan

    def with_whom(self, whom: Whom) -> Self:
        return replace(self, units=whom.units, doubts=whom.doubts, every=whom.every)
