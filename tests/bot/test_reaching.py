"""Which account carries what nobody is waiting for, what it costs, and why it cannot be (R13)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import update

from bot.channels.base import Channel, Part, Receipt, RecipientGone, Refused
from bot.opening import Foundations
from handlers.messages import Address, Outgoing, Template, Why
from storage import outbox, roles, units, ways
from storage.tables import Account, CommuneSettings, OutboxRow
from tests.conftest import MakeHouse
from tests.fakes import BUTTONS, FakeChannel
from tests.talk import House, Talk
from tests.voices.fake import FakeVoice


class OfficialAccount(FakeChannel):
    """A channel with windows: free words for two days, then the package, then templates only."""

    def __init__(self) -> None:
        super().__init__(BUTTONS, name="zalo_oa")
        self.templates: list[tuple[str, dict[str, str], str]] = []

    async def send(self, part: Part, to: Address) -> Receipt:
        sent = await super().send(part, to)
        return Receipt(sent.platform_id, quota="reply")

    async def send_template(
        self, template_id: str, values: Mapping[str, str], to: Address, *, phone: str = ""
    ) -> Receipt:
        if self.failures:
            raise self.failures.pop(0)
        self.templates.append((template_id, dict(values), phone))
        return Receipt("t1", quota="zbs")


class ZaloVoice(FakeVoice):
    """People on an Official Account, and through a second channel on the Bot."""

    def channels(self, ground: Foundations) -> Sequence[Channel]:
        self.channel = self.official = OfficialAccount()
        self.bot = FakeChannel(BUTTONS, name="zalo_bot")
        self.channel.heard = self.bot.heard = self.heard
        return [self.channel, self.bot]

    def channel_of(self, account: str) -> Channel:
        return self.bot if account.startswith("bot-") else self.official

    def address(self, account: str) -> Address:
        return Address(self.channel_of(account).name, "b1", account, account)


@pytest.fixture
async def zalo(a_house: MakeHouse) -> House:
    return await a_house(ZaloVoice())  # type: ignore[no-any-return]


@pytest.fixture
async def officer(zalo: House) -> Talk:
    return await Talk(zalo, "bot-officer", name="Cán bộ").holds("officer")


def bot_of(house: House) -> FakeChannel:
    assert isinstance(house.voice, ZaloVoice)
    return house.voice.bot


def official(house: House) -> OfficialAccount:
    channel = house.channel
    assert isinstance(channel, OfficialAccount)
    return channel


async def decide(house: House, **delivery: Any) -> None:
    """Write the commune's own rules, as its file would."""
    async with house.app.database.transaction() as tx:
        settings = await units.settings_of(tx, None)
        commune = (await house.rows(CommuneSettings.unit_id))[0]
        await units.write_settings(tx, commune, {**settings, "delivery": delivery})


async def reasons(house: House) -> list[tuple[str, str]]:
    return await house.rows(OutboxRow.state, OutboxRow.reason, where=OutboxRow.kind == "notice")


async def ask_for_help(resident: Talk) -> None:
    await resident.says("gặp cán bộ", "Tôi chưa cài được VNeID", "1")


async def answer(officer: Talk) -> None:
    await officer.says("gặp cán bộ")
    await officer.presses("1")
    await officer.says("Xin mang máy đến nhà văn hóa", "1")


# --- windows -------------------------------------------------------------------------------------


async def test_an_answer_within_the_window_arrives(zalo: House, officer: Talk) -> None:
    resident = await Talk(zalo, "u1", name="Bác Năm").enrolled()
    await ask_for_help(resident)
    zalo.clock.passes(days=6)
    await answer(officer)
    assert "Xin mang máy đến nhà văn hóa" in resident.last
    assert officer.text("tickets.answered") in officer.heard


async def test_after_a_week_the_officer_is_told_to_phone(zalo: House, officer: Talk) -> None:
    """R13: nothing is sent into a closed window, and nobody believes it was."""
    resident = await Talk(zalo, "u1", name="Bác Năm").enrolled()
    await ask_for_help(resident)
    before = len(resident.heard)
    zalo.clock.passes(days=8)
    await answer(officer)
    assert len(resident.heard) == before
    why = officer.text("call.window")
    assert officer.text("tickets.answer_kept", why=why) in officer.heard
    assert ("failed", "window") in await reasons(zalo)


async def test_a_commune_that_pays_for_nothing_stops_at_two_days(
    zalo: House, officer: Talk
) -> None:
    await decide(zalo, zalo_oa={"use_package": False})
    resident = await Talk(zalo, "u1", name="Bác Năm").enrolled()
    await ask_for_help(resident)
    before = len(resident.heard)
    zalo.clock.passes(days=3)
    await answer(officer)
    assert len(resident.heard) == before


async def test_the_cost_of_every_message_is_kept(zalo: House) -> None:
    resident = Talk(zalo, "u1")
    await resident.says("x5")
    assert set(await zalo.rows(OutboxRow.quota)) == {"reply"}


# --- templates -----------------------------------------------------------------------------------

