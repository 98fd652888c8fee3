"""Old and forged buttons, groups, floods, clumsy hands: answered, and nothing done (T04-T39)."""

import pytest

from bot.channels.base import Accepted
from handlers.messages import Kind
from storage.tables import Account, Conversation
from tests.talk import Talk

# --- buttons -------------------------------------------------------------------------------------


async def test_an_old_button_gets_the_present_question(talk: Talk) -> None:
    """T05."""
    await talk.says("x5")
    old = talk.button("Đồng ý")
    await talk.says("1")
    before = len(talk.heard)
    await talk.does(Kind.PRESS, button=old)
    assert talk.heard[before] == talk.text("menu.old_button")
    assert talk.heard[before + 1] == talk.heard[before - 1]


@pytest.mark.parametrize("token", ["", "1", "zzzzzzzz1", "' OR 1=1 --", "x" * 300, "ố" * 64])
async def test_a_forged_button_is_an_old_button(talk: Talk, token: str) -> None:
    """T06."""
    await talk.says("x5")
    stored = await talk.house.rows(Conversation.step, Conversation.draft)
    await talk.does(Kind.PRESS, button=token)
    assert talk.text("menu.old_button") in talk.heard
    assert await talk.house.rows(Conversation.step, Conversation.draft) == stored


async def test_a_button_of_somebody_else_does_nothing(talk: Talk) -> None:
    """T04."""
    await talk.says("x5")
    other = Talk(talk.house, "other")
    await other.says("x5")
    await other.does(Kind.PRESS, button=talk.button("Đồng ý"))
    assert other.text("menu.not_your_button") in other.heard
    assert not (await other.actor()).has_consent
    assert not (await talk.actor()).has_consent


async def test_a_button_pressed_twice_counts_once(talk: Talk) -> None:
    await talk.says("x5")
    token = talk.button("Đồng ý")
    await talk.sends(kind="press", button=token)
    await talk.sends(kind="press", button=token)
    await talk.house.settle()
    assert talk.heard.count(talk.text("menu.old_button")) == 1


# --- groups, floods, clumsy hands ----------------------------------------------------------------


async def test_nothing_is_done_or_kept_in_a_group(talk: Talk) -> None:
    """T09-T11."""
    await talk.sends(text="xin chào mọi người", private=False, chat="group")
    await talk.sends(text="/thongke", private=False, chat="group")
    await talk.house.settle()
    assert [heard.text for heard in talk.house.channel.heard] == [talk.text("menu.private_only")]
    assert await talk.house.rows(Conversation.chat) == []


async def test_a_flood_is_counted_and_told_once_a_minute(talk: Talk) -> None:
    """T35: ten at once; beyond that nothing is stored, and other people notice nothing."""
    fates = [await talk.sends(text=str(n)) for n in range(200)]
    assert fates.count(Accepted.STORED) == 11  # ten, and the one that tells
    assert fates.count(Accepted.THROTTLED) == 189
    other = Talk(talk.house, "other")
    await other.says("x5")
    assert len(other.heard) == 2
    await talk.house.settle()
    assert talk.heard.count(talk.text("menu.slow")) == 1


async def test_a_flood_is_not_answered_faster_for_being_answered(talk: Talk) -> None:
    """T35, ADR 5: ten at once and one in two seconds, or the platform would silence us (R12)."""
    fates = []
    for _ in range(20):
        fates += [await talk.sends(text=str(n)) for n in range(20)]
        await talk.waits(seconds=1)
    assert fates.count(Accepted.STORED) <= 10 + 20 / 2 + 1
    await talk.waits(seconds=20)
    for _ in range(20):
        await talk.says("nói lại")
    assert talk.heard.count(talk.text("menu.slow")) == 1


async def test_whoever_waits_for_answers_is_never_slowed(talk: Talk) -> None:
    """ADR 5."""
    await talk.enrolled()
    for _ in range(40):
        await talk.says("nói lại")
    assert talk.text("menu.slow") not in talk.heard


@pytest.mark.parametrize(
    "kind",
    [
        Kind.VOICE,
        Kind.STICKER,
        Kind.PICTURE,
        Kind.VIDEO,
        Kind.FILE,
        Kind.LOCATION,
        Kind.CONTACT,
        Kind.EDIT,
        Kind.UNKNOWN,
    ],
)
async def test_everything_is_answered_and_the_question_repeated(talk: Talk, kind: Kind) -> None:
    """U12, T39: a voice message, a sticker, an edit... never silence, and nothing is executed."""
    await talk.says("x5")
    question = talk.last
    await talk.does(kind, text="1")
    assert talk.heard[-1] == question
    assert len(talk.heard) == 4
    assert not (await talk.actor()).has_consent


async def test_somebody_who_leaves_is_not_answered(talk: Talk) -> None:
    await talk.says("x5")
    before = len(talk.heard)
    await talk.does(Kind.LEFT)
    assert len(talk.heard) == before
    assert await talk.house.rows(Account.state) == ["stopped"]
    await talk.does(Kind.JOINED)
    assert await talk.house.rows(Account.state) == ["active"]
