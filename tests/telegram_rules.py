"""What Telegram checks in a call: names and types of parameters, and its HTML.

`data/telegram_api.json` was reduced from shared/reference/telegram-api.json (Bot API 10.3) to the
methods FakeTelegram knows and the types that can be sent to them: each field is "type|type", with
"!" in front if it is required; a string instead of the fields names the subtypes. What is not in
it (`Message`, ...) is not checked.
"""

import html
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

_API: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "telegram_api.json").read_text("utf-8")
)
_TAG: Final = re.compile(r"<(/?)([a-zA-Z0-9-]*)((?:\s+[\w-]+(?:=(?:\"[^\"]*\"|'[^']*'))?)*)\s*>")
_REFERENCE: Final = re.compile(r"&(lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
_TAGS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}


class Wrong(Exception):
    """Telegram would refuse this call."""

    def __init__(self, description: str, *, code: int = 400) -> None:
        super().__init__(description)
        self.description = f"Bad Request: {description}" if code == 400 else description
        self.code = code


class Upload(NamedTuple):
    filename: str
    content: bytes


class Written(NamedTuple):
    """A text as a person sees it, and where it is bold and so on."""

    text: str
    entities: list[dict[str, Any]]


def checked(method: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a call with their real types, from a form or from JSON."""
    known = _API["methods"].get(method)
    if known is None:
        raise Wrong("Not Found: method not found", code=404)
    return _fields(known, given, where=method)


def _fields(known: Mapping[str, str], given: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    for name, types in known.items():
        if types.startswith("!") and name not in given:
            raise Wrong(f'{where}: parameter "{name}" is required')
    for name in given:
        if name not in known:
            raise Wrong(f'{where}: parameter "{name}" is unknown')
    return {
        name: _value(value, known[name].removeprefix("!"), where=f"{where}.{name}")
        for name, value in given.items()
    }


def _value(value: Any, types: str, *, where: str) -> Any:
    for kind in types.split("|"):
        try:
            return _typed(value, kind, where=where)
        except (ValueError, TypeError):
            continue
    raise Wrong(f"{where}: this is no {types}")


def _typed(value: Any, kind: str, *, where: str) -> Any:
    """Raise ValueError or TypeError if `value` is not of this kind."""
    if (read := _SCALARS.get(kind)) is not None:
        return read(value)
    if isinstance(value, str):
        value = json.loads(value)
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            raise TypeError(kind)
        return [_value(each, kind.removeprefix("Array of "), where=where) for each in value]
    if not isinstance(value, dict):
        raise TypeError(kind)
    return _object(value, kind, where=where)


def _object(value: dict[str, Any], kind: str, *, where: str) -> dict[str, Any]:
    known = _API["types"].get(kind)
    if known is None:
        return value
    if isinstance(known, str):
        return _one_of(value, known.split("|"), where=where)
    return _fields(known, value, where=f"{where}:{kind}")


def _one_of(value: dict[str, Any], kinds: list[str], *, where: str) -> dict[str, Any]:
    reasons = []
    for kind in kinds:
        try:
            return _object(value, kind, where=where)
        except Wrong as wrong:
            reasons.append(wrong.description)
    raise Wrong(f"{where}: {reasons}")


def _integer(value: Any) -> int:
    if isinstance(value, bool):
        raise TypeError(value)
    return int(value) if isinstance(value, str) else int(json.dumps(value))


def _boolean(value: Any) -> bool:
    if isinstance(value, str) and value.lower() in ("true", "1", "false", "0"):
        return value.lower() in ("true", "1")
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _file(value: Any) -> Upload:
    if not isinstance(value, Upload):
        raise TypeError(value)
    return value


_SCALARS: Final[dict[str, Callable[[Any], Any]]] = {
    "Integer": _integer,
    "Boolean": _boolean,
    "True": _boolean,
    "String": _string,
    "Float": float,
    "InputFile": _file,
}


def read(text: str, parse_mode: str | None) -> Written:
    """Return the text as it is shown; raise `Wrong` as Telegram does at a fault in the markup."""
    if parse_mode is None:
        return Written(text.strip(), [])
    if parse_mode.lower() != "html":
        raise Wrong("unsupported parse_mode")
    return _read_html(text)


def _read_html(text: str) -> Written:
    shown = ""
    entities: list[dict[str, Any]] = []
    open_tags: list[tuple[str, int]] = []
    place = 0
    while (at := text.find("<", place)) >= 0:
        shown += _decoded(text[place:at])
        tag = _TAG.match(text, at)
        if tag is None or (tag[2].lower() not in _TAGS and not tag[1]):
            raise Wrong(f"can't parse entities: Unsupported start tag at byte offset {at}")
        if tag[1]:
            entities.append(_closed(tag, open_tags, shown, at))
        else:
            open_tags.append((tag[2].lower(), _utf16(shown)))
        place = tag.end()
    if open_tags:
        raise Wrong(f"can't parse entities: Can't find end tag for \"{open_tags[-1][0]}\"")
    return Written((shown + _decoded(text[place:])).strip(), entities)


def _closed(
    tag: re.Match[str], open_tags: list[tuple[str, int]], shown: str, at: int
) -> dict[str, Any]:
    if not open_tags:
        raise Wrong(f"can't parse entities: Unexpected end tag at byte offset {at}")
    name, start = open_tags.pop()
    if tag[2] and tag[2].lower() != name:
        raise Wrong(f"can't parse entities: Unmatched end tag at byte offset {at}")
    return {"type": _TAGS[name], "offset": start, "length": _utf16(shown) - start}


def _decoded(text: str) -> str:
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), text)


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
