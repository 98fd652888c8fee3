"""A channel's memory in the database: each call is its own committed transaction (style a5)."""

import logging
from typing import Final

from bot.clock import Clock
from storage import memory
from storage.database import Conflict, Database, Unavailable

log = logging.getLogger(__name__)

FILE: Final = "file:"
"""What a channel's keys for uploaded files begin with."""


class StoredMemory:
    """The `ChannelMemory` of one channel and bot."""

    def __init__(self, database: Database, *, scope: str, owner: str, clock: Clock) -> None:
        self._database = database
        self._scope = scope
        self._owner = owner
        self._clock = clock
        self._files: dict[str, str] = {}
        """Ids of uploaded files: asked for with every picture, and true until refused."""

    async def get(self, key: str) -> str | None:
        if key in self._files:
            return self._files[key]
        async with self._database.reading() as tx:
            value = await memory.get(tx, self._scope, key)
        if value and key.startswith(FILE):
            self._files[key] = value
        return value

    async def put(self, key: str, value: str) -> None:
        """Keep it; the id of an upload, if it cannot be written, in this process alone.

        It comes with a message that has arrived: to fail here would send that once more (R9).
        """
        self._files.pop(key, None)
        try:
            async with self._database.transaction() as tx:
                await memory.put(tx, self._scope, key, value)
        except (Unavailable, Conflict) as error:
            if not key.startswith(FILE):
                raise
            log.warning("upload not remembered", extra={"why": str(error)})
            self._files[key] = value

    async def lease(self, name: str, *, seconds: float) -> bool:
        async with self._database.transaction() as tx:
            now = self._clock.wall()
            return await memory.hold(tx, name, owner=self._owner, now=now, seconds=seconds)
