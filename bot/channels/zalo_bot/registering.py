"""What the bot arranges with Zalo when it starts: who it is, and where updates are to go."""

import hashlib
import json
import logging
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from bot.channels.base import Alarm, ChannelMemory
from bot.channels.zalo_bot.api import Answered, Api, Trouble
from bot.channels.zalo_bot.parsing import Me
from bot.channels.zalo_bot.plan import MONTHS_IN
from bot.channels.zalo_bot.polling import REVOKED_SECONDS, Sleep, backed_off, webhook_url

log = logging.getLogger(__name__)

_SPREAD_SECONDS: Final = 3600.0


class Registration:
    """getMe and setWebhook, again and again until both are done. `me` is remembered."""

    def __init__(
        self,
        api: Api,
        memory: ChannelMemory,
        *,
        bot: str,
        webhook: str | None,
        secret: str | None,
        alarm: Alarm,
        now: Callable[[], datetime],
        sleep: Sleep,
        chance: Callable[[], float],
    ) -> None:
        """`webhook` is the address to set; None: updates are polled, nothing is set."""
        self.me = Me()
        self._api, self._memory, self._alarm = api, memory, alarm
        self._now, self._sleep, self._chance = now, sleep, chance
        self._me_key, self._webhook_key = f"me:{bot}", f"webhook:{bot}"
        self._webhook, self._secret = webhook, secret
        self._failures = 0

    async def attempt(self) -> float | None:
        """Seconds until it is worth trying again; None when all is done. Never raises."""
        try:
            await self._remember()
            await self.look_up()
            return await self._set_webhook()
        except Answered as answer:
            if answer.code == 401:
                log.critical("zalo bot refuses our token")
                self._alarm("zalo_bot_token")
                return REVOKED_SECONDS
            reason = str(answer)
        except Trouble as trouble:
            reason = f"{type(trouble).__name__} {trouble}"
        except Exception as error:  # noqa: BLE001 - the memory's own: it will be back
            reason = type(error).__name__
        log.warning("zalo bot not set up yet", extra={"reason": reason})
        self._failures += 1
        return backed_off(self._failures, self._chance())

    async def finish(self, pause: float) -> None:
        """Try until all is done, first after `pause` seconds."""
        left: float | None = pause
        while left is not None:
            await self._sleep(left)
            left = await self.attempt()

    async def look_up(self) -> None:
        """Ask who we are. Raises `Trouble`, and what the memory raises."""
        known = await self._api.call("getMe", {})
        me = _me(known)
        if me != self.me:
            self.me = me
            await self._memory.put(self._me_key, json.dumps(known))

    async def _remember(self) -> None:
        """Begin with what getMe said last time: Zalo may be away while messages wait."""
        if self.me == Me():
            self.me = _me(_decoded(await self._memory.get(self._me_key)))

    async def _set_webhook(self) -> float | None:
        if self._webhook is None:
            return None
        if not self._secret:
            log.error("zalo bot webhook without a secret: everything is refused")
            return None
        if await self._is_set():
            return None
        question = {"url": self._webhook, "secret_token": self._secret}
        try:
            answer = await self._api.call("setWebhook", question)
        except Answered as refusal:
            if refusal.code != 426:
                raise
            log.warning("zalo bot takes no webhook any more today")
            return self._until_tomorrow()
        await self._note(answer)
        return None

    async def _is_set(self) -> bool:
        """True if this address and secret are set already: setWebhook has a limit a day."""
        if await self._memory.get(self._webhook_key) != self._mark():
            return False
        return await webhook_url(self._api) == self._webhook

    async def _note(self, answer: Any) -> None:
        match answer:
            case {"verification": {"ok": False} as said}:
                # The address is set all the same; the next start will have it verified again.
                outcome = str(said.get("outcome"))[:80]
                log.warning("zalo bot could not verify our webhook", extra={"outcome": outcome})
            case _:
                await self._memory.put(self._webhook_key, self._mark())

    def _mark(self) -> str:
        return hashlib.sha256(f"{self._webhook} {self._secret}".encode()).hexdigest()

    def _until_tomorrow(self) -> float:
        local = self._now().astimezone(MONTHS_IN)
        midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return (midnight - local).total_seconds() + _SPREAD_SECONDS * self._chance()


def _me(known: object) -> Me:
    if not isinstance(known, dict):
        return Me()
    names = (known.get(key) for key in ("display_name", "account_name"))
    said = tuple(unicodedata.normalize("NFC", n) for n in names if isinstance(n, str) and n)
    return Me(said, known.get("can_join_groups") is True)


def _decoded(stored: str | None) -> object:
    try:
        return json.loads(stored or "null")
    except ValueError:
        return None
