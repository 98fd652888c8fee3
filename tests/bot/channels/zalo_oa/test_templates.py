"""Approved templates by user id or phone, and what `check` says of the OA (zalo.md 3.6, 3.8)."""

from typing import Any

import pytest

from bot.channels.base import (
    RecipientGone,
    Refused,
    Uncertain,
    Why,
)
from bot.channels.zalo_oa import ZaloOa
from tests.bot.channels.zalo_oa_setup import (
    DAY,
    TO,
    USER,
    Alarms,
    Clock,
    Tokens,
    talking,
)
from tests.fake_zalo_oa import Approved, FakeZaloOa, Trouble

# --- templates ------------------------------------------------------------------------------------


NOTE = Approved("301", {"ten": 30, "han": 20})
VALUES = {"ten": "Xóm 5", "han": "14/12/2026"}


async def test_a_template_goes_by_user_id_long_after_the_window(
    fake: FakeZaloOa, oa: ZaloOa, clock: Clock
) -> None:
    fake.approve(NOTE)
    clock.at += 60 * DAY
    receipt = await oa.send_template("301", VALUES, TO, phone="84900000001")
    (message,) = fake.sent
    assert (message.template, message.template_data) == ("301", VALUES)
    assert (receipt.platform_id, receipt.quota) == (message.id, "template_uid")


@pytest.mark.parametrize("because", ["no such form", "does not follow"])
async def test_a_template_goes_by_phone_where_it_cannot_go_by_id(
    fake: FakeZaloOa, oa: ZaloOa, because: str
) -> None:
    fake.approve(Approved("301", NOTE.params, by_uid=because != "no such form"))
    fake.person("8800").phone = "84900000001"
    fake.person(USER).left = because == "does not follow"
    receipt = await oa.send_template("301", VALUES, TO, phone="84900000001")
    (message,) = fake.sent
    assert (message.user, receipt.platform_id) == ("8800", message.id)
    assert receipt.quota == "template_phone"


@pytest.mark.parametrize(
    ("by_uid", "left", "failure", "why"),
    [
        (False, False, Refused, Why.TEMPLATE),
        (True, True, RecipientGone, Why.NOT_FOLLOWING),
    ],
)
async def test_without_a_phone_the_refusal_stands(
    fake: FakeZaloOa,
    oa: ZaloOa,
    by_uid: bool,
    left: bool,
    failure: type[Refused] | type[RecipientGone],
    why: Why,
) -> None:
    fake.approve(Approved("301", NOTE.params, by_uid=by_uid))
    fake.person(USER).left = left
    with pytest.raises(failure) as caught:
        await oa.send_template("301", VALUES, TO)
    assert isinstance(caught.value, Refused | RecipientGone)
    assert caught.value.why is why
    assert len(fake.calls) == 1


async def test_who_blocked_us_is_not_reached_by_phone_instead(fake: FakeZaloOa, oa: ZaloOa) -> None:
    fake.approve(NOTE)
    fake.person(USER).blocked = True
    with pytest.raises(RecipientGone):
        await oa.send_template("301", VALUES, TO, phone="84900000001")
    assert fake.called("/message/template") == fake.called("/v3.0/oa/message/template")


async def test_a_template_in_doubt_is_not_sent_the_other_way_too(
    fake: FakeZaloOa, oa: ZaloOa
) -> None:
    fake.approve(NOTE)
    fake.next_answer("reset after")
    with pytest.raises(Uncertain):
        await oa.send_template("301", VALUES, TO, phone="84900000001")
    assert len(fake.calls) == 1


async def test_an_empty_purse_stops_templates_and_no_reply(
    fake: FakeZaloOa, oa: ZaloOa, alarms: Alarms
) -> None:
    fake.approve(NOTE)
    fake.balance_is_empty = True
    with pytest.raises(Refused) as caught:
        await oa.send_template("301", VALUES, TO)
    assert caught.value.why is Why.QUOTA
    assert alarms.heard == [("zalo_oa_config", {"code": -321})]


