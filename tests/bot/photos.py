"""Somebody who was asked for a sign-in sheet, and photos in the chat: for the tests beside this."""

import itertools
from typing import Final

from bot.channels.base import MAX_MEDIA, Raw
from handlers.messages import Kind
from storage.tables import Activity
from tests.talk import House, Talk
from tests.voices.base import Act

TOLD: Final = "tối qua xóm 5 có 35 bà con học vneid, cô Lan hướng dẫn"
ASK: Final = "Gửi ảnh danh sách ký"
KEPT: Final = "Đã nhận ảnh danh sách ký"
FAILED: Final = "chưa lưu được ảnh danh sách ký"
TOO_MUCH: Final = MAX_MEDIA + 1
_events = itertools.count(1)


def wired(house: House) -> House:
    house.app.workshop.hand_in = house.app.accept_upload
    return house


async def a_head(house: House) -> Talk:
    """Who was just asked for the sheet."""
    head = await Talk(wired(house), "u-head", name="Ông Năm").holds("head", "xom-05")
    await head.says(f"/ghi {TOLD}")
    return await (await head.presses("Ghi vào sổ")).presses(ASK)


def told(talk: Talk, words: str) -> int:
    return sum(words in heard for heard in talk.heard)


async def is_kept(house: House) -> bool:
    [file] = await house.rows(Activity.evidence_id)
    return file is not None


async def gives(talk: Talk, raw: Raw) -> None:
    channel = talk.house.voice.channel_of(talk.account)
    await talk.app.gate.accept(channel, raw)
    await talk.house.settle()


def picture_event(talk: Talk) -> Raw:
    act = Act(f"q{next(_events)}", talk.account, talk.house.clock.wall(), Kind.PICTURE)
    raw = talk.house.voice.event(act)
    assert raw is not None
    return raw


async def tries_all(house: House) -> None:
    for _ in range(4):
        await house.make_all()
        house.clock.passes(seconds=30)
