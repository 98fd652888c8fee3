"""`make chat`: the console channel through the whole path, on a database of its own (style c)."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, TextIO

from bot.app import built
from bot.channels.base import Capabilities, Channel
from bot.channels.console import Console, typed_lines
from bot.channels.telegram import Telegram
from bot.channels.web_chat import WebChat
from bot.channels.zalo_oa import ZaloOa
from bot.config import Settings

_PLAIN: Final = Capabilities(max_text=2_000)
ABLE: Final = {
    "": _PLAIN,
    "console": _PLAIN,
    "zalo_bot": _PLAIN,
    "zalo_oa": ZaloOa.able,
    "telegram": Telegram.able,
    "web_chat": WebChat.able,
}


class Transcript:
    """Writes a line to the terminal, and to a file if one is wanted."""

    def __init__(self, file: TextIO | None) -> None:
        self._file = file

    def __call__(self, text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
        if self._file is not None:
            self._file.write(text + "\n")


async def converse(
    settings: Settings, *, like: str, script: Path | None, save: Path | None, fresh: bool
) -> None:
    """Talk until end of file. Raises what `built` raises."""
    file = settings.data_dir / "chat.db"
    if fresh:
        for old in settings.data_dir.glob("chat.db*"):
            old.unlink()
    own = settings.model_copy(
        update={"database_url": f"sqlite+aiosqlite:///{file}", "host": "127.0.0.1"}
    )
    with contextlib.ExitStack() as stack:
        kept = stack.enter_context(save.open("a", encoding="utf-8")) if save else None
        console = Console(
            able=ABLE.get(like, _PLAIN),
            lines=lambda: _lines(_script(script), Transcript(kept)),
            write=Transcript(kept),
        )
        await _run(own, console)


async def _run(settings: Settings, console: Channel) -> None:
    async with built(settings, make_channels=lambda _: [console]) as app:
        await app.recover()
        loops = [
            asyncio.create_task(app.dispatcher.run()),
            asyncio.create_task(app.delivery.run()),
            asyncio.create_task(app.workshop.run()),
        ]
        await console.listen(app.accept(console))
        while await app.workshop.look() or await app.delivery.look():
            pass
        await app.delivery.idle()
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)


def _script(file: Path | None) -> list[str] | None:
    if file is None:
        return None
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


async def _lines(script: list[str] | None, show: Transcript) -> AsyncIterator[str]:
    if script is None:
        async for line in typed_lines():
            yield line
        return
    for line in script:
        show(f"Bà con: {line}")
        yield line
