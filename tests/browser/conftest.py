"""One service and one browser for all tests here; each visitor has a profile of their own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser import chromium
from tests.browser.visitor import Visitor
from tests.service import Service

ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
Visit = Callable[..., Awaitable[Visitor]]


@pytest.fixture(scope="session")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """The real program in demo mode."""
    async with Service(tmp_path_factory.mktemp("browser")) as running:
        yield running


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.MISSING)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        await started.close()


@pytest.fixture
async def visit(browser: Browser, service: Service) -> AsyncIterator[Visit]:
    """Make visitors. At the end none may have met a fault or asked anybody but us (W6)."""
    visitors: list[Visitor] = []

    async def make(
        *, beside: Visitor | None = None, outages: bool = False, clock: bool = False, **ways: Any
    ) -> Visitor:
        """Open a tab: in a profile of its own, or in that of `beside`.

        `outages`: requests may fail. `clock`: `lets_time_pass` works. `ways`: of the profile.
        """
        context = beside.page.context if beside else await browser.new_context(**ways)
        visitor = Visitor(await context.new_page(), service.url, outages=outages)
        visitors.append(visitor)
        if clock:
            await visitor.page.clock.install()
        return visitor

    yield make
    for visitor in visitors:
        await visitor.page.context.close()
    assert [fault for visitor in visitors for fault in visitor.faults] == []
