"""Who tries addresses that do not exist: counted by network address, in bounded memory (T03)."""

from collections import OrderedDict
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from aiohttp import web

from bot.clock import Clock

MOST: Final = 30
WITHIN: Final = 600.0  # seconds
_REMEMBER: Final = 10_000  # addresses; the longest unheard is forgotten


class Knocks:
    """Wrong tokens by address. A whole mobile network may share one: only wrong ones count."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def are_too_many(self, address: str) -> bool:
        return self._count(address)[1] >= MOST

    def note_wrong(self, address: str) -> None:
        since, count = self._count(address)
        self._wrong[address] = (since, count + 1)
        self._wrong.move_to_end(address)
        if len(self._wrong) > _REMEMBER:
            self._wrong.popitem(last=False)

    def _count(self, address: str) -> tuple[float, int]:
        now = self._clock.monotonic()
        since, count = self._wrong.get(address, (now, 0))
        return (now, 0) if now - since >= WITHIN else (since, count)


def address_of(request: web.Request) -> str:
    """The network address that asks; behind a proxy on this machine, whom the proxy names (W6).

    Anybody may write the header; only what our own proxy put last is believed.
    """
    remote = _address(request.remote or "")
    forwarded = request.headers.getall("X-Forwarded-For", [])
    if forwarded and remote is not None and remote.is_loopback:
        remote = _address(forwarded[-1].rpartition(",")[2].strip()) or remote
    if isinstance(remote, IPv6Address):
        return remote.exploded[:19]  # one household has a whole /64
    return str(remote)


def _address(written: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(written)
    except ValueError:
        return None
