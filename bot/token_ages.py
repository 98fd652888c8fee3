"""Since when each channel's token is in use: platforms do not say, so the first start notes it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from bot.config import Settings
from bot.gate import keyed_hash
from storage import memory
from storage.database import Transaction

_SCOPE: Final = "token_since"


async def note(tx: Transaction, settings: Settings, secret: bytes, *, now: datetime) -> None:
    """Remember each token that is new, by a hash."""
    known = await memory.scope(tx, _SCOPE)
    for channel, mark in _marks(settings, secret):
        if _mark_of(known.get(channel)) != mark:
            await memory.put(tx, _SCOPE, channel, json.dumps([mark, now.isoformat()]))


async def ages(
    tx: Transaction, settings: Settings, secret: bytes, *, now: datetime
) -> dict[str, timedelta | None]:
    """By channel that has a token; None: no service has run with it yet."""
    known = await memory.scope(tx, _SCOPE)
    found: dict[str, timedelta | None] = {}
    for channel, mark in _marks(settings, secret):
        stored = known.get(channel)
        is_known = stored is not None and _mark_of(stored) == mark
        since = datetime.fromisoformat(json.loads(stored)[1]) if is_known and stored else None
        found[channel] = now - since if since else None
    return found


def _marks(settings: Settings, secret: bytes) -> Iterator[tuple[str, str]]:
    tokens = {
        "telegram": settings.telegram_token,
        "zalo_bot": settings.zalo_bot_token,
        "zalo_oa": settings.zalo_oa_app_secret,
    }
    for channel, token in tokens.items():
        if token.get_secret_value():
            yield channel, keyed_hash(secret, f"token|{token.get_secret_value()}")


def _mark_of(stored: str | None) -> str:
    return str(json.loads(stored)[0]) if stored else ""
