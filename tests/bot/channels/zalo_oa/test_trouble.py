"""What goes wrong while Zalo OA is spoken to, and what becomes of it (R9, R10, T50)."""

import logging
from typing import Any

import aiohttp
import pytest

from bot.channels.base import (
    ChannelDown,
    Part,
    Picture,
    RecipientGone,
    Refused,
    SendingFailed,
    TryLater,
    Uncertain,
    Why,
)
from bot.channels.zalo_oa import ZaloOa
from tests.bot.channels.telegram_setup import chain
from tests.bot.channels.zalo_oa_setup import AT, DAY, TO, USER, Alarms, Clock, Tokens, talking
from tests.fake_zalo_oa import FakeZaloOa, Trouble

# --- failures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "failure"),
    [
        ("reset before", Uncertain),
        ("reset after", Uncertain),
        ("html", Uncertain),
        ("nonsense", Uncertain),
        (500, TryLater),
        (503, TryLater),
        (429, TryLater),
        (413, Refused),
        (-200, Uncertain),
        (-32, TryLater),
        (-234, TryLater),
        (-230, Refused),
        (-213, RecipientGone),
        (-221, ChannelDown),
        (-777, Refused),
    ],
)
async def test_a_failure_says_what_to_do(
    fake: FakeZaloOa, oa: ZaloOa, trouble: Trouble | int, failure: type[SendingFailed]
) -> None:
    fake.next_answer(trouble)
    with pytest.raises(failure) as caught:
        await oa.send(Part("1"), TO)
    assert type(caught.value) is failure
    assert len(fake.calls) == 1


@pytest.mark.parametrize("trouble", [429, -32])
async def test_a_limit_silences_the_whole_channel(
    fake: FakeZaloOa, oa: ZaloOa, trouble: int
) -> None:
    fake.next_answer(trouble)
    with pytest.raises(TryLater) as caught:
        await oa.send(Part("1"), TO)
    assert (caught.value.after, caught.value.whole_channel) == (30.0, True)


@pytest.mark.parametrize(
    ("state", "failure", "why"),
    [
        ({"left": True}, RecipientGone, Why.NOT_FOLLOWING),
        ({"blocked": True}, RecipientGone, Why.GONE),
        ({"inactive": True}, RecipientGone, Why.GONE),
        ({"restricted": True}, Refused, Why.RESTRICTED),
        ({"last_interaction": AT - 8 * DAY}, Refused, Why.WINDOW),
        ({"last_interaction": None}, Refused, Why.WINDOW),
    ],
)
async def test_a_person_who_cannot_be_reached_says_why(
    fake: FakeZaloOa,
    oa: ZaloOa,
    state: dict[str, Any],
    failure: type[Refused] | type[RecipientGone],
    why: Why,
) -> None:
    for name, value in state.items():
        setattr(fake.person(USER), name, value)
    with pytest.raises(failure) as caught:
        await oa.send(Part("1"), TO)
    assert isinstance(caught.value, Refused | RecipientGone)
    assert caught.value.why is why
    assert fake.sent == []


async def test_no_money_and_no_package_is_a_quota(
    fake: FakeZaloOa, oa: ZaloOa, clock: Clock
) -> None:
    clock.at += 3 * DAY
    fake.package_remaining, fake.pays = 0, False
    with pytest.raises(Refused) as caught:
        await oa.send(Part("1"), TO)
    assert caught.value.why is Why.QUOTA


async def test_what_never_left_may_go_again(fake: FakeZaloOa, oa: ZaloOa) -> None:
    await fake.close()  # nobody listens at the address any more
    with pytest.raises(TryLater) as caught:
        await oa.send(Part("1"), TO)
    assert not caught.value.whole_channel


