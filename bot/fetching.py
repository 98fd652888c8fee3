"""A photo somebody sent in the chat, where it was asked for: fetched once, as if handed in (T33).

An order of the workshop like any other, so it survives whoever dies. What it fetches fills the
link by which the same photo could have come, and is told under that link's event id.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.channels.base import Channel, MediaFetcher, NeverFetched, NotFetched
from bot.filing import HandedIn, handed_in_by
from bot.making import NeverMade, NotMade
from bot.pictures import NoPhoto, bare
from handlers.evidence import FETCH as FETCH
from storage import evidence, files
from storage.database import Database, Transaction
from storage.work import Task

UNWANTED: Final = "nobody waits for it any more"


class Fetching:
    """How the workshop carries out an order of kind `FETCH`; it sends and stores nothing itself."""

    def __init__(self, database: Database, channels: Mapping[str, Channel]) -> None:
        self._database = database
        self._channels = channels

    async def content(self, task: Task) -> bytes:
        """The photo, no transaction being open. Raises `NotMade`, `NeverMade`."""
        async with self._database.reading() as tx:
            if not await evidence.is_awaited(tx, _link(task)):
                raise NeverMade(UNWANTED)
        channel = self._channels.get(task.channel)
        if not isinstance(channel, MediaFetcher):
            raise NeverMade("its channel is off")
        try:
            return await channel.fetch(str(task.body["data"]["media"]))
        except NeverFetched as error:
            raise NeverMade(str(error)) from None
        except NotFetched as error:
            raise NotMade(str(error)) from None

    async def keep(self, tx: Transaction, task: Task, body: bytes, *, now: datetime) -> HandedIn:
        """Store the photo for who waits for it. Raises `NeverMade`, `files.TooBig`."""
        try:
            photo = bare(body)
        except NoPhoto as error:
            raise NeverMade(str(error)) from None
        name = f"{task.body['name']}.{photo.ending}"
        file_id = await files.keep(
            tx, name=name, media_type=photo.media_type, body=photo.body, now=now
        )
        link = await evidence.fill(tx, _link(task), file_id=file_id, now=now)
        if link is None:
            raise NeverMade(UNWANTED)
        return handed_in_by(link, file_id=file_id, name=name, media_type=photo.media_type)


def _link(task: Task) -> int:
    return int(task.body["data"]["link"])
