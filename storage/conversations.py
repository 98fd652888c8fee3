"""The one row that is a conversation's whole memory (style a3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select

from storage.database import Conflict, Transaction, prepared
from storage.lists import within
from storage.tables import Conversation

KEEP_DRAFT: Final = timedelta(days=30)  # U10


@dataclass(slots=True)
class State:
    """One conversation between turns. `version` 0 = not stored yet."""

    account_id: int
    chat: str
    person_id: int
    flow: str = ""
    step: str = ""
    draft: dict[str, Any] = field(default_factory=dict)
    offered: dict[str, Any] = field(default_factory=dict)
    trail: list[dict[str, Any]] = field(default_factory=list)
    misses: int = 0
    last_text: str = ""
    last_at: datetime | None = None
    held_by: int | None = None
    held_until: datetime | None = None
    version: int = 0
    updated_at: datetime | None = None


_FIELDS: Final = tuple(State.__dataclass_fields__)
_KEY: Final = ("account_id", "chat", "person_id")


_LOAD: Final = select(*(getattr(Conversation, name) for name in _FIELDS)).where(
    within(Conversation.account_id, "accounts")
)


async def load(
    tx: Transaction, keys: Sequence[tuple[int, str, int]]
) -> Mapping[tuple[int, str, int], State]:
    """The stored states of `(account, chat, person)` keys; missing ones are fresh."""
    accounts = list({account for account, _, _ in keys})
    found = {key: State(*key) for key in keys}
    for row in await tx.execute(_LOAD, {"accounts": accounts}):
        state = State(*row)
        key = (state.account_id, state.chat, state.person_id)
        if key in found:
            found[key] = state
    return found


async def latest(tx: Transaction, account_id: int) -> State | None:
    """The conversation that went on last in one account."""
    statement = select(*(getattr(Conversation, name) for name in _FIELDS))
    mine = statement.where(Conversation.account_id == account_id)
    row = (await tx.execute(mine.order_by(Conversation.updated_at.desc()).limit(1))).first()
    return State(*row) if row else None


def _over_the_older(insert: Any) -> Any:
    replaced = {
        column: getattr(insert.excluded, column)
        for column in (*_FIELDS, "expires_at")
        if column not in _KEY
    }
    return insert.on_conflict_do_update(
        index_elements=_KEY,
        set_=replaced,
        where=Conversation.version == insert.excluded.version - 1,
    ).returning(Conversation.id)


_SAVE: Final = prepared(Conversation, _over_the_older)


async def save(tx: Transaction, states: Sequence[State], *, now: datetime) -> None:
    """Write all states at once. Raises `Conflict` if one was changed since it was loaded."""
    if not states:
        return
    rows = [_values(state, now) for state in states]
    written = (await tx.execute(_SAVE(tx), rows)).scalars().all()
    if len(written) != len(rows):
        raise Conflict


def _values(state: State, now: datetime) -> dict[str, Any]:
    values = {name: getattr(state, name) for name in _FIELDS}
    expires = now + KEEP_DRAFT if state.flow else None
    return values | {
        "version": state.version + 1,
        "updated_at": now,
        "expires_at": expires,
    }


async def sweep(tx: Transaction, *, now: datetime) -> int:
    """Drop conversations whose draft is older than 30 days; nothing is ever sent (U10)."""
    result = await tx.execute(delete(Conversation).where(Conversation.expires_at <= now))
    return result.rowcount
