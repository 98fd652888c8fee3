"""What the page needs of the house, and the session behind a cookie."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.making import Kind, Make
from bot.post import Post
from storage import page
from storage.database import Database, Transaction
from storage.page import Session


class NotLoggedIn(Exception):
    """No cookie, or its session has ended."""


@dataclass(frozen=True, slots=True)
class Means:
    """Of one process."""

    post: Post
    """Its database, clock and house, and the way out for what is told to others."""
    keyed_hash: Callable[[str], str]
    make: Make
    kinds: Mapping[str, Kind]
    public_url: str = ""

    @property
    def database(self) -> Database:
        return self.post.database

    def wall(self) -> datetime:
        return self.post.clock.wall()

    def key_hash(self, cookie: str) -> str:
        return self.keyed_hash(f"page session|{cookie}")

    def csrf(self, cookie: str) -> str:
        """What every form of this session carries (T48)."""
        return self.keyed_hash(f"page form|{cookie}")

    async def session(self, tx: Transaction, cookie: str) -> Session:
        """Raises `NotLoggedIn`."""
        found = await page.session(tx, self.key_hash(cookie), now=self.wall())
        if found is None:
            raise NotLoggedIn
        return found
