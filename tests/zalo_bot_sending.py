"""What the bot sends, and what the people get of it (zalo.md §2.3, §2.9)."""

import contextlib
from typing import Any

import aiohttp

from tests import zalo_bot_rules
from tests.zalo_bot_people import Message, People
from tests.zalo_bot_rules import Wrong


class Sending(People):
    """One method `_do_<name of Zalo's method>` each; its arguments were checked before."""

    async def _do_getMe(self) -> dict[str, Any]:  # noqa: N802 - Zalo's names, here and below
        return self.me

    async def _do_sendMessage(  # noqa: N802
        self,
        chat_id: str,
        text: str,
        parse_mode: str = "",
        text_styles: list[dict[str, Any]] | None = None,
    ) -> dict[str, Any]:
        if text_styles and not parse_mode:
            zalo_bot_rules.check_styles(text, text_styles)
        return self._arrives(Message(self.new_id(), chat_id, text, parse_mode=parse_mode))

    async def _do_sendPhoto(  # noqa: N802
        self, chat_id: str, photo: str, caption: str = ""
    ) -> dict[str, Any]:
        self._check_chat(chat_id)
        await self._download(photo)
        return self._arrives(Message(self.new_id(), chat_id, caption, picture=photo))

    async def _do_sendSticker(self, chat_id: str, sticker: str) -> dict[str, Any]:  # noqa: N802
        return self._arrives(Message(self.new_id(), chat_id, "", sticker=sticker))

    async def _do_sendVoice(self, chat_id: str, voice_url: str) -> dict[str, Any]:  # noqa: N802
        """Answer well in a group too, where nothing arrives."""
        message = Message(self.new_id(), chat_id, "", voice=voice_url)
        if chat_id not in self.plan.groups:
            return self._arrives(message)
        self.plan.count_out()
        return self._receipt(message)

    async def _do_sendChatAction(self, chat_id: str, action: str) -> None:  # noqa: N802
        self._check_chat(chat_id)

    def _arrives(self, message: Message) -> dict[str, Any]:
        self._check_chat(message.chat)
        self.plan.count_out()
        self.sent.append(message)
        return self._receipt(message)

    def _receipt(self, message: Message) -> dict[str, Any]:
        return {"message_id": message.id, "date": self._milliseconds()}

    def _check_chat(self, chat: str) -> None:
        """Refuse strangers: a bot only answers people who wrote, and groups it was added to."""
        if chat not in self.plan.users | self.plan.groups:
            raise Wrong("Bad Request: chat not found")

    async def _download(self, photo: str) -> None:
        """Fetch the picture as Zalo does, where we know the address; others are believed."""
        where = self.really(photo)
        if self._client is None or where is None:
            return
        with contextlib.suppress(aiohttp.ClientError):
            async with self._client.get(where, allow_redirects=False) as answer:
                if answer.status == 200 and answer.content_type.startswith("image/"):
                    return
        raise Wrong("Bad Request: photo cannot be downloaded")
