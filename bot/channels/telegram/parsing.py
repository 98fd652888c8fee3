"""Telegram's update -> Arrival and Incoming. Pure; what nobody can read is UNKNOWN or None.

Read from the dictionary itself: `telegram.Update.de_json` takes 90 us instead of 14 and raises
at shapes that it does not know (a poison update, telegram.md §4).
"""

import re
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from bot.channels.base import MAX_MEDIA, Arrival, Raw
from handlers.messages import Incoming, Kind

RECEIVED: Final = "received_at"
"""Our own mark in a raw update, UNIX seconds: a button press carries no time of Telegram's."""
UPDATE_KINDS: Final = ("message", "edited_message", "callback_query", "my_chat_member")
"""What we ask Telegram for. Channels and other people's membership are not our business (T09)."""

_MAX_TEXT: Final = 4096
_MAX_BUTTON: Final = 64
_MAX_FILE_ID: Final = 300
_COMMAND: Final = re.compile(r"(/\w+)@(\w+)(?!\w)")
# The first that a message has decides. Order matters: an animation also has a `document`, a venue
# a `location`.
_KINDS: Final = (
    ("text", Kind.TEXT),
    ("voice", Kind.VOICE),
    ("audio", Kind.VOICE),
    ("sticker", Kind.STICKER),
    ("photo", Kind.PICTURE),
    ("video", Kind.VIDEO),
    ("video_note", Kind.VIDEO),
    ("animation", Kind.VIDEO),
    ("document", Kind.FILE),
    ("location", Kind.LOCATION),
    ("contact", Kind.CONTACT),
)
# The app tells us of these by itself; the person has said nothing that wants an answer.
_SILENT: Final = frozenset(
    {
        "pinned_message",
        "message_auto_delete_timer_changed",
        "chat_background_set",
        "write_access_allowed",
        "forum_topic_created",
        "forum_topic_edited",
    }
)
_MEMBERSHIP: Final = {"member": Kind.JOINED, "kicked": Kind.LEFT, "left": Kind.LEFT}
_EPOCH: Final = datetime.fromtimestamp(0, UTC)


class Me(NamedTuple):
    """Our bot. `username` is unknown until getMe has answered."""

    id: str
    username: str | None


class _Speaker(NamedTuple):
    account: str
    chat: str
    private: bool
    name: str


def stamped(raw: Raw, now: datetime) -> Raw:
    """Note when a button press came in: Telegram does not say when it was made."""
    return {**raw, RECEIVED: int(now.timestamp())} if "callback_query" in raw else raw


def identify(raw: Raw, me: Me) -> Arrival | None:
    event_id = _event_id(raw)
    speaker = _concerned(raw, me)
    if event_id is None or speaker is None:
        return None
    return Arrival(event_id, speaker.account, speaker.chat, typed="my_chat_member" not in raw)


def parse(raw: Raw, me: Me) -> Incoming | None:
    event_id = _event_id(raw)
    speaker = _concerned(raw, me)
    if event_id is None or speaker is None:
        return None
    said = _said(raw, me)
    if said is None:
        return None
    return Incoming(
        event_id=event_id,
        account=speaker.account,
        chat=speaker.chat,
        name=speaker.name,
        private=speaker.private,
        **said,
    )


def _event_id(raw: Raw) -> str | None:
    match raw:
        case {"update_id": int(number)}:
            return str(number)
    return None


def _concerned(raw: Raw, me: Me) -> _Speaker | None:
    """Whose event this is; None if nobody's who could be answered."""
    match raw:
        case {"message": dict(message)}:
            speaker = _speaker(message)
            return speaker if speaker and (speaker.private or _for_us(message, me)) else None
        case {"edited_message": dict(message)}:
            speaker = _speaker(message)
            return speaker if speaker and speaker.private else None
        case {"callback_query": {"inline_message_id": str()}}:
            return None  # we never send inline-mode messages
        case {
            "callback_query": {"from": {"id": int(user)} as who, "message": {"chat": dict(chat)}}
        }:
            return _in_chat(str(user), chat, _name(who))
        case {"callback_query": {"from": {"id": int(user)} as who}}:
            return _Speaker(str(user), str(user), private=True, name=_name(who))
        case {
            "my_chat_member": {
                "chat": {"type": "private"} as chat,
                "from": {"id": int(user)} as who,
            }
        }:
            return _in_chat(str(user), chat, _name(who))
    return None


def _speaker(message: Raw) -> _Speaker | None:
    match message:
        case {"chat": {"type": "channel"}} | {"is_automatic_forward": True}:
            return None
        case {"chat": dict(chat), "sender_chat": {"id": int(sender)}}:
            # An anonymous admin, or somebody behind a channel: a person we do not know (T10).
            return _in_chat(str(sender), chat, "")
        case {"from": {"is_bot": True}}:
            return None
        case {"chat": dict(chat), "from": {"id": int(user)} as who}:
            return _in_chat(str(user), chat, _name(who))
        case {"chat": {"type": "private", "id": int(user)} as who}:
            return _Speaker(str(user), str(user), private=True, name=_name(who))
    return None


