"""/vuongmac: somebody tells of a difficulty; for a unit also as a letter to sign (NV-5.1)."""

from handlers.difficulties.conversation import flow

__all__ = ["flow"]
