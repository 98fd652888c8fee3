"""What the Zalo Bot platform checks in a call (zalo.md §2.2, §2.3, §2.8)."""

import ipaddress
import json
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

MAX_TEXT: Final = 2000
PARSE_MODES: Final = ("markdown", "html")
_STYLES: Final = frozenset(
    {
        *("b", "i", "u", "s", "f_13", "f_15", "f_18", "f_20"),
        *("c_050a19", "c_15a85f", "c_f7b503", "c_f27806", "c_db342e"),
        *("lst_1", "lst_2", "ind_1", "ind_2", "ind_3", "ind_4", "ind_5"),
    }
)


class Wrong(Exception):
    """Zalo would refuse this call."""

    def __init__(self, description: str, *, code: int = 400) -> None:
        super().__init__(description)
        self.description = description
        self.code = code


class _Parameter(NamedTuple):
    read: Callable[[Any], Any]
    required: bool = False


def checked(method: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a call as they are meant; what is not documented is refused."""
    known = _METHODS.get(method)
    if known is None:
        raise Wrong("Not Found", code=404)
    for name in given:
        if name not in known:
            raise Wrong(f"Bad Request: {method} has no parameter {name}")
    for name, parameter in known.items():
        if parameter.required and name not in given:
            raise Wrong(f"Bad Request: {name} is required")
    return {name: _read(name, value, known[name]) for name, value in given.items()}


def _read(name: str, value: Any, parameter: _Parameter) -> Any:
    try:
        return parameter.read(value)
    except (ValueError, TypeError) as error:
        raise Wrong(f"Bad Request: {name} is invalid: {error}") from error


def is_private(host: str) -> bool:
    """Report whether Zalo's servers refuse to call this host."""
    if host == "localhost" or host.endswith((".localhost", ".local")) or "." not in host:
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value


def _id(value: Any) -> str:
    if not _string(value):
        raise ValueError("empty")
    return str(value)


def _text(value: Any) -> str:
    """Count as Zalo does: code points of the composed form."""
    if not _string(value).strip():
        raise ValueError("empty")
    return _caption(value)


def _caption(value: Any) -> str:
    if len(unicodedata.normalize("NFC", _string(value))) > MAX_TEXT:
        raise ValueError(f"longer than {MAX_TEXT} characters")
    return str(value)


def _web_address(value: Any) -> str:
    parts = urlsplit(_string(value))
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError("not an https address")
    if is_private(parts.hostname):
        raise ValueError("a private address")
    return str(value)


def _secret(value: Any) -> str:
    if not 8 <= len(_string(value)) <= 256:
        raise ValueError("not 8 to 256 characters")
    return str(value)


def _seconds(value: Any) -> float:
    """Read a number or a string: the table of the documentation says String, its sample 30."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError("not a number of seconds")
    seconds = int(value)
    if seconds < 0:
        raise ValueError("negative")
    return seconds


def _parse_mode(value: Any) -> str:
    if value not in PARSE_MODES:
        raise ValueError(f"not one of {PARSE_MODES}")
    return str(value)


def _action(value: Any) -> str:
    if value != "typing":
        raise ValueError("only typing exists")
    return str(value)


def _styles(value: Any) -> list[dict[str, Any]]:
    styles = json.loads(value) if isinstance(value, str) else value
    if not isinstance(styles, list):
        raise TypeError("not a list")
    for style in styles:
        match style:
            case {"start": int(start), "len": int(length), "st": [*codes]} if (
                start >= 0 and length > 0 and set(codes) <= _STYLES
            ):
                continue
        raise ValueError("not a style")
    return styles


def check_styles(text: str, styles: list[dict[str, Any]]) -> None:
    """Raise `Wrong` if a style ends behind the text. Offsets count UTF-16 units."""
    units = len(text.encode("utf-16-le")) // 2
    if any(style["start"] + style["len"] > units for style in styles):
        raise Wrong("Bad Request: text_styles is invalid: behind the end of the text")


_CHAT: Final = _Parameter(_id, required=True)
_METHODS: Final[dict[str, dict[str, _Parameter]]] = {
    "getMe": {},
    # offset and limit are sent by clients made after Telegram's; they have no effect.
    "getUpdates": {
        "timeout": _Parameter(_seconds),
        "offset": _Parameter(str),
        "limit": _Parameter(str),
    },
    "setWebhook": {
        "url": _Parameter(_web_address, required=True),
        "secret_token": _Parameter(_secret, required=True),
    },
    "getWebhookInfo": {},
    "deleteWebhook": {},
    "testWebhook": {},
    "sendMessage": {
        "chat_id": _CHAT,
        "text": _Parameter(_text, required=True),
        "parse_mode": _Parameter(_parse_mode),
        "text_styles": _Parameter(_styles),
    },
    "sendPhoto": {
        "chat_id": _CHAT,
        "photo": _Parameter(_web_address, required=True),
        "caption": _Parameter(_caption),
    },
    "sendSticker": {"chat_id": _CHAT, "sticker": _Parameter(_id, required=True)},
    "sendVoice": {"chat_id": _CHAT, "voice_url": _Parameter(_web_address, required=True)},
    "sendChatAction": {"chat_id": _CHAT, "action": _Parameter(_action, required=True)},
}
