"""Zalo's codes and what a caller can do about them (zalo.md 3.11, R10)."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.channels.base import (
    ChannelDown,
    RecipientGone,
    Refused,
    SendingFailed,
    TryLater,
    Uncertain,
    Why,
)
from bot.channels.zalo_oa.api import Answer, envelope, proof
from bot.channels.zalo_oa.failures import Failures, until_morning
from tests.bot.channels.zalo_oa_setup import NOW, Alarms

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
CONFIG = (-209, -212, -219, -221, -223, -224, -235, -204, -205, -242, -1241, -320, -321)
TOKEN = (-216, -220, -124)
REFUSED = {
    Why.WINDOW: (-230, -232),
    Why.QUOTA: (-211, -218, -241, -238, -115, -144, -147),
    Why.RESTRICTED: (-244, -119, -139, -141),
    Why.GONE: (-114, -118),
    Why.TEMPLATE: (-248, -249, -108, -109, -111, -112, -1121, -1122, -1129, -131),
    Why.REFUSED: (-201, -210, -233, -240),
}
GONE = {Why.NOT_FOLLOWING: (-213,), Why.GONE: (-217, -227)}


def each(table: dict[Why, tuple[int, ...]]) -> list[tuple[int, Why]]:
    return [(code, why) for why, codes in table.items() for code in codes]


def failure(code: int, said: str = "", **more: Any) -> tuple[SendingFailed, Alarms]:
    alarms = Alarms()
    given = {"now": NOW, "chance": 0.0, **more}
    return Failures(alarms).of_message(code, said, **given), alarms


@pytest.mark.parametrize(("code", "why"), each(REFUSED))
def test_a_refusal_says_why(code: int, why: Why) -> None:
    found, alarms = failure(code)
    assert isinstance(found, Refused)
    assert found.why is why
    assert alarms.heard == []


@pytest.mark.parametrize(("code", "why"), each(GONE))
def test_who_is_gone_is_gone(code: int, why: Why) -> None:
    found, alarms = failure(code)
    assert isinstance(found, RecipientGone)
    assert found.why is why
    assert alarms.heard == []


@pytest.mark.parametrize("code", [*CONFIG, *TOKEN, -14002, -14003])
def test_what_an_admin_must_mend_stops_the_channel_and_is_told(code: int) -> None:
    found, alarms = failure(code)
    assert isinstance(found, ChannelDown)
    assert alarms.heard == [("zalo_oa_config", {"code": code})]


@pytest.mark.parametrize("code", [-212, -221, -223, -224, -235, -320, -321])
def test_a_template_that_is_not_granted_does_not_silence_the_replies(code: int) -> None:
    alarms = Alarms()
    found = Failures(alarms).of_template(code, "", now=NOW, chance=0.0)
    assert isinstance(found, Refused)
    assert found.why is (Why.QUOTA if code in (-320, -321) else Why.TEMPLATE)
    assert alarms.heard == [("zalo_oa_config", {"code": code})]


@pytest.mark.parametrize("code", [-201, -210])
def test_values_that_do_not_fit_a_template_are_the_templates_fault(code: int) -> None:
    found = Failures(Alarms()).of_template(code, "", now=NOW, chance=0.0)
    assert isinstance(found, Refused)
    assert found.why is Why.TEMPLATE


@pytest.mark.parametrize("code", [-209, -219, -204, -242])
def test_an_app_that_is_off_stops_templates_too(code: int) -> None:
    found = Failures(Alarms()).of_template(code, "", now=NOW, chance=0.0)
    assert isinstance(found, ChannelDown)


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 30.0), (0.5, 45.0)])
def test_too_many_calls_silence_the_whole_channel(chance: float, seconds: float) -> None:
    found, _ = failure(-32, chance=chance)
    assert isinstance(found, TryLater)
    assert (found.after, found.whole_channel) == (seconds, True)


@pytest.mark.parametrize("code", [-234, -133])
def test_at_night_it_waits_for_the_morning(code: int) -> None:
    night = datetime(2026, 12, 1, 23, 30, tzinfo=LOCAL)
    found, _ = failure(code, now=night, chance=0.5)
    assert isinstance(found, TryLater)
    assert (found.after, found.whole_channel) == (6.5 * 3600 + 5 * 60 + 300, False)


@pytest.mark.parametrize(
    ("hour", "minute", "seconds"), [(6, 4, 60), (6, 5, 24 * 3600), (0, 5, 6 * 3600)]
)
def test_the_morning_is_five_past_six_in_viet_nam(hour: int, minute: int, seconds: int) -> None:
    assert until_morning(datetime(2026, 12, 1, hour, minute, tzinfo=LOCAL)) == seconds


def test_a_send_that_failed_at_zalos_may_have_arrived() -> None:
    """-200: a reply goes once more, never a proactive one: that is what Uncertain does (R9)."""
    found, alarms = failure(-200)
    assert isinstance(found, Uncertain)
    assert alarms.heard == []


def test_a_forgotten_file_may_be_tried_again() -> None:
    found, _ = failure(-100)
    assert isinstance(found, TryLater)
    assert not found.whole_channel


@pytest.mark.parametrize("code", [-1, 1, -99999, -202, -305])
def test_an_unknown_code_is_final_and_told(code: int) -> None:
    found, alarms = failure(code, "lời của một người")
    assert isinstance(found, Refused)
    assert found.why is Why.REFUSED
    assert alarms.heard == [("zalo_oa_unknown_code", {"code": code})]


def test_zalos_sentence_is_not_repeated_but_for_the_field() -> None:
    """P9: it may quote what was sent."""
    assert str(failure(-201, "payload is invalid!")[0]) == "-201 payload"
    assert str(failure(-201, "Bà Lan ở xóm 5")[0]) == "-201"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b'{"data":{"a":1},"error":0,"message":"Success"}', Answer(0, "Success", {"a": 1})),
        (b'{"error":-216}', Answer(-216, "", {})),
        (b'{"error":"-216","message":7,"data":[]}', Answer(-216, "", {})),
        (b'{"data":{}}', None),
        (b'{"error":true}', None),
        (b'{"error":null}', None),
        (b'{"error":"none"}', None),
        ('{"error":"²"}'.encode(), None),
        (b'{"error":1.5}', None),
        (b"[]", None),
        (b"", None),
        (b"<html>", None),
        (b"\xff\xfe\x00", None),
        (b"[" * 100_000, None),
    ],
)
def test_an_envelope_is_one_only_with_its_error(said: bytes, answer: Answer | None) -> None:
    assert envelope(said) == answer


def test_the_proof_of_the_app_secret_is_zalos() -> None:
    expected = "fe1f63df731c8415a5b9b41b76cfcb4e3957f9d9d35c2c3f17201599acee008d"
    assert proof("app-secret-example", "token-example") == expected
