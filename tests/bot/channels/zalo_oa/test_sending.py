"""How Zalo OA is spoken to, against FakeZaloOa, which checks every call (zalo.md 3.3-3.9)."""

import asyncio
from pathlib import Path

import pytest

from bot.channels.base import (
    Button,
    Document,
    Part,
    Picture,
    Refused,
    TryLater,
    Uncertain,
)
from bot.channels.rendering import render
from bot.channels.zalo_oa import ZaloOa
from handlers.messages import Address, Choice, Kind, Outgoing
from tests.bot.channels.zalo_oa_setup import (
    DAY,
    PNG,
    TO,
    USER,
    Clock,
)
from tests.fake_zalo_oa import FakeZaloOa, Trouble

PDF = Document("sha256-2", "Báo cáo xóm 5.pdf", "application/pdf", b"%PDF-1.7 a report")


# --- texts ----------------------------------------------------------------------------------------


async def test_a_message_looks_as_it_should(fake: FakeZaloOa, oa: ZaloOa) -> None:
    buttons = (Button("Đồng ý", "abcdefgh1"), Button("Xem bài trước đã", "abcdefgh2"))
    receipt = await oa.send(Part("Xin chọn.", heading="Kính chào", buttons=buttons), TO)
    (message,) = fake.sent
    assert (message.user, message.text) == (USER, "Kính chào\nXin chọn.")
    assert message.buttons == [
        {"title": "Đồng ý", "type": "oa.query.hide", "payload": "#abcdefgh1"},
        {"title": "Xem bài trước đã", "type": "oa.query.hide", "payload": "#abcdefgh2"},
    ]
    assert (receipt.platform_id, receipt.quota) == (message.id, "reply")


async def test_a_press_comes_back_as_the_token_of_its_button(fake: FakeZaloOa, oa: ZaloOa) -> None:
    await oa.send(Part("Xin chọn.", buttons=(Button("Đồng ý", "k7Qm2xAb1"),)), TO)
    pressed = oa.parse(await fake.user_presses(USER, "Đồng ý"))
    assert pressed is not None
    assert (pressed.kind, pressed.button) == (Kind.PRESS, "k7Qm2xAb1")


@pytest.mark.parametrize("choices", [2, 5, 6, 9])
@pytest.mark.parametrize("long", ["", "Trợ lý nói thật nhiều điều hay. " * 200])
async def test_whatever_is_rendered_for_it_is_taken(
    fake: FakeZaloOa, oa: ZaloOa, choices: int, long: str
) -> None:
    """U3, U17: up to five choices are buttons, more are numbers; long texts are split."""
    offered = tuple(Choice(str(n), f"Xóm {n}") for n in range(choices))
    message = Outgoing(f"{long}Xin chọn.", heading="Bài 1", choices=offered)
    for part in render(message, oa.able, token="k7Qm2xAb", picture=lambda _: None):
        await oa.send(part, TO)
    assert len(fake.sent[-1].buttons) == (choices if choices <= 5 else 0)
    assert f"{choices}. Xóm {choices - 1}" in fake.sent[-1].text


async def test_a_decomposed_text_is_sent_composed(fake: FakeZaloOa, oa: ZaloOa) -> None:
    await oa.send(Part("Xo\u0301m " * 500), TO)
    assert fake.sent[0].text == "Xóm " * 500


async def test_the_receipt_says_what_the_message_counted_against(
    fake: FakeZaloOa, oa: ZaloOa, clock: Clock
) -> None:
    """No quota in the answer = the message was charged (zalo.md 3.3)."""
    clock.at += 3 * DAY
    assert (await oa.send(Part("1"), TO)).quota == "sub_quota"
    fake.package_remaining = 0
    assert (await oa.send(Part("1"), TO)).quota == "charged"


async def test_somebody_without_a_name_is_answered_in_words_alone(
    fake: FakeZaloOa, oa: ZaloOa, picture: Picture
) -> None:
    incoming = oa.parse(await fake.anonymous_says("anon01", "talk01", "chào"))
    assert incoming is not None
    assert incoming.chat is not None
    to = Address("zalo_oa", oa.bot, incoming.account, incoming.chat)
    receipt = await oa.send(Part("Xin chọn.\n1. Có", buttons=(Button("Có", "t1"),)), to)
    await oa.send(Part("", picture=picture), to)
    assert [message.text for message in fake.seen("anon01")] == [
        "Xin chọn.\n1. Có",
        "[Hình: Một cái khóa]",
    ]
    assert receipt.platform_id
    with pytest.raises(Refused):
        await oa.send(Part("Báo cáo", document=PDF), to)


# --- pictures and files ---------------------------------------------------------------------------


