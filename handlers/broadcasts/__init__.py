"""/thongbao: one message of the commune to many people, confirmed, stoppable, checkable (T52)."""

from handlers.broadcasts import approving, asking, confirming, looking, stopping
from handlers.broadcasts.checking import flow as check
from handlers.broadcasts.flow import flow

__all__ = ["approving", "asking", "check", "confirming", "flow", "looking", "stopping"]
