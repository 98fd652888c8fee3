"""`python -m bot zalo-oa login`: an admin of the OA consents in a browser, once (zalo.md 3.2)."""

import asyncio
import base64
import hashlib
import hmac
import random
import re
import secrets
import string
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit
from zoneinfo import ZoneInfo

from bot.channels.base import ChannelMemory
from bot.channels.zalo_oa import callback
from bot.channels.zalo_oa.tokens import LoginRefused, Tokens
from bot.clock import SystemClock
from bot.commands import opened
from bot.config import Settings
from bot.remembering import StoredMemory
from bot.seeding import Impossible

_VERIFIER: Final = re.compile(r"[A-Za-z0-9]{43}")
_CODE: Final = re.compile(r"[!-~]{8,4096}")
_PROMPT: Final = "The address after the consent, or only its code: "

_INTRO: Final = """\
An admin of the Official Account has to consent once, in a browser.

1. At developers.zalo.me open the app {app_id}: Official Account, general settings
   ("Thiết lập chung"). Save there:
     callback address   {redirect}
     code challenge     {challenge}
     state              {state}
2. As an admin of the Official Account {oa_id} open this link and accept:
     {link}
3. The browser then goes to the callback address. If it shows "Đã kết nối Zalo OA", press Enter
   here. Else copy the whole address from the browser (or only its code) and paste it here.
   A code is good for 10 minutes, and once."""

_NEW_VERIFIER: Final = """\
There is no ZALO_OA_CODE_VERIFIER yet. Put this into .env, so that the code challenge saved at Zalo
stays the same at the next login:
     ZALO_OA_CODE_VERIFIER={verifier}
"""
_GO_ON: Final = "Open the link again, accept, and paste the new address. Ctrl-C ends this."

Ask = Callable[[str], str]
Say = Callable[[str], object]


class _NotThis(Exception):
    """Why a pasted text is no use, in a sentence."""


async def login(settings: Settings, ask: Ask = input, say: Say = print) -> None:
    """Explain, wait for the code, exchange it, and store the tokens. Raises `Impossible`.

    It may run beside the service, which finds the new tokens within a minute.
    """
    if not settings.zalo_oa_id:
        raise Impossible("Zalo OA is off: set the ZALO_OA_ variables first (see .env.example).")
    verifier = _verifier(settings, say)
    state = secrets.token_urlsafe(16)
    async with opened(settings, seeded=False) as database:
        clock = SystemClock()
        owner = f"login-{secrets.token_hex(4)}"
        memory = StoredMemory(database, scope="zalo_oa", owner=owner, clock=clock)
        await callback.begin(memory, state=state, verifier=verifier, now=clock.wall())
        _explain(settings, verifier, state, ask, say)
        tokens = _tokens(settings, memory, clock.wall)
        until = await _logged_in(settings, tokens, state, verifier, ask, say)
        await callback.end(memory)
    day = until.astimezone(ZoneInfo(settings.timezone)).date()
    say(
        "Zalo OA is connected. The tokens renew themselves every day while the service runs; "
        f"without it they end on {day}."
    )


def _tokens(settings: Settings, memory: ChannelMemory, now: Callable[[], datetime]) -> Tokens:
    return Tokens(
        app_id=settings.zalo_oa_app_id,
        app_secret=settings.zalo_oa_app_secret.get_secret_value(),
        memory=memory,
        alarm=lambda _what, /, **_values: None,  # the person is looking at the screen
        oauth_url=settings.zalo_oauth_url,
        now=now,
        sleep=asyncio.sleep,
        chance=random.random,
    )


def _verifier(settings: Settings, say: Say) -> str:
    fixed = settings.zalo_oa_code_verifier.get_secret_value()
    if not fixed:
        letters = string.ascii_letters + string.digits
        made = "".join(secrets.choice(letters) for _ in range(43))
        say(_NEW_VERIFIER.format(verifier=made))
        return made
    if not _VERIFIER.fullmatch(fixed):
        raise Impossible(
            "ZALO_OA_CODE_VERIFIER must be exactly 43 letters and digits (A-Z a-z 0-9)"
        )
    return fixed


def challenge_of(verifier: str) -> str:
    """Base64url without padding of the raw SHA-256."""
    hashed = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


def _explain(settings: Settings, verifier: str, state: str, ask: Ask, say: Say) -> None:
    if settings.public_url:
        redirect = settings.public_url.rstrip("/") + callback.PATH
    else:
        redirect = _asked(ask, "PUBLIC_URL is not set. The callback address saved at Zalo: ")
    challenge = challenge_of(verifier)
    question = {
        "app_id": settings.zalo_oa_app_id,
        "redirect_uri": redirect,
        "code_challenge": challenge,
        "state": state,
    }
    link = f"{settings.zalo_oauth_url.rstrip('/')}/v4/oa/permission?{urlencode(question)}"
    say(
        _INTRO.format(
            app_id=settings.zalo_oa_app_id,
            oa_id=settings.zalo_oa_id,
            redirect=redirect,
            challenge=challenge,
            state=state,
            link=link,
        )
    )


async def _logged_in(
    settings: Settings, tokens: Tokens, state: str, verifier: str, ask: Ask, say: Say
) -> datetime:
    """Ask until there are new tokens; until when they are good. Raises `Impossible`."""
    before = await tokens.good_until()
    while True:
        pasted = _asked(ask, _PROMPT)
        try:
            if pasted:
                code = _code(pasted, state=state, oa_id=settings.zalo_oa_id)
                await tokens.take_code(code, verifier)
        except (_NotThis, LoginRefused) as refused:
            say(f"{refused}\n{_GO_ON}")
            continue
        until = await tokens.good_until()
        if until is not None and until != before:
            return until
        say("No new tokens have arrived yet. Paste the address, or accept in the browser first.")


def _asked(ask: Ask, prompt: str) -> str:
    try:
        return ask(prompt).strip().strip("\"'")
    except EOFError:
        raise Impossible("Nothing was entered: the login was not finished.") from None


def _code(pasted: str, *, state: str, oa_id: str) -> str:
    """The code in what was pasted. Raises `_NotThis`."""
    if "code=" not in pasted and "://" not in pasted:
        if not _CODE.fullmatch(pasted):
            raise _NotThis("This is neither an address nor a code.")
        return pasted
    found = parse_qs(urlsplit(pasted).query or pasted.lstrip("?"))
    code, given, oa = (found.get(name, [""])[0] for name in ("code", "state", "oa_id"))
    if not code:
        raise _NotThis("This address has no code in it: the consent was not given.")
    if not hmac.compare_digest(given.encode(errors="replace"), state.encode()):
        raise _NotThis(
            "This address is from another login: its state is not the one above. "
            "If you opened the link of Zalo's own page, paste only the code."
        )
    if oa and oa != oa_id:
        raise _NotThis(f"This consent is for another Official Account than {oa_id}.")
    return code
