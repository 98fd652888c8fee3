"""A database that goes away at a chosen moment."""

import contextlib
from collections.abc import AsyncIterator, Iterator

import pytest

from storage.database import Database, Transaction, Unavailable
from tests.talk import House


class Outage:
    """What becomes of the next transactions of a database: "good", "gone", or "unsure".

    "unsure" commits, and then the answer is lost with the connection.
    """

    def __init__(self, database: Database, *fates: str) -> None:
        self._database = database
        self._real = database.transaction
        self._fates = list(fates)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        fate = self._fates.pop(0) if self._fates else "good"
        if fate == "gone":
            raise Unavailable("gone")
        async with self._real() as tx:
            yield tx
        if fate == "unsure":
            raise Unavailable("the answer to COMMIT is lost")


@contextlib.contextmanager
def outage(house: House, *fates: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        plan = Outage(house.app.database, *fates)
        patched.setattr(house.app.database, "transaction", plan.transaction)
        yield
