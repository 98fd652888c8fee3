"""The broadcast that an officer is making: what is known of it until it is confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from handlers.broadcasts.audience import NOBODY, Audience
from handlers.broadcasts.whom import Read


@dataclass(frozen=True, slots=True)
class Plan:
    commune: int
    audience: Audience = NOBODY
    doubts: tuple[tuple[str, tuple[int, ...]], ...] = ()
    text: str = ""
    code: str = ""
    count: int = 0
    """How many people the preview named."""

    @classmethod
    def load(cls, draft: Mapping[str, Any]) -> Self:
        """Raise `KeyError`, `TypeError` or `ValueError` for what is no such draft."""
        plan = draft["plan"]
        return cls(
            int(plan["commune"]),
            Audience.load(plan["audience"]),
            tuple((str(typed), tuple(map(int, ids))) for typed, ids in plan["doubts"]),
            str(plan["text"]),
            str(plan["code"]),
            int(plan["count"]),
        )

    def draft(self) -> dict[str, Any]:
        return {
            "plan": {
                "commune": self.commune,
                "audience": self.audience.stored(),
                "doubts": [[typed, list(ids)] for typed, ids in self.doubts],
                "text": self.text,
                "code": self.code,
                "count": self.count,
            }
        }

    def with_whom(self, read: Read) -> Self:
        return replace(self, audience=read.audience, doubts=read.doubts)
