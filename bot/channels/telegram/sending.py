"""One part -> one Telegram message, and Telegram's refusals -> the five failures of sending."""

import html
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from telegram import Bot, InlineKeyboardMarkup, Message
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.channels.base import (
    Button,
    ChannelDown,
    ChannelMemory,
    Part,
    Picture,
    Receipt,
    RecipientGone,
    Refused,
    SendingFailed,
    TryLater,
    Uncertain,
)
from bot.channels.telegram.requests import NotSent, ServerTrouble, ask, redact, seconds
from handlers.messages import Address

log = logging.getLogger(__name__)

ODD_ANSWERS: Final = (KeyError, TypeError, ValueError, AttributeError)
"""What python-telegram-bot raises at a 200 whose JSON has another shape than it expects."""

_SHORT_LABEL: Final = 12  # two such buttons fit side by side on a small phone with a large font
_NO_PREVIEW: Final = {"is_disabled": True}

# Substrings of Telegram's descriptions, which drift: always compared in lower case.
_MARKUP: Final = ("can't parse entities",)
_STALE_FILE: Final = ("wrong file identifier", "wrong remote file identifier", "file reference")
_BAD_PICTURE: Final = ("image_process_failed", "photo_invalid_dimensions")
_GONE: Final = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "peer_id_invalid",
    "chat_write_forbidden",
    "not enough rights to send",
    "have no rights to send",
    "group chat was deactivated",
)


async def send(bot: Bot, memory: ChannelMemory, part: Part, to: Address) -> Receipt:
    """Send one part. Raises only `SendingFailed` (and what `memory` raises)."""
    chat = await _whereabouts(memory, to.chat)
    try:
        try:
            return await _say(bot, memory, part, chat)
        except ChatMigrated as moved:
            new = str(moved.new_chat_id)
            await memory.put(_moved_key(to.chat), new)
            return await _say(bot, memory, part, new)
    except TelegramError as error:
        raise failure(error) from error
    except ODD_ANSWERS as error:
        raise Uncertain(f"unreadable answer: {type(error).__name__}") from error


def failure(error: TelegramError) -> SendingFailed:
    """Tell what to do after an answer of Telegram; what nobody knows is `Uncertain` (R10)."""
    match error:
        case RetryAfter():
            return TryLater(seconds(error.retry_after), whole_channel=True)
        case NotSent() | ServerTrouble():
            return TryLater()
        case Forbidden():
            return RecipientGone(_short(error))
        case InvalidToken():
            return ChannelDown(_short(error))
        case BadRequest():
            return RecipientGone(_short(error)) if _says(error, _GONE) else Refused(_short(error))
        case ChatMigrated():
            return Refused("moved twice")
    return Uncertain(_short(error))


async def _whereabouts(memory: ChannelMemory, chat: str) -> str:
    """Return the chat's id of today: a group that became a supergroup has a new one."""
    if not chat.startswith("-"):
        return chat
    return await memory.get(_moved_key(chat)) or chat


def _moved_key(chat: str) -> str:
    return f"moved:{chat}"


async def _say(bot: Bot, memory: ChannelMemory, part: Part, chat: str) -> Receipt:
    try:
        return await _attempt(bot, memory, part, chat, marked=True)
    except BadRequest as error:
        if not _says(error, _MARKUP):
            raise
    log.error("telegram could not read our markup")
    return await _attempt(bot, memory, part, chat, marked=False)  # T24: better plain than silent


async def _attempt(
    bot: Bot, memory: ChannelMemory, part: Part, chat: str, *, marked: bool
) -> Receipt:
    if part.picture is not None:
        return await _photo(bot, memory, part, part.picture, chat, marked=marked)
    question = {
        "chat_id": chat,
        "text": written(part, marked=marked),
        "parse_mode": "HTML" if marked else None,
        "link_preview_options": _NO_PREVIEW,
        "reply_markup": keyboard(part.buttons),
    }
    return _receipt(await ask(bot, "sendMessage", question))


async def _photo(
    bot: Bot, memory: ChannelMemory, part: Part, picture: Picture, chat: str, *, marked: bool
) -> Receipt:
    key = f"file:{picture.key}"
    if known := await memory.get(key):
        try:
            return await _send_known(bot, part, known, chat, marked=marked)
        except BadRequest as error:
            if not _says(error, _STALE_FILE):
                raise
            log.info("telegram forgot a picture", extra={"picture": picture.key})
            await memory.put(key, "")
    try:
        content = await picture.content()
    except OSError:
        log.exception("picture missing", extra={"picture": picture.key})
        told = Part(f"[Hình: {picture.alt}]\n{part.text}".strip(), part.heading, part.buttons)
        return await _attempt(bot, memory, told, chat, marked=marked)
    name = Path(picture.path).name
    message = await _upload(bot, part, content, chat, marked=marked, filename=name)
    if not message.photo:
        return Receipt(str(message.message_id))
    file_id = message.photo[-1].file_id
    await memory.put(key, file_id)
    return Receipt(str(message.message_id), file_ids={picture.key: file_id})


async def _send_known(bot: Bot, part: Part, file_id: str, chat: str, *, marked: bool) -> Receipt:
    question = {
        "chat_id": chat,
        "photo": file_id,
        "caption": written(part, marked=marked) or None,
        "parse_mode": "HTML" if marked else None,
        "reply_markup": keyboard(part.buttons),
    }
    return _receipt(await ask(bot, "sendPhoto", question))


async def _upload(
    bot: Bot, part: Part, photo: bytes, chat: str, *, marked: bool, filename: str
) -> Message:
    caption = written(part, marked=marked) or None
    mode = "HTML" if marked else None
    shown = keyboard(part.buttons)
    buttons = InlineKeyboardMarkup.de_json(shown, bot) if shown else None
    try:
        return await bot.send_photo(
            chat, photo, caption, filename=filename, parse_mode=mode, reply_markup=buttons
        )
    except BadRequest as error:
        if not _says(error, _BAD_PICTURE):
            raise
        log.warning("telegram takes this picture only as a file", extra={"file": filename})
    return await bot.send_document(
        chat, photo, caption, filename=filename, parse_mode=mode, reply_markup=buttons
    )


def _receipt(message: dict[str, Any]) -> Receipt:
    return Receipt(str(message["message_id"]))


def written(part: Part, *, marked: bool) -> str:
    """Return the text as Telegram gets it: the one place where anything is escaped (T24)."""
    if not marked:
        return "\n".join(piece for piece in (part.heading, part.text) if piece)
    heading = f"<b>{_escaped(part.heading)}</b>" if part.heading else ""
    return "\n".join(piece for piece in (heading, _escaped(part.text)) if piece)


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def keyboard(buttons: tuple[Button, ...]) -> dict[str, Any] | None:
    if not buttons:
        return None
    return {
        "inline_keyboard": [
            [{"text": button.label, "callback_data": button.token} for button in row]
            for row in _rows(buttons)
        ]
    }


def _rows(buttons: tuple[Button, ...]) -> Iterator[tuple[Button, ...]]:
    """One button a row, or two neighbours whose labels are both short."""
    rest = buttons
    while rest:
        pair = rest[:2]
        size = 2 if all(len(button.label) <= _SHORT_LABEL for button in pair) else 1
        yield rest[:size]
        rest = rest[size:]


def _says(error: TelegramError, words: tuple[str, ...]) -> bool:
    said = error.message.lower()
    return any(word in said for word in words)


def _short(error: TelegramError) -> str:
    return redact(error.message)[:200]
