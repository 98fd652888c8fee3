"""What the chat page reads: outbox rows of its own account, and a bell when there may be more."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from bot.channels.base import Capabilities, Document, Letter, Part
from bot.channels.rendering import FindPicture, render
from bot.filing import PICTURES, Filing
from handlers.settling import from_json
from storage import outbox, people
from storage.database import Database
from storage.outbox import Message

_ELSEWHERE: Final = 0.5  # seconds between looks when another process may have written


class OutboxMailbox:
    """A `Mailbox` over the outbox. `lane` gives the keyed hash of a chat's account."""

    def __init__(
        self,
        database: Database,
        *,
        able: Capabilities,
        filing: Filing,
        lane: Callable[[str], str],
        picture: FindPicture,
    ) -> None:
        self._database = database
        self._able = able
        self._filing = filing
        self._lane = lane
        self._picture = picture
        self._bells: dict[str, set[asyncio.Event]] = {}

    async def since(self, chat: str, *, after: int) -> Sequence[Letter]:
        async with self._database.reading() as tx:
            account = await people.account_of(tx, self._lane(chat))
            if account is None:
                return []
            rows = await outbox.letters(tx, account_id=account, after=after)
        return [Letter(row.id, await self._parts(row)) for row in rows]

    async def _parts(self, row: Message) -> tuple[Part, ...]:
        said, token = from_json(row.body), row.token or ""
        if said.document:
            return await self._filing.parts(row, said, self._able, token=token)
        if said.drawn:
            sketch = await self._filing.sketch(said.drawn)
            return await self._filing.drawn_parts(
                row, said, self._able, token=token, picture=sketch
            )
        return render(said, self._able, token=token, picture=self._picture)

    async def drawn(self, chat: str, *, letter: int) -> Document | None:
        async with self._database.reading() as tx:
            account = await people.account_of(tx, self._lane(chat))
            if account is None:
                return None
            rows = await outbox.letters(tx, account_id=account, after=letter - 1, limit=1)
        said = from_json(rows[0].body) if rows and rows[0].id == letter else None
        document = await self._filing.document(said.drawn) if said and said.drawn else None
        return document if document and document.media_type in PICTURES else None

    async def wait(self, chat: str, *, seconds: float) -> None:
        lane = self._lane(chat)
        bell = asyncio.Event()
        self._bells.setdefault(lane, set()).add(bell)
        if not self._database.is_sqlite:
            seconds = min(seconds, _ELSEWHERE)
        try:
            await asyncio.wait_for(bell.wait(), seconds)
        except TimeoutError:
            return
        finally:
            self._bells[lane].discard(bell)
            if not self._bells[lane]:
                del self._bells[lane]

    def ring(self, lane: str) -> None:
        """Something was committed for this account."""
        for bell in self._bells.get(lane, ()):
            bell.set()
