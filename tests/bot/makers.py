"""Tiny things that a maker's process makes in tests, and every way in which one fails."""

import os
import signal
import struct
import time
import zlib
from collections.abc import Mapping
from typing import Any

from bot.making import Kind
from handlers.flow import EVERYONE, Flow, Outcome, Turn
from handlers.messages import Choice, Notice, Outgoing

Body = Mapping[str, Any]


def drawing(body: Body) -> bytes:
    """A PNG of one colour; the words it was made of are inside."""
    rows = zlib.compress((b"\0" + b"\x20\x60\xa0" * 64) * 64)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)),
        (b"tEXt", b"about\0" + str(body.get("about", "")).encode("ascii", "replace")),
        (b"IDAT", rows),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    length, check = struct.pack(">I", len(content)), struct.pack(">I", zlib.crc32(name + content))
    return length + name + content + check


def sheet(body: Body) -> bytes:
    return repr(sorted(body.items())).encode()


def raising(body: Body) -> bytes:
    raise ValueError(f"a person's words: {body['about']}")


def hanging(body: Body) -> bytes:
    time.sleep(600)
    return b""


def dying(body: Body) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def endless(body: Body) -> bytes:
    while True:
        os.write(1, b"y" * 65_536)


def heavy(body: Body) -> bytes:
    return b"y" * (5 * 1024 * 1024 + 1)


def greedy(body: Body) -> bytes:
    return bytes(2 * 1024**3)


def nothing(body: Body) -> bytes:
    return b""


def environment(body: Body) -> bytes:
    return repr(dict(os.environ)).encode()


KINDS = {
    name: Kind(f"{__name__}:{name}", "text/csv" if name == "sheet" else "image/png")
    for name in (
        *("drawing", "sheet", "raising", "hanging", "dying", "endless", "heavy", "greedy"),
        *("nothing", "environment"),
    )
}


# --- a conversation in which something is ordered -------------------------------------------------

flow = Flow("ordering", allow=EVERYONE, command="/ve")


@flow.entry
async def begin(turn: Turn) -> Outcome:
    """Order what follows the command: a kind, and what it is about."""
    kind, _, about = (turn.text or "drawing").partition(" ")
    ending = "csv" if kind == "sheet" else "png"
    said = Outgoing("Hình đây ạ.", picture_alt="Xóm 5 cao nhất.")
    if about == "nút":
        said = Outgoing(
            "Hình đây ạ.",
            choices=(Choice("more", "Xem thêm"),),
            picture_alt="Xóm 5 cao nhất.",
            notice=Notice("ordering", "more", "7"),
        )
    turn.order(kind, {"about": about}, name=f"hinh.{ending}", message=said)
    return Outcome((Outgoing("Đã nhận."),), aside=True)


@flow.step()
async def more(turn: Turn) -> Outcome:
    return Outcome((Outgoing(f"Thêm về {turn.about}."),), aside=True)