REMINDER = Outgoing(
    "Xin gửi báo cáo trước ngày 15/12.",
    template=Template("reminder", (("ten", "Xóm 5"), ("han", "15/12"))),
)


async def remind(house: House, talk: Talk) -> None:
    """Queue something unasked that has a template; a true reminder asks first what is due."""
    from handlers.settling import to_json

    actor = await talk.actor()
    async with house.app.database.transaction() as tx:
        now = house.clock.wall()
        row = outbox.NewMessage(
            actor.account_id,
            talk.account,
            "notice",
            to_json(REMINDER),
            now.replace(year=now.year + 1),
        )
        await outbox.add(tx, [row], states=["queued"], owner="", now=now)
    await house.settle()


async def test_a_closed_window_takes_the_approved_template(zalo: House) -> None:
    await decide(zalo, zalo_oa={"templates": {"reminder": "12345"}})
    head = await Talk(zalo, "u1").enrolled()
    zalo.clock.passes(days=9)
    await remind(zalo, head)
    assert official(zalo).templates == [("12345", {"ten": "Xóm 5", "han": "15/12"}, "")]
    assert ("sent", "") in await reasons(zalo)
    assert "zbs" in await zalo.rows(OutboxRow.quota)


async def test_within_the_window_no_template_is_paid_for(zalo: House) -> None:
    await decide(zalo, zalo_oa={"templates": {"reminder": "12345"}})
    head = await Talk(zalo, "u1").enrolled()
    zalo.clock.passes(hours=40)
    await remind(zalo, head)
    assert official(zalo).templates == []
    assert head.last == REMINDER.text


async def test_without_a_template_the_reminder_waits_for_the_phone(zalo: House) -> None:
    head = await Talk(zalo, "u1").enrolled()
    zalo.clock.passes(days=9)
    await remind(zalo, head)
    assert ("failed", "window") in await reasons(zalo)
    assert await zalo.rows(Account.state) == ["active"]


async def test_a_template_that_does_not_fit_is_a_reason_of_its_own(zalo: House) -> None:
    await decide(zalo, zalo_oa={"templates": {"reminder": "12345"}})
    head = await Talk(zalo, "u1").enrolled()
    zalo.clock.passes(days=9)
    official(zalo).failures = [Refused("-249", why=Why.TEMPLATE)]
    await remind(zalo, head)
    assert ("failed", "template") in await reasons(zalo)


async def test_the_phone_a_person_shared_goes_with_the_template(zalo: House) -> None:
    await decide(zalo, zalo_oa={"templates": {"reminder": "12345"}})
    head = await Talk(zalo, "u1").enrolled()
    async with zalo.app.database.transaction() as tx:
        await tx.execute(update(Account).values(phone="84900000000"))
    zalo.clock.passes(days=9)
    await remind(zalo, head)
    assert official(zalo).templates[0][2] == "84900000000"


# --- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("why", "state"),
    [(Why.NOT_FOLLOWING, "stopped"), (Why.GONE, "stopped"), (Why.RESTRICTED, "active")],
)
async def test_a_refusal_becomes_a_plain_reason(zalo: House, why: Why, state: str) -> None:
    """T58, R13: who left is not written to again; who is only protected stays reachable."""
    head = await Talk(zalo, "u1").enrolled()
    gone = RecipientGone("-213", why=why)
    official(zalo).failures = [gone if state == "stopped" else Refused("-244", why=why)]
    await remind(zalo, head)
    assert ("failed", why.value) in await reasons(zalo)
    assert await zalo.rows(Account.state) == [state]


# --- which account -------------------------------------------------------------------------------


async def linked(zalo: House, *, role: str = "") -> tuple[Talk, Talk]:
    """One human on both apps; the Official Account was used last."""
    on_bot = await Talk(zalo, "bot-1", name="Ông Ba").enrolled()
    on_oa = await Talk(zalo, "u1", name="Ông Ba").enrolled()
    if role:
        await on_oa.holds(role, "xom-05" if role == "head" else "")
    await on_bot.says("/lienket", "1")
    code = re.findall(r"l_\d{6}", " ".join(on_bot.heard))[-1]
    await on_oa.says(code)
    await on_oa.presses("nối")
    return on_bot, on_oa


async def tell(zalo: House, talk: Talk) -> None:
    """Something that this person should know, as any step would send it."""
    from handlers.flow import Mail

    actor = await talk.actor()
    async with zalo.app.database.transaction() as tx:
        wall = zalo.clock.wall()
        mail = Mail(actor.person_id, Outgoing("Xin xem lại."), key=f"test:{wall}")
        await zalo.app.alarms._speaker.notify(tx, [mail], wall, wall)
    await zalo.settle()


async def test_whoever_reports_is_told_by_the_bot(zalo: House) -> None:
    """Design §5: the Bot is the default for reporters, wherever they wrote last."""
    on_bot, on_oa = await linked(zalo, role="head")
    await tell(zalo, on_oa)
    assert on_bot.last == "Xin xem lại."
    assert on_oa.last != "Xin xem lại."


