"""What comes in from Telegram and how it is sent, against payloads and FakeTelegram."""

import logging
import warnings
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import telegram
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.warnings import PTBUserWarning

from bot.channels.base import (
    Button,
    Channel,
    ChannelDown,
    Part,
    Picture,
    Raw,
    RecipientGone,
    Refused,
    SendingFailed,
    TryLater,
    Uncertain,
)
from bot.channels.telegram import Telegram, redact, redact_tokens
from bot.channels.telegram.parsing import Me, identify, parse
from bot.channels.telegram.sending import keyboard
from handlers.messages import Address, Incoming, Kind
from tests.bot.channels.telegram_setup import (
    ME,
    PAYLOADS,
    SECRET,
    TO,
    Memory,
    Sleeper,
    a_bot,
    payload,
)
from tests.fake_telegram import TOKEN, FakeTelegram, Trouble

SAID_AT = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
ACCOUNT = "1234567890"
GROUP = "-1001234567890"


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


def said(kind: Kind, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "account": ACCOUNT, "chat": ACCOUNT, "at": SAID_AT, **more}


PRESSED = said(Kind.PRESS, button="Zk3x9Qw21", at=datetime(2026, 11, 30, 10, 0, 5, tzinfo=UTC))
IN_GROUP = {"chat": GROUP, "private": False}

EXPECTED: dict[str, dict[str, Any] | None] = {
    "text": said(Kind.TEXT, text="tối qua xóm 5 có 35 bà con học VNeID", name="Lan Nguyễn"),
    "start_payload": said(Kind.TEXT, text="/start h_xom-05"),
    "command_for_us": said(Kind.TEXT, text="/hoc 3"),
    "command_for_another_bot": None,
    "press": {**PRESSED, "name": "Lan Nguyễn"},
    "press_inaccessible": PRESSED,
    "press_without_message": PRESSED,
    "press_inline": None,
    "press_game": {**PRESSED, "kind": Kind.UNKNOWN, "button": None},
    "voice": said(Kind.VOICE),
    "audio": said(Kind.VOICE),
    "video": said(Kind.VIDEO, text="lớp học tối qua"),
    "video_note": said(Kind.VIDEO),
    "animation": said(Kind.VIDEO),
    "sticker": said(Kind.STICKER),
    "photo": said(Kind.PICTURE, text="ảnh lớp xóm 5"),
    "document": said(Kind.FILE),
    "location": said(Kind.LOCATION, text=""),
    "venue": said(Kind.LOCATION),
    "contact_own": said(Kind.CONTACT, owned_contact=True, text="84900000001"),
    "contact_of_another": said(Kind.CONTACT, owned_contact=False, text=""),
    "contact_forwarded": said(Kind.CONTACT, owned_contact=False, forwarded=True, text=""),
    "poll": said(Kind.UNKNOWN),
    "dice": said(Kind.UNKNOWN),
    "from_the_future": said(Kind.UNKNOWN),
    "pinned": None,
    "edited": said(Kind.EDIT, text="", at=datetime(2026, 11, 30, 10, 1, tzinfo=UTC)),
    "edited_live_location": None,
    "forwarded": said(Kind.TEXT, text="Xóm 5: 42 người học, 3 buổi", forwarded=True),
    "blocked": said(Kind.LEFT),
    "unblocked": said(Kind.JOINED),
    "added_to_group": None,
    "group_joined_message": None,
    "group_command": said(Kind.TEXT, text="/baocao", **IN_GROUP),
    "group_talk": None,
    "group_answer_to_us": said(Kind.TEXT, text="1", **IN_GROUP),
    "group_answer_to_another": None,
    "group_edit": None,
    "group_press": {**PRESSED, **IN_GROUP},
    "anonymous_admin": said(Kind.TEXT, text="/baocao", name="", **IN_GROUP, account=GROUP),
    "another_bot": None,
    "linked_channel_post": None,
    "channel_post": None,
    "poll_answer": None,
}


# --- coming in ---------------------------------------------------------------------------------


