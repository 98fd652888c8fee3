"""What a commune decides about its reminders (design §5)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict

_STRICT = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class ReminderRules(BaseModel):
    model_config = _STRICT
    days_off: list[date] = []
    """The commune's own days off, besides those of `handlers/reminding/days_off.toml`."""


def rules_of(settings: Mapping[str, Any]) -> ReminderRules:
    """The rules among a commune's settings; what is not said is the default."""
    return ReminderRules.model_validate(settings.get("reminders", {}))
