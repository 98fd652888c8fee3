"""What the bot calls, and what Telegram does then."""

import time
from typing import Any

from tests import telegram_rules
from tests.telegram_delivery import Update
from tests.telegram_people import Message, People
from tests.telegram_rules import Upload, Written, Wrong


class Methods(People):
    """One method `_do_<name of Telegram's method>` each; its arguments were checked before."""

    def __init__(self, *, bot: int, username: str, retry_seconds: float) -> None:
        super().__init__(bot=bot, username=username, retry_seconds=retry_seconds)
        self.answered: list[str] = []
        """Ids of the callback queries the bot has answered."""
        self.commands: dict[str, list[dict[str, str]]] = {}
        """Menus by scope: "default", "all_private_chats", "chat:7"."""
        self.files: dict[str, Upload] = {}
        self.tells_sizes = True
        """Of a file that somebody sent; Telegram need not."""

    def forget_files(self) -> None:
        self.files.clear()

    async def _do_getMe(self) -> dict[str, Any]:  # noqa: N802 - Telegram's names, here and below
        return self.me

    async def _do_sendMessage(  # noqa: N802
        self, chat_id: int, text: str, parse_mode: str | None = None, **more: Any
    ) -> dict[str, Any]:
        written = telegram_rules.read(text, parse_mode)
        if not written.text:
            raise Wrong("message text is empty")
        if len(written.text) > 4096:
            raise Wrong("message is too long")
        content = {"text": written.text, "entities": written.entities}
        return await self._sent(chat_id, written, content, more)

    async def _do_sendPhoto(  # noqa: N802
        self, chat_id: int, photo: Upload | str, **more: Any
    ) -> dict[str, Any]:
        file_id = self._stored(photo)
        sizes = [
            {"file_id": f"{file_id}{size}", "file_unique_id": f"u{file_id}{size}", **_size(size)}
            for size in ("s", "")
        ]
        return await self._captioned(chat_id, {"photo": sizes}, more, picture=file_id)

    async def _do_sendDocument(  # noqa: N802
        self, chat_id: int, document: Upload | str, **more: Any
    ) -> dict[str, Any]:
        file_id = self._stored(document)
        file = {
            "file_id": file_id,
            "file_unique_id": f"u{file_id}",
            "file_name": self.files[file_id].filename,
        }
        return await self._captioned(chat_id, {"document": file}, more, document=file_id)

    async def _captioned(
        self, chat: int, content: dict[str, Any], more: dict[str, Any], **shown: str
    ) -> dict[str, Any]:
        written = telegram_rules.read(more.get("caption", ""), more.get("parse_mode"))
        if len(written.text) > 1024:
            raise Wrong("message caption is too long")
        if written.text:
            content |= {"caption": written.text, "caption_entities": written.entities}
        return await self._sent(chat, written, content, more, **shown)

    async def _sent(
        self,
        chat: int,
        written: Written,
        content: dict[str, Any],
        more: dict[str, Any],
        **shown: str,
    ) -> dict[str, Any]:
        self._may_write(chat)
        markup = more.get("reply_markup") or {}
        buttons = _keyboard(markup.get("inline_keyboard", []))
        raw = {
            "message_id": self._next("message"),
            "from": {name: self.me[name] for name in ("id", "is_bot", "first_name", "username")},
            "chat": self.chat(chat),
            "date": int(time.time()),
            **{name: value for name, value in content.items() if value},
        }
        if buttons:
            raw["reply_markup"] = {"inline_keyboard": buttons}
        bold = [_cut_out(written.text, each) for each in written.entities if each["type"] == "bold"]
        self.sent.append(
            Message(raw["message_id"], chat, written.text, bold, buttons, raw=raw, **shown)
        )
        return raw

    def _may_write(self, chat: int) -> None:
        if chat in self.unknown_chats:
            raise Wrong("chat not found")
        if chat in self.blocked:
            raise Wrong("Forbidden: bot was blocked by the user", code=403)

    async def _do_sendChatAction(self, chat_id: int, **_: Any) -> bool:  # noqa: N802
        self._may_write(chat_id)
        return True

    async def _do_editMessageText(  # noqa: N802
        self,
        chat_id: int,
        message_id: int,
        text: str,
        parse_mode: str | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        message = self._editable(chat_id, message_id)
        written = telegram_rules.read(text, parse_mode)
        buttons = _keyboard((more.get("reply_markup") or {}).get("inline_keyboard", []))
        if (written.text, buttons) == (message.text, message.buttons):
            raise Wrong("message is not modified")
        message.text = message.raw["text"] = written.text
        return self._with_keyboard(message, buttons)

    async def _do_editMessageReplyMarkup(  # noqa: N802
        self,
        chat_id: int,
        message_id: int,
        reply_markup: dict[str, Any] | None = None,
        **_: Any,
    ) -> dict[str, Any]:
        message = self._editable(chat_id, message_id)
        buttons = _keyboard((reply_markup or {}).get("inline_keyboard", []))
        if buttons == message.buttons:
            raise Wrong("message is not modified: specified new message content is the same")
        return self._with_keyboard(message, buttons)

    def _editable(self, chat: int, number: int) -> Message:
        for message in self.sent:
            if (message.chat, message.id) == (chat, number):
                return message
        raise Wrong("message to edit not found")

    def _with_keyboard(self, message: Message, buttons: list[list[dict[str, Any]]]) -> Update:
        message.buttons = buttons
        rest = {name: value for name, value in message.raw.items() if name != "reply_markup"}
        markup = {"reply_markup": {"inline_keyboard": buttons}} if buttons else {}
        message.raw = {**rest, "edit_date": int(time.time()), **markup}
        return message.raw

    async def _do_answerCallbackQuery(  # noqa: N802
        self, callback_query_id: str, text: str = "", **_: Any
    ) -> bool:
        if callback_query_id in self.answered:
            raise Wrong("query is too old and response timeout expired or query ID is invalid")
        if len(text) > 200:
            raise Wrong("MESSAGE_TOO_LONG")
        self.answered.append(callback_query_id)
        return True

    async def _do_setMyCommands(  # noqa: N802
        self, commands: list[dict[str, str]], scope: dict[str, Any] | None = None, **_: Any
    ) -> bool:
        for command in commands:
            name, words = command["command"], command["description"]
            if not (
                name.isascii() and name.islower() and len(name) <= 32 and 0 < len(words) <= 256
            ):
                raise Wrong("BOT_COMMAND_INVALID")
        self.commands[self._scope(scope)] = commands
        return True

    async def _do_deleteMyCommands(  # noqa: N802
        self, scope: dict[str, Any] | None = None, **_: Any
    ) -> bool:
        self.commands.pop(self._scope(scope), None)
        return True

    def _scope(self, scope: dict[str, Any] | None) -> str:
        if scope is None:
            return "default"
        if "chat_id" not in scope:
            return str(scope["type"])
        if int(scope["chat_id"]) in self.unknown_chats:
            raise Wrong("chat not found")
        return f"{scope['type']}:{scope['chat_id']}"

    async def _do_getFile(self, file_id: str) -> dict[str, Any]:  # noqa: N802
        if file_id not in self.files:
            raise Wrong("wrong file_id or the file is temporarily unavailable")
        size = len(self.files[file_id].content)
        told = {"file_size": size} if self.tells_sizes else {}
        unique = f"u{file_id}"
        return {"file_id": file_id, "file_unique_id": unique, **told, "file_path": file_id}

    def _stored(self, file: Upload | str) -> str:
        if isinstance(file, str):
            if file not in self.files:
                raise Wrong("wrong file identifier/HTTP URL specified")
            return file
        file_id = f"AgACAgUAAxkDAAI{self._next('file')}"
        self.files[file_id] = file
        return file_id


def _keyboard(rows: list[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    for row in rows:
        if len(row) > 8:
            raise Wrong("BUTTON_COUNT_INVALID")
        for button in row:
            if not 1 <= len(str(button.get("callback_data", "x")).encode()) <= 64:
                raise Wrong("BUTTON_DATA_INVALID")
            if len(button) < 2:
                raise Wrong("Text buttons are unallowed in the inline keyboard")
    return [row for row in rows if row]


def _size(size: str) -> dict[str, int]:
    return {"width": 90, "height": 60} if size else {"width": 900, "height": 600}


def _cut_out(text: str, entity: dict[str, Any]) -> str:
    start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
    return text.encode("utf-16-le")[start:end].decode("utf-16-le")
