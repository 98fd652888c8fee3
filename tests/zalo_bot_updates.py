"""What the Zalo Bot platform reports to a bot: pure builders, no network (zalo.md §2.4).

Ids are opaque strings of 20 hexadecimal digits; a group's begins with "zgr-". In a private chat
the chat's id is the person's. `at` is an aware datetime; the platform writes milliseconds.
"""

import hashlib
from datetime import datetime
from typing import Any, Final, Literal

Event = dict[str, Any]

Media = Literal["image", "voice", "sticker"]

NAMELESS: Final = "Người dùng Zalo"
PHOTO_URL: Final = "https://photo-stal-1.zdn.vn/anonymised.jpg"
VOICE_URL: Final = "https://f2-voice-aac-dl.zdn.vn/anonymised.aac"
STICKER: Final = "0e078a2fb66a5f34067b"


def an_id(seed: object) -> str:
    """Return an id as Zalo's look, always the same one for the same seed."""
    return hashlib.sha256(str(seed).encode()).hexdigest()[:20]


def a_group_id(seed: object) -> str:
    return f"zgr-{an_id(seed)}"


def text_event(
    user: str, text: str, *, message_id: str, at: datetime, name: str = "", group: str = ""
) -> Event:
    """Return a text message; `group` empty = in the private chat."""
    about = _about(user, message_id=message_id, at=at, name=name, group=group)
    return {"event_name": "message.text.received", "message": {**about, "text": text}}


def media_event(
    user: str,
    kind: Media,
    *,
    message_id: str,
    at: datetime,
    name: str = "",
    group: str = "",
    caption: str = "",
) -> Event:
    """Return a picture (as live: `photo_url`), a voice message or a sticker."""
    about = _about(user, message_id=message_id, at=at, name=name, group=group)
    content = _CONTENT[kind]
    if caption:
        content = {**content, "caption": caption}
    return {"event_name": f"message.{kind}.received", "message": {**about, **content}}


def unsupported_event(
    user: str, *, message_id: str, at: datetime, name: str = "", group: str = ""
) -> Event:
    """Return a message whose content we may not see: a file, a link, a protected sender."""
    about = _about(user, message_id=message_id, at=at, name=name, group=group)
    return {"event_name": "message.unsupported.received", "message": about}


def bare_unsupported_event() -> Event:
    """Return the same without `message`: nobody knows who wrote."""
    return {"event_name": "message.unsupported.received"}


def wrapped(event: Event) -> Event:
    return {"ok": True, "result": event}


def _about(user: str, *, message_id: str, at: datetime, name: str, group: str) -> dict[str, Any]:
    return {
        "from": {"id": user, "display_name": name or NAMELESS, "is_bot": False},
        "chat": {"id": group or user, "chat_type": "GROUP" if group else "PRIVATE"},
        "message_id": message_id,
        "date": round(at.timestamp() * 1000),
    }


_CONTENT: Final[dict[Media, dict[str, str]]] = {
    "image": {"message_type": "CHAT_PHOTO", "photo_url": PHOTO_URL},
    "voice": {"message_type": "CHAT_VOICE", "voice_url": VOICE_URL},
    "sticker": {"sticker": STICKER, "url": "https://stickers.zaloapp.com/anonymised.png"},
}
