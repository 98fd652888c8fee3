"""The officer's conversation about difficulties, proposals and examples."""

from collections.abc import Mapping
from typing import Any, Final

from handlers.flow import Flow
from handlers.roles import DESK
from handlers.words import say_number

flow = Flow(
    "points",
    allow=DESK,
    words=("tổng hợp khó khăn", "chọn gương điển hình", "khó khăn của các đơn vị"),
)
LEAST: Final = 5
MOST: Final = 1_000
"""Letters of a point, and of what UBND xã decided."""
LIMITS: Final[Mapping[str, Any]] = {"least": say_number(LEAST), "most": say_number(MOST)}
"""As sentences say them."""
