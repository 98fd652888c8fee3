"""How fast unasked messages go, and who never waits for them (R10, R12, T59, T60)."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.channels.base import Channel, Part, Receipt, RecipientGone, TryLater
from bot.opening import Foundations
from bot.pacing import Chats, Pace
from bot.taking import UNASKED_AT_ONCE
from handlers.messages import Address
from storage import outbox
from storage.tables import OutboxRow
from tests.bot.volume import TimedVoice, passes, platform, queue, settle_in
from tests.conftest import MakeHouse
from tests.talk import House, Talk

# --- the rules alone -----------------------------------------------------------------------------


def gone(pace: Pace, *, seconds: float, step: float) -> list[float]:
    """When messages go if there is always one more."""
    now, went = 0.0, []
    while now < seconds:
        for _ in range(pace.room(now)):
            pace.count(1, now=now)
            went.append(now)
        now += step
    return went


@pytest.mark.parametrize("step", [0.01, 0.25, 1.0])
def test_no_second_has_more_than_half_as_much_again(step: float) -> None:
    """R12: after a rest a breath of half a second's worth, then the ceiling."""
    went = gone(Pace(20, now=0.0), seconds=30, step=step)
    for start in went:
        assert sum(start <= at < start + 1.0 for at in went) <= 30
    if step < 0.5:
        assert len(went) == pytest.approx(600, abs=15)


def test_replies_eat_the_room_and_what_they_ate_comes_back_slowly() -> None:
    pace = Pace(20, now=0.0)
    pace.count(30, now=0.0)
    assert pace.room(0.0) == 0
    assert pace.room(0.9) == 0
    assert pace.room(1.06) == 1
    assert pace.wait(0.0) == pytest.approx(1.05)


def test_what_replies_used_long_ago_is_no_debt() -> None:
    """However many there were, a second later there is room again."""
    pace = Pace(20, now=0.0)
    for _ in range(10_000):
        pace.count(1, now=0.0)
    assert pace.room(1.06) == 1


def test_notices_may_run_ahead_by_a_second_and_no_more() -> None:
    pace = Pace(20, now=0.0)
    assert (pace.room(0.0), pace.room_for_notices(0.0)) == (10, 30)
    pace.count(30, now=0.0)
    assert (pace.room(0.0), pace.room_for_notices(0.0)) == (0, 0)


def test_a_ceiling_below_one_a_second_lets_one_through() -> None:
    pace = Pace(0.5, now=0.0)
    assert gone(pace, seconds=9, step=0.5) == [0.0, 2.0, 4.0, 6.0, 8.0]


@pytest.mark.parametrize("processes", [2, 3])
def test_processes_share_the_ceiling(processes: int) -> None:
    """T60: each has its part."""
    paces = [Pace(20, now=0.0) for _ in range(processes)]
    for pace in paces:
        pace.share_among(processes)
    went = sum(len(gone(pace, seconds=30, step=0.25)) for pace in paces)
    assert went <= 20 * 30 + 15


def test_one_chat_gets_one_a_second() -> None:
    chats = Chats()
    assert chats.wait(1, now=5.0) == 0
    assert chats.wait(1, now=5.4) == pytest.approx(0.6)
    assert chats.wait(2, now=5.4) == 0
    assert chats.wait(1, now=6.0) == 0


# --- through the whole path ----------------------------------------------------------------------


@pytest.fixture
async def paced(a_house: MakeHouse) -> House:
    house: House = await a_house(TimedVoice(per_second=20))
    house.waits_for_pace = False
    return house


def fastest(house: House) -> int:
    """The most calls of any second."""
    times = [call.at for call in platform(house).calls]
    return max(sum(start <= at < start + 1.0 for at in times) for start in times)


async def test_r12_a_broadcast_keeps_the_pace_and_reaches_everybody_once(paced: House) -> None:
    persons = await settle_in(paced, 120)
    await queue(paced, persons)
    await paced.run()
    assert len(paced.heard) == 10
    await passes(paced, seconds=5.5)
    assert Counter(one.chat for one in paced.heard) == {f"r{n}": 1 for n in persons}
    assert fastest(paced) <= 30


async def test_r12_an_answer_never_waits_for_a_broadcast(paced: House) -> None:
    """Not for its turn, and not for a pace that is used up."""
    talk = Talk(paced, "u-talks")
    await queue(paced, await settle_in(paced, 200))
    for _ in range(10):
        before = len(talk.heard)
        await talk.says("giúp")
        assert len(talk.heard) > before
        await passes(paced, seconds=0.25)
    assert await paced.rows(OutboxRow.id, where=OutboxRow.state == "queued")


async def test_r12_what_replies_use_is_not_there_for_a_broadcast(paced: House) -> None:
    talks = [Talk(paced, f"u{n}") for n in range(10)]
    await queue(paced, await settle_in(paced, 100))
    await passes(paced, seconds=2)
    already = len(platform(paced).calls)
    for _ in range(8):
        for talk in talks:
            await talk.sends(text="giúp")
        await passes(paced, seconds=0.5)
    since = platform(paced).calls[already:]
    answers = sum(call.chat.startswith("u") for call in since)
    assert answers >= 80
    assert len(since) - answers <= 8


class Hanging(TimedVoice):
    """Recipients' calls hang until they are let go."""

    def __init__(self) -> None:
        super().__init__(per_second=1_000)
        self.let_go = asyncio.Event()

    def channels(self, ground: Foundations) -> Sequence[Channel]:
        [channel] = super().channels(ground)
        send = channel.send

        async def hangs(part: Part, to: Address) -> Receipt:
            if to.chat.startswith("r"):
                await self.let_go.wait()
            return await send(part, to)

        channel.send = hangs  # type: ignore[method-assign]
        return [channel]


