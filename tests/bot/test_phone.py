"""A number shared through the platform: kept only for office holders who say yes (T17, P1)."""

import itertools

import pytest

from storage.tables import Account, Conversation
from tests.talk import Talk

NUMBER = "84900000123"
_events = itertools.count(1)


async def shares(talk: Talk, *, phone: str = NUMBER, own: bool = True) -> Talk:
    raw = {
        "id": f"c{next(_events)}",
        "account": talk.account,
        "kind": "contact",
        "at": talk.house.clock.wall().isoformat(),
        "owned_contact": own,
        "phone": phone,
    }
    await talk.app.gate.accept(talk.house.channel, raw)
    await talk.house.settle()
    return talk


async def phones(talk: Talk) -> list[str]:
    return [phone for phone in await talk.house.rows(Account.phone) if phone]


async def test_a_residents_number_is_not_kept(talk: Talk) -> None:
    await talk.enrolled()
    await shares(talk)
    assert talk.text("menu.contact") in talk.heard
    assert await phones(talk) == []
    assert NUMBER not in str(await talk.house.rows(Conversation.draft))


async def test_a_head_is_asked_and_decides(talk: Talk) -> None:
    """U18: the safe choice is the first."""
    await talk.holds("head", "xom-05")
    await shares(talk)
    assert "đuôi 123" in talk.last
    assert NUMBER not in talk.last
    await talk.says("1")
    assert await phones(talk) == []
    assert NUMBER not in str(await talk.house.rows(Conversation.draft))
    await shares(talk)
    await talk.says("2")
    assert await phones(talk) == [NUMBER]
    await talk.says("bỏ số điện thoại")
    assert await phones(talk) == []


@pytest.mark.parametrize(("phone", "own"), [("", True), (NUMBER, False)])
async def test_only_the_platforms_word_makes_a_number_ones_own(
    talk: Talk, phone: str, own: bool
) -> None:
    await talk.holds("head", "xom-05")
    await shares(talk, phone=phone, own=own)
    assert talk.text("menu.contact") in talk.heard


async def test_deleting_ones_data_deletes_the_number(talk: Talk) -> None:
    """P5."""
    await talk.holds("head", "xom-05")
    await shares(talk)
    await talk.says("2", "/dulieu", "5", "2")
    assert await phones(talk) == []


async def test_the_number_goes_with_the_role(talk: Talk) -> None:
    """P1: no role, no reason to keep it."""
    admin = await Talk(talk.house, "a1", name="Quản trị").holds("admin")
    await talk.holds("head", "xom-05")
    await shares(talk)
    await talk.says("2")
    await admin.says("/quantri", "1")
    await admin.presses("Trưởng xóm")
    await admin.presses("Thu hồi")
    assert await phones(talk) == []
