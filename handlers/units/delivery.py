"""What a commune decides about messages nobody is waiting for (design §5, "Delivery policy")."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class OfficialAccountRules(BaseModel):
    """Windows of the Zalo Official Account, counted from the person's last message.

    Zalo's own limits in 2026: 48 hours free, 7 days from the package (zalo.md 3.7).
    """

    model_config = _STRICT
    free_hours: Annotated[int, Field(ge=0, le=48)] = 48
    package_days: Annotated[int, Field(ge=0, le=7)] = 7
    use_package: bool = True
    """False: nothing that the commune pays for is ever sent."""
    templates: dict[str, str] = {}
    """Our name of a message -> id of the template Zalo approved for it. Empty: no templates."""


class DeliveryRules(BaseModel):
    model_config = _STRICT
    reporters_first: list[str] = ["zalo_bot", "telegram", "zalo_oa"]
    """Which of a reporter's accounts is written to, best first: the cheapest that arrives."""
    silent_hours: Annotated[int, Field(ge=1, le=720)] = 24
    """A channel that used to be busy and is silent for so long alarms the admins."""
    zalo_oa: OfficialAccountRules = OfficialAccountRules()
