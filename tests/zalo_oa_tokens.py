"""The OAuth side of Zalo OA (zalo.md 3.2): token pairs that are good once.

    tokens = TokenAuthority("360846524940903967", "app-secret", now=clock)
    async with FakeOAuth(tokens) as oauth:
        seed = tokens.seed()                      # or: code = tokens.consent(challenge)
        ... POST {oauth.url}/v4/oa/access_token

Oracle of the token proof: the chain is lost if nobody knows `tokens.current.refresh` any more. It
was lost by the network, not by us, if that token is in `tokens.withheld`.
"""

import asyncio
import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, Self

from aiohttp import web

__all__ = ["FakeOAuth", "Pair", "TokenAuthority", "TokenTrouble"]

TokenTrouble = Literal["die after", "die before", "late", "slow", "html", "no token"]
"""What may go wrong.

die after/die before: the line breaks without an answer, with/without the rotation done; late:
rotates at once, answers after `seconds`; slow: rotates and answers after `seconds`; html: a
proxy's 502, nothing done; no token: HTTP 200 and no access_token in it, nothing done.
"""

_CODE_SECONDS: Final = 600
_VERIFIER: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_FORM: Final = "application/x-www-form-urlencoded"
_DOCS: Final = "https://developers.zalo.me/docs/official-account/"


class Pair(NamedTuple):
    access: str
    refresh: str
    made: float
    """By the clock that was handed in."""
    life: int
    refresh_life: int


class _Refused(Exception):
    """No table of these codes is published: only -14002 and -14003 are known to be real."""

    def __init__(self, code: int, name: str, reason: str) -> None:
        super().__init__(name)
        self.body = {
            "error": code,
            "error_name": name,
            "error_reason": reason,
            "error_description": reason,
            "ref_doc": _DOCS,
        }


@dataclass(slots=True)
class _Consent:
    challenge: str
    made: float


@dataclass(slots=True)
class _Planned:
    trouble: TokenTrouble
    times: int
    seconds: float


