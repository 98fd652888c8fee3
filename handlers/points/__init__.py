"""What units tell besides figures: picked for the commune's report, put before UBND xã (NV-5.1)."""

import handlers.points.chosen
import handlers.points.conversation
import handlers.points.council
import handlers.points.deciding
import handlers.points.picking  # noqa: F401 - each adds its steps
from handlers.points.flow import flow

__all__ = ["flow"]
