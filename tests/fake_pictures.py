"""A platform's picture host to test against, on loopback; and photos as phones make them.

async with FakePictures() as fake:
    fake.pages["/a.jpg"] = Page(JPEG)
    Hosts(origins=frozenset({fake.origin}))
"""

import struct
from dataclasses import dataclass, field
from typing import Final, Self

from aiohttp import web

_PLACE: Final = b"20.2506N 106.4475E"


def _segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def _exif(turned: int) -> bytes:
    """Orientation, and a place as a phone writes it, in one segment."""
    orientation = struct.pack("<HHIHH", 0x0112, 3, 1, turned, 0)
    gps = struct.pack("<HHII", 0x8825, 4, 1, 38)
    tiff = b"II*\x00" + struct.pack("<IH", 8, 2) + orientation + gps + bytes(4)
    return _segment(0xE1, b"Exif\x00\x00" + tiff + _PLACE)


def a_jpeg(*, turned: int = 6, behind: bytes = b"", filled: int = 64) -> bytes:
    """The pieces of a photo, with everything a phone tells about itself."""
    scan = _segment(0xDA, bytes(10)) + b"\x12\xff\x00\xff\xd0\x34" * (filled // 6)
    return b"".join(
        (
            *(b"\xff\xd8", _segment(0xE0, b"JFIF\x00" + bytes(9)), _exif(turned)),
            _segment(0xE2, b"ICC_PROFILE\x00" + bytes(9)),
            _segment(0xE2, b"MPF\x00" + _PLACE),
            _segment(0xED, b"Photoshop 3.0\x00" + _PLACE),
            *(_segment(0xFE, _PLACE), _segment(0xDB, bytes(65)), scan, b"\xff\xd9", behind),
        )
    )


def a_png() -> bytes:
    def piece(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + bytes(4)

    told = piece(b"eXIf", _PLACE) + piece(b"tEXt", b"GPS\x00" + _PLACE)
    return b"\x89PNG\r\n\x1a\n" + piece(b"IHDR", bytes(13)) + told + piece(b"IEND", b"")


JPEG: Final = a_jpeg()


@dataclass(frozen=True, slots=True)
class Page:
    """What one path answers."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    is_chunked: bool = False
    """Sent without saying how long it is."""
    breaks: bool = False
    """The line is cut in the middle."""


class FakePictures:
    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[str] = []
        """Every path that was asked for, in order."""
        self.origin = ""
        self._runner: web.AppRunner

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        page = self.pages.get(request.path, Page(status=404))
        if not (page.is_chunked or page.breaks):
            return web.Response(body=page.body, status=page.status, headers=page.headers)
        answer = web.StreamResponse(status=page.status, headers=page.headers)
        if page.breaks:
            answer.content_length = len(page.body) + 1
        else:
            answer.enable_chunked_encoding()
        await answer.prepare(request)
        await answer.write(page.body)
        if page.breaks and request.transport is not None:
            request.transport.abort()
        return answer
