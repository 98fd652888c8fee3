"""Danh sách gọi: whom to phone and why, in the chat, as a workbook and on paper (P11)."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from handlers.documents.contents import SHEET_WORDS
from handlers.flow import Outcome, Turn
from handlers.messages import Outgoing, in_messages
from handlers.office.chasing import front, picking, standing
from handlers.office.chasing.owed import Owed, Spot, flow, look
from handlers.office.chasing.persons import Call, Person, calls, said
from handlers.office.owing import Obligation
from handlers.reporting import periods
from handlers.roles import desk_role
from storage import audit

_MOST: Final = 9
"""Units in the chat; the whole list is the file."""
_KINDS: Final = {"xlsx": "statistics_sheet", "pdf": "call_list"}


# --- in the chat ---------------------------------------------------------------------------------


async def show(turn: Turn, owed: Owed) -> Outcome:
    found = await calls(turn, owed)
    if not found:
        return await front.home(turn, owed.spot, turn.message("chasing.calls_none"))
    await _record(turn, owed, found, way="chat")
    return _ask(turn, owed, *in_messages(_lines(turn, owed, found)))


def _lines(turn: Turn, owed: Owed, found: Sequence[Call]) -> list[str]:
    head = turn.text_of("chasing.calls_head", period=owed.title, count=len(found))
    lines = [head, *(_line(turn, owed, call) for call in found[:_MOST])]
    left = len(found) - _MOST
    return [*lines, turn.text_of("chasing.calls_rest", count=left)] if left > 0 else lines


def _line(turn: Turn, owed: Owed, call: Call) -> str:
    return turn.text_of(
        "chasing.calls_line",
        unit=call.one.name,
        persons=said(turn, call.persons) or turn.text_of("chasing.lost_nobody"),
        reminded=_reminded(turn, owed, call.one),
    )


def _reminded(turn: Turn, owed: Owed, one: Obligation) -> str:
    said = standing.reminded(turn, owed, one.unit.id)
    return f"{said}; {turn.text_of('chasing.calls_claimed')}" if one.is_claimed else said


def _ask(turn: Turn, owed: Owed, *before: Outgoing) -> Outcome:
    choices = ("chasing.xlsx", "chasing.pdf", "chasing.help", "chasing.back")
    draft = owed.spot.dump()
    return turn.ask(
        "chasing.calls_ask", hear=flow.steps["files"], choices=choices, draft=draft, before=before
    )


async def _order(turn: Turn, owed: Owed, *, ending: str) -> Outcome:
    """Have the file made: of the same lines as the chat."""
    found = await calls(turn, owed)
    if not found:
        return await front.home(turn, owed.spot, turn.message("chasing.calls_none"))
    await _record(turn, owed, found, way=ending)
    body = _sheet(turn, owed, found) if ending == "xlsx" else _paper(turn, owed, found)
    name = f"danh-sach-goi-{owed.period.key.replace('_', '-')}.{ending}"
    message = turn.message("chasing.calls_here", period=owed.title)
    turn.order(_KINDS[ending], body, name=name, message=message)
    return _ask(turn, owed, turn.message("chasing.calls_coming"))


async def _record(turn: Turn, owed: Owed, found: Sequence[Call], *, way: str) -> None:
    """Names and phones were looked at: by whom, of how many units (P11)."""
    await audit.record(
        turn.tx,
        by=turn.actor,
        role=desk_role(turn.actor.grants, owed.spot.commune),
        action="call_list.shown",
        about=f"period:{owed.spot.commune}:{owed.period.key}",
        now=turn.now,
        after={"units": len(found), "as": way},
    )


# --- as files ------------------------------------------------------------------------------------

_COLUMNS: Final = (
    *(("code", "text"), ("unit", "text"), ("duty", "text"), ("standing", "text")),
    *(("person", "text"), ("phone", "text"), ("reach", "text"), ("times", "count")),
    *(("last", "text"), ("result", "text")),
)
_MEANT: Final = ("standing", "reach", "times", "result")


def _rows(turn: Turn, owed: Owed, found: Iterable[Call]) -> list[dict[str, Any]]:
    """One line for each person to phone; a unit without anybody has one too."""
    return [
        _row(turn, owed, call.one, person) for call in found for person in (call.persons or (None,))
    ]


def _row(turn: Turn, owed: Owed, one: Obligation, person: Person | None) -> dict[str, Any]:
    reminded = owed.reminded.get(one.unit.id)
    last = reminded.last.astimezone(turn.house.timezone).date() if reminded else None
    return {
        "code": one.unit.code,
        "unit": one.name,
        "duty": turn.text_of(f"chasing.duty_{one.duty}"),
        "standing": standing.standing_name(turn, one, owed),
        "person": f"{person.name} ({person.post})" if person else "",
        "phone": person.phone if person else "",
        "reach": _reach(turn, person),
        "times": reminded.times if reminded else 0,
        "last": f"{last:%d/%m/%Y}" if last else "",
        "result": None,
    }


def _reach(turn: Turn, person: Person | None) -> str:
    why = turn.text_of("chasing.lost_nobody") if person is None else person.why
    return turn.text_of("chasing.sheet_no", why=why) if why else turn.text_of("chasing.sheet_yes")


def _facts(turn: Turn, owed: Owed) -> list[tuple[str, str]]:
    at = turn.now.astimezone(turn.house.timezone)
    told = {
        "commune": f"UBND {owed.commune}, {owed.office}",
        "due": periods.say_due(turn.house.texts, owed.period),
        "moment": f"{at:%H:%M} {at:%d/%m/%Y}",
        "for_whom": turn.text_of("chasing.sheet_watermark"),
    }
    return [(turn.text_of(f"chasing.sheet_{key}"), fact) for key, fact in told.items()]


def _sheet(turn: Turn, owed: Owed, found: Sequence[Call]) -> dict[str, Any]:
    """`contents.Workbook`: the column of the result is empty, for whoever calls."""
    columns = [
        {"name": turn.text_of(f"chasing.sheet_{key}"), "kind": kind} for key, kind in _COLUMNS
    ]
    lines = [
        {"cells": [row[key] for key, _ in _COLUMNS], "note": ""} for row in _rows(turn, owed, found)
    ]
    now = turn.now.astimezone(turn.house.timezone)
    return {
        "title": turn.text_of("chasing.sheet_title", period=owed.title),
        "sample": _sample(turn),
        "made": now.replace(tzinfo=None, second=0, microsecond=0).isoformat(),
        "facts": _facts(turn, owed),
        "table": {"columns": columns, "rows": lines, "total": None},
        "trend": None,
        "definitions": [
            (turn.text_of(f"chasing.sheet_{key}"), turn.text_of(f"chasing.means_{key}"))
            for key in _MEANT
        ],
        "words": {key: turn.text_of(f"documents.{key}") for key in SHEET_WORDS},
    }


def _paper(turn: Turn, owed: Owed, found: Sequence[Call]) -> dict[str, Any]:
    """`call_list_contents.CallList`."""
    shown = ("unit", "standing", "person", "phone", "reach", "times", "last", "result")
    return {
        "title": turn.text_of("chasing.sheet_title", period=owed.title),
        "sample": _sample(turn),
        "facts": _facts(turn, owed),
        "columns": [turn.text_of(f"chasing.sheet_{key}") for key in shown],
        "rows": [
            ["" if row[key] is None else str(row[key]) for key in shown]
            for row in _rows(turn, owed, found)
        ],
        "page": turn.text_of("documents.sheet_page"),
    }


def _sample(turn: Turn) -> str:
    return turn.text_of("chasing.sample") if turn.house.sample else ""


@flow.step()
async def files(turn: Turn) -> Outcome:
    spot = Spot.load(turn.draft)
    owed = await look(turn, spot)
    if owed is None:
        return front.denied(turn)
    match turn.choice:
        case "xlsx" | "pdf":
            return await _order(turn, owed, ending=turn.choice)
        case "help":
            return picking.ask(turn, owed, purpose="help")
    return await front.home(turn, spot)
