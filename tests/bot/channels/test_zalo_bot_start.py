"""What Zalo Bot arranges when it starts, and what `check --channels` finds."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.zalo_bot import Plan
from handlers.messages import Kind
from tests.bot.channels.zalo_bot_setup import (
    LAN,
    PUBLIC,
    SECRET,
    Alarms,
    Inbox,
    Memory,
    Sleeper,
    a_bot,
    payload,
    serving,
    until,
)
from tests.fake_zalo_bot import FakeZaloBot
from tests.fakes import FakeClock
from tests.zalo_bot_updates import an_id

ADDRESS = f"{PUBLIC}/webhook/zalo-bot"


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot(longest_poll=0.05) as fake:
        yield fake


async def test_start_learns_and_remembers_who_we_are(fake: FakeZaloBot) -> None:
    memory = Memory()
    fake.me["can_join_groups"] = True
    async with a_bot(fake, memory=memory) as bot:
        assert bot.identify(payload("group_mention")) is None
        await bot.start()
        incoming = bot.parse(payload("group_mention"))
    assert incoming is not None
    assert incoming.text == "tối qua xóm 5 có 35 bà con học VNeID"
    fake.next_answer(502, method="getMe")
    async with a_bot(fake, memory=memory) as bot:
        await bot.start()
        assert bot.identify(payload("group_mention")) is not None, "remembered"
    assert [call.method for call in fake.calls] == ["getMe"] * 2


async def test_groups_are_off_unless_zalo_says_otherwise(fake: FakeZaloBot) -> None:
    """T09, zalo.md §6."""
    async with a_bot(fake) as bot:
        await bot.start()
        assert bot.parse(payload("group_mention")) is None
        incoming = bot.parse(payload("text"))
    assert incoming is not None
    assert incoming.kind is Kind.TEXT


async def test_start_sets_the_webhook_with_its_secret_and_survives_the_probe(
    fake: FakeZaloBot,
) -> None:
    async with (
        a_bot(fake, public_url=f"{PUBLIC}/", webhook_secret=SECRET) as bot,
        serving(bot, Inbox()) as url,
    ):
        fake.public[PUBLIC] = url
        await bot.start()
        assert bot.counts["forged"] == 0
    (call,) = fake.called("setWebhook")
    assert call.params == {"url": ADDRESS, "secret_token": SECRET}


async def test_a_restart_does_not_use_up_the_days_setwebhook_calls(fake: FakeZaloBot) -> None:
    memory = Memory()
    for secret in (SECRET, SECRET, SECRET, f"{SECRET}2"):
        async with (
            a_bot(fake, memory=memory, public_url=PUBLIC, webhook_secret=secret) as bot,
            serving(bot, Inbox()) as url,
        ):
            fake.public = {PUBLIC: url}
            await bot.start()
    assert [call.params["secret_token"] for call in fake.called("setWebhook")] == [
        SECRET,
        f"{SECRET}2",
    ], "once, and again when the secret is another"
    fake.webhook = {}
    async with a_bot(fake, memory=memory, public_url=PUBLIC, webhook_secret=f"{SECRET}2") as bot:
        await bot.start()
    assert len(fake.called("setWebhook")) == 3, "somebody had removed it"


async def test_a_failed_verification_is_a_warning_and_tried_at_the_next_start(
    fake: FakeZaloBot, caplog: pytest.LogCaptureFixture
) -> None:
    memory, sleeper = Memory(), Sleeper()
    for _ in range(2):
        async with a_bot(
            fake, memory=memory, sleep=sleeper, public_url=PUBLIC, webhook_secret=SECRET
        ) as bot:
            await bot.start()
    assert caplog.messages.count("zalo bot could not verify our webhook") == 2
    assert len(fake.called("setWebhook")) == 2
    assert fake.webhook["url"] == ADDRESS
    assert sleeper.pauses == []


async def test_too_many_webhook_calls_wait_until_tomorrow(fake: FakeZaloBot) -> None:
    """zalo.md §2.2: 426 = not again today."""
    clock = FakeClock(datetime(2026, 11, 22, 15, 0, tzinfo=UTC))  # 22:00 in Vietnam
    sleeper = Sleeper()
    fake.next_answer(426, method="setWebhook")
    async with a_bot(
        fake, sleep=sleeper, now=clock.wall, public_url=PUBLIC, webhook_secret=SECRET
    ) as bot:
        await bot.start()
        await until(lambda: len(fake.called("setWebhook")) == 2)
    assert sleeper.pauses == [2 * 3600]


async def test_without_a_secret_no_webhook_is_set(fake: FakeZaloBot) -> None:
    async with a_bot(fake, public_url=PUBLIC) as bot:
        await bot.start()
    assert fake.called("setWebhook") == []


async def test_start_goes_on_in_the_background_when_zalo_is_down(fake: FakeZaloBot) -> None:
    fake.next_answer(502, times=3)
    sleeper = Sleeper()
    async with a_bot(fake, sleep=sleeper, public_url=PUBLIC, webhook_secret=SECRET) as bot:
        await bot.start()
        await until(lambda: bool(fake.webhook))
    assert sleeper.pauses == [0.5, 1.0, 2.0]


async def test_a_refused_token_is_told_and_tried_again_rarely(fake: FakeZaloBot) -> None:
    sleeper, alarms = Sleeper(), Alarms()
    fake.next_answer(401, method="getMe", times=2)
    async with a_bot(fake, sleep=sleeper, alarm=alarms) as bot:
        await bot.start()
        await until(lambda: len(fake.called("getMe")) == 3)
    assert sleeper.pauses == [600, 600]
    assert set(alarms.names) == {"zalo_bot_token"}


async def test_start_survives_a_memory_that_is_away(fake: FakeZaloBot) -> None:
    class Away(Memory):
        times = 0

        async def get(self, key: str) -> str | None:
            self.times += 1
            if self.times <= 3:
                raise RuntimeError("no database")
            return await super().get(key)

    sleeper = Sleeper()
    async with a_bot(fake, memory=Away(), sleep=sleeper) as bot:
        await bot.start()
        await until(lambda: bool(fake.called("getMe")))
    assert sleeper.pauses == [0.5, 1.0]


async def test_a_menu_is_silently_not_shown(fake: FakeZaloBot) -> None:
    async with a_bot(fake) as bot:
        await bot.set_menu(LAN, [("hoc", "Học bài tiếp theo")])
    assert fake.calls == []


# --- check --channels --------------------------------------------------------------------------


async def test_a_bot_with_its_webhook_has_no_findings(fake: FakeZaloBot) -> None:
    async with a_bot(fake, public_url=PUBLIC, webhook_secret=SECRET) as bot:
        assert await bot.findings() == [
            "warning: zalo_bot: the webhook is not ours until the service has started"
        ]
        await bot.start()
        assert await bot.findings() == []


async def test_a_missing_secret_is_an_error(fake: FakeZaloBot) -> None:
    async with a_bot(fake, public_url=PUBLIC) as bot:
        (finding,) = await bot.findings()
    assert finding.startswith("error: zalo_bot: ZALO_BOT_WEBHOOK_SECRET")


async def test_polling_is_a_warning(fake: FakeZaloBot) -> None:
    fake.webhook = {"url": "https://x.example", "secret": "", "updated_at": "1"}
    async with a_bot(fake) as bot:
        found = await bot.findings()
    assert [finding.partition(":")[0] for finding in found] == ["warning", "warning"]
    assert "PUBLIC_URL" in found[0]


async def test_a_full_plan_is_a_warning(fake: FakeZaloBot) -> None:
    memory = Memory()
    small = Plan(users=2, groups=3, messages=5)
    more: dict[str, Any] = {
        "plan": small,
        "memory": memory,
        "public_url": PUBLIC,
        "webhook_secret": SECRET,
    }
    async with a_bot(fake, **more) as bot:
        await bot.start()
        for n in range(4):
            raw = payload("text_bare")
            raw["message"]["from"]["id"] = raw["message"]["chat"]["id"] = an_id(n % 2)
            await bot.accepted(raw)
    async with a_bot(fake, **more) as bot:
        assert await bot.findings() == [
            "warning: zalo_bot: 4 of 5 messages this month used",
            "warning: zalo_bot: 2 of 2 people used",
        ]


async def test_a_refused_token_and_a_silent_platform_are_errors(fake: FakeZaloBot) -> None:
    async with a_bot(fake) as bot:
        fake.reset_token("123456789:a-new-one")
        assert await bot.findings() == ["error: zalo_bot: refuses the token"]
        fake.reset_token("123456789:fake-token-of-the-tests")
        fake.next_answer(400)
        assert await bot.findings() == ["error: zalo_bot: 400 Bad Request"]
        await fake.close()
        (finding,) = await bot.findings()
        assert finding.startswith("error: zalo_bot: does not answer")
