"""One part -> one message of the Official Account: text, buttons, a picture, a file, a template."""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple
from weakref import WeakValueDictionary

from bot.channels.base import (
    ChannelMemory,
    Document,
    Part,
    Picture,
    Receipt,
    Refused,
    SendingFailed,
    TryLater,
    Why,
)
from bot.channels.zalo_oa import failures
from bot.channels.zalo_oa.api import Answer, Api
from bot.channels.zalo_oa.echoes import Echoes
from bot.channels.zalo_oa.failures import Failures
from bot.channels.zalo_oa.parsing import ANONYMOUS
from bot.channels.zalo_oa.shapes import (
    file_message,
    in_words,
    picture_message,
    text_message,
    written,
)
from handlers.messages import Address

log = logging.getLogger(__name__)

CHARGED: Final = "charged"
"""Quota of a consultation message that nothing free covered (zalo.md 3.3)."""
BY_ID, BY_PHONE = "template_uid", "template_phone"
MAX_PICTURE: Final = 1024 * 1024
MAX_DOCUMENT: Final = 5 * 1024 * 1024
FILES: Final = frozenset({"pdf", "doc", "docx", "csv"})

_PICTURES: Final = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
_FILE_LIVES: Final = timedelta(days=6, hours=12)  # Zalo keeps an upload for seven days
_CS: Final = "/v3.0/oa/message/cs"
_ANONYMOUS_CS: Final = "/v2.0/oa/message"
_UPLOAD: Final = "/v2.0/oa/upload/"
_TEMPLATE: Final = "/v3.0/oa/message/template"
_TEMPLATE_BY_PHONE: Final = "/message/template"
_ANOTHER_WAY: Final = frozenset({failures.NO_TEMPLATE_BY_ID, failures.NOT_FOLLOWING})
_TRACKING: Final = 32
# What the outbox has room for.
_MAX_NUMBER: Final = 80
_MAX_QUOTA: Final = 20


class Stored(NamedTuple):
    """A file on its way to Zalo's store."""

    key: str
    place: str
    """"image" or "file", which also decides how Zalo calls its id."""
    name: str
    media_type: str
    body: bytes


