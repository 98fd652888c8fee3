"""/buoihoc: a session that people join by a code; and what officers should look at afterwards."""

from handlers.sessions import counting, joining, looking
from handlers.sessions.conversation import remind
from handlers.sessions.place import flow

__all__ = ["counting", "flow", "joining", "looking", "remind"]
