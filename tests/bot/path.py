"""What the tests of the path of a message share."""

from typing import Any

from storage.tables import OutboxRow
from tests.talk import House


async def states(house: House, table: Any = OutboxRow) -> list[str]:
    return sorted(await house.rows(table.state))
