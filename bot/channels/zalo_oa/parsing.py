"""Zalo's event -> Arrival and Incoming. Pure; what nobody can read is UNKNOWN or None.

The events are in zalo.md 3.10. Ids come as strings, in some as numbers; every field may be missing
or of another type.
"""

import hashlib
import json
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from bot.channels.base import Arrival, Raw
from bot.channels.zalo_oa.attached import picture
from handlers.messages import Incoming, Kind

BODY_HASH: Final = "_body_hash"
RECEIVED: Final = "_received_at"
NUM_RETRY: Final = "_num_retry"
"""Our own marks in a raw event: hash of the bytes, UNIX seconds, Zalo's count of its attempts."""
ANONYMOUS: Final = "anonymous:"
"""Stands before the account of somebody who writes without a Zalo name (zalo.md 3.9)."""
PRESS: Final = "#"
"""Stands before a button's token: a press is hidden text, like any text (zalo.md 3.4)."""

_MAX_TEXT: Final = 4096  # T29
_MAX_NAME: Final = 200
_ID: Final = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_MAX_MESSAGE_ID: Final = 200
_PRESSED: Final = re.compile(PRESS + r"([A-Za-z0-9]{1,12})")
_FIRST_DAY: Final = datetime(2017, 1, 1, tzinfo=UTC)  # there was no such webhook before
_AHEAD: Final = timedelta(minutes=10)
_EPOCH: Final = datetime.fromtimestamp(0, UTC)
_DONE: Final = frozenset({"xong", "/xong"})
_DONE_WORDS: Final = 3  # "xong nhé": a longer line is a sentence to the person

_SENT: Final = {
    "text": Kind.TEXT,
    "link": Kind.TEXT,
    "image": Kind.PICTURE,
    "gif": Kind.PICTURE,
    "video": Kind.VIDEO,
    "audio": Kind.VOICE,
    "file": Kind.FILE,
    "location": Kind.LOCATION,
    "sticker": Kind.STICKER,
    "business_card": Kind.CONTACT,
}
"""What a person can send, by what follows `user_send_`; the rest of tomorrow is UNKNOWN (U12)."""
_OTHERS: Final = {
    "follow": Kind.JOINED,
    "unfollow": Kind.LEFT,
    "user_click_chatnow": Kind.JOINED,
    "user_submit_info": Kind.CONTACT,
    "user_withdraw": Kind.WITHDRAWN,
}
_USER: Final = "user_send_"
_STAFF: Final = "oa_send_"
_STRANGER: Final = "anonymous_send_"
# Groups that the OA owns are not our business (T09); nor what staff write to nameless visitors.
_ELSEWHERE: Final = ("user_send_group_", "oa_send_group_", "oa_send_anonymous_")


class _Concerned(NamedTuple):
    account: str
    chat: str
    kind: Kind


def stamped(raw: Raw, body: bytes, *, now: datetime, num_retry: str = "") -> Raw:
    """Note what only the call knows: its bytes, its time, how often Zalo had tried before."""
    retry = int(num_retry) if num_retry.isascii() and num_retry.isdigit() else 0
    marks = {BODY_HASH: _hash(body), RECEIVED: int(now.timestamp()), NUM_RETRY: min(retry, 99)}
    return {**raw, **marks}


def identify(raw: Raw, oa_id: str) -> Arrival | None:
    whose = _concerned(raw, oa_id)
    if whose is None:
        return None
    typed = _name(raw).startswith((_USER, _STRANGER))
    return Arrival(_event_id(raw), whose.account, whose.chat, typed)


def parse(raw: Raw, oa_id: str) -> Incoming | None:
    whose = _concerned(raw, oa_id)
    if whose is None:
        return None
    said = _said(raw, whose)
    return Incoming(_event_id(raw), whose.account, whose.chat, _at(raw), **said)


def belongs_to_another(raw: Raw, oa_id: str) -> bool:
    """True for an event of another OA: one webhook address serves all of one app."""
    named = _oa(raw, _name(raw))
    return named is not None and named != oa_id


