"""Orders whose result the conversation gets, as a file that was handed in (T33, T31)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.channels.base import Channel
from bot.fetching import FETCH, Fetching
from bot.filing import HandedIn
from bot.making import Make
from bot.reading_sheets import READ, ReadingSheets
from storage.database import Database, Transaction
from storage.work import Task


class Inward(Protocol):
    """How the workshop carries out one kind of them; it sends and settles nothing itself."""

    async def content(self, task: Task) -> bytes:
        """What it comes to, no transaction being open. Raises `NotMade`."""

    async def keep(self, tx: Transaction, task: Task, body: bytes, *, now: datetime) -> HandedIn:
        """Store it for who waits for it. Raises `NeverMade`, `files.TooBig`."""


def inward_kinds(
    database: Database, channels: Mapping[str, Channel], make: Make
) -> Mapping[str, Inward]:
    return {FETCH: Fetching(database, channels), READ: ReadingSheets(database, make)}
