"""Which messages of the OA are our own: Zalo tells us of all that the OA writes (zalo.md 3.10)."""

from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final

Sleep = Callable[[float], Awaitable[object]]

_REMEMBERED: Final = 10_000  # about an hour of sending; an echo comes within seconds
_LOOKS: Final = 6
_BETWEEN: Final = 0.1  # seconds; together well inside the two that Zalo waits for an answer


class Echoes:
    """Remembers what this process sent, so that it is not taken for a message of the staff."""

    def __init__(self, *, sleep: Sleep) -> None:
        self._sleep = sleep
        self._sent: OrderedDict[str, None] = OrderedDict()
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def expected(self, account: str) -> Iterator[None]:
        """While a message to `account` is under way its echo may come before its id."""
        self._under_way[account] += 1
        try:
            yield
        finally:
            self._under_way[account] -= 1
            if self._under_way[account] <= 0:
                del self._under_way[account]

    def note(self, message: str) -> None:
        """Remember the id of a message that was sent; "" is none."""
        if message:
            self._sent[message] = None
            if len(self._sent) > _REMEMBERED:
                self._sent.popitem(last=False)

    async def is_ours(self, account: str, message: str) -> bool:
        for _ in range(_LOOKS):
            if message in self._sent or account not in self._under_way:
                break
            await self._sleep(_BETWEEN)
        return message in self._sent
