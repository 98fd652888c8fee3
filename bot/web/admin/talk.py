"""The assistant on the page itself: every conversation of the chat, by the same steps and rules.

What needs a talk (a quick form, a deadline, entering a report for a unit) is not built twice: a
page begins it here with the words one would write. It is a conversation of its own: what is open
in Zalo or Telegram stays as it is.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any, Final

from bot.speaking import new_token
from bot.web.admin.visit import READERS, Answer, Route, Section, Shown, Visit
from handlers.conversation import respond
from handlers.flow import Order
from handlers.messages import Incoming, Kind, Outgoing
from handlers.settling import settle, to_json
from storage import page, work
from storage.conversations import State
from storage.memory import clock_offset

_KEPT: Final = 12  # messages of the talk that stay in view
_IN_CHAT_ONLY: Final = frozenset({"admin", "broadcast", "handover", "linking", "mydata"})
"""Changes of roles, messages to many, deletion: what W5 wants said on the phone begins there."""
_BEGINNING: Final = "trang đầu"


async def show(visit: Visit) -> Answer:
    """The talk as it stands; `?noi=…` puts words into the box, nothing is said yet."""
    stored, version = await page.talk(visit.turn.tx, visit.session.id)
    return _shown(visit, stored or {}, version, ready=visit.query.get("noi", ""))


async def say(visit: Visit) -> Answer:
    """One turn. Of two tabs that answer the same question the second sees what the first did."""
    turn = visit.turn
    stored, version = await page.talk(turn.tx, visit.session.id)
    if visit.form.get("version", "") != str(version):
        return _shown(visit, stored or {}, version)
    text, press = visit.form.get("text", ""), visit.form.get("press", "")
    if not (text or press):
        return _shown(visit, stored or {}, version)
    state = _state_of(visit, (stored or {}).get("state", {}))
    said_by_me = text or _label(state, press)
    turn.state = state
    turn.event = _event(visit, text, press, version)
    before = deepcopy(state)
    said = settle(turn, await respond(turn))
    if state.flow in _IN_CHAT_ONLY:
        turn.state = state = before
        said = [Outgoing(turn.text_of("page.talk_in_chat"))]
    elif said and said[-1].choices and said[-1].notice is None:
        state.offered["token"] = new_token()
    state.updated_at = turn.now
    await _order(visit)
    lines = [*(stored or {}).get("lines", ()), {"mine": said_by_me}, *map(to_json, said)]
    kept = {"state": _dumped(state), "lines": lines[-_KEPT:]}
    await page.keep_talk(turn.tx, visit.session.id, kept, version=version)
    return _shown(visit, kept, version + 1)


def _event(visit: Visit, text: str, press: str, version: int) -> Incoming:
    return replace(
        visit.turn.event,
        event_id=f"page:{visit.session.id}:{version}",
        kind=Kind.TEXT if text else Kind.PRESS,
        text=text,
        button=press or None,
    )


def _label(state: State, press: str) -> str:
    """What was pressed, in its words; "" for a button of a question that is over."""
    choices, digit = state.offered.get("choices", []), press[8:]
    if not press.startswith(str(state.offered.get("token", "-"))) or not digit.isdecimal():
        return ""
    at = int(digit) - 1
    return str(choices[at][1]) if 0 <= at < len(choices) else ""


async def _order(visit: Visit) -> None:
    """What is slow to make goes to the chat that asked for the page, as always (U14)."""
    turn = visit.turn
    wall = turn.now - await clock_offset(turn.tx)
    for order in turn.orders:
        await work.order(
            turn.tx,
            kind=order.kind,
            body=_ordered(order),
            person_id=turn.actor.person_id,
            account_id=turn.actor.account_id,
            chat=visit.session.chat,
            now=wall,
        )


def _ordered(order: Order) -> dict[str, Any]:
    return {"data": dict(order.body), "name": order.name, "message": to_json(order.message)}


# --- the state as it is stored -------------------------------------------------------------------


def _state_of(visit: Visit, stored: Mapping[str, Any]) -> State:
    session = visit.session
    known = {field.name for field in fields(State)}
    state = State(session.account_id, session.chat, session.person_id)
    for name, value in stored.items():
        if name in known:
            is_time = name.endswith("_at") and value is not None
            setattr(state, name, datetime.fromisoformat(value) if is_time else value)
    return state


def _dumped(state: State) -> dict[str, Any]:
    """Without its key, which is the session, and without what only chats have."""
    kept = asdict(state)
    for name in ("account_id", "chat", "person_id", "held_by", "held_until", "version"):
        del kept[name]
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in kept.items()
    }


# --- what is shown -------------------------------------------------------------------------------


def _shown(visit: Visit, stored: Mapping[str, Any], version: int, *, ready: str = "") -> Shown:
    offered = stored.get("state", {}).get("offered", {})
    token = offered.get("token", "")
    choices = [
        (f"{token}{place}", label) for place, (_, label) in enumerate(offered.get("choices", []), 1)
    ]
    values = {
        "lines": [_line(one) for one in stored.get("lines", ())],
        "choices": choices if token else [],
        "version": version,
        "ready": ready or ("" if stored else _BEGINNING),
        "has_ordered": bool(visit.turn.orders),
    }
    return Shown("talk.html", values, part="talk_part.html")


def _line(said: Mapping[str, Any]) -> dict[str, str]:
    if "mine" in said:
        return {"who": "mine", "heading": "", "text": str(said["mine"])}
    return {"who": "them", "heading": said.get("heading", ""), "text": str(said.get("text", ""))}


SECTION: Final = Section(
    "page.talk",
    "page.group_work",
    (
        Route("GET", "/noi", READERS, show),
        Route("POST", "/noi", READERS, say),
    ),
)
