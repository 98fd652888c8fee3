"""An .xlsx somebody handed in, read by the maker's process and handed in once more, as cells (T31).

An order of the workshop like any other, so it survives whoever dies. The cells become a small
file of their own, at which a filled link points: it is told, healed and swept as an upload is.
"""

import base64
import secrets
from datetime import datetime
from typing import Final

from bot.filing import HandedIn, handed_in_by
from bot.making import Kind, Make, NeverMade
from handlers.reporting.workbooks.cells import READ as READ
from storage import file_links, files
from storage.database import Database, Transaction
from storage.work import Task

CELLS: Final = Kind("handlers.documents.sheet_reading:read", "application/json")


class ReadingSheets:
    """How the workshop carries out an order of kind `READ`."""

    def __init__(self, database: Database, make: Make) -> None:
        self._database = database
        self._make = make

    async def content(self, task: Task) -> bytes:
        """The cells as JSON, no transaction being open. Raises `NotMade`, `NeverMade`."""
        async with self._database.reading() as tx:
            sheet = await files.read(tx, _file(task))
        if sheet is None:
            raise NeverMade("its file is gone")
        return await self._make(CELLS, {"body": base64.b64encode(sheet.body).decode()})

    async def keep(self, tx: Transaction, task: Task, body: bytes, *, now: datetime) -> HandedIn:
        """Store the cells for who was asked for the file. Raises `NeverMade`, `files.TooBig`."""
        name = str(task.body["name"])
        file_id = await files.keep(tx, name=name, media_type=CELLS.media_type, body=body, now=now)
        link = await file_links.carry_on(
            tx,
            _file(task),
            account_id=task.account_id,
            chat=task.chat,
            purpose=str(task.body["data"]["purpose"]),
            file_id=file_id,
            token_hash=secrets.token_hex(32),  # of no token: nobody opens it by an address
            now=now,
        )
        if link is None:
            raise NeverMade("it was not handed in here, or its link was ended")
        return handed_in_by(link, file_id=file_id, name=name, media_type=CELLS.media_type)


def _file(task: Task) -> int:
    return int(task.body["data"]["file"])