@pytest.mark.parametrize("values", [{"ten": "Xóm 5"}, {**VALUES, "ten": "x" * 31}])
async def test_values_that_do_not_fit_are_the_templates_fault(
    fake: FakeZaloOa, oa: ZaloOa, values: dict[str, str]
) -> None:
    fake.approve(NOTE)
    with pytest.raises(Refused) as caught:
        await oa.send_template("301", values, TO)
    assert caught.value.why is Why.TEMPLATE


async def test_a_number_that_is_not_on_zalo_stops_nothing_else(
    fake: FakeZaloOa, oa: ZaloOa
) -> None:
    fake.approve(Approved("301", NOTE.params, by_uid=False))
    with pytest.raises(Refused) as caught:
        await oa.send_template("301", VALUES, TO, phone="84900000009")
    assert caught.value.why is Why.GONE, "nobody has this number on Zalo"


# --- check --channels -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "found"),
    [
        ({}, []),
        ({"is_verified": "1"}, []),
        ({"oa_id": "999"}, ["error: zalo_oa: the token belongs to another OA than ZALO_OA_ID"]),
        ({"is_verified": False}, ["error: zalo_oa: the OA is not verified"]),
        ({"package_name": ""}, ["error: zalo_oa: no package"]),
        (
            {"package_name": None, "is_verified": 0},
            ["error: zalo_oa: the OA", "error: zalo_oa: no"],
        ),
        ({"package_valid_through_date": "30/11/2026"}, ["error: zalo_oa: the package ended"]),
        ({"package_valid_through_date": "10/12/2026"}, ["warning: zalo_oa: the package ends on"]),
        ({"package_valid_through_date": "sớm"}, []),
        ({"package_valid_through_date": 7}, []),
    ],
)
async def test_what_zalo_says_of_the_oa_is_checked(
    fake: FakeZaloOa, oa: ZaloOa, about: dict[str, Any], found: list[str]
) -> None:
    fake.profile |= about
    lines = await oa.findings()
    assert len(lines) == len(found)
    assert all(line.startswith(start) for line, start in zip(lines, found, strict=True))


@pytest.mark.parametrize("trouble", [-216, -32, 500, "html", "reset before", "nonsense"])
async def test_a_zalo_that_does_not_answer_is_one_finding(
    fake: FakeZaloOa, oa: ZaloOa, trouble: Trouble | int
) -> None:
    fake.next_answer(trouble, times=2)
    (line,) = await oa.findings()
    assert line.startswith("error: zalo_oa: ")


async def test_a_check_renews_nothing_when_its_token_is_refused(
    fake: FakeZaloOa, clock: Clock
) -> None:
    """The service renews, and its alarms reach somebody; those of a check do not."""
    tokens = Tokens("spent-token", "next-token")
    async with talking(fake, clock, tokens=tokens) as oa:
        assert await oa.findings() == ["error: zalo_oa: getoa refused with code -216"]
    assert tokens.given_back == []
    assert len(fake.calls) == 1


async def test_without_a_good_token_a_check_asks_zalo_nothing(
    fake: FakeZaloOa, clock: Clock
) -> None:
    class RunOut(Tokens):
        async def stored(self) -> str | None:
            return None

        async def findings(self) -> list[str]:
            return ["warning: zalo_oa: access token has run out; the service renews it"]

    tokens = RunOut()
    async with talking(fake, clock, tokens=tokens) as oa:
        assert await oa.findings() == await tokens.findings()
    assert fake.calls == []


async def test_a_check_survives_a_database_that_is_away(fake: FakeZaloOa, clock: Clock) -> None:
    class Away(Tokens):
        async def findings(self) -> list[str]:
            raise OSError("disk")

    async with talking(fake, clock, tokens=Away()) as oa:
        assert await oa.findings() == ["error: zalo_oa: OSError"]