def test_every_payload_has_its_expectation() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_payload_is_understood(name: str) -> None:
    raw = payload(name)
    incoming = parse(raw, ME)
    expected = EXPECTED[name]
    if expected is None:
        assert incoming is None
        return
    assert incoming is not None
    assert {field: getattr(incoming, field) for field in expected} == expected
    arrival = identify(raw, ME)
    assert arrival is not None
    assert arrival[:3] == (str(raw["update_id"]), incoming.account, incoming.chat)
    assert arrival.typed is ("my_chat_member" not in raw), "T35: nobody types a block"


@pytest.mark.parametrize("name", EXPECTED)
def test_the_payloads_are_what_telegram_sends(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBUserWarning)
        assert telegram.Update.de_json(payload(name), None).update_id == payload(name)["update_id"]


@pytest.mark.parametrize("name", ["group_talk", "added_to_group", "channel_post", "another_bot"])
def test_nothing_is_stored_of_those_who_did_not_speak_to_us(name: str) -> None:
    assert identify(payload(name), ME) is None


def test_a_command_is_ours_before_our_name_is_known() -> None:
    incoming = parse(payload("command_for_us"), Me(ME.id, None))
    assert incoming is not None
    assert incoming.text == "/hoc 3"


def test_a_press_without_our_stamp_falls_back_to_the_time_of_the_question() -> None:
    raw = payload("press")
    del raw["received_at"]
    incoming = parse(raw, ME)
    assert incoming is not None
    assert incoming.at == datetime(2026, 11, 30, 9, 58, 20, tzinfo=UTC)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
ODD = {
    "update_id", "message", "edited_message", "callback_query", "my_chat_member", "chat", "from",
    "id", "type", "text", "data", "contact", "user_id", "new_chat_member", "status", "date",
    "sender_chat", "is_bot", "reply_to_message", "forward_origin", "first_name", "received_at",
}  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn) -> Raw:
    """A real payload in which one or two values were replaced by something else."""
    raw = payload(draw(st.sampled_from(sorted(EXPECTED))))
    for _ in range(draw(st.integers(1, 2))):
        place: Any = raw
        while True:
            key = draw(st.sampled_from(sorted(place)))
            if not isinstance(place[key], dict) or not place[key] or draw(st.booleans()):
                break
            place = place[key]
        place[key] = draw(JSON)
        if draw(st.booleans()):
            place[draw(st.sampled_from(sorted(ODD)))] = draw(JSON)
    return raw


@given(st.dictionaries(st.sampled_from(sorted(ODD)) | st.text(), JSON, max_size=5) | spoilt())
@settings(max_examples=400, deadline=None)
def test_no_json_can_raise(raw: Raw) -> None:
    arrival = identify(raw, ME)
    incoming = parse(raw, ME)
    assert incoming is None or isinstance(incoming, Incoming)
    if incoming is not None:
        assert arrival is not None
        assert arrival[:3] == (incoming.event_id, incoming.account, incoming.chat)
        assert incoming.at.tzinfo is UTC
        assert isinstance(incoming.text, str)


# --- sending -----------------------------------------------------------------------------------


async def test_a_message_looks_as_it_should(fake: FakeTelegram) -> None:
    buttons = (
        Button("Đồng ý", "abcdefgh1"),
        Button("Không", "abcdefgh2"),
        Button("Xem bài trước đã", "abcdefgh3"),
        Button("9", "abcdefgh4"),
    )
    async with a_bot(fake) as bot:
        receipt = await bot.send(Part("Xin chọn.", heading="Kính chào", buttons=buttons), TO)
    (message,) = fake.sent
    assert (message.chat, message.text) == (7, "Kính chào\nXin chọn.")
    assert message.bold == ["Kính chào"]
    rows = [[button["text"] for button in row] for row in message.buttons]
    assert rows == [["Đồng ý", "Không"], ["Xem bài trước đã"], ["9"]]
    assert receipt.platform_id == str(message.id)
    (call,) = fake.called("sendMessage")
    assert call.params["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize(
    "text",
    ["5 < 7 & 8 > 2", "<b>Chủ tịch</b>", "&lt;", "_x_ *y* [a](http://b)", "\"'", "a&nbsp;b", "</>"],
)
async def test_what_people_write_arrives_as_they_wrote_it(fake: FakeTelegram, text: str) -> None:
    async with a_bot(fake) as bot:
        await bot.send(Part(text, heading=text), TO)
    assert fake.sent[0].text == f"{text}\n{text}"
    assert fake.sent[0].bold == [text]