async def test_no_answer_in_time_is_uncertain(
    fake: FakeZaloOa, oa: ZaloOa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_oa.api.READ_SECONDS", 0.05)
    fake.next_answer("silence")
    with pytest.raises(Uncertain):
        await oa.send(Part("1"), TO)
    assert len(fake.sent) == 1, "it had arrived"


async def test_after_closing_nothing_leaves(fake: FakeZaloOa, oa: ZaloOa) -> None:
    await oa.close()
    with pytest.raises(TryLater):
        await oa.send(Part("1"), TO)
    assert fake.calls == []


async def test_few_calls_left_in_this_minute_are_counted_and_told_once(
    fake: FakeZaloOa, oa: ZaloOa, alarms: Alarms
) -> None:
    fake.rate_limit = 40
    for _ in range(40):
        await oa.send(Part("1"), TO)
    assert oa.counts == {"rate low": 2}
    assert alarms.heard == [("zalo_oa_rate", {"left": 1, "limit": 40})]
    with pytest.raises(TryLater):
        await oa.send(Part("1"), TO)


# --- tokens ---------------------------------------------------------------------------------------


async def test_a_refused_token_is_exchanged_once(fake: FakeZaloOa, clock: Clock) -> None:
    tokens = Tokens("spent-token", fake.seed.access)
    async with talking(fake, clock, tokens=tokens) as oa:
        await oa.send(Part("1"), TO)
    assert tokens.given_back == ["spent-token"]
    assert [call.status for call in fake.calls] == [-216, 0]
    assert len(fake.sent) == 1


@pytest.mark.parametrize("where", ["text", "upload", "template"])
async def test_a_second_refusal_stops_the_channel(
    fake: FakeZaloOa, clock: Clock, picture: Picture, where: str
) -> None:
    tokens, alarms = Tokens("one", "two", "three"), Alarms()
    async with talking(fake, clock, tokens=tokens, alarm=alarms) as oa:
        sends = {
            "text": lambda: oa.send(Part("1"), TO),
            "upload": lambda: oa.send(Part("", picture=picture), TO),
            "template": lambda: oa.send_template("1", {}, TO),
        }
        with pytest.raises(ChannelDown):
            await sends[where]()
    assert tokens.given_back == ["one"]
    assert len(fake.calls) == 2
    assert alarms.heard == [("zalo_oa_config", {"code": -216})]


async def test_without_a_token_nothing_leaves(fake: FakeZaloOa, clock: Clock) -> None:
    class NeedsLogin(Tokens):
        async def access(self) -> str:
            raise ChannelDown("needs login")

    async with talking(fake, clock, tokens=NeedsLogin()) as oa:
        with pytest.raises(ChannelDown):
            await oa.send(Part("1"), TO)
    assert fake.calls == []


async def test_the_app_secret_is_proven_where_the_console_asks_for_it(
    fake: FakeZaloOa, clock: Clock
) -> None:
    fake.needs_proof = True
    async with talking(fake, clock, app_secret=fake.tokens.app_secret) as oa:
        await oa.send(Part("1"), TO)
    async with talking(fake, clock) as oa:
        with pytest.raises(ChannelDown):
            await oa.send(Part("1"), TO)


# --- secrets --------------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [-216, 500, "html", "reset before", "nonsense", -777])
async def test_no_failure_shows_a_token_or_anybodys_words(
    fake: FakeZaloOa, oa: ZaloOa, trouble: Trouble | int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fake.next_answer(trouble, times=2, message="riêng tư")
    with pytest.raises(SendingFailed) as caught:
        await oa.send(Part("riêng tư"), TO)
    for shown in (*map(repr, chain(caught.value)), caplog.text):
        assert fake.seed.access not in shown
        assert "riêng tư" not in shown


async def test_a_connection_that_is_never_made_shows_no_token(
    fake: FakeZaloOa, oa: ZaloOa, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_slow(*_: Any, headers: dict[str, str], **__: Any) -> None:
        raise aiohttp.ConnectionTimeoutError(f"Connection timeout {headers}")

    monkeypatch.setattr(aiohttp.ClientSession, "request", too_slow)
    with pytest.raises(TryLater) as caught:
        await oa.send(Part("1"), TO)
    assert all(fake.seed.access not in repr(error) for error in chain(caught.value))
