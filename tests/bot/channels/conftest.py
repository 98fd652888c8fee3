"""Running chat pages, for the files of tests of their channel."""

from collections.abc import AsyncIterator

import pytest

from tests.bot.channels.web_chat_setup import FakeDemo, Site, running


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running(Site(demo=None)) as made:
        yield made


@pytest.fixture
async def demo() -> AsyncIterator[Site]:
    async with running(Site(demo=FakeDemo())) as made:
        yield made
