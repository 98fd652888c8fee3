"""How Zalo Bot is spoken to, and what its refusals mean."""

import unicodedata
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.channels.base import (
    ChannelDown,
    Part,
    Picture,
    Receipt,
    Refused,
    SendingFailed,
    TryLater,
    Uncertain,
    Why,
)
from bot.channels.rendering import render
from handlers.messages import Address, Choice, Outgoing
from tests.bot.channels.zalo_bot_setup import LAN, PUBLIC, SECRET, TO, Alarms, a_bot
from tests.fake_zalo_bot import FakeZaloBot, Trouble
from tests.zalo_bot_updates import a_group_id

PICTURE = Picture(key="sha256-1", path="lessons/pictures/bai-1.png", alt="Một cái khóa")


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot(longest_poll=0.05) as fake:
        fake.plan.admit(LAN)
        yield fake


async def test_a_message_is_plain_text_with_its_heading_above(fake: FakeZaloBot) -> None:
    async with a_bot(fake) as bot:
        receipt = await bot.send(Part("Xin chọn.\n1. Đồng ý", heading="Kính chào"), TO)
    (message,) = fake.sent
    assert (message.chat, message.text) == (LAN, "Kính chào\nXin chọn.\n1. Đồng ý")
    assert receipt == Receipt(message.id)
    (call,) = fake.called("sendMessage")
    assert set(call.params) == {"chat_id", "text"}, "no markup of any kind"


@pytest.mark.parametrize("text", ["**đậm** _x_ {red}đỏ{/red}", "5 < 7 & 8", "# 1", '"\\', "😀"])
async def test_what_people_write_arrives_as_they_wrote_it(fake: FakeZaloBot, text: str) -> None:
    """T24."""
    async with a_bot(fake) as bot:
        await bot.send(Part(text), TO)
    assert fake.sent[0].text == text


async def test_choices_are_numbers_in_the_text(fake: FakeZaloBot) -> None:
    """U3: no buttons exist here, and nothing is dropped."""
    question = Outgoing("Đồng ý không?", choices=(Choice("yes", "Đồng ý"), Choice("no", "Không")))
    async with a_bot(fake) as bot:
        for part in render(question, bot.able, token="abcdefgh", picture=lambda _: None):
            assert part.buttons == ()
            await bot.send(part, TO)
    assert fake.sent[0].text == "Đồng ý không?\n1. Đồng ý\n2. Không"


async def test_a_long_text_passes_in_parts(fake: FakeZaloBot) -> None:
    """U17: 2,000 composed characters a message."""
    sentences = " ".join(f"Câu số {n} của một bài rất dài." for n in range(200))
    async with a_bot(fake) as bot:
        for part in render(Outgoing(sentences), bot.able, token="t", picture=lambda _: None):
            await bot.send(part, TO)
    assert " ".join(message.text for message in fake.sent) == sentences
    assert all(message.text.endswith(".") for message in fake.sent)


async def test_the_length_is_that_of_the_composed_form(fake: FakeZaloBot) -> None:
    text = unicodedata.normalize("NFD", "ế" * 2000)
    async with a_bot(fake) as bot:
        await bot.send(Part(text), TO)
    assert fake.sent[0].text == "ế" * 2000


async def test_half_an_emoji_does_not_stop_a_message(fake: FakeZaloBot) -> None:
    """T23."""
    async with a_bot(fake) as bot:
        await bot.send(Part("Chào \ud83d"), TO)
    assert fake.sent[0].text == "Chào ?"


async def test_a_success_that_says_error_code_zero_is_one(fake: FakeZaloBot) -> None:
    fake.next_answer("zero")
    async with a_bot(fake) as bot:
        assert await bot.send(Part("1"), TO) == Receipt(fake.sent[0].id)


# --- pictures ---------------------------------------------------------------------------------


async def test_a_picture_is_fetched_from_our_own_address(fake: FakeZaloBot) -> None:
    async with a_bot(fake, public_url=f"{PUBLIC}/", webhook_secret=SECRET) as bot:
        assert bot.able.pictures
        await bot.send(Part("Chú thích", heading="Bài 1", picture=PICTURE), TO)
        await bot.send(Part("", picture=PICTURE), TO)
    assert [(message.text, message.picture) for message in fake.sent] == [
        ("Bài 1\nChú thích", f"{PUBLIC}/pictures/bai-1.png"),
        ("", f"{PUBLIC}/pictures/bai-1.png"),
    ]


async def test_a_bot_without_a_public_address_tells_pictures_in_words(fake: FakeZaloBot) -> None:
    message = Outgoing("Bài 1", picture="bai-1", picture_alt="Một cái khóa")
    async with a_bot(fake) as bot:
        assert not bot.able.pictures
        for part in render(message, bot.able, token="t", picture=lambda _: PICTURE):
            await bot.send(part, TO)
        await bot.send(Part("Bài 2", picture=PICTURE), TO)
    assert [message.text for message in fake.sent] == [
        "[Hình: Một cái khóa]\nBài 1",
        "[Hình: Một cái khóa]\nBài 2",
    ]


