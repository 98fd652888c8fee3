"""Zalo Bot's update -> Arrival and Incoming. Pure; what nobody can read is UNKNOWN or None."""

import hashlib
import json
import re
import unicodedata
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from bot.channels.base import Arrival, Raw
from handlers.messages import Incoming, Kind

_MAX_TEXT: Final = 4096  # T29: cut before any parser
_MAX_ID: Final = 200
_MAX_URL: Final = 2000
_KINDS: Final = {
    "message.text.received": Kind.TEXT,
    "message.image.received": Kind.PICTURE,
    "message.sticker.received": Kind.STICKER,
    "message.voice.received": Kind.VOICE,
    "message.unsupported.received": Kind.HIDDEN,
}
_NAMES: Final = ("display_name", "name", "first_name")
_YEARS: Final = range(2020, 2100)  # the platform is younger; a later date is nonsense
_SECONDS_BELOW: Final = 1e12


class Me(NamedTuple):
    """Our bot as getMe knows it; nothing is known until it has answered."""

    names: tuple[str, ...] = ()
    joins_groups: bool = False


class _Speaker(NamedTuple):
    account: str
    chat: str
    private: bool
    name: str


def inner(raw: Raw) -> Raw:
    """Return the event of `{"ok": true, "result": {…}}`; a bare event is one already."""
    match raw:
        case {"result": dict(event)} if "event_name" not in raw:
            return event
    return raw


def identify(raw: Raw, me: Me) -> Arrival | None:
    event = inner(raw)
    speaker = _speaker(event, me)
    if speaker is None:
        return None
    return Arrival(_event_id(event), speaker.account, speaker.chat)


def parse(raw: Raw, me: Me, *, now: datetime) -> Incoming | None:
    """`now` is taken where the event has no time that can be one."""
    event = inner(raw)
    speaker = _speaker(event, me)
    if speaker is None:
        return None
    message = event["message"]
    kind = _KINDS.get(_event_name(event), Kind.UNKNOWN)
    text = _text(message, kind)
    if not speaker.private:
        text = _unaddressed(text, me.names)
    return Incoming(
        event_id=_event_id(event),
        account=speaker.account,
        chat=speaker.chat,
        at=_moment(message.get("date")) or now,
        kind=kind if text or kind is not Kind.TEXT else Kind.UNKNOWN,
        text=text,
        name=speaker.name,
        private=speaker.private,
        media=_picture(message) if kind is Kind.PICTURE else "",
    )


def _event_name(event: Raw) -> str:
    name = event.get("event_name")
    return name[:_MAX_ID] if isinstance(name, str) else ""


def _event_id(event: Raw) -> str:
    """Return (event name, message id), or a hash where there is no id (R2)."""
    match event:
        case {"message": {"message_id": given}} if (number := _id(given)) is not None:
            return f"{_event_name(event)}|{number}"
    whole = json.dumps(event, sort_keys=True)
    return f"{_event_name(event)}|#{hashlib.sha256(whole.encode()).hexdigest()[:32]}"


def _speaker(event: Raw, me: Me) -> _Speaker | None:
    """Whose event this is; None if nobody's who could be answered (T09)."""
    match event:
        case {"message": {"from": dict(who), "chat": dict(chat)}} if who.get("is_bot") is not True:
            account, place = _id(who.get("id")), _id(chat.get("id"))
        case _:
            return None
    if account is None or place is None:
        return None
    private = _is_private(chat, account=account, place=place)
    is_text = _event_name(event) == "message.text.received"
    if not private and not (me.joins_groups and is_text):
        return None
    return _Speaker(account, place, private, _name(who))


def _is_private(chat: dict[str, Any], *, account: str, place: str) -> bool:
    kind = chat.get("chat_type")
    if isinstance(kind, str) and kind:
        return kind.casefold() == "private"
    return place == account


def _id(given: object) -> str | None:
    if isinstance(given, int) and not isinstance(given, bool):
        return str(given) if abs(given) < 1 << 64 else None
    return given if isinstance(given, str) and 0 < len(given) <= _MAX_ID else None


def _name(who: dict[str, Any]) -> str:
    names = (who.get(key) for key in _NAMES)
    return next((name for name in names if isinstance(name, str) and name.strip()), "")


def _text(message: dict[str, Any], kind: Kind) -> str:
    said = message.get("caption" if kind is Kind.PICTURE else "text")
    if kind not in (Kind.TEXT, Kind.PICTURE) or not isinstance(said, str):
        return ""
    return unicodedata.normalize("NFC", said[:_MAX_TEXT])


def _picture(message: dict[str, Any]) -> str:
    """Where Zalo keeps the picture (zalo.md §6 has both names); `fetch` decides whether it is."""
    urls = (message.get(key) for key in ("photo_url", "photo"))
    return next((url for url in urls if isinstance(url, str) and 0 < len(url) <= _MAX_URL), "")


def _unaddressed(text: str, names: tuple[str, ...]) -> str:
    """`@Bot Học vụ số 1` -> `1`: what a mention leaves in the text is not documented (§2.7)."""
    for name in sorted(names, key=len, reverse=True):
        mention = re.match(rf"\s*@{re.escape(name)}(?!\w)[\s:,]*", text, re.IGNORECASE)
        if mention is not None:
            return text[mention.end() :]
    return text


def _moment(date: object) -> datetime | None:
    """Read milliseconds, or seconds where that is all the number can be."""
    if isinstance(date, str) and date.isascii() and date.isdigit() and len(date) < 20:
        date = int(date)
    if isinstance(date, bool) or not isinstance(date, int | float):
        return None
    try:
        at = datetime.fromtimestamp(date if date < _SECONDS_BELOW else date / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at.year in _YEARS else None
