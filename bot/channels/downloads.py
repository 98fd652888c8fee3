"""What people sent, out of a platform's own file host: never from anywhere else (T33, T30)."""

import asyncio
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.channels.base import MAX_MEDIA, NeverFetched, NotFetched

SECONDS: Final = 10.0
_MAX_URL: Final = 2_000
_PIECE: Final = 64 * 1024
_CONNECTIONS: Final = 4


@dataclass(frozen=True, slots=True)
class Hosts:
    """Where a platform keeps what people send."""

    domains: frozenset[str] = frozenset()
    """These and all below them: by https only, and only where they stand at public addresses."""
    origins: frozenset[str] = frozenset()
    """Word for word, whatever they are: a platform that is played on this very machine."""

    def allow(self, url: URL) -> bool:
        if not url.absolute or url.user is not None or url.password is not None:
            return False
        if str(url.origin()) in self.origins:
            return True
        is_plain = url.scheme == "https" and url.port == 443
        host = url.host or ""
        return is_plain and any(host == d or host.endswith(f".{d}") for d in self.domains)


class _Inside(OSError):
    """A name that leads to an address which is not the public network's."""


class PublicOnly(AbstractResolver):
    """Asks another resolver; what is asked and checked here is what is connected to."""

    def __init__(self, inner: AbstractResolver) -> None:
        self._inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        for each in found:
            address = ip_address(each["host"].partition("%")[0])
            if not address.is_global or address.is_multicast:
                raise _Inside
        return found

    async def close(self) -> None:
        await self._inner.close()


class Downloads:
    """One small session for the file host of one channel."""

    def __init__(self, hosts: Hosts, *, resolver: AbstractResolver | None = None) -> None:
        """`resolver`: who knows the addresses of names; the machine's own unless given."""
        self._hosts = hosts
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    async def fetch(self, url: str) -> bytes:
        """At most 5 MB within ten seconds. Raises only `NotFetched`; no address is in it."""
        there = self._allowed(url)
        trouble: NotFetched
        try:
            async with (
                asyncio.timeout(SECONDS),
                self._opened().get(there, allow_redirects=False) as answer,
            ):
                return await read(answer)
        except aiohttp.ClientConnectorError as error:
            is_inside = isinstance(error.os_error, _Inside)
            trouble = NeverFetched("private address") if is_inside else NotFetched("no connection")
        except (aiohttp.ClientError, ValueError, OSError) as error:  # TimeoutError is an OSError
            trouble = NotFetched(type(error).__name__)
        # Raised here and not in the handlers: aiohttp's own exceptions hold the whole address.
        raise trouble

    def _allowed(self, url: str) -> URL:
        try:
            there = URL(url) if len(url) <= _MAX_URL else URL()
            is_allowed = self._hosts.allow(there)
        except ValueError:
            is_allowed = False
        if not is_allowed:
            raise NeverFetched("not the platform's own file host")
        return there

    def _opened(self) -> aiohttp.ClientSession:
        # Made at the first call, because a session belongs to the loop that is running then.
        if self._closed:
            raise NotFetched("closed")
        if self._session is None:
            resolver = PublicOnly(self._resolver or aiohttp.ThreadedResolver())
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=_CONNECTIONS, resolver=resolver, use_dns_cache=False, force_close=True
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"Accept-Encoding": "identity"},
                auto_decompress=False,  # what says it is zipped is no picture (T31)
            )
        return self._session

    async def close(self) -> None:
        self._closed = True
        if self._session is not None:
            await self._session.close()


async def read(answer: aiohttp.ClientResponse) -> bytes:
    """The body of a good answer, refused as soon as it is seen to be too big. Raises `NotFetched`.

    A platform that is in trouble may be asked again; a file that is gone, or elsewhere, is gone.
    """
    if answer.status != 200:
        why = f"HTTP {answer.status}"
        raise (
            NotFetched(why)
            if answer.status in (408, 429) or answer.status >= 500
            else (NeverFetched(why))
        )
    if (answer.content_length or 0) > MAX_MEDIA:  # before a single byte is read
        raise NeverFetched("too big")
    body = bytearray()
    async for piece in answer.content.iter_chunked(_PIECE):
        body += piece
        if len(body) > MAX_MEDIA:  # the declaration lied
            raise NeverFetched("too big")
    return bytes(body)