async def test_a_picture_is_uploaded_once_in_six_and_a_half_days(
    fake: FakeZaloOa, oa: ZaloOa, picture: Picture, clock: Clock
) -> None:
    first = await oa.send(Part("Chú thích", picture=picture), TO)
    clock.at += 6 * DAY
    await oa.send(Part("", picture=picture), TO)
    assert len(fake.called("/upload/image")) == 1
    clock.at += 0.5 * DAY
    await oa.send(Part("", picture=picture), TO)
    assert len(fake.called("/upload/image")) == 2
    assert fake.uploads.assets[first.file_ids["sha256-1"]].content == PNG
    assert [message.text for message in fake.sent] == ["Chú thích", "", ""]
    assert fake.sent[0].picture == fake.sent[1].picture != fake.sent[2].picture


async def test_a_picture_for_many_at_once_is_uploaded_once(
    fake: FakeZaloOa, oa: ZaloOa, picture: Picture
) -> None:
    """Uploads are counted by the month (zalo.md 3.5)."""
    part = Part("", picture=picture)
    await asyncio.gather(*(oa.send(part, TO) for _ in range(20)))
    fake.next_answer(-100, path="/cs", times=20)
    await asyncio.gather(*(oa.send(part, TO) for _ in range(20)), return_exceptions=True)
    assert len(fake.called("/upload/image")) <= 3
    assert len(fake.sent) >= 20


async def test_a_picture_zalo_forgot_is_uploaded_again_once(
    fake: FakeZaloOa, oa: ZaloOa, picture: Picture
) -> None:
    await oa.send(Part("", picture=picture), TO)
    fake.next_answer(-100, path="/cs")
    await oa.send(Part("", picture=picture), TO)
    assert [call.status for call in fake.called("/cs")] == [0, -100, 0]
    assert len(fake.called("/upload/image")) == 2
    fake.next_answer(-100, path="/cs", times=2)
    with pytest.raises(TryLater):
        await oa.send(Part("", picture=picture), TO)


@pytest.mark.parametrize("what", ["missing", "too big", "no picture", "refused"])
async def test_a_picture_that_cannot_go_is_told_in_words(
    fake: FakeZaloOa, oa: ZaloOa, tmp_path: Path, what: str
) -> None:
    contents = {"too big": PNG * 40_000, "no picture": b"GIF89a", "refused": b"not a picture"}
    path = tmp_path / ("bai.gif" if what == "no picture" else "bai.png")
    if what in contents:
        path.write_bytes(contents[what])
    await oa.send(Part("Chữ", picture=Picture("k", str(path), "Một cái khóa")), TO)
    assert [message.text for message in fake.sent] == ["[Hình: Một cái khóa]\nChữ"]


async def test_a_file_goes_first_and_then_what_it_is(fake: FakeZaloOa, oa: ZaloOa) -> None:
    receipt = await oa.send(Part("Báo cáo của xóm 5.", document=PDF), TO)
    await oa.send(Part("Báo cáo của xóm 5.", document=PDF), TO)
    assert [(each.document, each.text) for each in fake.sent] == [
        ("Báo cáo xóm 5.pdf", ""),
        ("", "Báo cáo của xóm 5."),
    ] * 2
    assert receipt.platform_id == fake.sent[0].id
    assert len(fake.called("/upload/file")) == 1
    assert fake.uploads.assets[receipt.file_ids["sha256-2"]].content == PDF.body


async def test_a_file_that_arrived_is_not_sent_again_for_its_words(
    fake: FakeZaloOa, oa: ZaloOa
) -> None:
    await oa.send(Part("", document=PDF), TO)
    fake.next_answer("reset before", path="/cs")
    with pytest.raises(Uncertain):
        await oa.send(Part("Báo cáo", document=PDF), TO)
    assert len(fake.sent) == 1
    fake.next_answer(-32, path="/cs", times=1)
    with pytest.raises(TryLater):
        await oa.send(Part("Báo cáo", document=PDF), TO)
    assert len(fake.sent) == 1, "no words without their file"


@pytest.mark.parametrize(
    "document",
    [
        Document("k", "bang.xlsx", "application/vnd.ms-excel", b"PK"),
        Document("k", "pdf", "application/pdf", b"%PDF-1.7"),
        Document("k", "to.pdf", "application/pdf", b"%PDF-1.7" * 700_000),
    ],
)
async def test_a_file_that_zalo_does_not_carry_never_leaves(
    fake: FakeZaloOa, oa: ZaloOa, document: Document
) -> None:
    with pytest.raises(Refused):
        await oa.send(Part("", document=document), TO)
    assert fake.calls == []


@pytest.mark.parametrize("trouble", ["reset before", "reset after", "nonsense", "html"])
async def test_an_upload_may_always_go_again(
    fake: FakeZaloOa, oa: ZaloOa, picture: Picture, trouble: Trouble
) -> None:
    """Nobody has got anything yet: there is no doubt to be had (R9)."""
    fake.next_answer(trouble, path="/upload/image")
    with pytest.raises(TryLater):
        await oa.send(Part("", picture=picture), TO)
    await oa.send(Part("", picture=picture), TO)
    assert len(fake.sent) == 1
