"""What hangs on a person's message (zalo.md 3.10)."""

from typing import Final

_MAX_URL: Final = 2000


def picture(message: object) -> str:
    """Where Zalo keeps the first picture; whether it is there at all `fetch` decides (T33)."""
    match message:
        case {"attachments": [{"type": "image", "payload": {"url": str(url)}}, *_]}:
            return url if len(url) <= _MAX_URL else ""
    return ""
