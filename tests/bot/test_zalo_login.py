"""`python -m bot zalo-oa login`: consent, pasted code or callback, and what is said of mistakes."""

import asyncio
import random
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from bot.channels.zalo_oa.tokens import Tokens
from bot.clock import SystemClock
from bot.config import Settings
from bot.remembering import StoredMemory
from bot.seeding import Impossible
from bot.zalo_login import challenge_of, login
from storage.database import Database
from tests.bot.channels.zalo_oa_tokens_setup import (
    APP,
    CODE_VERIFIER,
    OA,
    SECRET,
    a_page,
    opened,
)
from tests.talk import settings_for
from tests.zalo_oa_tokens import FakeOAuth, TokenAuthority

Answer = str | Callable[["Person"], str]


@pytest.fixture
async def oauth() -> AsyncIterator[FakeOAuth]:
    async with FakeOAuth(TokenAuthority(APP, SECRET, now=time.time)) as oauth:
        yield oauth


@pytest.fixture
def settings(oauth: FakeOAuth, database_url: str, tmp_path: Path) -> Settings:
    return settings_for(
        database_url,
        tmp_path,
        public_url="https://hocvuso.example",
        zalo_oa_id=OA,
        zalo_oa_app_id=APP,
        zalo_oa_app_secret=SecretStr(SECRET),
        zalo_oa_code_verifier=SecretStr(CODE_VERIFIER),
        zalo_oauth_url=oauth.url,
    )


class Person:
    """At the terminal and in the browser: opens the link, accepts, and answers the questions."""

    def __init__(self, authority: TokenAuthority, *answers: Answer) -> None:
        self._authority = authority
        self._answers: Iterator[Answer] = iter(answers)
        self.screen = ""

    def say(self, text: str) -> None:
        self.screen += text + "\n"

    def ask(self, prompt: str) -> str:
        self.screen += prompt
        answer = next(self._answers, None)
        if answer is None:
            raise EOFError
        return answer if isinstance(answer, str) else answer(self)

    @property
    def link(self) -> dict[str, str]:
        found = re.findall(r"\S+/v4/oa/permission\?\S+", self.screen)
        return {name: values[0] for name, values in parse_qs(urlsplit(found[-1]).query).items()}

    def accepts(self, **other: str) -> str:
        """The address to which the browser is sent after the consent."""
        code = self._authority.consent(self.link["code_challenge"])
        asked = {"code": code, "oa_id": OA, "state": self.link["state"], **other}
        return f"{self.link['redirect_uri']}?" + "&".join(f"{k}={v}" for k, v in asked.items() if v)


async def logs_in(settings: Settings, person: Person) -> None:
    await login(settings, person.ask, person.say)


def memory_of(database: Database, owner: str = "service") -> StoredMemory:
    return StoredMemory(database, scope="zalo_oa", owner=owner, clock=SystemClock())


def tokens_of(settings: Settings, memory: Any) -> Tokens:
    return Tokens(
        app_id=APP,
        app_secret=SECRET,
        memory=memory,
        alarm=lambda _what, /, **_values: None,
        oauth_url=settings.zalo_oauth_url,
        now=lambda: datetime.now(UTC),
        sleep=asyncio.sleep,
        chance=random.random,
    )


def test_the_challenge_is_the_one_of_the_reference() -> None:
    assert challenge_of(CODE_VERIFIER) == "6jCIB8OSIpGVl-yNKc_28wj5CPMGATBFzpSGdFhTLYI"


# --- pasted --------------------------------------------------------------------------------------


async def test_a_pasted_address_connects_the_oa(
    settings: Settings, oauth: FakeOAuth, database: Database
) -> None:
    person = Person(oauth.tokens, Person.accepts)
    await logs_in(settings, person)
    assert person.link["app_id"] == APP
    assert person.link["redirect_uri"] == "https://hocvuso.example/zalo-oa/callback"
    token = await tokens_of(settings, memory_of(database)).access()
    assert oauth.tokens.verdict(token) == "valid"
    end = (datetime.now(UTC) + timedelta(days=90)).year
    assert f"they end on {end}-" in person.screen


async def test_the_bare_code_is_enough(settings: Settings, oauth: FakeOAuth) -> None:
    person = Person(oauth.tokens, lambda who: oauth.tokens.consent(who.link["code_challenge"]))
    await logs_in(settings, person)
    assert "connected" in person.screen


async def test_it_works_beside_the_running_service(
    settings: Settings, oauth: FakeOAuth, database: Database
) -> None:
    """The service has the same database open, and finds the new tokens by itself."""
    service = tokens_of(settings, memory_of(database))
    tending = asyncio.create_task(service.run())
    await logs_in(settings, Person(oauth.tokens, Person.accepts))
    assert oauth.tokens.verdict(await service.access()) == "valid"
    tending.cancel()
    await asyncio.gather(tending, return_exceptions=True)
    await service.close()