async def test_r12_a_platform_that_hangs_holds_up_no_answer(a_house: MakeHouse) -> None:
    voice = Hanging()
    house = await a_house(voice)
    persons = await settle_in(house, 100)
    await queue(house, persons)
    while await house.app.delivery.look():
        pass
    assert len(house.app.delivery.in_hand) == UNASKED_AT_ONCE
    talk = Talk(house, "u-talks")
    await talk.sends(text="giúp")
    await house.app.dispatcher.batch()
    for _ in range(500):
        if talk.heard:
            break
        await asyncio.sleep(0.001)
    assert talk.heard
    voice.let_go.set()
    await house.app.delivery.idle()
    await house.run()
    assert len(house.heard) >= 100


async def test_r12_the_second_message_to_a_chat_waits_a_second(paced: House) -> None:
    persons = await settle_in(paced, 1)
    await queue(paced, persons, name="first")
    await queue(paced, persons, name="second")
    await paced.run()
    assert [one.text for one in paced.heard] == ["tin first"]
    await passes(paced, seconds=0.75)
    assert len(paced.heard) == 1
    await passes(paced, seconds=0.25)
    assert [one.text for one in paced.heard] == ["tin first", "tin second"]


# --- silence, to the second ----------------------------------------------------------------------


async def test_r10_a_429_silences_the_whole_channel_to_the_second(paced: House) -> None:
    await queue(paced, await settle_in(paced, 60))
    talk = Talk(paced, "u-talks")
    paced.channel.failures = [TryLater(7, whole_channel=True)]
    await paced.run()
    told = platform(paced).calls[0].at
    under_way = len(platform(paced).calls)
    await talk.says("giúp")
    await passes(paced, seconds=20, step=0.1)
    later = [call.at for call in platform(paced).calls[under_way:]]
    assert min(later) >= told + 7 - 1e-6
    assert min(later) == pytest.approx(told + 7, abs=0.11)
    assert talk.heard
    assert Counter(one.chat for one in paced.heard if one.chat[0] == "r").total() == 60
    assert max(Counter(one.chat for one in paced.heard if one.chat[0] == "r").values()) == 1


async def test_r10_after_a_silence_the_answers_go_first(paced: House) -> None:
    await queue(paced, await settle_in(paced, 60))
    paced.channel.failures = [TryLater(7, whole_channel=True)]
    await paced.run()
    under_way = len(platform(paced).calls)
    for n in range(12):
        await Talk(paced, f"u{n}").says("giúp")
    await passes(paced, seconds=8, step=0.5)
    later = [call.chat for call in platform(paced).calls[under_way:]]
    assert {chat[0] for chat in later[:12]} == {"u"}


async def test_r10_the_rest_of_a_long_message_keeps_the_silence(a_house: MakeHouse) -> None:
    """Its parts are calls as well: the second does not go while another's 429 is fresh."""
    voice = TimedVoice(per_second=20)
    house = await a_house(voice)
    [person] = await settle_in(house, 1)
    async with house.app.database.transaction() as tx:
        late = house.clock.wall() + timedelta(hours=1)
        long = {"text": "Kính mời bà con. " * 400}
        row = outbox.NewMessage(person, f"r{person}", "notice", long, late)
        await outbox.add(tx, [row], states=["queued"], owner="", now=house.clock.wall())
    silences = house.app.delivery._silences
    voice.then = lambda: silences.obey("fake", 5)
    await house.run()
    assert len(voice.calls) == 1
    await passes(house, seconds=4.5, step=0.5)
    assert len(voice.calls) == 1
    await passes(house, seconds=0.5, step=0.5)
    assert len(voice.calls) == 2


async def test_r10_a_silence_is_kept_by_the_next_process(paced: House) -> None:
    await queue(paced, await settle_in(paced, 40))
    paced.channel.failures = [TryLater(30, whole_channel=True)]
    await paced.run()
    under_way = len(platform(paced).calls)
    await paced.restart()
    await passes(paced, seconds=29, step=1)
    assert len(platform(paced).calls) == under_way
    await passes(paced, seconds=4)
    assert len(platform(paced).calls) > under_way


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_t60_two_processes_share_ceiling_and_silence(a_house: MakeHouse) -> None:
    one, two = TimedVoice(per_second=20), TimedVoice(per_second=20)
    first, second = await a_house(one), await a_house(two)
    second.clock = first.clock
    second.app.delivery._clock = first.clock
    await queue(first, await settle_in(first, 300))
    for _ in range(40):
        first.clock.passes(seconds=0.25)
        second.app.clock.passes(seconds=0.25)
        await first.run()
        await second.run()
    both = one.calls + two.calls
    assert len(both) <= 20 * 10 + 15
    assert len({call.chat for call in both}) == len(both)
    assert min(len(one.calls), len(two.calls)) > 60
    one.channel.failures = [TryLater(10, whole_channel=True)]
    first.clock.passes(seconds=1)
    second.app.clock.passes(seconds=1)
    await first.run()
    before = len(two.calls)
    await second.run()
    assert len(two.calls) == before


# --- nobody is written to twice ------------------------------------------------------------------


async def test_t58_whoever_blocks_us_is_stopped_and_the_others_get_theirs(paced: House) -> None:
    persons = await settle_in(paced, 30)
    await queue(paced, persons)
    await queue(paced, persons[:1], name="later")
    paced.channel.failures = [RecipientGone()]
    await passes(paced, seconds=3)
    assert len(paced.heard) == 29
    states = Counter(await paced.rows(OutboxRow.state))
    assert states == {"sent": 29, "failed": 1, "cancelled": 1}