class Sender:
    """Sends parts. Every method raises only `SendingFailed` (and what `memory` raises)."""

    def __init__(
        self,
        api: Api,
        memory: ChannelMemory,
        told: Failures,
        echoes: Echoes,
        *,
        oa_id: str,
        api_url: str,
        zbs_api_url: str,
        now: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        self._api, self._memory, self._told, self._echoes = api, memory, told, echoes
        self._oa = oa_id
        self._url, self._zbs_url = api_url.rstrip("/"), zbs_api_url.rstrip("/")
        self._now, self._chance = now, chance
        self._uploading: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def send(self, part: Part, to: Address) -> Receipt:
        if to.account.startswith(ANONYMOUS):
            return await self._to_stranger(part, to)
        if part.document is not None:
            return await self._document(part, part.document, to)
        if part.picture is not None:
            return await self._picture(part, part.picture, to)
        return await self._consult(text_message(part), to)

    async def template(
        self, template_id: str, values: Mapping[str, str], to: Address, *, phone: str
    ) -> Receipt:
        """Send an approved template by user id; by `phone` where that way is not open."""
        question = {
            "user_id": to.account,
            "template_id": template_id,
            "template_data": dict(values),
        }
        answer = await self._tell(to, self._url + _TEMPLATE, question)
        if answer.code == 0:
            return _receipt(answer, unnamed=BY_ID)
        if answer.code not in _ANOTHER_WAY or not phone:
            raise self._failure(self._told.of_template, answer)
        del question["user_id"]
        tracked = f"{template_id}|{to.account}|{self._now().isoformat()}"
        question |= {
            "phone": phone,
            "tracking_id": hashlib.sha256(tracked.encode()).hexdigest()[:_TRACKING],
            "sending_mode": "1",
        }
        answer = await self._tell(to, self._zbs_url + _TEMPLATE_BY_PHONE, question)
        if answer.code != 0:
            raise self._failure(self._told.of_template, answer)
        return _receipt(answer, unnamed=BY_PHONE)

    # --- consultation messages -----------------------------------------------------------------

    async def _consult(self, message: Mapping[str, Any], to: Address) -> Receipt:
        answer = await self._ask(message, to)
        if answer.code != 0:
            raise self._failure(self._told.of_message, answer)
        return _receipt(answer, unnamed=CHARGED)

    async def _ask(self, message: Mapping[str, Any], to: Address) -> Answer:
        question = {"recipient": {"user_id": to.account}, "message": message}
        return await self._tell(to, self._url + _CS, question)

    async def _tell(self, to: Address, url: str, question: Mapping[str, Any]) -> Answer:
        with self._echoes.expected(to.account):
            answer = await self._api.post(url, question)
            self._echoes.note(_number(answer))
        return answer

    async def _to_stranger(self, part: Part, to: Address) -> Receipt:
        """Words only: neither buttons nor files go to somebody who writes without a name."""
        if part.document is not None:
            raise Refused("no files to anonymous people", why=Why.RESTRICTED)
        if part.picture is not None:
            part = in_words(part, part.picture)
        recipient = {
            "anonymous_id": to.account.removeprefix(ANONYMOUS),
            "conversation_id": to.chat,
        }
        question = {"recipient": recipient, "message": {"text": written(part)}}
        answer = await self._tell(to, self._url + _ANONYMOUS_CS, question)
        if answer.code != 0:
            raise self._failure(self._told.of_message, answer)
        return _receipt(answer, unnamed="")

    # --- pictures and files --------------------------------------------------------------------

    async def _picture(self, part: Part, picture: Picture, to: Address) -> Receipt:
        stored = await _read(picture)
        if stored is None:
            return await self._consult(text_message(in_words(part, picture)), to)
        try:
            return await self._with_upload(stored, lambda file: picture_message(part, file), to)
        except Refused as refusal:
            # The person reads what the picture shows; why it is refused is for us to find out.
            if refusal.why is not Why.REFUSED:
                raise
            log.error("zalo refuses a picture", extra={"picture": picture.key, "why": str(refusal)})
        return await self._consult(text_message(in_words(part, picture)), to)

    async def _document(self, part: Part, document: Document, to: Address) -> Receipt:
        """Send the file, then in a message of its own what it is: a file carries no words.

        In this order, because a refusal of the file must not leave its words behind, and with the
        file on the person's phone nothing may be tried again.
        """
        ending = Path(document.name).suffix.lower().removeprefix(".")
        if ending not in FILES or len(document.body) > MAX_DOCUMENT:
            raise Refused("not a file that Zalo carries")
        stored = Stored(document.key, "file", document.name, document.media_type, document.body)
        receipt = await self._with_upload(stored, file_message, to)
        if part.text or part.heading:
            try:
                await self._consult(text_message(part), to)
            except SendingFailed as failure:
                why = type(failure).__name__
                log.warning("a file went without its words", extra={"why": why})
        return receipt

    async def _with_upload(
        self, stored: Stored, message: Callable[[str], Mapping[str, Any]], to: Address
    ) -> Receipt:
        """Send a message about an uploaded file; once more if Zalo had forgotten the file."""
        file = await self._file(stored)
        answer = await self._ask(message(file), to)
        if answer.code == failures.EXPIRED_FILE:
            file = await self._file(stored, forgotten=file)
            answer = await self._ask(message(file), to)
        if answer.code != 0:
            raise self._failure(self._told.of_message, answer)
        return replace(_receipt(answer, unnamed=CHARGED), file_ids={stored.key: file})

    async def _file(self, stored: Stored, *, forgotten: str = "") -> str:
        """Zalo's id of an upload that it still keeps, or of a new one."""
        key = f"file:{self._oa}:{stored.key}"
        # A lesson goes to many at once, and uploads are counted: one does it for all.
        async with self._uploading.setdefault(key, asyncio.Lock()):
            at, _, file = (await self._memory.get(key) or "").partition(" ")
            now = self._now().timestamp()
            if file and file != forgotten and 0 <= now - float(at) < _FILE_LIVES.total_seconds():
                return file
            file = await self._upload(stored)
            await self._memory.put(key, f"{now:.0f} {file}")
            return file

    async def _upload(self, stored: Stored) -> str:
        url = self._url + _UPLOAD + stored.place
        answer = await self._api.upload(url, stored.name, stored.media_type, stored.body)
        if answer.code != 0:
            raise self._failure(self._told.of_message, answer)
        file = _text(answer.data.get("attachment_id") or answer.data.get("token"))
        if not file:
            raise TryLater
        return file

    def _failure(self, told: Callable[..., SendingFailed], answer: Answer) -> SendingFailed:
        return told(answer.code, answer.said, now=self._now(), chance=self._chance())


async def _read(picture: Picture) -> Stored | None:
    """The picture as Zalo takes it; None if it cannot be read, is no JPEG or PNG, or too big."""
    path = Path(picture.path)
    media_type = _PICTURES.get(path.suffix.lower())
    try:
        body = await picture.content()
    except OSError:
        body = b""
    if media_type is None or not 0 < len(body) <= MAX_PICTURE:
        log.error("picture cannot go to zalo", extra={"picture": picture.key, "bytes": len(body)})
        return None
    return Stored(picture.key, "image", path.name, media_type, body)


def _receipt(answer: Answer, *, unnamed: str) -> Receipt:
    """`unnamed` is the quota of an answer that names none."""
    quota = answer.data.get("quota")
    kind = quota.get("quota_type") if isinstance(quota, dict) else None
    return Receipt(_number(answer)[:_MAX_NUMBER], quota=_text(kind)[:_MAX_QUOTA] or unnamed)


def _number(answer: Answer) -> str:
    """Zalo's id of the message: `msg_id` by phone, `message_id` everywhere else."""
    return _text(answer.data.get("message_id") or answer.data.get("msg_id"))


def _text(given: object) -> str:
    return str(given) if isinstance(given, str | int) and not isinstance(given, bool) else ""
