"""What is remembered of the tokens: the pair, the renewal that has begun, what is no longer good.

Three values in the channel's memory, each written whole (one put = one commit):

    pair     access and refresh token, from when until when, and the hash of the token before
    renewal  the hash of the refresh token that may have been spent, and of every seed ever tried
    state    "" | "needs_reauth" | "needs_check", and the hashes of refresh tokens that were refused

A restore writes `CHECK` as the state: what a backup holds may be spent (R24).
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from bot.channels.base import ChannelMemory
from bot.channels.zalo_oa.oauth import Granted

PAIR: Final = "tokens:pair"
RENEWAL: Final = "tokens:renewal"
STATE: Final = "tokens:state"

NEEDS_REAUTH: Final = "needs_reauth"
NEEDS_CHECK: Final = "needs_check"
CHECK: Final = json.dumps({"state": NEEDS_CHECK})

REFRESH_LIFE: Final = timedelta(days=90)
"""Three months from its issue: counted on the short side."""
_DUE: Final = 0.8  # of the life of an access token (R23)
_DAILY: Final = timedelta(days=1)
_BACKWARDS: Final = timedelta(minutes=10)  # R20
_KEPT: Final = 50  # hashes


Mark = Callable[[str], str]


def marker(app_id: str, app_secret: str) -> Mark:
    """The hash that stands for a token in everything remembered about it.

    It is of token *and* app: what was refused because a technician had mistyped the secret is
    tried again with the right one.
    """

    def mark(token: str) -> str:
        return hashlib.sha256(f"{app_id}|{app_secret}|{token}".encode()).hexdigest()

    return mark


@dataclass(frozen=True, slots=True)
class Pair:
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime
    previous: str = ""
    """`Mark` of the refresh token that was spent for it (audit)."""

    @classmethod
    def of(cls, granted: Granted, *, at: datetime, previous: str) -> "Pair":
        return cls(granted.access, granted.refresh, at, at + granted.life, previous)

    def json(self) -> str:
        return json.dumps(
            {
                "access": self.access,
                "refresh": self.refresh,
                "issued_at": self.issued_at.isoformat(),
                "expires_at": self.expires_at.isoformat(),
                "previous": self.previous,
            }
        )

    @property
    def ends_at(self) -> datetime:
        """When the refresh token is over, if it is never used."""
        return self.issued_at + REFRESH_LIFE

    def is_good(self, now: datetime) -> bool:
        return now < self.expires_at

    def due_in(self, now: datetime) -> timedelta:
        """Until it should be renewed; zero or less: now.

        A clock that stands before the issue was put back: its hours say nothing any more.
        """
        age = now - self.issued_at
        if age < -_BACKWARDS:
            return timedelta(0)
        return min((self.expires_at - self.issued_at) * _DUE, _DAILY) - age


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that is remembered, as it was read. Hashes are `Mark`s."""

    mark: Mark
    raw: str | None = field(repr=False)
    """The stored pair as it is written."""
    pair: Pair | None
    renewal: str
    """The stored renewal as it is written."""
    begun: str
    """Hash of the refresh token that was last sent, or about to be, without ending well."""
    seeds: tuple[str, ...]
    """Hashes of the seeds that were ever tried."""
    state: str
    dead: tuple[str, ...]
    """Hashes of refused refresh tokens."""

    @property
    def living(self) -> Pair | None:
        """The pair, unless Zalo refused its refresh token."""
        if self.pair is None or self.mark(self.pair.refresh) in self.dead:
            return None
        return self.pair

    def next_token(self, seed: str) -> str | None:
        """The refresh token to use: of the pair; else a seed that nobody has tried yet."""
        if self.living:
            return self.living.refresh
        hashed = self.mark(seed)
        if not seed or hashed in self.dead:
            return None
        return None if hashed in self.seeds and hashed != self.begun else seed

    def is_doubtful(self, token: str) -> bool:
        """True if it may be spent already: the next refusal is believed (R23, R24)."""
        return self.begun == self.mark(token) or self.state == NEEDS_CHECK

    def needs_login(self, seed: str) -> bool:
        """True if only an admin in a browser can go on from here."""
        return self.state == NEEDS_REAUTH and self.next_token(seed) is None

    def begin(self, token: str, *, seed: str, now: datetime) -> str:
        """The `renewal` to write before `token` goes out (R22)."""
        seeds = [*self.seeds]
        if token == seed and self.mark(seed) not in seeds:
            seeds.append(self.mark(seed))
        return json.dumps({"of": self.mark(token), "at": now.isoformat(), "seeds": seeds[-_KEPT:]})

    def given_up(self, token: str) -> str:
        """The `state` to write when the last try with `token` was refused."""
        dead = [*self.dead, self.mark(token)][-_KEPT:]
        return json.dumps({"state": NEEDS_REAUTH, "dead": dead})

    def checked(self) -> str:
        """The `state` to write when a pair was given for what had to be checked."""
        return json.dumps({"state": "", "dead": self.dead})


async def read(memory: ChannelMemory, mark: Mark) -> Standing:
    """What is remembered. A value that cannot be read counts as absent."""
    # The pair last: who writes it has written the others before.
    state = written(await memory.get(STATE))
    renewal = await memory.get(RENEWAL) or ""
    raw = await memory.get(PAIR)
    begun = written(renewal)
    return Standing(
        mark=mark,
        raw=raw,
        pair=_pair(raw),
        renewal=renewal,
        begun=str(begun.get("of", "")),
        seeds=_hashes(begun.get("seeds")),
        state=str(state.get("state", "")),
        dead=_hashes(state.get("dead")),
    )


def written(stored: str | None) -> Mapping[str, Any]:
    """A stored value as an object; empty if it cannot be read."""
    try:
        read = json.loads(stored or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _hashes(stored: object) -> tuple[str, ...]:
    return tuple(str(one) for one in stored) if isinstance(stored, list) else ()


def _pair(raw: str | None) -> Pair | None:
    match written(raw):
        case {
            "access": str(access),
            "refresh": str(refresh),
            "issued_at": str(issued),
            "expires_at": str(expires),
            **more,
        } if access and refresh:
            try:
                moments = datetime.fromisoformat(issued), datetime.fromisoformat(expires)
            except ValueError:
                return None
            return Pair(access, refresh, *moments, str(more.get("previous", "")))
    return None
