"""Browsers in front of the admin page; all of them are closed at the end."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.page.desk import Desk
from tests.talk import Talk

Sits = Callable[[Talk], Awaitable[Desk]]


@pytest.fixture
async def sits() -> AsyncIterator[Sits]:
    """Put somebody who has a role in front of the page."""
    desks: list[Desk] = []

    async def sit(talk: Talk) -> Desk:
        desks.append(await Desk.of(talk))
        return desks[-1]

    yield sit
    for desk in desks:
        await desk.close()