@pytest.mark.parametrize(
    ("mistake", "says"),
    [
        ("no-such-code", "wrong, over 10 minutes old, or used"),
        (lambda who: who.accepts(code=""), "no code in it"),
        (lambda who: who.accepts(state="another"), "another login"),
        (lambda who: who.accepts(oa_id="1"), "another Official Account"),
        ("một đoạn chữ khác", "neither an address nor a code"),
        ("https://hocvuso.example/zalo-oa/callback?error=-1", "no code in it"),
        ("", "No new tokens have arrived yet"),
    ],
)
async def test_a_mistake_is_said_plainly_and_the_next_try_works(
    settings: Settings, oauth: FakeOAuth, mistake: Answer, says: str
) -> None:
    person = Person(oauth.tokens, mistake, Person.accepts)
    await logs_in(settings, person)
    assert says in person.screen
    assert "connected" in person.screen


async def test_a_used_code_is_refused_and_the_first_tokens_stay(
    settings: Settings, oauth: FakeOAuth, database: Database
) -> None:
    codes: list[str] = []

    def accepts(who: Person) -> str:
        codes.append(oauth.tokens.consent(who.link["code_challenge"]))
        return codes[0]

    await logs_in(settings, Person(oauth.tokens, accepts))
    again = Person(oauth.tokens, lambda _who: codes[0])
    with pytest.raises(Impossible, match="not finished"):
        await logs_in(settings, again)
    assert "used" in again.screen
    token = await tokens_of(settings, memory_of(database)).access()
    assert oauth.tokens.verdict(token) == "valid"


async def test_no_token_is_shown(settings: Settings, oauth: FakeOAuth) -> None:
    """T50: neither tokens nor the app's secret nor a pasted code."""
    person = Person(oauth.tokens, "a-wrong-code", Person.accepts)
    await logs_in(settings, person)
    pair = oauth.tokens.pair
    for secret in (pair.access, pair.refresh, SECRET, "a-wrong-code", CODE_VERIFIER):
        assert secret not in person.screen


# --- settings ------------------------------------------------------------------------------------


async def test_without_a_verifier_one_is_made_for_the_env_file(
    settings: Settings, oauth: FakeOAuth
) -> None:
    settings = settings.model_copy(update={"zalo_oa_code_verifier": SecretStr("")})
    person = Person(oauth.tokens, Person.accepts)
    await logs_in(settings, person)
    made = re.findall(r"ZALO_OA_CODE_VERIFIER=([A-Za-z0-9]{43})\n", person.screen)
    assert challenge_of(made[0]) == person.link["code_challenge"]


@pytest.mark.parametrize("verifier", ["short", "A" * 44, "A" * 42 + "-"])
async def test_a_wrong_verifier_is_refused(settings: Settings, verifier: str) -> None:
    wrong = settings.model_copy(update={"zalo_oa_code_verifier": SecretStr(verifier)})
    with pytest.raises(Impossible, match="43 letters and digits"):
        await login(wrong, lambda _: "", lambda _: None)


async def test_a_channel_that_is_off_is_said_to_be_off(settings: Settings) -> None:
    with pytest.raises(Impossible, match="ZALO_OA_"):
        await login(settings.model_copy(update={"zalo_oa_id": ""}), lambda _: "", lambda _: None)


async def test_without_a_public_address_the_saved_one_is_asked_for(
    settings: Settings, oauth: FakeOAuth
) -> None:
    settings = settings.model_copy(update={"public_url": ""})
    person = Person(oauth.tokens, "https://giaominh.example/back", Person.accepts)
    await logs_in(settings, person)
    assert person.link["redirect_uri"] == "https://giaominh.example/back"


# --- the callback --------------------------------------------------------------------------------


async def test_who_came_by_the_callback_only_presses_enter(
    settings: Settings, oauth: FakeOAuth, database: Database
) -> None:
    """The service took the code: the command sees it, and ends."""
    addresses: asyncio.Queue[str] = asyncio.Queue()
    gone_on = asyncio.Event()
    loop = asyncio.get_running_loop()

    def presses_enter(who: Person) -> str:
        loop.call_soon_threadsafe(addresses.put_nowait, who.accepts())
        asyncio.run_coroutine_threadsafe(gone_on.wait(), loop).result(10)
        return ""

    person = Person(oauth.tokens, presses_enter)
    memory = memory_of(database)
    tokens = tokens_of(settings, memory)
    async with a_page(tokens, memory, now=lambda: datetime.now(UTC)) as url:
        command = asyncio.create_task(
            asyncio.to_thread(lambda: asyncio.run(logs_in(settings, person)))
        )
        address = urlsplit(await addresses.get())
        assert (await opened(f"{url}?{address.query}"))[0] == 200
        gone_on.set()
        await command
    assert "connected" in person.screen