def staff_echo(raw: Raw) -> tuple[str, str] | None:
    """(person, message id) if somebody of the staff, or we in their name, wrote to a person."""
    if not (_is_echo(_name(raw)) and _staff(raw)):
        return None
    person, message = _id(_field(raw, "recipient", "id")), _message_id(raw)
    return (person, message) if person and message else None


# --- whose event -------------------------------------------------------------------------------


def _concerned(raw: Raw, oa_id: str) -> _Concerned | None:
    """Whom this event is about, and what it is; None if nobody could be answered."""
    name = _name(raw)
    if not name or name.startswith(_ELSEWHERE) or belongs_to_another(raw, oa_id):
        return None
    if name.startswith(_STRANGER):
        return _stranger(raw, name)
    kind = _echo(raw) if _is_echo(name) else _kind(raw, name)
    person = _person(raw, name, oa_id)
    if kind is None or person is None:
        return None
    return _Concerned(person, person, kind)


def _person(raw: Raw, name: str, oa_id: str) -> str | None:
    if _is_echo(name):
        return _id(_field(raw, "recipient", "id"))
    # Which of these carries whom differs by event, and is not known of `user_withdraw`.
    places = (
        _field(raw, "follower", "id"),
        _field(raw, "sender", "id"),
        raw.get("user_id"),
        _field(raw, "user", "id"),
    )
    return next((person for person in map(_id, places) if person and person != oa_id), None)


def _stranger(raw: Raw, name: str) -> _Concerned | None:
    person = _id(_field(raw, "sender", "id"))
    spoken = _field(raw, "message", "conversation_id")
    chat = _id(raw.get("conversation_id") if spoken is None else spoken)
    if person is None or chat is None:
        return None
    kind = _with_words(raw, _SENT.get(name.removeprefix(_STRANGER), Kind.UNKNOWN))
    return _Concerned(ANONYMOUS + person, chat, kind)


def _oa(raw: Raw, name: str) -> str | None:
    """The OA that an event names, at whichever place (zalo.md 3.10)."""
    if name.startswith("oa_"):
        return _id(_field(raw, "sender", "id"))
    named = _id(raw.get("oa_id"))
    is_to_us = name in _OTHERS or name.startswith((_USER, _STRANGER))
    if named is None and is_to_us and not name.startswith(_ELSEWHERE):
        return _id(_field(raw, "recipient", "id"))
    return named


def _kind(raw: Raw, name: str) -> Kind | None:
    if name.startswith(_USER):
        return _with_words(raw, _SENT.get(name.removeprefix(_USER), Kind.UNKNOWN))
    return _OTHERS.get(name)


def _with_words(raw: Raw, kind: Kind) -> Kind:
    """A text without text, or a bare link, is something we cannot read."""
    return Kind.UNKNOWN if kind is Kind.TEXT and not _text(raw).strip() else kind


def _is_echo(name: str) -> bool:
    return name.startswith(_STAFF) and not name.startswith(_ELSEWHERE)


def _echo(raw: Raw) -> Kind | None:
    """What an echo of the OA's own message tells; None if it is only ours that comes back."""
    if not _staff(raw):
        return None
    return Kind.HANDED_BACK if _has_done(_text(raw)) else Kind.TAKEN_OVER


def _has_done(line: str) -> bool:
    """True for "/xong", "Xong nhé", "XONG ạ."; not for the question "Xong chưa ạ?"."""
    words = [_folded(word).strip(".,!…~:;)(") for word in line.split(maxsplit=_DONE_WORDS)]
    is_short = 0 < len(words) <= _DONE_WORDS
    return is_short and words[0] in _DONE and "chua" not in words and "?" not in line


def _staff(raw: Raw) -> str | None:
    """Who of the staff wrote by hand; set only then (zalo.md 3.10)."""
    admin = _id(_field(raw, "sender", "admin_id"))
    return admin if admin != "0" else None