async def test_a_picture_that_zalo_does_not_take_is_told_in_words(fake: FakeZaloBot) -> None:
    fake.public[PUBLIC] = "http://127.0.0.1:9"
    async with a_bot(fake, public_url=PUBLIC, webhook_secret=SECRET) as bot:
        longest = "a" * bot.able.max_caption
        await bot.send(Part(longest, picture=PICTURE), TO)
        await bot.send(Part("", picture=PICTURE), TO)
    assert [message.text for message in fake.sent] == [
        f"[Hình: Một cái khóa]\n{longest}",
        "[Hình: Một cái khóa]",
    ]


async def test_a_picture_whose_fate_is_unknown_is_not_told_a_second_time(
    fake: FakeZaloBot,
) -> None:
    """R9."""
    fake.next_answer("reset after", method="sendPhoto")
    async with a_bot(fake, public_url=PUBLIC, webhook_secret=SECRET) as bot:
        with pytest.raises(Uncertain):
            await bot.send(Part("Bài 1", picture=PICTURE), TO)
    assert len(fake.sent) == 1


async def test_a_picture_may_take_longer_than_a_text(
    fake: FakeZaloBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot.sending.PHOTO_SECONDS", 5.0)
    monkeypatch.setattr("bot.channels.zalo_bot.api.Api.call.__kwdefaults__", {"read_seconds": 0.05})
    fake.next_answer("slow", times=2, seconds=0.2)
    async with a_bot(fake, public_url=PUBLIC, webhook_secret=SECRET) as bot:
        await bot.send(Part("Bài 1", picture=PICTURE), TO)
        with pytest.raises(Uncertain):
            await bot.send(Part("Bài 2"), TO)


# --- failures ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "plan", "failure"),
    [
        (400, {}, Refused),
        (401, {}, ChannelDown),
        (403, {}, Uncertain),
        (404, {}, Refused),
        (408, {}, Uncertain),
        (409, {}, Uncertain),
        (426, {}, Uncertain),
        (429, {}, TryLater),
        (500, {}, TryLater),
        (503, {}, TryLater),
        ("soft", {"code": 400}, Refused),
        ("soft", {"code": 401}, ChannelDown),
        ("soft", {"code": 429}, TryLater),
        ("soft", {"code": 500}, TryLater),
        ("soft", {"code": -216}, Uncertain),
        ("html", {}, Uncertain),
        ("nonsense", {}, Uncertain),
        ("reset before", {}, Uncertain),
        ("reset after", {}, Uncertain),
    ],
)
async def test_a_failure_says_what_to_do(
    fake: FakeZaloBot, trouble: Trouble | int, plan: dict[str, Any], failure: type[SendingFailed]
) -> None:
    """R10, zalo.md §2.2."""
    fake.next_answer(trouble, **plan)
    async with a_bot(fake) as bot:
        with pytest.raises(failure) as caught:
            await bot.send(Part("1"), TO)
    assert type(caught.value) is failure
    assert len(fake.calls) == 1
    if isinstance(caught.value, Refused):
        assert caught.value.why is Why.REFUSED


async def test_a_stranger_is_refused(fake: FakeZaloBot) -> None:
    async with a_bot(fake) as bot:
        with pytest.raises(Refused, match="chat not found"):
            await bot.send(Part("1"), TO._replace(account="x", chat="x"))


async def test_what_never_left_may_go_again(fake: FakeZaloBot) -> None:
    await fake.close()  # nobody listens at the address any more
    async with a_bot(fake) as bot:
        with pytest.raises(TryLater) as caught:
            await bot.send(Part("1"), TO)
    assert not caught.value.whole_channel


async def test_no_answer_in_time_is_uncertain(
    fake: FakeZaloBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot.api.Api.call.__kwdefaults__", {"read_seconds": 0.05})
    fake.next_answer("silence")
    async with a_bot(fake) as bot:
        with pytest.raises(Uncertain):
            await bot.send(Part("1"), TO)
    assert len(fake.sent) == 1, "it had arrived"


async def test_a_closed_channel_sends_nothing(fake: FakeZaloBot) -> None:
    async with a_bot(fake) as bot:
        await bot.close()
        with pytest.raises(TryLater):
            await bot.send(Part("1"), TO)


async def test_a_refused_token_is_told_to_the_admins(fake: FakeZaloBot) -> None:
    alarms = Alarms()
    async with a_bot(fake, alarm=alarms) as bot:
        fake.reset_token("123456789:a-new-one")
        with pytest.raises(ChannelDown):
            await bot.send(Part("1"), TO)
    assert alarms.names == ["zalo_bot_token"]


# --- groups -----------------------------------------------------------------------------------


async def test_a_group_is_answered_in_the_group(fake: FakeZaloBot) -> None:
    group = a_group_id("xóm 5")
    fake.me["can_join_groups"] = True
    fake.join_group(group)
    async with a_bot(fake) as bot:
        await bot.send(Part("Nhắn riêng cho Trợ lý"), Address("zalo_bot", bot.bot, LAN, group))
        assert bot.plan_used == (1, 0), "whether members of groups are users is not established"
    assert [message.chat for message in fake.sent] == [group]