async def test_4096_characters_pass_even_when_all_are_escaped(fake: FakeTelegram) -> None:
    async with a_bot(fake) as bot:
        await bot.send(Part("<" * 4096), TO)
    assert fake.sent[0].text == "<" * 4096


async def test_unreadable_markup_is_sent_once_as_plain_text(
    fake: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    fake.next_answer(400, description="Bad Request: can't parse entities: Unsupported start tag")
    async with a_bot(fake) as bot:
        await bot.send(Part("5 < 7", heading="Bài 1"), TO)
    assert fake.sent[0].text == "Bài 1\n5 < 7"
    assert "parse_mode" not in fake.called("sendMessage")[1].params
    assert "telegram could not read our markup" in caplog.messages


@pytest.mark.parametrize(
    ("trouble", "plan", "failure"),
    [
        ("flood", {"retry_after": 17}, TryLater),
        ("flood", {"retry_after": None}, TryLater),
        (500, {}, TryLater),
        (502, {}, TryLater),
        ("html", {}, Uncertain),
        ("nonsense", {}, Uncertain),
        ("reset before", {}, Uncertain),
        ("reset after", {}, Uncertain),
        (400, {"description": "Bad Request: message is too long"}, Refused),
        (400, {"description": "Bad Request: chat not found"}, RecipientGone),
        (403, {}, RecipientGone),
        (403, {"description": "Forbidden: user is deactivated"}, RecipientGone),
        (401, {}, ChannelDown),
        (404, {}, ChannelDown),
        (409, {}, Uncertain),
        (413, {}, Refused),
        (418, {}, Uncertain),
    ],
)
async def test_a_failure_says_what_to_do(
    fake: FakeTelegram, trouble: Trouble | int, plan: dict[str, Any], failure: type[SendingFailed]
) -> None:
    fake.next_answer(trouble, **plan)
    async with a_bot(fake) as bot:
        with pytest.raises(failure) as caught:
            await bot.send(Part("1"), TO)
    assert type(caught.value) is failure
    assert len(fake.calls) == 1


async def test_a_flood_silences_the_whole_channel_for_as_long_as_asked(fake: FakeTelegram) -> None:
    fake.next_answer("flood", retry_after=17)
    async with a_bot(fake) as bot:
        with pytest.raises(TryLater) as caught:
            await bot.send(Part("1"), TO)
    assert (caught.value.after, caught.value.whole_channel) == (17, True)


async def test_what_never_left_may_go_again(fake: FakeTelegram) -> None:
    await fake.close()  # nobody listens at the address any more
    async with a_bot(fake) as bot:
        with pytest.raises(TryLater) as caught:
            await bot.send(Part("1"), TO)
    assert not caught.value.whole_channel


async def test_no_answer_in_time_is_uncertain(
    fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.requests.READ_SECONDS", 0.05)
    fake.next_answer("silence")
    async with a_bot(fake) as bot:
        with pytest.raises(Uncertain):
            await bot.send(Part("1"), TO)
    assert len(fake.sent) == 1, "it had arrived"


async def test_a_group_that_moved_is_followed_and_remembered(fake: FakeTelegram) -> None:
    memory = Memory()
    to = Address("telegram", ME.id, "7", "-55")
    fake.next_answer("migrated", new_chat=-100777)
    async with a_bot(fake, memory=memory) as bot:
        await bot.send(Part("một"), to)
        await bot.send(Part("hai"), to)
    assert [(message.chat, message.text) for message in fake.sent] == [
        (-100777, "một"),
        (-100777, "hai"),
    ]
    assert len(fake.calls) == 3


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    path = tmp_path / "bai-1.png"
    path.write_bytes(b"\x89PNG bytes of a picture")
    return Picture(key="sha256-1", path=str(path), alt="Một cái khóa")


async def test_a_picture_is_uploaded_once(fake: FakeTelegram, picture: Picture) -> None:
    part = Part("Chú thích <1>", heading="Bài 1", picture=picture, buttons=(Button("1", "t1"),))
    async with a_bot(fake) as bot:
        first = await bot.send(part, TO)
        await bot.send(part, TO)
    uploaded, reused = (call.params["photo"] for call in fake.called("sendPhoto"))
    assert uploaded.content == b"\x89PNG bytes of a picture"
    assert reused == first.file_ids["sha256-1"]
    assert [message.text for message in fake.sent] == ["Bài 1\nChú thích <1>"] * 2
    assert fake.sent[1].labels == ["1"]


async def test_a_picture_telegram_forgot_is_uploaded_again(
    fake: FakeTelegram, picture: Picture
) -> None:
    memory = Memory()
    async with a_bot(fake, memory=memory) as bot:
        await bot.send(Part("", picture=picture), TO)
        fake.forget_files()
        await bot.send(Part("", picture=picture), TO)
    assert [call.status for call in fake.called("sendPhoto")] == [200, 400, 200]
    assert memory.facts["file:sha256-1"] in fake.files


async def test_a_picture_telegram_cannot_process_goes_as_a_file(
    fake: FakeTelegram, picture: Picture
) -> None:
    fake.next_answer(400, description="Bad Request: PHOTO_INVALID_DIMENSIONS")
    async with a_bot(fake) as bot:
        await bot.send(Part("Chú thích", picture=picture), TO)
    assert fake.sent[0].document
    assert fake.sent[0].text == "Chú thích"


async def test_a_missing_picture_is_told_in_words(fake: FakeTelegram) -> None:
    async with a_bot(fake) as bot:
        await bot.send(Part("Chữ", picture=Picture("k", "/nowhere.png", "Một cái khóa")), TO)
    assert fake.sent[0].text == "[Hình: Một cái khóa]\nChữ"


def test_nine_digits_stand_two_in_a_row() -> None:
    markup = keyboard(tuple(Button(str(n), f"token{n}") for n in range(1, 10)))
    assert markup is not None
    assert [len(row) for row in markup["inline_keyboard"]] == [2, 2, 2, 2, 1]


# --- secrets -----------------------------------------------------------------------------------


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("trouble", [401, 404, 500, "html", "reset before", "nonsense"])
async def test_no_failure_shows_the_token(
    fake: FakeTelegram, trouble: Trouble | int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fake.next_answer(trouble)
    async with a_bot(fake) as bot:
        with pytest.raises(SendingFailed) as caught:
            await bot.send(Part("riêng tư"), TO)
    assert all(fake.token not in repr(error) for error in chain(caught.value))
    assert fake.token not in caplog.text
    assert "riêng tư" not in caplog.text


async def test_a_connection_that_is_never_made_shows_no_token(
    fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_slow(_: aiohttp.ClientSession, __: str, url: str, **___: Any) -> None:
        raise aiohttp.ConnectionTimeoutError(f"Connection timeout to host {url}")

    monkeypatch.setattr(aiohttp.ClientSession, "request", too_slow)
    async with a_bot(fake) as bot:
        with pytest.raises(TryLater) as caught:
            await bot.send(Part("riêng tư"), TO)
    assert all(fake.token not in repr(error) for error in chain(caught.value))


async def test_no_connection_shows_no_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with FakeTelegram() as gone:
        pass
    async with a_bot(gone) as bot:
        await bot.start()
    assert "telegram not set up yet" in caplog.messages
    assert gone.token not in caplog.text


def test_the_log_filter_takes_tokens_out() -> None:
    url = f"https://api.telegram.org/bot{TOKEN}/sendMessage"
    error = ValueError(url)
    trace = (ValueError, error, None)
    record = logging.LogRecord("x", 40, "f.py", 1, "call of %s", (url,), trace)
    record.address = url
    assert redact_tokens(record)
    shown = logging.Formatter("%(message)s %(address)s").format(record)
    assert TOKEN not in shown
    assert shown.count("bot[token]/sendMessage") == 3


@pytest.mark.parametrize("text", ["12:30:45", "https://host:8080/a", "x:y", "bot 1:2"])
def test_other_words_are_left_alone(text: str) -> None:
    assert redact(text) == text


# --- start -------------------------------------------------------------------------------------


async def test_start_learns_the_name_and_sets_the_menu(fake: FakeTelegram) -> None:
    memory = Memory()
    async with a_bot(fake, memory=memory) as bot:
        assert bot.bot == "7000000001"
        await bot.start()
        assert bot.username == "hocvuso_bot"
    assert fake.commands["default"] == fake.commands["all_private_chats"]
    assert fake.commands["default"][0] == {"command": "hoc", "description": "Học bài tiếp theo"}
    assert fake.webhook == {}
    assert memory.facts["username"] == "hocvuso_bot"


async def test_start_goes_on_in_the_background_when_telegram_is_down(fake: FakeTelegram) -> None:
    fake.next_answer(502, times=3)
    sleeper = Sleeper()
    memory = Memory()
    memory.facts["username"] = "remembered_bot"
    async with a_bot(fake, memory=memory, sleep=sleeper) as bot:
        await bot.start()
        assert bot.username == "remembered_bot"
        await fake.wait_until(lambda: len(fake.commands) == 2)
        assert bot.username == "hocvuso_bot"
    assert sleeper.pauses == [0.5, 1.0, 2.0]


async def test_start_sets_the_webhook_with_its_secret(fake: FakeTelegram) -> None:
    async with a_bot(fake, public_url="https://xa.example.vn/", webhook_secret=SECRET) as bot:
        await bot.start()
    (call,) = fake.called("setWebhook")
    assert call.params["url"] == "https://xa.example.vn/webhook/telegram"
    assert call.params["secret_token"] == SECRET
    assert call.params["allowed_updates"] == [
        "message", "edited_message", "callback_query", "my_chat_member",
    ]  # fmt: skip
    assert "drop_pending_updates" not in call.params


async def test_without_a_secret_no_webhook_is_set(fake: FakeTelegram) -> None:
    async with a_bot(fake, public_url="https://xa.example.vn") as bot:
        await bot.start()
    assert fake.called("setWebhook") == []


async def test_one_chat_gets_its_own_menu_and_loses_it(fake: FakeTelegram) -> None:
    async with a_bot(fake) as bot:
        await bot.set_menu("7", [("quantri", "Quản trị")])
        assert fake.commands["chat:7"] == [{"command": "quantri", "description": "Quản trị"}]
        await bot.set_menu("7", [])
        assert "chat:7" not in fake.commands
        fake.unknown_chats.add(8)
        await bot.set_menu("8", [("quantri", "Quản trị")])


# --- pressing ----------------------------------------------------------------------------------


async def pressed(fake: FakeTelegram, bot: Telegram) -> Raw:
    await bot.send(Part("Tiếp?", buttons=(Button("Xem tiếp", "abcdefgh1"),)), TO)
    await fake.user_presses(7, "Xem tiếp")
    (update,) = [pending.update for pending in fake._pending]
    return update


async def test_a_press_is_answered_and_the_keyboard_goes(fake: FakeTelegram) -> None:
    async with a_bot(fake) as bot:
        raw = await pressed(fake, bot)
        await bot.accepted(raw)
        await fake.wait_until(lambda: fake.sent[0].buttons == [])
    assert fake.answered == [raw["callback_query"]["id"]]


async def test_an_old_press_is_no_trouble(fake: FakeTelegram) -> None:
    async with a_bot(fake) as bot:
        raw = await pressed(fake, bot)
        fake.answered.append(raw["callback_query"]["id"])
        await bot.accepted(raw)
        await bot.accepted(raw)
        await bot.accepted(payload("press_inaccessible"))
        await bot.accepted(payload("press_without_message"))
        await bot.accepted(payload("text"))
        await bot.accepted({"callback_query": {"id": 5}})
        await fake.wait_until(lambda: len(fake.called("answerCallbackQuery")) == 4)
    assert fake.sent[0].buttons == []


async def test_in_a_group_the_keyboard_stays(fake: FakeTelegram) -> None:
    async with a_bot(fake) as bot:
        await bot.accepted(payload("group_press"))
    assert [call.method for call in fake.calls] == ["answerCallbackQuery"]


async def test_telegram_is_a_channel(fake: FakeTelegram) -> None:
    async with a_bot(fake) as bot:
        channel: Channel = bot
        assert channel.name == "telegram"
