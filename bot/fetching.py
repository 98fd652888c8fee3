"""A photo or a voice from the chat, where it was asked for: fetched once, as if handed in (T33).

An order of the workshop like any other, so it survives whoever dies. What it fetches fills the
link by which the same photo could have come, and is told under that link's event id.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot import sounds
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
        """What was sent, no transaction being open. Raises `NotMade`, `NeverMade`."""
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
        """Store it for who waits for it. Raises `NeverMade`, `files.TooBig`."""
        ending, media_type, content = _plain(body)
        name = f"{task.body['name']}.{ending}"
        file_id = await files.keep(tx, name=name, media_type=media_type, body=content, now=now)
        link = await evidence.fill(tx, _link(task), file_id=file_id, now=now)
        if link is None:
            raise NeverMade(UNWANTED)
        return handed_in_by(link, file_id=file_id, name=name, media_type=media_type)


def _link(task: Task) -> int:
    return int(task.body["data"]["link"])


def _plain(body: bytes) -> tuple[str, str, bytes]:
    """(ending, media type, content) of a sound, or of a photo without its place (T33).

    Raises `NeverMade`.
    """
    if (sound := sounds.known(body)) is not None:
        return (*sound, body)
    try:
        return bare(body)
    except NoPhoto as error:
        raise NeverMade(str(error)) from None
