"""HTTP/1.1 as lean as Python has it: whatever the client spends, the program cannot have."""

import asyncio
import re
from collections.abc import Callable
from typing import Final

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_END: Final = b"\r\n\r\n"

Answer = Callable[[asyncio.WriteTransport, bytes, bytes], None]
"""Given where to write, the head and the body of one whole request."""
Done = Callable[[int], None]
"""Given the status; 0: the line broke, nobody knows."""


def split(data: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Head, body and what follows of the first whole message; None if it is not all there."""
    end = data.find(_END)
    if end < 0:
        return None
    found = _LENGTH.search(data, 0, end)
    whole = end + 4 + (int(found[1]) if found else 0)
    if len(data) < whole:
        return None
    return data[:end], data[end + 4 : whole], data[whole:]


class Served(asyncio.Protocol):
    """One connection somebody has opened to us."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._rest = b""
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a stream can be written to

    def data_received(self, data: bytes) -> None:
        rest = self._rest + data if self._rest else data
        while rest and (message := split(rest)) is not None:
            head, body, rest = message
            self._answer(self._transport, head, body)
        self._rest = rest


class _Line(asyncio.Protocol):
    """One kept-open connection of ours, with at most one request under way."""

    def __init__(self, free: list["_Line"]) -> None:
        self._free = free
        self._rest = b""
        self._done: Done | None = None
        self.transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def ask(self, request: bytes, done: Done) -> None:
        self._done = done
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._rest += data
        message = split(self._rest)
        if message is None:
            return
        head, _, self._rest = message
        done, self._done = self._done, None
        self._free.append(self)
        if done is not None:
            done(int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        if self in self._free:
            self._free.remove(self)
        if self._done is not None:
            self._done(0)


class Poster:
    """Posts to one address; as many connections as requests under way."""

    def __init__(self, port: int, path: str, **headers: str) -> None:
        self.port = port
        named = "".join(f"{k.replace('_', '-')}: {v}\r\n" for k, v in headers.items())
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{named}"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()
        self._free: list[_Line] = []
        self._opening: set[asyncio.Task[None]] = set()

    def post(self, body: bytes, done: Done) -> None:
        request = b"%b%d\r\n\r\n%b" % (self._head, len(body), body)
        if self._free:
            self._free.pop().ask(request, done)
            return
        task = asyncio.create_task(self._open(request, done))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def _open(self, request: bytes, done: Done) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, line = await loop.create_connection(
                lambda: _Line(self._free), "127.0.0.1", self.port
            )
        except OSError:
            done(0)
        else:
            line.ask(request, done)

    def close(self) -> None:
        for line in list(self._free):
            line.transport.close()
        for task in self._opening:
            task.cancel()
