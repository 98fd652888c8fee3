"""TokenAuthority is as unforgiving as Zalo's OAuth (zalo.md 3.12 row 1; R22, R23)."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.zalo_oa_tokens import FakeOAuth, TokenAuthority, TokenTrouble

APP, SECRET = "360846524940903967", "app-secret-example"
VERIFIER = "AAAAAAAAAAbbbbbbbbbb0123456789CdCdCdCdCdCde"
CHALLENGE = "6jCIB8OSIpGVl-yNKc_28wj5CPMGATBFzpSGdFhTLYI"


class Clock:
    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(clock: Clock) -> TokenAuthority:
    return TokenAuthority(APP, SECRET, now=clock)


@pytest.fixture
async def oauth(tokens: TokenAuthority) -> AsyncIterator[FakeOAuth]:
    async with FakeOAuth(tokens) as oauth:
        yield oauth


async def ask(
    oauth: FakeOAuth, *, secret: str = SECRET, as_json: dict[str, str] | None = None, **form: str
) -> dict[str, Any]:
    async with (
        aiohttp.ClientSession() as client,
        client.post(
            f"{oauth.url}/v4/oa/access_token",
            data=None if as_json else {"app_id": APP, **form},
            json=as_json,
            headers={"secret_key": secret},
        ) as answer,
    ):
        assert answer.status == 200
        return dict(await answer.json())


async def refresh(oauth: FakeOAuth, token: str) -> dict[str, Any]:
    return await ask(oauth, grant_type="refresh_token", refresh_token=token)


async def exchange(oauth: FakeOAuth, code: str, verifier: str = VERIFIER) -> dict[str, Any]:
    return await ask(oauth, grant_type="authorization_code", code=code, code_verifier=verifier)


async def test_a_code_gives_a_pair_once(oauth: FakeOAuth, tokens: TokenAuthority) -> None:
    code = tokens.consent(CHALLENGE)
    answer = await exchange(oauth, code)
    assert answer["access_token"] == tokens.pair.access
    assert answer["refresh_token"] == tokens.pair.refresh
    assert answer["expires_in"] == "90000"
    assert tokens.verdict(answer["access_token"]) == "valid"
    assert (await exchange(oauth, code))["error"] < -14000


async def test_a_code_is_refused_after_ten_minutes(
    oauth: FakeOAuth, tokens: TokenAuthority, clock: Clock
) -> None:
    code = tokens.consent(CHALLENGE)
    clock.at += 600
    assert "access_token" not in await exchange(oauth, code)


@pytest.mark.parametrize("verifier", ["", VERIFIER[:-1], "B" * 43, CHALLENGE])
async def test_a_code_is_refused_without_its_verifier(
    oauth: FakeOAuth, tokens: TokenAuthority, verifier: str
) -> None:
    answer = await exchange(oauth, tokens.consent(CHALLENGE), verifier)
    assert answer["error_name"] == "Invalid code verifier"
    assert tokens.current is None


async def test_a_refresh_kills_both_old_tokens_at_once(
    oauth: FakeOAuth, tokens: TokenAuthority
) -> None:
    old = tokens.seed()
    new = await refresh(oauth, old.refresh)
    assert tokens.verdict(old.access) == "expired"
    assert tokens.verdict(new["access_token"]) == "valid"
    again = await refresh(oauth, old.refresh)
    assert again["error"] < -14000
    assert {"error_name", "error_reason", "error_description", "ref_doc"} < set(again)
    assert tokens.pair.refresh == new["refresh_token"]
    assert (tokens.rotations, tokens.refused) == (1, 1)


@pytest.mark.parametrize(
    "form",
    [
        {"app_id": "1"},
        {"secret": "the OA Secret Key"},
        {"grant_type": "password"},
        {"refresh_token": "unknown"},
        {"as_json": {"app_id": APP, "grant_type": "refresh_token"}},
    ],
    ids=str,
)
async def test_a_wrong_question_costs_no_token(
    oauth: FakeOAuth, tokens: TokenAuthority, form: dict[str, Any]
) -> None:
    pair = tokens.seed()
    good = {"grant_type": "refresh_token", "refresh_token": pair.refresh}
    assert (await ask(oauth, **{**good, **form}))["error"] < -14000
    assert tokens.pair == pair


async def test_tokens_grow_old(oauth: FakeOAuth, tokens: TokenAuthority, clock: Clock) -> None:
    pair = tokens.seed()
    clock.at += 90_000
    assert tokens.verdict(pair.access) == "expired"
    assert tokens.verdict("never issued") == "invalid"
    clock.at += 90 * 86_400
    assert (await refresh(oauth, pair.refresh))["error_name"] == "Refresh token expired"


async def test_short_expiry_is_told_in_the_answer(
    oauth: FakeOAuth, tokens: TokenAuthority, clock: Clock
) -> None:
    pair = tokens.seed()
    tokens.life = 5
    answer = await refresh(oauth, pair.refresh)
    assert answer["expires_in"] == "5"
    clock.at += 5
    assert tokens.verdict(answer["access_token"]) == "expired"


@pytest.mark.parametrize(("trouble", "rotated"), [("die after", True), ("die before", False)])
async def test_the_line_breaks_with_or_without_a_rotation(
    oauth: FakeOAuth, tokens: TokenAuthority, trouble: TokenTrouble, rotated: bool
) -> None:
    pair = tokens.seed()
    tokens.next_answer(trouble)
    with pytest.raises(aiohttp.ClientError):
        await refresh(oauth, pair.refresh)
    answer = await refresh(oauth, pair.refresh)
    assert ("access_token" in answer) != rotated
    assert (tokens.pair.refresh in tokens.withheld) == rotated


@pytest.mark.parametrize("trouble", ["late", "slow"])
async def test_a_slow_answer_comes_when_it_is_released(
    oauth: FakeOAuth, tokens: TokenAuthority, trouble: TokenTrouble
) -> None:
    pair = tokens.seed()
    tokens.next_answer(trouble, seconds=0.01)
    assert (await refresh(oauth, pair.refresh))["access_token"] == tokens.pair.access
    assert not tokens.withheld


async def test_an_answer_may_be_no_answer(oauth: FakeOAuth, tokens: TokenAuthority) -> None:
    pair = tokens.seed()
    tokens.next_answer("no token")
    tokens.next_answer("html")
    assert await refresh(oauth, pair.refresh) == {"error": 0, "message": "Success"}
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{oauth.url}/v4/oa/access_token") as answer,
    ):
        assert (answer.status, answer.content_type) == (502, "text/html")
    assert tokens.pair == pair


async def test_a_revoked_grant_is_over(oauth: FakeOAuth, tokens: TokenAuthority) -> None:
    pair = tokens.seed()
    tokens.revoke()
    assert tokens.verdict(pair.access) == "expired"
    assert (await refresh(oauth, pair.refresh))["error"] < -14000
    tokens.app_active = False
    assert (await exchange(oauth, tokens.consent()))["error"] == -14002
