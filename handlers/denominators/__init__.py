"""How many adults and households a unit has, told in chat: what every rate is a share of."""

from handlers.denominators import conversation
from handlers.denominators.scope import flow

__all__ = ["conversation", "flow"]