class TokenAuthority:
    """One app's grant from one OA: at most one pair is alive at any time."""

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        *,
        now: Callable[[], float],
        life: int = 90_000,
        refresh_life: int = 90 * 86_400,
    ) -> None:
        self.app_id = app_id
        self.app_secret = app_secret
        self.now = now
        self.life = life
        """Seconds of the access tokens made from now on."""
        self.refresh_life = refresh_life
        self.app_active = True
        self.current: Pair | None = None
        self.withheld: set[str] = set()
        """Refresh tokens that were made, but never stood in a whole answer."""
        self.rotations = 0
        self.refused = 0
        self.refusals: list[str] = []
        """The `error_name` of every refusal, in order."""
        self.released = asyncio.Event()
        """Set it to end every wait of "late" and "slow"."""
        self._issued: set[str] = set()
        self._spent: set[str] = set()
        self._consents: dict[str, _Consent] = {}
        self._planned: list[_Planned] = []

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/v4/oa/access_token", self._answer)]

    def consent(self, challenge: str = "") -> str:
        """Return the code that the OA's admin brings back; "" asks for no verifier."""
        code = secrets.token_urlsafe(48)
        self._consents[code] = _Consent(challenge, self.now())
        return code

    def seed(self) -> Pair:
        """Make a pair without OAuth, as the API Explorer does; it replaces the current one."""
        self._rotate()
        pair = self.pair
        self.withheld.clear()
        return pair

    @property
    def pair(self) -> Pair:
        """The current pair; LookupError if there is no grant yet."""
        if self.current is None:
            raise LookupError("no grant yet: seed() or consent()")
        return self.current

    def verdict(self, access_token: str) -> Literal["valid", "expired", "invalid"]:
        """Tell what was once good ("expired", -220) from what never was ("invalid", -216)."""
        if self.current is None or access_token != self.current.access:
            return "expired" if access_token in self._issued else "invalid"
        age = self.now() - self.current.made
        return "valid" if age < self.current.life else "expired"

    def expire(self) -> None:
        """The access token of the current pair is over at once; its refresh token is not."""
        self.current = self.pair._replace(life=0)

    def revoke(self) -> None:
        """The OA took its grant back: nothing is good any more until the next consent."""
        self._spent.add(self.pair.refresh)
        self.current = None

    def next_answer(self, trouble: TokenTrouble, *, times: int = 1, seconds: float = 60) -> None:
        self._planned.append(_Planned(trouble, times, seconds))

    def die_after_rotate(self, times: int = 1) -> None:
        self.next_answer("die after", times=times)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        planned = self._plan()
        trouble = planned.trouble if planned else None
        form = {name: str(value) for name, value in (await request.post()).items()}
        if trouble == "html":
            body = "<html><body><h1>502 Bad Gateway</h1></body></html>"
            return web.Response(status=502, text=body, content_type="text/html")
        if trouble == "no token":
            return web.json_response({"error": 0, "message": "Success"})
        if trouble == "die before":
            return _cut(request)
        if planned and trouble == "slow":
            await self._wait(planned.seconds)
        return await self._granted(request, form, planned)

    async def _granted(
        self, request: web.Request, form: Mapping[str, str], planned: _Planned | None
    ) -> web.StreamResponse:
        try:
            self._check(request, form)
            self._grant(form)
        except _Refused as refused:
            self.refused += 1
            self.refusals.append(str(refused))
            return web.json_response(refused.body)
        made = self.pair
        if planned and planned.trouble == "late":
            await self._wait(planned.seconds)
        if request.transport is None or (planned and planned.trouble == "die after"):
            return _cut(request)
        self.withheld.discard(made.refresh)
        return web.json_response(
            {
                "access_token": made.access,
                "refresh_token": made.refresh,
                "expires_in": str(made.life),
            }
        )

    def _check(self, request: web.Request, form: Mapping[str, str]) -> None:
        if request.query_string:
            raise _Refused(-14016, "Invalid request", "nothing belongs into the address")
        if request.content_type != _FORM:
            raise _Refused(-14016, "Invalid request", f"Content-Type must be {_FORM}")
        if not self.app_active:
            raise _Refused(-14002, "Invalid app", "the application is not active")
        if form.get("app_id") != self.app_id:
            raise _Refused(-14001, "Invalid app id", "app_id is unknown")
        if request.headers.get("secret_key") != self.app_secret:
            raise _Refused(-14004, "Invalid secret key", "header secret_key is wrong")

    def _grant(self, form: Mapping[str, str]) -> None:
        match form.get("grant_type"):
            case "authorization_code":
                self._take_code(form.get("code", ""), form.get("code_verifier", ""))
            case "refresh_token":
                self._take_refresh_token(form.get("refresh_token", ""))
            case _:
                raise _Refused(-14005, "Invalid grant type", "grant_type is unknown")

    def _take_code(self, code: str, verifier: str) -> None:
        consent = self._consents.pop(code, None)
        if consent is None:
            raise _Refused(-14006, "Invalid authorization code", "code is unknown or was used")
        if self.now() - consent.made >= _CODE_SECONDS:
            raise _Refused(-14007, "Authorization code expired", "code is older than 10 minutes")
        if consent.challenge and not _fits(verifier, consent.challenge):
            raise _Refused(-14008, "Invalid code verifier", "code_verifier does not fit")
        self._rotate()

    def _take_refresh_token(self, token: str) -> None:
        if self.current is None or token != self.current.refresh:
            known = "was used" if token in self._spent else "is unknown"
            raise _Refused(-14014, "Invalid refresh token", f"refresh_token {known}")
        if self.now() - self.current.made >= self.current.refresh_life:
            raise _Refused(-14015, "Refresh token expired", "the OA must consent again")
        self._rotate()
        self.rotations += 1

    def _rotate(self) -> None:
        if self.current is not None:
            self._spent.add(self.current.refresh)
        access, refresh = (f"{kind}-{secrets.token_urlsafe(96)}" for kind in ("access", "refresh"))
        self.current = Pair(access, refresh, self.now(), self.life, self.refresh_life)
        self._issued.add(access)
        self.withheld.add(refresh)

    def _plan(self) -> _Planned | None:
        if not self._planned:
            return None
        planned = self._planned[0]
        planned.times -= 1
        if planned.times <= 0:
            self._planned.remove(planned)
        return planned

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.released.wait()
        except TimeoutError:
            pass


class FakeOAuth:
    """Serves a TokenAuthority alone, on loopback."""

    def __init__(self, tokens: TokenAuthority) -> None:
        self.tokens = tokens
        self.port = 0
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_routes(self.tokens.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.tokens.released.set()
        if self._runner is not None:
            await self._runner.cleanup()


def _fits(verifier: str, challenge: str) -> bool:
    digest = hashlib.sha256(verifier.encode()).digest()
    found = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return _VERIFIER.fullmatch(verifier) is not None and found == challenge


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
