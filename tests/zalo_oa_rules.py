"""What Zalo checks in a consultation message (zalo.md 3.3, 3.4), field by field."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

MAX_TEXT: Final = 2000
MAX_BUTTONS: Final = 5
MAX_TITLE: Final = 100
MAX_SUBTITLE: Final = 500
MAX_PAYLOAD: Final = 1000
_WORDLESS: Final = ("file", "list")
_PHONE: Final = re.compile(r"84\d{8,10}")


class Wrong(Exception):
    """Zalo would answer this call with an error, in HTTP 200."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def invalid(where: str) -> Wrong:
    return Wrong(-201, f"{where} is invalid!")


def over(where: str, limit: int) -> Wrong:
    return Wrong(-210, f"{where} is over limit {limit}")


@dataclass(slots=True)
class Content:
    """A message that was found good. One of the ids of an upload may have to be looked up."""

    kind: str = "text"
    """The name of its echo: oa_send_<kind>."""
    text: str = ""
    buttons: list[dict[str, Any]] = field(default_factory=list)
    attachment_id: str = ""
    """Of upload/image or upload/gif, as `kind` says."""
    picture_url: str = ""
    file_token: str = ""
    form: dict[str, Any] = field(default_factory=dict)
    """The element of request_user_info."""
    quotes: str = ""


def only(given: Any, names: Iterable[str], where: str) -> dict[str, Any]:
    """Return `given` if it is an object with no other fields than `names`."""
    if not isinstance(given, dict):
        raise invalid(where)
    for name in given:
        if name not in set(names):
            raise invalid(f"{where}.{name}")
    return given


def word(given: Mapping[str, Any], name: str, *, limit: int | None = None) -> str:
    """Return a string field that is there and not empty."""
    value = given.get(name)
    if not isinstance(value, str) or not value.strip():
        raise invalid(name)
    if limit is not None and length(value) > limit:
        raise over(name, limit)
    return value


def length(text: str) -> int:
    return len(unicodedata.normalize("NFC", text))


def recipient(body: dict[str, Any]) -> str:
    return word(only(body.get("recipient"), ("user_id",), "recipient"), "user_id")


def content(message: Any) -> Content:
    """Read `message` of a call to message/cs; raise `Wrong` where its shape is not one of 3.3."""
    only(message, ("text", "attachment", "quote_message_id"), "message")
    found = _attached(message["attachment"]) if "attachment" in message else Content()
    if "quote_message_id" in message:
        found.quotes = word(message, "quote_message_id")
    if "text" in message:
        found.text = word(message, "text", limit=MAX_TEXT)
    if (found.kind == "text" and not found.text) or (found.kind in _WORDLESS and found.text):
        raise invalid("text")
    return found


def loose(message: dict[str, Any]) -> Content:
    """Read a message without any check (for benches)."""
    payload = message.get("attachment", {}).get("payload", {})
    element: dict[str, Any] = next(iter(payload.get("elements", [])), {})
    return Content(
        kind=element.get("media_type", "file" if "token" in payload else "text"),
        text=message.get("text", ""),
        buttons=payload.get("buttons", []),
        attachment_id=element.get("attachment_id", ""),
        picture_url=element.get("url", ""),
        file_token=payload.get("token", ""),
        quotes=message.get("quote_message_id", ""),
    )


def _attached(attachment: Any) -> Content:
    only(attachment, ("type", "payload"), "attachment")
    payload = attachment.get("payload")
    match attachment.get("type"):
        case "file":
            only(payload, ("token",), "payload")
            return Content("file", file_token=word(payload, "token"))
        case "template":
            return _template(payload)
    raise Wrong(-233, "attachment type is not supported")


def _template(payload: Any) -> Content:
    only(payload, ("template_type", "elements", "buttons"), "payload")
    match payload.get("template_type"):
        case None:
            only(payload, ("buttons",), "payload")
            return Content(buttons=_buttons(payload.get("buttons")))
        case "media":
            return _media(_element(payload))
        case "request_user_info":
            return _form(_element(payload))
    raise Wrong(-233, "template_type is not supported")


def _element(payload: dict[str, Any]) -> dict[str, Any]:
    only(payload, ("template_type", "elements"), "payload")
    match payload.get("elements"):
        case [dict(element)]:
            return element
    raise invalid("elements")


def _media(element: dict[str, Any]) -> Content:
    only(element, ("media_type", "url", "attachment_id", "width", "height"), "elements")
    kind = element.get("media_type")
    if kind not in ("image", "gif"):
        raise invalid("media_type")
    if ("url" in element) == ("attachment_id" in element):
        raise invalid("attachment_id")
    if kind == "gif":
        for side in ("width", "height"):
            if not isinstance(element.get(side), int) or element[side] <= 0:
                raise invalid(side)
    if "url" in element:
        return Content(kind, picture_url=address(element["url"], "url"))
    return Content(kind, attachment_id=word(element, "attachment_id"))


def _form(element: dict[str, Any]) -> Content:
    only(element, ("title", "subtitle", "image_url"), "elements")
    word(element, "title", limit=MAX_TITLE)
    word(element, "subtitle", limit=MAX_SUBTITLE)
    address(element.get("image_url"), "image_url")
    # No echo of a form is documented; "list" is the nearest of the known names.
    return Content("list", form=element)


def _buttons(given: Any) -> list[dict[str, Any]]:
    if not isinstance(given, list) or not given:
        raise invalid("buttons")
    if len(given) > MAX_BUTTONS:
        raise over("buttons", MAX_BUTTONS)
    for button in given:
        _check_button(button)
    return given


def _check_button(button: Any) -> None:
    only(button, ("title", "type", "payload", "image_icon"), "buttons")
    word(button, "title", limit=MAX_TITLE)
    payload = button.get("payload")
    match button.get("type"):
        case "oa.query.show" | "oa.query.hide":
            word(button, "payload", limit=MAX_PAYLOAD)
        case "oa.open.url":
            address(only(payload, ("url",), "payload").get("url"), "url")
        case "oa.open.phone":
            phone(only(payload, ("phone_code",), "payload"))
        case "oa.open.sms":
            phone(only(payload, ("phone_code", "content"), "payload"))
            word(payload, "content")
        case _:
            raise invalid("type")


def phone(given: Mapping[str, Any], name: str = "phone_code") -> str:
    found = word(given, name)
    if not _PHONE.fullmatch(found):
        raise invalid(name)
    return found


def address(given: Any, name: str) -> str:
    if not isinstance(given, str) or not given.startswith("https://"):
        raise invalid(name)
    return given