# --- what was done -----------------------------------------------------------------------------


def _said(raw: Raw, whose: _Concerned) -> dict[str, Any]:
    """What was done, as keyword arguments of `Incoming`."""
    if _name(raw) == "user_submit_info":
        return {"kind": whose.kind, "owned_contact": True, **_info(raw)}
    if not _name(raw).startswith((_USER, _STRANGER)):
        return {"kind": whose.kind}  # the words of an echo are the staff's, not the person's
    text = unicodedata.normalize("NFC", _text(raw)[:_MAX_TEXT])
    pressed = _PRESSED.fullmatch(text.strip())
    if whose.kind is Kind.TEXT and pressed:
        return {"kind": Kind.PRESS, "button": pressed[1]}
    media = picture(raw.get("message")) if whose.kind is Kind.PICTURE else ""
    return {"kind": whose.kind, "text": text, "media": media}


def _info(raw: Raw) -> dict[str, str]:
    """Name and number as the person shared them in Zalo's own form."""
    name = _field(raw, "info", "name")
    shown = unicodedata.normalize("NFC", name[:_MAX_NAME]) if isinstance(name, str) else ""
    return {"name": shown, "phone": _phone(_field(raw, "info", "phone"))}


def _phone(number: object) -> str:
    """Digits with 84 in front; "" for what is no Vietnamese number."""
    digits = re.sub(r"[\s.+()-]", "", _written(number)[:40])
    whole = re.sub(r"^0", "84", digits)
    return whole if re.fullmatch(r"84[0-9]{8,11}", whole) else ""


def _at(raw: Raw) -> datetime:
    """When it was done; when it came in, if Zalo's `timestamp` is no time of ours."""
    received = _moment(raw.get(RECEIVED), 1)
    said = _moment(raw.get("timestamp"), 1000)
    if received is None:
        return said or _EPOCH
    believable = said is not None and _FIRST_DAY <= said <= received + _AHEAD
    return said if said is not None and believable else received


def _moment(number: object, parts: int) -> datetime | None:
    """UNIX time, written as a number or its digits, in `parts` of a second."""
    if isinstance(number, str) and re.fullmatch(r"[0-9]{1,16}", number):
        number = int(number)
    if not isinstance(number, int | float) or isinstance(number, bool):
        return None
    try:
        return datetime.fromtimestamp(number / parts, UTC)
    except (ValueError, OverflowError, OSError):
        return None


# --- reading -----------------------------------------------------------------------------------


def _event_id(raw: Raw) -> str:
    """R2: (event, message), else a hash of the bytes; a retry is the same event."""
    message = _message_id(raw)
    if message is not None:
        return f"{_name(raw)}:{message}"
    known = raw.get(BODY_HASH)
    if isinstance(known, str) and known:
        return f"body:{known}"
    return f"body:{_hash(json.dumps(raw, sort_keys=True).encode())}"


def _message_id(raw: Raw) -> str | None:
    given = _written(_field(raw, "message", "msg_id"))
    return given if 0 < len(given) <= _MAX_MESSAGE_ID else None


def _name(raw: Raw) -> str:
    name = raw.get("event_name")
    return name if isinstance(name, str) and len(name) <= 80 else ""


def _text(raw: Raw) -> str:
    text = _field(raw, "message", "text")
    return text if isinstance(text, str) else ""


def _field(raw: Raw, outer: str, inner: str) -> object:
    holder = raw.get(outer)
    return holder.get(inner) if isinstance(holder, dict) else None


def _id(given: object) -> str | None:
    written = _written(given)
    return written if _ID.fullmatch(written) else None


def _written(given: object) -> str:
    """An id or number as text; "" for what is neither. Python refuses to write huge numbers."""
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < 10**40:
        return str(given)
    return given if isinstance(given, str) else ""


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]


def _folded(text: str) -> str:
    spread = unicodedata.normalize("NFD", text[:40].lower().replace("đ", "d"))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))