def _in_chat(account: str, chat: Raw, name: str) -> _Speaker | None:
    match chat:
        case {"id": int(number), "type": str(kind)}:
            return _Speaker(account, str(number), private=kind == "private", name=name)
    return None


def _name(who: Raw) -> str:
    names = (who.get("first_name"), who.get("last_name"))
    return " ".join(name for name in names if isinstance(name, str) and name)


def _for_us(message: Raw, me: Me) -> bool:
    """Of what is said in a group only a command for us, or an answer to us, concerns us (T09)."""
    match message:
        case {"text": str(text)} if text.startswith("/"):
            return _command(text, me) is not None
        case {"reply_to_message": {"from": {"id": int(author)}}}:
            return str(author) == me.id
    return False


def _command(text: str, me: Me) -> str | None:
    """`/hoc@our_bot 1` -> `/hoc 1`; None if it names another bot."""
    named = _COMMAND.match(text)
    if named is None:
        return text
    if me.username is not None and named[2].lower() != me.username.lower():
        return None
    return named[1] + text[named.end() :]


def _said(raw: Raw, me: Me) -> dict[str, Any] | None:
    """What was done, as keyword arguments of `Incoming`."""
    match raw:
        case {"message": dict(message)}:
            return _message(message, me)
        case {"edited_message": {"text": str()} | {"caption": str()} as message}:
            at = message.get("edit_date", message.get("date"))
            return {"kind": Kind.EDIT, "at": _time(at)}
        case {"callback_query": dict(press)}:
            return _press(press, raw.get(RECEIVED))
        case {"my_chat_member": {"new_chat_member": {"status": str(status)}, **about}}:
            if (kind := _MEMBERSHIP.get(status)) is not None:
                return {"kind": kind, "at": _time(about.get("date"))}
    return None  # also an edit without words: a live location that moves


def _message(message: Raw, me: Me) -> dict[str, Any] | None:
    if not _SILENT.isdisjoint(message):
        return None
    kind = next((kind for field, kind in _KINDS if field in message), Kind.UNKNOWN)
    said: dict[str, Any] = {"kind": kind, "at": _time(message.get("date"))}
    text = message.get("text", message.get("caption"))
    if isinstance(text, str):
        ours = _command(text[:_MAX_TEXT], me)
        if ours is None:
            return None
        said["text"] = ours
    elif kind is Kind.TEXT:
        said["kind"] = Kind.UNKNOWN
    if kind in (Kind.PICTURE, Kind.VOICE):
        said["media"] = _media(message)
    if "forward_origin" in message or "forward_date" in message:
        said["forwarded"] = True
    elif kind is Kind.CONTACT:
        said.update(_contact(message))
    return said


def _media(message: Raw) -> str:
    if "photo" in message:
        return _largest(message["photo"])
    return _voice(message.get("voice", message.get("audio")))


def _largest(sizes: object) -> str:
    """File id of the largest size that says it is no more than 5 MB (T30); "" if there is none."""
    best, media = -1, ""
    for size in sizes if isinstance(sizes, list) else ():
        match size:
            case {"file_size": int(bytes_)} if bytes_ > MAX_MEDIA:
                continue
            case {"file_id": str(file_id), "width": int(width), "height": int(height)}:
                if width * height > best and len(file_id) <= _MAX_FILE_ID:
                    best, media = width * height, file_id
    return media


def _voice(sound: object) -> str:
    """File id of a voice or a piece of sound that says it is no more than 5 MB (T30); else ""."""
    match sound:
        case {"file_size": int(bytes_)} if bytes_ > MAX_MEDIA:
            return ""
        case {"file_id": str(file_id)} if len(file_id) <= _MAX_FILE_ID:
            return file_id
    return ""


def _contact(message: Raw) -> dict[str, Any]:
    """Only the sender's own number is taken; a card of somebody else is nobody's claim (T17)."""
    match message:
        case {"contact": {"user_id": int(owner), **card}, "from": {"id": int(sender)}}:
            number = card.get("phone_number")
            if owner == sender and isinstance(number, str):
                return {"owned_contact": True, "text": number}
    return {}


def _press(press: Raw, received: object) -> dict[str, Any]:
    at = _time(received)
    if at == _EPOCH:
        # Not stamped (a replayed payload): when the question was sent is all that is known.
        message = press.get("message")
        at = _time(message.get("date") if isinstance(message, dict) else None)
    match press:
        case {"data": str(token)}:
            return {"kind": Kind.PRESS, "at": at, "button": token[:_MAX_BUTTON]}
    return {"kind": Kind.UNKNOWN, "at": at}


def _time(seconds: object) -> datetime:
    """Return Telegram's UNIX seconds as aware UTC; the epoch if they are no time at all."""
    if not isinstance(seconds, int | float):
        return _EPOCH
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return _EPOCH
