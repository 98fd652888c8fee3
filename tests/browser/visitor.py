"""A person in front of the chat page: what they do, what they see, and what must never happen."""

import asyncio
import json
import re
from dataclasses import dataclass
from typing import Final, Self

from playwright.async_api import ConsoleMessage, Locator, Page, Request, Response, expect

# What has the focus: is its outline seen (W1), and is it covered by something that sticks?
_FOCUS: Final = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const style = getComputedStyle(one);
  const down = Math.min(box.height / 2, 20);
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + down);
  return {
    name: one === document.body ? "" : one.getAttribute("aria-label") || one.textContent.trim(),
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    isOnTop: top !== null && one.contains(top),
  };
}"""
# A stand-in for a screen reader: what is added to the log is read, unless its place is silent.
_LISTEN: Final = """() => {
  const log = document.querySelector("[role=log]");
  window.announced = [];
  new MutationObserver((changes) => changes.forEach((change) => {
    const place = change.target.closest("[aria-live]");
    if (place && place.getAttribute("aria-live") === "off") return;
    change.addedNodes.forEach((node) => window.announced.push(node.innerText || node.data || ""));
  })).observe(log, { childList: true, subtree: true });
}"""
# What the browser itself writes when a request fails, or is told to come again.
_OUTAGE: Final = re.compile(r"Failed to load resource: (net::ERR_|.*status of 503)")
_CLOCK_STEP: Final = 20_000  # ms: longer than the page ever rests between two tries


@dataclass(frozen=True)
class Focus:
    """What the keyboard speaks to; `name` is empty when the focus is lost."""

    name: str
    outline: float
    isOnTop: bool  # noqa: N815 - as the page's script says it


class Visitor:
    """One open tab.

    `home` is the address of the service: the page may ask nobody else. `outages` says whether its
    requests may fail.
    """

    def __init__(self, page: Page, home: str, *, outages: bool) -> None:
        self.page = page
        self.home = home
        self.outages = outages
        self.log = page.get_by_role("log")
        self.box = page.get_by_role("textbox", name="Tin nhắn")
        self.send = page.get_by_role("button", name="Gửi", exact=True)
        self.status = page.get_by_role("status")
        self.mine = page.locator("#log .me")
        self.letters = page.locator("#log .bot")
        self.choices = page.locator("#log .choices button")
        self.posted: list[str] = []
        """Every text and token that left the page, repeats included."""
        self.accepted: list[str] = []
        """Those that the service has acknowledged."""
        self.faults: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("request", self._watch)
        page.on("response", self._count)

    def _hear(self, said: ConsoleMessage) -> None:
        is_outage = self.outages and _OUTAGE.match(said.text)
        if said.type in ("error", "warning") and not is_outage:
            self.faults.append(f"console: {said.text}")

    def _watch(self, request: Request) -> None:
        if not request.url.startswith(f"{self.home}/"):
            self.faults.append(f"asked elsewhere: {request.url}")
        if request.method == "POST":
            self.posted.append(_words_of(request))

    def _count(self, response: Response) -> None:
        if response.request.method == "POST" and response.status == 202:
            self.accepted.append(_words_of(response.request))

    async def opens(self, path: str = "/") -> Self:
        await self.page.goto(f"{self.home}{path}")
        await self.has_choices()
        return self

    async def has_choices(self) -> None:
        """Wait until a question is open."""
        await expect(self.choices).not_to_have_count(0, timeout=10_000)

    async def types(self, words: str) -> None:
        await self.box.fill(words)
        await self.box.press("Enter")

    async def reads(self, words: str, *, times: int = 1) -> None:
        """Wait until the assistant has said `words`, so many times in this talk."""
        await expect(self.letters.filter(has_text=words)).to_have_count(times, timeout=20_000)

    async def press(self, label: str) -> None:
        await self.page.get_by_role("button", name=label, exact=True).click()

    async def focus(self) -> Focus:
        return Focus(**await self.page.evaluate(_FOCUS))

    async def listens(self) -> None:
        """From now on `announced` gathers what a screen reader would read out."""
        await self.page.evaluate(_LISTEN)

    async def announced(self) -> str:
        return "\n".join(await self.page.evaluate("window.announced"))

    async def loses_the_network(self) -> None:
        await self.page.context.set_offline(True)

    async def has_the_network(self) -> None:
        await self.page.context.set_offline(False)

    async def lets_time_pass(self, *, until: Locator) -> None:
        """Make the page's rests end early until this is seen. Needs `visit(clock=True)`.

        Between two jumps real time passes: an answer on its way is not taken for a silent line.
        """
        async with asyncio.timeout(30):
            while True:
                try:
                    return await expect(until).to_be_visible(timeout=300)
                except AssertionError:
                    await self.page.clock.fast_forward(_CLOCK_STEP)


def _words_of(request: Request) -> str:
    if "json" not in request.headers.get("content-type", ""):
        return str(request.post_data)  # a form of another page
    said = json.loads(request.post_data or "{}")
    return str(said.get("text") or said.get("button") or said)
