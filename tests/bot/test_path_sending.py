"""What becomes of an answer that cannot be sent: no failure loses or doubles it (R9-R12, T58)."""

from sqlalchemy import update

from bot.channels.base import ChannelDown, RecipientGone, Refused, TryLater, Uncertain
from storage.tables import Account, InboxRow, OutboxRow
from tests.bot.path import states
from tests.talk import Talk

# --- the five failures of sending ----------------------------------------------------------------


async def test_try_later_waits_as_long_as_the_platform_says(talk: Talk) -> None:
    """R10, R12: the whole channel is silent, and nothing is lost or doubled."""
    talk.house.channel.failures = [TryLater(30, whole_channel=True)]
    other = Talk(talk.house, "other")
    await talk.says("chào")
    assert talk.heard == []
    await other.says("chào")
    assert other.heard == []
    await talk.waits(seconds=29)
    assert talk.heard == []
    await talk.waits(seconds=2)
    await talk.waits(seconds=31)
    assert len(talk.heard) == len(other.heard) == 2
    assert set(await states(talk.house)) == {"sent"}


async def test_what_follows_a_waiting_message_stays_behind_it(talk: Talk) -> None:
    talk.house.channel.failures = [TryLater()]
    await talk.says("chào", "giúp")
    assert talk.heard == []
    await talk.waits(seconds=10)
    heard = talk.heard
    assert heard[0].startswith("Kính chào")
    assert talk.text("menu.help_text") in heard


async def test_an_uncertain_reply_goes_once_more_and_then_never(talk: Talk) -> None:
    """R9."""
    talk.house.channel.failures = [Uncertain(), Uncertain()]
    talk.house.channel.arrives_although_failing = True
    await talk.says("giúp")
    assert len(talk.heard) == 1
    await talk.waits(seconds=11)
    first = talk.heard[0]
    assert talk.heard.count(first) == 2
    await talk.waits(days=1)
    assert talk.heard.count(first) == 2
    assert "uncertain" in await states(talk.house)


async def test_an_unknown_exception_is_never_taken_for_success(talk: Talk) -> None:
    talk.house.channel.failures = [RuntimeError("what is this")]
    await talk.says("chào")
    assert "sent" not in await states(talk.house)
    await talk.waits(seconds=11)
    assert len(talk.heard) == 2


async def test_a_refused_message_does_not_stop_the_next(talk: Talk) -> None:
    talk.house.channel.failures = [Refused("can't parse")]
    await talk.says("chào")
    assert len(talk.heard) == 1
    assert sorted(await states(talk.house)) == ["failed", "sent"]


async def test_somebody_who_is_gone_gets_nothing_until_coming_back(talk: Talk) -> None:
    """T58."""
    talk.house.channel.failures = [RecipientGone()]
    await talk.says("chào")
    assert await talk.house.rows(Account.state) == ["stopped"]
    await talk.says("chào")
    assert await talk.house.rows(Account.state) == ["active"]
    assert talk.heard


async def test_a_channel_that_refuses_our_token_keeps_its_queue(talk: Talk) -> None:
    talk.house.channel.failures = [ChannelDown()]
    await talk.says("chào")
    assert talk.heard == []
    await talk.waits(minutes=6)
    assert len(talk.heard) == 2


async def test_a_late_reply_begins_with_an_apology(talk: Talk) -> None:
    """R11."""
    talk.house.channel.failures = [TryLater(1_200, whole_channel=True)]
    await talk.says("chào")
    await talk.waits(minutes=21)
    assert talk.heard[0].startswith(talk.text("menu.late"))


async def test_a_reply_nobody_could_take_for_six_hours_expires(talk: Talk) -> None:
    talk.house.channel.failures = [TryLater(3_600)] * 20
    await talk.says("chào")
    for _ in range(8):
        await talk.waits(hours=1)
    assert set(await states(talk.house)) == {"expired"}


# --- a process that died -------------------------------------------------------------------------


async def test_the_reply_a_dead_process_was_sending_goes_once_more(talk: Talk) -> None:
    await talk.says("chào")
    async with talk.app.database.transaction() as tx:
        await tx.execute(update(OutboxRow).values(state="sending", owner="dead", parts_sent=0))
    before = len(talk.heard)
    await talk.restart()
    await talk.waits(seconds=11)
    assert len(talk.heard) == before + 2
    assert set(await states(talk.house)) == {"sent"}


async def test_an_event_a_dead_process_had_taken_is_answered(talk: Talk) -> None:
    await talk.sends(text="chào")
    async with talk.app.database.transaction() as tx:
        await tx.execute(update(InboxRow).values(state="taken", owner="dead", attempts=1))
    await talk.restart()
    await talk.waits(seconds=11)
    assert talk.heard[0].startswith("Kính chào")
