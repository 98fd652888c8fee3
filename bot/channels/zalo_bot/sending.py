"""One part -> one message of the bot, and Zalo's refusals -> the five failures of sending."""

import logging
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.channels.base import (
    Alarm,
    ChannelDown,
    Part,
    Picture,
    Receipt,
    Refused,
    SendingFailed,
    TryLater,
    Uncertain,
    Why,
)
from bot.channels.zalo_bot.api import Answered, Api, NotSent, Trouble
from bot.channels.zalo_bot.plan import Meter
from handlers.messages import Address

log = logging.getLogger(__name__)

PHOTO_SECONDS: Final = 150.0  # Zalo fetches the picture from us before it answers
SILENCES: Final = (30.0, 120.0, 600.0, 1800.0)
"""Seconds of silence after the first, second, ... 429; one more and the month is used up."""
_NO_PHOTO: Final = (400, 404)
_NOT_SERVED: Final = (400, 403, 404, 429)


class Sender:
    """Sends parts as plain text. Knows how often Zalo has said "quota exceeded"."""

    def __init__(
        self,
        api: Api,
        meter: Meter,
        *,
        pictures_url: str | None,
        alarm: Alarm,
        now: Callable[[], datetime],
    ) -> None:
        self._api, self._meter, self._alarm, self._now = api, meter, alarm, now
        self._pictures_url = pictures_url
        self._hits = 0
        self._silent_until: datetime | None = None
        # Not remembered over a restart: that is how an admin who bought more tells us.
        self._exhausted_month = ""

    async def send(self, part: Part, to: Address) -> Receipt:
        """Send one part. Raises only `SendingFailed`."""
        if self._exhausted_month == self._meter.month:
            raise Refused("this month's messages are used up", why=Why.QUOTA)
        try:
            sent = await self._say(part, to.chat)
        except Trouble as trouble:
            raise self._failure(trouble, to) from trouble
        self._hits = 0
        self._meter.count(_person(to))
        return Receipt(str(sent.get("message_id", "")) if isinstance(sent, dict) else "")

    async def _say(self, part: Part, chat: str) -> Any:
        text = written(part)
        if part.picture is None:
            return await self._write(text, chat)
        if self._pictures_url is not None:
            try:
                return await self._show(part.picture, text, chat)
            except Answered as answer:
                if answer.code not in _NO_PHOTO:
                    raise
            log.error("zalo bot took no picture", extra={"picture": part.picture.key})
        return await self._write(f"[Hình: {part.picture.alt}]\n{text}".strip(), chat)

    async def _write(self, text: str, chat: str) -> Any:
        return await self._api.call("sendMessage", {"chat_id": chat, "text": text})

    async def _show(self, picture: Picture, text: str, chat: str) -> Any:
        question = {"chat_id": chat, "photo": f"{self._pictures_url}/{Path(picture.path).stem}.png"}
        if text:
            question["caption"] = text
        return await self._api.call("sendPhoto", question, read_seconds=PHOTO_SECONDS)

    def _failure(self, trouble: Trouble, to: Address) -> SendingFailed:
        """Tell what to do; what nobody knows is `Uncertain` (R10, zalo.md §2.2)."""
        match trouble:
            case NotSent():
                return TryLater()
            case Answered(code=code) if code in _NOT_SERVED and self._is_beyond(to):
                return Refused("more people than the plan serves", why=Why.QUOTA)
            case Answered(code=400 | 404):
                return Refused(str(trouble))
            case Answered(code=401):
                self._alarm("zalo_bot_token")
                return ChannelDown(str(trouble))
            case Answered(code=429):
                return self._over_quota()
            case Answered(code=code) if code >= 500:
                return TryLater()
        # 403 too: it is documented as "Internal server error", so the message may have been taken.
        # Uncertain is exactly "transient once": a reply goes once more, then it is final (R9), and
        # nobody gets a reminder twice.
        return Uncertain(str(trouble))

    def _is_beyond(self, to: Address) -> bool:
        person = _person(to)
        return person is not None and self._meter.is_beyond(person)

    def _over_quota(self) -> SendingFailed:
        now = self._now()
        if self._silent_until is not None and now < self._silent_until:
            # Sent beside the one that was refused first: still the same hit.
            return TryLater((self._silent_until - now).total_seconds(), whole_channel=True)
        self._hits += 1
        if self._hits <= len(SILENCES):
            silence = SILENCES[self._hits - 1]
            self._silent_until = now + timedelta(seconds=silence)
            return TryLater(silence, whole_channel=True)
        self._hits = 0
        self._exhausted_month = self._meter.month
        used = self._meter.used.messages
        self._alarm("zalo_bot_exhausted", used=used, limit=self._meter.plan.messages)
        return Refused("this month's messages are used up", why=Why.QUOTA)


def written(part: Part) -> str:
    """Return the text as people get it: composed, as Zalo counts it (zalo.md §4), no markup."""
    pieces = (piece for piece in (part.heading, part.text) if piece)
    return unicodedata.normalize("NFC", "\n".join(pieces))


def _person(to: Address) -> str | None:
    """Return whom the plan counts as a user; in a group nobody."""
    return to.account if to.account == to.chat else None
