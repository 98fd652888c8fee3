"""The registers an officer keeps: plans issued, visits (GP-5), awards, publicity (NV-3.1)."""

from handlers.registers import answers, conversation, entries, one_line
from handlers.registers.flow import flow

__all__ = ["answers", "conversation", "entries", "flow", "one_line"]
