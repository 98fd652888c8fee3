"""A part as the bodies that Zalo reads (zalo.md 3.3)."""

import unicodedata
from dataclasses import replace
from typing import Any, Final

from bot.channels.base import Part, Picture
from bot.channels.zalo_oa.parsing import PRESS

MAX_BUTTONS: Final = 5
MAX_LABEL: Final = 100


def text_message(part: Part) -> dict[str, Any]:
    """A text; its buttons are hidden questions that come back as text (zalo.md 3.4)."""
    message: dict[str, Any] = {"text": written(part)}
    buttons = [
        {
            "title": button.label[:MAX_LABEL],
            "type": "oa.query.hide",
            "payload": PRESS + button.token,
        }
        for button in part.buttons[:MAX_BUTTONS]
    ]
    if buttons:
        message["attachment"] = {"type": "template", "payload": {"buttons": buttons}}
    return message


def picture_message(part: Part, file: str) -> dict[str, Any]:
    elements = [{"media_type": "image", "attachment_id": file}]
    payload = {"template_type": "media", "elements": elements}
    message: dict[str, Any] = {"attachment": {"type": "template", "payload": payload}}
    if text := written(part):
        message["text"] = text
    return message


def file_message(file: str) -> dict[str, Any]:
    return {"attachment": {"type": "file", "payload": {"token": file}}}


def written(part: Part) -> str:
    """Heading and text, composed: Zalo counts code points (zalo.md 4)."""
    text = "\n".join(piece for piece in (part.heading, part.text) if piece)
    return unicodedata.normalize("NFC", text)


def in_words(part: Part, picture: Picture) -> Part:
    """The same for whoever cannot be shown the picture."""
    return replace(part, text=f"[Hình: {picture.alt}]\n{part.text}".strip(), picture=None)
