"""What a house has stored, without what no two houses can share: the oracle of "the same state"."""

import re
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from storage.tables import Table
from tests.talk import House
from tests.voices import REAL

State = dict[str, list[dict[str, Any]]]

_IDS: Final = frozenset({"lane", "user_id", "bot", "chat"})
_LEFT_OUT: Final[Mapping[str, frozenset[str]]] = {
    "accounts": _IDS,
    "persons": frozenset(),
    "memberships": frozenset(),
    "consents": frozenset(),
    "roles": frozenset(),
    "invites": frozenset({"code_hash", "typed_hash"}),
    "wrong_codes": frozenset(),
    # A press has no words, so nothing of them is kept against a double tap.
    "conversations": frozenset({"chat", "last_text", "last_at"}),
    "lesson_progress": frozenset(),
    "attempts": frozenset(),
    "answers": frozenset(),
    "tickets": frozenset(),
    "reports": frozenset(),
    "report_versions": frozenset(),
    "report_drafts": frozenset(),
    "freezes": frozenset(),
    "duty_marks": frozenset(),
    "report_reviews": frozenset(),
    "reminders": frozenset(),
    "quick_forms": frozenset(),
    "quick_answers": frozenset(),
    "register_entries": frozenset(),
    "collected_points": frozenset(),
    "poster_places": frozenset(),
    "arrivals": frozenset(),
    "audit": frozenset(),
    # How a message went out is the delivery's and the platform's; what was said to whom is not.
    "outbox": frozenset(
        {
            *("id", "chat", "token", "owner", "platform_id", "quota"),
            *("attempts", "parts_sent", "settled_at"),
        }
    ),
}
"""Table -> columns that name the platform, or are random."""
_CHANNELS: Final = frozenset({"fake", *REAL})
_RANDOM: Final = (
    (re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b"), "<invite>"),
    (re.compile(r"\b([A-Z]{2})-[0-9A-Z]{4}\b"), r"\1-<receipt>"),
    (re.compile(r"\([^()]* …[^()]{1,4}\)"), "(<account>)"),
)


async def stored(house: House) -> State:
    """Every row of every table of people's affairs, in the order in which it was written."""
    found: State = {}
    async with house.app.database.reading() as tx:
        for name, left_out in _LEFT_OUT.items():
            table = Table.metadata.tables[name]
            order = [column for column in table.c if column.name in ("account_id", "id")]
            rows = await tx.execute(select(table).order_by(*order, *table.primary_key))
            found[name] = [
                {column: _plain(value) for column, value in row.items() if column not in left_out}
                for row in rows.mappings()
            ]
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return _without_chance(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        kept = {name: _plain(one) for name, one in value.items() if name != "token"}
        return {name: "<receipt>" if name == "receipt" else one for name, one in kept.items()}
    return value


def _without_chance(text: str) -> str:
    if text in _CHANNELS:
        return "<channel>"
    for pattern, name in _RANDOM:
        text = pattern.sub(name, text)
    return text


async def unheard(house: House) -> list[str]:
    """Texts of messages that were sent and are on nobody's screen, in however many parts."""
    screens: dict[str, str] = {}
    for heard in house.heard:
        screens[heard.chat] = screens.get(heard.chat, "") + _squeezed(heard.text)
    outbox = Table.metadata.tables["outbox"]
    sent = await house.rows(outbox.c.body, where=outbox.c.state == "sent")
    texts = [body["text"] for body in sent]
    return [text for text in texts if not any(_squeezed(text) in all_ for all_ in screens.values())]


def _squeezed(text: str) -> str:
    return "".join(text.split())
