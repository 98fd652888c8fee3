"""What is begun on the admin page and done when its owner confirms it in chat (W5, T15).

A kind is asked (`ask_…`: may it be, and what is the question?) and done (`DO`), both by the same
services as in the chat; the rights are read again when it is done (A3).
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from handlers import admin
from handlers.flow import Turn
from handlers.messages import Outgoing
from handlers.registers import service as registers
from handlers.roles import Denied
from handlers.roles import conversation as taking
from handlers.yearly import onward_service
from storage.page import Act

Do = Callable[[Turn, Mapping[str, Any]], Awaitable[list[Outgoing]]]


async def do(turn: Turn, act: Act) -> list[Outgoing]:
    """Carry it out; what is said of it. An unknown kind is one of another release."""
    found = DO.get(act.kind)
    if found is None:
        return [turn.message("page.act_over")]
    return await found(turn, act.body)


async def _end_role(turn: Turn, body: Mapping[str, Any]) -> list[Outgoing]:
    return [await taking.end_role(turn, int(body["role"]))]


async def _lock(turn: Turn, body: Mapping[str, Any]) -> list[Outgoing]:
    return [await admin.lock_holder(turn, int(body["role"]))]


async def _unlock(turn: Turn, body: Mapping[str, Any]) -> list[Outgoing]:
    return [await admin.unlock_holder(turn, int(body["role"]))]


async def _invite(turn: Turn, body: Mapping[str, Any]) -> list[Outgoing]:
    return await admin.invitation(turn, str(body["role"]), int(body["unit"]))


async def _remove_onward(turn: Turn, body: Mapping[str, Any]) -> list[Outgoing]:
    try:
        is_first = await onward_service.take_back(turn, int(body["commune"]), int(body["note"]))
    except Denied:
        return [turn.message("onward.gone")]
    return [turn.message("onward.removed" if is_first else "page.act_over")]


async def _remove_entry(turn: Turn, body: Mapping[str, Any]) -> list[Outgoing]:
    number, reason = int(body["entry"]), str(body["reason"])
    try:
        await registers.remove(turn.tx, number, by=turn.actor, now=turn.now, reason=reason)
    except (registers.Denied, registers.Gone):
        return [turn.message("registers.gone")]
    return [turn.message("registers.removed")]


DO: Final[Mapping[str, Do]] = {
    "role.end": _end_role,
    "account.lock": _lock,
    "account.unlock": _unlock,
    "role.invite": _invite,
    "onward.remove": _remove_onward,
    "register.remove": _remove_entry,
}