async def test_a_resident_is_told_where_the_last_word_was(zalo: House) -> None:
    on_bot, on_oa = await linked(zalo)
    zalo.clock.passes(hours=2)
    await on_oa.says("hoc")
    await tell(zalo, on_bot)
    assert on_oa.last == "Xin xem lại."


async def test_a_resident_is_told_where_it_is_free(zalo: House) -> None:
    on_bot, on_oa = await linked(zalo)
    zalo.clock.passes(hours=2)
    await on_oa.says("hoc")
    zalo.clock.passes(days=3)
    await tell(zalo, on_oa)
    assert on_bot.last == "Xin xem lại."


async def test_the_officer_is_told_of_nobody_twice(zalo: House, officer: Talk) -> None:
    """One human with two apps gets one notice."""
    on_bot, on_oa = await linked(zalo, role="officer")
    resident = await Talk(zalo, "u9").enrolled()
    await ask_for_help(resident)
    asked = [h for h in (*on_bot.heard, *on_oa.heard) if "Tôi chưa cài được VNeID" in h]
    assert len(asked) == 1


async def test_roles_are_found_through_every_linked_person(zalo: House) -> None:
    on_bot, on_oa = await linked(zalo, role="head")
    first, second = await on_bot.actor(), await on_oa.actor()
    async with zalo.app.database.reading() as tx:
        asked = [first.person_id, second.person_id]
        assert await roles.who_hold(tx, asked) == set(asked)
        assert {len(doors) for doors in (await ways.to(tx, asked)).values()} == {2}


# --- whom to phone -------------------------------------------------------------------------------


async def test_the_officer_sees_whose_window_is_closed(zalo: House, officer: Talk) -> None:
    """Design §5: from November on the officer phones those, before the deadline and not after."""
    head = await Talk(zalo, "u1", name="Ông Ba").enrolled()
    await head.holds("head", "xom-05")
    await officer.says("ai không nhận được tin")
    assert officer.text("call.everybody") in officer.heard
    zalo.clock.passes(days=8)
    await officer.says("ai không nhận được tin")
    listed = "\n".join(officer.heard[-2:])
    assert officer.text("call.window") in listed
    assert "Trưởng xóm - Xóm 5 (Ông Ba)" in listed


async def test_nobody_else_sees_whom_to_phone(zalo: House) -> None:
    """T12."""
    resident = await Talk(zalo, "u1", name="Bác Năm").enrolled()
    await resident.says("ai không nhận được tin")
    assert resident.text("call.everybody") not in resident.heard


# --- another way ---------------------------------------------------------------------------------


async def test_an_exhausted_bot_lets_the_notice_go_another_way(zalo: House) -> None:
    """Refused for certain on one account: the same once through the next, never both."""
    on_bot, on_oa = await linked(zalo, role="head")
    bot_of(zalo).failures = [Refused("429", why=Why.QUOTA)]
    await tell(zalo, on_oa)
    assert on_oa.last == "Xin xem lại."
    assert on_bot.heard.count("Xin xem lại.") == 0
    assert await zalo.rows(OutboxRow.reason, where=OutboxRow.state == "failed") == ["quota"]


async def test_refused_everywhere_ends(zalo: House) -> None:
    on_bot, on_oa = await linked(zalo, role="head")
    bot_of(zalo).failures = [Refused("429", why=Why.QUOTA)]
    official(zalo).failures = [Refused("-211", why=Why.QUOTA)]
    await tell(zalo, on_oa)
    states = await zalo.rows(OutboxRow.state, where=OutboxRow.person_id.is_not(None))
    assert sorted(states)[:2] == ["failed", "failed"]
    assert "Xin xem lại." not in on_oa.heard + on_bot.heard


async def test_a_refused_notice_is_on_the_call_list(zalo: House, officer: Talk) -> None:
    """R13: what a platform refused is whom to phone, whatever we had believed."""
    head = await Talk(zalo, "u1", name="Ông Ba").enrolled()
    await head.holds("head", "xom-05")
    official(zalo).failures = [Refused("-244", why=Why.RESTRICTED)]
    await tell(zalo, head)
    await officer.says("ai không nhận được tin")
    assert officer.text("call.restricted") in "\n".join(officer.heard)


async def test_a_channel_that_is_off_carries_nothing(a_house: MakeHouse) -> None:
    """Design §4: the Bot was switched off; what is open is the Official Account."""
    house: House = await a_house(ZaloVoice())
    _, on_oa = await linked(house, role="head")
    assert isinstance(house.voice, ZaloVoice)
    del house.app.channels["zalo_bot"]
    await tell(house, on_oa)
    assert on_oa.last == "Xin xem lại."


async def test_a_late_event_opens_no_window(zalo: House) -> None:
    """The window counts from the word itself, however late Zalo brings it (zalo.md 3.10)."""
    resident = await Talk(zalo, "u1").enrolled()
    zalo.clock.passes(days=3)
    said_at = zalo.clock.wall()
    zalo.clock.passes(hours=20)
    await resident.sends(text="hoc", at=said_at.isoformat())
    await zalo.settle()
    assert await zalo.rows(Account.seen_at) == [said_at]
