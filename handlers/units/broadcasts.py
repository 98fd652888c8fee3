"""What a commune decides about messages to many people (T52)."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class BroadcastRules(BaseModel):
    model_config = _STRICT
    second_approver_above: Annotated[int, Field(ge=0, le=1_000_000)] = 500
    """A broadcast to more people than this goes only when a second officer has approved it."""


def rules_of(settings: Mapping[str, Any]) -> BroadcastRules:
    """The rules among a commune's settings; what is not said is the default."""
    return BroadcastRules.model_validate(settings.get("broadcasts", {}))
