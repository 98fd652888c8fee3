"""Zalo and our channel together: subscribed, delivered, echoed (zalo.md 3.10)."""

from bot.channels.base import (
    Channel,
    Part,
)
from handlers.messages import Kind
from tests.bot.channels.telegram_setup import Memory, Sleeper
from tests.bot.channels.zalo_oa_setup import (
    STAFF,
    TO,
    USER,
    Clock,
    Inbox,
    an_oa,
    serving,
    talking,
)
from tests.fake_zalo_oa import FakeZaloOa


async def test_zalo_subscribes_us_and_hears_no_refusal(fake: FakeZaloOa, clock: Clock) -> None:
    inbox = Inbox()
    async with talking(fake, clock) as oa, serving(oa, inbox) as url:
        for signing in ("body", "header", "header unsigned"):
            fake.signing = signing
            assert await fake.save_webhook(url) == 200
            await fake.user_says(USER, "một", times=2)
        await fake.all_delivered()
    assert {each.status for each in fake.deliveries} == {200}
    assert len({oa.identify(raw) for raw in inbox.stored}) == 3
    assert oa.counts["signed by header"] == 2
    assert oa.counts["signed by body"] == 4


async def test_our_own_echo_stays_outside_and_the_staffs_comes_in(
    fake: FakeZaloOa, clock: Clock
) -> None:
    """Even if Zalo should name an admin under what the program sent."""
    inbox = Inbox()
    async with talking(fake, clock) as oa, serving(oa, inbox) as url:
        await fake.save_webhook(url)
        receipt = await oa.send(Part("Bài 1"), TO)
        event = fake.events[-1]
        assert event["message"]["msg_id"] == receipt.platform_id
        await fake.push({**event, "sender": {"id": oa.bot, "admin_id": STAFF}})
        await fake.admin_writes(USER, "Chào bác")
        await fake.admin_writes(USER, "/xong")
        await fake.all_delivered()
    heard = [oa.parse(raw) for raw in inbox.stored]
    kinds = [each.kind for each in heard if each is not None]
    assert kinds == [Kind.TAKEN_OVER, Kind.HANDED_BACK]
    assert oa.counts["own echo"] == 1


def test_it_is_a_channel() -> None:
    channel: Channel = an_oa(memory=Memory(), sleep=Sleeper())
    assert channel.name == "zalo_oa"
    assert not channel.fetched
